//! What jobs without a terminal rely on: see docs/unattended.md.

use crate::sample::Sample;
use crate::support::tool;

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
