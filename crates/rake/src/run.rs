//! The run, from sums to raked sums.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use pop_cli::{
    Arg, Consent, Console, ExitStatus, Finding, Output, ResultExt, ToolError, by_number, counted,
    display_safe, shortened_list, thousands,
};
use pop_raking::{
    Cells, Fill, OutOfRange, Raked, RakingOptions, Refusal, Uncontrolled, Years, apply, gaps, rake,
};
use pop_sums::{Adjustment, AdjustmentStep, SumsTable};

use crate::consent::{FACTOR, KINDS, RAKED_TWICE, TOTAL_GAP};
use crate::report::Report;
use crate::{FillArg, Rake, UncontrolledArg, YearsArg, inputs, parent_rows};

pub(crate) fn run(args: &Rake, console: &mut Console) -> Result<ExitStatus, ToolError> {
    if args.report_format.is_some() && args.report.is_none() && !args.check {
        return Err(ToolError::usage(
            "--report-format has an effect with --report or --check only",
        )
        .hint("give --report FILE, or leave --report-format out"));
    }
    let outputs = Outputs::open(args, console)?;
    let mut consent = Consent::load(&args.consent, KINDS, console)?;
    let totals = inputs::totals(args, console)?;
    let balance = inputs::balance(args, console)?;
    let table = inputs::sums(args, console)?;
    let mut problems = Problems::default();
    judge_raked_twice(args, &table, &mut consent, &mut problems);
    let apart = rows_apart(&table, &mut consent);
    let cells = Cells::new(&table, args.level, |row| apart.contains(&row)).map_err(|e| {
        let hint = e.hint();
        ToolError::data(e).in_file(&args.sums).hint(hint)
    })?;
    if let (Some(balance), Some(file)) = (&balance, &args.balance) {
        inputs::check_balance(balance, file, &table, &cells)?;
    }
    warn_of_deeper_rows(args, &table, &cells, console);
    report_gaps(args, &table, &cells, &mut consent, &mut problems, console);
    if let Some(problem) = parent_rows::judge(args, &table, &cells, &mut consent) {
        problems.add(problem);
    }
    let raked = rake(&cells, &totals, &options(args, &consent));
    for refusal in &raked.refusals {
        problems.add(refusal_error(args, refusal));
    }
    judge_factors(args, &cells, &raked, &mut consent, &mut problems, console);
    if !raked.unused.is_empty() {
        console.warn(&format!(
            "{}: {} of years that the sums do not have",
            args.totals,
            counted(raked.unused.len(), "line")
        ));
    }
    let allowed = consent.close(console);
    let report = Report::new(
        &table,
        &cells,
        &totals,
        &raked,
        balance.as_ref(),
        &problems.texts(),
    );
    if args.check {
        return outputs.check(args, &report, problems, console);
    }
    problems.stop(console)?;
    let table = apply(table, &cells, &raked);
    outputs.write(args, &table, &report, console)?;
    summarise(&raked, &report, allowed.as_deref(), console);
    Ok(ExitStatus::Done)
}

/// The files of a run.
struct Outputs {
    stream: Option<Output>,
    report: Option<Output>,
}

impl Outputs {
    fn open(args: &Rake, console: &mut Console) -> Result<Self, ToolError> {
        let report = console.optional_output("report", args.report.as_deref())?;
        let stream = if args.check && report.is_some() {
            None
        } else {
            Some(console.output("output", &args.common.output)?)
        };
        Ok(Self { stream, report })
    }

    /// Writes the report alone, and says whether something would be refused.
    fn check(
        self,
        args: &Rake,
        report: &Report,
        problems: Problems,
        console: &mut Console,
    ) -> Result<ExitStatus, ToolError> {
        let mut output = self
            .report
            .or(self.stream)
            .ok_or_else(|| ToolError::internal("no output for the report"))?;
        report.write(args.report_format(), &mut output)?;
        console.publish(vec![output])?;
        if problems.list.is_empty() {
            console.summary(&console.messages().text("nothing-refused"));
            return Ok(ExitStatus::Done);
        }
        for problem in &problems.list {
            console.warn(&problem.to_string());
        }
        let problems = problems.list.len();
        console.summary(&console.messages().counted("problems-stop-raking", problems));
        Ok(ExitStatus::CheckFound)
    }

    fn write(
        self,
        args: &Rake,
        table: &SumsTable,
        report: &Report,
        console: &mut Console,
    ) -> Result<(), ToolError> {
        let mut outputs = Vec::new();
        if let Some(mut output) = self.stream {
            table.write_csv(&mut output).or_io()?;
            outputs.push(output);
        }
        if let Some(mut output) = self.report {
            report.write(args.report_format(), &mut output)?;
            outputs.push(output);
        }
        console.publish(outputs)
    }
}

/// What stops the run, collected so that a check names all of it.
#[derive(Default)]
struct Problems {
    list: Vec<ToolError>,
}

impl Problems {
    fn add(&mut self, error: ToolError) {
        self.list.push(error);
    }

    fn texts(&self) -> Vec<String> {
        self.list.iter().map(ToString::to_string).collect()
    }

    /// Says all but the first, which ends the run.
    fn stop(self, console: &Console) -> Result<(), ToolError> {
        const SHOWN: usize = 20;
        let mut list = self.list.into_iter();
        let Some(first) = list.next() else {
            return Ok(());
        };
        let rest: Vec<ToolError> = list.collect();
        for error in rest.iter().take(SHOWN) {
            console.warn(&error.to_string());
        }
        if rest.len() > SHOWN {
            console.warn(&format!(
                "and {} more; --check lists all",
                rest.len() - SHOWN
            ));
        }
        Err(first)
    }
}

fn options(args: &Rake, consent: &Consent) -> RakingOptions {
    let (least, most) = args.factors;
    let factors = match consent.limit(FACTOR) {
        None => (least, most),
        Some(None) => (0.0, f64::INFINITY),
        Some(Some(limit)) => (least.min(1.0 / limit.max(1.0)), most.max(limit)),
    };
    RakingOptions {
        factors,
        master: args.master,
        uncontrolled: match args.uncontrolled {
            None => Uncontrolled::Refuse,
            Some(UncontrolledArg::Keep) => Uncontrolled::Keep,
            Some(UncontrolledArg::Parent) => Uncontrolled::Parent,
        },
        years: match args.years {
            None => Years::Refuse,
            Some(YearsArg::Linear) => Years::Linear,
            Some(YearsArg::Nearest) => Years::Nearest,
        },
        fill: match args.fill {
            None => Fill::Refuse,
            Some(FillArg::Official) => Fill::Official,
        },
    }
}

fn refusal_error(args: &Rake, refusal: &Refusal) -> ToolError {
    let what = match &refusal.block {
        Some(block) => format!("{block}: {}", refusal.what),
        None => refusal.what.clone(),
    };
    let error = ToolError::data(what).hint(&refusal.hint);
    let error = match refusal.lines.as_slice() {
        [] => return error.in_file(&args.sums),
        [line] => error.at(format!("line {line}")),
        [first, rest @ ..] => error.at(format!("line {first} and {} more", rest.len())),
    };
    error.in_file(&args.totals)
}

/// Sums that were raked before stop the run, unless that is allowed.
fn judge_raked_twice(
    args: &Rake,
    table: &SumsTable,
    consent: &mut Consent,
    problems: &mut Problems,
) {
    let texts: BTreeSet<&str> = table.sums.iter().map(|sum| table.adjustment(sum)).collect();
    let mut sources: BTreeSet<String> = BTreeSet::new();
    for text in texts {
        let Ok(Adjustment { steps }) = text.parse();
        for step in steps {
            if let AdjustmentStep::Raked(raking) = step {
                sources.extend(raking.sources);
            }
        }
    }
    if sources.is_empty() {
        return;
    }
    let findings = sources.into_iter().map(|source| Finding {
        unit: source,
        detail: String::new(),
    });
    let refused = consent.judge(RAKED_TWICE, findings.collect()).refused;
    if !refused.is_empty() {
        let sources: Vec<&str> = refused
            .iter()
            .map(|finding| finding.unit.as_str())
            .collect();
        problems.add(
            ToolError::data(format!(
                "the sums were raked before, to {}",
                shortened_list(&sources)
            ))
            .in_file(&args.sums)
            .hint("rake the sums that zonal-sum wrote, or pass --allow raked-twice"),
        );
    }
}

/// Rows of units that did not exist at the date; they stand outside unless their kind or they themselves are named.
fn rows_apart(table: &SumsTable, consent: &mut Consent) -> HashSet<usize> {
    let mut by_kind: BTreeMap<&str, BTreeMap<String, Vec<usize>>> = BTreeMap::new();
    for (row, sum) in table.sums.iter().enumerate() {
        for reason in table
            .reasons(sum)
            .iter()
            .filter(|reason| reason.is_inactive())
        {
            by_kind
                .entry(reason.word())
                .or_default()
                .entry(table.unit(sum).id.to_string())
                .or_default()
                .push(row);
        }
    }
    let mut apart = HashSet::new();
    for (kind, units) in by_kind {
        let findings = units.keys().map(|unit| Finding {
            unit: unit.clone(),
            detail: String::new(),
        });
        for finding in consent.judge(kind, findings.collect()).refused {
            apart.extend(&units[&finding.unit]);
        }
    }
    apart
}

/// Rows below the level that is fitted keep their values.
fn warn_of_deeper_rows(args: &Rake, table: &SumsTable, cells: &Cells, console: &Console) {
    let is_deeper = |level: Option<u32>| level.is_some() && level > cells.level;
    let rows = table
        .sums
        .iter()
        .filter(|sum| is_deeper(table.unit(sum).depth()) && sum.population().is_some());
    let count = rows.count();
    if count > 0 {
        console.warn(&format!(
            "{}: {} below level {} not raked",
            &args.sums,
            counted(count, "row"),
            cells.level.unwrap_or_default()
        ));
    }
}

/// Rows of everybody become the sum of their bands: names the gaps, and adds large ones to the problems that stop the run.
fn report_gaps(
    args: &Rake,
    table: &SumsTable,
    cells: &Cells,
    consent: &mut Consent,
    problems: &mut Problems,
    console: &Console,
) {
    let (large, small): (Vec<_>, Vec<_>) = gaps(table, cells)
        .into_iter()
        .partition(|gap| gap.is_large());
    if !small.is_empty() {
        let list: Vec<String> = small
            .iter()
            .map(|gap| format!("{} {:+.1}", cells.label(&gap.unit), gap.total - gap.bands))
            .collect();
        console.warn(&format!(
            "{}: replaced {} of everybody by the sum of the bands: {}",
            &args.sums,
            counted(small.len(), "row"),
            shortened_list(&list)
        ));
    }
    let findings = large.iter().map(|gap| Finding {
        unit: gap.unit.clone(),
        detail: format!(
            "{}{} says {}, its bands {}",
            cells
                .name(&gap.unit)
                .map_or(String::new(), |name| format!("{name}: ")),
            gap.raster,
            thousands(gap.total, 1),
            thousands(gap.bands, 1)
        ),
    });
    let refused = consent.judge(TOTAL_GAP, findings.collect()).refused;
    if !refused.is_empty() {
        let what = by_number(
            refused.len(),
            "row of everybody differs from its bands by more than 0.5 %",
            "rows of everybody differ from their bands by more than 0.5 %",
        );
        problems.add(
            consent
                .refusal(TOTAL_GAP, what, &refused)
                .in_file(&args.sums),
        );
    }
}

fn judge_factors(
    args: &Rake,
    cells: &Cells,
    raked: &Raked,
    consent: &mut Consent,
    problems: &mut Problems,
    console: &Console,
) {
    let finding = |found: &OutOfRange| Finding {
        unit: found.unit.clone(),
        detail: found.what.clone(),
    };
    let findings: Vec<Finding> = raked.out_of_range.iter().map(finding).collect();
    let refused = consent.judge(FACTOR, findings).refused;
    if refused.is_empty() {
        return;
    }
    if refused.len() > 5 && !args.check {
        for finding in &refused {
            let unit = cells.label(&finding.unit);
            console.show(&format!("{}: {}\n", display_safe(&unit), finding.detail));
        }
    }
    let (least, most) = args.factors;
    let list: Vec<String> = refused
        .iter()
        .map(|finding| format!("{}: {}", cells.label(&finding.unit), finding.detail))
        .collect();
    problems.add(
        ToolError::data(format!(
            "{} with a factor outside {least}..{most}: {}",
            counted(refused.len(), "unit"),
            shortened_list(&list)
        ))
        .in_file(&args.totals)
        .hint("look for totals of another year, place or unit of count; if they are right, name the units in --exceptions FILE (columns unit,kind,reason; kind factor), or pass --factors MIN..MAX or --allow factor=MAX"),
    );
}

fn summarise(raked: &Raked, report: &Report, allowed: Option<&str>, console: &Console) {
    let rounds: usize = raked
        .blocks
        .iter()
        .map(|block| block.rounds)
        .max()
        .unwrap_or_default();
    let controls: usize = raked.blocks.iter().map(|block| block.controls.len()).sum();
    let args = [
        ("totals", Arg::Count(controls)),
        ("rounds", Arg::Count(rounds)),
        ("units", Arg::Count(report.flagged_units())),
    ];
    let messages = console.messages();
    let mut clauses = vec![messages.text_of("summary-raking", &args)];
    clauses.extend(allowed.map(str::to_owned));
    console.summary(&messages.clauses(&clauses));
}
