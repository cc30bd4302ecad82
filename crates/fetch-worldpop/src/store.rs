//! What is there already, in the folder or in a copied one.

use pop_cli::{Console, ToolError, shortened_list};
use pop_worldpop::RasterName;

use crate::address::file_name;
use crate::folder::{Arrival, Folder};
use crate::lock::{Credit, Pin};
use crate::mirror::Mirror;
use crate::wish::Wish;

/// Whether the network may be asked for what is not here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Network {
    On,
    Off,
}

/// What became of a wish without the network.
pub(crate) enum State {
    /// It is in the folder, and as the lock says.
    There,
    /// It was copied into the folder.
    Copied(RasterName, Box<Pin>),
    /// It is to be downloaded.
    Open,
}

/// What is to be said of files, once for all of a kind.
#[derive(Debug, Default)]
pub(crate) struct Remarks {
    /// In the folder, and not what the lock says.
    damaged: Vec<String>,
    /// In the mirror, and not what the lock says.
    not_taken: Vec<String>,
    /// Taken from the mirror without a lock.
    adopted: Vec<String>,
}

impl Remarks {
    /// Says them.
    pub(crate) fn tell(&self, console: &Console) {
        let say = |files: &[String], what: &str| {
            if !files.is_empty() {
                console.warn(&format!("{what}: {}", shortened_list(files)));
            }
        };
        say(&self.damaged, "not what the lock says, fetched again");
        say(&self.not_taken, "not taken from the mirror");
        say(
            &self.adopted,
            "no lock says what these should be, they are taken as they are and pinned",
        );
    }
}

/// Looks for a raster in the folder, then in the mirror.
///
/// # Errors
/// I/O. Offline also data: what is there is not what the lock says.
pub(crate) fn check(
    wish: &Wish,
    folder: &Folder,
    mirror: Option<&Mirror>,
    network: Network,
    remarks: &mut Remarks,
) -> Result<State, ToolError> {
    let Some(pin) = &wish.pin else {
        return match mirror.filter(|_| network == Network::Off) {
            Some(mirror) => adopt(wish, folder, mirror, remarks),
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
            Err(error) if network == Network::Off => return Err(error),
            Err(error) => remarks.not_taken.push(error.to_string()),
        }
    } else if let Some(here) = here
        && !accepted
    {
        if network == Network::Off {
            return Err(ToolError::data(format!(
                "has changed: the lock says {} ({} bytes), found {} ({} bytes)",
                pin.sha256, pin.bytes, here.sha256, here.bytes
            ))
            .in_file(folder.place(&pin.file).display())
            .hint("name a folder with the file the lock means: --mirror"));
        }
        remarks.damaged.push(pin.file.clone());
    }
    Ok(State::Open)
}

/// Takes a file that no lock speaks of from a copied folder, by its name.
fn adopt(
    wish: &Wish,
    folder: &Folder,
    mirror: &Mirror,
    remarks: &mut Remarks,
) -> Result<State, ToolError> {
    let Some((file, name, path)) = mirror.files().find(|(_, name, _)| wish.is(name)) else {
        return Ok(State::Open);
    };
    remarks.adopted.push(path.display().to_string());
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
pub(crate) fn not_here(open: &[Wish], mirror: Option<&Mirror>) -> ToolError {
    let names: Vec<String> = open
        .iter()
        .map(|wish| match wish.file() {
            Some(file) => file.to_owned(),
            None => format!("{} {}", wish.wanted.area, wish.wanted.year),
        })
        .collect();
    let place = match mirror {
        Some(_) => "neither in the folder nor in --mirror",
        None => "not in the folder",
    };
    ToolError::io(format!(
        "{place}, and the network is off: {}",
        shortened_list(&names)
    ))
    .hint("copy the rasters and their worldpop.lock into a folder, and name it with --mirror")
}
