//! The run, from the files to the page.

use std::io::Write as _;

use pop_cli::{Arg, Console, ExitStatus, ResultExt as _, ToolError, read_exceptions, sha256_hex};
use pop_geo::{OrgUnitSet, ReadOptions, read_orgunits};
use pop_messages::Messages;

use crate::agreement::{self, ChainEnds, NamedFile};
use crate::args::{Annex, Review};
use crate::assembly::{self, ReviewInputs, Subject};
use crate::documents::balance::BalanceFile;
use crate::documents::comparison::ComparisonFile;
use crate::documents::plan::PlanFile;
use crate::documents::provenance::ProvenanceFile;
use crate::documents::raking::RakingFile;
use crate::documents::{self, FileKind, file_kind};

pub(crate) fn run(args: &Review, console: &mut Console) -> Result<ExitStatus, ToolError> {
    let mut output = console.output("page", &args.common.output)?;
    let bytes = console.input("plan", &args.file)?.bytes;
    let subject = subject(&bytes).map_err(|error| error.in_file(&args.file))?;
    let files = read_files(args, console)?;
    check(&subject, &files)?;
    let messages = Messages::new(console.messages().language());
    let mut review = assembly::assemble(&subject, sha256_hex(&bytes), &files, &messages);
    let least = args.suppress.map(f64::from);
    if let (Some(_), Subject::Comparison(comparison)) = (least, &subject)
        && comparison.has_several_levels()
    {
        return Err(ToolError::data(
            "units of several levels are compared: their sums would tell the counts that --suppress hides",
        )
        .in_file(&args.file)
        .hint("compare one level, with compare --level"));
    }
    if let Some(least) = least {
        pop_page::suppress(&mut review, least);
    }
    let annex = match args.annex {
        Some(Annex::All) => pop_page::Annex::All,
        None => pop_page::Annex::Closed,
    };
    pop_page::render(&review, &messages, annex, least, &mut output).or_io()?;
    output.flush().or_io()?;
    console.publish(vec![output])?;
    let flagged = review
        .units
        .iter()
        .filter(|row| !row.flags.is_empty())
        .count();
    let args = [
        ("rows", Arg::Count(review.units.len())),
        ("flagged", Arg::Count(flagged)),
        ("hash", Arg::Text(&review.hashes.plan)),
    ];
    console.summary(&console.messages().text_of("summary-page", &args));
    Ok(ExitStatus::Done)
}

fn subject(bytes: &[u8]) -> Result<Subject<'_>, ToolError> {
    match file_kind(bytes)? {
        FileKind::Plan => PlanFile::read(bytes).map(|plan| Subject::Plan(Box::new(plan))),
        FileKind::Comparison => {
            documents::read::<ComparisonFile>(bytes, "a comparison").map(Subject::Comparison)
        }
        FileKind::Other(what) => Err(ToolError::data(format!(
            "{what}, expected a plan of push or a comparison of compare"
        ))
        .hint("push values.json -o plan.json writes the plan")),
    }
}

/// A file named on the command line, read whole.
fn named(
    role: &str,
    name: Option<&String>,
    console: &mut Console,
) -> Result<Option<(NamedFile, Vec<u8>)>, ToolError> {
    let Some(name) = name else { return Ok(None) };
    let bytes = console.input(role, name)?.bytes;
    let file = NamedFile {
        name: name.clone(),
        sha256: sha256_hex(&bytes),
    };
    Ok(Some((file, bytes)))
}

fn read_files(args: &Review, console: &mut Console) -> Result<ReviewInputs, ToolError> {
    let mut files = ReviewInputs::default();
    if let Some((file, bytes)) = named("org-units", args.org_units.as_ref(), console)? {
        let units: OrgUnitSet =
            read_orgunits(&bytes, &ReadOptions::default()).map_err(|error| {
                let hint = error.hint();
                ToolError::data(error).in_file(&file.name).hint(hint)
            })?;
        files.org_units = Some((file, units));
    }
    if let Some((file, bytes)) = named("balance", args.balance.as_ref(), console)? {
        let balance = BalanceFile::read(&bytes).map_err(|error| error.in_file(&file.name))?;
        files.balance = Some((file, balance));
    }
    if let Some((file, bytes)) = named("sums", args.sums.as_ref(), console)? {
        let sums = pop_sums::read(&bytes, &pop_sums::ReadOptions::default())
            .map_err(|error| sums_inputs::refusal(&error, &file.name))?;
        files.sums = Some((file, sums));
    }
    if let Some((file, bytes)) = named("raking report", args.raking.as_ref(), console)? {
        let raking = RakingFile::read(&bytes).map_err(|error| error.in_file(&file.name))?;
        files.raking = Some((file, raking));
    }
    if let Some((file, bytes)) = named("exceptions", args.exceptions.as_ref(), console)? {
        let entries = read_exceptions(&bytes).map_err(|error| error.in_file(&file.name))?;
        files.exceptions = Some((file, entries));
    }
    for name in &args.provenance_record {
        if let Some((file, bytes)) = named("provenance", Some(name), console)? {
            files
                .provenance
                .push(ProvenanceFile::read(&bytes).map_err(|error| error.in_file(&file.name))?);
        }
    }
    files.provenance = agreement::in_order(std::mem::take(&mut files.provenance));
    Ok(files)
}

/// Checks that the files belong together.
fn check(subject: &Subject<'_>, files: &ReviewInputs) -> Result<(), ToolError> {
    if let Some((file, units)) = &files.org_units {
        agreement::check_units(subject.unit_ids().into_iter(), units, &file.name)?;
    }
    if let Subject::Plan(plan) = subject {
        let ours = plan.sources();
        if let Some((file, balance)) = &files.balance {
            let theirs = balance.rasters.iter();
            let theirs = theirs.filter_map(|raster| raster.source.as_deref());
            agreement::check_sources("balance", &ours, theirs, &file.name)?;
            let theirs = balance.rasters.iter().map(|raster| raster.year);
            agreement::check_years("balance", &plan.years(), theirs, &file.name)?;
            agreement::check_people(&plan.all_people(), balance, &file.name)?;
        }
        if let Some((file, sums)) = &files.sums {
            let theirs = sums.layers.iter().map(|layer| layer.source.as_str());
            agreement::check_sources("sums", &ours, theirs, &file.name)?;
            let theirs = sums.layers.iter().map(|layer| layer.year);
            agreement::check_years("sums", &plan.years(), theirs, &file.name)?;
        }
        if let Some((file, _)) = &files.raking {
            agreement::check_raking(plan.is_raked(), &file.name)?;
        }
    }
    if files.provenance.is_empty() {
        return Ok(());
    }
    let payload = match subject {
        Subject::Plan(plan) if plan.kind == "push" => Some(plan.payload.as_str()),
        _ => None,
    };
    agreement::check_chain(
        &files.provenance,
        &ChainEnds {
            payload,
            org_units: files.org_units.as_ref().map(|(file, _)| file),
            balance: files.balance.as_ref().map(|(file, _)| file),
            sums: files.sums.as_ref().map(|(file, _)| file),
            raking: files.raking.as_ref().map(|(file, _)| file),
            exceptions: files.exceptions.as_ref().map(|(file, _)| file),
        },
    )
}
