//! What GDAL reads beside a TIFF: the metadata of `FILE.aux.xml` (its "persistent auxiliary metadata", PAM).
//!
//! GIS show a raster with nodata, scale, mask and reference system from there. None of it is in the TIFF, so a sum without it is the sum
//! of other cells than those on the screen.

use roxmltree::{Document, Node};

use crate::xml_text::text_of;

/// An element that changes what cells hold or where they are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PamElement {
    /// A nodata value.
    NoDataValue,
    /// What cells are multiplied by.
    Scale,
    /// What is added to cells.
    Offset,
    /// The unit of measure.
    UnitType,
    /// Names of classes: cells are not numbers.
    CategoryNames,
    /// The reference system.
    Srs,
    /// Where the cells are.
    GeoTransform,
    /// Where some cells are.
    GcpList,
}

impl PamElement {
    const ALL: [Self; 8] = [
        Self::NoDataValue,
        Self::Scale,
        Self::Offset,
        Self::UnitType,
        Self::CategoryNames,
        Self::Srs,
        Self::GeoTransform,
        Self::GcpList,
    ];

    /// Its name in the file.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::NoDataValue => "NoDataValue",
            Self::Scale => "Scale",
            Self::Offset => "Offset",
            Self::UnitType => "UnitType",
            Self::CategoryNames => "CategoryNames",
            Self::Srs => "SRS",
            Self::GeoTransform => "GeoTransform",
            Self::GcpList => "GCPList",
        }
    }
}

/// Something in a sidecar file that changes what cells hold or where they are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SidecarContent {
    /// What it is.
    pub element: PamElement,
    /// Its text, cut to a readable length.
    pub text: String,
}

/// A text that is not well-formed XML.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not well-formed XML: {0}")]
pub struct PamError(String);

impl PamError {
    /// What to do about it.
    #[must_use]
    pub const fn hint(&self) -> &'static str {
        "delete the .aux.xml if it is stale, or have GDAL write it again: gdalinfo -stats FILE"
    }
}

/// Lists what changes cells in the text of a `.aux.xml` file: elements of the dataset and of its bands (`GDALPamDataset::XMLInit`,
/// `GDALPamRasterBand::XMLInit`). Statistics, histograms, descriptions and metadata of other programs do not; a unit may.
///
/// # Errors
/// [`PamError`]: what the file changes is unknown.
pub fn read_pam(xml: &str) -> Result<Vec<SidecarContent>, PamError> {
    // A disk that was full leaves an empty file, or one of NULs: GDAL reads neither.
    let is_blank = |c: char| c.is_whitespace() || c == '\0' || c == '\u{feff}';
    let xml = xml.trim_matches(is_blank);
    if xml.is_empty() {
        return Ok(Vec::new());
    }
    let document = Document::parse(xml).map_err(|error| PamError(error.to_string()))?;
    let is_of_raster = |node: &Node<'_, '_>| {
        let parent = node.parent_element();
        parent.is_some_and(|parent| {
            ["PAMDataset", "PAMRasterBand"].contains(&parent.tag_name().name())
        })
    };
    let mut found = Vec::new();
    for node in document.descendants().filter(is_of_raster) {
        let element = PamElement::ALL
            .into_iter()
            .find(|element| node.has_tag_name(element.name()));
        let text = text_of(node);
        let text = text.trim();
        if let Some(element) = element
            && !is_neutral(element, text)
        {
            found.push(SidecarContent {
                element,
                text: text.chars().take(60).collect(),
            });
        }
    }
    Ok(found)
}

/// Whether an element says what holds without it.
fn is_neutral(element: PamElement, text: &str) -> bool {
    match element {
        PamElement::Scale => text.parse() == Ok(1.0),
        PamElement::Offset => text.parse() == Ok(0.0),
        PamElement::UnitType => text.is_empty(),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn contents(xml: &str) -> Vec<(PamElement, String)> {
        let found = read_pam(xml).unwrap().into_iter();
        found
            .map(|content| (content.element, content.text))
            .collect()
    }

    #[test]
    fn statistics_change_nothing_and_nodata_does() {
        let statistics = "<PAMDataset><PAMRasterBand band=\"1\"><Description>people</Description><Metadata>\
            <MDI key=\"STATISTICS_MEAN\">3</MDI></Metadata><Scale>1</Scale></PAMRasterBand></PAMDataset>";
        assert_eq!(read_pam(statistics), Ok(Vec::new()));
        let nodata = "<PAMDataset>\n <PAMRasterBand band=\"1\">\n  <NoDataValue le_hex_endian=\"1\">6.5535E+04</NoDataValue>\
            <Scale>0.01</Scale></PAMRasterBand></PAMDataset>";
        assert_eq!(
            contents(nodata),
            [
                (PamElement::NoDataValue, "6.5535E+04".to_owned()),
                (PamElement::Scale, "0.01".to_owned())
            ]
        );
        assert!(read_pam("<PAMDataset><SRS").is_err());
        for empty in ["", " \n", "\0\0\0", "\u{feff}", "\u{feff}\n\0"] {
            assert_eq!(read_pam(empty), Ok(Vec::new()), "{empty:?}");
        }
        for before in ["\n", "\u{feff}", "\u{feff}\n "] {
            let xml = format!("{before}<?xml version=\"1.0\"?>\n{nodata}\n\0");
            assert_eq!(read_pam(&xml).map(|found| found.len()), Ok(2), "{before:?}");
        }
        let of = |body: &str| {
            let xml = format!("<PAMDataset>{body}</PAMDataset>");
            read_pam(&xml).unwrap().len()
        };
        assert_eq!(of("<UnitType></UnitType>"), 0);
        assert_eq!(of("<UnitType>people/km2</UnitType>"), 1);
        assert_eq!(
            of("<CategoryNames><Category>water</Category></CategoryNames>"),
            1
        );
    }

    #[test]
    fn comments_metadata_and_attributes_with_a_bracket_are_not_content() {
        let xml = "<PAMDataset><!-- <Scale>0.01</Scale> --><Metadata domain=\"xml:ISO\" format=\"xml\"><Scale>5</Scale></Metadata>\
            <PAMRasterBand band=\"1\" note=\"a > b\"><Scale note=\">\">1</Scale><UnitType>people&#x2F;km2</UnitType>\
            <NoDataValue><!-- of old -->-1</NoDataValue></PAMRasterBand></PAMDataset>";
        assert_eq!(
            contents(xml),
            [
                (PamElement::UnitType, "people/km2".to_owned()),
                (PamElement::NoDataValue, "-1".to_owned())
            ]
        );
    }
}
