//! The plan of `push`.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use pop_cli::ToolError;
use serde::Deserialize;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct PlanFile<'a> {
    pub(crate) plan: u32,
    pub(crate) kind: String,
    pub(crate) tool: String,
    pub(crate) system_id: Option<String>,
    pub(crate) version: String,
    pub(crate) data_set: Option<String>,
    pub(crate) payload: String,
    pub(crate) asked: Asked,
    pub(crate) counts: BTreeMap<String, usize>,
    #[serde(default)]
    pub(crate) names: BTreeMap<String, String>,
    pub(crate) sums: Option<Sums>,
    #[serde(borrow)]
    values: Vec<Value<'a>>,
    pub(crate) refusals: Vec<Refusal>,
    pub(crate) left_out: Vec<Refusal>,
    pub(crate) warnings: Vec<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Asked {
    pub(crate) allow: Vec<String>,
}

#[derive(Debug, Deserialize)]
struct Value<'a> {
    #[serde(borrow)]
    wanted: Option<Content<'a>>,
}

#[derive(Debug, Deserialize)]
struct Content<'a> {
    #[serde(borrow, default)]
    comment: Option<Cow<'a, str>>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Refusal {
    pub(crate) kind: String,
    pub(crate) message: String,
    #[serde(default)]
    pub(crate) rows: Vec<u32>,
}

/// Values added up: see docs/formats.md, "Plan".
#[derive(Debug, Deserialize)]
pub(crate) struct Sums {
    pub(crate) totals: Vec<Sum>,
    pub(crate) parents: Vec<Sum>,
    pub(crate) units: Vec<Sum>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Sum {
    #[serde(default)]
    pub(crate) org_unit: String,
    pub(crate) parent: Option<String>,
    pub(crate) data_element: String,
    pub(crate) period: String,
    pub(crate) units: Option<usize>,
    pub(crate) before: Option<f64>,
    pub(crate) after: Option<f64>,
    pub(crate) difference: Option<f64>,
    pub(crate) change: Option<f64>,
    pub(crate) year_before: Option<Year>,
    #[serde(default)]
    pub(crate) flags: Vec<Flag>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Year {
    pub(crate) period: String,
    pub(crate) value: f64,
    pub(crate) growth: Option<f64>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Flag {
    pub(crate) rule: String,
    pub(crate) found: f64,
    pub(crate) threshold: f64,
}

impl<'a> PlanFile<'a> {
    /// Reads a plan.
    ///
    /// # Errors
    /// Data: not a plan of version 1 with its sums.
    pub(crate) fn read(bytes: &'a [u8]) -> Result<Self, ToolError> {
        let plan: Self = super::read(bytes, "a plan")?;
        if plan.plan != 1 {
            return Err(
                ToolError::data(format!("plan of version {}, expected 1", plan.plan))
                    .hint("use push and review of one release, and make the plan again"),
            );
        }
        if plan.sums.is_none() {
            return Err(
                ToolError::data("the plan has no sums: it was written by an older push")
                    .hint("make the plan again"),
            );
        }
        Ok(plan)
    }

    /// The sources that the comments of its values name, each once.
    pub(crate) fn sources(&self) -> BTreeSet<&str> {
        let comments = self
            .values
            .iter()
            .filter_map(|value| value.wanted.as_ref()?.comment.as_deref());
        comments
            .filter_map(|comment| {
                comment
                    .split_whitespace()
                    .find_map(|word| word.strip_prefix("source="))
            })
            .collect()
    }
}
