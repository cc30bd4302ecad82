//! Codes and labels as they stand in the standard metadata packages.

use pop_sums::Sex;
use pop_worldpop::AgeBandScheme;

use super::*;

fn years(from: u32, to: u32) -> Ages {
    Ages::between(AgeUnit::Years, from, to)
}

fn months(from: u32, to: u32) -> Ages {
    Ages::between(AgeUnit::Months, from, to)
}

#[track_caller]
fn agrees(code: &str, label: &str, ages: Ages) {
    let found = match_code_and_label(Some(code), Some(label), AgeBandScheme::Open90);
    assert_eq!(found.map(|l| l.ages), Ok(Some(ages)), "{code} {label}");
}

#[track_caller]
fn refuses(code: &str, label: Option<&str>) -> UnclearMeaning {
    match_code_and_label(Some(code), label, AgeBandScheme::Open90).unwrap_err()
}

#[test]
fn band_names_are_read_anchored() {
    for (code, sex, from, to) in [
        ("M_00", Sex::Male, 0, 1),
        ("m_0", Sex::Male, 0, 1),
        ("WP_M_05", Sex::Male, 5, 10),
        ("F_15", Sex::Female, 15, 20),
    ] {
        let found = match_code_and_label(Some(code), None, AgeBandScheme::Open90).unwrap();
        assert_eq!(
            (found.sex, found.ages),
            (Some(sex), Some(years(from, to))),
            "{code}"
        );
    }
    for code in [
        "FEM_15",
        "TERM_15",
        "ATM_2025",
        "M_100",
        "M_17",
        "X_M_05_F_10",
        "2025_M_05",
        "M_05_X9",
    ] {
        refuses(code, None);
    }
}

#[test]
fn the_table_of_known_codes_holds() {
    agrees("F_15_49", "Female 15-49", years(15, 50));
    agrees("F_P9Y--P15Y", "Female 9-14 years", years(9, 15));
    agrees("P0Y--P5Y", "0-4 years", years(0, 5));
    agrees("P0Y--P4Y", "0-4 years", years(0, 5));
    agrees("P15Y--P20Y", "15-19 years", years(15, 20));
    agrees("P3M-P11M", "3-11 months", months(3, 12));
    agrees("P0Y--P999Y", "all ages", Ages::ALL);
    refuses("GEN_F_15-19", Some("Population female 15-49 years"));
    refuses("P1D--P7D", Some("0-6 days"));
    refuses("P29Y--P60Y", Some("29-59 days"));
    assert_eq!(
        match_code_and_label(Some("F_15_49"), Some("Female 15-49"), AgeBandScheme::Open90)
            .unwrap()
            .sex,
        Some(Sex::Female)
    );
}

#[test]
fn codes_of_the_packages_agree_with_their_labels() {
    for (code, label, ages) in [
        ("P5Y--P9Y", "5-9 years", years(5, 10)),
        ("P10Y--P14Y", "10-14 years", years(10, 15)),
        ("P25Y--P34Y", "25-34 years", years(25, 35)),
        ("P0Y--P24Y", "0-24 years", years(0, 25)),
        ("P12M-P59M", "12-59 months", months(12, 60)),
        ("P6M--P12M", "6-11 months", months(6, 12)),
        ("0-4Y", "0-4 years", years(0, 5)),
        ("5-14Y", "5 - 14 years", years(5, 15)),
        ("P00Y_P01Y", "<1 year", years(0, 1)),
        ("P05Y_P15Y", "5-14", years(5, 15)),
        ("12_23_M", "12-23 months", months(12, 24)),
        ("24_59_M", "24-59 months", months(24, 60)),
        ("P0Y--60Y", "0-59 years", years(0, 60)),
    ] {
        agrees(code, label, ages);
    }
    for (code, from) in [
        ("P50Y-P999Y", 50),
        ("P30Y-P999Y", 30),
        ("P65Y_P999Y", 65),
        ("P20Y--P9999Y", 20),
    ] {
        agrees(code, &format!("{from}+"), Ages::from(AgeUnit::Years, from));
    }
    agrees("P42W--P99W", "42+ weeks", Ages::from(AgeUnit::Weeks, 42));
    // The label says 15, the code 14.
    refuses("14_29_Y", Some("15 - 29 years"));
    for code in ["UNK_AGE", "Other", "UNK_SEX"] {
        refuses(code, Some("Unknown age"));
    }
}

#[test]
fn labels_are_read_in_english_and_french() {
    for (label, ages) in [
        ("0-4 years", years(0, 5)),
        ("<1 year", years(0, 1)),
        ("GEN - Population < 5 year(s)", years(0, 5)),
        ("15+ years", Ages::from(AgeUnit::Years, 15)),
        ("12-59 months", months(12, 60)),
        ("de 0 à 4 ans", years(0, 5)),
        ("moins de 1 an", years(0, 1)),
        ("15 ans et plus", Ages::from(AgeUnit::Years, 15)),
        ("65 years and over", Ages::from(AgeUnit::Years, 65)),
        ("Under 15 years", years(0, 15)),
        ("9 years", years(9, 10)),
        ("0-6 days", Ages::between(AgeUnit::Days, 0, 7)),
        ("Female, 15 – 49 years", years(15, 50)),
        ("100+", Ages::from(AgeUnit::Years, 100)),
    ] {
        assert_eq!(
            read_label(label).and_then(|l| l.ages),
            Some(ages),
            "{label}"
        );
    }
    for label in [
        "Male and female 5-9 years",
        "cycle 1, 3-59 months",
        "49-15 years",
        "<0 years",
        "5",
        "6 months - 2 years",
    ] {
        assert_eq!(read_label(label), None, "{label}");
    }
    assert_eq!(
        read_label("Girls 9-14 years").unwrap().sex,
        Some(Sex::Female)
    );
    assert_eq!(
        read_label("Total population").unwrap(),
        Label {
            sex: None,
            ages: None
        }
    );
}

#[test]
fn labels_that_say_more_or_less_than_ages_are_not_read() {
    for label in [
        // Somebody else is counted.
        "Pregnant women 15-49 years",
        "Live births, <1 year",
        "HIV positive 15+",
        "Population at risk 0-4 years",
        "0-59 months in community",
        // Counted in something else.
        "0-11m",
        "0-24 hours",
        "0-28 d",
        "15-49 M",
        // Bounds that can be meant in two ways.
        "up to 5 years",
        "<= 5 years",
        "≤5 years",
        "> 5 years",
        "more than 5 years",
        "plus de 15 ans",
        "5 to under 10 years",
        "-5 years",
        "5-9-14 years",
        "1.5-2 years",
        "4294967295 years",
        "99999999999 years",
    ] {
        assert_eq!(read_label(label), None, "{label}");
    }
    assert_eq!(
        unknown_word("Pregnant women 15-49"),
        Some("pregnant".into())
    );
    let doubt = refuses("P15Y--P50Y", Some("Pregnant women 15-49 years"));
    assert_eq!(
        doubt.label,
        "\"Pregnant women 15-49 years\" cannot be read (\"pregnant\" is not a word for ages or sex)"
    );
}

#[test]
fn labels_are_read_however_they_are_written() {
    for (label, sex, ages) in [
        ("F", Some(Sex::Female), None),
        ("M, 0-4 years", Some(Sex::Male), Some(years(0, 5))),
        ("0-4 years, Female", Some(Sex::Female), Some(years(0, 5))),
        ("Female - 15-49", Some(Sex::Female), Some(years(15, 50))),
        ("MAL - 5-14 yrs", None, Some(years(5, 15))),
        ("Enfants de 12 à 23 mois", None, Some(months(12, 24))),
        (
            "60 years of age and older",
            None,
            Some(Ages::from(AgeUnit::Years, 60)),
        ),
        ("≥ 60", None, Some(Ages::from(AgeUnit::Years, 60))),
        (">= 60 years", None, Some(Ages::from(AgeUnit::Years, 60))),
        ("60 & above", None, Some(Ages::from(AgeUnit::Years, 60))),
        (
            "Mujeres 15 a 49 años",
            Some(Sex::Female),
            Some(years(15, 50)),
        ),
        ("menores de 5 anos", None, Some(years(0, 5))),
        ("Aged 5 years \u{2011} 9 years", None, Some(years(5, 10))),
        ("under 5s", None, Some(years(0, 5))),
        ("Tranche d’âge 5-9 ans", None, Some(years(5, 10))),
        ("Both sexes", None, None),
    ] {
        assert_eq!(read_label(label), Some(Label { sex, ages }), "{label}");
    }
}

#[test]
fn the_whole_population_is_known_by_code_and_by_label() {
    for code in [
        "GEN_POP_NUM",
        "MAL_POP_TOTAL",
        "CVDV_TOTAL_POPULATION",
        "WP_POP_TOTAL",
        "POP",
        "total-population",
    ] {
        assert!(code_names_everybody(code), "{code}");
    }
    for code in [
        "GEN_POP_NUM_15Y",
        "GEN_POP_NUM_W",
        "MAL_POP_AT_RISK",
        "CVC_TARGET_POPULATION",
        "GEN_LIVEBIRTH",
        "TOTAL",
        "",
        "POPX",
    ] {
        assert!(!code_names_everybody(code), "{code}");
    }
    for label in [
        "GEN - Population",
        "COVIDVAC - Total population",
        "Total Population",
        "Population, all ages",
    ] {
        assert!(names_everybody(label), "{label}");
    }
    for label in [
        "GEN - Population weekly",
        "GEN - Population live births",
        "MAL - Population at risk for malaria",
        "Total",
        "Female population",
        "Population < 1 year",
        "COVAC - Target population",
        "GEN -",
    ] {
        assert!(!names_everybody(label), "{label}");
    }
}

#[test]
fn short_codes_are_read_as_a_whole() {
    for (code, label, ages) in [
        ("15-49", "15-49 years", years(15, 50)),
        ("0_4", "0-4 years", years(0, 5)),
        ("0_5", "0-4 years", years(0, 5)),
        ("F15-49", "Women 15-49", years(15, 50)),
        ("65+", "65 years and over", Ages::from(AgeUnit::Years, 65)),
        ("UNDER 5", "<5 years", years(0, 5)),
    ] {
        agrees(code, label, ages);
    }
    for (code, label) in [
        ("15-49", "15-59 years"),
        ("QX7_4", "0-4 years"),
        ("B5", "0-4 years"),
        ("M_100", "Male 100+"),
    ] {
        refuses(code, Some(label));
    }
}

#[test]
fn labels_of_national_programmes_are_read() {
    let women = |from, to| Label {
        sex: Some(Sex::Female),
        ages: Some(years(from, to)),
    };
    let people = |ages| Label {
        sex: None,
        ages: Some(ages),
    };
    for (text, expected) in [
        ("Femmes en âge de procréer (15-49 ans)", women(15, 50)),
        ("Women of reproductive age 15-49 years", women(15, 50)),
        ("Femmes de 15 à 49 ans", women(15, 50)),
        ("Moins d'un an", people(years(0, 1))),
        ("Enfants de moins de 5 ans", people(years(0, 5))),
        ("Enfants de moins de cinq ans", people(years(0, 5))),
        ("Population under five years", people(years(0, 5))),
        ("Enfants de 6 à 59 mois", people(months(6, 60))),
        ("Nourrissons 0-11 mois", people(months(0, 12))),
        ("0-4yo", people(years(0, 5))),
        ("Target population, <1 year", people(years(0, 1))),
    ] {
        assert_eq!(read_label(text), Some(expected), "{text}");
    }
    // Women of reproductive age are not all women, and a target population is not everybody.
    for text in [
        "Femmes en âge de procréer",
        "Women of reproductive age",
        "Target population",
    ] {
        assert_eq!(read_label(text), None, "{text}");
        assert!(!names_everybody(text), "{text}");
    }
    for text in [
        "Target population, total",
        "Population totale",
        "Population cible totale",
    ] {
        assert!(names_everybody(text), "{text}");
    }
    // More than 50 is 50 and over where the code says so.
    agrees(
        "P50Y--P999Y",
        "Plus de 50 ans",
        Ages::from(AgeUnit::Years, 50),
    );
    agrees("5+", ">5", Ages::from(AgeUnit::Years, 5));
    refuses("P51Y--P999Y", Some("Plus de 50 ans"));
    agrees("P90Y", "90+ years", Ages::from(AgeUnit::Years, 90));
    agrees("P9Y", "9 years", years(9, 10));
}

proptest::proptest! {
    #[test]
    fn no_text_makes_a_reader_panic(text in "\\PC{0,24}", code in "[PFM0-9YMWD_+<-]{0,12}") {
        for text in [text, code] {
            let _ = (read_label(&text), read_code(&text), unknown_word(&text), names_everybody(&text));
            let _ = match_code_and_label(Some(&text), Some(&text), AgeBandScheme::Open80);
            let _ = text.parse::<crate::formula::Formula>();
            let _ = text.parse::<crate::Period>();
        }
    }
}

#[test]
fn sexes_agree_in_code_and_label() {
    for (code, label) in [(Some("M"), "Male"), (Some("MALE"), "Male"), (None, "Boys")] {
        assert_eq!(sex_of(code, label, AgeBandScheme::Open90), Ok(Sex::Male));
    }
    assert!(sex_of(Some("M"), "Female", AgeBandScheme::Open90).is_err());
    assert!(sex_of(Some("UNK_SEX"), "Unknown", AgeBandScheme::Open90).is_err());
}

#[test]
fn ages_are_shown_as_people_write_them() {
    for label in [
        "0-4 years",
        "<1 year",
        "15+ years",
        "12-23 months",
        "all ages",
        "9 years",
        "0-6 days",
        "<1 month",
    ] {
        assert_eq!(
            read_label(label).and_then(|l| l.ages).unwrap().to_string(),
            label
        );
    }
    let doubt = refuses("GEN_F_15-19", Some("Population female 15-49 years"));
    assert_eq!(
        doubt.to_string(),
        "code \"GEN_F_15-19\" reads f 15-18 years or 15-19 years, label \"Population female 15-49 years\" reads f 15-49 years"
    );
}

#[test]
fn a_number_agrees_with_the_label_that_starts_at_it() {
    agrees("0", "Moins d'un an", years(0, 1));
    agrees("1", "1-4 ans", years(1, 5));
    agrees("05", "5-9 ans", years(5, 10));
    agrees("90", "90 ans et plus", Ages::from(AgeUnit::Years, 90));
    // A running number says nothing about ages.
    refuses("2", Some("1-4 ans"));
    refuses("15", Some("Hommes"));
    refuses("15", None);
}

#[test]
fn an_m_that_may_be_women_is_not_read() {
    let sex = |label: &str| read_label(label).and_then(|label| label.sex);
    // mujeres or masculino, mulheres or masculino
    for label in ["Población M 15-49", "M 10-14 años", "População M", "H / M"] {
        assert_eq!(sex(label), None, "{label}");
    }
    // hombres, homens, hommes
    for label in ["Población H 15-49", "H 10-14", "Population H"] {
        assert_eq!(sex(label), Some(Sex::Male), "{label}");
    }
    assert_eq!(sex("Población F 15-49"), Some(Sex::Female));
    assert_eq!(sex("Population M 15-49"), Some(Sex::Male));
    assert!(names_sex_by_letter("M 10-14", "m"));
    assert!(!names_sex_by_letter("Hombres 10-14", "h"));
}
