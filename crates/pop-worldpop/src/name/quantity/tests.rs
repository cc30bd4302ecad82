use super::{refusal_of_name, refusal_of_text};

#[test]
fn densities_and_uncertainties_are_refused_by_name() {
    for name in [
        "gpw_v4_population_density_rev11_2020_30_sec.tif",
        "gpw_v4_population_density_adjusted_to_2015_unwpp_country_totals_rev11_2020_15_min.tif",
        "sle_ppp_2020_density.tif",
        "sle_ppp_2020_constrained-density (1).tif",
        "sle_pop_2025_CN_100m_R2025A_v1_density.tif",
        "sle_pop_2025_CN_100m_R2025A_v1.popdensity.tif",
        "Densité_Tchad.tif",
        "densite2020.tif",
        "densidad_poblacion.tif",
        "ken_pd_2015_1km_UNadj (1).tif",
        "Copy of ken_pd_2015_1km.tif",
        "people_per_km2.tif",
        "PopDens_2020.tif",
        "tza_ppkm2.tif",
        "NGA_population_v2_0_uncertainty.tif",
        "einwohner_km2.tif",
        "einwohner_pro_ha.tif",
        "sle_ppp_2020_log.tif",
        "sle_pop_2025_cv.tif",
        "sle_pop_2025_CN_100m_R2025A_v1_cv.tif",
        "sle_pop_change_2020_2025.tif",
        "dependency_ratio_2020.tif",
    ] {
        assert!(refusal_of_name(name).is_some(), "{name}");
    }
    for name in [
        "gpw_v4_population_count_rev11_2020_30_sec.tif",
        "density/sle_ppp_2020.tif",
        "pop_1km2.tif",
        "sle_ppp_2020.tif",
        "afripop2020.tif",
        "sudan_dense.tif",
        "cv_pop_2020.tif",
        "pop_1_km2.tif",
        "pop_climate_change_2050.tif",
        "catalogue_of_exchanges.tif",
        "worldpop_cv_2020.tif",
        "grid_ln_2025.tif",
        "pop_diff_method.tif",
        "",
    ] {
        assert_eq!(refusal_of_name(name), None, "{name}");
    }
}

#[test]
fn texts_of_people_per_area_and_of_scaled_numbers_are_refused() {
    for text in [
        "people/acre",
        "people/mi2",
        "people/m2",
        "people/1km2",
        "people per 100 km2",
        "people per 1 km²",
        "habitants/kilomètre carré",
        "habitantes por hectárea",
        "Einwohner je Hektar",
        "people m-2",
        "people km^-2",
        "habitants par kilomètre carré",
        "habitantes por kilómetro cuadrado",
        "people per square mile",
        "people per km2 in 2020",
        "people per 100 hectares",
        "people per km",
        "people per household",
        "population density, with a density weighting layer",
        "1000 people",
        "%",
    ] {
        assert!(refusal_of_text(text).is_some(), "{text}");
    }
    for text in [
        "people per 30 arc-second pixel",
        "people per 100m x 100m grid cell",
        "population, grid km2",
        "people in 1,000 m cells",
        "count (UN-adjusted, 2.3% growth)",
        "xsc 100m-2020 people",
        "number of people per grid-cell",
        "Population 2025, fournie par WorldPop",
        "elaborado por INE",
        "Population par INS, 2025",
        "Bevölkerung, je nach Quelle",
        "people per 1 kilometre grid cell",
        "habitants par maille de 100 m",
        "people, with a population density weighting layer",
    ] {
        assert_eq!(refusal_of_text(text), None, "{text}");
    }
}
