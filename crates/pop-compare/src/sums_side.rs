//! A side of sums.

use std::collections::{BTreeSet, HashMap};

use pop_datavalues::Text;
use pop_sums::{SumsTable, Unit as SumsUnit};

use crate::side::{Side, SideBuilder, SideKind};
use crate::{CompareError, Dimensions, Figure, Unit, UnitKey};

/// What the units of a stream are matched by.
pub(crate) struct UnitKeys<'a> {
    by: UnitKey,
    /// Codes by id.
    codes: HashMap<&'a str, Text>,
}

impl<'a> UnitKeys<'a> {
    /// # Errors
    /// Two units with one code.
    pub(crate) fn new(table: &'a SumsTable, by: UnitKey) -> Result<Self, CompareError> {
        let mut codes = HashMap::new();
        let mut ids: HashMap<Text, &str> = HashMap::new();
        for unit in table.units.iter().filter(|_| by == UnitKey::Code) {
            let Some(code) = unit.code.as_deref() else {
                continue;
            };
            let code: Text = code.into();
            if let Some(first) = ids.insert(Text::clone(&code), &unit.id) {
                return Err(CompareError::CodeTwice {
                    code: code.to_string(),
                    first: first.to_owned(),
                    second: unit.id.to_string(),
                });
            }
            codes.insert(&*unit.id, code);
        }
        Ok(Self { by, codes })
    }

    /// A unit of the stream as a side has it.
    ///
    /// # Errors
    /// A unit without a code.
    pub(crate) fn unit(&self, unit: &SumsUnit) -> Result<Unit, CompareError> {
        let (key, parent, path) = match self.by {
            UnitKey::Id => (
                Text::clone(&unit.id),
                unit.parent().map(Text::from),
                unit.path.clone(),
            ),
            UnitKey::Code => {
                let code = self.codes.get(&*unit.id);
                let code = code.ok_or_else(|| CompareError::NoCode(unit.id.to_string()))?;
                let parent = unit.parent();
                let parent_code =
                    parent.map(|id| self.codes.get(id).map_or_else(|| id.into(), Text::clone));
                (Text::clone(code), parent_code, None)
            }
        };
        Ok(Unit {
            key,
            code: unit.code.clone(),
            name: unit.name.clone(),
            level: unit.depth(),
            parent,
            path,
        })
    }
}

impl Side {
    /// A side of sums, of one level where it is named.
    ///
    /// # Errors
    /// [`CompareError`] for keys that are there twice, units without a code, several sources.
    pub fn from_sums(
        table: &SumsTable,
        by: UnitKey,
        level: Option<u32>,
    ) -> Result<Self, CompareError> {
        let mut side = SideBuilder::new(SideKind::Sums);
        let keys = UnitKeys::new(table, by)?;
        let mut units: Vec<Option<u32>> = vec![None; table.units.len()];
        let mut layers: Vec<Option<u32>> = vec![None; table.layers.len()];
        let mut sources: BTreeSet<&str> = BTreeSet::new();
        for sum in &table.sums {
            let (unit, layer) = (table.unit(sum), table.layer(sum));
            if level.is_some() && unit.depth() != level {
                continue;
            }
            let unit = match &mut units[sum.unit as usize] {
                Some(index) => *index,
                slot => *slot.insert(side.unit(keys.unit(unit)?)),
            };
            let dimensions = match &mut layers[sum.layer as usize] {
                Some(index) => *index,
                slot => {
                    sources.insert(&layer.source);
                    let band = layer.band();
                    *slot.insert(side.dimensions(Dimensions {
                        year: layer.year,
                        sex: layer.sex,
                        age_from: band.map(|band| band.from),
                        age_to: band.and_then(|band| band.to),
                        ..Dimensions::default()
                    }))
                }
            };
            side.figure(Figure {
                unit,
                dimensions,
                value: sum.population(),
                unadjusted: sum.unadjusted(),
            });
        }
        let sources: Vec<&str> = sources.into_iter().collect();
        match sources.as_slice() {
            [] => return Err(CompareError::Empty),
            [source] => (*source).clone_into(&mut side.summary.source),
            _ => return Err(CompareError::MixedSources(sources.join(" and "))),
        }
        side.finish()
    }
}
