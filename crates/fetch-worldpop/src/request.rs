//! What the command line asks for.

use std::collections::BTreeSet;

use pop_cli::ToolError;
use pop_worldpop::{
    AgeSelection, AgeSexSelection, Area, Constraint, Family, ProductSpec, RasterKey, Resolution,
};

use crate::args::ChoiceArgs;

/// The older product line, named like a release.
pub(crate) const GLOBAL1: &str = "GLOBAL1";

/// Rasters asked for, but for the release they are of.
#[derive(Debug, Clone)]
pub(crate) struct Request {
    pub(crate) areas: Vec<Area>,
    pub(crate) years: BTreeSet<i32>,
    pub(crate) people: AgeSexSelection,
    pub(crate) family: Family,
    /// The release named, if any.
    pub(crate) release: Option<String>,
    choice: ChoiceArgs,
}

impl Request {
    /// Reads the flags; `None` where they name no area.
    ///
    /// # Errors
    /// Usage.
    pub(crate) fn read(choice: &ChoiceArgs) -> Result<Option<Self>, ToolError> {
        let named = choice.release.as_deref().map(str::to_ascii_uppercase);
        if let Some(release) = &named
            && release != GLOBAL1
            && !is_release(release)
        {
            return Err(ToolError::usage(format!(
                "--release {release:?}: expected a release such as R2025A, or global1"
            )));
        }
        let ages = choice.age.as_slice();
        if choice.bands && ages.contains(&AgeSelection::Under18) {
            return Err(ToolError::usage(
                "--age under-18 beside --bands would count children twice",
            ));
        }
        let ages = (choice.bands || !ages.is_empty()).then_some(ages);
        let is_global1 = named.as_deref() == Some(GLOBAL1);
        let request = Self {
            areas: distinct(&choice.areas),
            years: years(&choice.year)?,
            people: AgeSexSelection::new(&choice.sex, ages).map_err(ToolError::usage)?,
            family: if is_global1 {
                Family::Global1
            } else {
                Family::Global2
            },
            release: named.filter(|_| !is_global1),
            choice: choice.clone(),
        };
        if choice.un_adjusted && !is_global1 {
            return Err(ToolError::usage("--un-adjusted is for --release global1").hint(
                "the 1 km rasters of other releases are adjusted, those of 100 m are not; their names tell",
            ));
        }
        if choice.areas.is_empty() {
            let is_selective = choice.bands
                || !choice.sex.is_empty()
                || !choice.age.is_empty()
                || !choice.year.is_empty()
                || choice.resolution.is_some()
                || choice.constrained
                || choice.unconstrained;
            if is_selective {
                return Err(
                    ToolError::usage("a selection without --iso").hint("name a country: --iso SLE")
                );
            }
            return Ok(None);
        }
        Ok(Some(request))
    }

    /// The rasters of an area, each once.
    ///
    /// # Errors
    /// Usage: no year, or one that the product line does not have; bands it does not have.
    pub(crate) fn wanted(&self, area: &Area) -> Result<Vec<RasterKey>, ToolError> {
        let (from, to) = self.family.years();
        if self.years.is_empty() {
            return Err(ToolError::usage(
                "no year: give --year, or --years 2015-2030",
            ));
        }
        if let Some(year) = self.years.iter().find(|year| !(from..=to).contains(*year)) {
            let error = ToolError::usage(format!(
                "there is no year {year} in {}, expected {from} to {to}",
                self.family.word()
            ));
            return Err(match self.family {
                Family::Global2 if (2000..from).contains(year) => {
                    error.hint("--release global1 has 2000 to 2020; the two do not compare")
                }
                _ => error,
            });
        }
        let layers = self.people.layers(self.family).map_err(ToolError::usage)?;
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

    /// Of which make the rasters of an area are to be.
    pub(crate) fn terms(&self, area: &Area, release: Option<String>) -> ProductSpec {
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
            resolution: self.choice.resolution.unwrap_or(default),
            un_adjusted: (self.family == Family::Global1).then_some(self.choice.un_adjusted),
        }
    }

    /// Where people are to be placed, if that was said.
    pub(crate) fn constraint(&self) -> Option<Constraint> {
        match (self.choice.constrained, self.choice.unconstrained) {
            (true, _) => Some(Constraint::Constrained),
            (_, true) => Some(Constraint::Unconstrained),
            _ => None,
        }
    }
}

/// Whether a text is written as releases are: `R2025A`.
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
                "--year {text:?}: expected a year (2025) or a range (2015-2030)"
            ))
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
    fn releases_are_written_in_one_way() {
        assert!(is_release("R2025A"));
        for bad in ["R25A", "2025A", "R2025", "R2025AB", "R2O25A", ""] {
            assert!(!is_release(bad), "{bad}");
        }
    }
}
