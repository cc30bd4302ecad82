//! WorldPop's STAC server: the second catalogue, for what the first does not answer or list.

use pop_cli::{Console, ToolError};
use pop_http::Query;
use pop_worldpop::STAC_URL;
use pop_worldpop::catalogue::{CatalogueRecord, parse_item_page};

use super::Catalogue;
use crate::args::NetworkArgs;

/// Items of a page; the server's maximum.
const PAGE: usize = 1000;
/// The most pages of a country.
const MOST_PAGES: usize = 100;

#[derive(Debug)]
pub(crate) struct StacCatalogue {
    catalogue: Catalogue,
}

impl StacCatalogue {
    /// `None` where another catalogue is given without a STAC server: no other server is asked.
    ///
    /// # Errors
    /// Usage: not an address. I/O: the certificates cannot be read.
    pub(crate) fn new(args: &NetworkArgs) -> Result<Option<Self>, ToolError> {
        let url = match &args.stac_url {
            Some(url) => url,
            None if args.catalogue_url == pop_worldpop::CATALOGUE_URL => STAC_URL,
            None => return Ok(None),
        };
        let catalogue = Catalogue::at("--stac-url", url, args)?;
        Ok(Some(Self { catalogue }))
    }

    /// The items of a country.
    ///
    /// # Errors
    /// Those of the server.
    pub(crate) fn country_records(
        &self,
        iso3: &str,
        console: &mut Console,
    ) -> Result<Vec<CatalogueRecord>, ToolError> {
        let mut query = Query::new("/collections")
            .segment(iso3)
            .segment("items")
            .with("limit", PAGE);
        let mut records = Vec::new();
        for _ in 0..MOST_PAGES {
            let page = self.catalogue.get(&query, console, parse_item_page)?;
            records.extend(page.records);
            let Some(next) = page.next else { break };
            let Some(path) = self.path_of(&next) else {
                console.note(&format!(
                    "{next}: not below {}, not read",
                    self.catalogue.base()
                ));
                break;
            };
            query = Query::new(path);
        }
        Ok(records)
    }

    /// The path of an address of this server. A server behind a proxy may call itself `http`.
    fn path_of<'a>(&self, url: &'a str) -> Option<&'a str> {
        let base = self.catalogue.base().to_string();
        let (_, base) = base.split_once("://")?;
        let path = url.split_once("://")?.1.strip_prefix(base)?;
        path.starts_with('/').then_some(path)
    }
}
