//! WorldPop file names, products, age bands and catalogue documents.
//!
//! A WorldPop raster says what it holds in its file name and nowhere else. This
//! crate reads those names; it opens no file and asks no server.
//!
//! ```
//! use pop_worldpop::{Kind, RasterName, Sex};
//!
//! let name = RasterName::parse("sle_f_15_2025_CN_100m_R2025A_v1.tif").unwrap();
//! let label = name.label();
//! assert_eq!((label.year, label.sex), (Some(2025), Some(Sex::Female)));
//! assert_eq!((label.age_from, label.age_to), (Some(15), Some(20)));
//! assert_eq!(name.kind(), Kind::Count);
//! assert_eq!(name.source(), "worldpop-global2;R2025A;CN;100m;v1");
//! ```

mod area;
mod band;
pub mod catalogue;
mod choice;
mod name;
mod product;
mod sex;

pub use area::{Area, UnknownArea};
pub use band::{Band, BandScheme};
pub use choice::{Ages, ChoiceError, People, Terms, Wanted};
pub use name::{Constraint, Family, Kind, Label, Layer, NameError, RasterName, Resolution};
pub use product::{Content, LICENCE, LICENCE_URL, Product};
pub use sex::{Sex, UnknownSex};
