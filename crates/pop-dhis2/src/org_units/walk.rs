//! Fetching the selected units, request by request.

use std::collections::BTreeMap;

use pop_http::{HttpError, HttpErrorKind, Query};
use serde::Deserialize;

use super::selected_units::{MOST_IDS, SelectedUnits, id_filter};
use super::tree_position::TreePosition;
use super::unit::Unit;
use crate::{ApiError, Server};

/// How many units a request of a walk asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RequestSize {
    /// Units in the first request, before anything is known about their size.
    pub first: usize,
    /// Bytes of a response that later requests aim at: what the walk holds at a time.
    pub bytes: usize,
}

impl Default for RequestSize {
    fn default() -> Self {
        Self {
            first: 20,
            bytes: 4 << 20,
        }
    }
}

/// What a walk asks for of each unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fields {
    /// All but the bulk.
    Outline,
    /// The geometry as well.
    Geometry,
    /// Geometry, and the values of its attributes.
    GeometryAndAttributes,
}

impl Fields {
    const fn names(self) -> &'static str {
        match self {
            Self::Outline => {
                "id,code,name,level,path,openingDate,closedDate,organisationUnitGroups[id]"
            }
            Self::Geometry => {
                "id,code,name,level,path,openingDate,closedDate,organisationUnitGroups[id],geometry"
            }
            Self::GeometryAndAttributes => {
                "id,code,name,level,path,openingDate,closedDate,organisationUnitGroups[id],geometry,attributeValues[value,attribute[id]]"
            }
        }
    }
}

/// Fetches every selected unit and hands it on, in the order of `SelectedUnits::places`.
///
/// Only one part is held at a time; a part that is too much for the server or the way is halved.
///
/// # Errors
/// Those of the requests, of `hand_on`, and [`ApiError::Inconsistent`] where a unit vanished
/// or moved since they were selected.
pub fn walk(
    server: &Server,
    selected: &SelectedUnits,
    fields: Fields,
    request_size: RequestSize,
    mut hand_on: impl FnMut(&TreePosition, &Unit<'_>) -> Result<(), ApiError>,
) -> Result<(), ApiError> {
    let mut rest = selected.places.as_slice();
    let mut size = request_size.first.clamp(1, MOST_IDS);
    while !rest.is_empty() {
        let (part, after) = rest.split_at(size.min(rest.len()));
        let bytes = match fetch(server, part, fields) {
            Ok(bytes) => bytes,
            Err(error) if part.len() > 1 && is_too_much(&error) => {
                size = part.len() / 2;
                continue;
            }
            Err(error) => return Err(error.into()),
        };
        hand_on_part(&bytes, part, &mut hand_on)?;
        rest = after;
        // Parts grow slowly, so that a run of large units does not follow a run of small ones.
        let each = (bytes.len() / part.len()).max(1);
        size = (request_size.bytes / each).clamp(1, MOST_IDS.min(2 * part.len()));
    }
    Ok(())
}

fn fetch(server: &Server, part: &[TreePosition], fields: Fields) -> Result<Vec<u8>, HttpError> {
    let ids: Vec<&str> = part.iter().map(|place| place.id.as_str()).collect();
    let query = Query::new("/api/organisationUnits.json")
        .with("paging", "false")
        .with("fields", fields.names())
        .with("filter", id_filter(&ids));
    server.client().get_json_bytes(query)
}

/// Whether a smaller part may pass where this one did not.
fn is_too_much(error: &HttpError) -> bool {
    match &error.kind {
        HttpErrorKind::Timeout { during, .. } => *during != "connecting",
        HttpErrorKind::TooLarge { .. }
        | HttpErrorKind::TooSlow { .. }
        | HttpErrorKind::Cut(_)
        | HttpErrorKind::LongRequestLine { .. } => true,
        HttpErrorKind::Status { status, .. } => matches!(status, 413 | 414 | 500 | 502 | 504),
        _ => false,
    }
}

fn hand_on_part(
    bytes: &[u8],
    part: &[TreePosition],
    hand_on: &mut impl FnMut(&TreePosition, &Unit<'_>) -> Result<(), ApiError>,
) -> Result<(), ApiError> {
    #[derive(Deserialize)]
    struct Answer<'a> {
        #[serde(borrow, rename = "organisationUnits")]
        units: Vec<Unit<'a>>,
    }
    let answer: Answer<'_> = serde_json::from_slice(bytes).map_err(|error| {
        ApiError::Inconsistent(format!("a list of org units does not parse: {error}"))
    })?;
    let by_id: BTreeMap<&str, &Unit<'_>> = answer
        .units
        .iter()
        .map(|unit| (unit.id.as_str(), unit))
        .collect();
    for place in part {
        let unit = by_id.get(place.id.as_str()).ok_or_else(|| {
            ApiError::Inconsistent(format!(
                "org unit {} was listed, but cannot be fetched any more",
                place.id
            ))
        })?;
        if unit.path != place.path {
            return Err(ApiError::Inconsistent(format!(
                "org unit {} moved from {} to {} meanwhile",
                place.id, place.path, unit.path
            )));
        }
        hand_on(place, unit)?;
    }
    Ok(())
}
