//! What packages and pages say of versions and names; the packages themselves are tried by scripts/packaging/check-*.

use std::fs;

use crate::support::{root, tool, tools};
#[cfg(unix)]
use {crate::support::binary, std::process::Command};

fn text(file: &str) -> String {
    fs::read_to_string(root().join(file)).unwrap()
}

#[test]
fn pages_name_the_version_that_is_built() {
    for page in ["README.md", "docs/windows.md"] {
        let text = text(page);
        let mut found = 0;
        for word in text.split(|c: char| c.is_whitespace() || "`\"\\/()".contains(c)) {
            let Some(rest) = word
                .strip_prefix("headcount-")
                .or_else(|| word.strip_prefix("headcount_"))
            else {
                continue;
            };
            if rest.starts_with(|c: char| c.is_ascii_digit()) {
                found += 1;
                let version = env!("CARGO_PKG_VERSION");
                assert!(rest.starts_with(version), "{page}: {word} is not {version}");
            }
        }
        assert!(found > 3, "{page} names no package");
    }
}

#[test]
fn the_hosted_tests_run_on_the_minimum_version_of_rust() {
    let wanted = env!("CARGO_PKG_RUST_VERSION");
    let workflow = text(".github/workflows/ci.yml");
    assert!(
        workflow.contains(&format!("rust: [stable, \"{wanted}\"]")),
        ".github/workflows/ci.yml does not test Rust {wanted}"
    );
}

#[test]
fn the_demo_builds_every_program_that_it_runs() {
    let demo = text("scripts/demo");
    let listed = demo
        .lines()
        .find(|line| {
            line.trim_start()
                .starts_with("printf '%s\\n' sample-country")
        })
        .unwrap();
    let listed: Vec<&str> = listed.split_whitespace().skip(2).collect();
    // What make runs for it is found missing on a clean clone.
    for program in demo.split("\"$bin/").skip(1) {
        let program = program.split('"').next().unwrap();
        assert!(
            listed.contains(&program),
            "scripts/demo --programs lacks {program}"
        );
    }
}

#[test]
fn names_that_debian_has_are_tools_of_ours() {
    for line in text("scripts/packaging/debian/names-taken").lines() {
        let name = line.split('#').next().unwrap().split_whitespace().next();
        if let Some(name) = name {
            assert!(tools().iter().any(|tool| tool == name), "{name}");
        }
    }
}

#[test]
fn headcount_is_the_program_that_it_is_called_as() {
    let version = format!("zonal-sum {}\n", env!("CARGO_PKG_VERSION"));
    let by_argument = tool("headcount").args(["zonal-sum", "--version"]);
    assert_eq!(by_argument.run().expect(0).text(), version);
    tool("headcount")
        .run()
        .expect_nothing(2)
        .says("no program named, expected one of: fetch-orgunits, ");
    for name in ["push.json", "no-such-program"] {
        tool("headcount")
            .arg(name)
            .run()
            .expect_nothing(2)
            .says(&format!("{name} is not a program, expected one of: "));
    }
    let help = tool("headcount").arg("--help").run().expect(0).text();
    assert!(help.contains("\nzonal-sum\n"), "{help}");
    let version = format!("headcount {}\n", env!("CARGO_PKG_VERSION"));
    let found = tool("headcount").arg("--version").run().expect(0).text();
    assert_eq!(found, version);
    tool("headcount")
        .args(["zonal-sum", "--no-such-flag"])
        .run()
        .expect_nothing(2)
        .says("zonal-sum: ");
    #[cfg(unix)]
    {
        let folder = tempfile::tempdir().unwrap();
        for name in tools() {
            let link = folder.path().join(&name);
            std::os::unix::fs::symlink(binary("headcount"), &link).unwrap();
            let output = Command::new(&link).arg("--version").output().unwrap();
            let version = format!("{name} {}\n", env!("CARGO_PKG_VERSION"));
            assert_eq!(String::from_utf8(output.stdout).unwrap(), version);
        }
    }
}
