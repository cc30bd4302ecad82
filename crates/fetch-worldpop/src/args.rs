//! The command line.

use std::path::PathBuf;
use std::time::Duration;

use pop_cli::{CommonArgs, Console, ExitStatus, Tool, ToolError, after_help};
use pop_worldpop::{AgeSelection, Area, Resolution, Sex};

/// Fetch WorldPop rasters into a folder, whole and verified, and list them
///
/// Without ages or sexes it takes the rasters of the whole population. Bands come as f and m, or as
/// their sums t, never as both. Which files there are, the catalogue says; what is in them, their
/// names. A file appears in the folder once it is whole: its length is the announced one, all its
/// tiles are there, and its SHA-256 is the one of the lock file. A second run downloads nothing.
///
/// The lock file pins address, length and SHA-256 of every file: keep it with your Makefile. New
/// files come from the release it holds. Without --iso and --path, what it pins is fetched.
///
/// Limits: 64 MiB for an answer of the catalogue, 64 GiB for a file, no word from a server for
/// --timeout seconds, less than 4 kB in a minute, 4 files at a time.
#[derive(Debug, clap::Parser)]
#[command(name = "fetch-worldpop", version = pop_cli::VERSION, after_help = help())]
pub struct FetchWorldpop {
    #[command(flatten)]
    pub(crate) choice: ChoiceArgs,

    #[command(flatten)]
    pub(crate) place: PlaceArgs,

    #[command(flatten)]
    pub(crate) network: NetworkArgs,

    /// Show what exists and download nothing: the products, or with --iso the files of an area
    #[arg(long, help_heading = "Output")]
    #[arg(conflicts_with_all = ["dry_run", "upgrade_release", "offline", "accept_changed", "paths"])]
    pub(crate) list: bool,

    /// Download nothing: show what would be fetched, and how large it is
    #[arg(long, help_heading = "Output", conflicts_with = "offline")]
    pub(crate) dry_run: bool,

    /// How the files are listed: json, one path a line, or a table for reading
    #[arg(long, value_enum, default_value_t, help_heading = "Output")]
    pub(crate) format: Format,

    #[command(flatten)]
    pub(crate) common: CommonArgs,
}

/// How the files are listed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, clap::ValueEnum)]
pub(crate) enum Format {
    /// For `zonal-sum --raster-list`.
    #[default]
    Json,
    /// For shells and make.
    Paths,
    /// For people.
    Table,
}

/// Which rasters.
#[derive(Debug, Clone, clap::Args)]
#[command(next_help_heading = "Selection")]
pub(crate) struct ChoiceArgs {
    /// Countries by their three letters, US-AL and the like for a state of the USA, GLOBAL for the
    /// world; a comma list or repeated
    #[arg(long = "iso", value_name = "CODE", value_delimiter = ',')]
    pub(crate) areas: Vec<Area>,

    /// Years and ranges of years: 2025, or 2015-2030; a comma list or repeated
    #[arg(
        long,
        visible_alias = "years",
        value_name = "YEAR",
        value_delimiter = ','
    )]
    pub(crate) year: Vec<String>,

    /// All bands of age, for f and m unless --sex says otherwise
    #[arg(long)]
    pub(crate) bands: bool,

    /// Sexes: f, m, or t for their sum; without ages, the raster of all ages of each
    #[arg(long, value_name = "SEX", value_delimiter = ',')]
    pub(crate) sex: Vec<Sex>,

    /// Ages: the band that begins at one (15), a range of whole bands (15-49), an open end (80+),
    /// or under-18
    #[arg(long, value_name = "AGES", value_delimiter = ',')]
    pub(crate) age: Vec<AgeSelection>,

    /// Cell size: 100m, or 1km [default: 100m; 1km for GLOBAL]
    #[arg(long, value_name = "SIZE", value_parser = resolution)]
    pub(crate) resolution: Option<Resolution>,

    /// The release, such as R2025A, or global1 for the years 2000-2020 of the older product line
    /// [default: the lock file's, else the newest]
    #[arg(long, value_name = "RELEASE")]
    pub(crate) release: Option<String>,

    /// People in settled cells only [default, but for global1]
    #[arg(long, conflicts_with = "unconstrained")]
    pub(crate) constrained: bool,

    /// People in any land cell [default for global1]
    #[arg(long)]
    pub(crate) unconstrained: bool,

    /// Of global1: totals adjusted to those of the United Nations (other releases name it
    /// themselves)
    #[arg(long)]
    pub(crate) un_adjusted: bool,

    /// A file that the catalogue does not list, by its path on the data server; repeatable
    #[arg(long = "path", value_name = "PATH")]
    pub(crate) paths: Vec<String>,
}

/// Where files go, and what pins them.
#[derive(Debug, Clone, clap::Args)]
#[command(next_help_heading = "Files")]
pub(crate) struct PlaceArgs {
    /// The folder the rasters go into; made where there is none
    #[arg(long, value_name = "DIR", default_value = "rasters")]
    pub(crate) folder: PathBuf,

    /// The file that pins what was fetched
    #[arg(long, value_name = "FILE", default_value = "worldpop.lock")]
    pub(crate) lock: PathBuf,

    /// Take a file that changed under its address, by name, and record old and new in the lock;
    /// repeatable
    #[arg(long, value_name = "FILE")]
    pub(crate) accept_changed: Vec<String>,

    /// Replace everything the lock pins by the newest release (or that of --release), all
    /// together
    #[arg(long)]
    pub(crate) upgrade_release: bool,

    /// A copied folder that is looked into before the network
    #[arg(long, value_name = "DIR")]
    pub(crate) mirror: Option<PathBuf>,

    /// No network at all: only what is in the folder, or in --mirror
    #[arg(long)]
    pub(crate) offline: bool,
}

/// Which servers, and with how much patience.
#[derive(Debug, Clone, clap::Args)]
#[command(next_help_heading = "Server")]
pub(crate) struct NetworkArgs {
    /// The catalogue's address
    #[arg(
        long,
        value_name = "URL",
        default_value = "https://hub.worldpop.org/rest/data"
    )]
    pub(crate) catalogue_url: String,

    /// The address of the data server, or of a copy of it
    #[arg(long, value_name = "URL", default_value = crate::address::DATA_SERVER)]
    pub(crate) data_url: String,

    /// A PEM file with certificate authorities to trust beside the system's
    #[arg(long, value_name = "FILE")]
    pub(crate) ca_file: Option<PathBuf>,

    /// Talk http:// also to other machines: then only the lock proves what came
    #[arg(long)]
    pub(crate) plain_http: bool,

    /// Seconds to wait for an answer to begin, and between two pieces of it
    #[arg(long, value_name = "SECONDS", default_value_t = 120)]
    #[arg(value_parser = clap::value_parser!(u32).range(1..=86_400))]
    pub(crate) timeout: u32,

    /// How often a request is tried while the server drops it, or is too busy
    #[arg(long, value_name = "N", default_value_t = 6)]
    #[arg(value_parser = clap::value_parser!(u32).range(1..=100))]
    pub(crate) tries: u32,

    /// The pause before the second try; each next is twice as long, up to a minute
    #[arg(long, value_name = "SECONDS", default_value = "1", value_parser = seconds)]
    pub(crate) pause: Duration,

    /// Files that are downloaded at a time, at most 4
    #[arg(long, value_name = "N", default_value_t = 4)]
    #[arg(value_parser = clap::value_parser!(u8).range(1..=4))]
    pub(crate) jobs: u8,
}

fn resolution(text: &str) -> Result<Resolution, String> {
    match text.to_ascii_lowercase().as_str() {
        "100m" => Ok(Resolution::Metres100),
        "1km" => Ok(Resolution::Kilometre1),
        _ => Err("expected 100m or 1km".to_owned()),
    }
}

fn seconds(text: &str) -> Result<Duration, String> {
    text.parse()
        .ok()
        .filter(|seconds| (0.0..=60.0).contains(seconds))
        .and_then(|seconds| Duration::try_from_secs_f64(seconds).ok())
        .ok_or_else(|| "expected seconds from 0 to 60".to_owned())
}

fn help() -> String {
    after_help(
        r"fetch-worldpop --iso SLE --year 2025 |
         zonal-sum --raster-list - districts.geojson -o sums.csv
         fetch-worldpop --iso SLE --years 2020-2030 --sex f --age 15-49 \
         --dry-run --format table
         fetch-worldpop --iso SLE --list --format table
         fetch-worldpop --offline --mirror /media/usb/rasters",
        &[
            ExitStatus::Done,
            ExitStatus::Usage,
            ExitStatus::Data,
            ExitStatus::Io,
            ExitStatus::Refused,
            ExitStatus::Unreachable,
            ExitStatus::Interrupted,
        ],
    )
}

impl Tool for FetchWorldpop {
    const NAME: &'static str = "fetch-worldpop";

    fn common(&self) -> &CommonArgs {
        &self.common
    }

    fn run(&self, console: &mut Console) -> Result<ExitStatus, ToolError> {
        crate::run::run(self, console)
    }
}
