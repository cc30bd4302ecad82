//! The installed tools, and the man pages and completions made from their argument definitions.
//!
//! `registered_tools` is where a tool is registered: installation, man pages, completions and the tests that go
//! over all tools take their list from here.

mod all_in_one;
mod allow_kinds;
mod man_page;

pub use all_in_one::all_in_one;
pub use allow_kinds::allow_kinds_page;
pub use man_page::man_page;

use std::ffi::OsString;
use std::process::ExitCode;

use clap::Command;
use pop_cli::Tool;

/// A program: what it is called, its arguments, and its `main`.
struct Program {
    name: &'static str,
    command: fn() -> Command,
    main: fn(Vec<OsString>) -> ExitCode,
}

fn tool<T: Tool>() -> Program {
    Program {
        name: T::NAME,
        command: pop_cli::command::<T>,
        main: pop_cli::tool_main_with::<T>,
    }
}

/// The installed tools, in the order of the pipeline.
fn registered_tools() -> Vec<Program> {
    vec![
        tool::<fetch_orgunits::FetchOrgunits>(),
        tool::<fetch_metadata::FetchMetadata>(),
        tool::<fetch_values::FetchValues>(),
        tool::<fetch_worldpop::FetchWorldpop>(),
        tool::<clip_raster::ClipRaster>(),
        tool::<catchments::Catchments>(),
        tool::<zonal_sum::ZonalSum>(),
        tool::<rake::Rake>(),
        tool::<population_metadata::PopulationMetadata>(),
        tool::<to_datavalueset::ToDataValueSet>(),
        tool::<push::Push>(),
        tool::<cross_orgunits::CrossOrgunits>(),
        tool::<compare::Compare>(),
        tool::<to_table::ToTable>(),
        tool::<review::Review>(),
    ]
}

/// The programs to practise with.
fn registered_practice() -> Vec<Program> {
    vec![
        Program {
            name: "sample-country",
            command: sample_country::program::command,
            main: sample_country::program::main,
        },
        Program {
            name: "dhis2-standin",
            command: dhis2_standin::program::command,
            main: dhis2_standin::program::main,
        },
    ]
}

/// The definitions of the installed tools.
#[must_use]
pub fn tools() -> Vec<Command> {
    let tools = registered_tools();
    tools.iter().map(|tool| (tool.command)()).collect()
}

/// The programs to practise with: a country and a server. Packages hold them, `make install` leaves them out.
#[must_use]
pub fn practice_programs() -> Vec<Command> {
    let programs = registered_practice();
    programs.iter().map(|program| (program.command)()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_definition_is_valid_and_every_flag_explained() {
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
    fn levels_begin_at_one() {
        let mut checked = 0;
        for command in tools() {
            for id in ["level", "within_level", "master"] {
                let flags = command.get_arguments();
                let Some(flag) = flags.into_iter().find(|flag| flag.get_id() == id) else {
                    continue;
                };
                let flag = format!("--{}", flag.get_long().unwrap());
                let words = [command.get_name(), &flag, "0"];
                let error = command.clone().try_get_matches_from(words).unwrap_err();
                assert_eq!(
                    error.kind(),
                    clap::error::ErrorKind::ValueValidation,
                    "{words:?}: {error}"
                );
                checked += 1;
            }
        }
        assert_eq!(checked, 11);
    }

    /// The commands of the `Examples:` of a tool, continued lines joined.
    fn examples(command: &Command) -> Vec<String> {
        let help = command.get_after_help().unwrap().to_string();
        let mut commands: Vec<String> = Vec::new();
        let mut is_continued = false;
        for line in help.lines().skip(1).take_while(|line| !line.is_empty()) {
            let line = line.trim();
            let text = line.trim_end_matches('\\').to_owned();
            match commands.last_mut().filter(|_| is_continued) {
                Some(last) => *last = format!("{last} {text}"),
                None => commands.push(text),
            }
            is_continued = line.ends_with(['\\', '|']);
        }
        commands
    }

    #[test]
    fn no_example_is_wider_than_the_narrowest_help() {
        for command in tools() {
            let help = command.get_after_help().unwrap().to_string();
            let examples = help.lines().take_while(|line| !line.is_empty());
            for line in examples {
                assert!(
                    line.chars().count() <= pop_cli::MIN_HELP_WIDTH - 2,
                    "{}: end this line with \\ or | and go on in the next: {line}",
                    command.get_name()
                );
            }
        }
    }

    #[test]
    fn every_example_is_a_command_that_its_tools_accept() {
        let tools = tools();
        for tool in &tools {
            let examples = examples(tool);
            let own = examples
                .iter()
                .filter(|example| example.contains(tool.get_name()))
                .count();
            assert!(own >= 2, "{}: {examples:?}", tool.get_name());
            for example in &examples {
                for stage in example.split(" | ") {
                    let words = shell_words(stage);
                    let Some(known) = tools.iter().find(|known| known.get_name() == words[0])
                    else {
                        continue;
                    };
                    if let Err(error) = known.clone().try_get_matches_from(&words) {
                        panic!("{}: {stage}\n{error}", tool.get_name());
                    }
                }
            }
        }
    }

    /// The words of a simple command, without redirections and variables set before it.
    fn shell_words(stage: &str) -> Vec<String> {
        let mut words = Vec::new();
        let mut is_target = false;
        for word in stage.split_whitespace() {
            let is_redirection = word.starts_with('>') || word.starts_with('<');
            if is_redirection {
                is_target = word.len() == 1;
            } else if is_target {
                is_target = false;
            } else if !words.is_empty() || !word.contains('=') {
                words.push(word.trim_matches(['"', '\'']).to_owned());
            }
        }
        words
    }
}
