//! A download under way: a file that is kept when the download is interrupted.
//!
//! It is named after the file it is to become and after what identifies the content: the pinned
//! SHA-256, or the server's validator (RFC 9110, section 8.8). So a part is never continued with
//! another content.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use pop_cli::Fingerprint;
use pop_cli::interrupt::TemporaryFileGuard;

/// Longer validators are not kept: file names have limits.
const LONGEST_VALIDATOR: usize = 64;
/// Runs that download the same file at the same time each have a part of their own.
const MOST_PARTS: usize = 8;

/// What identifies the content of a part.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum PartKey {
    /// Pinned by the lock file.
    Sha256(String),
    /// A strong `ETag`.
    ETag(String),
    /// `Last-Modified`.
    LastModified(String),
}

impl PartKey {
    /// From the headers of a response; `None` where they do not identify the content.
    pub(crate) fn of_headers(etag: Option<&str>, last_modified: Option<&str>) -> Option<Self> {
        let usable = |text: &&str| !text.is_empty() && text.len() <= LONGEST_VALIDATOR;
        let strong = etag
            .map(str::trim)
            .filter(|etag| etag.starts_with('"'))
            .filter(usable);
        strong.map(|etag| Self::ETag(etag.to_owned())).or_else(|| {
            let date = last_modified.map(str::trim).filter(usable)?;
            Some(Self::LastModified(date.to_owned()))
        })
    }

    /// For `If-Range`.
    pub(crate) fn validator(&self) -> Option<&str> {
        match self {
            Self::Sha256(_) => None,
            Self::ETag(text) | Self::LastModified(text) => Some(text),
        }
    }

    fn to_word(&self) -> String {
        match self {
            Self::Sha256(sha256) => format!("sha256-{}", &sha256[..sha256.len().min(16)]),
            Self::ETag(text) => format!("etag-{}", to_hex(text)),
            Self::LastModified(text) => format!("date-{}", to_hex(text)),
        }
    }

    /// Only validators can be read back.
    fn of_word(word: &str) -> Option<Self> {
        match word.split_once('-')? {
            ("etag", hex) => from_hex(hex).map(Self::ETag),
            ("date", hex) => from_hex(hex).map(Self::LastModified),
            _ => None,
        }
    }
}

fn to_hex(text: &str) -> String {
    text.bytes().map(|byte| format!("{byte:02x}")).collect()
}

fn from_hex(hex: &str) -> Option<String> {
    if !hex.is_ascii() {
        return None;
    }
    let bytes: Option<Vec<u8>> = (0..hex.len())
        .step_by(2)
        .map(|at| u8::from_str_radix(hex.get(at..at + 2)?, 16).ok())
        .collect();
    let text = String::from_utf8(bytes?).ok()?;
    // It goes into a request header.
    text.bytes()
        .all(|byte| byte == b' ' || byte.is_ascii_graphic())
        .then_some(text)
}

#[derive(Debug)]
pub(crate) struct PartFile {
    file: File,
    path: PathBuf,
    target: PathBuf,
    length: u64,
    /// For a part that could not be continued: removed in any case.
    guard: Option<TemporaryFileGuard>,
}

impl PartFile {
    /// Opens the part of a content, or creates it. Without a key the part is not kept.
    ///
    /// # Errors
    /// I/O.
    pub(crate) fn open(target: &Path, key: Option<&PartKey>) -> io::Result<Self> {
        let word = key.map_or_else(|| format!("new-{}", std::process::id()), PartKey::to_word);
        for number in 1..=MOST_PARTS {
            let path = part_path(target, &word, number);
            let Some(file) = pop_cli::open_exclusive(&path)? else {
                continue;
            };
            let guard = key.is_none().then(|| TemporaryFileGuard::new(&path));
            let mut part = Self {
                length: file.metadata()?.len(),
                file,
                path,
                target: target.to_owned(),
                guard,
            };
            part.file.seek(SeekFrom::End(0))?;
            return Ok(part);
        }
        Err(io::Error::other(format!(
            "{MOST_PARTS} other runs download it at the same time"
        )))
    }

    /// The part of an earlier run whose content the server's validator identifies.
    ///
    /// # Errors
    /// I/O.
    pub(crate) fn find(target: &Path) -> io::Result<Option<(Self, PartKey)>> {
        for (_, word) in kept_parts(target) {
            if let Some(key) = PartKey::of_word(&word) {
                let part = Self::open(target, Some(&key))?;
                if part.length > 0 {
                    return Ok(Some((part, key)));
                }
            }
        }
        Ok(None)
    }

    pub(crate) fn length(&self) -> u64 {
        self.length
    }

    pub(crate) fn is_kept(&self) -> bool {
        self.guard.is_none()
    }

    /// The bytes from `offset` to the end.
    ///
    /// # Errors
    /// I/O.
    pub(crate) fn tail(&mut self, offset: u64) -> io::Result<Vec<u8>> {
        let mut bytes = Vec::new();
        self.file.seek(SeekFrom::Start(offset))?;
        self.file.read_to_end(&mut bytes)?;
        Ok(bytes)
    }

    /// # Errors
    /// I/O.
    pub(crate) fn append(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.file.write_all(bytes)?;
        self.length += bytes.len() as u64;
        Ok(())
    }

    /// Drops all bytes.
    ///
    /// # Errors
    /// I/O.
    pub(crate) fn restart(&mut self) -> io::Result<()> {
        self.file.set_len(0)?;
        self.file.seek(SeekFrom::Start(0))?;
        self.length = 0;
        Ok(())
    }

    /// # Errors
    /// I/O.
    pub(crate) fn reopen(&self) -> io::Result<File> {
        File::open(&self.path)
    }

    /// # Errors
    /// I/O.
    pub(crate) fn fingerprint(&self) -> io::Result<Fingerprint> {
        Fingerprint::of(self.reopen()?)
    }

    /// Gives it the name of the file, and removes other parts of that file.
    ///
    /// # Errors
    /// I/O.
    pub(crate) fn place(self) -> io::Result<()> {
        self.file.sync_all()?;
        pop_cli::move_into_place(&self.path, &self.target)?;
        for (path, _) in kept_parts(&self.target) {
            // Its content is not needed; another run may have it open.
            let _ = std::fs::remove_file(path);
        }
        Ok(())
    }
}

impl Drop for PartFile {
    fn drop(&mut self) {
        if !self.is_kept() || self.length == 0 {
            let _ = std::fs::remove_file(&self.path);
        }
    }
}

fn part_path(target: &Path, word: &str, number: usize) -> PathBuf {
    let file = target.file_name().unwrap_or_default().to_string_lossy();
    let suffix = if number == 1 {
        String::new()
    } else {
        format!(".{number}")
    };
    target.with_file_name(format!(".{file}.{word}{suffix}.part"))
}

/// Parts of a file by path, with the word of their key, in the order of names.
fn kept_parts(target: &Path) -> Vec<(PathBuf, String)> {
    let file = target.file_name().unwrap_or_default().to_string_lossy();
    let prefix = format!(".{file}.");
    let folder = target
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty())
        .unwrap_or(Path::new("."));
    let Ok(entries) = std::fs::read_dir(folder) else {
        return Vec::new();
    };
    let mut parts: Vec<(PathBuf, String)> = entries
        .flatten()
        .filter_map(|entry| {
            let name = entry.file_name().into_string().ok()?;
            let word = name.strip_prefix(&prefix)?.strip_suffix(".part")?;
            let word = word.split('.').next()?;
            let is_key = ["sha256-", "etag-", "date-"]
                .iter()
                .any(|start| word.starts_with(start));
            is_key.then(|| (entry.path(), word.to_owned()))
        })
        .collect();
    parts.sort();
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_is_kept_and_found_by_its_validator() {
        let folder = tempfile::tempdir().unwrap();
        let target = folder.path().join("a.tif");
        assert!(PartFile::find(&target).unwrap().is_none());
        let key = PartKey::of_headers(Some("\"5f3a-62ab\""), None).unwrap();
        let mut part = PartFile::open(&target, Some(&key)).unwrap();
        part.append(b"half").unwrap();
        drop(part);
        let (mut part, found) = PartFile::find(&target).unwrap().unwrap();
        assert_eq!((part.length(), &found), (4, &key));
        assert_eq!(found.validator(), Some("\"5f3a-62ab\""));
        part.append(b"+rest").unwrap();
        assert_eq!(part.tail(2).unwrap(), b"lf+rest");
        part.place().unwrap();
        assert_eq!(std::fs::read(&target).unwrap(), b"half+rest");
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn parts_of_another_content_are_separate_and_empty_ones_go() {
        let folder = tempfile::tempdir().unwrap();
        let target = folder.path().join("a.tif");
        let sha = |digit: &str| PartKey::Sha256(digit.repeat(64));
        let mut first = PartFile::open(&target, Some(&sha("a"))).unwrap();
        first.append(b"x").unwrap();
        let second = PartFile::open(&target, Some(&sha("b"))).unwrap();
        assert_eq!(second.length(), 0);
        // A second run gets a part of its own.
        let same = PartFile::open(&target, Some(&sha("a"))).unwrap();
        assert_eq!(same.length(), 0);
        drop((first, second, same));
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
        let mut unkeyed = PartFile::open(&target, None).unwrap();
        unkeyed.append(b"x").unwrap();
        drop(unkeyed);
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn only_strong_validators_identify_a_content() {
        let key = PartKey::of_headers;
        let date = "Mon, 04 Aug 2025 10:00:00 GMT";
        assert_eq!(
            key(Some("\"a\""), Some(date)),
            Some(PartKey::ETag("\"a\"".into()))
        );
        assert_eq!(
            key(Some("W/\"a\""), Some(date)),
            Some(PartKey::LastModified(date.into()))
        );
        assert_eq!(key(Some("W/\"a\""), None), None);
        assert_eq!(key(None, None), None);
        assert_eq!(key(Some(&format!("\"{}\"", "a".repeat(99))), None), None);
        assert_eq!(PartKey::of_word("etag-0d0a"), None);
        assert_eq!(PartKey::of_word("etag-2"), None);
        assert_eq!(PartKey::of_word("etag-zz"), None);
    }
}
