//! Writing units as a FeatureCollection.

use std::io::{self, Write};

use serde::Serialize;
use serde::ser::{SerializeMap, Serializer};
use serde_json::value::RawValue;

/// One feature to write. Borrowed, so that a tool of bounded memory can write units as they come.
#[derive(Debug, Clone, Default)]
pub struct FeatureRecord<'a> {
    /// The unit's UID.
    pub id: &'a str,
    /// The geometry's JSON, passed through untouched; `None` writes null.
    pub geometry: Option<&'a RawValue>,
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
}

/// Streams a FeatureCollection, one feature a line, nothing kept.
///
/// Keys come in the order in which DHIS2 writes them (`OrganisationUnitController.getGeoJson`), ours after them.
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
    pub fn write(&mut self, record: &FeatureRecord<'_>) -> io::Result<()> {
        let separator: &[u8] = if self.written == 0 { b"\n" } else { b",\n" };
        self.out.write_all(separator)?;
        serde_json::to_writer(&mut self.out, &Feature(record))?;
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

struct Feature<'a>(&'a FeatureRecord<'a>);

impl Serialize for Feature<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("type", "Feature")?;
        map.serialize_entry("id", self.0.id)?;
        map.serialize_entry("geometry", &self.0.geometry)?;
        map.serialize_entry("properties", &Properties(self.0))?;
        map.end()
    }
}

struct Properties<'a>(&'a FeatureRecord<'a>);

impl Serialize for Properties<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let record = self.0;
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("code", &record.code)?;
        map.serialize_entry("name", &record.name)?;
        if let Some(level) = record.level {
            map.serialize_entry("level", &level.to_string())?;
        }
        if let Some(parent) = record.parent {
            map.serialize_entry("parent", parent)?;
        }
        map.serialize_entry("parentGraph", record.parent_graph)?;
        map.serialize_entry("groups", record.groups)?;
        let ours = [
            ("path", record.path),
            ("openingDate", record.opening_date),
            ("closedDate", record.closed_date),
            ("geometry_source", record.geometry_source),
        ];
        for (key, value) in ours {
            if let Some(value) = value {
                map.serialize_entry(key, value)?;
            }
        }
        if record.context {
            map.serialize_entry("context", &true)?;
        }
        map.end()
    }
}
