//! The French pages cover what the tools say, and their commands are those of the README.

use std::collections::{BTreeMap, BTreeSet};

use pop_cli::ExitStatus;

use crate::support::root;

fn page(name: &str) -> String {
    std::fs::read_to_string(root().join(name)).unwrap()
}

/// The words in backquotes of a page.
fn quoted_words(page: &str) -> BTreeSet<&str> {
    page.split('`').skip(1).step_by(2).collect()
}

/// The blocks of a page that a shell is to run.
fn shell_blocks(page: &str) -> Vec<&str> {
    page.split("```sh\n")
        .skip(1)
        .map(|rest| rest.split("```").next().unwrap())
        .collect()
}

#[test]
fn every_kind_and_reason_is_explained() {
    let messages = page("docs/fr/messages.md");
    let explained = quoted_words(&messages);
    let mut missing = BTreeSet::new();
    for line in page("docs/allow-kinds.md").lines() {
        let kind = line
            .strip_prefix("| `")
            .and_then(|rest| rest.split('`').next());
        missing.extend(
            kind.filter(|kind| !explained.contains(kind))
                .map(str::to_owned),
        );
    }
    let formats = page("docs/formats.md");
    let reasons = formats
        .split("| reason | meaning | status |")
        .nth(1)
        .unwrap();
    for line in reasons
        .lines()
        .skip(2)
        .take_while(|line| line.starts_with('|'))
    {
        let reason = line.split('`').nth(1).unwrap();
        if !explained.contains(reason) {
            missing.insert(reason.to_owned());
        }
    }
    assert!(
        missing.is_empty(),
        "not in docs/fr/messages.md: {missing:?}"
    );
}

/// The kinds of each tool in the English page.
fn kinds_by_tool(page: &str) -> BTreeSet<(String, String)> {
    let mut kinds = BTreeSet::new();
    let mut tool = "";
    for line in page.lines() {
        if let Some(heading) = line.strip_prefix("## ") {
            tool = heading;
        } else if let Some(rest) = line.strip_prefix("| `") {
            kinds.insert((tool.to_owned(), rest.split('`').next().unwrap().to_owned()));
        }
    }
    kinds
}

/// The table of kinds has each tool's own; the reasons of units are in a table before it.
#[test]
fn every_kind_of_each_tool_is_explained() {
    let messages = page("docs/fr/messages.md");
    let mut explained = BTreeSet::new();
    let reasons = messages.split("\n## ").nth(2).unwrap();
    for reason in quoted_words(reasons) {
        explained.insert(("to-datavalueset".to_owned(), reason.to_owned()));
    }
    let table = messages.split("\n## ").nth(3).unwrap();
    for line in table.lines().filter(|line| line.starts_with("| `")) {
        let cells: Vec<&str> = line.split('|').collect();
        for tool in quoted_words(cells[1]) {
            for kind in quoted_words(cells[2]) {
                explained.insert((tool.to_owned(), kind.to_owned()));
            }
        }
    }
    let kinds = kinds_by_tool(&page("docs/allow-kinds.md"));
    assert!(kinds.len() > 60, "{}", kinds.len());
    let missing: Vec<_> = kinds.difference(&explained).collect();
    assert!(
        missing.is_empty(),
        "not in docs/fr/messages.md: {missing:?}"
    );
}

#[test]
fn every_exit_status_is_explained() {
    let messages = page("docs/fr/messages.md");
    for status in [
        ExitStatus::Done,
        ExitStatus::CheckFound,
        ExitStatus::Usage,
        ExitStatus::Data,
        ExitStatus::Io,
        ExitStatus::Refused,
        ExitStatus::Unreachable,
        ExitStatus::Uncertain,
        ExitStatus::Internal,
    ] {
        let row = format!("\n| {} | ", status.code());
        assert!(messages.contains(&row), "no row {row:?}");
    }
}

/// The English pages' commands are typed by `scripts/check-readme`: the French pages have the same ones.
#[test]
fn french_pages_have_the_commands_of_the_english_ones() {
    for (french, english) in [
        ("docs/fr/premiers-pas.md", "README.md"),
        ("docs/fr/premier-jour.md", "docs/metadata.md"),
    ] {
        let (french_page, english_page) = (page(french), page(english));
        let known: BTreeSet<&str> = shell_blocks(&english_page)
            .into_iter()
            .flat_map(str::lines)
            .collect();
        let blocks = shell_blocks(&french_page);
        assert!(blocks.len() > 5, "{french}");
        for line in blocks.into_iter().flat_map(str::lines) {
            assert!(known.contains(line), "{french}: not in {english}: {line}");
        }
    }
    // The first day is a way without gaps: none of its commands is left out.
    let (french, english) = (page("docs/fr/premier-jour.md"), page("docs/metadata.md"));
    assert_eq!(shell_blocks(&french), shell_blocks(&english));
}

/// Headings of tables by key, in a language.
fn headings(language: &str) -> BTreeMap<String, String> {
    let messages = page(&format!("crates/pop-messages/messages/{language}.ftl"));
    let headings = messages.lines().filter_map(|line| {
        let (key, text) = line.strip_prefix("column-")?.split_once(" = ")?;
        Some((key.to_owned(), text.replace("{ $limit }", "…")))
    });
    headings.collect()
}

#[test]
fn the_glossary_has_every_heading_of_the_tables() {
    let glossary = page("docs/fr/glossaire.md");
    let (english, french) = (headings("en"), headings("fr"));
    assert!(english.len() > 60);
    for (key, heading) in english.iter().filter(|(key, _)| *key != "percent") {
        let row = format!("\n| {heading} | {} |\n", french[key]);
        assert!(glossary.contains(&row), "no row {row:?}");
    }
}

/// All sources of the crates in one text.
fn sources(folder: &std::path::Path, text: &mut String) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, text);
        } else if path.extension().is_some_and(|kind| kind == "rs") {
            text.push_str(&std::fs::read_to_string(path).unwrap());
        }
    }
}

#[test]
fn explained_messages_exist() {
    let mut code = String::new();
    sources(&root().join("crates"), &mut code);
    let messages = page("docs/fr/messages.md");
    let rows = messages
        .split("## La grille")
        .nth(1)
        .unwrap()
        .lines()
        .filter(|line| line.starts_with("| `"));
    for row in rows {
        let cell = row.split(" | ").next().unwrap();
        for quote in quoted_words(cell) {
            // what a message fills in is `…` on the page
            for fixed in quote.split('…').map(str::trim) {
                let fixed = fixed.trim_start_matches([',', ':']).trim();
                if fixed.len() > 4 && !fixed.starts_with('.') {
                    assert!(code.contains(fixed), "no message says {fixed:?}");
                }
            }
        }
    }
}
