//! Gets the requested rasters into the folder.

use pop_cli::{Arg, Console, Messages, ToolError};
use pop_http::BaseUrl;

use crate::args::{FileArgs, NetworkArgs};
use crate::download::{DownloadTask, MAX_FILE, download_all, sizes};
use crate::local_files::{
    LocalFiles, LocalOutcome, LocalWarnings, Mirror, NetworkAccess, RasterFolder,
};
use crate::lock::{Lock, Pin};
use crate::raster_list::RasterEntry;
use crate::request::RasterRequest;
use crate::resolve::ResolvedRequests;
use crate::server::Server;

#[derive(Debug)]
pub(crate) struct FetchJob<'a> {
    pub(crate) files: &'a FileArgs,
    pub(crate) network: &'a NetworkArgs,
    pub(crate) data: &'a BaseUrl,
    pub(crate) mirror: Option<&'a Mirror>,
    pub(crate) folder: &'a RasterFolder,
}

/// Rasters by where they came from.
#[derive(Debug, Default)]
pub(crate) struct FetchCounts {
    /// In the folder already, as the lock file pins them.
    pub(crate) unchanged: usize,
    /// Copied from the mirror.
    pub(crate) copied: usize,
    pub(crate) downloaded: usize,
    /// Bytes downloaded.
    pub(crate) bytes: u64,
}

/// What `--dry-run` found.
#[derive(Debug)]
pub(crate) struct DryRunReport {
    pub(crate) entries: Vec<RasterEntry>,
    unchanged: usize,
    /// Of the files to download; `None` where the server does not say.
    sizes: Vec<Option<u64>>,
}

impl FetchJob<'_> {
    /// Checks the local files, copies from the mirror, downloads the rest; updates the lock file
    /// after each file.
    ///
    /// # Errors
    /// The first raster that fails.
    pub(crate) fn fetch(
        &self,
        resolved: &mut ResolvedRequests,
        console: &mut Console,
    ) -> Result<FetchCounts, ToolError> {
        self.folder.create()?;
        let mut counts = FetchCounts::default();
        let missing = self.check_local_files(resolved, &mut counts, console)?;
        if missing.is_empty() {
            return Ok(counts);
        }
        let local = self.local_files();
        if local.network == NetworkAccess::Offline {
            return Err(local.not_found(&missing));
        }
        let tasks = DownloadTask::group(&missing, self.data)?;
        let server = self.server()?;
        let lock_update = &mut resolved.lock_update;
        download_all(
            &tasks,
            &server,
            self.folder,
            self.network.jobs,
            console,
            |name, pin, console| {
                counts.downloaded += 1;
                counts.bytes += pin.bytes;
                report_change(&pin, lock_update.lock.pin(&pin.file), console);
                lock_update.pin(name, pin)
            },
        )?;
        Ok(counts)
    }

    /// What would be downloaded, with sizes. Writes nothing.
    ///
    /// # Errors
    /// Those of the data server.
    pub(crate) fn dry_run(
        &self,
        resolved: &ResolvedRequests,
        console: &mut Console,
    ) -> Result<DryRunReport, ToolError> {
        let (mut entries, mut missing) = (Vec::new(), Vec::new());
        for request in &resolved.requests {
            if self.is_unchanged(request)? {
                entries.extend(self.entry(request, &resolved.lock_update.lock));
            } else {
                missing.push(request.clone());
            }
        }
        let unchanged = entries.len();
        let tasks = DownloadTask::group(&missing, self.data)?;
        let sizes = sizes(&tasks, &self.server()?, self.network.jobs, console)?;
        for (task, size) in tasks.iter().zip(&sizes) {
            entries.push(task.entry().with_bytes(*size));
        }
        Ok(DryRunReport {
            entries,
            unchanged,
            sizes,
        })
    }

    /// The entries of rasters that are in the folder; recorded as outputs.
    ///
    /// # Errors
    /// Internal.
    pub(crate) fn entries(
        &self,
        requests: &[RasterRequest],
        lock: &Lock,
        console: &mut Console,
    ) -> Result<Vec<RasterEntry>, ToolError> {
        let mut entries = Vec::with_capacity(requests.len());
        for request in requests {
            let (name, pin) = lock
                .pins()
                .find(|(name, _)| request.matches(name))
                .ok_or_else(|| ToolError::internal("a fetched raster is not pinned"))?;
            let path = self.folder.path_of(&pin.file);
            console.record_placed("raster", &path.display().to_string(), &pin.fingerprint());
            entries.push(RasterEntry::of_pin(name, pin, &path));
        }
        Ok(entries)
    }

    /// Returns the requests that are left to download.
    fn check_local_files(
        &self,
        resolved: &mut ResolvedRequests,
        counts: &mut FetchCounts,
        console: &mut Console,
    ) -> Result<Vec<RasterRequest>, ToolError> {
        let progress = console.progress("checking", Some(resolved.requests.len() as u64));
        let local = self.local_files();
        let mut missing: Vec<RasterRequest> = Vec::new();
        let mut warnings = LocalWarnings::default();
        let mut check = |request: &RasterRequest| -> Result<(), ToolError> {
            match local.check(request, &mut warnings)? {
                LocalOutcome::Unchanged => counts.unchanged += 1,
                LocalOutcome::Copied(name, pin) => {
                    counts.copied += 1;
                    let lock_update = &mut resolved.lock_update;
                    report_change(&pin, lock_update.lock.pin(&pin.file), console);
                    lock_update.pin(name, *pin)?;
                }
                LocalOutcome::Missing => missing.push(request.clone()),
            }
            progress.advance(1);
            Ok(())
        };
        let checked = resolved.requests.iter().try_for_each(&mut check);
        progress.finish();
        warnings.print(console);
        checked.map(|()| missing)
    }

    fn local_files(&self) -> LocalFiles<'_> {
        LocalFiles {
            folder: self.folder,
            mirror: self.mirror,
            network: if self.files.offline {
                NetworkAccess::Offline
            } else {
                NetworkAccess::Allowed
            },
        }
    }

    fn server(&self) -> Result<Server, ToolError> {
        Server::new("--data-url", &self.network.data_url, self.network, MAX_FILE)
    }

    fn is_unchanged(&self, request: &RasterRequest) -> Result<bool, ToolError> {
        match &request.pin {
            Some(pin) if !self.folder.accepts_change(pin) => {
                Ok(self.folder.fingerprint(&pin.file)? == Some(pin.fingerprint()))
            }
            _ => Ok(false),
        }
    }

    fn entry(&self, request: &RasterRequest, lock: &Lock) -> Option<RasterEntry> {
        let (name, pin) = lock.pins().find(|(name, _)| request.matches(name))?;
        Some(RasterEntry::of_pin(
            name,
            pin,
            &self.folder.path_of(&pin.file),
        ))
    }
}

impl DryRunReport {
    pub(crate) fn summary(&self, messages: &Messages) -> String {
        let unknown = self.sizes.iter().filter(|size| size.is_none()).count();
        let known = self.sizes.iter().flatten();
        // Announced lengths may be anything.
        let bytes = known.fold(0_u64, |sum, &bytes| sum.saturating_add(bytes));
        let args = [
            ("count", Arg::Count(self.sizes.len())),
            ("bytes", Arg::Number(bytes as f64, 0)),
        ];
        let mut text = messages.text_of("files-to-download", &args);
        if unknown > 0 {
            text += &format!(" {}", messages.counted("and-unknown-size", unknown));
        }
        let unchanged = messages.counted("rasters-unchanged", self.unchanged);
        messages.clauses(&[text, unchanged])
    }
}

fn report_change(pin: &Pin, earlier: Option<&Pin>, console: &Console) {
    if let (Some(before), Some(earlier)) = (pin.before.last(), earlier)
        && pin.sha256 != earlier.sha256
    {
        console.warn(&format!(
            "{}: accepted a changed file: sha256 {} before, {} now",
            pin.file, before.sha256, pin.sha256
        ));
    }
}
