//! `--list`: what exists, and `--dry-run`: how large it is.

use std::collections::BTreeSet;
use std::io::Write;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

use pop_cli::{Align, Console, ExitStatus, Output, Table, ToolError};
use pop_http::{BaseUrl, Method};
use pop_worldpop::{Area, Constraint, Family, Product, ProductContent, RasterKind, RasterName};
use serde::Serialize;

use crate::args::{ChoiceArgs, Format};
use crate::catalogue::Catalogue;
use crate::listing::Entry;
use crate::request::Request;
use crate::resolve::Resolver;
use crate::server::{Server, Trouble};
use crate::task::Task;

/// What the list of products says it is.
const FORMAT: &str = "headcount-products/1";

#[derive(Debug, Serialize)]
struct Row {
    project: String,
    alias: String,
    content: &'static str,
    family: &'static str,
    release: Option<String>,
    constraint: &'static str,
    resolution: String,
    world: bool,
}

/// All products of the catalogue that count people.
///
/// # Errors
/// Those of the catalogue.
pub(crate) fn products(
    catalogue: &Catalogue,
    console: &mut Console,
) -> Result<Vec<Product>, ToolError> {
    let mut products = Vec::new();
    for project in Product::PROJECTS {
        products.extend(catalogue.products(project, console)?);
    }
    Ok(products)
}

/// Writes a list of products.
///
/// # Errors
/// I/O.
pub(crate) fn write_products(
    products: &[Product],
    format: Format,
    out: &mut Output,
) -> Result<(), ToolError> {
    let rows: Vec<Row> = products
        .iter()
        .map(|product| Row {
            project: product.project.clone(),
            alias: product.alias.trim().to_owned(),
            content: match product.content {
                ProductContent::Totals => "totals",
                ProductContent::Bands => "bands",
                ProductContent::BandArchives => "bands (archives)",
                ProductContent::Under18 => "under 18",
            },
            family: match product.family {
                Family::Global1 => "global1",
                Family::Global2 => "global2",
            },
            release: product.release.clone(),
            constraint: product.constraint.word(),
            resolution: product.resolution.to_string(),
            world: product.world,
        })
        .collect();
    let text = match format {
        Format::Json => {
            let document = serde_json::json!({"format": FORMAT, "products": rows});
            let text = serde_json::to_string_pretty(&document).map_err(ToolError::internal)?;
            text + "\n"
        }
        Format::Paths => rows
            .iter()
            .map(|row| format!("{}/{}\n", row.project, row.alias))
            .collect(),
        Format::Table => table(&rows).to_string(),
    };
    out.write_all(text.as_bytes()).map_err(ToolError::io)
}

fn table(rows: &[Row]) -> Table {
    let columns = ["content", "release", "kind", "cells", "covers", "product"];
    let mut table = Table::new(&columns.map(|column| (column, Align::Left)));
    for row in rows {
        table.row(&[
            row.content,
            row.release.as_deref().unwrap_or(row.family),
            row.constraint,
            &row.resolution,
            if row.world { "the world" } else { "countries" },
            &format!("{}/{}", row.project, row.alias),
        ]);
    }
    table
}

/// Which of the files that exist are to be shown.
pub(crate) struct Filter<'a> {
    pub(crate) request: &'a Request,
    pub(crate) choice: &'a ChoiceArgs,
}

impl Filter<'_> {
    fn admits_product(&self, product: &Product) -> bool {
        let request = self.request;
        let of_people = |content| match (self.is_about_bands(), content) {
            (_, ProductContent::Totals) => !self.is_about_bands(),
            (true, _) => true,
            (false, _) => self.choice.sex.is_empty(),
        };
        let named = match &self.choice.release {
            None => true,
            Some(_) => product.family == request.family && product.release == request.release,
        };
        let constraint = request.constraint();
        named
            && of_people(product.content)
            && constraint.is_none_or(|asked: Constraint| asked == product.constraint)
            && self
                .choice
                .resolution
                .is_none_or(|asked| asked == product.resolution)
    }

    fn is_about_bands(&self) -> bool {
        self.choice.bands || !self.choice.age.is_empty() || !self.choice.sex.is_empty()
    }

    fn admits(&self, name: &RasterName, area: &Area) -> bool {
        let in_years = |year| self.request.years.is_empty() || self.request.years.contains(&year);
        let in_layers = match name.kind() {
            RasterKind::Archive => true,
            RasterKind::Count if self.is_about_bands() => self
                .request
                .people
                .layers(name.family())
                .is_ok_and(|layers| layers.contains(&name.layer())),
            RasterKind::Count => true,
            _ => false,
        };
        name.area() == area.file_code() && name.year().is_some_and(in_years) && in_layers
    }

    /// The files of all areas asked for, product by product.
    ///
    /// # Errors
    /// Those of the catalogue.
    pub(crate) fn entries(
        &self,
        catalogue: &Catalogue,
        data: &BaseUrl,
        console: &mut Console,
    ) -> Result<Vec<Entry>, ToolError> {
        let resolver = Resolver { catalogue, data };
        let products = products(catalogue, console)?;
        let steps = self.request.areas.len() * products.len();
        let progress = console.progress("asking the catalogue", Some(steps as u64));
        let mut entries = Vec::new();
        let mut seen = BTreeSet::new();
        for area in &self.request.areas {
            for product in &products {
                progress.advance(1);
                if !self.admits_product(product) || product.world != area.is_world() {
                    continue;
                }
                let records = match area.catalogue_code() {
                    Some(iso3) => catalogue.of_country(product, &iso3, console),
                    None => self.of_the_world(catalogue, product, console),
                };
                let records = match records {
                    Ok(records) => records,
                    // Some products are listed and cannot be looked into.
                    Err(error) if error.status() != ExitStatus::Unreachable => {
                        console.warn(&format!("left out: {error}"));
                        continue;
                    }
                    Err(error) => return Err(error),
                };
                for record in &records {
                    for offer in resolver.offers(record)? {
                        if self.admits(&offer.name, area) && seen.insert(offer.address.clone()) {
                            let address = &offer.address;
                            entries.push(Entry::of_name(
                                &offer.name,
                                address.file(),
                                &address.url,
                                &offer.credit,
                            ));
                        }
                    }
                }
            }
        }
        progress.finish();
        Ok(entries)
    }

    fn of_the_world(
        &self,
        catalogue: &Catalogue,
        product: &Product,
        console: &mut Console,
    ) -> Result<Vec<pop_worldpop::catalogue::CatalogueRecord>, ToolError> {
        let mut records = Vec::new();
        for row in catalogue.index(product, console)? {
            let asked = |year| self.request.years.is_empty() || self.request.years.contains(&year);
            if row.iso3.is_none() && row.year.is_none_or(asked) {
                records.extend(catalogue.by_id(product, &row.id, console)?);
            }
        }
        Ok(records)
    }
}

/// The lengths of files on the server, in the order of the tasks; `None` where it does not say.
///
/// # Errors
/// The first file that the server does not have, or does not tell about.
pub(crate) fn sizes(
    tasks: &[Task],
    server: &Server,
    jobs: u8,
    console: &mut Console,
) -> Result<Vec<Option<u64>>, ToolError> {
    let progress = console.progress("sizes", Some(tasks.len() as u64));
    let next = AtomicUsize::new(0);
    let stop = AtomicBool::new(false);
    let found: Mutex<Vec<Result<Option<u64>, ToolError>>> = Mutex::new(vec![Ok(None); tasks.len()]);
    std::thread::scope(|scope| {
        for _ in 0..usize::from(jobs).min(tasks.len()) {
            scope.spawn(|| {
                loop {
                    let at = next.fetch_add(1, Ordering::Relaxed);
                    let Some(task) = tasks.get(at) else { return };
                    if stop.load(Ordering::Relaxed) {
                        return;
                    }
                    let length = length(task, server, &stop);
                    stop.fetch_or(length.is_err(), Ordering::Relaxed);
                    found.lock().unwrap_or_else(PoisonError::into_inner)[at] = length;
                    progress.advance(1);
                }
            });
        }
    });
    progress.finish();
    found
        .into_inner()
        .unwrap_or_else(PoisonError::into_inner)
        .into_iter()
        .collect()
}

fn length(task: &Task, server: &Server, stop: &AtomicBool) -> Result<Option<u64>, ToolError> {
    if let Some(bytes) = task.known_bytes() {
        return Ok(Some(bytes));
    }
    let path = &task.address.path;
    server.persist(
        path,
        || match server.ask(Method::Head, path, "*/*") {
            Ok(answer) => Ok(answer.content_length()),
            // A copy of the data server may know nothing but GET.
            Err(Trouble::Http(error)) if matches!(error.status(), Some(405 | 501)) => Ok(None),
            Err(trouble) => Err(trouble),
        },
        |_| {},
        stop,
    )
}
