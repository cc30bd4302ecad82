//! WorldPop's catalogue: requests to it, and what is found in its records.

mod file_list;
mod products;
mod search;
mod stac;

pub(crate) use file_list::FileFilter;
pub(crate) use products::{all_products, write_products};
pub(crate) use search::{CatalogueSearch, pinned_requests};
pub(crate) use stac::StacCatalogue;

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::sync::atomic::AtomicBool;

use pop_cli::{Console, Fingerprint, ToolError};
use pop_http::{BaseUrl, Method, Query};
use pop_worldpop::Product;
use pop_worldpop::catalogue::{
    CatalogueEntry, CatalogueError, CatalogueRecord, parse_entries, parse_records,
};

use crate::args::NetworkArgs;
use crate::server::{AttemptError, Server, html_instead};

/// The most bytes of a response.
const MAX_RESPONSE: u64 = 64 << 20;

/// A client of the catalogue; remembers the responses of a run.
#[derive(Debug)]
pub(crate) struct Catalogue {
    server: Server,
    responses: RefCell<BTreeMap<String, Vec<u8>>>,
}

impl Catalogue {
    pub(crate) fn new(args: &NetworkArgs) -> Result<Self, ToolError> {
        Self::at("--catalogue-url", &args.catalogue_url, args)
    }

    fn at(flag: &str, url: &str, args: &NetworkArgs) -> Result<Self, ToolError> {
        Ok(Self {
            server: Server::new(flag, url, args, MAX_RESPONSE)?,
            responses: RefCell::new(BTreeMap::new()),
        })
    }

    fn base(&self) -> &BaseUrl {
        self.server.base()
    }

    /// The products of a project that count people.
    pub(crate) fn products(
        &self,
        project: &str,
        console: &mut Console,
    ) -> Result<Vec<Product>, ToolError> {
        let query = Query::new("").segment(project);
        let entries: Vec<CatalogueEntry> = self.get(&query, console, parse_entries)?;
        let products = entries
            .iter()
            .filter_map(|entry| Product::identify(project, &entry.alias, &entry.name));
        Ok(products.collect())
    }

    /// The records of a product for a country.
    pub(crate) fn country_records(
        &self,
        product: &Product,
        iso3: &str,
        console: &mut Console,
    ) -> Result<Vec<CatalogueRecord>, ToolError> {
        let query = address(product).with("iso3", iso3);
        self.get(&query, console, parse_records)
    }

    /// The records of a mosaic of the world for the years wanted: they have no country, and the
    /// index has their ids.
    pub(crate) fn world_records(
        &self,
        product: &Product,
        wanted: impl Fn(i32) -> bool,
        console: &mut Console,
    ) -> Result<Vec<CatalogueRecord>, ToolError> {
        let index = self.get(&address(product), console, parse_records)?;
        let mut records = Vec::new();
        for row in index {
            if row.iso3.is_none() && row.year.is_none_or(&wanted) {
                let query = address(product).with("id", &row.id);
                records.extend(self.get(&query, console, parse_records)?);
            }
        }
        Ok(records)
    }

    fn get<T>(
        &self,
        query: &Query,
        console: &mut Console,
        read: impl Fn(&[u8]) -> Result<T, CatalogueError>,
    ) -> Result<T, ToolError> {
        let url = format!("{}{query}", self.server.base());
        let parse = |bytes: &[u8]| {
            read(bytes).map_err(|error| {
                let hint = error.hint();
                ToolError::data(error).in_file(&url).hint(hint)
            })
        };
        if let Some(bytes) = self.responses.borrow().get(query.as_str()) {
            return parse(bytes);
        }
        console.note(&format!("GET {url}"));
        let bytes = self.server.with_retries(
            query.as_str(),
            || {
                let response = self
                    .server
                    .send(Method::Get, query.as_str(), "application/json")?;
                let request = response.request().to_owned();
                let bytes = response.bytes().map_err(AttemptError::Http)?;
                // The Content-Type does not tell: PHP's default for everything is HTML.
                if bytes.trim_ascii_start().starts_with(b"<") {
                    return Err(html_instead(self.server.base(), &request));
                }
                Ok(bytes)
            },
            |message| console.note(message),
            &AtomicBool::new(false),
        )?;
        let read = parse(&bytes)?;
        if let Ok(fingerprint) = Fingerprint::of(bytes.as_slice()) {
            console.record_input("catalogue", &url, &fingerprint);
        }
        self.responses
            .borrow_mut()
            .insert(query.as_str().to_owned(), bytes);
        Ok(read)
    }
}

fn address(product: &Product) -> Query {
    Query::new("")
        .segment(&product.project)
        .segment(&product.alias)
}
