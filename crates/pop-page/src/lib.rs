//! The page that a committee reads, prints and signs.
//!
//! [`Review`] holds what the files of a run say, [`render`] writes it as one HTML file: no script, nothing loaded, the same bytes for the
//! same content. `templates/page.html` has the markup, `templates/style.css` the style.

mod charts;
mod figures;
mod page_text;
mod review;
mod style;
mod suppression;
mod view;

pub use page_text::page_text;
pub use review::{
    Balance, BalanceLine, Band, Exception, Flag, FlagRule, Hashes, MapFigure, Measure, MissingUnit,
    ProvenanceFile, ProvenanceRecord, Pyramid, Raking, RakingLine, Refused, Review, Row, Subject,
    SubjectKind, YearBefore,
};
pub use suppression::suppress;
pub use view::{Annex, RenderError, render};
