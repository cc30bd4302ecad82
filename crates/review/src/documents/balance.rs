//! The balance of `zonal-sum`.

use pop_cli::ToolError;
use pop_sums::AgeBand;
use serde::Deserialize;

#[derive(Debug, Deserialize)]
pub(crate) struct BalanceFile {
    format: String,
    pub(crate) rasters: Vec<Raster>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Raster {
    pub(crate) raster: String,
    pub(crate) source: Option<String>,
    pub(crate) year: Option<i32>,
    pub(crate) sex: Option<char>,
    pub(crate) age_from: Option<u32>,
    pub(crate) age_to: Option<u32>,
    pub(crate) total: f64,
    pub(crate) outside_clip: Option<f64>,
    pub(crate) levels: Vec<Level>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Level {
    pub(crate) level: Option<u32>,
    pub(crate) in_units: f64,
    pub(crate) more_than_once: f64,
    pub(crate) in_no_unit: f64,
    pub(crate) inside_incomplete_parents: f64,
    pub(crate) inside_complete_parents: f64,
    pub(crate) outside_every_unit: f64,
    pub(crate) without_value: Vec<Unit>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Unit {
    pub(crate) unit: String,
    #[serde(default)]
    pub(crate) name: Option<String>,
    pub(crate) reasons: Vec<String>,
}

impl Raster {
    /// The ages that it counts; `None` for all of them.
    pub(crate) const fn band(&self) -> Option<AgeBand> {
        AgeBand::from_ends(self.age_from, self.age_to)
    }

    /// Whether it counts both sexes and all ages.
    pub(crate) fn is_of_all_people(&self) -> bool {
        self.sex.is_none_or(|sex| sex == 't') && self.band().is_none()
    }

    /// People of the units, all levels added up.
    pub(crate) fn in_units(&self) -> f64 {
        self.levels.iter().map(|level| level.in_units).sum()
    }
}

impl BalanceFile {
    /// Reads a balance.
    ///
    /// # Errors
    /// Data: not a balance.
    pub(crate) fn read(bytes: &[u8]) -> Result<Self, ToolError> {
        let balance: Self = super::read(bytes, "a balance")?;
        if balance.format != "headcount-balance" {
            return Err(ToolError::data(format!(
                "format is {:?}, expected \"headcount-balance\"",
                balance.format
            ))
            .hint("name a file that zonal-sum --balance has written"));
        }
        Ok(balance)
    }
}
