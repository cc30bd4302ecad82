//! Commands that meet: two with one receipt, two with one of their own.

use std::process::{Command, Stdio};
use std::time::Duration;

use dhis2_standin::{Fault, FaultRule, Version};

use super::{Country, DISTRICTS, disturbed, expected, last_line, resume};
use crate::support::binary;

#[test]
fn the_same_command_twice_at_once_is_locked_out() {
    let slow = FaultRule::import(Fault::Late { pause: 200 }).times(100);
    let country = Country::new(Version::V43, vec![slow]);
    let mut first = disturbed(&mut Command::new(binary("push")), &country);
    while country.stored().iter().flatten().next().is_none() {
        std::thread::sleep(Duration::from_millis(5));
    }
    country
        .commit()
        .run()
        .expect_nothing(2)
        .says("another push with this receipt is running");
    assert_eq!(first.wait().unwrap().code(), Some(0));
    assert_eq!(country.stored(), expected());
    assert_eq!(country.server.most_imports_at_once(), 1);
    let ran = country.commit().run().expect_nothing(0);
    assert!(ran.stderr.contains("finished"), "{}", ran.stderr);
    // The lock of a killed run goes with it.
    let country = Country::new(
        Version::V42,
        vec![FaultRule::import(Fault::Late { pause: 100 }).times(100)],
    );
    let mut first = disturbed(&mut Command::new(binary("push")), &country);
    while country.stored().iter().flatten().next().is_none() {
        std::thread::sleep(Duration::from_millis(5));
    }
    first.kill().unwrap();
    first.wait().unwrap();
    resume(&country, "killed while locked");
}

#[test]
fn two_runs_of_one_set_end_with_one_state() {
    for version in [Version::V42, Version::V43] {
        let country = Country::new(version, Vec::new());
        let commands: Vec<_> = ["one.json", "two.json", "three.json"]
            .iter()
            .map(|receipt| {
                Command::new(binary("push"))
                    .current_dir(country.folder.path())
                    .env("DHIS2_URL", country.server.url())
                    .env("DHIS2_CREDENTIALS_FILE", "credentials")
                    .args([
                        "--patience",
                        "1",
                        "--batch-size",
                        "3",
                        "--commit",
                        "--receipt",
                        receipt,
                        "values.json",
                    ])
                    .stdin(Stdio::null())
                    .stdout(Stdio::null())
                    .stderr(Stdio::piped())
                    .spawn()
                    .unwrap()
            })
            .collect();
        let mut written = 0;
        for command in commands {
            let ended = command.wait_with_output().unwrap();
            let told = String::from_utf8(ended.stderr).unwrap();
            assert!(
                [Some(0), Some(7)].contains(&ended.status.code()),
                "{version}: {told}"
            );
            if ended.status.code() == Some(0) {
                assert!(last_line(&told).starts_with("push: written"), "{told}");
                written += 1;
            }
        }
        assert!(written > 0, "{version}");
        assert_eq!(
            country.stored(),
            expected(),
            "{version}: {DISTRICTS} values"
        );
    }
}
