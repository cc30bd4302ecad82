//! What there is to select, for someone who selected nothing.

use std::sync::Arc;

use pop_cli::{Arg, Column, Console, Messages, Table, ToolError};
use pop_dhis2::org_units::{LevelSurvey, shape_attributes, survey};
use pop_dhis2::{ApiError, Server};

/// Shows the levels of the server's tree, and gives the error the tool ends with.
pub(crate) fn show(server: &Server, console: &mut Console) -> ToolError {
    match table(server, console.columns(), &console.messages()) {
        Ok(text) => console.show(&text),
        Err(error) => return dhis2_session::failure(&error),
    }
    ToolError::usage("nothing selected")
        .hint("give --level, --parent, --group or --id, or --all for the whole tree")
}

fn table(server: &Server, columns: usize, messages: &Arc<Messages>) -> Result<String, ApiError> {
    let levels = survey(server)?;
    let mut table = Table::new(
        messages,
        &[
            Column::number("level"),
            Column::text("name"),
            Column::number("units"),
            Column::number("polygons"),
            Column::number("points"),
            Column::number("no-geometry"),
            Column::number("closed"),
        ],
    );
    for level in &levels {
        table.row(&row(level));
    }
    let mut text = table.within(columns).to_string();
    if levels.iter().any(|level| level.is_sampled) {
        let megabytes = (pop_dhis2::org_units::SURVEYED_BYTES >> 20).to_string();
        text += &messages.text_of("survey-estimated", &[("size", Arg::Text(&megabytes))]);
        text.push('\n');
    }
    for attribute in shape_attributes(server)? {
        let args = [
            ("code", Arg::Text(attribute.label())),
            ("name", Arg::Text(&pop_cli::display_safe(&attribute.name))),
        ];
        text += &messages.text_of("survey-more-geometries", &args);
        text.push('\n');
    }
    Ok(text)
}

fn row(level: &LevelSurvey) -> [String; 7] {
    let about = if level.is_sampled { "~" } else { "" };
    [
        level.level.to_string(),
        level.name.clone(),
        level.units.to_string(),
        format!("{about}{}", level.polygons),
        format!("{about}{}", level.points),
        level.without.to_string(),
        level.closed.to_string(),
    ]
}
