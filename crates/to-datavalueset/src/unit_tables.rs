//! Tables of units that stop a run, for reading.

use std::sync::Arc;

use pop_cli::{Column, Finding, Messages, Table, shortened_list, thousands};
use pop_datavalues::incomplete_parents::IncompleteParent;
use pop_hierarchy::unit_label;

use crate::period_words::period_words;

/// So many findings are in the message that stops a run; more are listed above it.
pub(crate) const SHOWN_IN_MESSAGE: usize = 5;

/// The first findings: names with ids.
pub(crate) fn list(findings: &[Finding]) -> String {
    let names: Vec<String> = findings
        .iter()
        .map(|finding| unit_label(&finding.unit, Some(&finding.detail)))
        .collect();
    shortened_list(&names)
}

/// Units with findings of one kind, for reading and for an exceptions file.
pub(crate) fn findings(kind: &str, refused: &[Finding], messages: &Arc<Messages>) -> Table {
    let columns = [
        Column::code("unit"),
        Column::code("kind"),
        Column::text("name"),
    ];
    let mut table = Table::new(messages, &columns);
    for finding in refused {
        table.row::<&str>(&[&finding.unit, kind, &finding.detail]);
    }
    table
}

/// All parents that would come out too low, each once with its periods; the figures are those of the first.
pub(crate) fn parents(
    parents: &[(IncompleteParent, Vec<&str>)],
    messages: &Arc<Messages>,
) -> Table {
    let mut table = Table::new(
        messages,
        &[
            Column::text("parent"),
            Column::code("id"),
            Column::text("period"),
            Column::number("own-polygon"),
            Column::number("children-with-value"),
            Column::text("children-without"),
        ],
    );
    for (parent, periods) in parents {
        table.row(&[
            parent.name.as_deref().unwrap_or(&parent.id),
            &parent.id,
            &period_words(periods),
            &parent
                .own_people
                .map_or("-".to_owned(), |n| messages.number(n, 0)),
            &messages.number(parent.valued_people, 0),
            &shortened_list(&parent.missing),
        ]);
    }
    table
}

/// A parent, with the people of its own polygon, those below it, and the units that miss.
pub(crate) fn parent_finding(parent: &IncompleteParent) -> Finding {
    let name = parent
        .name
        .as_ref()
        .map(|name| format!("{name}: "))
        .unwrap_or_default();
    let own = parent
        .own_people
        .map_or("not in the sums".to_owned(), |people| thousands(people, 0));
    let detail = format!(
        "{name}own polygon {own}, children with a value {}, without: {}",
        thousands(parent.valued_people, 0),
        shortened_list(&parent.missing)
    );
    Finding {
        unit: parent.id.clone(),
        detail,
    }
}
