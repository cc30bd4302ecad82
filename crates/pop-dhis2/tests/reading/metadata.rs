//! The metadata document: the same from every release, and from every try.

use dhis2_standin::{Fault, FaultRule, Version};
use pop_dhis2::metadata::{MetadataSelection, data_sets, fetch};
use pop_dhis2::{ApiError, Metadata};

use crate::setup::{bundles, connect, small, start};

fn population() -> MetadataSelection {
    MetadataSelection {
        data_sets: vec!["WP_POP".into()],
        ..MetadataSelection::default()
    }
}

fn written(metadata: &Metadata) -> String {
    let mut bytes = Vec::new();
    metadata.write(&mut bytes).unwrap();
    String::from_utf8(bytes).unwrap()
}

#[test]
#[ignore = "needs the test data, see docs/testing.md"]
fn it_holds_what_mapping_needs_in_every_release() {
    let bundles = bundles();
    for version in Version::ALL {
        let standin = start(version, &bundles);
        let metadata = fetch(&connect(&standin), &population()).unwrap();
        let [set] = metadata.data_sets.as_slice() else {
            panic!("{} data sets", metadata.data_sets.len());
        };
        assert_eq!(set.id, "dsPopYear01");
        assert_eq!(set.period_type, "Yearly");
        assert_eq!(set.open_future_periods, 5);
        assert_eq!(set.organisation_units.len(), 15);
        assert!(set.access.write && set.access.read);
        assert_eq!(metadata.org_units.len(), 15);
        let elements: Vec<&str> = metadata
            .data_elements
            .iter()
            .map(|e| e.id.as_str())
            .collect();
        assert_eq!(elements, ["dePopAgeSex", "dePopTot001"]);
        let combo = metadata
            .category_combos
            .iter()
            .find(|c| c.id == "ccSexAge001")
            .unwrap();
        assert_eq!(combo.category_option_combos.len(), 4);
        let cell = &combo.category_option_combos[0];
        assert_eq!(cell.category_options, ["coAge000001", "coSexF00001"]);
        assert!(
            metadata
                .category_combos
                .iter()
                .any(|combo| combo.is_default)
        );
        assert!(
            metadata
                .category_options
                .iter()
                .all(|option| option.access.write),
            "{:?}",
            metadata.category_options
        );
        assert_eq!(metadata.dhis2_version, version.text());
        assert!(metadata.user.authorities.contains(&"ALL".to_owned()));
        assert_eq!(
            metadata.server.data_output_period_types.is_some(),
            version >= Version::V43
        );
    }
}

#[test]
#[ignore = "needs the test data, see docs/testing.md"]
fn it_is_the_same_every_time_and_names_no_user() {
    let bundles = bundles();
    let mut documents = Vec::new();
    for version in Version::ALL {
        let standin = start(version, &bundles);
        let server = connect(&standin);
        let mut metadata = fetch(&server, &population()).unwrap();
        let text = written(&metadata);
        assert_eq!(text, written(&fetch(&server, &population()).unwrap()));
        assert!(
            !text.contains("\"admin\"") && !text.contains("district\""),
            "{text}"
        );
        metadata.user.username.clear();
        assert_eq!(Metadata::read(text.as_bytes()).unwrap(), metadata);
        metadata.dhis2_version.clear();
        metadata.dialect = pop_dhis2::ImportDialect::PerValue;
        metadata.server = Default::default();
        metadata.user = Default::default();
        documents.push(metadata);
    }
    for document in &documents[1..] {
        assert_eq!(document, &documents[0]);
    }
}

#[test]
#[ignore = "needs the test data, see docs/testing.md"]
fn an_element_without_a_set_can_be_asked_for() {
    let bundles = bundles();
    let standin = start(Version::V43, &bundles);
    let wanted = MetadataSelection {
        data_elements: vec!["dePopAgeSex".into(), "WP_POP_TOT".into()],
        ..MetadataSelection::default()
    };
    let metadata = fetch(&connect(&standin), &wanted).unwrap();
    assert_eq!(metadata.data_elements.len(), 2);
    assert!(metadata.data_sets.is_empty());
    assert_eq!(metadata.category_combos.len(), 2);
}

#[test]
#[ignore = "needs the test data, see docs/testing.md"]
fn what_is_not_there_is_named_with_what_is() {
    let bundles = bundles();
    for version in Version::ALL {
        let standin = start(version, &bundles);
        let server = connect(&standin);
        assert!(data_sets(&server).unwrap().len() > 3);
        let wanted = MetadataSelection {
            data_sets: vec!["no such set".into()],
            ..MetadataSelection::default()
        };
        let error = fetch(&server, &wanted).unwrap_err();
        assert!(matches!(error, ApiError::Unknown { .. }), "{error}");
        assert!(error.to_string().contains("WorldPop population"), "{error}");
    }
}

#[test]
fn settings_that_are_hidden_take_their_defaults() {
    let standin = start(Version::V42, &[small()]);
    let server = connect(&standin);
    standin.add_fault(
        FaultRule::first("GET", "systemSettings", Fault::Refused(403)).times(usize::MAX),
    );
    let metadata = fetch(&server, &MetadataSelection::default()).unwrap();
    assert!(!metadata.import_settings.strict_periods);
    assert_eq!(metadata.server.analytics_period_years_offset, None);
}
