//! The data sets that there are to select.

use pop_cli::{Column, Console, ExitStatus, Table, ToolError};
use pop_dhis2::Server;
use pop_dhis2::metadata::data_sets;

use crate::failure;

/// Shows the data sets of the server: the end of a tool that was given no selection. `hint` says how to select.
///
/// # Errors
/// Always: usage, once they are shown; before that what the server fails with.
pub fn show_data_sets(
    server: &Server,
    console: &Console,
    hint: &str,
) -> Result<ExitStatus, ToolError> {
    let sets = data_sets(server).map_err(|error| failure(&error))?;
    if sets.is_empty() {
        let problem = "nothing selected, and the server shows this user no data set";
        return Err(ToolError::usage(problem).hint(hint));
    }
    let mut table = Table::new(
        &console.messages(),
        &[
            Column::code("data-set"),
            Column::text("code").optional(1),
            Column::code("period-type"),
            Column::text("name"),
        ],
    );
    for set in &sets {
        table.row::<&str>(&[
            &set.id,
            set.code.as_deref().unwrap_or_default(),
            &set.period_type,
            &set.name,
        ]);
    }
    console.show_table(&table);
    Err(ToolError::usage("nothing selected").hint(hint))
}
