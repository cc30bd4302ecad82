//! Members by which a server says that a collection is one page of several, or was cut at its limit.

use geojson::JsonObject;
use serde_json::Value;

use super::error::ReadErrorKind;

/// How many features a server has: OGC API Features (part 1, 7.16), WFS 2 as GeoServer writes it, and GeoServer's older name.
const TOTALS: [&str; 2] = ["numberMatched", "totalFeatures"];
/// How many of them a page has.
const RETURNED: &str = "numberReturned";

/// A collection that says that features are missing, by the member.
#[derive(Debug, PartialEq)]
pub(super) struct IncompleteCollection {
    /// The member that says it.
    pub(super) member: &'static str,
    /// What it says.
    pub(super) kind: ReadErrorKind,
}

/// Refuses a collection of `features` features that says by its members that there are more. A count that is not known (`"unknown"`) says nothing.
pub(super) fn check(
    members: Option<&JsonObject>,
    features: usize,
) -> Result<(), IncompleteCollection> {
    let Some(members) = members else {
        return Ok(());
    };
    let sent = features as u64;
    let incomplete = |member, all| IncompleteCollection {
        member,
        kind: ReadErrorKind::Incomplete { member, sent, all },
    };
    for member in TOTALS.into_iter().chain([RETURNED]) {
        if let Some(all) = members.get(member).and_then(count)
            && all > sent
        {
            return Err(incomplete(member, Some(all)));
        }
    }
    // Features of all pages in one file: the other members are those of the page that it began with.
    let is_known = |member| members.get(member).and_then(count).is_some();
    if TOTALS.into_iter().any(is_known) {
        return Ok(());
    }
    // ArcGIS REST: on the collection, or in its properties since 10.5
    let exceeded = "exceededTransferLimit";
    let holders = [
        members.get(exceeded),
        members.get("properties").and_then(|p| p.get(exceeded)),
    ];
    if holders.contains(&Some(&Value::Bool(true))) {
        return Err(incomplete(exceeded, None));
    }
    // DHIS2, around any list that is paged
    if let Some(pager) = members.get("pager") {
        let pages = count(&pager["page"]).zip(count(&pager["pageCount"]));
        if pager["nextPage"].is_string() || pages.is_some_and(|(page, of)| page < of) {
            return Err(incomplete("pager", None));
        }
    }
    let is_next = |link: &Value| link["rel"].as_str() == Some("next");
    let links = members.get("links").and_then(Value::as_array);
    if links.is_some_and(|links| links.iter().any(is_next)) {
        return Err(incomplete("links", None));
    }
    Ok(())
}

/// A count, as a number or in quotes.
fn count(value: &Value) -> Option<u64> {
    let text = value.as_str().and_then(|text| text.trim().parse().ok());
    value.as_u64().or(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check_text(members: &str) -> Result<(), String> {
        let members = serde_json::from_str(members).unwrap();
        check(Some(&members), 2).map_err(|found| found.kind.to_string())
    }

    #[test]
    fn a_collection_that_has_all_its_features_passes() {
        for members in [
            r#"{"numberMatched":2,"numberReturned":2,"totalFeatures":2}"#,
            r#"{"numberMatched":"unknown","totalFeatures":"unknown","exceededTransferLimit":false}"#,
            r#"{"links":[{"rel":"self","href":"x"},{"rel":"prev"}],"properties":{"exceededTransferLimit":false}}"#,
            // a collection put together of pages, with the counts of one
            r#"{"numberReturned":1}"#,
            // the members of the first page over the features of all
            r#"{"numberMatched":2,"numberReturned":1,"links":[{"rel":"next"}]}"#,
            r#"{"totalFeatures":"2","exceededTransferLimit":true}"#,
            r#"{"numberMatched":1,"pager":{"page":1,"pageCount":3}}"#,
            r#"{"links":"next","properties":null}"#,
            r#"{"pager":{"page":3,"pageCount":3,"total":150}}"#,
        ] {
            assert_eq!(check_text(members), Ok(()), "{members}");
        }
    }

    #[test]
    fn a_page_is_told_by_each_way_to_say_so() {
        for (members, message) in [
            (
                r#"{"exceededTransferLimit":true}"#,
                "the server sent 2 features and has more (exceededTransferLimit)",
            ),
            (
                r#"{"properties":{"exceededTransferLimit":true}}"#,
                "(exceededTransferLimit)",
            ),
            (
                r#"{"numberMatched":1322,"numberReturned":2}"#,
                "the file has 2 of the 1,322 features that its member numberMatched names",
            ),
            (
                r#"{"totalFeatures":"1322"}"#,
                "2 of the 1,322 features that its member totalFeatures names",
            ),
            (
                r#"{"numberReturned":3}"#,
                "2 of the 3 features that its member numberReturned names",
            ),
            (
                r#"{"pager":{"page":1,"pageCount":3}}"#,
                "2 features and has more (pager)",
            ),
            (
                r#"{"numberMatched":"unknown","links":[{"rel":"next"}]}"#,
                "2 features and has more (links)",
            ),
            (
                r#"{"links":[{"rel":"self"},{"rel":"next"}]}"#,
                "2 features and has more (links)",
            ),
        ] {
            let found = check_text(members).unwrap_err();
            assert!(found.contains(message), "{members}: {found}");
        }
    }
}
