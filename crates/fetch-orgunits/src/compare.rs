//! What changed since an earlier fetch.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Write};

use pop_cli::{Arg, Column, Console, Table, ToolError};
use pop_geo::{
    Change, Limits, OrgUnitSet, ReadOptions, Shape, changes, read_keyed_features, read_orgunits,
};

/// The units of an earlier fetch, kept to be compared with those of this one.
pub(crate) struct Earlier {
    name: String,
    units: OrgUnitSet,
    points: Points,
}

/// Where units without an area are: by id, the coordinates as text.
type Points = BTreeMap<String, String>;

impl Earlier {
    /// Reads it, before the output may take its place.
    pub(crate) fn read(name: &str, console: &mut Console) -> Result<Self, ToolError> {
        let data = console.earlier_output("earlier org units", name)?;
        let units = parse(&data.bytes, name)?;
        Ok(Self {
            name: name.to_owned(),
            points: points(&data.bytes, &units),
            units,
        })
    }

    /// Tells which units of the collection just fetched are new, gone, moved or redrawn.
    pub(crate) fn compare(&self, collection: &[u8], console: &Console) -> Result<(), ToolError> {
        let units = parse(collection, "the org units just fetched")?;
        let found = changes(&self.units, &units);
        let now = points(collection, &units);
        let elsewhere: Vec<_> = now
            .iter()
            .filter_map(|(id, is)| Some((id, self.points.get(id)?, is)))
            .filter(|(_, was, is)| was != is)
            .collect();
        if found.is_empty() && elsewhere.is_empty() {
            let since = [("file", Arg::Text(&self.name))];
            console.summary(&console.messages().text_of("no-change-since", &since));
            return Ok(());
        }
        let messages = console.messages();
        let mut table = Table::new(
            &messages,
            &[
                Column::code("change"),
                Column::code("unit"),
                Column::text("name"),
                Column::text("was"),
                Column::text("is"),
            ],
        );
        for change in &found {
            let name = change.unit.name.as_deref().unwrap_or_default();
            let (word, was, is) = words(&change.change, name);
            let word = messages.text(&format!("change-{word}"));
            table.row::<&str>(&[&word, &change.unit.id, name, was, is]);
        }
        for (id, was, is) in &elsewhere {
            let unit = units.units.iter().find(|unit| unit.id == **id);
            let name = unit.and_then(|unit| unit.name.as_deref());
            let word = messages.text("change-displaced");
            let name = name.unwrap_or_default();
            table.row(&[word.as_str(), id.as_str(), name, was.as_str(), is.as_str()]);
        }
        console.show_table(&table);
        let args = [
            ("count", Arg::Count(found.len() + elsewhere.len())),
            ("file", Arg::Text(&self.name)),
        ];
        console.summary(&messages.text_of("changes-since", &args));
        Ok(())
    }
}

fn words<'a>(change: &'a Change, name: &'a str) -> (&'static str, &'a str, &'a str) {
    match change {
        Change::New => ("new", "", ""),
        Change::Gone => ("gone", "", ""),
        Change::Moved { from, to } => ("moved", from, to),
        Change::Redrawn => ("redrawn", "", ""),
        Change::Renamed { from } => ("renamed", from, name),
        Change::Redated => ("redated", "", ""),
    }
}

/// The coordinates of points: units of the set that have a geometry and no area, and were asked for.
fn points(bytes: &[u8], units: &OrgUnitSet) -> Points {
    let is_point = |shape: &Shape| matches!(shape, Shape::Point(_) | Shape::Line);
    let wanted: BTreeSet<&str> = units
        .units
        .iter()
        .filter(|unit| is_point(&unit.shape) && !unit.context)
        .map(|unit| unit.id.as_str())
        .collect();
    if wanted.is_empty() {
        return Points::new();
    }
    // Where ids are properties there are no keys: then shapes alone are compared.
    let features = read_keyed_features(bytes, None, &Limits::default()).unwrap_or_default();
    features
        .into_iter()
        .filter_map(|feature| {
            let id = feature.key?;
            let geometry = feature.geometry.ok()??;
            wanted
                .contains(id.as_str())
                .then(|| (id, coordinates(&geometry.value.to_string())))
        })
        .collect()
}

/// `[1.25,2.5]` of a point.
fn coordinates(geometry: &str) -> String {
    geometry
        .split_once("\"coordinates\":")
        .and_then(|(_, rest)| rest.rsplit_once(']'))
        .map_or_else(|| geometry.to_owned(), |(numbers, _)| format!("{numbers}]"))
}

fn parse(bytes: &[u8], name: &str) -> Result<OrgUnitSet, ToolError> {
    read_orgunits(bytes, &ReadOptions::default())
        .map_err(|error| ToolError::data(&error).in_file(name).hint(error.hint()))
}

/// Writes on, and keeps a copy where one is needed afterwards.
pub(crate) struct Copying<W> {
    inner: W,
    copy: Option<Vec<u8>>,
}

impl<W: Write> Copying<W> {
    /// Keeps a copy only if there is something to compare it with: it takes memory.
    pub(crate) fn for_comparison(inner: W, earlier: Option<&Earlier>) -> Self {
        Self {
            inner,
            copy: earlier.map(|_| Vec::new()),
        }
    }

    /// The writer, and the copy.
    pub(crate) fn into_parts(self) -> (W, Option<Vec<u8>>) {
        (self.inner, self.copy)
    }
}

impl<W: Write> Write for Copying<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let count = self.inner.write(bytes)?;
        if let Some(copy) = &mut self.copy {
            copy.extend_from_slice(&bytes[..count]);
        }
        Ok(count)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.inner.flush()
    }
}
