//! Times of coverage, decoding and summing apart: `cargo bench -p pop-zonal`.
//!
//! One thread, a made-up country of 4,096 × 4,096 cells in the layout of WorldPop's files (LZW, 512 × 512 tiles), 256 units with wiggly
//! borders. Each figure is the best of five.

#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "a bench tells the time and fails by panicking"
)]

use std::time::{Duration, Instant};

use pop_geo::{Area, OrgUnit, Polygon, Shape};
use pop_raster::{
    CellCounts, CellWindow, Compression, Grid, Limits, NewRaster, Predictor, RasterError,
    RasterFile, Samples, Scratch, WriteOptions, write_geotiff,
};
use pop_zonal::{
    ActiveUnits, BalanceLayers, CellTransform, ChunkSource, CoverageMethod, RasterBand, ReadScope,
    StackRaster, SumRequest, sum_stack, touched_cells,
};

const SIDE: usize = 4096;
const CELL: f64 = 0.000_833_333_33;

fn main() {
    // cargo test runs benches, too: there it is enough that they build
    if !std::env::args().any(|arg| arg == "--bench") {
        return;
    }
    let pool = rayon::ThreadPoolBuilder::new()
        .num_threads(1)
        .build()
        .unwrap();
    pool.install(all);
}

fn all() {
    let bytes = country();
    let raster = RasterFile::open(bytes.as_slice(), &Limits::default()).unwrap();
    let units = units();
    let vertices: usize = units
        .iter()
        .filter_map(OrgUnit::area)
        .map(Area::vertices)
        .sum();
    println!(
        "{SIDE} x {SIDE} cells, {} MB, {} units, {vertices} vertices",
        bytes.len() >> 20,
        units.len()
    );
    let areas: Vec<&Area> = units.iter().filter_map(OrgUnit::area).collect();
    let transform = CellTransform::from(raster.grid());
    report(
        "coverage",
        vertices,
        "vertex",
        best(|| drop(touched_cells(&areas, &transform))),
    );
    let cells = SIDE * SIDE;
    report("decoding", cells, "cell", best(|| decode(&raster)));
    let held = Held::new(&raster);
    report(
        "coverage and sum",
        cells,
        "cell",
        best(|| sum(&units, &transform, &raster, &held)),
    );
    let band = RasterBand {
        file: &raster,
        band: 0,
    };
    report(
        "everything",
        cells,
        "cell",
        best(|| sum(&units, &transform, &raster, &band)),
    );
}

fn report(what: &str, count: usize, of: &str, time: Duration) {
    let each = time.as_secs_f64() / count as f64 * 1e9;
    println!(
        "{what:18}{:9.1} ms {each:9.2} ns a {of}",
        time.as_secs_f64() * 1e3
    );
}

fn best(mut work: impl FnMut()) -> Duration {
    let once = |()| {
        let start = Instant::now();
        work();
        start.elapsed()
    };
    std::iter::repeat_n((), 5)
        .map(once)
        .min()
        .unwrap_or_default()
}

fn decode(raster: &RasterFile<&[u8]>) {
    let mut scratch = Scratch::new();
    for chunk in 0..raster.layout().count() {
        raster.read_chunk(0, chunk, &mut scratch).unwrap();
    }
}

fn sum<C: ChunkSource<Error: std::fmt::Debug>>(
    units: &[OrgUnit],
    transform: &CellTransform,
    raster: &RasterFile<&[u8]>,
    cells: &C,
) {
    let all = vec![true; units.len()];
    let layers = BalanceLayers::new(units, &all, &[ActiveUnits(all.clone())]);
    let request = SumRequest {
        units,
        layers: &layers,
        transform: *transform,
        layout: *raster.layout(),
        method: CoverageMethod::Exact,
        reach: ReadScope::WholeRaster,
        tick: &|| {},
    };
    sum_stack(
        &request,
        &[StackRaster {
            cells,
            active_set: 0,
        }],
    )
    .unwrap();
}

/// The chunks decoded beforehand.
struct Held(Vec<Vec<f32>>);

impl Held {
    fn new(raster: &RasterFile<&[u8]>) -> Self {
        let mut scratch = Scratch::new();
        let chunks = (0..raster.layout().count()).map(|chunk| {
            match raster.read_chunk(0, chunk, &mut scratch).unwrap().samples {
                Samples::F32(values) => values.to_vec(),
                Samples::F64(_) => Vec::new(),
            }
        });
        Self(chunks.collect())
    }
}

impl ChunkSource for Held {
    type Scratch = Vec<f32>;
    type Error = String;

    fn read<'s>(
        &self,
        chunk: usize,
        scratch: &'s mut Vec<f32>,
    ) -> Result<(Samples<'s>, CellCounts), String> {
        scratch.clone_from(&self.0[chunk]);
        Ok((Samples::F32(scratch), CellCounts::default()))
    }

    fn stored_length(&self, _: usize) -> usize {
        usize::MAX
    }

    fn read_stored(&self, _: usize, _: &mut Vec<u8>) -> Result<(), String> {
        Ok(())
    }
}

/// People that differ from cell to cell, a round country in the sea.
fn country() -> Vec<u8> {
    let mut raster = NewRaster::new(Grid::new(SIDE, SIDE, 0.0, 4.0, CELL, CELL).unwrap());
    raster.nodata = Some("-99999".into());
    let fill = |_: usize, window: &CellWindow, out: &mut [f64]| -> Result<(), RasterError> {
        for (index, cell) in out.iter_mut().enumerate() {
            let x = (window.col + index % window.width) as f64;
            let y = (window.row + index / window.width) as f64;
            let middle = SIDE as f64 / 2.0;
            let inside = (x - middle).hypot(y - middle) < middle * 0.9;
            let people = ((x * 0.7).sin() * (y * 1.3).cos() * 4.0).exp();
            *cell = if inside {
                f64::from(people as f32)
            } else {
                f64::NAN
            };
        }
        Ok(())
    };
    let options = WriteOptions {
        compression: Compression::Lzw,
        predictor: Some(Predictor::None),
        tile: 512,
        ..WriteOptions::default()
    };
    let mut bytes = Vec::new();
    write_geotiff(
        &mut bytes,
        &raster,
        &fill,
        &options,
        &mut std::io::Cursor::new(Vec::new()),
    )
    .unwrap();
    bytes
}

/// A tiling of 16 by 16 units with shared, wavy borders of 200 vertices a side.
fn units() -> Vec<OrgUnit> {
    let side = SIDE as f64 / 16.0;
    let wave = |t: f64| 2.0 * (t * 0.31).sin() + 0.1 * (t * 2.17).sin();
    let at = |x: f64, y: f64| [(x + wave(y)) * CELL, 4.0 - (y + wave(x)) * CELL];
    let mut units = Vec::new();
    for number in 0..256 {
        let (i, j) = (f64::from(number % 16) * side, f64::from(number / 16) * side);
        let steps = (0..200).map(|k| f64::from(k) / 200.0 * side);
        let (top, right) = (
            steps.clone().map(|s| at(i + s, j)),
            steps.clone().map(|s| at(i + side, j + s)),
        );
        let bottom = steps.clone().map(|s| at(i + side - s, j + side));
        let left = steps.map(|s| at(i, j + side - s));
        let ring = top.chain(right).chain(bottom).chain(left).collect();
        units.push(OrgUnit {
            id: number.to_string(),
            level: Some(2),
            shape: Shape::Area(Area::new(vec![Polygon { rings: vec![ring] }])),
            ..OrgUnit::default()
        });
    }
    units
}
