//! The comments of the values: one for each target of a moment.

use std::collections::BTreeSet;

use pop_datavalues::layout::{Layout, Source};
use pop_datavalues::moment::Moment;
use pop_datavalues::recipe::Target;
use pop_datavalues::{Comment, Text};

use crate::convert::Run;

impl Run<'_> {
    /// Where the values of each target come from.
    pub(crate) fn comments(
        &self,
        moment: &Moment,
        source: &str,
        reference: &str,
        layers: &[u32],
        layout: &Layout,
    ) -> Vec<Text> {
        let method = |target: &Target, made_of: &Source| {
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
            words.extend(moment.method);
            if made_of.is_split() {
                words.push(match made_of {
                    Source::Pieces(_) => target.split.map_or("uniform", |split| split.word()),
                    Source::Weighted(_) => "weights",
                });
            }
            if target.rate.is_some() {
                words.push("rate");
            }
            words.join("+")
        };
        self.recipe
            .targets
            .iter()
            .zip(&layout.sources)
            .map(|(target, made_of)| {
                let comment = Comment {
                    source: source.to_owned(),
                    method: method(target, made_of),
                    reference: reference.to_owned(),
                    note: self.mapping.comment.clone(),
                };
                comment.to_string().into()
            })
            .collect()
    }
}
