//! The STAC server as second catalogue.

use pop_cli::ExitStatus;
use serde_json::json;

use crate::fixture::{FetchFixture, TOTALS, raster, total};
use crate::server::Response;

const ONE: &str = "--iso SLE --year 2025";

/// A STAC server with two pages of items of a country.
fn serve_items(fixture: &FetchFixture) {
    let item = |release: &str, year: i32| {
        json!({
            "type": "Feature", "id": format!("sle_pop_{year}_{release}"), "collection": "SLE",
            "properties": {"year": year, "resolution": "100m", "project": "Population"},
            "assets": {
                "thumbnail": {"href": "https://api.stac.worldpop.org/thumbnails/x.png", "roles": ["thumbnail"]},
                "data": {"href": total(release, "SLE", year), "roles": ["data"]},
                "elsewhere": {"href": "https://elsewhere.example/sle_pop_2025_CN_100m_R2025A_v1.tif", "roles": ["data"]}
            }
        })
    };
    let page = |items: Vec<serde_json::Value>, next: Option<String>| {
        let links: Vec<_> = next
            .into_iter()
            .map(|href| json!({"rel": "next", "href": href}))
            .collect();
        let page = json!({"type": "FeatureCollection", "features": items, "links": links});
        vec![Response::Whole(serde_json::to_vec(&page).unwrap())]
    };
    let path = "/stac/collections/SLE/items?limit=1000";
    let next = format!("{}{path}&token=next:SLE:7", fixture.server.url());
    let first = vec![item("R2024B", 2025), item("R2025A", 2024)];
    fixture.server.serve(path, page(first, Some(next)));
    let second = page(vec![item("R2025A", 2025)], None);
    fixture
        .server
        .serve(&format!("{path}&token=next:SLE:7"), second);
    let file = vec![Response::Whole(raster(2025))];
    fixture.serve_file(&total("R2025A", "SLE", 2025), file);
}

fn with_stac(fixture: &FetchFixture) -> String {
    format!("{ONE} --stac-url {}/stac", fixture.server.url())
}

#[test]
fn a_catalogue_that_does_not_answer_is_replaced() {
    for failure in [
        Response::Hang,
        Response::Status("503 Service Unavailable", "", ""),
        Response::Status("200 OK", "Content-Type: text/html\r\n", "<html>"),
        Response::Whole(b"{".to_vec()),
    ] {
        let fixture = FetchFixture::new(&[]);
        serve_items(&fixture);
        for path in ["/rest/data/pop", "/rest/data/age_structures"] {
            fixture.server.serve(path, vec![failure.clone()]);
        }
        // Without a lock file the newest release is found there too.
        let result = fixture.run(&with_stac(&fixture)).succeeds();
        assert_eq!(result.files(), ["sle_pop_2025_CN_100m_R2025A_v1.tif"]);
        let entry = &result.list["files"][0];
        assert!(entry["citation"].as_str().unwrap().starts_with("WorldPop"));
    }
}

#[test]
fn a_file_that_the_catalogue_lacks_is_looked_up() {
    let fixture = FetchFixture::new(&[TOTALS]);
    serve_items(&fixture);
    let file = vec![total("R2025A", "SLE", 2024)];
    fixture.serve_records(TOTALS, "SLE", &[(2024, file)]);
    fixture.run(&with_stac(&fixture)).succeeds();
    assert_eq!(
        fixture.raster_files(),
        ["sle_pop_2025_CN_100m_R2025A_v1.tif"]
    );
}

#[test]
fn without_either_the_first_failure_is_reported() {
    let fixture = FetchFixture::new(&[TOTALS]);
    fixture.serve_totals("R2025A", "SLE", 2024..=2024);
    // No STAC server is asked that was not named beside another catalogue.
    fixture
        .run(ONE)
        .fails(ExitStatus::Usage)
        .says("there are records for 2024");
    fixture
        .run(&with_stac(&fixture))
        .fails(ExitStatus::Usage)
        .says("there are records for 2024");
    let requests = fixture.server.requests();
    let asked = requests.iter().filter(|line| line.contains("/stac/"));
    assert_eq!(asked.count(), 1);
}
