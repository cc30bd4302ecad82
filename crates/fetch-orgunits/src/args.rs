//! The command line.

use dhis2_session::ServerArgs;
use pop_cli::{CommonArgs, Console, ExitStatus, Tool, ToolError, after_help};
use pop_dhis2::org_units::Selection;

use crate::geometry::{Fallback, GeometryChoice};

/// Fetch org units from DHIS2 as one GeoJSON FeatureCollection
///
/// Every unit asked for comes out, those without geometry with "geometry": null, in the order of
/// the tree. Ancestors that were not asked for come along, marked "context": true.
/// Levels, parents and groups narrow each other; several of one kind add up. Without a selection
/// the tool shows what the server has, and ends with 2.
///
/// Limits: 256 MiB for one answer of the server (large units are asked for one by one), no word
/// from the server for --timeout seconds, less than 4 kB of an answer in a minute.
#[derive(Debug, clap::Parser)]
#[command(name = "fetch-orgunits", version = pop_cli::VERSION, after_help = help())]
pub struct FetchOrgunits {
    #[command(flatten)]
    pub(crate) server: ServerArgs,

    #[command(flatten)]
    pub(crate) choice: ChoiceArgs,

    #[command(flatten)]
    pub(crate) geometry: GeometryArgs,

    #[command(flatten)]
    pub(crate) common: CommonArgs,
}

/// Which units.
#[derive(Debug, Clone, clap::Args)]
#[command(next_help_heading = "Selection")]
pub(crate) struct ChoiceArgs {
    /// Levels, by number or name; a comma list or repeated
    #[arg(short, long = "level", value_name = "LEVEL", value_delimiter = ',')]
    levels: Vec<String>,

    /// Units whose subtrees are meant, themselves included, by UID or code
    #[arg(long = "parent", value_name = "UNIT", value_delimiter = ',')]
    parents: Vec<String>,

    /// Groups whose units are meant, by UID, code or name
    #[arg(long = "group", value_name = "GROUP")]
    groups: Vec<String>,

    /// Single units, by UID
    #[arg(long = "id", value_name = "UID", value_delimiter = ',')]
    #[arg(conflicts_with_all = ["levels", "parents", "groups", "all"])]
    units: Vec<String>,

    /// A file with UIDs of single units, one a line; - is stdin
    #[arg(long, value_name = "FILE", conflicts_with_all = ["levels", "parents", "groups", "all"])]
    pub(crate) id_file: Option<String>,

    /// The whole tree
    #[arg(long, conflicts_with_all = ["levels", "parents", "groups"])]
    all: bool,

    /// An earlier output: say which units are new, gone, moved, redrawn, displaced (points),
    /// renamed or redated since; it may be the file of -o
    #[arg(long, value_name = "FILE")]
    pub(crate) compare: Option<String>,
}

/// Which geometries.
#[derive(Debug, Clone, clap::Args)]
#[command(next_help_heading = "Geometry")]
pub(crate) struct GeometryArgs {
    /// own, attribute:CODE (associated geometry), or file:PATH,match=code:PROPERTY (a GeoJSON
    /// file from elsewhere; match by code, name or id of the unit)
    #[arg(long, value_name = "SOURCE", default_value = "own")]
    pub(crate) geometry: GeometryChoice,

    /// What units get for which the source has nothing
    #[arg(long, value_enum, default_value_t, hide_possible_values = false)]
    pub(crate) fallback: Fallback,

    /// Write what did not come together, of both sides, as CSV
    #[arg(long, value_name = "FILE")]
    pub(crate) report: Option<String>,
}

impl ChoiceArgs {
    pub(crate) fn selection(&self) -> Selection {
        Selection {
            levels: self.levels.clone(),
            parents: self.parents.clone(),
            groups: self.groups.clone(),
            units: self.units.clone(),
            everything: self.all,
        }
    }
}

fn help() -> String {
    after_help(
        r"fetch-orgunits --url https://dhis2.example.org --credentials-file me.txt \
         --level 3 -o districts.geojson
         fetch-orgunits --level 4 --fallback own \
         --geometry file:wards.geojson,match=code:ADM3_PCODE
         fetch-orgunits --level District --parent ImspTQPwCqd | zonal-sum -r pop.tif",
        &[
            ExitStatus::Done,
            ExitStatus::Usage,
            ExitStatus::Data,
            ExitStatus::Io,
            ExitStatus::Refused,
            ExitStatus::Unreachable,
        ],
    )
}

impl Tool for FetchOrgunits {
    const NAME: &'static str = "fetch-orgunits";

    fn common(&self) -> &CommonArgs {
        &self.common
    }

    fn run(&self, console: &mut Console) -> Result<ExitStatus, ToolError> {
        crate::run::run(self, console)
    }
}
