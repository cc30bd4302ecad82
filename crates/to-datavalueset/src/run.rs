//! The run, from sums to values.

use std::collections::BTreeSet;
use std::io::Write;

use pop_cli::{
    Consent, Console, ExitStatus, Output, ResultExt, ToolError, counted, write_exceptions_draft,
};
use pop_datavalues::conversion::{Conversion, PeriodValues, PreparedPeriod};
use pop_datavalues::org_unit_ids::OrgUnitIdScheme;
use pop_datavalues::reference_period::ReferencePeriod;
use pop_datavalues::resolved_mapping::{ResolvedMapping, resolve};
use pop_datavalues::target_values;
use pop_datavalues::unit_status::unserved_parts;
use pop_datavalues::{Mapping, Metadata};
use pop_sums::SumsTable;

use crate::target_sets::OutputTarget;
use crate::unit_judgement::{JudgedUnits, UnitJudge, Verdict};
use crate::write::conversion_error;
use crate::{
    IdScheme, Rounding, ToDataValueSet, consent, explain, init, inputs, mapping_findings,
    parent_gaps, periods, report, summary, target_sets, unit_judgement, write,
};

/// Decimal places of values that are not rounded, where nobody says.
const DECIMALS: u8 = 3;

pub(crate) fn run(args: &ToDataValueSet, console: &mut Console) -> Result<ExitStatus, ToolError> {
    if args.decimals.is_some() && args.round != Rounding::None {
        return Err(
            ToolError::usage("--decimals has an effect with --round none only")
                .hint("leave --decimals out, or give --round none for elements of type NUMBER"),
        );
    }
    let target = OutputTarget::open(args, console)?;
    let report = console.optional_output("report", args.report.as_deref())?;
    let draft = console.optional_output("exceptions draft", args.write_exceptions.as_deref())?;
    let metadata = inputs::metadata(args, console)?;
    if args.init {
        return init::run(args, metadata.as_ref(), target.stream()?, console);
    }
    let mapping = inputs::mapping(args, console)?;
    let mut consent = Consent::load(&args.consent, consent::KINDS, console)?;
    let projection = inputs::projection(args, console)?;
    let table = inputs::sums(args, console)?;
    inputs::check_growth_units(args, projection.as_ref(), &table, metadata.as_ref())?;
    let resolved = resolved(args, &mapping, metadata.as_ref(), &table)?;
    let periods = periods::reference_periods(args, &table, metadata.as_ref(), &mapping, &resolved)?;
    let mut conversion = conversion(args, &table, &mapping, &resolved, metadata.as_ref());
    conversion.projection = projection.as_ref();
    if args.explain {
        let output = target.stream()?;
        return explain(&conversion, periods, output, &mut consent, console);
    }
    let mut sets = target.divide(&resolved.targets, args, console)?;
    let levels = unit_judgement::levels(&args.level, &table).map_err(|e| e.in_file(args.sums()))?;
    conversion.levels = &levels;
    report_unused_years(&table, &periods, console);
    periods::report_uneven_years(&mapping, console);
    if periods.is_empty() {
        return Err(ToolError::data("the years of the sums make no period")
            .in_file(args.sums())
            .hint("name the period: --period 2025"));
    }
    let prepared = prepare(args, &conversion, periods)?;
    let units = judge(args, &conversion, &prepared, &mut consent, draft, console)?;
    let all = convert(args, &conversion, prepared, units, console)?;
    let mut is_refused = report_mapping_findings(&conversion, &all, &mut consent, console);
    is_refused |= parent_gaps::report(&conversion, &all, &mut consent, console);
    for set in &mut sets {
        is_refused |= write::data_set(args, &conversion, &all, set, console)?;
    }
    let findings = report::report_plausibility(&conversion, &all, console);
    let mut outputs: Vec<Output> = sets.into_iter().map(|set| set.output).collect();
    if let Some(mut output) = report {
        let document = report::draw_up(&conversion, &all, &findings);
        serde_json::to_writer_pretty(&mut output, &document).or_io()?;
        writeln!(output).or_io()?;
        outputs.push(output);
    } else {
        report::report_gaps(&conversion, &all, console);
    }
    consent.report_unmet(console, &|text| explain_unit(&table, text));
    let allowed = consent.allowed(&console.messages());
    if args.check && is_refused {
        console.summary(&console.messages().text("summary-check-found"));
        return Ok(ExitStatus::CheckFound);
    }
    console.publish(outputs)?;
    summary::summarise(&conversion, &all, allowed.as_deref(), console);
    Ok(ExitStatus::Done)
}

fn conversion<'a>(
    args: &ToDataValueSet,
    table: &'a SumsTable,
    mapping: &'a Mapping,
    resolved: &'a ResolvedMapping,
    metadata: Option<&'a Metadata>,
) -> Conversion<'a> {
    Conversion {
        table,
        metadata,
        mapping,
        resolved,
        levels: &[],
        id_scheme: match args.org_unit_ids {
            IdScheme::Uid => OrgUnitIdScheme::Uid,
            IdScheme::Code => OrgUnitIdScheme::Code,
        },
        rounding: match args.round {
            Rounding::Hierarchy => Some(target_values::Rounding::Hierarchy),
            Rounding::Each => Some(target_values::Rounding::Each),
            Rounding::None => None,
        },
        decimals: args.decimals.unwrap_or(DECIMALS).into(),
        projection: None,
    }
}

fn prepare(
    args: &ToDataValueSet,
    conversion: &Conversion<'_>,
    periods: Vec<ReferencePeriod>,
) -> Result<Vec<PreparedPeriod>, ToolError> {
    let prepare = |period| {
        let prepared = conversion.prepare(period);
        prepared.map_err(|e| conversion_error(&e).in_file(args.sums()))
    };
    periods.into_iter().map(prepare).collect()
}

/// Judges the units of all periods; everything that needs consent is asked for at once.
fn judge(
    args: &ToDataValueSet,
    conversion: &Conversion<'_>,
    prepared: &[PreparedPeriod],
    consent: &mut Consent,
    draft: Option<Output>,
    console: &mut Console,
) -> Result<Vec<JudgedUnits>, ToolError> {
    let judge = UnitJudge {
        conversion,
        periods: prepared,
        consent,
        console,
        is_subset: args.stream.subset,
    };
    let Verdict {
        units,
        refusals,
        hints,
    } = judge.judge();
    if refusals.is_empty() {
        let unserved = unserved_parts(conversion.table);
        let has_value = |judged: &JudgedUnits| {
            let mut valued = judged.valued.iter();
            valued.any(|&unit| !unserved[unit as usize])
        };
        if !units.iter().all(has_value) {
            return Err(ToolError::data("no unit has a value")
                .hint("look at the status and the reasons of the rows in the sums"));
        }
        return Ok(units);
    }
    consent.report_unmet(console, &|text| explain_unit(conversion.table, text));
    let mut error = hints
        .into_iter()
        .fold(consent.refusals(&refusals), ToolError::hint)
        .in_file(args.sums());
    match (draft, &args.write_exceptions) {
        (Some(mut draft), Some(name)) => {
            write_exceptions_draft(&refusals, &mut draft).or_io()?;
            console.publish(vec![draft])?;
            error = error.hint(format!(
                "{name} lists them: fill in the reasons, then give it with --exceptions"
            ));
        }
        _ => error = error.hint("--write-exceptions FILE drafts the file"),
    }
    Err(error)
}

/// What a text of an exceptions file is, where it is not the id of a unit.
fn explain_unit(table: &SumsTable, text: &str) -> Option<String> {
    let is_id = table.units.iter().any(|unit| *unit.id == *text)
        || table
            .units
            .iter()
            .any(|unit| unit.path_ids().any(|id| id == text));
    if is_id {
        return None;
    }
    let named = |what: &str, of: &dyn Fn(&pop_sums::Unit) -> Option<String>| {
        let hits = table
            .units
            .iter()
            .filter(|unit| of(unit).as_deref() == Some(text));
        let ids: Vec<&str> = hits.map(|unit| &*unit.id).collect();
        (!ids.is_empty()).then(|| format!("the {what} of {}, not an id", ids.join(" and ")))
    };
    named("name", &|unit| unit.name.clone())
        .or_else(|| named("code", &|unit| unit.code.clone()))
        .or_else(|| Some("not the id of a unit of the sums".to_owned()))
}

fn convert(
    args: &ToDataValueSet,
    conversion: &Conversion<'_>,
    prepared: Vec<PreparedPeriod>,
    units: Vec<JudgedUnits>,
    console: &Console,
) -> Result<Vec<(PeriodValues, JudgedUnits)>, ToolError> {
    let mut all = Vec::new();
    for (prepared, judged) in prepared.into_iter().zip(units) {
        let values = conversion
            .values(prepared, &judged.valued)
            .map_err(|e| conversion_error(&e).in_file(args.sums()))?;
        all.push((values, judged));
    }
    report::report_uncovered(conversion, &all, console);
    if let Some((values, _)) = all.first()
        && values.ids.are_row_numbers
    {
        console.warn(&format!(
            "the ids of the sums are the numbers of {}: look whether they are codes or the row numbers of a GIS",
            counted(conversion.table.units.len(), "row")
        ));
    }
    Ok(all)
}

/// Says what the mapping does that its own metadata speak against; whether some is not allowed.
fn report_mapping_findings(
    conversion: &Conversion<'_>,
    all: &[(PeriodValues, JudgedUnits)],
    consent: &mut Consent,
    console: &Console,
) -> bool {
    let Some((values, _)) = all.first() else {
        return false;
    };
    let is_other =
        mapping_findings::report_other_groups(conversion, &values.prepared, consent, console);
    mapping_findings::report_high_rates(conversion, values, consent, console) || is_other
}

/// Says which year only served the mean or the line of the one before.
fn report_unused_years(table: &SumsTable, periods: &[ReferencePeriod], console: &Console) {
    let begun = |year: i32| periods.iter().any(|period| period.year() == Some(year));
    let mixed = periods.iter().any(|period| period.method.is_some());
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
    let mut resolved = resolve(mapping, metadata, table.age_band_scheme()).map_err(|e| {
        let error = ToolError::data(e);
        let error = match &args.mapping {
            Some(name) => error.in_file(name),
            None => error,
        };
        error.hint(match metadata {
            Some(_) => "--init writes a first mapping with what the metadata document holds; fetch-metadata --data-set SET fetches another data set",
            None => "codes and names are looked up in a metadata document: --metadata FILE (see fetch-metadata)",
        })
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
            ))
            .hint("leave --round none out: whole numbers fit every type"));
        }
    }
    Ok(resolved)
}

fn explain(
    conversion: &Conversion<'_>,
    periods: Vec<ReferencePeriod>,
    mut output: Output,
    consent: &mut Consent,
    console: &mut Console,
) -> Result<ExitStatus, ToolError> {
    for uncovered in &conversion.resolved.uncovered {
        console.warn(&uncovered.to_string());
    }
    if let Some(period) = periods.into_iter().next() {
        let prepared = conversion
            .prepare(period)
            .map_err(|e| conversion_error(&e))?;
        mapping_findings::report_other_groups(conversion, &prepared, consent, console);
        let table = explain::table(conversion, &prepared.composition, &output.messages());
        write!(output, "{}", table.within(output.columns())).or_io()?;
    }
    console.publish(vec![output])?;
    Ok(ExitStatus::Done)
}
