//! Layers by the fields of a row, as they are written.

use std::collections::HashMap;

use super::Fields;
use crate::sums_row::column;

/// The fields that tell layers apart, as they are written.
fn layer_fields<'a>(fields: &Fields<'a>) -> impl Iterator<Item = &'a str> + use<'a> {
    let [.., method, _, _, _] = *fields;
    let labels: [&str; 6] = std::array::from_fn(|at| fields[column::RASTER + at]);
    labels.into_iter().chain([method])
}

/// Ends a field in the text of a layer.
const FIELD_END: char = '\u{1F}';

/// Layers by their fields.
#[derive(Default)]
pub(super) struct LayerTexts {
    /// In the order in which they come first, with the layer of each.
    pub(super) texts: Vec<(String, u32)>,
    places: HashMap<String, usize>,
    /// That of the row before.
    last: usize,
}

impl LayerTexts {
    /// The layer with these fields. Most rows have that of the row before, or the one after it.
    pub(super) fn find(&mut self, fields: &Fields<'_>) -> Option<u32> {
        for place in [self.last, self.last + 1, 0] {
            if let Some((text, layer)) = self.texts.get(place)
                && is_text_of(text, fields)
            {
                self.last = place;
                return Some(*layer);
            }
        }
        self.last = *self.places.get(&text_of(fields))?;
        Some(self.texts[self.last].1)
    }

    /// The layer with such a text.
    pub(super) fn by_text(&self, text: &str) -> Option<u32> {
        let place = *self.places.get(text)?;
        Some(self.texts[place].1)
    }

    pub(super) fn add(&mut self, text: String, layer: u32) {
        self.last = self.texts.len();
        self.places.insert(text.clone(), self.last);
        self.texts.push((text, layer));
    }
}

pub(super) fn text_of(fields: &Fields<'_>) -> String {
    layer_fields(fields).fold(String::new(), |mut text, field| {
        text.push_str(field);
        text.push(FIELD_END);
        text
    })
}

fn is_text_of(text: &str, fields: &Fields<'_>) -> bool {
    let mut rest = text;
    for field in layer_fields(fields) {
        match rest
            .strip_prefix(field)
            .and_then(|rest| rest.strip_prefix(FIELD_END))
        {
            Some(after) => rest = after,
            None => return false,
        }
    }
    rest.is_empty()
}
