//! The steps of a run.

use std::fs::File;
use std::path::PathBuf;

use pop_cli::{Arg, Console, ExitStatus, Fingerprint, Messages, ToolError};
use pop_http::BaseUrl;

use crate::args::FetchWorldpop;
use crate::catalogue::{Catalogue, FileFilter, all_products, write_products};
use crate::fetch_job::{FetchCounts, FetchJob};
use crate::local_files::{Mirror, RasterFolder};
use crate::lock::Lock;
use crate::overlap_check::leave_out_overlapping;
use crate::raster_list;
use crate::request::Selection;
use crate::resolve::Resolver;
use crate::server::base_url;

pub(crate) fn run(args: &FetchWorldpop, console: &mut Console) -> Result<ExitStatus, ToolError> {
    let selection = Selection::parse(&args.selection)?;
    let data = base_url("--data-url", &args.network.data_url)?;
    if args.list {
        return list(args, selection.as_ref(), &data, console);
    }
    let mut output = console.output("output", &args.common.output)?;
    let mirror = args.files.mirror.as_deref().map(Mirror::open).transpose()?;
    let lock = open_lock(args, console)?;
    let folder = open_folder(args, &lock)?;
    let resolver = Resolver::new(args, selection.as_ref(), mirror.as_ref(), &data)?;
    let mut resolved = resolver.resolve(lock, console)?;
    let job = FetchJob {
        files: &args.files,
        network: &args.network,
        data: &data,
        mirror: mirror.as_ref(),
        folder: &folder,
    };
    if args.dry_run {
        let report = job.dry_run(&resolved, console)?;
        raster_list::write(&report.entries, args.format, &mut output)?;
        console.publish(vec![output])?;
        console.summary(&report.summary(&console.messages()));
        return Ok(ExitStatus::Done);
    }
    let counts = job.fetch(&mut resolved, console)?;
    resolved.lock_update.finish()?;
    let listed = leave_out_overlapping(resolved.requests, console);
    let entries = job.entries(&listed, &resolved.lock_update.lock, console)?;
    raster_list::write(&entries, args.format, &mut output)?;
    console.publish(vec![output])?;
    console.summary(&summary(entries.len(), &counts, args, &console.messages()));
    Ok(ExitStatus::Done)
}

/// `--list`: products, or the files of the selected areas.
fn list(
    args: &FetchWorldpop,
    selection: Option<&Selection>,
    data: &BaseUrl,
    console: &mut Console,
) -> Result<ExitStatus, ToolError> {
    let mut output = console.output("output", &args.common.output)?;
    let catalogue = Catalogue::new(&args.network)?;
    let (count, noun, key) = match selection {
        None => {
            let products = all_products(&catalogue, console)?;
            write_products(&products, args.format, &mut output)?;
            (products.len(), "product", "products-in-catalogue")
        }
        Some(selection) => {
            let filter = FileFilter {
                selection,
                flags: &args.selection,
            };
            let entries = filter.entries(&catalogue, data, console)?;
            raster_list::write(&entries, args.format, &mut output)?;
            (entries.len(), "file", "files-in-catalogue")
        }
    };
    if count == 0 {
        return Err(
            ToolError::usage(format!("the catalogue lists no {noun} that matches")).hint(
                "fetch-worldpop --list shows the products; drop a flag to widen the selection",
            ),
        );
    }
    console.publish(vec![output])?;
    console.summary(&console.messages().counted(key, count));
    Ok(ExitStatus::Done)
}

/// The lock file named, or with `--offline`, where there is none, the one in `--mirror`.
fn open_lock(args: &FetchWorldpop, console: &mut Console) -> Result<Lock, ToolError> {
    let path = &args.files.lock;
    // Checked before anything is downloaded.
    if let Some(folder) = path.parent()
        && !folder.as_os_str().is_empty()
        && !folder.is_dir()
    {
        return Err(ToolError::io("no such folder")
            .in_file(path.display())
            .hint("create the folder, or name another file with --lock"));
    }
    let mirrored: Option<PathBuf> = args
        .files
        .mirror
        .as_ref()
        .filter(|_| args.files.offline)
        .map(|folder| folder.join("worldpop.lock"));
    let source = match mirrored {
        Some(mirrored) if !path.exists() && mirrored.exists() => mirrored,
        _ => path.clone(),
    };
    let lock = Lock::read(&source)?;
    if source.exists()
        && let Ok(fingerprint) = File::open(&source).and_then(Fingerprint::of)
    {
        console.record_input("lock", &source.display().to_string(), &fingerprint);
    }
    Ok(lock.moved_to(path))
}

fn open_folder(args: &FetchWorldpop, lock: &Lock) -> Result<RasterFolder, ToolError> {
    let folder = RasterFolder::new(&args.files.folder, &args.files.accept_changed);
    if let Some(unknown) = folder.accepted_but_unknown(lock) {
        return Err(ToolError::usage(format!(
            "--accept-changed {unknown}: the lock file pins no such file"
        ))
        .in_file(lock.path().display())
        .hint("give the file's name as in the lock file"));
    }
    Ok(folder)
}

fn summary(
    rasters: usize,
    counts: &FetchCounts,
    args: &FetchWorldpop,
    messages: &Messages,
) -> String {
    let folder = args.files.folder.display().to_string();
    let head = [
        ("count", Arg::Count(rasters)),
        ("folder", Arg::Text(&folder)),
        ("downloaded", Arg::Count(counts.downloaded)),
    ];
    let mut text = messages.text_of("summary-rasters", &head);
    if counts.downloaded > 0 {
        let bytes = [("bytes", Arg::Number(counts.bytes as f64, 0))];
        text += &messages.text_of("rasters-bytes", &bytes);
    }
    if counts.copied > 0 {
        text += &format!(", {}", messages.counted("rasters-copied", counts.copied));
    }
    let unchanged = messages.counted("rasters-unchanged", counts.unchanged);
    format!("{text}, {unchanged}")
}
