//! `--list --iso`: the files of an area.

use std::collections::BTreeSet;

use pop_cli::{Console, ExitStatus, ToolError};
use pop_http::BaseUrl;
use pop_worldpop::{Area, Constraint, Product, ProductContent, RasterKind, RasterName};

use super::{Catalogue, CatalogueSearch, all_products};
use crate::args::SelectionArgs;
use crate::raster_list::RasterEntry;
use crate::request::Selection;

/// Which files are listed: years and ages narrow the list only where they are given.
pub(crate) struct FileFilter<'a> {
    pub(crate) selection: &'a Selection,
    pub(crate) flags: &'a SelectionArgs,
}

impl FileFilter<'_> {
    fn matches_product(&self, product: &Product) -> bool {
        let selection = self.selection;
        let content_matches = product.content != ProductContent::Totals || !self.selects_bands();
        let named = match &self.flags.release {
            None => true,
            Some(_) => product.family == selection.family && product.release == selection.release,
        };
        let constraint = selection.constraint();
        named
            && content_matches
            && constraint.is_none_or(|asked: Constraint| asked == product.constraint)
            && self
                .flags
                .resolution
                .is_none_or(|asked| asked == product.resolution)
    }

    fn selects_bands(&self) -> bool {
        self.flags.bands || !self.flags.age.is_empty() || !self.flags.sex.is_empty()
    }

    fn in_years(&self, year: i32) -> bool {
        self.selection.years.is_empty() || self.selection.years.contains(&year)
    }

    fn matches(&self, name: &RasterName, area: &Area) -> bool {
        let in_layers = match name.kind() {
            RasterKind::Archive => true,
            RasterKind::Count if self.selects_bands() => self
                .selection
                .groups
                .layers(name.family())
                .is_ok_and(|layers| layers.contains(&name.layer())),
            RasterKind::Count => true,
            _ => false,
        };
        name.area() == area.file_code()
            && name.year().is_some_and(|year| self.in_years(year))
            && in_layers
    }

    /// The files of the selected areas, product by product.
    ///
    /// # Errors
    /// Those of the catalogue.
    pub(crate) fn entries(
        &self,
        catalogue: &Catalogue,
        data: &BaseUrl,
        console: &mut Console,
    ) -> Result<Vec<RasterEntry>, ToolError> {
        let search = CatalogueSearch {
            catalogue,
            stac: None,
            data,
        };
        let products = all_products(catalogue, console)?;
        let steps = self.selection.areas.len() * products.len();
        let progress = console.progress("reading the catalogue", Some(steps as u64));
        let mut entries = Vec::new();
        let mut seen = BTreeSet::new();
        for area in &self.selection.areas {
            for product in &products {
                progress.advance(1);
                if !self.matches_product(product) || product.world != area.is_world() {
                    continue;
                }
                let records = match area.catalogue_code() {
                    Some(iso3) => catalogue.country_records(product, &iso3, console),
                    None => catalogue.world_records(product, |year| self.in_years(year), console),
                };
                let records = match records {
                    Ok(records) => records,
                    // Some products are listed, but asking for their records fails.
                    Err(error) if error.status() != ExitStatus::Unreachable => {
                        console.warn(&format!("product left out: {error}"));
                        continue;
                    }
                    Err(error) => return Err(error),
                };
                for record in &records {
                    for candidate in search.candidates(record)? {
                        if self.matches(&candidate.name, area)
                            && seen.insert(candidate.address.clone())
                        {
                            let address = &candidate.address;
                            entries.push(RasterEntry::of_name(
                                &candidate.name,
                                address.file(),
                                &address.url,
                                &candidate.attribution,
                            ));
                        }
                    }
                }
            }
        }
        progress.finish();
        Ok(entries)
    }
}
