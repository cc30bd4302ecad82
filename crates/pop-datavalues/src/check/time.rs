//! When a value may be entered: periods, opening and closing.

use jiff::civil::Date;

use super::{Checker, Rule};
use crate::metadata::{DataElement, DataSet, OrgUnit};
use crate::{DataValue, Period, PeriodType};

/// The day at the beginning of a DHIS2 date text.
pub(super) fn day(text: Option<&str>) -> Option<Date> {
    text?.get(..10)?.parse().ok()
}

impl<'a> Checker<'a> {
    pub(super) fn period(
        &mut self,
        index: usize,
        value: &'a DataValue,
        element: Option<&'a DataElement>,
    ) -> Option<Period> {
        let key: &'a str = &value.period;
        let Some(period) = self.index.periods.get(key).copied().flatten() else {
            self.report(Rule::UnknownPeriod, key, Some(index), || {
                format!("{key:?} is not a period")
            });
            return None;
        };
        let sets = element
            .map(|element| self.sets_for(element))
            .unwrap_or_default();
        for set in sets {
            if self.index.period_type(set) != Some(period.kind()) {
                let subject = format!("{key} {}", set.id);
                self.report(Rule::PeriodType, &subject, Some(index), || {
                    format!(
                        "period {key} is {}, data set {:?} takes {}",
                        period.kind(),
                        set.name,
                        set.period_type
                    )
                });
            }
        }
        Some(period)
    }

    /// The first day of the period must lie within the unit's dates.
    pub(super) fn unit_dates(&mut self, index: usize, unit: &'a OrgUnit, period: Period) {
        let opened = day(unit.opening_date.as_deref());
        let closed = day(unit.closed_date.as_deref());
        let start = period.start();
        if opened.is_some_and(|opened| start < opened)
            || closed.is_some_and(|closed| start > closed)
        {
            let subject = format!("{} {period}", unit.id);
            self.report(Rule::UnitNotOpen, &subject, Some(index), || {
                format!(
                    "org unit {:?} ({}) is not open on {start}: {} to {}",
                    unit.name.as_deref().unwrap_or_default(),
                    unit.id,
                    opened.map_or("…".to_owned(), |d| d.to_string()),
                    closed.map_or("…".to_owned(), |d| d.to_string())
                )
            });
        }
    }

    /// Whether the period may be entered on this day; judged once for an element, unless there is something to report.
    pub(super) fn timeliness(&mut self, index: usize, element: &'a DataElement, period: Period) {
        let Some(today) = self.today else { return };
        if self.timely.contains(&(&element.id, period)) {
            return;
        }
        let reported = self.reported;
        self.judge_time(index, element, period, today);
        if self.reported == reported {
            self.timely.insert((&element.id, period));
        }
    }

    /// Future periods, expiry and input periods of the data sets that count.
    fn judge_time(&mut self, index: usize, element: &'a DataElement, period: Period, today: Date) {
        let sets = self.sets_for(element);
        let is_exempt = self.metadata.user.has("F_EDIT_EXPIRED");
        // Up to 2.39 the set that is open longest decides, whichever is named.
        let is_open_somewhere = self.is_2_38_or_9()
            && self
                .metadata
                .data_sets_of(&element.id)
                .any(|set| !is_future(set, period, today));
        for set in sets {
            if self.is_grouped() && !set.data_input_periods.is_empty() {
                // Only the input periods decide there.
                self.input_period(index, set, period, today);
                continue;
            }
            if is_future(set, period, today) && !is_open_somewhere {
                self.future(index, set, period, today);
            }
            if is_expired(set, period, today) && !is_exempt {
                let subject = format!("{period} {}", set.id);
                self.report(Rule::Expired, &subject, Some(index), || {
                    format!(
                        "period {period} is closed in data set {:?}: expiryDays is {}",
                        set.name, set.expiry_days
                    )
                });
            }
            if !set.data_input_periods.is_empty() {
                self.input_period(index, set, period, today);
            }
        }
    }

    /// A period after the last open one. From 2.43 on a right lets it in without a word.
    fn future(&mut self, index: usize, set: &'a DataSet, period: Period, today: Date) {
        let is_let_in = self.is_grouped() && self.metadata.user.has("F_EDIT_EXPIRED");
        let (rule, and) = if is_let_in {
            let and = "; the server takes it all the same, as this user may edit expired data";
            (Rule::FutureByRight, and)
        } else {
            (Rule::FuturePeriod, "")
        };
        let subject = format!("{period} {}", set.id);
        self.report(rule, &subject, Some(index), || {
            let last = last_open(set, today).map_or("none".to_owned(), |last| last.to_string());
            format!(
                "period {period} is not open yet in data set {:?}: openFuturePeriods is {}, so the last one is {last}{and}",
                set.name, set.open_future_periods
            )
        });
    }

    fn input_period(&mut self, index: usize, set: &'a DataSet, period: Period, today: Date) {
        let text = period.to_string();
        let mut listed = set
            .data_input_periods
            .iter()
            .filter(|input| input.period == text)
            .peekable();
        let is_listed = listed.peek().is_some();
        let is_open = listed.any(|input| {
            day(input.opening_date.as_deref()).is_none_or(|from| from <= today)
                && day(input.closing_date.as_deref()).is_none_or(|to| today <= to)
        });
        // 2.43.0 and 2.43.1 have the test the wrong way round (DHIS2-21981).
        let passes = if self.is_inverted() {
            is_listed && !is_open
        } else {
            is_open
        };
        if !passes {
            let subject = format!("{text} {}", set.id);
            let inverted = self.is_inverted();
            self.report(Rule::InputPeriod, &subject, Some(index), || match (is_listed, inverted) {
                (false, _) => format!("data set {:?} takes values of listed periods only, {text} is not among them", set.name),
                (true, true) => format!("data set {:?} lists {text} as open, which DHIS2 2.43.0 and 2.43.1 take for closed", set.name),
                (true, false) => format!("data set {:?} takes values of {text} at another time", set.name),
            });
        }
    }

    fn is_inverted(&self) -> bool {
        let version = self.metadata.dhis2_version.trim_start_matches("2.");
        ["43.0", "43.1"].iter().any(|prefix| {
            version
                .strip_prefix(prefix)
                .is_some_and(|rest| !rest.starts_with(|c: char| c.is_ascii_digit()))
        })
    }

    fn is_2_38_or_9(&self) -> bool {
        ["2.38", "2.39"]
            .iter()
            .any(|prefix| self.metadata.dhis2_version.starts_with(prefix))
    }
}

/// The last period open for entry: `openFuturePeriods` counts from the period before the current one
/// (`PeriodType.getFuturePeriod`).
fn last_open(set: &DataSet, today: Date) -> Option<Period> {
    let kind: PeriodType = set.period_type.parse().ok()?;
    let mut period = Period::holding(kind, today)?.previous()?;
    for _ in 0..set.open_future_periods.clamp(0, 400) {
        period = period.next()?;
    }
    Some(period)
}

fn is_future(set: &DataSet, period: Period, today: Date) -> bool {
    last_open(set, today).is_some_and(|last| period.start() > last.end())
}

fn is_expired(set: &DataSet, period: Period, today: Date) -> bool {
    set.expiry_days > 0.0
        && period
            .end()
            .checked_add(jiff::Span::new().days(set.expiry_days.min(100_000.0) as i64))
            .is_ok_and(|last| last < today)
}
