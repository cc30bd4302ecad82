//! Who is counted, as one token: sex, then the ages with the last one included: `t`, `f15-49y`, `t0-11m`, `m65+y`.

use pop_sums::Sex;

use super::{Age, Ages};

/// The token of a group; both sexes are `t`, all ages are left out.
#[must_use]
pub fn group_token(sex: Option<Sex>, ages: Ages) -> String {
    let sex = match sex {
        Some(Sex::Female) => "f",
        Some(Sex::Male) => "m",
        Some(Sex::Total) | None => "t",
    };
    if ages == Ages::ALL {
        return sex.to_owned();
    }
    let Some(to) = ages.to else {
        let unit = unit(ages.from, ages.from);
        return format!("{sex}{}+{unit}", count(ages.from, unit));
    };
    let unit = unit(ages.from, to);
    let last = count(to, unit).saturating_sub(1);
    format!("{sex}{}-{last}{unit}", count(ages.from, unit))
}

/// Reads what [`group_token`] writes; `None` for any other text.
#[must_use]
pub fn read_group_token(token: &str) -> Option<(Option<Sex>, Ages)> {
    let mut chars = token.chars();
    let sex = match chars.next()? {
        'f' => Some(Sex::Female),
        'm' => Some(Sex::Male),
        't' => None,
        _ => return None,
    };
    let rest = chars.as_str();
    if rest.is_empty() {
        return Some((sex, Ages::ALL));
    }
    let unit = rest.chars().next_back()?;
    let span = rest.strip_suffix(unit)?;
    let (from, last) = match span.strip_suffix('+') {
        Some(from) => (from, None),
        None => {
            let (from, last) = span.split_once('-')?;
            (from, Some(last))
        }
    };
    let from = age(from.parse().ok()?, unit)?;
    let to = match last {
        Some(last) => Some(age(last.parse::<u32>().ok()?.checked_add(1)?, unit)?),
        None => None,
    };
    let ages = Ages { from, to };
    to.is_none_or(|to| from < to).then_some((sex, ages))
}

/// The largest unit that both bounds are whole in; the first two years of life are in months.
fn unit(from: Age, to: Age) -> char {
    let whole_years = from.months.is_multiple_of(12) && to.months.is_multiple_of(12);
    if from.days > 0 || to.days > 0 {
        'd'
    } else if whole_years && (to.months > 24 || from == to) {
        'y'
    } else {
        'm'
    }
}

const fn count(age: Age, unit: char) -> u32 {
    match unit {
        'd' => age.days,
        'y' => age.months / 12,
        _ => age.months,
    }
}

fn age(count: u32, unit: char) -> Option<Age> {
    let months = |months| Age { months, days: 0 };
    match unit {
        'd' => Some(Age {
            months: 0,
            days: count,
        }),
        'm' => Some(months(count)),
        'y' => Some(months(count.checked_mul(12)?)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::super::AgeUnit;
    use super::*;

    #[test]
    fn groups_come_back_from_their_tokens() {
        let between = Ages::between;
        for (sex, ages, token) in [
            (None, Ages::ALL, "t"),
            (Some(Sex::Female), Ages::ALL, "f"),
            (
                Some(Sex::Female),
                between(AgeUnit::Years, 15, 50),
                "f15-49y",
            ),
            (None, between(AgeUnit::Years, 0, 5), "t0-4y"),
            (None, between(AgeUnit::Years, 0, 1), "t0-11m"),
            (None, between(AgeUnit::Months, 6, 60), "t6-59m"),
            (Some(Sex::Male), Ages::from(AgeUnit::Years, 65), "m65+y"),
            (None, Ages::from(AgeUnit::Months, 6), "t6+m"),
            (None, between(AgeUnit::Days, 0, 28), "t0-27d"),
        ] {
            assert_eq!(group_token(sex, ages), token);
            assert_eq!(read_group_token(token), Some((sex, ages)), "{token}");
        }
    }

    #[test]
    fn other_texts_are_not_groups() {
        for text in [
            "",
            "x",
            "t5",
            "t5y",
            "t5-4y",
            "f15-49",
            "t-1y",
            "tä",
            "t4294967295-4294967295y",
            "f15+f20",
        ] {
            assert_eq!(read_group_token(text), None, "{text}");
        }
    }
}
