//! Bands of real products, and rows of them that do not fit together.

use super::*;
use crate::ages::AgeUnit;

pub(crate) fn layer(sex: Sex, band: Option<AgeBand>) -> Layer {
    let ages = band.map_or("all".to_owned(), |b| format!("{:02}", b.from));
    Layer {
        raster: format!("{sex}_{ages}"),
        source: "worldpop-global2;R2025A;CN;1km;UA;v1".into(),
        year: Some(2025),
        sex: Some(sex),
        age_from: band.map(|b| b.from),
        age_to: band.and_then(|b| b.to),
        method: "exact".into(),
    }
}

pub(crate) fn layers(sexes: &[Sex], scheme: AgeBandScheme) -> Vec<Layer> {
    let bands = scheme.bands();
    sexes
        .iter()
        .flat_map(|&sex| bands.iter().map(move |&band| layer(sex, Some(band))))
        .collect()
}

fn set(layers: &[Layer]) -> Result<BandSet, BandError> {
    BandSet::new(&layers.iter().collect::<Vec<_>>())
}

#[test]
fn groups_are_whole_bands_or_parts() {
    let both = set(&layers(&[Sex::Female, Sex::Male], AgeBandScheme::Open90)).unwrap();
    let women = both
        .slices(Some(Sex::Female), Ages::between(AgeUnit::Years, 15, 50))
        .unwrap();
    assert_eq!(
        women.iter().map(|p| p.band.from).collect::<Vec<_>>(),
        [15, 20, 25, 30, 35, 40, 45]
    );
    assert!(women.iter().all(BandSlice::is_whole));
    let second_year = both
        .slices(None, Ages::between(AgeUnit::Months, 12, 24))
        .unwrap();
    assert_eq!(
        second_year
            .iter()
            .map(|p| (p.sex, p.from, p.to))
            .collect::<Vec<_>>(),
        [(Sex::Female, 12, Some(24)), (Sex::Male, 12, Some(24))]
    );
    assert!(!second_year[0].is_whole());
    assert_eq!(both.slices(None, Ages::ALL).unwrap().len(), 40);
    assert_eq!(
        both.slices(None, Ages::from(AgeUnit::Years, 65))
            .unwrap()
            .len(),
        12
    );
    assert_eq!(both.scheme(), Some(AgeBandScheme::Open90));
}

#[test]
fn what_the_bands_do_not_hold_is_refused() {
    let mut some = layers(&[Sex::Female, Sex::Male], AgeBandScheme::Open80);
    let full = set(&some).unwrap();
    assert!(matches!(
        full.slices(None, Ages::between(AgeUnit::Years, 80, 85)),
        Err(BandError::OpenBand { .. })
    ));
    assert!(matches!(
        full.slices(None, Ages::between(AgeUnit::Days, 0, 7)),
        Err(BandError::Days(_))
    ));
    some.retain(|l| l.age_from != Some(20) || l.sex != Some(Sex::Male));
    let gap = set(&some).unwrap();
    let error = gap
        .slices(None, Ages::between(AgeUnit::Years, 15, 50))
        .unwrap_err();
    assert_eq!(error.to_string(), "no raster of men: 20-49 years");
    assert!(
        gap.slices(Some(Sex::Female), Ages::between(AgeUnit::Years, 15, 50))
            .is_ok()
    );
    assert!(matches!(
        set(&some[..1]).unwrap().slices(None, Ages::ALL),
        Err(BandError::Missing { .. })
    ));
}

#[test]
fn people_counted_twice_are_refused() {
    let twice = [layer(Sex::Total, None), layer(Sex::Total, None)];
    assert!(matches!(set(&twice), Err(BandError::Twice { .. })));
    let mixed = layers(&[Sex::Female, Sex::Total], AgeBandScheme::Open90);
    assert_eq!(set(&mixed), Err(BandError::MixedSexes));
    let under_18 = AgeBand {
        from: 0,
        to: Some(18),
    };
    let overlap = [
        layer(Sex::Female, Some(under_18)),
        layer(
            Sex::Female,
            Some(AgeBand {
                from: 5,
                to: Some(10),
            }),
        ),
    ];
    assert!(matches!(set(&overlap), Err(BandError::Overlap { .. })));
}
