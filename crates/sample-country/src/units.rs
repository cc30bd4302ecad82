//! The tree of units: country, districts, sectors, facilities.

use crate::mesh::{self, Mesh, Node, Point, Ring};
use crate::random::uid;

/// One organisation unit.
#[derive(Debug, Clone)]
pub struct Unit {
    /// DHIS2 UID.
    pub id: String,
    /// Code, unique in the tree.
    pub code: String,
    /// Name.
    pub name: String,
    /// 1 for the country, 4 for facilities.
    pub level: u32,
    /// UIDs of the ancestors, the country first.
    pub ancestors: Vec<String>,
    /// Opening date, `yyyy-mm-dd`.
    pub opened: &'static str,
    /// What it covers.
    pub ground: Ground,
}

/// What a unit covers.
#[derive(Debug, Clone)]
pub enum Ground {
    /// Parts, each a ring without holes.
    Area(Vec<Ring>),
    /// A facility.
    Place(Point),
    /// Nobody has drawn it yet.
    Undrawn,
}

/// The mesh of the sample country.
const MESH: Mesh = Mesh {
    west: 4_215_000,
    north: 1_485_000,
    step: 33_000,
    stray: 7_500,
    depth: 4,
    wiggle: 170,
    seed: None,
};

/// Which district each square of the mesh belongs to; a point is the sea.
const MAP: [&str; 5] = ["AABBB.", "ACCBDD", "ECCFFD", "EEGGFD", ".EGGFF"];

/// The districts in the order of their letters.
const DISTRICTS: [&str; 7] = [
    "Amberin", "Bekosa", "Calundi", "Dorravi", "Esenga", "Fumbari", "Gaseli",
];

/// The district that has no outline yet: its sectors were drawn when it was made of two others.
const UNDRAWN: &str = "Esenga";

/// The district that the islands are part of.
const ISLAND_DISTRICT: &str = "Dorravi";

/// Names of sectors, in the order of the map.
const SECTORS: [&str; 28] = [
    "Abaru", "Amsele", "Baneko", "Bisari", "Bolanga", "Ansira", "Cabeto", "Cirundo", "Bumeya",
    "Dakuma", "Dolisi", "Etoma", "Colavi", "Cumani", "Fadira", "Felongo", "Dumasi", "Ekivu",
    "Esamba", "Garuno", "Gemasi", "Fisolo", "Danaro", "Elundi", "Gitaro", "Gorova", "Fonseya",
    "Furaha",
];

/// Centres and radii of the two islands.
pub const ISLANDS: [(Point, i64); 2] = [
    ((4_436_000, 1_447_000), 8_000),
    ((4_428_500, 1_466_500), 4_500),
];

/// Every unit, parents before their children.
#[must_use]
pub fn tree() -> Vec<Unit> {
    let country = Unit {
        id: uid("country"),
        code: "XSC".to_owned(),
        name: "Sample Country".to_owned(),
        level: 1,
        ancestors: Vec::new(),
        opened: "2000-01-01",
        ground: ground(&squares(|_| true), islands()),
    };
    let mut districts = Vec::new();
    let mut sectors = Vec::new();
    let mut facilities = Vec::new();
    let mut names = SECTORS.iter();
    for (letter, name) in ('A'..).zip(DISTRICTS) {
        districts.push(district(&country, letter, name));
    }
    for (row, letters) in (0_i64..).zip(MAP) {
        for (column, letter) in (0_i64..).zip(letters.chars()) {
            let Some(parent) = districts
                .iter()
                .find(|district| district.code.ends_with(letter))
            else {
                continue;
            };
            let name = names.next().copied().unwrap_or("Nameless");
            let square = (column, row);
            let sector = sector(parent, name, sectors.len(), ground(&[square], Vec::new()));
            facilities.extend(facility(&sector, "Health Centre", MESH.heart(square)));
            if (column + row) % 3 == 0 {
                facilities.extend(facility(&sector, "Clinic", beside(square)));
            }
            sectors.push(sector);
        }
    }
    if let Some(parent) = districts
        .iter()
        .find(|district| district.name == ISLAND_DISTRICT)
    {
        let sector = sector(
            parent,
            "Twin Islands",
            sectors.len(),
            Ground::Area(islands()),
        );
        facilities.extend(facility(&sector, "Health Centre", ISLANDS[0].0));
        sectors.push(sector);
    }
    let mut tree = vec![country];
    tree.extend(districts);
    tree.extend(sectors);
    tree.extend(facilities);
    tree
}

fn district(country: &Unit, letter: char, name: &str) -> Unit {
    let offshore = if name == ISLAND_DISTRICT {
        islands()
    } else {
        Vec::new()
    };
    let drawn = name != UNDRAWN;
    Unit {
        id: uid(&format!("district/{name}")),
        code: format!("XSC_{letter}"),
        name: name.to_owned(),
        level: 2,
        ancestors: vec![country.id.clone()],
        opened: if drawn { "2000-01-01" } else { "2024-07-01" },
        ground: if drawn {
            ground(&squares(|of| of == letter), offshore)
        } else {
            Ground::Undrawn
        },
    }
}

fn sector(parent: &Unit, name: &str, index: usize, ground: Ground) -> Unit {
    Unit {
        id: uid(&format!("sector/{name}")),
        code: format!("XSC_S{:02}", index + 1),
        name: name.to_owned(),
        level: 3,
        ancestors: lineage(parent),
        opened: "2000-01-01",
        ground,
    }
}

fn facility(sector: &Unit, kind: &str, place: Point) -> Option<Unit> {
    let suffix = kind.chars().next()?;
    Some(Unit {
        id: uid(&format!("facility/{}/{kind}", sector.name)),
        code: format!("{}_{suffix}", sector.code),
        name: format!("{} {kind}", sector.name),
        level: 4,
        ancestors: lineage(sector),
        opened: "2005-01-01",
        ground: Ground::Place(place),
    })
}

fn lineage(parent: &Unit) -> Vec<String> {
    let mut ancestors = parent.ancestors.clone();
    ancestors.push(parent.id.clone());
    ancestors
}

/// Squares of the mesh whose letter is wanted.
fn squares(wanted: impl Fn(char) -> bool) -> Vec<Node> {
    let rows = (0_i64..).zip(MAP);
    rows.flat_map(|(row, letters)| {
        (0_i64..)
            .zip(letters.chars())
            .map(move |(column, of)| ((column, row), of))
    })
    .filter(|&(_, of)| of != '.' && wanted(of))
    .map(|(square, _)| square)
    .collect()
}

fn ground(squares: &[Node], offshore: Vec<Ring>) -> Ground {
    let mut parts: Vec<Ring> = mesh::outline(squares)
        .iter()
        .map(|nodes| MESH.ring(nodes))
        .collect();
    parts.extend(offshore);
    Ground::Area(parts)
}

fn islands() -> Vec<Ring> {
    let salts = 100_i64..;
    salts
        .zip(ISLANDS)
        .map(|(salt, (centre, radius))| MESH.island(centre, radius, salt))
        .collect()
}

/// Where people live, seen from afar: the coast without its wiggles, clockwise.
#[must_use]
pub fn land() -> Vec<Ring> {
    let mainland = mesh::outline(&squares(|_| true));
    let mainland = mainland
        .iter()
        .map(|nodes| nodes.iter().map(|&node| MESH.place(node)).collect());
    let islands = ISLANDS
        .iter()
        .map(|&(centre, radius)| mesh::diamond(centre, radius).to_vec());
    mainland.chain(islands).collect()
}

/// Some way from the middle of a square.
fn beside(square: Node) -> Point {
    let (x, y) = MESH.heart(square);
    (
        x + MESH.within(5_000, &[3, square.0, square.1]),
        y + MESH.within(5_000, &[4, square.0, square.1]),
    )
}

/// The middles of all squares, with a weight from 1 (a village) to 10 (the capital).
#[must_use]
pub fn towns() -> Vec<(Point, f64)> {
    let weight = |square: Node| match square {
        (2, 2) => 10.0,
        (4, 3) => 5.0,
        (1, 0) => 3.0,
        (column, row) if (column * 2 + row) % 3 == 0 => 1.6,
        _ => 1.0,
    };
    let squares = squares(|_| true);
    let mainland = squares
        .into_iter()
        .map(|square| (MESH.heart(square), weight(square)));
    mainland
        .chain(ISLANDS.iter().map(|&(centre, _)| (centre, 0.5)))
        .collect()
}
