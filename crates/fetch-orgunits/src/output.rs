//! The collection as it grows, and what is in it.

use std::io::{self, Write};

use geojson::{Geometry, GeometryValue};
use pop_dhis2::org_units::{TreePosition, Unit};
use pop_geo::{FeatureRecord, FeatureWriter};

/// Streams units, and counts what they are.
#[derive(Debug)]
pub(crate) struct Collection<W: Write> {
    writer: FeatureWriter<W>,
    counts: Counts,
}

/// How many units of which kind went out.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Counts {
    pub(crate) units: usize,
    pub(crate) without_geometry: usize,
    /// Units whose geometry is a point.
    pub(crate) points: usize,
    pub(crate) context: usize,
}

impl<W: Write> Collection<W> {
    pub(crate) fn new(out: W) -> io::Result<Self> {
        Ok(Self {
            writer: FeatureWriter::new(out)?,
            counts: Counts::default(),
        })
    }

    /// Writes a unit with the geometry chosen for it, and where that is from.
    pub(crate) fn write(
        &mut self,
        place: &TreePosition,
        unit: &Unit<'_>,
        geometry: Option<(Geometry, &str)>,
    ) -> io::Result<()> {
        let ancestors: Vec<&str> = place.ancestors().collect();
        let (geometry, geometry_source) = geometry.unzip();
        let is_drawn = geometry.is_some();
        let is_point = geometry.as_ref().is_some_and(is_point);
        self.writer.write(FeatureRecord {
            id: &unit.id,
            geometry,
            code: unit.code.as_deref(),
            name: unit.name.as_deref(),
            level: unit.level,
            parent: ancestors.last().copied(),
            parent_graph: &ancestors.join("/"),
            groups: &unit.groups(),
            path: Some(&unit.path),
            opening_date: unit.opening_date(),
            closed_date: unit.closed_date(),
            geometry_source,
            context: place.context,
            ..FeatureRecord::default()
        })?;
        if place.context {
            self.counts.context += 1;
        } else {
            self.counts.units += 1;
            self.counts.without_geometry += usize::from(!is_drawn);
            self.counts.points += usize::from(is_point);
        }
        Ok(())
    }

    pub(crate) fn finish(self) -> io::Result<(W, Counts)> {
        Ok((self.writer.finish()?, self.counts))
    }
}

fn is_point(geometry: &Geometry) -> bool {
    matches!(
        geometry.value,
        GeometryValue::Point { .. } | GeometryValue::MultiPoint { .. }
    )
}
