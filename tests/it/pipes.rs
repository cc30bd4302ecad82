//! Pipes that break: a stage that fails or is killed half way leads to nothing downstream.

use std::io::Write;
use std::process::{Child, Command, Stdio};

use crate::sample::Sample;
use crate::support::{binary, tool};

/// Every cut of a stream is refused by the tool that reads it, wherever it falls.
#[test]
fn a_cut_stream_is_refused_wherever_it_is_cut() {
    let sample = Sample::ready();
    let units = sample.org_units();
    let sums = sample.sums(&units);
    let values = sample.value_set(&sums);

    for length in cuts(&units) {
        tool("zonal-sum")
            .args(["-r", sample.raster()])
            .stdin(&units[..length])
            .run()
            .expect_nothing(3);
    }
    for length in cuts(&sums) {
        tool("to-datavalueset")
            .args(sample.mapping())
            .stdin(&sums[..length])
            .run()
            .expect_nothing(3);
    }
    for length in cuts(&values) {
        sample
            .push()
            .stdin(&values[..length])
            .run()
            .expect_nothing(3);
    }
    assert!(sample.stored().is_empty(), "{:?}", sample.stored());
}

/// Twenty places over the stream, the ends of lines (where a cut CSV still parses) and the last byte among them.
fn cuts(stream: &[u8]) -> Vec<usize> {
    let mut cuts: Vec<usize> = (1..10).map(|tenth| stream.len() * tenth / 10).collect();
    let lines: Vec<usize> = stream
        .iter()
        .enumerate()
        .filter(|&(_, &byte)| byte == b'\n')
        .map(|(place, _)| place + 1)
        .collect();
    cuts.extend(lines.iter().step_by(1 + lines.len() / 8).copied());
    cuts.push(stream.trim_ascii_end().len() - 1);
    cuts.retain(|&length| length < stream.trim_ascii_end().len());
    cuts
}

/// One stage of a pipeline, reading from the stage before.
fn stage(name: &str, args: &[String], stdin: Stdio, sample: &Sample) -> Child {
    let mut command = Command::new(binary(name));
    sample.set_server(&mut command);
    command
        .args(args)
        .stdin(stdin)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
}

/// Kills one stage after the other while the first still holds back half of its input.
#[test]
fn a_killed_stage_leads_to_nothing() {
    let sample = Sample::ready();
    let units = sample.org_units();
    let text = |args: &[&str]| args.iter().map(|&arg| arg.to_owned()).collect::<Vec<_>>();
    for killed in 0..3 {
        let mut first = stage(
            "zonal-sum",
            &text(&["-q", "-r", sample.raster()]),
            Stdio::piped(),
            &sample,
        );
        let mut second = stage(
            "to-datavalueset",
            &text(&sample.mapping()),
            first.stdout.take().unwrap().into(),
            &sample,
        );
        let receipt = sample.file(&format!("killed-{killed}.json"));
        let mut third = stage(
            "push",
            &text(&["--commit", "--receipt", &receipt]),
            second.stdout.take().unwrap().into(),
            &sample,
        );
        let mut feed = first.stdin.take().unwrap();
        feed.write_all(&units[..units.len() / 2]).unwrap();
        [&mut first, &mut second, &mut third][killed]
            .kill()
            .unwrap();
        let _ = feed.write_all(&units[units.len() / 2..]);
        drop(feed);
        let statuses = [&mut first, &mut second, &mut third].map(|stage| stage.wait().unwrap());
        assert!(!statuses[killed].success());
        assert!(
            !statuses[2].success(),
            "push must not succeed when stage {killed} was killed"
        );
        assert!(sample.stored().is_empty(), "stage {killed}");
    }
}

/// The whole line as a shell runs it, with and without pipefail: a failed stage stores nothing,
/// and without pipefail the last stage says so.
#[test]
fn a_failing_stage_is_seen_with_and_without_pipefail() {
    let sample = Sample::ready();
    let units = sample.file("units.geojson");
    std::fs::write(&units, sample.org_units()).unwrap();
    let broken = sample.file("broken.tif");
    std::fs::write(&broken, b"no raster").unwrap();
    let line = format!(
        "'{}' < '{units}' -q -r '{broken}' | '{}' {} | '{}' --commit --receipt '{}'",
        binary("zonal-sum").display(),
        binary("to-datavalueset").display(),
        sample.mapping().join(" "),
        binary("push").display(),
        sample.file("never.json"),
    );
    for shell in ["", "set -o pipefail; "] {
        let mut command = Command::new("bash");
        sample.set_server(&mut command);
        let output = command
            .arg("-c")
            .arg(format!("{shell}{line}"))
            .output()
            .unwrap();
        assert!(!output.status.success(), "{shell}");
        assert!(output.stdout.is_empty());
        assert!(sample.stored().is_empty());
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(said.contains("push: stdin: empty input"), "{said}");
    }
}

/// Stdin and stdout, `-o` and files give the same bytes.
#[test]
fn streams_and_files_give_the_same_bytes() {
    let sample = Sample::ready();
    let units = sample.org_units();
    let file = sample.file("units.geojson");
    std::fs::write(&file, &units).unwrap();
    let piped = sample.sums(&units);
    let out = sample.file("sums.csv");
    tool("zonal-sum")
        .args(["-r", sample.raster(), &file, "-o", &out])
        .run()
        .expect_nothing(0);
    assert_eq!(std::fs::read(&out).unwrap(), piped);
    let named = tool("zonal-sum")
        .args(["-r", sample.raster(), &file])
        .run()
        .expect(0);
    assert_eq!(named.stdout, piped);
}

/// `tool | head` is no error of the tool.
#[test]
fn a_reader_that_has_seen_enough_is_no_error() {
    let sample = Sample::ready();
    let units = sample.file("units.geojson");
    std::fs::write(&units, sample.org_units()).unwrap();
    let output = Command::new("bash")
        .arg("-c")
        .arg(format!(
            "set -o pipefail; '{}' -q -r '{}' '{units}' | head -c 10 > /dev/null",
            binary("zonal-sum").display(),
            sample.raster()
        ))
        .output()
        .unwrap();
    assert!(output.status.success(), "{output:?}");
    assert!(
        !String::from_utf8_lossy(&output.stderr).contains("pipe"),
        "{output:?}"
    );
}
