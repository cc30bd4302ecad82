//! Rows above the level, which become the sum of the units below them.

use pop_cli::{Consent, Finding, ToolError, shortened_list};
use pop_raking::{Cells, parent_gaps};
use pop_sums::SumsTable;
use pop_sums::nesting::parent_gap_words;

use crate::Rake;
use crate::consent::PARENT_GAP;

/// Where such a row is another sum before, a unit is missing below it or there twice: what is not allowed.
pub(crate) fn judge(
    args: &Rake,
    table: &SumsTable,
    cells: &Cells,
    consent: &mut Consent,
) -> Option<ToolError> {
    let gaps = parent_gaps(table, cells);
    let findings = gaps.iter().map(|gap| Finding {
        unit: table.units[gap.unit as usize].id.to_string(),
        detail: gap.text(table),
    });
    let refused = consent.judge(PARENT_GAP, findings.collect()).refused;
    if refused.is_empty() {
        return None;
    }
    let list: Vec<&str> = refused.iter().map(|found| found.detail.as_str()).collect();
    let what = parent_gap_words(refused.len());
    let error = ToolError::data(format!(
        "{} {what}, {PARENT_GAP}: {}",
        refused.len(),
        shortened_list(&list)
    ));
    Some(error.in_file(&args.sums).hint(format!(
        "look whether a unit below is missing or has another boundary; if the sums are right, pass --allow {PARENT_GAP} or name the units in --exceptions FILE (columns unit,kind,reason)"
    )))
}
