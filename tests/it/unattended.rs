//! What jobs without a terminal rely on: see docs/unattended.md.

use std::process::{Command, Output};

use dhis2_standin::{Fault, FaultRule};

use crate::sample::Sample;
use crate::support::{binary, root, tool};

/// The script of the page, for the sample country in a folder to work in, as a package has one.
#[cfg(unix)]
fn ready_script(sample: &Sample) -> String {
    let folder = sample.path().join("headcount");
    std::fs::create_dir_all(folder.join("scripts")).unwrap();
    std::fs::create_dir(folder.join("countries")).unwrap();
    for file in [
        "Makefile",
        "scripts/programs-folder",
        "countries/XSC.mk",
        "countries/XSC-mapping.toml",
    ] {
        std::fs::copy(root().join(file), folder.join(file)).unwrap();
    }
    std::fs::copy(
        sample.file("exceptions.csv"),
        folder.join("countries/XSC-exceptions.csv"),
    )
    .unwrap();
    std::os::unix::fs::symlink(binary("push").parent().unwrap(), folder.join("bin")).unwrap();
    let page = std::fs::read_to_string(root().join("docs/unattended.md")).unwrap();
    let script = page.split("```sh\n").nth(1).unwrap();
    let script = script.split("```").next().unwrap();
    script
        .replace("/srv/headcount", folder.to_str().unwrap())
        .replace("SLE", "XSC")
        // Several requests, so that one in the middle can fail.
        .replace("--commit", "--commit --batch-size 2")
}

#[cfg(unix)]
fn run_script(sample: &Sample, script: &str) -> Output {
    let mut command = Command::new("sh");
    sample.set_server(&mut command);
    command
        .args(["-c", script])
        .env("YEAR", "2025")
        .env("RASTER", sample.raster())
        .env_remove("MAKEFLAGS")
        .env_remove("MAKELEVEL")
        .output()
        .unwrap()
}

#[cfg(unix)]
#[test]
fn the_script_of_the_page_goes_on_where_it_was_stopped() {
    let sample = Sample::ready();
    let script = ready_script(&sample);
    let ends_with = |status: i32, stored: usize| {
        let ran = run_script(&sample, &script);
        let said = String::from_utf8_lossy(&ran.stderr).into_owned();
        assert_eq!(ran.status.code(), Some(status), "{said}");
        assert_eq!(sample.stored().len(), stored, "{said}");
        said
    };
    // Refused before anything was written: for a person, who runs it again.
    sample.add_fault(FaultRule::import(Fault::Refused(403)));
    ends_with(5, 0);
    // Stopped in the middle: to be run again.
    sample.add_fault(FaultRule::import(Fault::Refused(403)).after(1));
    ends_with(75, 2);
    ends_with(0, 6);
    // Done already: nothing changes, and make is not asked.
    let said = ends_with(0, 6);
    assert!(!said.contains("closed"), "{said}");
    // A new run that a check stops waits for a person.
    std::fs::rename(sample.file("headcount/runs"), sample.file("runs-before")).unwrap();
    let exceptions = sample.file("headcount/countries/XSC-exceptions.csv");
    std::fs::write(exceptions, "unit,kind,reason\n").unwrap();
    let said = ends_with(2, 6);
    assert!(said.contains("Error 3"), "{said}");
}

#[cfg(unix)]
#[test]
fn credentials_that_others_can_read_are_a_warning() {
    use std::os::unix::fs::PermissionsExt;
    let sample = Sample::ready();
    let file = sample.file("credentials");
    let run = || {
        sample
            .with_server(tool("fetch-orgunits"))
            .args(["-q", "--level", "2"])
            .run()
            .expect(0)
    };
    assert_eq!(run().stderr, "");
    for mode in [0o640, 0o604] {
        std::fs::set_permissions(&file, std::fs::Permissions::from_mode(mode)).unwrap();
        run()
            .says(&format!(
                "fetch-orgunits: {file}: other users can read these credentials"
            ))
            .says(&format!("fetch-orgunits: hint: chmod 600 {file}"));
    }
}

#[test]
fn verbose_messages_begin_with_the_time() {
    let sample = Sample::ready();
    let run = |flag: &str| {
        sample
            .with_server(tool("fetch-orgunits"))
            .args([flag, "--level", "2"])
            .run()
    };
    let verbose = run("-v").expect(0).stderr;
    assert!(verbose.lines().count() > 1, "{verbose}");
    for line in verbose.lines() {
        let (time, message) = line.split_once(' ').unwrap();
        let shape: String = time
            .chars()
            .map(|c| if c.is_ascii_digit() { '0' } else { c })
            .collect();
        assert_eq!(shape, "0000-00-00T00:00:00Z", "{line}");
        assert!(message.starts_with("fetch-orgunits: "), "{line}");
    }
    let failed = sample
        .with_server(tool("fetch-orgunits"))
        .args(["-v", "--level", "9"])
        .run();
    let last = failed.expect(2).stderr.lines().last().unwrap().to_owned();
    assert!(last.contains("Z fetch-orgunits: "), "{last}");
    for line in run("--no-progress").expect(0).stderr.lines() {
        assert!(line.starts_with("fetch-orgunits: "), "{line}");
    }
}
