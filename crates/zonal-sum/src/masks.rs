//! Units that the masks of clips cut away: of other ids, or drawn otherwise since.

use std::collections::{BTreeMap, BTreeSet};

use geo_inputs::{outline_digest, warn_of_other_outlines, warn_of_unrecorded_outlines};
use pop_cli::Console;
use pop_geo::OrgUnit;
use pop_raster::{ClipMask, MaskMatch};
use rayon::prelude::*;

use crate::rasters::Raster;

/// What the mask of each raster left of each unit.
#[derive(Debug)]
pub(crate) struct Masks {
    /// Per raster: per unit; `None` where the raster has no mask.
    matches: Vec<Option<Vec<MaskMatch>>>,
}

impl Masks {
    /// Compares ids and outlines with those of the masks, and names units drawn otherwise.
    pub(crate) fn new(
        units: &[OrgUnit],
        selected: &[bool],
        rasters: &[Raster],
        console: &Console,
    ) -> Self {
        let masks: Vec<_> = rasters.iter().map(Raster::mask).collect();
        let has_outlines =
            |mask: &Option<ClipMask<'_>>| mask.as_ref().is_some_and(ClipMask::has_outlines);
        let outlines: Vec<String> = if masks.iter().any(has_outlines) {
            let outline = |unit: &OrgUnit| unit.area().map(outline_digest).unwrap_or_default();
            units.par_iter().map(outline).collect()
        } else {
            vec![String::new(); units.len()]
        };
        let of = |mask: &ClipMask<'_>| -> Vec<MaskMatch> {
            let units = units.iter().zip(&outlines);
            units
                .map(|(unit, outline)| mask.match_of(&unit.id, outline))
                .collect()
        };
        let matches: Vec<_> = masks.iter().map(|mask| mask.as_ref().map(of)).collect();
        let found = Self { matches };
        found.warn(units, selected, rasters, console);
        let unrecorded: BTreeSet<&str> = rasters
            .iter()
            .zip(&masks)
            .filter(|(_, mask)| mask.is_some() && !has_outlines(mask))
            .map(|(raster, _)| raster.path.as_str())
            .collect();
        let unrecorded: Vec<&str> = unrecorded.into_iter().collect();
        warn_of_unrecorded_outlines(&unrecorded, console);
        found
    }

    /// Whether the mask of a raster cut the unit away, or may have cut away a part of it.
    pub(crate) fn cuts(&self, raster: usize, unit: usize) -> bool {
        self.match_of(raster, unit) != MaskMatch::Kept
    }

    fn match_of(&self, raster: usize, unit: usize) -> MaskMatch {
        let matches = self.matches.get(raster).and_then(Option::as_ref);
        matches
            .and_then(|matches| matches.get(unit).copied())
            .unwrap_or(MaskMatch::Kept)
    }

    /// Names the selected units of another outline, files of the same units together.
    fn warn(&self, units: &[OrgUnit], selected: &[bool], rasters: &[Raster], console: &Console) {
        let mut files: BTreeMap<Vec<&str>, BTreeSet<&str>> = BTreeMap::new();
        for (number, raster) in rasters.iter().enumerate() {
            let redrawn = units.iter().enumerate().filter(|(place, unit)| {
                selected[*place]
                    && unit.area().is_some()
                    && self.match_of(number, *place) == MaskMatch::OtherOutline
            });
            let redrawn = redrawn.map(|(_, unit)| unit.id.as_str()).collect();
            files.entry(redrawn).or_default().insert(&raster.path);
        }
        for (redrawn, files) in files {
            let files: Vec<&str> = files.into_iter().collect();
            warn_of_other_outlines(&files, &redrawn, console);
        }
    }
}
