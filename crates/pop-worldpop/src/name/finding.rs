//! What a name leaves open: whether its cells count all people.

use super::RasterName;
use super::part::{WordFinding, word_finding};
use super::quantity::words_of;

/// Why a name, or a text that describes a raster, does not say that cells count all people, or whom else they count.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NameFinding {
    /// A word for a part of the people, in a name that does not say in full who is counted.
    PartOfPeople(String),
    /// A word for something else than people, or for the bound of an estimate.
    OtherQuantity(String),
    /// Words behind a name of WorldPop that say, or may say, that the cells hold something else than that name says.
    WordsBehind(String),
}

/// What a name or a description leaves open; `None` for the names of WorldPop, which say in full who is counted, with such words behind them
/// as programs add (`clip`, `copy`, `bo_district`), and for names without any word of a part of the people.
///
/// ```
/// use pop_worldpop::{NameFinding, name_finding};
/// let part = |word: &str| Some(NameFinding::PartOfPeople(word.to_owned()));
/// assert_eq!(name_finding("sle_women_of_reproductive_age_15_49_2020"), part("women"));
/// assert_eq!(name_finding("sle_agesex_f_15_2020"), part("agesex"));
/// assert_eq!(name_finding("ghs_pop_e2020"), None);
/// assert_eq!(name_finding("sle_f_15_2020"), None);
/// let behind = Some(NameFinding::WordsBehind("women".to_owned()));
/// assert_eq!(name_finding("sle_pop_2025_CN_1km_R2025A_v1_women"), behind);
/// ```
#[must_use]
pub fn name_finding(name: &str) -> Option<NameFinding> {
    if let Ok(parsed) = RasterName::parse(name) {
        return parsed.unexplained_tail().map(NameFinding::WordsBehind);
    }
    let lower = name.to_lowercase();
    word_finding(&words_of(&lower)).map(|finding| match finding {
        WordFinding::Part(word) => NameFinding::PartOfPeople(word),
        WordFinding::Other(word) => NameFinding::OtherQuantity(word),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_behind_a_name_of_worldpop_are_found() {
        for tail in [
            "women",
            "under5",
            "u5",
            "u15",
            "children",
            "females",
            "pregnant",
            "rural",
            "urban",
            "sd",
            "upper",
            "lower",
            "share",
            "diff_2020",
            "minus_2020",
            "thousands",
            "x1000",
            "0-4",
            "15_49",
            "plus_01",
            "to_45",
            "f",
            "mean",
            "std",
            "density",
            "bo_women",
            "kenema_2019",
            "clip_women",
            "clip_15_49",
            "urban_area",
            "12",
            "2020",
        ] {
            for name in [
                "sle_pop_2025_CN_1km_R2025A_v1",
                "sle_f_15_2025_CN_1km_R2025A_UA_v1",
                "sle_ppp_2020_UNadj",
            ] {
                if name.ends_with("UNadj") && matches!(tail, "2020" | "0-4" | "15_49") {
                    continue;
                }
                let text = format!("{name}_{tail}.tif");
                let behind = tail.replace(['-', '_'], " ");
                assert_eq!(
                    name_finding(&text),
                    Some(NameFinding::WordsBehind(behind)),
                    "{text}"
                );
            }
        }
        let parsed = RasterName::parse("sle_pop_2025_CN_1km_R2025A_v1_0-4.tif").unwrap();
        assert_eq!(parsed.version(), Some("v1"));
        assert_eq!(parsed.tail(), ["0", "4"]);
    }

    #[test]
    fn what_programs_and_people_add_to_a_file_says_nothing() {
        for tail in [
            "",
            " (1)",
            " - Copy",
            "_copy_2",
            "_1",
            "_clip",
            "_clip_2",
            ".clipped",
            "_cog",
            "_masked",
            "_final",
            "_wgs84",
            "_EPSG_4326",
            "_bo_district",
            "_district_12",
            "_Western_Area",
            "_clip_bo",
            "_adm2",
            "_SLE",
            "_20250131",
            "-2025-01-31",
            "_zone_de_sante_bo",
            "_deflate",
            "_v2_final",
            "_kenema",
            "_bo",
            "-0000000000-0000032768",
        ] {
            for name in [
                "sle_pop_2025_CN_1km_R2025A_v1",
                "sle_f_15_2025_CN_1km_R2025A_UA_v1",
                "sle_ppp_2020_UNadj",
            ] {
                if tail.starts_with("_v2") {
                    continue;
                }
                let text = format!("{name}{tail}.tif");
                assert_eq!(name_finding(&text), None, "{text}");
            }
        }
        assert_eq!(name_finding("sle_pop_2025_UC_100m_R2024B_v1_2.tif"), None);
    }

    #[test]
    fn unknown_words_behind_a_name_of_worldpop_are_taken_for_a_place() {
        for (name, place) in [
            ("sle_ppp_2020_UNadj_kenema.tif", Some("kenema")),
            ("sle_pop_2025_CN_1km_R2025A_v1_bo.tif", Some("bo")),
            ("sle_f_15_2020_UNadj_port_loko_2020.tif", Some("port loko")),
            ("sle_ppp_2020_UNadj-0000000000-0000032768.tif", None),
            ("sle_ppp_2020_UNadj_bo_district.tif", None),
            ("sle_ppp_2020_UNadj_bo_women.tif", None),
            ("sle_ppp_2020_UNadj.tif", None),
        ] {
            let name = RasterName::parse(name).unwrap();
            assert_eq!(name.place_words().as_deref(), place, "{name}");
        }
    }

    #[test]
    fn other_names_with_parts_and_other_quantities_are_found() {
        for name in [
            "AFR_PPP_A0004_F_2010_adj_v5",
            "SLE_2020_A0004_M",
            "sle_f_A15_2020",
            "sle_f_1519_2020",
            "population_0_4_2025",
            "sle_2020_f",
            "gpw_v4_basic_demographic_characteristics_rev11_a000_004bt_2010_cntm",
            "cod_m_05",
            "sle_60plus_2020",
            "female population",
            "pop15to49",
        ] {
            let found = name_finding(name);
            let is_part = matches!(found, Some(NameFinding::PartOfPeople(_)));
            assert_eq!(is_part, name != "pop15to49", "{name}: {found:?}");
        }
        for name in [
            "sle_hh_2020",
            "sle_buildings_count_2020",
            "GHS_BUILT_V_E2020_GLOBE_R2023A_54009_100_V1_0",
            "SLE_population_v2_0_gridded_upper",
            "sle_pop_2025_minus_2020",
            "Households",
            "worldpop_2020_ci_95",
            "worldpop_2020_95_ci",
            "worldpop_2020_ci_lower",
            "pop_ci_width_2020",
            "upper",
            "pop_upper_bound_2020",
        ] {
            let found = name_finding(name);
            assert!(
                matches!(found, Some(NameFinding::OtherQuantity(_))),
                "{name}: {found:?}"
            );
        }
        for name in [
            "",
            "TUN_POP",
            "afripop2020",
            "burundi_worldpop",
            "ppp_2010_1km_Aggregated",
            "SLE_population_v2_0_gridded",
            "GHS_POP_E2025_GLOBE_R2023A_4326_30ss_V1_0_R9_C19",
            "gpw_v4_population_count_rev11_2020_30_sec",
            "landscan-global-2022",
            "population_sle_2018-10-01",
            "hrsl_sle_general_2020",
            "pop_100_m_2020",
            "upper_west_2020",
            "sd_pop_2020",
            "ghs_pop_ci",
            "worldpop_2020_ci",
            "pop_diff_method",
            "Number of people per cell",
            "population, male and female",
            "Layer_1",
            "mean",
            "pop_v2_0_1",
            "pop_tile_10_12",
            "sle_pop_2025",
        ] {
            assert_eq!(name_finding(name), None, "{name}");
        }
    }
}
