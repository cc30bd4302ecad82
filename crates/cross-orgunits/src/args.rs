//! The command line.

use pop_cli::{CommonArgs, ConsentArgs, ExitStatus, after_help};

const EXAMPLES: &str = r"
cross-orgunits old.geojson new.geojson -o pieces.geojson
cross-orgunits old.geojson new.geojson --level 2 |
zonal-sum -r pop.tif -o pieces.csv
compare old.csv new.csv --crosswalk pieces.csv --format table
";

/// Cut two sets of boundaries into the pieces that they share, as org units for zonal-sum.
///
/// A piece is what an old and a new unit share, with the id OLD+NEW; what is in no new unit is OLD+, what is in no old one +NEW. Every unit comes out: one without a polygon as a feature without geometry. People of the pieces, summed by zonal-sum, are what compare --crosswalk reads.
#[derive(Debug, clap::Parser)]
#[command(name = "cross-orgunits", version = pop_cli::VERSION)]
#[command(after_help = after_help(EXAMPLES, &[
    ExitStatus::Done, ExitStatus::Usage, ExitStatus::Data, ExitStatus::Io,
]))]
pub struct CrossOrgunits {
    /// Org units before, as GeoJSON; - is stdin
    #[arg(value_name = "OLD")]
    pub old: String,

    /// Org units after, as GeoJSON; - is stdin
    #[arg(value_name = "NEW")]
    pub new: String,

    /// Only units of this level, on both sides
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..), help_heading = "Org units")]
    pub level: Option<u32>,

    /// Take the ids of the old units from this property
    #[arg(long, value_name = "PROPERTY", help_heading = "Org units")]
    pub old_id_property: Option<String>,

    /// Take the ids of the new units from this property
    #[arg(long, value_name = "PROPERTY", help_heading = "Org units")]
    pub new_id_property: Option<String>,

    /// Take the names of the old units from this property
    #[arg(long, value_name = "PROPERTY", help_heading = "Org units")]
    pub old_name_property: Option<String>,

    /// Take the names of the new units from this property
    #[arg(long, value_name = "PROPERTY", help_heading = "Org units")]
    pub new_name_property: Option<String>,

    #[command(flatten)]
    pub consent: ConsentArgs,

    #[command(flatten)]
    pub common: CommonArgs,
}
