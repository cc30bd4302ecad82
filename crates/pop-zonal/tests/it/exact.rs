//! Exact coverage against brute force, and what must not change it.

use std::sync::Mutex;

use crate::support::{
    Grid, Random, fractions, grid, layers, shrunk, star, sum, sum_on, unit, weigh,
};
use pop_geo::OrgUnit;
use pop_raster::{CellCounts, ChunkLayout, RowOrder, Samples};
use pop_zonal::{
    CellTransform, ChunkSource, CoverageMethod, LevelBalance, ReadScope, StackRaster, SumRequest,
    sum_stack,
};

fn pairs() -> u64 {
    if testdata::long() { 100_000 } else { 2_000 }
}

/// A unit of one to three stars, some with a hole, some smaller than a cell, some partly or wholly outside.
fn random_unit(random: &mut Random, grid: &Grid) -> OrgUnit {
    let size = [0.02, 0.3, 3.0, 12.0][random.below(4)] * random.between(0.3, 1.0);
    let reach = grid.width.max(grid.height) as f64;
    let mut polygons = Vec::new();
    let centre = [
        random.between(-3.0, reach + 3.0),
        random.between(-3.0, reach + 3.0),
    ];
    for part in 0..1 + random.below(3) {
        // parts side by side, two sizes apart
        let centre = [centre[0] + 2.5 * size * part as f64, centre[1]];
        let shell = star(random, centre, size);
        let mut rings = vec![shell];
        if random.below(3) == 0 {
            rings.push(shrunk(&rings[0], centre, random.between(0.1, 0.8)));
        }
        polygons.push(rings);
    }
    unit("A", 1, polygons)
}

#[test]
fn sums_equal_brute_force() {
    let mut random = Random(1);
    for pair in 0..pairs() {
        let grid = grid(&mut random);
        let unit = random_unit(&mut random, &grid);
        let (people, cells) = weigh(&grid, &fractions(&grid, unit.area().unwrap()));
        let units = [unit];
        let sums = sum(&grid, &units, CoverageMethod::Exact);
        let found = &sums.rasters[0].outlines[0];
        // a corner that reaches a millionth of a millionth into a cell has no twelve digits: fractions are whole multiples of 2⁻⁶⁰, 9e-19
        let close = |a: f64, b: f64, rounding: f64| (a - b).abs() <= 1e-12 * b.abs() + rounding;
        let most = grid.cells.iter().fold(0.0_f32, |most, &v| most.max(v));
        assert!(
            close(found.people(), people, 1e-17 * f64::from(most)),
            "pair {pair}: {} people, {people} expected",
            found.people()
        );
        assert!(
            close(found.cells(), cells, 1e-17),
            "pair {pair}: {} cells, {cells} expected",
            found.cells()
        );
        let size = sums.sizes[0];
        assert!(
            size.inside <= size.area * (1.0 + 1e-12) + 1e-15,
            "pair {pair}"
        );
        let balance = LevelBalance::new(&layers(&units), 0, &sums.rasters[0]);
        let total = sums.rasters[0].total.people();
        assert!(
            balance.difference.abs() <= 1e-12 * total,
            "pair {pair}: {balance:?}"
        );
        assert_eq!(balance.more_than_once, 0.0, "pair {pair}");
    }
}

/// Quadrilaterals with shared, broken borders that cover the whole grid and more.
fn tiling(random: &mut Random, grid: &Grid) -> Vec<OrgUnit> {
    let (across, down) = (1 + random.below(6), 1 + random.below(6));
    let step = [
        (grid.width as f64 + 2.0) / across as f64,
        (grid.height as f64 + 2.0) / down as f64,
    ];
    let snap = [0.0, 1.0, 2.0, 4.0][random.below(4)];
    let mut node = |x: f64, y: f64, jitter: f64| {
        let p = [
            x + random.between(-jitter, jitter) * step[0],
            y + random.between(-jitter, jitter) * step[1],
        ];
        p.map(|v| {
            if snap > 0.0 {
                (v * snap).round() / snap
            } else {
                v
            }
        })
    };
    let at = |i: f64, j: f64| (i * step[0] - 1.0, j * step[1] - 1.0);
    let mut corner = vec![vec![[0.0; 2]; down + 1]; across + 1];
    let mut on_row = vec![vec![[0.0; 2]; down + 1]; across];
    let mut on_column = vec![vec![[0.0; 2]; down]; across + 1];
    for i in 0..=across {
        for j in 0..=down {
            let (fi, fj) = (i as f64, j as f64);
            let (x, y) = at(fi, fj);
            let edge = i == 0 || j == 0 || i == across || j == down;
            corner[i][j] = node(x, y, if edge { 0.0 } else { 0.2 });
            if i < across {
                let (x, y) = at(fi + 0.5, fj);
                on_row[i][j] = node(x, y, if j == 0 || j == down { 0.0 } else { 0.1 });
            }
            if j < down {
                let (x, y) = at(fi, fj + 0.5);
                on_column[i][j] = node(x, y, if i == 0 || i == across { 0.0 } else { 0.1 });
            }
        }
    }
    let mut units = Vec::new();
    for i in 0..across {
        for j in 0..down {
            let ring = vec![
                corner[i][j],
                on_row[i][j],
                corner[i + 1][j],
                on_column[i + 1][j],
                corner[i + 1][j + 1],
                on_row[i][j + 1],
                corner[i][j + 1],
                on_column[i][j],
            ];
            units.push(unit(&format!("{i}-{j}"), 2, vec![vec![ring]]));
        }
    }
    units
}

#[test]
fn a_tiling_conserves_everybody() {
    let mut random = Random(2);
    let mut sound = 0;
    for round in 0..pairs() / 10 {
        let grid = grid(&mut random);
        let units = tiling(&mut random, &grid);
        // snapped borders of small quadrilaterals may cross: then there is no tiling
        let Ok(sums) = sum_on(&grid, grid.transform(), &units, CoverageMethod::Exact) else {
            continue;
        };
        sound += 1;
        let balance = LevelBalance::new(&layers(&units), 0, &sums.rasters[0]);
        let total = sums.rasters[0].total.people();
        assert!(
            (balance.in_units - total).abs() <= 1e-12 * total,
            "round {round}: {balance:?}, total {total}"
        );
        assert_eq!(
            balance.in_no_unit, 0.0,
            "round {round}: fractions of a cell add up to exactly 1"
        );
        assert_eq!(balance.more_than_once, 0.0, "round {round}");
    }
    assert!(sound > pairs() / 20, "{sound}");
}

#[test]
fn thousands_in_one_cell_add_up() {
    let grid = Grid {
        width: 3,
        height: 3,
        cells: vec![1000.0; 9],
        chunk: (3, 3),
        row_order: RowOrder::NorthUp,
    };
    let side = 60;
    let at = |k: usize| 1.0 + k as f64 / f64::from(side as u32);
    let units: Vec<OrgUnit> = (0..side * side)
        .map(|n| {
            let (i, j) = (n % side, n / side);
            let ring = vec![
                [at(i), at(j)],
                [at(i + 1), at(j)],
                [at(i + 1), at(j + 1)],
                [at(i), at(j + 1)],
            ];
            unit(&n.to_string(), 5, vec![vec![ring]])
        })
        .collect();
    let sums = sum(&grid, &units, CoverageMethod::Exact);
    for outline in &sums.rasters[0].outlines {
        let expected = 1000.0 / 3600.0;
        assert!(
            (outline.people() - expected).abs() < 1e-12 * expected,
            "{}",
            outline.people()
        );
    }
    let balance = LevelBalance::new(&layers(&units), 0, &sums.rasters[0]);
    assert_eq!(balance.in_no_unit, 8000.0);
}

#[test]
fn chunks_and_threads_change_no_bit() {
    let mut random = Random(3);
    for _ in 0..60 {
        let mut grid = grid(&mut random);
        let units: Vec<_> = (0..5)
            .map(|n| OrgUnit {
                id: n.to_string(),
                ..random_unit(&mut random, &grid)
            })
            .collect();
        let first = sum(&grid, &units, CoverageMethod::Exact);
        for threads in [1, 2, 3, 8] {
            grid.chunk = (1 + random.below(30), 1 + random.below(30));
            grid.row_order = if grid.row_order == RowOrder::NorthUp {
                RowOrder::SouthUp
            } else {
                RowOrder::NorthUp
            };
            let pool = rayon::ThreadPoolBuilder::new()
                .num_threads(threads)
                .build()
                .unwrap();
            let again = pool.install(|| sum(&grid, &units, CoverageMethod::Exact));
            assert_eq!(first.rasters[0].outlines, again.rasters[0].outlines);
            assert_eq!(first.rasters[0].total, again.rasters[0].total);
            let balance = |sums| LevelBalance::new(&layers(&units), 0, sums);
            assert_eq!(balance(&first.rasters[0]), balance(&again.rasters[0]));
        }
    }
}

#[test]
fn a_window_changes_no_bit() {
    let mut random = Random(4);
    let mut inside = 0;
    for _ in 0..400 {
        let big = grid(&mut random);
        if big.width < 4 || big.height < 4 {
            continue;
        }
        // a real transform: positions are quotients of doubles
        let whole = CellTransform {
            origin: [-13.3, 10.0],
            step: [0.000_833_333_33, -0.000_833_333_33],
            ..big.transform()
        };
        let place = |p: [f64; 2]| [p[0] * whole.step[0] - 13.3, p[1] * whole.step[1] + 10.0];
        let ring: Vec<[f64; 2]> = star(
            &mut random,
            [big.width as f64 / 2.0, big.height as f64 / 2.0],
            3.0,
        );
        let column = 1 + random.below(2);
        let row = 1 + random.below(2);
        let fits = ring.iter().all(|p| {
            p[0] > column as f64
                && p[1] > row as f64
                && p[0] < big.width as f64
                && p[1] < big.height as f64
        });
        if !fits {
            continue;
        }
        inside += 1;
        let units = [unit(
            "A",
            1,
            vec![vec![ring.into_iter().map(place).collect()]],
        )];
        let clip = big.window(column, row, big.width - column, big.height - row);
        let clipped = CellTransform {
            skipped: [column as f64, row as f64],
            width: clip.width as u32,
            height: clip.height as u32,
            ..whole
        };
        let a = sum_on(&big, whole, &units, CoverageMethod::Exact).unwrap();
        let b = sum_on(&clip, clipped, &units, CoverageMethod::Exact).unwrap();
        assert_eq!(a.rasters[0].outlines, b.rasters[0].outlines);
        assert_eq!(a.sizes, b.sizes);
    }
    assert!(inside > 20, "{inside}");
}

#[test]
fn an_overlap_is_seen_and_named() {
    let grid = Grid {
        width: 4,
        height: 4,
        cells: vec![10.0; 16],
        chunk: (3, 3),
        row_order: RowOrder::NorthUp,
    };
    let square =
        |x: f64, y: f64, s: f64| vec![vec![vec![[x, y], [x + s, y], [x + s, y + s], [x, y + s]]]];
    let units = [
        unit("A", 2, square(0.0, 0.0, 2.5)),
        unit("B", 2, square(2.0, 2.0, 2.0)),
    ];
    let sums = sum(&grid, &units, CoverageMethod::Exact);
    let balance = LevelBalance::new(&layers(&units), 0, &sums.rasters[0]);
    assert_eq!(balance.in_units, 62.5 + 40.0);
    assert_eq!(balance.more_than_once, 2.5);
    assert_eq!(balance.in_no_unit, 160.0 - 100.0);
    assert_eq!(balance.overlaps.len(), 1);
    assert_eq!(balance.overlaps[0].units, (0, 1));
    assert_eq!(balance.overlaps[0].people, 2.5);
}

#[test]
fn what_is_in_no_unit_is_split_by_what_lies_above() {
    let grid = Grid {
        width: 6,
        height: 2,
        cells: vec![1.0; 12],
        chunk: (6, 2),
        row_order: RowOrder::NorthUp,
    };
    let column =
        |from: f64, to: f64| vec![vec![vec![[from, 0.0], [to, 0.0], [to, 2.0], [from, 2.0]]]];
    let below = |id: &str, parent: &str, shape| OrgUnit {
        parent: Some(parent.into()),
        ..unit(id, 2, shape)
    };
    let units = [
        unit("P", 1, column(0.0, 2.0)), // all drawn, half covered
        unit("Q", 1, column(2.0, 4.0)), // one unit is not drawn
        below("P1", "P", column(0.0, 1.0)),
        below("Q1", "Q", column(2.0, 3.0)),
        OrgUnit {
            id: "Q2".into(),
            level: Some(2),
            parent: Some("Q".into()),
            ..OrgUnit::default()
        },
    ];
    let sums = sum(&grid, &units, CoverageMethod::Exact);
    let balance = LevelBalance::new(&layers(&units), 1, &sums.rasters[0]);
    assert_eq!(balance.level, Some(2));
    assert_eq!((balance.units, balance.in_units), (2, 4.0));
    assert_eq!(
        (
            balance.inside_complete,
            balance.inside_incomplete,
            balance.outside
        ),
        (2.0, 2.0, 4.0)
    );
    let above = LevelBalance::new(&layers(&units), 0, &sums.rasters[0]);
    assert_eq!((above.in_units, above.outside), (8.0, 4.0));
}

#[test]
fn a_unit_between_the_levels_without_an_outline_leaves_a_gap_above() {
    let grid = Grid {
        width: 10,
        height: 10,
        cells: vec![1.0; 100],
        chunk: (10, 10),
        row_order: RowOrder::NorthUp,
    };
    let boxed = |id: &str, level, parent: Option<&str>, side: f64| OrgUnit {
        parent: parent.map(str::to_owned),
        ..unit(
            id,
            level,
            vec![vec![vec![[0.0, 0.0], [side, 0.0], [side, 8.0], [0.0, 8.0]]]],
        )
    };
    let drawn = [
        boxed("R", 1, None, 8.0),
        boxed("X", 2, Some("R"), 4.0),
        boxed("A", 3, Some("X"), 4.0),
    ];
    let split = |units: &[OrgUnit]| {
        let sums = sum(&grid, units, CoverageMethod::Exact);
        let balance = LevelBalance::new(&layers(units), 2, &sums.rasters[0]);
        assert_eq!(balance.level, Some(3));
        (balance.inside_complete, balance.inside_incomplete)
    };
    assert_eq!(split(&drawn), (32.0, 0.0));
    let undrawn = OrgUnit {
        id: "Y".into(),
        level: Some(2),
        parent: Some("R".into()),
        ..OrgUnit::default()
    };
    let mut units = drawn.to_vec();
    units.push(undrawn);
    assert_eq!(split(&units), (0.0, 32.0));
}

/// One person in every cell, and which chunks were asked for.
struct Dateline(Mutex<Vec<usize>>);

impl ChunkSource for Dateline {
    type Scratch = Vec<f32>;
    type Error = String;

    fn read<'s>(
        &self,
        chunk: usize,
        scratch: &'s mut Vec<f32>,
    ) -> Result<(Samples<'s>, CellCounts), String> {
        self.0.lock().unwrap().push(chunk);
        scratch.resize(512 * 512, 1.0);
        // the last column of chunks is 384 wide, the last row 58 high
        let height = if chunk / 844 == 20 { 58 } else { 512 };
        let width = if chunk % 844 == 843 { 384 } else { 512 };
        Ok((
            Samples::F32(&scratch[..width * height]),
            CellCounts::default(),
        ))
    }

    fn stored_length(&self, _: usize) -> usize {
        usize::MAX
    }

    fn read_stored(&self, _: usize, _: &mut Vec<u8>) -> Result<(), String> {
        Ok(())
    }
}

#[test]
fn a_country_on_the_dateline_is_read_at_both_ends_only() {
    let cell = 1.0 / 1200.0;
    let transform = CellTransform {
        origin: [-180.0, -12.0],
        step: [cell, -cell],
        skipped: [0.0, 0.0],
        width: 432_000,
        height: 10_298,
    };
    let layout = ChunkLayout::new(432_000, 10_298, 512, 512);
    let box_of = |west: f64, east: f64| {
        vec![vec![
            [west, -16.0],
            [east, -16.0],
            [east, -15.9],
            [west, -15.9],
        ]]
    };
    let units = [unit(
        "A",
        1,
        vec![box_of(179.9, 180.0), box_of(-180.0, -179.9)],
    )];
    let layers = layers(&units);
    let request = SumRequest {
        units: &units,
        layers: &layers,
        transform,
        layout,
        method: CoverageMethod::Exact,
        reach: ReadScope::TouchedChunks,
        tick: &|| {},
    };
    let source = Dateline(Mutex::default());
    let dated = StackRaster {
        cells: &source,
        active_set: 0,
    };
    let sums = sum_stack(&request, &[dated]).unwrap();
    let found = &sums.rasters[0];
    assert!((found.outlines[0].people() - 2.0 * 120.0 * 120.0).abs() < 1e-3);
    let mut read = source.0.into_inner().unwrap();
    read.sort_unstable();
    assert_eq!(read, [9 * 844, 9 * 844 + 843]);
    assert_eq!(found.chunks_read, 2);
}
