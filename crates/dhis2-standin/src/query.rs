//! The query parameters of a request.

use crate::http::Request;

/// Decoded parameters in their order.
#[derive(Debug, Clone, Default)]
pub(crate) struct QueryParameters(Vec<(String, String)>);

impl QueryParameters {
    pub(crate) fn of(request: &Request) -> Self {
        Self(request.parameters())
    }

    /// A query of one parameter.
    pub(crate) fn single(name: &str, value: String) -> Self {
        Self(vec![(name.to_owned(), value)])
    }

    /// The first value of a parameter.
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.all(name).next()
    }

    /// All values of a parameter.
    pub(crate) fn all(&self, name: &str) -> impl Iterator<Item = &str> {
        self.0
            .iter()
            .filter(move |(key, _)| key == name)
            .map(|(_, value)| value.as_str())
    }

    /// All values of a parameter whose values may also be lists with commas.
    pub(crate) fn list(&self, name: &str) -> Vec<&str> {
        self.all(name)
            .flat_map(|value| value.split(','))
            .filter(|item| !item.is_empty())
            .collect()
    }

    /// Whether a parameter is `true`.
    pub(crate) fn flag(&self, name: &str) -> bool {
        self.get(name)
            .is_some_and(|value| value.eq_ignore_ascii_case("true"))
    }

    /// The parameter as a number.
    pub(crate) fn number(&self, name: &str) -> Option<u64> {
        self.get(name)?.parse().ok()
    }

    /// The same query for another page, percent-encoded.
    pub(crate) fn with_page(&self, page: usize, size: usize, usual_size: usize) -> String {
        let mut parts = Vec::new();
        if page > 1 {
            parts.push(format!("page={page}"));
        }
        if size != usual_size {
            parts.push(format!("pageSize={size}"));
        }
        parts.extend(
            self.0
                .iter()
                .filter(|(key, _)| key != "page" && key != "pageSize")
                .map(|(key, value)| format!("{}={}", encode(key), encode(value))),
        );
        parts.join("&")
    }
}

/// Percent-encodes as `java.net.URLEncoder` does, a blank as `+`.
fn encode(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'*' => {
                out.push(char::from(byte))
            }
            b' ' => out.push('+'),
            _ => out.push_str(&format!("%{byte:02X}")),
        }
    }
    out
}
