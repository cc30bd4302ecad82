//! The org units of a run.

use pop_cli::{
    Consent, Console, Finding, InputData, ToolError, by_number, counted, shortened_list,
};
use pop_geo::{GeometryProblem, OrgUnit, OrgUnitSet, ReadOptions, Shape, read_orgunits};
use pop_hierarchy::{contradicting_level_text, contradicting_levels};
use pop_sums::Reason;
use rayon::ThreadPool;

/// The `--allow` kind of units with a polygon that cannot be read in one way.
pub const BAD_GEOMETRY: &str = Reason::BadGeometry.word();

/// The properties of a file from elsewhere that `--id-property` and `--name-property` name.
#[derive(Debug, Clone, Copy, Default)]
pub struct UnitProperties<'a> {
    pub id: Option<&'a str>,
    pub name: Option<&'a str>,
}

/// Reads org units from GeoJSON (`-` is stdin) on the threads of a pool, with ids and names from `properties` where they are named. The file
/// goes on record as `role`.
///
/// # Errors
/// Where they cannot be read, with the hint.
pub fn read_org_units(
    role: &str,
    path: &str,
    properties: UnitProperties<'_>,
    pool: &ThreadPool,
    console: &mut Console,
) -> Result<OrgUnitSet, ToolError> {
    let data = pool.install(|| console.input(role, path))?;
    if data.bytes.starts_with(b"II*\0") || data.bytes.starts_with(b"MM\0*") {
        return Err(
            ToolError::usage("it is a TIFF, expected org units as GeoJSON")
                .in_file(&data.name)
                .hint("org units are GeoJSON, as fetch-orgunits writes it; where a tool takes a raster, the raster follows -r"),
        );
    }
    let options = ReadOptions {
        id_property: properties.id.map(ToOwned::to_owned),
        name_property: properties.name.map(ToOwned::to_owned),
        ..ReadOptions::default()
    };
    let InputData { name, bytes } = data;
    let read = pool.install(|| read_orgunits(&bytes, &options));
    // A large file takes a while to be given back, which nothing has to wait for.
    pool.spawn(move || drop(bytes));
    let units = read.map_err(|error| {
        let hint = error.hint();
        ToolError::data(error).in_file(&name).hint(hint)
    })?;
    check_levels(&units).map_err(|error| error.in_file(&name))?;
    if units.has_row_numbers() {
        console.warn(&format!(
            "{}: the ids {} to {} only number the features",
            name,
            units.units.first().map_or("", |unit| &unit.id),
            units.units.last().map_or("", |unit| &unit.id),
        ));
        console.hint("if a property holds the org units' ids, name it with --id-property");
    }
    Ok(units)
}

/// Refuses units whose level is not that of their path: a choice of a level would pass them over.
fn check_levels(units: &OrgUnitSet) -> Result<(), ToolError> {
    let all = units.units.iter();
    // Unserved parts have the level of facilities and the path of their parent.
    let unserved = Reason::Unserved;
    let found = contradicting_levels(all.map(|unit| {
        let is_unserved = unit.reasons.iter().any(|word| word == unserved.word());
        (unit.level, unit.path.as_deref().filter(|_| !is_unserved))
    }));
    let named: Vec<String> = found
        .iter()
        .filter_map(|&place| units.units.get(place))
        .map(|unit| contradicting_level_text(&unit.label(), unit.level, unit.path.as_deref()))
        .collect();
    if named.is_empty() {
        return Ok(());
    }
    Err(ToolError::data(shortened_list(&named)).hint(
        "correct the property `level` or `path`; fetch-orgunits writes both as DHIS2 has them",
    ))
}

/// Names the units that a choice of levels passes over because they have none.
pub fn warn_of_units_without_level(units: &OrgUnitSet, levels: &[u32], console: &Console) {
    let without: Vec<String> = units
        .units
        .iter()
        .filter(|unit| !levels.is_empty() && !unit.context && unit.depth().is_none())
        .map(OrgUnit::label)
        .collect();
    if without.is_empty() {
        return;
    }
    console.warn(&format!(
        "{} without a level {} left out by --level: {}",
        counted(without.len(), "unit"),
        by_number(without.len(), "is", "are"),
        shortened_list(&without)
    ));
    console.hint("if they are of that level, write it into their property `level`");
}

/// Refuses wanted units whose polygon can be read in more than one way, unless they may pass without a value. A polygon with a missing
/// position has no reading at all: its unit passes as one without geometry does.
///
/// # Errors
/// Data, naming the file and them.
pub fn check_geometry(
    file: &str,
    units: &OrgUnitSet,
    wanted: impl Fn(&OrgUnit) -> bool,
    consent: &mut Consent,
) -> Result<(), ToolError> {
    let problems = || {
        units
            .units
            .iter()
            .filter(|unit| wanted(unit))
            .filter_map(|unit| match &unit.shape {
                Shape::Bad(GeometryProblem::MissingPosition { .. }) => None,
                Shape::Bad(problem) => Some((unit, problem)),
                _ => None,
            })
    };
    let findings = problems()
        .map(|(unit, problem)| Finding {
            unit: unit.id.clone(),
            detail: match &unit.name {
                Some(name) => format!("{name}: {problem}"),
                None => problem.to_string(),
            },
        })
        .collect();
    let judgement = consent.judge(BAD_GEOMETRY, findings);
    let Some(first) = judgement.refused.first() else {
        return Ok(());
    };
    let hint = problems()
        .find(|(unit, _)| unit.id == first.unit)
        .map(|(_, problem)| problem.hint());
    let what = by_number(
        judgement.refused.len(),
        "unit has no usable geometry",
        "units have no usable geometry",
    );
    Err(consent
        .refusal(BAD_GEOMETRY, what, &judgement.refused)
        .hint_if_any(hint)
        .in_file(file))
}
