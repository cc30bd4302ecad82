//! The sums stream as `rake`, `to-datavalueset`, `compare` and `to-table` read it: the flags that say what the stream is, and the
//! file and the hint behind every refusal.

use std::io::{Cursor, Read};

use pop_cli::{Console, ToolError, shortened_list};
use pop_hierarchy::{contradicting_level_text, contradicting_levels};
use pop_sums::nesting::unserved_parts;
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
        self.read_stream(console.input_reader(role, name)?, name)
    }

    /// Reads what may be sums, or a data value set as JSON, which is told by its first byte and its member `dataValues`.
    ///
    /// # Errors
    /// I/O when the stream cannot be read, data when it is neither JSON nor whole sums.
    pub fn read_figures(
        &self,
        role: &str,
        name: &str,
        console: &mut Console,
    ) -> Result<Figures, ToolError> {
        let mut stream = console.input_reader(role, name)?;
        let unreadable = |error: std::io::Error| ToolError::io(error).in_file(name);
        let mut start = Vec::new();
        loop {
            let before = start.len();
            stream
                .by_ref()
                .take(512)
                .read_to_end(&mut start)
                .map_err(unreadable)?;
            let is_blank = start.iter().all(u8::is_ascii_whitespace);
            if start.len() == before || !is_blank {
                break;
            }
        }
        let text = start.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(&start);
        let first = text.iter().find(|byte| !byte.is_ascii_whitespace());
        if first != Some(&b'{') {
            let whole = Cursor::new(start).chain(stream);
            return self.read_stream(whole, name).map(Figures::Sums);
        }
        stream.read_to_end(&mut start).map_err(unreadable)?;
        let names = |word: &[u8]| start.windows(word.len()).any(|window| window == word);
        if names(b"\"dataValues\"") {
            return Ok(Figures::Values(start));
        }
        self.read_stream(start.as_slice(), name).map(Figures::Sums)
    }

    fn read_stream(&self, stream: impl Read, name: &str) -> Result<SumsTable, ToolError> {
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

/// Refuses units of the sums of a file whose level is not that of their path, for tools that take the units of a level: a choice of a level
/// would pass them over. Unserved parts have the level of facilities and the path of their parent.
///
/// # Errors
/// Data, naming them.
pub fn check_levels(table: &SumsTable, name: &str) -> Result<(), ToolError> {
    let is_unserved = unserved_parts(table);
    let units = table.units.iter().zip(&is_unserved);
    let found = contradicting_levels(units.map(|(unit, is_unserved)| {
        let path = unit.path.as_deref().filter(|_| !is_unserved);
        (unit.level, path)
    }));
    let named: Vec<String> = found
        .iter()
        .filter_map(|&place| table.units.get(place))
        .map(|unit| contradicting_level_text(&unit.label(), unit.level, unit.path.as_deref()))
        .collect();
    if named.is_empty() {
        return Ok(());
    }
    Err(ToolError::data(shortened_list(&named)).in_file(name).hint(
        "correct the level or the path, or take the column of levels out; fetch-orgunits writes both as DHIS2 has them",
    ))
}

/// What a stream of figures holds.
#[derive(Debug)]
pub enum Figures {
    /// Sums.
    Sums(SumsTable),
    /// The bytes of a data value set.
    Values(Vec<u8>),
}

/// Why the sums of a file are refused, with the hint.
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
