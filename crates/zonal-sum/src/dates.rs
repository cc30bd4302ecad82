//! Which units are active on the date of each raster.

use pop_geo::{Operation, OrgUnit};
use pop_sums::Reason;
use pop_zonal::ActiveUnits;

use crate::masks::Masks;
use crate::rasters::Raster;

/// The date of every raster, and the units active on each.
#[derive(Debug)]
pub(crate) struct Dates {
    /// Per raster: index into `active_sets`.
    of_raster: Vec<u32>,
    /// Per raster: the date, where there is one.
    dates: Vec<Option<String>>,
    /// The different sets of active units.
    pub(crate) active_sets: Vec<ActiveUnits>,
}

impl Dates {
    /// Judges at `as_of`, or at 1 January of each raster's year; a raster without a year has all units active. Units that the
    /// mask of a clip cut have no value on it and are left out of its balance.
    pub(crate) fn new(
        units: &[OrgUnit],
        rasters: &[Raster],
        masks: &Masks,
        as_of: Option<&str>,
    ) -> Self {
        let mut dates = Self {
            of_raster: Vec::new(),
            dates: Vec::new(),
            active_sets: Vec::new(),
        };
        for (number, raster) in rasters.iter().enumerate() {
            let date = as_of
                .map(ToOwned::to_owned)
                .or_else(|| raster.label.year.map(|year| format!("{year:04}-01-01")));
            let is_active = |(place, unit): (usize, &OrgUnit)| {
                date.as_deref()
                    .is_none_or(|date| out_of_time(unit, date).is_none())
                    && !masks.cuts(number, place)
            };
            let active = ActiveUnits(units.iter().enumerate().map(is_active).collect());
            let place = dates.active_sets.iter().position(|known| *known == active);
            let place = place.unwrap_or_else(|| {
                dates.active_sets.push(active);
                dates.active_sets.len() - 1
            });
            dates.of_raster.push(place as u32);
            dates.dates.push(date);
        }
        dates
    }

    /// Index of the set of units active on a raster's date.
    pub(crate) fn active_set(&self, raster: usize) -> u32 {
        self.of_raster[raster]
    }

    /// Why a unit was not active on the date of a raster.
    pub(crate) fn reason(&self, unit: &OrgUnit, raster: usize) -> Option<Reason> {
        out_of_time(unit, self.dates[raster].as_deref()?)
    }
}

fn out_of_time(unit: &OrgUnit, date: &str) -> Option<Reason> {
    match unit.operation_on(date) {
        Operation::Open => None,
        Operation::Closed => Some(Reason::Closed),
        Operation::NotYetOpen => Some(Reason::NotYetOpen),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_and_the_last_day_are_open() {
        let unit = |opened: &str, closed: Option<&str>| OrgUnit {
            opening_date: Some(opened.to_owned()),
            closed_date: closed.map(ToOwned::to_owned),
            ..OrgUnit::default()
        };
        assert_eq!(out_of_time(&unit("2025-01-01", None), "2025-01-01"), None);
        assert_eq!(
            out_of_time(&unit("2025-01-02", None), "2025-01-01"),
            Some(Reason::NotYetOpen)
        );
        assert_eq!(
            out_of_time(&unit("1990-01-01", Some("2025-01-01")), "2025-01-01"),
            None
        );
        assert_eq!(
            out_of_time(&unit("1990-01-01", Some("2024-12-31")), "2025-01-01"),
            Some(Reason::Closed)
        );
    }
}
