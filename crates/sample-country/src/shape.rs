//! The shapes that a generated country can have.

use crate::language::Language;
use crate::random::mix;

/// What a generated country looks like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// A small country of a few districts and sectors.
    Sample,
    /// 5 provinces, 30 districts, 416 sectors, 2,148 cells; people everywhere.
    Rwanda,
    /// Huge units, most of the north empty; French names; every second département is drawn in
    /// the file of a statistics office only.
    Chad,
    /// Few people; facilities as points; French names.
    CentralAfricanRepublic,
}

/// One level below the country.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Level {
    pub(crate) name: &'static str,
    pub(crate) units: usize,
}

/// Where people live.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Settlement {
    /// In every square.
    Everywhere,
    /// Around towns, with empty land between.
    Towns,
    /// Around towns in the south; almost nobody in the north.
    South,
}

/// A shape in numbers.
#[derive(Debug, Clone)]
pub(crate) struct Layout {
    /// Three letters of the user-assigned range of ISO 3166-1: no real country has them.
    pub(crate) code: String,
    pub(crate) name: &'static str,
    pub(crate) language: Language,
    /// The country's own level, those below it, and that of the facilities, where there are any.
    pub(crate) country_level: &'static str,
    pub(crate) levels: Vec<Level>,
    pub(crate) facility_level: Option<&'static str>,
    /// Columns and rows of the mesh, and how many of its squares are land.
    pub(crate) columns: i64,
    pub(crate) rows: i64,
    pub(crate) squares: usize,
    /// Raster cells along a square.
    pub(crate) cells: i64,
    /// Times that a border is broken at its middle.
    pub(crate) depth: u32,
    pub(crate) settlement: Settlement,
    /// Whether every second unit of the lowest level is drawn in a file of its own only.
    pub(crate) half_elsewhere: bool,
    pub(crate) seed: i64,
}

impl Shape {
    pub(crate) fn layout(self, seed: u32) -> Layout {
        let layout = Layout {
            code: code(seed),
            name: "Sample Country",
            language: Language::English,
            country_level: "Country",
            levels: Vec::new(),
            facility_level: None,
            columns: 0,
            rows: 0,
            squares: 0,
            cells: 24,
            depth: 3,
            settlement: Settlement::Towns,
            half_elsewhere: false,
            seed: i64::from(seed),
        };
        match self {
            Self::Sample => sample(layout),
            Self::Rwanda => rwanda(layout),
            Self::Chad => chad(layout),
            Self::CentralAfricanRepublic => central_african_republic(layout),
        }
    }
}

fn level(name: &'static str, units: usize) -> Level {
    Level { name, units }
}

/// 36 to 196 squares, as the seed has it.
fn sample(layout: Layout) -> Layout {
    let side = |salt| 6 + i64::try_from(mix(&[salt, layout.seed]) % 9).unwrap_or(0);
    let (columns, rows) = (side(1), side(2));
    let squares = usize::try_from(columns * rows * 7 / 10).unwrap_or(0);
    Layout {
        levels: vec![level("District", squares / 5), level("Sector", squares)],
        columns,
        rows,
        squares,
        ..layout
    }
}

fn rwanda(layout: Layout) -> Layout {
    Layout {
        code: "XRW".to_owned(),
        name: "Country of Hills",
        levels: vec![
            level("Province", 5),
            level("District", 30),
            level("Sector", 416),
            level("Cell", 2148),
        ],
        columns: 54,
        rows: 52,
        squares: 2148,
        cells: 8,
        depth: 2,
        settlement: Settlement::Everywhere,
        ..layout
    }
}

fn chad(layout: Layout) -> Layout {
    Layout {
        code: "XTD".to_owned(),
        name: "Pays du Sahel",
        language: Language::French,
        country_level: "Pays",
        levels: vec![level("Province", 23), level("Département", 69)],
        columns: 13,
        rows: 16,
        squares: 138,
        cells: 48,
        depth: 4,
        settlement: Settlement::South,
        half_elsewhere: true,
        ..layout
    }
}

fn central_african_republic(layout: Layout) -> Layout {
    Layout {
        code: "XCF".to_owned(),
        name: "Pays des Fleuves",
        language: Language::French,
        country_level: "Pays",
        levels: vec![
            level("Région", 7),
            level("Préfecture", 20),
            level("Sous-préfecture", 84),
        ],
        facility_level: Some("Formation sanitaire"),
        columns: 16,
        rows: 11,
        squares: 126,
        cells: 40,
        ..layout
    }
}

/// A code for a seed: 676 of them, but those of the sample country and of Kosovo.
fn code(seed: u32) -> String {
    let number = seed % 676;
    let letter = |number: u32| char::from(b'A' + u8::try_from(number % 26).unwrap_or(0));
    let code = format!("X{}{}", letter(number / 26), letter(number));
    match code.as_str() {
        "XSC" | "XKX" | "XRW" | "XTD" | "XCF" => format!("Z{}", &code[1..]),
        _ => code,
    }
}
