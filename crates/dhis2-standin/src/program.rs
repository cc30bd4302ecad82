//! `dhis2-standin`: the stand-in as a program.

use std::ffi::OsString;
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{CommandFactory as _, Parser};
use jiff::civil::Date;
use serde_json::Value;

use crate::{Control, Fault, FaultRule, Standin, StandinOptions, Version};

/// A local server that answers as DHIS2 does.
///
/// It listens on loopback, keeps its store in memory, and serves until it is killed. The
/// superuser is `admin` with the password `district`. Other users, with their roles, units and
/// two-factor logins, come in metadata packages.
#[derive(Parser)]
#[command(name = "dhis2-standin", disable_version_flag = true)]
struct Args {
    /// The release to be: 2.38.7, 2.40.12, 2.41.9.1, 2.42.5.2, 2.43.1 or 2.44
    #[arg(long = "version", value_name = "RELEASE", default_value = "2.43.1")]
    release: Version,
    /// Organisation units, a GeoJSON FeatureCollection
    #[arg(long, value_name = "GEOJSON")]
    org_units: Option<PathBuf>,
    /// A metadata package as for /api/metadata (may be given more than once)
    #[arg(long = "metadata", value_name = "BUNDLE")]
    bundles: Vec<PathBuf>,
    /// The port to listen on; 0 takes a free one
    #[arg(long, default_value_t = 0)]
    port: u16,
    /// A path below which the server lives, such as /dhis
    #[arg(long, value_name = "PATH", default_value = "")]
    context_path: String,
    /// The day that the server's clock shows
    #[arg(long, value_name = "DATE")]
    today: Option<Date>,
    /// A password for admin in place of `district`
    #[arg(long, value_name = "FILE")]
    admin_password_file: Option<PathBuf>,
    /// Leave the superuser without capture units, as on a new server
    #[arg(long)]
    admin_without_units: bool,
    /// Give no systemId, as a new server before its first restart
    #[arg(long)]
    no_system_id: bool,
    /// What goes wrong: "FAULT [on import | on METHOD PATH] [after N] [times N | always]", such as
    /// "refused=502 on GET organisationUnits.json after 2 times 3" (may be given more than once)
    #[arg(long = "fault", value_name = "RULE", long_help = fault_help())]
    faults: Vec<FaultRule>,
    /// Open /standin/…: state, values and requests to be read, faults and values to be set, by
    /// everybody on this machine
    #[arg(long)]
    control: bool,
    /// A file to write the URL to, besides standard output
    #[arg(long, value_name = "FILE")]
    url_file: Option<PathBuf>,
    /// A file to write the process id to
    #[arg(long, value_name = "FILE")]
    pid_file: Option<PathBuf>,
    /// Stop when standard input is closed
    #[arg(long)]
    until_stdin_closes: bool,
}

fn fault_help() -> String {
    format!(
        "What goes wrong: \"FAULT [on import | on METHOD PATH] [after N] [times N | always]\", such as \
         \"refused=502 on GET organisationUnits.json after 2 times 3\". PATH is how the path after \
         /api/ begins; an import is a POST of data values that is no dry run. Once, unless told \
         otherwise. Faults: {}",
        Fault::names()
    )
}

/// Its arguments, for the man page.
#[must_use]
pub fn command() -> clap::Command {
    Args::command()
}

/// The whole `main` of the program; the first argument is its name.
#[must_use]
pub fn main(arguments: Vec<OsString>) -> ExitCode {
    match run(Args::parse_from(arguments)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // There is no one else to tell.
            writeln!(io::stderr(), "dhis2-standin: {error}").ok();
            ExitCode::FAILURE
        }
    }
}

fn run(args: Args) -> io::Result<()> {
    let mut options = StandinOptions::new(args.release);
    options.port = args.port;
    options.context_path = args.context_path;
    options.org_units = args.org_units.as_deref().map(read).transpose()?;
    for bundle in &args.bundles {
        let bundle: Value = serde_json::from_slice(&read(bundle)?)
            .map_err(|error| io::Error::other(format!("{}: {error}", bundle.display())))?;
        options.bundles.push(bundle);
    }
    if let Some(today) = args.today {
        options.today = today;
    }
    options.faults = args.faults;
    options.admin_has_roots = !args.admin_without_units;
    if args.no_system_id {
        options.system_id = None;
    }
    if args.control {
        options.control = Control::Open;
    }
    if let Some(file) = &args.admin_password_file {
        let password = String::from_utf8(read(file)?).map_err(io::Error::other)?;
        options.admin_password = password.trim_end().to_owned();
    }
    let server = Standin::start(options)?;
    writeln!(io::stdout(), "{}", server.url())?;
    if let Some(file) = &args.pid_file {
        write_whole(file, &std::process::id().to_string())?;
    }
    if let Some(file) = &args.url_file {
        write_whole(file, &server.url())?;
    }
    if args.until_stdin_closes {
        io::copy(&mut io::stdin().take(u64::MAX), &mut io::sink())?;
    } else {
        loop {
            std::thread::park();
        }
    }
    Ok(())
}

fn read(file: &Path) -> io::Result<Vec<u8>> {
    std::fs::read(file).map_err(|error| io::Error::other(format!("{}: {error}", file.display())))
}

/// Writes a file so that a reader finds it whole or not at all.
fn write_whole(file: &Path, text: &str) -> io::Result<()> {
    let part = file.with_extension("part");
    std::fs::write(&part, text)?;
    std::fs::rename(&part, file)
}
