//! A small country that does not exist, to practise on: the same bytes on any machine.
//!
//! Three levels of units with shared, wiggly borders, an island of two parts, a district that nobody has drawn yet, facilities; rasters
//! named and laid out as WorldPop's, with a river, a coast, towns and empty land; and the metadata of a DHIS2 that wants the numbers.

mod geojson;
pub mod mesh;
mod metadata;
pub mod people;
mod random;
pub mod units;

use pop_raster::{
    CellWindow, Compression, Grid, NewRaster, Predictor, RasterError, WriteOptions, write_geotiff,
};

use people::{CELLS_A_DEGREE, Count, HEIGHT, WIDTH};

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

/// The rasters: name, and what each counts. Shares are those of a young population.
const RASTERS: [(&str, Count); 8] = [
    (
        "xsc_pop_2025_CN_100m_R2025A_v1.tif",
        Count::Total { year: 0 },
    ),
    (
        "xsc_pop_2026_CN_100m_R2025A_v1.tif",
        Count::Total { year: 1 },
    ),
    (
        "xsc_f_00_2025_CN_100m_R2025A_v1.tif",
        Count::Band {
            share: 158,
            salt: 30,
        },
    ),
    (
        "xsc_f_01_2025_CN_100m_R2025A_v1.tif",
        Count::Band {
            share: 590,
            salt: 31,
        },
    ),
    (
        "xsc_f_05_2025_CN_100m_R2025A_v1.tif",
        Count::Band {
            share: 672,
            salt: 32,
        },
    ),
    (
        "xsc_m_00_2025_CN_100m_R2025A_v1.tif",
        Count::Band {
            share: 163,
            salt: 33,
        },
    ),
    (
        "xsc_m_01_2025_CN_100m_R2025A_v1.tif",
        Count::Band {
            share: 606,
            salt: 34,
        },
    ),
    (
        "xsc_m_05_2025_CN_100m_R2025A_v1.tif",
        Count::Band {
            share: 689,
            salt: 35,
        },
    ),
];

/// Every file of the country.
///
/// # Errors
/// Never in practice: everything is made here.
pub fn files() -> Result<Vec<File>, SampleError> {
    let units = units::tree();
    let surface = people::surface();
    let mut files = vec![
        File {
            name: "orgunits.geojson".to_owned(),
            bytes: geojson::collection(&units)?.into_bytes(),
        },
        File {
            name: "metadata.json".to_owned(),
            bytes: metadata::package(&units)?.into_bytes(),
        },
    ];
    for (name, count) in RASTERS {
        files.push(File {
            name: name.to_owned(),
            bytes: raster(count, &surface)?,
        });
    }
    Ok(files)
}

/// One raster, packed as WorldPop's are: LZW without a predictor, tiles of 512, nodata -99999.
fn raster(count: Count, surface: &[f64]) -> Result<Vec<u8>, SampleError> {
    let cell = 1.0 / CELLS_A_DEGREE;
    let grid = Grid::new(WIDTH, HEIGHT, people::west(), people::north(), cell, cell)
        .map_err(RasterError::from)?;
    let cells = |_: usize, window: &CellWindow, out: &mut [f64]| {
        let rows = window.row..window.end_row();
        for (row, line) in rows.zip(out.chunks_mut(window.width.max(1))) {
            for (column, cell) in (window.col..).zip(line) {
                let people = surface
                    .get(row * WIDTH + column)
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
