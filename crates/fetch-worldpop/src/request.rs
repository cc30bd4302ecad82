//! What is requested: the selection of the command line, and the rasters it comes to.

mod group;
mod raster;

use std::collections::BTreeSet;

use pop_cli::ToolError;
use pop_worldpop::{
    AgeSelection, AgeSexSelection, Area, Constraint, Family, ProductSpec, RasterKey, Resolution,
    SelectionError,
};

use crate::args::SelectionArgs;

pub(crate) use group::RequestGroup;
pub(crate) use raster::{Candidate, RasterRequest, VersionSpec};

/// The older product line, named like a release.
pub(crate) const GLOBAL1: &str = "GLOBAL1";

/// The rasters selected by flags, of whatever release.
#[derive(Debug, Clone)]
pub(crate) struct Selection {
    pub(crate) areas: Vec<Area>,
    pub(crate) years: BTreeSet<i32>,
    pub(crate) groups: AgeSexSelection,
    pub(crate) family: Family,
    /// The release named, if any.
    pub(crate) release: Option<String>,
    flags: SelectionArgs,
}

impl Selection {
    /// Reads the flags; `None` where they name no area.
    ///
    /// # Errors
    /// Usage.
    pub(crate) fn parse(flags: &SelectionArgs) -> Result<Option<Self>, ToolError> {
        let named = flags.release.as_deref().map(str::to_ascii_uppercase);
        if let Some(release) = &named
            && release != GLOBAL1
            && !is_release(release)
        {
            return Err(ToolError::usage(format!(
                "--release {release:?}: expected a release such as R2025A, or global1"
            ))
            .hint("fetch-worldpop --list shows the releases"));
        }
        let ages = flags.age.as_slice();
        if flags.bands && ages.contains(&AgeSelection::Under18) {
            return Err(
                ToolError::usage("--bands with --age under-18 would count children twice")
                    .hint("drop one of them"),
            );
        }
        let ages = (flags.bands || !ages.is_empty()).then_some(ages);
        let is_global1 = named.as_deref() == Some(GLOBAL1);
        let selection = Self {
            areas: distinct(&flags.areas),
            years: years(&flags.year)?,
            groups: AgeSexSelection::new(&flags.sex, ages).map_err(selection_error)?,
            family: if is_global1 {
                Family::Global1
            } else {
                Family::Global2
            },
            release: named.filter(|_| !is_global1),
            flags: flags.clone(),
        };
        if flags.un_adjusted && !is_global1 {
            return Err(
                ToolError::usage("--un-adjusted needs --release global1").hint(
                    "in other releases the 1 km rasters are adjusted and those of 100 m are not",
                ),
            );
        }
        if flags.areas.is_empty() {
            let is_selective = flags.bands
                || !flags.sex.is_empty()
                || !flags.age.is_empty()
                || !flags.year.is_empty()
                || flags.resolution.is_some()
                || flags.constrained
                || flags.unconstrained;
            if is_selective {
                return Err(
                    ToolError::usage("a selection without --iso").hint("name a country: --iso SLE")
                );
            }
            return Ok(None);
        }
        Ok(Some(selection))
    }

    /// The rasters of an area, each once.
    ///
    /// # Errors
    /// Usage: no year, or one that the product line does not have; bands it does not have.
    pub(crate) fn keys(&self, area: &Area) -> Result<Vec<RasterKey>, ToolError> {
        let (from, to) = self.family.years();
        if self.years.is_empty() {
            return Err(ToolError::usage("no year").hint("give --year 2025, or --years 2015-2030"));
        }
        if let Some(year) = self.years.iter().find(|year| !(from..=to).contains(*year)) {
            let error = ToolError::usage(format!(
                "{} has no year {year}, expected {from} to {to}",
                self.family.word()
            ));
            return Err(match self.family {
                Family::Global2 if (2000..from).contains(year) => error
                    .hint("--release global1 has 2000 to 2020, on another grid and not comparable"),
                _ => error.hint("give years of that range"),
            });
        }
        let layers = self.groups.layers(self.family).map_err(selection_error)?;
        Ok(self
            .years
            .iter()
            .flat_map(|&year| {
                layers.iter().map(move |&layer| RasterKey {
                    area: area.clone(),
                    year,
                    layer,
                })
            })
            .collect())
    }

    /// The product of an area's rasters.
    pub(crate) fn spec(&self, area: &Area, release: Option<String>) -> ProductSpec {
        let default = if area.is_world() {
            Resolution::Kilometre1
        } else {
            Resolution::Metres100
        };
        let constraint = self.constraint().unwrap_or(match self.family {
            Family::Global1 => Constraint::Unconstrained,
            Family::Global2 => Constraint::Constrained,
        });
        ProductSpec {
            family: self.family,
            release,
            constraint,
            resolution: self.flags.resolution.unwrap_or(default),
            un_adjusted: (self.family == Family::Global1).then_some(self.flags.un_adjusted),
        }
    }

    /// Where people are to be on_placed, if that was said.
    pub(crate) fn constraint(&self) -> Option<Constraint> {
        match (self.flags.constrained, self.flags.unconstrained) {
            (true, _) => Some(Constraint::Constrained),
            (_, true) => Some(Constraint::Unconstrained),
            _ => None,
        }
    }
}

fn selection_error(error: SelectionError) -> ToolError {
    let hint = error.hint();
    ToolError::usage(error).hint(hint)
}

/// Whether a text has the form of a release, `R2025A`.
fn is_release(text: &str) -> bool {
    let bytes = text.as_bytes();
    bytes.len() == 6
        && bytes[0] == b'R'
        && bytes[1..5].iter().all(u8::is_ascii_digit)
        && bytes[5].is_ascii_uppercase()
}

fn distinct(areas: &[Area]) -> Vec<Area> {
    let mut seen = BTreeSet::new();
    let areas = areas.iter().filter(|area| seen.insert(*area));
    areas.cloned().collect()
}

/// `2025`, `2015-2030`.
fn years(texts: &[String]) -> Result<BTreeSet<i32>, ToolError> {
    let mut years = BTreeSet::new();
    for text in texts {
        let wrong = || {
            ToolError::usage(format!(
                "--year {text:?}: expected a year or a range of years"
            ))
            .hint("give --year 2025, or --years 2015-2030")
        };
        let year = |text: &str| {
            (text.len() == 4 && text.bytes().all(|byte| byte.is_ascii_digit()))
                .then(|| text.parse::<u16>().ok())
                .flatten()
                .map(i32::from)
                .ok_or_else(wrong)
        };
        let text = text.trim();
        let (from, to) = text.split_once('-').unwrap_or((text, text));
        let (from, to) = (year(from)?, year(to)?);
        if from > to {
            return Err(wrong());
        }
        years.extend(from..=to);
    }
    Ok(years)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn years_are_single_or_ranges() {
        let read = |texts: &[&str]| {
            let texts: Vec<String> = texts.iter().map(|&text| text.to_owned()).collect();
            years(&texts).map(|years| years.into_iter().collect::<Vec<_>>())
        };
        assert_eq!(read(&["2025"]).unwrap(), [2025]);
        assert_eq!(read(&["2024-2026", "2025"]).unwrap(), [2024, 2025, 2026]);
        for bad in [
            "",
            "25",
            "2030-2015",
            "2015-",
            "-2015",
            "2015-2016-2017",
            "+202",
        ] {
            assert!(read(&[bad]).is_err(), "{bad}");
        }
    }

    #[test]
    fn releases_have_one_form() {
        assert!(is_release("R2025A"));
        for bad in ["R25A", "2025A", "R2025", "R2025AB", "R2O25A", ""] {
            assert!(!is_release(bad), "{bad}");
        }
    }
}
