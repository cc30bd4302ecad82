//! What a target is made of.

use crate::ages::{Age, Ages};
use crate::bands::{ALL_AGES, BandSlice};
use crate::formula::Ratio;
use crate::mapping::Split;

/// What a target is made of.
#[derive(Debug, Clone, PartialEq)]
pub enum BandTerms {
    /// Parts of bands.
    Slices(Vec<BandSlice>),
    /// Columns with weights.
    Weighted(Vec<(usize, String, Ratio)>),
}

impl BandTerms {
    /// Whether some band is taken in part.
    #[must_use]
    pub fn is_split(&self) -> bool {
        match self {
            Self::Slices(slices) => slices.iter().any(|slice| !slice.is_whole()),
            Self::Weighted(columns) => columns
                .iter()
                .any(|(_, _, weight)| weight.over != weight.under),
        }
    }

    /// Columns of the sums that it uses.
    pub fn columns(&self) -> Vec<usize> {
        match self {
            Self::Slices(slices) => slices.iter().map(|slice| slice.column).collect(),
            Self::Weighted(columns) => columns.iter().map(|(column, ..)| *column).collect(),
        }
    }

    /// `f15 + f20`, `1/4 t01 + t05`; where the weight differs from unit to unit, the ages taken: `t01[12-23 months]`.
    #[must_use]
    pub fn formula(&self, split: Option<Split>) -> String {
        let weighted = |name: &str, weight: Ratio| match weight.over == weight.under {
            true => name.to_owned(),
            false => format!("{weight} {name}"),
        };
        let terms: Vec<String> = match self {
            Self::Slices(slices) => slices
                .iter()
                .map(|slice| {
                    if slice.band == ALL_AGES {
                        return slice.sex.to_string();
                    }
                    let name = format!("{}{:02}", slice.sex, slice.band.from);
                    match (slice.band.to, slice.to) {
                        (Some(_), Some(to))
                            if !slice.is_whole() && split == Some(Split::Sprague) =>
                        {
                            let month = |months| Age { months, days: 0 };
                            format!(
                                "{name}[{}]",
                                Ages {
                                    from: month(slice.from),
                                    to: Some(month(to))
                                }
                            )
                        }
                        (Some(band_to), Some(to)) => weighted(
                            &name,
                            Ratio::reduced(to - slice.from, 12 * (band_to - slice.band.from)),
                        ),
                        _ => name,
                    }
                })
                .collect(),
            Self::Weighted(columns) => columns
                .iter()
                .map(|(_, name, weight)| weighted(name, *weight))
                .collect(),
        };
        terms.join(" + ")
    }
}
