//! The mapping file: what goes where, as TOML.
//!
//! Everything in it is a statement of the user and wins over what is found
//! automatically. Unknown keys are refused, so that a slip of the pen is seen.

mod rate_form;

use std::collections::BTreeMap;

use serde::Deserialize;

/// The longest comment: servers take 5,000 characters, with ours.
const MAX_COMMENT_CHARACTERS: usize = 4_000;
/// A larger rate is one per cent or per thousand.
const MAX_RATE: f64 = 5.0;

/// A mapping file.
#[derive(Debug, Clone, PartialEq, Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
pub struct Mapping {
    /// Version of the form; 1.
    pub version: Option<u32>,
    /// Data set of all entries that name none of their own: UID, code or name.
    pub data_set: Option<String>,
    /// Attribute option combo of all values: UID, code or name.
    pub attribute_option_combo: Option<String>,
    /// Words added to every comment.
    pub comment: Option<String>,
    /// How to cut a band that a group takes only a part of.
    pub split: Option<Split>,
    /// Where the total comes from when a run fills it and its bands.
    pub total: TotalFrom,
    /// The number of bands the formulas were written for: 18 or 20.
    pub bands: Option<u32>,
    /// Period text for a year, for servers whose calendar is not Gregorian.
    pub periods: BTreeMap<String, String>,
    /// What the plausibility report calls conspicuous.
    pub limits: Limits,
    /// What to fill.
    pub value: Vec<MappingEntry>,
}

/// How to cut a band.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Split {
    /// Evenly over its months.
    Uniform,
    /// By single years of age after Sprague, months evenly within a year.
    Sprague,
}

impl Split {
    /// The word in mapping files, comments and reports.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Uniform => "uniform",
            Self::Sprague => "sprague",
        }
    }
}

/// Where a total comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Default)]
#[serde(rename_all = "lowercase")]
pub enum TotalFrom {
    /// The sum of the rounded bands: the two agree.
    #[default]
    Bands,
    /// The raster of the whole population: the two may differ, and the gap is listed.
    Raster,
}

/// One thing to fill: a data element, or one or all of its option combos.
#[derive(Debug, Clone, PartialEq, Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
pub struct MappingEntry {
    /// UID, code or name.
    pub data_element: String,
    /// Data set, where it is not that of the file.
    pub data_set: Option<String>,
    /// `female` or `male`; both when left out.
    pub sex: Option<String>,
    /// `15-49 years`, `<5 years`, `12-23 months`, `65+ years`; all ages when left out.
    pub ages: Option<String>,
    /// Bands with weights, instead of sex and ages: `f05*1/5 + f10`.
    pub formula: Option<String>,
    /// `options`: fill every option combo with the sex and ages its options name.
    pub by: Option<By>,
    /// Option combo to fill: UID or code.
    pub category_option_combo: Option<String>,
    /// Option combo to fill, by its options: UIDs or codes.
    pub options: Vec<String>,
    /// With `by`: what an option means, where its code and label do not say so alike: `"P29Y--P60Y" = "29-59 years"`.
    pub meaning: BTreeMap<String, String>,
    /// With `by`: options of categories that are neither sex nor age.
    pub fixed: Vec<String>,
    /// With `by`: options that stay empty.
    pub skip: Vec<String>,
    /// With `by`: the options of a category share people on purpose: under 1 beside under 5.
    pub overlapping: bool,
    /// Multiplies the people.
    #[serde(deserialize_with = "rate_form::rate")]
    pub rate: Option<Rate>,
    /// How to cut bands here.
    pub split: Option<Split>,
}

/// The ways to fill an element as a whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum By {
    /// Through the options of its combination.
    Options,
}

/// A rate, never without where it comes from.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rate {
    /// Per person: 0.041 for 4.1 %.
    #[serde(deserialize_with = "rate_form::value")]
    pub value: f64,
    /// Who says so.
    pub source: String,
    /// For which year.
    pub year: i32,
    /// For which area: `national`, a province.
    pub level: String,
}

/// Limits of the plausibility report.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Limits {
    /// Growth between two years, as a share; any decline is conspicuous.
    pub growth: f64,
    /// Gap between the sum of the bands and the total raster, as a share.
    pub total: f64,
    /// Men per woman.
    pub sex_ratio: [f64; 2],
    /// Share of people under five.
    pub under_five: [f64; 2],
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            growth: 0.10,
            total: 0.005,
            sex_ratio: [0.8, 1.25],
            under_five: [0.04, 0.25],
        }
    }
}

/// Why a mapping file is refused.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum MappingError {
    /// Not TOML, or not of this form; the text names line and column.
    #[error("{0}")]
    Form(String),
    /// Not UTF-8.
    #[error("the text is not UTF-8")]
    Encoding,
    /// A later version.
    #[error("version is {0}, this tool reads version 1")]
    Version(u32),
    /// An entry that contradicts itself.
    #[error("value {index} ({element}): {what}")]
    Entry {
        /// Number of the entry, from 1.
        index: usize,
        /// Its data element.
        element: String,
        /// What is wrong.
        what: String,
    },
    /// A setting that makes no sense.
    #[error("{0}")]
    Setting(String),
}

impl MappingError {
    /// What to do about it.
    #[must_use]
    pub fn hint(&self) -> &'static str {
        match self {
            Self::Form(text) if text.contains(['“', '”', '‘', '’', '«', '»']) => {
                "write straight quotation marks (\"), not the curved ones of a word processor"
            }
            Self::Form(_) => {
                "docs/mapping.md has every key with an example; --init writes a first mapping that works"
            }
            Self::Encoding => "save the file as UTF-8",
            Self::Version(_) => "use the version of headcount that wrote the file",
            Self::Entry { .. } | Self::Setting(_) => {
                "docs/mapping.md has every key with an example"
            }
        }
    }
}

impl Mapping {
    /// Reads a mapping file.
    ///
    /// # Errors
    /// See [`MappingError`].
    pub fn read(bytes: &[u8]) -> Result<Self, MappingError> {
        let bytes = bytes.strip_prefix(&[0xEF, 0xBB, 0xBF]).unwrap_or(bytes);
        let text = std::str::from_utf8(bytes).map_err(|_| MappingError::Encoding)?;
        let mapping: Self = toml::from_str(text)
            .map_err(|e| MappingError::Form(e.to_string().trim_end().to_owned()))?;
        if let Some(version) = mapping.version
            && version != 1
        {
            return Err(MappingError::Version(version));
        }
        mapping.check_settings().map_err(MappingError::Setting)?;
        if mapping.value.is_empty() {
            return Err(MappingError::Setting(
                "there is no [[value]]: nothing to fill".to_owned(),
            ));
        }
        for (index, entry) in mapping.value.iter().enumerate() {
            entry.check().map_err(|what| MappingError::Entry {
                index: index + 1,
                element: entry.data_element.clone(),
                what,
            })?;
        }
        Ok(mapping)
    }

    fn check_settings(&self) -> Result<(), String> {
        if let Some(bands) = self.bands.filter(|bands| !matches!(bands, 18 | 20)) {
            return Err(format!("bands is {bands}, expected 18 or 20"));
        }
        if let Some(comment) = &self.comment
            && comment.chars().count() > MAX_COMMENT_CHARACTERS
        {
            return Err(format!(
                "comment has more than {MAX_COMMENT_CHARACTERS} characters"
            ));
        }
        let mut texts = BTreeMap::new();
        for (year, text) in &self.periods {
            if year.parse::<u16>().is_err() {
                return Err(format!("periods: {year:?} is not a year"));
            }
            if text.is_empty() || text.contains(char::is_whitespace) {
                return Err(format!("periods: {text:?} is not a period, for {year}"));
            }
            if let Some(other) = texts.insert(text, year) {
                return Err(format!("periods: {other} and {year} are both {text:?}"));
            }
        }
        self.limits.check()
    }

    /// A mapping of one entry: the total population into one data element.
    #[must_use]
    pub fn total(data_element: &str, data_set: Option<&str>) -> Self {
        Self {
            data_set: data_set.map(str::to_owned),
            value: vec![MappingEntry {
                data_element: data_element.to_owned(),
                ..MappingEntry::default()
            }],
            ..Self::default()
        }
    }
}

impl Limits {
    fn check(&self) -> Result<(), String> {
        for (word, value) in [("growth", self.growth), ("total", self.total)] {
            if !(0.0..=1.0).contains(&value) {
                return Err(format!(
                    "limits: {word} is {value}, expected a share from 0 to 1, such as 0.10"
                ));
            }
        }
        for (word, [low, high]) in [
            ("sex_ratio", self.sex_ratio),
            ("under_five", self.under_five),
        ] {
            if !(low >= 0.0 && low <= high && high.is_finite()) {
                return Err(format!(
                    "limits: {word} is [{low}, {high}], expected the lower and the upper end"
                ));
            }
        }
        let [low, high] = self.under_five;
        if high > 1.0 {
            return Err(format!(
                "limits: under_five is [{low}, {high}], expected shares from 0 to 1, such as [0.05, 0.25]"
            ));
        }
        Ok(())
    }
}

impl MappingEntry {
    fn check(&self) -> Result<(), String> {
        if self.data_element.is_empty() {
            return Err("data_element is missing".to_owned());
        }
        let names_cell = self.category_option_combo.is_some() || !self.options.is_empty();
        if self.category_option_combo.is_some() && !self.options.is_empty() {
            return Err("category_option_combo and options both name the option combo".to_owned());
        }
        if self.formula.is_some() && (self.ages.is_some() || self.sex.is_some()) {
            return Err("formula stands instead of sex and ages, not beside them".to_owned());
        }
        if self.by.is_some() && (names_cell || self.formula.is_some() || self.ages.is_some()) {
            return Err("by fills all option combos: leave ages, formula, options and category_option_combo out".to_owned());
        }
        if self.by.is_none() && self.overlapping {
            return Err("overlapping belongs to by = \"options\"".to_owned());
        }
        if self.by.is_none()
            && !(self.meaning.is_empty() && self.fixed.is_empty() && self.skip.is_empty())
        {
            return Err("meaning, fixed and skip belong to by = \"options\"".to_owned());
        }
        let Some(rate) = &self.rate else {
            return Ok(());
        };
        if !(rate.value > 0.0 && rate.value.is_finite()) {
            return Err(format!("rate is {}, expected a number above 0", rate.value));
        }
        if rate.value > MAX_RATE {
            return Err(format!(
                "rate is {}, expected people for each person: 0.035 for 35 in a thousand",
                rate.value
            ));
        }
        if rate.source.trim().is_empty() || rate.level.trim().is_empty() {
            return Err("rate needs its source, year and level".to_owned());
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
