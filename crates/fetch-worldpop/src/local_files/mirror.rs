//! A folder with copies of files, in whatever subfolders.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use pop_cli::ToolError;
use pop_worldpop::RasterName;

use crate::address::file_name;

/// How deep subfolders are searched.
const MAX_DEPTH: usize = 16;
/// The most files and folders.
const MAX_ENTRIES: usize = 1_000_000;

/// The rasters of a mirror, by name.
#[derive(Debug, Default)]
pub(crate) struct Mirror {
    files: BTreeMap<String, (RasterName, PathBuf)>,
}

impl Mirror {
    /// Searches a folder and its subfolders; links to folders are not followed.
    ///
    /// # Errors
    /// I/O: the folder cannot be read. Data: too many files.
    pub(crate) fn open(folder: &Path) -> Result<Self, ToolError> {
        let mut mirror = Self::default();
        let mut left = MAX_ENTRIES;
        mirror.search(folder, MAX_DEPTH, &mut left)?;
        Ok(mirror)
    }

    fn search(&mut self, folder: &Path, depth: usize, left: &mut usize) -> Result<(), ToolError> {
        let io = |error: std::io::Error| {
            ToolError::io(error)
                .in_file(folder.display())
                .hint("name a folder that can be read with --mirror")
        };
        let mut entries = std::fs::read_dir(folder)
            .map_err(io)?
            .collect::<Result<Vec<_>, _>>()
            .map_err(io)?;
        // Of two files of one name, the same one is taken on every machine.
        entries.sort_by_key(std::fs::DirEntry::file_name);
        for entry in entries {
            *left = left.checked_sub(1).ok_or_else(|| {
                ToolError::data(format!("holds more than {MAX_ENTRIES} files"))
                    .in_file(folder.display())
                    .hint("name the folder of the rasters itself with --mirror")
            })?;
            let kind = entry.file_type().map_err(io)?;
            if kind.is_dir() && depth > 0 {
                self.search(&entry.path(), depth - 1, left)?;
            } else if !kind.is_dir() {
                let file = entry.file_name().to_string_lossy().into_owned();
                if let Some(name) = file_name(&file) {
                    self.files.entry(file).or_insert((name, entry.path()));
                }
            }
        }
        Ok(())
    }

    /// The path of a file of this name.
    pub(crate) fn path(&self, file: &str) -> Option<&Path> {
        self.files.get(file).map(|(_, path)| path.as_path())
    }

    /// All rasters, in the order of their names.
    pub(crate) fn files(&self) -> impl Iterator<Item = (&str, &RasterName, &Path)> {
        self.files
            .iter()
            .map(|(file, (name, path))| (file.as_str(), name, path.as_path()))
    }
}
