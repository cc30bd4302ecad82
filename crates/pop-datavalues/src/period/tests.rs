//! Texts and spans, by the examples of the DHIS2 sources.

use jiff::civil::date;
use proptest::prelude::*;

use super::*;

fn span(text: &str) -> (String, String) {
    let period: Period = text.parse().unwrap();
    assert_eq!(period.to_string(), text);
    (period.start().to_string(), period.end().to_string())
}

#[test]
fn spans_are_dhis2s() {
    for (text, start, end) in [
        ("20250315", "2025-03-15", "2025-03-15"),
        ("2025W7", "2025-02-10", "2025-02-16"),
        ("2020W53", "2020-12-28", "2021-01-03"),
        ("2025WedW1", "2025-01-01", "2025-01-07"),
        ("2025SunW1", "2024-12-29", "2025-01-04"),
        ("2025BiW3", "2025-01-27", "2025-02-09"),
        ("202501", "2025-01-01", "2025-01-31"),
        ("202501B", "2025-01-01", "2025-02-28"),
        ("202502B", "2025-03-01", "2025-04-30"),
        ("2025Q1", "2025-01-01", "2025-03-31"),
        ("2025NovQ1", "2024-11-01", "2025-01-31"),
        ("2025S1", "2025-01-01", "2025-06-30"),
        ("2025AprilS1", "2025-04-01", "2025-09-30"),
        ("2025AprilS2", "2025-10-01", "2026-03-31"),
        ("2025NovS1", "2024-11-01", "2025-04-30"),
        ("2025", "2025-01-01", "2025-12-31"),
        ("2025Feb", "2025-02-01", "2026-01-31"),
        ("2025April", "2025-04-01", "2026-03-31"),
        ("2025July", "2025-07-01", "2026-06-30"),
        ("2025Aug", "2025-08-01", "2026-07-31"),
        ("2025Sep", "2025-09-01", "2026-08-31"),
        ("2025Oct", "2025-10-01", "2026-09-30"),
        ("2025Nov", "2024-11-01", "2025-10-31"),
    ] {
        assert_eq!(span(text), (start.to_owned(), end.to_owned()), "{text}");
    }
    assert_eq!("2025-01".parse::<Period>().unwrap().to_string(), "202501");
    assert_eq!(
        "2025-01-31".parse::<Period>().unwrap().to_string(),
        "20250131"
    );
}

#[test]
fn other_texts_are_no_periods() {
    for text in [
        "",
        "abc",
        "25",
        "202513",
        "2025 ",
        " 2025",
        "2025april",
        "2025W54",
        "2025W0",
        "2025W07",
        "2025Q5",
        "2025S3",
        "20250230",
        "202507B",
        "2025FriW60",
        "2025BiW28",
        "12025",
        "2025Feb1",
        "２０２５",
        "2025-1",
        "2021W53",
    ] {
        assert!(text.parse::<Period>().is_err(), "{text}");
    }
}

#[test]
fn the_main_year_of_a_financial_year() {
    let main = |text: &str| text.parse::<Period>().unwrap().main_year();
    assert_eq!(main("2025"), Some(2025));
    assert_eq!(main("2025April"), Some(2025));
    assert_eq!(main("2025July"), None);
    assert_eq!(main("2025Oct"), Some(2026));
    assert_eq!(main("2025Nov"), Some(2025));
}

proptest! {
    #[test]
    fn periods_tile_time_and_come_back_from_their_text(days in 0_i64..20_000, kind in prop::sample::select(&PeriodType::ALL[..])) {
        let day = date(1990, 1, 1).checked_add(jiff::Span::new().days(days)).unwrap();
        let period = Period::holding(kind, day).unwrap();
        prop_assert!(period.start() <= day && day <= period.end());
        prop_assert_eq!(period.to_string().parse::<Period>().unwrap(), period);
        let next = period.next().unwrap();
        // The last pair of weeks of a long year overlaps the next year's first one.
        if kind != PeriodType::BiWeekly {
            prop_assert_eq!(next.start(), period.end().tomorrow().unwrap());
            prop_assert_eq!(next.previous().unwrap(), period);
        }
    }
}
