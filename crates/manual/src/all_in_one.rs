//! The program that is all programs. Packages hold it and links, or launchers, which saves space.

use std::ffi::{OsStr, OsString};
use std::io::{self, Write};
use std::path::Path;
use std::process::ExitCode;

use crate::{Program, registered_practice, registered_tools};

/// What `headcount --help` says before the list.
const USAGE: &str = "All programs of headcount in one: headcount PROGRAM [ARGUMENT]..., or a link with the name of one.";

/// The `main` of `headcount`: the program that it is called as, by a link, or that its first argument names.
#[must_use]
pub fn all_in_one(mut arguments: Vec<OsString>) -> ExitCode {
    let programs: Vec<Program> = registered_tools()
        .into_iter()
        .chain(registered_practice())
        .collect();
    let called_as = arguments
        .first()
        .and_then(|path| Path::new(path).file_name());
    if let Some(program) = called_as.and_then(|name| named(&programs, name)) {
        return (program.main)(arguments);
    }
    let Some(first) = arguments.get(1) else {
        return refuse("no program named", &programs);
    };
    if let Some(program) = named(&programs, first) {
        arguments.remove(0);
        return (program.main)(arguments);
    }
    match first.to_str() {
        Some("--help" | "-h") => say(&format!("{USAGE}\n\n{}\n", listed(&programs, "\n"))),
        Some("--version" | "-V") => say(&format!("headcount {}\n", pop_cli::VERSION)),
        _ => refuse(
            &format!("{} is not a program", first.to_string_lossy()),
            &programs,
        ),
    }
}

/// The program of a name. On Windows names have any case and may end in `.exe`.
fn named<'p>(programs: &'p [Program], name: &OsStr) -> Option<&'p Program> {
    let mut name = name.to_str()?.to_owned();
    if cfg!(windows) {
        name.make_ascii_lowercase();
        name.truncate(name.strip_suffix(".exe").unwrap_or(&name).len());
    }
    programs.iter().find(|program| program.name == name)
}

fn listed(programs: &[Program], separator: &str) -> String {
    let names: Vec<&str> = programs.iter().map(|program| program.name).collect();
    names.join(separator)
}

fn say(text: &str) -> ExitCode {
    // A stdout that is closed leaves nobody to tell.
    let _ = io::stdout().write_all(text.as_bytes());
    ExitCode::SUCCESS
}

fn refuse(problem: &str, programs: &[Program]) -> ExitCode {
    // A stderr that is closed leaves nobody to tell.
    let _ = writeln!(
        io::stderr(),
        "headcount: {problem}, expected one of: {}\nheadcount: hint: headcount zonal-sum --help",
        listed(programs, ", ")
    );
    ExitCode::from(2)
}
