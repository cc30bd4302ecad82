//! Addresses of files on the data server.

use pop_cli::ToolError;
use pop_http::BaseUrl;
use pop_worldpop::{DATA_URL, RasterName};

/// A file on the data server.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Address {
    /// As in the catalogue, without doubled slashes; the lock file pins it.
    pub(crate) url: String,
    /// Below the data server's root, beginning with `/`.
    pub(crate) path: String,
}

impl Address {
    /// Parses an address or a path, of WorldPop's data server or of `server`, a copy of it.
    ///
    /// # Errors
    /// Data: an address of another server, or a path with other characters.
    pub(crate) fn parse(text: &str, server: &BaseUrl) -> Result<Self, ToolError> {
        let text = text.trim();
        let wrong = |why: String| {
            ToolError::data(why)
                .at(text)
                .hint("give a path below the root of the data server, such as GIS/Population/…")
        };
        let (root, rest) = match text.split_once("://") {
            None => (DATA_URL.to_owned(), text),
            Some((scheme, rest)) => {
                let (host, path) = rest.split_once('/').unwrap_or((rest, ""));
                let root = format!("{scheme}://{host}").to_ascii_lowercase();
                let own = DATA_URL.split_once("://").map(|(_, host)| host);
                if Some(host.to_ascii_lowercase().as_str()) == own {
                    (DATA_URL.to_owned(), path)
                } else if root == server.origin() {
                    let below = format!("/{path}");
                    let inside = below
                        .strip_prefix(server.path())
                        .ok_or_else(|| wrong(format!("is not below {server}")))?;
                    let path = normalise(inside);
                    check_path(&path).map_err(wrong)?;
                    return Ok(Self {
                        url: format!("{server}{path}"),
                        path,
                    });
                } else {
                    return Err(ToolError::data(format!(
                        "is on another server than {DATA_URL} and {server}"
                    ))
                    .at(text)
                    .hint("name the data server with --data-url"));
                }
            }
        };
        let path = normalise(rest);
        check_path(&path).map_err(wrong)?;
        Ok(Self {
            url: format!("{root}{path}"),
            path,
        })
    }

    /// The last part of the path.
    pub(crate) fn file(&self) -> &str {
        self.path.rsplit('/').next().unwrap_or_default()
    }

    /// The parsed file name, where it follows the grammar.
    pub(crate) fn name(&self) -> Option<RasterName> {
        file_name(self.file())
    }
}

/// Parses a file name of the grammar that is also safe as a local file name.
pub(crate) fn file_name(file: &str) -> Option<RasterName> {
    let plain = file.bytes().all(is_plain) && !file.starts_with('.');
    let is_raster = file.ends_with(".tif") || file.ends_with(".zip");
    (plain && is_raster && file.len() <= 200)
        .then(|| RasterName::parse(file).ok())
        .flatten()
}

const fn is_plain(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-')
}

/// With one leading slash and none doubled.
fn normalise(path: &str) -> String {
    path.split('/')
        .filter(|part| !part.is_empty())
        .fold(String::new(), |mut path, part| {
            path.push('/');
            path.push_str(part);
            path
        })
}

fn check_path(path: &str) -> Result<(), String> {
    let has_dots = path.split('/').any(|part| part == ".." || part == ".");
    if path.is_empty() || has_dots || !path.bytes().all(|byte| is_plain(byte) || byte == b'/') {
        return Err("is not a plain path of letters, digits, `.`, `_`, `-` and `/`".to_owned());
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str, server: &str) -> Result<(String, String), String> {
        let server = BaseUrl::parse(server).unwrap();
        Address::parse(text, &server)
            .map(|address| (address.url, address.path))
            .map_err(|error| error.to_string())
    }

    #[test]
    fn addresses_are_pinned_as_in_the_catalogue_with_the_path_for_any_copy() {
        let expected = Ok((
            "https://data.worldpop.org/GIS/a_b.tif".to_owned(),
            "/GIS/a_b.tif".to_owned(),
        ));
        for text in [
            "https://data.worldpop.org/GIS/a_b.tif",
            "https://data.worldpop.org//GIS///a_b.tif",
            "http://Data.WorldPop.org/GIS/a_b.tif",
            "GIS/a_b.tif",
            "/GIS/a_b.tif",
        ] {
            for server in [DATA_URL, "http://127.0.0.1:80/copy"] {
                assert_eq!(parse(text, server), expected, "{text}");
            }
        }
        assert_eq!(
            parse("http://127.0.0.1:80/copy//GIS/a.tif", "http://127.0.0.1/copy"),
            Err("http://127.0.0.1:80/copy//GIS/a.tif: is on another server than https://data.worldpop.org and http://127.0.0.1/copy".to_owned())
        );
        assert_eq!(
            parse(
                "http://127.0.0.1:8080/copy//GIS/a.tif",
                "http://127.0.0.1:8080/copy"
            ),
            Ok((
                "http://127.0.0.1:8080/copy/GIS/a.tif".to_owned(),
                "/GIS/a.tif".to_owned()
            ))
        );
    }

    #[test]
    fn hostile_addresses_are_refused() {
        for text in [
            "",
            "/",
            "https://elsewhere.example/GIS/a.tif",
            "https://data.worldpop.org@elsewhere.example/a.tif",
            "https://data.worldpop.org/../a.tif",
            "https://data.worldpop.org/a.tif?x",
            "https://data.worldpop.org/a%2f.tif",
            "https://data.worldpop.org/é.tif",
            "file:///etc/passwd",
            "GIS/a b.tif",
        ] {
            assert!(parse(text, DATA_URL).is_err(), "{text}");
        }
    }

    #[test]
    fn sidecars_and_odd_names_are_not_candidates() {
        assert!(file_name("sle_pop_2025_CN_100m_R2025A_v1.tif").is_some());
        for name in [
            "sle_pop_2025_CN_100m_R2025A_v1.tif.aux.xml",
            "sle_pop_2025_CN_100m_R2025A_v1",
            "sle_pop_2025_CN_100m_R2025A_v1_\u{1b}.tif",
            "readme.tif",
        ] {
            assert!(file_name(name).is_none(), "{name}");
        }
    }
}
