//! The sums by unit, one column or property a raster: for spreadsheets and GIS. Not read by other tools.

use std::io::{self, Write};

use pop_geo::{OrgUnit, OrgUnitSet, PolygonGeometry};
use pop_sums::Status;
use serde_json::{Map, json};

use crate::rows::UnitRow;

/// The rows of one unit, in the order of the rasters.
struct RowsOfUnit<'a> {
    unit: &'a OrgUnit,
    rows: Vec<&'a UnitRow>,
}

fn by_unit<'a>(units: &'a OrgUnitSet, rows: &'a [UnitRow]) -> Vec<RowsOfUnit<'a>> {
    let mut of_unit: Vec<Vec<&UnitRow>> = vec![Vec::new(); units.units.len()];
    for row in rows {
        of_unit[row.unit].push(row);
    }
    units
        .units
        .iter()
        .zip(of_unit)
        .filter(|(_, rows)| !rows.is_empty())
        .map(|(unit, rows)| RowsOfUnit { unit, rows })
        .collect()
}

impl RowsOfUnit<'_> {
    /// The worst status of the rows.
    fn status(&self) -> Status {
        let statuses = self.rows.iter().map(|row| row.sums.status);
        statuses.max().unwrap_or(Status::Ok)
    }

    /// The reasons of all rows, each once.
    fn reasons(&self) -> String {
        let mut words: Vec<&str> = Vec::new();
        for reason in self.rows.iter().flat_map(|row| &row.sums.reasons) {
            if !words.contains(&reason.word()) {
                words.push(reason.word());
            }
        }
        words.join(";")
    }
}

/// Writes CSV: `org_unit`, `code`, `name`, `level`, a column named after each raster, `status`, `reasons`.
pub(crate) fn write_wide(
    units: &OrgUnitSet,
    rows: &[UnitRow],
    rasters: &[String],
    out: &mut impl Write,
) -> io::Result<()> {
    let mut writer = csv::Writer::from_writer(out);
    let mut header = vec!["org_unit", "code", "name", "level"];
    header.extend(rasters.iter().map(String::as_str));
    header.extend(["status", "reasons"]);
    writer.write_record(&header)?;
    for entry in by_unit(units, rows) {
        let unit = entry.unit;
        let mut record = vec![
            unit.id.clone(),
            unit.code.clone().unwrap_or_default(),
            unit.name.clone().unwrap_or_default(),
            unit.depth()
                .map(|level| level.to_string())
                .unwrap_or_default(),
        ];
        let people = |row: &&UnitRow| row.sums.population.map(|p| p.to_string());
        record.extend(entry.rows.iter().map(|row| people(row).unwrap_or_default()));
        record.push(entry.status().word().to_owned());
        record.push(entry.reasons());
        writer.write_record(&record)?;
    }
    writer.flush()
}

/// Writes a FeatureCollection: the units with polygons as they were summed, and a property named after each raster.
pub(crate) fn write_geojson(
    units: &OrgUnitSet,
    rows: &[UnitRow],
    out: &mut impl Write,
) -> io::Result<()> {
    out.write_all(b"{\"type\":\"FeatureCollection\",\"features\":[")?;
    for (number, entry) in by_unit(units, rows).iter().enumerate() {
        out.write_all(if number == 0 { b"\n" } else { b",\n" })?;
        let unit = entry.unit;
        let polygons = unit.area().map_or(&[][..], |area| &area.polygons);
        let mut properties = Map::new();
        properties.insert("code".to_owned(), json!(unit.code));
        properties.insert("name".to_owned(), json!(unit.name));
        properties.insert("level".to_owned(), json!(unit.depth()));
        properties.insert("status".to_owned(), json!(entry.status().word()));
        properties.insert("reasons".to_owned(), json!(entry.reasons()));
        for row in &entry.rows {
            properties.insert(row.sums.raster.clone(), json!(row.sums.population));
        }
        let feature = json!({
            "type": "Feature",
            "id": unit.id,
            "geometry": PolygonGeometry::multi(polygons),
            "properties": properties,
        });
        serde_json::to_writer(&mut *out, &feature)?;
    }
    out.write_all(b"\n]}\n")
}
