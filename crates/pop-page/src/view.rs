//! The review as the template shows it.

mod map;
mod sections;
mod summary;

use std::collections::BTreeMap;
use std::io;

use askama::Template;
use pop_messages::{Arg, Messages};

use crate::charts::{self, DotPlot, PyramidTable, UnitPyramids};
use crate::figures::{FigureRow, Figures};
use crate::page_text;
use crate::review::{Hashes, Review, Row, SubjectKind};
use crate::style;
use map::MapView;
use sections::{BalanceView, Provenance, RakingTable};

/// Flagged units that are listed; the rest is counted.
const FLAGGED_SHOWN: usize = 500;
/// Rows of parents, or of units without a value, that are printed; more are opened by the reader.
const LISTED: usize = 300;

/// Which units the tables print.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Annex {
    /// Those of a parent are opened by the reader.
    #[default]
    Closed,
    /// All are open, and printed.
    All,
}

/// The page could not be written.
#[derive(Debug)]
pub enum RenderError {
    /// The template.
    Template(askama::Error),
    /// The writer.
    Write(io::Error),
}

impl std::fmt::Display for RenderError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Template(error) => {
                write!(f, "internal error: page template: {error}, please report")
            }
            Self::Write(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for RenderError {}

/// Writes a review as a page. Counts above 0 and below `least` are not shown; call [`crate::suppress`] first.
///
/// # Errors
/// Those of the writer.
pub fn render(
    review: &Review,
    messages: &Messages,
    annex: Annex,
    least: Option<f64>,
    out: &mut impl io::Write,
) -> Result<(), RenderError> {
    let page = Page::new(review, messages, annex, least);
    let html = page.render().map_err(RenderError::Template)?;
    out.write_all(html.as_bytes()).map_err(RenderError::Write)
}

#[derive(Template)]
#[template(path = "page.html")]
struct Page<'a> {
    m: &'a Messages,
    lang: &'a str,
    style: String,
    style_source: String,
    title: String,
    /// What the first hash is of.
    hash_label: String,
    signed: String,
    /// What a comparison compares.
    sides: Option<[String; 2]>,
    asked: String,
    hashes: &'a Hashes,
    counts: Vec<(String, String)>,
    facts: Vec<String>,
    suppressed: Option<String>,
    totals: Vec<FigureRow>,
    map: Option<MapView>,
    dots: Option<DotPlot>,
    country_ages: Option<PyramidTable>,
    unit_ages: Option<UnitPyramids>,
    parents: Listed<FigureRow>,
    flagged: Vec<FigureRow>,
    flagged_more: Option<String>,
    missing: Option<Listed<MissingRow>>,
    groups: Vec<UnitGroup>,
    is_open: bool,
    refused: Vec<[String; 3]>,
    exceptions: Option<Vec<[String; 3]>>,
    allowed: Vec<String>,
    balance: Option<BalanceView>,
    raking: Option<RakingTable>,
    provenance: Option<Provenance>,
    remarks: Vec<String>,
}

/// A list of which the end is closed where it is long.
struct Listed<T> {
    shown: Vec<T>,
    /// The rest, and how many there are.
    rest: Option<(String, Vec<T>)>,
}

impl<T> Listed<T> {
    fn new(mut shown: Vec<T>, m: &Messages) -> Self {
        let rest = shown.split_off(shown.len().min(LISTED));
        let count = m.text_of("rows-more", &[("count", Arg::Count(rest.len()))]);
        Self {
            shown,
            rest: (!rest.is_empty()).then_some((count, rest)),
        }
    }
}

struct MissingRow {
    name: String,
    reasons: String,
}

/// The units of a parent.
struct UnitGroup {
    name: String,
    count: String,
    rows: Vec<FigureRow>,
}

impl<'a> Page<'a> {
    fn new(review: &'a Review, m: &'a Messages, annex: Annex, least: Option<f64>) -> Self {
        let figures = Figures::new(review, m, least);
        let mut foot = format!("{} {}", m.text(hash_key(review)), review.hashes.plan);
        if let Some(payload) = &review.hashes.payload {
            foot.push_str(&format!("\n{} {payload}", m.text("payload-sha256")));
        }
        let style = style::style(&foot, &m.text("page-of"));
        let flagged: Vec<&Row> = flagged(review);
        let more = flagged.len().saturating_sub(FLAGGED_SHOWN);
        Self {
            m,
            lang: m.language().code(),
            style_source: style::source(&style),
            style,
            title: summary::title(review, m),
            hash_label: m.text(hash_key(review)),
            signed: m.text(match review.subject.kind {
                SubjectKind::Comparison => "signed-comparison",
                SubjectKind::Plan | SubjectKind::Undo => "signed-text",
            }),
            sides: sides(review),
            asked: summary::asked(review, &figures),
            hashes: &review.hashes,
            counts: summary::counts(review, m),
            facts: summary::facts(review, flagged.len(), m),
            suppressed: least.map(|least| {
                let least = m.number(least, 0);
                m.text_of("suppressed", &[("number", Arg::Text(&least))])
            }),
            totals: totals(review, &figures),
            map: map::map(review, m),
            dots: charts::dot_plot(review, &figures),
            country_ages: review
                .country_pyramid
                .as_ref()
                .map(|pyramid| charts::pyramid(pyramid, m)),
            unit_ages: unit_ages(review, &flagged, m),
            parents: Listed::new(rows(&review.parents, review, &figures), m),
            flagged: flagged
                .iter()
                .take(FLAGGED_SHOWN)
                .map(|row| figures.row(row, &measure_name(review, row.measure)))
                .collect(),
            flagged_more: (more > 0)
                .then(|| m.text_of("flagged-more", &[("count", Arg::Count(more))])),
            missing: missing(review, m),
            groups: groups(review, &figures),
            is_open: annex == Annex::All,
            refused: sections::refused(review, m),
            exceptions: sections::exceptions(review),
            allowed: review.allowed.iter().map(|kind| page_text(kind)).collect(),
            balance: sections::balance(review, &figures),
            raking: sections::raking(review, &figures),
            provenance: sections::provenance(review),
            remarks: review
                .remarks
                .iter()
                .map(|remark| page_text(remark))
                .collect(),
        }
    }
}

/// What the first hash of the page is of.
fn hash_key(review: &Review) -> &'static str {
    match review.subject.kind {
        SubjectKind::Comparison => "comparison-sha256",
        SubjectKind::Plan | SubjectKind::Undo => "plan-sha256",
    }
}

fn sides(review: &Review) -> Option<[String; 2]> {
    let sides = review.subject.sides.as_ref()?;
    Some([&sides[0], &sides[1]].map(|side| page_text(side)))
}

/// Name and period of a measure.
fn measure_name(review: &Review, measure: usize) -> String {
    review
        .measures
        .get(measure)
        .map_or_else(String::new, |measure| {
            format!(
                "{} {}",
                page_text(&measure.name),
                page_text(&measure.period)
            )
            .trim()
            .to_owned()
        })
}

fn totals(review: &Review, figures: &Figures<'_>) -> Vec<FigureRow> {
    (0..review.measures.len())
        .map(|index| FigureRow {
            name: measure_name(review, index),
            ..figures.row(&review.measures[index].total, "")
        })
        .collect()
}

fn rows(rows: &[Row], review: &Review, figures: &Figures<'_>) -> Vec<FigureRow> {
    rows.iter()
        .map(|row| figures.row(row, &measure_name(review, row.measure)))
        .collect()
}

/// The pyramids of flagged units, in the order of these.
fn unit_ages(review: &Review, flagged: &[&Row], m: &Messages) -> Option<UnitPyramids> {
    let pyramids = review.unit_pyramids.as_ref()?;
    if flagged.is_empty() {
        return None;
    }
    let places: BTreeMap<&str, usize> = flagged
        .iter()
        .enumerate()
        .rev()
        .map(|(place, row)| (row.id.as_str(), place))
        .collect();
    let mut pyramids = pyramids.clone();
    pyramids.sort_by_key(|pyramid| places.get(pyramid.id.as_str()).copied());
    Some(charts::unit_pyramids(&pyramids, m))
}

/// Units that meet a rule, the largest change first.
fn flagged(review: &Review) -> Vec<&Row> {
    let mut flagged: Vec<&Row> = review
        .units
        .iter()
        .filter(|row| !row.flags.is_empty())
        .collect();
    let size = |row: &Row| {
        let growth = row.year_before.as_ref().and_then(|year| year.growth);
        row.change
            .unwrap_or(0.0)
            .abs()
            .max(growth.unwrap_or(0.0).abs())
    };
    flagged.sort_by(|a, b| {
        // The place of a hidden change would tell its size.
        let hidden = a.is_suppressed.cmp(&b.is_suppressed);
        let sizes = if a.is_suppressed {
            std::cmp::Ordering::Equal
        } else {
            size(b).total_cmp(&size(a))
        };
        hidden.then(sizes).then(a.id.cmp(&b.id))
    });
    flagged
}

fn missing(review: &Review, m: &Messages) -> Option<Listed<MissingRow>> {
    let rows = review.missing.as_ref()?.iter().map(|unit| {
        let reasons: Vec<String> = unit
            .reasons
            .iter()
            .map(|word| {
                m.find(&format!("reason-{word}"))
                    .unwrap_or_else(|| page_text(word))
            })
            .collect();
        MissingRow {
            name: page_text(if unit.name.trim().is_empty() {
                &unit.id
            } else {
                &unit.name
            }),
            reasons: if reasons.is_empty() {
                m.text("reason-unknown")
            } else {
                reasons.join(", ")
            },
        }
    });
    Some(Listed::new(rows.collect(), m))
}

fn groups(review: &Review, figures: &Figures<'_>) -> Vec<UnitGroup> {
    let m = figures.messages;
    let names: BTreeMap<&str, String> = review
        .parents
        .iter()
        .map(|row| (row.id.as_str(), crate::figures::name(row)))
        .collect();
    let mut groups: BTreeMap<&str, Vec<FigureRow>> = BTreeMap::new();
    for row in &review.units {
        let parent = row.parent.as_deref().unwrap_or_default();
        groups
            .entry(parent)
            .or_default()
            .push(figures.row(row, &measure_name(review, row.measure)));
    }
    let mut groups: Vec<UnitGroup> = groups
        .into_iter()
        .map(|(parent, rows)| UnitGroup {
            name: names.get(parent).cloned().unwrap_or_else(|| {
                if parent.is_empty() {
                    m.text("no-parent")
                } else {
                    page_text(parent)
                }
            }),
            count: m.text_of("rows", &[("count", Arg::Count(rows.len()))]),
            rows,
        })
        .collect();
    groups.sort_by(|a, b| a.name.cmp(&b.name));
    groups
}
