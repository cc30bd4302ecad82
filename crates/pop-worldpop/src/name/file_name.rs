//! The name of a file without its folder, and without its extension.

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

/// The name of a file without folder and last extension; `stdin` for `-`.
///
/// ```
/// assert_eq!(pop_worldpop::file_stem("D:\\maps/sle_pop_2025.v1.tif"), "sle_pop_2025.v1");
/// assert_eq!(pop_worldpop::file_stem(".tif"), ".tif");
/// assert_eq!(pop_worldpop::file_stem("-"), "stdin");
/// ```
#[must_use]
pub fn file_stem(path: &str) -> &str {
    if path == "-" {
        return "stdin";
    }
    let file = file_name(path);
    match file.rsplit_once('.') {
        Some((stem, _)) if !stem.is_empty() => stem,
        _ => file,
    }
}
