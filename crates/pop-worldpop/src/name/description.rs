//! Band descriptions of WorldPop's age and sex images in Earth Engine.

use super::RasterLabel;
use crate::{AgeBandScheme, Sex};

impl RasterLabel {
    /// What a band description says: `population`, `M_0`, `F_15` (bands to 80 and over), or `m_00`, `f_15` (bands to 90 and over).
    ///
    /// ```
    /// use pop_worldpop::{RasterLabel, Sex};
    /// let label = RasterLabel::from_description("F_80").unwrap();
    /// assert_eq!((label.sex, label.age_from, label.age_to), (Some(Sex::Female), Some(80), None));
    /// ```
    #[must_use]
    pub fn from_description(description: &str) -> Option<Self> {
        if description.eq_ignore_ascii_case("population") {
            return Some(Self {
                sex: Some(Sex::Total),
                ..Self::default()
            });
        }
        let (sex, age) = description.split_once('_')?;
        let sex: Sex = sex.to_ascii_lowercase().parse().ok()?;
        if age.is_empty() || age.len() > 2 || !age.bytes().all(|b| b.is_ascii_digit()) {
            return None;
        }
        let scheme = if age.starts_with('0') && age.len() == 2
            || description.starts_with(|c: char| c.is_ascii_lowercase())
        {
            AgeBandScheme::Open90
        } else {
            AgeBandScheme::Open80
        };
        let band = scheme.band(age.parse().ok()?)?;
        Some(Self {
            sex: Some(sex),
            age_from: Some(band.from),
            age_to: band.to,
            ..Self::default()
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn descriptions_of_earth_engine_say_sex_and_ages() {
        let label = |description| {
            let found = RasterLabel::from_description(description)?;
            Some((found.sex, found.age_from, found.age_to))
        };
        assert_eq!(label("M_0"), Some((Some(Sex::Male), Some(0), Some(1))));
        assert_eq!(label("F_80"), Some((Some(Sex::Female), Some(80), None)));
        assert_eq!(label("f_80"), Some((Some(Sex::Female), Some(80), Some(85))));
        assert_eq!(label("m_00"), Some((Some(Sex::Male), Some(0), Some(1))));
        assert_eq!(label("population"), Some((Some(Sex::Total), None, None)));
        for other in ["M_", "M_3", "X_10", "M_100", "Band 1", "urban_10"] {
            assert_eq!(label(other), None, "{other}");
        }
    }
}
