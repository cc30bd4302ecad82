//! A target group file: the groups of one programme, each with its meaning, its source and how it is made.

use std::collections::BTreeMap;
use std::fmt;

use pop_datavalues::BandSet;
use pop_datavalues::ages::{Ages, Label, read_label, read_sex};
use pop_datavalues::mapping::{Rate, Split};
use pop_sums::Sex;
use pop_worldpop::AgeBandScheme;
use serde::Deserialize;

/// Longest code and short name that DHIS2 stores (`identifiableProperties.hbm`).
const MAX_SHORT: usize = 50;
/// Longest name.
const MAX_NAME: usize = 230;
/// What `by` calls the division by sex.
pub(crate) const BY_SEX: &str = "sex";

/// The groups of a programme.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Programme {
    /// Version of the form; 1.
    pub version: u32,
    /// Name of the programme.
    pub name: String,
    /// How to divide a band for a group that takes a part of it.
    #[serde(default)]
    pub split: Option<Split>,
    /// Lists of ages that elements are divided by, by the word that `by` has for them.
    #[serde(default)]
    pub ages: BTreeMap<String, AgeCategory>,
    /// The groups.
    pub group: Vec<TargetGroup>,
}

/// A list of ages that elements are divided by: a category with its options.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AgeCategory {
    /// Code of the category.
    pub code: String,
    /// Name of the category.
    pub name: String,
    /// Its ages, as labels: `0-4 years`.
    pub options: Vec<String>,
}

/// How a group is made of bands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum GroupKind {
    /// Of whole bands.
    Exact,
    /// Of parts of bands.
    Split,
    /// People times a rate.
    Rate,
}

impl fmt::Display for GroupKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Exact => "exact",
            Self::Split => "split",
            Self::Rate => "rate",
        })
    }
}

/// A group: one data element.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TargetGroup {
    /// Code of the data element where the instance has none for the group.
    pub code: String,
    /// Its name.
    pub name: String,
    /// Its short name, at most 50 characters.
    pub short_name: String,
    /// Codes by which elements of the same group are known in standard packages.
    #[serde(default)]
    pub known_codes: Vec<String>,
    /// `female` or `male`; both when left out.
    #[serde(default)]
    pub sex: Option<String>,
    /// `15-49 years`; all ages when left out.
    #[serde(default)]
    pub ages: Option<String>,
    /// What divides the element: `sex`, or a list of `[ages]`.
    #[serde(default)]
    pub by: Vec<String>,
    /// How it is made.
    pub kind: GroupKind,
    /// Who is counted, and what for.
    pub meaning: String,
    /// Where the group is defined.
    pub source: String,
    /// Multiplies the people, where it is known.
    #[serde(default)]
    pub rate: Option<Rate>,
    /// What rate to look up, and where, for a group of kind `rate`.
    #[serde(default)]
    pub look_up: Option<String>,
}

/// Why a target group file is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ProgrammeError {
    /// Not UTF-8.
    #[error("the text is not UTF-8")]
    Encoding,
    /// Not TOML, or not of this form; the text names line and column.
    #[error("{0}")]
    Form(String),
    /// A later version.
    #[error("version is {0}, this tool reads version 1")]
    Version(u32),
    /// A list of ages.
    #[error("ages {key:?}: {problem}")]
    AgeCategory {
        /// Its word.
        key: String,
        /// What is wrong.
        problem: String,
    },
    /// A group.
    #[error("group {code:?}: {problem}")]
    Group {
        /// Its code.
        code: String,
        /// What is wrong.
        problem: String,
    },
}

impl ProgrammeError {
    /// What to do about it.
    #[must_use]
    pub const fn hint(&self) -> &'static str {
        match self {
            Self::Encoding => "save the file as UTF-8",
            Self::Version(_) => "use the version of headcount that wrote the file",
            Self::Form(_) | Self::AgeCategory { .. } | Self::Group { .. } => {
                "docs/metadata.md has every key; population-metadata --show malaria prints a file that works"
            }
        }
    }
}

impl Programme {
    /// Reads a file and checks every group against the bands of WorldPop's current product.
    ///
    /// # Errors
    /// See [`ProgrammeError`].
    pub fn read(bytes: &[u8]) -> Result<Self, ProgrammeError> {
        let bytes = bytes.strip_prefix(&[0xEF, 0xBB, 0xBF]).unwrap_or(bytes);
        let text = std::str::from_utf8(bytes).map_err(|_| ProgrammeError::Encoding)?;
        let programme: Self = toml::from_str(text)
            .map_err(|e| ProgrammeError::Form(e.to_string().trim_end().to_owned()))?;
        if programme.version != 1 {
            return Err(ProgrammeError::Version(programme.version));
        }
        for (key, category) in &programme.ages {
            category
                .check()
                .map_err(|problem| ProgrammeError::AgeCategory {
                    key: key.clone(),
                    problem,
                })?;
        }
        for group in &programme.group {
            let error = |problem| ProgrammeError::Group {
                code: group.code.clone(),
                problem,
            };
            group.check_texts().map_err(error)?;
            group.check_kind(&programme).map_err(error)?;
        }
        Ok(programme)
    }
}

impl AgeCategory {
    /// The ages of its options, in order.
    pub(crate) fn labels(&self) -> Result<Vec<Label>, String> {
        let read = |text: &String| {
            read_label(text)
                .filter(|label| label.ages.is_some() && label.sex.is_none())
                .ok_or_else(|| format!("{text:?} is not a valid range of ages"))
        };
        self.options.iter().map(read).collect()
    }

    fn check(&self) -> Result<(), String> {
        check_length("code", &self.code, MAX_SHORT)?;
        check_length("name", &self.name, MAX_SHORT)?;
        let labels = self.labels()?;
        let ages: Vec<Ages> = labels.iter().filter_map(|label| label.ages).collect();
        for (index, one) in ages.iter().enumerate() {
            let shares = |other: &&Ages| {
                one.to.is_none_or(|to| other.from < to) && other.to.is_none_or(|to| one.from < to)
            };
            if let Some(other) = ages[..index].iter().find(shares) {
                return Err(format!("{other} and {one} share people"));
            }
        }
        if ages.is_empty() {
            return Err("there are no options".to_owned());
        }
        Ok(())
    }
}

impl TargetGroup {
    /// Whom it counts, before any rate.
    pub(crate) fn label(&self) -> Result<Label, String> {
        let sex = self.sex.as_deref().map(read_sex).transpose()?;
        let Some(text) = &self.ages else {
            return Ok(Label {
                sex,
                ages: Some(Ages::ALL),
            });
        };
        let label = read_label(text)
            .filter(|label| label.ages.is_some() && (label.sex.is_none() || label.sex == sex))
            .ok_or_else(|| format!("ages {text:?} is not a valid range of ages"))?;
        Ok(Label { sex, ..label })
    }

    /// Whether it has the rate that it needs, or needs none.
    #[must_use]
    pub const fn is_complete(&self) -> bool {
        !matches!(self.kind, GroupKind::Rate) || self.rate.is_some()
    }

    fn check_texts(&self) -> Result<(), String> {
        check_length("code", &self.code, MAX_SHORT)?;
        check_length("name", &self.name, MAX_NAME)?;
        check_length("short_name", &self.short_name, MAX_SHORT)?;
        check_length("meaning", &self.meaning, 1000)?;
        check_length("source", &self.source, 1000)?;
        match (self.kind, &self.rate, &self.look_up) {
            (GroupKind::Rate, None, None) => {
                Err("a group of kind rate needs a rate, or look_up says which".to_owned())
            }
            (GroupKind::Exact | GroupKind::Split, Some(_), _)
            | (GroupKind::Exact | GroupKind::Split, _, Some(_)) => Err(format!(
                "kind is {}, and there is a rate: expected kind = \"rate\"",
                self.kind
            )),
            _ => Ok(()),
        }
    }

    /// The kind must be what the bands make of the group: an edit of the ages may change it.
    fn check_kind(&self, programme: &Programme) -> Result<(), String> {
        let label = self.label()?;
        let mut ages = vec![label.ages.unwrap_or(Ages::ALL)];
        let mut has_sex = self.sex.is_some();
        for key in &self.by {
            if key == BY_SEX {
                has_sex = true;
                continue;
            }
            let category = programme
                .ages
                .get(key)
                .ok_or_else(|| format!("by names {key:?}, which is not a list of [ages]"))?;
            if self.ages.is_some() {
                return Err(format!("ages stand beside by = {key:?}, which tells them"));
            }
            ages = category
                .labels()?
                .iter()
                .filter_map(|label| label.ages)
                .collect();
        }
        if self.sex.is_some() && self.by.iter().any(|key| key == BY_SEX) {
            return Err("sex stands beside by = \"sex\"".to_owned());
        }
        if self.kind == GroupKind::Rate {
            if !self.by.is_empty() {
                return Err("a group of kind rate is not divided: leave by out".to_owned());
            }
            return Ok(());
        }
        let bands = BandSet::of_scheme(AgeBandScheme::Open90);
        let mut is_split = false;
        for ages in ages {
            let sex = has_sex.then_some(Sex::Female);
            let slices = bands.slices(sex, ages).map_err(|e| e.to_string())?;
            is_split |= slices.iter().any(|slice| !slice.is_whole());
        }
        let found = if is_split {
            GroupKind::Split
        } else {
            GroupKind::Exact
        };
        if is_split && programme.split.is_none() {
            return Err(
                "it divides a band, and the file has no split = \"uniform\" or \"sprague\""
                    .to_owned(),
            );
        }
        if found == self.kind {
            return Ok(());
        }
        Err(format!(
            "kind is {}, and the ages {} a band: expected kind = \"{found}\"",
            self.kind,
            if is_split { "divide" } else { "do not divide" }
        ))
    }
}

fn check_length(word: &str, text: &str, most: usize) -> Result<(), String> {
    let length = text.chars().count();
    if text.trim().is_empty() {
        return Err(format!("{word} is empty"));
    }
    if length > most {
        return Err(format!(
            "{word} has {length} characters, expected at most {most}"
        ));
    }
    Ok(())
}

/// The groups of several programmes in order, each once, with its programme: two programmes may share a group.
///
/// # Errors
/// A code that two programmes define differently.
pub fn merged_groups(
    programmes: &[Programme],
) -> Result<Vec<(&Programme, &TargetGroup)>, ProgrammeError> {
    let mut groups: Vec<(&Programme, &TargetGroup)> = Vec::new();
    for programme in programmes {
        for group in &programme.group {
            match groups.iter().find(|(_, known)| known.code == group.code) {
                None => groups.push((programme, group)),
                Some((_, known)) if *known == group => {}
                Some((other, _)) => {
                    return Err(ProgrammeError::Group {
                        code: group.code.clone(),
                        problem: format!(
                            "is not the same in {:?} and {:?}",
                            other.name, programme.name
                        ),
                    });
                }
            }
        }
    }
    Ok(groups)
}
