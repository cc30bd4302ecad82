//! Every language has every message, and every message is used.

#![allow(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    clippy::panic,
    reason = "helpers of tests; the tests read files, the crate none"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use fluent_syntax::ast::{
    CallArguments, Entry, Expression, InlineExpression, Pattern, PatternElement,
};
use fluent_syntax::parser::parse;

fn files() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("messages");
    let mut files: Vec<PathBuf> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    files.sort();
    files
}

/// Keys of a file, each with the arguments of its text.
fn keys(path: &Path) -> BTreeMap<String, BTreeSet<String>> {
    let text = fs::read_to_string(path).unwrap();
    let resource =
        parse(text.as_str()).unwrap_or_else(|(_, errors)| panic!("{}: {errors:?}", path.display()));
    let mut keys = BTreeMap::new();
    for entry in &resource.body {
        let Entry::Message(message) = entry else {
            continue;
        };
        let mut args = BTreeSet::new();
        arguments(message.value.as_ref().unwrap(), &mut args);
        let earlier = keys.insert(message.id.name.to_owned(), args);
        assert!(
            earlier.is_none(),
            "{}: {} twice",
            path.display(),
            message.id.name
        );
    }
    keys
}

fn arguments(pattern: &Pattern<&str>, args: &mut BTreeSet<String>) {
    for element in &pattern.elements {
        let PatternElement::Placeable { expression } = element else {
            continue;
        };
        match expression {
            Expression::Inline(inline) => inline_arguments(inline, args),
            Expression::Select { selector, variants } => {
                inline_arguments(selector, args);
                for variant in variants {
                    arguments(&variant.value, args);
                }
            }
        }
    }
}

fn inline_arguments(inline: &InlineExpression<&str>, args: &mut BTreeSet<String>) {
    match inline {
        InlineExpression::VariableReference { id } => {
            args.insert(id.name.to_owned());
        }
        InlineExpression::FunctionReference {
            arguments: CallArguments { positional, .. },
            ..
        } => positional
            .iter()
            .for_each(|item| inline_arguments(item, args)),
        _ => {}
    }
}

#[test]
fn every_language_has_the_same_messages_with_the_same_arguments() {
    let files = files();
    assert!(files.len() >= 2);
    let first = keys(&files[0]);
    for file in &files[1..] {
        let found = keys(file);
        for (key, args) in &first {
            let theirs = found.get(key);
            let theirs = theirs.unwrap_or_else(|| panic!("{}: {key} is missing", file.display()));
            assert_eq!(theirs, args, "{}: {key}", file.display());
        }
        for key in found.keys() {
            assert!(
                first.contains_key(key),
                "{}: {key} is in no other file",
                file.display()
            );
        }
    }
}

/// The text of sources and templates of all crates, tests left out.
fn sources(folder: &Path, text: &mut String) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if path.is_dir() {
            if !["tests", "target", "fuzz", "messages", "benches", "examples"]
                .contains(&name.as_str())
            {
                sources(&path, text);
            }
        } else if name != "tests.rs"
            && path
                .extension()
                .is_some_and(|extension| extension == "rs" || extension == "html")
        {
            text.push_str(&fs::read_to_string(&path).unwrap());
        }
    }
}

/// The text between `start` and the next quote mark, wherever `start` is, with blanks between its two halves.
fn literals<'a>(text: &'a str, start: &'a str) -> impl Iterator<Item = &'a str> {
    text.match_indices(start).filter_map(|(at, start)| {
        let rest = text[at + start.len()..].trim_start().strip_prefix('"')?;
        rest.split('"').next()
    })
}

#[test]
fn every_key_that_a_source_names_has_a_message() {
    let mut text = String::new();
    sources(&Path::new(env!("CARGO_MANIFEST_DIR")).join(".."), &mut text);
    let known = keys(&files()[0]);
    let mut missing = BTreeSet::new();
    for call in [
        "messages.text(",
        "messages.text_of(",
        ".counted(",
        "messages().text(",
        "messages().text_of(",
    ] {
        let wanted = literals(&text, call).map(str::to_owned);
        missing.extend(wanted.filter(|key| !key.contains('{') && !known.contains_key(key)));
    }
    let mut headings = BTreeSet::new();
    for call in ["Column::text(", "Column::code(", "Column::number("] {
        let wanted = literals(&text, call).filter(|key| !key.is_empty());
        headings.extend(wanted.map(|key| format!("column-{key}")));
    }
    assert!(headings.len() > 60, "{headings:?}");
    missing.extend(
        headings
            .iter()
            .filter(|key| !known.contains_key(*key))
            .cloned(),
    );
    assert!(missing.is_empty(), "no message for {missing:?}");
    let unused: Vec<&String> = known
        .keys()
        .filter(|key| key.starts_with("column-") && !headings.contains(*key))
        .collect();
    assert!(unused.is_empty(), "no table has the heading {unused:?}");
}

/// A heading that is no literal would escape the test above.
#[test]
fn headings_are_literals() {
    let mut text = String::new();
    sources(&Path::new(env!("CARGO_MANIFEST_DIR")).join(".."), &mut text);
    for call in ["Column::text", "Column::code", "Column::number"] {
        for (at, call) in text.match_indices(call) {
            let rest = text[at + call.len()..].trim_start_matches(['(', ' ', '\n']);
            assert!(
                rest.starts_with('"'),
                "{call}{}",
                &text[at + call.len()..][..40.min(text.len() - at - call.len())]
            );
        }
    }
}

#[test]
fn every_message_is_used() {
    let crates = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let mut text = String::new();
    sources(&crates, &mut text);
    // A key that is put together, such as reason-no-geometry, is used where its stem is.
    let stems: BTreeSet<&str> = text
        .split('"')
        .filter_map(|literal| literal.split_once("-{"))
        .map(|(stem, _)| stem)
        .filter(|stem| stem.chars().all(|c| c.is_ascii_lowercase() || c == '-'))
        .collect();
    let unused: Vec<String> = keys(&files()[0])
        .into_keys()
        .filter(|key| !text.contains(&format!("\"{key}\"")))
        .filter(|key| {
            !stems
                .iter()
                .any(|stem| key.starts_with(&format!("{stem}-")))
        })
        .collect();
    assert!(unused.is_empty(), "no source uses {unused:?}");
}
