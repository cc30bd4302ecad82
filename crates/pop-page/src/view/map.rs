//! The map with its legend.

use pop_map::{ChangeClass, MapUnit};
use pop_messages::{Arg, Messages};

use crate::figures::Figures;
use crate::page_text;
use crate::review::Review;

/// Units without a polygon that are named beside the map; all are in the table of units without a value, or have one.
const NAMED: usize = 60;
/// With more units a name at each of them would be most of the page.
const TITLED: usize = 1_000;

/// The map, and what is beside it.
pub(super) struct MapView {
    pub(super) svg: Option<String>,
    pub(super) patterns: String,
    pub(super) legend: Vec<(String, String)>,
    pub(super) notes: Vec<String>,
    pub(super) without_polygon: Vec<String>,
    pub(super) more_without_polygon: Option<String>,
}

pub(super) fn map(review: &Review, m: &Messages) -> Option<MapView> {
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
    // The class of a hidden change would tell its size.
    let is_hidden = |row: Option<usize>| {
        row.and_then(|row| review.units.get(row))
            .is_some_and(|row| row.is_suppressed)
    };
    let classes: Vec<ChangeClass> = figure
        .units
        .iter()
        .map(|&(class, row)| {
            if is_hidden(row) {
                ChangeClass::NoValue
            } else {
                class
            }
        })
        .collect();
    let has_hidden = figure.units.iter().any(|&(_, row)| is_hidden(row));
    let units: Vec<MapUnit<'_>> = classes
        .iter()
        .zip(&titles)
        .map(|(&class, title)| MapUnit {
            class,
            title: title.as_deref(),
        })
        .collect();
    let label = |class: ChangeClass| {
        let count = classes.iter().filter(|found| **found == class).count();
        let label = if has_hidden && class == ChangeClass::NoValue {
            m.text("legend-no-value-or-hidden")
        } else {
            m.text(&format!("legend-{}", class.word()))
        };
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
    let more = figure.without_polygon.len().saturating_sub(NAMED);
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
        more_without_polygon: (more > 0)
            .then(|| m.text_of("without-polygon-more", &[("count", Arg::Count(more))])),
        without_polygon: figure
            .without_polygon
            .iter()
            .take(NAMED)
            .map(|name| page_text(name))
            .collect(),
    })
}
