//! A file to download: for one request or, as an archive, for several.

use std::collections::BTreeMap;

use pop_cli::ToolError;
use pop_http::BaseUrl;
use pop_worldpop::RasterName;

use crate::address::Address;
use crate::local_files::Placement;
use crate::lock::{Attribution, Pin};
use crate::raster_list::RasterEntry;
use crate::request::RasterRequest;

/// A file of the data server, and the requests it serves.
#[derive(Debug, Clone)]
pub(crate) struct DownloadTask {
    pub(crate) address: Address,
    pub(crate) is_archive: bool,
    pub(crate) requests: Vec<RasterRequest>,
    name: RasterName,
    attribution: Attribution,
}

impl DownloadTask {
    /// Groups requests by file, in the order of the requests.
    ///
    /// # Errors
    /// Data: a pin of another server. Usage: a pin without an address.
    pub(crate) fn group(
        requests: &[RasterRequest],
        data: &BaseUrl,
    ) -> Result<Vec<Self>, ToolError> {
        let mut tasks: Vec<Self> = Vec::new();
        let mut by_url: BTreeMap<String, usize> = BTreeMap::new();
        for request in requests {
            let (address, is_archive, attribution) = source(request, data)?;
            let name = address.name().ok_or_else(|| {
                ToolError::data("not the name of a WorldPop file")
                    .in_file(&address.url)
                    .hint("restore the lock file from version control")
            })?;
            match by_url.get(&address.url) {
                Some(&index) => tasks[index].requests.push(request.clone()),
                None => {
                    by_url.insert(address.url.clone(), tasks.len());
                    tasks.push(Self {
                        address,
                        is_archive,
                        name,
                        requests: vec![request.clone()],
                        attribution,
                    });
                }
            }
        }
        Ok(tasks)
    }

    /// How one of its files is placed in the folder.
    pub(crate) fn placement<'a>(
        &'a self,
        file: &'a str,
        member: Option<&'a str>,
        pin: Option<&'a Pin>,
    ) -> Placement<'a> {
        Placement {
            file,
            url: Some(&self.address.url),
            member,
            pin,
            attribution: pin.map_or(&self.attribution, |pin| &pin.attribution),
        }
    }

    /// Its entry in the list of `--dry-run`.
    pub(crate) fn entry(&self) -> RasterEntry {
        let pin = self
            .requests
            .first()
            .and_then(|request| request.pin.as_ref());
        let attribution = pin.map_or(&self.attribution, |pin| &pin.attribution);
        let entry = RasterEntry::of_name(
            &self.name,
            self.address.file(),
            &self.address.url,
            attribution,
        );
        if self.is_archive {
            entry.with_files(self.requests.len())
        } else {
            entry
        }
    }

    /// Its length, where the lock file pins it.
    pub(crate) fn known_bytes(&self) -> Option<u64> {
        match self.requests.as_slice() {
            [request] if !self.is_archive => request.pin.as_ref().map(|pin| pin.bytes),
            _ => None,
        }
    }
}

fn source(
    request: &RasterRequest,
    data: &BaseUrl,
) -> Result<(Address, bool, Attribution), ToolError> {
    if let Some(pin) = &request.pin {
        let url = pin.url.as_deref().ok_or_else(|| {
            ToolError::usage("the lock file has no address for it: it was copied from a mirror")
                .in_file(&pin.file)
                .hint("name a folder that has the file with --mirror")
        })?;
        let address = Address::parse(url, data)?;
        return Ok((address, pin.member.is_some(), pin.attribution.clone()));
    }
    match &request.candidate {
        Some(candidate) => Ok((
            candidate.address.clone(),
            candidate.is_archive(),
            candidate.attribution.clone(),
        )),
        None => Err(ToolError::internal(
            "a request has neither pin nor candidate",
        )),
    }
}
