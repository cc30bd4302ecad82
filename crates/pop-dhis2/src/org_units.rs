//! Reading org units: all that were asked for, in one stable walk.
//!
//! A [`SelectedUnits`] comes first: the ids and paths of everything selected, and of their
//! ancestors. [`walk`] then fetches those very units in small parts, by id, in the
//! order of the tree. Nothing here pages: up to 2.41 the lists that take `level=`,
//! `query=` and the like say that one page is all there is, or repeat the last one
//! (`OrganisationUnitController.getEntityList`). Plain filters with `paging=false`
//! are right in every release, and each such list is counted a second time.

mod lookup;
mod selected_units;
mod selection;
mod shapes;
mod suggestions;
mod survey;
mod tree_position;
mod unit;
mod walk;

pub use lookup::{ChildUnit, children, positions};
pub(crate) use selected_units::MOST_IDS;
pub use selected_units::SelectedUnits;
pub(crate) use selection::resolve_parents;
pub use selection::{Group, Level, Selection, groups, levels};
pub use shapes::{ShapeAttribute, shape_attributes};
pub use survey::{LevelSurvey, SURVEYED_BYTES, survey};
pub use tree_position::TreePosition;
pub use unit::Unit;
pub use walk::{Fields, RequestSize, walk};
