//! The tools from end to end, against a local stand-in or a real server.
//!
//! `make e2e` runs it. Without more it starts a stand-in of both ways to import. With
//! `HEADCOUNT_E2E_URL` it runs, unchanged, against that server, as the superuser of whom
//! `HEADCOUNT_E2E_CREDENTIALS` names a file (user:password, or a token). A server that is not on
//! this machine is left alone unless `HEADCOUNT_E2E_SYSTEM_ID` is its `systemId`.
//!
//! The suite brings everything it needs under a prefix of its own, a tree of units with two users
//! among it, touches nothing else, and takes it all away again, also where a step fails.

mod country;
mod first_metadata;
mod reading;
mod site;
mod writing;

use dhis2_standin::Version;

use country::Country;
use site::Site;

#[test]
fn with_the_older_import() {
    if !site::is_named() {
        all_the_way(&Site::standin(Version::V41));
        all_the_way(&Site::standin(Version::V42));
    }
}

#[test]
fn with_the_newer_import() {
    if !site::is_named() {
        all_the_way(&Site::standin(Version::V43));
    }
}

#[test]
fn with_the_server_that_is_named() {
    if let Some(site) = Site::named() {
        all_the_way(&site);
    }
}

/// What a step leaves for the next: the country, and files in its folder.
fn all_the_way(site: &Site) {
    let country = Country::bring(site);
    for (name, step) in STEPS {
        eprintln!("e2e: {}: {name}", site.name());
        step(&country);
    }
    country.keeps_its_secrets();
    let left = country.take_away();
    assert!(left.is_empty(), "{}: left behind: {left:#?}", site.name());
}

type Step = fn(&Country<'_>);

const STEPS: [(&str, Step); 12] = [
    ("a survey of the tree", reading::survey),
    ("org units", reading::org_units),
    ("what is unknown", reading::unknown),
    ("metadata", reading::metadata),
    ("a token that only reads", reading::token),
    ("a wrong password", reading::wrong_password),
    ("sums and values", writing::values),
    ("a plan writes nothing", writing::plan),
    ("commit, verify, again", writing::commit),
    ("a correction by somebody else is kept", writing::undo),
    ("killed and run again", writing::killed),
    ("what would be refused", writing::refusals),
];

/// What a failed run has made and written is taken away too.
#[test]
fn a_failed_step_leaves_nothing_behind() {
    if site::is_named() {
        return;
    }
    let site = Site::standin(Version::V43);
    let mut ids = Vec::new();
    let failed = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
        let country = Country::bring(&site);
        writing::values(&country);
        writing::commit(&country);
        ids.extend(country.ids().map(str::to_owned));
        panic!("a step that fails, on purpose");
    }));
    assert!(failed.is_err());
    assert!(ids.len() > 50, "{} objects", ids.len());
    for id in ids {
        assert!(!site.knows(&id), "{id} is still there");
    }
}

#[test]
fn a_distant_server_is_left_alone_unless_it_is_named_twice() {
    let local = Site::standin(Version::V42);
    let id = local.system_id();
    assert!(site::may_touch(&local.url, &id, None).is_ok());
    let distant = "https://dhis2.example.org";
    assert!(site::may_touch(distant, &id, None).is_err());
    assert!(site::may_touch(distant, &id, Some("another")).is_err());
    assert!(site::may_touch(distant, "", Some("")).is_err());
    assert!(site::may_touch(distant, &id, Some(&id)).is_ok());
}
