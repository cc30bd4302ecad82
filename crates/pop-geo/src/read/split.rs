//! Finding the features of a collection without reading them, so that they can be read at once by several threads.
//!
//! Only strings and braces are looked at, thirty-two bytes a step where there are none, as in coordinates. What is found here is a guess
//! until each piece has been read as a feature, whole and alone; where one cannot, the collection is read from the front instead, which
//! finds the first fault and says what it is.

use std::ops::Range;

use super::cursor::Cursor;

/// Bytes passed over in one step.
const STEP: usize = 32;

/// The elements of an array of objects, the cursor before it, and the place after its end; `None` where the text is not as plain as that.
pub(super) fn elements(mut cursor: Cursor<'_>) -> Option<(Vec<Range<usize>>, usize)> {
    let mut elements = Vec::new();
    if cursor.peek() != Some(b'[') {
        return None;
    }
    loop {
        cursor.at += 1;
        if cursor.peek()? != b'{' {
            // An empty array, or one that is not of objects: nothing to gain.
            return None;
        }
        let end = object_end(cursor.text.as_bytes(), cursor.at)?;
        elements.push(cursor.at..end);
        cursor.at = end;
        match cursor.peek()? {
            b',' => {}
            b']' => return Some((elements, cursor.at + 1)),
            _ => return None,
        }
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
fn next_mark(bytes: &[u8], start: usize) -> Option<usize> {
    let is_mark = |byte: u8| (byte == b'{') | (byte == b'}') | (byte == b'"');
    let mut at = start;
    while let Some(step) = bytes.get(at..at + STEP) {
        // No branch in here, so that it becomes a few wide instructions.
        if step.iter().fold(false, |any, &byte| any | is_mark(byte)) {
            break;
        }
        at += STEP;
    }
    let rest = bytes.get(at..)?;
    Some(at + rest.iter().position(|&byte| is_mark(byte))?)
}

/// The closing quotation mark of the string that starts here.
fn string_end(bytes: &[u8], start: usize) -> Option<usize> {
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
        let (found, end) = elements(Cursor::new(text)).unwrap();
        let found: Vec<&str> = found.into_iter().map(|range| &text[range]).collect();
        assert_eq!(found.len(), 2);
        assert_eq!(found[0], r#"{"a":"}{\"[", "b":{"c":[1,2]}}"#);
        assert!(found[1].starts_with(r#"{"long""#) && found[1].ends_with('}'));
        assert_eq!(&text[end..], " rest");
    }

    #[test]
    fn what_is_not_plain_is_left_alone() {
        for text in [
            "[]", "[1]", "[{}", "[{},]", "[{} {}]", "[{\"a", "{}", "", "[{\"\\",
        ] {
            assert_eq!(elements(Cursor::new(text)), None, "{text}");
        }
    }
}
