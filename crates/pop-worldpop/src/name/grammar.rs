//! The patterns of names, token by token.

use super::{Constraint, Family, Layer, RasterName, Resolution};
use crate::Sex;
use crate::area::is_country;

pub(super) fn is_area(token: &str) -> bool {
    token == "global"
        || (matches!(token.len(), 2 | 3) && token.bytes().all(|b| b.is_ascii_lowercase()))
}

fn year(token: &str) -> Option<i32> {
    (token.len() == 4)
        .then(|| number(token))
        .flatten()
        .and_then(|year| i32::try_from(year).ok())
}

fn number(token: &str) -> Option<u32> {
    (!token.is_empty() && token.len() <= 4 && token.bytes().all(|b| b.is_ascii_digit()))
        .then(|| token.parse().ok())
        .flatten()
}

fn age(token: &str) -> Option<u32> {
    (token.len() <= 2).then(|| number(token)).flatten()
}

fn sex(token: &str) -> Option<Sex> {
    token.parse().ok()
}

fn resolution(token: &str) -> Option<Resolution> {
    match token {
        "100m" => Some(Resolution::Metres100),
        "1km" => Some(Resolution::Kilometre1),
        _ => None,
    }
}

/// `R2025A` and its kind.
fn release(token: &str) -> Option<String> {
    let (digits, letter) = token.strip_prefix('r')?.split_at_checked(4)?;
    (digits.bytes().all(|b| b.is_ascii_digit())
        && letter.len() == 1
        && letter.bytes().all(|b| b.is_ascii_lowercase()))
    .then(|| token.to_ascii_uppercase())
}

fn is_version(token: &str) -> bool {
    token.strip_prefix('v').is_some_and(|n| number(n).is_some())
}

/// Names of rasters that hold something else than people.
pub(super) fn not_people(rest: &[&str]) -> Option<RasterName> {
    let (layer, at, rest) = match rest {
        ["pd", at, rest @ ..] => (Layer::Density, Some(year(at)?), rest),
        ["dug", at, "grid", level, rest @ ..] => {
            let level = number(level.strip_prefix('l')?)?;
            (Layer::Urbanisation(level), Some(year(at)?), rest)
        }
        ["px", "area", rest @ ..] => (Layer::CellArea, None, rest),
        ["subnational", "admin", rest @ ..] => (Layer::Subnational, None, rest),
        [level, rest @ ..] => {
            let level = number(level.strip_prefix("level")?)?;
            (Layer::Mastergrid(level), None, rest)
        }
        _ => return None,
    };
    let mut words = rest;
    let default = match layer {
        Layer::Density => Resolution::Kilometre1,
        _ => Resolution::Metres100,
    };
    let cell = match layer {
        Layer::Density | Layer::CellArea | Layer::Mastergrid(_) => next(&mut words, resolution),
        _ => None,
    };
    if matches!(layer, Layer::Mastergrid(_) | Layer::Subnational)
        && let ["2000", "2020", rest @ ..] = words
    {
        words = rest;
    }
    let is_dug = matches!(layer, Layer::Urbanisation(_));
    let release = next(&mut words, |word| release(word).filter(|_| is_dug));
    let version = next(&mut words, |word| {
        (is_dug && is_version(word)).then(|| word.to_owned())
    });
    let un = next(&mut words, |word| {
        (layer == Layer::Density && word == "unadj").then_some(())
    });
    Some(RasterName {
        area: String::new(),
        layer,
        year: at,
        family: if is_dug {
            Family::Global2
        } else {
            Family::Global1
        },
        release,
        constraint: None,
        resolution: cell.unwrap_or(default),
        un_adjusted: un.is_some(),
        version,
        tail: words.iter().map(|&word| word.to_owned()).collect(),
    })
}

/// Takes the next word where it is one of its kind.
fn next<T>(words: &mut &[&str], read: impl Fn(&str) -> Option<T>) -> Option<T> {
    let (first, rest) = words.split_first()?;
    let found = read(first)?;
    *words = rest;
    Some(found)
}

/// `layer_year_CN_100m_R2025A[_UA]_v1[_n]`.
pub(super) fn global2(rest: &[&str], archive: bool) -> Option<RasterName> {
    let (layer, rest) = match rest {
        // Some catalogues write gender for sex in every title.
        ["agesex" | "agegender", "structures", rest @ ..] if archive => (Layer::Bands, rest),
        _ if archive => return None,
        ["pop", rest @ ..] => (Layer::Everyone, rest),
        [who, "under", "18", rest @ ..] => (Layer::Under18(sex(who)?), rest),
        ["t", who @ ("f" | "m"), rest @ ..] => (Layer::AllAges(sex(who)?), rest),
        [who, first, rest @ ..] => (Layer::From(sex(who)?, age(first)?), rest),
        _ => return None,
    };
    let [at, constraint, cell, out, rest @ ..] = rest else {
        return None;
    };
    let constraint = match *constraint {
        "cn" => Constraint::Constrained,
        "uc" => Constraint::Unconstrained,
        _ => return None,
    };
    let (mut un_adjusted, mut version, mut tail) = (false, None, Vec::new());
    let mut words = rest;
    while let [word, others @ ..] = words {
        words = others;
        match *word {
            "ua" => un_adjusted = true,
            v if is_version(v) && version.is_none() => {
                version = Some(match words {
                    // two numbers are ages: `v1_0-4`
                    [minor, others @ ..]
                        if minor.len() == 1
                            && age(minor).is_some()
                            && others.first().is_none_or(|next| age(next).is_none()) =>
                    {
                        words = others;
                        format!("{v}_{minor}")
                    }
                    _ => v.to_owned(),
                });
            }
            other => tail.push(other.to_owned()),
        }
    }
    Some(RasterName {
        area: String::new(),
        layer,
        year: Some(year(at)?),
        family: Family::Global2,
        release: Some(release(out)?),
        constraint: Some(constraint),
        resolution: resolution(cell)?,
        un_adjusted,
        version,
        tail,
    })
}

/// `ppp_year…`, `f_15_year…` and the bridge years' `f_15_19_year…`. The words
/// after the year come in either order, depending on the folder.
pub(super) fn global1(area: &str, rest: &[&str]) -> Option<RasterName> {
    let bridge = |at: &str| year(at).is_some_and(|at| at > 2020);
    let (layer, at, rest) = match rest {
        ["ppp", at, rest @ ..] => (Layer::Everyone, *at, rest),
        [who, "total", at, rest @ ..] => (Layer::AllAges(sex(who)?), *at, rest),
        [who, first, last, at, rest @ ..] if age(last).is_some() && year(at).is_some() => (
            Layer::Span(sex(who)?, age(first)?, age(last)? + 1),
            *at,
            rest,
        ),
        // Single years of age: ranges are written out in these years.
        [who, first, at, rest @ ..] if bridge(at) && age(first)? < 80 => (
            Layer::Span(sex(who)?, age(first)?, age(first)? + 1),
            *at,
            rest,
        ),
        [_, _, at, ..] if bridge(at) => return None,
        [who, first, at, rest @ ..] => (Layer::From(sex(who)?, age(first)?), *at, rest),
        _ => return None,
    };
    if let Layer::Span(_, from, to) = layer
        && from >= to
    {
        return None;
    }
    // Three letters, a sex, an age and a year may be anybody's name.
    if layer != Layer::Everyone && !is_country(area) && area != "global" {
        return None;
    }
    let at = year(at)?;
    let is_official = at <= 2020
        && matches!(
            layer,
            Layer::Everyone | Layer::From(Sex::Female | Sex::Male, _)
        );
    let mut parsed = RasterName {
        area: String::new(),
        layer,
        year: Some(at),
        family: Family::Global1,
        release: None,
        constraint: None,
        resolution: Resolution::Metres100,
        un_adjusted: false,
        version: None,
        tail: Vec::new(),
    };
    let (mut says_constrained, mut says_unconstrained) = (false, false);
    for &token in rest {
        match token {
            "1km" => parsed.resolution = Resolution::Kilometre1,
            "100m" | "aggregated" => {}
            "unadj" => parsed.un_adjusted = true,
            "constrained" => says_constrained = true,
            "unconstrained" => says_unconstrained = true,
            // A Global2 name that lacks a word.
            "cn" | "uc" | "ua" => return None,
            other if release(other).is_some() || is_version(other) => return None,
            other => parsed.tail.push(other.to_owned()),
        }
    }
    // Only a name that is complete, and has nothing else, says by its lack of a word that people
    // are in any land cell.
    parsed.constraint = match (says_constrained, says_unconstrained) {
        (true, false) => Some(Constraint::Constrained),
        (false, true) => Some(Constraint::Unconstrained),
        (false, false) if is_official && parsed.tail.is_empty() => Some(Constraint::Unconstrained),
        _ => None,
    };
    Some(parsed)
}
