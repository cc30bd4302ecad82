//! A raster that is requested, with what lock file and catalogue know of it.

use pop_cli::ToolError;
use pop_worldpop::{Area, ProductSpec, RasterKey, RasterKind, RasterName};

use crate::address::Address;
use crate::lock::{Attribution, Pin};

/// A file of the catalogue that holds a requested raster.
#[derive(Debug, Clone)]
pub(crate) struct Candidate {
    /// The file, or the archive it is in.
    pub(crate) address: Address,
    /// What the file's name says.
    pub(crate) name: RasterName,
    pub(crate) attribution: Attribution,
}

/// Which version of a raster is requested.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum VersionSpec {
    /// Any version within the release.
    AnyOf(ProductSpec),
    /// The file of this name.
    Exact(RasterName),
}

#[derive(Debug, Clone)]
pub(crate) struct RasterRequest {
    pub(crate) key: RasterKey,
    pub(crate) version: VersionSpec,
    /// What the lock file pins.
    pub(crate) pin: Option<Pin>,
    /// Where the catalogue has it; not needed where it is pinned.
    pub(crate) candidate: Option<Candidate>,
}

impl RasterRequest {
    /// For a pinned file.
    pub(crate) fn of_pin(name: &RasterName, pin: &Pin) -> Result<Self, ToolError> {
        Ok(Self {
            key: key(name)?,
            version: VersionSpec::Exact(name.clone()),
            pin: Some(pin.clone()),
            candidate: None,
        })
    }

    /// For a file given by its address.
    ///
    /// # Errors
    /// Usage: its cells do not count people.
    pub(crate) fn of_address(address: Address, pin: Option<&Pin>) -> Result<Self, ToolError> {
        let name = address.name().ok_or_else(|| {
            ToolError::usage(format!(
                "--path {}: not the name of a WorldPop raster",
                address.path
            ))
            .hint("give the path of a .tif or .zip as on the data server")
        })?;
        if let Some(reason) = name.refusal() {
            return Err(
                ToolError::usage(format!("--path {}: {reason}", address.path))
                    .hint("give the path of a raster of counts"),
            );
        }
        Ok(Self {
            key: key(&name)?,
            version: VersionSpec::Exact(name.clone()),
            pin: pin.cloned(),
            candidate: Some(Candidate {
                attribution: Attribution::of_name(&name),
                address,
                name,
            }),
        })
    }

    /// Whether a file of this name serves the request.
    pub(crate) fn matches(&self, name: &RasterName) -> bool {
        self.key.matches(name)
            && match &self.version {
                VersionSpec::AnyOf(spec) => spec.matches(name),
                VersionSpec::Exact(exact) => exact == name,
            }
    }

    /// The file's name; `None` while it is somewhere inside an archive.
    pub(crate) fn file(&self) -> Option<&str> {
        match (&self.pin, &self.candidate) {
            (Some(pin), _) => Some(&pin.file),
            (None, Some(candidate)) if !candidate.is_archive() => Some(candidate.address.file()),
            _ => None,
        }
    }
}

/// Whom the file of this name counts, where and when.
fn key(name: &RasterName) -> Result<RasterKey, ToolError> {
    let year = name.year().ok_or_else(|| {
        ToolError::data("the name has no year")
            .at(name)
            .hint("rasters of people are named by year")
    })?;
    Ok(RasterKey {
        area: Area::of_file(name.area()),
        year,
        layer: name.layer(),
    })
}

impl Candidate {
    pub(crate) fn is_archive(&self) -> bool {
        self.name.kind() == RasterKind::Archive
    }
}
