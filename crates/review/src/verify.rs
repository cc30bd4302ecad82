//! Whether a page was made of a plan.

use pop_cli::{Arg, Console, ExitStatus, ToolError, sha256_hex};

use crate::documents::plan::PlanFile;
use crate::documents::{FileKind, file_kind};

/// Before every place where the page has the SHA-256 of the plan.
const PLAN_MARKS: [&str; 2] = [
    "<meta name=\"plan-sha256\" content=\"",
    "<code class=\"plan-sha256\">",
];
/// The same for the payload.
const PAYLOAD_MARKS: [&str; 2] = [
    "<meta name=\"payload-sha256\" content=\"",
    "<code class=\"payload-sha256\">",
];

pub(crate) fn run(page: &str, plan: &str, console: &mut Console) -> Result<ExitStatus, ToolError> {
    let html = console.input("page", page)?;
    let html = String::from_utf8_lossy(&html.bytes);
    let plan_file = console.input("plan", plan)?;
    let sha256 = sha256_hex(&plan_file.bytes);
    let payload = match file_kind(&plan_file.bytes).map_err(|error| error.in_file(plan))? {
        FileKind::Plan => Some(
            PlanFile::read(&plan_file.bytes)
                .map_err(|error| error.in_file(plan))?
                .payload,
        ),
        FileKind::Comparison => None,
        FileKind::Other(what) => {
            return Err(
                ToolError::data(format!("{what}, expected a plan or a comparison"))
                    .in_file(plan)
                    .hint("name the file that the page was made of"),
            );
        }
    };
    let on_page = hashes(&html, PLAN_MARKS);
    if on_page.is_empty() {
        return Err(ToolError::data(
            "not a page of review: no plan-sha256 in it, expected two or more",
        )
        .in_file(page)
        .hint("name the HTML file that review has written"));
    }
    let mut expected = vec![("plan", sha256.as_str(), on_page)];
    if let Some(payload) = &payload {
        expected.push(("payload", payload.as_str(), hashes(&html, PAYLOAD_MARKS)));
    }
    for (what, sha256, found) in expected {
        let other = found.iter().find(|found| **found != sha256);
        if let Some(other) = other.copied().or(found.is_empty().then_some("nothing")) {
            console.warn(&format!(
                "{page}: {what} sha256 is {other}, that of {plan} is {sha256}"
            ));
            console.hint("make the page again from this plan, and have it signed");
            return Ok(ExitStatus::CheckFound);
        }
    }
    let args = [
        ("page", Arg::Text(page)),
        ("plan", Arg::Text(plan)),
        ("hash", Arg::Text(&sha256)),
    ];
    console.summary(&console.messages().text_of("summary-verified-page", &args));
    Ok(ExitStatus::Done)
}

/// What is behind each of these marks, up to the next sign of markup.
fn hashes<'a>(html: &'a str, marks: [&str; 2]) -> Vec<&'a str> {
    let behind = |mark: &str| {
        html.match_indices(mark)
            .map(|(at, mark)| &html[at + mark.len()..])
            .map(|rest| rest.split(['"', '<']).next().unwrap_or_default())
            .collect::<Vec<_>>()
    };
    marks.iter().flat_map(|mark| behind(mark)).collect()
}
