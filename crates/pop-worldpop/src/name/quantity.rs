//! Names and texts that say that the cells do not hold counts of people, whoever made the file.

use super::RasterName;
use super::file_name::file_name;

const DENSITY: &str = "holds people per area, and densities do not add up";
const EVENTS: &str = "holds births or pregnancies, not people";
const COVARIATE: &str = "holds a covariate (distance, height, land cover or light), not people";
const UNCERTAINTY: &str = "holds the uncertainty of an estimate, which does not add up";
const LOGARITHM: &str = "holds logarithms, which do not add up";
const RATIO: &str = "holds ratios, rates or percentages, which do not add up";
const CHANGE: &str = "holds a change between two estimates, not people";
const SCALED: &str = "holds thousands or millions of people, expected people";

/// Why a raster of this file name must not be summed; `None` where the name does not tell.
///
/// Knows WorldPop's own names, and in all other names the words for densities (`density`,
/// `densité`, `densidad`, `popdens`, `per_km2`), uncertainties, logarithms, ratios and changes.
///
/// ```
/// use pop_worldpop::refusal_of_name;
/// assert!(refusal_of_name("gpw_v4_population_density_rev11_2020_30_sec.tif").is_some());
/// assert!(refusal_of_name("sle_ppp_2020_density.tif").is_some());
/// assert!(refusal_of_name("sle_births_pp_v1_2015.tif").is_some());
/// assert!(refusal_of_name("sle_dst_roads_100m.tif").is_some());
/// assert!(refusal_of_name("sle_ppp_2020_log.tif").is_some());
/// assert!(refusal_of_name("gpw_v4_population_count_rev11_2020_30_sec.tif").is_none());
/// ```
#[must_use]
pub fn refusal_of_name(file: &str) -> Option<&'static str> {
    let own = RasterName::parse(file).ok();
    own.as_ref()
        .and_then(RasterName::refusal)
        .or_else(|| refusal_of_words(file))
}

/// Why the cells of a band must not be summed, by a text in the file: its unit of measure or description. `None` where the text does not
/// tell.
///
/// Knows the words of [`refusal_of_name`], the signs of units, and words for thousands.
///
/// ```
/// use pop_worldpop::refusal_of_text;
/// for text in ["people/km2", "inhabitants / ha", "km-2", "people per 100 km2", "Einwohner je Hektar", "thousand people", "log population", "%"] {
///     assert!(refusal_of_text(text).is_some(), "{text}");
/// }
/// for text in ["people", "people/pixel", "people per 100 m cell", "Population count", "people in 1,000 m cells", ""] {
///     assert!(refusal_of_text(text).is_none(), "{text}");
/// }
/// ```
#[must_use]
pub fn refusal_of_text(text: &str) -> Option<&'static str> {
    let mut lower = text.to_lowercase().replace('/', " per ");
    for sign in ["m^-2", "m-2", "m⁻²", "ha^-1", "ha-1", "ha⁻¹"] {
        // `100m-2020` is a year
        if let Some((_, after)) = lower.split_once(sign)
            && !after.starts_with(|c: char| c.is_ascii_digit())
        {
            lower = lower.replace(sign, " per area");
        }
    }
    if lower.trim() == "%" {
        return Some(RATIO);
    }
    let mut words = words_of(&lower);
    // a layer that the people were spread by
    while let Some(at) = words
        .windows(2)
        .position(|pair| pair[0].contains("densit") && pair[1] == "weighting")
    {
        words.drain(at..=at + 1);
    }
    if is_per_area(&words) {
        return Some(DENSITY);
    }
    refusal(&words).or(is_scaled(&words).then_some(SCALED))
}

/// Words for a cell of the grid: people per cell are people.
const CELL: &[&str] = &[
    "pixel",
    "pixels",
    "píxel",
    "píxeles",
    "cell",
    "cells",
    "grid",
    "gridcell",
    "gridcells",
    "celda",
    "celdas",
    "cellule",
    "cellules",
    "maille",
    "célula",
    "zelle",
];

/// Words for an area, or for other things that people are averaged over, behind `per`. A length with a number may be the size of a cell, and is judged with what follows it.
const AREA: &[&str] = &[
    "area",
    "superficie",
    "surface",
    "sq",
    "square",
    "sqkm",
    "qkm",
    "sqmi",
    "sqm",
    "m2",
    "m²",
    "mi2",
    "mi²",
    "mile",
    "miles",
    "acre",
    "acres",
    "ha",
    "hectare",
    "hectares",
    "hectárea",
    "hectáreas",
    "hectarea",
    "hectareas",
    "hektar",
    "carré",
    "carre",
    "cuadrado",
    "quadrado",
    "quadratkilometer",
    "quadratmeter",
    "building",
    "capita",
    "dwelling",
    "household",
    "ménage",
];

/// Whether something is per area, and not per cell, which may be given with its size (`per 100 m cell`). The words for `per` have other
/// meanings in a text (`fournie par WorldPop`, `por INE`).
fn is_per_area(words: &[&str]) -> bool {
    const LENGTHS: [&str; 7] = [
        "kilometre",
        "kilometer",
        "kilomètre",
        "kilómetro",
        "kilometro",
        "quilômetro",
        "quilómetro",
    ];
    let is_kilometre = |word: &str| {
        let unit = unit(word);
        ["km", "km2", "km²"].contains(&unit) || LENGTHS.contains(&unit.trim_end_matches('s'))
    };
    let is_size = |word: &str| {
        let other = [
            "", "m", "x", "by", "arc", "second", "seconds", "sec", "degree", "degrees",
        ];
        is_kilometre(word) || other.contains(&unit(word))
    };
    let is_per = |word: &str| ["per", "par", "por", "pro", "je"].contains(&word);
    (0..words.len()).filter(|&at| is_per(words[at])).any(|at| {
        let behind = &words[at + 1..];
        let size = behind.iter().take_while(|word| is_size(word)).count();
        let (size, of) = behind.split_at(size);
        match of.first() {
            Some(word) if CELL.contains(word) => false,
            Some(word) if AREA.contains(&unit(word)) => true,
            _ => size.iter().any(|word| is_kilometre(word)),
        }
    })
}

/// A unit without the number before it.
fn unit(word: &str) -> &str {
    word.trim_start_matches(|c: char| c.is_ascii_digit())
}

/// Whether the numbers are thousands of people; `1,000 m` is a length.
fn is_scaled(words: &[&str]) -> bool {
    const SCALE: &[&str] = &[
        "thousand",
        "thousands",
        "million",
        "millions",
        "milliers",
        "miles",
        "tausend",
    ];
    let is_length = |at: usize| words.get(at).is_some_and(|word| ["m", "km"].contains(word));
    let thousands = |&(at, word): &(usize, &&str)| *word == "000" && !is_length(at + 1);
    words.iter().any(|word| SCALE.contains(word))
        || words.iter().enumerate().any(|pair| thousands(&pair))
        || (words.first() == Some(&"1000") && !is_length(1))
}

/// The same as [`refusal_of_name`] for words alone.
pub(super) fn refusal_of_words(file: &str) -> Option<&'static str> {
    let name = file_name(file).to_lowercase();
    let stem = name
        .rsplit_once('.')
        .map_or(name.as_str(), |(stem, _)| stem);
    refusal(&words_of(stem))
}

pub(super) fn words_of(lower: &str) -> Vec<&str> {
    lower
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .collect()
}

/// What the words say, first of all of densities.
pub(super) fn refusal(words: &[&str]) -> Option<&'static str> {
    if is_density(words) {
        return Some(DENSITY);
    }
    let known: [(&[&str], _); 6] = [
        (
            &["births", "pregs", "pregnancies", "naissances", "grossesses"],
            EVENTS,
        ),
        (
            &[
                "dst",
                "slope",
                "elevation",
                "viirs",
                "landcover",
                "esaccilc",
                "nightlights",
            ],
            COVARIATE,
        ),
        (
            &[
                "std", "stddev", "stdev", "stderr", "rse", "rmse", "variance",
            ],
            UNCERTAINTY,
        ),
        (&["log", "log2", "log10", "log1p", "logarithm"], LOGARITHM),
        (
            &[
                "ratio",
                "ratios",
                "rate",
                "rates",
                "percent",
                "percentage",
                "pct",
            ],
            RATIO,
        ),
        (&["changes", "difference", "differences"], CHANGE),
    ];
    let found = known
        .iter()
        .find(|(known, _)| words.iter().any(|word| known.contains(word)));
    if let Some((_, why)) = found {
        return Some(why);
    }
    if words.iter().any(|word| word.contains("uncertainty")) {
        return Some(UNCERTAINTY);
    }
    // Short for a logarithm or the coefficient of variation only at the end: elsewhere `cv` is Cabo Verde.
    match words {
        [.., _, "cv"] => return Some(UNCERTAINTY),
        [.., _, "ln"] | ["ln", ..] => return Some(LOGARITHM),
        _ => {}
    }
    words.windows(2).find_map(|pair| match pair {
        ["climate", "change"] => None,
        [_, "change"] => Some(CHANGE),
        _ => None,
    })
}

fn is_density(words: &[&str]) -> bool {
    let by_word = words.iter().any(|word| {
        ["densit", "densid", "popdens"]
            .iter()
            .any(|part| word.contains(part))
            || ["dens", "dichte", "bevölkerungsdichte"].contains(word)
            || ["perkm2", "ppkm2", "persqkm", "perha", "pphectare"]
                .iter()
                .any(|end| word.ends_with(end))
    });
    let is_number = |word: &str| word.bytes().all(|byte| byte.is_ascii_digit());
    by_word
        || words.windows(2).any(|pair| match pair {
            [
                "per" | "par" | "por" | "pro",
                "km2" | "km²" | "sqkm" | "qkm" | "sq" | "square" | "km" | "ha" | "hectare"
                | "hectares",
            ] => true,
            // after a number, or the word for them, it is the size of the cells
            [before, "km2" | "km²" | "sqkm" | "qkm"] => {
                !is_number(before) && !CELL.contains(before)
            }
            _ => false,
        })
}

#[cfg(test)]
mod tests;
