//! The sums stream as `rake`, `to-datavalueset` and `compare` read it: the flags that say what the stream is, and the file and
//! the remedy behind every refusal.

use pop_cli::{Console, ToolError};
use pop_sums::{Completeness, ReadOptions, SumsError, SumsTable};

/// What the sums stream is.
#[derive(Debug, Clone, Default, clap::Args)]
#[command(next_help_heading = "Sums")]
pub struct SumsArgs {
    /// Names of columns in sums from elsewhere, ours first: org_unit=id,population=sum
    #[arg(long, value_name = "OURS=THEIRS,...", value_delimiter = ',', value_parser = pair)]
    pub columns: Vec<(String, String)>,

    /// The sums are a part taken on purpose: do not count their rows
    #[arg(long)]
    pub subset: bool,
}

impl SumsArgs {
    /// Reads the sums of `name`, which goes on record as `role`; `-` is stdin.
    ///
    /// # Errors
    /// I/O when the stream cannot be read, data when it is not whole sums.
    pub fn read(
        &self,
        role: &str,
        name: &str,
        console: &mut Console,
    ) -> Result<SumsTable, ToolError> {
        let stream = console.input_reader(role, name)?;
        let options = ReadOptions {
            columns: self.columns.clone(),
            completeness: if self.subset {
                Completeness::Subset
            } else {
                Completeness::Whole
            },
        };
        pop_sums::read_from(stream, &options).map_err(|error| refusal(&error, name))
    }
}

/// Why the sums of a file are refused, with the remedy.
#[must_use]
pub fn refusal(error: &SumsError, name: &str) -> ToolError {
    let told = match error {
        SumsError::Unreadable(_) => ToolError::io(error),
        _ => ToolError::data(error),
    };
    told.in_file(name).hint(error.hint())
}

fn pair(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((ours, theirs)) if !ours.is_empty() && !theirs.is_empty() => {
            Ok((ours.to_owned(), theirs.to_owned()))
        }
        _ => Err(format!(
            "{text:?} is not a valid pair, expected OURS=THEIRS"
        )),
    }
}
