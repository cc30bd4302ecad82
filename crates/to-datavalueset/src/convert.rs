//! One moment after the other: people, whole numbers, values.

use std::collections::{BTreeSet, HashMap};

use pop_cli::{Consent, Console, Finding, ResultExt, ToolError, thousands};
use pop_datavalues::layout::{Layout, LayoutError};
use pop_datavalues::moment::{Moment, states_first_of_january};
use pop_datavalues::people::{self, Rounding as Whole};
use pop_datavalues::recipe::Recipe;
use pop_datavalues::{BandSet, Filled, Hierarchy, IdSchemes, Mapping, Metadata, People, Text};
use pop_sums::SumsTable;

use crate::consent::MIXED_RELEASES;
use crate::{Rounding, ToDataValueSet, ids, units, upper};

/// Everything that stays the same over the moments of a run.
pub(crate) struct Run<'a> {
    pub(crate) args: &'a ToDataValueSet,
    pub(crate) table: &'a SumsTable,
    pub(crate) metadata: Option<&'a Metadata>,
    pub(crate) mapping: &'a Mapping,
    pub(crate) recipe: &'a Recipe,
    pub(crate) levels: &'a [u32],
}

/// A moment, converted.
pub(crate) struct Converted {
    pub(crate) moment: Moment,
    pub(crate) source: String,
    pub(crate) reference: String,
    pub(crate) judged: units::Judged,
    /// The layers of its years, in the order of the columns, with weights.
    pub(crate) years: Vec<(Vec<u32>, f64)>,
    pub(crate) people: People,
    pub(crate) bands: BandSet,
    pub(crate) layout: Layout,
    pub(crate) filled: Filled,
    /// Comments by target.
    pub(crate) comments: Vec<Text>,
    /// Ids of the units that have values.
    pub(crate) ids: HashMap<u32, Text>,
    pub(crate) schemes: IdSchemes,
}

/// The layers of a moment's years, in the same order for each, with the years' weights.
pub(crate) fn layers(
    table: &SumsTable,
    moment: &Moment,
) -> Result<Vec<(Vec<u32>, f64)>, ToolError> {
    let of = |year: Option<i32>| {
        let hits = table
            .layers
            .iter()
            .enumerate()
            .filter(move |(_, layer)| layer.year == year);
        hits.map(|(index, _)| index as u32).collect::<Vec<u32>>()
    };
    let years: Vec<Vec<u32>> = moment.parts.iter().map(|(year, _)| of(*year)).collect();
    let aligned = people::aligned(table, &years).or_data()?;
    Ok(aligned
        .into_iter()
        .zip(moment.parts.iter().map(|(_, weight)| *weight))
        .collect())
}

/// Lays the targets out over the bands of a moment.
pub(crate) fn lay_out(
    recipe: &Recipe,
    mapping: &Mapping,
    bands: &BandSet,
) -> Result<Layout, ToolError> {
    Layout::new(&recipe.targets, bands, mapping.total, mapping.bands).map_err(|e| {
        let hint = match &e {
            LayoutError::NoSplit { .. } => {
                "say in the mapping how: split = \"uniform\" or \"sprague\", for the file or the entry"
            }
            LayoutError::OtherScheme { .. } => {
                "if the last band is meant to be 80-84, say bands = 20 in the mapping"
            }
            _ => return ToolError::data(e),
        };
        ToolError::data(e).hint(hint)
    })
}

impl Run<'_> {
    /// Converts one moment.
    pub(crate) fn convert(
        &self,
        moment: Moment,
        consent: &mut Consent,
        console: &Console,
    ) -> Result<Converted, ToolError> {
        let years = layers(self.table, &moment)?;
        let first = years
            .first()
            .map(|(layers, _)| layers.as_slice())
            .unwrap_or_default();
        let bands = BandSet::new(&people::layers(self.table, first))
            .or_data()
            .map_err(|e| e.in_file(self.args.sums()))?;
        let layout =
            lay_out(self.recipe, self.mapping, &bands).map_err(|e| e.in_file(self.args.sums()))?;
        let source = self.one_source(&years, consent)?;
        let judged = units::Judge {
            table: self.table,
            level: self.levels.last().copied(),
            years: &years,
            bands: &bands,
            consent,
            console,
        }
        .judge()?;
        let hierarchy = Hierarchy::above(self.table, &judged.valued).or_data()?;
        let people = People::new(self.table, &hierarchy.units, &years).or_data()?;
        let rounding = match self.args.round {
            Rounding::Hierarchy => Some(Whole::Hierarchy),
            Rounding::Each => Some(Whole::Each),
            Rounding::None => None,
        };
        let filled = Filled::new(&hierarchy, &people, &bands, &layout, rounding).or_data()?;
        let reference = match moment.day() {
            Some(day) if states_first_of_january(&source) => day,
            _ => "unstated".to_owned(),
        };
        let comments = self.comments(&moment, &source, &reference, first, &layout);
        for uncovered in &self.recipe.uncovered {
            let people = uncovered.people(&people, &bands);
            let people = people.map_or("an unknown number of".to_owned(), |n| thousands(n, 0));
            console.warn(&format!("{}: {uncovered}: {people} people", moment.period));
        }
        let mut named = judged.valued.clone();
        named.extend(
            upper::above(self.table, self.levels, &people.units)
                .iter()
                .map(|(unit, _)| *unit),
        );
        let (ids, schemes) =
            ids::org_units(self.table, &named, self.args.org_unit_ids, self.metadata)
                .map_err(|e| e.in_file(self.args.sums()))?;
        Ok(Converted {
            moment,
            source,
            reference,
            judged,
            years,
            people,
            bands,
            layout,
            filled,
            comments,
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
                return Err(Consent::refusal(
                    MIXED_RELEASES,
                    "mixture of products or releases",
                    &refused,
                ));
            }
        }
        Ok(list.join("+"))
    }
}
