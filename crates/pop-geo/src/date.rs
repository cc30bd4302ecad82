//! Dates as DHIS2 writes them.

use jiff::civil::Date;

/// Whether a text is a day of the Gregorian calendar, written `yyyy-mm-dd`.
#[must_use]
pub fn is_date(text: &str) -> bool {
    let is_form = text.len() == 10
        && text.bytes().enumerate().all(|(index, byte)| match index {
            4 | 7 => byte == b'-',
            _ => byte.is_ascii_digit(),
        });
    is_form && text.parse::<Date>().is_ok()
}

#[cfg(test)]
mod tests {
    use super::is_date;

    #[test]
    fn days_there_are() {
        for day in ["2024-02-29", "2000-02-29", "2021-12-31", "1999-04-30"] {
            assert!(is_date(day), "{day}");
        }
        for none in [
            "2021-02-29",
            "1900-02-29",
            "2021-04-31",
            "2021-13-01",
            "2021-00-10",
            "2021-01-00",
            "2021-1-01",
            "20210101",
            "2021-01-1x",
            "",
        ] {
            assert!(!is_date(none), "{none}");
        }
    }
}
