//! Figures as cells of a table.

use pop_messages::{Arg, Messages};

use crate::page_text;
use crate::review::{Flag, FlagRule, Review, Row};

/// How the figures of a page are written.
pub(crate) struct Figures<'a> {
    pub(crate) messages: &'a Messages,
    decimals: usize,
    /// Counts above 0 and below it are not shown.
    least: Option<f64>,
}

/// A row of a table of figures.
pub(crate) struct FigureRow {
    pub(crate) name: String,
    pub(crate) measure: String,
    pub(crate) units: String,
    pub(crate) before: String,
    pub(crate) after: String,
    pub(crate) difference: String,
    pub(crate) change: String,
    pub(crate) rules: Vec<Rule>,
}

/// A rule that is met. Those of `compare` are in English on every page.
pub(crate) struct Rule {
    pub(crate) text: String,
    pub(crate) is_english: bool,
}

impl<'a> Figures<'a> {
    pub(crate) fn new(review: &Review, messages: &'a Messages, least: Option<f64>) -> Self {
        let rows = review.units.iter().chain(&review.parents);
        let mut values = rows.flat_map(|row| [row.before, row.after]).flatten();
        let is_whole = values.all(|value| value.fract() == 0.0);
        Self {
            messages,
            decimals: usize::from(!is_whole),
            least,
        }
    }

    /// People, or what stands for them.
    pub(crate) fn people(&self, people: Option<f64>) -> String {
        match (people, self.least) {
            (None, _) => "–".to_owned(),
            (Some(people), Some(least)) if people > 0.0 && people < least => {
                let least = self.messages.number(least, 0);
                self.messages
                    .text_of("less-than", &[("number", Arg::Text(&least))])
            }
            (Some(people), _) => self.messages.number(people, self.decimals),
        }
    }

    /// People of a balance: never whole.
    pub(crate) fn exact(&self, people: f64) -> String {
        let is_small = self
            .least
            .is_some_and(|least| people > 0.0 && people < least);
        if is_small {
            self.people(Some(people))
        } else {
            self.messages.number(people, 1)
        }
    }

    /// A difference with its sign.
    pub(crate) fn signed(&self, difference: Option<f64>) -> String {
        difference.map_or_else(
            || "–".to_owned(),
            |difference| self.messages.signed(difference, self.decimals),
        )
    }

    /// A share as a signed percentage.
    pub(crate) fn share(&self, share: Option<f64>) -> String {
        share.map_or_else(
            || "–".to_owned(),
            |share| self.messages.signed_percent(share, 1),
        )
    }

    /// The cells of a row.
    pub(crate) fn row(&self, row: &Row, measure: &str) -> FigureRow {
        let hidden = self.messages.text("hidden");
        // A small count is told from one that only protects it.
        let count = |people: Option<f64>| {
            let text = self.people(people);
            let is_small = self
                .least
                .is_some_and(|least| people.is_some_and(|p| p > 0.0 && p < least));
            if row.is_suppressed && !is_small {
                hidden.clone()
            } else {
                text
            }
        };
        let shown = |text: String| {
            if row.is_suppressed {
                hidden.clone()
            } else {
                text
            }
        };
        FigureRow {
            name: name(row),
            measure: measure.to_owned(),
            units: row
                .units
                .map_or_else(String::new, |units| self.messages.number(units as f64, 0)),
            before: count(row.before),
            after: count(row.after),
            difference: shown(self.signed(row.difference)),
            change: shown(self.share(row.change)),
            rules: row.flags.iter().map(|flag| self.rule(flag, row)).collect(),
        }
    }

    fn rule(&self, flag: &Flag, row: &Row) -> Rule {
        let (rule, found, threshold) = match flag {
            Flag::Text(_) if row.is_suppressed => {
                return Rule {
                    text: self.messages.text("hidden"),
                    is_english: false,
                };
            }
            Flag::Text(text) => {
                return Rule {
                    text: page_text(text),
                    is_english: true,
                };
            }
            Flag::Rule {
                rule,
                found,
                threshold,
            } => (rule, *found, *threshold),
        };
        let period = row.year_before.as_ref().map_or("", |year| &year.period);
        let key = match rule {
            FlagRule::Change => "flag-change",
            FlagRule::Growth => "flag-growth",
            FlagRule::Decline => "flag-decline",
        };
        let found = if row.is_suppressed {
            self.messages.text("hidden")
        } else {
            self.messages.signed_percent(found, 1)
        };
        let threshold = self.messages.percent(threshold, 0);
        let text = self.messages.text_of(
            key,
            &[
                ("found", Arg::Text(&found)),
                ("threshold", Arg::Text(&threshold)),
                ("period", Arg::Text(period)),
            ],
        );
        Rule {
            text,
            is_english: false,
        }
    }
}

/// The name of a unit, else its id.
pub(crate) fn name(row: &Row) -> String {
    if row.name.trim().is_empty() {
        page_text(&row.id)
    } else {
        page_text(&row.name)
    }
}
