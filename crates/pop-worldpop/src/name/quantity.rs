//! Names that say that the cells do not hold counts of people, whoever made the file.

use super::RasterName;

const DENSITY: &str = "holds people per area, and densities do not add up";
const EVENTS: &str = "holds births or pregnancies, not people";
const COVARIATE: &str = "holds a covariate (distance, height, land cover or light), not people";
const UNCERTAINTY: &str = "holds the uncertainty of an estimate, which does not add up";

/// Why a raster of this file name must not be summed; `None` where the name does not tell.
///
/// Knows WorldPop's own names, and in all other names the words for densities (`density`,
/// `densité`, `densidad`, `popdens`, `per_km2`) and uncertainties.
///
/// ```
/// use pop_worldpop::refusal_of_name;
/// assert!(refusal_of_name("gpw_v4_population_density_rev11_2020_30_sec.tif").is_some());
/// assert!(refusal_of_name("sle_ppp_2020_density.tif").is_some());
/// assert!(refusal_of_name("sle_births_pp_v1_2015.tif").is_some());
/// assert!(refusal_of_name("sle_dst_roads_100m.tif").is_some());
/// assert!(refusal_of_name("gpw_v4_population_count_rev11_2020_30_sec.tif").is_none());
/// ```
#[must_use]
pub fn refusal_of_name(file: &str) -> Option<&'static str> {
    let own = RasterName::parse(file).ok();
    own.as_ref()
        .and_then(RasterName::refusal)
        .or_else(|| refusal_of_words(file))
}

/// The same for words alone.
pub(super) fn refusal_of_words(file: &str) -> Option<&'static str> {
    let name = file.rsplit(['/', '\\']).next().unwrap_or(file);
    let lower = name.to_lowercase();
    let words: Vec<&str> = lower
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .collect();
    let is_density = words.iter().any(|word| {
        ["densit", "densid", "popdens"]
            .iter()
            .any(|part| word.contains(part))
            || ["dens", "dichte", "bevölkerungsdichte"].contains(word)
            || ["perkm2", "ppkm2", "persqkm", "perha", "pphectare"]
                .iter()
                .any(|end| word.ends_with(end))
    }) || words.windows(2).any(|pair| {
        matches!(
            pair,
            [
                "per" | "par" | "por",
                "km2" | "km²" | "sqkm" | "sq" | "km" | "ha" | "hectare"
            ]
        )
    });
    if is_density {
        return Some(DENSITY);
    }
    let is_event = words
        .iter()
        .any(|word| ["births", "pregs", "pregnancies", "naissances", "grossesses"].contains(word));
    if is_event {
        return Some(EVENTS);
    }
    let is_covariate = words.iter().any(|word| {
        [
            "dst",
            "slope",
            "elevation",
            "viirs",
            "landcover",
            "esaccilc",
            "nightlights",
        ]
        .contains(word)
    });
    if is_covariate {
        return Some(COVARIATE);
    }
    let is_uncertainty = words
        .iter()
        .any(|word| word.contains("uncertainty") || ["stddev", "stdev", "stderr"].contains(word));
    is_uncertainty.then_some(UNCERTAINTY)
}
