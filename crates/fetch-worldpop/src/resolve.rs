//! Which file is meant, by the lock first and by the catalogue for what is new.

use std::collections::{BTreeMap, BTreeSet};

use pop_cli::{Console, ToolError, shortened_list};
use pop_http::BaseUrl;
use pop_worldpop::catalogue::CatalogueRecord;
use pop_worldpop::{Area, Layer, Product, ProductContent, ProductSpec, RasterName};

use crate::address::{Address, file_name};
use crate::catalogue::Catalogue;
use crate::lock::{Credit, Lock};
use crate::orders::Order;
use crate::wish::{Make, Offer, Wish};

/// What files of these layers stand under, the handiest first.
pub(crate) fn contents(layer: Layer) -> &'static [ProductContent] {
    match layer {
        Layer::Everyone => &[ProductContent::Totals],
        Layer::Under18(_) => &[ProductContent::Under18],
        _ => &[ProductContent::Bands, ProductContent::BandArchives],
    }
}

pub(crate) const fn project(content: ProductContent) -> &'static str {
    match content {
        ProductContent::Totals => Product::PROJECTS[0],
        ProductContent::Bands | ProductContent::BandArchives | ProductContent::Under18 => {
            Product::PROJECTS[1]
        }
    }
}

/// Asks the catalogue where things are.
pub(crate) struct Resolver<'a> {
    pub(crate) catalogue: &'a Catalogue,
    pub(crate) data: &'a BaseUrl,
}

impl Resolver<'_> {
    /// The newest release of this make that has such files.
    ///
    /// # Errors
    /// Usage where there is none; those of the catalogue.
    pub(crate) fn newest(
        &self,
        terms: &ProductSpec,
        layer: Layer,
        console: &mut Console,
    ) -> Result<String, ToolError> {
        let contents = contents(layer);
        let mut releases = BTreeSet::new();
        for product in self.products(contents, console)? {
            if terms.admits_any_release(&product) && contents.contains(&product.content) {
                releases.extend(product.release);
            }
        }
        releases.pop_last().ok_or_else(|| {
            ToolError::usage(format!(
                "the catalogue lists no release that is {} at {}",
                terms.constraint.word(),
                terms.resolution
            ))
            .hint("fetch-worldpop --list shows what there is")
        })
    }

    /// Finds the files of an order; those that the lock pins need no asking.
    ///
    /// # Errors
    /// Usage: files that do not exist. Data: a record that contradicts itself.
    pub(crate) fn wishes(
        &self,
        order: &Order,
        lock: &Lock,
        console: &mut Console,
    ) -> Result<Vec<Wish>, ToolError> {
        let mut wishes = pinned(order, lock);
        let areas: BTreeSet<Area> = open(&wishes).map(|wish| wish.wanted.area.clone()).collect();
        for area in areas {
            self.find(&area, &order.terms, &mut wishes, console)?;
        }
        Ok(wishes)
    }

    fn find(
        &self,
        area: &Area,
        terms: &ProductSpec,
        wishes: &mut [Wish],
        console: &mut Console,
    ) -> Result<(), ToolError> {
        let mut wanted: Vec<&mut Wish> = wishes
            .iter_mut()
            .filter(|wish| wish.pin.is_none() && wish.wanted.area == *area)
            .collect();
        let mut years = BTreeSet::new();
        let layers: Vec<Layer> = wanted.iter().map(|wish| wish.wanted.layer).collect();
        let mut kinds: Vec<ProductContent> = Vec::new();
        for &content in layers.iter().flat_map(|&layer| contents(layer)) {
            if !kinds.contains(&content) {
                kinds.push(content);
            }
        }
        for content in kinds {
            if wanted.iter().all(|wish| wish.offer.is_some()) {
                break;
            }
            for product in self.products(&[content], console)? {
                if product.content != content
                    || !terms.admits_product(&product)
                    || product.world != area.is_world()
                {
                    continue;
                }
                for record in self.records(&product, area, &wanted, console)? {
                    if record.iso3 == area.catalogue_code() {
                        years.extend(record.year);
                    }
                    for offer in self.offers(&record)? {
                        take(&offer, &record, terms, &mut wanted)?;
                    }
                }
            }
        }
        let missing: Vec<&Wish> = wanted
            .into_iter()
            .filter(|wish| wish.offer.is_none())
            .map(|wish| &*wish)
            .collect();
        if missing.is_empty() {
            Ok(())
        } else {
            Err(nothing(area, terms, &missing, &years))
        }
    }

    fn products(
        &self,
        contents: &[ProductContent],
        console: &mut Console,
    ) -> Result<Vec<Product>, ToolError> {
        let projects: BTreeSet<&str> = contents.iter().map(|&content| project(content)).collect();
        let mut products = Vec::new();
        for project in projects {
            products.extend(self.catalogue.products(project, console)?);
        }
        Ok(products)
    }

    /// The records that may hold what is wanted. Mosaics of the world have no country: their index
    /// tells the numbers of their records.
    fn records(
        &self,
        product: &Product,
        area: &Area,
        wanted: &[&mut Wish],
        console: &mut Console,
    ) -> Result<Vec<CatalogueRecord>, ToolError> {
        if let Some(iso3) = area.catalogue_code() {
            return self.catalogue.of_country(product, &iso3, console);
        }
        let years: BTreeSet<i32> = wanted.iter().map(|wish| wish.wanted.year).collect();
        let mut records = Vec::new();
        for row in self.catalogue.index(product, console)? {
            if row.iso3.is_none() && row.year.is_none_or(|year| years.contains(&year)) {
                records.extend(self.catalogue.by_id(product, &row.id, console)?);
            }
        }
        Ok(records)
    }

    /// The rasters and archives of a record; side-cars and other things are left alone.
    pub(crate) fn offers(&self, record: &CatalogueRecord) -> Result<Vec<Offer>, ToolError> {
        let mut offers = Vec::new();
        for text in &record.files {
            let file = text.rsplit('/').next().unwrap_or_default();
            let Some(name) = file_name(file) else {
                continue;
            };
            let address = Address::parse(text, self.data)
                .map_err(|error| error.in_file(format!("catalogue record {}", record.id)))?;
            offers.push(Offer {
                credit: credit(record, &name),
                address,
                name,
            });
        }
        Ok(offers)
    }
}

/// The record's own credits, word by word; what the name tells where it has none.
fn credit(record: &CatalogueRecord, name: &RasterName) -> Credit {
    let of_name = Credit::of_name(name);
    Credit {
        citation: record.citation.clone().unwrap_or(of_name.citation),
        doi: record.doi.clone().or(of_name.doi),
        licence: of_name.licence,
        licence_url: record.licence.clone().unwrap_or(of_name.licence_url),
    }
}

/// Gives an offer to those it is for. Of two files for one wish the later version counts.
fn take(
    offer: &Offer,
    record: &CatalogueRecord,
    terms: &ProductSpec,
    wanted: &mut [&mut Wish],
) -> Result<(), ToolError> {
    for wish in wanted.iter_mut() {
        let fits = if offer.is_archive() {
            let name = &offer.name;
            terms.admits(name)
                && name.area() == wish.wanted.area.file_code()
                && name.year() == Some(wish.wanted.year)
                && wish.offer.is_none()
        } else {
            wish.is(&offer.name) && later(offer, wish.offer.as_ref())
        };
        if !fits {
            continue;
        }
        if let (Some(of_record), Some(of_name)) = (record.year, offer.name.year())
            && of_record != of_name
        {
            return Err(ToolError::data(format!(
                "the record is of {of_record}, and its file {} of {of_name}",
                offer.address.file()
            ))
            .in_file(format!("catalogue record {}", record.id)));
        }
        wish.offer = Some(offer.clone());
    }
    Ok(())
}

fn later(offer: &Offer, than: Option<&Offer>) -> bool {
    let number = |offer: &Offer| -> Vec<u32> {
        let version = offer.name.version().unwrap_or_default();
        let parts = version.trim_start_matches('v').split('_');
        parts.filter_map(|part| part.parse().ok()).collect()
    };
    than.is_none_or(|than| number(offer) > number(than))
}

/// Wishes with what the lock knows of them.
pub(crate) fn pinned(order: &Order, lock: &Lock) -> Vec<Wish> {
    order
        .wanted
        .iter()
        .map(|wanted| Wish {
            wanted: wanted.clone(),
            make: Make::Of(order.terms.clone()),
            pin: lock.find(wanted, &order.terms).cloned(),
            offer: None,
        })
        .collect()
}

fn open(wishes: &[Wish]) -> impl Iterator<Item = &Wish> {
    wishes.iter().filter(|wish| wish.pin.is_none())
}

/// Says what does not exist, and what does instead.
fn nothing(
    area: &Area,
    terms: &ProductSpec,
    missing: &[&Wish],
    years: &BTreeSet<i32>,
) -> ToolError {
    let make = terms
        .release
        .clone()
        .unwrap_or_else(|| "global1".to_owned());
    let mut lacking: BTreeMap<String, usize> = BTreeMap::new();
    for wish in missing {
        *lacking.entry(wish.wanted.year.to_string()).or_default() += 1;
    }
    let lacking: Vec<String> = lacking
        .into_iter()
        .map(|(year, count)| match count {
            1 => year,
            count => format!("{year} ({count} files)"),
        })
        .collect();
    let error = ToolError::usage(format!(
        "the catalogue has no such file of {area} in {make} ({}, {}) for {}",
        terms.constraint.word(),
        terms.resolution,
        shortened_list(&lacking)
    ));
    if area.is_state() {
        return error.hint(format!(
            "where the catalogue does not list the states, name the file itself: --path …/USA_States/{}/…",
            area.file_code().to_ascii_uppercase()
        ));
    }
    if years.is_empty() {
        error.hint(format!(
            "fetch-worldpop --list --iso {area} shows what there is"
        ))
    } else {
        let years: Vec<String> = years.iter().map(ToString::to_string).collect();
        error.hint(format!("there are records for {}", years.join(", ")))
    }
}
