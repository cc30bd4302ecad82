//! What the files of a run say, as the page shows it. Names and texts are as the files have them: the page makes them safe.

use pop_map::{ChangeClass, Map};

/// Everything on the page. An input that was not given is `None`: its section says so.
#[derive(Debug, Clone, Default)]
pub struct Review {
    /// What the page is about.
    pub subject: Subject,
    /// By which the files are recognised.
    pub hashes: Hashes,
    /// What is counted, with its totals; the first is the one on the map.
    pub measures: Vec<Measure>,
    /// Sums over the units directly below a unit.
    pub parents: Vec<Row>,
    /// The units, by parent.
    pub units: Vec<Row>,
    /// Units without a value.
    pub missing: Option<Vec<MissingUnit>>,
    /// The map.
    pub map: Option<MapFigure>,
    /// What would be refused, or was left out by consent.
    pub refused: Vec<Refused>,
    /// Entries of the exceptions file.
    pub exceptions: Option<Vec<Exception>>,
    /// Kinds of findings that were allowed without naming units.
    pub allowed: Vec<String>,
    /// Where every person of each raster is.
    pub balance: Option<Vec<Balance>>,
    /// Whether its figures are suppressed: see [`crate::suppress`].
    pub is_balance_suppressed: bool,
    /// Adjustments to official totals.
    pub raking: Option<Raking>,
    /// What made which file from which.
    pub provenance: Option<Vec<ProvenanceRecord>>,
    /// Ages and sexes of the country.
    pub country_pyramid: Option<Pyramid>,
    /// Ages and sexes of flagged units, in the order of their ids.
    pub unit_pyramids: Option<Vec<Pyramid>>,
    /// Remarks of the tool that wrote the plan or comparison, in English.
    pub remarks: Vec<String>,
    /// Values stored for the same elements and periods that the set does not hold.
    pub not_in_set: usize,
}

/// What is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum SubjectKind {
    /// A plan of `push`: values to be written.
    #[default]
    Plan,
    /// A plan of `push --undo`: values to be taken back.
    Undo,
    /// A comparison of two files.
    Comparison,
}

/// What the page is about.
#[derive(Debug, Clone, Default)]
pub struct Subject {
    /// What is asked for.
    pub kind: SubjectKind,
    /// Tool and version that wrote the plan or comparison.
    pub tool: String,
    /// DHIS2's id of its installation.
    pub system_id: Option<String>,
    /// DHIS2's version.
    pub server_version: Option<String>,
    /// Name of the data set.
    pub data_set: Option<String>,
    /// What the values were made from, as their comments name it.
    pub sources: Vec<String>,
    /// Values to be written.
    pub written: usize,
    /// What a comparison compares: source and years of the old and the new side.
    pub sides: Option<[String; 2]>,
    /// How many values of each class, by the class's word.
    pub counts: Vec<(String, usize)>,
}

/// SHA-256 of the files, as lower-case hexadecimal digits.
#[derive(Debug, Clone, Default)]
pub struct Hashes {
    /// Of the plan, or the comparison.
    pub plan: String,
    /// Of the data value set.
    pub payload: Option<String>,
}

/// A data element and period, or a year, sex and ages, with its totals.
#[derive(Debug, Clone, Default)]
pub struct Measure {
    /// Name of what is counted.
    pub name: String,
    /// When.
    pub period: String,
    /// Before, after and the difference.
    pub total: Row,
}

/// Before and after, of a unit or a sum of units.
#[derive(Debug, Clone, Default)]
pub struct Row {
    /// Id; empty for a total.
    pub id: String,
    /// Name.
    pub name: String,
    /// Id of the unit above.
    pub parent: Option<String>,
    /// Index among the measures.
    pub measure: usize,
    /// Units in a sum.
    pub units: Option<usize>,
    /// People before.
    pub before: Option<f64>,
    /// People after.
    pub after: Option<f64>,
    /// After less before.
    pub difference: Option<f64>,
    /// The difference as a share of `before`.
    pub change: Option<f64>,
    /// The year before.
    pub year_before: Option<YearBefore>,
    /// Rules that are met.
    pub flags: Vec<Flag>,
    /// Whether its figures are suppressed: see [`crate::suppress`].
    pub is_suppressed: bool,
}

/// The people of the year before.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct YearBefore {
    /// Its period.
    pub period: String,
    /// People.
    pub value: f64,
    /// Growth from it, as a share.
    pub growth: Option<f64>,
}

/// A rule that a unit meets.
#[derive(Debug, Clone, PartialEq)]
pub enum Flag {
    /// A rule of `push`.
    Rule {
        /// Which.
        rule: FlagRule,
        /// The share found.
        found: f64,
        /// The share from which it is flagged.
        threshold: f64,
    },
    /// A rule of `compare`, in its own words.
    Text(String),
}

/// The rules of `push`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FlagRule {
    /// Another value than the one stored.
    Change,
    /// More people than the year before.
    Growth,
    /// Fewer people than the year before.
    Decline,
}

/// A unit without a value, and why.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct MissingUnit {
    /// Id.
    pub id: String,
    /// Name.
    pub name: String,
    /// Words of the list of reasons; empty where no file says why.
    pub reasons: Vec<String>,
}

/// The map, and what is beside it.
#[derive(Debug, Clone)]
pub struct MapFigure {
    /// The shapes; `None` where no unit has a polygon.
    pub map: Option<Map>,
    /// By shape: the class, and the unit's index in [`Review::units`] where it has a row.
    pub units: Vec<(ChangeClass, Option<usize>)>,
    /// Names of units without a polygon.
    pub without_polygon: Vec<String>,
}

/// What would be refused, or left out.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Refused {
    /// Its kind.
    pub kind: String,
    /// What is wrong, in the words of the tool or server.
    pub message: String,
    /// How many values.
    pub values: usize,
    /// Whether somebody consented.
    pub is_allowed: bool,
}

/// An entry of an exceptions file.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Exception {
    /// Id, and the name where it is known.
    pub unit: String,
    /// Its name.
    pub name: String,
    /// Kind.
    pub kind: String,
    /// Reason.
    pub reason: String,
}

/// Where every person of a raster is, at one level.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Balance {
    /// The raster.
    pub raster: String,
    /// Product, release, kind, resolution, version.
    pub source: String,
    /// Whether the raster counts one sex or age band only.
    pub is_part: bool,
    /// The level.
    pub level: Option<u32>,
    /// Lines that lead from the units to the total.
    pub lines: Vec<BalanceLine>,
}

/// A line of a balance.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct BalanceLine {
    /// The member of the balance, such as `in_units`.
    pub member: String,
    /// People.
    pub people: f64,
}

/// Adjustments to official totals.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Raking {
    /// The official totals.
    pub controls: Vec<RakingLine>,
    /// The units, by factor.
    pub units: Vec<RakingLine>,
    /// Whether lines are left out: see [`crate::suppress`].
    pub is_suppressed: bool,
}

/// Something adjusted.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct RakingLine {
    /// Id of the unit.
    pub id: String,
    /// Name, else id.
    pub name: String,
    /// Who says so, or where the value comes from.
    pub source: String,
    /// People before.
    pub before: Option<f64>,
    /// People after.
    pub after: Option<f64>,
    /// After / before.
    pub factor: Option<f64>,
    /// Whether the report flags it.
    pub is_flagged: bool,
}

/// A run of a tool.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ProvenanceRecord {
    /// The tool.
    pub tool: String,
    /// Its version.
    pub version: String,
    /// Its arguments, as typed.
    pub arguments: Vec<String>,
    /// Files read.
    pub inputs: Vec<ProvenanceFile>,
    /// Files written.
    pub outputs: Vec<ProvenanceFile>,
}

/// A file that was read or written.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ProvenanceFile {
    /// What it was to the run.
    pub role: String,
    /// Its name on the command line.
    pub name: String,
    /// SHA-256.
    pub sha256: String,
}

/// Ages and sexes of the country or a unit.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Pyramid {
    /// Whose; empty for the country.
    pub id: String,
    /// Its name, else its id.
    pub name: String,
    /// From the youngest to the oldest.
    pub bands: Vec<Band>,
}

/// People of an age range.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Band {
    /// Its ages, as they are worded: `15–19`.
    pub ages: String,
    /// Women and girls.
    pub women: f64,
    /// Men and boys.
    pub men: f64,
}
