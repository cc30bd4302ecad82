//! JSON as it is written: objects keep the order of their keys, long texts are shared, and
//! numbers look as Java prints them.

use std::io::{self, Write};
use std::sync::Arc;

use serde_json::{Map, Value};

/// An object as it is stored.
pub(crate) type Object = Map<String, Value>;

/// A tree of JSON ready to be written.
#[derive(Debug, Clone)]
pub(crate) enum Node {
    /// A value of any kind.
    Value(Value),
    /// JSON text, taken over as it is.
    Text(Arc<str>),
    /// A list.
    List(Vec<Node>),
    /// An object with its keys in order.
    Object(Vec<(String, Node)>),
}

impl Node {
    /// An object without members.
    pub(crate) fn object() -> Self {
        Self::Object(Vec::new())
    }

    /// The object with one member more.
    pub(crate) fn member(mut self, key: &str, value: impl Into<Node>) -> Self {
        if let Self::Object(members) = &mut self {
            members.push((key.to_owned(), value.into()));
        }
        self
    }

    /// The text of the tree.
    pub(crate) fn to_text(&self) -> String {
        let mut bytes = Vec::new();
        // Writing to memory cannot fail.
        self.write(&mut bytes).ok();
        String::from_utf8_lossy(&bytes).into_owned()
    }

    /// Writes the tree without blanks.
    pub(crate) fn write(&self, out: &mut impl Write) -> io::Result<()> {
        match self {
            Self::Value(value) => write_value(value, out),
            Self::Text(text) => out.write_all(text.as_bytes()),
            Self::List(items) => {
                out.write_all(b"[")?;
                for (at, item) in items.iter().enumerate() {
                    if at > 0 {
                        out.write_all(b",")?;
                    }
                    item.write(out)?;
                }
                out.write_all(b"]")
            }
            Self::Object(members) => {
                out.write_all(b"{")?;
                for (at, (key, value)) in members.iter().enumerate() {
                    if at > 0 {
                        out.write_all(b",")?;
                    }
                    serde_json::to_writer(&mut *out, key)?;
                    out.write_all(b":")?;
                    value.write(out)?;
                }
                out.write_all(b"}")
            }
        }
    }
}

fn write_value(value: &Value, out: &mut impl Write) -> io::Result<()> {
    Ok(serde_json::to_writer(out, value)?)
}

impl From<Value> for Node {
    fn from(value: Value) -> Self {
        Self::Value(value)
    }
}

impl From<&str> for Node {
    fn from(text: &str) -> Self {
        Self::Value(Value::String(text.to_owned()))
    }
}

impl From<String> for Node {
    fn from(text: String) -> Self {
        Self::Value(Value::String(text))
    }
}

impl From<Vec<Node>> for Node {
    fn from(items: Vec<Node>) -> Self {
        Self::List(items)
    }
}

/// The `id` of a reference such as `{"id":"…"}`.
pub(crate) fn reference(value: Option<&Value>) -> Option<&str> {
    value?.get("id")?.as_str()
}

/// The ids of a list of references.
pub(crate) fn references(value: Option<&Value>) -> impl Iterator<Item = &str> {
    value
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
        .filter_map(|item| reference(Some(item)))
}

/// A text member.
pub(crate) fn text<'a>(object: &'a Object, key: &str) -> Option<&'a str> {
    object.get(key)?.as_str()
}
