//! What stops a sum, and that the same is named whatever the threads do.

use crate::support::{Grid, layers, sum_on, unit};
use pop_raster::{CellCounts, RowOrder, Samples};
use pop_zonal::{
    ChunkSource, CoverageMethod, ReadScope, StackRaster, SumError, SumRequest, sum_stack,
};

#[test]
fn a_bow_tie_that_was_let_through_is_an_internal_error() {
    let grid = ones(4, 4, 4);
    let tie = vec![vec![vec![[0.0, 0.0], [4.0, 3.0], [4.0, 0.0], [0.0, 3.5]]]];
    let failed = sum_on(
        &grid,
        grid.transform(),
        &[unit("A", 1, tie)],
        CoverageMethod::Exact,
    )
    .unwrap_err();
    assert!(matches!(failed, SumError::Coverage { .. }), "{failed}");
}

/// A grid of which some chunks cannot be read; the first of them takes longest.
struct Torn {
    grid: Grid,
    bad: Vec<usize>,
}

impl ChunkSource for Torn {
    type Scratch = Vec<f32>;
    type Error = usize;

    fn read<'s>(
        &self,
        chunk: usize,
        scratch: &'s mut Vec<f32>,
    ) -> Result<(Samples<'s>, CellCounts), usize> {
        if !self.bad.contains(&chunk) {
            return self.grid.read(chunk, scratch).map_err(|_| chunk);
        }
        if self.bad.iter().min() == Some(&chunk) {
            (0..200).for_each(|_| std::thread::yield_now());
        }
        Err(chunk)
    }

    fn stored_length(&self, _: usize) -> usize {
        usize::MAX
    }

    fn read_stored(&self, chunk: usize, _: &mut Vec<u8>) -> Result<(), usize> {
        Err(chunk)
    }
}

fn ones(width: usize, height: usize, chunk: usize) -> Grid {
    Grid {
        width,
        height,
        cells: vec![1.0; width * height],
        chunk: (chunk, chunk),
        row_order: RowOrder::NorthUp,
    }
}

#[test]
fn the_first_of_several_bad_chunks_is_named() {
    // 32 x 128 chunks of 8 x 8 cells; a band of rows is 32 of them high
    let whole = || Torn {
        grid: ones(256, 1024, 8),
        bad: Vec::new(),
    };
    let torn = |bad: &[usize]| Torn {
        bad: bad.to_vec(),
        ..whole()
    };
    let rasters = [whole(), torn(&[4000, 77, 3000]), torn(&[78, 90, 2500, 76])];
    let square = vec![vec![[3.0, 3.0], [250.0, 3.0], [250.0, 999.0], [3.0, 999.0]]];
    let units = [unit("A", 1, vec![square])];
    let layers = layers(&units);
    let request = SumRequest {
        units: &units,
        layers: &layers,
        transform: rasters[0].grid.transform(),
        layout: rasters[0].grid.layout(),
        method: CoverageMethod::Exact,
        reach: ReadScope::WholeRaster,
        tick: &|| {},
    };
    let dated = rasters.each_ref().map(|cells| StackRaster {
        cells,
        active_set: 0,
    });
    for threads in [1, 2, 3, 8] {
        let pool = rayon::ThreadPoolBuilder::new()
            .num_threads(threads)
            .build()
            .unwrap();
        for _ in 0..20 {
            let failed = pool.install(|| sum_stack(&request, &dated)).unwrap_err();
            let SumError::Read { raster, source } = failed else {
                panic!("{failed}")
            };
            assert_eq!((raster, source), (2, 76), "{threads} threads");
        }
    }
}
