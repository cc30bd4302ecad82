//! One moment after the other: people, whole numbers, values.

use std::collections::{BTreeSet, HashMap};

use pop_cli::{Consent, Console, Finding, ResultExt, ToolError};
use pop_datavalues::layout::{Layout, Source};
use pop_datavalues::moment::{self, Moment, states_first_of_january};
use pop_datavalues::people::{self, Rounding as Whole};
use pop_datavalues::recipe::{Recipe, Target};
use pop_datavalues::{
    BandSet, Comment, DataValue, Filled, Hierarchy, IdSchemes, Mapping, Metadata, People, Text,
    number,
};
use pop_sums::SumTable;

use crate::consent::MIXED_RELEASES;
use crate::{Rounding, ToDataValueSet, ids, units, upper};

/// Everything that stays the same over the moments of a run.
pub(crate) struct Run<'a> {
    pub(crate) args: &'a ToDataValueSet,
    pub(crate) table: &'a SumTable,
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
pub(crate) fn layers(table: &SumTable, moment: &Moment) -> Result<Vec<(Vec<u32>, f64)>, ToolError> {
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
            .map_err(|e| e.in_file(&self.args.sums))?;
        let layout = Layout::new(
            &self.recipe.targets,
            &bands,
            self.mapping.total,
            self.mapping.bands,
        )
        .or_data()
        .map_err(|e| e.in_file(&self.args.sums))?;
        let source = self.one_source(&years, consent)?;
        let all: Vec<u32> = years
            .iter()
            .flat_map(|(layers, _)| layers.iter().copied())
            .collect();
        let deepest: Vec<u32> = self.levels.last().copied().into_iter().collect();
        let judged = units::judge(self.table, &deepest, &all, consent, console)?;
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
        let mut named = judged.valued.clone();
        named.extend(
            upper::above(self.table, self.levels, &people.units)
                .iter()
                .map(|(unit, _)| *unit),
        );
        let (ids, schemes) =
            ids::org_units(self.table, &named, self.args.org_unit_ids, self.metadata)
                .map_err(|e| e.in_file(&self.args.sums))?;
        Ok(Converted {
            moment,
            source,
            reference,
            judged,
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

    fn comments(
        &self,
        moment: &Moment,
        source: &str,
        reference: &str,
        layers: &[u32],
        layout: &Layout,
    ) -> Vec<Text> {
        let method = |target: &Target, made_of: &Source| {
            let rules: BTreeSet<&str> = made_of
                .columns()
                .into_iter()
                .map(|column| self.table.layers[layers[column] as usize].method.as_str())
                .filter(|rule| !rule.is_empty())
                .collect();
            let mut words: Vec<&str> = rules.into_iter().collect();
            if words.is_empty() {
                words.push("unknown");
            }
            words.extend(moment.method);
            if made_of.is_split() {
                words.push(match made_of {
                    Source::Pieces(_) => target.split.map_or("uniform", |split| split.word()),
                    Source::Weighted(_) => "weights",
                });
            }
            if target.rate.is_some() {
                words.push("rate");
            }
            words.join("+")
        };
        self.recipe
            .targets
            .iter()
            .zip(&layout.sources)
            .map(|(target, made_of)| {
                let comment = Comment {
                    source: source.to_owned(),
                    method: method(target, made_of),
                    reference: reference.to_owned(),
                    note: self.mapping.comment.clone(),
                };
                comment.to_string().into()
            })
            .collect()
    }

    /// Adds the values of some targets to a set, in the order of the units in the sums, then of the targets;
    /// `units` gets the unit of each.
    pub(crate) fn add_values(
        &self,
        converted: &Converted,
        targets: &[usize],
        units: &mut Vec<u32>,
        values: &mut Vec<DataValue>,
    ) -> Result<(), ToolError> {
        let period: Text = converted.moment.period.as_str().into();
        let mut rows: Vec<(u32, Vec<usize>)> = converted
            .people
            .units
            .iter()
            .enumerate()
            .map(|(row, &unit)| (unit, vec![row]))
            .collect();
        rows.extend(upper::above(
            self.table,
            self.levels,
            &converted.people.units,
        ));
        rows.sort_unstable();
        units.reserve_exact(rows.len() * targets.len());
        values.reserve_exact(rows.len() * targets.len());
        for (unit, rows) in rows {
            for &target in targets {
                let wanted = &self.recipe.targets[target];
                let place = |e: ToolError| {
                    e.at(format!(
                        "{} {}",
                        self.table.units[unit as usize].id, wanted.element
                    ))
                };
                units.push(unit);
                values.push(DataValue {
                    data_element: Text::clone(&wanted.data_element),
                    period: Text::clone(&period),
                    org_unit: Text::clone(&converted.ids[&unit]),
                    category_option_combo: wanted.option_combo.clone(),
                    attribute_option_combo: self.recipe.attribute_option_combo.clone(),
                    value: self.text(converted, target, &rows).map_err(place)?,
                    comment: Some(Text::clone(&converted.comments[target])),
                    deleted: false,
                });
            }
        }
        Ok(())
    }

    fn text(
        &self,
        converted: &Converted,
        target: usize,
        rows: &[usize],
    ) -> Result<Box<str>, ToolError> {
        let filled = &converted.filled;
        let at = |row: &usize| row * filled.targets + target;
        if self.args.round == Rounding::None {
            let exact: f64 = rows.iter().map(|row| filled.exact[at(row)]).sum();
            return Ok(number::fixed(exact, self.args.decimals.into()));
        }
        let whole: i64 = rows.iter().map(|row| filled.whole[at(row)]).sum();
        if whole > number::LARGEST {
            return Err(ToolError::data(format!(
                "{whole} is more than DHIS2 can store, which is {}",
                number::LARGEST
            )));
        }
        Ok(number::whole(whole))
    }
}

/// The moments of a run, from the years of the sums.
pub(crate) fn moments(
    args: &ToDataValueSet,
    table: &SumTable,
    metadata: Option<&Metadata>,
    mapping: &Mapping,
    recipe: &Recipe,
) -> Result<Vec<Moment>, ToolError> {
    let asked = args
        .period
        .as_deref()
        .map(|text| {
            text.parse::<pop_datavalues::Period>()
                .map_err(|e| ToolError::usage(format!("--period: {e}")))
        })
        .transpose()?;
    let of_set = || {
        let set = recipe
            .targets
            .iter()
            .find_map(|target| target.data_set.as_deref())?;
        metadata?.data_set(set).ok()?.period_type.parse().ok()
    };
    let kind = args
        .period_type
        .or_else(of_set)
        .unwrap_or(pop_datavalues::PeriodType::Yearly);
    let rules = moment::Rules {
        kind,
        reference: match args.reference {
            crate::Reference::AsPublished => moment::Reference::AsPublished,
            crate::Reference::MidYear => moment::Reference::MidYear,
        },
        year_rule: args.year_rule.map(|rule| match rule {
            crate::YearRule::Start => moment::YearRule::Start,
            crate::YearRule::End => moment::YearRule::End,
            crate::YearRule::Majority => moment::YearRule::Majority,
        }),
        within_year: match args.within_year {
            crate::WithinYear::Repeat => moment::WithinYear::Repeat,
            crate::WithinYear::Linear => moment::WithinYear::Linear,
        },
    };
    let years: BTreeSet<Option<i32>> = table.layers.iter().map(|layer| layer.year).collect();
    let calendar = metadata.map_or("iso8601", |metadata| &metadata.calendar);
    moment::moments(&years, asked, &rules, calendar, &mapping.periods).map_err(|e| {
        let hint = match &e {
            moment::MomentError::NoYear => "name the period: --period 2025",
            moment::MomentError::NoRule(_) | moment::MomentError::Tie(_) => "choose the year: --year-rule start or end",
            moment::MomentError::NextYear { .. } => "sum the raster of the next year too, or leave the mixing out",
            moment::MomentError::Calendar(_) | moment::MomentError::NotInTable(_) => {
                "write the server's own text for each year into the mapping: [periods] 2025 = \"2017\""
            }
            _ => return ToolError::data(e),
        };
        ToolError::data(e).hint(hint)
    })
}
