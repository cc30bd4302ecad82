//! Charts as tables: each row has its figure in words and beside it as a drawing, so that nothing is said by the drawing alone.

use std::fmt::Write as _;

use pop_messages::Messages;

use crate::figures::{Figures, name};
use crate::page_text;
use crate::review::{Pyramid, Review, Row};

/// Rows of a dot plot; with more units those that change most are shown.
const PLOTTED: usize = 40;
/// The share at the ends of a dot plot's axis.
const AXIS_END: f64 = 0.3;

/// Units by their change.
pub(crate) struct DotPlot {
    pub(crate) caption: String,
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
        let shown = pop_messages::Arg::Count(PLOTTED);
        let of = pop_messages::Arg::Count(total);
        caption = format!(
            "{caption} {}",
            messages.text_of("plot-largest", &[("shown", shown), ("total", of)])
        );
    }
    let rows = changes.into_iter().map(|(row, share)| DotRow {
        name: name(row),
        change: figures.share(Some(share)),
        track: track(share),
    });
    Some(DotPlot {
        caption,
        rows: rows.collect(),
    })
}

/// A dot on an axis from -30 to +30 %, with the limits at ±10 %.
fn track(share: f64) -> String {
    let x = |share: f64| 100.0 + 96.0 * (share / AXIS_END).clamp(-1.0, 1.0);
    let mut text = String::from(
        "<svg class=\"track\" viewBox=\"0 0 200 10\" preserveAspectRatio=\"none\" aria-hidden=\"true\">",
    );
    for limit in [-0.1, 0.1] {
        let _ = write!(text, "<path class=\"limit\" d=\"M{0:.1} 0v10\"/>", x(limit));
    }
    let _ = write!(
        text,
        "<path class=\"axis\" d=\"M100 0v10\"/><path class=\"axis\" d=\"M100 5H{0:.1}\"/><rect class=\"dot\" x=\"{1:.1}\" y=\"2.5\" width=\"3\" height=\"5\"/></svg>",
        x(share),
        x(share) - 1.5
    );
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

pub(crate) fn pyramid(pyramid: &Pyramid, messages: &Messages) -> PyramidTable {
    let most = pyramid
        .bands
        .iter()
        .flat_map(|band| [band.women, band.men])
        .fold(f64::MIN_POSITIVE, f64::max);
    let rows = pyramid.bands.iter().rev().map(|band| {
        let (women, men) = (96.0 * band.women / most, 96.0 * band.men / most);
        BandRow {
            ages: match band.age_to {
                Some(to) if to == band.age_from + 1 => band.age_from.to_string(),
                Some(to) => format!("{}–{}", band.age_from, to - 1),
                None => format!("{}+", band.age_from),
            },
            women: messages.number(band.women, 0),
            men: messages.number(band.men, 0),
            bars: format!(
                "<svg class=\"track\" viewBox=\"0 0 200 10\" preserveAspectRatio=\"none\" aria-hidden=\"true\"><path class=\"women\" d=\"M100 1h-{women:.1}v8H100z\"/><path class=\"men\" d=\"M100 1h{men:.1}v8H100z\"/></svg>"
            ),
        }
    });
    PyramidTable {
        caption: if pyramid.name.is_empty() {
            messages.text("pyramid-country")
        } else {
            page_text(&pyramid.name)
        },
        rows: rows.collect(),
    }
}
