//! A comparison of `compare`.

use std::collections::{BTreeMap, BTreeSet};

use pop_messages::Messages;
use pop_page::{Flag, Measure, Review, Row, Subject, SubjectKind};

use super::ages::ages_text;
use crate::documents::comparison::{ComparisonFile, Counted, Line, Side};

pub(super) fn review(
    file: &ComparisonFile,
    names: &BTreeMap<&str, &str>,
    parents: &BTreeMap<&str, &str>,
    messages: &Messages,
) -> Review {
    let counted: BTreeSet<Counted> = file.figures.iter().map(Line::counted).collect();
    let places: BTreeMap<&Counted, usize> = counted
        .iter()
        .enumerate()
        .map(|(place, counted)| (counted, place))
        .collect();
    let row_with_names = |line: &Line| Row {
        name: if line.name.is_empty() {
            names
                .get(line.org_unit.as_str())
                .map_or_else(String::new, |name| (*name).to_owned())
        } else {
            line.name.clone()
        },
        parent: parents
            .get(line.org_unit.as_str())
            .map(|parent| (*parent).to_owned()),
        measure: places.get(&line.counted()).copied().unwrap_or(0),
        ..row(line)
    };
    // The level of most figures: others are sums of it.
    let mut levels: BTreeMap<Option<u32>, usize> = BTreeMap::new();
    for figure in &file.figures {
        *levels.entry(figure.level).or_default() += 1;
    }
    let level = levels
        .into_iter()
        .max_by_key(|(_, count)| *count)
        .and_then(|(level, _)| level);
    let total = |counted: &Counted| {
        let mut levels = file.sums.iter().filter(|sum| sum.measure == "level");
        levels
            .find(|sum| sum.level == level && sum.counted() == *counted)
            .map(&row_with_names)
            .unwrap_or_default()
    };
    let measures = counted.iter().map(|counted| Measure {
        name: name(counted, names, messages),
        period: counted
            .year
            .map_or_else(|| counted.period.clone(), |year| year.to_string()),
        total: total(counted),
    });
    let changed = file
        .classes
        .iter()
        .filter(|(class, _)| class.as_str() != "same")
        .map(|(_, count)| count)
        .sum();
    Review {
        subject: Subject {
            kind: SubjectKind::Comparison,
            tool: "compare".to_owned(),
            written: changed,
            sides: Some([side(&file.old), side(&file.new)]),
            counts: file
                .classes
                .iter()
                .map(|(class, count)| (class.clone(), *count))
                .collect(),
            ..Subject::default()
        },
        measures: measures.collect(),
        parents: file
            .sums
            .iter()
            .filter(|sum| sum.measure == "parent")
            .map(&row_with_names)
            .collect(),
        units: file.figures.iter().map(&row_with_names).collect(),
        remarks: file.notes.clone(),
        ..Review::default()
    }
}

fn row(line: &Line) -> Row {
    Row {
        id: line.org_unit.clone(),
        before: line.old,
        after: line.new,
        difference: line.difference,
        change: line.percent.map(|percent| percent / 100.0),
        flags: if line.flags.is_empty() {
            Vec::new()
        } else {
            line.flags
                .split("; ")
                .map(|flag| Flag::Text(flag.to_owned()))
                .collect()
        },
        ..Row::default()
    }
}

/// Source and years of a side.
fn side(side: &Side) -> String {
    let words = [side.source.clone(), side.years.join(", ")];
    let words: Vec<String> = words.into_iter().filter(|word| !word.is_empty()).collect();
    words.join(" · ")
}

/// Who is counted.
fn name(counted: &Counted, names: &BTreeMap<&str, &str>, messages: &Messages) -> String {
    let mut words = Vec::new();
    if counted.data_element.is_empty() {
        words.push(match counted.sex.as_str() {
            "f" => messages.text("women"),
            "m" => messages.text("men"),
            _ if counted.ages.is_none() => messages.text("all-people"),
            _ => messages.text("both-sexes"),
        });
    } else {
        let element = counted.data_element.as_str();
        words.push(names.get(element).copied().unwrap_or(element).to_owned());
        words.push(counted.combo.clone());
    }
    words.extend(counted.ages.map(ages_text));
    words.retain(|word| !word.is_empty());
    words.join(" ")
}
