//! Files that are on this machine already, in the folder or in a mirror.

mod completeness;
mod folder;
mod mirror;
mod part_file;

pub(crate) use completeness::check_complete;
pub(crate) use folder::{Placement, RasterFolder};
pub(crate) use mirror::Mirror;
pub(crate) use part_file::{PartFile, PartKey};

use pop_cli::{Console, ToolError, shortened_list};
use pop_worldpop::RasterName;

use crate::address::file_name;
use crate::lock::{Attribution, Pin};
use crate::request::RasterRequest;

/// Whether files may be downloaded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NetworkAccess {
    Allowed,
    Offline,
}

/// What is here of a requested raster.
pub(crate) enum LocalOutcome {
    /// It is in the folder, as the lock file pins it.
    Unchanged,
    /// It was copied into the folder.
    Copied(RasterName, Box<Pin>),
    /// It is to be downloaded.
    Missing,
}

/// Warnings about files, one line for all of a kind.
#[derive(Debug, Default)]
pub(crate) struct LocalWarnings {
    /// In the folder, and not what the lock file pins.
    changed: Vec<String>,
    /// In the mirror, and not what the lock file pins.
    unusable: Vec<String>,
    /// Copied from the mirror without a lock file.
    unverified: Vec<String>,
}

impl LocalWarnings {
    pub(crate) fn print(&self, console: &Console) {
        let warn = |files: &[String], what: &str| {
            if !files.is_empty() {
                console.warn(&format!("{what}: {}", shortened_list(files)));
            }
        };
        warn(
            &self.changed,
            "not what the lock file pins, downloaded again",
        );
        warn(&self.unusable, "not copied from the mirror");
        warn(
            &self.unverified,
            "no lock file has their hashes; copied unverified, and pinned from now on",
        );
    }
}

/// The places where a raster can be on this machine.
#[derive(Debug, Clone, Copy)]
pub(crate) struct LocalFiles<'a> {
    pub(crate) folder: &'a RasterFolder,
    pub(crate) mirror: Option<&'a Mirror>,
    pub(crate) network: NetworkAccess,
}

impl LocalFiles<'_> {
    /// Looks for a raster in the folder, then in the mirror, and copies it from there.
    ///
    /// # Errors
    /// I/O. Offline also data: the file is not what the lock file pins.
    pub(crate) fn check(
        &self,
        request: &RasterRequest,
        warnings: &mut LocalWarnings,
    ) -> Result<LocalOutcome, ToolError> {
        let Some(pin) = &request.pin else {
            return match (self.mirror, self.network) {
                (Some(mirror), NetworkAccess::Offline) => {
                    self.copy_unverified(request, mirror, warnings)
                }
                _ => Ok(LocalOutcome::Missing),
            };
        };
        let accepts_change = self.folder.accepts_change(pin);
        let found = self.folder.fingerprint(&pin.file)?;
        if !accepts_change && found.as_ref() == Some(&pin.fingerprint()) {
            return Ok(LocalOutcome::Unchanged);
        }
        let placement = Placement {
            file: &pin.file,
            url: pin.url.as_deref(),
            member: pin.member.as_deref(),
            pin: Some(pin),
            attribution: &pin.attribution,
        };
        if let Some(path) = self.mirror.and_then(|mirror| mirror.path(&pin.file)) {
            match self.folder.copy_file(path, &placement) {
                Ok(copied) => return copied_as_requested(request, copied),
                Err(error) if self.network == NetworkAccess::Offline => return Err(error),
                Err(error) => warnings.unusable.push(error.to_string()),
            }
        } else if let Some(found) = found
            && !accepts_change
        {
            if self.network == NetworkAccess::Offline {
                return Err(ToolError::data(format!(
                    "has changed: sha256 {} ({} bytes), the lock file has {} ({} bytes)",
                    found.sha256, found.bytes, pin.sha256, pin.bytes
                ))
                .in_file(self.folder.path_of(&pin.file).display())
                .hint("name a folder that has the pinned file with --mirror, or drop --offline"));
            }
            warnings.changed.push(pin.file.clone());
        }
        Ok(LocalOutcome::Missing)
    }

    /// Copies a file that is not pinned from the mirror, by its name.
    fn copy_unverified(
        &self,
        request: &RasterRequest,
        mirror: &Mirror,
        warnings: &mut LocalWarnings,
    ) -> Result<LocalOutcome, ToolError> {
        let Some((file, name, path)) = mirror.files().find(|(_, name, _)| request.matches(name))
        else {
            return Ok(LocalOutcome::Missing);
        };
        warnings.unverified.push(path.display().to_string());
        let attribution = Attribution::of_name(name);
        let placement = Placement {
            file,
            url: None,
            member: None,
            pin: None,
            attribution: &attribution,
        };
        self.folder
            .copy_file(path, &placement)
            .map(|pin| LocalOutcome::Copied(name.clone(), Box::new(pin)))
    }

    /// The error for rasters that are not here while the network may not be used.
    pub(crate) fn not_found(&self, missing: &[RasterRequest]) -> ToolError {
        let names: Vec<String> = missing
            .iter()
            .map(|request| match request.file() {
                Some(file) => file.to_owned(),
                None => format!("{} {}", request.key.area, request.key.year),
            })
            .collect();
        let places = match self.mirror {
            Some(_) => "neither in --folder nor in --mirror",
            None => "not in --folder",
        };
        ToolError::io(format!(
            "{}: {places}, and --offline is set",
            shortened_list(&names)
        ))
        .hint("copy the rasters and their worldpop.lock into a folder, and name it with --mirror")
    }
}

fn copied_as_requested(request: &RasterRequest, pin: Pin) -> Result<LocalOutcome, ToolError> {
    let name = file_name(&pin.file)
        .filter(|name| request.matches(name))
        .ok_or_else(|| ToolError::internal("a copied file does not match its request"))?;
    Ok(LocalOutcome::Copied(name, Box::new(pin)))
}
