//! What is said on stderr.

use std::collections::BTreeMap;

use pop_cli::{Consent, Console, shortened_list, thousands};
use pop_geo::OrgUnitSet;
use pop_sums::{Reason, Status};

use crate::balance::RasterBalance;
use crate::rasters::Raster;
use crate::rows::Row;

/// Doubts, grouped; the summary; with `-v` what was repaired.
pub(crate) fn tell(
    units: &OrgUnitSet,
    rows: &[Row],
    rasters: &[Raster],
    balance: &[RasterBalance],
    consent: &mut Consent,
    console: &Console,
) {
    doubts(units, rows, rasters, console);
    overlaps(balance, console);
    repairs(units, console);
    let allowed = consent.close(console);
    summary(rows, balance, allowed, console);
}

/// Units by reason, the same on every raster once.
fn doubts(units: &OrgUnitSet, rows: &[Row], rasters: &[Raster], console: &Console) {
    let mut by_reason: BTreeMap<(Status, &Reason), Vec<&str>> = BTreeMap::new();
    for row in rows.iter().filter(|row| row.sums.status != Status::Ok) {
        for reason in &row.sums.reasons {
            let ids = by_reason.entry((row.sums.status, reason)).or_default();
            if !ids.contains(&row.sums.org_unit.as_str()) || ids.len() > 1000 {
                ids.push(&row.sums.org_unit);
            }
        }
    }
    for ((status, reason), mut ids) in by_reason {
        ids.sort_unstable();
        ids.dedup();
        let what = if status == Status::None {
            "no value for"
        } else {
            "doubtful:"
        };
        console.warn(&format!(
            "{what} {} units ({reason}): {}",
            ids.len(),
            shortened_list(&ids)
        ));
    }
    let outside = |row: &&Row| row.sums.reasons.contains(&Reason::Outside);
    let with_area = rows
        .iter()
        .filter(|row| row.sums.area_cells.is_some())
        .count();
    if with_area > 0 && rows.iter().filter(outside).count() == with_area {
        let swapped = rasters
            .iter()
            .any(|raster| raster.meets(units.bounds().map(|b| b.swapped())));
        console.hint(if swapped {
            "no unit meets a raster, but they would with longitude and latitude swapped"
        } else {
            "no unit meets a raster: are they of the same country?"
        });
    }
}

fn overlaps(balance: &[RasterBalance], console: &Console) {
    for raster in balance {
        for level in raster
            .levels
            .iter()
            .filter(|level| level.more_than_once > 0.5e-3)
        {
            let pairs: Vec<String> = level
                .overlaps
                .iter()
                .map(|pair| {
                    format!(
                        "{} and {} ({})",
                        pair.units[0],
                        pair.units[1],
                        thousands(pair.people, 1)
                    )
                })
                .collect();
            let at = level
                .level
                .map_or_else(String::new, |level| format!(" at level {level}"));
            console.warn(&format!(
                "{}: {} people are in more than one unit{at}: {}",
                raster.raster,
                thousands(level.more_than_once, 1),
                shortened_list(&pairs)
            ));
        }
    }
}

fn repairs(units: &OrgUnitSet, console: &Console) {
    for unit in &units.units {
        if let Some(repair) = unit.area().and_then(|area| area.repair.as_ref()) {
            console.note(&format!(
                "{}: repaired: {:?}; area {:.6} before, {:.6} after (square degrees)",
                unit.id, repair.defects, repair.area_before, repair.area_after
            ));
        }
    }
}

fn summary(rows: &[Row], balance: &[RasterBalance], allowed: Option<String>, console: &Console) {
    let count = |status| rows.iter().filter(|row| row.sums.status == status).count();
    let mut text = format!(
        "{} rows: {} ok, {} doubtful, {} without a value",
        rows.len(),
        count(Status::Ok),
        count(Status::Doubtful),
        count(Status::None)
    );
    if let [raster] = balance {
        for level in &raster.levels {
            let at = level
                .level
                .map_or_else(String::new, |level| format!(" at level {level}"));
            text.push_str(&format!(
                "; {} of {} people in no unit{at}",
                thousands(level.in_no_unit, 1),
                thousands(raster.total, 1)
            ));
        }
        match raster.outside_clip {
            Some(Some(missing)) => text.push_str(&format!(
                "; {} people outside the clip",
                thousands(missing, 1)
            )),
            Some(None) => text.push_str("; people outside the clip: not counted"),
            None => {}
        }
    }
    if let Some(allowed) = allowed {
        text.push_str(&format!("; {allowed}"));
    }
    console.summary(&text);
}
