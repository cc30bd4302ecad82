//! Ids in a set, looked up in the document under the scheme the set names.

use std::collections::{HashMap, HashSet};

use crate::metadata::{
    CategoryCombo, CategoryOptionCombo, DataElement, DataSet, Metadata, OrgUnit,
};
use crate::{DataValueSet, Period, PeriodType, Text};

/// What kind of id a set uses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Scheme {
    Uid,
    Code,
    Name,
    /// An attribute, which the document does not carry.
    Other,
}

impl Scheme {
    fn of(own: Option<&Text>, general: Option<&Text>) -> Self {
        match own
            .or(general)
            .map(|text| text.to_ascii_uppercase())
            .as_deref()
        {
            None | Some("UID" | "ID") => Self::Uid,
            Some("CODE") => Self::Code,
            Some("NAME") => Self::Name,
            Some(_) => Self::Other,
        }
    }

    fn key<'a>(self, id: &'a str, code: Option<&'a str>, name: Option<&'a str>) -> Option<&'a str> {
        match self {
            Self::Uid => Some(id),
            Self::Code => code,
            Self::Name => name,
            Self::Other => None,
        }
    }
}

/// Everything the values can name.
pub(super) struct MetadataIndex<'a> {
    sets: HashMap<&'a str, &'a DataSet>,
    elements: HashMap<&'a str, &'a DataElement>,
    units: HashMap<&'a str, &'a OrgUnit>,
    combos: HashMap<&'a str, (&'a CategoryCombo, &'a CategoryOptionCombo)>,
    attributes: HashMap<&'a str, (&'a CategoryCombo, &'a CategoryOptionCombo)>,
    assigned: HashMap<&'a str, HashSet<&'a str>>,
    types: HashMap<&'a str, Option<PeriodType>>,
    pub(super) periods: HashMap<&'a str, Option<Period>>,
    /// Whether the ids of each type can be looked up at all.
    pub(super) knows_elements: bool,
    pub(super) knows_units: bool,
    pub(super) knows_combos: bool,
}

impl<'a> MetadataIndex<'a> {
    pub(super) fn new(set: &'a DataValueSet, metadata: &'a Metadata) -> Self {
        let schemes = &set.schemes;
        let general = schemes.id.as_ref();
        let scheme = |own: &'a Option<Text>| Scheme::of(own.as_ref(), general);
        let sets = scheme(&schemes.data_set);
        let elements = scheme(&schemes.data_element);
        let units = scheme(&schemes.org_unit);
        let combos = scheme(&schemes.category_option_combo);
        // the per-value import reads attribute option combos under the scheme of category option combos.
        let attributes = scheme(match &schemes.attribute_option_combo {
            own @ Some(_) => own,
            None => &schemes.category_option_combo,
        });
        let option_combos = |scheme: Scheme| {
            let all = metadata
                .category_combos
                .iter()
                .flat_map(|c| c.category_option_combos.iter().map(move |o| (c, o)));
            all.filter_map(move |(c, o)| {
                Some((scheme.key(&o.id, o.code.as_deref(), Some(&o.name))?, (c, o)))
            })
        };
        let assigned = |set: &'a DataSet| {
            (
                set.id.as_str(),
                set.organisation_units.iter().map(String::as_str).collect(),
            )
        };
        Self {
            sets: metadata
                .data_sets
                .iter()
                .filter_map(|s| Some((sets.key(&s.id, s.code.as_deref(), Some(&s.name))?, s)))
                .collect(),
            elements: metadata
                .data_elements
                .iter()
                .filter_map(|e| Some((elements.key(&e.id, e.code.as_deref(), Some(&e.name))?, e)))
                .collect(),
            units: metadata
                .org_units
                .iter()
                .filter_map(|u| Some((units.key(&u.id, u.code.as_deref(), u.name.as_deref())?, u)))
                .collect(),
            combos: option_combos(combos).collect(),
            attributes: option_combos(attributes).collect(),
            assigned: metadata.data_sets.iter().map(assigned).collect(),
            types: metadata
                .data_sets
                .iter()
                .map(|s| (s.id.as_str(), s.period_type.parse().ok()))
                .collect(),
            periods: periods(set),
            knows_elements: elements != Scheme::Other,
            knows_units: units != Scheme::Other && !metadata.org_units.is_empty(),
            knows_combos: combos != Scheme::Other,
        }
    }

    /// The type of a data set's periods.
    pub(super) fn period_type(&self, set: &DataSet) -> Option<PeriodType> {
        self.types.get(set.id.as_str()).copied().flatten()
    }

    pub(super) fn data_set(&self, key: &str) -> Option<&'a DataSet> {
        self.sets.get(key).copied()
    }

    pub(super) fn element(&self, key: &str) -> Option<&'a DataElement> {
        self.elements.get(key).copied()
    }

    pub(super) fn unit(&self, key: &str) -> Option<&'a OrgUnit> {
        self.units.get(key).copied()
    }

    pub(super) fn option_combo(
        &self,
        key: &str,
    ) -> Option<(&'a CategoryCombo, &'a CategoryOptionCombo)> {
        self.combos.get(key).copied()
    }

    pub(super) fn attribute_combo(
        &self,
        key: &str,
    ) -> Option<(&'a CategoryCombo, &'a CategoryOptionCombo)> {
        self.attributes.get(key).copied()
    }

    /// Whether a unit is assigned to a data set.
    pub(super) fn is_assigned(&self, set: &DataSet, unit: &str) -> bool {
        self.assigned
            .get(set.id.as_str())
            .is_some_and(|units| units.contains(unit))
    }
}

/// Periods by their text, each read once.
fn periods(set: &DataValueSet) -> HashMap<&str, Option<Period>> {
    let mut periods = HashMap::new();
    let mut last = "";
    for value in &set.values {
        if *value.period != *last || periods.is_empty() {
            last = &value.period;
            periods.entry(last).or_insert_with(|| last.parse().ok());
        }
    }
    periods
}
