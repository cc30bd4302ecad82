//! Streams and files that a tool writes: whole, or not at all.
//!
//! What is written goes to a temporary file first (in the target's own folder, or
//! an unnamed one for stdout). [`crate::Console::publish`] checks that everything arrived,
//! then moves all outputs of the run into place, stdout last. An output that is
//! dropped unpublished leaves nothing behind.

use std::fs::{self, File};
use std::io::{self, BufWriter, Seek, SeekFrom, Write};
use std::path::PathBuf;
use std::sync::Arc;

use pop_messages::Messages;
use tempfile::{NamedTempFile, SpooledTempFile};

use crate::ToolError;
use crate::atomic_file::{persist, temporary_beside};
use crate::hashing::ContentHasher;
use crate::interrupt::TemporaryFileGuard;
use crate::output_name::is_null_device;
use crate::provenance::Artefact;
use crate::table::{columns_of, columns_of_a_file};

/// Bytes of a stream that are kept in memory before they are spooled to disk.
const SPOOL_BYTES: usize = 8 << 20;

/// One output of a run. Write to it, then hand it to [`crate::Console::publish`].
#[derive(Debug)]
pub struct Output {
    role: String,
    name: String,
    target: Target,
    hasher: Option<ContentHasher>,
    messages: Arc<Messages>,
}

#[derive(Debug)]
enum Target {
    /// Copied to stdout when published.
    Stdout(SpooledTempFile),
    /// Copied into a device or a named pipe, over which nothing may be renamed.
    Device(SpooledTempFile, File),
    /// Renamed over a regular or absent file.
    File(BufWriter<PartFile>, PathBuf, TemporaryFileGuard),
}

/// A temporary file whose errors do not tell its name, which means nothing to the user.
#[derive(Debug)]
struct PartFile(NamedTempFile);

impl Write for PartFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.as_file_mut().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.as_file_mut().flush()
    }
}

impl Output {
    pub(crate) fn open(
        role: &str,
        name: &str,
        hasher: Option<ContentHasher>,
        messages: Arc<Messages>,
    ) -> Result<Self, ToolError> {
        let io_error = |error: io::Error| ToolError::io(error).in_file(name);
        let target = if name == "-" {
            Target::Stdout(SpooledTempFile::new(SPOOL_BYTES))
        } else {
            // A link is followed, so that its target is replaced and not the link.
            let path = fs::canonicalize(name).unwrap_or_else(|_| PathBuf::from(name));
            match fs::metadata(&path) {
                // Windows gives no metadata of it.
                _ if cfg!(windows) && is_null_device(name) => Target::Device(
                    SpooledTempFile::new(SPOOL_BYTES),
                    File::options().write(true).open("NUL").map_err(io_error)?,
                ),
                Ok(metadata) if metadata.is_dir() => {
                    return Err(ToolError::io("is a folder, not a file").in_file(name));
                }
                Ok(metadata) if !metadata.is_file() => Target::Device(
                    SpooledTempFile::new(SPOOL_BYTES),
                    File::options().write(true).open(&path).map_err(io_error)?,
                ),
                _ => {
                    let temporary = temporary_beside(&path).map_err(io_error)?;
                    let guard = TemporaryFileGuard::new(temporary.path());
                    Target::File(BufWriter::new(PartFile(temporary)), path, guard)
                }
            }
        };
        Ok(Self {
            role: role.to_owned(),
            name: name.to_owned(),
            target,
            hasher,
            messages,
        })
    }

    /// Whether this is stdout and a terminal, which shows no binary data.
    #[must_use]
    pub fn is_terminal(&self) -> bool {
        matches!(self.target, Target::Stdout(_)) && io::IsTerminal::is_terminal(&io::stdout())
    }

    /// How many columns a table in it has: COLUMNS, else those of the terminal where it is one, else 80.
    #[must_use]
    pub fn columns(&self) -> usize {
        match self.target {
            Target::Stdout(_) => columns_of(&io::stdout()),
            Target::Device(..) | Target::File(..) => columns_of_a_file(),
        }
    }

    /// What a table in it says in the user's language.
    #[must_use]
    pub fn messages(&self) -> Arc<Messages> {
        Arc::clone(&self.messages)
    }

    pub(crate) fn is_stdout(&self) -> bool {
        matches!(self.target, Target::Stdout(_))
    }

    /// The name given on the command line; `-` for stdout.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Everything written has reached the temporary file; its length and hash are final.
    pub(crate) fn seal(&mut self) -> Result<Option<Artefact>, ToolError> {
        match &mut self.target {
            Target::Stdout(spool) | Target::Device(spool, _) => spool.flush(),
            Target::File(writer, ..) => writer
                .flush()
                .and_then(|()| writer.get_ref().0.as_file().sync_all()),
        }
        .map_err(|error| ToolError::io(error).in_file(self.shown_name()))?;
        Ok(self
            .hasher
            .take()
            .map(|hasher| Artefact::new(&self.role, &self.name, hasher.fingerprint())))
    }

    /// Puts it under its name.
    pub(crate) fn place(self) -> Result<(), ToolError> {
        let placed = match self.target {
            Target::Stdout(spool) => match copy_out(spool, &mut io::stdout().lock()) {
                // The reader has seen enough, as in `tool | head`.
                Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
                result => result,
            },
            Target::Device(spool, mut device) => copy_out(spool, &mut device),
            Target::File(writer, path, _guard) => writer
                .into_inner()
                .map_err(io::IntoInnerError::into_error)
                .and_then(|part| persist(part.0, &path)),
        };
        placed.map_err(|error| ToolError::io(error).in_file(shown(&self.name)))
    }

    /// The name in messages.
    fn shown_name(&self) -> &str {
        shown(&self.name)
    }
}

/// Errors name the output, so that no tool has to.
impl Write for Output {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = match &mut self.target {
            Target::Stdout(spool) | Target::Device(spool, _) => spool.write(bytes),
            Target::File(writer, ..) => writer.write(bytes),
        };
        let count = written.map_err(|error| {
            io::Error::new(error.kind(), format!("{}: {error}", self.shown_name()))
        })?;
        if let Some(hasher) = &mut self.hasher {
            hasher.update(&bytes[..count]);
        }
        Ok(count)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// The name of an output in messages.
fn shown(name: &str) -> &str {
    if name == "-" { "stdout" } else { name }
}

fn copy_out(mut spool: SpooledTempFile, to: &mut impl Write) -> io::Result<()> {
    spool.seek(SeekFrom::Start(0))?;
    io::copy(&mut spool, to)?;
    to.flush()
}
