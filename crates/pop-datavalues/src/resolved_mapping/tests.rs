//! Mappings over the small instance.

use super::*;
use crate::ages::AgeUnit;
use crate::metadata::ImportDialect;
use crate::metadata::tests::instance;

fn resolved(text: &str, change: impl Fn(&mut Metadata)) -> Result<ResolvedMapping, ResolveError> {
    let mut metadata = instance(ImportDialect::Grouped);
    change(&mut metadata);
    resolve(
        &Mapping::read(text.as_bytes()).unwrap(),
        Some(&metadata),
        AgeBandScheme::Open90,
    )
}

const BY: &str = "[[value]]\ndata_element = \"WP_POP_AGESEX\"\nby = \"options\"\n";

#[test]
fn a_combination_is_filled_through_its_options() {
    let resolved = resolved(BY, |_| {}).unwrap();
    let cells: Vec<_> = resolved
        .targets
        .iter()
        .map(|t| (t.option_combo.as_deref().unwrap(), t.group.clone()))
        .collect();
    let group = |sex, from, to| CountedGroup::Group {
        sex: Some(sex),
        ages: Ages::between(AgeUnit::Years, from, to),
    };
    assert_eq!(
        cells,
        [
            ("cocF0000000", group(Sex::Female, 0, 1)),
            ("cocF0000001", group(Sex::Female, 1, 5)),
            ("cocM0000000", group(Sex::Male, 0, 1)),
            ("cocM0000001", group(Sex::Male, 1, 5)),
        ]
    );
    assert_eq!(resolved.targets[0].data_set.as_deref(), Some("dsPopYear01"));
    assert_eq!(
        resolved.targets[0].element,
        "WorldPop - Population by age and sex (WP_POP_AGESEX, dePopAgeSex)"
    );
    let uncovered: Vec<String> = resolved.uncovered.iter().map(ToString::to_string).collect();
    assert_eq!(uncovered, ["category \"Age\" has no option for 5+ years"]);
}

#[test]
fn the_sex_of_an_entry_holds_where_the_options_tell_ages_only() {
    let by_age = |m: &mut Metadata| {
        m.category_combos[1].categories.remove(0);
        m.category_combos[1].category_option_combos.truncate(2);
        for combo in &mut m.category_combos[1].category_option_combos {
            combo.category_options.retain(|id| id.starts_with("coAge"));
        }
    };
    let women = format!("{BY}sex = \"female\"\n");
    let found = resolved(&women, by_age).unwrap();
    let sex = |target: &Target| match target.group {
        CountedGroup::Group { sex, .. } => sex,
        CountedGroup::Formula(_) => None,
    };
    assert!(found.targets.iter().all(|t| sex(t) == Some(Sex::Female)));
    let error = resolved(&women, |_| {}).unwrap_err().to_string();
    assert!(error.contains("tell the sex as well"), "{error}");
}

#[test]
fn of_several_data_sets_the_one_that_holds_everything_is_taken() {
    let with_other = |m: &mut Metadata| {
        let mut other = m.data_sets[0].clone();
        other.id = "dsOther0001".into();
        other.data_set_elements.truncate(1);
        m.data_sets.push(other);
    };
    let total = "[[value]]\ndata_element = \"dePopTot001\"\n";
    let error = resolved(total, with_other).unwrap_err().to_string();
    assert!(error.contains("several data sets hold"), "{error}");
    let both = resolved(&format!("{total}{BY}"), with_other).unwrap();
    let sets: Vec<_> = both.targets.iter().map(|t| t.data_set.as_deref()).collect();
    assert!(
        sets.iter().all(|set| *set == Some("dsPopYear01")),
        "{sets:?}"
    );
}

#[test]
fn what_holds_no_people_and_what_is_misspelt_is_refused() {
    let text = "[[value]]\ndata_element = \"WP_POP_TOTAL\"";
    let error = resolved(text, |m| m.data_elements[0].value_type = "TEXT".into());
    assert!(
        error
            .unwrap_err()
            .to_string()
            .contains("TEXT, which holds no number of people")
    );
    for (key, value) in [
        ("skip", "[\"P1Y--P4\"]"),
        ("fixed", "[\"URBAN\"]"),
        ("meaning", "{ \"P29Y\" = \"1-4 years\" }"),
    ] {
        let error = resolved(&format!("{BY}{key} = {value}\n"), |_| {})
            .unwrap_err()
            .to_string();
        assert!(
            error.contains(&format!("{key}: no category option")),
            "{error}"
        );
    }
}

#[test]
fn a_doubtful_option_is_refused_with_both_readings_until_its_meaning_is_said() {
    let spoil = |m: &mut Metadata| m.category_options[4].code = Some("P29Y--P60Y".into());
    let error = resolved(BY, spoil).unwrap_err().to_string();
    assert!(
        error.contains("\"P29Y--P60Y\" reads 29-59 years or 29-60 years"),
        "{error}"
    );
    assert!(error.contains("\"1-4 years\" reads 1-4 years"), "{error}");
    let said = format!("{BY}meaning = {{ \"P29Y--P60Y\" = \"1-4 years\" }}\n");
    assert_eq!(resolved(&said, spoil).unwrap().targets.len(), 4);
    let skipped = format!("{BY}skip = [\"P29Y--P60Y\"]\n");
    assert_eq!(resolved(&skipped, spoil).unwrap().targets.len(), 2);
}

#[test]
fn options_that_share_people_are_refused() {
    let error = resolved(BY, |m| {
        m.category_options[4].code = Some("P0Y--P5Y".into());
        m.category_options[4].name = "0-4 years".into();
    });
    assert!(error.unwrap_err().to_string().contains("share people"));
}

#[test]
fn single_cells_are_found_through_options() {
    let text = "[[value]]\ndata_element = \"dePopAgeSex\"\noptions = [\"MALE\", \"P1Y--P4Y\"]\nsex = \"male\"\nages = \"1-4 years\"\n";
    let found = resolved(text, |_| {}).unwrap();
    assert_eq!(
        found.targets[0].option_combo.as_deref(),
        Some("cocM0000001")
    );
}

#[test]
fn entries_that_cannot_be_are_refused() {
    for (text, message) in [
        (
            "[[value]]\ndata_element = \"nope\"",
            "no data element has the id, code or name \"nope\"",
        ),
        (
            "[[value]]\ndata_element = \"WP_POP_AGESEX\"",
            "name an option combo",
        ),
        (
            "[[value]]\ndata_element = \"WP_POP_TOTAL\"\nby = \"options\"",
            "no disaggregation",
        ),
        (
            "[[value]]\ndata_element = \"WP_POP_TOTAL\"\noptions = [\"F\"]",
            "no disaggregation",
        ),
        (
            "[[value]]\ndata_element = \"WP_POP_TOTAL\"\nages = \"Total\"",
            "names no ages",
        ),
        (
            "[[value]]\ndata_element = \"WP_POP_TOTAL\"\nages = \"15-49 pregnant\"",
            "cannot be read",
        ),
        (
            "[[value]]\ndata_element = \"WP_POP_TOTAL\"\nages = \"15 49\"",
            "cannot be read",
        ),
        (
            "[[value]]\ndata_element = \"WP_POP_TOTAL\"\nsex = \"both\"",
            "expected female or male",
        ),
        (
            "[[value]]\ndata_element = \"WP_POP_TOTAL\"\nsex = \"male\"\nages = \"women 15-49\"",
            "different sexes",
        ),
        (
            "[[value]]\ndata_element = \"WP_POP_TOTAL\"\n[[value]]\ndata_element = \"dePopTot001\"",
            "filled already by value 1",
        ),
        (
            "data_set = \"other\"\n[[value]]\ndata_element = \"WP_POP_TOTAL\"",
            "no data set has",
        ),
    ] {
        let error = resolved(text, |_| {}).unwrap_err().to_string();
        assert!(error.contains(message), "{text}: {error}");
    }
}

#[test]
fn without_metadata_only_uids_will_do() {
    let resolve = |text: &str| {
        super::resolve(
            &Mapping::read(text.as_bytes()).unwrap(),
            None,
            AgeBandScheme::Open90,
        )
    };
    assert!(resolve("[[value]]\ndata_element = \"DkmMEcubiPv\"").is_ok());
    assert!(resolve("[[value]]\ndata_element = \"GEN_POP_NUM\"").is_err());
    assert!(resolve("data_set = \"x\"\n[[value]]\ndata_element = \"DkmMEcubiPv\"").is_err());
    assert!(resolve("[[value]]\ndata_element = \"DkmMEcubiPv\"\nby = \"options\"").is_err());
}
