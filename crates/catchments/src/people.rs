//! The people of catchments by distance: sums of the catchments of several limits, beside each other.

use std::collections::{BTreeMap, BTreeSet};

use pop_cli::{Console, ToolError, shortened_list};
use pop_sums::{Layer, Reason, Sex, SumsTable};
use sums_inputs::SumsArgs;

use crate::Catchments;
use crate::features::{Feature, FeatureKind};
use crate::length::SumsOfLimit;

/// People within some limits, by unit; of an unserved part, people beyond them.
#[derive(Debug, Default)]
pub(crate) struct People {
    /// The limits, shortest first.
    pub(crate) limits: Vec<String>,
    /// A number for each limit; `None` where the sums have none.
    by_unit: BTreeMap<String, Vec<Option<f64>>>,
    /// Parents that have unserved people, with the name of their unserved part.
    pub(crate) unserved: BTreeMap<String, String>,
}

impl People {
    /// Reads the sums of every limit that the command line names.
    pub(crate) fn read(args: &Catchments, console: &mut Console) -> Result<Self, ToolError> {
        let mut named: Vec<&SumsOfLimit> = args.sums.iter().collect();
        named.sort_by(|a, b| a.metres.total_cmp(&b.metres));
        if let Some(pair) = named
            .windows(2)
            .find(|pair| pair[0].metres == pair[1].metres)
        {
            return Err(ToolError::usage(format!(
                "--sums: two files for {}: {} and {}",
                pair[0].limit, pair[0].file, pair[1].file
            ))
            .hint("name one file of sums for each limit"));
        }
        let mut people = Self {
            limits: named.iter().map(|sums| sums.limit.clone()).collect(),
            ..Self::default()
        };
        let mut first: Option<(Layer, &str)> = None;
        for (column, sums) in named.iter().enumerate() {
            let table = SumsArgs::default().read("sums", &sums.file, console)?;
            let refused = |problem: String| {
                ToolError::data(problem)
                    .in_file(&sums.file)
                    .hint(ONE_RASTER)
            };
            let layer = whole_population(&table).map_err(refused)?;
            match &first {
                None => first = Some((layer.clone(), &sums.file)),
                Some((other, file)) => check_same(layer, other, file).map_err(refused)?,
            }
            people.add(column, &table);
        }
        Ok(people)
    }

    fn add(&mut self, column: usize, table: &SumsTable) {
        let limits = self.limits.len();
        for sum in &table.sums {
            let unit = table.unit(sum);
            let mut id = unit.id.to_string();
            if table.reasons(sum).contains(&Reason::Unserved) {
                let parent = unit.parent().unwrap_or_default().to_owned();
                id = part_of(&parent);
                self.unserved
                    .entry(parent)
                    .or_insert_with(|| unit.name.clone().unwrap_or_default().to_string());
            }
            let reasons = table.reasons(sum);
            if reasons.contains(&Reason::SamePlace) {
                continue;
            }
            let known = self.by_unit.entry(id).or_insert_with(|| vec![None; limits]);
            if let Some(people) = sum.population() {
                // The parts that another parent's facility reaches are unserved as well.
                *known[column].get_or_insert(0.0) += people;
            } else if reasons.contains(&Reason::NoArea) {
                // A facility outside of its parent may reach none of it within a short limit, and some within a longer one.
                known[column] = Some(0.0);
            }
        }
    }

    /// Whether the sums are those of these features.
    pub(crate) fn check<'a>(
        &self,
        features: impl Iterator<Item = &'a Feature>,
    ) -> Result<(), ToolError> {
        if self.limits.is_empty() {
            return Ok(());
        }
        let catchments: BTreeSet<&str> = features
            .filter(|feature| feature.kind == FeatureKind::Catchment)
            .map(|feature| feature.unit.id.as_str())
            .collect();
        let missing: Vec<&str> = (catchments.iter().copied())
            .filter(|id| !self.by_unit.contains_key(*id))
            .collect();
        if !missing.is_empty() {
            return Err(ToolError::data(format!(
                "--sums: no row for {}: {}",
                pop_cli::counted(missing.len(), "catchment"),
                shortened_list(&missing)
            ))
            .hint("sum the catchments of the same facilities and parents, one file a limit"));
        }
        for id in catchments {
            let people = self.within(id);
            for (place, pair) in people.windows(2).enumerate() {
                if let [Some(shorter), Some(longer)] = pair
                    && shorter - longer > 1e-6 * shorter.max(1.0)
                {
                    return Err(ToolError::data(format!(
                        "--sums: {id} has {shorter:.1} people within {} and {longer:.1} within {}",
                        self.limits[place],
                        self.limits[place + 1]
                    ))
                    .hint("give each file the limit of its catchments; all with the same --tolerance, raster and facilities"));
                }
            }
        }
        Ok(())
    }

    /// The people of a unit within each limit.
    pub(crate) fn within(&self, unit: &str) -> Vec<Option<f64>> {
        let found = self.by_unit.get(unit).cloned();
        found.unwrap_or_else(|| vec![None; self.limits.len()])
    }

    /// The people of a parent beyond each limit of its facilities.
    pub(crate) fn beyond(&self, parent: &str) -> Vec<Option<f64>> {
        self.within(&part_of(parent))
    }
}

/// What to sum.
const ONE_RASTER: &str =
    "sum the catchments of each limit over the same raster of the whole population: zonal-sum -r";

/// The one raster of a table, where it counts everybody.
fn whole_population(table: &SumsTable) -> Result<&Layer, String> {
    let [layer] = table.layers.as_slice() else {
        return Err(format!(
            "sums of {}, expected those of one raster, of the whole population",
            pop_cli::counted(table.layers.len(), "raster")
        ));
    };
    if layer.counts_everybody() {
        return Ok(layer);
    }
    Err(format!(
        "sums of a part of the people (raster {}: sex {}, ages {}), expected those of the whole population",
        layer.raster,
        layer.sex.unwrap_or(Sex::Total),
        layer
            .band()
            .map_or_else(|| "all".to_owned(), |band| band.to_string()),
    ))
}

/// Whether the sums of two limits are of one product, year and method: people within 2 km are some of those within 5 km.
fn check_same(layer: &Layer, other: &Layer, file: &str) -> Result<(), String> {
    let year = |layer: &Layer| layer.year.map_or_else(String::new, |year| year.to_string());
    for (what, found, expected) in [
        ("year", year(layer), year(other)),
        ("source", layer.source.clone(), other.source.clone()),
        ("method", layer.method.clone(), other.method.clone()),
    ] {
        if found != expected {
            return Err(format!(
                "sums of {what} {found:?}, expected {expected:?} as in {file}"
            ));
        }
    }
    Ok(())
}

/// Where the unserved people of a parent are kept: not a valid id of a unit.
fn part_of(parent: &str) -> String {
    format!("{parent}/unserved")
}

#[cfg(test)]
mod tests {
    use pop_sums::{ReadOptions, read};

    use super::*;

    fn table(rows: &str) -> SumsTable {
        let text = format!("org_unit,name,level,path,raster,population,status,reasons\n{rows}");
        read(text.as_bytes(), &ReadOptions::default()).unwrap()
    }

    #[test]
    fn both_unserved_parts_of_a_parent_are_its_unserved_people() {
        let mut people = People {
            limits: vec!["2km".to_owned(), "5km".to_owned()],
            ..People::default()
        };
        let unserved = "P-unserved,North: unserved,3,/P/P-unserved,x,60,ok,unserved\n\
                        P-unserved-in-reach,,3,/P/P-unserved-in-reach,x,5,ok,unserved;in-reach-of-other-parent\n";
        people.add(0, &table(&format!("F,Fa,3,/P/F,x,30,ok,\n{unserved}")));
        people.add(1, &table("F,Fa,3,/P/F,x,95,ok,\n"));
        assert_eq!(people.within("F"), [Some(30.0), Some(95.0)]);
        assert_eq!(people.beyond("P"), [Some(65.0), None]);
        assert_eq!(people.within("G"), [None, None]);
    }
}
