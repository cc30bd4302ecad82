//! What a server has, level by level.

use serde::Deserialize;

use super::plan::{Plan, count, list};
use super::selection::levels;
use super::walk::{Fields, Parts, walk};
use crate::{ApiError, Server};

/// Units of a level whose geometry is looked at; of more, this many spread over the level.
const SAMPLE: usize = 200;

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

/// Surveys the whole tree. Counts are exact; DHIS2 does not count by kind of geometry, so that
/// split is made from the geometries of at most 200 units a level.
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
            let (seen, polygons) = kinds(server, &of_level)?;
            let polygons = match seen {
                0 => 0,
                seen => (polygons * drawn + seen / 2) / seen,
            };
            Ok(LevelSurvey {
                level: level.level,
                name: level.name,
                units,
                polygons,
                points: drawn.saturating_sub(polygons),
                without,
                closed: units.saturating_sub(counted("closedDate:null")?),
                is_sampled: seen < drawn,
            })
        })
        .collect()
}

/// How many geometries of a level were looked at, and how many of them are polygons.
fn kinds(server: &Server, of_level: &str) -> Result<(u64, u64), ApiError> {
    #[derive(Deserialize)]
    struct Kind {
        #[serde(rename = "type")]
        kind: String,
    }
    let mut places = list(server, &[of_level.to_owned(), "geometry:!null".to_owned()])?;
    places.sort();
    let step = places.len().div_ceil(SAMPLE).max(1);
    let plan = Plan {
        places: places.into_iter().step_by(step).collect(),
    };
    let (mut seen, mut polygons) = (0, 0);
    walk(
        server,
        &plan,
        Fields::Geometry,
        Parts::default(),
        |_, unit| {
            let kind = unit
                .geometry
                .and_then(|geometry| serde_json::from_str::<Kind>(geometry.get()).ok());
            if let Some(Kind { kind }) = kind {
                seen += 1;
                // A collection is drawn to hold areas.
                polygons += u64::from(matches!(
                    kind.as_str(),
                    "Polygon" | "MultiPolygon" | "GeometryCollection"
                ));
            }
            Ok(())
        },
    )?;
    Ok((seen, polygons))
}
