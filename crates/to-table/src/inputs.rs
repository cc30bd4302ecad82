//! What is read: sums or a data value set, and the names for it.

use pop_cli::{Console, ToolError};
use pop_datavalues::{DataValueSet, Metadata};
use pop_sums::SumsTable;

use crate::ToTable;

/// Figures of either kind.
pub(crate) enum Figures {
    Sums(SumsTable),
    Values(DataValueSet),
}

pub(crate) fn figures(args: &ToTable, console: &mut Console) -> Result<Figures, ToolError> {
    match args.sums.read_figures("input", &args.input, console)? {
        sums_inputs::Figures::Sums(table) => Ok(Figures::Sums(table)),
        sums_inputs::Figures::Values(bytes) => {
            let set = DataValueSet::read(&bytes).map_err(|e| {
                ToolError::data(e)
                    .in_file(&args.input)
                    .hint("name sums, or a data value set as JSON")
            })?;
            Ok(Figures::Values(set))
        }
    }
}

pub(crate) fn metadata(
    args: &ToTable,
    console: &mut Console,
) -> Result<Option<Metadata>, ToolError> {
    console.optional_input("metadata", args.metadata.as_deref(), |bytes| {
        Metadata::read(bytes).map_err(|e| ToolError::data(&e).hint(e.hint()))
    })
}
