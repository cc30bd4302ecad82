//! Reading data value sets.

use std::borrow::Cow;
use std::collections::HashSet;
use std::fmt;
use std::sync::Arc;

use serde::de::{
    self, DeserializeSeed, Deserializer, Error as _, IgnoredAny, MapAccess, SeqAccess, Visitor,
};

use super::{DataValue, DataValueSet, Text};

/// Why a data value set is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ReadError {
    /// No bytes.
    #[error("the data value set is empty")]
    Empty,
    /// The end is missing.
    #[error("the data value set is cut: {0}")]
    Cut(String),
    /// Not JSON, or of a shape that DHIS2 does not read as it looks.
    #[error("not a data value set: {0}")]
    Shape(String),
}

pub(super) fn read(bytes: &[u8]) -> Result<DataValueSet, ReadError> {
    if bytes.starts_with(&[0xFF, 0xFE]) || bytes.starts_with(&[0xFE, 0xFF]) {
        return Err(ReadError::Shape(
            "the text is UTF-16, expected UTF-8".to_owned(),
        ));
    }
    let bytes = bytes.strip_prefix(&[0xEF, 0xBB, 0xBF]).unwrap_or(bytes);
    if bytes.iter().all(u8::is_ascii_whitespace) {
        return Err(ReadError::Empty);
    }
    let mut json = serde_json::Deserializer::from_slice(bytes);
    let parsed = json
        .deserialize_map(SetVisitor)
        .and_then(|set| json.end().map(|()| set));
    parsed.map_err(|e| {
        if e.is_eof() {
            ReadError::Cut(e.to_string())
        } else {
            ReadError::Shape(e.to_string())
        }
    })
}

/// Texts seen so far, so that a million values share their ids.
#[derive(Default)]
struct Pool(HashSet<Text>);

impl Pool {
    fn share(&mut self, text: &str) -> Text {
        if let Some(known) = self.0.get(text) {
            return Arc::clone(known);
        }
        let text: Text = text.into();
        self.0.insert(Arc::clone(&text));
        text
    }
}

/// A JSON string and nothing else.
struct Strict<'a>(&'a str);

impl<'de> DeserializeSeed<'de> for Strict<'_> {
    type Value = Cow<'de, str>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Strict<'_> {
    type Value = Cow<'de, str>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "a text for {:?} (in quotes: some DHIS2 versions fail on anything else)",
            self.0
        )
    }

    fn visit_borrowed_str<E: de::Error>(self, text: &'de str) -> Result<Self::Value, E> {
        Ok(Cow::Borrowed(text))
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Self::Value, E> {
        Ok(Cow::Owned(text.to_owned()))
    }
}

/// Keys seen in one object.
#[derive(Default)]
struct Once(Vec<String>);

impl Once {
    fn note<E: de::Error>(&mut self, key: &str) -> Result<(), E> {
        if self.0.iter().any(|seen| seen == key) {
            return Err(E::custom(format!("the key {key:?} is there twice")));
        }
        self.0.push(key.to_owned());
        Ok(())
    }
}

struct SetVisitor;

/// What the top level may say for all values.
#[derive(Default)]
struct Common {
    period: Option<Text>,
    org_unit: Option<Text>,
    attribute_option_combo: Option<Text>,
}

impl<'de> Visitor<'de> for SetVisitor {
    type Value = DataValueSet;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object with a list \"dataValues\"")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let (mut set, mut common, mut pool) =
            (DataValueSet::default(), Common::default(), Pool::default());
        let (mut once, mut listed) = (Once::default(), false);
        while let Some(key) = map.next_key::<Cow<'de, str>>()? {
            once.note(&key)?;
            let slot = match key.as_ref() {
                "dataValues" => {
                    listed = true;
                    set.values = map.next_value_seed(Values(&mut pool))?;
                    continue;
                }
                "dataSet" => &mut set.data_set,
                "idScheme" => &mut set.schemes.id,
                "dataSetIdScheme" => &mut set.schemes.data_set,
                "dataElementIdScheme" => &mut set.schemes.data_element,
                "orgUnitIdScheme" => &mut set.schemes.org_unit,
                "categoryOptionComboIdScheme" => &mut set.schemes.category_option_combo,
                "attributeOptionComboIdScheme" => &mut set.schemes.attribute_option_combo,
                "period" => &mut common.period,
                "orgUnit" => &mut common.org_unit,
                "attributeOptionCombo" => &mut common.attribute_option_combo,
                other => {
                    refuse_order(other)?;
                    map.next_value::<IgnoredAny>()?;
                    continue;
                }
            };
            *slot = Some(map.next_value_seed(Strict(&key))?.as_ref().into());
        }
        if !listed {
            return Err(A::Error::missing_field("dataValues"));
        }
        for (index, value) in set.values.iter_mut().enumerate() {
            common
                .fill(value)
                .map_err(|what| A::Error::custom(format!("data value {}: {what}", index + 1)))?;
        }
        Ok(set)
    }
}

/// Keys that make an import do something else than store the values.
fn refuse_order<E: de::Error>(key: &str) -> Result<(), E> {
    let orders = [
        "dryRun",
        "strategy",
        "importStrategy",
        "completeDate",
        "deletion",
        "attributeCategoryOptions",
        "categoryIdScheme",
        "categoryOptionIdScheme",
    ];
    if orders.contains(&key) {
        return Err(E::custom(format!(
            "the key {key:?} changes what an import does; take it out"
        )));
    }
    Ok(())
}

impl Common {
    /// Gives a value what the top level says. One dialect lets the top level
    /// win and the other the value, so the two must not differ.
    fn fill(&self, value: &mut DataValue) -> Result<(), String> {
        for (name, top, own) in [
            ("period", &self.period, &mut value.period),
            ("orgUnit", &self.org_unit, &mut value.org_unit),
        ] {
            match top {
                Some(top) if own.is_empty() => *own = Arc::clone(top),
                Some(top) if top != own => {
                    return Err(format!(
                        "{name} is {own:?}, but {top:?} at the top level; DHIS2 versions differ in which one counts"
                    ));
                }
                _ if own.is_empty() => return Err(format!("{name} is missing")),
                _ => {}
            }
        }
        match (
            &self.attribute_option_combo,
            &mut value.attribute_option_combo,
        ) {
            (Some(top), own @ None) => *own = Some(Arc::clone(top)),
            (Some(top), Some(own)) if top != own => {
                return Err(format!(
                    "attributeOptionCombo is {own:?}, but {top:?} at the top level; DHIS2 versions differ in which one counts"
                ));
            }
            _ => {}
        }
        Ok(())
    }
}

struct Values<'a>(&'a mut Pool);

impl<'de> DeserializeSeed<'de> for Values<'_> {
    type Value = Vec<DataValue>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_seq(self)
    }
}

impl<'de> Visitor<'de> for Values<'_> {
    type Value = Vec<DataValue>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of data values")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Self::Value, A::Error> {
        let mut values = Vec::new();
        while let Some(value) = list.next_element_seed(OneValue(self.0))? {
            values.push(value);
        }
        Ok(values)
    }
}

struct OneValue<'a>(&'a mut Pool);

impl<'de> DeserializeSeed<'de> for OneValue<'_> {
    type Value = DataValue;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for OneValue<'_> {
    type Value = DataValue;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a data value, as an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let empty: Text = self.0.share("");
        let mut value = DataValue {
            data_element: Arc::clone(&empty),
            period: Arc::clone(&empty),
            org_unit: empty,
            category_option_combo: None,
            attribute_option_combo: None,
            value: "".into(),
            comment: None,
            deleted: false,
        };
        let mut once = Once::default();
        while let Some(key) = map.next_key::<Cow<'de, str>>()? {
            once.note(&key)?;
            match key.as_ref() {
                "value" => value.value = map.next_value_seed(Strict(&key))?.as_ref().into(),
                "deleted" => value.deleted = map.next_value::<Option<bool>>()?.unwrap_or_default(),
                "storedBy" | "created" | "lastUpdated" | "followup" | "followUp" => {
                    map.next_value::<IgnoredAny>()?;
                }
                name @ ("dataElement" | "period" | "orgUnit") => {
                    let text = self.0.share(&map.next_value_seed(Strict(name))?);
                    match name {
                        "dataElement" => value.data_element = text,
                        "period" => value.period = text,
                        _ => value.org_unit = text,
                    }
                }
                name @ ("categoryOptionCombo" | "attributeOptionCombo" | "comment") => {
                    let text = Some(self.0.share(&map.next_value_seed(Strict(name))?));
                    match name {
                        "categoryOptionCombo" => value.category_option_combo = text,
                        "attributeOptionCombo" => value.attribute_option_combo = text,
                        _ => value.comment = text,
                    }
                }
                other => {
                    return Err(A::Error::custom(format!(
                        "a data value has no key {other:?}"
                    )));
                }
            }
        }
        if value.data_element.is_empty() {
            return Err(A::Error::custom("dataElement is missing"));
        }
        if value.value.is_empty() && !value.deleted {
            return Err(A::Error::custom("value is missing or empty"));
        }
        Ok(value)
    }
}
