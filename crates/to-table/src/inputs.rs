//! What is read: sums or a data value set, and the names for it.

use pop_cli::{Console, ToolError};
use pop_datavalues::{DataValueSet, Metadata};
use pop_sums::{ReadOptions, SumsTable};

use crate::ToTable;

/// Figures of either kind.
pub(crate) enum Figures {
    Sums(SumsTable),
    Values(DataValueSet),
}

pub(crate) fn figures(args: &ToTable, console: &mut Console) -> Result<Figures, ToolError> {
    let data = console.input("input", &args.input)?;
    if is_value_set(&data.bytes) {
        let set = DataValueSet::read(&data.bytes).map_err(|e| {
            ToolError::data(e)
                .in_file(&args.input)
                .hint("name sums, or a data value set as JSON")
        })?;
        return Ok(Figures::Values(set));
    }
    let table = pop_sums::read(&data.bytes, &ReadOptions::default())
        .map_err(|e| ToolError::data(&e).in_file(&args.input).hint(e.hint()))?;
    Ok(Figures::Sums(table))
}

pub(crate) fn metadata(
    args: &ToTable,
    console: &mut Console,
) -> Result<Option<Metadata>, ToolError> {
    let Some(name) = &args.metadata else {
        return Ok(None);
    };
    let data = console.input("metadata", name)?;
    let document = Metadata::read(&data.bytes).map_err(|e| {
        ToolError::data(e)
            .in_file(name)
            .hint("give the document that fetch-metadata wrote")
    })?;
    Ok(Some(document))
}

/// Whether the text is a data value set: an object with `dataValues`.
fn is_value_set(bytes: &[u8]) -> bool {
    let is_object = bytes
        .iter()
        .find(|byte| !byte.is_ascii_whitespace())
        .is_some_and(|&byte| byte == b'{');
    let names = |word: &[u8]| bytes.windows(word.len()).any(|window| window == word);
    is_object && names(b"\"dataValues\"")
}
