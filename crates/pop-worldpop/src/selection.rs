//! Selecting rasters: whom they count, and of which product they are.

use std::collections::BTreeSet;
use std::str::FromStr;

use crate::{
    AgeBand, AgeBandScheme, Area, Constraint, Family, Layer, Product, RasterName, Resolution, Sex,
};

/// Ages as people ask for them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AgeSelection {
    /// The band that begins at this age.
    From(u32),
    /// The bands that together make up this one.
    Within(AgeBand),
    /// Below 18, a product of its own.
    Under18,
}

/// The sexes and ages to be counted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AgeSexSelection {
    /// Everybody, in one raster.
    Total,
    /// All ages of these sexes, a raster each.
    AllAges(Vec<Sex>),
    /// Below 18, of these sexes.
    Under18(Vec<Sex>),
    /// Bands of age, for each of these sexes; no ages stand for all.
    Bands(Vec<Sex>, Vec<AgeSelection>),
}

/// A selection of sexes and ages that no product serves.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SelectionError {
    /// Rasters of both sexes beside rasters of one.
    #[error("sex t is the sum of f and m: together they would count everybody twice")]
    CountsTwice,
    /// No band has these ends.
    #[error("age {found}: no age band of {family} {what}; the bands begin at {edges}")]
    Age {
        /// As asked for.
        found: String,
        /// The product line.
        family: &'static str,
        /// Which end is wrong.
        what: String,
        /// Where its bands begin.
        edges: String,
    },
    /// Not how ages are written.
    #[error("age {0:?}, expected a first age (15), a range (15-49), an open end (80+) or under-18")]
    Unreadable(String),
    /// Under-18 beside age bands.
    #[error("under-18 and age bands together would count children twice")]
    Under18AndBands,
    /// A layer that the product line lacks.
    #[error("{family} has no {what}")]
    Lacks {
        /// The product line.
        family: &'static str,
        /// What it lacks.
        what: &'static str,
        /// What to take in its place.
        instead: &'static str,
    },
}

impl SelectionError {
    /// What to do about it.
    #[must_use]
    pub const fn hint(&self) -> &'static str {
        match self {
            Self::CountsTwice => "take t alone, or f and m",
            Self::Age { .. } => "take whole bands: to-datavalueset splits them by a stated rule",
            Self::Unreadable(_) => "write 15, 15-49, 80+ or under-18",
            Self::Under18AndBands => "take under-18 in a run of its own",
            Self::Lacks { instead, .. } => instead,
        }
    }
}

impl FromStr for AgeSelection {
    type Err = SelectionError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let text = text.trim();
        let wrong = || SelectionError::Unreadable(text.to_owned());
        let number = |digits: &str| -> Result<u32, SelectionError> {
            if digits.len() > 3 || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
                return Err(wrong());
            }
            digits.parse().map_err(|_| wrong())
        };
        if text.eq_ignore_ascii_case("under-18") {
            return Ok(Self::Under18);
        }
        if let Some(from) = text.strip_suffix('+') {
            return Ok(Self::Within(AgeBand {
                from: number(from)?,
                to: None,
            }));
        }
        let Some((from, last)) = text.split_once('-') else {
            return Ok(Self::From(number(text)?));
        };
        let (from, last) = (number(from)?, number(last)?);
        if last < from {
            return Err(wrong());
        }
        Ok(Self::Within(AgeBand {
            from,
            to: Some(last + 1),
        }))
    }
}

impl AgeSexSelection {
    /// Whom these words mean: no sex and no ages is everybody; ages without any are all bands.
    ///
    /// # Errors
    /// [`SelectionError::CountsTwice`].
    pub fn new(sexes: &[Sex], ages: Option<&[AgeSelection]>) -> Result<Self, SelectionError> {
        let mut sexes: Vec<Sex> = sexes
            .iter()
            .copied()
            .collect::<BTreeSet<_>>()
            .into_iter()
            .collect();
        if sexes.len() > 1 && sexes.contains(&Sex::Total) {
            return Err(SelectionError::CountsTwice);
        }
        let under18 = ages.is_some_and(|ages| ages.contains(&AgeSelection::Under18));
        if under18 && ages.is_some_and(|ages| ages.len() > 1) {
            return Err(SelectionError::Under18AndBands);
        }
        if under18 {
            if sexes.is_empty() {
                sexes.push(Sex::Total);
            }
            return Ok(Self::Under18(sexes));
        }
        match (sexes.as_slice(), ages) {
            ([] | [Sex::Total], None) => Ok(Self::Total),
            (_, None) => Ok(Self::AllAges(sexes)),
            ([], Some(ages)) => Ok(Self::Bands(vec![Sex::Female, Sex::Male], ages.to_vec())),
            (_, Some(ages)) => Ok(Self::Bands(sexes, ages.to_vec())),
        }
    }

    /// The layers of a product line that count them, each once, in the order of sex and age.
    ///
    /// # Errors
    /// Ages that are no bands of the line; layers it does not have.
    pub fn layers(&self, family: Family) -> Result<Vec<Layer>, SelectionError> {
        let lacks = |what, instead| SelectionError::Lacks {
            family: family.word(),
            what,
            instead,
        };
        let global1 = family == Family::Global1;
        match self {
            Self::Total => Ok(vec![Layer::Everyone]),
            Self::AllAges(_) if global1 => Err(lacks(
                "raster of all ages of one sex",
                "take its age bands, which add up to it",
            )),
            Self::AllAges(sexes) => Ok(sexes.iter().map(|&sex| Layer::AllAges(sex)).collect()),
            Self::Under18(_) if global1 => {
                Err(lacks("raster of the ages below 18", "take the age bands"))
            }
            Self::Under18(sexes) => Ok(sexes.iter().map(|&sex| Layer::Under18(sex)).collect()),
            Self::Bands(sexes, _) if global1 && sexes.contains(&Sex::Total) => {
                Err(lacks("bands of both sexes together", "take f and m"))
            }
            Self::Bands(sexes, ages) => {
                let firsts = firsts(ages, family)?;
                let layers = sexes
                    .iter()
                    .flat_map(|&sex| firsts.iter().map(move |&age| Layer::From(sex, age)));
                Ok(layers.collect())
            }
        }
    }
}

/// First ages of the bands that make up `ages`, ascending.
fn firsts(ages: &[AgeSelection], family: Family) -> Result<Vec<u32>, SelectionError> {
    let scheme: AgeBandScheme = family.scheme();
    let bands = scheme.bands();
    let wrong = |found: String, what: String| SelectionError::Age {
        found,
        family: family.word(),
        what,
        edges: bands
            .iter()
            .map(|band| band.from.to_string())
            .collect::<Vec<_>>()
            .join(", "),
    };
    let mut firsts = BTreeSet::new();
    for asked in ages {
        match *asked {
            AgeSelection::Under18 => {}
            AgeSelection::From(age) => {
                if scheme.band(age).is_none() {
                    return Err(wrong(age.to_string(), format!("begins at {age}")));
                }
                firsts.insert(age);
            }
            AgeSelection::Within(range) => {
                let begins = bands.iter().any(|band| band.from == range.from);
                if !begins {
                    return Err(wrong(
                        range.to_string(),
                        format!("begins at {}", range.from),
                    ));
                }
                if let Some(to) = range.to
                    && !bands.iter().any(|band| band.to == Some(to))
                {
                    return Err(wrong(
                        range.to_string(),
                        format!("ends at {}", to.saturating_sub(1)),
                    ));
                }
                let inside = bands.iter().filter(|band| range.holds(band.from));
                firsts.extend(inside.map(|band| band.from));
            }
        }
    }
    if ages.is_empty() {
        firsts.extend(bands.iter().map(|band| band.from));
    }
    Ok(firsts.into_iter().collect())
}

/// One product: product line, release, constraint and resolution.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct ProductSpec {
    /// Product line.
    pub family: Family,
    /// Release; `None` for Global1.
    pub release: Option<String>,
    /// Where people are placed.
    pub constraint: Constraint,
    /// Cell size.
    pub resolution: Resolution,
    /// Whether totals are adjusted to those of the United Nations; `None` takes what there is.
    pub un_adjusted: Option<bool>,
}

impl ProductSpec {
    /// Whether a raster is of this product.
    #[must_use]
    pub fn matches(&self, name: &RasterName) -> bool {
        name.family() == self.family
            && name.release() == self.release.as_deref()
            && name.constraint() == Some(self.constraint)
            && name.resolution() == self.resolution
            && self.un_adjusted.is_none_or(|un| un == name.un_adjusted())
            && name.tail().is_empty()
    }

    /// Whether a product of the catalogue is this one.
    #[must_use]
    pub fn matches_product(&self, product: &Product) -> bool {
        self.release == product.release && self.matches_any_release(product)
    }

    /// The same in any release.
    #[must_use]
    pub fn matches_any_release(&self, product: &Product) -> bool {
        let adjusted = match (self.un_adjusted, product.un_adjusted) {
            (Some(asked), Some(found)) => asked == found,
            _ => true,
        };
        product.family == self.family
            && product.constraint == self.constraint
            && product.resolution == self.resolution
            && adjusted
    }

    /// The product of a raster; `None` where its name does not say.
    #[must_use]
    pub fn of(name: &RasterName) -> Option<Self> {
        Some(Self {
            family: name.family(),
            release: name.release().map(ToOwned::to_owned),
            constraint: name.constraint()?,
            resolution: name.resolution(),
            un_adjusted: (name.family() == Family::Global1).then(|| name.un_adjusted()),
        })
    }
}

/// A raster within a product: whom it counts, where and when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RasterKey {
    /// What it covers.
    pub area: Area,
    /// The year.
    pub year: i32,
    /// Whom it counts.
    pub layer: Layer,
}

impl RasterKey {
    /// Whether it is the raster of this name, of any product.
    #[must_use]
    pub fn matches(&self, name: &RasterName) -> bool {
        name.area() == self.area.file_code()
            && name.year() == Some(self.year)
            && name.layer() == self.layer
    }
}

#[cfg(test)]
mod tests;
