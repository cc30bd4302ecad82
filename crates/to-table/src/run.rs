//! The run, from figures to the table.

use clap::ValueEnum as _;
use pop_cli::{Arg, Console, ExitStatus, ToolError, counted, shortened_list};
use pop_sums::nesting::parent_gap_words;
use pop_tables::{OutputTable, TableError, chap, cod_ps, wide};
use sums_inputs::check_levels;

use crate::inputs::{self, Figures};
use crate::{Format, LabelArg, Layout, ToTable, WithinYearArg, write};

pub(crate) fn run(args: &ToTable, console: &mut Console) -> Result<ExitStatus, ToolError> {
    let mut output = console.output("table", &args.common.output)?;
    if args.format == Format::Xlsx && output.is_terminal() {
        return Err(
            ToolError::usage("refusing to write a workbook to a terminal")
                .hint("give -o FILE.xlsx"),
        );
    }
    let metadata = inputs::metadata(args, console)?;
    let figures = inputs::figures(args, console)?;
    let refuse = |error: TableError| {
        let hint = error.hint();
        ToolError::data(error).in_file(&args.input).hint(hint)
    };
    check_used(args, &figures)?;
    let within_year = args.within_year.unwrap_or(WithinYearArg::Repeat).into();
    let location = args.location.unwrap_or(LabelArg::Id).into();
    let place_codes = args.place_codes.unwrap_or(LabelArg::Code).into();
    let table = match (args.layout, &figures) {
        (Layout::Wide, Figures::Sums(sums)) => wide::from_sums(sums, args.level).map_err(refuse)?,
        (Layout::Wide, Figures::Values(set)) => {
            wide::from_values(set, metadata.as_ref()).map_err(refuse)?
        }
        (Layout::Chap, Figures::Sums(sums)) => {
            chap::from_sums(sums, args.level, location, within_year).map_err(refuse)?
        }
        (Layout::Chap, Figures::Values(set)) => {
            chap::from_values(set, args.data_element.as_deref(), within_year).map_err(refuse)?
        }
        (Layout::CodPs, Figures::Sums(sums)) => {
            cod_ps::from_sums(sums, args.level, place_codes).map_err(refuse)?
        }
        (Layout::ImportApp, Figures::Values(set)) => write::import_app(set).map_err(|e| {
            ToolError::data(e)
                .in_file(&args.input)
                .hint("give the data value set that to-datavalueset wrote")
        })?,
        (Layout::CodPs, Figures::Values(_)) => {
            return Err(other_input(
                args,
                "a data value set",
                "sums: its bands give the columns",
            ));
        }
        (Layout::ImportApp, Figures::Sums(_)) => {
            return Err(other_input(
                args,
                "sums",
                "a data value set: to-datavalueset makes one",
            ));
        }
    };
    if let Figures::Sums(sums) = &figures {
        check_levels(sums, &args.input)?;
    }
    if table.rows.is_empty() {
        report_left_out(&table, console);
        return Err(ToolError::data("no unit has a row in this layout")
            .in_file(&args.input)
            .hint("look at the status and the reasons of the rows in the sums"));
    }
    write::table(&table, args.format, &mut output)?;
    console.publish(vec![output])?;
    report_left_out(&table, console);
    Ok(ExitStatus::Done)
}

/// Refuses flags that this layout has no use for, or only with the other kind of figures.
fn check_used(args: &ToTable, figures: &Figures) -> Result<(), ToolError> {
    const SUMS: [Layout; 3] = [Layout::Wide, Layout::Chap, Layout::CodPs];
    let is_sums = matches!(figures, Figures::Sums(_));
    let sums_in = |layouts: &[Layout]| is_sums && layouts.contains(&args.layout);
    let values_in = |layouts: &[Layout]| !is_sums && layouts.contains(&args.layout);
    let is_chap = args.layout == Layout::Chap;
    let flags = [
        ("--level", args.level.is_some(), sums_in(&SUMS)),
        (
            "--location",
            args.location.is_some(),
            sums_in(&[Layout::Chap]),
        ),
        ("--within-year", args.within_year.is_some(), is_chap),
        (
            "--data-element",
            args.data_element.is_some(),
            values_in(&[Layout::Chap]),
        ),
        (
            "--place-codes",
            args.place_codes.is_some(),
            sums_in(&[Layout::CodPs]),
        ),
        (
            "--metadata",
            args.metadata.is_some(),
            values_in(&[Layout::Wide]),
        ),
        ("--columns", !args.sums.columns.is_empty(), is_sums),
        ("--subset", args.sums.subset, is_sums),
    ];
    let unused = flags
        .iter()
        .find(|(_, is_given, is_used)| *is_given && !is_used);
    let Some((flag, ..)) = unused else {
        return Ok(());
    };
    let layout = args.layout.to_possible_value();
    let layout = layout.as_ref().map_or("this one", |value| value.get_name());
    let figures = if is_sums { "sums" } else { "a data value set" };
    Err(ToolError::usage(format!(
        "{flag} has no effect with layout {layout} and {figures}"
    ))
    .hint(format!("leave {flag} out, or choose another --layout")))
}

fn other_input(args: &ToTable, found: &str, expected: &str) -> ToolError {
    ToolError::data(format!("found {found}, this layout takes {expected}"))
        .in_file(&args.input)
        .hint("choose another --layout, or give the other file")
}

/// Every unit is accounted for: in the table, or here.
fn report_left_out(table: &OutputTable, console: &mut Console) {
    let with_reasons = |units: &[(String, String)]| {
        let list: Vec<String> = units
            .iter()
            .map(|(unit, reason)| format!("{unit}: {reason}"))
            .collect();
        shortened_list(&list)
    };
    if !table.left_out.is_empty() {
        console.warn(&format!(
            "left out {}: {}",
            counted(table.left_out.len(), "unit"),
            with_reasons(&table.left_out)
        ));
    }
    if !table.doubtful.is_empty() {
        console.warn(&format!(
            "{} with a doubtful value, which this layout cannot say: {}",
            counted(table.doubtful.len(), "unit"),
            with_reasons(&table.doubtful)
        ));
        console
            .hint("--layout wide has the reasons in a column; docs/method.md says what they mean");
    }
    if !table.parent_gaps.is_empty() {
        let what = parent_gap_words(table.parent_gaps.len());
        console.warn(&format!(
            "{} {what}: {}",
            table.parent_gaps.len(),
            shortened_list(&table.parent_gaps)
        ));
        console.hint("look whether a unit below is missing or has another boundary");
    }
    let args = [
        ("rows", Arg::Count(table.rows.len())),
        ("columns", Arg::Count(table.header.len())),
    ];
    console.summary(&console.messages().text_of("summary-table", &args));
}
