//! Writes the sample country into a folder.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Parser;

/// Make a small country that does not exist, to practise on: org units, population rasters, DHIS2 metadata
#[derive(Parser)]
#[command(name = "sample-country", version)]
struct Args {
    /// Folder to write into; made where it is missing
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
}

#[expect(clippy::print_stderr, reason = "a message is all that is left to do")]
fn main() -> ExitCode {
    match write(&Args::parse().out) {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("sample-country: {message}");
            ExitCode::from(4)
        }
    }
}

fn write(folder: &std::path::Path) -> Result<(), String> {
    let files = sample_country::files().map_err(|error| error.to_string())?;
    std::fs::create_dir_all(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    for file in files {
        let path = folder.join(&file.name);
        std::fs::write(&path, &file.bytes)
            .map_err(|error| format!("{}: {error}", path.display()))?;
    }
    Ok(())
}
