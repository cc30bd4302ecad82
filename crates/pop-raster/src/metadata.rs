//! GDAL's own XML in tag 42112: band descriptions, scale and offset.

use crate::error::RasterError;

/// One `<Item>` of GDAL's metadata.
#[derive(Debug, Clone, PartialEq)]
struct Item {
    sample: Option<usize>,
    role: Option<String>,
    value: String,
}

/// What GDAL's metadata says about the bands.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct GdalMetadata {
    xml: Option<String>,
    items: Vec<Item>,
}

impl GdalMetadata {
    /// Parses the tag's text.
    ///
    /// # Errors
    /// Where it is cut off or an item is malformed: the scale of a band could be in the
    /// part that is lost, and the sum would be wrong without a sign of it.
    pub fn parse(xml: &str) -> Result<Self, RasterError> {
        let bad = |problem: &str| RasterError::Metadata {
            problem: problem.to_owned(),
        };
        let xml = xml.trim_end_matches('\0').trim();
        if xml.is_empty() {
            return Ok(Self::default());
        }
        if !xml.starts_with("<GDALMetadata") || !xml.ends_with('>') {
            return Err(bad("it is no GDALMetadata document"));
        }
        if !xml.ends_with("</GDALMetadata>") && xml != "<GDALMetadata/>" {
            return Err(bad("it is cut off"));
        }
        let mut items = Vec::new();
        let mut rest = xml;
        while let Some(start) = rest.find("<Item") {
            rest = &rest[start + "<Item".len()..];
            let end = rest.find('>').ok_or_else(|| bad("an item is cut off"))?;
            let (attributes, body) = (&rest[..end], &rest[end + 1..]);
            if let Some(attributes) = attributes.strip_suffix('/') {
                items.push(Item::new(attributes, ""));
                rest = body;
                continue;
            }
            let close = body
                .find("</Item>")
                .ok_or_else(|| bad("an item is not closed"))?;
            items.push(Item::new(attributes, &body[..close]));
            rest = &body[close + "</Item>".len()..];
        }
        Ok(Self {
            xml: Some(xml.to_owned()),
            items,
        })
    }

    /// The document as the file has it.
    #[must_use]
    pub fn xml(&self) -> Option<&str> {
        self.xml.as_deref()
    }

    /// Description of a band, from 0.
    #[must_use]
    pub fn description(&self, band: usize) -> Option<&str> {
        self.of(band, "description").map(|item| item.value.as_str())
    }

    /// Scale and offset of a band; `(1, 0)` where none is given.
    ///
    /// # Errors
    /// Where one of them is no finite number.
    pub fn scale_offset(&self, band: usize) -> Result<(f64, f64), RasterError> {
        let number = |role: &str, default: f64| {
            self.of(band, role).map_or(Ok(default), |item| {
                item.value
                    .trim()
                    .parse()
                    .ok()
                    .filter(|v: &f64| v.is_finite())
                    .ok_or_else(|| RasterError::Metadata {
                        problem: format!("the {role} of band {} is `{}`", band + 1, item.value),
                    })
            })
        };
        Ok((number("scale", 1.0)?, number("offset", 0.0)?))
    }

    fn of(&self, band: usize, role: &str) -> Option<&Item> {
        self.items
            .iter()
            .find(|item| item.sample == Some(band) && item.role.as_deref() == Some(role))
    }
}

impl Item {
    fn new(attributes: &str, value: &str) -> Self {
        let attribute = |name: &str| {
            let at = attributes.find(&format!(" {name}="))? + name.len() + 2;
            let quote = attributes[at..]
                .chars()
                .next()
                .filter(|c| matches!(c, '"' | '\''))?;
            let text = &attributes[at + 1..];
            text.find(quote).map(|end| unescape(&text[..end]))
        };
        Self {
            sample: attribute("sample").and_then(|text| text.parse().ok()),
            role: attribute("role"),
            value: unescape(value),
        }
    }
}

/// Replaces XML's five named entities.
fn unescape(text: &str) -> String {
    text.replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&quot;", "\"")
        .replace("&apos;", "'")
        .replace("&amp;", "&")
}

/// Text as it stands between two XML tags.
pub(crate) fn escape(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;

    const XML: &str = "<GDALMetadata>\n  <Item name=\"STATISTICS_MEAN\" sample=\"0\">nan</Item>\n  \
        <Item name=\"DESCRIPTION\" sample=\"0\" role=\"description\">a &amp; b</Item>\n  \
        <Item name=\"SCALE\" sample=\"1\" role=\"scale\">0.01</Item>\n</GDALMetadata>\n";

    #[test]
    fn items_are_found_by_band_and_role() {
        let metadata = GdalMetadata::parse(XML).unwrap();
        assert_eq!(metadata.description(0), Some("a & b"));
        assert_eq!(metadata.description(1), None);
        assert_eq!(metadata.scale_offset(0).unwrap(), (1.0, 0.0));
        assert_eq!(metadata.scale_offset(1).unwrap(), (0.01, 0.0));
    }

    #[test]
    fn a_cut_document_is_refused() {
        for end in 1..XML.trim_end().len() {
            let cut = &XML[..end];
            let parsed = GdalMetadata::parse(cut);
            assert!(
                parsed.is_err() || cut.trim_end().ends_with("</GDALMetadata>"),
                "{cut}"
            );
        }
    }

    #[test]
    fn a_scale_that_is_no_number_is_refused() {
        let xml = XML.replace("0.01", "0,01");
        assert!(GdalMetadata::parse(&xml).unwrap().scale_offset(1).is_err());
    }
}
