//! Groups by a mapping, and where they go.

use super::*;

/// Two units, both sexes, three bands: under one, one to four, five and over.
fn bands() -> String {
    let mut text = "org_unit,raster,year,sex,age_from,age_to,population,method\n".to_owned();
    for (unit, shift) in [("ouDist00001", 0.5), ("ouDist00002", 0.25)] {
        for sex in ["f", "m"] {
            for (from, to, people) in [
                ("0", "1", 2.0),
                ("1", "5", 8.0),
                ("5", "10", 9.0),
                ("10", "15", 8.5),
                ("15", "20", 8.0),
                ("20", "", 40.0),
            ] {
                text.push_str(&format!(
                    "{unit},{sex}{from},2025,{sex},{from},{to},{},exact\n",
                    people + shift
                ));
            }
        }
    }
    text
}

#[test]
fn a_mapping_fills_groups_that_add_up() {
    let mapping = r#"
        data_set = "dsPopYear01"
        split = "uniform"
        [[value]]
        data_element = "deTotal0001"
        [[value]]
        data_element = "deUnder0001"
        ages = "<1 year"
        [[value]]
        data_element = "deSecond001"
        ages = "12-23 months"
        [[value]]
        data_element = "deThird0001"
        ages = "24-59 months"
        [[value]]
        data_element = "deRest00001"
        ages = "5+ years"
        [[value]]
        data_element = "dePregnant1"
        rate = { value = 0.041, source = "census", year = 2013, level = "national" }
    "#;
    let bench = Bench::new(&[("sums.csv", &bands()), ("map.toml", mapping)]);
    let set = bench.set("--mapping map.toml");
    let of = |unit: &str, element: &str| -> i64 {
        set.values
            .iter()
            .find(|v| &*v.org_unit == unit && &*v.data_element == element)
            .unwrap()
            .value
            .parse()
            .unwrap()
    };
    for unit in ["ouDist00001", "ouDist00002"] {
        let parts =
            ["deUnder0001", "deSecond001", "deThird0001", "deRest00001"].map(|e| of(unit, e));
        assert_eq!(parts.iter().sum::<i64>(), of(unit, "deTotal0001"));
    }
    // 157 and 154 people: 6.437 and 6.314 expected.
    assert_eq!(
        of("ouDist00001", "dePregnant1") + of("ouDist00002", "dePregnant1"),
        13
    );
    let comment = |element: &str| {
        set.values
            .iter()
            .find(|v| &*v.data_element == element)
            .unwrap()
            .comment
            .clone()
            .unwrap()
    };
    assert!(comment("deSecond001").contains("method=exact+uniform"));
    assert!(comment("dePregnant1").contains("method=exact+rate"));
    let explained = bench.text("--mapping map.toml --explain").unwrap();
    assert!(explained.contains("1/4 f01 + 1/4 m01"), "{explained}");
    assert!(
        explained.contains("rate 0.041 (census, 2013, national)"),
        "{explained}"
    );
}

#[test]
fn several_data_sets_need_a_folder() {
    let mapping = "[[value]]\ndata_element = \"deTotal0001\"\ndata_set = \"dsFirst0001\"\n\
        [[value]]\ndata_element = \"deUnder0001\"\nages = \"<1 year\"\ndata_set = \"dsSecond001\"\n";
    let bench = Bench::new(&[("sums.csv", &bands()), ("map.toml", mapping)]);
    bench.fails(
        "--mapping map.toml",
        ExitStatus::Usage,
        "several data sets (dsFirst0001, dsSecond001)",
    );
    assert_eq!(
        bench
            .set("--mapping map.toml --data-set dsSecond001")
            .values
            .len(),
        2
    );
    let folder = bench.path("sets");
    fs::create_dir(&folder).unwrap();
    let words = [
        "to-datavalueset",
        &bench.path("sums.csv"),
        "-q",
        "--mapping",
        &bench.path("map.toml"),
        "-o",
        &folder,
    ];
    let tool = ToDataValueSet::try_parse_from(words).unwrap();
    let mut console = Console::new("to-datavalueset", tool.common()).unwrap();
    assert_eq!(tool.run(&mut console).unwrap(), ExitStatus::Done);
    let mut names: Vec<_> = fs::read_dir(&folder)
        .unwrap()
        .map(|f| f.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    assert_eq!(names, ["dsFirst0001.json", "dsSecond001.json"]);
}
