//! What was decided, as a table and as JSON.

use std::sync::Arc;

use pop_cli::{Column, Messages, Table};
use pop_targets::{Action, Decision, MetadataImport};
use serde::Serialize;

/// What the `format` of the report says.
const FORMAT: &str = "headcount-metadata-report";

/// The report.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Report<'a> {
    format: &'static str,
    version: u32,
    objects: &'a [Decision],
    open_groups: Vec<OpenGroup<'a>>,
}

/// A group that the mapping does not fill yet.
#[derive(Serialize)]
struct OpenGroup<'a> {
    code: &'a str,
    needs: &'a str,
}

/// The report as JSON, indented, with a line end.
pub(crate) fn json(import: &MetadataImport) -> serde_json::Result<Vec<u8>> {
    let open = import.mapping.open.iter();
    let report = Report {
        format: FORMAT,
        version: 1,
        objects: &import.decisions,
        open_groups: open
            .map(|(code, needs)| OpenGroup { code, needs })
            .collect(),
    };
    let mut bytes = serde_json::to_vec_pretty(&report)?;
    bytes.push(b'\n');
    Ok(bytes)
}

/// The report for reading.
pub(crate) fn table(import: &MetadataImport, messages: &Arc<Messages>) -> Table {
    let mut table = Table::new(
        messages,
        &[
            Column::code("action"),
            Column::text("object"),
            Column::code("id"),
            Column::code("code"),
            Column::text("name"),
            Column::text("note"),
        ],
    )
    .complete_in("--report FILE");
    for decision in &import.decisions {
        table.row::<&str>(&[
            &messages.text(&format!("action-{}", word(decision.action))),
            &kind(decision.kind, messages),
            &decision.id,
            decision.code.as_deref().unwrap_or_default(),
            &decision.name,
            &decision.note,
        ]);
    }
    table
}

/// What an object is, such as a data element.
fn kind(kind: &str, messages: &Messages) -> String {
    messages
        .find(&format!("object-{}", kind.replace(' ', "-")))
        .unwrap_or_else(|| kind.to_owned())
}

/// How many objects are treated so.
pub(crate) fn count(import: &MetadataImport, action: Action) -> usize {
    let decisions = import.decisions.iter();
    decisions
        .filter(|decision| decision.action == action)
        .count()
}

pub(crate) const fn word(action: Action) -> &'static str {
    match action {
        Action::Add => "add",
        Action::Update => "update",
        Action::Reuse => "reuse",
        Action::Leave => "leave",
    }
}
