//! What a figure counts, apart from its unit.

use std::fmt;

use pop_datavalues::Text;
use pop_sums::Sex;

/// What a figure counts, apart from its unit. Figures are matched by it, never by their place in a file.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Dimensions {
    /// Year of sums.
    pub year: Option<i32>,
    /// Sex of sums.
    pub sex: Option<Sex>,
    /// First age of sums; `None` for all ages.
    pub age_from: Option<u32>,
    /// First age no longer counted; `None` for an open band and for all ages.
    pub age_to: Option<u32>,
    /// Data element of data values; empty for sums.
    pub data_element: Text,
    /// Period of data values; empty for sums.
    pub period: Text,
    /// Category option combo of data values; empty for the default one.
    pub category_option_combo: Text,
    /// Attribute option combo of data values; empty for the default one.
    pub attribute_option_combo: Text,
}

/// The end of an open band.
pub(crate) const OPEN: u32 = u32::MAX;

impl Dimensions {
    /// First age and first age no longer counted ([`OPEN`] for an open band); `None` for all ages.
    pub(crate) fn band(&self) -> Option<(u32, u32)> {
        self.age_from
            .map(|from| (from, self.age_to.unwrap_or(OPEN)))
    }

    /// The same of another band.
    pub(crate) fn with_band(&self, (from, to): (u32, u32)) -> Self {
        Self {
            age_from: Some(from),
            age_to: (to != OPEN).then_some(to),
            ..self.clone()
        }
    }

    /// The same without sex and ages.
    pub(crate) fn of_everybody(&self) -> Self {
        Self {
            sex: None,
            age_from: None,
            age_to: None,
            ..self.clone()
        }
    }

    /// Year of sums, period of values; empty where two of them are compared.
    #[must_use]
    pub fn time(&self) -> String {
        self.year
            .map_or_else(|| self.period.to_string(), |year| year.to_string())
    }

    /// Who is counted, without the time: `t`, `f 15-49`, `80+`, or `ELEMENT`, `ELEMENT.COMBO`.
    #[must_use]
    pub fn group(&self) -> String {
        if !self.data_element.is_empty() {
            let combos = [&self.category_option_combo, &self.attribute_option_combo];
            return combos
                .into_iter()
                .filter(|combo| !combo.is_empty())
                .fold(self.data_element.to_string(), |text, combo| {
                    format!("{text}.{combo}")
                });
        }
        let sex = self.sex.map(|sex| sex.to_string());
        let ages = self.band().map(ages);
        let words: Vec<String> = sex.into_iter().chain(ages).collect();
        words.join(" ")
    }
}

/// A band for people: `0-4`, `80+`.
pub(crate) fn ages((from, to): (u32, u32)) -> String {
    match to {
        OPEN => format!("{from}+"),
        _ if to == from + 1 => from.to_string(),
        _ => format!("{from}-{}", to.saturating_sub(1)),
    }
}

impl fmt::Display for Dimensions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let words = if self.data_element.is_empty() {
            [self.time(), self.group()]
        } else {
            [self.group(), self.time()]
        };
        let words: Vec<String> = words.into_iter().filter(|word| !word.is_empty()).collect();
        f.write_str(&words.join(" "))
    }
}
