//! Rasters that are sums of others: in one list they would count everybody twice.

use std::collections::{BTreeMap, BTreeSet};

use pop_cli::{Console, ToolError};
use pop_worldpop::{Area, Layer, Sex};

use crate::wish::Wish;

/// How the people of an area and year are cut up; of several, the first goes into a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Cut {
    /// Bands of age, of each sex.
    Bands,
    /// Bands of age, of both sexes together.
    BandsOfBoth,
    /// All ages, of each sex.
    AllAges,
}

impl Cut {
    /// `None` for rasters that belong to no set: everybody, and those below 18.
    const fn of(layer: Layer) -> Option<Self> {
        match layer {
            Layer::From(Sex::Total, _) | Layer::Span(Sex::Total, ..) => Some(Self::BandsOfBoth),
            Layer::From(..) | Layer::Span(..) => Some(Self::Bands),
            Layer::AllAges(_) => Some(Self::AllAges),
            _ => None,
        }
    }

    const fn words(self) -> &'static str {
        match self {
            Self::Bands => "bands of f or m",
            Self::BandsOfBoth => "bands of t",
            Self::AllAges => "all ages of f or m",
        }
    }
}

type Cuts<'a> = BTreeMap<(&'a Area, i32), BTreeSet<Cut>>;

fn cuts(wishes: &[Wish]) -> Cuts<'_> {
    let mut cuts = Cuts::new();
    for wish in wishes {
        let wanted = &wish.wanted;
        if let Some(cut) = Cut::of(wanted.layer) {
            cuts.entry((&wanted.area, wanted.year))
                .or_default()
                .insert(cut);
        }
    }
    cuts
}

/// Refuses a selection that holds rasters and their sums.
///
/// # Errors
/// Usage.
pub(crate) fn refuse(wishes: &[Wish]) -> Result<(), ToolError> {
    for ((area, year), here) in cuts(wishes) {
        if here.len() > 1 {
            let words: Vec<&str> = here.iter().map(|cut| cut.words()).collect();
            return Err(ToolError::usage(format!(
                "{area} {year}: {} together would count everybody twice",
                words.join(" and ")
            ))
            .hint("ask for one of them"));
        }
    }
    Ok(())
}

/// The rasters of a whole lock that may stand in one list: where it pins rasters and their sums,
/// the sums are left out, and that is said.
pub(crate) fn leave_out(wishes: Vec<Wish>, console: &Console) -> Vec<Wish> {
    let kept: BTreeMap<(Area, i32), Cut> = cuts(&wishes)
        .into_iter()
        .filter_map(|((area, year), here)| Some(((area.clone(), year), here.first().copied()?)))
        .collect();
    let before = wishes.len();
    let listed: Vec<Wish> = wishes
        .into_iter()
        .filter(|wish| {
            let wanted = &wish.wanted;
            Cut::of(wanted.layer)
                .is_none_or(|cut| kept.get(&(wanted.area.clone(), wanted.year)) == Some(&cut))
        })
        .collect();
    if listed.len() < before {
        console.warn(&format!(
            "{} rasters are sums of others that are pinned too: they are left out of the list, which would count everybody twice",
            before - listed.len()
        ));
    }
    listed
}
