//! What the tool does, step by step.

use std::path::Path;

use dhis2_session::failure;
use pop_cli::{
    Arg, CommonArgs, Console, ExitStatus, InputData, Messages, ResultExt, Tool, ToolError, counted,
};
use pop_dhis2::org_units::{Fields, RequestSize, SelectedUnits, Selection, ShapeAttribute, walk};
use pop_dhis2::{ApiError, Server};

use crate::args::FetchOrgunits;
use crate::compare::{Copying, Earlier};
use crate::geometry::{AttributeShapes, FileShapes, GeometryChoice, Match, Source, UnitKeys};
use crate::output::{Collection, Counts};
use crate::report::Report;
use crate::survey;

impl Tool for FetchOrgunits {
    const NAME: &'static str = "fetch-orgunits";

    fn common(&self) -> &CommonArgs {
        &self.common
    }

    fn run(&self, console: &mut Console) -> Result<ExitStatus, ToolError> {
        run(self, console)
    }
}

fn run(args: &FetchOrgunits, console: &mut Console) -> Result<ExitStatus, ToolError> {
    let selection = selection(args, console)?;
    let file = geometry_file(args, console)?;
    let earlier = match &args.choice.compare {
        Some(name) => Some(Earlier::read(name, console)?),
        None => None,
    };
    // Before anybody is asked for a password.
    let output = console.output("output", &args.common.output)?;
    let report_output = console.optional_output("report", args.geometry.report.as_deref())?;
    let server = dhis2_session::connect(&args.server, console)?;
    if selection.is_empty() {
        return Err(survey::show(&server, console));
    }
    let selected = SelectedUnits::new(&server, &selection).map_err(|error| failure(&error))?;
    console.note(&format!(
        "{} selected, with {} above them",
        counted(selected.count(), "org unit"),
        counted(selected.places.len() - selected.count(), "ancestor")
    ));
    if selected.count() == 0 {
        return Err(
            ToolError::usage("no org unit is within all of --level, --parent and --group")
                .hint("levels count from the root of the tree, also below a --parent"),
        );
    }
    let source = source(args, &server, &selected, file.as_ref())?;
    let mut report = Report::default();
    let output = Copying::for_comparison(output, earlier.as_ref());
    let collection = Collection::new(output).or_io()?;
    let run = Fetch {
        server: &server,
        selected: &selected,
        source: &source,
        args,
    };
    let (output, counts) = run.into_collection(collection, &mut report, console)?;
    if let Source::File(shapes) = &source {
        shapes.report_rest(&mut report);
    }
    report.warn(console);
    let (output, copy) = output.into_parts();
    if let (Some(earlier), Some(copy)) = (earlier, copy) {
        earlier.compare(&copy, console)?;
    }
    let mut outputs = vec![output];
    if let Some(mut out) = report_output {
        report.write(&mut out).or_io()?;
        outputs.push(out);
    }
    console.publish(outputs)?;
    console.summary(&summary(&counts, &server, &console.messages()));
    if counts.units > 0 && counts.points == counts.units {
        console.hint(
            "every unit is a point: zonal-sum needs areas; catchments draws them round points, and --geometry attribute:CODE takes associated geometries",
        );
    }
    Ok(ExitStatus::Done)
}

fn selection(args: &FetchOrgunits, console: &mut Console) -> Result<Selection, ToolError> {
    let mut selection = args.choice.selection();
    if let Some(name) = &args.choice.id_file {
        let input = console.input("ids", name)?;
        let text = String::from_utf8(input.bytes).map_err(|_| {
            ToolError::data("the text is not UTF-8")
                .in_file(name)
                .hint("save the file as UTF-8, one id a line")
        })?;
        let ids = text.trim_start_matches('\u{feff}').lines().map(str::trim);
        selection
            .units
            .extend(ids.filter(|id| !id.is_empty()).map(ToOwned::to_owned));
        if selection.units.is_empty() {
            return Err(ToolError::data("holds no ids")
                .in_file(name)
                .hint("write one id a line; leave the flag out to fetch all units"));
        }
    }
    Ok(selection)
}

/// Reads the file of geometries first: stdin has to end before anybody is asked for a password.
fn geometry_file(
    args: &FetchOrgunits,
    console: &mut Console,
) -> Result<Option<InputData>, ToolError> {
    match &args.geometry.geometry {
        GeometryChoice::File { path, .. } => console.input("geometry", path).map(Some),
        _ if args.geometry.loose_match => Err(ToolError::usage(
            "--loose-match is for --geometry file:PATH only",
        )
        .hint("name the boundary file, or leave --loose-match out")),
        _ => Ok(None),
    }
}

fn source(
    args: &FetchOrgunits,
    server: &Server,
    selected: &SelectedUnits,
    file: Option<&InputData>,
) -> Result<Source, ToolError> {
    match (&args.geometry.geometry, file) {
        (GeometryChoice::Attribute(named), _) => {
            let attribute = ShapeAttribute::find(server, named);
            let attribute = attribute.map_err(|error| failure(&error))?;
            Ok(Source::Attribute(AttributeShapes::new(&attribute)))
        }
        (GeometryChoice::File { by, .. }, Some(file)) => {
            let by = &Match {
                comparison: args.geometry.comparison(),
                ..by.clone()
            };
            let keys = unit_keys(server, selected, by).map_err(|error| failure(&error))?;
            let name = Path::new(&file.name).file_name().unwrap_or_default();
            let shapes = FileShapes::read(&file.bytes, &name.to_string_lossy(), by, keys);
            shapes
                .map(Source::File)
                .map_err(|error| error.in_file(&file.name))
        }
        _ => Ok(Source::Own),
    }
}

/// What each selected unit would be matched by: doubles have to be known before the first match.
fn unit_keys(server: &Server, selected: &SelectedUnits, by: &Match) -> Result<UnitKeys, ApiError> {
    let mut keys = UnitKeys::default();
    walk(
        server,
        selected,
        Fields::Outline,
        RequestSize::default(),
        |place, unit| {
            if !place.context {
                keys.add(unit, by);
            }
            Ok(())
        },
    )?;
    Ok(keys)
}

/// One walk from the server into a collection.
struct Fetch<'a> {
    server: &'a Server,
    selected: &'a SelectedUnits,
    source: &'a Source,
    args: &'a FetchOrgunits,
}

impl Fetch<'_> {
    fn into_collection<W: std::io::Write>(
        self,
        mut collection: Collection<W>,
        report: &mut Report,
        console: &mut Console,
    ) -> Result<(W, Counts), ToolError> {
        let progress = console.progress("org units", Some(self.selected.places.len() as u64));
        let fallback = self.args.geometry.fallback;
        walk(
            self.server,
            self.selected,
            self.source.fields(),
            RequestSize::default(),
            |place, unit| {
                let geometry = self.source.of(place, unit, fallback, report);
                collection
                    .write(place, unit, geometry)
                    .map_err(ApiError::Output)?;
                progress.advance(1);
                Ok(())
            },
        )
        .map_err(|error| failure(&error))?;
        progress.finish();
        collection.finish().or_io()
    }
}

fn summary(counts: &Counts, server: &Server, messages: &Messages) -> String {
    let mut parts = vec![messages.counted("org-units", counts.units)];
    if counts.without_geometry > 0 {
        parts.push(messages.counted("without-geometry", counts.without_geometry));
    }
    if counts.context > 0 {
        parts.push(messages.counted("and-ancestors", counts.context));
    }
    let version = server.version().to_string();
    parts.push(messages.text_of("from-dhis2", &[("version", Arg::Text(&version))]));
    parts.join(", ")
}
