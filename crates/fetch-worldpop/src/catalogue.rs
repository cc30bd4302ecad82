//! The catalogue, asked.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::sync::atomic::AtomicBool;

use pop_cli::{Console, Fingerprint, ToolError};
use pop_http::{Method, Query};
use pop_worldpop::Product;
use pop_worldpop::catalogue::{CatalogueEntry, CatalogueRecord, listed, records};

use crate::args::NetworkArgs;
use crate::server::{Server, Trouble, page};

/// The most bytes of one answer.
const MAX_ANSWER: u64 = 64 << 20;

/// The catalogue's server, with the answers it gave in this run.
#[derive(Debug)]
pub(crate) struct Catalogue {
    server: Server,
    answers: RefCell<BTreeMap<String, Vec<u8>>>,
}

impl Catalogue {
    pub(crate) fn new(args: &NetworkArgs) -> Result<Self, ToolError> {
        Ok(Self {
            server: Server::new("--catalogue-url", &args.catalogue_url, args, MAX_ANSWER)?,
            answers: RefCell::new(BTreeMap::new()),
        })
    }

    /// The products of a project that count people, as listed.
    pub(crate) fn products(
        &self,
        project: &str,
        console: &mut Console,
    ) -> Result<Vec<Product>, ToolError> {
        let query = Query::new("").segment(project);
        let listed: Vec<CatalogueEntry> = self.get(&query, console, listed)?;
        let products = listed
            .iter()
            .filter_map(|row| Product::identify(project, &row.alias, &row.name));
        Ok(products.collect())
    }

    /// The records of a product for one of the catalogue's countries.
    pub(crate) fn of_country(
        &self,
        product: &Product,
        iso3: &str,
        console: &mut Console,
    ) -> Result<Vec<CatalogueRecord>, ToolError> {
        let query = address(product).with("iso3", iso3);
        self.get(&query, console, records)
    }

    /// The index of a product: records without files.
    pub(crate) fn index(
        &self,
        product: &Product,
        console: &mut Console,
    ) -> Result<Vec<CatalogueRecord>, ToolError> {
        self.get(&address(product), console, records)
    }

    /// One record by its number.
    pub(crate) fn by_id(
        &self,
        product: &Product,
        id: &str,
        console: &mut Console,
    ) -> Result<Vec<CatalogueRecord>, ToolError> {
        let query = address(product).with("id", id);
        self.get(&query, console, records)
    }

    fn get<T, E: std::fmt::Display>(
        &self,
        query: &Query,
        console: &mut Console,
        read: impl Fn(&[u8]) -> Result<T, E>,
    ) -> Result<T, ToolError> {
        let url = format!("{}{query}", self.server.base());
        let parse =
            |bytes: &[u8]| read(bytes).map_err(|error| ToolError::data(error).in_file(&url));
        if let Some(bytes) = self.answers.borrow().get(query.as_str()) {
            return parse(bytes);
        }
        console.note(&format!("asking {url}"));
        let bytes = self.server.persist(
            query.as_str(),
            || {
                let answer = self
                    .server
                    .ask(Method::Get, query.as_str(), "application/json")?;
                let request = answer.request().to_owned();
                let bytes = answer.bytes().map_err(Trouble::Http)?;
                // The header says little: by default PHP calls everything HTML.
                if bytes.trim_ascii_start().starts_with(b"<") {
                    return Err(page(self.server.base(), &request));
                }
                Ok(bytes)
            },
            |why| console.note(why),
            &AtomicBool::new(false),
        )?;
        let read = parse(&bytes)?;
        if let Ok(fingerprint) = Fingerprint::of(bytes.as_slice()) {
            console.record_input("catalogue", &url, &fingerprint);
        }
        self.answers
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
