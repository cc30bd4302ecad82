//! The switches of an import (`ImportOptions`).

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::envelope::Failure;
use crate::query::QueryParameters;
use crate::users::Caller;
use crate::version::Version;

/// What is done with values that are new, stored already, or to go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Strategy {
    Create,
    Update,
    CreateAndUpdate,
    Delete,
}

impl Strategy {
    fn text(self) -> &'static str {
        match self {
            Self::Create => "CREATE",
            Self::Update => "UPDATE",
            Self::CreateAndUpdate => "CREATE_AND_UPDATE",
            Self::Delete => "DELETE",
        }
    }

    /// The strategy of that exact name.
    pub(crate) fn find(word: &str) -> Option<Self> {
        Some(match word {
            "CREATE" | "NEW" => Self::Create,
            "UPDATE" | "UPDATES" => Self::Update,
            "CREATE_AND_UPDATE" | "NEW_AND_UPDATES" | "SYNC" => Self::CreateAndUpdate,
            "DELETE" | "DELETES" => Self::Delete,
            _ => return None,
        })
    }
}

/// What the identifiers of a request are.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub(crate) enum Scheme {
    #[default]
    Uid,
    Code,
    Identifier,
    /// The value of an attribute with that identifier.
    Attribute(String),
}

impl Scheme {
    /// Parses `CODE`, `ATTRIBUTE:<uid>` and so on.
    pub(crate) fn parse(word: &str) -> Option<Self> {
        if let Some((kind, attribute)) = word.split_once(':') {
            return kind
                .eq_ignore_ascii_case("attribute")
                .then(|| Self::Attribute(attribute.to_owned()));
        }
        Some(match word.to_ascii_uppercase().as_str() {
            "UID" | "ID" => Self::Uid,
            "CODE" => Self::Code,
            "NAME" => Self::Identifier,
            _ => return None,
        })
    }

    fn json(&self) -> Value {
        match self {
            Self::Uid => json!({"type": "UID"}),
            Self::Code => json!({"type": "CODE"}),
            Self::Identifier => json!({"type": "NAME"}),
            Self::Attribute(id) => json!({"type": "ATTRIBUTE", "attribute": id}),
        }
    }
}

/// The parameters that name a scheme.
pub(crate) const SCHEMES: &[&str] = &[
    "idScheme",
    "dataElementIdScheme",
    "orgUnitIdScheme",
    "categoryOptionComboIdScheme",
    "dataSetIdScheme",
    "categoryIdScheme",
    "categoryOptionIdScheme",
];

/// Switches in the order in which the summary lists them, with what they are when not given.
const FLAGS: &[(&str, bool)] = &[
    ("dryRun", false),
    ("async", false),
    ("skipExistingCheck", false),
    ("sharing", false),
    ("skipNotifications", false),
    ("skipAudit", false),
    ("datasetAllowsPeriods", false),
    ("strictPeriods", false),
    ("strictDataElements", false),
    ("strictCategoryOptionCombos", false),
    ("strictAttributeOptionCombos", false),
    ("strictOrganisationUnits", false),
    ("strictDataSetApproval", false),
    ("strictDataSetLocking", false),
    ("strictDataSetInputPeriods", false),
    ("requireCategoryOptionCombo", false),
    ("requireAttributeOptionCombo", false),
    ("skipPatternValidation", false),
    ("ignoreEmptyCollection", false),
    ("force", false),
    ("firstRowIsHeader", true),
    ("skipLastUpdated", false),
    ("mergeDataValues", false),
    ("skipCache", false),
];

/// All switches of a request.
#[derive(Debug, Clone)]
pub(crate) struct ImportOptions {
    pub(crate) strategy: Strategy,
    pub(crate) data_set: Option<String>,
    schemes: BTreeMap<String, Scheme>,
    flags: BTreeMap<&'static str, bool>,
    version: Version,
    /// As the summary repeats them: the older engine does not repeat what a body sets.
    shown: Value,
}

impl ImportOptions {
    /// Reads the query parameters; a value that makes no sense is refused.
    pub(crate) fn read(query: &QueryParameters, version: Version) -> Result<Self, Failure> {
        let mut options = Self {
            strategy: Strategy::CreateAndUpdate,
            data_set: query.get("dataSet").map(str::to_owned),
            schemes: BTreeMap::new(),
            flags: FLAGS.iter().copied().collect(),
            version,
            shown: Value::Null,
        };
        if version >= Version::V43 {
            options.flags.insert("atomic", false);
        }
        let known: Vec<&'static str> = options.flags.keys().copied().collect();
        for name in known.into_iter().chain(["preheatCache"]) {
            let Some(word) = query.get(name) else {
                continue;
            };
            let value = parse_flag(word).ok_or_else(|| {
                if version == Version::V38 {
                    return Failure::new(400, format!("Value {word} is not a valid boolean."));
                }
                Failure::new(
                    400,
                    format!("Value '{word}' is not valid for parameter {name}. It should be of type boolean"),
                )
            })?;
            options.flags.insert(name, value);
        }
        if let Some(word) = query.get("importStrategy") {
            let spelled = if version > Version::V38 {
                word.to_ascii_uppercase()
            } else {
                word.to_owned()
            };
            options.strategy = Strategy::find(&spelled).ok_or_else(|| {
                let valid = "Valid values are: [CREATE, UPDATE, CREATE_AND_UPDATE, DELETE, SYNC, \
                             NEW_AND_UPDATES, NEW, UPDATES, DELETES]";
                let problem = if version > Version::V38 {
                    format!("Value '{word}' is not valid for parameter importStrategy.")
                } else {
                    format!("Value {word} is not a valid importStrategy.")
                };
                Failure::new(400, format!("{problem} {valid}"))
            })?;
        }
        for name in SCHEMES {
            let Some(word) = query.get(name) else {
                continue;
            };
            let scheme = Scheme::parse(word).ok_or_else(|| {
                Failure::new(
                    400,
                    format!("Value '{word}' is not valid for parameter {name}."),
                )
            })?;
            options.schemes.insert((*name).to_owned(), scheme);
        }
        options.shown = options.repeated();
        Ok(options)
    }

    /// Whether a switch is on.
    pub(crate) fn is_on(&self, name: &str) -> bool {
        self.flags.get(name).copied().unwrap_or(false)
    }

    /// Whether the caller may override checks, and asks for it.
    pub(crate) fn is_forced_by(&self, caller: &Caller) -> bool {
        self.is_on("force") && caller.is_superuser()
    }

    /// Sets a switch, as a body may do.
    pub(crate) fn set(&mut self, name: &'static str, value: bool) {
        self.flags.insert(name, value);
        if self.version.has_grouped_import() {
            self.shown[name] = value.into();
        }
    }

    /// Sets a scheme, as a body may do.
    pub(crate) fn set_scheme(&mut self, name: &str, scheme: Scheme) {
        if self.version.has_grouped_import() {
            self.shown["idSchemes"][name] = scheme.json();
        }
        self.schemes.insert(name.to_owned(), scheme);
    }

    /// The scheme of one kind of identifier, or the general one.
    pub(crate) fn scheme(&self, name: &str) -> Scheme {
        self.schemes
            .get(name)
            .or_else(|| self.schemes.get("idScheme"))
            .cloned()
            .unwrap_or_default()
    }

    /// As the summary repeats them.
    pub(crate) fn json(&self) -> Value {
        self.shown.clone()
    }

    fn repeated(&self) -> Value {
        let named = self.version >= Version::V41;
        let schemes: serde_json::Map<_, _> = self
            .schemes
            .iter()
            .filter(|_| named)
            .map(|(name, scheme)| (name.clone(), scheme.json()))
            .collect();
        let mut shown = json!({"idSchemes": schemes, "importStrategy": self.strategy.text(),
            "mergeMode": "REPLACE", "reportMode": "FULL"});
        let old = self.version == Version::V38;
        for (name, value) in self
            .flags
            .iter()
            .filter(|(name, _)| !(old && name.starts_with("strictDataSet")))
        {
            shown[*name] = (*value).into();
        }
        if let Some(set) = &self.data_set
            && self.version > Version::V38
        {
            shown["dataSet"] = set.clone().into();
        }
        shown
    }
}

/// The words that Spring takes for a boolean.
fn parse_flag(word: &str) -> Option<bool> {
    Some(match word.trim().to_ascii_lowercase().as_str() {
        "true" | "on" | "yes" | "1" => true,
        "false" | "off" | "no" | "0" | "" => false,
        _ => return None,
    })
}
