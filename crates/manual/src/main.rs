//! Writes man pages and shell completions of all tools; `--list` prints the tools' names.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use clap::{Command, Parser};
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
    /// Folder for PowerShell completions
    #[arg(long, value_name = "DIR")]
    powershell: Option<PathBuf>,
    /// Print the names of the tools, one a line
    #[arg(long)]
    list: bool,
    /// Include the programs to practise with
    #[arg(long)]
    practice: bool,
    /// Print the page docs/allow-kinds.md
    #[arg(long)]
    allow_kinds: bool,
}

fn main() -> io::Result<()> {
    let args = Args::parse();
    if args.allow_kinds {
        return write!(
            io::stdout(),
            "{}",
            manual::allow_kinds_page(&manual::tools())
        );
    }
    let mut commands = manual::tools();
    if args.practice {
        commands.extend(manual::practice_programs());
    }
    for command in commands {
        if args.list {
            writeln!(io::stdout(), "{}", command.get_name())?;
        }
        if let Some(folder) = &args.man {
            fs::create_dir_all(folder)?;
            let path = folder.join(format!("{}.1", command.get_name()));
            manual::man_page(&command, &mut File::create(path)?)?;
        }
        complete(&command, Shell::Bash, args.bash.as_deref())?;
        complete(&command, Shell::Zsh, args.zsh.as_deref())?;
        complete(&command, Shell::Fish, args.fish.as_deref())?;
        complete(&command, Shell::PowerShell, args.powershell.as_deref())?;
    }
    Ok(())
}

fn complete(command: &Command, shell: impl Generator, folder: Option<&Path>) -> io::Result<()> {
    let Some(folder) = folder else { return Ok(()) };
    fs::create_dir_all(folder)?;
    let name = command.get_name().to_owned();
    generate_to(shell, &mut command.clone(), name, folder)?;
    Ok(())
}
