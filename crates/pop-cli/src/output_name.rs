//! Which names a file to be written can have.

use crate::ToolError;

/// Refuses a name that no file can have, before the work begins.
///
/// # Errors
/// Usage: the name is empty, or, on Windows, one of a device.
pub fn check_output_name(name: &str) -> Result<(), ToolError> {
    if name.is_empty() {
        return Err(
            ToolError::usage("an output has an empty name, expected a file")
                .hint("name a file after -o, or leave -o out for stdout"),
        );
    }
    if cfg!(windows) && !is_null_device(name) && is_device_of_windows(name) {
        return Err(ToolError::usage(format!(
            "{name} is the name of a device of Windows, expected a file"
        ))
        .hint("give the file another name; CON, PRN, AUX, NUL, COM1 to COM9 and LPT1 to LPT9 are devices, with any extension"));
    }
    Ok(())
}

/// Whether a name is the device that takes everything and keeps nothing.
pub(crate) fn is_null_device(name: &str) -> bool {
    if cfg!(windows) {
        let last = last_component(name);
        last.strip_suffix(':')
            .unwrap_or(last)
            .eq_ignore_ascii_case("nul")
    } else {
        name == "/dev/null"
    }
}

/// Whether Windows takes a name for a device, in whatever folder and with whatever extension. Source: Microsoft, "Naming
/// Files, Paths, and Namespaces".
fn is_device_of_windows(name: &str) -> bool {
    let stem = last_component(name).split(['.', ':']).next();
    let stem = stem.unwrap_or_default().trim_end().to_ascii_uppercase();
    let is_numbered = |kind: &str| {
        stem.strip_prefix(kind)
            .is_some_and(|number| matches!(number.as_bytes(), [b'1'..=b'9']))
    };
    ["CON", "PRN", "AUX", "NUL"].contains(&stem.as_str())
        || is_numbered("COM")
        || is_numbered("LPT")
}

/// What is behind the last separator of a Windows path, or behind its drive.
fn last_component(name: &str) -> &str {
    let last = name.rsplit(['/', '\\']).next().unwrap_or(name);
    match last.as_bytes() {
        [drive, b':', _, ..] if drive.is_ascii_alphabetic() => &last[2..],
        _ => last,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn devices_of_windows_are_known_in_any_folder_and_with_any_extension() {
        for name in [
            "aux",
            "aux.csv",
            "NUL.csv",
            "C:\\t\\com1",
            "C:con",
            "./lpt9.x.y",
            "CON ",
            "prn:",
        ] {
            assert!(is_device_of_windows(name), "{name}");
        }
        for name in [
            "auxiliary.csv",
            "com0",
            "com10",
            "nulls",
            "a/aux/b.csv",
            "C:x",
        ] {
            assert!(!is_device_of_windows(name), "{name}");
        }
    }

    #[test]
    fn the_null_device_is_known_in_all_its_forms() {
        let (device, file) = if cfg!(windows) {
            (
                ["NUL", "nul:", "C:\\t\\NUL", "\\\\.\\NUL"].as_slice(),
                "NUL.csv",
            )
        } else {
            (["/dev/null"].as_slice(), "NUL")
        };
        assert!(device.iter().all(|name| is_null_device(name)));
        assert!(!is_null_device(file));
    }

    #[test]
    fn no_output_has_an_empty_name() {
        assert!(check_output_name("").is_err());
        assert!(check_output_name("-").is_ok());
        assert_eq!(check_output_name("aux.csv").is_err(), cfg!(windows));
    }
}
