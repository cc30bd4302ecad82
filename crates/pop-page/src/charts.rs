//! Charts as tables: each row has its figure in words and beside it as a drawing, so that nothing is said by the drawing alone.

use std::fmt::Write as _;

use pop_messages::{Arg, Messages};

use crate::figures::{Figures, name};
use crate::page_text;
use crate::review::{Pyramid, Review, Row};

/// Rows of a dot plot; with more units those that change most are shown.
const PLOTTED: usize = 40;
/// The share at the ends of a dot plot's axis is at least and at most.
const AXIS_END: [f64; 2] = [0.3, 1.0];
/// Pyramids of units that are drawn; more would be most of the print.
const UNITS_DRAWN: usize = 60;

/// Units by their change.
pub(crate) struct DotPlot {
    pub(crate) caption: String,
    /// Shares at the ends of the axis.
    pub(crate) axis: [String; 2],
    pub(crate) rows: Vec<DotRow>,
}

pub(crate) struct DotRow {
    pub(crate) name: String,
    pub(crate) change: String,
    /// An `svg` element.
    pub(crate) track: String,
}

/// What a dot plot shows: growth from the year before where it is known, else the change of what is stored.
pub(crate) fn dot_plot(review: &Review, figures: &Figures<'_>) -> Option<DotPlot> {
    let rows = || {
        review
            .units
            .iter()
            .filter(|row| row.measure == 0 && !row.is_suppressed)
    };
    let growth = |row: &Row| row.year_before.as_ref().and_then(|year| year.growth);
    let has_growth = rows().any(|row| growth(row).is_some());
    let share = |row: &Row| if has_growth { growth(row) } else { row.change };
    let mut changes: Vec<(&Row, f64)> = rows().filter_map(|row| Some((row, share(row)?))).collect();
    if changes.is_empty() {
        return None;
    }
    changes.sort_by(|a, b| b.1.abs().total_cmp(&a.1.abs()).then(a.0.id.cmp(&b.0.id)));
    let total = changes.len();
    changes.truncate(PLOTTED);
    changes.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.id.cmp(&b.0.id)));
    let messages = figures.messages;
    let mut caption = messages.text(if has_growth {
        "plot-growth"
    } else {
        "plot-change"
    });
    if total > PLOTTED {
        let (shown, of) = (Arg::Count(PLOTTED), Arg::Count(total));
        caption = format!(
            "{caption} {}",
            messages.text_of("plot-largest", &[("shown", shown), ("total", of)])
        );
    }
    let largest = changes
        .iter()
        .map(|(_, share)| share.abs())
        .fold(0.0, f64::max);
    let end = ((largest * 10.0).ceil() / 10.0).clamp(AXIS_END[0], AXIS_END[1]);
    let rows = changes.into_iter().map(|(row, share)| DotRow {
        name: name(row),
        change: figures.share(Some(share)),
        track: track(share, end),
    });
    Some(DotPlot {
        caption,
        axis: [-end, end].map(|end| messages.signed_percent(end, 0)),
        rows: rows.collect(),
    })
}

/// A dot on an axis from `-end` to `end`, with the limits at ±10 %. A share beyond the axis is an arrow at its end.
fn track(share: f64, end: f64) -> String {
    let x = |share: f64| 100.0 + 96.0 * (share / end).clamp(-1.0, 1.0);
    let mut text = String::from(
        "<svg class=\"track\" viewBox=\"0 0 200 10\" preserveAspectRatio=\"none\" aria-hidden=\"true\">",
    );
    for limit in [-0.1, 0.1] {
        let _ = write!(text, "<path class=\"limit\" d=\"M{0:.1} 0v10\"/>", x(limit));
    }
    let at = x(share);
    let _ = write!(
        text,
        "<path class=\"axis\" d=\"M100 0v10\"/><path class=\"axis\" d=\"M100 5H{at:.1}\"/>"
    );
    let _ = if share.abs() > end {
        write!(
            text,
            "<path class=\"dot\" d=\"M{at:.1} 1v8l{} -4z\"/>",
            4.0 * share.signum()
        )
    } else {
        write!(
            text,
            "<rect class=\"dot\" x=\"{:.1}\" y=\"2.5\" width=\"3\" height=\"5\"/>",
            at - 1.5
        )
    };
    text.push_str("</svg>");
    text
}

/// Ages and sexes, from the oldest down as pyramids are drawn.
pub(crate) struct PyramidTable {
    pub(crate) caption: String,
    pub(crate) rows: Vec<BandRow>,
}

pub(crate) struct BandRow {
    pub(crate) ages: String,
    pub(crate) women: String,
    pub(crate) men: String,
    /// An `svg` element: women to the left, men to the right.
    pub(crate) bars: String,
}

/// The pyramids of units, small.
pub(crate) struct UnitPyramids {
    pub(crate) figures: Vec<UnitPyramid>,
    pub(crate) more: Option<String>,
}

pub(crate) struct UnitPyramid {
    pub(crate) name: String,
    /// People of the widest bar.
    pub(crate) widest: String,
    /// Every figure in words.
    pub(crate) text: String,
    /// Path data of the women's bars and the men's.
    pub(crate) women: String,
    pub(crate) men: String,
    /// Height of the drawing, which is 200 wide.
    pub(crate) height: usize,
}

/// Height of a bar, with the room to the next.
const BAR: usize = 8;
/// Length of the widest bar.
const BAR_LENGTH: f64 = 96.0;

pub(crate) fn pyramid(pyramid: &Pyramid, messages: &Messages) -> PyramidTable {
    let most = widest(pyramid);
    let rows = pyramid.bands.iter().rev().map(|band| {
        let [women, men] = [band.women, band.men].map(|people| BAR_LENGTH * people / most);
        BandRow {
            ages: page_text(&band.ages),
            women: messages.number(band.women, 0),
            men: messages.number(band.men, 0),
            bars: format!(
                "<svg class=\"track\" viewBox=\"0 0 200 10\" preserveAspectRatio=\"none\" aria-hidden=\"true\"><path class=\"women\" d=\"M100 1h-{women:.1}v8H100z\"/><path class=\"men\" d=\"M100 1h{men:.1}v8H100z\"/></svg>"
            ),
        }
    });
    PyramidTable {
        caption: messages.text("pyramid-country"),
        rows: rows.collect(),
    }
}

pub(crate) fn unit_pyramids(pyramids: &[Pyramid], messages: &Messages) -> UnitPyramids {
    let more = pyramids.len().saturating_sub(UNITS_DRAWN);
    let figures = pyramids.iter().take(UNITS_DRAWN);
    UnitPyramids {
        figures: figures
            .map(|pyramid| unit_pyramid(pyramid, messages))
            .collect(),
        more: (more > 0).then(|| messages.text_of("pyramids-more", &[("count", Arg::Count(more))])),
    }
}

fn unit_pyramid(pyramid: &Pyramid, messages: &Messages) -> UnitPyramid {
    let most = widest(pyramid);
    let (mut women, mut men) = (String::new(), String::new());
    let mut words = Vec::with_capacity(pyramid.bands.len());
    // The oldest at the top, as pyramids are drawn.
    for (place, band) in pyramid.bands.iter().rev().enumerate() {
        let top = BAR * place;
        let [left, right] = [band.women, band.men].map(|people| BAR_LENGTH * people / most);
        let _ = write!(women, "M99 {top}h-{left:.0}v7H99z");
        let _ = write!(men, "M101 {top}h{right:.0}v7H101z");
        let [people_women, people_men] =
            [band.women, band.men].map(|people| messages.number(people, 0));
        words.push(messages.text_of(
            "pyramid-band",
            &[
                ("ages", Arg::Text(&band.ages)),
                ("women", Arg::Text(&people_women)),
                ("men", Arg::Text(&people_men)),
            ],
        ));
    }
    let most = messages.number(most, 0);
    UnitPyramid {
        name: page_text(&pyramid.name),
        widest: messages.text_of("pyramid-widest", &[("number", Arg::Text(&most))]),
        text: messages.clauses(&words),
        women,
        men,
        height: BAR * pyramid.bands.len(),
    }
}

fn widest(pyramid: &Pyramid) -> f64 {
    let people = pyramid.bands.iter().flat_map(|band| [band.women, band.men]);
    people.fold(f64::MIN_POSITIVE, f64::max)
}
