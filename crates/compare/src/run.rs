//! The run, from two files to their differences.

use pop_cli::{Arg, Consent, Console, ExitStatus, ToolError, by_number, counted, shortened_list};
use pop_compare::coverage::{
    Coverage, CoverageClass, CoverageInputs, CoverageRow, coverage, nested_numerators, surveyed,
};
use pop_compare::indicators::indicators;
use pop_compare::rates::implied_rates;
use pop_compare::{Class, Comparison, ComparisonOptions, OtherSource, Thresholds, compare};

use crate::inputs::{SideOptions, refused};
use crate::line::Findings;
use crate::{Compare, FailOn, KINDS, OTHER_SOURCE, side_inputs, write};

pub(crate) fn run(args: &Compare, console: &mut Console) -> Result<ExitStatus, ToolError> {
    let mut output = console.output("output", &args.common.output)?;
    let consent = Consent::load(&args.consent, KINDS, console)?;
    let thresholds = side_inputs::thresholds(args, console)?;
    let references = side_inputs::references(args, console)?;
    let context = SideOptions::read(args, console)?;
    let [old, new] = context.sides(args, console)?;
    let options = ComparisonOptions {
        thresholds,
        other_source: if consent.allows(OTHER_SOURCE) {
            OtherSource::Judged
        } else {
            OtherSource::NotJudged
        },
    };
    let comparison = compare(old, new, &options)
        .map_err(|e| refused(&e).in_file(format!("{} and {}", args.old, args.new)))?;
    let mut ratios = indicators(&comparison, &thresholds);
    let rates = implied_rates(&comparison, &references, thresholds.rate);
    ratios.extend(rates.map_err(|e| in_named(&e, args.reference.as_ref()))?);
    let findings = Findings {
        coverage: covered(args, &context, &comparison, &thresholds, console)?,
        indicators: ratios,
        comparison,
    };
    for note in &findings.comparison.notes {
        console.warn(note);
    }
    write::findings(&findings, args.format, &mut output)?;
    console.publish(vec![output])?;
    summarise(&findings, console);
    consent.report(console);
    let is_found = match args.fail_on {
        FailOn::Changes => findings.comparison.is_different(),
        FailOn::Flags => findings.is_flagged(),
    };
    Ok(if is_found {
        ExitStatus::CheckFound
    } else {
        ExitStatus::Done
    })
}

fn in_named(error: &pop_compare::CompareError, name: Option<&String>) -> ToolError {
    let error = refused(error);
    match name {
        Some(name) => error.in_file(name),
        None => error,
    }
}

fn covered(
    args: &Compare,
    context: &SideOptions,
    comparison: &Comparison,
    thresholds: &Thresholds,
    console: &mut Console,
) -> Result<Vec<CoverageRow>, ToolError> {
    let survey = surveyed(comparison, &side_inputs::surveys(args, console)?)
        .map_err(|e| in_named(&e, args.survey.as_ref()))?;
    let Some(numerator) = side_inputs::numerator(args, console)? else {
        return Ok(Vec::new());
    };
    let inputs = CoverageInputs {
        numerator: &numerator,
        tree: context.tree.as_ref(),
        denominator: args.denominator.as_deref(),
        survey: &survey,
    };
    let Coverage { rows, unused } = coverage(comparison, &inputs, thresholds)
        .map_err(|e| in_named(&e, args.numerator.as_ref()))?;
    if unused > 0 {
        console.warn(&format!(
            "{} of the numerator {} of periods that are not compared",
            counted(unused, "value"),
            by_number(unused, "is", "are")
        ));
    }
    if let Some(tree) = &context.tree {
        let nested = nested_numerators(comparison, &numerator, tree);
        if !nested.is_empty() {
            let ids: Vec<&str> = nested.into_iter().collect();
            console.warn(&format!(
                "{} of the numerator {} below another that has values too, and both are added up: {}",
                counted(ids.len(), "org unit"),
                if ids.len() == 1 { "is" } else { "are" },
                shortened_list(&ids)
            ));
            console.hint("where the values of the upper unit are the sum of those below it, leave one of the two out");
        }
    }
    let count = |class| rows.iter().filter(|row| row.class == class).count();
    let lost = count(CoverageClass::NoDenominator);
    if lost > 0 {
        console.warn(&format!(
            "{} with a numerator {} no denominator, listed as no-denominator",
            counted(lost, "org unit"),
            if lost == 1 { "has" } else { "have" }
        ));
        if context.tree.is_none() {
            console.hint("--org-units FILE leads from facilities to the units above them");
        }
    }
    let months: u32 = rows.iter().map(|row| row.missing_months).sum();
    if months > 0 {
        console.warn(&format!(
            "{} without a value in the numerator: coverage is too low there",
            counted(months as usize, "month")
        ));
    }
    Ok(rows)
}

fn summarise(findings: &Findings, console: &Console) {
    let comparison = &findings.comparison;
    let counts: Vec<String> = comparison
        .counts()
        .iter()
        .map(|(class, count)| format!("{count} {class}"))
        .collect();
    let (mut flagged, mut noted) = (0, 0);
    for (_, flag) in findings.flags() {
        if flag.rule.is_note() {
            noted += 1;
        } else {
            flagged += 1;
        }
    }
    let different = comparison
        .rows
        .iter()
        .filter(|row| row.class != Class::Same)
        .count();
    let args = [
        ("count", Arg::Count(different)),
        ("rows", Arg::Count(comparison.rows.len())),
        ("classes", Arg::Text(&counts.join(", "))),
        ("flags", Arg::Count(flagged)),
        ("notes", Arg::Count(noted)),
    ];
    console.summary(&console.messages().text_of("summary-comparison", &args));
}
