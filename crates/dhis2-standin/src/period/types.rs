//! The types of periods.

use super::*;

pub(super) const fn months(count: i32, first: i32, early: i32) -> Length {
    Length::Months {
        count,
        first,
        early,
    }
}

pub(super) const fn kind(
    name: &'static str,
    format: &'static str,
    duration: &'static str,
    frequency: u32,
    mark: &'static str,
    length: Length,
) -> PeriodType {
    PeriodType {
        name,
        format,
        duration,
        frequency,
        mark,
        length,
        since: Version::V38,
    }
}

pub(super) const fn newer(since: Version, kind: PeriodType) -> PeriodType {
    PeriodType { since, ..kind }
}

pub(super) const fn weeks(count: i64, first: Weekday) -> Length {
    Length::Weeks { count, first }
}

pub(super) static SCHEMAS: &[PeriodType] = &[
    kind("Daily", "yyyyMMdd", "P1D", 1, "", Length::Day),
    kind("Weekly", "yyyyWn", "P7D", 7, "W", weeks(1, MONDAY)),
    kind(
        "WeeklyWednesday",
        "yyyyWedWn",
        "P7D",
        7,
        "WedW",
        weeks(1, Weekday::Wednesday),
    ),
    kind(
        "WeeklyThursday",
        "yyyyThuWn",
        "P7D",
        7,
        "ThuW",
        weeks(1, Weekday::Thursday),
    ),
    newer(
        Version::V43,
        kind(
            "WeeklyFriday",
            "yyyyFriWn",
            "P7D",
            7,
            "FriW",
            weeks(1, Weekday::Friday),
        ),
    ),
    kind(
        "WeeklySaturday",
        "yyyySatWn",
        "P7D",
        7,
        "SatW",
        weeks(1, Weekday::Saturday),
    ),
    kind(
        "WeeklySunday",
        "yyyySunWn",
        "P7D",
        7,
        "SunW",
        weeks(1, Weekday::Sunday),
    ),
    kind("BiWeekly", "yyyyBiWn", "P14D", 14, "BiW", weeks(2, MONDAY)),
    kind("Monthly", "yyyyMM", "P1M", 30, "MM", months(1, 1, 0)),
    kind("BiMonthly", "yyyyMMB", "P2M", 61, "MM", months(2, 1, 0)),
    kind("Quarterly", "yyyyQn", "P3M", 91, "Q", months(3, 1, 0)),
    kind(
        "QuarterlyNov",
        "yyyyNovQn",
        "P3M",
        91,
        "NovQ",
        months(3, 11, 1),
    ),
    kind("SixMonthly", "yyyySn", "P6M", 182, "S", months(6, 1, 0)),
    kind(
        "SixMonthlyApril",
        "yyyyAprilSn",
        "P6M",
        182,
        "AprilS",
        months(6, 4, 0),
    ),
    kind(
        "SixMonthlyNov",
        "yyyyNovSn",
        "P6M",
        182,
        "NovS",
        months(6, 11, 1),
    ),
    kind("Yearly", "yyyy", "P1Y", 365, "", months(12, 1, 0)),
    newer(
        Version::V43,
        kind(
            "FinancialFeb",
            "yyyyFeb",
            "P1Y",
            365,
            "Feb",
            months(12, 2, 0),
        ),
    ),
    kind(
        "FinancialApril",
        "yyyyApril",
        "P1Y",
        365,
        "April",
        months(12, 4, 0),
    ),
    kind(
        "FinancialJuly",
        "yyyyJuly",
        "P1Y",
        365,
        "July",
        months(12, 7, 0),
    ),
    newer(
        Version::V43,
        kind(
            "FinancialAug",
            "yyyyAug",
            "P1Y",
            365,
            "Aug",
            months(12, 8, 0),
        ),
    ),
    newer(
        Version::V42,
        kind(
            "FinancialSep",
            "yyyySep",
            "P1Y",
            365,
            "Sep",
            months(12, 9, 0),
        ),
    ),
    kind(
        "FinancialOct",
        "yyyyOct",
        "P1Y",
        365,
        "Oct",
        months(12, 10, 0),
    ),
    kind(
        "FinancialNov",
        "yyyyNov",
        "P1Y",
        365,
        "Nov",
        months(12, 11, 1),
    ),
];

pub(super) const MONDAY: Weekday = Weekday::Monday;
