//! What every tool owes its user, whatever it does: each is run once with inputs that are right.

use std::collections::BTreeSet;

use serde_json::json;

use crate::sample::Sample;
use crate::support::{Run, tool, tools};
use crate::worldpop::{FetchFixture, ONE};

/// A folder with the files of a whole run, a server, and a line for every tool.
struct AllTools {
    sample: Sample,
    worldpop: FetchFixture,
}

/// A tool and its arguments.
type Line = (&'static str, &'static str);

/// A run of each tool that ends well: one line a tool, two where it writes in two ways.
const LINES: [Line; 21] = [
    ("fetch-orgunits", "--level 2"),
    ("fetch-metadata", "--all"),
    ("fetch-values", "--data-element dePopTot001 --period 2025"),
    ("fetch-worldpop", ""),
    ("clip-raster", "-r pop.tif units.geojson"),
    ("clip-raster", "-r pop.tif --info"),
    ("catchments", "--within parents.geojson facilities.geojson"),
    ("zonal-sum", "-r pop.tif units.geojson"),
    ("zonal-sum", "-r pop.tif units.geojson --format geojson"),
    ("rake", "--totals totals.csv good.csv"),
    ("rake", "--totals totals.csv good.csv --check"),
    (
        "population-metadata",
        "--targets malaria --level 2 instance.json",
    ),
    ("to-datavalueset", "--data-element dePopTot001 good.csv"),
    (
        "to-datavalueset",
        "--data-element dePopTot001 good.csv --format csv",
    ),
    ("push", "values.json"),
    ("cross-orgunits", "parents.geojson parents.geojson"),
    ("compare", "good.csv good.csv"),
    ("compare", "good.csv good.csv --format json"),
    ("to-table", "good.csv"),
    ("to-table", "good.csv --format xlsx"),
    ("review", "plan.json"),
];

impl AllTools {
    fn new() -> Self {
        let all = Self {
            sample: Sample::ready(),
            worldpop: FetchFixture::new(),
        };
        let write = |name: &str, bytes: &[u8]| {
            std::fs::write(all.sample.path().join(name), bytes).unwrap();
        };
        std::fs::copy(all.sample.raster(), all.sample.path().join("pop.tif")).unwrap();
        let units = all.sample.org_units();
        write("units.geojson", &units);
        let values = all.sample.value_set(&all.sample.sums(&units));
        write("values.json", &values);
        write(
            "good.csv",
            b"org_unit,level,path,raster,source,year,sex,population,method\n\
              OrgUnit0001,2,/N/OrgUnit0001,r,grid,2025,t,10243,exact\nOrgUnit0002,2,/N/OrgUnit0002,r,grid,2025,t,20167,exact\n",
        );
        write(
            "totals.csv",
            b"org_unit,year,population,source\nN,2025,30000,nso\n",
        );
        let square =
            json!({"type": "Polygon", "coordinates": [[[0, 0], [1, 0], [1, 1], [0, 1], [0, 0]]]});
        let unit = |id: &str, geometry: &serde_json::Value, path: &str, level: u32| {
            json!({"type": "FeatureCollection", "features": [{"type": "Feature", "id": id, "geometry": geometry,
                "properties": {"name": id, "level": level, "path": path}}]})
            .to_string()
        };
        write("parents.geojson", unit("P", &square, "/R/P", 2).as_bytes());
        let point = json!({"type": "Point", "coordinates": [0.5, 0.5]});
        write(
            "facilities.geojson",
            unit("F", &point, "/R/P/F", 3).as_bytes(),
        );
        for (name, line, file) in [
            ("fetch-metadata", "--all --level 2", "instance.json"),
            ("push", "values.json", "plan.json"),
        ] {
            let ran = all.run(tool(name), (name, line)).run().expect(0);
            write(file, &ran.stdout);
        }
        all
    }

    /// The tool of a line in the folder, with the server that it needs.
    fn run(&self, run: Run, (name, line): Line) -> Run {
        if name == "fetch-worldpop" {
            return self.worldpop.flags(run).args(ONE);
        }
        let run = if name.starts_with("fetch-") || name == "push" {
            self.sample.with_server(run)
        } else {
            run
        };
        run.folder(self.sample.path()).args(line.split_whitespace())
    }
}

#[test]
fn every_tool_has_a_line() {
    let named: BTreeSet<&str> = LINES.iter().map(|(name, _)| *name).collect();
    let all = tools();
    assert_eq!(named, all.iter().map(String::as_str).collect());
}

#[test]
fn an_exception_that_nothing_meets_is_named_by_every_tool_that_takes_exceptions() {
    let all = AllTools::new();
    let mut judged = BTreeSet::new();
    for command in manual::tools() {
        let allow = command.get_arguments().find(|arg| arg.get_id() == "allow");
        let Some(kinds) = allow.map(|arg| arg.get_possible_values()) else {
            continue;
        };
        let (name, line) = LINES
            .into_iter()
            .find(|(name, _)| *name == command.get_name())
            .unwrap();
        let file = all.sample.file("stale.csv");
        let kind = kinds.first().unwrap().get_name();
        std::fs::write(
            &file,
            format!("unit,kind,reason\nNobody00001,{kind},left over\n"),
        )
        .unwrap();
        all.run(tool(name), (name, line))
            .args(["--exceptions", file.as_str()])
            .run()
            .expect(0)
            .says("stale.csv: line 2: ");
        judged.insert(name);
    }
    assert_eq!(judged.len(), 8, "{judged:?}");
}

/// Where the tools write: a device without room, and a file beyond the size that a process may write.
#[cfg(target_os = "linux")]
#[test]
fn an_output_that_cannot_be_written_is_named_by_every_tool() {
    use crate::support::tool_in_shell;
    let all = AllTools::new();
    for (name, line) in LINES {
        let ends = |run: Run, output: &str| {
            let ran = all.run(run, (name, line)).run();
            let ran = ran.expect_nothing(4).says(&format!(" {output}: "));
            assert!(!ran.stderr.contains("panicked"), "{}", ran.stderr);
        };
        ends(tool(name).args(["-o", "/dev/full"]), "/dev/full");
        let full = r#"exec "$0" "$@" > /dev/full"#;
        ends(tool_in_shell(name, full), "stdout");
        if name == "fetch-worldpop" {
            // Its first file is the raster.
            continue;
        }
        let small = r#"trap "" XFSZ; ulimit -f 0; exec "$0" "$@""#;
        ends(tool_in_shell(name, small).args(["-o", "out"]), "out");
        assert!(!all.sample.path().join("out").exists(), "{name}");
    }
}

/// A run with many rows: the failure comes while they are written, and not at the end.
#[cfg(target_os = "linux")]
#[test]
fn a_disk_that_fills_up_while_a_stream_is_written_is_no_fault_of_the_input() {
    use crate::support::tool_in_shell;
    let folder = tempfile::tempdir().unwrap();
    let mut sums = "org_unit,level,path,raster,source,year,sex,population,method\n".to_owned();
    for unit in 0..4000 {
        sums.push_str(&format!(
            "P{unit:010},2,/N/P{unit:010},r,grid,2025,t,{unit},exact\n"
        ));
    }
    std::fs::write(folder.path().join("sums.csv"), sums).unwrap();
    for format in ["json", "csv", "table"] {
        tool_in_shell(
            "to-datavalueset",
            r#"trap "" XFSZ; ulimit -f 8; exec "$0" "$@""#,
        )
        .folder(folder.path())
        .args(["--data-element", "dePopTot001", "sums.csv", "-o", "out"])
        .args(["--format", format])
        .run()
        .expect_nothing(4)
        .says("to-datavalueset: out: ");
    }
}

#[test]
fn a_bad_output_path_fails_before_a_server_is_asked() {
    let server = ["--url", "http://127.0.0.1:9"];
    let lines: [Line; 4] = [
        ("fetch-orgunits", "--level 2"),
        ("fetch-metadata", "--all"),
        ("fetch-values", "--data-set x --period 2025"),
        ("push", "values.json"),
    ];
    let all = AllTools::new();
    for (name, line) in lines {
        // Without credentials: nobody is asked for a password either.
        tool(name)
            .folder(all.sample.path())
            .args(server)
            .args(line.split_whitespace())
            .args(["-o", "no-such-folder/out"])
            .run()
            .expect_nothing(4)
            .says("no such folder");
    }
}

#[test]
fn a_flag_without_effect_is_a_usage_error() {
    let all = AllTools::new();
    let cases: [Line; 27] = [
        (
            "compare",
            "good.csv good.csv --crosswalk good.csv --level 2",
        ),
        (
            "compare",
            "good.csv good.csv --crosswalk good.csv --metadata instance.json",
        ),
        (
            "compare",
            "good.csv good.csv --crosswalk good.csv --org-units units.geojson",
        ),
        (
            "compare",
            "good.csv good.csv --crosswalk good.csv --allow other-source",
        ),
        (
            "compare",
            "good.csv good.csv --crosswalk good.csv --allow bogus",
        ),
        (
            "compare",
            "good.csv good.csv --crosswalk good.csv --exceptions exceptions.csv",
        ),
        ("compare", "good.csv good.csv --allow other-source=3"),
        ("clip-raster", "-r pop.tif units.geojson --allow negative=3"),
        ("clip-raster", "-r pop.tif --info --id-property code"),
        ("to-table", "good.csv --layout wide --location name"),
        ("to-table", "good.csv --layout wide --within-year linear"),
        ("to-table", "good.csv --layout wide --place-codes id"),
        ("to-table", "good.csv --metadata instance.json"),
        ("to-table", "values.json --level 2"),
        ("to-table", "values.json --subset"),
        ("to-table", "values.json --layout chap --location name"),
        ("to-table", "values.json --layout import-app --level 2"),
        ("rake", "--totals totals.csv good.csv --report-format csv"),
        (
            "to-datavalueset",
            "--data-element dePopTot001 good.csv --decimals 2",
        ),
        (
            "to-datavalueset",
            "--init --metadata instance.json --round each",
        ),
        (
            "to-datavalueset",
            "--init --metadata instance.json --allow point",
        ),
        (
            "review",
            "--verify page.html --plan plan.json --org-units units.geojson",
        ),
        ("population-metadata", "--show malaria --level 2"),
        ("push", "--verify receipt.json --allow refused"),
        ("push", "--verify receipt.json --earlier receipt.json"),
        ("push", "--undo receipt.json --replace-others"),
        ("push", "--undo receipt.json --no-data-set"),
    ];
    for (name, line) in cases {
        all.run(tool(name), (name, line)).run().expect_nothing(2);
    }
}
