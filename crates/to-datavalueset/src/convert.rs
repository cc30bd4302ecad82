//! One reference period after the other: people, whole numbers, values.

use std::collections::{BTreeSet, HashMap};

use pop_cli::{Consent, Console, Finding, ResultExt, ToolError, thousands};
use pop_datavalues::composition::{Composition, CompositionError};
use pop_datavalues::population_table;
use pop_datavalues::reference_period::{ReferencePeriod, states_first_of_january};
use pop_datavalues::resolved_mapping::ResolvedMapping;
use pop_datavalues::target_values::Rounding as WholeNumbers;
use pop_datavalues::{
    BandSet, Comment, Hierarchy, IdSchemes, Mapping, Metadata, PopulationTable, TargetValues, Text,
};
use pop_sums::SumsTable;

use crate::consent::MIXED_RELEASES;
use crate::raked::RakedValues;
use crate::{Rounding, ToDataValueSet, ids, unit_judgement, upper_levels};

/// Everything that stays the same over the reference periods of a run.
pub(crate) struct Conversion<'a> {
    pub(crate) args: &'a ToDataValueSet,
    pub(crate) table: &'a SumsTable,
    pub(crate) metadata: Option<&'a Metadata>,
    pub(crate) mapping: &'a Mapping,
    pub(crate) resolved: &'a ResolvedMapping,
    pub(crate) levels: &'a [u32],
}

/// A reference period, converted.
pub(crate) struct ConvertedPeriod {
    pub(crate) ref_period: ReferencePeriod,
    pub(crate) source: String,
    pub(crate) reference: String,
    pub(crate) judged: unit_judgement::JudgedUnits,
    /// The layers of its years, in the order of the columns, with weights.
    pub(crate) years: Vec<(Vec<u32>, f64)>,
    pub(crate) people: PopulationTable,
    pub(crate) bands: BandSet,
    pub(crate) composition: Composition,
    pub(crate) target_values: TargetValues,
    /// Comments by target.
    pub(crate) comments: Vec<Comment>,
    /// What raking did to them.
    pub(crate) raked: Option<RakedValues>,
    /// Ids of the units that have values.
    pub(crate) ids: HashMap<u32, Text>,
    pub(crate) schemes: IdSchemes,
}

/// The layers of a reference period's years, in the same order for each, with the years' weights.
pub(crate) fn layers(
    table: &SumsTable,
    ref_period: &ReferencePeriod,
) -> Result<Vec<(Vec<u32>, f64)>, ToolError> {
    let of = |year: Option<i32>| {
        let hits = table
            .layers
            .iter()
            .enumerate()
            .filter(move |(_, layer)| layer.year == year);
        hits.map(|(index, _)| index as u32).collect::<Vec<u32>>()
    };
    let years: Vec<Vec<u32>> = ref_period.parts.iter().map(|(year, _)| of(*year)).collect();
    let aligned = population_table::aligned(table, &years).or_data()?;
    Ok(aligned
        .into_iter()
        .zip(ref_period.parts.iter().map(|(_, weight)| *weight))
        .collect())
}

/// Lays the targets out over the bands of a reference period.
pub(crate) fn lay_out(
    resolved: &ResolvedMapping,
    mapping: &Mapping,
    bands: &BandSet,
) -> Result<Composition, ToolError> {
    Composition::new(&resolved.targets, bands, mapping.total, mapping.bands).map_err(|e| {
        let hint = match &e {
            CompositionError::NoSplit { .. } => {
                "say in the mapping how: split = \"uniform\" or \"sprague\", for the file or the entry"
            }
            CompositionError::OtherScheme { .. } => {
                "if the last band is meant to be 80-84, say bands = 20 in the mapping"
            }
            _ => return ToolError::data(e),
        };
        ToolError::data(e).hint(hint)
    })
}

impl Conversion<'_> {
    /// Converts one reference period.
    pub(crate) fn convert(
        &self,
        ref_period: ReferencePeriod,
        consent: &mut Consent,
        console: &Console,
    ) -> Result<ConvertedPeriod, ToolError> {
        let years = layers(self.table, &ref_period)?;
        let first = years
            .first()
            .map(|(layers, _)| layers.as_slice())
            .unwrap_or_default();
        let bands = BandSet::new(&population_table::layers(self.table, first))
            .or_data()
            .map_err(|e| e.in_file(self.args.sums()))?;
        let composition = lay_out(self.resolved, self.mapping, &bands)
            .map_err(|e| e.in_file(self.args.sums()))?;
        let source = self.one_source(&years, consent)?;
        let judged = unit_judgement::UnitJudge {
            table: self.table,
            level: self.levels.last().copied(),
            years: &years,
            bands: &bands,
            consent,
            console,
        }
        .judge()?;
        let hierarchy = Hierarchy::above(self.table, &judged.valued).or_data()?;
        let people = PopulationTable::new(self.table, &hierarchy.units, &years).or_data()?;
        let rounding = match self.args.round {
            Rounding::Hierarchy => Some(WholeNumbers::Hierarchy),
            Rounding::Each => Some(WholeNumbers::Each),
            Rounding::None => None,
        };
        let target_values =
            TargetValues::new(&hierarchy, &people, &bands, &composition, rounding).or_data()?;
        let raked = RakedValues::new(self.table, &years, &hierarchy, &bands, &composition)?;
        let reference = match ref_period.day() {
            Some(day) if states_first_of_january(&source) => day,
            _ => "unstated".to_owned(),
        };
        let comments = self.comments(&ref_period, &source, &reference, first, &composition);
        for uncovered in &self.resolved.uncovered {
            let people = people.uncovered(uncovered, &bands);
            let people = people.map_or("an unknown number of".to_owned(), |n| thousands(n, 0));
            console.warn(&format!(
                "{}: {uncovered}: {people} people",
                ref_period.period
            ));
        }
        let mut named = judged.valued.clone();
        named.extend(
            upper_levels::above(self.table, self.levels, &people.units)
                .iter()
                .map(|(unit, _)| *unit),
        );
        let (ids, schemes) =
            ids::org_units(self.table, &named, self.args.org_unit_ids, self.metadata)
                .map_err(|e| e.in_file(self.args.sums()))?;
        Ok(ConvertedPeriod {
            ref_period,
            source,
            reference,
            judged,
            years,
            people,
            bands,
            composition,
            target_values,
            comments,
            raked,
            ids,
            schemes,
        })
    }

    /// What the rasters are: one thing, unless mixing was allowed.
    fn one_source(
        &self,
        years: &[(Vec<u32>, f64)],
        consent: &mut Consent,
    ) -> Result<String, ToolError> {
        let all = years.iter().flat_map(|(layers, _)| layers);
        let sources: BTreeSet<&str> = all
            .map(|&layer| self.table.layers[layer as usize].source.as_str())
            .collect();
        let list: Vec<&str> = sources.into_iter().collect();
        if list.len() > 1 {
            let named =
                |source: &&str| if source.is_empty() { "unknown" } else { source }.to_owned();
            let found = list.iter().map(named).collect::<Vec<_>>().join(" and ");
            let finding = Finding {
                unit: found,
                detail: String::new(),
            };
            let refused = consent.judge(MIXED_RELEASES, vec![finding]).refused;
            if !refused.is_empty() {
                return Err(consent.refusal(
                    MIXED_RELEASES,
                    "mixture of products or releases",
                    &refused,
                ));
            }
        }
        Ok(list.join("+"))
    }
}
