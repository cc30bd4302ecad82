//! From the words of a request to the objects they stand for.

use super::*;

impl GroupedImport<'_> {
    /// The data set of the request, decoded but not yet looked up.
    pub(super) fn data_set(&mut self, set: &ValueSet) -> Result<Option<String>, DecodeFailure> {
        let Some(word) = set.data_set.as_deref().or(self.options.data_set.as_deref()) else {
            return Ok(None);
        };
        let scheme = self.options.scheme("dataSetIdScheme");
        if scheme == Scheme::Uid {
            return if is_uid(word) {
                Ok(Some(word.to_owned()))
            } else {
                Err(undecoded(
                    "E8004",
                    word.to_owned(),
                    format!("Data set UID not valid: `{word}`"),
                ))
            };
        }
        match self.metadata.find("dataSets", &scheme, word) {
            LookupResult::One(id) => Ok(Some(id)),
            LookupResult::Several(_) => Err(DecodeFailure::NullGroup),
            LookupResult::None => Err(undecoded(
                "E8005",
                word.to_owned(),
                format!("Data set not found: `{word}`"),
            )),
        }
    }

    pub(super) fn decode(
        &mut self,
        index: usize,
        row: &ImportRow,
        set: &ValueSet,
    ) -> Result<DecodedValue, DecodeFailure> {
        let absent = |code, what| absent(index, row, code, what);
        let period = row
            .period
            .as_deref()
            .or(set.period.as_deref())
            .filter(|id| !id.is_empty());
        let period = period.ok_or_else(|| absent("E8100", "period"))?;
        let period = Period::parse(self.version, period).ok_or(DecodeFailure::NullGroup)?;
        let element = row
            .element
            .as_deref()
            .ok_or_else(|| absent("E8102", "data element"))?;
        let element = self.decode_id(
            index,
            "dataElements",
            "dataElementIdScheme",
            element,
            ("E8104", "data element UID not valid"),
            ("E8103", "data element not found"),
        )?;
        let unit = row
            .unit
            .as_deref()
            .or(set.unit.as_deref())
            .ok_or_else(|| absent("E8105", "org unit"))?;
        let unit = self.decode_id(
            index,
            "organisationUnits",
            "orgUnitIdScheme",
            unit,
            ("E8106", "org unit UID is not valid"),
            ("E8107", "org unit not found"),
        )?;
        let combo = match (row.combo.as_deref(), &row.options) {
            (Some(word), _) => Some(self.decode_id(
                index,
                "categoryOptionCombos",
                "categoryOptionComboIdScheme",
                word,
                ("E8109", "category option combo UID is not valid"),
                ("E8108", "category option combo not found"),
            )?),
            (None, Some(options)) => Some(self.decode_options(index, &element, options)?),
            (None, None) => None,
        };
        let attribute_combo = self.decode_attribute_combo(index, row, set)?;
        Ok(DecodedValue {
            index,
            element,
            period,
            unit,
            combo,
            attribute_combo,
            value: row.value.clone(),
            comment: row.comment.clone(),
            follow_up: row.follow_up.unwrap_or(false),
            deleted: row.deleted.unwrap_or(false),
        })
    }

    fn decode_attribute_combo(
        &mut self,
        index: usize,
        row: &ImportRow,
        set: &ValueSet,
    ) -> Result<Option<String>, DecodeFailure> {
        let attribute = row
            .attribute_combo
            .as_deref()
            .or(set.attribute_combo.as_deref());
        Ok(match (attribute, &set.attribute_options) {
            (Some(word), _) => Some(self.decode_id(
                index,
                "categoryOptionCombos",
                "attributeOptionComboIdScheme",
                word,
                ("E8111", "attribute option combo UID is not valid"),
                ("E8110", "attribute option combo not found"),
            )?),
            (None, Some(options)) => {
                let set = set.data_set.as_deref().and_then(|id| self.metadata.set(id));
                let combo = set
                    .map(|set| set.attribute_combo.clone())
                    .unwrap_or_default();
                let chosen: Vec<String> =
                    options.iter().map(|(_, option)| option.clone()).collect();
                self.metadata.combo_with(&combo, &chosen)
            }
            (None, None) => None,
        })
    }

    pub(super) fn decode_id(
        &mut self,
        index: usize,
        plural: &'static str,
        scheme: &str,
        word: &str,
        malformed: (&'static str, &str),
        unknown: (&'static str, &str),
    ) -> Result<String, DecodeFailure> {
        let scheme = self.options.scheme(scheme);
        if scheme == Scheme::Uid {
            return if is_uid(word) {
                Ok(word.to_owned())
            } else {
                let (code, text) = malformed;
                Err(undecoded(
                    code,
                    format!("{index}-{word}"),
                    format!("Value #{index} {text}: `{word}`"),
                ))
            };
        }
        match self.metadata.find(plural, &scheme, word) {
            LookupResult::One(id) => Ok(id),
            LookupResult::Several(_) => Err(DecodeFailure::NullGroup),
            LookupResult::None => {
                let (code, text) = unknown;
                Err(undecoded(
                    code,
                    format!("{index}-{word}"),
                    format!("Value #{index} {text}: `{word}`"),
                ))
            }
        }
    }

    pub(super) fn decode_options(
        &mut self,
        index: usize,
        element: &str,
        options: &[(String, String)],
    ) -> Result<String, DecodeFailure> {
        let combo = self
            .metadata
            .element(element)
            .map(|element| element.combo.clone())
            .unwrap_or_default();
        let chosen: Vec<String> = options.iter().map(|(_, option)| option.clone()).collect();
        self.metadata.combo_with(&combo, &chosen).ok_or_else(|| {
            let map = describe_options(options);
            undecoded(
                "E8108",
                format!("{index}-{map}"),
                format!("Value #{index} category option combo not found: `{map}`"),
            )
        })
    }
}

fn absent(index: usize, row: &ImportRow, code: &'static str, what: &str) -> DecodeFailure {
    let input = describe(row);
    undecoded(
        code,
        format!("{index}-{input}"),
        format!("Value #{index} {what} not defined in group or value: `{input}`"),
    )
}

pub(super) fn undecoded(code: &'static str, args: String, message: String) -> DecodeFailure {
    DecodeFailure::ImportConflict(Box::new(ImportConflict {
        indexes: Some(vec![-1]),
        ..*value_conflict(code, args, message)
    }))
}

/// A value as Java prints the record it was read into.
pub(super) fn describe(row: &ImportRow) -> String {
    let mut text = String::from("Input[");
    let show = |value: &Option<String>| value.clone().unwrap_or_else(|| "null".to_owned());
    let truth =
        |value: Option<bool>| value.map_or_else(|| "null".to_owned(), |value| value.to_string());
    let options = row
        .options
        .as_deref()
        .map_or_else(|| "null".to_owned(), describe_options);
    // Writing to a string cannot fail.
    let _ = write!(
        text,
        "dataElement={}, orgUnit={}, categoryOptionCombo={}, categoryOptions={options}, attributeOptionCombo={}, \
         attributeCombo=null, attributeOptions=null, period={}, value={}, comment={}, followUp={}, deleted={}]",
        show(&row.element),
        show(&row.unit),
        show(&row.combo),
        show(&row.attribute_combo),
        show(&row.period),
        show(&row.value),
        show(&row.comment),
        truth(row.follow_up),
        truth(row.deleted)
    );
    text
}

/// A map of options as Java prints it.
pub(super) fn describe_options(options: &[(String, String)]) -> String {
    let pairs: Vec<String> = options
        .iter()
        .rev()
        .map(|(key, value)| format!("{key}={value}"))
        .collect();
    format!("{{{}}}", pairs.join(", "))
}
