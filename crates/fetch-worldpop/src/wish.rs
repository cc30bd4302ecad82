//! A raster on its way from being wanted to lying in the folder.

use pop_cli::ToolError;
use pop_worldpop::{Area, ProductSpec, RasterKey, RasterName};

use crate::address::Address;
use crate::lock::{Credit, Pin};

/// Where the catalogue says that a raster is.
#[derive(Debug, Clone)]
pub(crate) struct Offer {
    /// The file, or the archive it is in.
    pub(crate) address: Address,
    /// What the file's name says.
    pub(crate) name: RasterName,
    pub(crate) credit: Credit,
}

/// Of which make a raster is to be.
#[derive(Debug, Clone)]
pub(crate) enum Make {
    /// Any version of these terms.
    Of(ProductSpec),
    /// The one file of this name.
    Named(RasterName),
}

/// A raster that is wanted, with what is known of it.
#[derive(Debug, Clone)]
pub(crate) struct Wish {
    pub(crate) wanted: RasterKey,
    pub(crate) make: Make,
    /// What the lock says of it.
    pub(crate) pin: Option<Pin>,
    /// Where it is, unless the lock knows.
    pub(crate) offer: Option<Offer>,
}

impl Wish {
    /// For the file that a pin is of.
    pub(crate) fn of_pin(name: &RasterName, pin: &Pin) -> Result<Self, ToolError> {
        Ok(Self {
            wanted: wanted(name)?,
            make: Make::Named(name.clone()),
            pin: Some(pin.clone()),
            offer: None,
        })
    }

    /// For a file that is named by its address.
    ///
    /// # Errors
    /// Usage: it holds no people.
    pub(crate) fn of_address(address: Address, pin: Option<&Pin>) -> Result<Self, ToolError> {
        let name = address.name().ok_or_else(|| {
            ToolError::usage(format!(
                "--path {}: is no WorldPop raster's name",
                address.path
            ))
        })?;
        if let Some(why) = name.refusal() {
            return Err(ToolError::usage(format!("--path {}: {why}", address.path)));
        }
        Ok(Self {
            wanted: wanted(&name)?,
            make: Make::Named(name.clone()),
            pin: pin.cloned(),
            offer: Some(Offer {
                credit: Credit::of_name(&name),
                address,
                name,
            }),
        })
    }

    /// Whether a file is the one.
    pub(crate) fn is(&self, name: &RasterName) -> bool {
        self.wanted.is(name)
            && match &self.make {
                Make::Of(terms) => terms.admits(name),
                Make::Named(named) => named == name,
            }
    }

    /// The file's name, unless it is somewhere inside an archive.
    pub(crate) fn file(&self) -> Option<&str> {
        match (&self.pin, &self.offer) {
            (Some(pin), _) => Some(&pin.file),
            (None, Some(offer)) if !offer.is_archive() => Some(offer.address.file()),
            _ => None,
        }
    }
}

/// What the file of this name counts.
fn wanted(name: &RasterName) -> Result<RasterKey, ToolError> {
    let year = name
        .year()
        .ok_or_else(|| ToolError::data("names no year").at(name))?;
    Ok(RasterKey {
        area: Area::of_file(name.area()),
        year,
        layer: name.layer(),
    })
}

impl Offer {
    pub(crate) fn is_archive(&self) -> bool {
        self.name.kind() == pop_worldpop::RasterKind::Archive
    }
}
