//! WorldPop file names, products, age bands and catalogue documents.
//!
//! A WorldPop raster says what it holds in its file name and nowhere else. This
//! crate reads those names; it opens no file and asks no server.
//!
//! ```
//! use pop_worldpop::{RasterKind, RasterName, Sex};
//!
//! let name = RasterName::parse("sle_f_15_2025_CN_100m_R2025A_v1.tif").unwrap();
//! let label = name.label();
//! assert_eq!((label.year, label.sex), (Some(2025), Some(Sex::Female)));
//! assert_eq!((label.age_from, label.age_to), (Some(15), Some(20)));
//! assert_eq!(name.kind(), RasterKind::Count);
//! assert_eq!(name.source(), "worldpop-global2;R2025A;CN;100m;v1");
//! ```

mod area;
mod band;
pub mod catalogue;
mod name;
mod product;
mod selection;
mod sex;

pub use area::{Area, UnknownArea};
pub use band::{AgeBand, AgeBandScheme};
pub use name::{
    Constraint, Family, Layer, NameError, NameFinding, RasterKind, RasterLabel, RasterName,
    Resolution, file_name, file_stem, name_finding, refusal_of_name, refusal_of_text,
};
pub use product::{
    CATALOGUE_URL, DATA_URL, LICENCE, LICENCE_URL, Product, ProductContent, STAC_URL,
};
pub use selection::{AgeSelection, AgeSexSelection, ProductSpec, RasterKey, SelectionError};
pub use sex::{Sex, UnknownSex};
