//! The commands that the documents show are commands that the tools accept.
#![allow(clippy::unwrap_used, reason = "tests fail by panicking")]

use std::path::{Path, PathBuf};

use clap::Command;
use clap::error::ErrorKind;

/// The Markdown files of the project, but for the changelog.
fn documents() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let mut found = Vec::new();
    let mut folders = vec![root.join("docs"), root.join("examples")];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|ending| ending == "md") {
                found.push(path);
            }
        }
    }
    found.push(root.join("README.md"));
    found.push(root.join("CONTRIBUTING.md"));
    found.sort();
    found
}

/// The lines of the code blocks of a document, fenced or indented, continued lines joined.
fn block_commands(text: &str) -> Vec<String> {
    let mut commands: Vec<String> = Vec::new();
    let mut is_fenced = false;
    let mut is_continued = false;
    for line in text.lines() {
        if line.trim_start().starts_with("```") {
            is_fenced = !is_fenced;
            is_continued = false;
            continue;
        }
        if !is_fenced && !line.starts_with("    ") {
            is_continued = false;
            continue;
        }
        let line = line.trim();
        let part = line.trim_end_matches(['\\', '`']);
        match commands.last_mut().filter(|_| is_continued) {
            Some(last) => *last = format!("{last} {part}"),
            None => commands.push(part.to_owned()),
        }
        is_continued = line.ends_with(['\\', '|', '`']);
    }
    commands
}

/// The code spans of a document that have at least two words.
fn span_commands(text: &str) -> Vec<String> {
    let mut is_fenced = false;
    let mut commands = Vec::new();
    for line in text.lines() {
        if line.trim_start().starts_with("```") {
            is_fenced = !is_fenced;
        } else if !is_fenced {
            let spans = line.split('`').skip(1).step_by(2);
            commands.extend(spans.filter(|s| s.contains(' ')).map(str::to_owned));
        }
    }
    commands
}

/// The simple commands of a line, each as words, without redirections and the variables set before it.
fn simple_commands(line: &str) -> Vec<Vec<String>> {
    let line = line.trim_start_matches("$ ").trim_start_matches("PS> ");
    let line = line.replace("<(", " ").replace(['(', ')'], " ");
    let Some(words) = shlex::split(&line) else {
        return Vec::new();
    };
    let mut commands = vec![Vec::new()];
    let mut is_target = false;
    for word in words {
        let is_redirection = word
            .trim_start_matches(['1', '2', '&'])
            .starts_with(['>', '<']);
        let ends = word.ends_with(';');
        let word = word.trim_end_matches(';');
        if matches!(word, "|" | "||" | "&&" | "&" | "") {
            commands.push(Vec::new());
            continue;
        }
        let command = commands.last_mut().unwrap();
        if is_redirection {
            is_target = word.ends_with(['>', '<']);
        } else if is_target {
            is_target = false;
        } else if !command.is_empty() || !word.contains('=') {
            command.push(word.to_owned());
        }
        if ends {
            commands.push(Vec::new());
        }
    }
    commands
}

fn is_flag(word: &str) -> bool {
    word.starts_with("--")
}

/// `DAY`, `$km`: what the reader puts a value of their own for.
fn stands_for_a_value(word: &str) -> bool {
    word.contains('$') || word.len() > 1 && word.bytes().all(|b| b.is_ascii_uppercase())
}

/// Why a tool does not accept a command; `None` also where something is left out or stands for a value.
fn refusal(tools: &[Command], words: &[String]) -> Option<String> {
    let first = Path::new(words.first()?).file_stem()?.to_str()?;
    let tool = tools.iter().find(|tool| tool.get_name() == first)?;
    let is_sketch = |word: &String| {
        word.contains('…') || word.contains("...") || word.starts_with('[') || word.ends_with(']')
    };
    if words.iter().any(is_sketch) {
        return None;
    }
    let error = tool.clone().try_get_matches_from(words).err()?;
    let is_refused = match error.kind() {
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion | ErrorKind::MissingRequiredArgument => {
            false
        }
        ErrorKind::InvalidValue | ErrorKind::ValueValidation => {
            !words.iter().any(|word| stands_for_a_value(word)) && !is_flag(words.last()?)
        }
        _ => true,
    };
    is_refused.then(|| error.to_string())
}

#[test]
fn every_command_of_the_documents_is_one_that_its_tool_accepts() {
    let tools: Vec<Command> = manual::tools()
        .into_iter()
        .chain(manual::practice_programs())
        .collect();
    let mut checked = 0;
    let mut refused = Vec::new();
    for document in documents() {
        let text = std::fs::read_to_string(&document).unwrap();
        for line in block_commands(&text)
            .into_iter()
            .chain(span_commands(&text))
        {
            for words in simple_commands(&line) {
                checked += 1;
                if let Some(reason) = refusal(&tools, &words) {
                    let name = document.file_name().unwrap().to_string_lossy();
                    refused.push(format!("{name}: {}\n{reason}", words.join(" ")));
                }
            }
        }
    }
    assert!(checked > 100, "{checked}");
    assert!(refused.is_empty(), "{}", refused.join("\n"));
}
