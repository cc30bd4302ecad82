//! The command line.

use dhis2_session::ServerArgs;
use pop_cli::{CommonArgs, ExitStatus, after_help};
use pop_dhis2::org_units::Selection;

use crate::geometry::{Fallback, GeometryChoice, KeyComparison};

/// Fetch org units from DHIS2 as one GeoJSON FeatureCollection
///
/// Writes every selected unit, those without geometry with "geometry": null, in the order of the
/// tree. Ancestors that were not selected are written too, marked "context": true.
/// A unit is selected if it has one of the levels, is below one of the parents and is in one of
/// the groups, as far as these are given. Without a selection, the tool lists the levels of the
/// server and ends with exit code 2.
///
/// Limits: 256 MiB for one response of the server (large units are requested one by one); a
/// response that stalls for --timeout seconds, or brings less than 4 kB a minute, is an error.
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

    /// Units whose subtrees are selected, themselves included, by UID or code
    #[arg(long = "parent", value_name = "UNIT", value_delimiter = ',')]
    parents: Vec<String>,

    /// Groups whose units are selected, by UID, code or name
    #[arg(long = "group", value_name = "GROUP")]
    groups: Vec<String>,

    /// Single units, by UID
    #[arg(long = "id", value_name = "UID", value_delimiter = ',')]
    #[arg(conflicts_with_all = ["levels", "parents", "groups", "all"])]
    units: Vec<String>,

    /// A file with the UIDs of single units, one per line; - is stdin
    #[arg(long, value_name = "FILE", conflicts_with_all = ["levels", "parents", "groups", "all"])]
    pub(crate) id_file: Option<String>,

    /// The whole tree
    #[arg(long, conflicts_with_all = ["levels", "parents", "groups"])]
    all: bool,

    /// An earlier output: list the units that are new, gone, moved, redrawn, displaced (points),
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

    /// Match keys without regard to case, accents, blanks and punctuation (file: only)
    #[arg(long)]
    pub(crate) loose_match: bool,

    /// Geometry of units for which the source has none
    #[arg(long, value_enum, default_value_t, hide_possible_values = false)]
    pub(crate) fallback: Fallback,

    /// Write the units without a matching geometry and the unused features as CSV
    #[arg(long, value_name = "FILE")]
    pub(crate) report: Option<String>,
}

impl GeometryArgs {
    /// How keys of units and features are compared.
    pub(crate) fn comparison(&self) -> KeyComparison {
        if self.loose_match {
            KeyComparison::Loose
        } else {
            KeyComparison::Exact
        }
    }
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
