//! `--report`: what became of every unit, and the people within each limit.

use std::collections::BTreeMap;
use std::io::Write;
use std::sync::Arc;

use pop_cli::{Column, Messages, Output, ResultExt, Table, ToolError};

use crate::ReportFormat;
use crate::assignment::reason;
use crate::features::{Feature, FeatureKind, Features, bytes};
use crate::people::People;

/// The columns that are there without sums.
const COLUMNS: [&str; 8] = [
    "org_unit",
    "name",
    "within",
    "kind",
    "reasons",
    "km_outside",
    "same_place_as",
    "bytes",
];

/// Writes the report in the form asked for.
pub(crate) fn write(
    features: &Features,
    people: &People,
    format: ReportFormat,
    output: &mut Output,
) -> Result<(), ToolError> {
    match format {
        ReportFormat::Csv => write_csv(features, people, output).or_io(),
        ReportFormat::Table => {
            let table = table(features, people, &output.messages());
            let columns = output.columns();
            write!(output, "{}", table.within(columns)).or_io()
        }
    }
}

/// A row for every feature, and for the unserved people of parents that have no unserved part in this run.
fn write_csv(features: &Features, people: &People, output: &mut Output) -> Result<(), csv::Error> {
    let mut table = csv::Writer::from_writer(output as &mut dyn Write);
    let limits = people.limits.iter().map(|limit| format!("people_{limit}"));
    table.write_record(COLUMNS.map(str::to_owned).into_iter().chain(limits))?;
    for feature in features.iter() {
        let km = feature
            .metres_outside
            .map(|metres| format!("{:.3}", metres / 1000.0));
        let own = [
            feature.unit.id.clone(),
            feature.unit.name.clone().unwrap_or_default(),
            feature.within.clone().unwrap_or_default(),
            feature.kind.word().to_owned(),
            feature.reasons.join(";"),
            km.unwrap_or_default(),
            feature.same_place_as.clone().unwrap_or_default(),
            bytes(feature).to_string(),
        ];
        table.write_record(own.into_iter().chain(numbers(&people_of(feature, people))))?;
    }
    for (parent, name) in unserved_elsewhere(features, people) {
        let own = [
            format!("{parent}-unserved"),
            name.to_owned(),
            parent.to_owned(),
            FeatureKind::Unserved.word().to_owned(),
            reason::UNSERVED.to_owned(),
            String::new(),
            String::new(),
            "0".to_owned(),
        ];
        table.write_record(own.into_iter().chain(numbers(&people.beyond(parent))))?;
    }
    table.flush()?;
    Ok(())
}

fn numbers(people: &[Option<f64>]) -> Vec<String> {
    let text = |people: &Option<f64>| people.map(|people| people.to_string());
    people
        .iter()
        .map(|people| text(people).unwrap_or_default())
        .collect()
}

/// The people of a feature; all unserved people of a parent are those of its first unserved part.
fn people_of(feature: &Feature, people: &People) -> Vec<Option<f64>> {
    match (feature.kind, &feature.within) {
        (FeatureKind::Unserved, Some(parent)) if !feature.is_in_reach_of_others() => {
            people.beyond(parent)
        }
        (FeatureKind::Catchment, _) => people.within(&feature.unit.id),
        _ => vec![None; people.limits.len()],
    }
}

/// Parents with unserved people in the sums and without an unserved part in this run.
fn unserved_elsewhere<'a>(
    features: &'a Features,
    people: &'a People,
) -> impl Iterator<Item = (&'a str, &'a str)> {
    let is_here = |parent: &str| {
        features.iter().any(|feature| {
            feature.kind == FeatureKind::Unserved
                && !feature.is_in_reach_of_others()
                && feature.within.as_deref() == Some(parent)
        })
    };
    people
        .unserved
        .iter()
        .map(|(parent, name)| (parent.as_str(), name.as_str()))
        .filter(move |(parent, _)| !is_here(parent))
}

/// By parent the facilities and the unserved people, then the sums of all.
fn table(features: &Features, people: &People, messages: &Arc<Messages>) -> Table {
    let mut columns = vec![Column::text("parent"), Column::text("facility")];
    let heads = people.limits.iter();
    columns.extend(
        heads.map(|limit| Column::number("within-distance").about("limit", &limit.to_string())),
    );
    columns.push(Column::text("note").optional(1));
    let mut table = Table::new(messages, &columns).complete_in("--report-format csv");
    let row = |parent: &str, facility: &str, people: &[Option<f64>], note: &str| {
        row(parent, facility, people, note, messages)
    };
    let [all_parents, is_served, is_unserved, beyond_the_distance] = [
        "catchments-all",
        "catchments-served",
        "catchments-unserved",
        "catchments-beyond-distance",
    ]
    .map(|key| messages.text(key));
    let mut by_parent: BTreeMap<(&str, &str), Vec<&Feature>> = BTreeMap::new();
    for feature in features.iter().filter(|feature| feature.kind.is_facility()) {
        let parent = feature.within.as_deref().unwrap_or_default();
        by_parent
            .entry((features.parent_name(parent), parent))
            .or_default()
            .push(feature);
    }
    for parent in people.unserved.keys() {
        by_parent
            .entry((features.parent_name(parent), parent))
            .or_default();
    }
    let zero = vec![0.0; people.limits.len()];
    let (mut served, mut unserved) = (zero.clone(), zero);
    for ((name, parent), mut facilities) in by_parent {
        facilities.sort_by_key(|feature| (label(feature), &feature.unit.id));
        for feature in facilities {
            let own = people_of(feature, people);
            add(&mut served, &own);
            table.row(&row(
                name,
                label(feature),
                &own,
                &feature.reasons.join(", "),
            ));
        }
        let beyond = people.beyond(parent);
        if beyond.iter().any(Option::is_some) {
            add(&mut unserved, &beyond);
            table.row(&row(name, &is_unserved, &beyond, &beyond_the_distance));
        }
    }
    if !people.limits.is_empty() {
        let all = |sums: &[f64]| -> Vec<Option<f64>> { sums.iter().copied().map(Some).collect() };
        table.row(&row(&all_parents, &is_served, &all(&served), ""));
        table.row(&row(
            &all_parents,
            &is_unserved,
            &all(&unserved),
            &beyond_the_distance,
        ));
    }
    table
}

fn label(feature: &Feature) -> &str {
    feature.unit.name.as_deref().unwrap_or(&feature.unit.id)
}

fn add(sums: &mut [f64], people: &[Option<f64>]) {
    for (sum, people) in sums.iter_mut().zip(people) {
        *sum += people.unwrap_or_default();
    }
}

fn row(
    parent: &str,
    facility: &str,
    people: &[Option<f64>],
    note: &str,
    messages: &Messages,
) -> Vec<String> {
    let number = |people: &Option<f64>| people.map_or("-".to_owned(), |n| messages.number(n, 0));
    let mut cells = vec![parent.to_owned(), facility.to_owned()];
    cells.extend(people.iter().map(number));
    cells.push(note.to_owned());
    cells
}
