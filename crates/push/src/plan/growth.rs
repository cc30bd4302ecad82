//! The years beside those of a set: what DHIS2 holds for them, and the growth from and to it.

use std::collections::BTreeMap;

use pop_cli::{Arg, Messages, counted, shortened_list};
use pop_datavalues::mapping::Limits;
use pop_datavalues::number::number_of;
use pop_datavalues::plausibility::{PlausibilityCheck, growth_in_a_year};
use pop_datavalues::value_set::names::Sym;
use pop_datavalues::value_set::table::{ValueKey, ValueTable};

use crate::job::Job;
use crate::labels::Labels;
use crate::record::YearRecord;

/// The value of the year before, or after, and the growth between the two.
#[derive(Debug, Clone)]
pub(crate) struct YearBeside {
    /// Its period.
    pub(crate) period: Sym,
    /// Its value.
    pub(crate) value: Box<str>,
    /// Growth from the earlier to the later year, as a share.
    pub(crate) growth: Option<f64>,
    /// What is conspicuous about it.
    pub(crate) finding: Option<PlausibilityCheck>,
}

/// A conspicuous step between two years.
struct Step {
    index: usize,
    growth: f64,
    line: String,
}

/// The years beside each value of a job, by item.
#[derive(Debug, Default)]
pub(crate) struct Growth {
    before: BTreeMap<usize, YearBeside>,
    after: BTreeMap<usize, YearBeside>,
}

/// The year that a period is; `None` for periods of another length.
pub(crate) fn year_of(period: &str) -> Option<i32> {
    (period.len() == 4).then(|| period.parse().ok()).flatten()
}

impl Growth {
    /// Looks the years beside up: in the job itself, else in what is stored `beside` it.
    pub(crate) fn new(job: &Job, beside: &ValueTable, limits: &Limits) -> Self {
        let stored = beside.sorted();
        let mut growth = Self::default();
        for (index, item) in job.items.iter().enumerate() {
            let Some(year) = year_of(job.names.text(item.key.period)) else {
                continue;
            };
            let Some(own) = job.wanted_of(item).and_then(|own| number_of(own.value)) else {
                continue;
            };
            let find = |year: i32| -> Option<(Sym, &str, bool)> {
                let period = job.names.find(&year.to_string())?;
                let key = ValueKey { period, ..item.key };
                let in_set = job.items.binary_search_by_key(&key, |item| item.key);
                let value = match in_set {
                    Ok(at) => job.wanted_of(&job.items[at])?.value,
                    Err(_) => stored.get(&key)?.value,
                };
                Some((period, value, in_set.is_ok()))
            };
            let judged = |(period, value): (Sym, &str), is_before: bool| {
                let other = number_of(value);
                let share = other.and_then(|other| {
                    let (earlier, later) = if is_before {
                        (other, own)
                    } else {
                        (own, other)
                    };
                    growth_in_a_year(earlier, later, 1)
                });
                YearBeside {
                    period,
                    value: value.into(),
                    growth: share,
                    finding: share.and_then(|share| limits.check_growth(share)),
                }
            };
            if let Some((period, value, _)) = find(year - 1) {
                growth.before.insert(index, judged((period, value), true));
            }
            // A step between two years of the set is that of the later one.
            if let Some((period, value, false)) = find(year + 1) {
                growth.after.insert(index, judged((period, value), false));
            }
        }
        growth
    }

    /// Whether nothing is known of any year beside.
    pub(crate) fn is_empty(&self) -> bool {
        self.before.is_empty() && self.after.is_empty()
    }

    /// The year before an item's.
    pub(crate) fn before(&self, item: usize) -> Option<&YearBeside> {
        self.before.get(&item)
    }

    /// The year before an item's and the year after it, for the plan.
    pub(crate) fn records(&self, job: &Job, item: usize) -> [Option<YearRecord>; 2] {
        [&self.before, &self.after].map(|side| {
            side.get(&item).map(|beside| YearRecord {
                period: job.names.text(beside.period).to_owned(),
                value: beside.value.to_string(),
                growth: beside.growth.map(|growth| (growth * 1e4).round() / 1e4),
            })
        })
    }

    /// Sums over the units that have both years, by element: a line each.
    pub(crate) fn totals(&self, job: &Job, labels: &Labels, messages: &Messages) -> Vec<String> {
        let text = |sym: Sym| job.names.text(sym);
        let mut sums: BTreeMap<(&str, &str, &str), [f64; 2]> = BTreeMap::new();
        for (side, is_before) in [(&self.before, true), (&self.after, false)] {
            for (&index, beside) in side {
                let item = &job.items[index];
                let own = job.wanted_of(item).and_then(|own| number_of(own.value));
                let (Some(own), Some(other)) = (own, number_of(&beside.value)) else {
                    continue;
                };
                let (from, to, pair) = if is_before {
                    (beside.period, item.key.period, [other, own])
                } else {
                    (item.key.period, beside.period, [own, other])
                };
                let element = labels.of(text(item.key.element));
                let sum = sums.entry((element, text(from), text(to))).or_default();
                sum[0] += pair[0];
                sum[1] += pair[1];
            }
        }
        let line = |(&(element, from, to), &[earlier, later]): (&(&str, &str, &str), &[f64; 2])| {
            let growth = growth_in_a_year(earlier, later, 1);
            let growth = growth.map_or(String::new(), |growth| {
                format!(" ({})", messages.signed_percent(growth, 1))
            });
            let args = [
                ("element", Arg::Text(element)),
                ("earlier", Arg::Number(earlier, 0)),
                ("from", Arg::Text(from)),
                ("later", Arg::Number(later, 0)),
                ("to", Arg::Text(to)),
            ];
            messages.text_of("total-both-years", &args) + &growth
        };
        sums.iter().map(line).collect()
    }

    /// What is conspicuous, by pair of years: a line each.
    pub(crate) fn warnings(&self, job: &Job, labels: &Labels, limits: &Limits) -> Vec<String> {
        let mut found: BTreeMap<(&str, &str), Vec<Step>> = BTreeMap::new();
        for (side, is_before) in [(&self.before, true), (&self.after, false)] {
            for (&index, beside) in side {
                let item = &job.items[index];
                let (Some(_), Some(growth)) = (beside.finding, beside.growth) else {
                    continue;
                };
                let own = job.wanted_of(item).map_or("", |own| own.value);
                let (own_year, other_year) = (
                    job.names.text(item.key.period),
                    job.names.text(beside.period),
                );
                let (years, from, to) = if is_before {
                    ((other_year, own_year), &*beside.value, own)
                } else {
                    ((own_year, other_year), own, &*beside.value)
                };
                let line = format!(
                    "{} {}: {from} to {to} ({})",
                    labels.of(job.names.text(item.key.unit)),
                    labels.of(job.names.text(item.key.element)),
                    percent(growth)
                );
                found.entry(years).or_default().push(Step {
                    index,
                    growth,
                    line,
                });
            }
        }
        found
            .into_iter()
            .map(|((from, to), mut lines)| {
                lines.sort_by(|a, b| {
                    let by_size = b.growth.abs().total_cmp(&a.growth.abs());
                    by_size.then(a.index.cmp(&b.index))
                });
                let lines: Vec<String> = lines.into_iter().map(|step| step.line).collect();
                format!(
                    "from {from} to {to} {} or {} by more than {}: {}",
                    if lines.len() == 1 {
                        "1 value declines".to_owned()
                    } else {
                        format!("{} decline", counted(lines.len(), "value"))
                    },
                    if lines.len() == 1 { "grows" } else { "grow" },
                    percent(limits.growth).trim_start_matches('+'),
                    shortened_list(&lines)
                )
            })
            .collect()
    }
}

/// A share as a signed percentage.
pub(crate) fn percent(share: f64) -> String {
    format!("{:+.1} %", share * 100.0)
}

#[cfg(test)]
mod tests {
    use pop_datavalues::value_set::names::Names;
    use pop_datavalues::value_set::table::Content;
    use pop_dhis2::import::stored_state::ChangeClass;

    use super::*;
    use crate::job::RunKind;

    fn push(names: &mut Names, values: &mut ValueTable, unit: &str, year: &str, value: &str) {
        let key = ValueKey {
            period: names.intern(year),
            unit: names.intern(unit),
            element: names.intern("de"),
            combo: Sym::NONE,
            attribute: Sym::NONE,
        };
        let content = Content {
            value,
            comment: Sym::NONE,
            follow_up: false,
        };
        values.push(key, content).unwrap();
    }

    #[test]
    fn years_beside_are_found_in_the_set_and_in_what_is_stored() {
        let (mut names, mut wanted, mut beside) = (
            Names::default(),
            ValueTable::default(),
            ValueTable::default(),
        );
        for (unit, year, value) in [
            ("a", "2027", "50"),
            ("b", "2027", "105"),
            ("a", "2028", "52"),
        ] {
            push(&mut names, &mut wanted, unit, year, value);
        }
        for (unit, year, value) in [
            ("a", "2026", "100"),
            ("b", "2026", "100"),
            ("a", "2029", "53"),
        ] {
            push(&mut names, &mut beside, unit, year, value);
        }
        let mut job = Job::new(RunKind::Push, None, names, wanted, ValueTable::default());
        for index in 0..3 {
            let key = job.wanted.rows()[index].key;
            job.add(key, ChangeClass::New, Some(index), None);
        }
        job.arrange();
        let limits = Limits::default();
        let growth = Growth::new(&job, &beside, &limits);
        let shares: Vec<Option<f64>> = (0..3)
            .map(|item| growth.before(item).and_then(|year| year.growth))
            .collect();
        assert_eq!(shares[0], Some(-0.5));
        assert!((shares[1].unwrap() - 0.05).abs() < 1e-12);
        assert!((shares[2].unwrap() - 0.04).abs() < 1e-12);
        let [before, after] = growth.records(&job, 2);
        assert_eq!(before.unwrap().value, "50");
        assert_eq!(after.unwrap().period, "2029");
        let labels = Labels::default();
        assert_eq!(
            growth.warnings(&job, &labels, &limits),
            [
                "from 2026 to 2027 1 value declines or grows by more than 10.0 %: a de: 100 to 50 (-50.0 %)"
            ]
        );
        assert_eq!(
            growth.totals(&job, &labels, &Messages::default())[0],
            "de, where both years have a value: 200 in 2026, 155 in 2027 (-22.5 %)"
        );
        assert_eq!(
            growth.totals(&job, &labels, &Messages::default())[1],
            "de, where both years have a value: 50 in 2027, 52 in 2028 (+4.0 %)"
        );
    }
}
