//! The review as the template shows it.

mod sections;

use std::collections::BTreeMap;
use std::io;

use askama::Template;
use pop_map::{ChangeClass, MapUnit};
use pop_messages::{Arg, Messages};

use crate::charts::{self, DotPlot, PyramidTable};
use crate::figures::{FigureRow, Figures};
use crate::page_text;
use crate::review::{Hashes, Review, Row, SubjectKind};
use crate::style;
use sections::{BalanceTable, Provenance, RakingTable};

/// Flagged units that are listed; the rest is counted.
const FLAGGED_SHOWN: usize = 500;
/// With more units a name at each of them would be most of the page.
const TITLED: usize = 1_000;

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
    asked: String,
    hashes: &'a Hashes,
    counts: Vec<(String, String)>,
    facts: Vec<String>,
    suppressed: Option<String>,
    totals: Vec<FigureRow>,
    map: Option<MapView>,
    dots: Option<DotPlot>,
    pyramids: Vec<PyramidTable>,
    parents: Vec<FigureRow>,
    flagged: Vec<FigureRow>,
    flagged_more: Option<String>,
    missing: Option<Vec<MissingRow>>,
    groups: Vec<UnitGroup>,
    is_open: bool,
    refused: Vec<[String; 3]>,
    exceptions: Option<Vec<[String; 3]>>,
    allowed: Vec<String>,
    balance: Option<Vec<BalanceTable>>,
    raking: Option<RakingTable>,
    provenance: Option<Provenance>,
    remarks: Vec<String>,
}

struct MapView {
    svg: Option<String>,
    patterns: String,
    legend: Vec<(String, String)>,
    notes: Vec<String>,
    without_polygon: Vec<String>,
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
        let mut foot = format!("{} {}", m.text("plan-sha256"), review.hashes.plan);
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
            title: title(review, m),
            asked: asked(review, &figures),
            hashes: &review.hashes,
            counts: counts(review, m),
            facts: facts(review, flagged.len(), m),
            suppressed: least.map(|least| {
                let least = m.number(least, 0);
                m.text_of("suppressed", &[("number", Arg::Text(&least))])
            }),
            totals: totals(review, &figures),
            map: map(review, m),
            dots: charts::dot_plot(review, &figures),
            pyramids: review
                .pyramids
                .iter()
                .map(|pyramid| charts::pyramid(pyramid, m))
                .collect(),
            parents: rows(&review.parents, review, &figures),
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

fn title(review: &Review, m: &Messages) -> String {
    let short: String = review.hashes.plan.chars().take(12).collect();
    let key = match review.subject.kind {
        SubjectKind::Plan => "title-plan",
        SubjectKind::Undo => "title-undo",
        SubjectKind::Comparison => "title-comparison",
    };
    m.text_of(key, &[("hash", Arg::Text(&short))])
}

/// What is asked, in one sentence.
fn asked(review: &Review, figures: &Figures<'_>) -> String {
    let m = figures.messages;
    let subject = &review.subject;
    let total = review.measures.first().map_or_else(
        || m.text("asked-nothing"),
        |measure| {
            let row = figures.row(&measure.total, "");
            let name = measure_name(review, 0);
            let key = match (measure.total.before, measure.total.difference) {
                (None, _) => "asked-total-new",
                (Some(_), None) => "asked-total-other-values",
                (Some(_), Some(_)) => "asked-total-changed",
            };
            m.text_of(
                key,
                &[
                    ("name", Arg::Text(&name)),
                    ("before", Arg::Text(&row.before)),
                    ("after", Arg::Text(&row.after)),
                    ("difference", Arg::Text(&row.difference)),
                    ("change", Arg::Text(&row.change)),
                ],
            )
        },
    );
    let server = [&subject.server_version, &subject.system_id]
        .map(|text| text.as_deref().map_or_else(|| "?".to_owned(), page_text));
    let units = review.units.iter().filter(|row| row.measure == 0).count();
    let set = subject
        .data_set
        .as_deref()
        .map_or_else(|| m.text("no-data-set"), page_text);
    let key = match subject.kind {
        SubjectKind::Plan => "asked-plan",
        SubjectKind::Undo => "asked-undo",
        SubjectKind::Comparison => "asked-comparison",
    };
    m.text_of(
        key,
        &[
            ("values", Arg::Count(subject.written)),
            ("units", Arg::Count(units)),
            ("set", Arg::Text(&set)),
            ("version", Arg::Text(&server[0])),
            ("system", Arg::Text(&server[1])),
            ("total", Arg::Text(&total)),
        ],
    )
}

/// Values by class.
fn counts(review: &Review, m: &Messages) -> Vec<(String, String)> {
    let word = |word: &str| {
        m.find(&format!("class-{word}"))
            .unwrap_or_else(|| page_text(word))
    };
    let counts = review.subject.counts.iter().filter(|(_, count)| *count > 0);
    counts
        .map(|(class, count)| (word(class), m.number(*count as f64, 0)))
        .collect()
}

/// What a reader has to know besides.
fn facts(review: &Review, flagged: usize, m: &Messages) -> Vec<String> {
    let mut facts = vec![m.text_of("flagged-count", &[("count", Arg::Count(flagged))])];
    if let Some(missing) = &review.missing {
        facts.push(m.text_of("missing-count", &[("count", Arg::Count(missing.len()))]));
    }
    let refused: usize = review
        .refused
        .iter()
        .filter(|refused| !refused.is_allowed)
        .map(|refused| refused.values)
        .sum();
    if refused > 0 {
        facts.push(m.text_of("refused-count", &[("count", Arg::Count(refused))]));
    }
    if review.not_in_set > 0 {
        facts.push(m.text_of(
            "not-in-set-count",
            &[("count", Arg::Count(review.not_in_set))],
        ));
    }
    facts
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
    flagged.sort_by(|a, b| size(b).total_cmp(&size(a)).then(a.id.cmp(&b.id)));
    flagged
}

fn missing(review: &Review, m: &Messages) -> Option<Vec<MissingRow>> {
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
    Some(rows.collect())
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

fn map(review: &Review, m: &Messages) -> Option<MapView> {
    let figure = review.map.as_ref()?;
    let is_titled = figure.units.len() <= TITLED;
    let figures = Figures::new(review, m, None);
    let titles: Vec<Option<String>> = figure
        .units
        .iter()
        .map(|(_, row)| {
            let row = review.units.get((*row)?).filter(|_| is_titled)?;
            let change = if row.is_suppressed {
                m.text("hidden")
            } else {
                figures.share(row.change)
            };
            Some(format!("{}: {change}", crate::figures::name(row)))
        })
        .collect();
    let units: Vec<MapUnit<'_>> = figure
        .units
        .iter()
        .zip(&titles)
        .map(|(&(class, _), title)| MapUnit {
            class,
            title: title.as_deref(),
        })
        .collect();
    let label = |class: ChangeClass| {
        let count = figure
            .units
            .iter()
            .filter(|(found, _)| *found == class)
            .count();
        let label = m.text(&format!("legend-{}", class.word()));
        format!("{label} ({})", m.number(count as f64, 0))
    };
    let mut notes = Vec::new();
    if let Some(map) = &figure.map {
        let summary = &map.summary;
        let counted = [
            ("map-dots", summary.dots),
            ("map-marked", summary.marked_rings),
            ("map-unmatched", summary.unmatched_borders),
        ];
        let counted = counted.into_iter().filter(|(_, count)| *count > 0);
        notes.extend(counted.map(|(key, count)| m.text_of(key, &[("count", Arg::Count(count))])));
    }
    Some(MapView {
        svg: figure
            .map
            .as_ref()
            .map(|map| pop_map::svg(map, &units, "map-title", "map-text")),
        patterns: pop_map::patterns(),
        legend: ChangeClass::ALL
            .into_iter()
            .map(|class| (pop_map::legend_swatch(class), label(class)))
            .collect(),
        notes,
        without_polygon: figure
            .without_polygon
            .iter()
            .map(|name| page_text(name))
            .collect(),
    })
}
