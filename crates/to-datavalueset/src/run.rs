//! The run, from sums to values.

use std::io::Write;

use pop_cli::{Consent, Console, ExitStatus, Output, ResultExt, ToolError, thousands};
use pop_datavalues::layout::Layout;
use pop_datavalues::moment::Moment;
use pop_datavalues::recipe::{Recipe, resolve};
use pop_datavalues::{BandSet, DataValueSet, Mapping, Metadata, check, draft, people};
use pop_sums::SumTable;

use crate::convert::{Converted, Run};
use crate::target_sets::TargetSet;
use crate::{
    Rounding, ToDataValueSet, consent, convert, explain, inputs, report, target_sets, units, upper,
    write,
};

pub(crate) fn run(args: &ToDataValueSet, console: &mut Console) -> Result<ExitStatus, ToolError> {
    let metadata = inputs::metadata(args, console)?;
    if args.init {
        return init(args, metadata.as_ref(), console);
    }
    let mapping = inputs::mapping(args, console)?;
    let mut consent = Consent::load(&args.consent, consent::KINDS, console)?;
    let table = inputs::sums(args, console)?;
    let recipe = recipe(args, &mapping, metadata.as_ref(), &table, console)?;
    let moments = convert::moments(args, &table, metadata.as_ref(), &mapping, &recipe)?;
    if args.explain {
        return explain(args, &table, &mapping, &recipe, &moments, console);
    }
    let sets = target_sets::divide(&recipe.targets, args)?;
    let mut outputs = open(args, &sets, console)?;
    let levels = units::levels(&args.level, &table).map_err(|e| e.in_file(&args.sums))?;
    upper::check(&levels, &recipe.targets, metadata.as_ref())?;
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
    for (set, output) in sets.iter().zip(&mut outputs) {
        is_refused |= write_set(&run, &all, set, output, console)?;
    }
    let remarks = report::plausibility(&run, &all, console);
    if let Some(output) = outputs.get_mut(sets.len()) {
        serde_json::to_writer_pretty(&mut *output, &report::draw_up(&run, &all, &remarks))
            .or_io()?;
        writeln!(output).or_io()?;
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
    console: &mut Console,
) -> Result<ExitStatus, ToolError> {
    // The sums tell how ages are cut; without any the current product is taken.
    let has_sums = args.sums != "-" || !std::io::IsTerminal::is_terminal(&std::io::stdin());
    let scheme = match has_sums && args.sums != "-" {
        true => inputs::scheme(&inputs::sums(args, console)?),
        false => pop_worldpop::BandScheme::Open90,
    };
    let mut output = console.output("mapping", &args.common.output)?;
    output
        .write_all(draft(metadata, scheme).as_bytes())
        .or_io()?;
    console.publish(vec![output])?;
    Ok(ExitStatus::Done)
}

fn recipe(
    args: &ToDataValueSet,
    mapping: &Mapping,
    metadata: Option<&Metadata>,
    table: &SumTable,
    console: &Console,
) -> Result<Recipe, ToolError> {
    let mut recipe = resolve(mapping, metadata, inputs::scheme(table)).map_err(|e| {
        let error = ToolError::data(e);
        match &args.mapping {
            Some(name) => error.in_file(name),
            None => error.hint("codes and names are looked up in a metadata document: --metadata FILE (see fetch-metadata)"),
        }
    })?;
    target_sets::keep(&mut recipe, args, metadata)?;
    for note in &recipe.notes {
        console.warn(note);
    }
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
    args: &ToDataValueSet,
    table: &SumTable,
    mapping: &Mapping,
    recipe: &Recipe,
    moments: &[Moment],
    console: &mut Console,
) -> Result<ExitStatus, ToolError> {
    let mut output = console.output("output", &args.common.output)?;
    if let Some(moment) = moments.first() {
        let years = convert::layers(table, moment)?;
        let first = years
            .first()
            .map(|(layers, _)| layers.as_slice())
            .unwrap_or_default();
        let bands = BandSet::new(&people::layers(table, first)).or_data()?;
        let layout =
            Layout::new(&recipe.targets, &bands, mapping.total, mapping.bands).or_data()?;
        write!(output, "{}", explain::table(recipe, &layout)).or_io()?;
    }
    console.publish(vec![output])?;
    Ok(ExitStatus::Done)
}

/// Opens an output for each data set, and the report's after them.
fn open(
    args: &ToDataValueSet,
    sets: &[TargetSet],
    console: &mut Console,
) -> Result<Vec<Output>, ToolError> {
    let mut outputs = Vec::new();
    for set in sets {
        outputs.push(console.output("output", &set.output)?);
    }
    if let Some(name) = &args.report {
        outputs.push(console.output("report", name)?);
    }
    Ok(outputs)
}

/// Writes the values of one data set; says whether a server would refuse or misplace some.
fn write_set(
    run: &Run<'_>,
    all: &[Converted],
    targets: &TargetSet,
    output: &mut Output,
    console: &Console,
) -> Result<bool, ToolError> {
    let (mut units, mut set) = (
        Vec::new(),
        DataValueSet {
            data_set: targets.data_set.clone(),
            ..DataValueSet::default()
        },
    );
    for converted in all {
        set.schemes = converted.schemes.clone();
        run.add_values(converted, &targets.targets, &mut units, &mut set.values)?;
    }
    let mut is_refused = false;
    if let Some(metadata) = run.metadata {
        for finding in check(&set, metadata, None) {
            is_refused |= finding.is_refusal();
            if finding.is_refusal() || run.args.check {
                console.warn(&finding.to_string());
            } else {
                console.note(&finding.to_string());
            }
        }
    }
    write::set(run.args.format, run.table, &set, &units, output)?;
    Ok(is_refused)
}

/// One line for a period: units, people before and after rounding, the day, what was left out.
fn summarise(run: &Run<'_>, converted: &Converted, allowed: Option<&str>, console: &Console) {
    let everybody = report_total(run, converted);
    let aside = converted.judged.unvalued.len() + converted.judged.out_of_time.len();
    let aside = if aside == 0 {
        String::new()
    } else {
        format!(", {aside} units left out")
    };
    let allowed = allowed
        .map(|allowed| format!("; {allowed}"))
        .unwrap_or_default();
    console.summary(&format!(
        "{}: {} values for {} units, {everybody}, counted at {}{aside}{allowed}",
        converted.moment.period,
        converted.people.units.len() * run.recipe.targets.len(),
        converted.people.units.len(),
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
