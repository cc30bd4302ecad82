//! A copied folder, in whatever order its files lie.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use pop_cli::ToolError;
use pop_worldpop::RasterName;

use crate::address::file_name;

/// Folders inside folders that are looked into.
const MAX_DEPTH: usize = 16;
/// Files and folders that are looked at.
const MAX_ENTRIES: usize = 1_000_000;

/// The rasters of a copied folder, by name.
#[derive(Debug, Default)]
pub(crate) struct Mirror {
    files: BTreeMap<String, (RasterName, PathBuf)>,
}

impl Mirror {
    /// Looks through a folder and those inside it; links to folders are not followed.
    ///
    /// # Errors
    /// I/O: no such folder, or it cannot be read. Data: more files than any copy has.
    pub(crate) fn open(folder: &Path) -> Result<Self, ToolError> {
        let mut mirror = Self::default();
        let mut left = MAX_ENTRIES;
        mirror.look_into(folder, MAX_DEPTH, &mut left)?;
        Ok(mirror)
    }

    fn look_into(
        &mut self,
        folder: &Path,
        depth: usize,
        left: &mut usize,
    ) -> Result<(), ToolError> {
        let io = |error: std::io::Error| ToolError::io(error).in_file(folder.display());
        let mut entries = std::fs::read_dir(folder)
            .map_err(io)?
            .collect::<Result<Vec<_>, _>>()
            .map_err(io)?;
        // The same file wins on every machine, should there be two of a name.
        entries.sort_by_key(std::fs::DirEntry::file_name);
        for entry in entries {
            *left = left.checked_sub(1).ok_or_else(|| {
                ToolError::data(format!("holds more than {MAX_ENTRIES} files"))
                    .in_file(folder.display())
            })?;
            let kind = entry.file_type().map_err(io)?;
            if kind.is_dir() && depth > 0 {
                self.look_into(&entry.path(), depth - 1, left)?;
            } else if !kind.is_dir() {
                let file = entry.file_name().to_string_lossy().into_owned();
                if let Some(name) = file_name(&file) {
                    self.files.entry(file).or_insert((name, entry.path()));
                }
            }
        }
        Ok(())
    }

    /// Where a file of this name is.
    pub(crate) fn path(&self, file: &str) -> Option<&Path> {
        self.files.get(file).map(|(_, path)| path.as_path())
    }

    /// All files, by name.
    pub(crate) fn files(&self) -> impl Iterator<Item = (&str, &RasterName, &Path)> {
        self.files
            .iter()
            .map(|(file, (name, path))| (file.as_str(), name, path.as_path()))
    }
}
