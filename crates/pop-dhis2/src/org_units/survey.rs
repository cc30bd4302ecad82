//! What a server has, level by level.

use serde::Deserialize;

use super::selected_units::{SelectedUnits, count};
use super::selection::levels;
use super::tree_position::{TreePosition, list_positions};
use super::walk::{Fields, RequestSize, walk};
use crate::{ApiError, Server};

/// Units of a level that are looked at first, spread over it.
const SAMPLE: usize = 200;
/// Geometries of a level are all looked at where the first ones say that they are less than this.
pub const SURVEYED_BYTES: usize = 32 << 20;

/// One level of the tree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LevelSurvey {
    /// 1 for the root.
    pub level: u32,
    /// Its name.
    pub name: String,
    /// All its units.
    pub units: u64,
    /// Those with polygons.
    pub polygons: u64,
    /// Those with another geometry: points, as a rule.
    pub points: u64,
    /// Those without geometry.
    pub without: u64,
    /// Those with a closing date.
    pub closed: u64,
    /// Whether `polygons` and `points` are estimated from a sample.
    pub is_sampled: bool,
}

/// Surveys the whole tree. Counts are exact. DHIS2 does not count by kind of geometry: that split
/// is made from the geometries themselves, and from 200 of them where a level has more than
/// [`SURVEYED_BYTES`].
///
/// # Errors
/// Those of the requests.
pub fn survey(server: &Server) -> Result<Vec<LevelSurvey>, ApiError> {
    levels(server)?
        .into_iter()
        .map(|level| {
            let of_level = format!("level:eq:{}", level.level);
            let counted = |more: &str| count(server, &[of_level.clone(), more.to_owned()]);
            let units = count(server, std::slice::from_ref(&of_level))?;
            let without = counted("geometry:null")?;
            let drawn = units.saturating_sub(without);
            let looked_at = Kinds::of_level(server, &of_level)?;
            let polygons = match looked_at.seen {
                0 => 0,
                seen => (looked_at.polygons * drawn + seen / 2) / seen,
            };
            Ok(LevelSurvey {
                level: level.level,
                name: level.name,
                units,
                polygons,
                points: drawn.saturating_sub(polygons),
                without,
                closed: units.saturating_sub(counted("closedDate:null")?),
                is_sampled: looked_at.seen < drawn,
            })
        })
        .collect()
}

/// What was seen of a level's geometries.
#[derive(Debug, Default)]
struct Kinds {
    seen: u64,
    polygons: u64,
    bytes: usize,
}

impl Kinds {
    /// Looks at some, and at all of them unless they are too much for a survey.
    fn of_level(server: &Server, of_level: &str) -> Result<Self, ApiError> {
        let mut places =
            list_positions(server, &[of_level.to_owned(), "geometry:!null".to_owned()])?;
        places.sort();
        let step = places.len().div_ceil(SAMPLE).max(1);
        let (mut first, mut rest) = (Vec::new(), Vec::new());
        for (number, place) in places.into_iter().enumerate() {
            let list = if number % step == 0 {
                &mut first
            } else {
                &mut rest
            };
            list.push(place);
        }
        let mut kinds = Self::default();
        let (some, more) = (first.len(), rest.len());
        kinds.look_at(server, first)?;
        if kinds.bytes / some.max(1) * more < SURVEYED_BYTES {
            kinds.look_at(server, rest)?;
        }
        Ok(kinds)
    }

    fn look_at(&mut self, server: &Server, places: Vec<TreePosition>) -> Result<(), ApiError> {
        let selected = SelectedUnits { places };
        walk(
            server,
            &selected,
            Fields::Geometry,
            RequestSize::default(),
            |_, unit| {
                if let Some(geometry) = unit.geometry {
                    self.add(geometry.get());
                }
                Ok(())
            },
        )
    }

    fn add(&mut self, geometry: &str) {
        #[derive(Deserialize)]
        struct Kind {
            #[serde(rename = "type")]
            kind: String,
        }
        if let Ok(Kind { kind }) = serde_json::from_str(geometry) {
            self.seen += 1;
            self.bytes += geometry.len();
            // A collection is drawn to hold areas.
            self.polygons += u64::from(matches!(
                kind.as_str(),
                "Polygon" | "MultiPolygon" | "GeometryCollection"
            ));
        }
    }
}
