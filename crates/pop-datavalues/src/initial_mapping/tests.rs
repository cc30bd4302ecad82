//! Drafts of the small instance, with codes and names of the standard packages.

use pop_sums::Sex;

use super::*;
use crate::Mapping;
use crate::bands::tests::{layer, layers};
use crate::metadata::ImportDialect;
use crate::metadata::tests::instance;

/// The first element proposed for a code and a name, as its ages and sex; `None` where it stands in a comment.
fn proposed(code: Option<&str>, name: &str) -> Option<(Option<String>, Option<String>)> {
    let mut metadata = instance(ImportDialect::Grouped);
    metadata.data_elements[0].code = code.map(str::to_owned);
    metadata.data_elements[0].name = name.to_owned();
    let text = initial_mapping(Some(&metadata), None, None).text;
    let mapping = Mapping::read(text.as_bytes()).unwrap();
    let entry = mapping
        .value
        .into_iter()
        .find(|e| e.data_element == "dePopTot001")?;
    Some((entry.sex, entry.ages))
}

#[test]
fn elements_are_proposed_where_code_and_name_agree() {
    let female = Some("female".to_owned());
    for (code, name, sex, ages) in [
        (Some("GEN_POP_NUM"), "GEN - Population", None, None),
        (Some("WP_POP_TOTAL"), "WorldPop - Population", None, None),
        (
            Some("CVDV_TOTAL_POPULATION"),
            "COVIDVAC - Total population",
            None,
            None,
        ),
        (None, "Total Population", None, None),
        (
            Some("GEN_P0Y--P1Y"),
            "GEN - Population < 1 year",
            None,
            Some("<1 year"),
        ),
        (
            Some("GEN_P0Y--P5Y"),
            "GEN - Population < 5 year(s)",
            None,
            Some("0-4 years"),
        ),
        (
            Some("GEN_P0Y--P15Y"),
            "GEN - Population < 15 years",
            None,
            Some("0-14 years"),
        ),
        (
            Some("GEN_F_15-49"),
            "GEN - Population female 15-49 years",
            female,
            Some("15-49 years"),
        ),
    ] {
        let expected = Some((sex, ages.map(str::to_owned)));
        assert_eq!(proposed(code, name), expected, "{name}");
    }
}

#[test]
fn what_code_or_name_leave_open_is_not_proposed() {
    for (code, name) in [
        // The code says something else, or nothing that can be read, though the name can.
        (Some("GEN_F_15-19"), "GEN - Population female 15-49 years"),
        (Some("GEN_POP_NUM_15Y"), "GEN - Population < 15 years"),
        (Some("QX7"), "Population 0-4 years"),
        (Some("QX7"), "Total population"),
        (Some("GEN_POP_NUM"), "GEN - Population < 1 year"),
        // The name says more than ages and sex.
        (Some("GEN_POP_NUM_W"), "GEN - Population weekly"),
        (Some("GEN_LIVEBIRTH"), "GEN - Population live births"),
        (
            Some("GEN_PREG_EXPECT"),
            "GEN - Population expected pregnant women",
        ),
        (
            Some("MAL_POP_AT_RISK"),
            "MAL - Population at risk for malaria",
        ),
        (Some("F_15_49"), "Pregnant women 15-49 years"),
        (Some("CVC_TARGET_POPULATION"), "COVAC - Target population"),
        (None, "Live births < 1 year"),
        // A part of a band.
        (Some("GEN_P0Y--P2Y"), "GEN - Population < 2 years"),
    ] {
        assert_eq!(proposed(code, name), None, "{name}");
    }
}

#[test]
fn divided_elements_are_proposed_where_they_count_the_population() {
    let is_proposed = |code: &str, name: &str| {
        let mut metadata = instance(ImportDialect::Grouped);
        metadata.data_elements[1].code = Some(code.to_owned());
        metadata.data_elements[1].name = name.to_owned();
        metadata.category_combos[1].name = "Age (malaria)".into();
        initial_mapping(Some(&metadata), None, None)
            .text
            .contains("\nby = \"options\"")
    };
    for (code, name) in [
        ("WP_POP_AGESEX", "WorldPop - Population by age and sex"),
        (
            "MAL_POP_TOTAL",
            "MAL - Population with malaria age disaggregation",
        ),
        ("TB_POP", "TB - Population"),
    ] {
        assert!(is_proposed(code, name), "{name}");
    }
    for (code, name) in [
        ("MAL_CASES", "MAL - Confirmed cases"),
        ("MAL_CASES", "MAL - Population by age and sex"),
        ("CVC_TARGET_POPULATION", "COVAC - Target population"),
        ("TB_POP", "TB - Population 15-49 years"),
        ("TB_POP", "TB - Female population"),
        ("HIV_POP", "HIV - Population with HIV"),
        ("POP", "Total"),
    ] {
        assert!(!is_proposed(code, name), "{name}");
    }
}

#[test]
fn both_readings_stand_in_the_comment() {
    let mut metadata = instance(ImportDialect::Grouped);
    metadata.data_elements[0].code = Some("GEN_F_15-19".into());
    metadata.data_elements[0].name = "GEN - Population female 15-49 years".into();
    let initial_mapping = initial_mapping(Some(&metadata), None, None);
    let line = "# in doubt: code \"GEN_F_15-19\" reads f 15-18 years or 15-19 years, label \"GEN - Population female 15-49 years\" reads f 15-49 years\n";
    assert!(
        initial_mapping.text.contains(line),
        "{}",
        initial_mapping.text
    );
    assert_eq!((initial_mapping.proposed, initial_mapping.doubtful), (1, 1));
}

#[test]
fn only_what_the_sums_at_hand_hold_is_proposed() {
    let metadata = instance(ImportDialect::Grouped);
    let of = |layers: &[pop_sums::Layer]| {
        let sums_summary = SumsSummary {
            bands: BandSet::new(&layers.iter().collect::<Vec<_>>()).unwrap(),
            levels: vec![2, 3],
            years: vec![2025],
        };
        initial_mapping(Some(&metadata), Some(&sums_summary), None)
    };
    let total = of(&[layer(Sex::Total, None)]);
    assert_eq!((total.proposed, total.doubtful), (1, 1));
    assert!(
        total.text.contains("# The sums at hand hold no bands"),
        "{}",
        total.text
    );
    assert!(
        total
            .text
            .contains("# The sums at hand hold the levels 2, 3"),
        "{}",
        total.text
    );
    let bands = of(&layers(&[Sex::Female, Sex::Male], AgeBandScheme::Open80));
    assert_eq!((bands.proposed, bands.doubtful), (2, 0));
    assert!(bands.text.contains("\nbands = 18\n"), "{}", bands.text);
}

#[test]
fn an_element_of_two_data_sets_is_proposed_once() {
    let mut metadata = instance(ImportDialect::Grouped);
    let mut other = metadata.data_sets[0].clone();
    other.id = "dsOther0001".into();
    metadata.data_sets.push(other);
    let all = initial_mapping(Some(&metadata), None, None);
    assert_eq!((all.proposed, all.doubtful), (2, 2));
    let mapping = Mapping::read(all.text.as_bytes()).unwrap();
    assert_eq!(mapping.value.len(), 2);
    let one = initial_mapping(Some(&metadata), None, Some("dsOther0001"));
    assert_eq!((one.proposed, one.doubtful), (2, 0));
    assert!(one.text.contains("data_set = \"dsOther0001\""));
}

#[test]
fn names_cannot_leave_their_comment() {
    let mut metadata = instance(ImportDialect::Grouped);
    metadata.data_elements[0].name = "Population\n[[value]]\rdata_element = \"x\"\u{b}".into();
    metadata.data_sets[0].name = "Set\r\nbands = 18".into();
    let text = initial_mapping(Some(&metadata), None, None).text;
    let mapping = Mapping::read(text.as_bytes()).unwrap();
    assert_eq!((mapping.value.len(), mapping.bands), (1, None));
}

#[test]
fn without_metadata_there_is_an_example() {
    let initial_mapping = initial_mapping(None, None, None);
    assert_eq!(
        Mapping::read(initial_mapping.text.as_bytes())
            .unwrap()
            .value
            .len(),
        1
    );
}

#[test]
fn an_m_beside_an_h_is_in_doubt() {
    let draft = |names: [&str; 2]| {
        let mut metadata = instance(ImportDialect::Grouped);
        for (element, name) in metadata.data_elements.iter_mut().zip(names) {
            element.code = None;
            element.name = name.to_owned();
        }
        initial_mapping(Some(&metadata), None, None).text
    };
    let doubt = "label \"M 15-49\": M may be women, as other elements have H for men";
    assert!(draft(["M 15-49", "H 15-49"]).contains(doubt));
    let told = draft(["M 15-49", "F 15-49"]);
    assert!(!told.contains("may be women") && told.contains("sex = \"male\""));
}
