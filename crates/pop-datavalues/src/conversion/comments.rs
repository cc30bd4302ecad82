//! The comments of the values: one for each target of a period.

use std::collections::BTreeSet;

use super::{Conversion, PreparedPeriod};
use crate::Comment;
use crate::ages::group_token;
use crate::bands::group_of_slices;
use crate::composition::BandTerms;
use crate::resolved_mapping::{CountedGroup, Target};

/// Where the values of each target come from.
pub(super) fn comments(
    conversion: &Conversion<'_>,
    prepared: &PreparedPeriod,
    source: &str,
    reference: &str,
) -> Vec<Comment> {
    let targets = conversion.resolved.targets.iter();
    targets
        .zip(&prepared.composition.terms)
        .map(|(target, terms)| Comment {
            source: source.to_owned(),
            method: method(conversion, prepared, target, terms),
            reference: reference.to_owned(),
            group: group(target, terms),
            raked: None,
            projected: None,
            note: conversion.mapping.comment.clone(),
        })
        .collect()
}

/// Who is counted; not told of people that a rate or weights make out of others.
fn group(target: &Target, terms: &BandTerms) -> Option<String> {
    if target.rate.is_some() {
        return None;
    }
    match (&target.group, terms) {
        (CountedGroup::Group { sex, ages }, _) => Some(group_token(*sex, *ages)),
        (CountedGroup::Formula(formula), BandTerms::Slices(slices)) => {
            Some(match group_of_slices(slices) {
                Some((sex, ages)) => group_token(sex, ages),
                None => formula.to_string().replace(' ', ""),
            })
        }
        (CountedGroup::Formula(_), BandTerms::Weighted(_)) => None,
    }
}

/// The coverage rules of a target's rasters, then what was done with them, joined by `+`.
fn method(
    conversion: &Conversion<'_>,
    prepared: &PreparedPeriod,
    target: &Target,
    terms: &BandTerms,
) -> String {
    let first = prepared.years.first().map(|(layers, _)| layers.as_slice());
    let layers = first.unwrap_or_default();
    let rules: BTreeSet<&str> = terms
        .columns()
        .into_iter()
        .map(|column| {
            conversion.table.layers[layers[column] as usize]
                .method
                .as_str()
        })
        .filter(|rule| !rule.is_empty())
        .collect();
    let mut words: Vec<&str> = rules.into_iter().collect();
    if words.is_empty() {
        words.push("unknown");
    }
    words.extend(prepared.period.method);
    if terms.is_split() {
        words.push(match terms {
            BandTerms::Slices(_) => target.split.map_or("uniform", |split| split.word()),
            BandTerms::Weighted(_) => "weights",
        });
    }
    if target.rate.is_some() {
        words.push("rate");
    }
    words.join("+")
}
