//! The pieces, as features.

use geo_inputs::{REPAIRED, is_repair_doubtful};
use pop_cli::{Arg, Messages, Output, ResultExt, ToolError};
use pop_geo::{Area, FeatureRecord, FeatureWriter, OrgUnit, Piece, PolygonGeometry, pieces};
use serde_json::value::RawValue;
use serde_json::{Value, json};

use crate::units::{JOINT, Units};

/// The pieces of two sets of units.
pub(crate) struct Features<'a> {
    old: &'a Units,
    new: &'a Units,
    /// By old unit, then what is in no old one.
    pub(crate) pieces: Vec<Piece>,
    /// Units without a polygon.
    bare: Vec<(Option<usize>, Option<usize>)>,
}

/// The areas of units that have one, and whose they are.
fn areas(units: &Units) -> (Vec<usize>, Vec<&Area>) {
    let with_area = units.units.iter().enumerate();
    with_area
        .filter_map(|(index, unit)| Some((index, unit.area()?)))
        .unzip()
}

impl<'a> Features<'a> {
    /// Cuts the units.
    pub(crate) fn new(old: &'a Units, new: &'a Units) -> Self {
        let ((old_units, old_areas), (new_units, new_areas)) = (areas(old), areas(new));
        let mut pieces = pieces(&old_areas, &new_areas);
        for piece in &mut pieces {
            piece.old = piece.old.map(|index| old_units[index]);
            piece.new = piece.new.map(|index| new_units[index]);
        }
        let bare = |units: &Units| -> Vec<usize> {
            let all = units.units.iter().enumerate();
            all.filter(|(_, unit)| unit.area().is_none())
                .map(|(index, _)| index)
                .collect()
        };
        let without = bare(old).into_iter().map(|index| (Some(index), None));
        let without = without.chain(bare(new).into_iter().map(|index| (None, Some(index))));
        Self {
            bare: without.collect(),
            old,
            new,
            pieces,
        }
    }

    pub(crate) fn write(&self, output: &mut Output) -> Result<(), ToolError> {
        let mut writer = FeatureWriter::new(output).or_io()?;
        for piece in &self.pieces {
            let geometry = PolygonGeometry::new(&piece.area.polygons)
                .to_raw()
                .map_err(|error| ToolError::internal(format!("coordinates: {error}")))?;
            self.feature(&mut writer, (piece.old, piece.new), geometry.as_deref())?;
        }
        for &ends in &self.bare {
            self.feature(&mut writer, ends, None)?;
        }
        writer.finish().map(|_| ()).or_io()
    }

    fn feature(
        &self,
        writer: &mut FeatureWriter<&mut Output>,
        (old, new): (Option<usize>, Option<usize>),
        geometry: Option<&RawValue>,
    ) -> Result<(), ToolError> {
        let old = old.map(|index| &self.old.units[index]);
        let new = new.map(|index| &self.new.units[index]);
        let id = |unit: Option<&OrgUnit>| unit.map_or(String::new(), |unit| unit.id.clone());
        let (from, to) = (id(old), id(new));
        let named = |unit: &OrgUnit| unit.name.clone().unwrap_or_else(|| unit.id.clone());
        let name = match (old, new) {
            (Some(old), Some(new)) if named(old) == named(new) => named(old),
            (Some(old), Some(new)) => format!("{} > {}", named(old), named(new)),
            (Some(old), None) => format!("{} > none", named(old)),
            (None, Some(new)) => format!("none > {}", named(new)),
            (None, None) => String::new(),
        };
        let is_repaired = [old, new].into_iter().flatten().any(is_repair_doubtful);
        let extra: [(&str, Value); 2] = [("old", json!(from)), ("new", json!(to))];
        writer
            .write(FeatureRecord {
                id: &format!("{from}{JOINT}{to}"),
                name: Some(&name),
                raw_geometry: geometry,
                // zonal-sum takes the piece as doubtful
                reasons: is_repaired.then_some(REPAIRED),
                extra: &extra,
                ..FeatureRecord::default()
            })
            .or_io()
    }

    /// What kinds of piece there are.
    pub(crate) fn summary(&self, messages: &Messages) -> String {
        let count = |of: fn(&Piece) -> bool| self.pieces.iter().filter(|piece| of(piece)).count();
        let shared = count(|piece| piece.old.is_some() && piece.new.is_some());
        let args = [
            ("shared", Arg::Count(shared)),
            ("old", Arg::Count(count(|piece| piece.new.is_none()))),
            ("new", Arg::Count(count(|piece| piece.old.is_none()))),
            ("bare", Arg::Count(self.bare.len())),
        ];
        messages.text_of("pieces-by-side", &args)
    }
}
