//! Finding objects in JSON text without reading them, so that features can be read by several threads.
//!
//! Only strings and braces are looked at. Whether the text between them is JSON shows when it is read.

use std::ops::Range;

use super::cursor::Cursor;
use super::error::ReadError;

/// How far a mark is looked for byte by byte: within properties the next one is near.
const NEAR: usize = 16;

/// The elements of an array of objects up to the end of the array or the first thing that is none, and the place after them.
pub(super) struct Elements {
    pub(super) ranges: Vec<Range<usize>>,
    /// After the closing bracket; or what is wrong after the last element.
    pub(super) end: Result<usize, ReadError>,
}

/// Finds the elements of an array of objects, the cursor before its opening bracket.
pub(super) fn elements(mut cursor: Cursor<'_>) -> Elements {
    let mut ranges = Vec::new();
    let end = fill(&mut cursor, &mut ranges);
    Elements { ranges, end }
}

fn fill(cursor: &mut Cursor<'_>, ranges: &mut Vec<Range<usize>>) -> Result<usize, ReadError> {
    let mut walk = cursor.array()?;
    while cursor.element(&mut walk)? {
        ranges.push(object(cursor)?);
    }
    Ok(cursor.at)
}

/// Passes over one object.
pub(super) fn object(cursor: &mut Cursor<'_>) -> Result<Range<usize>, ReadError> {
    if cursor.peek() != Some(b'{') {
        return Err(cursor.unexpected("feature", "an object"));
    }
    let start = cursor.at;
    match object_end(cursor.text.as_bytes(), start) {
        Some(end) => {
            cursor.at = end;
            Ok(start..end)
        }
        // Its braces do not close: the parser says where it goes wrong.
        None => match cursor.value() {
            Err(error) => Err(error),
            Ok(_) => Err(cursor.not_json("expected `}`")),
        },
    }
}

/// Where the object that starts here ends.
fn object_end(bytes: &[u8], start: usize) -> Option<usize> {
    let mut depth = 0_usize;
    let mut at = start;
    loop {
        at = next_mark(bytes, at)?;
        match bytes.get(at)? {
            b'{' => depth += 1,
            b'}' => depth = depth.checked_sub(1)?,
            _ => at = string_end(bytes, at)?,
        }
        at += 1;
        if depth == 0 {
            return Some(at);
        }
    }
}

/// The next brace or quotation mark.
pub(super) fn next_mark(bytes: &[u8], start: usize) -> Option<usize> {
    let rest = bytes.get(start..)?;
    let near = rest.get(..NEAR).unwrap_or(rest);
    let found = near
        .iter()
        .position(|byte| matches!(byte, b'{' | b'}' | b'"'));
    let found = match found {
        Some(at) => at,
        None => NEAR + memchr::memchr3(b'{', b'}', b'"', rest.get(NEAR..)?)?,
    };
    Some(start + found)
}

/// The closing quotation mark of the string that starts here.
pub(super) fn string_end(bytes: &[u8], start: usize) -> Option<usize> {
    let mut at = start + 1;
    loop {
        match bytes.get(at)? {
            b'"' => return Some(at),
            b'\\' => at += 2,
            _ => at += 1,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn objects_are_found_whatever_their_strings_say() {
        let text = r#" [ {"a":"}{\"[", "b":{"c":[1,2]}} , {"long":"                                        }"}] rest"#;
        let found = elements(Cursor::new(text));
        let end = found.end.unwrap();
        let found: Vec<&str> = found.ranges.into_iter().map(|range| &text[range]).collect();
        assert_eq!(found.len(), 2);
        assert_eq!(found[0], r#"{"a":"}{\"[", "b":{"c":[1,2]}}"#);
        assert!(found[1].starts_with(r#"{"long""#) && found[1].ends_with('}'));
        assert_eq!(&text[end..], " rest");
    }

    #[test]
    fn what_is_not_an_array_of_objects_is_an_error_after_the_last_object() {
        for (text, objects) in [
            ("[1]", 0),
            ("[{}", 1),
            ("[{},]", 1),
            ("[{} {}]", 1),
            ("[{},{},3]", 2),
            ("[{\"a", 0),
            ("{}", 0),
            ("", 0),
            ("[{\"\\", 0),
        ] {
            let found = elements(Cursor::new(text));
            assert!(found.end.is_err(), "{text}");
            assert_eq!(found.ranges.len(), objects, "{text}");
        }
        assert_eq!(elements(Cursor::new("[]")).end, Ok(2));
    }
}
