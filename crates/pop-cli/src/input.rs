//! Streams and files that a tool reads.

use std::fs::File;
use std::io::{self, BufRead, BufReader, IsTerminal, Read, Seek, SeekFrom, Write as _};
use std::path::Path;

use crate::hashing::ContentHasher;
use crate::provenance::{Artefact, ProvenanceLog};
use crate::{Console, ToolError};

/// The most bytes that are read into memory from one input.
const LIMIT_BYTES: u64 = 4 << 30;

/// What is read from a file at once.
const BUFFER_BYTES: usize = 1 << 16;

/// What one thread reads at once of a large file.
#[cfg(unix)]
const PIECE_BYTES: usize = 1 << 20;

/// An input read whole.
#[derive(Debug, Clone)]
pub struct InputData {
    /// As named on the command line; `-` for stdin.
    pub name: String,
    /// Everything that was in it.
    pub bytes: Vec<u8>,
}

/// An input opened for reading at any place; stdin is spooled to a temporary file first.
#[derive(Debug)]
pub struct InputFile {
    /// As named on the command line; `-` for stdin.
    pub name: String,
    /// Positioned at its beginning.
    pub file: File,
}

/// A reader that hashes what passes and records it once the end is reached.
struct HashingReader<R> {
    inner: R,
    hasher: Option<ContentHasher>,
    provenance_log: ProvenanceLog,
    role: String,
    name: String,
}

impl<R: Read> Read for HashingReader<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.inner.read(buffer)?;
        if let Some(hasher) = &mut self.hasher {
            hasher.update(&buffer[..count]);
        }
        if count == 0
            && !buffer.is_empty()
            && let Some(hasher) = self.hasher.take()
        {
            self.provenance_log
                .record(Artefact::new(&self.role, &self.name, hasher.fingerprint()));
        }
        Ok(count)
    }
}

impl Console {
    /// Opens `name` (`-` is stdin, once per command) for reading from front to back.
    ///
    /// `role` says in the provenance what the input is to the run.
    ///
    /// # Errors
    /// Usage when stdin is a terminal or is wanted twice, or the run writes the file; I/O when the file cannot be opened;
    /// data when it is empty, or UTF-16.
    pub fn input_reader(&mut self, role: &str, name: &str) -> Result<Box<dyn Read>, ToolError> {
        let reader = self.reader(role, name)?;
        if name != "-" {
            self.path_guard().read(name)?;
        }
        Ok(reader)
    }

    fn reader(&mut self, role: &str, name: &str) -> Result<Box<dyn Read>, ToolError> {
        let mut inner: Box<dyn BufRead> = if name == "-" {
            self.claim_stdin()?;
            Box::new(io::stdin().lock())
        } else {
            Box::new(BufReader::with_capacity(BUFFER_BYTES, open_file(name)?))
        };
        let beginning = inner
            .fill_buf()
            .map_err(|error| ToolError::io(error).in_file(name))?;
        if beginning.is_empty() {
            return Err(empty(name));
        }
        check_encoding(beginning, name)?;
        Ok(Box::new(HashingReader {
            inner,
            hasher: self.keeps_provenance().then(ContentHasher::default),
            provenance_log: self.provenance_log().clone(),
            role: role.to_owned(),
            name: name.to_owned(),
        }))
    }

    /// Reads `name` (`-` is stdin, once per command) whole.
    ///
    /// # Errors
    /// As [`Console::input_reader`]; data when it is larger than 4 GiB.
    pub fn input(&mut self, role: &str, name: &str) -> Result<InputData, ToolError> {
        let data = self.whole(role, name)?;
        if name != "-" {
            self.path_guard().read(name)?;
        }
        Ok(data)
    }

    /// Reads `name` whole, and what it holds with `parse`, whose errors get the name of the file.
    ///
    /// # Errors
    /// Those of [`Console::input`] and of `parse`.
    pub fn parsed_input<T>(
        &mut self,
        role: &str,
        name: &str,
        parse: impl FnOnce(&[u8]) -> Result<T, ToolError>,
    ) -> Result<T, ToolError> {
        let data = self.input(role, name)?;
        parse(&data.bytes).map_err(|error| error.in_file(name))
    }

    /// [`Console::parsed_input`], where a name is given.
    ///
    /// # Errors
    /// Those of [`Console::parsed_input`].
    pub fn optional_input<T>(
        &mut self,
        role: &str,
        name: Option<&str>,
        parse: impl FnOnce(&[u8]) -> Result<T, ToolError>,
    ) -> Result<Option<T>, ToolError> {
        name.map(|name| self.parsed_input(role, name, parse))
            .transpose()
    }

    /// Reads whole what an earlier run wrote, and this run may replace.
    ///
    /// # Errors
    /// As [`Console::input`], but that an output may have the same place.
    pub fn earlier_output(&mut self, role: &str, name: &str) -> Result<InputData, ToolError> {
        self.whole(role, name)
    }

    fn whole(&mut self, role: &str, name: &str) -> Result<InputData, ToolError> {
        let bytes = if name == "-" {
            self.claim_stdin()?;
            append_rest(io::stdin().lock(), Vec::new())
        } else {
            contents(open_file(name)?)
        };
        let bytes = bytes.map_err(|error| ToolError::io(error).in_file(name))?;
        if bytes.is_empty() {
            return Err(empty(name));
        }
        check_encoding(&bytes, name)?;
        if bytes.len() as u64 > LIMIT_BYTES {
            return Err(
                ToolError::data(format!("larger than the limit of {LIMIT_BYTES} bytes"))
                    .in_file(name)
                    .hint("divide the file into parts and work on one at a time"),
            );
        }
        if self.keeps_provenance() {
            let mut hasher = ContentHasher::default();
            hasher.update(&bytes);
            self.provenance_log()
                .record(Artefact::new(role, name, hasher.fingerprint()));
        }
        Ok(InputData {
            name: name.to_owned(),
            bytes,
        })
    }

    /// Opens `name` for reading at any place; stdin (`-`, once per command) is spooled to a temporary file.
    ///
    /// # Errors
    /// As [`Console::input_reader`].
    pub fn input_file(&mut self, role: &str, name: &str) -> Result<InputFile, ToolError> {
        let io_error = |error: io::Error| ToolError::io(error).in_file(name);
        let mut file = if name == "-" {
            let mut reader = self.input_reader(role, name)?;
            spool(&mut reader).map_err(|error| error.into_tool_error(io_error))?
        } else {
            if self.keeps_provenance() {
                io::copy(&mut self.input_reader(role, name)?, &mut io::sink()).map_err(io_error)?;
            }
            self.path_guard().read(name)?;
            open_file(name)?
        };
        file.seek(SeekFrom::Start(0)).map_err(io_error)?;
        Ok(InputFile {
            name: name.to_owned(),
            file,
        })
    }

    fn claim_stdin(&mut self) -> Result<(), ToolError> {
        if !self.take_stdin() {
            return Err(ToolError::usage("stdin (-) is named twice")
                .hint("at most one input can be -; name a file for the other"));
        }
        if io::stdin().is_terminal() {
            return Err(
                ToolError::usage("no input: stdin is a terminal").hint(format!(
                    "name a file, or pipe one in; see {} --help",
                    self.tool()
                )),
            );
        }
        Ok(())
    }
}

/// Where a copy of stdin stopped.
enum SpoolError {
    /// Reading stdin.
    Read(io::Error),
    /// Writing the temporary file.
    Write(io::Error),
}

impl SpoolError {
    /// Names the folder for temporary files where that is at fault.
    fn into_tool_error(self, of_input: impl FnOnce(io::Error) -> ToolError) -> ToolError {
        match self {
            Self::Read(error) => of_input(error),
            Self::Write(error) => ToolError::io(format!("cannot copy stdin: {error}"))
                .in_file(std::env::temp_dir().display())
                .hint("make room in this folder, or name another one with the environment variable TMPDIR"),
        }
    }
}

/// Copies a stream to a temporary file.
fn spool(reader: &mut impl Read) -> Result<File, SpoolError> {
    let mut file = tempfile::tempfile().map_err(SpoolError::Write)?;
    let mut buffer = vec![0; BUFFER_BYTES];
    loop {
        let count = match reader.read(&mut buffer) {
            Ok(0) => return Ok(file),
            Ok(count) => count,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(SpoolError::Read(error)),
        };
        file.write_all(&buffer[..count])
            .map_err(SpoolError::Write)?;
    }
}

/// What an input without a byte means: mostly that the command before the pipe has failed.
fn empty(name: &str) -> ToolError {
    let error = ToolError::data("empty input").in_file(name);
    if name == "-" {
        error.hint("the command before the pipe wrote nothing: it has failed, or was stopped")
    } else {
        error.hint("run the command that writes this file again: it has failed, or was stopped")
    }
}

/// Refuses UTF-16, with or without its mark: what Windows PowerShell 5.1 writes for `>`. No binary format that a tool
/// reads begins so.
fn check_encoding(beginning: &[u8], name: &str) -> Result<(), ToolError> {
    match beginning {
        [0xFF, 0xFE, ..] | [0xFE, 0xFF, ..] | [1..=255, 0, 1..=255, 0, ..] | [0, 1..=255, 0, 1..=255, ..] => {
            Err(ToolError::data("the text is UTF-16, expected UTF-8")
                .in_file(name)
                .hint("save the file as UTF-8: iconv -f UTF-16 -t UTF-8 FILE > OUT; in PowerShell: Get-Content FILE | Set-Content -Encoding UTF8 OUT"))
        }
        _ => Ok(()),
    }
}

/// What a file holds, up to one byte beyond the limit. A large file is neither moved nor zeroed while it is read.
fn contents(mut file: File) -> io::Result<Vec<u8>> {
    let length = file.metadata()?.len().min(LIMIT_BYTES);
    let length = usize::try_from(length).unwrap_or(usize::MAX - 1);
    let mut bytes = match in_pieces(&file, length) {
        Ok(bytes) => bytes,
        // It has become shorter.
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => Vec::new(),
        Err(error) => return Err(error),
    };
    if bytes.is_empty() {
        // One more, so that the end is found without growing.
        bytes.try_reserve_exact(length + 1)?;
    } else {
        file.seek(SeekFrom::Start(bytes.len() as u64))?;
    }
    append_rest(file, bytes)
}

/// Reads a large file by pieces, with the threads of rayon's current pool; nothing where there is none.
#[cfg(unix)]
fn in_pieces(file: &File, length: usize) -> io::Result<Vec<u8>> {
    use rayon::prelude::*;
    use std::os::unix::fs::FileExt;

    if length < 2 * PIECE_BYTES || rayon::current_thread_index().is_none() {
        return Ok(Vec::new());
    }
    let mut bytes = vec![0; length];
    let pieces = bytes.par_chunks_mut(PIECE_BYTES).enumerate();
    pieces
        .try_for_each(|(number, piece)| file.read_exact_at(piece, (number * PIECE_BYTES) as u64))?;
    Ok(bytes)
}

#[cfg(not(unix))]
fn in_pieces(_: &File, _: usize) -> io::Result<Vec<u8>> {
    Ok(Vec::new())
}

/// Reads what is left of a stream, up to one byte beyond the limit in all.
fn append_rest(stream: impl Read, mut bytes: Vec<u8>) -> io::Result<Vec<u8>> {
    let room = LIMIT_BYTES + 1 - bytes.len() as u64;
    stream.take(room).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// Opens a file for reading.
///
/// # Errors
/// [`ToolError`] that names the file, where it is not there, may not be read, or is a folder.
pub fn open_file(name: &str) -> Result<File, ToolError> {
    // Asked first: Windows does not open a folder, and says only that it may not be read.
    if Path::new(name).is_dir() {
        return Err(ToolError::io("is a folder, not a file").in_file(name));
    }
    File::open(Path::new(name)).map_err(|error| {
        let failed = ToolError::io(unreadable(&error)).in_file(name);
        if name.contains(['*', '?']) {
            return failed.hint(
                "no file has this name, and the shell has not made a list of it: name each file",
            );
        }
        failed
    })
}

/// Why a file cannot be opened for reading, without the system's numbers.
#[must_use]
pub fn unreadable(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::NotFound => "no such file".to_owned(),
        io::ErrorKind::PermissionDenied => "may not be read".to_owned(),
        io::ErrorKind::InvalidFilename => "not a valid file name".to_owned(),
        _ => error.to_string(),
    }
}
