//! Units above whose own sum is another than those of the units below them: a unit is missing, or there twice.

use std::collections::BTreeMap;

use pop_cli::{Consent, Console, Finding, shortened_list};
use pop_datavalues::conversion::{Conversion, PeriodValues};
use pop_datavalues::incomplete_parents::populations;
use pop_sums::nesting::{parent_gap_words, parent_gaps};

use crate::consent::PARENT_GAP;
use crate::unit_judgement::JudgedUnits;

/// Says which units above differ from the units that get values below them; whether some are not allowed.
pub(crate) fn report(
    conversion: &Conversion<'_>,
    all: &[(PeriodValues, JudgedUnits)],
    consent: &mut Consent,
    console: &Console,
) -> bool {
    let table = conversion.table;
    let mut by_unit: BTreeMap<u32, String> = BTreeMap::new();
    for (values, judged) in all {
        let people = populations(table, &values.prepared.years, &values.prepared.bands);
        // Units without a value are findings of their own.
        let lacking: Vec<u32> = [&judged.unvalued, &judged.inactive]
            .into_iter()
            .flatten()
            .copied()
            .collect();
        for gap in parent_gaps(table, &people, &judged.valued, &lacking) {
            by_unit.entry(gap.unit).or_insert_with(|| gap.text(table));
        }
    }
    let findings = by_unit.into_iter().map(|(unit, detail)| Finding {
        unit: table.units[unit as usize].id.to_string(),
        detail,
    });
    let refused = consent.judge(PARENT_GAP, findings.collect()).refused;
    if refused.is_empty() {
        return false;
    }
    let list: Vec<&str> = refused
        .iter()
        .map(|finding| finding.detail.as_str())
        .collect();
    let what = parent_gap_words(refused.len());
    console.warn(&format!(
        "{} {what}, {PARENT_GAP}: {}",
        refused.len(),
        shortened_list(&list)
    ));
    console.hint(&format!(
        "look whether a unit below is missing or has another boundary; if the sums are right, allow it with --allow {PARENT_GAP}"
    ));
    true
}
