//! What is there already, in the folder or in a copied one.

use pop_cli::{Console, ToolError, first_of};
use pop_worldpop::RasterName;

use crate::address::file_name;
use crate::folder::{Arrival, Folder};
use crate::lock::{Credit, Pin};
use crate::mirror::Mirror;
use crate::wish::Wish;

/// What became of a wish without the network.
pub(crate) enum State {
    /// It is in the folder, and as the lock says.
    There,
    /// It was copied into the folder.
    Copied(RasterName, Box<Pin>),
    /// It is to be downloaded.
    Open,
}

/// Looks for a raster in the folder, then in the mirror.
///
/// # Errors
/// I/O. Offline also data: what is there is not what the lock says.
pub(crate) fn check(
    wish: &Wish,
    folder: &Folder,
    mirror: Option<&Mirror>,
    offline: bool,
    console: &Console,
) -> Result<State, ToolError> {
    let Some(pin) = &wish.pin else {
        return match mirror.filter(|_| offline) {
            Some(mirror) => adopt(wish, folder, mirror, console),
            None => Ok(State::Open),
        };
    };
    let accepted = folder.accepts(pin);
    let here = folder.look(&pin.file)?;
    if !accepted && here.as_ref() == Some(&pin.fingerprint()) {
        return Ok(State::There);
    }
    let arrival = Arrival {
        file: &pin.file,
        url: pin.url.as_deref(),
        member: pin.member.as_deref(),
        pin: Some(pin),
        credit: &pin.credit,
    };
    if let Some(path) = mirror.and_then(|mirror| mirror.path(&pin.file)) {
        match folder.copy(path, &arrival) {
            Ok(copied) => return copied_of(wish, copied),
            Err(error) if offline => return Err(error),
            Err(error) => console.warn(&format!("not taken: {error}")),
        }
    } else if let Some(here) = here
        && !accepted
    {
        if offline {
            return Err(ToolError::data(format!(
                "has changed: the lock says {} ({} bytes), found {} ({} bytes)",
                pin.sha256, pin.bytes, here.sha256, here.bytes
            ))
            .in_file(folder.place(&pin.file).display())
            .hint("name a folder with the file the lock means: --mirror"));
        }
        console.warn(&format!(
            "{}: is not what the lock says: it is fetched again",
            folder.place(&pin.file).display()
        ));
    }
    Ok(State::Open)
}

/// Takes a file that no lock speaks of from a copied folder, by its name.
fn adopt(
    wish: &Wish,
    folder: &Folder,
    mirror: &Mirror,
    console: &Console,
) -> Result<State, ToolError> {
    let Some((file, name, path)) = mirror.files().find(|(_, name, _)| wish.is(name)) else {
        return Ok(State::Open);
    };
    console.warn(&format!(
        "{}: no lock says what it should be: it is taken as it is, and pinned",
        path.display()
    ));
    let credit = Credit::of_name(name);
    let arrival = Arrival {
        file,
        url: None,
        member: None,
        pin: None,
        credit: &credit,
    };
    folder
        .copy(path, &arrival)
        .map(|pin| State::Copied(name.clone(), Box::new(pin)))
}

fn copied_of(wish: &Wish, pin: Pin) -> Result<State, ToolError> {
    let name = file_name(&pin.file)
        .filter(|name| wish.is(name))
        .ok_or_else(|| ToolError::internal("a file lost its name"))?;
    Ok(State::Copied(name, Box::new(pin)))
}

/// What is neither in the folder nor in the mirror.
pub(crate) fn not_here(open: &[Wish], has_mirror: bool) -> ToolError {
    let names: Vec<String> = open
        .iter()
        .map(|wish| match wish.file() {
            Some(file) => file.to_owned(),
            None => format!("{} {}", wish.wanted.area, wish.wanted.year),
        })
        .collect();
    let place = if has_mirror {
        "neither in the folder nor in --mirror"
    } else {
        "not in the folder"
    };
    ToolError::io(format!(
        "{place}, and the network is off: {}",
        first_of(&names)
    ))
    .hint("copy the rasters and their worldpop.lock into a folder, and name it with --mirror")
}
