//! Every refusal has a hint: each error type says one for each of its kinds, each refusal of a tool has a hint.
//!
//! Reads the sources as text, without what is behind `#[cfg(test)]`.

use std::fs;
use std::path::{Path, PathBuf};

use crate::support::root;

/// Crates that are not installed.
const NOT_INSTALLED: &[&str] = &[
    "dhis2-standin",
    "sample-country",
    "manual",
    "testdata",
    "fuzz",
];

/// Error types without a hint of their own, and why.
const WITHOUT_HINT: &[(&str, &str)] = &[
    ("CatchmentError", "ends as an internal error"),
    ("CrsReason", "ReadErrorKind carries it"),
    (
        "CrsMismatch",
        "the error that carries it names the conversion",
    ),
    (
        "ForeignComment",
        "a comment of somebody else is not a failure",
    ),
    (
        "FormulaError",
        "the message shows the form; MappingError carries it",
    ),
    ("HttpErrorKind", "HttpError carries it"),
    (
        "JournalLockError",
        "push says to wait, or how the file system failed",
    ),
    (
        "LookupError",
        "each caller says which document or flag to look at",
    ),
    (
        "NotAUid",
        "the message shows the form; the error that carries it has the hint",
    ),
    ("NotAVersion", "a server's answer: ApiError carries it"),
    ("OptionComboError", "the message ends in the hint"),
    (
        "PeriodError",
        "each caller shows the form of its flag or file",
    ),
    ("ResolveError", "to-datavalueset says where names come from"),
    (
        "SumError",
        "zonal-sum and clip-raster name the raster and its hint",
    ),
    (
        "UnclearMeaning",
        "shown as a reading beside the mapping's own hint",
    ),
    (
        "RenderError",
        "an internal error, or the writer's, for which the caller names the file",
    ),
    ("UnknownArea", "the message lists what is accepted"),
    ("UnknownLanguage", "the message lists what is accepted"),
    ("UnknownPeriodType", "the caller names --period-type"),
    ("UnknownSex", "the message lists what is accepted"),
];

/// Refusals that get their hint in another statement.
const HINTED_LATER: &[(&str, &str)] = &[
    ("clip-raster/src/units.rs", "no unit lies in the raster"),
    ("fetch-orgunits/src/geometry/file.rs", "no feature matches"),
    ("fetch-worldpop/src/request.rs", "has no year {year}"),
    ("pop-cli/src/consent.rs", "messages.join"),
    ("pop-cli/src/error.rs", "ToolError::data"),
    ("push/src/plan/build.rs", "other_system_words"),
    ("geo-inputs/src/raster.rs", "ToolError::usage(error)"),
    ("to-datavalueset/src/run.rs", "ToolError::data(e)"),
];

#[test]
fn every_kind_of_error_has_a_hint() {
    let mut problems = Vec::new();
    let mut unused: Vec<&str> = WITHOUT_HINT.iter().map(|&(name, _)| name).collect();
    for (path, text) in sources() {
        for name in error_types(&text) {
            let bodies = hints_of(&text, &name);
            if let Some(at) = unused.iter().position(|&known| known == name) {
                unused.remove(at);
                if !bodies.is_empty() {
                    problems.push(format!("{name} has a hint and is listed without"));
                }
                continue;
            }
            if bodies.is_empty() {
                problems.push(format!("{}: {name} has no hint", path.display()));
            }
            for body in bodies {
                problems.extend(
                    faults_of(&body).map(|fault| format!("{}: {name}: {fault}", path.display())),
                );
            }
        }
    }
    problems.extend(
        unused
            .iter()
            .map(|name| format!("{name} is not an error type")),
    );
    assert!(problems.is_empty(), "{}", problems.join("\n"));
}

#[test]
fn every_refusal_of_a_tool_has_a_hint() {
    let mut problems = Vec::new();
    for (path, text) in sources() {
        for refusal in ["ToolError::data", "ToolError::usage", "ToolError::refused"] {
            for (at, _) in text.match_indices(refusal) {
                let statement = statement(&text[at..]);
                let after = &text[at + statement.len()..];
                let after: String = after.chars().take(60).collect();
                let has = |word: &str| statement.contains(word) || after.contains(word);
                let is_listed = HINTED_LATER
                    .iter()
                    .any(|(file, words)| path.ends_with(file) && statement.contains(words));
                if !(is_listed || has("hint")) {
                    let line = text[..at].lines().count();
                    let words = statement.split_whitespace().collect::<Vec<_>>().join(" ");
                    problems.push(format!("{}:{line}: {words}", path.display()));
                }
            }
        }
    }
    assert!(problems.is_empty(), "{}", problems.join("\n"));
}

#[test]
fn faults_are_found() {
    let text = "#[derive(thiserror::Error)]\npub enum A {\n}\nimpl A {\n    fn hint(&self) -> &str {\n        match self {\n            Self::X => \"x\",\n            _ => \"y\",\n        }\n    }\n}\n";
    assert_eq!(error_types(text), ["A"]);
    let bodies = hints_of(text, "A");
    assert_eq!(faults_of(&bodies[0]).count(), 1, "{bodies:?}");
    let silent = "match self {\n    Self::X => None,\n    // only the system knows\n    Self::Y => None,\n    Self::Z => Some(\"z\"),\n}";
    assert_eq!(faults_of(silent).count(), 1);
    assert_eq!(
        statement("ToolError::data(\"a; b\").hint(\"c\"); d"),
        "ToolError::data(\"a; b\").hint(\"c\")"
    );
}

/// The sources of the installed crates, each without its tests.
fn sources() -> Vec<(PathBuf, String)> {
    let mut found = Vec::new();
    for entry in fs::read_dir(root().join("crates")).unwrap() {
        let entry = entry.unwrap();
        let name = entry.file_name().to_string_lossy().into_owned();
        if !NOT_INSTALLED.contains(&name.as_str()) {
            read_sources(&entry.path().join("src"), &mut found);
        }
    }
    found.sort();
    found
}

fn read_sources(folder: &Path, found: &mut Vec<(PathBuf, String)>) {
    for entry in fs::read_dir(folder).into_iter().flatten() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            read_sources(&path, found);
        } else if path.file_stem().is_some_and(|name| name != "tests") {
            let text = fs::read_to_string(&path).unwrap();
            let code = text.split("#[cfg(test)]\nmod tests {").next().unwrap();
            let path = path.strip_prefix(root()).unwrap().to_owned();
            found.push((path, code.to_owned()));
        }
    }
}

/// Types with `thiserror::Error` derived, or `std::error::Error` implemented.
fn error_types(text: &str) -> Vec<String> {
    let mut names = Vec::new();
    let word = |text: &str| -> String {
        text.chars()
            .take_while(|c| c.is_alphanumeric() || *c == '_')
            .collect()
    };
    for (at, _) in text.match_indices("thiserror::Error)]") {
        let rest = &text[at..];
        let declared = ["enum ", "struct "]
            .iter()
            .filter_map(|kind| Some(rest.find(kind)? + kind.len()))
            .min();
        names.extend(declared.map(|start| word(&rest[start..])));
    }
    for (at, found) in text.match_indices("std::error::Error for ") {
        names.push(word(&text[at + found.len()..]));
    }
    names
}

/// The bodies of `hint` and `hints` in the `impl` blocks of a type.
fn hints_of(text: &str, name: &str) -> Vec<String> {
    let mut bodies = Vec::new();
    for (at, _) in text.match_indices(&format!("impl {name} {{")) {
        let block = braces(&text[at..]);
        for function in ["fn hint(", "fn hints("] {
            bodies.extend(
                block
                    .find(function)
                    .map(|at| braces(&block[at..]).to_owned()),
            );
        }
    }
    bodies
}

/// From the first `{` to the brace that closes it.
fn braces(text: &str) -> &str {
    let start = text.find('{').unwrap();
    let mut depth = 0;
    for (at, c) in text[start..].char_indices() {
        match c {
            '{' => depth += 1,
            '}' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return &text[start..=start + at];
        }
    }
    &text[start..]
}

/// Arms that take any kind, and kinds without a hint of which no comment says why.
fn faults_of(body: &str) -> impl Iterator<Item = String> {
    let lines: Vec<&str> = body.lines().collect();
    let indent = |line: &str| line.len() - line.trim_start().len();
    let outermost = lines
        .iter()
        .filter(|line| line.contains("=>"))
        .map(|line| indent(line))
        .min();
    let mut found = Vec::new();
    for (number, line) in lines.iter().enumerate() {
        let is_arm = line.contains("=>") && Some(indent(line)) == outermost;
        if is_arm && line.trim_start().starts_with("_ =>") {
            found.push(format!("an arm takes any kind: {}", line.trim()));
        }
        let is_silent = line.contains("=> None") || line.contains("=> return None");
        let reason = number > 0 && lines[number - 1].trim_start().starts_with("//");
        if is_silent && !reason {
            found.push(format!("no hint and no reason: {}", line.trim()));
        }
    }
    found.into_iter()
}

/// To the `;` or `,` that ends it, or the bracket that closes around it; texts count as one.
fn statement(text: &str) -> &str {
    let mut depth = 0;
    let mut is_text = false;
    let mut before = ' ';
    for (at, c) in text.char_indices() {
        match c {
            '"' if before != '\\' => is_text = !is_text,
            _ if is_text => {}
            '(' | '[' | '{' => depth += 1,
            ')' | ']' | '}' => depth -= 1,
            ';' | ',' if depth == 0 => return &text[..at],
            _ => {}
        }
        if depth < 0 {
            return &text[..at];
        }
        before = if before == '\\' { ' ' } else { c };
    }
    text
}
