//! `sample-country`: writes a country that does not exist into a folder.

use std::ffi::OsString;
use std::ops::RangeInclusive;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{CommandFactory as _, Parser, ValueEnum};

use crate::{SampleOptions, Shape};

/// Make a small country that does not exist, to practise on: org units, population rasters, DHIS2 metadata
///
/// The same options give the same bytes on any machine. The rasters are named and packed as
/// WorldPop's; country codes are of the range that ISO 3166-1 leaves to users.
#[derive(Parser)]
#[command(name = "sample-country", version)]
struct Args {
    /// Folder to write into; made where it is missing
    #[arg(long, value_name = "DIR")]
    out: PathBuf,

    /// What the country looks like
    #[arg(long, value_enum, default_value_t)]
    shape: ShapeName,

    /// Another country of the shape; for the shape sample also of another size
    #[arg(long, value_name = "NUMBER")]
    seed: Option<u32>,

    /// Years of the rasters of the whole population; those by age and sex are of the first
    #[arg(long, value_name = "YEARS", default_value = "2025-2026", value_parser = years)]
    years: RangeInclusive<u16>,
}

#[derive(Debug, Clone, Copy, Default, ValueEnum)]
enum ShapeName {
    /// a few districts and sectors, islands, a district that is not drawn (code XSC)
    #[default]
    Sample,
    /// 5 provinces, 30 districts, 416 sectors, 2,148 cells; people everywhere (XRW)
    Rwanda,
    /// huge units, most of them empty; French names; every second département has its outline
    /// in statistics-office.geojson only (XTD)
    Chad,
    /// few people; facilities as points; French names (XCF)
    Car,
}

impl From<ShapeName> for Shape {
    fn from(name: ShapeName) -> Self {
        match name {
            ShapeName::Sample => Self::Sample,
            ShapeName::Rwanda => Self::Rwanda,
            ShapeName::Chad => Self::Chad,
            ShapeName::Car => Self::CentralAfricanRepublic,
        }
    }
}

/// A year, or two with a hyphen.
fn years(text: &str) -> Result<RangeInclusive<u16>, String> {
    let (first, last) = text.split_once('-').unwrap_or((text, text));
    let year = |text: &str| {
        text.parse::<u16>()
            .ok()
            .filter(|year| (2015..=2030).contains(year))
            .ok_or_else(|| format!("{text:?} is not a year from 2015 to 2030"))
    };
    let years = year(first)?..=year(last)?;
    if years.is_empty() {
        return Err(format!("{text:?} ends before it begins"));
    }
    Ok(years)
}

/// Its arguments, for the man page.
#[must_use]
pub fn command() -> clap::Command {
    Args::command()
}

/// The whole `main` of the program; the first argument is its name.
#[must_use]
#[expect(clippy::print_stderr, reason = "a message is all that is left to do")]
pub fn main(arguments: Vec<OsString>) -> ExitCode {
    match write(Args::parse_from(arguments)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("sample-country: {message}");
            ExitCode::from(4)
        }
    }
}

fn write(args: Args) -> Result<(), String> {
    let folder = args.out;
    std::fs::create_dir_all(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    let options = SampleOptions {
        shape: args.shape.into(),
        seed: args.seed,
        years: args.years,
    };
    let mut failure = None;
    crate::generate(&options, |file| {
        let path = folder.join(&file.name);
        if let Err(error) = std::fs::write(&path, &file.bytes) {
            failure.get_or_insert(format!("{}: {error}", path.display()));
        }
    })
    .map_err(|error| error.to_string())?;
    failure.map_or(Ok(()), Err)
}
