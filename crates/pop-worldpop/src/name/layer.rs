//! The middle of a name: who, or what, is counted.

use super::RasterKind;
use crate::{AgeBand, AgeBandScheme, Sex};

/// Who, or what, the cells of a raster count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Layer {
    /// The whole population (`pop`, `ppp`).
    Everyone,
    /// All ages of one sex (`T_F`, `T_M`; `f_total`).
    AllAges(Sex),
    /// Everybody below 18 (`F_Under_18`).
    Under18(Sex),
    /// A band named by its first age; which one, the family's [`AgeBandScheme`] tells.
    From(Sex, u32),
    /// A band with both ends in the name: first age, and first age no longer counted.
    Span(Sex, u32, u32),
    /// All bands, as an archive.
    Bands,
    /// People per square kilometre.
    Density,
    /// Degree of urbanisation, at this level.
    Urbanisation(u32),
    /// Area of the cells.
    CellArea,
    /// Ids of countries, at this level.
    Mastergrid(u32),
    /// Ids of regions.
    Subnational,
}

impl Layer {
    /// What the cells hold.
    #[must_use]
    pub const fn kind(self) -> RasterKind {
        match self {
            Self::Everyone
            | Self::AllAges(_)
            | Self::Under18(_)
            | Self::From(..)
            | Self::Span(..) => RasterKind::Count,
            Self::Bands => RasterKind::Archive,
            Self::Density => RasterKind::Density,
            Self::Urbanisation(_) => RasterKind::Classes,
            Self::CellArea => RasterKind::Area,
            Self::Mastergrid(_) | Self::Subnational => RasterKind::Mask,
        }
    }

    /// The sex counted; `None` where no people are.
    #[must_use]
    pub const fn sex(self) -> Option<Sex> {
        match self {
            Self::Everyone => Some(Sex::Total),
            Self::AllAges(sex) | Self::Under18(sex) | Self::From(sex, _) | Self::Span(sex, ..) => {
                Some(sex)
            }
            _ => None,
        }
    }

    /// The ages counted; `None` for all ages, and where no people are.
    #[must_use]
    pub fn ages(self, scheme: AgeBandScheme) -> Option<AgeBand> {
        match self {
            Self::From(_, age) => scheme.band(age),
            Self::Span(_, from, to) => Some(AgeBand { from, to: Some(to) }),
            Self::Under18(_) => Some(AgeBand {
                from: 0,
                to: Some(18),
            }),
            _ => None,
        }
    }
}
