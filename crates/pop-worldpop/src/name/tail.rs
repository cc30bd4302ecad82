//! Words behind a name of WorldPop: which of them leave open who is counted.

use super::part::{is_age, is_number, is_year, word_finding};
use super::stem::is_copy_word;
use crate::area::is_country;

/// What programs and people add to the name of a file whose cells keep their meaning.
const HARMLESS: &[&str] = &[
    "aggregated",
    "all",
    "backup",
    "bak",
    "bsgm",
    "clean",
    "cleaned",
    "cog",
    "compress",
    "compressed",
    "constrained",
    "count",
    "counts",
    "deflate",
    "demo",
    "double",
    "download",
    "downloaded",
    "epsg",
    "final",
    "fixed",
    "float",
    "float32",
    "float64",
    "full",
    "gdal",
    "grid",
    "int",
    "int16",
    "int32",
    "latest",
    "latlon",
    "lzw",
    "maxar",
    "merge",
    "merged",
    "mosaic",
    "mosaicked",
    "new",
    "nodata",
    "old",
    "orig",
    "original",
    "overviews",
    "packed",
    "people",
    "persons",
    "pop",
    "population",
    "ppp",
    "qgis",
    "raster",
    "raw",
    "renamed",
    "sample",
    "temp",
    "test",
    "tif",
    "tiff",
    "tiled",
    "tmp",
    "total",
    "uint16",
    "uint32",
    "unadj",
    "uncompressed",
    "unconstrained",
    "unzipped",
    "vrt",
    "wgs84",
    "worldpop",
    "zstd",
    "4326",
];
/// Words of a clip or of the place that it shows; words beside them are the place's name.
const PLACE: &[&str] = &[
    "adm",
    "admin",
    "aoi",
    "area",
    "bbox",
    "boundary",
    "catchment",
    "central",
    "chiefdom",
    "city",
    "clip",
    "clipped",
    "commune",
    "country",
    "county",
    "crop",
    "cropped",
    "cut",
    "decoupe",
    "découpe",
    "department",
    "departement",
    "département",
    "district",
    "districts",
    "east",
    "eastern",
    "extent",
    "extract",
    "extracted",
    "island",
    "islands",
    "level",
    "mask",
    "masked",
    "municipality",
    "national",
    "north",
    "northern",
    "province",
    "provinces",
    "recorte",
    "region",
    "regions",
    "sector",
    "south",
    "southern",
    "state",
    "subcounty",
    "subset",
    "tile",
    "town",
    "village",
    "ward",
    "west",
    "western",
    "window",
    "zone",
];

/// The words behind a name that may say that its cells hold something else than the name says.
pub(super) fn unexplained(tail: &[String], year: Option<i32>) -> Option<String> {
    let words: Vec<&str> = tail.iter().map(String::as_str).collect();
    let has_place = words.iter().any(|word| is_place(word));
    let is_explained = |at: usize| {
        let word = words[at];
        let before = at.checked_sub(1).map(|at| words[at]);
        HARMLESS.contains(&word)
            || is_place(word)
            || is_country(word)
            || is_copy_word(word) && !is_number(word)
            || is_date(&words, at)
            || year.is_some_and(|year| word == year.to_string())
            || (has_place && word.chars().all(char::is_alphabetic))
            // the number of a copy, of a district
            || (is_number(word)
                && match before {
                    Some(before) => word.len() <= 3 && !is_number(before) && is_own_word(before),
                    None => word.len() == 1 && words.get(1).is_none_or(|next| !is_number(next)),
                })
    };
    let explained = (0..words.len()).all(is_explained) && word_finding(&words).is_none();
    (!explained).then(|| words.join(" "))
}

fn is_own_word(word: &str) -> bool {
    HARMLESS.contains(&word) || is_place(word) || is_copy_word(word)
}

/// A word of a place, also with its level: `adm2`.
fn is_place(word: &str) -> bool {
    PLACE.contains(&word.trim_end_matches(|c: char| c.is_ascii_digit()))
}

/// Whether a word is a date (`20250131`, `202501`), or a part of one (`2025-01-31`).
fn is_date(words: &[&str], at: usize) -> bool {
    let word = words[at];
    if matches!(word.len(), 6 | 8) && is_number(word) {
        return is_year(&word[..4]);
    }
    let starts = |at: usize| {
        words
            .get(at..at + 3)
            .is_some_and(|date| is_year(date[0]) && is_age(date[1]) && is_age(date[2]))
    };
    (at.saturating_sub(2)..=at).any(starts)
}
