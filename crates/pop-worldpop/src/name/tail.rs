//! Words behind a name of WorldPop: which of them leave open who is counted.

use super::part::{is_age, is_number, is_year, word_finding};
use super::quantity::refusal;
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

/// Words of statistics, groups and units that no place is called by, beside those that are known in any name.
const NOT_A_PLACE: &[&str] = &[
    "above", "age", "aged", "ages", "below", "bound", "bounds", "class", "classes", "density",
    "employed", "enfant", "error", "femme", "filles", "garcons", "garçons", "hat", "hombres",
    "homens", "index", "kinder", "limit", "max", "mean", "median", "min", "minors", "mode",
    "months", "mothers", "ninas", "ninos", "niñas", "niños", "older", "over", "plus", "poor",
    "poverty", "pupils", "quantile", "scaled", "school", "students", "sum", "to", "under",
    "workers", "years", "younger", "yrs", "zscore",
];

/// What a word behind a name says of the cells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum WordReading {
    /// Nothing: a copy, a clip, a date, a known word for a place.
    Explained,
    /// A word that no rule knows.
    TakenForPlace,
    /// Perhaps who is counted, or what.
    Open,
}

/// The words behind a name that may say that its cells hold something else than the name says.
pub(super) fn unexplained(tail: &[String], year: Option<i32>) -> Option<String> {
    let words: Vec<&str> = tail.iter().map(String::as_str).collect();
    let is_open = |at| read_word(&words, at, year) == WordReading::Open;
    let found = (0..words.len()).any(is_open)
        || word_finding(&words).is_some()
        || refusal(&words).is_some();
    found.then(|| words.join(" "))
}

/// The words behind a name that are taken for the name of a place, since no rule knows them.
pub(super) fn place_words(tail: &[String], year: Option<i32>) -> Option<String> {
    if unexplained(tail, year).is_some() {
        return None;
    }
    let words: Vec<&str> = tail.iter().map(String::as_str).collect();
    let of_place = |&at: &usize| read_word(&words, at, year) == WordReading::TakenForPlace;
    let found: Vec<&str> = (0..words.len())
        .filter(of_place)
        .map(|at| words[at])
        .collect();
    (!found.is_empty()).then(|| found.join(" "))
}

fn read_word(words: &[&str], at: usize, year: Option<i32>) -> WordReading {
    let word = words[at];
    let before = at.checked_sub(1).map(|at| words[at]);
    let is_alphabetic = word.chars().all(char::is_alphabetic);
    let has_place = || words.iter().any(|word| is_place(word));
    let is_explained = HARMLESS.contains(&word)
        || is_place(word)
        || is_country(word)
        || is_copy_word(word) && !is_number(word)
        || is_date(words, at)
        // the corner of a tile, in cells, as Earth Engine writes it; a time
        || is_number(word) && word.len() >= 8
        || year.is_some_and(|year| word == year.to_string())
        || (is_alphabetic && has_place())
        // the number of a copy, of a district
        || (is_number(word)
            && match before {
                Some(before) => word.len() <= 3 && !is_number(before) && is_own_word(before),
                None => word.len() == 1 && words.get(1).is_none_or(|next| !is_number(next)),
            });
    if is_explained {
        WordReading::Explained
    } else if is_alphabetic && word.chars().count() > 1 && !NOT_A_PLACE.contains(&word) {
        WordReading::TakenForPlace
    } else {
        WordReading::Open
    }
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
