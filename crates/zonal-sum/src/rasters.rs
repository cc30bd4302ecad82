//! The rasters of a run, open and labelled.

use std::collections::{HashMap, HashSet};
use std::fs::File;
use std::sync::Arc;

use geo_inputs::InputRaster;
use pop_cli::{Consent, Console, ToolError, counted};
use pop_geo::Bounds;
use pop_raster::{ClipMask, RasterFile, ReadAt};
use pop_worldpop::refusal_of_text;

use crate::ZonalSum;
use crate::label::{ContentLabel, LabelOverride};
use crate::name_findings::BandTexts;
use crate::raster_spec::{LIST_AGAIN, RasterSpec};

/// A band of an open file, with what it holds.
#[derive(Debug)]
pub(crate) struct Raster {
    /// The name its rows carry.
    pub(crate) name: String,
    /// The file as named, for messages.
    pub(crate) path: String,
    pub(crate) label: ContentLabel,
    /// Whether `--label` says that the cells hold people.
    pub(crate) is_labelled: bool,
    /// What names and descriptions say against the label.
    pub(crate) name_finding: Option<String>,
    /// Words of the name that are taken for a place, where no label says who is counted.
    place_words: Option<String>,
    /// Shared with the other bands of the file.
    input: Arc<InputRaster>,
    /// From 0.
    pub(crate) band: usize,
}

impl Raster {
    pub(crate) fn file(&self) -> &RasterFile<File> {
        &self.input.file
    }

    /// The units that a masked clip was masked to.
    pub(crate) fn mask(&self) -> Option<ClipMask<'_>> {
        self.file().clip_record()?.mask()
    }

    /// Of a clip: people in its source, where they were counted.
    pub(crate) fn source_total(&self) -> Option<Option<f64>> {
        let record = self.file().clip_record()?;
        let totals = record.source_totals.as_ref();
        Some(totals.and_then(|totals| totals.get(self.band).copied()))
    }

    /// Whether some place of a box lies in the raster.
    pub(crate) fn intersects(&self, bounds: Option<Bounds>) -> bool {
        let here = self.file().grid().extent();
        bounds.is_some_and(|there| {
            there.intersects(&Bounds {
                west: here.west,
                south: here.south,
                east: here.east,
                north: here.north,
            })
        })
    }
}

/// Opens all rasters, gives them names and labels, and refuses those that cannot be summed.
pub(crate) fn open(
    specs: &[RasterSpec],
    args: &ZonalSum,
    consent: &Consent,
    console: &mut Console,
) -> Result<Vec<Raster>, ToolError> {
    let overrides = args
        .label
        .iter()
        .map(|text| LabelOverride::parse(text))
        .collect::<Result<Vec<_>, _>>()?;
    let mut rasters = Vec::with_capacity(specs.len());
    let mut names = HashSet::new();
    let mut files = OpenFiles::new();
    for spec in specs {
        let raster = open_one(spec, &overrides, &mut files, consent, console)?;
        if !names.insert(raster.name.clone()) {
            return Err(
                ToolError::usage(format!("two rasters are called {:?}", raster.name))
                    .hint("give them names: -r NAME=PATH"),
            );
        }
        rasters.push(raster);
    }
    for label in &overrides {
        if let Some(name) = label.raster.as_ref().filter(|name| !names.contains(*name)) {
            return Err(
                ToolError::usage(format!("--label: no raster is called {name:?}")).hint(format!(
                    "rasters are called {}",
                    names
                        .iter()
                        .map(String::as_str)
                        .collect::<Vec<_>>()
                        .join(", ")
                )),
            );
        }
    }
    warn_of_place_words(&rasters, console);
    Ok(rasters)
}

/// Names the words behind WorldPop names that are taken for places: once each, since the files of all ages have the same.
fn warn_of_place_words(rasters: &[Raster], console: &Console) {
    let mut told = HashSet::new();
    for raster in rasters {
        let Some(words) = raster.place_words.as_deref().filter(|w| told.insert(*w)) else {
            continue;
        };
        let noun = if words.contains(' ') { "words" } else { "word" };
        console.warn(&format!(
            "{}: its name has the {noun} {words:?} behind that of WorldPop: taken for a place",
            raster.path
        ));
        console.hint(
            "say who is counted with --label if it is not: --label sex=f,age_from=15,age_to=50",
        );
    }
}

/// Files that are open already, by the path they were named with.
type OpenFiles = HashMap<String, Arc<InputRaster>>;

fn open_one(
    spec: &RasterSpec,
    overrides: &[LabelOverride],
    files: &mut OpenFiles,
    consent: &Consent,
    console: &mut Console,
) -> Result<Raster, ToolError> {
    let input = match files.get(&spec.path) {
        Some(input) => Arc::clone(input),
        None => {
            let input = Arc::new(InputRaster::open(&spec.path, consent, console)?);
            input.check_complete()?;
            files.insert(spec.path.clone(), Arc::clone(&input));
            input
        }
    };
    let file = &input.file;
    let length = file
        .source()
        .byte_len()
        .map_err(|error| ToolError::io(error).in_file(&spec.path))?;
    if let Some(listed) = spec.bytes
        && listed != length
    {
        return Err(ToolError::data(format!(
            "{length} bytes, the list says {listed}: not the file that was listed"
        ))
        .in_file(&spec.path)
        .hint(LIST_AGAIN));
    }
    let band = band(spec, file)?;
    let name = match (&spec.name, spec.band) {
        (Some(name), _) => name.clone(),
        (None, Some(band)) if file.bands() > 1 => format!("{}#{band}", spec.stem()),
        (None, _) => spec.stem().to_owned(),
    };
    let overrides: Vec<&LabelOverride> = overrides
        .iter()
        .filter(|o| o.raster.as_ref().is_none_or(|raster| *raster == name))
        .collect();
    let label = labelled(spec, file, band, &overrides, console)?;
    let texts = BandTexts::of(spec, file, band);
    let name_finding = texts
        .finding(spec.listed.as_ref(), &overrides)
        .map_err(|error| error.in_file(&spec.path))?;
    let says_who = overrides.iter().any(|over| over.says_who())
        || spec.listed.as_ref().is_some_and(ContentLabel::says_who);
    let place_words = texts.place_words().filter(|_| !says_who);
    Ok(Raster {
        name,
        path: spec.path.clone(),
        label,
        is_labelled: overrides.iter().any(|over| over.says_people()),
        name_finding,
        place_words,
        input,
        band,
    })
}

/// What a band holds: as the command line says, else the names, else the list. What contradicts the file's own name is told.
fn labelled(
    spec: &RasterSpec,
    file: &RasterFile<File>,
    band: usize,
    overrides: &[&LabelOverride],
    console: &Console,
) -> Result<ContentLabel, ToolError> {
    let own = own_label(spec, file)?;
    check_listed(spec, &own)?;
    let mut label = label(spec, file, band)?;
    if let Some(listed) = &spec.listed {
        if !label.says_people() {
            label = listed.clone();
        } else if spec.name.is_none() {
            check_listed(spec, &label)?;
            label.complete(listed);
        }
    }
    if file.bands() > 1
        && !label.says_people()
        && let Some(description) = file.description(band)
    {
        console.warn(&format!(
            "{}: band {}: the description {description:?} says no sex and no ages: the rows have none",
            spec.path,
            band + 1
        ));
    }
    for over in overrides {
        over.apply(&mut label);
    }
    label.check().map_err(|error| error.in_file(&spec.path))?;
    let contradictions = label.contradictions(&own);
    if !contradictions.is_empty() {
        console.warn(&format!(
            "{}: the rows say {} as the file's own name",
            spec.path,
            contradictions.join("; ")
        ));
    }
    Ok(label)
}

fn band(spec: &RasterSpec, file: &RasterFile<File>) -> Result<usize, ToolError> {
    let bands = file.bands();
    match spec.band {
        Some(band) if band <= bands => Ok(band - 1),
        Some(band) => Err(ToolError::usage(format!(
            "band {band} of a file with {}",
            counted(bands, "band")
        ))
        .in_file(&spec.path)
        .hint("clip-raster --info lists the bands of a file")),
        None if bands == 1 => Ok(0),
        None => Err(
            ToolError::usage(format!("the file has {bands} bands: one must be named"))
                .in_file(&spec.path)
                .hint(format!("-r {}#1", spec.path)),
        ),
    }
}

/// What the file's own name says, or the name of the raster that it was cut from; nothing where they are not WorldPop's.
fn own_label(spec: &RasterSpec, file: &RasterFile<File>) -> Result<ContentLabel, ToolError> {
    let origin = file
        .clip_record()
        .and_then(|record| record.source_name.as_deref());
    let names = [Some(spec.stem()), origin];
    ContentLabel::from_names(names.into_iter().flatten()).map_err(|error| {
        error
            .in_file(&spec.path)
            .hint("use the raster of people per cell, not the one of densities or classes")
    })
}

/// Refuses a file that a list describes otherwise than its own name.
fn check_listed(spec: &RasterSpec, own: &ContentLabel) -> Result<(), ToolError> {
    let Some(listed) = &spec.listed else {
        return Ok(());
    };
    let contradictions = listed.contradictions(own);
    if contradictions.is_empty() {
        return Ok(());
    }
    Err(ToolError::data(format!(
        "the list says {} as the file itself: not the file that was listed",
        contradictions.join("; ")
    ))
    .in_file(&spec.path)
    .hint(LIST_AGAIN))
}

/// The name given counts first, then the file's own, then what the file says of its origin.
fn label(
    spec: &RasterSpec,
    file: &RasterFile<File>,
    band: usize,
) -> Result<ContentLabel, ToolError> {
    let origin = file
        .clip_record()
        .and_then(|record| record.source_name.as_deref());
    let names = [
        spec.name.as_deref(),
        Some(spec.stem()),
        origin,
        // What a description says of other quantities is a finding that can be allowed, not a name.
        file.description(band)
            .filter(|text| refusal_of_text(text).is_none()),
    ];
    let label = ContentLabel::from_names(names.into_iter().flatten()).map_err(|error| {
        error
            .in_file(&spec.path)
            .hint("use the raster of people per cell, not the one of densities or classes")
    })?;
    if label.says_people() {
        return Ok(label);
    }
    let described = file
        .description(band)
        .and_then(ContentLabel::from_description);
    Ok(described.unwrap_or(label))
}
