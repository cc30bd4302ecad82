//! The run, from sums to values.

use std::collections::BTreeSet;
use std::io::Write;

use pop_cli::{Consent, Console, ExitStatus, Output, ResultExt, ToolError, thousands};
use pop_datavalues::moment::Moment;
use pop_datavalues::recipe::{Recipe, resolve};
use pop_datavalues::{BandSet, Mapping, Metadata, draft, people};
use pop_sums::SumsTable;

use crate::convert::{Converted, Run};
use crate::target_sets::Place;
use crate::wording::count;
use crate::{
    Rounding, ToDataValueSet, consent, convert, explain, inputs, moments, report, target_sets,
    units, upper, write,
};

pub(crate) fn run(args: &ToDataValueSet, console: &mut Console) -> Result<ExitStatus, ToolError> {
    let place = Place::open(args, console)?;
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
    let recipe = recipe(args, &mapping, metadata.as_ref(), &table)?;
    let moments = moments::moments(args, &table, metadata.as_ref(), &mapping, &recipe)?;
    if args.explain {
        let output = place.stream()?;
        return explain(&table, &mapping, &recipe, &moments, output, console);
    }
    let mut sets = place.divide(&recipe.targets, args, console)?;
    let levels = units::levels(&args.level, &table).map_err(|e| e.in_file(args.sums()))?;
    upper::check(&levels, &recipe.targets, metadata.as_ref())?;
    say_years_used_up(&table, &moments, console);
    let run = Run {
        args,
        table: &table,
        metadata: metadata.as_ref(),
        mapping: &mapping,
        recipe: &recipe,
        levels: &levels,
    };
    let all: Vec<Converted> = moments
        .into_iter()
        .map(|moment| run.convert(moment, &mut consent, console))
        .collect::<Result<_, _>>()?;
    let mut is_refused = false;
    for set in &mut sets {
        is_refused |= write::set(&run, &all, set, console)?;
    }
    let remarks = report::plausibility(&run, &all, console);
    let mut outputs: Vec<Output> = sets.into_iter().map(|set| set.output).collect();
    if let Some(mut output) = report {
        serde_json::to_writer_pretty(&mut output, &report::draw_up(&run, &all, &remarks))
            .or_io()?;
        writeln!(output).or_io()?;
        outputs.push(output);
    } else {
        report::say_gaps(&run, &all, console);
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
    let at_hand = inputs::at_hand(args, console)?;
    let set = match (&args.data_set, metadata) {
        (Some(key), Some(metadata)) => Some(
            metadata
                .data_set(key)
                .map_err(|e| ToolError::data(format!("--data-set: {e}")))?,
        ),
        _ => None,
    };
    let draft = draft(metadata, at_hand.as_ref(), set.map(|set| set.id.as_str()));
    output.write_all(draft.text.as_bytes()).or_io()?;
    console.publish(vec![output])?;
    if draft.proposed == 0 {
        console.warn("nothing could be proposed: the file fills nothing before you complete it");
    }
    console.summary(&format!(
        "{} proposed, {} in doubt, each with its reason in a comment",
        count(draft.proposed, "value"),
        draft.doubtful
    ));
    Ok(ExitStatus::Done)
}

/// Says which year only served the mean or the line of the one before.
fn say_years_used_up(table: &SumsTable, moments: &[Moment], console: &Console) {
    let begun = |year: i32| moments.iter().any(|m| m.year() == Some(year));
    let mixed = moments.iter().any(|moment| moment.method.is_some());
    let years: BTreeSet<i32> = table.layers.iter().filter_map(|layer| layer.year).collect();
    for year in years.into_iter().filter(|&year| mixed && !begun(year)) {
        console.warn(&format!(
            "{year} gets no values of its own: it serves the year before, and {} is not there",
            year + 1
        ));
    }
}

fn recipe(
    args: &ToDataValueSet,
    mapping: &Mapping,
    metadata: Option<&Metadata>,
    table: &SumsTable,
) -> Result<Recipe, ToolError> {
    let mut recipe = resolve(mapping, metadata, inputs::scheme(table)).map_err(|e| {
        let error = ToolError::data(e);
        match &args.mapping {
            Some(name) => error.in_file(name),
            None => error.hint("codes and names are looked up in a metadata document: --metadata FILE (see fetch-metadata)"),
        }
    })?;
    target_sets::keep(&mut recipe, args, metadata)?;
    if args.round == Rounding::None {
        let whole = recipe
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
    Ok(recipe)
}

fn explain(
    table: &SumsTable,
    mapping: &Mapping,
    recipe: &Recipe,
    moments: &[Moment],
    mut output: Output,
    console: &mut Console,
) -> Result<ExitStatus, ToolError> {
    for uncovered in &recipe.uncovered {
        console.warn(&uncovered.to_string());
    }
    if let Some(moment) = moments.first() {
        let years = convert::layers(table, moment)?;
        let first = years
            .first()
            .map(|(layers, _)| layers.as_slice())
            .unwrap_or_default();
        let bands = BandSet::new(&people::layers(table, first)).or_data()?;
        let layout = convert::lay_out(recipe, mapping, &bands)?;
        write!(output, "{}", explain::table(recipe, &layout)).or_io()?;
    }
    console.publish(vec![output])?;
    Ok(ExitStatus::Done)
}

/// One line for a period: units, people before and after rounding, the day, what was left out.
fn summarise(run: &Run<'_>, converted: &Converted, allowed: Option<&str>, console: &Console) {
    let everybody = report_total(run, converted);
    let aside = converted.judged.unvalued.len() + converted.judged.out_of_time.len();
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
        converted.moment.period,
        count(units * run.recipe.targets.len(), "value"),
        count(units, "unit"),
        if converted.reference == "unstated" {
            "a day the product does not state"
        } else {
            &converted.reference
        },
    ));
}

/// People of the largest target, exactly and rounded.
fn report_total(run: &Run<'_>, converted: &Converted) -> String {
    let sums = (0..run.recipe.targets.len()).map(|target| converted.filled.sums(target));
    let (exact, whole) = sums.fold(
        (0.0, 0),
        |most, sum| if sum.0 > most.0 { sum } else { most },
    );
    if converted.filled.whole.is_empty() {
        return format!("{} people", thousands(exact, 1));
    }
    format!(
        "{} people (exactly {})",
        thousands(whole as f64, 0),
        thousands(exact, 1)
    )
}
