//! Pages of items of WorldPop's STAC server (STAC API 1.0): one item a country, year and product.

use serde_json::Value;

use super::{CatalogueError, CatalogueRecord, MAX_FILES, MAX_ROWS, kind};

/// Items, and where the next page is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ItemPage {
    /// The items, as records without citation.
    pub records: Vec<CatalogueRecord>,
    /// Address of the next page.
    pub next: Option<String>,
}

/// Parses a page of items. Of an item's assets, those of the roles `data` and `archive` are files.
///
/// # Errors
/// [`CatalogueError`].
pub fn parse_item_page(bytes: &[u8]) -> Result<ItemPage, CatalogueError> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let value: Value =
        serde_json::from_slice(bytes).map_err(|error| CatalogueError::Json(error.to_string()))?;
    let Some(features) = value.get("features").and_then(Value::as_array) else {
        return Err(CatalogueError::NotItems(kind(&value)));
    };
    if features.len() > MAX_ROWS {
        return Err(CatalogueError::Rows {
            found: features.len(),
        });
    }
    let next = value
        .get("links")
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
        .find(|link| link.get("rel").and_then(Value::as_str) == Some("next"))
        .and_then(|link| link.get("href")?.as_str())
        .map(ToOwned::to_owned);
    Ok(ItemPage {
        records: features.iter().map(record).collect(),
        next,
    })
}

fn record(item: &Value) -> CatalogueRecord {
    let text = |value: Option<&Value>| match value {
        Some(Value::String(text)) => Some(text.clone()),
        Some(Value::Number(number)) => Some(number.to_string()),
        _ => None,
    };
    let assets = item.get("assets").and_then(Value::as_object);
    let files = assets
        .into_iter()
        .flat_map(serde_json::Map::values)
        .filter(|asset| is_file(asset))
        .filter_map(|asset| asset.get("href")?.as_str())
        .take(MAX_FILES)
        .map(ToOwned::to_owned)
        .collect();
    CatalogueRecord {
        id: text(item.get("id")).unwrap_or_default(),
        iso3: text(item.get("collection")).map(|code| code.to_ascii_uppercase()),
        year: text(item.pointer("/properties/year")).and_then(|year| year.parse().ok()),
        files,
        ..CatalogueRecord::default()
    }
}

/// An asset without roles may be one.
fn is_file(asset: &Value) -> bool {
    match asset.get("roles").and_then(Value::as_array) {
        Some(roles) if !roles.is_empty() => roles
            .iter()
            .any(|role| matches!(role.as_str(), Some("data" | "archive"))),
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn items_become_records_and_pages_lead_on() {
        let text = r#"{"type":"FeatureCollection","features":[
            {"id":"sle_pop_2025","collection":"SLE","properties":{"year":2025,"project":"Population"},
             "assets":{"thumbnail":{"href":"https://x/t.png","roles":["thumbnail"]},
                       "data":{"href":"https://data.worldpop.org/GIS/a.tif","roles":["data"]},
                       "zip":{"href":"https://data.worldpop.org/GIS/a.zip","roles":["archive"]},
                       "other":{"href":"https://data.worldpop.org/GIS/b.tif"}}},
            {"id":7,"properties":{"year":"2026"}}, 5],
            "links":[{"rel":"self","href":"/a"},{"rel":"next","href":"/b?token=c"}]}"#;
        let page = parse_item_page(text.as_bytes()).unwrap();
        assert_eq!(page.next.as_deref(), Some("/b?token=c"));
        let first = &page.records[0];
        assert_eq!(
            (first.year, first.iso3.as_deref()),
            (Some(2025), Some("SLE"))
        );
        assert_eq!(first.files.len(), 3);
        assert!(first.files.iter().all(|file| file.contains("/GIS/")));
        assert_eq!(
            (page.records[1].id.as_str(), page.records[1].year),
            ("7", Some(2026))
        );
        assert!(page.records[2].files.is_empty());
    }

    #[test]
    fn other_documents_are_refused() {
        for text in ["", "[]", "{}", r#"{"features":{}}"#, "<html>"] {
            assert!(parse_item_page(text.as_bytes()).is_err(), "{text}");
        }
    }
}
