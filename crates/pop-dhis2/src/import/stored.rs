//! What is stored: `GET /api/dataValueSets`.

use std::io::{self, Read as _};

use super::hint;
use pop_http::{Client, HttpError, HttpErrorKind, Outcome, Query, Response, RetryAdvice};

use pop_datavalues::value_set::names::Names;
use pop_datavalues::value_set::table::{ValueKey, ValueTable};
use pop_datavalues::value_set::{ReadError, SetHeader, Strictness, read_into};

/// Bytes of a request line spent on org units; with the rest it stays below what servers take.
const UNIT_BYTES: usize = 6_000;
/// Data elements in one question.
const MOST_ELEMENTS: usize = 50;

/// Which values are asked for.
#[derive(Debug, Clone)]
pub struct StoredQuery<'a> {
    /// The data set to ask by, where the server does not take elements (2.38).
    pub data_set: Option<&'a str>,
    /// Data elements to ask by.
    pub elements: Vec<&'a str>,
    /// Periods.
    pub periods: Vec<&'a str>,
    /// Org units.
    pub units: Vec<&'a str>,
    /// Of the units alone, or of all units below them too.
    pub unit_scope: OrgUnitScope,
}

/// How far a question goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OrgUnitScope {
    /// The units named.
    Units,
    /// They and everything below.
    Subtrees,
}

/// Why what is stored is not known.
#[derive(Debug, thiserror::Error)]
pub enum StoredError {
    /// No usable answer.
    #[error(transparent)]
    Http(#[from] HttpError),
    /// 200 with an empty body: what 2.40 to 2.42 answer where the user may not read.
    #[error(
        "the server answers 200 with an empty body: the user may not read the data set, or these units"
    )]
    NoAccess,
    /// An answer that is not a data value set.
    #[error("the answer to {request} cannot be read: {source}")]
    NotValues {
        /// Method and path.
        request: String,
        /// What it is instead.
        source: ReadError,
    },
}

impl StoredError {
    /// Whether trying later may help.
    #[must_use]
    pub fn is_unreachable(&self) -> bool {
        match self {
            Self::Http(error) => error.is_unreachable(),
            _ => self.retry_advice() != RetryAdvice::Never,
        }
    }

    /// How a tool that only reads should end.
    #[must_use]
    pub fn outcome(&self) -> Outcome {
        match self {
            Self::Http(error) => error.outcome(),
            _ if self.is_unreachable() => Outcome::Unreachable,
            Self::NoAccess => Outcome::Refused,
            Self::NotValues { .. } => Outcome::BadAnswer,
        }
    }

    /// What to do about it.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Http(error) => hint::of_message(&error.to_string())
                .map(str::to_owned)
                .or_else(|| error.hint()),
            Self::NoAccess => Some("give the user data read on the data set, and a data view unit at or above these units".to_owned()),
            Self::NotValues { .. } => Some("is there a proxy that changes answers? ask for the same address in a browser".to_owned()),
        }
    }

    fn retry_advice(&self) -> RetryAdvice {
        match self {
            Self::Http(error) => error.retry_advice(),
            // The answer ended early, as a dropped connection does.
            Self::NotValues {
                source: ReadError::Empty | ReadError::Truncated(_),
                ..
            } => RetryAdvice::Again(None),
            _ => RetryAdvice::Never,
        }
    }
}

impl StoredQuery<'_> {
    fn query(&self, elements: &[&str], units: &[&str]) -> Query {
        let mut query = Query::new("/api/dataValueSets.json");
        if let Some(data_set) = self.data_set {
            query = query.with("dataSet", data_set);
        } else {
            for element in elements {
                query = query.with("dataElement", element);
            }
        }
        for period in &self.periods {
            query = query.with("period", period);
        }
        for unit in units {
            query = query.with("orgUnit", unit);
        }
        if self.unit_scope == OrgUnitScope::Subtrees {
            query = query.with("children", "true");
        }
        query
    }

    /// Elements and units in batches that fit into a request line.
    fn batches(&self) -> impl Iterator<Item = (&[&str], &[&str])> {
        let longest = self.units.iter().map(|unit| unit.len()).max().unwrap_or(0);
        let size = (UNIT_BYTES / (longest + "&orgUnit=".len())).max(1);
        // A question by data set names no element.
        let elements = if self.data_set.is_some() {
            usize::MAX
        } else {
            MOST_ELEMENTS
        };
        self.elements
            .chunks(elements)
            .flat_map(move |elements| self.units.chunks(size).map(move |units| (elements, units)))
    }
}

/// Adds what is stored under keys that `keep` accepts to `values`; every key is complete.
///
/// # Errors
/// [`StoredError`]; `values` then holds what it held before.
pub fn read(
    client: &Client,
    question: &StoredQuery<'_>,
    names: &mut Names,
    values: &mut ValueTable,
    keep: impl Fn(&ValueKey) -> bool,
) -> Result<(), StoredError> {
    let before = values.len();
    for (elements, units) in question.batches() {
        let query = question.query(elements, units);
        if let Err(error) = read_batch(client, &query, names, values, &keep) {
            values.truncate(before);
            return Err(error);
        }
    }
    Ok(())
}

fn read_batch(
    client: &Client,
    query: &Query,
    names: &mut Names,
    values: &mut ValueTable,
    keep: &impl Fn(&ValueKey) -> bool,
) -> Result<(), StoredError> {
    let start = values.len();
    let header = client.get_and_read(
        query,
        |response| {
            values.truncate(start);
            read_answer(response, names, values)
        },
        StoredError::retry_advice,
    )?;
    for row in &mut values.rows_mut()[start..] {
        header.complete(row);
    }
    values.retain_from(start, |row| keep(&row.key));
    Ok(())
}

fn read_answer(
    response: Response,
    names: &mut Names,
    values: &mut ValueTable,
) -> Result<SetHeader, StoredError> {
    let request = response.request().to_owned();
    if response
        .header("content-type")
        .is_some_and(|kind| kind.contains("html"))
    {
        let found = "an HTML page".to_owned();
        let mut error = response.into_error();
        error.kind = HttpErrorKind::NotJson { found };
        return Err(StoredError::Http(error));
    }
    let mut body = response.into_reader();
    let mut first = [0_u8; 1];
    let count = read_some(&mut body, &mut first).map_err(|error| broken(error, &request))?;
    if count == 0 {
        return Err(StoredError::NoAccess);
    }
    let source = first.as_slice().chain(body);
    let source = io::BufReader::with_capacity(1 << 16, source);
    read_into(source, Strictness::Answer, names, values).map_err(|error| match error {
        ReadError::Io(error) => broken(error, &request),
        source => StoredError::NotValues { request, source },
    })
}

fn read_some(body: &mut impl io::Read, buffer: &mut [u8]) -> io::Result<usize> {
    loop {
        match body.read(buffer) {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            result => return result,
        }
    }
}

fn broken(error: io::Error, request: &str) -> StoredError {
    match HttpError::from_io(error) {
        Ok(error) => StoredError::Http(error),
        Err(error) => StoredError::NotValues {
            request: request.to_owned(),
            source: ReadError::Io(error),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_question_of_any_size_fits_into_request_lines() {
        let ids: Vec<String> = (0..1000)
            .map(|number| format!("ouUnit{number:05}"))
            .collect();
        let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
        let mut question = StoredQuery {
            data_set: None,
            elements: ids[..120].to_vec(),
            periods: vec!["2025"],
            units: ids.clone(),
            unit_scope: OrgUnitScope::Subtrees,
        };
        let lines: Vec<Query> = question
            .batches()
            .map(|(elements, units)| question.query(elements, units))
            .collect();
        assert_eq!(lines.len(), 3 * 4);
        assert!(lines.iter().all(|line| line.len() < 8_000));
        let asked: usize = lines
            .iter()
            .map(|line| line.as_str().matches("orgUnit=").count())
            .sum();
        assert_eq!(asked, 3 * 1000);
        question.data_set = Some("dsPopYear01");
        let lines: Vec<Query> = question
            .batches()
            .map(|(elements, units)| question.query(elements, units))
            .collect();
        assert_eq!(lines.len(), 4);
        assert!(!lines[0].as_str().contains("dataElement="));
    }
}
