//! Keeps rasters that are sums of others out of one list: together they count everybody twice.

use std::collections::{BTreeMap, BTreeSet};

use pop_cli::{Console, ToolError, counted};
use pop_worldpop::{Area, Layer, Sex};

use crate::request::RasterRequest;

/// How rasters divide the people of an area and year. A list holds one of them, the first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Breakdown {
    /// Age bands of one sex.
    Bands,
    /// Age bands of both sexes.
    BandsOfBoth,
    /// All ages of one sex.
    AllAges,
}

impl Breakdown {
    /// `None` for rasters that are no part of a set: everybody, and under-18.
    const fn of(layer: Layer) -> Option<Self> {
        match layer {
            Layer::From(Sex::Total, _) | Layer::Span(Sex::Total, ..) => Some(Self::BandsOfBoth),
            Layer::From(..) | Layer::Span(..) => Some(Self::Bands),
            Layer::AllAges(_) => Some(Self::AllAges),
            _ => None,
        }
    }

    const fn as_str(self) -> &'static str {
        match self {
            Self::Bands => "age bands of f or m",
            Self::BandsOfBoth => "age bands of t",
            Self::AllAges => "all ages of f or m",
        }
    }
}

type Breakdowns<'a> = BTreeMap<(&'a Area, i32), BTreeSet<Breakdown>>;

fn breakdowns(requests: &[RasterRequest]) -> Breakdowns<'_> {
    let mut breakdowns = Breakdowns::new();
    for request in requests {
        let key = &request.key;
        if let Some(breakdown) = Breakdown::of(key.layer) {
            breakdowns
                .entry((&key.area, key.year))
                .or_default()
                .insert(breakdown);
        }
    }
    breakdowns
}

/// Refuses a selection that contains rasters and their sums.
///
/// # Errors
/// Usage.
pub(crate) fn refuse_overlapping(requests: &[RasterRequest]) -> Result<(), ToolError> {
    for ((area, year), here) in breakdowns(requests) {
        if here.len() > 1 {
            let words: Vec<&str> = here.iter().map(|breakdown| breakdown.as_str()).collect();
            return Err(ToolError::usage(format!(
                "{area} {year}: {} together would count everybody twice",
                words.join(" and ")
            ))
            .hint("select one of them"));
        }
    }
    Ok(())
}

/// The rasters that may be in one list: where a lock file pins rasters and their sums, leaves out
/// the sums, with a warning.
pub(crate) fn leave_out_overlapping(
    requests: Vec<RasterRequest>,
    console: &Console,
) -> Vec<RasterRequest> {
    let kept: BTreeMap<(Area, i32), Breakdown> = breakdowns(&requests)
        .into_iter()
        .filter_map(|((area, year), here)| Some(((area.clone(), year), here.first().copied()?)))
        .collect();
    let before = requests.len();
    let listed: Vec<RasterRequest> = requests
        .into_iter()
        .filter(|request| {
            let key = &request.key;
            Breakdown::of(key.layer)
                .is_none_or(|breakdown| kept.get(&(key.area.clone(), key.year)) == Some(&breakdown))
        })
        .collect();
    if listed.len() < before {
        console.warn(&format!(
            "{} left out of the list: sums of other pinned rasters, which would count everybody twice",
            counted(before - listed.len(), "raster")
        ));
    }
    listed
}
