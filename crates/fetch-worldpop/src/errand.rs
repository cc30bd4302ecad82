//! Getting the rasters of a plan into the folder.

use pop_cli::{Console, ToolError, thousands};
use pop_http::BaseUrl;

use crate::args::{NetworkArgs, PlaceArgs};
use crate::download::MAX_FILE;
use crate::folder::Folder;
use crate::listing::Entry;
use crate::lock::{Lock, Pin};
use crate::mirror::Mirror;
use crate::plan::Plan;
use crate::run::count;
use crate::server::Server;
use crate::store::{self, Network, Remarks, State};
use crate::survey;
use crate::task::Task;
use crate::transfer;
use crate::wish::Wish;

/// From where to where.
#[derive(Debug)]
pub(crate) struct Errand<'a> {
    pub(crate) place: &'a PlaceArgs,
    pub(crate) network: &'a NetworkArgs,
    pub(crate) data: &'a BaseUrl,
    pub(crate) mirror: Option<&'a Mirror>,
    pub(crate) folder: &'a Folder,
}

/// What became of the rasters.
#[derive(Debug, Default)]
pub(crate) struct Fetched {
    pub(crate) there: usize,
    pub(crate) copied: usize,
    pub(crate) downloaded: usize,
    /// Of those downloaded.
    pub(crate) bytes: u64,
}

/// What there is to download.
#[derive(Debug)]
pub(crate) struct Survey {
    pub(crate) entries: Vec<Entry>,
    there: usize,
    sizes: Vec<Option<u64>>,
}

impl Errand<'_> {
    /// Checks what is there, copies what the mirror has, downloads the rest; the lock follows each
    /// step.
    ///
    /// # Errors
    /// The first raster that cannot be had as it is meant.
    pub(crate) fn run(&self, plan: &mut Plan, console: &mut Console) -> Result<Fetched, ToolError> {
        self.folder.make()?;
        let mut fetched = Fetched::default();
        let open = self.look_around(plan, &mut fetched, console)?;
        if open.is_empty() {
            return Ok(fetched);
        }
        if self.allowed() == Network::Off {
            return Err(store::not_here(&open, self.mirror));
        }
        let tasks = Task::group(&open, self.data)?;
        let server = self.server()?;
        let keeper = &mut plan.keeper;
        transfer::all(
            &tasks,
            &server,
            self.folder,
            self.network.jobs,
            console,
            |name, pin, console| {
                fetched.downloaded += 1;
                fetched.bytes += pin.bytes;
                tell_change(&pin, keeper.lock.pin(&pin.file), console);
                keeper.put(name, pin)
            },
        )?;
        Ok(fetched)
    }

    fn allowed(&self) -> Network {
        if self.place.offline {
            Network::Off
        } else {
            Network::On
        }
    }

    fn server(&self) -> Result<Server, ToolError> {
        Server::new("--data-url", &self.network.data_url, self.network, MAX_FILE)
    }

    /// Gives what is left to download.
    fn look_around(
        &self,
        plan: &mut Plan,
        fetched: &mut Fetched,
        console: &mut Console,
    ) -> Result<Vec<Wish>, ToolError> {
        let progress = console.progress("checking", Some(plan.wishes.len() as u64));
        let mut open: Vec<Wish> = Vec::new();
        let mut remarks = Remarks::default();
        let network = self.allowed();
        let mut look = |wish: &Wish| -> Result<(), ToolError> {
            match store::check(wish, self.folder, self.mirror, network, &mut remarks)? {
                State::There => fetched.there += 1,
                State::Copied(name, pin) => {
                    fetched.copied += 1;
                    tell_change(&pin, plan.keeper.lock.pin(&pin.file), console);
                    plan.keeper.put(name, *pin)?;
                }
                State::Open => open.push(wish.clone()),
            }
            progress.advance(1);
            Ok(())
        };
        let looked = plan.wishes.iter().try_for_each(&mut look);
        progress.finish();
        remarks.tell(console);
        looked.map(|()| open)
    }

    /// What is there, and how large the rest is. Writes nothing.
    ///
    /// # Errors
    /// Those of the data server.
    pub(crate) fn survey(&self, plan: &Plan, console: &mut Console) -> Result<Survey, ToolError> {
        let (mut entries, mut open) = (Vec::new(), Vec::new());
        for wish in &plan.wishes {
            if self.is_there(wish)? {
                entries.extend(self.entry(wish, &plan.keeper.lock));
            } else {
                open.push(wish.clone());
            }
        }
        let there = entries.len();
        let tasks = Task::group(&open, self.data)?;
        let sizes = survey::sizes(&tasks, &self.server()?, self.network.jobs, console)?;
        for (task, size) in tasks.iter().zip(&sizes) {
            entries.push(task.entry().sized(*size));
        }
        Ok(Survey {
            entries,
            there,
            sizes,
        })
    }

    fn is_there(&self, wish: &Wish) -> Result<bool, ToolError> {
        match &wish.pin {
            Some(pin) if !self.folder.accepts(pin) => {
                Ok(self.folder.look(&pin.file)? == Some(pin.fingerprint()))
            }
            _ => Ok(false),
        }
    }

    fn entry(&self, wish: &Wish, lock: &Lock) -> Option<Entry> {
        let (name, pin) = lock.pins().find(|(name, _)| wish.is(name))?;
        Some(Entry::of_pin(name, pin, &self.folder.place(&pin.file)))
    }

    /// The list of rasters that lie in the folder by now; each goes on record.
    ///
    /// # Errors
    /// Internal.
    pub(crate) fn entries(
        &self,
        wishes: &[Wish],
        lock: &Lock,
        console: &mut Console,
    ) -> Result<Vec<Entry>, ToolError> {
        let mut entries = Vec::with_capacity(wishes.len());
        for wish in wishes {
            let (name, pin) = lock
                .pins()
                .find(|(name, _)| wish.is(name))
                .ok_or_else(|| ToolError::internal("a raster was lost on the way"))?;
            let place = self.folder.place(&pin.file);
            console.record_placed("raster", &place.display().to_string(), &pin.fingerprint());
            entries.push(Entry::of_pin(name, pin, &place));
        }
        Ok(entries)
    }
}

impl Survey {
    /// For people.
    pub(crate) fn summary(&self) -> String {
        let unknown = self.sizes.iter().filter(|size| size.is_none()).count();
        let known = self.sizes.iter().flatten();
        // What servers announce is not to be trusted.
        let bytes = known.fold(0_u64, |sum, &bytes| sum.saturating_add(bytes));
        let mut text = format!(
            "{} to download, {} bytes",
            count(self.sizes.len(), "file"),
            thousands(bytes as f64, 0)
        );
        if unknown > 0 {
            text.push_str(&format!(" and {unknown} of unknown length"));
        }
        format!("{text}; {} there already", self.there)
    }
}

/// An accepted change is said, with both hashes.
fn tell_change(pin: &Pin, earlier: Option<&Pin>, console: &Console) {
    if let (Some(before), Some(earlier)) = (pin.before.last(), earlier)
        && pin.sha256 != earlier.sha256
    {
        console.warn(&format!(
            "{}: the change is accepted: {} before, {} now",
            pin.file, before.sha256, pin.sha256
        ));
    }
}
