//! The page's style: one element, allowed by its hash and by nothing else.

use base64::Engine as _;
use pop_map::ChangeClass;
use sha2::{Digest, Sha256};

const STYLE: &str = include_str!("../templates/style.css");

/// The text of the style element: the file, the colours of the map, and the lines at the foot of each printed page.
pub(crate) fn style(foot: &str, page: &str) -> String {
    let mut style = STYLE.to_owned();
    for class in ChangeClass::ALL {
        let letter = class.letter();
        let is_pattern = matches!(
            class,
            ChangeClass::LargeFall | ChangeClass::Fall | ChangeClass::New | ChangeClass::NoValue
        );
        let fill = if is_pattern {
            format!("url(#fill-{letter})")
        } else {
            class.colour().to_owned()
        };
        style.push_str(&format!(".{letter}{{fill:{fill}}}\n"));
    }
    let [before, after] = page
        .split_once('#')
        .map_or([page, ""], |(before, after)| [before, after]);
    // a message file cannot end in a space
    let [before, after] = [before.to_owned(), format!("{after} ")].map(|text| css_string(&text));
    style.push_str(&format!(
        "@page{{@bottom-left{{content:{};white-space:pre;font:6.5pt monospace}}\
         @bottom-right{{content:{before} counter(page) {after} counter(pages);font:8pt sans-serif}}}}\n",
        css_string(foot)
    ));
    style
}

/// The value of `style-src` that allows this style only (CSP level 3, "hash-source").
pub(crate) fn source(style: &str) -> String {
    let hash = base64::engine::general_purpose::STANDARD.encode(Sha256::digest(style.as_bytes()));
    format!("'sha256-{hash}'")
}

/// A string of CSS.
fn css_string(text: &str) -> String {
    let mut string = String::from("\"");
    for character in text.chars() {
        match character {
            '\n' => string.push_str("\\a "),
            '"' | '\\' | '<' | '>' | '&' => {}
            _ => string.push(character),
        }
    }
    string.push('"');
    string
}
