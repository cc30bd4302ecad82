//! Which data element of an instance holds a target group: found by UID or code, and checked by what it says of itself.

use std::collections::BTreeSet;

use pop_datavalues::Mapping;
use pop_datavalues::ages::{Ages, group_words, names_everybody, read_label};
use pop_datavalues::mapping::{By, MappingEntry};
use pop_datavalues::metadata::{CategoryCombo, DataElement, Metadata};
use pop_datavalues::resolved_mapping::{CountedGroup, resolve};
use pop_sums::Sex;
use pop_worldpop::AgeBandScheme;

use crate::programme::{BY_SEX, GroupKind, Programme, TargetGroup};
use crate::uid::{ObjectType, derived_uid};

/// Value types that hold whole people.
const VALUE_TYPES: [&str; 4] = [
    "INTEGER_ZERO_OR_POSITIVE",
    "INTEGER_POSITIVE",
    "INTEGER",
    "NUMBER",
];

/// What an instance has for a group.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct ElementMatch<'a> {
    /// The element that holds it.
    pub(crate) element: Option<&'a DataElement>,
    /// Elements that have a code of the group and cannot hold it, with the reason.
    pub(crate) left: Vec<(&'a DataElement, String)>,
}

/// Looks for a group: the element with the derived UID, then those with the code or a known code.
pub(crate) fn match_element<'a>(
    metadata: &'a Metadata,
    programme: &Programme,
    group: &TargetGroup,
    namespace: &str,
) -> ElementMatch<'a> {
    let own = derived_uid(namespace, ObjectType::DataElement, &group.code);
    let mut found = ElementMatch::default();
    let by_id = metadata.data_elements.iter().filter(|e| e.id == own);
    let codes = std::iter::once(&group.code).chain(&group.known_codes);
    let by_code = codes.flat_map(|code| {
        let has_code = move |e: &&DataElement| e.code.as_ref() == Some(code);
        metadata.data_elements.iter().filter(has_code)
    });
    let mut seen = BTreeSet::new();
    for element in by_id.chain(by_code).filter(|e| seen.insert(&e.id)) {
        match reason_against(metadata, programme, group, element) {
            None if found.element.is_none() => found.element = Some(element),
            None => found
                .left
                .push((element, "another holds the group".to_owned())),
            Some(reason) => found.left.push((element, reason)),
        }
    }
    found
}

/// Why an element cannot hold a group, where it cannot.
fn reason_against(
    metadata: &Metadata,
    programme: &Programme,
    group: &TargetGroup,
    element: &DataElement,
) -> Option<String> {
    if element.domain_type.as_deref() == Some("TRACKER") {
        return Some("it is a tracker data element".to_owned());
    }
    if !VALUE_TYPES.contains(&element.value_type.as_str()) {
        return Some(format!(
            "its value type is {}, which holds no number of people",
            element.value_type
        ));
    }
    let combo = metadata
        .category_combo(&element.category_combo)
        .filter(|combo| !combo.is_default);
    match (combo, group.by.is_empty()) {
        (None, false) => Some("it is not divided".to_owned()),
        (Some(combo), true) => Some(format!("it is divided by {:?}", combo.name)),
        (Some(combo), false) => other_options(metadata, programme, group, element, combo),
        (None, true) => other_people(group, element),
    }
}

/// An element whose name tells other people than the group.
fn other_people(group: &TargetGroup, element: &DataElement) -> Option<String> {
    if group.kind == GroupKind::Rate {
        return None;
    }
    let wanted = group.label().ok()?;
    let wanted = (wanted.sex, wanted.ages.unwrap_or(Ages::ALL));
    let said = if names_everybody(&element.name) {
        (None, Ages::ALL)
    } else {
        let label = read_label(&element.name)
            .filter(|label| label.sex.is_some() || label.ages.is_some())?;
        (label.sex, label.ages.unwrap_or(Ages::ALL))
    };
    (said != wanted).then(|| format!("its name says {}", group_words(said.0, said.1)))
}

/// An element whose options are not those that the group is divided by.
fn other_options(
    metadata: &Metadata,
    programme: &Programme,
    group: &TargetGroup,
    element: &DataElement,
    combo: &CategoryCombo,
) -> Option<String> {
    let entry = MappingEntry {
        data_element: element.id.clone(),
        data_set: metadata
            .data_sets_of(&element.id)
            .next()
            .map(|set| set.id.clone()),
        by: Some(By::Options),
        ..MappingEntry::default()
    };
    let mapping = Mapping {
        value: vec![entry],
        ..Mapping::default()
    };
    let reason = |text: &str| Some(format!("it is divided by {:?}{text}", combo.name));
    let Ok(resolved) = resolve(&mapping, Some(metadata), AgeBandScheme::Open90) else {
        return reason(", whose options are in doubt");
    };
    let found: Option<BTreeSet<(Option<Sex>, Ages)>> = resolved
        .targets
        .iter()
        .map(|target| match &target.group {
            CountedGroup::Group { sex, ages } => Some((*sex, *ages)),
            CountedGroup::Formula(_) => None,
        })
        .collect();
    if found.as_ref() == Some(&wanted_cells(programme, group)) {
        return None;
    }
    reason(", which has other options")
}

/// Sex and ages of each option combo of a divided group; ages that the whole group has are left out, as no option tells them.
pub(crate) fn wanted_cells(
    programme: &Programme,
    group: &TargetGroup,
) -> BTreeSet<(Option<Sex>, Ages)> {
    let mut sexes = vec![None];
    let mut ages = vec![Ages::ALL];
    for key in &group.by {
        if key == BY_SEX {
            sexes = vec![Some(Sex::Female), Some(Sex::Male)];
        } else if let Some(category) = programme.ages.get(key) {
            let labels = category.labels().unwrap_or_default();
            ages = labels.iter().filter_map(|label| label.ages).collect();
        }
    }
    sexes
        .iter()
        .flat_map(|sex| ages.iter().map(move |ages| (*sex, *ages)))
        .collect()
}
