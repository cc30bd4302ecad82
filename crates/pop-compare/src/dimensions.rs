//! What a figure counts, apart from its unit.

use std::fmt;

use pop_datavalues::Text;
use pop_sums::{AgeBand, Sex};

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

    /// Whether a text names its group. Children under one are `t 0`, too: `<` is awkward in a shell.
    pub(crate) fn is_group(&self, text: &str) -> bool {
        let group = self.group();
        group == text || self.band() == Some((0, 1)) && group.replace("<1", "0") == text
    }
}

/// A band for people: `<1`, `0-4`, `80+`.
pub(crate) fn ages((from, to): (u32, u32)) -> String {
    let to = (to != OPEN).then_some(to);
    AgeBand { from, to }.to_string()
}

/// What to say of an element that one side has without option combos, and the other with the same one everywhere: it may be the default
/// combo of an instance whose metadata were not named.
pub(crate) fn combo_note(
    dimensions: &[(Option<Dimensions>, Option<Dimensions>)],
) -> Option<String> {
    let of_old = || dimensions.iter().filter_map(|(old, _)| old.as_ref());
    let of_new = || dimensions.iter().filter_map(|(_, new)| new.as_ref());
    let is_bare = |of: &&Dimensions| {
        let combos = [&of.category_option_combo, &of.attribute_option_combo];
        !of.data_element.is_empty() && combos.iter().all(|combo| combo.is_empty())
    };
    // The only combo in which the other side has the element, which is not "none".
    let named = |bare: &Dimensions, others: &mut dyn Iterator<Item = &Dimensions>| {
        let mut same =
            others.filter(|of| of.data_element == bare.data_element && of.period == bare.period);
        let only = same.next().filter(|of| !is_bare(of))?;
        let combos = [&only.category_option_combo, &only.attribute_option_combo];
        let combo = combos.into_iter().find(|combo| !combo.is_empty())?;
        same.next().is_none().then(|| combo.to_string())
    };
    let found = |bare: &Dimensions, combo: String, one: &str, other: &str| {
        format!(
            "{}: no option combo on the {one} side, {combo} on the {other}; where that is the default one, name the metadata: --metadata FILE",
            bare.data_element
        )
    };
    let old = of_old().filter(is_bare);
    let old = old.filter_map(|bare| Some(found(bare, named(bare, &mut of_new())?, "old", "new")));
    let new = of_new().filter(is_bare);
    let new = new.filter_map(|bare| Some(found(bare, named(bare, &mut of_old())?, "new", "old")));
    old.chain(new).next()
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

#[cfg(test)]
mod tests {
    use super::*;

    fn of(combo: &str) -> Dimensions {
        Dimensions {
            data_element: "dePopTot001".into(),
            period: "2025".into(),
            category_option_combo: combo.into(),
            ..Dimensions::default()
        }
    }

    #[test]
    fn one_combo_beside_none_may_be_the_default_one() {
        let (bare, named) = (of(""), of("coOldDeflt1"));
        let apart = [(Some(bare.clone()), None), (None, Some(named.clone()))];
        let note = combo_note(&apart).unwrap();
        assert!(
            note.starts_with(
                "dePopTot001: no option combo on the old side, coOldDeflt1 on the new;"
            ),
            "{note}"
        );
        let turned = [(None, Some(bare.clone())), (Some(named.clone()), None)];
        let note = combo_note(&turned).unwrap();
        assert!(
            note.contains("on the new side, coOldDeflt1 on the old"),
            "{note}"
        );
        // The same on both sides, a total beside its parts, and several combos are what they are.
        let same = [(Some(bare.clone()), Some(bare.clone()))];
        let total = [
            (Some(bare.clone()), Some(bare.clone())),
            (None, Some(named.clone())),
        ];
        let several = [
            (Some(bare), None),
            (None, Some(named)),
            (None, Some(of("coOther0001"))),
        ];
        for dimensions in [&same[..], &total, &several] {
            assert_eq!(combo_note(dimensions), None);
        }
    }
}
