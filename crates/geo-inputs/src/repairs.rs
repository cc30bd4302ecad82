//! Polygons that were not valid and had one right reading.

use pop_cli::{Console, by_number, shortened_list};
use pop_geo::{OrgUnit, Repair};
use pop_sums::Reason;
use pop_sums::limits::SMALL_SHARE;

/// The reason that such a unit carries in the streams.
pub const REPAIRED: &str = Reason::Repaired.word();

/// Whether a unit's polygon was repaired and its area moved by more than a small share: such a unit is doubtful.
#[must_use]
pub fn is_repair_doubtful(unit: &OrgUnit) -> bool {
    repair_of(unit).is_some_and(|repair| repair.share() >= SMALL_SHARE)
}

fn repair_of(unit: &OrgUnit) -> Option<&Repair> {
    unit.area()?.repair.as_ref()
}

/// With `-v`, what was repaired.
pub fn note_repairs<'a>(units: impl IntoIterator<Item = &'a OrgUnit>, console: &Console) {
    for unit in units {
        if let Some(repair) = repair_of(unit) {
            console.note(&format!(
                "{}: repaired: {:?}; area {:.6} before, {:.6} after (square degrees)",
                unit.id, repair.defects, repair.area_before, repair.area_after
            ));
        }
    }
}

/// Names the units of a file whose repair is doubtful.
pub fn warn_of_repairs<'a>(
    units: impl IntoIterator<Item = &'a OrgUnit> + Clone,
    file: &str,
    console: &Console,
) {
    note_repairs(units.clone(), console);
    let found: Vec<String> = units
        .into_iter()
        .filter(|unit| is_repair_doubtful(unit))
        .filter_map(|unit| {
            let share = 100.0 * repair_of(unit)?.share();
            Some(format!("{} (area changed by {share:.1} %)", unit.id))
        })
        .collect();
    if !found.is_empty() {
        console.warn(&format!(
            "{file}: {} {}: {}",
            found.len(),
            by_number(found.len(), "polygon repaired", "polygons repaired"),
            shortened_list(&found)
        ));
        console.hint(
            "compare these outlines with a map: they crossed themselves or their parts overlapped",
        );
    }
}
