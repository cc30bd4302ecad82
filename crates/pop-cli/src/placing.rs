//! Giving a finished file its name, also where other programs look at files as they appear.

use std::io;
use std::path::Path;

/// Moves a file over another, or to a name that is free.
///
/// On Windows a virus scanner or an indexer opens new files for a moment, and then they cannot be moved: this
/// waits up to a second. A program that keeps the old file open is named as the reason.
///
/// # Errors
/// Those of the file system; both files are then as they were.
pub fn move_into_place(from: &Path, to: &Path) -> io::Result<()> {
    patiently(is_in_use, || std::fs::rename(from, to)).map_err(|error| explained(error, to))
}

/// Whether a file that is there can be replaced: on Windows not while another program has it open, and so this is
/// asked before the work begins.
///
/// # Errors
/// What [`move_into_place`] would end with.
#[cfg(windows)]
pub(crate) fn check_replaceable(path: &Path) -> io::Result<()> {
    use std::os::windows::fs::OpenOptionsExt as _;
    /// `DELETE`, the right that is needed.
    const DELETE: u32 = 0x0001_0000;
    let open = || {
        let mut options = std::fs::OpenOptions::new();
        options.access_mode(DELETE).open(path).map(|_| ())
    };
    match patiently(is_in_use, open) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        result => result.map_err(|error| explained(error, path)),
    }
}

/// Elsewhere a file is replaced under those who read it, and they keep the old one.
#[cfg(not(windows))]
pub(crate) fn check_replaceable(_: &Path) -> io::Result<()> {
    Ok(())
}

/// Whether Windows refuses because another program has the file open.
pub(crate) fn is_in_use(error: &io::Error) -> bool {
    // ERROR_ACCESS_DENIED, ERROR_SHARING_VIOLATION, ERROR_LOCK_VIOLATION
    cfg!(windows) && matches!(error.raw_os_error(), Some(5 | 32 | 33))
}

/// With a message that says what to do.
pub(crate) fn explained(error: io::Error, path: &Path) -> io::Error {
    if !is_in_use(&error) {
        return error;
    }
    let is_read_only = path
        .metadata()
        .is_ok_and(|metadata| metadata.permissions().readonly());
    let text = if is_read_only {
        "cannot be replaced: it is read-only".to_owned()
    } else {
        format!(
            "cannot be replaced: another program has it open, close it there and run this again ({error})"
        )
    };
    io::Error::new(error.kind(), text)
}

/// Tries again for about a second while the error is one that passes.
pub(crate) fn patiently<T>(
    passes: impl Fn(&io::Error) -> bool,
    mut action: impl FnMut() -> io::Result<T>,
) -> io::Result<T> {
    for pause in [5, 15, 40, 100, 200, 300, 400] {
        match action() {
            Err(error) if passes(&error) => {
                std::thread::sleep(std::time::Duration::from_millis(pause));
            }
            result => return result,
        }
    }
    action()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_that_passes_is_waited_for_and_others_are_not() {
        let mut tries = 0;
        let mut act = |fails: i32, error: io::ErrorKind| {
            tries = 0;
            let result = patiently(
                |error| error.kind() == io::ErrorKind::PermissionDenied,
                || {
                    tries += 1;
                    if tries <= fails {
                        Err(error.into())
                    } else {
                        Ok(())
                    }
                },
            );
            (result.is_ok(), tries)
        };
        assert_eq!(act(2, io::ErrorKind::PermissionDenied), (true, 3));
        assert_eq!(act(2, io::ErrorKind::NotFound), (false, 1));
    }

    #[test]
    fn a_file_is_moved_over_another() {
        let folder = tempfile::tempdir().unwrap();
        let (new, old) = (folder.path().join("new"), folder.path().join("old"));
        std::fs::write(&new, "new").unwrap();
        std::fs::write(&old, "old").unwrap();
        move_into_place(&new, &old).unwrap();
        assert_eq!(std::fs::read(&old).unwrap(), b"new");
        assert!(move_into_place(&new, &old).is_err());
    }
}
