//! A choropleth of org units as SVG.
//!
//! Borders are cut into arcs where three or more meet ([`topology`]), each arc is simplified once, and both its neighbours are drawn from
//! it: what touched touches still. [`draw`] gives one shape a unit, [`svg`] colours them by [`ChangeClass`].

mod change_class;
mod conflicts;
mod path;
mod projection;
mod rings;
mod shapes;
mod simplify;
mod svg;
mod topology;

pub use change_class::ChangeClass;
pub use rings::Outline;
pub use shapes::{Map, MapSummary, UnitShape, draw};
pub use svg::{MapUnit, legend_swatch, patterns, svg};
