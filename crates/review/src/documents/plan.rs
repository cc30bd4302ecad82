//! The plan of `push`.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use pop_cli::ToolError;
use pop_datavalues::Comment;
use pop_datavalues::number::number_of;
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
#[serde(rename_all = "camelCase")]
struct Value<'a> {
    #[serde(borrow)]
    data_element: Cow<'a, str>,
    #[serde(borrow)]
    period: Cow<'a, str>,
    #[serde(borrow)]
    wanted: Option<Content<'a>>,
}

#[derive(Debug, Deserialize)]
struct Content<'a> {
    #[serde(borrow, default)]
    value: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    comment: Option<Cow<'a, str>>,
}

/// People of a period, all ages and both sexes, as the values of one data element say them.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct AllPeople {
    /// The year they are counted in.
    pub(crate) year: i32,
    pub(crate) people: f64,
    pub(crate) values: usize,
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
    pub(crate) fn sources(&self) -> BTreeSet<String> {
        self.comments().map(|comment| comment.source).collect()
    }

    /// The years that its values are about, but of those carried forward from another year.
    pub(crate) fn years(&self) -> BTreeSet<i32> {
        self.comments()
            .filter_map(|comment| year(&comment))
            .collect()
    }

    /// Whether a value was raked to official totals.
    pub(crate) fn is_raked(&self) -> bool {
        self.comments().any(|comment| comment.raked.is_some())
    }

    /// All people, by data element and period, where its values are the grid's own: neither raked nor carried forward.
    pub(crate) fn all_people(&self) -> Vec<AllPeople> {
        let mut found: BTreeMap<(&str, &str), AllPeople> = BTreeMap::new();
        for value in &self.values {
            let Some(content) = &value.wanted else {
                continue;
            };
            let Some(Ok(comment)) = content.comment.as_deref().map(str::parse::<Comment>) else {
                continue;
            };
            let is_own = comment.group.as_deref() == Some("t")
                && comment.raked.is_none()
                && !comment.method.contains('+');
            let people = content.value.as_deref().and_then(number_of);
            if let (true, Some(year), Some(people)) = (is_own, year(&comment), people) {
                let entry: &mut AllPeople = found
                    .entry((&value.data_element, &value.period))
                    .or_default();
                entry.year = year;
                entry.people += people;
                entry.values += 1;
            }
        }
        found.into_values().collect()
    }

    /// The comments of our tools, each text once.
    fn comments(&self) -> impl Iterator<Item = Comment> {
        let texts = self.values.iter();
        let texts: BTreeSet<&str> = texts
            .filter_map(|value| value.wanted.as_ref()?.comment.as_deref())
            .collect();
        texts.into_iter().filter_map(|text| text.parse().ok())
    }
}

/// The year of its reference date; none where the value was carried forward from another year.
fn year(comment: &Comment) -> Option<i32> {
    if comment.projected.is_some() {
        return None;
    }
    let (year, _) = comment.reference.split_once('-')?;
    year.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plan(comment: &str) -> String {
        let value = serde_json::json!({
            "dataElement": "dePopTot001", "period": "2025", "wanted": {"value": "12", "comment": comment},
        });
        serde_json::json!({
            "plan": 1, "kind": "push", "tool": "push", "systemId": null, "version": "2.42", "dataSet": null,
            "payload": "", "asked": {}, "counts": {}, "refusals": [], "leftOut": [], "warnings": [],
            "sums": {"totals": [], "parents": [], "units": []}, "values": [value],
        })
        .to_string()
    }

    #[test]
    fn a_note_says_nothing_of_the_value() {
        let own = "headcount source=x method=fraction reference=2025-01-01 group=t";
        for (note, is_raked, people) in [
            ("", false, 1),
            (
                " note=see raked=ine2022*1.1 method=a+b projected=no",
                false,
                1,
            ),
            (" raked=ine2022*1.0412", true, 0),
        ] {
            let text = plan(&format!("{own}{note}"));
            let plan = PlanFile::read(text.as_bytes()).unwrap();
            assert_eq!(plan.is_raked(), is_raked, "{note}");
            assert_eq!(plan.all_people().len(), people, "{note}");
            assert_eq!(plan.years(), BTreeSet::from([2025]));
            assert_eq!(plan.sources(), BTreeSet::from(["x".to_owned()]));
        }
    }
}
