//! Which rasters, as named on the command line or in a list.

use pop_cli::{Console, ToolError};
use pop_sums::limits::parse_year;

use crate::ZonalSum;
use crate::label::ContentLabel;

/// A raster as the user names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct RasterSpec {
    /// The name given, if any.
    pub(crate) name: Option<String>,
    /// The file; `-` for stdin.
    pub(crate) path: String,
    /// The band, from 1, if one is named.
    pub(crate) band: Option<usize>,
    /// The length that a list gives for the file.
    pub(crate) bytes: Option<u64>,
    /// What a list says that the raster holds.
    pub(crate) listed: Option<ContentLabel>,
}

impl RasterSpec {
    /// Reads `[NAME=]PATH[#BAND]`.
    ///
    /// A `=` behind a path separator belongs to the path, and a `#` not followed by digits alone, too.
    pub(crate) fn parse(text: &str) -> Result<Self, ToolError> {
        let (name, rest) = match text.split_once('=') {
            Some((name, rest)) if !name.contains(['/', '\\']) => (Some(name.to_owned()), rest),
            _ => (None, text),
        };
        let (path, band) = match rest.rsplit_once('#') {
            Some((path, digits))
                if !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit()) =>
            {
                let band = digits
                    .parse()
                    .ok()
                    .filter(|&band: &usize| band > 0)
                    .ok_or_else(|| {
                        ToolError::usage(format!(
                            "{text:?}: band {digits} is not a band number, expected 1 or more"
                        ))
                        .hint("bands are counted from 1")
                    })?;
                (path, Some(band))
            }
            _ => (rest, None),
        };
        if path.is_empty() || name.as_deref() == Some("") {
            return Err(ToolError::usage(format!(
                "{text:?} is not a raster, expected [NAME=]PATH[#BAND]"
            ))
            .hint("name a file, such as sle_pop_2025.tif"));
        }
        Ok(Self {
            name,
            path: path.to_owned(),
            band,
            bytes: None,
            listed: None,
        })
    }

    /// The stem of the file's name.
    pub(crate) fn stem(&self) -> &str {
        pop_worldpop::file_stem(&self.path)
    }
}

/// All rasters of the command line, in its order, then those of the list.
pub(crate) fn collect(
    args: &ZonalSum,
    console: &mut Console,
) -> Result<Vec<RasterSpec>, ToolError> {
    let mut specs = args
        .rasters
        .iter()
        .map(|text| RasterSpec::parse(text))
        .collect::<Result<Vec<_>, _>>()?;
    if let Some(list) = &args.raster_list {
        let data = console.input("raster-list", list)?;
        let text = std::str::from_utf8(&data.bytes).map_err(|_| {
            ToolError::data("the text is not UTF-8")
                .in_file(list)
                .hint("save the list as UTF-8, one raster a line")
        })?;
        let found = parse_list(text.strip_prefix('\u{feff}').unwrap_or(text))
            .map_err(|error| error.in_file(list))?;
        specs.extend(found);
    }
    if specs.is_empty() {
        return Err(ToolError::usage("no raster given")
            .hint("name one with -r PATH; zonal-sum --help has examples"));
    }
    Ok(specs)
}

/// What an entry of a list of rasters looks like.
const ENTRY_FORM: &str = "an entry is [NAME=]PATH[#BAND], as after -r";
/// What to do about a list that does not describe its files.
pub(crate) const LIST_AGAIN: &str = "make the list again with fetch-worldpop";
/// What to do about a member of an entry.
const MEMBERS: &str =
    "correct the member, or leave it out: year, sex (f, m, t), age_from, age_to, source";
/// The format of the list that `fetch-worldpop` writes.
const LIST_FORMAT: &str = "headcount-rasters/1";

/// Lines as in `-r`, or a JSON list of paths or of objects with `path` (and `name`, `band`).
fn parse_list(text: &str) -> Result<Vec<RasterSpec>, ToolError> {
    let trimmed = text.trim_start();
    if !trimmed.starts_with(['[', '{']) {
        return text
            .lines()
            .enumerate()
            .filter(|(_, line)| !line.trim().is_empty() && !line.trim_start().starts_with('#'))
            .map(|(number, line)| {
                RasterSpec::parse(line.trim()).map_err(|error| {
                    ToolError::data(error)
                        .at(format!("line {}", number + 1))
                        .hint(ENTRY_FORM)
                })
            })
            .collect();
    }
    let json: serde_json::Value = serde_json::from_str(trimmed).map_err(|error| {
        ToolError::data(error).hint("the list is that of fetch-worldpop, or one raster a line")
    })?;
    if let Some(format) = json.get("format")
        && format != LIST_FORMAT
    {
        return Err(ToolError::data(format!(
            "the format is {format}, expected \"{LIST_FORMAT}\""
        ))
        .hint("use fetch-worldpop and zonal-sum of one release"));
    }
    let list = json
        .get("files")
        .or_else(|| json.get("rasters"))
        .unwrap_or(&json)
        .as_array()
        .ok_or_else(|| {
            ToolError::data("expected a list of rasters, or an object with the list `files`")
                .hint("a list is what fetch-worldpop writes, or one path a line")
        })?;
    list.iter()
        .enumerate()
        .map(|(number, item)| from_json(item).map_err(|e| e.at(format!("raster {}", number + 1))))
        .collect()
}

fn from_json(item: &serde_json::Value) -> Result<RasterSpec, ToolError> {
    if let Some(text) = item.as_str() {
        return RasterSpec::parse(text).map_err(|error| ToolError::data(error).hint(ENTRY_FORM));
    }
    let path = item
        .get("path")
        .and_then(serde_json::Value::as_str)
        .ok_or_else(|| {
            ToolError::data("expected a text, or an object with `path`").hint(ENTRY_FORM)
        })?;
    let band = match item.get("band") {
        None | Some(serde_json::Value::Null) => None,
        Some(band) => Some(
            band.as_u64()
                .and_then(|band| usize::try_from(band).ok())
                .filter(|&band| band > 0)
                .ok_or_else(|| {
                    ToolError::data(format!("band is {band}, expected a number from 1"))
                        .hint("bands are counted from 1")
                })?,
        ),
    };
    let name = item
        .get("name")
        .and_then(serde_json::Value::as_str)
        .map(ToOwned::to_owned);
    Ok(RasterSpec {
        name,
        path: path.to_owned(),
        band,
        bytes: item.get("bytes").and_then(serde_json::Value::as_u64),
        listed: Some(listed_label(item)?),
    })
}

/// Year, sex, ages and source of an entry; all may be absent or null.
fn listed_label(item: &serde_json::Value) -> Result<ContentLabel, ToolError> {
    let number = |member: &str| -> Result<Option<u32>, ToolError> {
        match item.get(member) {
            None | Some(serde_json::Value::Null) => Ok(None),
            Some(value) => match value {
                serde_json::Value::String(text) => text.parse().ok(),
                value => value.as_u64().and_then(|number| u32::try_from(number).ok()),
            }
            .map(Some)
            .ok_or_else(|| {
                ToolError::data(format!("{member} is {value}, expected a whole number"))
                    .hint(MEMBERS)
            }),
        }
    };
    let sex = match item.get("sex") {
        None | Some(serde_json::Value::Null) => None,
        Some(value) => Some(
            value
                .as_str()
                .and_then(|text| text.parse().ok())
                .ok_or_else(|| {
                    ToolError::data(format!("sex is {value}, expected f, m or t")).hint(MEMBERS)
                })?,
        ),
    };
    let source = match item.get("source") {
        None | Some(serde_json::Value::Null) => None,
        Some(value) => Some(value.as_str().ok_or_else(|| {
            ToolError::data(format!("source is {value}, expected a text")).hint(MEMBERS)
        })?),
    };
    Ok(ContentLabel {
        year: number("year")?
            .map(|year| parse_year(&year.to_string()))
            .transpose()
            .map_err(|problem| ToolError::data(problem).hint(MEMBERS))?,
        sex,
        age_from: number("age_from")?,
        age_to: number("age_to")?,
        ..ContentLabel::of_source(source.unwrap_or_default())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spec(name: Option<&str>, path: &str, band: Option<usize>) -> RasterSpec {
        RasterSpec {
            name: name.map(ToOwned::to_owned),
            path: path.to_owned(),
            band,
            bytes: None,
            listed: None,
        }
    }

    /// From an object that says nothing of what the raster holds.
    fn listed(name: Option<&str>, path: &str, band: Option<usize>) -> RasterSpec {
        RasterSpec {
            listed: Some(ContentLabel::default()),
            ..spec(name, path, band)
        }
    }

    #[test]
    fn names_paths_and_bands() {
        let parse = |text| RasterSpec::parse(text).unwrap();
        assert_eq!(parse("a/b.tif"), spec(None, "a/b.tif", None));
        assert_eq!(
            parse("pop=a/b.tif#3"),
            spec(Some("pop"), "a/b.tif", Some(3))
        );
        assert_eq!(parse("dir/x=y.tif"), spec(None, "dir/x=y.tif", None));
        assert_eq!(parse("b#old.tif"), spec(None, "b#old.tif", None));
        assert_eq!(parse("pop=-"), spec(Some("pop"), "-", None));
        for bad in ["", "=a.tif", "pop=", "a.tif#0"] {
            assert!(RasterSpec::parse(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn stems() {
        assert_eq!(
            spec(None, "a/sle_pop_2025.v1.tif", None).stem(),
            "sle_pop_2025.v1"
        );
        assert_eq!(spec(None, "a\\b.tiff", None).stem(), "b");
        assert_eq!(spec(None, ".tif", None).stem(), ".tif");
    }

    #[test]
    fn lists_are_lines_or_json() {
        let lines = parse_list("# all\n\npop=a.tif\nb.tif#2\n").unwrap();
        assert_eq!(
            lines,
            [
                spec(Some("pop"), "a.tif", None),
                spec(None, "b.tif", Some(2))
            ]
        );
        let json = parse_list(
            r#"[{"path":"a.tif","bytes":3},"x=b.tif",{"path":"c.tif","band":2,"name":"c"}]"#,
        );
        let expected = [
            RasterSpec {
                bytes: Some(3),
                ..listed(None, "a.tif", None)
            },
            spec(Some("x"), "b.tif", None),
            listed(Some("c"), "c.tif", Some(2)),
        ];
        assert_eq!(json.unwrap(), expected);
        assert!(parse_list("[{}]").is_err());
        assert!(parse_list("[3]").is_err());
        let list = r#"{"format":"headcount-rasters/1","files":[{"path":"a.tif"}]}"#;
        assert_eq!(parse_list(list).unwrap(), [listed(None, "a.tif", None)]);
        let said = r#"[{"path":"a.tif","year":"2025","sex":"f","age_from":80,"age_to":null,"source":"x;CN"}]"#;
        let said = parse_list(said).unwrap()[0].listed.clone().unwrap();
        assert_eq!(
            (said.year, said.age_from, said.age_to),
            (Some(2025), Some(80), None)
        );
        assert_eq!((&*said.source, said.constrained), ("x;CN", Some(true)));
        for bad in [
            "\"sex\":\"x\"",
            "\"year\":\"2025a\"",
            "\"year\":20250",
            "\"age_to\":-1",
            "\"source\":1",
        ] {
            assert!(
                parse_list(&format!("[{{\"path\":\"a.tif\",{bad}}}]")).is_err(),
                "{bad}"
            );
        }
        assert!(parse_list(&list.replace("/1", "/2")).is_err());
    }
}
