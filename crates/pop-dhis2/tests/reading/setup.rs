//! Servers of every release with the same content.

use std::time::Duration;

use dhis2_standin::{Standin, StandinOptions, Version};
use pop_dhis2::Server;
use pop_http::{BaseUrl, Client, ClientOptions, RetryPolicy};
use serde_json::{Value, json};

/// Units in the bundle: a root, 13 districts, 5 units below them, and these many more below one.
pub(crate) const BULK: usize = 300;

/// The packages that the recorded servers were set up with.
pub(crate) fn bundles() -> Vec<Value> {
    let folder = testdata::dir().join("dhis2-recordings/setup");
    let read =
        |name: &str| serde_json::from_slice(&std::fs::read(folder.join(name)).unwrap()).unwrap();
    vec![
        read("1-orgunits.json"),
        read("2-population-package.json"),
        read("3-other-metadata.json"),
        read("7-bulk.json"),
    ]
}

pub(crate) fn start(version: Version, bundles: &[Value]) -> Standin {
    Standin::start(StandinOptions {
        bundles: bundles.to_vec(),
        context_path: "/dhis".to_owned(),
        ..StandinOptions::new(version)
    })
    .unwrap()
}

/// A small tree that needs no test data: a root, two districts, three facilities.
pub(crate) fn small() -> Value {
    let unit = |id: &str, parent: Option<&str>| {
        let mut unit = json!({"id": id, "name": id, "shortName": id, "openingDate": "2010-01-01"});
        if let Some(parent) = parent {
            unit["parent"] = json!({"id": parent});
        }
        unit
    };
    json!({"organisationUnits": [
        unit("ouRoot00001", None),
        unit("ouDistrict1", Some("ouRoot00001")),
        unit("ouDistrict2", Some("ouRoot00001")),
        unit("ouFacility1", Some("ouDistrict1")),
        unit("ouFacility2", Some("ouDistrict1")),
        unit("ouFacility3", Some("ouDistrict2")),
    ]})
}

pub(crate) fn client(standin: &Standin) -> Client {
    client_as(standin, "admin:district")
}

pub(crate) fn client_as(standin: &Standin, credentials: &str) -> Client {
    let base = BaseUrl::parse(&standin.url()).unwrap();
    let credentials = pop_dhis2::parse_credentials(credentials).unwrap();
    Client::new(ClientOptions {
        retry: RetryPolicy {
            tries: 3,
            tries_of_500: 2,
            first_pause: Duration::from_millis(1),
            longest_pause: Duration::from_millis(5),
        },
        ..pop_dhis2::client_options(base, credentials)
    })
    .unwrap()
}

pub(crate) fn connect(standin: &Standin) -> Server {
    Server::connect(client(standin)).unwrap()
}
