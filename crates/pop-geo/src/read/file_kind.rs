//! What a file is that is not GeoJSON, by its first bytes, and the command that makes it usable.

/// A format that is recognised.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct FileKind {
    /// What it is, with its article.
    pub(super) found: &'static str,
    /// What the user can do about it.
    pub(super) hint: &'static str,
}

const fn kind(found: &'static str, hint: &'static str) -> FileKind {
    FileKind { found, hint }
}

/// How far into a file a format is looked for.
const HEAD: usize = 4096;

const OGR: &str = "convert it: ogr2ogr -t_srs EPSG:4326 out.geojson FILE";
const OGR_ZIP: &str =
    "unzip it, or convert it packed: ogr2ogr -t_srs EPSG:4326 out.geojson /vsizip/FILE";
const EXCEL: &str = "a table has no outlines: org units need their polygons as GeoJSON (fetch-orgunits, or the boundary file of the mapping agency)";
const RASTER: &str = "rasters follow -r; org units are the argument without a flag";

/// Formats by their first bytes.
const BY_BYTES: &[(&[u8], FileKind)] = &[
    (
        &[0, 0, 0x27, 0x0a],
        kind(
            "a Shapefile",
            "convert it, with its .dbf, .shx and .prj beside it: ogr2ogr -t_srs EPSG:4326 out.geojson FILE",
        ),
    ),
    (b"fgb", kind("a FlatGeobuf file", OGR)),
    (b"PAR1", kind("a Parquet file", OGR)),
    (b"Version ", kind("a MapInfo file", OGR)),
    (b"!table", kind("a MapInfo file", OGR)),
    (
        &[0x1f, 0x8b],
        kind(
            "gzip-packed data",
            "unpack it: gunzip -c FILE > out.geojson",
        ),
    ),
    (
        b"BZh",
        kind(
            "bzip2-packed data",
            "unpack it: bunzip2 -c FILE > out.geojson",
        ),
    ),
    (
        &[0xfd, b'7', b'z', b'X', b'Z'],
        kind("xz-packed data", "unpack it: unxz -c FILE > out.geojson"),
    ),
    (
        &[0x28, 0xb5, 0x2f, 0xfd],
        kind("zstd-packed data", "unpack it: zstd -dc FILE > out.geojson"),
    ),
    (
        &[b'7', b'z', 0xbc, 0xaf],
        kind("a 7z archive", "unpack it: 7z x FILE"),
    ),
    (b"Rar!", kind("a RAR archive", "unpack it: unar FILE")),
    (&[0xd0, 0xcf, 0x11, 0xe0], kind("an Excel workbook", EXCEL)),
    (b"II*\0", kind("a TIFF", RASTER)),
    (b"MM\0*", kind("a TIFF", RASTER)),
    (b"II+\0", kind("a TIFF", RASTER)),
    (b"CDF", kind("a netCDF file", RASTER)),
    (b"\x89HDF", kind("an HDF5 file", RASTER)),
    (
        b"\x89PNG",
        kind(
            "a PNG picture",
            "a picture has no outlines: get the boundary file that it was drawn from",
        ),
    ),
    (
        &[0xff, 0xd8, 0xff],
        kind(
            "a JPEG picture",
            "a picture has no outlines: get the boundary file that it was drawn from",
        ),
    ),
    (
        b"%PDF",
        kind(
            "a PDF file",
            "a page has no outlines: get the boundary file that it was drawn from",
        ),
    ),
    (
        b"version https://git-lfs",
        kind(
            "a Git LFS pointer, not the file itself",
            "download the file: git lfs pull",
        ),
    ),
    (
        &[0xff, 0xfe],
        kind(
            "UTF-16 text",
            "save it as UTF-8: iconv -f UTF-16 -t UTF-8 FILE > out.geojson",
        ),
    ),
    (
        &[0xfe, 0xff],
        kind(
            "UTF-16 text",
            "save it as UTF-8: iconv -f UTF-16 -t UTF-8 FILE > out.geojson",
        ),
    ),
];

/// Text in other encodings than UTF-8.
pub(super) const LATIN_1: FileKind = kind(
    "not JSON: bytes that are not UTF-8 (Latin-1 text?)",
    "save it as UTF-8: iconv -f ISO-8859-1 -t UTF-8 FILE > out.geojson",
);

/// What a file is; `None` where it may be JSON.
pub(super) fn file_kind(bytes: &[u8]) -> Option<FileKind> {
    let head = bytes.get(..HEAD).unwrap_or(bytes);
    if let Some((_, kind)) = BY_BYTES.iter().find(|(start, _)| head.starts_with(start)) {
        return Some(*kind);
    }
    match head {
        _ if head.starts_with(b"PK\x03\x04") => return Some(archive(bytes)),
        _ if head.starts_with(b"SQLite format 3\0") => return Some(database(head)),
        // Year, month and day of the last change follow the version.
        [3 | 0x83, _, 1..=12, 1..=31, ..] => {
            return Some(kind(
                "the table of a Shapefile (.dbf)",
                "convert the file that ends with .shp: ogr2ogr -t_srs EPSG:4326 out.geojson FILE.shp",
            ));
        }
        [0, _, ..] | [_, 0, ..] if bytes.len() > 3 => {
            return Some(kind(
                "UTF-16 text or binary data",
                "if it is text, save it as UTF-8: iconv -f UTF-16 -t UTF-8 FILE > out.geojson",
            ));
        }
        _ => {}
    }
    let text = String::from_utf8_lossy(head);
    let text = text.trim_start_matches('\u{feff}').trim_start();
    match text.bytes().next() {
        Some(b'<') => Some(markup(text)),
        Some(b'{' | b'[' | b'"' | b'-' | b'0'..=b'9' | 0x1e) | None => None,
        Some(_) => plain_text(text),
    }
}

fn archive(bytes: &[u8]) -> FileKind {
    let names = bytes.get(..bytes.len().min(1 << 16)).unwrap_or(bytes);
    let has = |name: &[u8]| names.windows(name.len()).any(|part| part == name);
    if has(b"xl/") || has(b"[Content_Types].xml") {
        kind("an Excel workbook", EXCEL)
    } else if has(b".kml") {
        kind("a KMZ file (packed KML)", OGR)
    } else if has(b".shp") {
        kind("a zip archive with a Shapefile", OGR_ZIP)
    } else {
        kind("a zip archive", OGR_ZIP)
    }
}

fn database(head: &[u8]) -> FileKind {
    // The application id of the SQLite header.
    match head.get(68..72) {
        Some(b"GPKG" | b"GP10" | b"GP11") => kind("a GeoPackage", OGR),
        _ => kind("an SQLite file (GeoPackage?)", OGR),
    }
}

fn markup(text: &str) -> FileKind {
    let lower = text.to_ascii_lowercase();
    let has = |word: &str| lower.contains(word);
    if has("<!doctype html") || has("<html") {
        kind(
            "an HTML page",
            "the page of a login or an error was saved instead of the file: open the address in a browser, and download the file itself",
        )
    } else if has("<kml") {
        kind("a KML file", OGR)
    } else if has("<vrtdataset") || has("<pamdataset") {
        kind("a description of a raster (XML)", RASTER)
    } else if has("<osm") {
        kind(
            "OpenStreetMap data",
            "convert it: ogr2ogr out.geojson FILE multipolygons",
        )
    } else if has("opengis.net/gml") || has("<gml") || has("wfs:featurecollection") {
        kind("a GML file", OGR)
    } else {
        kind("an XML file", OGR)
    }
}

fn plain_text(text: &str) -> Option<FileKind> {
    let upper = text.get(..20).unwrap_or(text).to_ascii_uppercase();
    if upper.starts_with("POLYGON") || upper.starts_with("MULTIPOLYGON") {
        return Some(kind(
            "outlines as WKT, which have no org unit id",
            "write a CSV of two columns, id and wkt, and convert it: ogr2ogr -a_srs EPSG:4326 -oo GEOM_POSSIBLE_NAMES=wkt out.geojson in.csv",
        ));
    }
    if upper.starts_with("NCOLS") {
        return Some(kind("an ASCII grid", RASTER));
    }
    let mut lines = text.lines();
    let header = lines.next()?;
    let is_table = header.contains([',', ';', '\t'])
        && !header.contains(['{', '[', '\''])
        && !header.starts_with('/');
    if !is_table {
        return None;
    }
    let second = lines.next().unwrap_or_default().to_ascii_uppercase();
    Some(if second.contains("POLYGON") {
        kind(
            "a CSV table with outlines as WKT",
            "convert it, with the name of the column for WKT: ogr2ogr -a_srs EPSG:4326 -oo GEOM_POSSIBLE_NAMES=WKT out.geojson FILE",
        )
    } else {
        kind("a CSV table", EXCEL)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(bytes: &[u8]) -> &'static str {
        file_kind(bytes).map_or("", |kind| kind.found)
    }

    #[test]
    fn formats_are_recognised_by_their_first_bytes() {
        let geopackage = [&b"SQLite format 3\0"[..], &[0; 52], b"GPKG", &[0; 400]].concat();
        for (bytes, expected) in [
            (&b"\0\0\x27\x0a\0\0\0\0"[..], "a Shapefile"),
            (
                b"\x03\x79\x07\x1a\x01\0\0\0",
                "the table of a Shapefile (.dbf)",
            ),
            (&geopackage, "a GeoPackage"),
            (b"SQLite format 3\0", "an SQLite file (GeoPackage?)"),
            (b"fgb\x03fgb\0", "a FlatGeobuf file"),
            (
                b"PK\x03\x04....boundaries.shp",
                "a zip archive with a Shapefile",
            ),
            (b"PK\x03\x04....doc.kml", "a KMZ file (packed KML)"),
            (b"PK\x03\x04....[Content_Types].xml", "an Excel workbook"),
            (b"PK\x03\x04....readme", "a zip archive"),
            (b"\x1f\x8b\x08", "gzip-packed data"),
            (b"II*\0\x08\0", "a TIFF"),
            (b"\xff\xfe{\0", "UTF-16 text"),
            (b"{\0\"\0", "UTF-16 text or binary data"),
            (
                b"version https://git-lfs.github.com/spec/v1\n",
                "a Git LFS pointer, not the file itself",
            ),
            (b"<?xml version=\"1.0\"?>\n<kml xmlns=\"x\">", "a KML file"),
            (b"\xef\xbb\xbf<!DOCTYPE html>", "an HTML page"),
            (b" \n<html><body>Log in</body></html>", "an HTML page"),
            (
                b"<wfs:FeatureCollection xmlns:gml=\"http://www.opengis.net/gml\">",
                "a GML file",
            ),
            (b"<osm version=\"0.6\">", "OpenStreetMap data"),
            (
                b"<VRTDataset rasterXSize=\"1\">",
                "a description of a raster (XML)",
            ),
            (b"<a/>", "an XML file"),
            (
                b"id,wkt\nU1,\"POLYGON((1 2))\"\n",
                "a CSV table with outlines as WKT",
            ),
            (b"id;name\n1;2\n", "a CSV table"),
            (
                b"POLYGON ((1 2, 3 4))",
                "outlines as WKT, which have no org unit id",
            ),
            (b"ncols 3\nnrows 3\n", "an ASCII grid"),
        ] {
            assert_eq!(found(bytes), expected);
        }
    }

    #[test]
    fn json_and_what_may_be_meant_as_such_is_left_to_the_reader() {
        for bytes in [
            &b""[..],
            b" \n",
            b"{}",
            b"\xef\xbb\xbf{\"type\":1}",
            b"\x1e{\"type\":\"Feature\"}",
            b"[1,2]",
            b"null",
            b"{'type': 'Feature'}",
            b"// units, as JSON\n{}",
            b"var units = {\"a\": 1, \"b\": 2}",
        ] {
            assert_eq!(found(bytes), "", "{}", String::from_utf8_lossy(bytes));
        }
    }
}
