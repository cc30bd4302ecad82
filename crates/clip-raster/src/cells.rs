//! The cells of a window, read from the source as the writer asks for them.

use std::collections::{HashMap, VecDeque};
use std::fs::File;
use std::ops::Range;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use pop_geo::Area;
use pop_raster::{CellSource, CellWindow, Grid, RasterError, RasterFile, Samples, Scratch};

/// Decoded chunks that are kept, in bytes: two rows of tiles of the widest country in one piece.
const KEPT_BYTES: usize = 128 << 20;

/// The cells that units touch: for each row of the window, runs of columns.
pub(crate) struct TouchedCells(Vec<Vec<Range<u32>>>);

impl TouchedCells {
    /// The cells of `grid` that any of `areas` touches.
    pub(crate) fn by(areas: &[&Area], grid: &Grid) -> Self {
        let transform = pop_zonal::CellTransform::from(grid);
        Self(pop_zonal::touched_cells(areas, &transform))
    }

    /// Takes the value of every cell of `window` that is not touched.
    fn blank(&self, window: &CellWindow, cells: &mut [f64]) {
        let (first, end) = (window.col as u32, window.end_col() as u32);
        for (row, cells) in (window.row..).zip(cells.chunks_exact_mut(window.width)) {
            let mut from = first;
            let runs = self.0.get(row).map_or(&[][..], Vec::as_slice);
            for run in runs.iter().filter(|run| run.end > first && run.start < end) {
                let start = run.start.max(first);
                cells[(from - first) as usize..(start - first) as usize].fill(f64::NAN);
                from = run.end.min(end);
            }
            cells[(from - first) as usize..].fill(f64::NAN);
        }
    }
}

/// The cells of a window of a raster. Each chunk is decoded once, as long as the tiles
/// that need it are asked for close together.
pub(crate) struct WindowCells<'a> {
    file: &'a RasterFile<File>,
    window: CellWindow,
    touched: Option<TouchedCells>,
    kept: Mutex<ChunkQueue>,
    scratches: Mutex<Vec<Scratch>>,
}

/// A decoded chunk, empty until the first thread that wants it has decoded it.
type Slot = Arc<OnceLock<Cells>>;

/// The chunks in memory, oldest first.
#[derive(Default)]
struct ChunkQueue {
    slots: HashMap<(usize, usize), Slot>,
    order: VecDeque<(usize, usize)>,
}

/// Decoded cells.
enum Cells {
    Singles(Vec<f32>),
    Doubles(Vec<f64>),
}

impl<'a> WindowCells<'a> {
    pub(crate) fn new(
        file: &'a RasterFile<File>,
        window: CellWindow,
        touched: Option<TouchedCells>,
    ) -> Self {
        Self {
            file,
            window,
            touched,
            kept: Mutex::default(),
            scratches: Mutex::default(),
        }
    }

    /// The cells of a chunk; the lock is not held while they are decoded.
    fn chunk(&self, band: usize, chunk: usize) -> Result<Slot, RasterError> {
        let slot = self.slot(band, chunk);
        if slot.get().is_none() {
            let mut scratch = lock(&self.scratches).pop().unwrap_or_default();
            let cells = match self.file.read_chunk(band, chunk, &mut scratch)?.samples {
                Samples::F32(cells) => Cells::Singles(cells.to_vec()),
                Samples::F64(cells) => Cells::Doubles(cells.to_vec()),
            };
            lock(&self.scratches).push(scratch);
            // Another thread may have been quicker; both have the same cells.
            let _ = slot.set(cells);
        }
        Ok(slot)
    }

    fn slot(&self, band: usize, chunk: usize) -> Slot {
        let layout = self.file.layout();
        let bytes = layout.chunk_width * layout.chunk_height * 8;
        let most = (KEPT_BYTES / bytes.max(1)).max(2);
        let mut kept = lock(&self.kept);
        let ChunkQueue { slots, order } = &mut *kept;
        let slot = slots.entry((band, chunk)).or_insert_with(|| {
            order.push_back((band, chunk));
            Slot::default()
        });
        let slot = Arc::clone(slot);
        while order.len() > most {
            if let Some(oldest) = order.pop_front() {
                slots.remove(&oldest);
            }
        }
        slot
    }
}

impl CellSource for WindowCells<'_> {
    fn cells(&self, band: usize, wanted: &CellWindow, out: &mut [f64]) -> Result<(), RasterError> {
        let layout = self.file.layout();
        let there = CellWindow {
            col: wanted.col + self.window.col,
            row: wanted.row + self.window.row,
            ..*wanted
        };
        for index in layout.chunks_in(&there) {
            let chunk = layout.window(index);
            let Some(part) = chunk.intersection(&there) else {
                continue;
            };
            let slot = self.chunk(band, index)?;
            for row in part.row..part.end_row() {
                let from = (row - chunk.row) * chunk.width + part.col - chunk.col;
                let to = (row - there.row) * there.width + part.col - there.col;
                let out = &mut out[to..to + part.width];
                match slot.get() {
                    Some(Cells::Singles(cells)) => {
                        for (out, &cell) in out.iter_mut().zip(&cells[from..]) {
                            *out = f64::from(cell);
                        }
                    }
                    Some(Cells::Doubles(cells)) => {
                        out.copy_from_slice(&cells[from..from + part.width])
                    }
                    None => out.fill(f64::NAN),
                }
            }
        }
        if let Some(touched) = &self.touched {
            touched.blank(wanted, out);
        }
        Ok(())
    }
}

/// A panic elsewhere leaves nothing half-done behind these locks.
fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
