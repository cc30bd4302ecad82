//! The page's content from the files of a run.

mod ages;
mod comparison;
mod map;
mod missing;
mod plan;
mod pyramids;

use std::collections::BTreeMap;

use pop_cli::ExceptionEntry;
use pop_geo::{OrgUnit, OrgUnitSet};
use pop_messages::Messages;
use pop_page::{
    Balance, BalanceLine, Exception, Hashes, ProvenanceFile as PageFile, ProvenanceRecord, Raking,
    RakingLine, Review,
};
use pop_sums::SumsTable;

use crate::agreement::NamedFile;
use crate::documents::balance::BalanceFile;
use crate::documents::comparison::ComparisonFile;
use crate::documents::plan::PlanFile;
use crate::documents::provenance::{Artefact, ProvenanceFile};
use crate::documents::raking::RakingFile;

/// What the page is about.
pub(crate) enum Subject<'a> {
    Plan(Box<PlanFile<'a>>),
    Comparison(ComparisonFile),
}

impl Subject<'_> {
    /// The units that have a row.
    pub(crate) fn unit_ids(&self) -> Vec<&str> {
        match self {
            Self::Plan(plan) => plan
                .sums
                .iter()
                .flat_map(|sums| &sums.units)
                .map(|unit| unit.org_unit.as_str())
                .collect(),
            Self::Comparison(comparison) => comparison
                .figures
                .iter()
                .map(|figure| figure.org_unit.as_str())
                .collect(),
        }
    }
}

/// The files beside the subject.
#[derive(Default)]
pub(crate) struct ReviewInputs {
    pub(crate) org_units: Option<(NamedFile, OrgUnitSet)>,
    pub(crate) balance: Option<(NamedFile, BalanceFile)>,
    pub(crate) sums: Option<(NamedFile, SumsTable)>,
    pub(crate) raking: Option<(NamedFile, RakingFile)>,
    pub(crate) exceptions: Option<(NamedFile, Vec<ExceptionEntry>)>,
    /// In the order in which their files were made.
    pub(crate) provenance: Vec<ProvenanceFile>,
}

impl ReviewInputs {
    /// Names of the org units, by every id that a file may use.
    fn names(&self) -> BTreeMap<&str, &str> {
        self.by_id(|unit| unit.name.as_deref())
    }

    /// Ids of the units above the org units.
    fn parents(&self) -> BTreeMap<&str, &str> {
        self.by_id(|unit| unit.parent.as_deref())
    }

    fn by_id<'a>(
        &'a self,
        of: impl Fn(&'a OrgUnit) -> Option<&'a str>,
    ) -> BTreeMap<&'a str, &'a str> {
        let units = self.org_units.iter().flat_map(|(_, units)| &units.units);
        units
            .filter_map(|unit| Some((unit, of(unit)?)))
            .flat_map(|(unit, text)| {
                let ids = [
                    Some(unit.id.as_str()),
                    unit.uid.as_deref(),
                    unit.code.as_deref(),
                ];
                ids.into_iter().flatten().map(move |id| (id, text))
            })
            .collect()
    }
}

/// Puts the page's content together. `sha256` is that of the plan or comparison.
pub(crate) fn assemble(
    subject: &Subject<'_>,
    sha256: String,
    files: &ReviewInputs,
    messages: &Messages,
) -> Review {
    let names = files.names();
    let mut review = match subject {
        Subject::Plan(plan) => plan::review(plan, &names),
        Subject::Comparison(comparison) => {
            comparison::review(comparison, &names, &files.parents(), messages)
        }
    };
    review.hashes = Hashes {
        plan: sha256,
        payload: match subject {
            Subject::Plan(plan) => Some(plan.payload.clone()),
            Subject::Comparison(_) => None,
        },
    };
    let drawn = files
        .org_units
        .as_ref()
        .map(|(_, units)| map::drawn_units(units, &review));
    review.missing = missing::units(&review, drawn.as_deref(), files, &names);
    review.map = drawn.map(|drawn| map::figure(&drawn, &review));
    review.exceptions = files.exceptions.as_ref().map(|(_, entries)| {
        let entry = |entry: &ExceptionEntry| Exception {
            unit: entry.unit.clone(),
            name: names
                .get(entry.unit.as_str())
                .map_or_else(String::new, |name| (*name).to_owned()),
            kind: entry.kind.clone(),
            reason: entry.reason.clone(),
        };
        entries.iter().map(entry).collect()
    });
    review.balance = files.balance.as_ref().map(|(_, file)| balances(file));
    review.country_pyramid = files
        .balance
        .as_ref()
        .and_then(|(_, file)| pyramids::of_country(file));
    review.unit_pyramids = files
        .sums
        .as_ref()
        .map(|(_, sums)| pyramids::of_flagged_units(sums, &review));
    review.raking = files.raking.as_ref().map(|(_, file)| raking(file));
    if !files.provenance.is_empty() {
        review.provenance = Some(files.provenance.iter().map(provenance).collect());
    }
    review
}

fn balances(file: &BalanceFile) -> Vec<Balance> {
    let tables = file.rasters.iter().flat_map(|raster| {
        raster.levels.iter().map(|level| {
            let line = |member: &str, people: f64| BalanceLine {
                member: member.to_owned(),
                people,
            };
            let mut lines = vec![
                line("in_units", level.in_units),
                line("more_than_once", level.more_than_once),
                line("in_no_unit", level.in_no_unit),
                line("inside_incomplete_parents", level.inside_incomplete_parents),
                line("inside_complete_parents", level.inside_complete_parents),
                line("outside_every_unit", level.outside_every_unit),
            ];
            lines.extend(
                raster
                    .outside_clip
                    .map(|people| line("outside_clip", people)),
            );
            lines.push(line("total", raster.total));
            Balance {
                raster: raster.raster.clone(),
                source: raster.source.clone().unwrap_or_default(),
                is_part: !raster.is_of_all_people(),
                level: level.level,
                lines,
            }
        })
    });
    tables.collect()
}

fn raking(file: &RakingFile) -> Raking {
    let label = |name: &Option<String>, id: &str| {
        name.clone()
            .filter(|name| !name.is_empty())
            .unwrap_or_else(|| id.to_owned())
    };
    let controls = file
        .blocks
        .iter()
        .flat_map(|block| &block.controls)
        .map(|control| RakingLine {
            id: control.org_unit.clone(),
            name: label(&control.name, &control.org_unit),
            source: control.source.clone(),
            before: Some(control.before),
            after: control.after,
            factor: control.factor,
            is_flagged: !control.flag.is_empty(),
        });
    let units = file
        .blocks
        .iter()
        .flat_map(|block| &block.units)
        .map(|unit| RakingLine {
            id: unit.org_unit.clone(),
            name: label(&unit.name, &unit.org_unit),
            source: unit.origin.clone(),
            before: Some(unit.before),
            after: Some(unit.after),
            factor: unit.factor,
            is_flagged: !unit.flag.is_empty(),
        });
    Raking {
        controls: controls.collect(),
        units: units.collect(),
        is_suppressed: false,
    }
}

fn provenance(record: &ProvenanceFile) -> ProvenanceRecord {
    let file = |file: &Artefact| PageFile {
        role: file.role.clone(),
        name: file.name.clone(),
        sha256: file.sha256.clone(),
    };
    ProvenanceRecord {
        tool: record.tool.clone(),
        version: record.version.clone(),
        arguments: record.arguments.clone(),
        inputs: record.inputs.iter().map(file).collect(),
        outputs: record.outputs.iter().map(file).collect(),
    }
}
