//! The warnings and the summary on stderr.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use geo_inputs::note_repairs;
use pop_cli::{Arg, Consent, Console, counted, shortened_list, thousands};
use pop_geo::OrgUnitSet;
use pop_sums::limits::MIN_AREA_CELLS;
use pop_sums::{Reason, Status};

use crate::balance::RasterBalance;
use crate::rasters::Raster;
use crate::rows::UnitRow;

/// Doubts, grouped; the summary; with `-v` what was repaired.
pub(crate) fn print(
    units: &OrgUnitSet,
    rows: &[UnitRow],
    rasters: &[Raster],
    balance: &[RasterBalance],
    consent: &mut Consent,
    console: &Console,
) {
    let names = names(units);
    doubts(units, rows, rasters, &names, console);
    overlaps(balance, &names, console);
    note_repairs(&units.units, console);
    let allowed = consent.close(console);
    summary(rows, balance, allowed, console);
}

/// Names with ids, by id, of the units that have a name.
fn names(units: &OrgUnitSet) -> HashMap<&str, String> {
    let named = units.units.iter().filter(|unit| unit.name.is_some());
    named.map(|unit| (unit.id.as_str(), unit.label())).collect()
}

fn name_of<'a>(names: &'a HashMap<&str, String>, id: &'a str) -> &'a str {
    names.get(id).map_or(id, String::as_str)
}

/// Units by reason, each once however many rasters it is on.
fn doubts(
    units: &OrgUnitSet,
    rows: &[UnitRow],
    rasters: &[Raster],
    names: &HashMap<&str, String>,
    console: &Console,
) {
    let mut by_reason: BTreeMap<(Status, &Reason), BTreeSet<&str>> = BTreeMap::new();
    for row in rows.iter().filter(|row| row.sums.status != Status::Ok) {
        for reason in row.sums.reasons.iter().filter(|reason| reason.is_doubt()) {
            by_reason
                .entry((row.sums.status, reason))
                .or_default()
                .insert(&row.sums.org_unit);
        }
    }
    for ((status, reason), ids) in &by_reason {
        let what = if *status == Status::None {
            "no value for"
        } else {
            "doubtful:"
        };
        let list: Vec<&str> = ids.iter().map(|id| name_of(names, id)).collect();
        console.warn(&format!(
            "{what} {} ({reason}): {}",
            counted(ids.len(), "unit"),
            shortened_list(&list)
        ));
    }
    let has = |wanted: &Reason| by_reason.keys().any(|(_, reason)| *reason == wanted);
    if has(&Reason::Tiny) {
        console.hint(&format!(
            "units of less than {MIN_AREA_CELLS} of a cell hold a handful of people at most: for facilities drawn as buildings, use catchments"
        ));
    }
    let is_point = |row: &UnitRow| row.sums.reasons.contains(&Reason::Point);
    if !rows.is_empty() && rows.iter().all(is_point) {
        console.hint("every unit is a point, which has no area to sum: give facilities areas with catchments, or fetch areas that the server keeps as an attribute (associated geometry): fetch-orgunits --geometry attribute:CODE");
    }
    let outside = |row: &&UnitRow| row.sums.reasons.contains(&Reason::Outside);
    let with_area = rows
        .iter()
        .filter(|row| row.sums.area_cells.is_some())
        .count();
    if with_area > 0 && rows.iter().filter(outside).count() == with_area {
        let swapped = rasters
            .iter()
            .any(|raster| raster.intersects(units.bounds().map(|b| b.swapped())));
        console.hint(if swapped {
            "no unit is inside a raster, but they would be with longitude and latitude swapped: GeoJSON has [longitude, latitude]"
        } else {
            "no unit is inside a raster: check that both are of the same country"
        });
    }
}

fn overlaps(balance: &[RasterBalance], names: &HashMap<&str, String>, console: &Console) {
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
                        name_of(names, &pair.units[0]),
                        name_of(names, &pair.units[1]),
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

fn summary(
    rows: &[UnitRow],
    balance: &[RasterBalance],
    allowed: Option<String>,
    console: &Console,
) {
    let count = |status| rows.iter().filter(|row| row.sums.status == status).count();
    let messages = console.messages();
    let args = [
        ("count", Arg::Count(rows.len())),
        ("ok", Arg::Count(count(Status::Ok))),
        ("doubtful", Arg::Count(count(Status::Doubtful))),
        ("none", Arg::Count(count(Status::None))),
    ];
    let mut clauses = vec![messages.text_of("summary-sums", &args)];
    if let [raster] = balance {
        for level in &raster.levels {
            let number = level.level.unwrap_or_default().to_string();
            let args = [
                ("people", Arg::Number(level.in_no_unit, 1)),
                ("total", Arg::Number(raster.total, 1)),
                ("level", Arg::Text(&number)),
            ];
            clauses.push(match level.level {
                Some(_) => messages.text_of("in-no-unit-at-level", &args),
                None => messages.text_of("in-no-unit", &args[..2]),
            });
        }
        match raster.outside_clip {
            Some(Some(missing)) => {
                let people = [("people", Arg::Number(missing, 1))];
                clauses.push(messages.text_of("people-outside-clip", &people));
            }
            Some(None) => clauses.push(messages.text("outside-clip-not-counted")),
            None => {}
        }
    }
    clauses.extend(allowed);
    console.summary(&messages.clauses(&clauses));
}
