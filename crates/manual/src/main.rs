//! Man pages and shell completions, made from the tools' own argument definitions.

use std::io;
use std::path::{Path, PathBuf};

use clap::{Command, CommandFactory, Parser};
use clap_complete::{Generator, Shell, generate_to};

/// Write man pages and shell completions of all tools into these folders
#[derive(Parser)]
#[command(name = "manual", version)]
struct Args {
    /// Folder for man pages of section 1
    #[arg(long, value_name = "DIR")]
    man: Option<PathBuf>,
    /// Folder for bash completions
    #[arg(long, value_name = "DIR")]
    bash: Option<PathBuf>,
    /// Folder for zsh completions
    #[arg(long, value_name = "DIR")]
    zsh: Option<PathBuf>,
    /// Folder for fish completions
    #[arg(long, value_name = "DIR")]
    fish: Option<PathBuf>,
}

fn main() -> io::Result<()> {
    let args = Args::parse();
    for command in tools() {
        if let Some(folder) = &args.man {
            std::fs::create_dir_all(folder)?;
            clap_mangen::generate_to(command.clone(), folder)?;
        }
        complete(&command, Shell::Bash, args.bash.as_deref())?;
        complete(&command, Shell::Zsh, args.zsh.as_deref())?;
        complete(&command, Shell::Fish, args.fish.as_deref())?;
    }
    Ok(())
}

/// The tools, in the order of the pipeline.
fn tools() -> Vec<Command> {
    vec![
        fetch_orgunits::FetchOrgunits::command(),
        fetch_metadata::FetchMetadata::command(),
        fetch_worldpop::FetchWorldpop::command(),
        clip_raster::ClipRaster::command(),
        zonal_sum::ZonalSum::command(),
        to_datavalueset::ToDataValueSet::command(),
        push::Push::command(),
    ]
}

fn complete(command: &Command, shell: impl Generator, folder: Option<&Path>) -> io::Result<()> {
    let Some(folder) = folder else { return Ok(()) };
    std::fs::create_dir_all(folder)?;
    let name = command.get_name().to_owned();
    generate_to(shell, &mut command.clone(), name, folder)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_definition_is_sound_and_every_flag_explained() {
        for command in tools() {
            command.clone().debug_assert();
            for flag in command.get_arguments() {
                assert!(
                    flag.get_help().is_some(),
                    "{} {} has no help",
                    command.get_name(),
                    flag.get_id()
                );
            }
        }
    }

    #[test]
    fn a_man_page_holds_the_examples_and_the_statuses() {
        for command in tools() {
            let mut page = Vec::new();
            clap_mangen::Man::new(command.clone())
                .render(&mut page)
                .unwrap();
            let page = String::from_utf8(page).unwrap();
            assert!(page.contains("Examples:"), "{}", command.get_name());
            assert!(page.contains("Exit status:"), "{}", command.get_name());
        }
    }
}
