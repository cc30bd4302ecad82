//! A generated country of forty bands: units, bands and every level above add up in whole numbers.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::{Folder, Values};

/// First ages of the bands; the last one is open.
const AGES: [u32; 20] = [
    0, 1, 5, 10, 15, 20, 25, 30, 35, 40, 45, 50, 55, 60, 65, 70, 75, 80, 85, 90,
];
const UNITS: usize = 60;

/// People of a unit in a band: few in some units, none in others.
fn people(unit: usize, sex: usize, band: usize) -> f64 {
    let mut state = (unit * 64 + sex * 32 + band) as u64;
    for _ in 0..4 {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
    }
    let share = (state >> 11) as f64 / (1_u64 << 53) as f64;
    match unit % 7 {
        0 => share * 0.3,
        1 if band > 12 => 0.0,
        _ => share * 400.0 / (1.0 + band as f64),
    }
}

/// Ids from the root to a unit: country, 3 provinces, 12 districts, 60 units.
fn path(unit: usize) -> [String; 4] {
    let (district, province) = (unit / 5, unit / 20);
    [
        "ouCountry01".to_owned(),
        format!("ouProvin{province:03}"),
        format!("ouDistri{district:03}"),
        format!("ouUnit{unit:05}"),
    ]
}

/// Sums of all units and levels, the raster of everybody a little above the bands; `order` shuffles the rows.
fn sums(order: u64) -> String {
    let mut rows: Vec<String> = Vec::new();
    for (level, count) in [(1, 1), (2, 3), (3, 12), (4, UNITS)] {
        let below = UNITS / count;
        for index in 0..count {
            let members = index * below..(index + 1) * below;
            let path = &path(index * below)[..level];
            let id = &path[level - 1];
            let path = path.join("/");
            let mut everybody = 0.0;
            for (sex, letter) in ["f", "m"].iter().enumerate() {
                for (band, from) in AGES.iter().enumerate() {
                    let to = AGES.get(band + 1).map(u32::to_string).unwrap_or_default();
                    let sum: f64 = members.clone().map(|unit| people(unit, sex, band)).sum();
                    everybody += sum;
                    rows.push(format!("{id},{level},/{path},{letter}_{from},worldpop-global2;R2025A;CN;100m;v1,2025,{letter},{from},{to},{sum},ok,,fraction"));
                }
            }
            let raster = everybody * 1.001;
            rows.push(format!("{id},{level},/{path},pop,worldpop-global2;R2025A;CN;100m;v1,2025,t,,,{raster},ok,,fraction"));
        }
    }
    if order > 0 {
        rows.sort_by_key(|row| {
            row.bytes().fold(order, |h, b| {
                (h ^ u64::from(b)).wrapping_mul(0x0100_0000_01b3)
            })
        });
    }
    let count = rows.len();
    let mut text = "org_unit,level,path,raster,source,year,sex,age_from,age_to,population,status,reasons,method,rows\n".to_owned();
    for row in rows {
        writeln!(text, "{row},{count}").unwrap();
    }
    text
}

/// An instance with a total, a total by sex and age whose codes follow the convention, and two groups.
pub(super) fn metadata() -> String {
    let label = |band: usize| match AGES.get(band + 1) {
        Some(to) if *to == AGES[band] + 1 => format!("<{to} year"),
        Some(to) => format!("{}-{} years", AGES[band], to - 1),
        None => format!("{}+ years", AGES[band]),
    };
    let code = |band: usize| format!("P{}Y--P{}Y", AGES[band], AGES.get(band + 1).unwrap_or(&999));
    let access = r#""access":{"read":true,"write":true}"#;
    let ages: Vec<String> = (0..20)
        .map(|band| {
            format!(
                r#"{{"id":"coAge{band:06}","code":"{}","name":"{}",{access}}}"#,
                code(band),
                label(band)
            )
        })
        .collect();
    let combos: Vec<String> = (0..40)
        .map(|n| format!(r#"{{"id":"coc{}{:07}","name":"x","categoryOptions":["coAge{:06}","coSex{}00001"]}}"#, ["F", "M"][n / 20], n % 20, n % 20, ["F", "M"][n / 20]))
        .collect();
    let age_ids: Vec<String> = (0..20).map(|band| format!("\"coAge{band:06}\"")).collect();
    let element = |id: &str, code: &str, name: &str, combo: &str| {
        format!(
            r#"{{"id":"{id}","code":"{code}","name":"{name}","valueType":"INTEGER_ZERO_OR_POSITIVE","aggregationType":"AVERAGE_SUM_ORG_UNIT","zeroIsSignificant":true,"aggregationLevels":[1,2,3,4],"categoryCombo":"{combo}"}}"#
        )
    };
    let elements = [
        element(
            "dePopTot001",
            "WP_POP_TOTAL",
            "WorldPop - Population",
            "ccDefault01",
        ),
        element(
            "dePopAgeSex",
            "WP_POP_AGESEX",
            "WorldPop - Population by age and sex",
            "ccSexAge001",
        ),
        element(
            "dePopUnder5",
            "WP_P0Y--P5Y",
            "WorldPop - Population <5 years",
            "ccDefault01",
        ),
        element(
            "dePopWomen1",
            "WP_F_15_49",
            "WorldPop - Population female 15-49 years",
            "ccDefault01",
        ),
    ];
    let ids: Vec<String> = (0..UNITS)
        .flat_map(path)
        .map(|id| format!("\"{id}\""))
        .collect();
    let units: BTreeMap<String, String> = (0..UNITS)
        .flat_map(|unit| (1..=4).map(move |level| path(unit)[..level].to_vec()))
        .map(|path| (path[path.len() - 1].clone(), path.join("/")))
        .collect();
    let units: Vec<String> = units
        .iter()
        .map(|(id, path)| format!(r#"{{"id":"{id}","path":"/{path}","openingDate":"1970-01-01"}}"#))
        .collect();
    format!(
        r#"{{"format":"headcount-metadata","version":1,"dhis2Version":"2.43.1","dialect":"B","calendar":"iso8601",
        "dataSets":[{{"id":"dsPopYear01","code":"WP_POP","name":"WorldPop population","periodType":"Yearly","openFuturePeriods":5,"categoryCombo":"ccDefault01",
          "access":{{"read":true,"write":true}},"dataSetElements":[{{"dataElement":"dePopTot001"}},{{"dataElement":"dePopAgeSex"}},{{"dataElement":"dePopUnder5"}},{{"dataElement":"dePopWomen1"}}],
          "organisationUnits":[{}]}}],
        "dataElements":[{}],
        "categoryCombos":[{{"id":"ccDefault01","name":"default","isDefault":true}},
          {{"id":"ccSexAge001","name":"Sex and age","categories":[
            {{"id":"caSex000001","name":"Sex","categoryOptions":["coSexF00001","coSexM00001"]}},
            {{"id":"caAge000001","name":"Age","categoryOptions":[{}]}}],"categoryOptionCombos":[{}]}}],
        "categoryOptions":[{{"id":"coSexF00001","code":"F","name":"Female",{access}}},{{"id":"coSexM00001","code":"M","name":"Male",{access}}},{}],
        "orgUnits":[{}],"user":{{"authorities":["ALL"],"organisationUnits":[{{"id":"ouCountry01","path":"/ouCountry01"}}]}},
        "server":{{"serverDate":"2026-03-01T10:00:00.000"}}}}"#,
        ids.join(","),
        elements.join(","),
        age_ids.join(","),
        combos.join(","),
        ages.join(","),
        units.join(",")
    )
}

const MAPPING: &str = "data_set = \"WP_POP\"
[[value]]
data_element = \"WP_POP_TOTAL\"
[[value]]
data_element = \"WP_POP_AGESEX\"
by = \"options\"
[[value]]
data_element = \"dePopUnder5\"
ages = \"<5 years\"
[[value]]
data_element = \"dePopWomen1\"
ages = \"15-49 women\"
";

pub(super) fn folder() -> Folder {
    Folder::new(&[
        ("sums.csv", &sums(0)),
        ("shuffled.csv", &sums(7)),
        ("metadata.json", &metadata()),
        ("map.toml", MAPPING),
    ])
}

const RUN: &str = "--mapping map.toml --metadata metadata.json";

/// Every value is whole, so `whole` must be next to `exact`, and at it where only float dust parts them.
#[track_caller]
fn is_next_to(whole: i64, exact: f64, what: &str) {
    let near = exact.round();
    let exact = if (exact - near).abs() <= 1e-6 {
        near
    } else {
        exact
    };
    assert!(
        (whole as f64 - exact).abs() < 1.0 + 1e-9,
        "{what}: {exact} became {whole}"
    );
    if exact == near {
        assert_eq!(whole as f64, exact, "{what}");
    }
}

#[test]
fn unit_band_and_level_totals_all_add_up_in_whole_numbers() {
    let folder = folder();
    let values = folder.values(&format!("sums.csv {RUN} --level 4 --report report.json"));
    assert_eq!(values.0.len(), UNITS * 43);
    let band = |unit: usize, sex: usize, band: usize| {
        let combo = format!("coc{}{band:07}", ["F", "M"][sex]);
        values.at("dePopAgeSex", &combo, "2025", &path(unit)[3])
    };
    let total = |unit: usize| values.at("dePopTot001", "", "2025", &path(unit)[3]);
    let cells = || (0..2).flat_map(|sex| (0..20).map(move |band| (sex, band)));
    for unit in 0..UNITS {
        let id = &path(unit)[3];
        for (sex, age) in cells() {
            let exact = people(unit, sex, age);
            is_next_to(band(unit, sex, age), exact, id);
            assert!(exact > 0.0 || band(unit, sex, age) == 0, "{id}");
        }
        let sum: i64 = cells().map(|(sex, age)| band(unit, sex, age)).sum();
        assert_eq!(total(unit), sum, "{id}");
        is_next_to(
            sum,
            cells().map(|(sex, age)| people(unit, sex, age)).sum(),
            id,
        );
        let under_five: i64 = (0..2)
            .map(|sex| band(unit, sex, 0) + band(unit, sex, 1))
            .sum();
        assert_eq!(values.at("dePopUnder5", "", "2025", id), under_five, "{id}");
        let women: i64 = (4..11).map(|age| band(unit, 0, age)).sum();
        assert_eq!(values.at("dePopWomen1", "", "2025", id), women, "{id}");
        is_next_to(women, (4..11).map(|age| people(unit, 0, age)).sum(), id);
    }
    // Districts, provinces and the country: their bands and totals, as DHIS2 adds them up.
    for members in [5, 20, UNITS]
        .iter()
        .flat_map(|n| (0..UNITS / n).map(move |i| i * n..(i + 1) * n))
    {
        let what = format!("units {members:?}");
        for (sex, age) in cells() {
            let whole = members.clone().map(|unit| band(unit, sex, age)).sum();
            is_next_to(
                whole,
                members.clone().map(|unit| people(unit, sex, age)).sum(),
                &what,
            );
        }
        let exact = members
            .clone()
            .flat_map(|unit| cells().map(move |(s, a)| people(unit, s, a)))
            .sum();
        is_next_to(members.map(total).sum(), exact, &what);
    }
    let report: serde_json::Value = serde_json::from_str(&folder.read("report.json")).unwrap();
    let target = &report["periods"][0]["targets"][0];
    let whole: i64 = (0..UNITS).map(total).sum();
    assert_eq!(target["rounded"], whole);
    let difference = target["difference"].as_f64().unwrap();
    assert!((difference - (whole as f64 - target["exact"].as_f64().unwrap())).abs() < 1e-9);
}

#[test]
fn the_same_rows_give_the_same_bytes_and_other_rows_the_same_values() {
    let folder = folder();
    let run = |sums: &str| {
        folder
            .run(&format!("{sums} {RUN} --level 4 -q"))
            .run()
            .expect(0)
            .text()
    };
    let (first, again, shuffled) = (run("sums.csv"), run("sums.csv"), run("shuffled.csv"));
    assert!(first == again);
    assert_eq!(Values::read(&first), Values::read(&shuffled));
    // The order is that of the units in the sums, then of the mapping.
    let units: Vec<&str> = first
        .split("\"orgUnit\":\"")
        .skip(1)
        .step_by(43)
        .map(|rest| &rest[..11])
        .collect();
    let expected: Vec<String> = (0..UNITS).map(|unit| path(unit)[3].clone()).collect();
    assert_eq!(units, expected);
}

#[test]
fn several_levels_hold_the_sums_of_the_deepest() {
    let folder = folder();
    let values = folder.values(&format!("sums.csv {RUN} --level 2,4"));
    assert_eq!(values.0.len(), (UNITS + 3) * 43);
    let below: i64 = (0..20)
        .map(|unit| values.at("dePopTot001", "", "2025", &path(unit)[3]))
        .sum();
    assert_eq!(values.at("dePopTot001", "", "2025", "ouProvin000"), below);
    // Analytics would add the levels up where the element does not keep them apart.
    let kept = folder.read("metadata.json").replace("[1,2,3,4]", "[4]");
    let other = Folder::new(&[
        ("sums.csv", &sums(0)),
        ("metadata.json", &kept),
        ("map.toml", MAPPING),
    ]);
    let run = other.run(&format!("sums.csv {RUN} --level 2,4")).run();
    run.expect_nothing(3)
        .says("level 2 is not among its aggregation levels");
    let none = folder.run(&format!("sums.csv {RUN}")).run();
    none.expect_nothing(3)
        .says("the sums hold the levels 1, 2, 3, 4");
}

#[test]
fn the_total_is_that_of_the_raster_where_the_mapping_says_so() {
    let folder = folder();
    std::fs::write(
        folder.0.path().join("raster.toml"),
        format!("total = \"raster\"\n{MAPPING}"),
    )
    .unwrap();
    let args = "sums.csv --mapping raster.toml --metadata metadata.json --level 4";
    let ran = folder.run(args).run().expect(0);
    let ran = ran.says("2025: the total raster and the bands differ in ");
    let values = Values::of(&ran);
    let totals: i64 = (0..UNITS)
        .map(|unit| values.at("dePopTot001", "", "2025", &path(unit)[3]))
        .sum();
    let bands: i64 = values
        .0
        .iter()
        .filter(|(key, _)| key[0] == "dePopAgeSex")
        .map(|(_, value)| value)
        .sum();
    assert!(totals > bands, "{totals} {bands}");
    folder
        .run(&format!("{args} --report gaps.json"))
        .run()
        .expect(0);
    let report: serde_json::Value = serde_json::from_str(&folder.read("gaps.json")).unwrap();
    let gaps = report["periods"][0]["gaps"].as_array().unwrap();
    assert!(!gaps.is_empty());
    for gap in gaps {
        assert!(gap["raster"].as_f64().unwrap() > gap["bands"].as_f64().unwrap());
    }
}
