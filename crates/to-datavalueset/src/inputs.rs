//! What is read: sums, metadata, mapping.

use std::collections::BTreeSet;

use pop_cli::{Console, ToolError, counted, shortened_list};
use pop_datavalues::{BandSet, Growth, Mapping, Metadata, Projection, SumsSummary};
use pop_sums::SumsTable;
use sums_inputs::check_levels;

use crate::{ProjectBy, ToDataValueSet};

pub(crate) fn metadata(
    args: &ToDataValueSet,
    console: &mut Console,
) -> Result<Option<Metadata>, ToolError> {
    console.optional_input("metadata", args.metadata.as_deref(), |bytes| {
        Metadata::read(bytes).map_err(|e| ToolError::data(&e).hint(e.hint()))
    })
}

/// The mapping file, or a mapping of the total for `--data-element`.
pub(crate) fn mapping(args: &ToDataValueSet, console: &mut Console) -> Result<Mapping, ToolError> {
    match (&args.mapping, &args.data_element) {
        (Some(name), _) => {
            let mut mapping = console.parsed_input("mapping", name, |bytes| {
                Mapping::read(bytes).map_err(|e| ToolError::data(&e).hint(e.hint()))
            })?;
            let names_none = mapping.data_set.is_none() && mapping.value.iter().all(|entry| entry.data_set.is_none());
            if names_none {
                mapping.data_set.clone_from(&args.data_set);
            }
            Ok(mapping)
        }
        (None, Some(element)) => Ok(Mapping::total(element, args.data_set.as_deref())),
        (None, None) => Err(ToolError::usage("nothing says what goes where").hint(
            "for the total population name a data element with --data-element; for more write a mapping: --init, --mapping FILE",
        )),
    }
}

/// The growth by which the last year is carried forward, where that is asked for.
pub(crate) fn projection(
    args: &ToDataValueSet,
    console: &mut Console,
) -> Result<Option<Projection>, ToolError> {
    let source = args.project_source.as_deref();
    match &args.project {
        None => Ok(None),
        Some(ProjectBy::Rate(rate)) => {
            let source = source.map(str::trim).filter(|source| !source.is_empty());
            let source = source.ok_or_else(|| {
                ToolError::usage("--project growth=RATE has no source")
                    .hint("say whose rate it is: --project-source \"INS projections 2022\"")
            })?;
            Ok(Some(Projection::Everywhere(Growth {
                rate: *rate,
                source: source.to_owned(),
            })))
        }
        Some(ProjectBy::File(name)) => {
            let data = console.input("growth", name)?;
            Projection::read(&data.bytes, source)
                .map(Some)
                .map_err(|e| ToolError::data(&e).in_file(name).hint(e.hint()))
        }
    }
}

/// Lines of a growth file that no unit takes would be passed over: a code, a mistyped id.
pub(crate) fn check_growth_units(
    args: &ToDataValueSet,
    projection: Option<&Projection>,
    table: &SumsTable,
    metadata: Option<&Metadata>,
) -> Result<(), ToolError> {
    let (Some(projection), Some(ProjectBy::File(name))) = (projection, &args.project) else {
        return Ok(());
    };
    let is_known = |id: &str| {
        let mut units = metadata.iter().flat_map(|known| &known.org_units);
        units.any(|unit| unit.id == id)
    };
    let unmet = projection.unmet(table, is_known);
    if unmet.is_empty() {
        return Ok(());
    }
    Err(ToolError::data(format!(
        "{} with an id that is not in the sums, in their paths or in the metadata: {}",
        counted(unmet.len(), "line"),
        shortened_list(&unmet)
    ))
    .in_file(name)
    .hint("write the ids as in the column org_unit of the sums or in their paths, not codes; lines of other places can be taken out"))
}

pub(crate) fn sums(args: &ToDataValueSet, console: &mut Console) -> Result<SumsTable, ToolError> {
    let table = args.stream.read("sums", args.sums(), console)?;
    check_levels(&table, args.sums())?;
    Ok(table)
}

/// What the sums hold that a first mapping is written for; none where none are named.
pub(crate) fn sums_summary(
    args: &ToDataValueSet,
    console: &mut Console,
) -> Result<Option<SumsSummary>, ToolError> {
    if args.sums.is_none() {
        return Ok(None);
    }
    let table = sums(args, console)?;
    let years: BTreeSet<Option<i32>> = table.layers.iter().map(|layer| layer.year).collect();
    let first = years.first().copied().flatten();
    let layers = table.layers.iter().filter(|layer| layer.year == first);
    let bands = BandSet::new(&layers.collect::<Vec<_>>())
        .map_err(|e| ToolError::data(&e).in_file(args.sums()).hint(e.hint()))?;
    Ok(Some(SumsSummary {
        bands,
        levels: table.levels(),
        years: years.into_iter().flatten().collect(),
    }))
}
