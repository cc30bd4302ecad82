//! What the catalogue answers, and what is made of it.

use pop_cli::ExitStatus;
use serde_json::json;

use crate::fixture::{ARCHIVES, FetchFixture, TOTALS, raster, total};
use crate::server::Response;

/// Replays a real answer.
fn replay(fixture: &FetchFixture, path: &str, file: &str) {
    let dir = testdata::dir();
    let bytes = std::fs::read(dir.join("catalogue").join(file)).unwrap();
    fixture
        .server
        .serve(&format!("/rest/data{path}"), vec![Response::Whole(bytes)]);
}

#[test]
#[ignore = "needs the test data, see docs/testing.md"]
fn real_answers_lead_to_the_real_files() {
    let fixture = FetchFixture::new(&[TOTALS, ARCHIVES]);
    let replayed = [
        (
            format!("{TOTALS}?iso3=AFG"),
            "pop-g2-cn-pop-r25a-100m-iso3-afg.json",
        ),
        (
            format!("{TOTALS}?iso3=KOS"),
            "pop-g2-cn-pop-r25a-100m-iso3-kos.json",
        ),
        (
            format!("{ARCHIVES}?iso3=AFG"),
            "age-structures-g2-cn-age-r25a-3a-z-iso3-afg.json",
        ),
    ];
    for (path, file) in &replayed {
        replay(&fixture, path, file);
    }
    for (iso, area, code) in [
        ("AFG", "AFG", "afg"),
        ("XKX", "XKX", "xkx"),
        ("kos", "XKX", "xkx"),
    ] {
        let url = total("R2025A", area, 2025).replace("//GIS", "/GIS");
        assert!(url.contains(&format!("{code}_pop_2025")));
        fixture.serve_file(&url, vec![Response::Whole(raster(1))]);
        let ran = fixture
            .run(&format!("--iso {iso} --year 2025 --lock @{iso}.lock"))
            .succeeds();
        let entry = &ran.list["files"][0];
        assert_eq!(entry["area"], area);
        assert_eq!(entry["url"], url.replace("Population//", "Population/"));
        let citation = entry["citation"].as_str().unwrap();
        assert!(
            citation.starts_with("Bondarenko M., Priyatikanto R."),
            "{citation}"
        );
        assert_eq!(
            entry["licence_url"],
            "https://hub.worldpop.org/data/licence.txt"
        );
    }
    let ran = fixture.run("--iso AFG --list").succeeds();
    assert_eq!(ran.files().len(), 32);
    let ran = fixture
        .run("--iso AFG --list --years 2029-2030 --bands")
        .succeeds();
    assert_eq!(
        ran.files()[0],
        "afg_agesex_structures_2029_CN_100m_R2025A_v1.zip"
    );
    assert_eq!(ran.files().len(), 2);
    assert_eq!(ran.list["files"][0]["doi"], "10.5258/SOTON/WP00841");
}

#[test]
fn paths_are_taken_from_the_records() {
    // Constrained 2020: African countries under maxar_v1, the rest under BSGM.
    let product = "/pop/cic2020_100m";
    let fixture = FetchFixture::new(&[product, "/pop/wpgp"]);
    for (iso3, folder) in [("KEN", "maxar_v1"), ("NPL", "BSGM")] {
        let code = iso3.to_lowercase();
        let url = format!(
            "https://data.worldpop.org/GIS/Population/Global_2000_2020_Constrained/2020/{folder}/{iso3}/{code}_ppp_2020_constrained.tif"
        );
        fixture.serve_file(&url, vec![Response::Whole(raster(3))]);
        fixture.serve_records(
            product,
            iso3,
            &[(2020, vec![format!("{url}.aux.xml"), url.clone()])],
        );
        let ran = fixture
            .run(&format!(
                "--release global1 --constrained --iso {iso3} --year 2020"
            ))
            .succeeds();
        assert_eq!(ran.list["files"][0]["url"], url);
        assert_eq!(ran.list["files"][0]["source"], "worldpop-global1;CN;100m");
    }
}

#[test]
fn global1_is_a_product_line_of_its_own() {
    let fixture = FetchFixture::new(&["/pop/wpgp", "/pop/wpgpunadj", "/age_structures/aswpgp"]);
    let root = "https://data.worldpop.org/GIS/Population/Global_2000_2020/2010/KEN";
    for (product, file) in [
        ("/pop/wpgp", "ken_ppp_2010.tif"),
        ("/pop/wpgpunadj", "ken_ppp_2010_UNadj.tif"),
    ] {
        let url = format!("{root}/{file}");
        fixture.serve_file(&url, vec![Response::Whole(raster(4))]);
        fixture.serve_records(product, "KEN", &[(2010, vec![url])]);
    }
    let bands: Vec<String> = ["f_80", "m_80"]
        .iter()
        .map(|band| format!("{root}/ken_{band}_2010.tif"))
        .collect();
    for url in &bands {
        fixture.serve_file(url, vec![Response::Whole(raster(5))]);
    }
    fixture.serve_records("/age_structures/aswpgp", "KEN", &[(2010, bands)]);
    let one = "--release global1 --iso KEN --year 2010";
    assert_eq!(fixture.run(one).succeeds().files(), ["ken_ppp_2010.tif"]);
    let adjusted = fixture.run(&format!("{one} --un-adjusted")).succeeds();
    assert_eq!(adjusted.files(), ["ken_ppp_2010_UNadj.tif"]);
    let old = fixture.run(&format!("{one} --age 80+")).succeeds();
    assert_eq!(old.files(), ["ken_f_80_2010.tif", "ken_m_80_2010.tif"]);
    assert!(old.list["files"][0]["age_to"].is_null());
    fixture
        .run(&format!("{one} --age 85+"))
        .fails(ExitStatus::Usage)
        .says("begins at 85");
    fixture
        .run("--iso KEN --year 2010")
        .fails(ExitStatus::Usage)
        .says("--release global1");
}

#[test]
fn older_releases_unconstrained_products_and_world_mosaics_are_found() {
    let older = "/pop/G2_UC_POP_R24B_100m";
    let world = "/pop/G2_CN_POP_R25A_1km_m";
    let fixture = FetchFixture::new(&[TOTALS, older]);
    let url = "https://data.worldpop.org/GIS/Population/Global_2015_2030/R2024B/2025/SLE/v1/100m/unconstrained/sle_pop_2025_UC_100m_R2024B_v1.tif";
    fixture.serve_file(url, vec![Response::Whole(raster(6))]);
    fixture.serve_records(older, "SLE", &[(2025, vec![url.to_owned()])]);
    // The newest that is unconstrained, which is not the newest.
    let ran = fixture
        .run("--iso SLE --year 2025 --unconstrained")
        .succeeds();
    assert_eq!(ran.files(), ["sle_pop_2025_UC_100m_R2024B_v1.tif"]);
    // Mosaics have no country: the index tells the number of the record.
    fixture.serve_catalogue(
        "/pop",
        &json!({"data": [
            {"alias": "", "name": "broken"},
            {"alias": &world[5..], "name": "Global mosaics 2015-2030 (1km resolution) R2025A v1"}]}),
    );
    fixture.serve_catalogue(
        world,
        &json!({"data": [
            {"id": "1", "title": "x", "popyear": "2024", "iso3": null},
            {"id": "2", "title": "x", "popyear": "2025", "iso3": null}]}),
    );
    let url = "https://data.worldpop.org/GIS/Population/Global_2015_2030/R2025A/2025/0_Mosaicked/v1/1km_ua/constrained/global_pop_2025_CN_1km_R2025A_UA_v1.tif";
    fixture.serve_file(url, vec![Response::Whole(raster(7))]);
    fixture.serve_catalogue(
        &format!("{world}?id=2"),
        &json!({"data": [{"id": "2", "popyear": "2025", "iso3": null, "files": [url]}]}),
    );
    let ran = fixture
        .run("--iso GLOBAL --year 2025 --release R2025A --lock @world.lock")
        .succeeds();
    assert_eq!(ran.files(), ["global_pop_2025_CN_1km_R2025A_UA_v1.tif"]);
    assert_eq!(ran.list["files"][0]["area"], "GLOBAL");
}

#[test]
fn us_states_are_found_in_the_records_of_the_usa_or_by_path() {
    let fixture = FetchFixture::new(&[TOTALS]);
    let url = "https://data.worldpop.org/GIS/Population/Global_2015_2030/R2025A/2025/USA_States/AL/v1/100m/constrained/al_pop_2025_CN_100m_R2025A_v1.tif";
    fixture.serve_file(url, vec![Response::Whole(raster(8))]);
    fixture.serve_records(TOTALS, "USA", &[(2025, vec![total("R2025A", "USA", 2025)])]);
    fixture
        .run("--iso US-AL --year 2025")
        .fails(ExitStatus::Usage)
        .says("--path");
    let path = url.strip_prefix("https://data.worldpop.org/").unwrap();
    let ran = fixture.run(&format!("--path {path}")).succeeds();
    assert_eq!(ran.list["files"][0]["area"], "US-AL");
    assert_eq!(ran.list["files"][0]["url"], url);
    fixture.serve_records(TOTALS, "USA", &[(2025, vec![url.to_owned()])]);
    let ran = fixture
        .run("--iso US-AL --year 2025 --lock @other.lock")
        .succeeds();
    assert_eq!(ran.files(), ["al_pop_2025_CN_100m_R2025A_v1.tif"]);
    fixture
        .run("--path GIS/Population_Density/x/ken_pd_2015_1km_UNadj.tif")
        .fails(ExitStatus::Usage)
        .says("densities do not add up");
    // The bridge years stand in no product of the catalogue, and write bands out.
    let bridge = "GIS/AgeSex_structures/Global_2021_2022_1km_UNadj/constrained/2021/five_year_age_groups/KEN/ken_f_45_49_2021_1km_UNadj.tif";
    let url = format!("https://data.worldpop.org/{bridge}");
    fixture.serve_file(&url, vec![Response::Whole(raster(9))]);
    let ran = fixture.run(&format!("--path {bridge}")).succeeds();
    let entry = &ran.list["files"][0];
    assert_eq!(
        (&entry["age_from"], &entry["age_to"]),
        (&45.into(), &50.into())
    );
    fixture
        .run("--path GIS/readme.txt")
        .fails(ExitStatus::Usage);
    fixture
        .run("--path https://elsewhere.example/a.tif")
        .fails(ExitStatus::Usage)
        .says("another server");
}

#[test]
fn missing_files_are_reported_with_the_years_that_exist() {
    let fixture = FetchFixture::new(&[TOTALS]);
    fixture.serve_totals("R2025A", "VEN", 2020..=2030);
    fixture
        .run("--iso VEN --years 2018-2021")
        .fails(ExitStatus::Usage)
        .says("for 2018, 2019")
        .says("there are records for 2020, 2021");
    fixture.serve_catalogue(&format!("{TOTALS}?iso3=ABC"), &json!({"data": []}));
    fixture
        .run("--iso ABC --year 2025")
        .fails(ExitStatus::Usage)
        .says("--list --iso ABC");
    fixture
        .run("--iso VEN --year 2025 --unconstrained")
        .fails(ExitStatus::Usage)
        .says("no release that is UC at 100m");
    fixture
        .run("--iso VEN --year 2025 --release R2024B")
        .fails(ExitStatus::Usage)
        .says("R2024B");
    fixture
        .run("--iso VEN --year 1999")
        .fails(ExitStatus::Usage);
    fixture
        .run("--iso VEN")
        .fails(ExitStatus::Usage)
        .says("no year");
    fixture
        .run("--year 2025")
        .fails(ExitStatus::Usage)
        .says("without --iso");
    assert!(fixture.raster_files().is_empty());
}

#[test]
fn invalid_catalogue_responses_are_refused() {
    let html = "Content-Type: text/html\r\n";
    let page = "<!DOCTYPE html><title>Maintenance</title>";
    let cases = [
        (
            Response::Status("200 OK", html, page),
            ExitStatus::Refused,
            "HTML page",
        ),
        (
            Response::Status("500 Internal TestServer Error", html, page),
            ExitStatus::Refused,
            "500",
        ),
        (
            Response::Status("502 Bad Gateway", html, page),
            ExitStatus::Unreachable,
            "502",
        ),
        (
            Response::Whole(b"{\"data\":[".to_vec()),
            ExitStatus::Data,
            "not JSON",
        ),
        (
            Response::Whole(b"{\"data\":{}}".to_vec()),
            ExitStatus::Data,
            "array",
        ),
        (
            Response::Whole(b"{\"data\":[{\"id\":[]}]}".to_vec()),
            ExitStatus::Data,
            "row 1",
        ),
        (
            Response::Cut(b"{\"data\":[]}".to_vec(), 3),
            ExitStatus::Unreachable,
            "whole",
        ),
    ];
    for (answer, status, text) in cases {
        let fixture = FetchFixture::new(&[TOTALS]);
        fixture.server.serve(
            &format!("/rest/data{TOTALS}?iso3=SLE"),
            vec![answer.clone()],
        );
        let ran = fixture.run("--iso SLE --year 2025").fails(status);
        assert!(ran.message.contains(text), "{answer:?}: {}", ran.message);
    }
}

#[test]
fn contradictory_records_are_refused() {
    let wrong = [
        (
            "https://elsewhere.example/GIS/sle_pop_2025_CN_100m_R2025A_v1.tif",
            ExitStatus::Data,
            "another server",
        ),
        (
            "https://data.worldpop.org/../sle_pop_2025_CN_100m_R2025A_v1.tif",
            ExitStatus::Data,
            "not a plain path",
        ),
        // A file of another year, country or release is not the one that was asked for.
        (
            "https://data.worldpop.org/GIS/sle_pop_2026_CN_100m_R2025A_v1.tif",
            ExitStatus::Usage,
            "no such file",
        ),
        (
            "https://data.worldpop.org/GIS/ken_pop_2025_CN_100m_R2025A_v1.tif",
            ExitStatus::Usage,
            "no such file",
        ),
        (
            "https://data.worldpop.org/GIS/sle_pop_2025_CN_100m_R2024B_v1.tif",
            ExitStatus::Usage,
            "no such file",
        ),
    ];
    for (url, status, text) in wrong {
        let fixture = FetchFixture::new(&[TOTALS]);
        fixture.serve_records(TOTALS, "SLE", &[(2025, vec![url.to_owned()])]);
        fixture
            .run("--iso SLE --year 2025")
            .fails(status)
            .says(text);
    }
    let fixture = FetchFixture::new(&[TOTALS]);
    fixture.serve_records(TOTALS, "SLE", &[(2024, vec![total("R2025A", "SLE", 2025)])]);
    fixture
        .run("--iso SLE --year 2025")
        .fails(ExitStatus::Data)
        .says("the record is of 2024, its file");
}

#[test]
fn the_list_of_products_has_those_that_count_people() {
    let fixture = FetchFixture::new(&[TOTALS, ARCHIVES, "/pop/wpgp", "/pop/something_else"]);
    let ran = fixture.run("--list").succeeds();
    let products = ran.list["products"].as_array().unwrap();
    assert_eq!(products.len(), 3);
    assert_eq!(products[0]["release"], "R2025A");
    fixture.serve_totals("R2025A", "SLE", 2015..=2030);
    // A product that cannot be looked into does not hide the others.
    let ran = fixture.run("--list --iso SLE --years 2029-2030").succeeds();
    assert_eq!(ran.files().len(), 2);
    assert!(ran.list["files"][0].get("path").is_none());
    assert!(fixture.raster_files().is_empty());
}

#[test]
fn under_18_is_a_product_of_its_own() {
    let fixture = FetchFixture::new(&[]);
    fixture.serve_catalogue(
        "/age_structures",
        &json!({"data": [{"alias": "u18", "name": "Under the age of 18 years old 2015-2030 ( 100m resolution ) R2025A v1"}]}),
    );
    let url = "https://data.worldpop.org/GIS/somewhere/ken_F_Under_18_2025_CN_100m_R2025A_v1.tif";
    fixture.serve_file(url, vec![Response::Whole(raster(9))]);
    let urls = vec![url.to_owned(), url.replace("_F_", "_T_")];
    fixture.serve_records("/age_structures/u18", "KEN", &[(2025, urls)]);
    let ran = fixture
        .run("--iso KEN --year 2025 --age under-18 --sex f")
        .succeeds();
    let entry = &ran.list["files"][0];
    assert_eq!(entry["url"], url);
    assert_eq!(
        (&entry["age_from"], &entry["age_to"]),
        (&0.into(), &18.into())
    );
}

#[test]
fn an_alias_with_a_blank_is_requested_as_listed() {
    let fixture = FetchFixture::new(&["/pop/G2_CN_POP_R25A_100m "]);
    fixture.serve_file(
        &total("R2025A", "SLE", 2025),
        vec![Response::Whole(raster(2))],
    );
    let blank = "/pop/G2_CN_POP_R25A_100m%20";
    fixture.serve_records(blank, "SLE", &[(2025, vec![total("R2025A", "SLE", 2025)])]);
    fixture.run("--iso SLE --year 2025").succeeds();
}
