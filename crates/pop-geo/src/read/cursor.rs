//! Walking over JSON text.
//!
//! The arrays of positions and of features are walked here; every other value is delimited and checked by `serde_json`, whose skipping of
//! a value does not recurse.

use std::borrow::Cow;

use serde::Deserialize;
use serde_json::Value;
use serde_json::value::RawValue;

use super::error::{ReadError, ReadErrorKind, TextPosition};

/// A place in a JSON text.
#[derive(Debug, Clone)]
pub(super) struct Cursor<'a> {
    pub(super) text: &'a str,
    pub(super) at: usize,
}

/// Where in an object or array a walk is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Walk {
    Opened,
    Inside,
}

impl<'a> Cursor<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        Self { text, at: 0 }
    }

    /// The next byte that is no white space, not consumed.
    #[inline]
    pub(super) fn peek(&mut self) -> Option<u8> {
        let bytes = self.text.as_bytes();
        while let Some(&byte) = bytes.get(self.at) {
            if !matches!(byte, b' ' | b'\n' | b'\r' | b'\t') {
                return Some(byte);
            }
            self.at += 1;
        }
        None
    }

    /// Consumes `byte` after white space, or says what is there instead.
    #[inline]
    pub(super) fn take(&mut self, byte: u8) -> Result<(), ReadError> {
        if self.peek() == Some(byte) {
            self.at += 1;
            Ok(())
        } else {
            Err(self.not_json(&format!("expected `{}`", char::from(byte))))
        }
    }

    /// Opens an array; [`element`](Self::element) says whether there is a next element.
    pub(super) fn array(&mut self) -> Result<Walk, ReadError> {
        self.take(b'[')?;
        Ok(Walk::Opened)
    }

    /// Whether an element follows, the cursor before it; at the array's end it is consumed.
    #[inline]
    pub(super) fn element(&mut self, walk: &mut Walk) -> Result<bool, ReadError> {
        match (self.peek(), *walk) {
            (Some(b']'), _) => {
                self.at += 1;
                Ok(false)
            }
            (Some(b','), Walk::Inside) => {
                self.at += 1;
                if self.peek() == Some(b']') {
                    return Err(self.not_json("a comma before `]`"));
                }
                Ok(true)
            }
            (Some(_), Walk::Opened) => {
                *walk = Walk::Inside;
                Ok(true)
            }
            _ => Err(self.not_json("expected `,` or `]`")),
        }
    }

    /// Skips a value and gives its text.
    pub(super) fn value(&mut self) -> Result<&'a str, ReadError> {
        self.peek();
        let rest = self.text.get(self.at..).unwrap_or_default();
        let mut parser = serde_json::Deserializer::from_str(rest);
        match <&RawValue>::deserialize(&mut parser) {
            Ok(raw) => {
                self.at += raw.get().len();
                Ok(raw.get())
            }
            Err(error) => Err(self.json_error(&error)),
        }
    }

    /// An error at this place.
    pub(super) fn fault(&self, kind: ReadErrorKind) -> ReadError {
        ReadError {
            feature: None,
            id: None,
            position: Some(TextPosition::of(self.text.as_bytes(), self.at)),
            kind,
        }
    }

    /// The value at this place is not what GeoJSON wants; or, if it is no JSON at all, that.
    pub(super) fn unexpected(&self, subject: &'static str, expected: &'static str) -> ReadError {
        let mut ahead = self.clone();
        let rest = self.text.get(self.at..).unwrap_or_default();
        // Python writes these numbers, and JSON does not have them.
        let beyond_json = ["NaN", "Infinity", "-Infinity"];
        if let Some(word) = beyond_json.iter().find(|word| rest.starts_with(**word)) {
            return self.fault(ReadErrorKind::Unexpected {
                subject,
                found: (*word).to_owned(),
                expected,
            });
        }
        match ahead.value() {
            Ok(value) => self.fault(ReadErrorKind::Unexpected {
                subject,
                found: describe(value),
                expected,
            }),
            Err(error) => error,
        }
    }

    pub(super) fn not_json(&self, message: &str) -> ReadError {
        let message = if self.at >= self.text.len() {
            format!("the text ends too early, {message}")
        } else {
            message.to_owned()
        };
        self.fault(ReadErrorKind::Json { message })
    }

    /// An error of `serde_json` that started here, with its place in the whole text.
    fn json_error(&self, error: &serde_json::Error) -> ReadError {
        let start = TextPosition::of(self.text.as_bytes(), self.at);
        let position = if error.line() <= 1 {
            TextPosition {
                line: start.line,
                column: start.column + error.column().saturating_sub(1),
            }
        } else {
            TextPosition {
                line: start.line + error.line() - 1,
                column: error.column(),
            }
        };
        let message = message_of(error);
        ReadError {
            feature: None,
            id: None,
            position: Some(position),
            kind: ReadErrorKind::Json { message },
        }
    }
}

/// The message of an error of the JSON parser, without the place, which it counts from where it began to read.
pub(super) fn message_of(error: &serde_json::Error) -> String {
    let text = error.to_string();
    text.split(" at line ").next().unwrap_or(&text).to_owned()
}

/// The text of a checked JSON string.
pub(super) fn string(raw: &str) -> Cow<'_, str> {
    let inner = raw
        .strip_prefix('"')
        .and_then(|raw| raw.strip_suffix('"'))
        .unwrap_or(raw);
    if inner.contains('\\') {
        serde_json::from_str(raw).map_or(Cow::Borrowed(inner), Cow::Owned)
    } else {
        Cow::Borrowed(inner)
    }
}

/// A checked JSON value in words, short enough for a message.
pub(super) fn describe(value: &str) -> String {
    let kind = match value.as_bytes().first() {
        Some(b'{') => "an object",
        Some(b'[') => "an array",
        Some(b'"') => "the text",
        Some(b't' | b'f' | b'n') => return value.to_owned(),
        _ => "the number",
    };
    if matches!(kind, "an object" | "an array") {
        return kind.to_owned();
    }
    format!("{kind} {}", short(value))
}

/// The same of a value that was read.
pub(super) fn describe_value(value: &Value) -> String {
    describe(&value.to_string())
}

/// As much of a text as a message has room for.
pub(super) fn short(text: &str) -> String {
    let mut shown: String = text.chars().take(60).collect();
    if shown.len() < text.len() {
        shown.push('…');
    }
    shown
}
