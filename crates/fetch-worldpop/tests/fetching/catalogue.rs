//! What the catalogue answers, and what is made of it.

use pop_cli::ExitStatus;
use serde_json::json;

use crate::server::Answer;
use crate::site::{ARCHIVES, Site, TOTALS, raster, total};

/// Replays a real answer.
fn replay(site: &Site, path: &str, file: &str) {
    let dir = testdata::dir();
    let bytes = std::fs::read(dir.join("catalogue").join(file)).unwrap();
    site.server
        .answer(&format!("/rest/data{path}"), vec![Answer::Whole(bytes)]);
}

#[test]
#[ignore = "needs the test data, see docs/testing.md"]
fn real_answers_lead_to_the_real_files() {
    let site = Site::new(&[TOTALS, ARCHIVES]);
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
        replay(&site, path, file);
    }
    for (iso, area, code) in [
        ("AFG", "AFG", "afg"),
        ("XKX", "XKX", "xkx"),
        ("kos", "XKX", "xkx"),
    ] {
        let url = total("R2025A", area, 2025).replace("//GIS", "/GIS");
        assert!(url.contains(&format!("{code}_pop_2025")));
        site.file(&url, vec![Answer::Whole(raster(1))]);
        let ran = site
            .run(&format!("--iso {iso} --year 2025 --lock @{iso}.lock"))
            .done();
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
    let ran = site.run("--iso AFG --list").done();
    assert_eq!(ran.files().len(), 32);
    let ran = site
        .run("--iso AFG --list --years 2029-2030 --bands")
        .done();
    assert_eq!(
        ran.files()[0],
        "afg_agesex_structures_2029_CN_100m_R2025A_v1.zip"
    );
    assert_eq!(ran.files().len(), 2);
    assert_eq!(ran.list["files"][0]["doi"], "10.5258/SOTON/WP00841");
}

#[test]
fn the_path_is_the_records_wherever_it_leads() {
    // Constrained 2020: African countries under maxar_v1, the rest under BSGM.
    let product = "/pop/cic2020_100m";
    let site = Site::new(&[product, "/pop/wpgp"]);
    for (iso3, folder) in [("KEN", "maxar_v1"), ("NPL", "BSGM")] {
        let code = iso3.to_lowercase();
        let url = format!(
            "https://data.worldpop.org/GIS/Population/Global_2000_2020_Constrained/2020/{folder}/{iso3}/{code}_ppp_2020_constrained.tif"
        );
        site.file(&url, vec![Answer::Whole(raster(3))]);
        site.records(
            product,
            iso3,
            &[(2020, vec![format!("{url}.aux.xml"), url.clone()])],
        );
        let ran = site
            .run(&format!(
                "--release global1 --constrained --iso {iso3} --year 2020"
            ))
            .done();
        assert_eq!(ran.list["files"][0]["url"], url);
        assert_eq!(ran.list["files"][0]["source"], "worldpop-global1;CN;100m");
    }
}

#[test]
fn global1_is_a_line_of_its_own() {
    let site = Site::new(&["/pop/wpgp", "/pop/wpgpunadj", "/age_structures/aswpgp"]);
    let root = "https://data.worldpop.org/GIS/Population/Global_2000_2020/2010/KEN";
    for (product, file) in [
        ("/pop/wpgp", "ken_ppp_2010.tif"),
        ("/pop/wpgpunadj", "ken_ppp_2010_UNadj.tif"),
    ] {
        let url = format!("{root}/{file}");
        site.file(&url, vec![Answer::Whole(raster(4))]);
        site.records(product, "KEN", &[(2010, vec![url])]);
    }
    let bands: Vec<String> = ["f_80", "m_80"]
        .iter()
        .map(|band| format!("{root}/ken_{band}_2010.tif"))
        .collect();
    for url in &bands {
        site.file(url, vec![Answer::Whole(raster(5))]);
    }
    site.records("/age_structures/aswpgp", "KEN", &[(2010, bands)]);
    let one = "--release global1 --iso KEN --year 2010";
    assert_eq!(site.run(one).done().files(), ["ken_ppp_2010.tif"]);
    let adjusted = site.run(&format!("{one} --un-adjusted")).done();
    assert_eq!(adjusted.files(), ["ken_ppp_2010_UNadj.tif"]);
    let old = site.run(&format!("{one} --age 80+")).done();
    assert_eq!(old.files(), ["ken_f_80_2010.tif", "ken_m_80_2010.tif"]);
    assert!(old.list["files"][0]["age_to"].is_null());
    site.run(&format!("{one} --age 85+"))
        .fails(ExitStatus::Usage)
        .says("begins at 85");
    site.run("--iso KEN --year 2010")
        .fails(ExitStatus::Usage)
        .says("--release global1");
}

#[test]
fn older_releases_kinds_and_the_world() {
    let older = "/pop/G2_UC_POP_R24B_100m";
    let world = "/pop/G2_CN_POP_R25A_1km_m";
    let site = Site::new(&[TOTALS, older]);
    let url = "https://data.worldpop.org/GIS/Population/Global_2015_2030/R2024B/2025/SLE/v1/100m/unconstrained/sle_pop_2025_UC_100m_R2024B_v1.tif";
    site.file(url, vec![Answer::Whole(raster(6))]);
    site.records(older, "SLE", &[(2025, vec![url.to_owned()])]);
    // The newest that is unconstrained, which is not the newest.
    let ran = site.run("--iso SLE --year 2025 --unconstrained").done();
    assert_eq!(ran.files(), ["sle_pop_2025_UC_100m_R2024B_v1.tif"]);
    // Mosaics have no country: the index tells the number of the record.
    site.catalogue(
        "/pop",
        &json!({"data": [
            {"alias": "", "name": "broken"},
            {"alias": &world[5..], "name": "Global mosaics 2015-2030 (1km resolution) R2025A v1"}]}),
    );
    site.catalogue(
        world,
        &json!({"data": [
            {"id": "1", "title": "x", "popyear": "2024", "iso3": null},
            {"id": "2", "title": "x", "popyear": "2025", "iso3": null}]}),
    );
    let url = "https://data.worldpop.org/GIS/Population/Global_2015_2030/R2025A/2025/0_Mosaicked/v1/1km_ua/constrained/global_pop_2025_CN_1km_R2025A_UA_v1.tif";
    site.file(url, vec![Answer::Whole(raster(7))]);
    site.catalogue(
        &format!("{world}?id=2"),
        &json!({"data": [{"id": "2", "popyear": "2025", "iso3": null, "files": [url]}]}),
    );
    let ran = site
        .run("--iso GLOBAL --year 2025 --release R2025A --lock @world.lock")
        .done();
    assert_eq!(ran.files(), ["global_pop_2025_CN_1km_R2025A_UA_v1.tif"]);
    assert_eq!(ran.list["files"][0]["area"], "GLOBAL");
}

#[test]
fn states_come_from_the_records_of_the_country_or_by_their_path() {
    let site = Site::new(&[TOTALS]);
    let url = "https://data.worldpop.org/GIS/Population/Global_2015_2030/R2025A/2025/USA_States/AL/v1/100m/constrained/al_pop_2025_CN_100m_R2025A_v1.tif";
    site.file(url, vec![Answer::Whole(raster(8))]);
    site.records(TOTALS, "USA", &[(2025, vec![total("R2025A", "USA", 2025)])]);
    site.run("--iso US-AL --year 2025")
        .fails(ExitStatus::Usage)
        .says("--path");
    let path = url.strip_prefix("https://data.worldpop.org/").unwrap();
    let ran = site.run(&format!("--path {path}")).done();
    assert_eq!(ran.list["files"][0]["area"], "US-AL");
    assert_eq!(ran.list["files"][0]["url"], url);
    site.records(TOTALS, "USA", &[(2025, vec![url.to_owned()])]);
    let ran = site
        .run("--iso US-AL --year 2025 --lock @other.lock")
        .done();
    assert_eq!(ran.files(), ["al_pop_2025_CN_100m_R2025A_v1.tif"]);
    site.run("--path GIS/Population_Density/x/ken_pd_2015_1km_UNadj.tif")
        .fails(ExitStatus::Usage)
        .says("densities do not add up");
    // The bridge years stand in no product of the catalogue, and write bands out.
    let bridge = "GIS/AgeSex_structures/Global_2021_2022_1km_UNadj/constrained/2021/five_year_age_groups/KEN/ken_f_45_49_2021_1km_UNadj.tif";
    let url = format!("https://data.worldpop.org/{bridge}");
    site.file(&url, vec![Answer::Whole(raster(9))]);
    let ran = site.run(&format!("--path {bridge}")).done();
    let entry = &ran.list["files"][0];
    assert_eq!(
        (&entry["age_from"], &entry["age_to"]),
        (&45.into(), &50.into())
    );
    site.run("--path GIS/readme.txt").fails(ExitStatus::Usage);
    site.run("--path https://elsewhere.example/a.tif")
        .fails(ExitStatus::Usage)
        .says("another server");
}

#[test]
fn what_does_not_exist_is_said_with_what_does() {
    let site = Site::new(&[TOTALS]);
    site.totals("R2025A", "VEN", 2020..=2030);
    site.run("--iso VEN --years 2018-2021")
        .fails(ExitStatus::Usage)
        .says("for 2018, 2019")
        .says("there are records for 2020, 2021");
    site.catalogue(&format!("{TOTALS}?iso3=ABC"), &json!({"data": []}));
    site.run("--iso ABC --year 2025")
        .fails(ExitStatus::Usage)
        .says("--list --iso ABC");
    site.run("--iso VEN --year 2025 --unconstrained")
        .fails(ExitStatus::Usage)
        .says("no release that is UC at 100m");
    site.run("--iso VEN --year 2025 --release R2024B")
        .fails(ExitStatus::Usage)
        .says("R2024B");
    site.run("--iso VEN --year 1999").fails(ExitStatus::Usage);
    site.run("--iso VEN")
        .fails(ExitStatus::Usage)
        .says("no year");
    site.run("--year 2025")
        .fails(ExitStatus::Usage)
        .says("without --iso");
    assert!(site.rasters().is_empty());
}

#[test]
fn answers_that_are_none_are_refused() {
    let html = "Content-Type: text/html\r\n";
    let page = "<!DOCTYPE html><title>Maintenance</title>";
    let cases = [
        (
            Answer::Status("200 OK", html, page),
            ExitStatus::Refused,
            "HTML page",
        ),
        (
            Answer::Status("500 Internal Server Error", html, page),
            ExitStatus::Refused,
            "500",
        ),
        (
            Answer::Status("502 Bad Gateway", html, page),
            ExitStatus::Unreachable,
            "502",
        ),
        (
            Answer::Whole(b"{\"data\":[".to_vec()),
            ExitStatus::Data,
            "no JSON",
        ),
        (
            Answer::Whole(b"{\"data\":{}}".to_vec()),
            ExitStatus::Data,
            "array",
        ),
        (
            Answer::Whole(b"{\"data\":[{\"id\":[]}]}".to_vec()),
            ExitStatus::Data,
            "row 1",
        ),
        (
            Answer::Cut(b"{\"data\":[]}".to_vec(), 3),
            ExitStatus::Unreachable,
            "whole",
        ),
    ];
    for (answer, status, text) in cases {
        let site = Site::new(&[TOTALS]);
        site.server.answer(
            &format!("/rest/data{TOTALS}?iso3=SLE"),
            vec![answer.clone()],
        );
        let ran = site.run("--iso SLE --year 2025").fails(status);
        assert!(ran.said.contains(text), "{answer:?}: {}", ran.said);
    }
}

#[test]
fn records_that_lie_are_refused() {
    let wrong = [
        (
            "https://elsewhere.example/GIS/sle_pop_2025_CN_100m_R2025A_v1.tif",
            ExitStatus::Data,
            "another server",
        ),
        (
            "https://data.worldpop.org/../sle_pop_2025_CN_100m_R2025A_v1.tif",
            ExitStatus::Data,
            "no plain path",
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
        let site = Site::new(&[TOTALS]);
        site.records(TOTALS, "SLE", &[(2025, vec![url.to_owned()])]);
        site.run("--iso SLE --year 2025").fails(status).says(text);
    }
    let site = Site::new(&[TOTALS]);
    site.records(TOTALS, "SLE", &[(2024, vec![total("R2025A", "SLE", 2025)])]);
    site.run("--iso SLE --year 2025")
        .fails(ExitStatus::Data)
        .says("the record is of 2024, and its file");
}

#[test]
fn the_list_of_products_is_what_counts_people() {
    let site = Site::new(&[TOTALS, ARCHIVES, "/pop/wpgp", "/pop/something_else"]);
    let ran = site.run("--list").done();
    let products = ran.list["products"].as_array().unwrap();
    assert_eq!(products.len(), 3);
    assert_eq!(products[0]["release"], "R2025A");
    site.totals("R2025A", "SLE", 2015..=2030);
    // A product that cannot be looked into does not hide the others.
    let ran = site.run("--list --iso SLE --years 2029-2030").done();
    assert_eq!(ran.files().len(), 2);
    assert!(ran.list["files"][0].get("path").is_none());
    assert!(site.rasters().is_empty());
}

#[test]
fn those_below_18_are_a_product_of_their_own() {
    let site = Site::new(&[]);
    site.catalogue(
        "/age_structures",
        &json!({"data": [{"alias": "u18", "name": "Under the age of 18 years old 2015-2030 ( 100m resolution ) R2025A v1"}]}),
    );
    let url = "https://data.worldpop.org/GIS/somewhere/ken_F_Under_18_2025_CN_100m_R2025A_v1.tif";
    site.file(url, vec![Answer::Whole(raster(9))]);
    let urls = vec![url.to_owned(), url.replace("_F_", "_T_")];
    site.records("/age_structures/u18", "KEN", &[(2025, urls)]);
    let ran = site
        .run("--iso KEN --year 2025 --age under-18 --sex f")
        .done();
    let entry = &ran.list["files"][0];
    assert_eq!(entry["url"], url);
    assert_eq!(
        (&entry["age_from"], &entry["age_to"]),
        (&0.into(), &18.into())
    );
}

#[test]
fn an_alias_with_a_blank_is_asked_for_as_it_is_listed() {
    let site = Site::new(&["/pop/G2_CN_POP_R25A_100m "]);
    site.file(
        &total("R2025A", "SLE", 2025),
        vec![Answer::Whole(raster(2))],
    );
    let blank = "/pop/G2_CN_POP_R25A_100m%20";
    site.records(blank, "SLE", &[(2025, vec![total("R2025A", "SLE", 2025)])]);
    site.run("--iso SLE --year 2025").done();
}
