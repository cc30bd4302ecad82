//! Which rasters may stand in one stream.

use std::collections::{BTreeMap, BTreeSet};

use pop_cli::{Consent, Finding, ToolError, by_number};
use pop_worldpop::Sex;

use crate::consent::{MIXED_RELEASES, MIXED_SEXES};
use crate::rasters::Raster;

/// Refuses rasters of several releases, and bands of both sexes beside those of each, unless allowed.
pub(crate) fn check(rasters: &[Raster], consent: &mut Consent) -> Result<(), ToolError> {
    releases(rasters, consent)?;
    sexes(rasters, consent)
}

fn releases(rasters: &[Raster], consent: &mut Consent) -> Result<(), ToolError> {
    let mut sources: BTreeMap<&str, &str> = BTreeMap::new();
    for raster in rasters.iter().filter(|r| !r.label.source.is_empty()) {
        sources.entry(&raster.label.source).or_insert(&raster.name);
    }
    if sources.len() < 2 {
        return Ok(());
    }
    let findings = sources
        .iter()
        .map(|(source, name)| Finding {
            unit: (*name).to_owned(),
            detail: (*source).to_owned(),
        })
        .collect();
    let judgement = consent.judge(MIXED_RELEASES, findings);
    if judgement.refused.is_empty() {
        return Ok(());
    }
    Err(consent.refusal(
        MIXED_RELEASES,
        "rasters are of different products or releases",
        &judgement.refused,
    ))
}

/// A band of both sexes holds the people of the bands of each: whoever adds up the stream counts everybody twice.
fn sexes(rasters: &[Raster], consent: &mut Consent) -> Result<(), ToolError> {
    let of_year = |sexes: &[Sex]| -> BTreeSet<Option<i32>> {
        rasters
            .iter()
            .filter(|r| {
                r.label.band().is_some() && r.label.sex.is_some_and(|sex| sexes.contains(&sex))
            })
            .map(|r| r.label.year)
            .collect()
    };
    let both = of_year(&[Sex::Total]);
    if both.is_empty() || of_year(&[Sex::Female, Sex::Male]).is_empty() {
        return Ok(());
    }
    let findings = rasters
        .iter()
        .filter(|r| r.label.band().is_some() && r.label.sex == Some(Sex::Total))
        .map(|r| Finding {
            unit: r.name.clone(),
            detail: "both sexes".to_owned(),
        })
        .collect();
    let judgement = consent.judge(MIXED_SEXES, findings);
    if judgement.refused.is_empty() {
        return Ok(());
    }
    let what = by_number(
        judgement.refused.len(),
        "raster of both sexes is given beside rasters of each sex: people would be counted twice",
        "rasters of both sexes are given beside rasters of each sex: people would be counted twice",
    );
    Err(consent.refusal(MIXED_SEXES, what, &judgement.refused))
}
