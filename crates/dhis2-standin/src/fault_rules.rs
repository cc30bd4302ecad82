//! Which requests a fault befalls.

use std::str::FromStr;

use crate::fault::Fault;

/// Which requests a fault befalls.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FaultRule {
    /// `GET`, `POST` …; `None` for any.
    pub method: Option<String>,
    /// How the path after `/api/` begins, with or without a query: `dataValueSets`,
    /// `organisationUnits.json`.
    pub path: String,
    /// A text that must stand in the query, such as `dryRun=true`; empty for any.
    pub query: String,
    /// A text that must not stand in the query; empty for none.
    pub query_without: String,
    /// How many matching requests pass unharmed first.
    pub skip: usize,
    /// How many are hit after that.
    pub times: usize,
    /// What befalls them.
    pub fault: Fault,
}

impl FaultRule {
    /// A rule for the first request to a path.
    #[must_use]
    pub fn first(method: &str, path: &str, fault: Fault) -> Self {
        Self {
            method: Some(method.to_owned()),
            path: path.to_owned(),
            query: String::new(),
            query_without: String::new(),
            skip: 0,
            times: 1,
            fault,
        }
    }

    /// A rule for the first import that is not a dry run.
    #[must_use]
    pub fn import(fault: Fault) -> Self {
        Self {
            query_without: "dryRun=true".to_owned(),
            ..Self::first("POST", "dataValueSets", fault)
        }
    }

    /// The same after that many matching requests.
    #[must_use]
    pub fn after(mut self, requests: usize) -> Self {
        self.skip = requests;
        self
    }

    /// The same for that many requests in a row.
    #[must_use]
    pub fn times(mut self, requests: usize) -> Self {
        self.times = requests;
        self
    }

    pub(crate) fn matches(&self, method: &str, path: &str, query: &str) -> bool {
        self.method
            .as_deref()
            .is_none_or(|wanted| wanted.eq_ignore_ascii_case(method))
            && path.starts_with(&self.path)
            && query.contains(&self.query)
            && (self.query_without.is_empty() || !query.contains(&self.query_without))
    }
}

impl FromStr for FaultRule {
    type Err = String;

    /// Reads `FAULT [on import | on METHOD PATH] [after N] [times N | always]`, such as
    /// `refused=502 on GET organisationUnits.json after 2 times 3`. Without `on` it befalls any
    /// request.
    fn from_str(text: &str) -> Result<Self, String> {
        let mut words = text.split_whitespace();
        let fault: Fault = words.next().unwrap_or_default().parse()?;
        let mut rule = Self {
            method: None,
            ..Self::first("", "", fault)
        };
        let missing = |word: &str| format!("{text:?}: something has to follow {word:?}");
        while let Some(word) = words.next() {
            let mut next = || words.next().ok_or_else(|| missing(word));
            match word {
                "on" => match next()? {
                    "import" => rule = Self::import(rule.fault).after(rule.skip).times(rule.times),
                    method => {
                        rule.method = Some(method.to_owned());
                        rule.path = next()?.to_owned();
                    }
                },
                "after" => rule.skip = count(next()?)?,
                "times" => rule.times = count(next()?)?,
                "always" => rule.times = usize::MAX,
                other => {
                    return Err(format!(
                        "{text:?}: {other:?} is none of on, after, times, always"
                    ));
                }
            }
        }
        Ok(rule)
    }
}

fn count(word: &str) -> Result<usize, String> {
    word.parse().map_err(|_| format!("{word:?} is no number"))
}

/// The rules, each with how many requests have matched it.
#[derive(Debug, Default)]
pub(crate) struct FaultRules {
    rules: Vec<(FaultRule, usize)>,
}

impl FaultRules {
    pub(crate) fn new(rules: Vec<FaultRule>) -> Self {
        Self {
            rules: rules.into_iter().map(|rule| (rule, 0)).collect(),
        }
    }

    /// Takes all rules away.
    pub(crate) fn clear(&mut self) {
        self.rules.clear();
    }

    pub(crate) fn add(&mut self, rule: FaultRule) {
        self.rules.push((rule, 0));
    }

    /// The fault for a request, counted by every rule that matches it.
    pub(crate) fn next(&mut self, method: &str, path: &str, query: &str) -> Option<Fault> {
        let mut hit = None;
        for (rule, seen) in &mut self.rules {
            if rule.matches(method, path, query) {
                let due = *seen >= rule.skip && *seen - rule.skip < rule.times;
                *seen += 1;
                if due && hit.is_none() {
                    hit = Some(rule.fault.clone());
                }
            }
        }
        hit
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rule_is_read_from_words() {
        let rule: FaultRule = "refused=502 on GET organisationUnits.json after 2 times 3"
            .parse()
            .unwrap();
        let same = FaultRule::first("GET", "organisationUnits.json", Fault::Refused(502));
        assert_eq!(rule, same.after(2).times(3));
        let rule: FaultRule = "lost-answer after 1 on import always".parse().unwrap();
        assert_eq!(
            rule,
            FaultRule::import(Fault::LostAnswer)
                .after(1)
                .times(usize::MAX)
        );
        assert_eq!("reset".parse::<FaultRule>().unwrap().method, None);
        for text in [
            "",
            "explode",
            "refused",
            "refused=abc",
            "refused=9",
            "cut on",
            "cut after x",
            "cut soon",
        ] {
            assert!(text.parse::<FaultRule>().is_err(), "{text}");
        }
    }

    #[test]
    fn every_fault_of_the_list_is_read() {
        for name in Fault::NAMES {
            let (name, amount) = name.split_once('=').unwrap_or((name, ""));
            let text = if amount.is_empty() {
                name.to_owned()
            } else {
                format!("{name}=200")
            };
            assert!(text.parse::<Fault>().is_ok(), "{text}");
        }
    }

    #[test]
    fn a_rule_hits_the_requests_it_counts() {
        let rule = FaultRule::import(Fault::Empty).after(1).times(2);
        let mut faults = FaultRules::new(vec![rule]);
        let mut hit = |query: &str| faults.next("POST", "dataValueSets", query).is_some();
        assert!(!hit(""));
        assert!(!hit("dryRun=true"));
        assert!(hit(""));
        assert!(hit("async=true"));
        assert!(!hit(""));
    }
}
