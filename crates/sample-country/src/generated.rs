//! A country made from a layout: its land, divided level by level, and who lives where.

use std::collections::BTreeMap;

use crate::mesh::{Mesh, Node, Point, outline};
use crate::names::Names;
use crate::people::{Extent, inside, quantise};
use crate::random::{noise, share, uid};
use crate::shape::{Layout, Settlement};
use crate::units::{Ground, Unit};

/// Where the rasters of generated countries begin on WorldPop's lattice, in cells from -180 and +84 degrees.
const FIRST_COLUMN: i64 = 240_000;
const FIRST_ROW: i64 = 96_000;

/// A generated country.
pub(crate) struct Generated {
    pub(crate) units: Vec<Unit>,
    /// Units of the lowest level as a statistics office draws them: all of them.
    pub(crate) elsewhere: Vec<Unit>,
    pub(crate) extent: Extent,
}

pub(crate) fn generate(layout: &Layout) -> Generated {
    let mesh = mesh(layout);
    let land = land(layout);
    let mut division = Division {
        layout,
        mesh: &mesh,
        names: Names::new(layout.language, layout.seed),
        units: Vec::new(),
        elsewhere: Vec::new(),
        done: vec![(0, 0); layout.levels.len()],
    };
    let country = division.country(&land);
    division.divide(&country, &land, 0);
    let Division {
        mut units,
        elsewhere,
        ..
    } = division;
    units.sort_by_key(|unit| unit.level);
    Generated {
        units,
        elsewhere,
        extent: extent(layout),
    }
}

fn mesh(layout: &Layout) -> Mesh {
    // 3 arc seconds are 833 1/3 millionths of a degree: three cells are a whole number of them.
    let step = layout.cells * 2500 / 3;
    let margin = step;
    Mesh {
        west: FIRST_COLUMN * 2500 / 3 - 180_000_000 + margin,
        north: 84_000_000 - FIRST_ROW * 2500 / 3 - margin,
        step,
        // Calmer than the sample country: borders of any seed must not cross.
        stray: step / 7,
        depth: layout.depth,
        wiggle: 100,
        seed: Some(layout.seed),
    }
}

fn extent(layout: &Layout) -> Extent {
    let size = |squares: i64| usize::try_from((squares + 2) * layout.cells).unwrap_or(0);
    Extent {
        first_column: FIRST_COLUMN,
        first_row: FIRST_ROW,
        width: size(layout.columns),
        height: size(layout.rows),
    }
}

/// The squares of the mesh that are land: those nearest to its middle, with a wavy coast.
fn land(layout: &Layout) -> Vec<Node> {
    let (across, down) = (real(layout.columns), real(layout.rows));
    let mut squares: Vec<(f64, Node)> = (0..layout.columns)
        .flat_map(|column| (0..layout.rows).map(move |row| (column, row)))
        .map(|(column, row)| {
            let (x, y) = (real(column) + 0.5, real(row) + 0.5);
            let (dx, dy) = ((2.0 * x - across) / across, (2.0 * y - down) / down);
            let wave = 0.2 * noise(x, y, 8.0, 900 + layout.seed);
            (dx * dx + dy * dy + wave, (column, row))
        })
        .collect();
    squares.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
    squares.truncate(layout.squares);
    squares.into_iter().map(|(_, square)| square).collect()
}

/// A country being divided into units.
struct Division<'a> {
    layout: &'a Layout,
    mesh: &'a Mesh,
    names: Names,
    units: Vec<Unit>,
    elsewhere: Vec<Unit>,
    /// By level: units made, and squares divided, so far.
    done: Vec<(usize, usize)>,
}

impl Division<'_> {
    fn country(&mut self, land: &[Node]) -> Unit {
        let country = Unit {
            id: self.uid("country"),
            code: self.layout.code.clone(),
            name: self.layout.name.to_owned(),
            level: 1,
            ancestors: Vec::new(),
            opened: "2000-01-01",
            ground: self.area(land),
        };
        self.units.push(country.clone());
        country
    }

    /// Divides the squares of a unit into those below it, and these in turn.
    fn divide(&mut self, parent: &Unit, squares: &[Node], level: usize) {
        let (Some(wanted), Some(done)) = (self.layout.levels.get(level), self.done.get_mut(level))
        else {
            self.facilities(parent, squares);
            return;
        };
        // In proportion to the squares, so that the last parent completes the level's number.
        let after = done.1 + squares.len();
        let count = after * wanted.units / self.layout.squares.max(1) - done.0;
        let first = done.0;
        *done = (first + count, after);
        let parts = chunks(&serpentine(squares, level % 2 == 1), count);
        for (index, part) in (first..).zip(parts) {
            let unit = self.unit(parent, &part, level, index);
            self.units.push(unit.clone());
            self.divide(&unit, &part, level + 1);
        }
    }

    fn unit(&mut self, parent: &Unit, squares: &[Node], level: usize, index: usize) -> Unit {
        let code = format!("{}_{}{:04}", self.layout.code, level + 2, index + 1);
        let mut unit = Unit {
            id: self.uid(&code),
            name: self.names.next(place(level, index)),
            code,
            level: to_level(level + 2),
            ancestors: lineage(parent),
            opened: "2000-01-01",
            ground: self.area(squares),
        };
        let lowest = level + 1 == self.layout.levels.len();
        if self.layout.half_elsewhere && lowest {
            self.elsewhere.push(unit.clone());
            if index % 2 == 1 {
                unit.ground = Ground::Undrawn;
            }
        }
        unit
    }

    /// One or two facilities in a unit of the lowest level, where the layout has any.
    fn facilities(&mut self, parent: &Unit, squares: &[Node]) {
        if self.layout.facility_level.is_none() {
            return;
        }
        let kinds = ["Centre de santé", "Poste de santé"];
        for ((index, kind), &square) in (0..).zip(kinds).zip(squares) {
            let heart = self.mesh.heart(square);
            let key = [5, square.0, square.1];
            let aside = self.mesh.within(self.mesh.step / 6, &key);
            self.units.push(Unit {
                id: self.uid(&format!("{}/{index}", parent.code)),
                code: format!("{}_F{}", parent.code, index + 1),
                name: format!("{kind} de {}", parent.name),
                level: parent.level + 1,
                ancestors: lineage(parent),
                opened: "2005-01-01",
                ground: Ground::Place((heart.0 + aside, heart.1 - aside)),
            });
        }
    }

    fn area(&self, squares: &[Node]) -> Ground {
        let rings = outline(squares);
        Ground::Area(rings.iter().map(|nodes| self.mesh.ring(nodes)).collect())
    }

    fn uid(&self, key: &str) -> String {
        uid(&format!("{}/{}/{key}", self.layout.code, self.layout.seed))
    }
}

fn lineage(parent: &Unit) -> Vec<String> {
    [&parent.ancestors[..], std::slice::from_ref(&parent.id)].concat()
}

fn place(level: usize, index: usize) -> i64 {
    i64::try_from(level * 100_000 + index).unwrap_or(0)
}

fn to_level(level: usize) -> u32 {
    u32::try_from(level).unwrap_or(0)
}

/// Squares column by column (or row by row), every second one backwards: neighbours follow each other.
fn serpentine(squares: &[Node], by_row: bool) -> Vec<Node> {
    let mut squares = squares.to_vec();
    squares.sort_by_key(|&(column, row)| {
        let (line, along) = if by_row { (row, column) } else { (column, row) };
        (line, if line % 2 == 0 { along } else { -along })
    });
    squares
}

/// A list in so many parts of nearly the same length.
fn chunks(squares: &[Node], count: usize) -> Vec<Vec<Node>> {
    let cut = |part: usize| part * squares.len() / count.max(1);
    (0..count)
        .filter_map(|part| squares.get(cut(part)..cut(part + 1)))
        .map(<[Node]>::to_vec)
        .collect()
}

/// People per cell in the first year, row by row from the north; NaN where nobody lives.
pub(crate) fn surface(layout: &Layout) -> Vec<f64> {
    let (mesh, land, extent) = (mesh(layout), land(layout), extent(layout));
    let towns: BTreeMap<Node, (Point, f64)> = land
        .iter()
        .map(|&square| (square, (mesh.heart(square), weight(layout, square))))
        .collect();
    let coast: Vec<Vec<(f64, f64)>> = outline(&land)
        .iter()
        .map(|nodes| {
            nodes
                .iter()
                .map(|&node| extent.cell(mesh.place(node)))
                .collect()
        })
        .collect();
    let mut cells = Vec::with_capacity(extent.width * extent.height);
    for row in 0..extent.height {
        for column in 0..extent.width {
            let at = (real_size(column) + 0.5, real_size(row) + 0.5);
            let people = if coast.iter().any(|ring| inside(at, ring)) {
                people(layout, &towns, &extent, (column, row))
            } else {
                f64::NAN
            };
            cells.push(people);
        }
    }
    cells
}

/// How large the town of a square is: mostly villages, a few cities.
fn weight(layout: &Layout, square: Node) -> f64 {
    let luck = share(&[6, square.0, square.1, layout.seed]);
    let size = 0.6 + 6.0 * luck * luck * luck * luck;
    match layout.settlement {
        Settlement::Everywhere => size + 0.8,
        Settlement::Towns => size,
        // Of 16 rows the upper ten are desert.
        Settlement::South if square.1 * 8 < layout.rows * 5 => 0.0,
        Settlement::South => size,
    }
}

fn people(
    layout: &Layout,
    towns: &BTreeMap<Node, (Point, f64)>,
    extent: &Extent,
    (column, row): (usize, usize),
) -> f64 {
    let (x, y) = (real_size(column) + 0.5, real_size(row) + 0.5);
    let cells = real(layout.cells);
    // A margin of one square lies round the mesh.
    let (home_column, home_row) = (whole(x / cells) - 1, whole(y / cells) - 1);
    let mut density = 0.0;
    for (dx, dy) in (-1..=1).flat_map(|dx| (-1..=1).map(move |dy| (dx, dy))) {
        let Some(&(town, weight)) = towns.get(&(home_column + dx, home_row + dy)) else {
            continue;
        };
        let (town_x, town_y) = extent.cell(town);
        let (dx, dy) = (x - town_x, y - town_y);
        let reach = 1.0 + (dx * dx + dy * dy) / (9.0 * (weight + 0.1));
        density += 16.0 * weight / (reach * reach);
    }
    let villages = noise(x, y, 5.0, 11 + layout.seed) * noise(x, y, 23.0, 12 + layout.seed);
    let (threshold, village) = match layout.settlement {
        Settlement::Everywhere => (0.0, 12.0),
        Settlement::Towns => (0.38, 14.0),
        Settlement::South => (0.5, 10.0),
    };
    if density > 0.0 {
        density += village * (villages - threshold).max(0.0);
    }
    let salt = [13, index(column), index(row), layout.seed];
    let value = density * (0.55 + 0.9 * share(&salt));
    if value < 0.8 {
        f64::NAN
    } else {
        quantise(value)
    }
}

fn index(place: usize) -> i64 {
    i64::try_from(place).unwrap_or(i64::MAX)
}

#[expect(clippy::cast_precision_loss, reason = "a few thousand cells")]
fn real(number: i64) -> f64 {
    number as f64
}

fn real_size(number: usize) -> f64 {
    real(index(number))
}

#[expect(clippy::cast_possible_truncation, reason = "a few hundred squares")]
fn whole(number: f64) -> i64 {
    number.floor() as i64
}
