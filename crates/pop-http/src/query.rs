//! Paths with queries, encoded.

use std::fmt::{self, Write as _};

/// A path and the parameters behind it. `Display` gives the encoded text.
///
/// ```
/// let query = pop_http::Query::new("/api/things.json")
///     .with("filter", "id:in:[a,b]")
///     .with("paging", "false");
/// assert_eq!(
///     query.to_string(),
///     "/api/things.json?filter=id:in:%5Ba,b%5D&paging=false"
/// );
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Query {
    text: String,
    has_parameters: bool,
}

impl Query {
    /// A path that is already encoded and begins with `/`.
    #[must_use]
    pub fn new(path: &str) -> Self {
        Self {
            text: path.to_owned(),
            has_parameters: path.contains('?'),
        }
    }

    /// Adds one path segment, encoded.
    #[must_use]
    pub fn segment(mut self, segment: &str) -> Self {
        self.text.push('/');
        encode(segment, b"-._~", &mut self.text);
        self
    }

    /// Adds a parameter; the same name may come again.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl fmt::Display) -> Self {
        self.text.push(if self.has_parameters { '&' } else { '?' });
        self.has_parameters = true;
        encode(name, b"-._~", &mut self.text);
        self.text.push('=');
        // Colons and commas are legal in a query (RFC 3986, section 3.4) and keep lists of ids short.
        encode(&value.to_string(), b"-._~:,!*$", &mut self.text);
        self
    }

    /// Bytes of the encoded text, which count towards the server's limit of a request line.
    #[must_use]
    pub fn len(&self) -> usize {
        self.text.len()
    }

    /// Whether there is no text at all.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.text.is_empty()
    }

    /// The encoded text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }
}

impl AsRef<str> for Query {
    fn as_ref(&self) -> &str {
        &self.text
    }
}

impl fmt::Display for Query {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

fn encode(text: &str, plain: &[u8], into: &mut String) {
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || plain.contains(&byte) {
            into.push(char::from(byte));
        } else {
            // Writing to a String cannot fail.
            let _ = write!(into, "%{byte:02X}");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Query;

    #[test]
    fn everything_that_could_end_a_parameter_is_encoded() {
        let query = Query::new("/api/x").segment("a/b").with("q", "a&b=c d#ü%");
        assert_eq!(query.as_str(), "/api/x/a%2Fb?q=a%26b%3Dc%20d%23%C3%BC%25");
    }
}
