//! The command line.

use std::path::PathBuf;
use std::time::Duration;

use pop_cli::{CommonArgs, ExitStatus, after_help};
use pop_worldpop::{AgeSelection, Area, Resolution, Sex};

/// Download WorldPop rasters into a folder, verify them, and list them
///
/// Without --age, --sex or --bands it fetches the rasters of the whole population. Age bands come
/// as f and m or as their sums t, never as both: together they would count everybody twice. The
/// catalogue says which files exist. A file appears in the folder only when its length is the
/// announced one, all its tiles are inside the file, and its SHA-256 is that of the lock file. A
/// second run downloads nothing. An interrupted download is kept in the folder, in a hidden file
/// that ends in .part, and the next run continues it.
///
/// The lock file pins the address, length and SHA-256 of every file: keep it under version control.
/// New files come from the release it pins. Without --iso and --path, everything it pins is
/// fetched.
///
/// Limits: 64 MiB for a catalogue response, 64 GiB for a file, --timeout seconds without a byte, at
/// least 4 kB a minute, 4 files at a time.
#[derive(Debug, clap::Parser)]
#[command(name = "fetch-worldpop", version = pop_cli::VERSION, after_help = help())]
pub struct FetchWorldpop {
    #[command(flatten)]
    pub(crate) selection: SelectionArgs,

    #[command(flatten)]
    pub(crate) files: FileArgs,

    #[command(flatten)]
    pub(crate) network: NetworkArgs,

    /// List what exists and download nothing: the products, or with --iso the files of an area
    #[arg(long, help_heading = "Output")]
    #[arg(conflicts_with_all = ["dry_run", "upgrade_release", "offline", "accept_changed", "paths"])]
    pub(crate) list: bool,

    /// Download nothing: list what would be downloaded, with its size
    #[arg(long, help_heading = "Output", conflicts_with = "offline")]
    pub(crate) dry_run: bool,

    /// Format of the list: json, one path a line, or a table for reading
    #[arg(long, value_enum, default_value_t, help_heading = "Output")]
    pub(crate) format: Format,

    #[command(flatten)]
    pub(crate) common: CommonArgs,
}

/// Format of the list.
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
pub(crate) struct SelectionArgs {
    /// Countries (three letters, ISO 3166-1), US-AL and the like for a state of the USA, GLOBAL for
    /// the world; comma-separated or repeated
    #[arg(long = "iso", value_name = "CODE", value_delimiter = ',')]
    pub(crate) areas: Vec<Area>,

    /// Years and ranges of years: 2025, or 2015-2030; comma-separated or repeated
    #[arg(
        long,
        visible_alias = "years",
        value_name = "YEAR",
        value_delimiter = ','
    )]
    pub(crate) year: Vec<String>,

    /// All age bands, for f and m unless --sex says otherwise
    #[arg(long)]
    pub(crate) bands: bool,

    /// Sexes: f, m, or t for their sum; without --age, the raster of all ages of each sex
    #[arg(long, value_name = "SEX", value_delimiter = ',')]
    pub(crate) sex: Vec<Sex>,

    /// Ages: the band that begins at an age (15), a range of whole bands (15-49), an open end
    /// (80+), or under-18
    #[arg(long, value_name = "AGES", value_delimiter = ',')]
    pub(crate) age: Vec<AgeSelection>,

    /// Cell size: 100m or 1km [default: 100m; 1km for GLOBAL]
    #[arg(long, value_name = "SIZE", value_parser = resolution)]
    pub(crate) resolution: Option<Resolution>,

    /// The release, such as R2025A, or global1 for the years 2000-2020 of the older product line
    /// [default: that of the lock file, else the newest]
    #[arg(long, value_name = "RELEASE")]
    pub(crate) release: Option<String>,

    /// People in settled cells only [default, except for global1]
    #[arg(long, conflicts_with = "unconstrained")]
    pub(crate) constrained: bool,

    /// People in any land cell [default for global1]
    #[arg(long)]
    pub(crate) unconstrained: bool,

    /// global1 only: totals adjusted to those of the United Nations
    #[arg(long)]
    pub(crate) un_adjusted: bool,

    /// A file that the catalogue does not list, by its path on the data server; may be repeated
    #[arg(long = "path", value_name = "PATH")]
    pub(crate) paths: Vec<String>,
}

/// Where files go, and the lock file.
#[derive(Debug, Clone, clap::Args)]
#[command(next_help_heading = "Files")]
pub(crate) struct FileArgs {
    /// The folder for the rasters; created if needed
    #[arg(long, value_name = "DIR", default_value = "rasters")]
    pub(crate) folder: PathBuf,

    /// The lock file: pins the address, length and SHA-256 of what was fetched
    #[arg(long, value_name = "FILE", default_value = "worldpop.lock")]
    pub(crate) lock: PathBuf,

    /// Accept that a file has changed on the server, by its name, and record both hashes in the
    /// lock file; may be repeated
    #[arg(long, value_name = "FILE")]
    pub(crate) accept_changed: Vec<String>,

    /// Replace everything the lock file pins by the newest release (or that of --release), all or
    /// nothing
    #[arg(long)]
    pub(crate) upgrade_release: bool,

    /// A folder with copies of the files, read before anything is downloaded
    #[arg(long, value_name = "DIR")]
    pub(crate) mirror: Option<PathBuf>,

    /// Use no network: only what is in the folder or in --mirror
    #[arg(long)]
    pub(crate) offline: bool,
}

/// Servers, timeouts and retries.
#[derive(Debug, Clone, clap::Args)]
#[command(next_help_heading = "Server")]
pub(crate) struct NetworkArgs {
    /// The address of the catalogue
    #[arg(
        long,
        value_name = "URL",
        default_value = pop_worldpop::CATALOGUE_URL
    )]
    pub(crate) catalogue_url: String,

    /// The address of a STAC server, read where the catalogue fails or lacks a file [default:
    /// https://api.stac.worldpop.org with the default catalogue, else none]
    #[arg(long, value_name = "URL")]
    pub(crate) stac_url: Option<String>,

    /// The address of the data server, or of a copy of it
    #[arg(long, value_name = "URL", default_value = pop_worldpop::DATA_URL)]
    pub(crate) data_url: String,

    /// PEM file with certificate authorities to trust in addition to the system's
    #[arg(long, value_name = "FILE")]
    pub(crate) ca_file: Option<PathBuf>,

    /// Allow http:// to other machines: only the lock file then protects against changed files
    #[arg(long)]
    pub(crate) plain_http: bool,

    /// Seconds to wait for a response to begin, and between two pieces of it
    #[arg(long, value_name = "SECONDS", default_value_t = 120)]
    #[arg(value_parser = clap::value_parser!(u32).range(1..=86_400))]
    pub(crate) timeout: u32,

    /// Tries of a request while the server drops the connection or is busy
    #[arg(long, value_name = "N", default_value_t = 6)]
    #[arg(value_parser = clap::value_parser!(u32).range(1..=100))]
    pub(crate) tries: u32,

    /// The pause before the first retry; each further pause is twice as long, up to a minute
    #[arg(long, value_name = "SECONDS", default_value = "1", value_parser = seconds)]
    pub(crate) pause: Duration,

    /// Files to download at a time, at most 4
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
        ],
    )
}
