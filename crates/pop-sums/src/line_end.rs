//! The end of the last line: a file that was cut may have lost digits there.

/// A last line that ends in a number and has no line end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "line {0}, the last one, has no line end: it may be truncated, and its last number shortened"
)]
pub struct UnterminatedLine(pub u64);

impl UnterminatedLine {
    /// What to do about it, where a person made the file.
    #[must_use]
    pub const fn hint(&self) -> &'static str {
        "if the file is whole, end its last line with a line end"
    }
}

/// Checks that the last line of a text does not end in a number without a line end.
///
/// # Errors
/// [`UnterminatedLine`], with the number of the line.
pub fn check_last_line(text: &str) -> Result<(), UnterminatedLine> {
    if text.ends_with(|last: char| last.is_ascii_digit() || last == '.') {
        return Err(UnterminatedLine(text.lines().count() as u64));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_last_number_without_a_line_end_is_found() {
        for cut in ["a\nb,0.0", "a\nb,0."] {
            assert_eq!(check_last_line(cut), Err(UnterminatedLine(2)), "{cut:?}");
        }
        for whole in ["a\nb,0.0\n", "a\n0.0,b", "a\n5,", ""] {
            assert_eq!(check_last_line(whole), Ok(()), "{whole:?}");
        }
    }
}
