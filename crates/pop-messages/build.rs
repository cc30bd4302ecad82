//! Embeds every file of `messages/`: a language needs a file and no code.

#![allow(
    clippy::disallowed_methods,
    reason = "the build reads files, the crate none"
)]

use std::fmt::Write as _;
use std::path::Path;
use std::{env, fs, io};

fn main() -> io::Result<()> {
    let folder = Path::new(&env::var("CARGO_MANIFEST_DIR").unwrap_or_default()).join("messages");
    println!("cargo::rerun-if-changed={}", folder.display());
    let mut files = Vec::new();
    for entry in fs::read_dir(&folder)? {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension == "ftl") {
            files.push(path);
        }
    }
    files.sort();
    let mut list = String::from("&[\n");
    for path in files {
        println!("cargo::rerun-if-changed={}", path.display());
        let code = path.file_stem().unwrap_or_default().to_string_lossy();
        let _ = writeln!(list, "    ({code:?}, include_str!({path:?})),");
    }
    list.push(']');
    fs::write(
        Path::new(&env::var("OUT_DIR").unwrap_or_default()).join("languages.rs"),
        list,
    )
}
