//! Which files a run is about: from lock file, catalogue and `--path`.

use pop_cli::{Arg, Console, ToolError};
use pop_http::BaseUrl;
use pop_worldpop::{Family, RasterKey};

use crate::address::Address;
use crate::args::FetchWorldpop;
use crate::catalogue::{Catalogue, CatalogueSearch, StacCatalogue, pinned_requests};
use crate::local_files::Mirror;
use crate::lock::{Lock, LockUpdate};
use crate::overlap_check::refuse_overlapping;
use crate::request::{GLOBAL1, RasterRequest, RequestGroup, Selection};

/// The rasters of a run, and the lock file that pins them.
#[derive(Debug)]
pub(crate) struct ResolvedRequests {
    pub(crate) requests: Vec<RasterRequest>,
    pub(crate) lock_update: LockUpdate,
}

pub(crate) struct Resolver<'a> {
    args: &'a FetchWorldpop,
    selection: Option<&'a Selection>,
    mirror: Option<&'a Mirror>,
    data: &'a BaseUrl,
    /// `None` with `--offline`.
    catalogue: Option<Catalogue>,
    stac: Option<StacCatalogue>,
}

impl<'a> Resolver<'a> {
    /// # Errors
    /// Usage: an invalid address of the catalogue. I/O: certificates that cannot be read.
    pub(crate) fn new(
        args: &'a FetchWorldpop,
        selection: Option<&'a Selection>,
        mirror: Option<&'a Mirror>,
        data: &'a BaseUrl,
    ) -> Result<Self, ToolError> {
        let (catalogue, stac) = if args.files.offline {
            (None, None)
        } else {
            let stac = StacCatalogue::new(&args.network)?;
            (Some(Catalogue::new(&args.network)?), stac)
        };
        Ok(Self {
            args,
            selection,
            mirror,
            data,
            catalogue,
            stac,
        })
    }

    /// Finds the file of every requested raster.
    ///
    /// # Errors
    /// Usage: nothing is requested, or a raster that does not exist. Those of the catalogue.
    pub(crate) fn resolve(
        &self,
        lock: Lock,
        console: &mut Console,
    ) -> Result<ResolvedRequests, ToolError> {
        if self.args.files.upgrade_release {
            return self.upgrade(lock, console);
        }
        let requests = if self.selection.is_none() && self.args.selection.paths.is_empty() {
            self.pinned_files(&lock)?
        } else {
            let requests = self.selected_files(&lock, console)?;
            refuse_overlapping(&requests)?;
            requests
        };
        Ok(ResolvedRequests {
            requests,
            lock_update: LockUpdate::of(lock),
        })
    }

    /// Everything the lock file pins.
    fn pinned_files(&self, lock: &Lock) -> Result<Vec<RasterRequest>, ToolError> {
        if let Some(release) = &self.args.selection.release {
            return Err(ToolError::usage(format!("--release {release} without --iso")).hint(
                "name a country: --iso SLE; or replace what the lock file pins: --upgrade-release",
            ));
        }
        if lock.is_empty() {
            return Err(
                ToolError::usage("nothing is requested, and there is no lock file").hint(
                    "name a country and a year: --iso SLE --year 2025; --list shows what exists",
                ),
            );
        }
        lock.pins()
            .map(|(name, pin)| RasterRequest::of_pin(name, pin))
            .collect()
    }

    /// The files of the selection and of `--path`, each once.
    fn selected_files(
        &self,
        lock: &Lock,
        console: &mut Console,
    ) -> Result<Vec<RasterRequest>, ToolError> {
        let mut requests = Vec::new();
        if let Some(selection) = self.selection {
            let release = self.release(selection, lock, console)?;
            for group in RequestGroup::of_selection(selection, release.as_deref())? {
                requests.extend(self.group_files(&group, lock, console)?);
            }
        }
        for request in self.path_files(lock, lock.release()?.as_deref())? {
            let name = request.candidate.as_ref().map(|candidate| &candidate.name);
            let is_selected = name.is_some_and(|name| {
                requests
                    .iter()
                    .any(|other: &RasterRequest| other.matches(name))
            });
            if !is_selected {
                requests.push(request);
            }
        }
        Ok(requests)
    }

    fn search(&self) -> Option<CatalogueSearch<'_>> {
        self.catalogue.as_ref().map(|catalogue| CatalogueSearch {
            catalogue,
            stac: self.stac.as_ref(),
            data: self.data,
        })
    }

    /// The release of the lock file, else the one named, else the newest; `None` for Global1.
    fn release(
        &self,
        selection: &Selection,
        lock: &Lock,
        console: &mut Console,
    ) -> Result<Option<String>, ToolError> {
        if selection.family == Family::Global1 {
            return Ok(None);
        }
        match (lock.release()?, &selection.release) {
            (Some(locked), Some(named)) if locked != *named => Err(ToolError::usage(format!(
                "the lock file pins {locked}, which is not comparable with {named}"
            ))
            .in_file(lock.path().display())
            .hint(format!(
                "--upgrade-release --release {named} replaces all of it; --lock names another lock file"
            ))),
            (Some(release), _) => Ok(Some(release)),
            (None, Some(named)) => Ok(Some(named.clone())),
            (None, None) => self.newest_release(selection, console).map(Some),
        }
    }

    fn newest_release(
        &self,
        selection: &Selection,
        console: &mut Console,
    ) -> Result<String, ToolError> {
        let area = selection
            .areas
            .first()
            .ok_or_else(|| ToolError::internal("a selection without an area"))?;
        let spec = selection.spec(area, None);
        let keys = selection.keys(area)?;
        match (self.search(), self.mirror) {
            (Some(search), _) => search.newest_release(&spec, first(&keys)?, console),
            (None, Some(mirror)) => mirror
                .files()
                .filter(|(_, name, _)| keys.iter().any(|key| key.matches(name)))
                .filter_map(|(_, name, _)| name.release().map(ToOwned::to_owned))
                .max()
                .ok_or_else(|| {
                    ToolError::io("--mirror has none of the requested files, and --offline is set")
                        .hint("copy the files into --mirror, or drop --offline")
                }),
            (None, None) => Err(
                ToolError::usage("there is no lock file, and --offline is set")
                    .hint("name the folder with copies of the files: --mirror"),
            ),
        }
    }

    fn group_files(
        &self,
        group: &RequestGroup,
        lock: &Lock,
        console: &mut Console,
    ) -> Result<Vec<RasterRequest>, ToolError> {
        let Some(search) = self.search() else {
            return Ok(pinned_requests(group, lock));
        };
        let requests = search.find_files(group, lock, console)?;
        if let Some(locked) = lock.release()?
            && let Some(new) = requests.iter().find(|request| request.pin.is_none())
            && group.spec.family == Family::Global2
        {
            let newest = search.newest_release(&group.spec, &new.key, console)?;
            if newest > locked {
                console.warn(&format!(
                    "release {newest} exists; new files come from {locked}, as {} pins it",
                    lock.path().display()
                ));
                console.hint("--upgrade-release replaces all years together");
            }
        }
        Ok(requests)
    }

    /// The files of `--path`, which must be of this release.
    fn path_files(
        &self,
        lock: &Lock,
        release: Option<&str>,
    ) -> Result<Vec<RasterRequest>, ToolError> {
        let mut requests = Vec::new();
        for path in &self.args.selection.paths {
            let address = Address::parse(path, self.data).map_err(|error| {
                let hints = error.hints().to_vec();
                hints
                    .into_iter()
                    .fold(ToolError::usage(error).in_file("--path"), ToolError::hint)
            })?;
            let pin = lock.pin(address.file());
            let request = RasterRequest::of_address(address, pin)?;
            let found = request
                .candidate
                .as_ref()
                .and_then(|candidate| candidate.name.release());
            if let (Some(release), Some(found)) = (release, found)
                && found != release
            {
                return Err(ToolError::usage(format!(
                    "--path {path}: is of {found}, the lock file pins {release}"
                ))
                .hint("name another lock file with --lock"));
            }
            requests.push(request);
        }
        Ok(requests)
    }

    /// Everything the lock file pins, and the selection besides, in another release.
    fn upgrade(&self, lock: Lock, console: &mut Console) -> Result<ResolvedRequests, ToolError> {
        let Some(locked) = lock.release()? else {
            return Err(ToolError::usage(
                "--upgrade-release: the lock file pins no release to replace",
            )
            .in_file(lock.path().display())
            .hint("fetch a first file: --iso SLE --year 2025"));
        };
        let Some(search) = self.search() else {
            return Err(ToolError::usage(
                "--upgrade-release needs the catalogue, and --offline is set",
            )
            .hint("drop --offline"));
        };
        let mut groups = RequestGroup::of_lock(&lock, &locked)?;
        let release = self.upgrade_target(&locked, &groups, &search, console)?;
        if let Some(selection) = self.selection {
            groups.extend(RequestGroup::of_selection(selection, Some(&release))?);
        }
        for group in &mut groups {
            group.spec.release = Some(release.clone());
        }
        let key = if release == locked {
            "release-is-newest"
        } else {
            "release-replaced"
        };
        let args = [
            ("locked", Arg::Text(&locked)),
            ("release", Arg::Text(&release)),
        ];
        console.summary(&console.messages().text_of(key, &args));
        let lock_update = LockUpdate::of_upgrade(lock, &release, &locked)?;
        let mut requests = self.path_files(&lock_update.lock, Some(&release))?;
        // A file that the catalogue does not list is replaced by its new --path.
        for group in &mut groups {
            let is_open = |key: &RasterKey| requests.iter().all(|request| request.key != *key);
            group.keys.retain(is_open);
        }
        for group in groups {
            for request in search.find_files(&group, &lock_update.lock, console)? {
                let is_known = requests
                    .iter()
                    .any(|other| other.key == request.key && other.version == request.version);
                if !is_known {
                    requests.push(request);
                }
            }
        }
        Ok(ResolvedRequests {
            requests,
            lock_update,
        })
    }

    fn upgrade_target(
        &self,
        locked: &str,
        groups: &[RequestGroup],
        search: &CatalogueSearch<'_>,
        console: &mut Console,
    ) -> Result<String, ToolError> {
        let named = self.args.selection.release.as_deref();
        let named = named.map(str::to_ascii_uppercase);
        if named.as_deref() == Some(GLOBAL1) {
            return Err(ToolError::usage(format!(
                "--upgrade-release: global1 is another product line, and does not replace {locked}"
            ))
            .hint("name another lock file with --lock"));
        }
        match (named, groups.first()) {
            (Some(named), _) => Ok(named),
            (None, Some(group)) => search.newest_release(&group.spec, first(&group.keys)?, console),
            (None, None) => Ok(locked.to_owned()),
        }
    }
}

fn first(keys: &[RasterKey]) -> Result<&RasterKey, ToolError> {
    keys.first()
        .ok_or_else(|| ToolError::internal("a selection without rasters"))
}
