//! What must hold for any two sides.

#![allow(clippy::unwrap_used, reason = "tests fail by panicking")]

use pop_compare::{
    Class, Comparison, ComparisonOptions, Group, OtherSource, Side, Thresholds, UnitKey, compare,
};
use pop_sums::ReadOptions;
use proptest::prelude::*;

/// Units below two provinces, each with a value, zero, none, or no row at all.
fn side(values: &[Option<Option<u32>>]) -> String {
    let mut text = "org_unit,level,path,raster,source,year,sex,population\n".to_owned();
    for (unit, value) in values.iter().enumerate() {
        let Some(value) = value else {
            continue;
        };
        let people = value.map_or(String::new(), |tenths| {
            format!("{}", f64::from(tenths) / 10.0)
        });
        text.push_str(&format!(
            "u{unit},3,/N/P{}/u{unit},r,grid,2025,t,{people}\n",
            unit % 2
        ));
    }
    text
}

fn read(text: &str) -> Option<Side> {
    let table = pop_sums::read(text.as_bytes(), &ReadOptions::default()).ok()?;
    Side::from_sums(&table, UnitKey::Id, None).ok()
}

fn compared(old: &str, new: &str) -> Option<Comparison> {
    let options = ComparisonOptions {
        thresholds: Thresholds::default(),
        other_source: OtherSource::NotJudged,
    };
    compare(read(old)?, read(new)?, &options).ok()
}

fn values() -> impl Strategy<Value = Vec<Option<Option<u32>>>> {
    prop::collection::vec(
        prop::option::weighted(0.9, prop::option::weighted(0.9, 0_u32..2000)),
        1..20,
    )
}

proptest! {
    #[test]
    fn swapping_the_sides_negates_the_differences(old in values(), new in values()) {
        let (old, new) = (side(&old), side(&new));
        let both = compared(&old, &new).zip(compared(&new, &old));
        prop_assume!(both.is_some());
        let (there, back) = both.unwrap();
        prop_assert_eq!(there.rows.len(), back.rows.len());
        for (one, other) in there.rows.iter().zip(&back.rows) {
            prop_assert_eq!(one.difference(), other.difference().map(|people| 0.0 - people));
            let mirrored = match one.class {
                Class::FromZero => Class::ToZero,
                Class::ToZero => Class::FromZero,
                Class::Gained => Class::Lost,
                Class::Lost => Class::Gained,
                Class::OnlyOld => Class::OnlyNew,
                Class::OnlyNew => Class::OnlyOld,
                class => class,
            };
            prop_assert_eq!(other.class, mirrored);
        }
    }

    #[test]
    fn a_side_against_itself_is_the_same(values in values()) {
        let text = side(&values);
        let compared = compared(&text, &text);
        prop_assume!(compared.is_some());
        let compared = compared.unwrap();
        prop_assert!(!compared.is_different() && !compared.is_flagged());
    }

    #[test]
    fn the_units_of_the_parents_add_up_to_the_level(old in values(), new in values()) {
        let compared = compared(&side(&old), &side(&new));
        prop_assume!(compared.is_some());
        let compared = compared.unwrap();
        let sum = |is_level: bool| -> (f64, f64) {
            compared
                .groups
                .iter()
                .filter(|group| matches!(group.group, Group::Level(_)) == is_level)
                .fold((0.0, 0.0), |sum, group| (sum.0 + group.old.unwrap_or_default(), sum.1 + group.new.unwrap_or_default()))
        };
        let (level, parents) = (sum(true), sum(false));
        prop_assert!((level.0 - parents.0).abs() < 1e-6 && (level.1 - parents.1).abs() < 1e-6);
        let rows: f64 = compared.rows.iter().filter_map(|row| row.new).sum();
        prop_assert!((level.1 - rows).abs() < 1e-6);
    }
}
