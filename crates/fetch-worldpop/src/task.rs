//! One file of the server that is downloaded, for one wish or, as an archive, for several.

use std::collections::BTreeMap;

use pop_cli::ToolError;
use pop_http::BaseUrl;
use pop_worldpop::RasterName;

use crate::address::Address;
use crate::folder::Arrival;
use crate::listing::Entry;
use crate::lock::{Credit, Pin};
use crate::wish::Wish;

/// A file of the server, with what of it is wanted.
#[derive(Debug, Clone)]
pub(crate) struct Task {
    pub(crate) address: Address,
    pub(crate) is_archive: bool,
    pub(crate) wishes: Vec<Wish>,
    name: RasterName,
    credit: Credit,
}

impl Task {
    /// Puts wishes together that lie in one file, in the order of the wishes.
    ///
    /// # Errors
    /// Data: a pin of another server. Usage: a pin without an address.
    pub(crate) fn group(wishes: &[Wish], data: &BaseUrl) -> Result<Vec<Self>, ToolError> {
        let mut tasks: Vec<Self> = Vec::new();
        let mut by_url: BTreeMap<String, usize> = BTreeMap::new();
        for wish in wishes {
            let (address, is_archive, credit) = source(wish, data)?;
            let name = address.name().ok_or_else(|| {
                ToolError::data("is no WorldPop file's name").in_file(&address.url)
            })?;
            match by_url.get(&address.url) {
                Some(&index) => tasks[index].wishes.push(wish.clone()),
                None => {
                    by_url.insert(address.url.clone(), tasks.len());
                    tasks.push(Self {
                        address,
                        is_archive,
                        name,
                        wishes: vec![wish.clone()],
                        credit,
                    });
                }
            }
        }
        Ok(tasks)
    }

    /// How a file of it comes into the folder.
    pub(crate) fn arrival<'a>(
        &'a self,
        file: &'a str,
        member: Option<&'a str>,
        pin: Option<&'a Pin>,
    ) -> Arrival<'a> {
        Arrival {
            file,
            url: Some(&self.address.url),
            member,
            pin,
            credit: pin.map_or(&self.credit, |pin| &pin.credit),
        }
    }

    /// What the list says of it before it is there.
    pub(crate) fn entry(&self) -> Entry {
        let pin = self.wishes.first().and_then(|wish| wish.pin.as_ref());
        let credit = pin.map_or(&self.credit, |pin| &pin.credit);
        let entry = Entry::of_name(&self.name, self.address.file(), &self.address.url, credit);
        if self.is_archive {
            entry.archive(self.wishes.len())
        } else {
            entry
        }
    }

    /// Its length, where the lock knows it.
    pub(crate) fn known_bytes(&self) -> Option<u64> {
        match self.wishes.as_slice() {
            [wish] if !self.is_archive => wish.pin.as_ref().map(|pin| pin.bytes),
            _ => None,
        }
    }
}

fn source(wish: &Wish, data: &BaseUrl) -> Result<(Address, bool, Credit), ToolError> {
    if let Some(pin) = &wish.pin {
        let url = pin.url.as_deref().ok_or_else(|| {
            ToolError::usage("the lock does not know where it is from, only what it is")
                .in_file(&pin.file)
                .hint("copy it into the folder, or name the folder it is in with --mirror")
        })?;
        let address = Address::parse(url, data)?;
        return Ok((address, pin.member.is_some(), pin.credit.clone()));
    }
    match &wish.offer {
        Some(offer) => Ok((
            offer.address.clone(),
            offer.is_archive(),
            offer.credit.clone(),
        )),
        None => Err(ToolError::internal("a wish without a file")),
    }
}
