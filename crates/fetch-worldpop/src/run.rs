//! What the tool does, step by step.

use std::fs::File;
use std::path::PathBuf;

use pop_cli::{Console, ExitStatus, Fingerprint, ToolError, thousands};
use pop_http::BaseUrl;

use crate::FetchWorldpop;
use crate::catalogue::Catalogue;
use crate::errand::{Errand, Fetched};
use crate::folder::Folder;
use crate::listing;
use crate::lock::Lock;
use crate::mirror::Mirror;
use crate::plan::Plan;
use crate::request::Request;
use crate::server::base_url;
use crate::sums;
use crate::survey;

pub(crate) fn run(args: &FetchWorldpop, console: &mut Console) -> Result<ExitStatus, ToolError> {
    let request = Request::read(&args.choice)?;
    let data = base_url("--data-url", &args.network.data_url)?;
    if args.list {
        return list(args, request.as_ref(), &data, console);
    }
    let mut output = console.output("output", &args.common.output)?;
    let mirror = args.place.mirror.as_deref().map(Mirror::open).transpose()?;
    let lock = open_lock(args, console)?;
    let folder = folder(args, &lock)?;
    let mut plan = Plan::make(
        args,
        request.as_ref(),
        lock,
        mirror.as_ref(),
        &data,
        console,
    )?;
    let errand = Errand {
        place: &args.place,
        network: &args.network,
        data: &data,
        mirror: mirror.as_ref(),
        folder: &folder,
    };
    if args.dry_run {
        let survey = errand.survey(&plan, console)?;
        listing::write(&survey.entries, args.format, &mut output)?;
        console.publish(vec![output])?;
        console.summary(&survey.summary());
        return Ok(ExitStatus::Done);
    }
    let fetched = errand.run(&mut plan, console)?;
    plan.keeper.settle()?;
    let listed = sums::leave_out(plan.wishes, console);
    let entries = errand.entries(&listed, &plan.keeper.lock, console)?;
    listing::write(&entries, args.format, &mut output)?;
    console.publish(vec![output])?;
    console.summary(&summary(entries.len(), &fetched, args));
    Ok(ExitStatus::Done)
}

fn list(
    args: &FetchWorldpop,
    request: Option<&Request>,
    data: &BaseUrl,
    console: &mut Console,
) -> Result<ExitStatus, ToolError> {
    let mut output = console.output("output", &args.common.output)?;
    let catalogue = Catalogue::new(&args.network)?;
    let count = match request {
        None => {
            let products = survey::products(&catalogue, console)?;
            survey::write_products(&products, args.format, &mut output)?;
            products.len()
        }
        Some(request) => {
            let filter = survey::Filter {
                request,
                choice: &args.choice,
            };
            let entries = filter.entries(&catalogue, data, console)?;
            listing::write(&entries, args.format, &mut output)?;
            entries.len()
        }
    };
    if count == 0 {
        return Err(ToolError::usage("the catalogue has nothing of this kind"));
    }
    console.publish(vec![output])?;
    let what = if request.is_some() {
        "files"
    } else {
        "products"
    };
    console.summary(&format!("{count} {what} in the catalogue"));
    Ok(ExitStatus::Done)
}

/// The lock named, or where there is none the one that was copied along.
fn open_lock(args: &FetchWorldpop, console: &mut Console) -> Result<Lock, ToolError> {
    let path = &args.place.lock;
    // Said before anything is downloaded.
    if let Some(folder) = path.parent()
        && !folder.as_os_str().is_empty()
        && !folder.is_dir()
    {
        return Err(ToolError::io("no such folder").in_file(path.display()));
    }
    let copied: Option<PathBuf> = args
        .place
        .mirror
        .as_ref()
        .filter(|_| args.place.offline)
        .map(|folder| folder.join("worldpop.lock"));
    let from = match copied {
        Some(copied) if !path.exists() && copied.exists() => copied,
        _ => path.clone(),
    };
    let lock = Lock::read(&from)?;
    if from.exists()
        && let Ok(fingerprint) = File::open(&from).and_then(Fingerprint::of)
    {
        console.record_input("lock", &from.display().to_string(), &fingerprint);
    }
    Ok(lock.moved_to(path))
}

fn folder(args: &FetchWorldpop, lock: &Lock) -> Result<Folder, ToolError> {
    let accepted = &args.place.accept_changed;
    let folder = Folder::at(&args.place.folder, accepted);
    if let Some(unknown) = folder.accepts_unknown(lock) {
        return Err(ToolError::usage(format!(
            "--accept-changed {unknown}: the lock holds no such file"
        ))
        .in_file(lock.path().display()));
    }
    Ok(folder)
}

fn summary(rasters: usize, fetched: &Fetched, args: &FetchWorldpop) -> String {
    let mut text = format!(
        "{} in {}: {} downloaded",
        count(rasters, "raster"),
        args.place.folder.display(),
        fetched.downloaded
    );
    if fetched.downloaded > 0 {
        text.push_str(&format!(" ({} bytes)", thousands(fetched.bytes as f64, 0)));
    }
    if fetched.copied > 0 {
        text.push_str(&format!(", {} copied", fetched.copied));
    }
    let there = fetched.there;
    text.push_str(&format!(", {there} there already and as the lock says"));
    text
}

/// `1 file`, `2 files`.
pub(crate) fn count(number: usize, noun: &str) -> String {
    let ending = if number == 1 { "" } else { "s" };
    format!("{number} {noun}{ending}")
}
