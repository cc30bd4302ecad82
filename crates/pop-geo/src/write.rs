//! Writing units as a FeatureCollection.

mod geometry;

use std::io::{self, Write};

use geojson::feature::Id;
use geojson::{Feature, Geometry, JsonObject};
use serde::Serialize;
use serde_json::Value;
use serde_json::value::RawValue;

pub use geometry::PolygonGeometry;

/// One feature to write. Borrowed, so that a tool of bounded memory can write units as they come.
#[derive(Debug, Clone, Default)]
pub struct FeatureRecord<'a> {
    /// The unit's UID.
    pub id: &'a str,
    /// The geometry; `None` writes null.
    pub geometry: Option<Geometry>,
    /// A geometry that is GeoJSON already, written as it is in place of `geometry`.
    pub raw_geometry: Option<&'a RawValue>,
    /// DHIS2's code; `None` writes null, as DHIS2 does.
    pub code: Option<&'a str>,
    /// DHIS2's name.
    pub name: Option<&'a str>,
    /// Depth in the tree, 1 for the root; written as text, as DHIS2 does.
    pub level: Option<u32>,
    /// UID of the parent; `None` (a root) leaves the key out, as DHIS2 does.
    pub parent: Option<&'a str>,
    /// UIDs of the ancestors, root first, joined by `/`.
    pub parent_graph: &'a str,
    /// UIDs of the groups.
    pub groups: &'a [String],
    /// `/root/…/self`; a key of ours, like those below: left out where `None`.
    pub path: Option<&'a str>,
    /// `yyyy-mm-dd`.
    pub opening_date: Option<&'a str>,
    /// `yyyy-mm-dd`.
    pub closed_date: Option<&'a str>,
    /// Where the geometry came from, if not from the unit itself.
    pub geometry_source: Option<&'a str>,
    /// An ancestor that came along for the tree; written only where true.
    pub context: bool,
    /// Words on the unit, joined by `;`.
    pub reasons: Option<&'a str>,
    /// Further properties.
    pub extra: &'a [(&'a str, Value)],
}

/// Streams a FeatureCollection, one feature a line, nothing kept.
///
/// Features are the `geojson` crate's, with the members that DHIS2 writes (`OrganisationUnitController.getGeoJson`) and ours, their
/// properties in alphabetical order.
#[derive(Debug)]
pub struct FeatureWriter<W: Write> {
    out: W,
    written: u64,
}

impl<W: Write> FeatureWriter<W> {
    /// Starts a collection.
    ///
    /// # Errors
    /// Those of `out`.
    pub fn new(mut out: W) -> io::Result<Self> {
        out.write_all(b"{\"type\":\"FeatureCollection\",\"features\":[")?;
        Ok(Self { out, written: 0 })
    }

    /// Writes one feature.
    ///
    /// # Errors
    /// Those of the output.
    pub fn write(&mut self, record: FeatureRecord<'_>) -> io::Result<()> {
        let separator: &[u8] = if self.written == 0 { b"\n" } else { b",\n" };
        self.out.write_all(separator)?;
        match record.raw_geometry {
            Some(geometry) => serde_json::to_writer(
                &mut self.out,
                &RawFeature {
                    kind: "Feature",
                    id: record.id,
                    geometry,
                    properties: record.properties(),
                },
            )?,
            None => serde_json::to_writer(&mut self.out, &record.into_feature())?,
        }
        self.written += 1;
        Ok(())
    }

    /// Features written so far.
    #[must_use]
    pub fn written(&self) -> u64 {
        self.written
    }

    /// Ends the collection, with a line end, and gives the output back, flushed.
    ///
    /// # Errors
    /// Those of the output.
    pub fn finish(mut self) -> io::Result<W> {
        self.out.write_all(b"\n]}\n")?;
        self.out.flush()?;
        Ok(self.out)
    }
}

/// A feature whose geometry is text.
#[derive(Serialize)]
struct RawFeature<'a> {
    #[serde(rename = "type")]
    kind: &'static str,
    id: &'a str,
    geometry: &'a RawValue,
    properties: JsonObject,
}

impl FeatureRecord<'_> {
    fn into_feature(self) -> Feature {
        Feature {
            bbox: None,
            id: Some(Id::String(self.id.to_owned())),
            properties: Some(self.properties()),
            geometry: self.geometry,
            foreign_members: None,
        }
    }

    fn properties(&self) -> JsonObject {
        let text = |value: Option<&str>| value.map_or(Value::Null, Value::from);
        let mut properties = JsonObject::new();
        let mut insert = |name: &str, value: Value| {
            properties.insert(name.to_owned(), value);
        };
        insert("code", text(self.code));
        insert("name", text(self.name));
        insert("parentGraph", self.parent_graph.into());
        insert("groups", self.groups.into());
        if let Some(level) = self.level {
            insert("level", level.to_string().into());
        }
        let optional = [
            ("parent", self.parent),
            ("path", self.path),
            ("openingDate", self.opening_date),
            ("closedDate", self.closed_date),
            ("geometry_source", self.geometry_source),
        ];
        for (name, value) in optional {
            if let Some(value) = value {
                insert(name, value.into());
            }
        }
        if self.context {
            insert("context", true.into());
        }
        if let Some(reasons) = self.reasons {
            insert("reasons", reasons.into());
        }
        for (name, value) in self.extra {
            insert(name, value.clone());
        }
        properties
    }
}
