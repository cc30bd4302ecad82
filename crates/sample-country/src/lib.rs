//! Small countries that do not exist, to practise on: the same bytes on any machine.
//!
//! The sample country has three levels of units with shared, wiggly borders, an island of two parts, a district that nobody has drawn
//! yet, facilities; rasters named and laid out as WorldPop's, with a river, a coast, towns and empty land; and the metadata of a DHIS2
//! that wants the numbers. Other shapes, and other countries of a shape, are generated from a seed.

mod bands;
mod country;
mod generated;
mod geojson;
mod language;
pub mod mesh;
mod metadata;
mod names;
pub mod people;
pub mod program;
mod random;
mod shape;
pub mod units;

use std::ops::RangeInclusive;

use pop_raster::{
    CellWindow, Compression, Grid, NewRaster, Predictor, RasterError, WriteOptions, write_geotiff,
};

use country::Country;
use people::{CELLS_A_DEGREE, Count, Extent};

pub use shape::Shape;

/// One file of the country.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct File {
    /// Its name.
    pub name: String,
    /// What is in it.
    pub bytes: Vec<u8>,
}

/// Why the country could not be made.
#[derive(Debug, thiserror::Error)]
pub enum SampleError {
    /// A raster could not be written.
    #[error(transparent)]
    Raster(#[from] RasterError),
    /// A document could not be written.
    #[error(transparent)]
    Json(#[from] serde_json::Error),
}

/// Which country to make.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SampleOptions {
    /// Its shape.
    pub shape: Shape,
    /// Which country of that shape; `None` for the first one.
    pub seed: Option<u32>,
    /// The years of the rasters of everyone. Those by age and sex are of the first year.
    pub years: RangeInclusive<u16>,
}

impl Default for SampleOptions {
    fn default() -> Self {
        Self {
            shape: Shape::Sample,
            seed: None,
            years: 2025..=2026,
        }
    }
}

/// Every file of the sample country.
///
/// # Errors
/// Never in practice: everything is made here.
pub fn files() -> Result<Vec<File>, SampleError> {
    let mut files = Vec::new();
    generate(&SampleOptions::default(), |file| files.push(file))?;
    Ok(files)
}

/// Makes the files of a country, one after the other: those of [`documents`], then the rasters.
///
/// # Errors
/// Never in practice: everything is made here.
pub fn generate(options: &SampleOptions, mut write: impl FnMut(File)) -> Result<(), SampleError> {
    let country = Country::new(options.shape, options.seed);
    country_documents(&country)?
        .into_iter()
        .for_each(&mut write);
    let surface = country.surface();
    let area = country.code.to_lowercase();
    let mut add = |layer: &str, year: u16, count: Count| {
        write(File {
            name: format!("{area}_{layer}_{year}_CN_100m_R2025A_v1.tif"),
            bytes: raster(count, &country.extent, &surface)?,
        });
        Ok::<(), SampleError>(())
    };
    for (after, year) in (0..).zip(options.years.clone()) {
        add("pop", year, Count::Total { year: after })?;
    }
    for (sex, age, count) in bands::all() {
        let layer = format!("{}_{age:02}", sex.letter().to_ascii_lowercase());
        add(&layer, *options.years.start(), count)?;
    }
    Ok(())
}

/// The files of a country that are no rasters: `orgunits.geojson`, `metadata.json`, and
/// `statistics-office.geojson` where there is one.
///
/// # Errors
/// Never in practice: everything is made here.
pub fn documents(options: &SampleOptions) -> Result<Vec<File>, SampleError> {
    country_documents(&Country::new(options.shape, options.seed))
}

fn country_documents(country: &Country) -> Result<Vec<File>, SampleError> {
    let file = |name: &str, text: String| File {
        name: name.to_owned(),
        bytes: text.into_bytes(),
    };
    let mut files = vec![
        file("orgunits.geojson", geojson::collection(&country.units)?),
        file("metadata.json", metadata::package(country)?),
    ];
    if !country.elsewhere.is_empty() {
        let text = geojson::statistics_office(&country.elsewhere)?;
        files.push(file("statistics-office.geojson", text));
    }
    Ok(files)
}

/// One raster, packed as WorldPop's are: LZW without a predictor, tiles of 512, nodata -99999.
fn raster(count: Count, extent: &Extent, surface: &[f64]) -> Result<Vec<u8>, SampleError> {
    let cell = 1.0 / CELLS_A_DEGREE;
    let grid = Grid::new(
        extent.width,
        extent.height,
        extent.west(),
        extent.north(),
        cell,
        cell,
    )
    .map_err(RasterError::from)?;
    let cells = |_: usize, window: &CellWindow, out: &mut [f64]| {
        let rows = window.row..window.end_row();
        for (row, line) in rows.zip(out.chunks_mut(window.width.max(1))) {
            for (column, cell) in (window.col..).zip(line) {
                let people = surface
                    .get(row * extent.width + column)
                    .copied()
                    .unwrap_or(f64::NAN);
                *cell = people::counted(count, people, column, row);
            }
        }
        Ok(())
    };
    let options = WriteOptions {
        compression: Compression::Lzw,
        predictor: Some(Predictor::None),
        ..WriteOptions::default()
    };
    let mut bytes = Vec::new();
    write_geotiff(
        &mut bytes,
        &NewRaster::new(grid),
        &cells,
        &options,
        &mut std::io::Cursor::new(Vec::new()),
    )?;
    Ok(bytes)
}
