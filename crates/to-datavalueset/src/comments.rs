//! The comments of the values: one for each target of a reference period.

use std::collections::BTreeSet;

use pop_datavalues::Comment;
use pop_datavalues::composition::{BandTerms, Composition};
use pop_datavalues::reference_period::ReferencePeriod;
use pop_datavalues::resolved_mapping::Target;

use crate::convert::Conversion;

impl Conversion<'_> {
    /// Where the values of each target come from.
    pub(crate) fn comments(
        &self,
        ref_period: &ReferencePeriod,
        source: &str,
        reference: &str,
        layers: &[u32],
        composition: &Composition,
    ) -> Vec<Comment> {
        let method = |target: &Target, made_of: &BandTerms| {
            let rules: BTreeSet<&str> = made_of
                .columns()
                .into_iter()
                .map(|column| self.table.layers[layers[column] as usize].method.as_str())
                .filter(|rule| !rule.is_empty())
                .collect();
            let mut words: Vec<&str> = rules.into_iter().collect();
            if words.is_empty() {
                words.push("unknown");
            }
            words.extend(ref_period.method);
            if made_of.is_split() {
                words.push(match made_of {
                    BandTerms::Slices(_) => target.split.map_or("uniform", |split| split.word()),
                    BandTerms::Weighted(_) => "weights",
                });
            }
            if target.rate.is_some() {
                words.push("rate");
            }
            words.join("+")
        };
        self.resolved
            .targets
            .iter()
            .zip(&composition.terms)
            .map(|(target, made_of)| Comment {
                source: source.to_owned(),
                method: method(target, made_of),
                reference: reference.to_owned(),
                raked: None,
                note: self.mapping.comment.clone(),
            })
            .collect()
    }
}
