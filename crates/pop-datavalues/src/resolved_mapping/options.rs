//! Filling a whole combination through what its options mean.

use std::collections::{BTreeMap, BTreeSet};

use pop_sums::Sex;
use pop_worldpop::AgeBandScheme;

use super::{CountedGroup, Target, UncoveredAges};
use crate::ages::{Age, Ages, Label, group_words, match_code_and_label, read_label, read_sex};
use crate::mapping::MappingEntry;
use crate::metadata::{Category, CategoryCombo, CategoryOption, CategoryOptionCombo, Metadata};

/// What an option means for a target.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum OptionMeaning {
    /// It counts these people.
    Counts(Label),
    /// It is the one chosen of a category that is neither sex nor age.
    Fixed,
    /// It stays empty.
    Skipped,
}

/// The UID of an option of a combination, by UID, code or name.
pub(super) fn option_of<'a>(
    combo: &'a CategoryCombo,
    metadata: &'a Metadata,
    key: &str,
) -> Result<&'a str, String> {
    let ids = || {
        combo
            .categories
            .iter()
            .flat_map(|category| &category.category_options)
    };
    if let Some(id) = ids().find(|id| *id == key) {
        return Ok(id);
    }
    // Categories may share an option.
    let unique: BTreeSet<&String> = ids().collect();
    let options: Vec<&CategoryOption> = unique
        .into_iter()
        .filter_map(|id| metadata.category_option(id))
        .collect();
    crate::metadata::find(options, key)
        .map(|option| option.id.as_str())
        .map_err(|e| format!("{e}, in {:?}", combo.name))
}

/// One target for each option combo.
pub(super) fn targets(
    wanted: &MappingEntry,
    base: &Target,
    combo: &CategoryCombo,
    metadata: &Metadata,
    scheme: AgeBandScheme,
    uncovered: &mut Vec<UncoveredAges>,
) -> Result<Vec<Target>, String> {
    if combo.is_default {
        return Err("the element has no disaggregation: leave by out".to_owned());
    }
    check_keys(wanted, combo, metadata)?;
    let own_sex = wanted.sex.as_deref().map(read_sex).transpose()?;
    let mut meanings: BTreeMap<&str, OptionMeaning> = BTreeMap::new();
    for category in &combo.categories {
        for (id, meaning) in category_meanings(wanted, category, metadata, scheme)? {
            meanings.insert(id, meaning);
        }
    }
    check_categories(wanted, combo, metadata, &meanings)?;
    uncovered.extend(left_out(combo, &meanings));
    let mut targets = Vec::new();
    for option_combo in &combo.category_option_combos {
        let group = counted_group(wanted, combo, option_combo, &meanings, own_sex)?;
        targets.extend(group.map(|group| Target {
            option_combo: Some(option_combo.id.as_str().into()),
            option_combo_name: option_combo.name.clone(),
            group,
            ..base.clone()
        }));
    }
    let expected = expected_combos(combo, &meanings);
    if targets.len() != expected {
        return Err(format!(
            "combination {:?} lacks option combos: there are {} for these options, expected {expected}; run the maintenance of category option combos on the server, then fetch the metadata again",
            combo.name,
            targets.len()
        ));
    }
    // Servers list option combos in any order.
    targets.sort_by(|a, b| order(a).cmp(&order(b)));
    Ok(targets)
}

/// How many option combos the options that are not skipped make.
fn expected_combos(combo: &CategoryCombo, meanings: &BTreeMap<&str, OptionMeaning>) -> usize {
    let options = combo.categories.iter().map(|category| {
        category
            .category_options
            .iter()
            .filter(|id| meanings.get(id.as_str()) != Some(&OptionMeaning::Skipped))
            .count()
    });
    options.product()
}

/// Whom an option combo counts; none where one of its options is skipped or unknown.
fn counted_group(
    wanted: &MappingEntry,
    combo: &CategoryCombo,
    option_combo: &CategoryOptionCombo,
    meanings: &BTreeMap<&str, OptionMeaning>,
    own_sex: Option<Sex>,
) -> Result<Option<CountedGroup>, String> {
    let parts: Option<Vec<OptionMeaning>> = option_combo
        .category_options
        .iter()
        .map(|id| meanings.get(id.as_str()).copied())
        .collect();
    let Some(parts) = parts else { return Ok(None) };
    if parts.len() != combo.categories.len() || parts.contains(&OptionMeaning::Skipped) {
        return Ok(None);
    }
    let options: Vec<&str> = option_combo
        .category_options
        .iter()
        .map(String::as_str)
        .collect();
    combo.option_combo(&options).map_err(|e| e.to_string())?;
    let label = |pick: fn(&Label) -> bool| {
        parts.iter().find_map(|part| match part {
            OptionMeaning::Counts(label) if pick(label) => Some(*label),
            _ => None,
        })
    };
    let named = label(|l| l.sex.is_some()).and_then(|l| l.sex);
    if let (Some(_), Some(text)) = (named, &wanted.sex) {
        return Err(format!(
            "sex is {text:?}, and the options of {:?} tell the sex as well",
            combo.name
        ));
    }
    let ages = label(|l| l.ages.is_some())
        .and_then(|l| l.ages)
        .unwrap_or(Ages::ALL);
    Ok(Some(CountedGroup::Group {
        sex: named.or(own_sex),
        ages,
    }))
}

fn order(target: &Target) -> (Option<Sex>, Option<Ages>, Option<&str>) {
    match &target.group {
        CountedGroup::Group { sex, ages } => (*sex, Some(*ages), target.option_combo.as_deref()),
        CountedGroup::Formula(_) => (None, None, target.option_combo.as_deref()),
    }
}

/// Every option that the entry names must be there: a slip of the pen would fill what it meant to leave out.
fn check_keys(
    entry: &MappingEntry,
    combo: &CategoryCombo,
    metadata: &Metadata,
) -> Result<(), String> {
    let keys = [
        ("meaning", entry.meaning.keys().collect::<Vec<_>>()),
        ("fixed", entry.fixed.iter().collect()),
        ("skip", entry.skip.iter().collect()),
    ];
    for (word, keys) in keys {
        for key in keys {
            option_of(combo, metadata, key).map_err(|e| format!("{word}: {e}"))?;
        }
    }
    Ok(())
}

fn is_called(option: &CategoryOption, key: &str) -> bool {
    option.id == key || option.code.as_deref() == Some(key) || option.name == key
}

fn category_meanings<'a>(
    entry: &MappingEntry,
    category: &'a Category,
    metadata: &Metadata,
    scheme: AgeBandScheme,
) -> Result<Vec<(&'a str, OptionMeaning)>, String> {
    let option = |id: &str| {
        metadata
            .category_option(id)
            .ok_or_else(|| format!("the metadata lack the option {id:?}"))
    };
    let mut fixed = None;
    for id in &category.category_options {
        let option = option(id)?;
        if entry.fixed.iter().any(|key| is_called(option, key)) && fixed.replace(id).is_some() {
            return Err(format!(
                "fixed names two options of category {:?}",
                category.name
            ));
        }
    }
    let mut meanings = Vec::new();
    let mut doubts = Vec::new();
    for id in &category.category_options {
        let option = option(id)?;
        let meaning = if let Some(fixed) = fixed {
            if fixed == id {
                OptionMeaning::Fixed
            } else {
                OptionMeaning::Skipped
            }
        } else if entry.skip.iter().any(|key| is_called(option, key)) {
            OptionMeaning::Skipped
        } else if let Some((_, text)) = entry.meaning.iter().find(|(key, _)| is_called(option, key))
        {
            let label =
                read_label(text).filter(|label| label.sex.is_some() || label.ages.is_some());
            OptionMeaning::Counts(label.ok_or_else(|| format!("meaning {text:?} cannot be read"))?)
        } else {
            match match_code_and_label(option.code.as_deref(), Some(&option.name), scheme) {
                Ok(label) => OptionMeaning::Counts(label),
                Err(doubt) => {
                    doubts.push(doubt.to_string());
                    continue;
                }
            }
        };
        meanings.push((id.as_str(), meaning));
    }
    if doubts.is_empty() {
        return Ok(meanings);
    }
    Err(format!(
        "category {:?} has options that are in doubt: {}; say what they mean with meaning, leave them empty with skip, or name one with fixed",
        category.name,
        doubts.join("; ")
    ))
}

/// At most one category tells the sex, at most one the ages, and options of one category are apart.
fn check_categories(
    entry: &MappingEntry,
    combo: &CategoryCombo,
    metadata: &Metadata,
    meanings: &BTreeMap<&str, OptionMeaning>,
) -> Result<(), String> {
    let (mut sex, mut ages): (Option<&str>, Option<&str>) = (None, None);
    for category in &combo.categories {
        let labels: Vec<(&str, Label)> = labels(category, meanings).collect();
        for (has, slot, word) in [
            (labels.iter().any(|(_, l)| l.sex.is_some()), &mut sex, "sex"),
            (
                labels.iter().any(|(_, l)| l.ages.is_some()),
                &mut ages,
                "ages",
            ),
        ] {
            if has && let Some(first) = slot.replace(&category.name) {
                return Err(format!(
                    "categories {first:?} and {:?} both tell the {word}",
                    category.name
                ));
            }
        }
        let shared = labels.iter().enumerate().find_map(|(index, one)| {
            let other = labels[..index]
                .iter()
                .find(|other| overlap(&one.1, &other.1))?;
            Some((other, one))
        });
        if let Some((one, other)) = shared.filter(|_| !entry.overlapping) {
            return Err(shared_people(category, metadata, [one, other], &labels));
        }
    }
    Ok(())
}

/// Two options that share people, with their readings and what can be done.
fn shared_people(
    category: &Category,
    metadata: &Metadata,
    pair: [&(&str, Label); 2],
    labels: &[(&str, Label)],
) -> String {
    let name = |id: &str| {
        metadata
            .category_option(id)
            .map_or_else(|| id.to_owned(), |option| option.name.clone())
    };
    let shown = pair.map(|(id, label)| {
        let code = metadata
            .category_option(id)
            .and_then(|option| option.code.as_deref());
        let code = code.map_or_else(String::new, |code| format!(", code {code:?}"));
        let reading = group_words(label.sex, label.ages.unwrap_or(Ages::ALL));
        format!("{:?} ({id}{code}) reads {reading}", name(id))
    });
    // `0-5` beside `5-10`: the last age of one is the first of the next.
    let meanings: Vec<String> = labels
        .iter()
        .filter_map(|(id, label)| {
            let ages = label.ages?;
            let to = ages.to?;
            let next = labels.iter().any(|(_, other)| {
                other.ages.is_some_and(|other| {
                    other.from.months + 12 == to.months && other.from > ages.from
                })
            });
            let shorter = Ages {
                to: Some(Age {
                    months: to.months - 12,
                    days: 0,
                }),
                ..ages
            };
            next.then(|| format!("{:?} = \"{shorter}\"", name(id)))
        })
        .collect();
    let say = if meanings.is_empty() {
        "say what they mean with meaning".to_owned()
    } else {
        format!(
            "if the last age belongs to the next option, say so: meaning = {{ {} }}",
            meanings.join(", ")
        )
    };
    format!(
        "options of category {:?} share people: {} and {}; {say}; if they overlap on purpose, say overlapping = true, and no total is printed",
        category.name, shown[0], shown[1]
    )
}

fn labels<'a>(
    category: &'a Category,
    meanings: &'a BTreeMap<&str, OptionMeaning>,
) -> impl Iterator<Item = (&'a str, Label)> {
    category
        .category_options
        .iter()
        .filter_map(|id| match meanings.get(id.as_str()) {
            Some(OptionMeaning::Counts(label)) => Some((id.as_str(), *label)),
            _ => None,
        })
}

fn overlap(a: &Label, b: &Label) -> bool {
    let sexes = a.sex.is_none() || b.sex.is_none() || a.sex == b.sex;
    let (a, b) = (a.ages.unwrap_or(Ages::ALL), b.ages.unwrap_or(Ages::ALL));
    sexes && a.to.is_none_or(|to| b.from < to) && b.to.is_none_or(|to| a.from < to)
}

/// Ages that no option of a category of ages counts.
fn left_out(combo: &CategoryCombo, meanings: &BTreeMap<&str, OptionMeaning>) -> Vec<UncoveredAges> {
    let mut found = Vec::new();
    for category in &combo.categories {
        let mut spans: Vec<Ages> = labels(category, meanings)
            .filter_map(|(_, label)| label.ages)
            .collect();
        if spans.is_empty() {
            continue;
        }
        spans.sort_unstable();
        let mut reached = Some(Age::default());
        let mut gaps = Vec::new();
        for span in spans {
            let Some(end) = reached else { break };
            if span.from > end {
                gaps.push(Ages {
                    from: end,
                    to: Some(span.from),
                });
            }
            reached = span.to;
        }
        gaps.extend(reached.map(|from| Ages { from, to: None }));
        if !gaps.is_empty() {
            found.push(UncoveredAges {
                category: category.name.clone(),
                ages: gaps,
            });
        }
    }
    found
}
