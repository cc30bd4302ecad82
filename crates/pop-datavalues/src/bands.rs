//! The bands that the sums of a year have, and groups cut out of them.

use std::collections::BTreeMap;

use pop_sums::{Layer, Sex};
use pop_worldpop::{AgeBand, AgeBandScheme};

use crate::ages::Ages;

/// Layers of one reference period by whom they count. Columns are positions in the list they were made from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BandSet {
    bands: BTreeMap<(Sex, AgeBand), usize>,
    everybody: BTreeMap<Sex, usize>,
}

/// Part of a band: the months of it that a group takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct BandSlice {
    /// Column of the band.
    pub column: usize,
    /// Sex of the band.
    pub sex: Sex,
    /// The band.
    pub band: AgeBand,
    /// First month taken.
    pub from: u32,
    /// First month no longer taken; `None` for the end of an open band.
    pub to: Option<u32>,
}

impl BandSlice {
    /// Whether the whole band is taken.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        self.from == self.band.from * 12 && self.to == self.band.to.map(|to| to * 12)
    }
}

/// Bands that do not fit, together or for a group.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BandError {
    /// Two rasters of the same people.
    #[error("{who} are in two rasters: {first} and {second}")]
    Twice {
        /// Sex and ages.
        who: String,
        /// One raster.
        first: String,
        /// The other.
        second: String,
    },
    /// Two bands that share ages.
    #[error("bands {first} and {second} of sex {sex} overlap")]
    Overlap {
        /// One band.
        first: AgeBand,
        /// The other.
        second: AgeBand,
        /// Their sex.
        sex: Sex,
    },
    /// Bands of both sexes together beside bands of each.
    #[error("the sums have t bands beside f and m bands: the same people twice")]
    MixedSexes,
    /// Ages no raster has.
    #[error("no raster of {who}: {ages}")]
    Missing {
        /// Whose.
        who: &'static str,
        /// Which.
        ages: String,
    },
    /// The sums have both sexes together, and one of them is wanted.
    #[error("no raster of {who}: {ages}: the bands of the sums hold both sexes together (_t_)")]
    BothSexes {
        /// Whose.
        who: &'static str,
        /// Which.
        ages: String,
    },
    /// Only part of an open band is wanted.
    #[error("{wanted} would cut the open band {band} of {who}")]
    OpenBand {
        /// What is wanted.
        wanted: Ages,
        /// The band.
        band: AgeBand,
        /// Whose.
        who: &'static str,
    },
    /// Ages in days.
    #[error("{0} are counted in days, which no band is")]
    Days(Ages),
}

impl BandError {
    /// What to do about it.
    #[must_use]
    pub const fn hint(&self) -> &'static str {
        match self {
            Self::Twice { .. } => {
                "keep one of the rasters, or tell them apart by year (column year; zonal-sum --label)"
            }
            Self::Overlap { .. } => "keep the rasters of one set of bands: 18 or 20",
            Self::MixedSexes => {
                "keep the rasters of one kind: _t_ (both sexes together), or _f_ and _m_ (each)"
            }
            Self::Missing { .. } => "sum the rasters of those bands too (zonal-sum -r)",
            Self::BothSexes { .. } => {
                "sum the _f_ and _m_ rasters in place of the _t_ rasters: beside each other they hold the same people twice"
            }
            Self::OpenBand { .. } => "ask for a group that ends where a band ends: 65+ years",
            Self::Days(_) => "ask for months or years; births and the first days need a rate",
        }
    }
}

impl BandSet {
    /// Bands of the given layers.
    ///
    /// # Errors
    /// When people would be there twice.
    pub fn new(layers: &[&Layer]) -> Result<Self, BandError> {
        let (mut bands, mut everybody) = (BTreeMap::new(), BTreeMap::new());
        for (column, layer) in layers.iter().enumerate() {
            let sex = layer.sex.unwrap_or(Sex::Total);
            let (taken, who) = match layer.band() {
                None => (
                    everybody.insert(sex, column),
                    format!("{} of all ages", people(sex)),
                ),
                Some(band) => (
                    bands.insert((sex, band), column),
                    format!("{} aged {band}", people(sex)),
                ),
            };
            if let Some(first) = taken {
                return Err(BandError::Twice {
                    who,
                    first: layers[first].raster.clone(),
                    second: layer.raster.clone(),
                });
            }
        }
        let set = Self { bands, everybody };
        set.check()?;
        Ok(set)
    }

    /// Bands of women and of men as a scheme cuts them, in columns of that order.
    #[must_use]
    pub fn of_scheme(scheme: AgeBandScheme) -> Self {
        let sexes = [Sex::Female, Sex::Male].into_iter();
        let keys = sexes.flat_map(|sex| scheme.bands().into_iter().map(move |band| (sex, band)));
        Self {
            bands: keys
                .enumerate()
                .map(|(column, key)| (key, column))
                .collect(),
            everybody: BTreeMap::new(),
        }
    }

    fn check(&self) -> Result<(), BandError> {
        let keys: Vec<(Sex, AgeBand)> = self.bands.keys().copied().collect();
        for pair in keys.windows(2) {
            // Sorted by sex and first age, so only neighbours can overlap first.
            let [(sex, first), (other, second)] = [pair[0], pair[1]];
            if sex == other && first.overlaps(second) {
                return Err(BandError::Overlap { first, second, sex });
            }
        }
        let has = |sex: Sex| self.has_bands_of(sex);
        if has(Sex::Total) && (has(Sex::Female) || has(Sex::Male)) {
            return Err(BandError::MixedSexes);
        }
        Ok(())
    }

    /// Whether there are any bands.
    #[must_use]
    pub fn has_bands(&self) -> bool {
        !self.bands.is_empty()
    }

    /// The column of everybody of a sex.
    #[must_use]
    pub fn everybody(&self, sex: Sex) -> Option<usize> {
        self.everybody.get(&sex).copied()
    }

    /// The column of a band, by its sex and first age.
    #[must_use]
    pub fn band(&self, sex: Sex, from: u32) -> Option<(AgeBand, usize)> {
        self.bands
            .iter()
            .find(|((own, band), _)| *own == sex && band.from == from)
            .map(|((_, band), column)| (*band, *column))
    }

    /// All bands with their columns.
    pub fn bands(&self) -> impl Iterator<Item = (Sex, AgeBand, usize)> {
        self.bands
            .iter()
            .map(|(&(sex, band), &column)| (sex, band, column))
    }

    /// What slices can be of: all bands, and for each sex without bands its people of all ages, as one band without an end.
    pub(crate) fn sliced_bands(&self) -> impl Iterator<Item = (Sex, AgeBand, usize)> {
        let whole = self.everybody.iter();
        let whole = whole.filter(|(sex, _)| !self.has_bands_of(**sex));
        self.bands()
            .chain(whole.map(|(&sex, &column)| (sex, ALL_AGES, column)))
    }

    /// How the bands are cut, when they end like one of the known schemes.
    #[must_use]
    pub fn scheme(&self) -> Option<AgeBandScheme> {
        let open = self
            .bands
            .keys()
            .filter(|(_, band)| band.to.is_none())
            .map(|(_, band)| band.from)
            .max()?;
        [AgeBandScheme::Open80, AgeBandScheme::Open90]
            .into_iter()
            .find(|scheme| scheme.open_from() == open)
    }

    /// The bands, or parts of bands, that make up a group. Both sexes are those of `t` bands, or of `f` and `m`.
    ///
    /// # Errors
    /// When bands are missing or the group would cut an open one.
    pub fn slices(&self, sex: Option<Sex>, ages: Ages) -> Result<Vec<BandSlice>, BandError> {
        let (from, to) = ages.months().ok_or(BandError::Days(ages))?;
        let has_both = self.has_bands_of(Sex::Total);
        let sexes = match sex {
            Some(Sex::Total) | None if has_both => vec![Sex::Total],
            Some(Sex::Total) | None => vec![Sex::Female, Sex::Male],
            Some(one) if has_both => {
                return Err(BandError::BothSexes {
                    who: people(one),
                    ages: ages.to_string(),
                });
            }
            Some(one) => vec![one],
        };
        let mut slices = Vec::new();
        for sex in sexes {
            match self.everybody(sex) {
                // Without bands of a sex, its people of all ages are one band without an end.
                Some(column) if ages == Ages::ALL && !self.has_bands_of(sex) => {
                    slices.push(BandSlice {
                        column,
                        sex,
                        band: ALL_AGES,
                        from: 0,
                        to: None,
                    });
                }
                _ => slices.extend(self.slices_of(sex, ages, from, to)?),
            }
        }
        Ok(slices)
    }

    fn has_bands_of(&self, sex: Sex) -> bool {
        self.bands.keys().any(|(own, _)| *own == sex)
    }

    fn slices_of(
        &self,
        sex: Sex,
        ages: Ages,
        from: u32,
        to: Option<u32>,
    ) -> Result<Vec<BandSlice>, BandError> {
        let mut slices = Vec::new();
        let mut reached = Some(from);
        for (&(_, band), &column) in self
            .bands
            .range((sex, AgeBand { from: 0, to: None })..)
            .take_while(|((own, _), _)| *own == sex)
        {
            let (start, end) = (band.from * 12, band.to.map(|to| to * 12));
            if end.is_some_and(|end| end <= from) || to.is_some_and(|to| start >= to) {
                continue;
            }
            if reached != Some(start.max(from)) {
                break;
            }
            let piece_to = match (end, to) {
                (Some(end), Some(to)) => Some(end.min(to)),
                (end, to) => end.or(to),
            };
            if end.is_none() && (to.is_some() || start < from) {
                return Err(BandError::OpenBand {
                    wanted: ages,
                    band,
                    who: people(sex),
                });
            }
            slices.push(BandSlice {
                column,
                sex,
                band,
                from: start.max(from),
                to: piece_to,
            });
            reached = piece_to;
        }
        if slices.is_empty() || reached != to {
            let missing = Ages {
                from: crate::ages::Age {
                    months: reached.unwrap_or(from),
                    days: 0,
                },
                to: ages.to,
            };
            return Err(BandError::Missing {
                who: people(sex),
                ages: missing.to_string(),
            });
        }
        Ok(slices)
    }
}

/// The group that slices make up; `None` where they are not the same ages without a gap for one sex or both.
#[must_use]
pub fn group_of_slices(slices: &[BandSlice]) -> Option<(Option<Sex>, Ages)> {
    let of = |sex: Sex| -> Vec<(u32, Option<u32>)> {
        let own = slices.iter().filter(|slice| slice.sex == sex);
        let mut spans: Vec<_> = own.map(|slice| (slice.from, slice.to)).collect();
        spans.sort_unstable();
        spans
    };
    let spans = [of(Sex::Female), of(Sex::Male), of(Sex::Total)];
    let (sex, spans) = match &spans {
        [female, male, total] if total.is_empty() && female == male => (None, female),
        [female, male, total] if total.is_empty() && male.is_empty() => (Some(Sex::Female), female),
        [female, male, total] if total.is_empty() && female.is_empty() => (Some(Sex::Male), male),
        [female, male, total] if female.is_empty() && male.is_empty() => (None, total),
        _ => return None,
    };
    let without_gap = spans.windows(2).all(|pair| pair[0].1 == Some(pair[1].0));
    let (from, to) = (spans.first()?.0, spans.last()?.1);
    let month = |months| crate::ages::Age { months, days: 0 };
    let ages = Ages {
        from: month(from),
        to: to.map(month),
    };
    without_gap.then_some((sex, ages))
}

/// All ages as a band, of a sex that has no others.
pub(crate) const ALL_AGES: AgeBand = AgeBand { from: 0, to: None };

const fn people(sex: Sex) -> &'static str {
    match sex {
        Sex::Female => "women",
        Sex::Male => "men",
        Sex::Total => "people",
    }
}

#[cfg(test)]
pub(crate) mod tests;
