//! Faults on demand: what proxies, networks and failing servers do to requests.

/// Something that goes wrong with a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    /// 302 to a login page, as a proxy with a session of its own sends it.
    LoginRedirect,
    /// 200 and a login page in HTML.
    LoginPage,
    /// An answer of that status with an HTML page, before the server does anything.
    Refused(u16),
    /// The same after the server has done all it was asked to.
    RefusedAfter(u16),
    /// 429 with that many seconds in `Retry-After`.
    TooMany {
        /// Seconds to wait.
        seconds: u32,
    },
    /// 413 for bodies of more bytes than that; smaller ones pass.
    TooLarge {
        /// Most bytes that pass.
        limit: usize,
    },
    /// The work is done; the connection closes in the middle of the answer.
    CutAnswer,
    /// The work is done; the connection closes without an answer.
    LostAnswer,
    /// The connection closes before anything is done.
    Reset,
    /// The answer comes a few bytes at a time, with a pause of that many milliseconds.
    Drip {
        /// Milliseconds between pieces.
        pause: u64,
    },
    /// The work is done; the answer comes after that many milliseconds.
    Late {
        /// Milliseconds to wait.
        pause: u64,
    },
    /// 200 and nothing else.
    Empty,
    /// 200 with this body as JSON, before anything is done.
    Answer(String),
    /// 200 with this body as JSON, after everything is done.
    AnswerAfter(String),
    /// An import: 200 SUCCESS with all values ignored, and nothing stored.
    LostWrite,
    /// An import: 200 SUCCESS with zeros, and nothing stored.
    NothingDone,
    /// An import: the server dies after having stored that many values. The older engine keeps
    /// them, the newer one keeps nothing.
    CrashAfter(usize),
}

/// What happens to an import itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ImportFault {
    LostWrite,
    NothingDone,
    CrashAfter(usize),
}

impl Fault {
    pub(crate) fn of_import(&self) -> Option<ImportFault> {
        match self {
            Self::LostWrite => Some(ImportFault::LostWrite),
            Self::NothingDone => Some(ImportFault::NothingDone),
            Self::CrashAfter(rows) => Some(ImportFault::CrashAfter(*rows)),
            _ => None,
        }
    }
}

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

    fn matches(&self, method: &str, path: &str, query: &str) -> bool {
        self.method
            .as_deref()
            .is_none_or(|wanted| wanted.eq_ignore_ascii_case(method))
            && path.starts_with(&self.path)
            && query.contains(&self.query)
            && (self.query_without.is_empty() || !query.contains(&self.query_without))
    }
}

/// The rules, each with how many requests have matched it.
#[derive(Debug, Default)]
pub(crate) struct Faults {
    rules: Vec<(Rule, usize)>,
}

impl Faults {
    pub(crate) fn new(rules: Vec<Rule>) -> Self {
        Self {
            rules: rules.into_iter().map(|rule| (rule, 0)).collect(),
        }
    }

    pub(crate) fn add(&mut self, rule: Rule) {
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
    fn a_rule_hits_the_requests_it_counts() {
        let rule = Rule::import(Fault::Empty).after(1).times(2);
        let mut faults = Faults::new(vec![rule]);
        let mut hit = |query: &str| faults.next("POST", "dataValueSets", query).is_some();
        assert!(!hit(""));
        assert!(!hit("dryRun=true"));
        assert!(hit(""));
        assert!(hit("async=true"));
        assert!(!hit(""));
    }
}
