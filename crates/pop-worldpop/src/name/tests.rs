//! Names as they stand on the server, and names that only look like them.

use super::*;

fn parse(name: &str) -> RasterName {
    RasterName::parse(name).unwrap()
}

fn label(name: &str) -> (Option<i32>, String, Option<u32>, Option<u32>) {
    let l = parse(name).label();
    (
        l.year,
        l.sex.map(|s| s.to_string()).unwrap_or_default(),
        l.age_from,
        l.age_to,
    )
}

#[test]
fn global2_names_are_read() {
    assert_eq!(
        label("sle_pop_2025_CN_100m_R2025A_v1.tif"),
        (Some(2025), "t".into(), None, None)
    );
    assert_eq!(
        label("tcd_t_00_2025_CN_100m_R2025A_v1.tif"),
        (Some(2025), "t".into(), Some(0), Some(1))
    );
    assert_eq!(
        label("lao_T_F_2024_CN_100m_R2025A_v1.tif"),
        (Some(2024), "f".into(), None, None)
    );
    assert_eq!(
        label("bdi_f_90_2020_CN_100m_R2025A_v1"),
        (Some(2020), "f".into(), Some(90), None)
    );
    assert_eq!(
        label("bdi_m_80_2020_CN_100m_R2025A_v1"),
        (Some(2020), "m".into(), Some(80), Some(85))
    );
    assert_eq!(
        label("ken_F_Under_18_2025_CN_100m_R2025A_v1.tif"),
        (Some(2025), "f".into(), Some(0), Some(18))
    );
    assert_eq!(
        label("a/b_2000/global_pop_2020_CN_1km_R2025A_UA_v1.tif"),
        (Some(2020), "t".into(), None, None)
    );
    assert_eq!(parse("al_pop_2025_CN_100m_R2025A_v1.tif").area(), "al");
}

#[test]
fn global1_names_are_read() {
    assert_eq!(
        label("tun_ppp_2020_UNadj_constrained.tif"),
        (Some(2020), "t".into(), None, None)
    );
    assert_eq!(
        label("nic_f_0_2020_constrained_UNadj.tif"),
        (Some(2020), "f".into(), Some(0), Some(1))
    );
    assert_eq!(
        label("nic_f_80_2020_constrained.tif"),
        (Some(2020), "f".into(), Some(80), None)
    );
    assert_eq!(
        label("ppp_2010_1km_Aggregated.tif"),
        (Some(2010), "t".into(), None, None)
    );
    assert_eq!(
        label("ken_f_45_49_2021_1km_UNadj.tif"),
        (Some(2021), "f".into(), Some(45), Some(50))
    );
    assert_eq!(
        label("ken_m_total_2022_1km_UNadj.tif"),
        (Some(2022), "m".into(), None, None)
    );
    assert_eq!(
        label("ken_m_7_2022_1km_UNadj.tif"),
        (Some(2022), "m".into(), Some(7), Some(8))
    );
}

#[test]
fn source_tells_the_product_and_not_the_band() {
    let source = |name: &str| parse(name).source();
    assert_eq!(
        source("sle_pop_2025_CN_1km_R2025A_UA_v1.tif"),
        "worldpop-global2;R2025A;CN;1km;UA;v1"
    );
    assert_eq!(
        source("sle_f_15_2026_CN_1km_R2025A_UA_v1.tif"),
        "worldpop-global2;R2025A;CN;1km;UA;v1"
    );
    assert_eq!(
        source("sle_pop_2025_UC_100m_R2024B_v1_2.tif"),
        "worldpop-global2;R2024B;UC;100m;v1_2"
    );
    assert_eq!(
        source("tun_ppp_2020_UNadj_constrained.tif"),
        "worldpop-global1;CN;100m;UA"
    );
    assert_eq!(
        source("nic_f_0_2020_constrained_UNadj.tif"),
        "worldpop-global1;CN;100m;UA"
    );
    assert_eq!(source("ken_ppp_2015.tif"), "worldpop-global1;UC;100m");
}

#[test]
fn rasters_without_people_are_identified() {
    for (name, kind) in [
        ("ken_pd_2015_1km_UNadj.tif", RasterKind::Density),
        ("KEN_DUG_2025_GRID_L1_R2025A_v1.tif", RasterKind::Classes),
        ("ken_px_area_100m.tif", RasterKind::Area),
        ("ken_level0_100m_2000_2020.tif", RasterKind::Mask),
        ("ken_subnational_admin_2000_2020.tif", RasterKind::Mask),
        (
            "afg_agesex_structures_2015_CN_100m_R2025A_v1.zip",
            RasterKind::Archive,
        ),
    ] {
        let name = parse(name);
        assert_eq!(name.kind(), kind);
        assert!(name.refusal().is_some());
    }
}

#[test]
fn tail_tokens_are_kept() {
    let name = parse("sle_pop_2025_CN_1km_R2025A_UA_v1_clip.tif");
    assert_eq!(name.tail(), ["clip"]);
    assert_eq!(name.label().year, Some(2025));
    assert_eq!(name.source(), "worldpop-global2;R2025A;CN;1km;UA;v1");
}

#[test]
fn other_names_are_refused() {
    for name in [
        "",
        "TUN_POP.tif",
        "burundi_worldpop.tif",
        "afripop2020.tif",
        "sle_pop_2025.tif",
        "pop.tif",
        "sle_x_15_2025_CN_100m_R2025A_v1.tif",
        "sle_f_15_2025_CN_100m_2025_v1.tif",
        "_____",
        "é_pop",
        "ken_m_49_45_2021_1km_UNadj.tif",
        "ken_m_85_2021_1km_UNadj.tif",
        "sle_pop_2025_CN_100m_R2025A_v1.zip",
        "ken_ppp_2015.zip",
        "afg_agesex_structures_2015_CN_100m_R2025A_v1.tif",
    ] {
        assert!(
            matches!(RasterName::parse(name), Err(NameError::Unknown(_))),
            "{name}"
        );
    }
    assert!(matches!(
        RasterName::parse("sle_f_17_2025_CN_100m_R2025A_v1"),
        Err(NameError::Age { age: 17, .. })
    ));
    assert!(matches!(
        RasterName::parse("sle_f_85_2015"),
        Err(NameError::Age { age: 85, .. })
    ));
    assert!(matches!(
        RasterName::parse("sle_f_15_2055_CN_100m_R2025A_v1"),
        Err(NameError::Year { year: 2055, .. })
    ));
}

#[test]
fn bands_of_both_schemes_tile_all_ages() {
    for (scheme, count) in [(AgeBandScheme::Open80, 18), (AgeBandScheme::Open90, 20)] {
        let bands = scheme.bands();
        assert_eq!(bands.len(), count);
        for age in 0..130 {
            assert_eq!(bands.iter().filter(|b| b.holds(age)).count(), 1, "{age}");
        }
        assert!(
            bands
                .iter()
                .enumerate()
                .all(|(i, a)| bands[i + 1..].iter().all(|b| !a.overlaps(*b)))
        );
    }
}

#[test]
fn names_are_written_as_on_the_server() {
    for name in [
        "sle_pop_2025_CN_100m_R2025A_v1.tif",
        "sle_pop_2025_CN_1km_R2025A_UA_v1.tif",
        "ven_pop_2017_UC_100m_R2024B_v1.tif",
        "global_pop_2020_CN_1km_R2025A_UA_v1.tif",
        "al_pop_2025_CN_100m_R2025A_v1.tif",
        "tcd_t_00_2025_CN_100m_R2025A_v1.tif",
        "bdi_f_05_2020_CN_100m_R2025A_v1.tif",
        "lao_T_F_2024_CN_100m_R2025A_v1.tif",
        "ken_T_Under_18_2025_CN_100m_R2025A_v1.tif",
        "afg_agesex_structures_2015_CN_100m_R2025A_v1.zip",
        "afg_agesex_structures_2015_CN_1km_R2025A_UA_v1.zip",
        "sle_pop_2025_UC_100m_R2024B_v1_2.tif",
        "sle_pop_2025_CN_1km_R2025A_UA_v1_clip.tif",
        "ken_ppp_2015.tif",
        "ken_ppp_2015_UNadj.tif",
        "ken_ppp_2020_constrained.tif",
        "tun_ppp_2020_UNadj_constrained.tif",
        "ken_ppp_2015_1km_Aggregated.tif",
        "ken_ppp_2015_1km_Aggregated_UNadj.tif",
        "ppp_2010_1km_Aggregated.tif",
        "ken_f_80_2015.tif",
        "ken_f_5_2015_1km.tif",
        "global_m_0_2020_1km.tif",
        "nic_f_0_2020_constrained.tif",
        "nic_f_0_2020_constrained_UNadj.tif",
        "global_ppp_2021_1km_UNadj.tif",
        "ken_f_45_49_2021_1km_UNadj.tif",
        "ken_m_0_2022_1km_UNadj.tif",
        "ken_m_total_2022_1km_UNadj.tif",
        "ken_pd_2015_1km.tif",
        "ken_pd_2015_1km_UNadj.tif",
        "KEN_DUG_2025_GRID_L1_R2025A_v1.tif",
        "ken_px_area_100m.tif",
        "ken_level0_100m_2000_2020.tif",
        "ken_subnational_admin_2000_2020.tif",
    ] {
        assert_eq!(parse(name).to_string(), name);
        assert_eq!(parse(&name.to_lowercase()).to_string(), name);
    }
    let retitled = parse("afg_agegender_structures_2015_cn_100m_r2025a_v1.zip");
    assert_eq!(
        retitled.to_string(),
        "afg_agesex_structures_2015_CN_100m_R2025A_v1.zip"
    );
}

#[test]
fn every_composed_name_round_trips() {
    let sexes = ["f", "m", "t"];
    for sex in sexes {
        for band in AgeBandScheme::Open90.bands() {
            for year in 2015..=2030 {
                for tail in [
                    "CN_100m_R2025A_v1",
                    "UC_100m_R2024B_v1",
                    "CN_1km_R2025A_UA_v1",
                ] {
                    let name = format!("sle_{sex}_{:02}_{year}_{tail}.tif", band.from);
                    let read = parse(&name);
                    assert_eq!(read.to_string(), name);
                    assert_eq!(read.layer().ages(read.scheme()), Some(band));
                }
            }
        }
        for band in AgeBandScheme::Open80.bands().iter().filter(|_| sex != "t") {
            for tail in ["", "_constrained", "_constrained_UNadj", "_1km"] {
                let name = format!("ken_{sex}_{}_2020{tail}.tif", band.from);
                let read = parse(&name);
                assert_eq!(read.to_string(), name);
                assert_eq!(read.layer().ages(read.scheme()), Some(*band));
            }
        }
    }
}

#[test]
fn copies_keep_their_meaning() {
    let official = [
        "sle_ppp_2020_constrained.tif",
        "tun_ppp_2020_UNadj_constrained.tif",
        "ken_ppp_2015.tif",
        "nic_f_0_2020_constrained_UNadj.tif",
        "sle_pop_2025_CN_1km_R2025A_UA_v1.tif",
        "ken_pd_2015_1km_UNadj.tif",
        "afg_agesex_structures_2015_CN_100m_R2025A_v1.zip",
    ];
    for file in official {
        let (stem, extension) = file.rsplit_once('.').unwrap();
        for mark in [
            " (1)",
            "(1)",
            " (12)",
            " - Copy",
            " - Copy (2)",
            " - Copie",
            " - copia (3)",
            " copy",
            " copy 2",
            " (copy)",
            " (another copy)",
            " (3rd copy)",
            " 2",
            "-1",
            "_copy",
            "_copy_2",
            "_(1)",
            "%20(1)",
            " - Kopie",
            " - Cópia",
        ] {
            let copy = format!("{stem}{mark}.{extension}");
            assert_eq!(parse(&copy), parse(file), "{copy}");
        }
        for copy in [
            format!("Copy of {file}"),
            format!("Copie de {file}"),
            format!("{file}.1"),
            format!("{file}.{extension}"),
            file.to_uppercase(),
        ] {
            assert_eq!(parse(&copy), parse(file), "{copy}");
        }
    }
}

#[test]
fn a_word_that_a_renamed_file_lacks_says_nothing() {
    let constraint = |name: &str| parse(name).constraint();
    for name in [
        "sle_ppp_2020_clip.tif",
        "sle_ppp_2020.clipped.tif",
        "sle_ppp_2020-clip.tif",
        "sle_ppp_2020_1.tif",
        "sle_ppp_2020 final.tif",
        "sle_f_15_2020_cog.tif",
        "sle_f_15-19_2020.tif",
        "sle_t_15_2020.tif",
        "sle_ppp_2020_constrained_unconstrained.tif",
    ] {
        assert_eq!(constraint(name), None, "{name}");
        assert!(!parse(name).source().contains("UC"), "{name}");
    }
    assert_eq!(
        constraint("sle_ppp_2020.tif"),
        Some(Constraint::Unconstrained)
    );
    for name in [
        "sle_ppp_2020_constrained.clipped.tif",
        "sle_ppp_2020_clip_constrained.tif",
        "sle_ppp_2020.constrained.tif",
        "sle_ppp_2020_constrained_1.tif",
        "sle_ppp_2020 constrained.tif",
    ] {
        assert_eq!(constraint(name), Some(Constraint::Constrained), "{name}");
    }
    let name = "sle_ppp_2020_unconstrained_clip.tif";
    assert_eq!(constraint(name), Some(Constraint::Unconstrained));
    for name in [
        "sle_ppp_2020_UNadj (1).tif",
        "sle_ppp_2020_UNadj.clipped.tif",
        "sle_ppp_2020_clip_UNadj.tif",
        "sle_pop_2025_CN_1km_R2025A_clip_UA_v1.tif",
        "sle_pop_2025_CN_1km_R2025A_UA.v1.tif",
    ] {
        assert!(parse(name).un_adjusted(), "{name}");
    }
    let name = parse("sle_pop_2025_CN_1km_R2025A_clip_UA_v1.tif");
    assert_eq!(name.version(), Some("v1"));
    assert_eq!(name.tail(), ["clip"]);
}

#[test]
fn names_that_only_look_like_global1_are_unknown() {
    for name in [
        "sle_f_15_2020_100m_R2025A_v1.tif",
        "sle_ppp_2020_R2025A.tif",
        "sle_f_15_2020_v1.tif",
        "sle_m_80_2020_UA.tif",
        "pop_f_15_2020.tif",
        "all_m_0_2020.tif",
    ] {
        assert!(RasterName::parse(name).is_err(), "{name}");
    }
    assert!(RasterName::parse("xsc_f_15_2020.tif").is_ok());
}

mod properties {
    use proptest::prelude::*;

    use super::*;

    /// First halves of names, and words that may follow in any order: most make no name.
    const HEADS: &[&str] = &[
        "sle_pop",
        "al_pop",
        "global_pop",
        "sle_f_00",
        "sle_t_90",
        "sle_T_F",
        "sle_M_Under_18",
        "sle_agesex_structures",
        "ken_ppp",
        "ppp",
        "global_ppp",
        "ken_f_0",
        "ken_m_80",
        "global_m_5",
        "ken_f_45_49",
        "ken_m_total",
        "ken_pd",
        "KEN_DUG",
        "ken_px_area",
        "ken_level0",
        "ken_subnational_admin",
        "ken_t_5",
        "ken_x",
        "pop",
        "",
    ];
    const TAILS: &[&[&str]] = &[
        &["CN", "100m", "R2025A", "v1"],
        &["UC", "1km", "R2024B", "UA", "v1", "2"],
        &["1km"],
        &["Aggregated"],
        &["UNadj"],
        &["constrained"],
        &["GRID", "L1", "R2025A", "v1"],
        &["clip"],
        &["100m"],
        &["2000", "2020"],
        &["é"],
        &[""],
    ];

    proptest! {
        #![proptest_config(ProptestConfig { cases: 20_000, ..ProptestConfig::default() })]

        #[test]
        fn parsed_names_round_trip(
            head in proptest::sample::select(HEADS),
            year in proptest::sample::select(&["_2015", "_2020", "_2021", "_2025", "_1999", ""][..]),
            tails in proptest::collection::vec(proptest::sample::select(TAILS), 0..4),
            extension in proptest::sample::select(&["", ".tif", ".zip"][..]),
        ) {
            let tail: String = tails.concat().iter().map(|word| format!("_{word}")).collect();
            let text = format!("{head}{year}{tail}{extension}");
            if let Ok(name) = RasterName::parse(&text) {
                let again = RasterName::parse(&name.to_string());
                prop_assert_eq!(again.as_ref(), Ok(&name), "{} written as {}", text, name);
            }
        }

        #[test]
        fn any_text_is_parsed_or_refused(text in ".{0,60}") {
            let _ = RasterName::parse(&text);
        }
    }
}
