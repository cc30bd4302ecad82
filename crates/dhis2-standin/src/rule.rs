//! Which requests a fault befalls.

use std::str::FromStr;

use crate::faults::Fault;

/// Which requests a fault befalls.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rule {
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

impl Rule {
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

impl FromStr for Rule {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rule_is_read_from_words() {
        let rule: Rule = "refused=502 on GET organisationUnits.json after 2 times 3"
            .parse()
            .unwrap();
        let same = Rule::first("GET", "organisationUnits.json", Fault::Refused(502));
        assert_eq!(rule, same.after(2).times(3));
        let rule: Rule = "lost-answer after 1 on import always".parse().unwrap();
        assert_eq!(
            rule,
            Rule::import(Fault::LostAnswer).after(1).times(usize::MAX)
        );
        assert_eq!("reset".parse::<Rule>().unwrap().method, None);
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
            assert!(text.parse::<Rule>().is_err(), "{text}");
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
}
