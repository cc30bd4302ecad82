//! Sexes, ages and makes, as asked for and as found.

use super::*;

fn ages(text: &str) -> Vec<AgeSelection> {
    text.split(',').map(|age| age.parse().unwrap()).collect()
}

fn layers(sexes: &[Sex], text: &str, family: Family) -> Result<Vec<String>, SelectionError> {
    let layers = AgeSexSelection::new(sexes, Some(&ages(text)))?.layers(family)?;
    Ok(layers
        .into_iter()
        .map(|layer| match layer {
            Layer::From(sex, age) => format!("{sex}{age}"),
            Layer::Under18(sex) => format!("u18{sex}"),
            other => format!("{other:?}"),
        })
        .collect())
}

#[test]
fn bands_are_of_both_sexes_and_never_of_their_sum() {
    let people = AgeSexSelection::new(&[], Some(&[])).unwrap();
    let found = people.layers(Family::Global2).unwrap();
    assert_eq!(found.len(), 40);
    assert!(found.iter().all(|layer| layer.sex() != Some(Sex::Total)));
    assert_eq!(people.layers(Family::Global1).unwrap().len(), 36);
    for sexes in [[Sex::Female, Sex::Total], [Sex::Total, Sex::Male]] {
        assert_eq!(
            AgeSexSelection::new(&sexes, Some(&[])),
            Err(SelectionError::CountsTwice)
        );
    }
    let totals = AgeSexSelection::new(&[Sex::Total], Some(&[])).unwrap();
    assert_eq!(totals.layers(Family::Global2).unwrap().len(), 20);
    assert!(totals.layers(Family::Global1).is_err());
}

#[test]
fn no_ages_select_all_ages() {
    let of = |sexes: &[Sex]| AgeSexSelection::new(sexes, None).unwrap();
    assert_eq!(of(&[]), AgeSexSelection::Total);
    assert_eq!(of(&[Sex::Total]), AgeSexSelection::Total);
    let both = of(&[Sex::Male, Sex::Female, Sex::Male]);
    assert_eq!(
        both.layers(Family::Global2).unwrap(),
        [Layer::AllAges(Sex::Female), Layer::AllAges(Sex::Male)]
    );
    assert!(both.layers(Family::Global1).is_err());
}

#[test]
fn age_ranges_are_composed_of_bands() {
    let g2 = |text| layers(&[Sex::Female], text, Family::Global2);
    assert_eq!(g2("0,1-4").unwrap(), ["f0", "f1"]);
    assert_eq!(g2("0-4").unwrap(), ["f0", "f1"]);
    assert_eq!(g2("15-24,20").unwrap(), ["f15", "f20"]);
    assert_eq!(g2("80+").unwrap(), ["f80", "f85", "f90"]);
    assert_eq!(g2("80").unwrap(), ["f80"]);
    assert_eq!(
        layers(&[Sex::Male], "75+", Family::Global1).unwrap(),
        ["m75", "m80"]
    );
    assert_eq!(layers(&[], "15", Family::Global2).unwrap(), ["f15", "m15"]);
    assert_eq!(layers(&[], "under-18", Family::Global2).unwrap(), ["u18t"]);
}

#[test]
fn age_ranges_off_the_band_edges_are_refused() {
    let message = |text: &str, family| layers(&[], text, family).unwrap_err().to_string();
    assert!(message("12", Family::Global2).starts_with("age 12: no age band"));
    assert!(message("0-17", Family::Global2).contains("ends at 17"));
    assert!(message("2-4", Family::Global2).contains("begins at 2"));
    assert!(message("85", Family::Global1).contains("begins at 85"));
    assert!(message("80-84", Family::Global1).contains("ends at 84"));
    for text in ["", "x", "-", "5-", "-5", "9-5", "5-9-14", "+", "٣", "99999"] {
        assert!(text.parse::<AgeSelection>().is_err(), "{text:?}");
    }
    assert!(AgeSexSelection::new(&[], Some(&ages("under-18,20"))).is_err());
}

#[test]
fn the_product_is_read_from_the_name() {
    let name = |text: &str| RasterName::parse(text).unwrap();
    let terms = ProductSpec::of(&name("sle_pop_2025_CN_100m_R2025A_v1.tif")).unwrap();
    assert!(terms.matches(&name("ken_f_15_2030_CN_100m_R2025A_v2.tif")));
    for other in [
        "sle_pop_2025_UC_100m_R2025A_v1.tif",
        "sle_pop_2025_CN_1km_R2025A_UA_v1.tif",
        "sle_pop_2025_CN_100m_R2024B_v1.tif",
        "sle_pop_2025_CN_100m_R2025A_v1_clip.tif",
        "sle_ppp_2020_constrained.tif",
    ] {
        assert!(!terms.matches(&name(other)), "{other}");
    }
    let adjusted = ProductSpec::of(&name("ken_ppp_2015_UNadj.tif")).unwrap();
    assert!(!adjusted.matches(&name("ken_ppp_2015.tif")));
    let product = |alias| Product::identify("pop", alias, "").unwrap();
    assert!(adjusted.matches_product(&product("wpgpunadj")));
    assert!(!adjusted.matches_product(&product("wpgp")));
    assert!(terms.matches_product(&product("G2_CN_POP_R25A_100m")));
    assert!(!terms.matches_product(&product("G2_CN_POP_R24B_100m")));
    assert!(terms.matches_any_release(&product("G2_CN_POP_R24B_100m")));
}
