//! The metadata that an import goes by, looked up once.

use std::collections::{HashMap, HashSet};
use std::rc::Rc;

use jiff::civil::Date;
use serde_json::Value;

use crate::clock::parse_date;
use crate::json::{Object, reference, references, text};
use crate::metadata_store::{DEFAULT_COMBO, MetadataStore, elements_of};
use crate::period::PeriodType;
use crate::schema::Schema;
use crate::users::Caller;

use super::import_options::Scheme;

/// A data element.
#[derive(Debug)]
pub(crate) struct Element {
    pub(crate) id: String,
    pub(crate) value_type: String,
    pub(crate) combo: String,
    /// Whether a zero is worth keeping.
    pub(crate) keeps_zero: bool,
    /// Codes of the options, where it has an option set.
    pub(crate) options: Option<HashSet<String>>,
}

/// A data set.
#[derive(Debug)]
pub(crate) struct DataSet {
    pub(crate) id: String,
    pub(crate) period_type: Option<&'static PeriodType>,
    pub(crate) open_future: i64,
    pub(crate) expiry_days: f64,
    pub(crate) elements: HashSet<String>,
    /// Combinations that the set puts in place of an element's own.
    overrides: HashMap<String, String>,
    pub(crate) units: HashSet<String>,
    pub(crate) attribute_combo: String,
    pub(crate) input_periods: Vec<InputPeriod>,
    pub(crate) workflow: Option<String>,
    pub(crate) readable: bool,
    pub(crate) writable: bool,
}

/// A period for which data may be entered, and when.
#[derive(Debug)]
pub(crate) struct InputPeriod {
    pub(crate) period: String,
    opens: Option<Date>,
    closes: Option<Date>,
}

impl InputPeriod {
    /// Whether it is open on a day.
    pub(crate) fn is_open(&self, day: Date) -> bool {
        self.opens.is_none_or(|opens| opens <= day)
            && self.closes.is_none_or(|closes| day <= closes)
    }
}

impl DataSet {
    /// Whether its input periods, where it has any, let a period in on a day.
    pub(crate) fn takes(&self, period: &str, day: Date) -> bool {
        let mut entries = self.input_periods.iter();
        self.input_periods.is_empty()
            || entries.any(|entry| entry.period == period && entry.is_open(day))
    }

    /// The combination of an element in this set.
    pub(crate) fn combo_of<'a>(&'a self, element: &'a Element) -> &'a str {
        self.overrides.get(&element.id).unwrap_or(&element.combo)
    }
}

/// An option combination.
#[derive(Debug)]
pub(crate) struct OptionCombo {
    pub(crate) combo: String,
    /// Options that the caller may not enter data for.
    pub(crate) closed_options: Vec<String>,
}

/// How an identifier was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum LookupResult {
    /// It is that object.
    One(String),
    /// It is none.
    None,
    /// It is one of several.
    Several(String),
}

impl LookupResult {
    /// The object, whichever of several.
    pub(crate) fn any(self) -> Option<String> {
        match self {
            Self::One(id) | Self::Several(id) => Some(id),
            Self::None => None,
        }
    }
}

/// Metadata for one import.
pub(crate) struct MetadataLookup<'a> {
    pub(crate) store: &'a MetadataStore,
    pub(crate) caller: &'a Caller,
    elements: HashMap<String, Option<Rc<Element>>>,
    sets: HashMap<String, Option<Rc<DataSet>>>,
    combos: HashMap<String, Option<Rc<OptionCombo>>>,
    sets_of: HashMap<String, Rc<[Rc<DataSet>]>>,
    indexes: HashMap<(&'static str, Scheme), HashMap<String, Vec<String>>>,
}

impl<'a> MetadataLookup<'a> {
    pub(crate) fn new(store: &'a MetadataStore, caller: &'a Caller) -> Self {
        Self {
            store,
            caller,
            elements: HashMap::new(),
            sets: HashMap::new(),
            combos: HashMap::new(),
            sets_of: HashMap::new(),
            indexes: HashMap::new(),
        }
    }

    /// The object of a type that an identifier stands for in a scheme.
    pub(crate) fn find(
        &mut self,
        plural: &'static str,
        scheme: &Scheme,
        word: &str,
    ) -> LookupResult {
        if *scheme == Scheme::Uid {
            return match self.store.get(plural, word) {
                Some(_) => LookupResult::One(word.to_owned()),
                None => LookupResult::None,
            };
        }
        let store = self.store;
        let index = self
            .indexes
            .entry((plural, scheme.clone()))
            .or_insert_with(|| index(store, plural, scheme));
        match index.get(word).map(Vec::as_slice) {
            None | Some([]) => LookupResult::None,
            Some([one]) => LookupResult::One(one.clone()),
            Some([first, ..]) => LookupResult::Several(first.clone()),
        }
    }

    pub(crate) fn element(&mut self, id: &str) -> Option<Rc<Element>> {
        if let Some(known) = self.elements.get(id) {
            return known.clone();
        }
        let element = self
            .store
            .members("dataElements", id)
            .map(|members| Rc::new(self.read_element(id, members)));
        self.elements.insert(id.to_owned(), element.clone());
        element
    }

    fn read_element(&self, id: &str, members: &Object) -> Element {
        let aggregation = text(members, "aggregationType").unwrap_or_default();
        let significant = members
            .get("zeroIsSignificant")
            .and_then(Value::as_bool)
            .unwrap_or(false);
        let options = reference(members.get("optionSet")).map(|set| {
            let kind = Schema::find("options");
            kind.into_iter()
                .flat_map(|kind| self.store.all(kind))
                .filter(|option| reference(option.members.get("optionSet")) == Some(set))
                .filter_map(|option| text(&option.members, "code").map(str::to_owned))
                .collect()
        });
        Element {
            id: id.to_owned(),
            value_type: text(members, "valueType").unwrap_or("NUMBER").to_owned(),
            combo: reference(members.get("categoryCombo"))
                .unwrap_or(DEFAULT_COMBO)
                .to_owned(),
            keeps_zero: significant || matches!(aggregation, "AVERAGE" | "AVERAGE_SUM_ORG_UNIT"),
            options,
        }
    }

    pub(crate) fn set(&mut self, id: &str) -> Option<Rc<DataSet>> {
        if let Some(known) = self.sets.get(id) {
            return known.clone();
        }
        let set = self
            .store
            .members("dataSets", id)
            .map(|members| Rc::new(self.read_set(id, members)));
        self.sets.insert(id.to_owned(), set.clone());
        set
    }

    fn read_set(&self, id: &str, members: &Object) -> DataSet {
        let access = Schema::find("dataSets").map(|kind| self.caller.access(kind, members));
        let number = |key: &str| members.get(key).and_then(Value::as_f64).unwrap_or(0.0);
        let links = members
            .get("dataSetElements")
            .and_then(Value::as_array)
            .into_iter()
            .flatten();
        let periods = members
            .get("dataInputPeriods")
            .and_then(Value::as_array)
            .into_iter()
            .flatten();
        DataSet {
            id: id.to_owned(),
            period_type: text(members, "periodType").and_then(PeriodType::find),
            open_future: members
                .get("openFuturePeriods")
                .and_then(Value::as_i64)
                .unwrap_or(0),
            expiry_days: number("expiryDays"),
            elements: elements_of(members).map(str::to_owned).collect(),
            overrides: links
                .filter_map(|link| {
                    let combo = reference(link.get("categoryCombo"))?;
                    Some((
                        reference(link.get("dataElement"))?.to_owned(),
                        combo.to_owned(),
                    ))
                })
                .collect(),
            units: references(members.get("organisationUnits"))
                .map(str::to_owned)
                .collect(),
            attribute_combo: reference(members.get("categoryCombo"))
                .unwrap_or(DEFAULT_COMBO)
                .to_owned(),
            input_periods: periods
                .filter_map(|entry| {
                    let day =
                        |key: &str| entry.get(key).and_then(Value::as_str).and_then(parse_date);
                    Some(InputPeriod {
                        period: reference(entry.get("period"))?.to_owned(),
                        opens: day("openingDate"),
                        closes: day("closingDate"),
                    })
                })
                .collect(),
            workflow: reference(members.get("workflow")).map(str::to_owned),
            readable: access.is_some_and(|access| access.read),
            writable: access.is_some_and(|access| access.data_write),
        }
    }

    /// The data sets that have an element.
    pub(crate) fn sets_of(&mut self, element: &str) -> Rc<[Rc<DataSet>]> {
        if let Some(known) = self.sets_of.get(element) {
            return Rc::clone(known);
        }
        let ids: Vec<String> = self
            .store
            .sets_of(element)
            .map(|(id, _)| id.to_owned())
            .collect();
        let sets: Rc<[_]> = ids.iter().filter_map(|id| self.set(id)).collect();
        self.sets_of.insert(element.to_owned(), Rc::clone(&sets));
        sets
    }

    pub(crate) fn combo(&mut self, id: &str) -> Option<Rc<OptionCombo>> {
        if let Some(known) = self.combos.get(id) {
            return known.clone();
        }
        let combo = self
            .store
            .members("categoryOptionCombos", id)
            .map(|members| {
                let options: Vec<String> = references(members.get("categoryOptions"))
                    .map(str::to_owned)
                    .collect();
                let closed_options = options
                    .iter()
                    .filter(|option| {
                        let access = Schema::find("categoryOptions")
                            .zip(self.store.members("categoryOptions", option))
                            .map(|(kind, members)| self.caller.access(kind, members));
                        !access.is_some_and(|access| access.data_write)
                    })
                    .cloned()
                    .collect();
                Rc::new(OptionCombo {
                    combo: reference(members.get("categoryCombo"))
                        .unwrap_or_default()
                        .to_owned(),
                    closed_options,
                })
            });
        self.combos.insert(id.to_owned(), combo.clone());
        combo
    }

    /// The option combination of a category combination with exactly these options.
    pub(crate) fn combo_with(&mut self, combo: &str, options: &[String]) -> Option<String> {
        let mut wanted: Vec<&str> = options.iter().map(String::as_str).collect();
        wanted.sort_unstable();
        self.store
            .option_combos(combo)
            .find(|members| crate::metadata_store::option_set(members) == wanted)
            .and_then(|members| text(members, "id").map(str::to_owned))
    }

    /// When a unit opens and closes.
    pub(crate) fn unit_span(&self, unit: &str) -> (Option<Date>, Option<Date>) {
        let members = self.store.members("organisationUnits", unit);
        let day = |key: &str| {
            members
                .and_then(|members| text(members, key))
                .and_then(parse_date)
        };
        (day("openingDate"), day("closedDate"))
    }
}

fn index(
    store: &MetadataStore,
    plural: &'static str,
    scheme: &Scheme,
) -> HashMap<String, Vec<String>> {
    let mut index: HashMap<String, Vec<String>> = HashMap::new();
    for object in Schema::find(plural)
        .into_iter()
        .flat_map(|kind| store.all(kind))
    {
        let members = &object.members;
        let word = match scheme {
            Scheme::Uid => text(members, "id"),
            Scheme::Code => text(members, "code"),
            Scheme::Identifier => text(members, "name"),
            Scheme::Attribute(attribute) => members
                .get("attributeValues")
                .and_then(Value::as_array)
                .into_iter()
                .flatten()
                .find(|entry| reference(entry.get("attribute")) == Some(attribute))
                .and_then(|entry| entry.get("value").and_then(Value::as_str)),
        };
        if let (Some(word), Some(id)) = (word, text(members, "id")) {
            index
                .entry(word.to_owned())
                .or_default()
                .push(id.to_owned());
        }
    }
    index
}
