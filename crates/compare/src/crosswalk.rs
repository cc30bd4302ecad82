//! What became of each unit when boundaries were redrawn.

use std::io::Write;

use pop_cli::{
    Arg, Column, Console, ExitStatus, Output, ResultExt, Table, ToolError, counted, shortened_list,
    thousands,
};
use pop_compare::crosswalk::{Crosswalk, Piece, PieceKind, crosswalk, units_without_pieces};
use serde::Serialize;

use crate::inputs::refused;
use crate::{Compare, Format};

pub(crate) fn run(
    args: &Compare,
    pieces: &str,
    console: &mut Console,
) -> Result<ExitStatus, ToolError> {
    let mut output = console.output("output", &args.common.output)?;
    let old = args.sums.read("old", &args.old, console)?;
    let new = args.sums.read("new", &args.new, console)?;
    let cut = args.sums.read("pieces", pieces, console)?;
    let crosswalk = crosswalk(&old, &new, &cut).map_err(|error| refused(&error).in_file(pieces))?;
    warn(
        &crosswalk,
        &units_without_pieces(&crosswalk, &old, &new),
        console,
    );
    match args.format {
        Format::Csv => csv(&crosswalk, &mut output)?,
        Format::Json => json(&crosswalk, &mut output)?,
        Format::Table => table(&crosswalk, &mut output)?,
    }
    console.publish(vec![output])?;
    let slivers = slivers(&crosswalk);
    let args = [
        ("pieces", Arg::Count(crosswalk.pieces.len() - slivers.0)),
        ("people", Arg::Number(crosswalk.people(), 2)),
        ("slivers", Arg::Count(slivers.0)),
        ("inslivers", Arg::Number(slivers.1, 2)),
    ];
    console.summary(&console.messages().text_of("summary-crosswalk", &args));
    let is_changed = |piece: &Piece| !matches!(piece.kind, PieceKind::Same | PieceKind::Sliver);
    Ok(if crosswalk.pieces.iter().any(is_changed) {
        ExitStatus::CheckFound
    } else {
        ExitStatus::Done
    })
}

/// Slivers and their people.
fn slivers(crosswalk: &Crosswalk) -> (usize, f64) {
    let pieces = crosswalk.pieces.iter();
    let slivers = pieces.filter(|piece| piece.kind == PieceKind::Sliver);
    slivers.fold((0, 0.0), |(count, people), piece| {
        (count + 1, people + piece.people.unwrap_or_default())
    })
}

fn warn(crosswalk: &Crosswalk, without: &[String], console: &Console) {
    let open: Vec<String> = crosswalk
        .open_sums
        .iter()
        .map(|sum| {
            format!(
                "{} {}: {} of {}",
                sum.side,
                sum.unit,
                thousands(sum.pieces, 3),
                thousands(sum.own, 3)
            )
        })
        .collect();
    if !open.is_empty() {
        console.warn(&format!(
            "the pieces of {} do not add up to their own people: {}",
            counted(open.len(), "unit"),
            shortened_list(&open)
        ));
        console.hint("sum units and pieces over one raster, of the files that were cut");
    }
    if !without.is_empty() {
        console.warn(&format!(
            "no pieces of {}: {}",
            counted(without.len(), "unit"),
            shortened_list(without)
        ));
    }
}

/// One line of the output.
#[derive(Serialize)]
struct Line<'a> {
    old: &'a str,
    old_name: &'a str,
    new: &'a str,
    new_name: &'a str,
    people: Option<f64>,
    of_old: Option<f64>,
    of_new: Option<f64>,
    kind: &'static str,
}

fn lines(crosswalk: &Crosswalk) -> impl Iterator<Item = Line<'_>> {
    let name = |id: &str| crosswalk.names.get(id).map_or("", String::as_str);
    // Slivers come last: borders that were drawn twice say nothing of a unit.
    let kept = crosswalk
        .pieces
        .iter()
        .filter(|piece| piece.kind != PieceKind::Sliver);
    let slivers = crosswalk
        .pieces
        .iter()
        .filter(|piece| piece.kind == PieceKind::Sliver);
    kept.chain(slivers).map(move |piece| Line {
        old: &piece.old,
        old_name: name(&piece.old),
        new: &piece.new,
        new_name: name(&piece.new),
        people: piece.people,
        of_old: piece.of_old,
        of_new: piece.of_new,
        kind: piece.kind.word(),
    })
}

fn csv(crosswalk: &Crosswalk, output: &mut Output) -> Result<(), ToolError> {
    let mut writer = csv::WriterBuilder::new()
        .terminator(csv::Terminator::Any(b'\n'))
        .from_writer(output);
    for line in lines(crosswalk) {
        writer.serialize(line).or_io()?;
    }
    writer.flush().or_io()
}

#[derive(Serialize)]
struct Document<'a> {
    format: &'static str,
    version: u32,
    people: f64,
    slivers: Slivers,
    pieces: Vec<Line<'a>>,
    open_sums: Vec<OpenLine<'a>>,
}

#[derive(Serialize)]
struct Slivers {
    count: usize,
    people: f64,
}

#[derive(Serialize)]
struct OpenLine<'a> {
    side: &'static str,
    org_unit: &'a str,
    pieces: f64,
    own: f64,
}

fn json(crosswalk: &Crosswalk, output: &mut Output) -> Result<(), ToolError> {
    let (count, people) = slivers(crosswalk);
    let document = Document {
        format: "headcount-crosswalk",
        version: 1,
        people: crosswalk.people(),
        slivers: Slivers { count, people },
        pieces: lines(crosswalk).collect(),
        open_sums: crosswalk
            .open_sums
            .iter()
            .map(|sum| OpenLine {
                side: sum.side,
                org_unit: &sum.unit,
                pieces: sum.pieces,
                own: sum.own,
            })
            .collect(),
    };
    serde_json::to_writer_pretty(&mut *output, &document).or_io()?;
    writeln!(output).or_io()
}

fn table(crosswalk: &Crosswalk, output: &mut Output) -> Result<(), ToolError> {
    let (columns, messages) = (output.columns(), output.messages());
    let mut table = Table::new(
        &messages,
        &[
            Column::text("old"),
            Column::text("new"),
            Column::number("people"),
            Column::number("percent-of-old"),
            Column::number("percent-of-new"),
            Column::code("kind"),
        ],
    )
    .complete_in("--format csv");
    let share = |share: Option<f64>| {
        share.map_or("-".to_owned(), |share| messages.number(100.0 * share, 2))
    };
    let named = |id: &'_ str, name: &'_ str| match (id, name) {
        ("", _) => "-".to_owned(),
        (id, "") => id.to_owned(),
        (_, name) => name.to_owned(),
    };
    for line in lines(crosswalk).filter(|line| line.kind != PieceKind::Sliver.word()) {
        table.row::<&str>(&[
            &named(line.old, line.old_name),
            &named(line.new, line.new_name),
            &line
                .people
                .map_or("-".to_owned(), |people| messages.number(people, 1)),
            &share(line.of_old),
            &share(line.of_new),
            line.kind,
        ]);
    }
    write!(output, "{}", table.within(columns)).or_io()?;
    let (count, people) = slivers(crosswalk);
    if count > 0 {
        let args = [
            ("count", Arg::Count(count)),
            ("people", Arg::Number(people, 1)),
        ];
        writeln!(output, "{}", messages.text_of("and-slivers", &args)).or_io()?;
    }
    Ok(())
}
