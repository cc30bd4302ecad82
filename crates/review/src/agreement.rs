//! Whether the files belong to one run.

use std::collections::BTreeSet;

use pop_cli::{ToolError, counted, shortened_list};
use pop_geo::OrgUnitSet;

use crate::documents::balance::{BalanceFile, Raster};
use crate::documents::plan::AllPeople;
use crate::documents::provenance::ProvenanceFile;

/// A file that was read, as errors and provenance know it.
#[derive(Debug, Clone)]
pub(crate) struct NamedFile {
    pub(crate) name: String,
    pub(crate) sha256: String,
}

/// Roles of files that a tool of the run wrote: without its record the chain is broken.
const MADE_BY_TOOLS: [&str; 2] = ["sums", "data value set"];

/// Checks that org units know all these units.
pub(crate) fn check_units<'a>(
    ids: impl Iterator<Item = &'a str>,
    org_units: &OrgUnitSet,
    file: &str,
) -> Result<(), ToolError> {
    let known: BTreeSet<&str> = org_units
        .units
        .iter()
        .flat_map(|unit| {
            [
                Some(unit.id.as_str()),
                unit.uid.as_deref(),
                unit.code.as_deref(),
            ]
        })
        .flatten()
        .collect();
    let wanted: BTreeSet<&str> = ids.collect();
    let unknown: Vec<&str> = wanted
        .iter()
        .copied()
        .filter(|id| !known.contains(id))
        .collect();
    if unknown.is_empty() {
        return Ok(());
    }
    Err(ToolError::data(format!(
        "{} of {} are not among the org units: {}",
        unknown.len(),
        counted(wanted.len(), "unit"),
        shortened_list(&unknown)
    ))
    .in_file(file)
    .hint("give the org units that the run was made with"))
}

/// Checks that a file is of the raster that the values name as their source. `what` is the file's kind.
pub(crate) fn check_sources<'a>(
    what: &str,
    ours: &BTreeSet<String>,
    theirs: impl Iterator<Item = &'a str>,
    file: &str,
) -> Result<(), ToolError> {
    let theirs: BTreeSet<&str> = theirs.filter(|source| !source.is_empty()).collect();
    if ours.is_empty()
        || theirs.is_empty()
        || ours.iter().any(|source| theirs.contains(source.as_str()))
    {
        return Ok(());
    }
    let (ours, theirs): (Vec<_>, Vec<_>) = (ours.iter().collect(), theirs.iter().collect());
    let verb = if what == "sums" { "are" } else { "is" };
    Err(ToolError::data(format!(
        "the {what} {verb} of {}, the values of the plan are from {}",
        shortened_list(&theirs),
        shortened_list(&ours)
    ))
    .in_file(file)
    .hint(format!(
        "give the {what} that the same run of zonal-sum wrote"
    )))
}

/// Checks that a file has a year that the values of the plan are about. `what` is the file's kind.
pub(crate) fn check_years(
    what: &str,
    ours: &BTreeSet<i32>,
    theirs: impl Iterator<Item = Option<i32>>,
    file: &str,
) -> Result<(), ToolError> {
    let theirs: BTreeSet<i32> = theirs.flatten().collect();
    if ours.is_empty() || theirs.is_empty() || !ours.is_disjoint(&theirs) {
        return Ok(());
    }
    let list = |years: &BTreeSet<i32>| {
        shortened_list(&years.iter().map(i32::to_string).collect::<Vec<_>>())
    };
    let verb = if what == "sums" { "are" } else { "is" };
    Err(ToolError::data(format!(
        "the {what} {verb} of {}, the values of the plan are about {}",
        list(&theirs),
        list(ours)
    ))
    .in_file(file)
    .hint(format!(
        "give the {what} that the same run of zonal-sum wrote"
    )))
}

/// Checks that a balance has at least the people of the plan: one of fewer units would account for some of them only.
pub(crate) fn check_people(
    all_people: &[AllPeople],
    balance: &BalanceFile,
    file: &str,
) -> Result<(), ToolError> {
    for ours in all_people {
        let counted_there = balance
            .rasters
            .iter()
            .filter(|raster| raster.is_of_all_people() && raster.year == Some(ours.year))
            .map(Raster::in_units)
            .reduce(f64::max);
        // Each value may have been rounded up by one.
        let most = |people: f64| people * (1.0 + 1e-9) + ours.values as f64;
        if let Some(people) = counted_there
            && ours.people > most(people)
        {
            return Err(ToolError::data(format!(
                "the values of {} add up to {:.0} people, the balance has {people:.1} in org units: it is of other org units",
                ours.year, ours.people
            ))
            .in_file(file)
            .hint("give the balance that the same run of zonal-sum wrote"));
        }
    }
    Ok(())
}

/// Checks that values were raked where there is a raking report.
pub(crate) fn check_raking(is_raked: bool, file: &str) -> Result<(), ToolError> {
    if is_raked {
        return Ok(());
    }
    Err(
        ToolError::data("a raking report, but no value of the plan was raked")
            .in_file(file)
            .hint("leave out --raking, or plan the values that are made from the sums of rake"),
    )
}

/// The files that a chain of provenance has to lead to.
pub(crate) struct ChainEnds<'a> {
    /// SHA-256 of the data value set.
    pub(crate) payload: Option<&'a str>,
    pub(crate) org_units: Option<&'a NamedFile>,
    pub(crate) balance: Option<&'a NamedFile>,
    pub(crate) sums: Option<&'a NamedFile>,
    pub(crate) raking: Option<&'a NamedFile>,
    pub(crate) exceptions: Option<&'a NamedFile>,
}

/// Checks that records form a chain to the files given.
pub(crate) fn check_chain(
    records: &[ProvenanceFile],
    ends: &ChainEnds<'_>,
) -> Result<(), ToolError> {
    let written = |sha256: &str| {
        records
            .iter()
            .flat_map(|record| &record.outputs)
            .any(|file| file.sha256 == sha256)
    };
    let read = |sha256: &str| {
        records
            .iter()
            .flat_map(|record| &record.inputs)
            .any(|file| file.sha256 == sha256)
    };
    let broken = |message: String| {
        ToolError::data(message)
            .hint("give the provenance of every tool of the run with --provenance-record")
    };
    if let Some(payload) = ends.payload
        && !written(payload)
    {
        return Err(broken(format!(
            "the chain of provenance is broken: no record wrote the data value set of the plan, sha256 {payload}"
        )));
    }
    for record in records {
        for input in &record.inputs {
            if MADE_BY_TOOLS.contains(&input.role.as_str()) && !written(&input.sha256) {
                return Err(broken(format!(
                    "the chain of provenance is broken: {} read {} with sha256 {}, which no record wrote",
                    record.tool, input.name, input.sha256
                )));
            }
        }
    }
    let made = [
        ("balance", ends.balance),
        ("sums", ends.sums),
        ("raking report", ends.raking),
    ];
    for (what, file) in made
        .into_iter()
        .filter_map(|(what, file)| Some((what, file?)))
    {
        if !written(&file.sha256) {
            return Err(broken(format!(
                "not the {what} of this run: no provenance record wrote this file, sha256 {}",
                file.sha256
            ))
            .in_file(&file.name));
        }
    }
    let used = [
        ("org units", ends.org_units),
        ("exceptions", ends.exceptions),
    ];
    for (what, file) in used
        .into_iter()
        .filter_map(|(what, file)| Some((what, file?)))
    {
        if !read(&file.sha256) && !written(&file.sha256) {
            return Err(broken(format!(
                "not the {what} of this run: no provenance record read it, sha256 {}",
                file.sha256
            ))
            .in_file(&file.name));
        }
    }
    Ok(())
}

/// Records in the order in which their files were made: whoever wrote an input comes before its reader.
pub(crate) fn in_order(mut records: Vec<ProvenanceFile>) -> Vec<ProvenanceFile> {
    let mut ordered: Vec<ProvenanceFile> = Vec::with_capacity(records.len());
    while !records.is_empty() {
        let is_ready = |record: &ProvenanceFile| {
            let others = records.iter().filter(|other| !std::ptr::eq(*other, record));
            let mut waiting = others.flat_map(|other| &other.outputs);
            !waiting.any(|output| {
                record
                    .inputs
                    .iter()
                    .any(|input| input.sha256 == output.sha256)
            })
        };
        let next = records.iter().position(is_ready).unwrap_or(0);
        ordered.push(records.remove(next));
    }
    ordered
}
