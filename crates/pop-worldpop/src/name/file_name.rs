//! The name of a file without its folder.

/// What is behind the last separator of a path, of Unix or Windows, or behind a drive (`C:x.tif`).
///
/// ```
/// assert_eq!(pop_worldpop::file_name("D:\\maps/x.tif"), "x.tif");
/// assert_eq!(pop_worldpop::file_name("C:x.tif"), "x.tif");
/// ```
#[must_use]
pub fn file_name(path: &str) -> &str {
    let last = path.rsplit(['/', '\\']).next().unwrap_or(path);
    match last.as_bytes() {
        [drive, b':', _, ..] if drive.is_ascii_alphabetic() => &last[2..],
        _ => last,
    }
}
