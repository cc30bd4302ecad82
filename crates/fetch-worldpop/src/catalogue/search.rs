//! Searches the catalogue for the files of requested rasters.

use std::collections::{BTreeMap, BTreeSet};

use pop_cli::{Console, ExitStatus, ToolError, counted, shortened_list};
use pop_http::BaseUrl;
use pop_worldpop::catalogue::CatalogueRecord;
use pop_worldpop::{Area, Product, ProductContent, ProductSpec, RasterKey, RasterName};

use super::{Catalogue, StacCatalogue};
use crate::address::{Address, file_name};
use crate::lock::{Attribution, Lock};
use crate::request::{Candidate, RasterRequest, RequestGroup, VersionSpec};

pub(crate) struct CatalogueSearch<'a> {
    pub(crate) catalogue: &'a Catalogue,
    pub(crate) stac: Option<&'a StacCatalogue>,
    pub(crate) data: &'a BaseUrl,
}

impl CatalogueSearch<'_> {
    /// The newest release of a product that has rasters of the layer of `key`.
    ///
    /// # Errors
    /// Usage: there is none. Those of the catalogue.
    pub(crate) fn newest_release(
        &self,
        spec: &ProductSpec,
        key: &RasterKey,
        console: &mut Console,
    ) -> Result<String, ToolError> {
        let contents = ProductContent::holding(key.layer);
        let mut releases = BTreeSet::new();
        let products = self.products(contents, console);
        match (products, self.stac) {
            (Ok(products), _) => releases.extend(
                products
                    .into_iter()
                    .filter(|product| {
                        spec.matches_any_release(product) && contents.contains(&product.content)
                    })
                    .filter_map(|product| product.release),
            ),
            (Err(error), Some(stac)) if is_failing(&error) => {
                let Some(iso3) = key.area.catalogue_code() else {
                    return Err(error);
                };
                let Some(records) = records_from_stac(stac, &iso3, &error, console) else {
                    return Err(error);
                };
                for candidate in self.stac_candidates(&records) {
                    let release = candidate.1.name.release().map(ToOwned::to_owned);
                    let any = ProductSpec {
                        release: release.clone(),
                        ..spec.clone()
                    };
                    if any.matches(&candidate.1.name) && key.matches(&candidate.1.name) {
                        releases.extend(release);
                    }
                }
            }
            (Err(error), _) => return Err(error),
        }
        releases.pop_last().ok_or_else(|| {
            ToolError::usage(format!(
                "the catalogue lists no release that is {} at {}",
                spec.constraint.word(),
                spec.resolution
            ))
            .hint("fetch-worldpop --list shows the products")
        })
    }

    /// The requests of a group: with their pins, and for those without one with the file that the
    /// catalogue has.
    ///
    /// # Errors
    /// Usage: files that do not exist. Data: a contradictory record. Those of the catalogue.
    pub(crate) fn find_files(
        &self,
        group: &RequestGroup,
        lock: &Lock,
        console: &mut Console,
    ) -> Result<Vec<RasterRequest>, ToolError> {
        let mut requests = pinned_requests(group, lock);
        let areas: BTreeSet<Area> = requests
            .iter()
            .filter(|request| request.pin.is_none())
            .map(|request| request.key.area.clone())
            .collect();
        for area in areas {
            let mut open: Vec<&mut RasterRequest> = requests
                .iter_mut()
                .filter(|request| request.pin.is_none() && request.key.area == area)
                .collect();
            self.find_in_area(&area, &group.spec, &mut open, console)?;
        }
        Ok(requests)
    }

    fn find_in_area(
        &self,
        area: &Area,
        spec: &ProductSpec,
        requests: &mut [&mut RasterRequest],
        console: &mut Console,
    ) -> Result<(), ToolError> {
        let years_listed = self.find_in_records(area, spec, requests, console);
        let error = match years_listed {
            Ok(_) if requests.iter().all(|request| request.candidate.is_some()) => return Ok(()),
            Ok(years) => not_listed(area, spec, requests, &years),
            Err(error) if is_failing(&error) => error,
            Err(error) => return Err(error),
        };
        let (Some(stac), Some(iso3)) = (self.stac, area.catalogue_code()) else {
            return Err(error);
        };
        let Some(records) = records_from_stac(stac, &iso3, &error, console) else {
            return Err(error);
        };
        for (record, candidate) in self.stac_candidates(&records) {
            assign(&candidate, record, spec, requests)?;
        }
        if requests.iter().all(|request| request.candidate.is_some()) {
            Ok(())
        } else {
            Err(error)
        }
    }

    /// Searches the first catalogue; the years that it lists for the area.
    fn find_in_records(
        &self,
        area: &Area,
        spec: &ProductSpec,
        requests: &mut [&mut RasterRequest],
        console: &mut Console,
    ) -> Result<BTreeSet<i32>, ToolError> {
        let mut years_listed = BTreeSet::new();
        for content in contents_of(requests) {
            if requests.iter().all(|request| request.candidate.is_some()) {
                break;
            }
            for product in self.products(&[content], console)? {
                if product.content != content
                    || !spec.matches_product(&product)
                    || product.world != area.is_world()
                {
                    continue;
                }
                for record in self.records(&product, area, requests, console)? {
                    if record.iso3 == area.catalogue_code() {
                        years_listed.extend(record.year);
                    }
                    for candidate in self.candidates(&record)? {
                        assign(&candidate, &record, spec, requests)?;
                    }
                }
            }
        }
        Ok(years_listed)
    }

    /// The files of STAC items on the data server; others are ignored.
    fn stac_candidates<'b>(
        &self,
        records: &'b [CatalogueRecord],
    ) -> Vec<(&'b CatalogueRecord, Candidate)> {
        let mut found = Vec::new();
        for record in records {
            for file in &record.files {
                let single = CatalogueRecord {
                    files: vec![file.clone()],
                    ..record.clone()
                };
                let candidates = self.candidates(&single).unwrap_or_default();
                found.extend(candidates.into_iter().map(|candidate| (record, candidate)));
            }
        }
        found
    }

    fn products(
        &self,
        contents: &[ProductContent],
        console: &mut Console,
    ) -> Result<Vec<Product>, ToolError> {
        let projects: BTreeSet<&str> = contents.iter().map(|content| content.project()).collect();
        let mut products = Vec::new();
        for project in projects {
            products.extend(self.catalogue.products(project, console)?);
        }
        Ok(products)
    }

    /// The records that may have the requested files.
    fn records(
        &self,
        product: &Product,
        area: &Area,
        requests: &[&mut RasterRequest],
        console: &mut Console,
    ) -> Result<Vec<CatalogueRecord>, ToolError> {
        if let Some(iso3) = area.catalogue_code() {
            return self.catalogue.country_records(product, &iso3, console);
        }
        let years: BTreeSet<i32> = requests.iter().map(|request| request.key.year).collect();
        self.catalogue
            .world_records(product, |year| years.contains(&year), console)
    }

    /// The rasters and archives of a record; other files (`.aux.xml`) are ignored.
    pub(crate) fn candidates(&self, record: &CatalogueRecord) -> Result<Vec<Candidate>, ToolError> {
        let mut candidates = Vec::new();
        for text in &record.files {
            let file = text.rsplit('/').next().unwrap_or_default();
            let Some(name) = file_name(file) else {
                continue;
            };
            let address = Address::parse(text, self.data)
                .map_err(|error| error.in_file(format!("catalogue record {}", record.id)))?;
            candidates.push(Candidate {
                attribution: attribution(record, &name),
                address,
                name,
            });
        }
        Ok(candidates)
    }
}

/// The attribution of the record, word by word; completed from the file's name.
fn attribution(record: &CatalogueRecord, name: &RasterName) -> Attribution {
    let of_name = Attribution::of_name(name);
    Attribution {
        citation: record.citation.clone().unwrap_or(of_name.citation),
        doi: record.doi.clone().or(of_name.doi),
        licence: of_name.licence,
        licence_url: record.licence.clone().unwrap_or(of_name.licence_url),
    }
}

/// Whether another catalogue may know what this one did not tell.
fn is_failing(error: &ToolError) -> bool {
    matches!(
        error.status(),
        ExitStatus::Unreachable | ExitStatus::Refused | ExitStatus::Data
    )
}

/// The STAC server's records; `None` where it fails too.
fn records_from_stac(
    stac: &StacCatalogue,
    iso3: &str,
    first: &ToolError,
    console: &mut Console,
) -> Option<Vec<CatalogueRecord>> {
    console.warn(&format!("{first}; reading the STAC catalogue instead"));
    match stac.country_records(iso3, console) {
        Ok(records) => Some(records),
        Err(error) => {
            console.warn(&format!("the STAC catalogue fails too: {error}"));
            None
        }
    }
}

/// What products the requested layers are in, each once.
fn contents_of(requests: &[&mut RasterRequest]) -> Vec<ProductContent> {
    let mut contents: Vec<ProductContent> = Vec::new();
    for request in requests {
        for &content in ProductContent::holding(request.key.layer) {
            if !contents.contains(&content) {
                contents.push(content);
            }
        }
    }
    contents
}

/// Assigns a candidate to the requests it serves; of two files for one request, the later version.
fn assign(
    candidate: &Candidate,
    record: &CatalogueRecord,
    spec: &ProductSpec,
    requests: &mut [&mut RasterRequest],
) -> Result<(), ToolError> {
    for request in requests.iter_mut() {
        let serves = if candidate.is_archive() {
            let name = &candidate.name;
            spec.matches(name)
                && name.area() == request.key.area.file_code()
                && name.year() == Some(request.key.year)
                && request.candidate.is_none()
        } else {
            request.matches(&candidate.name) && is_later(candidate, request.candidate.as_ref())
        };
        if !serves {
            continue;
        }
        if let (Some(of_record), Some(of_name)) = (record.year, candidate.name.year())
            && of_record != of_name
        {
            return Err(ToolError::data(format!(
                "the record is of {of_record}, its file {} of {of_name}",
                candidate.address.file()
            ))
            .in_file(format!("catalogue record {}", record.id))
            .hint("if the file is the right one, name it with --path"));
        }
        request.candidate = Some(candidate.clone());
    }
    Ok(())
}

fn is_later(candidate: &Candidate, than: Option<&Candidate>) -> bool {
    than.is_none_or(|than| candidate.name.version_numbers() > than.name.version_numbers())
}

/// The requests of a group with what the lock file pins.
pub(crate) fn pinned_requests(group: &RequestGroup, lock: &Lock) -> Vec<RasterRequest> {
    group
        .keys
        .iter()
        .map(|key| RasterRequest {
            key: key.clone(),
            version: VersionSpec::AnyOf(group.spec.clone()),
            pin: lock.find(key, &group.spec).cloned(),
            candidate: None,
        })
        .collect()
}

/// The error for files that the catalogue does not list, with the years that it does.
fn not_listed(
    area: &Area,
    spec: &ProductSpec,
    requests: &[&mut RasterRequest],
    years_listed: &BTreeSet<i32>,
) -> ToolError {
    let release = spec.release.as_deref().unwrap_or("global1");
    let mut by_year: BTreeMap<i32, usize> = BTreeMap::new();
    for request in requests
        .iter()
        .filter(|request| request.candidate.is_none())
    {
        *by_year.entry(request.key.year).or_default() += 1;
    }
    let missing_years: Vec<String> = by_year
        .into_iter()
        .map(|(year, count)| match count {
            1 => year.to_string(),
            count => format!("{year} ({})", counted(count, "file")),
        })
        .collect();
    let error = ToolError::usage(format!(
        "the catalogue has no such file of {area} in {release} ({}, {}) for {}",
        spec.constraint.word(),
        spec.resolution,
        shortened_list(&missing_years)
    ));
    if area.is_state() {
        return error.hint(format!(
            "the catalogue may not list the states: name the file with --path …/USA_States/{}/…",
            area.file_code().to_ascii_uppercase()
        ));
    }
    if years_listed.is_empty() {
        return error.hint(format!(
            "fetch-worldpop --list --iso {area} shows what exists"
        ));
    }
    let years: Vec<String> = years_listed.iter().map(ToString::to_string).collect();
    error.hint(format!("there are records for {}", years.join(", ")))
}
