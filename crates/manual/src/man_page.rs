//! A man page of section 1 with the sections that man-pages(7) names.

use std::io;

use clap::Command;
use clap_mangen::Man;
use clap_mangen::roff::{Roff, roman};

/// The man page of a tool.
///
/// `clap_mangen` puts everything behind the options into one section "EXTRA"; examples and exit statuses get the
/// sections EXAMPLES and EXIT STATUS instead.
///
/// # Errors
/// Those of the writer.
pub fn man_page(command: &Command, page: &mut dyn io::Write) -> io::Result<()> {
    let mut command = command.clone();
    if command.get_version().is_none() {
        command = command.version(pop_cli::VERSION);
    }
    let man = Man::new(command.clone());
    man.render_title(page)?;
    man.render_name_section(page)?;
    man.render_synopsis_section(page)?;
    man.render_description_section(page)?;
    man.render_options_section(page)?;
    let help = command
        .get_after_help()
        .map(ToString::to_string)
        .unwrap_or_default();
    for block in help.split("\n\n").filter(|block| !block.is_empty()) {
        let (heading, lines) = block.split_once('\n').unwrap_or((block, ""));
        match heading {
            pop_cli::EXIT_STATUS_HEADING => section("EXIT STATUS", lines, page)?,
            pop_cli::EXAMPLES_HEADING => section("EXAMPLES", lines, page)?,
            _ => section("SEE ALSO", block, page)?,
        }
    }
    man.render_version_section(page)
}

/// A section whose lines are kept as they are.
fn section(heading: &str, lines: &str, page: &mut dyn io::Write) -> io::Result<()> {
    let mut roff = Roff::new();
    roff.control("SH", [heading]);
    roff.control("nf", []);
    for line in lines.lines() {
        roff.text([roman(line.strip_prefix("  ").unwrap_or(line))]);
    }
    roff.control("fi", []);
    roff.to_writer(page)
}

#[cfg(test)]
mod tests {
    #[test]
    fn examples_and_exit_statuses_have_their_sections() {
        for command in crate::tools() {
            let mut page = Vec::new();
            super::man_page(&command, &mut page).unwrap();
            let page = String::from_utf8(page).unwrap();
            for heading in ["NAME", "SYNOPSIS", "OPTIONS", "EXAMPLES", "\"EXIT STATUS\""] {
                let heading = format!(".SH {heading}\n");
                assert!(page.contains(&heading), "{}: {heading}", command.get_name());
            }
            assert!(!page.contains("EXTRA"), "{}", command.get_name());
        }
        for command in crate::practice_programs() {
            let mut page = Vec::new();
            super::man_page(&command, &mut page).unwrap();
            let page = String::from_utf8(page).unwrap();
            assert!(page.contains(".SH OPTIONS\n") && page.contains(pop_cli::VERSION));
        }
    }
}
