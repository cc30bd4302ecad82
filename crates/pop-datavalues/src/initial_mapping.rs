//! A first mapping file, from metadata and the sums at hand: what codes and labels
//! agree on is proposed, the rest stands there as a comment with both readings.

mod proposal;

use std::collections::BTreeSet;
use std::fmt::Write as _;

use pop_worldpop::AgeBandScheme;

use crate::BandSet;
use crate::metadata::{DataElement, DataSet, Metadata};
use proposal::EntryProposer;

const HEAD: &str = "\
# A mapping for to-datavalueset: which people go into which data element.
# Lines that begin with # are not read. Keys, with their values:
#   data_set, attribute_option_combo   UID, code or name
#   comment = \"words added to every comment\"
#   split = \"uniform\" or \"sprague\"      how to cut a band for a group that takes part of it
#   total = \"bands\" or \"raster\"         where a total comes from that is filled beside its bands
#   bands = 18 or 20                    the bands your formulas were written for
#   [periods] 2025 = \"2017\"             period text for a year, for other calendars
#   [limits] growth, total, sex_ratio, under_five
# One [[value]] for each thing to fill:
#   data_element                        UID, code or name
#   sex = \"female\", ages = \"15-49 years\" (<5 years, 12-23 months, 65+ years); everybody without them
#   formula = \"f05*1/5 + f10\"           instead of sex and ages
#   by = \"options\"                      every option combo, through what its options mean
#   options = [\"F\", \"P15Y--P20Y\"]       one option combo, by its options; or category_option_combo
#   rate = { value = 0.041, source = \"...\", year = 2020, level = \"national\" }
";

/// What is known of the sums that a mapping is written for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SumsSummary {
    /// Their bands.
    pub bands: BandSet,
    /// Levels of their units.
    pub levels: Vec<u32>,
    /// Their years.
    pub years: Vec<i32>,
}

/// A mapping file, and how much of it is read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InitialMapping {
    /// The file.
    pub text: String,
    /// How many things it fills.
    pub proposed: usize,
    /// How many stand there as comments.
    pub doubtful: usize,
}

/// Drafts a mapping of everything in the metadata, or of the data set named by its UID. Without
/// metadata it is the head and one example; without sums the bands of the current product are taken.
#[must_use]
pub fn initial_mapping(
    metadata: Option<&Metadata>,
    sums_summary: Option<&SumsSummary>,
    data_set: Option<&str>,
) -> InitialMapping {
    let mut initial_mapping = InitialMapping {
        text: HEAD.to_owned(),
        proposed: 0,
        doubtful: 0,
    };
    initial_mapping.settings(sums_summary);
    let Some(metadata) = metadata else {
        initial_mapping.text.push_str(
            "\n[[value]]\ndata_element = \"DkmMEcubiPv\"   # the UID of your element for the whole population\n",
        );
        initial_mapping.proposed = 1;
        return initial_mapping;
    };
    let bands = sums_summary.map_or_else(
        || BandSet::of_scheme(AgeBandScheme::Open90),
        |sums_summary| sums_summary.bands.clone(),
    );
    let proposal = EntryProposer { metadata, bands };
    let mut seen = BTreeSet::new();
    let is_asked = |set: &&DataSet| data_set.is_none_or(|id| set.id == id);
    for set in metadata.data_sets.iter().filter(is_asked) {
        initial_mapping.heading(set, metadata);
        let held = |element: &&DataElement| set.holds(&element.id);
        for element in metadata.data_elements.iter().filter(held) {
            initial_mapping.element(&proposal, element, Some(set), &mut seen);
        }
    }
    let lonely = |element: &&DataElement| metadata.data_sets_of(&element.id).next().is_none();
    let mut lonely = metadata.data_elements.iter().filter(lonely).peekable();
    if data_set.is_none() && lonely.peek().is_some() {
        initial_mapping
            .text
            .push_str("\n# Data elements in no data set\n");
        for element in lonely {
            initial_mapping.element(&proposal, element, None, &mut seen);
        }
    }
    initial_mapping
}

impl InitialMapping {
    fn settings(&mut self, sums_summary: Option<&SumsSummary>) {
        self.text.push_str("version = 1\n");
        let Some(sums_summary) = sums_summary else {
            return;
        };
        if let Some(scheme) = sums_summary.bands.scheme() {
            let _ = writeln!(self.text, "bands = {}", scheme.bands().len());
        } else if !sums_summary.bands.has_bands() {
            self.comment(
                "The sums at hand hold no bands: only the whole population can be filled.",
            );
        }
        let list =
            |numbers: &mut dyn Iterator<Item = String>| numbers.collect::<Vec<_>>().join(", ");
        if sums_summary.levels.len() > 1 {
            let levels = list(&mut sums_summary.levels.iter().map(u32::to_string));
            self.comment(&format!(
                "The sums at hand hold the levels {levels}: choose one with --level."
            ));
        }
        if !sums_summary.years.is_empty() {
            let years = list(&mut sums_summary.years.iter().map(i32::to_string));
            self.comment(&format!("Years of the sums at hand: {years}."));
        }
    }

    fn heading(&mut self, set: &DataSet, metadata: &Metadata) {
        self.text.push('\n');
        self.comment(&format!(
            "Data set {} ({}{}), {}",
            set.name,
            code(set.code.as_ref()),
            set.id,
            set.period_type
        ));
        let attributes = metadata
            .category_combo(&set.category_combo)
            .filter(|combo| !combo.is_default);
        if let Some(combo) = attributes {
            let list: Vec<String> = combo
                .category_option_combos
                .iter()
                .map(|c| format!("{} ({})", c.name, c.id))
                .collect();
            self.comment(&format!(
                "Its values need an attribute_option_combo, one of: {}",
                list.join(", ")
            ));
        }
    }

    /// Adds an element, once: a value belongs to one data set.
    fn element(
        &mut self,
        proposal: &EntryProposer<'_>,
        element: &DataElement,
        set: Option<&DataSet>,
        seen: &mut BTreeSet<String>,
    ) {
        self.text.push('\n');
        self.comment(&format!(
            "{} ({}{})",
            element.name,
            code(element.code.as_ref()),
            element.id
        ));
        if !element.adds_up_population() {
            self.comment(&format!(
                "Its aggregation type is {}: for a population AVERAGE_SUM_ORG_UNIT is right.",
                element.aggregation_type
            ));
        }
        let (body, found) = proposal.entry(element, set);
        let is_first = seen.insert(element.id.clone());
        match found {
            Ok(_) if !is_first => {
                self.comment("proposed above, in another data set: a value is written once");
                self.comment(&body);
                self.doubtful += 1;
            }
            Ok(notes) => {
                for note in notes {
                    self.comment(&note);
                }
                self.text.push_str(&body);
                self.proposed += 1;
            }
            Err(doubt) => {
                self.comment(&format!("in doubt: {doubt}"));
                self.comment(&body);
                self.doubtful += 1;
            }
        }
    }

    /// Adds lines that are not read. Names come from a server: nothing in them may end a comment.
    fn comment(&mut self, text: &str) {
        for line in text.lines() {
            let line: String = line
                .chars()
                .map(|c| if c.is_control() { ' ' } else { c })
                .collect();
            let _ = writeln!(self.text, "# {line}");
        }
    }
}

fn code(code: Option<&String>) -> String {
    code.map(|code| format!("{code}, ")).unwrap_or_default()
}

#[cfg(test)]
mod tests;
