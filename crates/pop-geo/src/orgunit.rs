//! Organisation units as a stream carries them.

use pop_hierarchy::unit_label;

use crate::{Area, Bounds, GeometryProblem};

/// One organisation unit, exactly as read.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct OrgUnit {
    /// The feature's id, or the property that `--id-property` names; kept digit by digit.
    pub id: String,
    /// What `parent` and `path` of other units name, where it is not [`id`](Self::id): the end of this unit's path, or the feature's own id.
    pub uid: Option<String>,
    /// DHIS2's code.
    pub code: Option<String>,
    /// DHIS2's name.
    pub name: Option<String>,
    /// Depth in the tree, 1 for the root.
    pub level: Option<u32>,
    /// UID of the parent; `None` on a root.
    pub parent: Option<String>,
    /// `/root/…/self` in UIDs; from `path`, else built from `parentGraph`.
    pub path: Option<String>,
    /// UIDs of the unit's groups.
    pub groups: Vec<String>,
    /// `yyyy-mm-dd`.
    pub opening_date: Option<String>,
    /// `yyyy-mm-dd`.
    pub closed_date: Option<String>,
    /// Where the geometry came from, if not from the unit itself.
    pub geometry_source: Option<String>,
    /// An ancestor that came along for the tree and was not asked for.
    pub context: bool,
    /// Words of the property `reasons`: what an earlier tool found, such as `unserved`.
    pub reasons: Vec<String>,
    /// What the unit covers.
    pub shape: Shape,
}

/// Whether a unit operates.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Operation {
    /// Opened, and not closed.
    Open,
    /// Closed before.
    Closed,
    /// Opened later.
    NotYetOpen,
}

/// What a unit covers, as far as a file tells.
#[derive(Debug, Clone, PartialEq, Default)]
pub enum Shape {
    /// No geometry: null, or an empty polygon or collection.
    #[default]
    None,
    /// A `Point` or `MultiPoint`, no area: at least one longitude and latitude in degrees, as written.
    Point(Vec<[f64; 2]>),
    /// A `LineString` or `MultiLineString`: no area.
    Line,
    /// Valid polygons, after repair where one was needed.
    Area(Area),
    /// An area that cannot be taken at its word.
    Bad(GeometryProblem),
}

impl OrgUnit {
    /// Whether the unit operates on a date (`yyyy-mm-dd`). DHIS2 counts both the opening and the closing day as open.
    #[must_use]
    pub fn operation_on(&self, date: &str) -> Operation {
        // Dates in this form compare as text.
        if self.closed_date.as_deref().is_some_and(|day| day < date) {
            Operation::Closed
        } else if self.opening_date.as_deref().is_some_and(|day| day > date) {
            Operation::NotYetOpen
        } else {
            Operation::Open
        }
    }

    /// The id that `parent` and `path` of other units speak of.
    #[must_use]
    pub fn tree_id(&self) -> &str {
        self.uid.as_deref().unwrap_or(&self.id)
    }

    /// `Name (id)`, or the id alone: the unit in messages.
    #[must_use]
    pub fn label(&self) -> String {
        unit_label(&self.id, self.name.as_deref())
    }

    /// The unit's polygons, where it has valid ones.
    #[must_use]
    pub fn area(&self) -> Option<&Area> {
        match &self.shape {
            Shape::Area(area) => Some(area),
            _ => None,
        }
    }

    /// The box round the unit's polygons.
    #[must_use]
    pub fn bounds(&self) -> Option<Bounds> {
        self.area().and_then(Area::bounds)
    }
}

/// The units of one file, in its order.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct OrgUnitSet {
    /// At least one, with ids that differ.
    pub units: Vec<OrgUnit>,
}

impl OrgUnitSet {
    /// The box round all polygons.
    #[must_use]
    pub fn bounds(&self) -> Option<Bounds> {
        self.units
            .iter()
            .filter_map(OrgUnit::bounds)
            .reduce(Bounds::union)
    }

    /// Whether the ids only count the features, from 0 or 1 in their order, as data frames and shapefiles number them.
    #[must_use]
    pub fn has_row_numbers(&self) -> bool {
        let counts_from = |first: usize| {
            let ids = self.units.iter().map(|unit| unit.id.as_str());
            ids.zip(first..)
                // data frames with gaps write whole numbers as 1.0
                .all(|(id, number)| id.strip_suffix(".0").unwrap_or(id) == number.to_string())
        };
        self.units.len() > 1 && (counts_from(0) || counts_from(1))
    }
}
