//! The `filter` and `order` parameters of lists.

use std::cmp::Ordering;

use serde_json::Value;

use crate::json::{Node, reference, text};
use crate::metadata_store::StoredObject;
use crate::object_renderer::{ObjectRenderer, Property};
use crate::schema::Schema;
use crate::version::Version;

/// Properties that any object may have without having them now.
const OPTIONAL: &[&str] = &[
    "id",
    "name",
    "shortName",
    "code",
    "created",
    "lastUpdated",
    "description",
    "formName",
    "closedDate",
    "openingDate",
    "comment",
    "geometry",
    "parent",
    "level",
    "path",
    "valueType",
    "organisationUnitAttribute",
    "dataElementAttribute",
    "periodType",
    "domainType",
    "username",
    "optionSet",
    "workflow",
    "aggregationType",
    "disabled",
    "url",
    "contactPerson",
    "address",
    "email",
    "phoneNumber",
    "hierarchyLevel",
    "dataDimensionType",
];

/// Properties that hold whole numbers.
const NUMBERS: &[&str] = &["level", "openFuturePeriods", "offlineLevels", "version"];

/// How several filters go together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Junction {
    And,
    Or,
}

/// One filter.
#[derive(Debug, Clone)]
pub(crate) struct ObjectFilter {
    path: Vec<String>,
    operator: Operator,
    negated: bool,
    operands: Vec<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Operator {
    Equal,
    EqualIgnoringCase,
    In,
    Like,
    LikeIgnoringCase,
    StartsWith,
    StartsWithIgnoringCase,
    EndsWith,
    EndsWithIgnoringCase,
    Greater,
    GreaterOrEqual,
    Less,
    LessOrEqual,
    Null,
    Empty,
    Token,
}

impl ObjectFilter {
    /// Parses and checks `property:operator:operand`; the error is the server's message.
    pub(crate) fn parse(
        expression: &str,
        kind: &'static Schema,
        renderer: &ObjectRenderer<'_>,
    ) -> Result<Self, String> {
        let mut parts = expression.splitn(3, ':');
        let path = parts.next().unwrap_or_default();
        let Some(word) = parts.next() else {
            return Err(format!("Invalid filter => {expression}"));
        };
        let operand = parts.next().unwrap_or_default();
        let steps: Vec<String> = path.split('.').map(str::to_owned).collect();
        if !is_known(&steps, kind, renderer) {
            return Err(format!("Unknown path property: {path}"));
        }
        let (operator, negated) =
            operator(word).ok_or_else(|| format!("`{word}` is not a valid operator."))?;
        let operands: Vec<String> = if operator == Operator::In {
            let inner = operand.trim_start_matches('[').trim_end_matches(']');
            inner.split(',').map(str::to_owned).collect()
        } else {
            vec![operand.to_owned()]
        };
        let last = steps.last().map_or("", String::as_str);
        let takes_value = !matches!(operator, Operator::Null | Operator::Empty);
        if takes_value && NUMBERS.contains(&last) {
            for operand in &operands {
                if operand.parse::<i32>().is_err() {
                    return Err(format!("Unable to parse `{operand}` as `Integer`."));
                }
            }
        }
        Ok(Self {
            path: steps,
            operator,
            negated,
            operands,
        })
    }

    /// Whether an object passes.
    pub(crate) fn passes<'a>(
        &self,
        renderer: &ObjectRenderer<'a>,
        kind: &'static Schema,
        object: &'a StoredObject,
    ) -> bool {
        let values = values(renderer, kind, object, &self.path);
        let passes = match self.operator {
            Operator::Null => values.is_empty(),
            Operator::Empty => !values.iter().any(|value| !value.is_empty()),
            _ => values.iter().any(|value| self.holds(value)),
        };
        passes != self.negated
    }

    fn holds(&self, value: &str) -> bool {
        let operand = self.operands.first().map_or("", String::as_str);
        let lower = || (value.to_lowercase(), operand.to_lowercase());
        match self.operator {
            Operator::Equal => value == operand,
            Operator::EqualIgnoringCase => lower().0 == lower().1,
            Operator::In => self.operands.iter().any(|operand| value == operand),
            Operator::Like => value.contains(operand),
            Operator::LikeIgnoringCase => lower().0.contains(&lower().1),
            Operator::StartsWith => value.starts_with(operand),
            Operator::StartsWithIgnoringCase => lower().0.starts_with(&lower().1),
            Operator::EndsWith => value.ends_with(operand),
            Operator::EndsWithIgnoringCase => lower().0.ends_with(&lower().1),
            Operator::Greater => compare(value, operand).is_gt(),
            Operator::GreaterOrEqual => compare(value, operand).is_ge(),
            Operator::Less => compare(value, operand).is_lt(),
            Operator::LessOrEqual => compare(value, operand).is_le(),
            Operator::Token => {
                let (value, operand) = lower();
                operand.split_whitespace().all(|word| value.contains(word))
            }
            Operator::Null | Operator::Empty => false,
        }
    }
}

fn operator(word: &str) -> Option<(Operator, bool)> {
    let (word, negated) = word
        .strip_prefix('!')
        .map_or((word, false), |rest| (rest, true));
    let operator = match word {
        "eq" => Operator::Equal,
        "ne" | "neq" => return (!negated).then_some((Operator::Equal, true)),
        "ieq" => Operator::EqualIgnoringCase,
        "in" => Operator::In,
        "like" => Operator::Like,
        "ilike" => Operator::LikeIgnoringCase,
        "$like" | "startsWith" => Operator::StartsWith,
        "$ilike" | "istartsWith" => Operator::StartsWithIgnoringCase,
        "like$" | "endsWith" => Operator::EndsWith,
        "ilike$" | "iendsWith" => Operator::EndsWithIgnoringCase,
        "gt" => Operator::Greater,
        "ge" | "gte" => Operator::GreaterOrEqual,
        "lt" => Operator::Less,
        "le" | "lte" => Operator::LessOrEqual,
        "null" => Operator::Null,
        "empty" => Operator::Empty,
        "token" => Operator::Token,
        _ => return None,
    };
    Some((operator, negated))
}

/// Numbers by size, all else by text.
fn compare(left: &str, right: &str) -> Ordering {
    match (left.parse::<f64>(), right.parse::<f64>()) {
        (Ok(left), Ok(right)) => left.total_cmp(&right),
        _ => left.cmp(right),
    }
}

fn is_known(steps: &[String], kind: &'static Schema, renderer: &ObjectRenderer<'_>) -> bool {
    let Some(first) = steps.first() else {
        return false;
    };
    if first == "attributeValues" {
        return steps.len() == 1 || renderer.version < Version::V42;
    }
    // An attribute is a property of all that may have it; 2.38 does not look it up.
    if renderer.store.get("attributes", first).is_some() {
        return renderer.version > Version::V38;
    }
    let inverse = kind
        .inverse
        .iter()
        .find(|(name, _, _)| name == first)
        .map(|(_, plural, _)| *plural);
    if let Some(target) = inverse
        .and_then(Schema::find)
        .or_else(|| kind.target(first))
    {
        return steps.len() == 1 || is_known(&steps[1..], target, renderer);
    }
    OPTIONAL.contains(&first.as_str())
        || kind.defaults.contains(&format!("\"{first}\""))
        || renderer
            .store
            .all(kind)
            .any(|object| renderer.property(kind, object, first).is_some())
}

/// The values at the end of a path, as text.
fn values<'a>(
    renderer: &ObjectRenderer<'a>,
    kind: &'static Schema,
    object: &'a StoredObject,
    path: &[String],
) -> Vec<String> {
    let Some((first, rest)) = path.split_first() else {
        return text(&object.members, "id")
            .map(str::to_owned)
            .into_iter()
            .collect();
    };
    if renderer.store.get("attributes", first).is_some() {
        return attribute_values(object, first);
    }
    match renderer.property(kind, object, first) {
        None => Vec::new(),
        Some(Property::Leaf(Node::Value(value))) => plain(&value),
        Some(Property::Leaf(node)) => vec![node.to_text()],
        Some(Property::One(kind, other)) => values(renderer, kind, other, rest),
        Some(Property::Many(kind, others)) => others
            .into_iter()
            .flat_map(|other| values(renderer, kind, other, rest))
            .collect(),
        Some(Property::Part(part)) => member(part, rest),
        Some(Property::Parts(parts)) => parts.iter().flat_map(|part| member(part, rest)).collect(),
    }
}

fn attribute_values(object: &StoredObject, attribute: &str) -> Vec<String> {
    object
        .members
        .get("attributeValues")
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
        .filter(|entry| reference(entry.get("attribute")) == Some(attribute))
        .flat_map(|entry| entry.get("value").map(plain).unwrap_or_default())
        .collect()
}

fn member(part: &Value, path: &[String]) -> Vec<String> {
    let found = path.iter().try_fold(part, |value, step| value.get(step));
    found.map(plain).unwrap_or_default()
}

fn plain(value: &Value) -> Vec<String> {
    match value {
        Value::Null => Vec::new(),
        Value::String(text) => vec![text.clone()],
        Value::Array(items) => items.iter().flat_map(plain).collect(),
        other => vec![other.to_string()],
    }
}

/// One entry of `order`, such as `level:desc`.
#[derive(Debug, Clone)]
pub(crate) struct SortKey {
    pub(crate) property: String,
    descending: bool,
    ignore_case: bool,
}

impl SortKey {
    /// Parses `a:asc,b:idesc`.
    pub(crate) fn parse(text: &str) -> Vec<Self> {
        text.split(',')
            .filter(|part| !part.is_empty())
            .map(|part| {
                let (property, direction) = part.split_once(':').unwrap_or((part, "asc"));
                Self {
                    property: property.to_owned(),
                    descending: direction.ends_with("desc"),
                    ignore_case: direction.starts_with('i'),
                }
            })
            .collect()
    }

    /// Whether objects of a type have the property.
    pub(crate) fn is_known(&self, kind: &'static Schema, renderer: &ObjectRenderer<'_>) -> bool {
        is_known(std::slice::from_ref(&self.property), kind, renderer)
    }

    /// Compares two objects by the property.
    pub(crate) fn compare<'a>(
        &self,
        renderer: &ObjectRenderer<'a>,
        kind: &'static Schema,
        left: &'a StoredObject,
        right: &'a StoredObject,
    ) -> Ordering {
        let path = std::slice::from_ref(&self.property);
        let value = |object| {
            let value = values(renderer, kind, object, path)
                .into_iter()
                .next()
                .unwrap_or_default();
            if self.ignore_case {
                value.to_lowercase()
            } else {
                value
            }
        };
        let order = compare(&value(left), &value(right));
        if self.descending {
            order.reverse()
        } else {
            order
        }
    }
}
