//! One file over the line: whole, or not at all.

use std::io::{BufReader, Read};
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};

use pop_cli::{ExitStatus, ToolError};
use pop_http::{BodyReader, HttpError, Method, Response};
use pop_worldpop::RasterName;
use pop_zip::{Archive, ZipError};

use crate::address::file_name;
use crate::folder::{Folder, check_whole};
use crate::lock::Pin;
use crate::server::{Server, Trouble, page};
use crate::task::Task;

/// The largest file that is downloaded.
pub(crate) const MAX_FILE: u64 = 64 << 30;
/// What is read from the line at once.
const PIECE: usize = 1 << 18;

/// Hears how far a file is.
pub(crate) trait Meter: Sync {
    /// The file is so long, where the server says; it begins anew.
    fn begins(&self, length: Option<u64>);
    /// So many bytes more have come.
    fn comes(&self, bytes: u64);
}

/// What a download needs.
pub(crate) struct Download<'a> {
    pub(crate) server: &'a Server,
    pub(crate) folder: &'a Folder,
    pub(crate) meter: &'a dyn Meter,
    pub(crate) stop: &'a AtomicBool,
}

impl Download<'_> {
    /// Downloads what a task wants. `told` hears of tries to come, `placed` of each file that is in
    /// its place.
    ///
    /// # Errors
    /// Those of the server after the last try; data where what came is not what is meant.
    pub(crate) fn run(
        &self,
        task: &Task,
        told: impl Fn(&str),
        placed: impl Fn(RasterName, Pin),
    ) -> Result<(), ToolError> {
        // What of an archive is there stays there, whatever becomes of the rest.
        let open: Mutex<Vec<usize>> = Mutex::new((0..task.wishes.len()).collect());
        self.server.persist(
            &task.address.path,
            || {
                let body = self.begin(task)?;
                if task.is_archive {
                    self.members(task, body, &open, &placed)
                } else {
                    let (name, pin) = self.whole(task, body)?;
                    placed(name, pin);
                    Ok(())
                }
            },
            told,
            self.stop,
        )
    }

    fn begin(&self, task: &Task) -> Result<Counted<'_>, Trouble> {
        let answer = self.server.ask(Method::Get, &task.address.path, "*/*")?;
        if answer.is_html() {
            return Err(page(self.server.base(), answer.request()));
        }
        let length = answer.content_length();
        if length.is_some_and(|length| length > MAX_FILE) {
            return Err(Trouble::Final(
                ToolError::data(format!("larger than {MAX_FILE} bytes")).in_file(&task.address.url),
            ));
        }
        self.meter.begins(length);
        Ok(self.counted(answer, length))
    }

    fn counted(&self, answer: Response, length: Option<u64>) -> Counted<'_> {
        Counted {
            body: answer.into_reader(),
            length,
            come: 0,
            meter: self.meter,
            stop: self.stop,
        }
    }

    fn whole(&self, task: &Task, mut body: Counted<'_>) -> Result<(RasterName, Pin), Trouble> {
        let file = task.address.file().to_owned();
        let name = file_name(&file).ok_or_else(|| {
            Trouble::Final(ToolError::data("is no raster's name").in_file(&task.address.url))
        })?;
        let mut part = self.folder.begin(&file).map_err(Trouble::Final)?;
        let mut piece = vec![0; PIECE];
        loop {
            let count = body
                .read(&mut piece)
                .map_err(|error| trouble(error, &task.address.url))?;
            if count == 0 {
                break;
            }
            self.folder
                .write(&mut part, &piece[..count], &file)
                .map_err(Trouble::Final)?;
        }
        body.check_length(&task.address.url)?;
        check_whole(&mut part, &file).map_err(Trouble::Broken)?;
        let pin = task.wishes.first().and_then(|wish| wish.pin.as_ref());
        let pin = self
            .folder
            .finish(part, &task.arrival(&file, None, pin))
            .map_err(Trouble::Final)?;
        Ok((name, pin))
    }

    /// Takes what is wanted out of an archive as it passes by, and no more than that.
    fn members(
        &self,
        task: &Task,
        body: Counted<'_>,
        open: &Mutex<Vec<usize>>,
        placed: &impl Fn(RasterName, Pin),
    ) -> Result<(), Trouble> {
        let mut open = open
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner);
        let mut archive = Archive::new(BufReader::with_capacity(PIECE, body));
        while !open.is_empty() {
            let Some(mut entry) = archive
                .next_entry()
                .map_err(|error| zip_trouble(error, &task.address.url))?
            else {
                let lacking = open.len();
                return Err(Trouble::Final(
                    ToolError::data(format!(
                        "{lacking} of {} files that are wanted are not in this archive",
                        task.wishes.len()
                    ))
                    .in_file(&task.address.url),
                ));
            };
            let member = entry.name().to_owned();
            let file = member.rsplit(['/', '\\']).next().unwrap_or_default();
            let Some(name) = file_name(file) else {
                continue;
            };
            let found = open.iter().position(|&at| task.wishes[at].is(&name));
            let Some(found) = found else { continue };
            let wish = &task.wishes[open[found]];
            let mut part = self.folder.begin(file).map_err(Trouble::Final)?;
            let mut piece = vec![0; PIECE];
            let mut unpacked = 0_u64;
            loop {
                let count = entry
                    .read(&mut piece)
                    .map_err(|error| trouble(error, &task.address.url))?;
                if count == 0 {
                    break;
                }
                unpacked += count as u64;
                if unpacked > MAX_FILE {
                    return Err(Trouble::Final(
                        ToolError::data(format!("{member}: larger than {MAX_FILE} bytes"))
                            .in_file(&task.address.url),
                    ));
                }
                self.folder
                    .write(&mut part, &piece[..count], file)
                    .map_err(Trouble::Final)?;
            }
            check_whole(&mut part, file).map_err(Trouble::Broken)?;
            let arrival = task.arrival(file, Some(&member), wish.pin.as_ref());
            let pin = self.folder.finish(part, &arrival).map_err(Trouble::Final)?;
            placed(name, pin);
            open.swap_remove(found);
        }
        Ok(())
    }
}

/// A body that is counted as it comes.
struct Counted<'a> {
    body: BodyReader,
    length: Option<u64>,
    come: u64,
    meter: &'a dyn Meter,
    stop: &'a AtomicBool,
}

impl Read for Counted<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        if self.stop.load(Ordering::Relaxed) {
            return Err(std::io::Error::other("stopped"));
        }
        let count = self.body.read(buffer)?;
        self.come += count as u64;
        self.meter.comes(count as u64);
        Ok(count)
    }
}

impl Counted<'_> {
    /// What came against what was announced.
    fn check_length(&self, url: &str) -> Result<(), Trouble> {
        match self.length {
            Some(length) if length != self.come => Err(Trouble::Broken(
                ToolError::data(format!("{} bytes came, {length} were announced", self.come))
                    .in_file(url),
            )),
            _ => Ok(()),
        }
    }
}

/// What a failed read of a body means.
fn trouble(error: std::io::Error, url: &str) -> Trouble {
    match HttpError::from_io(error) {
        Ok(error) => Trouble::Http(error),
        Err(error) => match error.kind() {
            std::io::ErrorKind::InvalidData | std::io::ErrorKind::UnexpectedEof => {
                Trouble::Broken(ToolError::data(error).in_file(url))
            }
            // Only the stop comes so.
            _ => Trouble::Final(ToolError::new(ExitStatus::Interrupted, error)),
        },
    }
}

fn zip_trouble(error: ZipError, url: &str) -> Trouble {
    match error {
        ZipError::Io(error) => trouble(error, url),
        other => Trouble::Broken(ToolError::data(other).in_file(url)),
    }
}
