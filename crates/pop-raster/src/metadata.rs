//! GDAL's own XML in tag 42112: band descriptions, scale and offset.

use roxmltree::{Document, Node};

use crate::error::RasterError;
use crate::xml_text::text_of;

/// One `<Item>` of GDAL's metadata.
#[derive(Debug, Clone, PartialEq)]
struct Item {
    name: String,
    sample: Option<usize>,
    role: Option<String>,
    value: String,
    /// The element as the file has it.
    xml: String,
}

/// What GDAL's metadata says about the raster and its bands.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct GdalMetadata {
    items: Vec<Item>,
}

impl GdalMetadata {
    /// Parses the tag's text.
    ///
    /// # Errors
    /// Where it is cut off or an item is malformed: the scale of a band could be in the
    /// part that is lost, and the sum would be wrong without a sign of it.
    pub fn parse(xml: &str) -> Result<Self, RasterError> {
        let bad = |problem: String| RasterError::Metadata { problem };
        let xml = xml.trim_end_matches('\0').trim();
        if xml.is_empty() {
            return Ok(Self::default());
        }
        // GDAL's own reader takes a bare `&`, which other programs write.
        let escaped;
        let (xml, document) = match Document::parse(xml) {
            Ok(document) => (xml, document),
            Err(error) => {
                escaped = escape_bare_ampersands(xml);
                let document = Document::parse(&escaped).map_err(|_| {
                    let is_whole = xml.contains("</GDALMetadata>");
                    let cut = if is_whole { "" } else { "cut off, or " };
                    bad(format!("{cut}not well-formed XML: {error}"))
                })?;
                (escaped.as_str(), document)
            }
        };
        let root = document.root_element();
        if !root.has_tag_name("GDALMetadata") {
            let name = root.tag_name().name();
            return Err(bad(format!(
                "a document {name:?}, expected \"GDALMetadata\""
            )));
        }
        let items = root.descendants().filter(|node| node.has_tag_name("Item"));
        Ok(Self {
            items: items.map(|node| Item::new(node, xml)).collect(),
        })
    }

    /// Metadata of band descriptions only.
    #[must_use]
    pub fn of_descriptions<'a>(descriptions: impl IntoIterator<Item = Option<&'a str>>) -> Self {
        let mut metadata = Self::default();
        for (band, text) in descriptions.into_iter().enumerate() {
            if let Some(text) = text {
                metadata.push("DESCRIPTION", Some((band, "description")), text);
            }
        }
        metadata
    }

    /// What still holds for a part of the raster: no statistics, no earlier clip record,
    /// and no scale or offset unless the samples are kept as they are stored.
    pub(crate) fn of_a_part(&self, samples_kept: SamplesKept) -> Self {
        let scaled = |item: &Item| matches!(item.role.as_deref(), Some("scale" | "offset"));
        let keep = |item: &&Item| {
            !item.name.starts_with("STATISTICS_")
                && item.name != crate::clip_record::ClipRecord::ITEM
                && (samples_kept == SamplesKept::AsStored || !scaled(item))
        };
        Self {
            items: self.items.iter().filter(keep).cloned().collect(),
        }
    }

    /// Adds an item, of one band with a role or of the whole raster.
    pub(crate) fn push(&mut self, name: &str, of_band: Option<(usize, &str)>, value: &str) {
        let attributes = match of_band {
            Some((band, role)) => format!(" name=\"{name}\" sample=\"{band}\" role=\"{role}\""),
            None => format!(" name=\"{name}\""),
        };
        self.items.push(Item {
            name: name.to_owned(),
            sample: of_band.map(|(band, _)| band),
            role: of_band.map(|(_, role)| role.to_owned()),
            value: value.to_owned(),
            xml: format!("<Item{attributes}>{}</Item>", escape(&escape(value))),
        });
    }

    /// The document to be stored, if there is anything to store.
    pub(crate) fn to_xml(&self) -> Option<String> {
        if self.items.is_empty() {
            return None;
        }
        let items: String = self
            .items
            .iter()
            .map(|item| format!("  {}\n", item.xml))
            .collect();
        Some(format!("<GDALMetadata>\n{items}</GDALMetadata>\n"))
    }

    /// Value of an item of the whole raster.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&str> {
        self.items
            .iter()
            .find(|item| item.name == name && item.sample.is_none())
            .map(|item| item.value.as_str())
    }

    /// Description of a band, from 0.
    #[must_use]
    pub fn description(&self, band: usize) -> Option<&str> {
        self.of(band, "description").map(|item| item.value.as_str())
    }

    /// Unit of a band's values, from 0.
    #[must_use]
    pub fn unit(&self, band: usize) -> Option<&str> {
        self.of(band, "unittype").map(|item| item.value.as_str())
    }

    /// Scale and offset of a band; `(1, 0)` where none is given.
    ///
    /// # Errors
    /// Where one of them is not a finite number.
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

/// Whether a copy keeps the stored samples or writes the values they stand for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum SamplesKept {
    AsStored,
    Rewritten,
}

impl Item {
    fn new(node: Node<'_, '_>, xml: &str) -> Self {
        let attribute = |name: &str| node.attribute(name).map(str::to_owned);
        Self {
            name: attribute("name").unwrap_or_default(),
            sample: attribute("sample").and_then(|text| text.trim().parse().ok()),
            role: attribute("role"),
            // GDAL escapes the text of an item twice, and takes both away again (GTiffDataset::WriteMDMetadata)
            value: unescape(&text_of(node)),
            xml: xml[node.range()].to_owned(),
        }
    }
}

/// Escapes each `&` that starts none of XML's five named entities and no character reference.
fn escape_bare_ampersands(xml: &str) -> String {
    let starts_entity = |after: &str| {
        let Some((name, _)) = after.split_once(';') else {
            return false;
        };
        let is_number = |digits: &str, is_digit: fn(&u8) -> bool| {
            !digits.is_empty() && digits.as_bytes().iter().all(is_digit)
        };
        match name.strip_prefix('#') {
            Some(code) => match code.strip_prefix('x') {
                Some(digits) => is_number(digits, u8::is_ascii_hexdigit),
                None => is_number(code, u8::is_ascii_digit),
            },
            None => ["lt", "gt", "quot", "apos", "amp"].contains(&name),
        }
    };
    let mut pieces = xml.split('&');
    let mut escaped = pieces.next().unwrap_or_default().to_owned();
    for after in pieces {
        escaped.push_str(if starts_entity(after) { "&" } else { "&amp;" });
        escaped.push_str(after);
    }
    escaped
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
fn escape(text: &str) -> String {
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
    fn a_bare_ampersand_is_text() {
        let xml = "<GDALMetadata><Item name=\"SOURCE\">INS & UNFPA &lt;2025&#62; R&D;&nbsp;</Item>\
            <Item name=\"SCALE\" sample=\"0\" role=\"scale\">0.01</Item></GDALMetadata>";
        let metadata = GdalMetadata::parse(xml).unwrap();
        assert_eq!(
            metadata.get("SOURCE"),
            Some("INS & UNFPA <2025> R&D;&nbsp;")
        );
        assert_eq!(metadata.scale_offset(0).unwrap(), (0.01, 0.0));
        let again = GdalMetadata::parse(&metadata.to_xml().unwrap()).unwrap();
        assert_eq!(again.get("SOURCE"), metadata.get("SOURCE"));
    }

    #[test]
    fn only_a_document_without_its_end_is_called_cut_off() {
        let problem = |xml: &str| GdalMetadata::parse(xml).unwrap_err().to_string();
        assert!(problem("<GDALMetadata><Item>a & b").contains("cut off"));
        let whole = problem("<GDALMetadata><Item>a < b</Item></GDALMetadata>");
        assert!(whole.contains("not well-formed XML") && !whole.contains("cut off"));
    }

    #[test]
    fn a_cut_document_is_refused() {
        for end in 1..XML.trim_end().len() {
            assert!(GdalMetadata::parse(&XML[..end]).is_err(), "{}", &XML[..end]);
        }
    }

    #[test]
    fn comments_entities_and_any_attribute_are_read_as_xml_has_them() {
        let xml = "<?xml version='1.0'?><GDALMetadata>\
            <!-- <Item name=\"SCALE\" sample=\"0\" role=\"scale\">100</Item> -->\
            <Item note=\"a > b\" name='SCALE' role='scale' sample='0'>0.<!-- a hundredth -->01</Item>\
            <Item name=\"DESCRIPTION\" sample=\"0\" role=\"description\">caf&#233; <![CDATA[a & b]]></Item>\
            </GDALMetadata>";
        let metadata = GdalMetadata::parse(xml).unwrap();
        assert_eq!(metadata.scale_offset(0).unwrap(), (0.01, 0.0));
        assert_eq!(metadata.description(0), Some("café a & b"));
        let again = GdalMetadata::parse(&metadata.to_xml().unwrap()).unwrap();
        assert_eq!(again.scale_offset(0).unwrap(), (0.01, 0.0));
        assert_eq!(again.description(0), Some("café a & b"));
        for other in ["<Metadata><Item/></Metadata>", "words"] {
            assert!(GdalMetadata::parse(other).is_err(), "{other}");
        }
        assert_eq!(
            GdalMetadata::parse("<GDALMetadata />").unwrap(),
            GdalMetadata::default()
        );
    }

    #[test]
    fn a_scale_that_is_no_number_is_refused() {
        let xml = XML.replace("0.01", "0,01");
        assert!(GdalMetadata::parse(&xml).unwrap().scale_offset(1).is_err());
    }

    #[test]
    fn what_is_written_reads_back() {
        let mut metadata = GdalMetadata::parse(XML).unwrap();
        metadata.push("NOTE", None, "{\"a\": \"<b> & c\"}");
        let again = GdalMetadata::parse(&metadata.to_xml().unwrap()).unwrap();
        assert_eq!(again, metadata);
        assert_eq!(again.get("NOTE"), Some("{\"a\": \"<b> & c\"}"));
        let as_gdal_writes = XML.replace(
            "a &amp; b",
            "{&amp;quot;a&amp;quot;: &amp;lt;b&amp;gt; &amp;amp; c}",
        );
        let found = GdalMetadata::parse(&as_gdal_writes).unwrap();
        assert_eq!(found.description(0), Some("{\"a\": <b> & c}"));
        assert_eq!(GdalMetadata::default().to_xml(), None);
    }

    #[test]
    fn a_part_keeps_no_statistics() {
        let metadata = GdalMetadata::parse(XML).unwrap();
        let kept = metadata.of_a_part(SamplesKept::AsStored).to_xml().unwrap();
        assert!(!kept.contains("STATISTICS") && kept.contains("SCALE"));
        let rewritten = metadata.of_a_part(SamplesKept::Rewritten).to_xml().unwrap();
        assert!(!rewritten.contains("SCALE") && rewritten.contains("a &amp; b"));
    }
}
