//! Releases of DHIS2, and the two ways in which they import values.

use std::fmt;

pub use pop_datavalues::metadata::ImportDialect;

/// The oldest release line that is tested: 2.38.
pub const OLDEST_LINE: u16 = 38;
/// The newest release line that is known: 2.44.
pub const NEWEST_LINE: u16 = 44;
/// The first release line with the second import engine.
const FIRST_GROUPED: u16 = 43;
/// The first release line that takes data elements when asked what is stored.
const FIRST_BY_ELEMENT: u16 = 39;

/// A release as the server names it: `2.41.9.1`, `2.44-SNAPSHOT`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Version {
    text: String,
    line: u16,
    patch: u32,
    is_release: bool,
}

/// A text that names no release of DHIS2.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is not a DHIS2 version, expected the form 2.42.1")]
pub struct NotAVersion(String);

impl Version {
    /// Reads a version. The leading `2.` may be missing, as it may one day be.
    ///
    /// # Errors
    /// When the text is of another form.
    pub fn parse(text: &str) -> Result<Self, NotAVersion> {
        let refuse = || NotAVersion(text.chars().take(40).collect());
        let trimmed = text.trim();
        let trimmed = trimmed.strip_prefix('v').unwrap_or(trimmed);
        let mut numbers = trimmed.split(['.', '-']).peekable();
        let oldest = if trimmed.starts_with("2.") {
            numbers.next();
            20
        } else {
            40
        };
        let line = numbers.next().filter(|line| line.len() == 2);
        let line = line
            .and_then(number::<u16>)
            .filter(|line| *line >= oldest)
            .ok_or_else(refuse)?;
        let patch = numbers.next().and_then(number::<u32>).unwrap_or(0);
        Ok(Self {
            text: trimmed.chars().take(40).collect(),
            line,
            patch,
            is_release: !trimmed.contains('-'),
        })
    }

    /// The release line: 42 for 2.42.5.2.
    #[must_use]
    pub fn line(&self) -> u16 {
        self.line
    }

    /// The patch within the line: 5 for 2.42.5.2; 0 where none is named.
    #[must_use]
    pub fn patch(&self) -> u32 {
        self.patch
    }

    /// Whether this is a release, and no snapshot or hot fix on the way to one.
    #[must_use]
    pub fn is_release(&self) -> bool {
        self.is_release
    }

    /// How this release imports values. A snapshot may still import as the line before.
    #[must_use]
    pub fn dialect(&self) -> ImportDialect {
        if self.line >= FIRST_GROUPED {
            ImportDialect::Grouped
        } else {
            ImportDialect::PerValue
        }
    }

    /// Whether what is stored can be asked for by data element; 2.38 takes data sets only.
    #[must_use]
    pub fn reads_by_element(&self) -> bool {
        self.line >= FIRST_BY_ELEMENT
    }

    /// Whether this line is one that the tools are tested with.
    #[must_use]
    pub fn is_known(&self) -> bool {
        (OLDEST_LINE..=NEWEST_LINE).contains(&self.line)
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

fn number<N: std::str::FromStr>(text: &str) -> Option<N> {
    text.bytes()
        .all(|byte| byte.is_ascii_digit())
        .then(|| text.parse().ok())?
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Option<(u16, u32, bool)> {
        let version = Version::parse(text).ok()?;
        Some((version.line(), version.patch(), version.is_release()))
    }

    #[test]
    fn all_forms_that_exist_are_read() {
        assert_eq!(read("2.38.7"), Some((38, 7, true)));
        assert_eq!(read("2.41.9.1"), Some((41, 9, true)));
        assert_eq!(read("2.44-SNAPSHOT"), Some((44, 0, false)));
        assert_eq!(read("2.40.0-SNAPSHOT"), Some((40, 0, false)));
        assert_eq!(read("2.36.4-EMBARGOED"), Some((36, 4, false)));
        assert_eq!(read("2.37.10"), Some((37, 10, true)));
        assert_eq!(read("43.0"), Some((43, 0, true)));
        assert_eq!(read("v2.41"), Some((41, 0, true)));
    }

    #[test]
    fn other_texts_are_refused() {
        for text in [
            "", "11.2", "2", "2.", "2.4", "2.4a.1", "two", "3.1.4", "2.421.1", "-42",
        ] {
            assert_eq!(read(text), None, "{text}");
        }
    }

    #[test]
    fn the_dialect_changed_with_2_43() {
        let dialect = |text| Version::parse(text).unwrap().dialect();
        assert_eq!(dialect("2.42.5.2"), ImportDialect::PerValue);
        assert_eq!(dialect("2.43.0"), ImportDialect::Grouped);
        assert_eq!(dialect("2.44-SNAPSHOT"), ImportDialect::Grouped);
    }

    #[test]
    fn patches_are_numbers_and_old_lines_are_not_taken_for_new_ones() {
        let order = |text: &str| read(text).map(|(line, patch, _)| (line, patch));
        assert!(order("2.41.9") < order("2.41.10"));
        assert!(order("2.41.10") < order("2.42.0"));
        // 2.9 and 2.10 are releases of before 2018; 2.10 must not pass for 2.40 or later.
        assert_eq!(read("2.9"), None);
        assert_eq!(read("2.10"), None);
    }
}
