//! What the tool does, step by step.

use std::fs::File;
use std::path::PathBuf;

use pop_cli::{Console, ExitStatus, Fingerprint, ToolError, thousands};
use pop_http::BaseUrl;

use crate::FetchWorldpop;
use crate::catalogue::Catalogue;
use crate::download::MAX_FILE;
use crate::folder::Folder;
use crate::listing::{self, Entry};
use crate::lock::{Lock, Pin};
use crate::mirror::Mirror;
use crate::plan::Plan;
use crate::request::Request;
use crate::server::{Server, base_url};
use crate::store::{self, State};
use crate::sums;
use crate::survey;
use crate::task::Task;
use crate::transfer;
use crate::wish::Wish;

pub(crate) fn run(args: &FetchWorldpop, console: &mut Console) -> Result<ExitStatus, ToolError> {
    let request = Request::read(&args.choice)?;
    let data = base_url("--data-url", &args.network.data_url)?;
    if args.list {
        return list(args, request.as_ref(), &data, console);
    }
    let output = console.output("output", &args.common.output)?;
    let mirror = args.place.mirror.as_deref().map(Mirror::open).transpose()?;
    let lock = open_lock(args, console)?;
    let folder = folder(args, &lock)?;
    let plan = Plan::make(
        args,
        request.as_ref(),
        lock,
        mirror.as_ref(),
        &data,
        console,
    )?;
    if args.dry_run {
        return dry_run(args, plan, &folder, &data, output, console);
    }
    let mut plan = plan;
    let fetched = fetch(args, &mut plan, &folder, mirror.as_ref(), &data, console)?;
    plan.lock.settle()?;
    let mut output = output;
    let listed = sums::leave_out(plan.wishes, console);
    let entries = entries(&listed, &plan.lock.lock, &folder, console)?;
    listing::write(&entries, args.format, &mut output)?;
    console.publish(vec![output])?;
    console.summary(&summary(&entries, &fetched, args));
    Ok(ExitStatus::Done)
}

/// Files that were not there yet.
#[derive(Debug, Default)]
struct Fetched {
    copied: usize,
    downloaded: usize,
    bytes: u64,
}

/// Checks what is there, copies what the mirror has, downloads the rest; the lock follows each step.
fn fetch(
    args: &FetchWorldpop,
    plan: &mut Plan,
    folder: &Folder,
    mirror: Option<&Mirror>,
    data: &BaseUrl,
    console: &mut Console,
) -> Result<Fetched, ToolError> {
    let mut fetched = Fetched::default();
    let open = look_around(args, plan, folder, mirror, &mut fetched, console)?;
    if open.is_empty() {
        return Ok(fetched);
    }
    if args.place.offline {
        return Err(store::not_here(&open, mirror.is_some()));
    }
    let server = Server::new(
        "--data-url",
        &args.network.data_url,
        &args.network,
        MAX_FILE,
    )?;
    let tasks = Task::group(&open, data)?;
    let lock = &mut plan.lock;
    transfer::all(
        &tasks,
        &server,
        folder,
        args.network.jobs,
        console,
        |name, pin, console| {
            fetched.downloaded += 1;
            fetched.bytes += pin.bytes;
            tell_change(&pin, lock.lock.pin(&pin.file), console);
            lock.put(name, pin)
        },
    )?;
    Ok(fetched)
}

/// Checks what is in the folder and copies what the mirror has; gives what is left to download.
fn look_around(
    args: &FetchWorldpop,
    plan: &mut Plan,
    folder: &Folder,
    mirror: Option<&Mirror>,
    fetched: &mut Fetched,
    console: &mut Console,
) -> Result<Vec<Wish>, ToolError> {
    let progress = console.progress("checking", Some(plan.wishes.len() as u64));
    let mut open: Vec<Wish> = Vec::new();
    let mut look = |wish: &Wish| -> Result<(), ToolError> {
        match store::check(wish, folder, mirror, args.place.offline, console)? {
            State::There => {}
            State::Copied(name, pin) => {
                fetched.copied += 1;
                tell_change(&pin, plan.lock.lock.pin(&pin.file), console);
                plan.lock.put(name, *pin)?;
            }
            State::Open => open.push(wish.clone()),
        }
        progress.advance(1);
        Ok(())
    };
    let looked = plan.wishes.iter().try_for_each(&mut look);
    progress.finish();
    looked.map(|()| open)
}

/// An accepted change is said, with both hashes.
fn tell_change(pin: &Pin, earlier: Option<&Pin>, console: &Console) {
    if let (Some(before), Some(earlier)) = (pin.before.last(), earlier)
        && pin.sha256 != earlier.sha256
    {
        console.warn(&format!(
            "{}: the change is accepted: {} before, {} now",
            pin.file, before.sha256, pin.sha256
        ));
    }
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

fn dry_run(
    args: &FetchWorldpop,
    plan: Plan,
    folder: &Folder,
    data: &BaseUrl,
    mut output: pop_cli::Output,
    console: &mut Console,
) -> Result<ExitStatus, ToolError> {
    let (mut entries, mut open) = (Vec::new(), Vec::new());
    for wish in &plan.wishes {
        match &wish.pin {
            Some(pin)
                if !folder.accepts(pin) && folder.look(&pin.file)? == Some(pin.fingerprint()) =>
            {
                entries.extend(entry(wish, &plan.lock.lock, folder));
            }
            _ => open.push(wish.clone()),
        }
    }
    let there = entries.len();
    let tasks = Task::group(&open, data)?;
    let server = Server::new(
        "--data-url",
        &args.network.data_url,
        &args.network,
        MAX_FILE,
    )?;
    let sizes = survey::sizes(&tasks, &server, args.network.jobs, console)?;
    for (task, size) in tasks.iter().zip(&sizes) {
        entries.push(task.entry().sized(*size));
    }
    listing::write(&entries, args.format, &mut output)?;
    console.publish(vec![output])?;
    let unknown = sizes.iter().filter(|size| size.is_none()).count();
    let bytes: u64 = sizes.iter().flatten().sum();
    let mut text = format!(
        "{} to download, {} bytes",
        count(tasks.len(), "file"),
        thousands(bytes as f64, 0)
    );
    if unknown > 0 {
        text.push_str(&format!(" and {unknown} of unknown length"));
    }
    console.summary(&format!("{text}; {there} there already"));
    Ok(ExitStatus::Done)
}

/// The lock named, or where there is none the one that was copied along.
fn open_lock(args: &FetchWorldpop, console: &mut Console) -> Result<Lock, ToolError> {
    let path = &args.place.lock;
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
    let folder = if args.dry_run {
        Folder::at(&args.place.folder, accepted)
    } else {
        Folder::open(&args.place.folder, accepted)?
    };
    if let Some(unknown) = folder.accepts_unknown(lock) {
        return Err(ToolError::usage(format!(
            "--accept-changed {unknown}: the lock holds no such file"
        ))
        .in_file(lock.path().display()));
    }
    Ok(folder)
}

fn entry(wish: &Wish, lock: &Lock, folder: &Folder) -> Option<Entry> {
    let (name, pin) = lock.pins().find(|(name, _)| wish.is(name))?;
    Some(Entry::of_pin(name, pin, &folder.place(&pin.file)))
}

fn entries(
    wishes: &[Wish],
    lock: &Lock,
    folder: &Folder,
    console: &mut Console,
) -> Result<Vec<Entry>, ToolError> {
    let mut entries = Vec::with_capacity(wishes.len());
    for wish in wishes {
        let entry = entry(wish, lock, folder)
            .ok_or_else(|| ToolError::internal("a raster was lost on the way"))?;
        if let Some((_, pin)) = lock.pins().find(|(name, _)| wish.is(name)) {
            let place = folder.place(&pin.file).display().to_string();
            console.record_placed("raster", &place, &pin.fingerprint());
        }
        entries.push(entry);
    }
    Ok(entries)
}

fn summary(entries: &[Entry], fetched: &Fetched, args: &FetchWorldpop) -> String {
    let mut text = format!(
        "{} in {}: {} downloaded",
        count(entries.len(), "raster"),
        args.place.folder.display(),
        fetched.downloaded
    );
    if fetched.downloaded > 0 {
        text.push_str(&format!(" ({} bytes)", thousands(fetched.bytes as f64, 0)));
    }
    if fetched.copied > 0 {
        text.push_str(&format!(", {} copied", fetched.copied));
    }
    let there = entries
        .len()
        .saturating_sub(fetched.downloaded + fetched.copied);
    text.push_str(&format!(", {there} there already and as the lock says"));
    text
}

/// `1 file`, `2 files`.
pub(crate) fn count(number: usize, noun: &str) -> String {
    let ending = if number == 1 { "" } else { "s" };
    format!("{number} {noun}{ending}")
}
