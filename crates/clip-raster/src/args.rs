//! The command line.

use geo_inputs::ThreadArgs;
use pop_cli::{CommonArgs, ConsentArgs, ExitStatus, after_help};
use pop_raster::Compression;

const EXAMPLES: &str = r"
fetch-orgunits --id O6uvpzGd5pu |
clip-raster -r sle_pop_2025_CN_100m_R2025A_v1.tif -o bo.tif
clip-raster -r sle_pop_2025_CN_100m_R2025A_v1.tif districts.geojson \
--level 3 --mask -o districts.tif
";

/// Clip a population raster to org units, on the same grid.
///
/// The clip is a window of whole cells around the units, context units not counted; nothing is resampled. Where the window of
/// whole tiles or strips has at most four times the cells of the smallest one, they are copied as they are stored, in a fraction of
/// the time; else, and with --margin, --mask, --overviews, --compression and --allow, the smallest window is compressed anew.
/// The clip is a cloud-optimised GeoTIFF that records what it was cut from, so that zonal-sum gives the same digits on it and
/// reports the people outside.
/// Limits: at most 10,000,000 columns or rows, and 256 MiB in a decoded tile or strip.
#[derive(Debug, clap::Parser)]
#[command(name = "clip-raster", version = pop_cli::VERSION)]
#[command(after_help = after_help(EXAMPLES, &[
    ExitStatus::Done, ExitStatus::CheckFound, ExitStatus::Usage, ExitStatus::Data, ExitStatus::Io,
]))]
pub struct ClipRaster {
    /// Org units as GeoJSON; - is stdin
    #[arg(value_name = "ORG_UNITS", default_value = "-")]
    pub org_units: String,

    /// The raster; - is stdin, kept in a temporary file
    #[arg(short, long, value_name = "FILE")]
    pub raster: String,

    /// Print what the file and its name say about the raster, and clip nothing
    #[arg(long, conflicts_with_all = ["margin", "mask", "like_input", "overviews", "compression", "source_total", "level", "id", "id_property"])]
    pub info: bool,

    /// Take the ids of units from this property
    #[arg(long, value_name = "PROPERTY", help_heading = "Org units")]
    pub id_property: Option<String>,

    /// Only units of these levels
    #[arg(
        long,
        value_name = "N,...",
        value_delimiter = ',',
        value_parser = clap::value_parser!(u32).range(1..),
        help_heading = "Org units"
    )]
    pub level: Vec<u32>,

    /// Only these units
    #[arg(
        long,
        value_name = "ID,...",
        value_delimiter = ',',
        help_heading = "Org units"
    )]
    pub id: Vec<String>,

    /// Add this many cells on each side of the smallest window; 0 is the smallest window itself
    #[arg(long, value_name = "CELLS", help_heading = "Window")]
    pub margin: Option<usize>,

    /// Cells that no unit touches become nodata
    #[arg(long, help_heading = "Window")]
    pub mask: bool,

    /// Grow the window to whole tiles or strips of the raster, however many cells that adds, and copy them without decoding
    #[arg(long, conflicts_with_all = ["mask", "overviews", "compression"], help_heading = "Window")]
    pub like_input: bool,

    /// Add overviews: every second, fourth ... cell, never averages
    #[arg(long, help_heading = "Encoding")]
    pub overviews: bool,

    /// Compress the smallest window anew [default where tiles are not copied: deflate]
    #[arg(long, value_enum, help_heading = "Encoding")]
    pub compression: Option<CompressionArg>,

    /// Whether to read the whole raster for the total and hash in the clip's record; auto: up to 64 million cells, with --like-input up to 4 million
    #[arg(
        long,
        value_enum,
        value_name = "WHEN",
        default_value = "auto",
        help_heading = "Provenance"
    )]
    pub source_total: SourceTotal,

    /// How many threads work
    #[command(flatten)]
    pub threads: ThreadArgs,

    /// Findings that are allowed.
    #[command(flatten)]
    pub consent: ConsentArgs,

    /// Flags of every tool.
    #[command(flatten)]
    pub common: CommonArgs,
}

/// Compression of the tiles.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum CompressionArg {
    /// Read everywhere
    Deflate,
    /// Quicker, needs GDAL 2.3 or later
    Zstd,
    /// As WorldPop has it
    Lzw,
    /// None
    None,
}

impl From<CompressionArg> for Compression {
    fn from(arg: CompressionArg) -> Self {
        match arg {
            CompressionArg::Deflate => Self::Deflate,
            CompressionArg::Zstd => Self::Zstd,
            CompressionArg::Lzw => Self::Lzw,
            CompressionArg::None => Self::None,
        }
    }
}

/// When the whole source is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum SourceTotal {
    /// If it is small
    Auto,
    /// Also if it is large
    Always,
    /// Never
    Never,
}
