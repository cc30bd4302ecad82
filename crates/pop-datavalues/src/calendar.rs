//! The calendars that a DHIS2 server can run in, as far as years go.

/// Whether a calendar's periods are those of the Gregorian calendar.
#[must_use]
pub fn is_gregorian(calendar: &str) -> bool {
    matches!(calendar, "iso8601" | "gregorian")
}

/// The year of a calendar (`Calendar.name` in the DHIS2 source) on 1 January of a Gregorian year,
/// the day for which WorldPop counts. `None` for a calendar that is not known.
#[must_use]
pub fn year_in(calendar: &str, gregorian: i32) -> Option<i32> {
    Some(match calendar {
        "iso8601" | "gregorian" => gregorian,
        // 13 days behind.
        "julian" => gregorian - 1,
        // New year on 11 or 12 September.
        "ethiopian" => gregorian - 8,
        "coptic" => gregorian - 284,
        // New year in the middle of April.
        "nepali" => gregorian + 56,
        "thai" => gregorian + 543,
        // New year on 20 or 21 March.
        "persian" => gregorian - 622,
        // 33 Islamic years are about 32 Gregorian ones; year 1 began in July 622.
        "islamic" => (gregorian - 622) * 33 / 32,
        _ => return None,
    })
}

/// The year of the calendar that a period should name, where `year` looks like a Gregorian one:
/// farther from the server's own year than from the Gregorian one.
#[must_use]
pub fn mistaken_year(calendar: &str, year: i32, gregorian_today: i32) -> Option<i32> {
    let today = year_in(calendar, gregorian_today)?;
    // A year apart nothing can be told.
    if (today - gregorian_today).abs() < 2 {
        return None;
    }
    let is_mistaken = (year - today).abs() > (year - gregorian_today).abs();
    if is_mistaken {
        year_in(calendar, year)
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn years_are_those_of_the_almanacs() {
        // 1 January 2025 was 23 Tahsas 2017 in Ethiopia, 23 Koiak 1741 of the Copts, 17 Poush 2081
        // in Nepal, 12 Dey 1403 in Iran, 1 Rajab 1446 of the Hijra.
        for (calendar, year) in [
            ("gregorian", 2025),
            ("ethiopian", 2017),
            ("coptic", 1741),
            ("nepali", 2081),
            ("thai", 2568),
            ("persian", 1403),
            ("islamic", 1446),
        ] {
            assert_eq!(year_in(calendar, 2025), Some(year), "{calendar}");
        }
        assert_eq!(year_in("mayan", 2025), None);
    }

    #[test]
    fn gregorian_years_are_noticed_and_own_years_are_not() {
        assert_eq!(mistaken_year("ethiopian", 2025, 2026), Some(2017));
        assert_eq!(mistaken_year("ethiopian", 2017, 2026), None);
        assert_eq!(mistaken_year("ethiopian", 2019, 2026), None);
        assert_eq!(mistaken_year("nepali", 2025, 2026), Some(2081));
        assert_eq!(mistaken_year("nepali", 2082, 2026), None);
        assert_eq!(mistaken_year("gregorian", 2035, 2026), None);
    }
}
