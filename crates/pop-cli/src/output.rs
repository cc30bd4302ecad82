//! Streams and files that a tool writes: whole, or not at all.
//!
//! What is written goes to a temporary file first (in the target's own folder, or
//! an unnamed one for stdout). [`Console::publish`] checks that everything arrived,
//! then moves all outputs of the run into place, stdout last. An output that is
//! dropped unpublished leaves nothing behind.

use std::fs::{self, File};
use std::io::{self, BufWriter, Seek, SeekFrom, Write};
use std::path::PathBuf;

use tempfile::{NamedTempFile, SpooledTempFile};

use crate::interrupt::Remembered;
use crate::part::temporary_beside;
use crate::provenance::{Artefact, Meter};
use crate::{Console, ToolError};

/// Bytes of a stream that are kept in memory before they are spooled to disk.
const SPOOL_BYTES: usize = 8 << 20;

/// One output of a run. Write to it, then hand it to [`Console::publish`].
#[derive(Debug)]
pub struct Output {
    role: String,
    name: String,
    target: Target,
    meter: Option<Meter>,
}

#[derive(Debug)]
enum Target {
    /// Copied to stdout when published.
    Stdout(SpooledTempFile),
    /// Copied into a device or a named pipe, over which nothing may be renamed.
    Device(SpooledTempFile, File),
    /// Renamed over a regular or absent file.
    File(BufWriter<NamedTempFile>, PathBuf, Remembered),
}

impl Output {
    fn open(role: &str, name: &str, meter: Option<Meter>) -> Result<Self, ToolError> {
        let io_error = |error: io::Error| ToolError::io(error).in_file(name);
        let target = if name == "-" {
            Target::Stdout(SpooledTempFile::new(SPOOL_BYTES))
        } else {
            // A link is followed, so that its target is replaced and not the link.
            let path = fs::canonicalize(name).unwrap_or_else(|_| PathBuf::from(name));
            match fs::metadata(&path) {
                Ok(metadata) if metadata.is_dir() => {
                    return Err(ToolError::io("is a folder, not a file").in_file(name));
                }
                Ok(metadata) if !metadata.is_file() => Target::Device(
                    SpooledTempFile::new(SPOOL_BYTES),
                    File::options().write(true).open(&path).map_err(io_error)?,
                ),
                _ => {
                    let temporary = temporary_beside(&path).map_err(io_error)?;
                    let remembered = Remembered::new(temporary.path());
                    Target::File(BufWriter::new(temporary), path, remembered)
                }
            }
        };
        Ok(Self {
            role: role.to_owned(),
            name: name.to_owned(),
            target,
            meter,
        })
    }

    /// Whether this is stdout and somebody is looking at it: no place for binary data.
    #[must_use]
    pub fn is_terminal(&self) -> bool {
        matches!(self.target, Target::Stdout(_)) && io::IsTerminal::is_terminal(&io::stdout())
    }

    /// The name given on the command line; `-` for stdout.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Everything written has reached the temporary file; its length and hash are final.
    fn seal(&mut self) -> Result<Option<Artefact>, ToolError> {
        match &mut self.target {
            Target::Stdout(spool) | Target::Device(spool, _) => spool.flush(),
            Target::File(writer, ..) => writer
                .flush()
                .and_then(|()| writer.get_ref().as_file().sync_all()),
        }
        .map_err(|error| ToolError::io(error).in_file(&self.name))?;
        Ok(self
            .meter
            .take()
            .map(|meter| meter.artefact(&self.role, &self.name)))
    }

    fn place(self) -> Result<(), ToolError> {
        let placed = match self.target {
            Target::Stdout(spool) => match copy_out(spool, &mut io::stdout().lock()) {
                // The reader has seen enough, as in `tool | head`.
                Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
                result => result,
            },
            Target::Device(spool, mut device) => copy_out(spool, &mut device),
            Target::File(writer, path, _remembered) => writer
                .into_inner()
                .map_err(io::IntoInnerError::into_error)
                .and_then(|temporary| temporary.persist(&path).map_err(|failed| failed.error))
                .map(|_| ()),
        };
        placed.map_err(|error| {
            let name = if self.name == "-" {
                "stdout"
            } else {
                &self.name
            };
            ToolError::io(error).in_file(name)
        })
    }
}

impl Write for Output {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let count = match &mut self.target {
            Target::Stdout(spool) | Target::Device(spool, _) => spool.write(bytes)?,
            Target::File(writer, ..) => writer.write(bytes)?,
        };
        if let Some(meter) = &mut self.meter {
            meter.update(&bytes[..count]);
        }
        Ok(count)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Console {
    /// Opens an output before the long work, so that a bad path fails at once.
    ///
    /// `role` says in the provenance what the output is, e.g. `output`, `balance`.
    ///
    /// # Errors
    /// Usage when two outputs have one place, or an input has it; I/O when the place cannot be written to.
    pub fn output(&mut self, role: &str, name: &str) -> Result<Output, ToolError> {
        self.places().write(name)?;
        Output::open(role, name, self.keeps_provenance().then(Meter::default))
    }

    /// Puts all outputs of the run into place, with the provenance beside them, stdout last.
    ///
    /// Nothing is put into place before everything has reached the disk.
    ///
    /// # Errors
    /// I/O when an output could not be written.
    pub fn publish(&mut self, outputs: Vec<Output>) -> Result<(), ToolError> {
        let mut outputs = outputs;
        let mut artefacts = Vec::new();
        for output in &mut outputs {
            artefacts.extend(output.seal()?);
        }
        if let Some(provenance) = self.seal_provenance(&artefacts)? {
            outputs.push(provenance);
        }
        outputs.sort_by_key(|output| matches!(output.target, Target::Stdout(_)));
        outputs.into_iter().try_for_each(Output::place)
    }

    fn seal_provenance(&mut self, artefacts: &[Artefact]) -> Result<Option<Output>, ToolError> {
        let Some(mut output) = self.take_provenance_output() else {
            return Ok(None);
        };
        let document = self
            .ledger()
            .document(self.tool(), self.arguments(), artefacts)
            .map_err(ToolError::internal)?;
        output
            .write_all(&document)
            .map_err(|error| ToolError::io(error).in_file(&output.name))?;
        output.seal()?;
        Ok(Some(output))
    }

    pub(crate) fn open_provenance(&mut self, name: &str) -> Result<Output, ToolError> {
        self.places().write(name)?;
        Output::open("provenance", name, None)
    }
}

fn copy_out(mut spool: SpooledTempFile, to: &mut impl Write) -> io::Result<()> {
    spool.seek(SeekFrom::Start(0))?;
    io::copy(&mut spool, to)?;
    to.flush()
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use std::path::Path;

    use super::*;
    use crate::CommonArgs;

    fn console(provenance: Option<String>) -> Console {
        Console::new(
            "tool",
            &CommonArgs {
                output: "-".into(),
                provenance,
                quiet: true,
                verbose: 0,
                no_progress: true,
            },
        )
        .unwrap()
    }

    fn names(folder: &Path) -> Vec<String> {
        let mut names: Vec<String> = fs::read_dir(folder)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    }

    #[test]
    fn a_dropped_output_leaves_the_old_file_and_nothing_else() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("sums.csv");
        fs::write(&path, "old").unwrap();
        let mut output = console(None)
            .output("output", path.to_str().unwrap())
            .unwrap();
        output.write_all(b"half").unwrap();
        drop(output);
        assert_eq!(fs::read_to_string(&path).unwrap(), "old");
        assert_eq!(names(folder.path()), ["sums.csv"]);
    }

    #[test]
    fn published_outputs_appear_together_with_their_provenance() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
        let mut console = console(Some(at("run.json")));
        let mut sums = console.output("output", &at("sums.csv")).unwrap();
        let mut balance = console.output("balance", &at("balance.json")).unwrap();
        sums.write_all(b"abc").unwrap();
        balance.write_all(b"{}").unwrap();
        console.publish(vec![sums, balance]).unwrap();
        assert_eq!(
            names(folder.path()),
            ["balance.json", "run.json", "sums.csv"]
        );
        let record: serde_json::Value =
            serde_json::from_slice(&fs::read(at("run.json")).unwrap()).unwrap();
        assert_eq!(
            record["outputs"][0]["sha256"],
            crate::sha256_hex(b"abc").as_str()
        );
        assert_eq!(record["outputs"][1]["role"], "balance");
        assert_eq!(record["tool"], "tool");
    }

    #[test]
    fn two_outputs_may_not_share_a_place() {
        let mut console = console(None);
        let _first = console.output("output", "-").unwrap();
        let error = console.output("balance", "-").unwrap_err();
        assert_eq!(error.status(), crate::ExitStatus::Usage);
    }

    #[test]
    fn a_folder_that_is_not_there_fails_before_the_work() {
        let folder = tempfile::tempdir().unwrap();
        let name = folder.path().join("none/sums.csv");
        let error = console(None)
            .output("output", name.to_str().unwrap())
            .unwrap_err();
        assert_eq!(error.status(), crate::ExitStatus::Io);
        assert!(error.to_string().contains("no such folder"), "{error}");
    }

    #[cfg(unix)]
    #[test]
    fn a_link_stays_and_its_target_is_replaced() {
        let folder = tempfile::tempdir().unwrap();
        let target = folder.path().join("target.csv");
        let link = folder.path().join("link.csv");
        fs::write(&target, "old").unwrap();
        std::os::unix::fs::symlink(&target, &link).unwrap();
        let mut console = console(None);
        let mut output = console.output("output", link.to_str().unwrap()).unwrap();
        output.write_all(b"new").unwrap();
        console.publish(vec![output]).unwrap();
        assert_eq!(fs::read_to_string(&target).unwrap(), "new");
        assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_full_device_is_an_error() {
        let mut console = console(None);
        let mut output = console.output("output", "/dev/full").unwrap();
        output.write_all(b"people").unwrap();
        let error = console.publish(vec![output]).unwrap_err();
        assert_eq!(error.status(), crate::ExitStatus::Io);
    }
}
