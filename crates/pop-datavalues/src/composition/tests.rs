//! Groups of the health programmes, by hand.

use pop_sums::Layer;
use pop_worldpop::AgeBandScheme;

use super::*;
use crate::ages::read_label;
use crate::bands::tests::{layer, layers};
use crate::mapping::Rate;

fn target(group: CountedGroup) -> Target {
    Target {
        entry: 0,
        data_element: "e".into(),
        element: "Element (e)".into(),
        value_type: None,
        data_set: None,
        option_combo: None,
        option_combo_name: String::new(),
        group,
        split: Some(Split::Uniform),
        rate: None,
    }
}

fn group(text: &str) -> Target {
    let label = read_label(text).unwrap();
    target(CountedGroup::Group {
        sex: label.sex,
        ages: label.ages.unwrap(),
    })
}

fn bands(layers: &[Layer]) -> BandSet {
    BandSet::new(&layers.iter().collect::<Vec<_>>()).unwrap()
}

fn both() -> BandSet {
    bands(&layers(&[Sex::Female, Sex::Male], AgeBandScheme::Open90))
}

fn formula(text: &str) -> String {
    Composition::new(
        &[group(text)],
        &bands(&layers(&[Sex::Total], AgeBandScheme::Open90)),
        TotalFrom::Bands,
        None,
    )
    .unwrap()
    .terms[0]
        .formula(None)
}

#[test]
fn groups_have_the_formulas_of_the_programmes() {
    for (text, shown) in [
        ("<1 year", "t00"),
        ("<5 years", "t00 + t01"),
        ("<2 years", "t00 + 1/4 t01"),
        ("12-23 months", "1/4 t01"),
        ("24-59 months", "3/4 t01"),
        ("0-5 months", "1/2 t00"),
        ("6-59 months", "1/2 t00 + t01"),
        ("3-11 months", "3/4 t00"),
        ("6-11 years", "4/5 t05 + 2/5 t10"),
        ("12-14 years", "3/5 t10"),
        ("15-17 years", "3/5 t15"),
        ("3-5 years", "1/2 t01 + 1/5 t05"),
        ("9-14 years", "1/5 t05 + t10"),
        ("65+ years", "t65 + t70 + t75 + t80 + t85 + t90"),
        (
            "18+ years",
            "2/5 t15 + t20 + t25 + t30 + t35 + t40 + t45 + t50 + t55 + t60 + t65 + t70 + t75 + t80 + t85 + t90",
        ),
    ] {
        assert_eq!(formula(text), shown, "{text}");
    }
    let women = Composition::new(
        &[group("Women 15-49 years")],
        &both(),
        TotalFrom::Bands,
        None,
    )
    .unwrap();
    assert_eq!(
        women.terms[0].formula(None),
        "f15 + f20 + f25 + f30 + f35 + f40 + f45"
    );
}

#[test]
fn nested_groups_share_a_table_and_crossing_ones_do_not() {
    let targets = [
        group("<5 years"),
        group("<1 year"),
        group("10-19 years"),
        group("15-49 years"),
        group("all ages"),
    ];
    let composition = Composition::new(&targets, &both(), TotalFrom::Bands, None).unwrap();
    let members: Vec<Vec<usize>> = composition
        .tables
        .iter()
        .map(|t| t.targets.iter().map(|(i, _)| *i).collect())
        .collect();
    assert_eq!(members, [vec![0, 1, 2, 4], vec![3]]);
    // <1; 1-4; 10-19; everybody else.
    assert_eq!(composition.tables[0].columns.len(), 4);
    let people = |_: usize| 10.0;
    let total: f64 = composition.tables[0]
        .columns
        .iter()
        .map(|c| c.people(&both(), people))
        .sum();
    assert!((total - 400.0).abs() < 1e-9);
}

#[test]
fn parts_of_one_band_add_back_to_it() {
    for split in [Split::Uniform, Split::Sprague] {
        let mut targets = [
            group("12-23 months"),
            group("24-59 months"),
            group("1-4 years"),
        ];
        targets.iter_mut().for_each(|t| t.split = Some(split));
        let composition = Composition::new(&targets, &both(), TotalFrom::Bands, None).unwrap();
        assert_eq!(
            (
                composition.tables.len(),
                composition.tables[0].columns.len()
            ),
            (1, 2)
        );
        let people = |column: usize| 1000.0 / (1.0 + column as f64);
        let sum: f64 = composition.tables[0]
            .columns
            .iter()
            .map(|c| c.people(&both(), people))
            .sum();
        let band: f64 = composition.terms[2]
            .columns()
            .iter()
            .map(|c| people(*c))
            .sum();
        assert!((sum - band).abs() < 1e-9);
    }
}

#[test]
fn the_total_comes_from_the_bands_when_they_are_filled_too() {
    let mut all = layers(&[Sex::Female, Sex::Male], AgeBandScheme::Open90);
    all.push(layer(Sex::Total, None));
    let bands = bands(&all);
    let targets = [group("all ages"), group("<5 years")];
    let source = |targets: &[Target], total| {
        Composition::new(targets, &bands, total, None)
            .unwrap()
            .terms[0]
            .clone()
    };
    assert!(matches!(
        source(&targets, TotalFrom::Bands),
        BandTerms::Slices(_)
    ));
    assert!(matches!(
        source(&targets, TotalFrom::Raster),
        BandTerms::Weighted(_)
    ));
    assert!(matches!(
        source(&targets[..1], TotalFrom::Bands),
        BandTerms::Weighted(_)
    ));
}

#[test]
fn rates_and_formulas_stand_alone() {
    let mut births = group("all ages");
    births.rate = Some(Rate {
        value: 0.03,
        source: "survey".into(),
        year: 2020,
        level: "national".into(),
    });
    let girls = target(CountedGroup::Formula("f05*1/5 + f10".parse().unwrap()));
    let composition = Composition::new(
        &[births, girls, group("<1 year")],
        &both(),
        TotalFrom::Bands,
        None,
    )
    .unwrap();
    assert_eq!(composition.tables.len(), 3);
    let values: Vec<f64> = composition
        .tables
        .iter()
        .map(|t| t.columns[0].people(&both(), |_| 100.0))
        .collect();
    assert!(
        (values[1] - 120.0).abs() < 1e-9 && (values[2] - 120.0).abs() < 1e-9,
        "{values:?}"
    );
}

#[test]
fn what_does_not_fit_is_refused_by_name() {
    let composition = |target: Target, bands: &BandSet, count| {
        Composition::new(&[target], bands, TotalFrom::Bands, count).unwrap_err()
    };
    let old = bands(&layers(&[Sex::Female, Sex::Male], AgeBandScheme::Open80));
    let formula = |text: &str| target(CountedGroup::Formula(text.parse().unwrap()));
    assert!(matches!(
        composition(formula("f75 + f80"), &both(), None),
        CompositionError::OtherScheme { .. }
    ));
    assert!(Composition::new(&[formula("f75 + f80")], &both(), TotalFrom::Bands, Some(20)).is_ok());
    assert!(matches!(
        composition(formula("f80 + f85"), &old, None),
        CompositionError::NoBand { .. }
    ));
    assert_eq!(
        composition(group("<1 year"), &old, Some(20)),
        CompositionError::BandCount {
            wanted: 20,
            found: 18
        }
    );
    assert!(matches!(
        composition(group("80-84 years"), &old, None),
        CompositionError::Bands {
            problem: BandError::OpenBand { .. },
            ..
        }
    ));
    let mut unsaid = group("12-23 months");
    unsaid.split = None;
    assert_eq!(
        composition(unsaid, &both(), None).to_string(),
        "Element (e): 12-23 months cut the band f01 (1-4), and no split says how"
    );
    let mut smooth = group("12-23 months");
    smooth.split = Some(Split::Sprague);
    let few: Vec<Layer> = layers(&[Sex::Female, Sex::Male], AgeBandScheme::Open90)
        .into_iter()
        .filter(|l| l.age_from < Some(20))
        .collect();
    assert!(matches!(
        composition(smooth.clone(), &bands(&few), None),
        CompositionError::NoSprague { .. }
    ));
    let shown = Composition::new(&[smooth], &both(), TotalFrom::Bands, None)
        .unwrap()
        .terms[0]
        .formula(Some(Split::Sprague));
    assert_eq!(shown, "f01[12-23 months] + m01[12-23 months]");
    let nobody = bands(&[layer(Sex::Female, None)]);
    assert!(matches!(
        composition(
            target(CountedGroup::Group {
                sex: None,
                ages: Ages::ALL
            }),
            &nobody,
            None
        ),
        CompositionError::NoTotal { .. }
    ));
}
