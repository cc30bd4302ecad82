//! What a document is and where its features are, found before anything of it is read.

use std::borrow::Cow;
use std::ops::Range;

use super::cursor::{Cursor, message_of, short, string};
use super::error::{ReadError, ReadErrorKind};
use super::scan::{Elements, elements, next_mark, string_end};

/// GeoJSON's geometries (RFC 7946, section 1.4).
const GEOMETRY_TYPES: [&str; 7] = [
    "Point",
    "MultiPoint",
    "LineString",
    "MultiLineString",
    "Polygon",
    "MultiPolygon",
    "GeometryCollection",
];

/// The first object of a document.
pub(super) struct Outline<'a> {
    /// Before the object.
    pub(super) start: Cursor<'a>,
    /// After the object; `None` where its braces do not close or its features are not an array of objects.
    pub(super) end: Option<Cursor<'a>>,
    /// The member `type`, where it is a text.
    pub(super) kind: Option<Cow<'a, str>>,
    /// What the member `features` holds.
    pub(super) features: Elements,
    /// Where the value of `features` is.
    features_range: Option<Range<usize>>,
    /// Every member's name, and where its value starts.
    names: Vec<(Cow<'a, str>, usize)>,
}

impl<'a> Outline<'a> {
    /// Walks over an object, the cursor before it.
    pub(super) fn of(start: Cursor<'a>) -> Self {
        let mut outline = Self {
            start,
            end: None,
            kind: None,
            features: Elements {
                ranges: Vec::new(),
                end: Ok(0),
            },
            features_range: None,
            names: Vec::new(),
        };
        outline.walk();
        outline
    }

    fn walk(&mut self) -> Option<()> {
        let text = self.start.text;
        let bytes = text.as_bytes();
        let mut at = self.start.at;
        let mut depth = 0_usize;
        loop {
            at = next_mark(bytes, at)?;
            match bytes.get(at)? {
                b'{' => depth += 1,
                b'}' => depth = depth.checked_sub(1)?,
                _ => {
                    let end = string_end(bytes, at)? + 1;
                    let name = text.get(at..end)?;
                    at = if depth == 1 {
                        self.member(name, Cursor { text, at: end })?
                    } else {
                        end
                    };
                    continue;
                }
            }
            at += 1;
            if depth == 0 {
                self.end = Some(Cursor { text, at });
                return Some(());
            }
        }
    }

    /// Notes a member, the cursor after its name; gives where to go on. A string that is no name is passed over.
    fn member(&mut self, name: &'a str, mut cursor: Cursor<'a>) -> Option<usize> {
        if cursor.peek() != Some(b':') {
            return Some(cursor.at);
        }
        cursor.at += 1;
        let first = cursor.peek()?;
        let name = string(name);
        self.names.push((name.clone(), cursor.at));
        if name == "type" && first == b'"' && self.kind.is_none() {
            self.kind = cursor.clone().value().ok().map(string);
        }
        if name == "features" && first == b'[' && self.features_range.is_none() {
            let start = cursor.at;
            self.features = elements(cursor.clone());
            let end = *self.features.end.as_ref().ok()?;
            self.features_range = Some(start..end);
            return Some(end);
        }
        Some(cursor.at)
    }

    /// The object's text without its features.
    pub(super) fn members(&self) -> String {
        let text = self.start.text;
        let end = self.end.as_ref().map_or(text.len(), |end| end.at);
        let part = |range: Range<usize>| text.get(range).unwrap_or_default();
        match &self.features_range {
            Some(range) => format!(
                "{}[]{}",
                part(self.start.at..range.start),
                part(range.end..end)
            ),
            None => part(self.start.at..end).to_owned(),
        }
    }

    /// Why the crate does not read the members: the text is not JSON, at a place that its parser tells, or it is not GeoJSON.
    pub(super) fn error(&self, error: &serde_json::Error) -> ReadError {
        if let Err(error) = self.start.clone().value() {
            return error;
        }
        let message = message_of(error);
        self.start.fault(ReadErrorKind::NotCollection { message })
    }

    /// An error about a member.
    pub(super) fn member_error(&self, member: &str, kind: ReadErrorKind) -> ReadError {
        let found = self.names.iter().find(|(name, _)| name == member);
        let at = found.map_or(self.start.at, |(_, at)| *at);
        let text = self.start.text;
        Cursor { text, at }.fault(kind)
    }

    /// Says what the document is instead; or, if it is no JSON at all, that.
    pub(super) fn not_features(self) -> ReadError {
        let mut cursor = self.start.clone();
        if let Err(error) = cursor.value() {
            return error;
        }
        if cursor.peek().is_some() {
            return cursor.not_json("characters after the end of the document");
        }
        let (found, hint) = match &self.kind {
            Some(kind) if GEOMETRY_TYPES.contains(&&**kind) => (
                format!("a bare {kind}, which has no org unit id"),
                Some("wrap it in a Feature with an id"),
            ),
            Some(kind) if kind == "Topology" => (
                "TopoJSON".to_owned(),
                Some("convert it: ogr2ogr -t_srs EPSG:4326 out.geojson FILE"),
            ),
            Some(kind) => (format!("type {:?}", short(kind)), None),
            None if self.has("geometryType") || self.has("spatialReference") => (
                "Esri JSON".to_owned(),
                Some("convert it: ogr2ogr -t_srs EPSG:4326 out.geojson ESRIJSON:FILE"),
            ),
            None if self.has("organisationUnits") => (
                "DHIS2's plain JSON".to_owned(),
                Some("fetch it with fetch-orgunits, or ask for api/organisationUnits.geojson"),
            ),
            None if self.has("httpStatus") => (
                format!(
                    "an error message of DHIS2: {:?}",
                    short(&self.text_of("message"))
                ),
                Some("fetch the file again"),
            ),
            None => ("an object without a member \"type\"".to_owned(), None),
        };
        self.start.fault(ReadErrorKind::NotFeatures { found, hint })
    }

    /// Whether the object has a member.
    pub(super) fn has(&self, name: &str) -> bool {
        self.names.iter().any(|(member, _)| member == name)
    }

    /// A member's text, empty where it has none.
    fn text_of(&self, name: &str) -> String {
        let member = self.names.iter().find(|(member, _)| member == name);
        let value = member.and_then(|(_, at)| {
            let text = self.start.text;
            Cursor { text, at: *at }.value().ok()
        });
        let value = value.filter(|value| value.starts_with('"'));
        value
            .map(|value| string(value).into_owned())
            .unwrap_or_default()
    }
}
