//! Which files a run reads and writes: none is both.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use crate::ToolError;
use crate::output_name::{check_output_name, is_null_device};

/// The files of a run, each by its true path; stdin and stdout are none.
#[derive(Debug, Default)]
pub(crate) struct PathGuard {
    read: BTreeSet<PathBuf>,
    written: BTreeSet<PathBuf>,
}

impl PathGuard {
    /// # Errors
    /// Usage where the run writes this file.
    pub(crate) fn read(&mut self, name: &str) -> Result<(), ToolError> {
        let place = place(name);
        if self.written.contains(&place) {
            return Err(both(name));
        }
        self.read.insert(place);
        Ok(())
    }

    /// # Errors
    /// Usage where the run reads this file, or writes it already, or no file can have the name.
    pub(crate) fn write(&mut self, name: &str) -> Result<(), ToolError> {
        check_output_name(name)?;
        let place = if name == "-" {
            name.into()
        } else {
            place(name)
        };
        if self.read.contains(&place) {
            return Err(both(name));
        }
        if self.written.insert(place) || is_null_device(name) {
            return Ok(());
        }
        let name = if name == "-" { "stdout (-)" } else { name };
        Err(ToolError::usage(format!("two outputs are to go to {name}"))
            .hint("give each output a file of its own"))
    }
}

fn both(name: &str) -> ToolError {
    ToolError::usage(format!(
        "{name} is read by this run and would be replaced by it"
    ))
    .hint("give the output a file of its own")
}

/// The path behind links and `..`, also of a file that is still to be made.
fn place(name: &str) -> PathBuf {
    let place = true_path(Path::new(name));
    if cfg!(windows) {
        // Names that differ in case only are one file.
        return place.to_string_lossy().to_lowercase().into();
    }
    place
}

fn true_path(path: &Path) -> PathBuf {
    fs::canonicalize(path).unwrap_or_else(|_| {
        let folder = match path.parent() {
            Some(folder) if !folder.as_os_str().is_empty() => folder,
            _ => Path::new("."),
        };
        match (fs::canonicalize(folder), path.file_name()) {
            (Ok(folder), Some(file)) => folder.join(file),
            _ => path.to_owned(),
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_file_is_both_read_and_written() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name).to_string_lossy().into_owned();
        fs::write(at("a"), "x").unwrap();
        let mut places = PathGuard::default();
        places.read(&at("a")).unwrap();
        places.read(&at("a")).unwrap();
        places.write(&at("b")).unwrap();
        places.write("-").unwrap();
        for taken in [at("a"), at("./a"), at("b"), at("./b"), "-".to_owned()] {
            assert!(places.write(&taken).is_err(), "{taken}");
        }
        assert!(places.read(&at("b")).is_err());
        let device = if cfg!(windows) { "NUL" } else { "/dev/null" };
        places.write(device).unwrap();
        places.write(device).unwrap();
        assert_eq!(
            places.write(&at("B")).is_err(),
            cfg!(windows),
            "names that differ in case only"
        );
    }
}
