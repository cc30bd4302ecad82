//! Files of other kinds that are given for a GeoTIFF: what they are, and how to make a GeoTIFF of them.

/// A kind of file that is not a TIFF.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct ForeignFormat {
    /// What it is, after "not a TIFF but".
    pub(crate) name: &'static str,
    /// The command that makes a GeoTIFF of it, or what to do instead.
    pub(crate) hint: &'static str,
}

/// Bytes of the start of a file that [`recognise`] looks at.
pub(crate) const START_BYTES: usize = 512;

const TRANSLATE: &str = "make a GeoTIFF of it: gdal_translate -co COMPRESS=DEFLATE FILE out.tif";
const SUBDATASET: &str = "list its variables with gdalinfo FILE, then make a GeoTIFF of the one with people: gdal_translate NETCDF:FILE:VARIABLE out.tif (HDF5:FILE://VARIABLE for HDF5)";
const PICTURE: &str =
    "a picture has colours, not people: download the GeoTIFF (.tif) of the data set";
const ORG_UNITS: &str = "org units are the argument without a flag, the raster follows -r: zonal-sum -r pop.tif units.geojson";
const FAILED_DOWNLOAD: &str = "the download failed: open the address in a browser, sign in or accept the terms there, and download the file again";

/// Files that begin with these bytes.
const BY_MAGIC: &[(&[u8], &str, &str)] = &[
    (b"\x1f\x8b", "gzip data", "unpack it: gunzip FILE"),
    (
        b"PK\x03\x04",
        "a zip archive",
        "unpack it: unzip FILE (an Excel file is a zip archive, too: it holds no raster)",
    ),
    (
        b"PK\x05\x06",
        "an empty zip archive",
        "download the file again",
    ),
    (
        b"7z\xbc\xaf\x27\x1c",
        "a 7z archive",
        "unpack it: 7z x FILE",
    ),
    (b"Rar!", "a RAR archive", "unpack it: unrar x FILE"),
    (b"BZh", "bzip2 data", "unpack it: bunzip2 FILE"),
    (b"\xfd7zXZ", "xz data", "unpack it: unxz FILE"),
    (
        b"\x28\xb5\x2f\xfd",
        "Zstandard data",
        "unpack it: unzstd FILE",
    ),
    (b"\x89PNG", "a PNG image", PICTURE),
    (b"\xff\xd8\xff", "a JPEG image", PICTURE),
    (b"GIF8", "a GIF image", PICTURE),
    (b"\x89HDF", "an HDF5 or netCDF-4 file", SUBDATASET),
    (b"CDF\x01", "a netCDF file", SUBDATASET),
    (b"CDF\x02", "a netCDF file", SUBDATASET),
    (b"CDF\x05", "a netCDF file", SUBDATASET),
    (
        b"\x0e\x03\x13\x01",
        "an HDF4 file",
        "list its variables with gdalinfo FILE, then make a GeoTIFF of the one with people: gdal_translate HDF4_SDS:... out.tif",
    ),
    (
        b"EHFA_HEADER_TAG",
        "an Erdas Imagine file (.img)",
        TRANSLATE,
    ),
    (b"GRIB", "a GRIB file", TRANSLATE),
    (
        b"\xd0\xcf\x11\xe0",
        "an old Excel or Word file",
        "an Excel file holds no raster: download the GeoTIFF (.tif) of the data set",
    ),
    (
        b"%PDF",
        "a PDF file",
        "a PDF holds no raster: download the GeoTIFF (.tif) of the data set",
    ),
    (
        b"SQLite format 3",
        "a GeoPackage or another SQLite file",
        "if it holds a raster, make a GeoTIFF of it: gdal_translate FILE out.tif; if it holds units: ogr2ogr -t_srs EPSG:4326 units.geojson FILE",
    ),
    (b"\x00\x00\x27\x0a", "a Shapefile", ORG_UNITS),
    (
        b"version https://git-lfs",
        "a Git LFS pointer, not the file itself",
        "fetch the file: git lfs pull",
    ),
    (b"DSAA", "a Surfer grid", TRANSLATE),
    (b"DSBB", "a Surfer grid", TRANSLATE),
    (b"DSRB", "a Surfer grid", TRANSLATE),
    (b"RRASTER", "a raster file of R", TRANSLATE),
];

/// Recognises a file that is not a TIFF by its first bytes.
pub(crate) fn recognise(start: &[u8]) -> Option<ForeignFormat> {
    let found = |name, hint| Some(ForeignFormat { name, hint });
    if start.is_empty() {
        return found("an empty file", "download the file again");
    }
    if start.iter().all(|&byte| byte == 0) {
        return found(
            "zeros (a download that failed?)",
            "delete the file and download it again",
        );
    }
    if let Some(&(_, name, hint)) = BY_MAGIC.iter().find(|(magic, ..)| start.starts_with(magic)) {
        return found(name, hint);
    }
    let text = start.strip_prefix(b"\xef\xbb\xbf").unwrap_or(start);
    let text = String::from_utf8_lossy(text.trim_ascii_start());
    by_text(&text.to_ascii_lowercase())
}

/// By the first words of a text file, in lower case.
fn by_text(text: &str) -> Option<ForeignFormat> {
    let found = |name, hint| Some(ForeignFormat { name, hint });
    let starts = |words: &[&str]| words.iter().any(|word| text.starts_with(word));
    if text.starts_with('<') {
        return if text.contains("<vrtdataset") {
            found(
                "a GDAL virtual raster (VRT)",
                "write the cells it points at into one file: gdal_translate -co COMPRESS=DEFLATE -co TILED=YES FILE out.tif",
            )
        } else if text.contains("<html") || text.contains("<!doctype html") {
            found("an HTML page (a login or error page?)", FAILED_DOWNLOAD)
        } else if text.contains("<kml") || text.contains("opengis.net/gml") {
            found("a KML or GML file", ORG_UNITS)
        } else {
            found("an XML file (an error message?)", FAILED_DOWNLOAD)
        };
    }
    if starts(&["envi", "byteorder", "nbands", "[general]", "[georeference]"]) {
        return found(
            "the text header of a raster of another format",
            "make a GeoTIFF of the raster that it describes: gdal_translate FILE out.tif",
        );
    }
    if starts(&["{", "["]) {
        return if text.contains("feature") || text.contains("geometry") {
            found("a GeoJSON file", ORG_UNITS)
        } else {
            found("a JSON file (an error message?)", FAILED_DOWNLOAD)
        };
    }
    if starts(&["ncols", "nrows", "north:", "xllcorner"]) {
        return found(
            "an ASCII grid",
            "make a GeoTIFF of it: gdal_translate -a_srs EPSG:4326 -co COMPRESS=DEFLATE FILE out.tif",
        );
    }
    let first_line = text.lines().next().unwrap_or_default();
    let is_text = !first_line.is_empty()
        && !first_line
            .chars()
            .any(|c| c.is_control() || c == '\u{fffd}');
    if is_text && first_line.contains([',', ';', '\t']) {
        return found(
            "a table (CSV)",
            "a table holds no raster: give zonal-sum the GeoTIFF, and tables of people to to-datavalueset",
        );
    }
    is_text.then_some(ForeignFormat {
        name: "a text file",
        hint: "name the GeoTIFF (.tif) with -r; if the name is right, the download failed and the file holds a server's message: download it again",
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_are_recognised_by_their_first_bytes() {
        for (start, name) in [
            (&b""[..], "empty"),
            (b"\0\0\0\0\0\0\0\0", "zeros"),
            (b"PK\x03\x04\x14\0", "zip"),
            (b"7z\xbc\xaf\x27\x1c\0\x04", "7z"),
            (b"\x1f\x8b\x08", "gzip"),
            (b"\x89HDF\r\n", "HDF5"),
            (b"CDF\x01\0\0", "netCDF"),
            (b"EHFA_HEADER_TAG\0", "Erdas"),
            (b"GRIB\0\0", "GRIB"),
            (b"\x89PNG\r\n", "PNG"),
            (b"\xff\xd8\xff\xe0", "JPEG"),
            (b"\xd0\xcf\x11\xe0\xa1\xb1", "Excel"),
            (b"\0\0\x27\x0a\0\0", "Shapefile"),
            (b"SQLite format 3\0", "GeoPackage"),
            (b"version https://git-lfs.github.com/spec/v1\n", "Git LFS"),
            (b"<VRTDataset rasterXSize=\"4\">", "VRT"),
            (b"<!DOCTYPE html><html>", "HTML"),
            (b"\xef\xbb\xbf<?xml version=\"1.0\"?><Error/>", "XML"),
            (b"{\"type\": \"FeatureCollection\"", "GeoJSON"),
            (b"{\"error\": 404}", "JSON"),
            (b"ncols 12\nnrows 4\n", "ASCII grid"),
            (b"[general]\ncreator=R\n", "header"),
            (b"unit,people\nA,3\n", "CSV"),
            (b"Not found\n", "text"),
        ] {
            let found = recognise(start).unwrap();
            assert!(found.name.contains(name), "{name}: {}", found.name);
            assert!(!found.hint.is_empty());
        }
        assert_eq!(recognise(b"\x01\x02\x03\x04\x05"), None);
    }
}
