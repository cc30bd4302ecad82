//! Who answers, and who does not.

use dhis2_standin::{Fault, FaultRule, Version};
use pop_dhis2::{ApiError, ImportDialect, Server};
use pop_http::Outcome;

use crate::setup::{client, client_as, connect, small, start};

#[test]
fn every_release_is_told_by_its_own_words() {
    for version in Version::ALL {
        let standin = start(version, &[small()]);
        let server = connect(&standin);
        assert_eq!(server.version().to_string(), version.text());
        assert_eq!(server.calendar(), "iso8601");
        assert_eq!(server.untested_release(), None);
        let expected = if version >= Version::V43 {
            ImportDialect::Grouped
        } else {
            ImportDialect::PerValue
        };
        assert_eq!(server.dialect(), expected, "{}", version.text());
    }
}

#[test]
fn an_identity_that_system_info_lacks_is_asked_for() {
    let standin = start(Version::V43, &[small()]);
    let info = r#"{"version":"2.43.1"}"#;
    for (answer, expected) in [
        (Fault::Answer("\"a0d9ffd7-43a1\"".into()), "a0d9ffd7-43a1"),
        (Fault::Refused(404), ""),
        (Fault::LoginPage, ""),
    ] {
        standin.add_fault(FaultRule::first(
            "GET",
            "system/info",
            Fault::Answer(info.into()),
        ));
        standin.add_fault(FaultRule::first("GET", "configuration/systemId", answer));
        assert_eq!(connect(&standin).system_id(), expected);
    }
}

#[test]
fn a_wrong_password_is_refused_once() {
    for version in Version::ALL {
        let standin = start(version, &[small()]);
        let error = Server::connect(client_as(&standin, "admin:wrong")).unwrap_err();
        assert_eq!(error.outcome(), Outcome::Refused, "{error}");
        assert_eq!(standin.requests().len(), 1, "an account may lock");
        let error = Server::connect(client_as(&standin, "d2p_nosuchtoken")).unwrap_err();
        assert_eq!(error.outcome(), Outcome::Refused, "{error}");
        assert_eq!(standin.requests().len(), 2);
    }
}

#[test]
fn a_wrong_address_is_said_to_be_one() {
    let standin = start(Version::V42, &[small()]);
    for (fault, expected) in [
        (Fault::LoginPage, "an HTML page"),
        (Fault::Empty, "expected JSON"),
        (Fault::Answer("{}".into()), "not a DHIS2 version"),
        (
            Fault::Answer(r#"{"version":"11.2"}"#.into()),
            "not a DHIS2 version",
        ),
    ] {
        standin.add_fault(FaultRule::first("GET", "system/info", fault));
        let error = Server::connect(client(&standin)).unwrap_err();
        assert!(matches!(error, ApiError::NotDhis2 { .. }), "{error}");
        assert!(error.to_string().contains(expected), "{error}");
        assert_eq!(error.outcome(), Outcome::Refused);
    }
}
