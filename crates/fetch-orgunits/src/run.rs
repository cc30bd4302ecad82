//! What the tool does, step by step.

use pop_cli::{Console, ExitStatus, ToolError};
use pop_dhis2::org_units::{Parts, Plan, walk};
use pop_dhis2::{ApiError, Server};

use crate::output::{Collection, Counts};
use crate::{FetchOrgunits, failure};

pub(crate) fn run(args: &FetchOrgunits, console: &mut Console) -> Result<ExitStatus, ToolError> {
    let selection = args.choice.selection();
    let server = connect(args, console)?;
    if selection.is_empty() {
        return Err(ToolError::usage("nothing selected")
            .hint("give --level, --parent, --group or --id, or --all for the whole tree"));
    }
    let output = console.output("output", &args.common.output)?;
    let plan = Plan::new(&server, &selection).map_err(|error| failure::of_api(&error))?;
    console.note(&format!(
        "{} org units selected, {} ancestors come along",
        plan.selected(),
        plan.places.len() - plan.selected()
    ));
    let collection = Collection::new(output).map_err(ToolError::io)?;
    let (output, counts) = fetch(&server, &plan, collection, console)?;
    console.publish(vec![output])?;
    console.summary(&summary(&counts, &server));
    Ok(ExitStatus::Done)
}

fn connect(args: &FetchOrgunits, console: &Console) -> Result<Server, ToolError> {
    let client = args
        .server
        .client()
        .map_err(|error| failure::of_args(&error))?;
    let address = client.base_url().to_string();
    let server =
        Server::connect(client).map_err(|error| failure::of_api(&error).in_file(address))?;
    console.note(&format!(
        "{} runs DHIS2 {}",
        server.base_url(),
        server.version()
    ));
    if let Some(doubt) = server.doubt() {
        console.warn(&doubt);
    }
    Ok(server)
}

fn fetch<W: std::io::Write>(
    server: &Server,
    plan: &Plan,
    mut collection: Collection<W>,
    console: &mut Console,
) -> Result<(W, Counts), ToolError> {
    let progress = console.progress("org units", Some(plan.places.len() as u64));
    walk(server, plan, Parts::default(), "", |place, unit| {
        let geometry = unit.geometry.map(|geometry| (geometry, "own"));
        collection
            .write(place, unit, geometry)
            .map_err(ApiError::Output)?;
        progress.advance(1);
        Ok(())
    })
    .map_err(|error| failure::of_api(&error))?;
    progress.finish();
    collection.finish().map_err(ToolError::io)
}

fn summary(counts: &Counts, server: &Server) -> String {
    let mut text = format!("{} org units", counts.units);
    if counts.without_geometry > 0 {
        text.push_str(&format!(", {} without geometry", counts.without_geometry));
    }
    if counts.context > 0 {
        text.push_str(&format!(", and {} ancestors", counts.context));
    }
    text.push_str(&format!(", from DHIS2 {}", server.version()));
    text
}
