//! Codes and names of options of sex and age: those of the standard packages.

use pop_datavalues::ages::{Ages, Label};
use pop_sums::Sex;
use pop_worldpop::AgeBandScheme;

/// The code of an option: `F`, `M`, or an ISO 8601 style pair of durations, lower bound included and upper one
/// excluded: `P15Y--P20Y`, `P65Y--P999Y`, `P12M--P24M`.
pub(crate) fn option_code(label: &Label) -> String {
    match (label.sex, label.ages) {
        (Some(Sex::Female), _) => "F".to_owned(),
        (Some(Sex::Male), _) => "M".to_owned(),
        (_, ages) => {
            let (from, to) = ages.unwrap_or(Ages::ALL).months().unwrap_or_default();
            let in_years = from.is_multiple_of(12) && to.is_none_or(|to| to.is_multiple_of(12));
            let second_year = from == 12 && to == Some(24);
            let bound = |months: u32| match in_years && !second_year {
                true => format!("P{}Y", months / 12),
                false => format!("P{months}M"),
            };
            let to = to.map_or_else(|| "P999Y".to_owned(), bound);
            format!("{}--{to}", bound(from))
        }
    }
}

/// The name of an option.
pub(crate) fn option_name(label: &Label) -> String {
    match (label.sex, label.ages) {
        (Some(Sex::Female), _) => "Female".to_owned(),
        (Some(Sex::Male), _) => "Male".to_owned(),
        (_, ages) => ages.unwrap_or(Ages::ALL).to_string(),
    }
}

/// The code of an option combo where sex and ages are a band of WorldPop's current product, `F_05`: the name by
/// which DHIS2's Import app finds it.
pub(crate) fn band_code(sex: Option<Sex>, ages: Option<Ages>) -> Option<String> {
    let letter = match sex? {
        Sex::Female => 'F',
        Sex::Male => 'M',
        Sex::Total => return None,
    };
    let (from, to) = ages?.months()?;
    let bands = AgeBandScheme::Open90.bands();
    let band = bands
        .iter()
        .find(|band| band.from * 12 == from && band.to.map(|to| to * 12) == to)?;
    Some(format!("{letter}_{:02}", band.from))
}

#[cfg(test)]
mod tests {
    use pop_datavalues::ages::{match_code_and_label, read_label};

    use super::*;

    #[test]
    fn codes_are_those_of_the_packages_and_read_as_their_names() {
        for (text, code) in [
            ("<1 year", "P0Y--P1Y"),
            ("1-4 years", "P1Y--P5Y"),
            ("15-19 years", "P15Y--P20Y"),
            ("90+ years", "P90Y--P999Y"),
            ("12-23 months", "P12M--P24M"),
            ("6-11 months", "P6M--P12M"),
            ("female", "F"),
            ("male", "M"),
        ] {
            let label = read_label(text).unwrap();
            assert_eq!(option_code(&label), code);
            let name = option_name(&label);
            let read = match_code_and_label(Some(code), Some(&name), AgeBandScheme::Open90);
            assert_eq!(read.as_ref(), Ok(&label), "{code} {name}");
        }
    }

    #[test]
    fn all_forty_bands_have_the_import_apps_names() {
        let bands = AgeBandScheme::Open90.bands();
        let codes: Vec<String> = bands
            .iter()
            .map(|band| {
                let text = match band.to {
                    Some(to) if to == band.from + 1 => format!("<{to} year"),
                    Some(to) => format!("{}-{} years", band.from, to - 1),
                    None => format!("{}+ years", band.from),
                };
                band_code(Some(Sex::Male), read_label(&text).unwrap().ages).unwrap()
            })
            .collect();
        assert_eq!(codes.len(), 20);
        assert_eq!((codes[0].as_str(), codes[1].as_str()), ("M_00", "M_01"));
        assert_eq!(codes[19], "M_90");
        let half = read_label("0-4 years").unwrap().ages;
        assert_eq!(band_code(Some(Sex::Female), half), None);
    }
}
