//! What is read: two sides, and the thresholds.

use pop_cli::{Console, ToolError};
use pop_compare::{Side, SideError, Thresholds, UnitKey};
use pop_datavalues::DataValueSet;
use pop_sums::ReadOptions;
use serde::Deserialize;

use crate::{By, Compare};

/// A side of either kind.
pub(crate) fn side(
    args: &Compare,
    role: &str,
    name: &str,
    console: &mut Console,
) -> Result<Side, ToolError> {
    let data = console.input(role, name)?;
    let refuse = |error: SideError| {
        let hint = error.hint();
        ToolError::data(error).in_file(name).hint(hint)
    };
    if is_value_set(&data.bytes) {
        let set = DataValueSet::read(&data.bytes).map_err(|e| {
            ToolError::data(e)
                .in_file(name)
                .hint("name sums, or a data value set as JSON")
        })?;
        return Side::from_values(&set).map_err(refuse);
    }
    let table = pop_sums::read(&data.bytes, &ReadOptions::default())
        .map_err(|error| sums_inputs::refusal(&error, name))?;
    let by = match args.by {
        By::Id => UnitKey::Id,
        By::Code => UnitKey::Code,
    };
    Side::from_sums(&table, by, args.level).map_err(refuse)
}

/// Whether the text is a data value set: an object with `dataValues`, not with `rows`.
fn is_value_set(bytes: &[u8]) -> bool {
    let is_object = bytes
        .iter()
        .find(|byte| !byte.is_ascii_whitespace())
        .is_some_and(|&byte| byte == b'{');
    let names = |word: &[u8]| bytes.windows(word.len()).any(|window| window == word);
    is_object && names(b"\"dataValues\"")
}

/// The file of thresholds.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct ThresholdsFile {
    growth: Option<f64>,
    other_source: Option<f64>,
}

pub(crate) fn thresholds(args: &Compare, console: &mut Console) -> Result<Thresholds, ToolError> {
    let mut thresholds = Thresholds::default();
    let Some(name) = &args.thresholds else {
        return Ok(thresholds);
    };
    let data = console.input("thresholds", name)?;
    let refuse = |what: String| {
        ToolError::data(what)
            .in_file(name)
            .hint("thresholds are shares: growth = 0.10, other_source = 0.10")
    };
    let text =
        std::str::from_utf8(&data.bytes).map_err(|_| refuse("the text is not UTF-8".into()))?;
    let file: ThresholdsFile = toml::from_str(text).map_err(|e| refuse(e.message().to_owned()))?;
    for (value, into) in [
        (file.growth, &mut thresholds.growth),
        (file.other_source, &mut thresholds.other_source),
    ] {
        match value {
            Some(share) if share.is_finite() && share > 0.0 => *into = share,
            Some(share) => {
                return Err(refuse(format!(
                    "threshold {share}, expected a share above 0"
                )));
            }
            None => {}
        }
    }
    Ok(thresholds)
}
