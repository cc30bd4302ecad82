//! The page docs/allow-kinds.md: what `--allow KIND` means, tool by tool.

use clap::Command;

const HEAD: &str = "\
# What `--allow KIND` means

A finding that stops a run can be allowed: all findings of one kind with `--allow KIND`, at most so many in the
whole run with `--allow KIND=MAX`, or single ones with `--exceptions FILE`, a CSV file with the columns `unit`, `kind` and `reason`.
For `factor` of `rake`, MAX is the largest factor. What was allowed is counted in the summary. A kind that the tool does not know is a usage error (exit 2).

    $ zonal-sum -r sle.tif districts.geojson --allow bad-geometry=1 -o sums.csv
    $ cat exceptions.csv
    unit,kind,reason
    hmtvPmQzZig,no-geometry,boundary under dispute until 2027

`manual --allow-kinds` prints this page from the tools' own definitions.
";

/// The page in Markdown: one table a tool.
#[must_use]
pub fn allow_kinds_page(tools: &[Command]) -> String {
    let mut page = HEAD.to_owned();
    for tool in tools {
        let values: Vec<_> = tool
            .get_arguments()
            .filter(|argument| argument.get_id() == "allow")
            .flat_map(clap::Arg::get_possible_values)
            .collect();
        if values.is_empty() {
            continue;
        }
        page.push_str(&format!(
            "\n## {}\n\n| kind | what the tool then does |\n|---|---|\n",
            tool.get_name()
        ));
        for value in values {
            let meaning = value
                .get_help()
                .map(ToString::to_string)
                .unwrap_or_default();
            page.push_str(&format!("| `{}` | {meaning} |\n", value.get_name()));
        }
    }
    page
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_page_is_current() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/allow-kinds.md");
        let page = std::fs::read_to_string(path).unwrap_or_default();
        assert!(
            page == super::allow_kinds_page(&crate::tools()),
            "write it again: cargo run -q -p manual -- --allow-kinds > docs/allow-kinds.md"
        );
    }
}
