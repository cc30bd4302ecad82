//! Imports between the files of a crate run one way: no cycle, but between a module and its own children.
//!
//! Reads the sources as text: `use` trees and paths that begin with `crate` or `super`. Names that a module
//! re-exports are followed to the file that defines them. Code behind `#[cfg(test)]` is left out.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use crate::support::root;

/// A module's path inside its crate: `["journal", "read"]`; empty for `lib.rs` or `main.rs`.
type ModulePath = Vec<String>;

/// The imports of one source file.
#[derive(Default)]
struct SourceFile {
    /// Paths from the crate's root that the file names anywhere.
    paths: BTreeSet<ModulePath>,
    /// Names that the file brings into its own scope, with the path each stands for.
    names: BTreeMap<String, ModulePath>,
}

#[test]
fn imports_between_files_have_no_cycle() {
    let mut found = Vec::new();
    for entry in fs::read_dir(root().join("crates")).unwrap() {
        let folder = entry.unwrap().path();
        let name = folder.file_name().unwrap().to_string_lossy().into_owned();
        for cycle in cycles(&read_sources(&folder.join("src"))) {
            let files: Vec<String> = cycle.iter().map(|path| path.join("::")).collect();
            found.push(format!("{name}: {}", files.join(", ")));
        }
    }
    found.sort();
    assert!(found.is_empty(), "import cycles:\n{}", found.join("\n"));
}

#[test]
fn a_cycle_is_found_through_a_re_export_and_a_child_may_use_its_parent() {
    let source = |module: &[&str], text: &str| {
        let module: ModulePath = module.iter().map(|&name| name.to_owned()).collect();
        (module.clone(), parse(text, &module))
    };
    let one_way = BTreeMap::from([
        source(&[], "mod a; mod b; pub use a::A;"),
        source(&["a"], "mod inner; use inner::I; pub struct A;"),
        source(
            &["a", "inner"],
            "use super::A; // crate::b::B\nstruct I(A);",
        ),
        source(
            &["b"],
            "use crate::A; #[cfg(test)] mod tests { use crate::a; }",
        ),
    ]);
    assert_eq!(cycles(&one_way), Vec::<Vec<ModulePath>>::new());
    let mut circular = one_way;
    circular.extend([source(&["a", "inner"], "fn f(b: &crate::b::B) {}")]);
    circular.extend([source(&["b"], "use crate::A;")]);
    circular.extend([source(
        &["a"],
        "mod inner; use inner::I;\npub use inner::A;",
    )]);
    assert_eq!(cycles(&circular).len(), 1);
}

fn read_sources(folder: &Path) -> BTreeMap<ModulePath, SourceFile> {
    let mut sources = BTreeMap::new();
    let mut folders = vec![(folder.to_owned(), ModulePath::new())];
    while let Some((folder, module)) = folders.pop() {
        let Ok(entries) = fs::read_dir(&folder) else {
            continue;
        };
        for entry in entries {
            let path = entry.unwrap().path();
            let name = path.file_stem().unwrap().to_string_lossy().into_owned();
            let mut child = module.clone();
            if path.is_dir() {
                child.push(name);
                folders.push((path, child));
                continue;
            }
            let is_root = module.is_empty() && (name == "lib" || name == "main");
            if path.extension().is_none_or(|kind| kind != "rs") || name == "tests" {
                continue;
            }
            if !is_root && name != "mod" {
                child.push(name);
            }
            let file = parse(&fs::read_to_string(&path).unwrap(), &child);
            sources.insert(child, file);
        }
    }
    sources
}

/// The strongly connected groups of files, without those that are one module and its children.
fn cycles(sources: &BTreeMap<ModulePath, SourceFile>) -> Vec<Vec<ModulePath>> {
    let files: Vec<&ModulePath> = sources.keys().filter(|path| !path.is_empty()).collect();
    let reached: BTreeMap<&ModulePath, BTreeSet<ModulePath>> = files
        .iter()
        .map(|&file| (file, reachable(file, sources)))
        .collect();
    let mut cycles = BTreeSet::new();
    for &file in &files {
        let group: Vec<ModulePath> = files
            .iter()
            .filter(|&&other| reached[file].contains(other) && reached[other].contains(file))
            .map(|&other| other.clone())
            .collect();
        let has_common_parent = group
            .iter()
            .any(|parent| group.iter().all(|member| member.starts_with(parent)));
        if group.len() > 1 && !has_common_parent {
            cycles.insert(group);
        }
    }
    cycles.into_iter().collect()
}

fn reachable(
    file: &ModulePath,
    sources: &BTreeMap<ModulePath, SourceFile>,
) -> BTreeSet<ModulePath> {
    let mut seen = BTreeSet::new();
    let mut open = vec![file.clone()];
    while let Some(file) = open.pop() {
        let targets = sources[&file]
            .paths
            .iter()
            .map(|path| defining_file(path, sources));
        for target in targets {
            if target != file && !target.is_empty() && seen.insert(target.clone()) {
                open.push(target);
            }
        }
    }
    seen
}

/// The file in which the last name of a path is defined, through any re-exports.
fn defining_file(path: &ModulePath, sources: &BTreeMap<ModulePath, SourceFile>) -> ModulePath {
    let mut path = path.clone();
    // Longer chains of re-exports than this are none.
    for _ in 0..8 {
        let depth = (0..=path.len())
            .rev()
            .find(|&depth| sources.contains_key(&path[..depth]))
            .unwrap_or(0);
        let module = path[..depth].to_vec();
        let Some(name) = path.get(depth) else {
            return module;
        };
        let Some(target) = sources.get(&module).and_then(|file| file.names.get(name)) else {
            return module;
        };
        if target == &path {
            return module;
        }
        let rest = path[depth + 1..].to_vec();
        path = [target.clone(), rest].concat();
    }
    path
}

fn parse(text: &str, module: &ModulePath) -> SourceFile {
    let code = without_tests(&without_comments_and_strings(text));
    let mut file = SourceFile::default();
    let mut rest = code.as_str();
    while let Some(at) = rest.find("use ") {
        let is_word = rest[..at]
            .ends_with(|c: char| c.is_whitespace() || c == ')' || c == ';' || c == '}')
            || at == 0;
        rest = &rest[at + 4..];
        if let Some(end) = rest.find(';').filter(|_| is_word) {
            let tree: String = rest[..end].split_whitespace().collect::<Vec<_>>().join(" ");
            add_use_tree(&tree, &[], module, &mut file);
        }
    }
    for start in ["crate::", "super::"] {
        for (at, _) in code.match_indices(start) {
            let path: String = code[at..]
                .chars()
                .take_while(|c| c.is_alphanumeric() || *c == '_' || *c == ':')
                .collect();
            let names: Vec<&str> = path.trim_end_matches(':').split("::").collect();
            file.paths.extend(absolute(&names, module));
        }
    }
    file
}

fn add_use_tree(tree: &str, prefix: &[&str], module: &ModulePath, file: &mut SourceFile) {
    let tree = tree.trim();
    if let Some((head, inner)) = tree.split_once('{') {
        let head = head.trim().trim_end_matches("::");
        let prefix: Vec<&str> = prefix
            .iter()
            .copied()
            .chain(head.split("::").filter(|name| !name.is_empty()))
            .collect();
        let mut depth = 0;
        let inner = &inner[..inner.rfind('}').unwrap_or(inner.len())];
        let branches = inner.split(|c| {
            depth += i32::from(c == '{') - i32::from(c == '}');
            c == ',' && depth == 0
        });
        for branch in branches.filter(|branch| !branch.trim().is_empty()) {
            add_use_tree(branch, &prefix, module, file);
        }
        return;
    }
    let (path, alias) = tree.split_once(" as ").unwrap_or((tree, ""));
    let mut names: Vec<&str> = prefix
        .iter()
        .copied()
        .chain(path.trim().split("::"))
        .collect();
    if names.last() == Some(&"self") && names.len() > 1 {
        names.pop();
    }
    let name = if alias.is_empty() {
        names[names.len() - 1]
    } else {
        alias.trim()
    }
    .to_owned();
    // A path without `crate`, `self` or `super` begins at a child module or at another crate.
    let is_relative = !["crate", "self", "super"].contains(&names[0]);
    let target = if is_relative {
        let names: Vec<String> = names.iter().map(|&name| name.to_owned()).collect();
        Some([module.clone(), names].concat())
    } else {
        absolute(&names, module)
    };
    if let Some(target) = target {
        if !is_relative {
            file.paths.insert(target.clone());
        }
        file.names.insert(name, target);
    }
}

/// A path that begins with `crate`, `self` or `super` as one from the crate's root.
fn absolute(names: &[&str], module: &ModulePath) -> Option<ModulePath> {
    let mut at = match names.first()? {
        &"crate" => ModulePath::new(),
        _ => module.clone(),
    };
    for &name in names {
        match name {
            "crate" | "self" => {}
            "super" => drop(at.pop()),
            "*" => return Some(at),
            name => at.push(name.to_owned()),
        }
    }
    Some(at)
}

fn without_comments_and_strings(text: &str) -> String {
    let mut code = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(next) = rest.chars().next() {
        let skipped = if rest.starts_with("//") {
            rest.find('\n').unwrap_or(rest.len())
        } else if rest.starts_with("/*") {
            rest.find("*/").map_or(rest.len(), |at| at + 2)
        } else if let Some(raw) = rest.strip_prefix("r#\"") {
            raw.find("\"#").map_or(rest.len(), |at| at + 5)
        } else if rest.starts_with("'\"'") || rest.starts_with("b'\"'") {
            4.min(rest.len())
        } else if next == '"' {
            string_length(rest)
        } else {
            code.push(next);
            rest = &rest[next.len_utf8()..];
            continue;
        };
        rest = rest.get(skipped..).unwrap_or("");
    }
    code
}

fn string_length(text: &str) -> usize {
    let mut is_escaped = false;
    for (at, character) in text.char_indices().skip(1) {
        match character {
            '"' if !is_escaped => return at + 1,
            '\\' => is_escaped = !is_escaped,
            _ => is_escaped = false,
        }
    }
    text.len()
}

/// The code up to its first inline test module.
fn without_tests(code: &str) -> String {
    let Some(at) = code.find("#[cfg(test)]") else {
        return code.to_owned();
    };
    let after = code[at + 12..].trim_start();
    let is_inline =
        after.starts_with("mod ") && after.find('{') < after.find(';').or(Some(usize::MAX));
    if is_inline {
        return code[..at].to_owned();
    }
    let next = after.find(';').map_or("", |end| &after[end + 1..]);
    format!("{}{}", &code[..at], without_tests(next))
}
