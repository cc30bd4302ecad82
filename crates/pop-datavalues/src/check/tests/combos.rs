//! Category and attribute option combos.

use super::*;

#[test]
fn option_combos() {
    both(
        |s, _| s.values[1].category_option_combo = Some("cocUnknown1".into()),
        Rule::UnknownOptionCombo,
        (RefusesValue, Some("E7613")),
        (RefusesGroup, Some("E8024")),
    );
    both(
        |s, _| s.values[1].category_option_combo = Some("cocDefault1".into()),
        Rule::OptionComboNotOfElement,
        (StoresWrongly, None),
        (RefusesGroup, Some("E8024")),
    );
    both(
        |s, _| s.values[1].category_option_combo = None,
        Rule::OptionComboMissing,
        (StoresWrongly, None),
        (StoresWrongly, None),
    );
    both(
        |_, m| m.category_options[1].access.write = false,
        Rule::OptionAccess,
        (RefusesValue, Some("E7613")),
        (RefusesGroup, Some("E8012")),
    );
    // The combination of the data set counts before the element's.
    both(
        |s, m| {
            m.data_sets[0].data_set_elements[0].category_combo = Some("ccSexAge001".into());
            s.values.truncate(1);
        },
        Rule::OptionComboMissing,
        (StoresWrongly, None),
        (StoresWrongly, None),
    );
    let strict = found(ImportDialect::PerValue, |s, m| {
        m.import_settings.strict_category_option_combos = true;
        s.values[1].category_option_combo = Some("cocDefault1".into());
    });
    assert_eq!(
        strict,
        [(Rule::OptionComboNotOfElement, RefusesValue, Some("E7634"))]
    );
}

#[test]
fn attribute_option_combos() {
    both(
        |_, m| m.data_sets[0].category_combo = "ccSexAge001".into(),
        Rule::AttributeComboMissing,
        (StoresWrongly, None),
        (RefusesGroup, Some("E8023")),
    );
    both(
        |s, _| s.values[0].attribute_option_combo = Some("cocF0000000".into()),
        Rule::AttributeComboNotOfSet,
        (StoresWrongly, None),
        (RefusesGroup, Some("E8023")),
    );
    both(
        |s, m| {
            m.data_sets[0].category_combo = "ccSource001".into();
            m.category_combos.push(crate::metadata::CategoryCombo {
                id: "ccSource001".into(),
                category_option_combos: vec![crate::metadata::CategoryOptionCombo {
                    id: "cocSource01".into(),
                    category_options: vec!["coSource001".into()],
                    ..Default::default()
                }],
                ..Default::default()
            });
            m.category_options.push(CategoryOption {
                id: "coSource001".into(),
                start_date: Some("2027-01-01".into()),
                access: DataAccess {
                    read: true,
                    write: true,
                },
                ..CategoryOption::default()
            });
            for value in &mut s.values {
                value.attribute_option_combo = Some("cocSource01".into());
            }
        },
        Rule::AttributeComboDates,
        (RefusesValue, Some("E7638")),
        (RefusesGroup, Some("E8032")),
    );
}
