//! The run, from sums to values.

use std::collections::BTreeSet;
use std::io::Write;

use pop_cli::{Consent, Console, ExitStatus, Output, ResultExt, ToolError, thousands};
use pop_datavalues::reference_period::ReferencePeriod;
use pop_datavalues::resolved_mapping::{ResolvedMapping, resolve};
use pop_datavalues::{BandSet, Mapping, Metadata, initial_mapping, population_table};
use pop_sums::SumsTable;

use crate::convert::{Conversion, ConvertedPeriod};
use crate::count_words::count;
use crate::target_sets::OutputTarget;
use crate::{
    Rounding, ToDataValueSet, consent, convert, explain, inputs, periods, report, target_sets,
    unit_judgement, upper_levels, write,
};

pub(crate) fn run(args: &ToDataValueSet, console: &mut Console) -> Result<ExitStatus, ToolError> {
    let place = OutputTarget::open(args, console)?;
    let report = match &args.report {
        Some(name) => Some(console.output("report", name)?),
        None => None,
    };
    let metadata = inputs::metadata(args, console)?;
    if args.init {
        return init(args, metadata.as_ref(), place.stream()?, console);
    }
    let mapping = inputs::mapping(args, console)?;
    let mut consent = Consent::load(&args.consent, consent::KINDS, console)?;
    let table = inputs::sums(args, console)?;
    let resolved = resolved(args, &mapping, metadata.as_ref(), &table)?;
    let reference_periods =
        periods::reference_periods(args, &table, metadata.as_ref(), &mapping, &resolved)?;
    if args.explain {
        let output = place.stream()?;
        return explain(
            &table,
            &mapping,
            &resolved,
            &reference_periods,
            output,
            console,
        );
    }
    let mut sets = place.divide(&resolved.targets, args, console)?;
    let levels = unit_judgement::levels(&args.level, &table).map_err(|e| e.in_file(args.sums()))?;
    upper_levels::check(&levels, &resolved.targets, metadata.as_ref())?;
    report_unused_years(&table, &reference_periods, console);
    let run = Conversion {
        args,
        table: &table,
        metadata: metadata.as_ref(),
        mapping: &mapping,
        resolved: &resolved,
        levels: &levels,
    };
    let all: Vec<ConvertedPeriod> = reference_periods
        .into_iter()
        .map(|ref_period| run.convert(ref_period, &mut consent, console))
        .collect::<Result<_, _>>()?;
    let mut is_refused = false;
    for set in &mut sets {
        is_refused |= write::set(&run, &all, set, console)?;
    }
    let plausibility_findings = report::plausibility(&run, &all, console);
    let mut outputs: Vec<Output> = sets.into_iter().map(|set| set.output).collect();
    if let Some(mut output) = report {
        serde_json::to_writer_pretty(
            &mut output,
            &report::draw_up(&run, &all, &plausibility_findings),
        )
        .or_io()?;
        writeln!(output).or_io()?;
        outputs.push(output);
    } else {
        report::report_gaps(&run, &all, console);
    }
    let allowed = consent.close(console);
    if args.check && is_refused {
        console.summary("a server would not take the values as they are: nothing written");
        return Ok(ExitStatus::CheckFound);
    }
    console.publish(outputs)?;
    for converted in &all {
        summarise(&run, converted, allowed.as_deref(), console);
    }
    Ok(ExitStatus::Done)
}

fn init(
    args: &ToDataValueSet,
    metadata: Option<&Metadata>,
    mut output: Output,
    console: &mut Console,
) -> Result<ExitStatus, ToolError> {
    let sums_summary = inputs::sums_summary(args, console)?;
    let set = match (&args.data_set, metadata) {
        (Some(key), Some(metadata)) => Some(
            metadata
                .data_set(key)
                .map_err(|e| ToolError::data(format!("--data-set: {e}")))?,
        ),
        _ => None,
    };
    let initial_mapping = initial_mapping(
        metadata,
        sums_summary.as_ref(),
        set.map(|set| set.id.as_str()),
    );
    output.write_all(initial_mapping.text.as_bytes()).or_io()?;
    console.publish(vec![output])?;
    if initial_mapping.proposed == 0 {
        console.warn("nothing could be proposed: the file fills nothing before you complete it");
    }
    console.summary(&format!(
        "{} proposed, {} in doubt, each with its reason in a comment",
        count(initial_mapping.proposed, "value"),
        initial_mapping.doubtful
    ));
    Ok(ExitStatus::Done)
}

/// Says which year only served the mean or the line of the one before.
fn report_unused_years(
    table: &SumsTable,
    reference_periods: &[ReferencePeriod],
    console: &Console,
) {
    let begun = |year: i32| reference_periods.iter().any(|m| m.year() == Some(year));
    let mixed = reference_periods
        .iter()
        .any(|ref_period| ref_period.method.is_some());
    let years: BTreeSet<i32> = table.layers.iter().filter_map(|layer| layer.year).collect();
    for year in years.into_iter().filter(|&year| mixed && !begun(year)) {
        console.warn(&format!(
            "{year} gets no values of its own: it serves the year before, and {} is not there",
            year + 1
        ));
    }
}

fn resolved(
    args: &ToDataValueSet,
    mapping: &Mapping,
    metadata: Option<&Metadata>,
    table: &SumsTable,
) -> Result<ResolvedMapping, ToolError> {
    let mut resolved = resolve(mapping, metadata, inputs::scheme(table)).map_err(|e| {
        let error = ToolError::data(e);
        match &args.mapping {
            Some(name) => error.in_file(name),
            None => error.hint("codes and names are looked up in a metadata document: --metadata FILE (see fetch-metadata)"),
        }
    })?;
    target_sets::keep(&mut resolved, args, metadata)?;
    if args.round == Rounding::None {
        let whole = resolved
            .targets
            .iter()
            .find(|target| target.value_type.as_deref() != Some("NUMBER"));
        if let Some(target) = whole {
            let kind = target
                .value_type
                .as_deref()
                .unwrap_or("unknown, without metadata");
            return Err(ToolError::data(format!(
                "--round none: the type of {} is {kind}, expected NUMBER",
                target.element
            )));
        }
    }
    Ok(resolved)
}

fn explain(
    table: &SumsTable,
    mapping: &Mapping,
    resolved: &ResolvedMapping,
    reference_periods: &[ReferencePeriod],
    mut output: Output,
    console: &mut Console,
) -> Result<ExitStatus, ToolError> {
    for uncovered in &resolved.uncovered {
        console.warn(&uncovered.to_string());
    }
    if let Some(ref_period) = reference_periods.first() {
        let years = convert::layers(table, ref_period)?;
        let first = years
            .first()
            .map(|(layers, _)| layers.as_slice())
            .unwrap_or_default();
        let bands = BandSet::new(&population_table::layers(table, first)).or_data()?;
        let composition = convert::lay_out(resolved, mapping, &bands)?;
        write!(output, "{}", explain::table(resolved, &composition)).or_io()?;
    }
    console.publish(vec![output])?;
    Ok(ExitStatus::Done)
}

/// One line for a period: units, people before and after rounding, the day, what was left out.
fn summarise(
    run: &Conversion<'_>,
    converted: &ConvertedPeriod,
    allowed: Option<&str>,
    console: &Console,
) {
    let everybody = report_total(run, converted);
    let aside = converted.judged.unvalued.len() + converted.judged.inactive.len();
    let aside = if aside == 0 {
        String::new()
    } else {
        format!(", {} left out", count(aside, "unit"))
    };
    let allowed = allowed
        .map(|allowed| format!("; {allowed}"))
        .unwrap_or_default();
    let units = run.rows(converted).len();
    console.summary(&format!(
        "{}: {} for {}, {everybody}, counted at {}{aside}{allowed}",
        converted.ref_period.period,
        count(units * run.resolved.targets.len(), "value"),
        count(units, "unit"),
        if converted.reference == "unstated" {
            "a day the product does not state"
        } else {
            &converted.reference
        },
    ));
}

/// People of the largest target, exactly and rounded.
fn report_total(run: &Conversion<'_>, converted: &ConvertedPeriod) -> String {
    let sums = (0..run.resolved.targets.len()).map(|target| converted.target_values.sums(target));
    let (exact, whole) = sums.fold(
        (0.0, 0),
        |most, sum| if sum.0 > most.0 { sum } else { most },
    );
    if converted.target_values.whole.is_empty() {
        return format!("{} people", thousands(exact, 1));
    }
    format!(
        "{} people (exactly {})",
        thousands(whole as f64, 0),
        thousands(exact, 1)
    )
}
