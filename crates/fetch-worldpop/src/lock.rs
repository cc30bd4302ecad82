//! The lock file: the address, length and SHA-256 of every file that was fetched.
//!
//! It is written after each file, so that an interrupted run can be resumed.

mod update;

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};

use pop_cli::{AtomicFile, Fingerprint, ToolError};
use pop_worldpop::{Family, ProductSpec, RasterKey, RasterName};
use serde::{Deserialize, Serialize};

use crate::address::file_name;

pub(crate) use update::LockUpdate;

const FORMAT: &str = "headcount-worldpop-lock/1";
/// The largest lock file that is read.
const MAX_BYTES: u64 = 64 << 20;
/// What to do with a lock file that was changed by hand.
const REMAKE: &str =
    "correct the entry, or move the lock file away and run the command again to make a new one";

/// A pinned file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Pin {
    pub(crate) file: String,
    /// Its address; absent where it was copied from a mirror without a lock file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) url: Option<String>,
    /// Its name inside the archive at `url`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) member: Option<String>,
    pub(crate) bytes: u64,
    pub(crate) sha256: String,
    /// Contents before accepted changes, the latest last.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) before: Vec<ReplacedContent>,
    #[serde(flatten)]
    pub(crate) attribution: Attribution,
}

/// How to cite a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Attribution {
    pub(crate) citation: String,
    #[serde(default)]
    pub(crate) doi: Option<String>,
    pub(crate) licence: String,
    pub(crate) licence_url: String,
}

/// A content that an accepted change replaced.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct ReplacedContent {
    pub(crate) bytes: u64,
    pub(crate) sha256: String,
}

#[derive(Debug, Serialize, Deserialize)]
struct LockDocument {
    format: String,
    files: Vec<Pin>,
}

impl Pin {
    pub(crate) fn fingerprint(&self) -> Fingerprint {
        Fingerprint {
            bytes: self.bytes,
            sha256: self.sha256.clone(),
        }
    }
}

impl Attribution {
    /// For a file without a catalogue record.
    pub(crate) fn of_name(name: &RasterName) -> Self {
        Self {
            citation: name.citation(),
            doi: name.doi().map(ToOwned::to_owned),
            licence: pop_worldpop::LICENCE.to_owned(),
            licence_url: pop_worldpop::LICENCE_URL.to_owned(),
        }
    }
}

/// A lock file in memory.
#[derive(Debug, Clone)]
pub(crate) struct Lock {
    path: PathBuf,
    pins: BTreeMap<String, (RasterName, Pin)>,
}

impl Lock {
    /// Without pins.
    pub(crate) fn empty(path: &Path) -> Self {
        Self {
            path: path.to_owned(),
            pins: BTreeMap::new(),
        }
    }

    /// Reads a lock file; one that does not exist has no pins.
    ///
    /// # Errors
    /// I/O. Data: not a lock file.
    pub(crate) fn read(path: &Path) -> Result<Self, ToolError> {
        let name = path.display();
        let io = |error: std::io::Error| ToolError::io(error).in_file(&name);
        let text = match File::open(path) {
            Ok(file) => {
                let mut text = Vec::new();
                file.take(MAX_BYTES).read_to_end(&mut text).map_err(io)?;
                text
            }
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                return Ok(Self::empty(path));
            }
            Err(error) => return Err(io(error)),
        };
        Self::parse(path, &text).map_err(|error| error.in_file(&name))
    }

    fn parse(path: &Path, text: &[u8]) -> Result<Self, ToolError> {
        let hint = "restore it from version control, or delete it to pin the files again";
        let document: LockDocument = serde_json::from_slice(text)
            .map_err(|error| ToolError::data(format!("not a lock file: {error}")).hint(hint))?;
        if document.format != FORMAT {
            return Err(ToolError::data(format!(
                "format is {:?}, expected {FORMAT:?}",
                document.format
            ))
            .hint("another version of fetch-worldpop wrote it, or it is another file"));
        }
        let mut lock = Self::empty(path);
        for (index, pin) in document.files.into_iter().enumerate() {
            lock.add(pin)
                .map_err(|error| error.at(format!("file {}", index + 1)).hint(hint))?;
        }
        lock.release()?;
        Ok(lock)
    }

    fn add(&mut self, pin: Pin) -> Result<(), ToolError> {
        let name = file_name(&pin.file).ok_or_else(|| {
            ToolError::data(format!(
                "{:?} is not the name of a WorldPop raster",
                pin.file
            ))
            .hint(REMAKE)
        })?;
        let is_sha256 = |text: &str| {
            text.len() == 64
                && text
                    .bytes()
                    .all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
        };
        if !is_sha256(&pin.sha256) {
            return Err(ToolError::data(format!(
                "{}: sha256 is {:?}, expected 64 hexadecimal digits",
                pin.file, pin.sha256
            ))
            .hint(REMAKE));
        }
        let file = pin.file.clone();
        match self.pins.insert(file.clone(), (name, pin)) {
            Some(_) => Err(ToolError::data(format!("{file} is pinned twice")).hint(REMAKE)),
            None => Ok(()),
        }
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// The same pins, for another path.
    pub(crate) fn moved_to(mut self, path: &Path) -> Self {
        path.clone_into(&mut self.path);
        self
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.pins.is_empty()
    }

    /// Names and pins, in the order of file names.
    pub(crate) fn pins(&self) -> impl Iterator<Item = (&RasterName, &Pin)> {
        self.pins.values().map(|(name, pin)| (name, pin))
    }

    /// The pin of a file.
    pub(crate) fn pin(&self, file: &str) -> Option<&Pin> {
        self.pins.get(file).map(|(_, pin)| pin)
    }

    /// The pin of a raster of a product.
    pub(crate) fn find(&self, key: &RasterKey, spec: &ProductSpec) -> Option<&Pin> {
        self.pins()
            .find(|(name, _)| key.matches(name) && spec.matches(name))
            .map(|(_, pin)| pin)
    }

    /// The release of its files; `None` while it pins no file that has one.
    ///
    /// # Errors
    /// Data: files of two releases, which are not comparable.
    pub(crate) fn release(&self) -> Result<Option<String>, ToolError> {
        let mut found: Option<&str> = None;
        for (name, _) in self.pins() {
            match (found, name.release()) {
                (Some(one), Some(other)) if one != other => {
                    return Err(ToolError::data(format!(
                        "pins files of {one} and of {other}, which are not comparable"
                    ))
                    .hint("keep one lock file for each release, with --lock"));
                }
                (None, Some(one)) if name.family() == Family::Global2 => found = Some(one),
                _ => {}
            }
        }
        Ok(found.map(ToOwned::to_owned))
    }

    /// Pins a file; replaces an earlier pin.
    pub(crate) fn put(&mut self, name: RasterName, pin: Pin) {
        self.pins.insert(pin.file.clone(), (name, pin));
    }

    /// Pins a file and writes the lock file, with the pins that other runs wrote meanwhile.
    ///
    /// # Errors
    /// I/O. Data: another run pinned files of another release.
    pub(crate) fn record(&mut self, name: RasterName, pin: Pin) -> Result<(), ToolError> {
        let _guard = lock_folder(&self.path);
        let others = Self::read(&self.path)?;
        self.pins.extend(others.pins);
        self.put(name, pin);
        self.release()
            .map_err(|error| error.in_file(self.path.display()))?;
        self.write()
    }

    /// Writes the lock file atomically.
    ///
    /// # Errors
    /// I/O.
    pub(crate) fn write(&self) -> Result<(), ToolError> {
        let document = LockDocument {
            format: FORMAT.to_owned(),
            files: self.pins().map(|(_, pin)| pin.clone()).collect(),
        };
        let mut text = serde_json::to_vec_pretty(&document).map_err(ToolError::internal)?;
        text.push(b'\n');
        let io = |error| ToolError::io(error).in_file(self.path.display());
        let mut part = AtomicFile::create(&self.path).map_err(io)?;
        part.write_all(&text).map_err(io)?;
        part.place().map_err(io)?;
        Ok(())
    }
}

/// Waits until no other run updates a lock file in this folder. The lock file itself is replaced
/// and so cannot carry the advisory lock. Where folders cannot carry one either (some network
/// drives), runs that share a lock file must not run at the same time.
#[cfg(not(windows))]
fn lock_folder(path: &Path) -> Option<File> {
    let folder = path
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty());
    let folder = File::open(folder.unwrap_or(Path::new("."))).ok()?;
    folder.lock().ok()?;
    Some(folder)
}

/// Waits until no other run updates this lock file: each holds a file beside it that Windows removes when it
/// is closed.
#[cfg(windows)]
fn lock_folder(path: &Path) -> Option<File> {
    use std::os::windows::fs::OpenOptionsExt as _;
    /// `FILE_FLAG_DELETE_ON_CLOSE`.
    const DELETE_ON_CLOSE: u32 = 0x0400_0000;
    /// `ERROR_SHARING_VIOLATION`: another run holds it.
    const SHARING_VIOLATION: i32 = 32;
    let mut name = path.as_os_str().to_owned();
    name.push(".held");
    let mut refusals = 0;
    loop {
        let mut options = File::options();
        options.write(true).create(true).truncate(false);
        options.share_mode(0).custom_flags(DELETE_ON_CLOSE);
        match options.open(&name) {
            Ok(file) => return Some(file),
            Err(error) if error.raw_os_error() == Some(SHARING_VIOLATION) => {}
            // Refused also for a moment while it is being removed.
            Err(_) if refusals < 100 => refusals += 1,
            Err(_) => return None,
        }
        std::thread::sleep(std::time::Duration::from_millis(10));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pin(file: &str) -> Pin {
        let name = RasterName::parse(file).unwrap();
        Pin {
            file: file.to_owned(),
            url: Some(format!("https://data.worldpop.org/{file}")),
            member: None,
            bytes: 3,
            sha256: pop_cli::sha256_hex(b"abc"),
            before: Vec::new(),
            attribution: Attribution::of_name(&name),
        }
    }

    fn lock(path: &Path, files: &[&str]) -> Lock {
        let mut lock = Lock::empty(path);
        for file in files {
            lock.put(RasterName::parse(file).unwrap(), pin(file));
        }
        lock
    }

    #[test]
    fn a_written_lock_file_reads_back_the_same() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("worldpop.lock");
        assert!(Lock::read(&path).unwrap().is_empty());
        let files = [
            "sle_pop_2025_CN_100m_R2025A_v1.tif",
            "ken_ppp_2015.tif",
            "afg_f_00_2025_CN_100m_R2025A_v1.tif",
        ];
        lock(&path, &files).write().unwrap();
        let read = Lock::read(&path).unwrap();
        let found: Vec<&str> = read.pins().map(|(_, pin)| pin.file.as_str()).collect();
        assert_eq!(found, [files[2], files[1], files[0]]);
        assert_eq!(read.pin(files[0]), Some(&pin(files[0])));
        assert_eq!(read.release().unwrap().as_deref(), Some("R2025A"));
    }

    #[test]
    fn concurrent_runs_keep_each_others_pins() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("worldpop.lock");
        std::thread::scope(|scope| {
            for year in 2015..=2030 {
                let path = &path;
                scope.spawn(move || {
                    let file = format!("sle_pop_{year}_CN_100m_R2025A_v1.tif");
                    let name = RasterName::parse(&file).unwrap();
                    Lock::empty(path).record(name, pin(&file)).unwrap();
                });
            }
        });
        assert_eq!(Lock::read(&path).unwrap().pins().count(), 16);
        let other = "sle_pop_2025_CN_100m_R2024B_v1.tif";
        let name = RasterName::parse(other).unwrap();
        let error = Lock::empty(&path).record(name, pin(other)).unwrap_err();
        assert!(error.to_string().contains("R2024B"), "{error}");
        assert_eq!(Lock::read(&path).unwrap().pins().count(), 16);
    }

    #[test]
    fn invalid_lock_files_are_refused() {
        let path = Path::new("worldpop.lock");
        let good = serde_json::to_value(pin("sle_pop_2025_CN_100m_R2025A_v1.tif")).unwrap();
        let message = |files: serde_json::Value| {
            let text = serde_json::json!({"format": FORMAT, "files": files}).to_string();
            Lock::parse(path, text.as_bytes()).unwrap_err().to_string()
        };
        let with = |member: &str, value: &str| {
            let mut pin = good.clone();
            pin[member] = value.into();
            pin
        };
        assert!(
            message(serde_json::json!([with("file", "../x.tif")]))
                .contains("not the name of a WorldPop raster")
        );
        assert!(message(serde_json::json!([with("sha256", "AB")])).contains("expected 64"));
        assert!(message(serde_json::json!([good, good])).contains("pinned twice"));
        let older = with("file", "sle_pop_2025_CN_100m_R2024B_v1.tif");
        assert!(message(serde_json::json!([good, older])).contains("R2024B and of R2025A"));
        assert!(Lock::parse(path, b"{}").is_err());
        assert!(Lock::parse(path, br#"{"format":"x","files":[]}"#).is_err());
    }
}
