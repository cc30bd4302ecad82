//! The map as an SVG element for an HTML page: no script, no style of its own.

use std::fmt::Write as _;

use crate::{ChangeClass, Map, UnitShape};

/// How a unit is drawn.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct MapUnit<'a> {
    /// Its class.
    pub class: ChangeClass,
    /// A text shown by the browser when pointed at.
    pub title: Option<&'a str>,
}

/// Radius of a unit's dot, in tenths of a pixel.
const DOT_RADIUS: u32 = 15;

/// Units from which a map is of class `dense`: its borders are to be thin.
const DENSE: usize = 1_000;

/// The `svg` element. `label` and `description` are the ids of elements that name and describe it.
#[must_use]
pub fn svg(map: &Map, units: &[MapUnit<'_>], label: &str, description: &str) -> String {
    // Borders of many small units would hide their colours.
    let density = if units.len() > DENSE { " dense" } else { "" };
    let mut text = format!(
        "<svg class=\"map{density}\" role=\"img\" aria-labelledby=\"{label}\" aria-describedby=\"{description}\" viewBox=\"0 0 {} {}\">",
        map.width, map.height
    );
    let is_dot = |&unit: &usize| matches!(map.shapes[unit], UnitShape::Dot(_));
    let paths = map.order.iter().copied().filter(|unit| !is_dot(unit));
    // Dots last: nothing covers them.
    for unit in paths.chain(map.order.iter().copied().filter(is_dot)) {
        let Some(MapUnit { class, title }) = units.get(unit) else {
            continue;
        };
        let letter = class.letter();
        let name = match &map.shapes[unit] {
            UnitShape::None => continue,
            UnitShape::Path(data) => {
                let _ = write!(text, "<path class=\"{letter}\" d=\"{data}\"");
                "path"
            }
            UnitShape::Dot([x, y]) => {
                let _ = write!(
                    text,
                    "<circle class=\"{letter}\" cx=\"{x}\" cy=\"{y}\" r=\"{DOT_RADIUS}\""
                );
                "circle"
            }
        };
        match title {
            Some(title) => {
                let _ = write!(text, "><title>{}</title></{name}>", escape(title));
            }
            None => text.push_str("/>"),
        }
    }
    text.push_str("</svg>");
    text
}

/// The patterns that the classes are filled with, as an element that takes no room. A page has it once.
#[must_use]
pub fn patterns() -> String {
    let mut text = String::from(
        "<svg class=\"patterns\" width=\"0\" height=\"0\" aria-hidden=\"true\"><defs>",
    );
    // Step and width of the lines in tenths of a pixel; they and their direction tell the classes apart in grey print.
    let hatched = [
        (ChangeClass::LargeFall, 50, 12, "#ffffff", 45),
        (ChangeClass::Fall, 90, 12, "#7f3b08", 45),
        (ChangeClass::New, 160, 8, "#ffffff", 90),
    ];
    for (class, step, width, line, degrees) in hatched {
        let _ = write!(
            text,
            "<pattern id=\"fill-{}\" width=\"{step}\" height=\"{step}\" patternUnits=\"userSpaceOnUse\" patternTransform=\"rotate({degrees})\">\
             <rect width=\"{step}\" height=\"{step}\" fill=\"{}\"/><rect width=\"{width}\" height=\"{step}\" fill=\"{line}\"/></pattern>",
            class.letter(),
            class.colour(),
        );
    }
    let none = ChangeClass::NoValue;
    let _ = write!(
        text,
        "<pattern id=\"fill-{}\" width=\"50\" height=\"50\" patternUnits=\"userSpaceOnUse\">\
         <rect width=\"50\" height=\"50\" fill=\"{}\"/><circle cx=\"25\" cy=\"25\" r=\"9\" fill=\"#555555\"/></pattern>",
        none.letter(),
        none.colour(),
    );
    text.push_str("</defs></svg>");
    text
}

/// A sample of a class for a legend.
#[must_use]
pub fn legend_swatch(class: ChangeClass) -> String {
    format!(
        "<svg class=\"swatch\" viewBox=\"0 0 300 180\" width=\"30\" height=\"18\" aria-hidden=\"true\"><path class=\"{}\" d=\"M5 5h290v170h-290z\"/></svg>",
        class.letter()
    )
}

/// Text as it may be in an element.
fn escape(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            _ => safe.push(character),
        }
    }
    safe
}
