//! What GDAL reads beside a TIFF: the metadata of `FILE.aux.xml` (its "persistent auxiliary metadata", PAM).
//!
//! GIS show a raster with nodata, scale, mask and reference system from there. None of it is in the TIFF, so a sum without it is the sum
//! of other cells than those on the screen.

/// Something in a sidecar file that changes what cells hold or where they are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SidecarContent {
    /// The XML element: `NoDataValue`, `Scale`, `Offset`, `UnitType`, `CategoryNames`, `SRS`, `GeoTransform` or `GCPList`.
    pub element: String,
    /// Its text, cut to a readable length.
    pub text: String,
}

/// Elements that change what cells hold or where they are.
const CHANGING: &[&str] = &[
    "NoDataValue",
    "NoDataValues",
    "Scale",
    "Offset",
    "UnitType",
    "CategoryNames",
    "SRS",
    "GeoTransform",
    "GCPList",
];

/// Lists what changes cells in the text of a `.aux.xml` file. Statistics, histograms and descriptions do not; a unit may.
#[must_use]
pub fn read_pam(xml: &str) -> Vec<SidecarContent> {
    let mut found = Vec::new();
    let mut rest = xml;
    while let Some(start) = rest.find('<') {
        rest = &rest[start + 1..];
        let name: &str = rest
            .split(|c: char| c.is_whitespace() || matches!(c, '>' | '/'))
            .next()
            .unwrap_or_default();
        let Some(end) = rest.find('>') else { break };
        let text = rest[end + 1..].split('<').next().unwrap_or_default().trim();
        if CHANGING.contains(&name) && !is_neutral(name, text) {
            found.push(SidecarContent {
                element: name.to_owned(),
                text: text.chars().take(60).collect(),
            });
        }
        rest = &rest[end + 1..];
    }
    found
}

/// Whether an element says what holds without it.
fn is_neutral(element: &str, text: &str) -> bool {
    match element {
        "Scale" => text.parse() == Ok(1.0),
        "Offset" => text.parse() == Ok(0.0),
        "UnitType" => text.is_empty(),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn statistics_change_nothing_and_nodata_does() {
        let statistics = "<PAMDataset><PAMRasterBand band=\"1\"><Description>people</Description><Metadata>\
            <MDI key=\"STATISTICS_MEAN\">3</MDI></Metadata><Scale>1</Scale></PAMRasterBand></PAMDataset>";
        assert_eq!(read_pam(statistics), []);
        let nodata = "<PAMDataset>\n <PAMRasterBand band=\"1\">\n  <NoDataValue le_hex_endian=\"1\">6.5535E+04</NoDataValue>\
            <Scale>0.01</Scale></PAMRasterBand></PAMDataset>";
        let found: Vec<_> = read_pam(nodata)
            .into_iter()
            .map(|content| (content.element, content.text))
            .collect();
        assert_eq!(
            found,
            [
                ("NoDataValue".to_owned(), "6.5535E+04".to_owned()),
                ("Scale".to_owned(), "0.01".to_owned())
            ]
        );
        assert_eq!(read_pam("<PAMDataset><SRS"), []);
        let of = |body: &str| read_pam(&format!("<PAMDataset>{body}</PAMDataset>")).len();
        assert_eq!(of("<UnitType></UnitType>"), 0);
        assert_eq!(of("<UnitType>people/km2</UnitType>"), 1);
        assert_eq!(
            of("<CategoryNames><Category>water</Category></CategoryNames>"),
            1
        );
    }
}
