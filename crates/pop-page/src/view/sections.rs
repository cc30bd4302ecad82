//! The sections that show a file as it is: exceptions, balance, adjustments, provenance.

use pop_messages::{Arg, Messages};

use crate::figures::Figures;
use crate::page_text;
use crate::review::{Balance, ProvenanceFile, RakingLine, Review};

/// Adjusted units that are listed.
const RAKED_SHOWN: usize = 100;

/// Members of the balance of an age band.
const PART_MEMBERS: [&str; 4] = ["in_units", "more_than_once", "in_no_unit", "total"];

/// The balances: whole tables of rasters of all people, a row for each age band and sex.
pub(super) struct BalanceView {
    pub(super) tables: Vec<BalanceTable>,
    pub(super) parts: Vec<BalancePart>,
}

/// The balance of a raster of a sex or an age band at a level.
pub(super) struct BalancePart {
    pub(super) name: String,
    /// By [`PART_MEMBERS`].
    pub(super) people: [String; 4],
}

/// The balance of a raster at a level.
pub(super) struct BalanceTable {
    pub(super) caption: String,
    pub(super) rows: Vec<[String; 2]>,
}

/// Adjustments.
pub(super) struct RakingTable {
    pub(super) controls: Vec<RakingRow>,
    pub(super) units: Vec<RakingRow>,
    pub(super) more: Option<String>,
    /// Said where lines are left out.
    pub(super) suppressed: Option<String>,
}

pub(super) struct RakingRow {
    pub(super) name: String,
    pub(super) source: String,
    pub(super) before: String,
    pub(super) after: String,
    pub(super) factor: String,
    pub(super) is_flagged: bool,
}

/// Runs, in the order in which their files were made.
pub(super) struct Provenance {
    pub(super) runs: Vec<ProvenanceRun>,
}

pub(super) struct ProvenanceRun {
    pub(super) tool: String,
    pub(super) arguments: String,
    pub(super) inputs: Vec<[String; 3]>,
    pub(super) outputs: Vec<[String; 3]>,
}

pub(super) fn refused(review: &Review, m: &Messages) -> Vec<[String; 3]> {
    let row = |refused: &crate::review::Refused| {
        let key = if refused.is_allowed {
            "refused-allowed"
        } else {
            "refused-open"
        };
        [
            page_text(&refused.kind),
            if refused.message.is_empty() {
                m.text("hidden")
            } else {
                page_text(&refused.message)
            },
            m.text_of(key, &[("count", Arg::Count(refused.values))]),
        ]
    };
    review.refused.iter().map(row).collect()
}

pub(super) fn exceptions(review: &Review) -> Option<Vec<[String; 3]>> {
    let entries = review.exceptions.as_ref()?.iter().map(|entry| {
        let unit = if entry.name.trim().is_empty() {
            &entry.unit
        } else {
            &entry.name
        };
        [
            page_text(unit),
            page_text(&entry.kind),
            page_text(&entry.reason),
        ]
    });
    Some(entries.collect())
}

pub(super) fn balance(review: &Review, figures: &Figures<'_>) -> Option<BalanceView> {
    let m = figures.messages;
    let people = |people: f64| {
        if review.is_balance_suppressed {
            m.text("hidden")
        } else {
            figures.exact(people)
        }
    };
    let caption = |balance: &Balance| {
        let level = balance.level.map_or_else(String::new, |level| {
            m.text_of("level", &[("level", Arg::Count(level as usize))])
        });
        format!("{} {level}", page_text(&balance.raster))
    };
    let balances = review.balance.as_ref()?;
    let tables = balances.iter().filter(|balance| !balance.is_part);
    let parts = balances.iter().filter(|balance| balance.is_part);
    Some(BalanceView {
        tables: tables
            .map(|balance| BalanceTable {
                caption: format!("{} · {}", caption(balance), page_text(&balance.source)),
                rows: balance
                    .lines
                    .iter()
                    .map(|line| {
                        let label = m.text(&format!("balance-{}", line.member.replace('_', "-")));
                        [label, people(line.people)]
                    })
                    .collect(),
            })
            .collect(),
        parts: parts
            .map(|balance| {
                let of = |member: &str| {
                    let mut lines = balance.lines.iter();
                    lines
                        .find(|line| line.member == member)
                        .map_or_else(|| "–".to_owned(), |line| people(line.people))
                };
                BalancePart {
                    name: caption(balance),
                    people: PART_MEMBERS.map(of),
                }
            })
            .collect(),
    })
}

pub(super) fn raking(review: &Review, figures: &Figures<'_>) -> Option<RakingTable> {
    let raking = review.raking.as_ref()?;
    let m = figures.messages;
    let row = |line: &RakingLine| RakingRow {
        name: page_text(&line.name),
        source: page_text(&line.source),
        before: line
            .before
            .map_or_else(|| "–".to_owned(), |people| figures.exact(people)),
        after: line
            .after
            .map_or_else(|| "–".to_owned(), |people| figures.exact(people)),
        factor: line
            .factor
            .map_or_else(|| "–".to_owned(), |factor| m.number(factor, 4)),
        is_flagged: line.is_flagged,
    };
    let more = raking.units.len().saturating_sub(RAKED_SHOWN);
    Some(RakingTable {
        controls: raking.controls.iter().map(row).collect(),
        units: raking.units.iter().take(RAKED_SHOWN).map(row).collect(),
        more: (more > 0).then(|| m.text_of("raking-more", &[("count", Arg::Count(more))])),
        suppressed: raking.is_suppressed.then(|| m.text("raking-suppressed")),
    })
}

pub(super) fn provenance(review: &Review) -> Option<Provenance> {
    let file = |file: &ProvenanceFile| {
        [
            page_text(&file.role),
            page_text(&file.name),
            page_text(&file.sha256),
        ]
    };
    let runs = review
        .provenance
        .as_ref()?
        .iter()
        .map(|record| ProvenanceRun {
            tool: format!("{} {}", page_text(&record.tool), page_text(&record.version)),
            arguments: arguments(&record.arguments),
            inputs: record.inputs.iter().map(file).collect(),
            outputs: record.outputs.iter().map(file).collect(),
        });
    Some(Provenance {
        runs: runs.collect(),
    })
}

/// Arguments as they are typed.
fn arguments(arguments: &[String]) -> String {
    let arguments: Vec<String> = arguments
        .iter()
        .map(|argument| page_text(argument))
        .collect();
    arguments.join(" ")
}
