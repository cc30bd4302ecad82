//! Rasters whose cells hold something else than people, or a part of them, by what the file or its name says.

use super::{Case, Tiff, Value, base, row, tool};

#[test]
fn descriptions_of_bands_label_the_rows_or_are_told() {
    let tiff = |description: &str| {
        let xml = format!(
            "<GDALMetadata><Item name=\"DESCRIPTION\" sample=\"1\" role=\"description\">{description}</Item></GDALMetadata>"
        );
        Tiff::new(4, 3, [10.0, 5.0], 1.0, 2.0)
            .with(277, Value::Short(vec![2]))
            .with(258, Value::Short(vec![32, 32]))
            .with(339, Value::Short(vec![3, 3]))
            .with_cells(2_f32.to_le_bytes().repeat(24))
            .with(42112, Value::Ascii(xml))
    };
    let sum = |description: &str| {
        let case = Case::new(&tiff(description).bytes());
        let band = format!("{}#2", case.path("pop.tif").display());
        tool("zonal-sum")
            .args(["-r", &band])
            .arg(case.path("units.geojson"))
            .run()
            .expect(0)
    };
    let women = sum("F_80");
    assert_eq!(
        (
            row(&women, "sex"),
            row(&women, "age_from"),
            row(&women, "age_to")
        ),
        ("f".to_owned(), "80".to_owned(), String::new())
    );
    sum("some band").says("the description \"some band\" says no sex and no ages");
}

#[test]
fn a_density_by_its_unit_or_description_needs_a_statement() {
    for item in [
        "<Item name=\"DESCRIPTION\" sample=\"0\" role=\"description\">Population density</Item>",
        "<Item name=\"UNITTYPE\" sample=\"0\" role=\"unittype\">people/km2</Item>",
    ] {
        let xml = format!("<GDALMetadata>{item}</GDALMetadata>");
        let case = Case::new(&base().with(42112, Value::Ascii(xml)).bytes());
        case.sum(&[])
            .expect_nothing(3)
            .says("--allow unknown-contents");
        case.people(&["--label", "source=survey"], 24.0);
        case.people(&["--allow", "unknown-contents"], 24.0);
    }
}

#[test]
fn texts_of_a_band_that_deny_a_count_do_so_under_any_name() {
    let xml = |key: &str, text: &str| {
        format!(
            "<GDALMetadata><Item name=\"{key}\" sample=\"0\" role=\"{}\">{text}</Item></GDALMetadata>",
            key.to_lowercase()
        )
    };
    let case = |text: String| Case::new(&base().with(42112, Value::Ascii(text)).bytes());
    for (key, text) in [
        ("UNITTYPE", "inhabitants / ha"),
        ("UNITTYPE", "thousand people"),
        ("DESCRIPTION", "log population"),
    ] {
        let case = case(xml(key, text));
        let named = format!("sle_ppp_2020={}", case.path("pop.tif").display());
        case.sum(&[]).expect_nothing(3).says(text);
        let sum = tool("zonal-sum").args(["-r", &named]);
        let ran = sum.arg(case.path("units.geojson")).run();
        ran.expect_nothing(3)
            .says(text)
            .says("--allow unknown-contents");
        case.people(&["--label", "source=survey"], 24.0);
    }
    case(xml("UNITTYPE", "people/pixel")).people(&[], 24.0);
}

#[test]
fn cells_of_another_size_than_the_name_says_need_consent() {
    // 30 arc-seconds, as a raster of 100 m averaged to 1 km has them
    let cell = 1.0 / 120.0;
    let tiff = Tiff::new(4, 3, [10.0, 5.0], cell, 2.0);
    let units = format!(
        r#"{{"type":"FeatureCollection","features":[{{"type":"Feature","id":"U1","properties":{{}},"geometry":{{"type":"Polygon","coordinates":[[[10,5],[{0},5],[{0},{1}],[10,{1}],[10,5]]]}}}}]}}"#,
        10.0 + 4.0 * cell,
        5.0 - 3.0 * cell
    );
    let case = Case::new(&tiff.bytes()).with("units.geojson", &units);
    let sum = |name: &str, flags: &[&str]| {
        let spec = format!("{name}={}", case.path("pop.tif").display());
        let sum = tool("zonal-sum").args(["-r", &spec]).args(flags.to_vec());
        sum.arg(case.path("units.geojson")).run()
    };
    let fine = "xsc_pop_2025_CN_100m_R2025A_v1";
    let refused = sum(fine, &[]).expect_nothing(3);
    refused
        .says("cells of 30 x 30 arc-seconds, expected 3 (100m)")
        .says("--allow cell-size");
    sum(fine, &["--allow", "cell-size"]).expect(0);
    sum(fine, &["--label", "source=our sums of 1 km"]).expect(0);
    sum("xsc_pop_2025_CN_1km_R2025A_v1", &[]).expect(0);
    sum("sle_ppp_2020", &[]).expect_nothing(3);
    let label = ["--label", "source=worldpop-global2;R2025A;CN;100m;v1"];
    sum("ours", &label).expect_nothing(3);

    let file = case.path(&format!("{fine}.tif"));
    std::fs::rename(case.path("pop.tif"), &file).unwrap();
    let clip = tool("clip-raster").arg("-r").arg(&file);
    clip.arg("-o")
        .arg(case.path("clip.tif"))
        .arg(case.path("units.geojson"))
        .run()
        .expect(0)
        .says("cells of 30 x 30 arc-seconds, expected 3 (100m)");
}

#[test]
fn a_picture_is_not_a_grid_of_people() {
    for (photometric, colours) in [
        (2, "RGB colours"),
        (3, "a colour palette"),
        (5, "CMYK colours"),
    ] {
        let tiff = base().with(262, Value::Short(vec![photometric]));
        let case = Case::new(&tiff.bytes());
        case.refused(&format!("the file is a picture ({colours})"));
        let info = tool("clip-raster")
            .args(["--info", "-r"])
            .arg(case.path("pop.tif"));
        assert!(info.run().expect(0).text().contains(colours));
    }
    let white_is_zero = base().with(262, Value::Short(vec![0]));
    Case::new(&white_is_zero.bytes()).people(&[], 24.0);
}

#[test]
fn the_largest_value_of_a_small_type_needs_a_nodata_value_or_consent() {
    let bytes = |nodata: Option<&str>| {
        let mut cells = 2_u16.to_le_bytes().repeat(11);
        cells.extend(u16::MAX.to_le_bytes());
        let tiff = base()
            .with(258, Value::Short(vec![16]))
            .with(339, Value::Short(vec![1]))
            .with_cells(cells);
        match nodata {
            Some(text) => tiff.with(42113, Value::Ascii(text.to_owned())).bytes(),
            None => tiff.bytes(),
        }
    };
    Case::new(&bytes(Some("65535"))).people(&[], 22.0);
    let case = Case::new(&bytes(None));
    case.sum(&[])
        .expect_nothing(3)
        .says("1 cell with the largest value of type u16")
        .says("gdal_edit.py -a_nodata");
    // a name of WorldPop or a label does not make it people
    case.sum(&["--label", "source=survey"]).expect_nothing(3);
    case.people(&["--allow", "unknown-contents"], 22.0 + 65_535.0);
}

#[test]
fn a_name_that_says_a_part_of_the_people_needs_a_label() {
    let case = Case::new(&base().bytes());
    let sum = |name: &str, flags: &[&str]| {
        let spec = format!("{name}={}", case.path("pop.tif").display());
        tool("zonal-sum")
            .args(["-r", &spec])
            .args(flags.iter().copied())
            .arg(case.path("units.geojson"))
            .run()
    };
    for (name, word) in [
        ("sle_women_of_reproductive_age_15_49_2020", "women"),
        ("sle_u5_2020", "u5"),
        ("sle_agesex_f_15_2020", "agesex"),
        ("cod_m_05", "m 05"),
    ] {
        sum(name, &[])
            .expect_nothing(3)
            .says(&format!("its name says {word:?}"))
            .says("--allow unknown-contents");
        sum(name, &["--label", "sex=f,age_from=15,age_to=50"]).expect(0);
    }
    for (name, cause) in [
        ("sle_births_pp_v1_2015", "holds births or pregnancies"),
        ("sle_dst_roads_100m", "holds a covariate"),
    ] {
        sum(name, &[]).expect_nothing(3).says(cause);
    }
    for name in ["sle_ppp_2020", "ghs_pop_e2020", "sle_f_15_2020"] {
        sum(name, &[]).expect(0);
    }
}

/// The base case under a file name, summed.
fn sum_file(file: &str, name: Option<&str>, flags: &[&str]) -> crate::support::Ran {
    let case = Case::new(&base().bytes());
    let path = case.path(file);
    std::fs::rename(case.path("pop.tif"), &path).unwrap();
    let path = path.display();
    let spec = name.map_or_else(|| path.to_string(), |name| format!("{name}={path}"));
    let sum = tool("zonal-sum").args(["-r", &spec]).args(flags.to_vec());
    sum.arg(case.path("units.geojson")).run()
}

#[test]
fn a_name_given_or_a_source_does_not_answer_who_is_counted() {
    let year = ["--label", "year=2025"];
    let source = ["--label", "year=2025,source=WorldPop"];
    let who = ["--label", "sex=f,age_from=15,age_to=50"];
    for (file, word) in [
        ("women_15_49.tif", "women"),
        ("U5.tif", "u5"),
        ("sle_f_15_49_2025_CN.tif", "f 15"),
    ] {
        for name in [None, Some("pop"), Some("xsc_ppp_2020")] {
            for flags in [&[][..], &year, &source] {
                sum_file(file, name, flags)
                    .expect_nothing(3)
                    .says(&format!("its name says {word:?}"))
                    .says("--allow unknown-contents");
            }
            sum_file(file, name, &who).expect(0);
        }
    }
    // a short name for a file whose own name says who is counted
    let ran = sum_file("xsc_f_15_2020.tif", Some("women"), &[]).expect(0);
    assert_eq!(row(&ran, "age_from"), "15");
}

#[test]
fn words_behind_a_name_of_worldpop_need_a_label() {
    for tail in ["women", "upper", "diff_2020", "0-4", "plus_01", "bo_women"] {
        for head in ["xsc_ppp_2020_UNadj", "xsc_f_15_2020_UNadj"] {
            let file = format!("{head}_{tail}.tif");
            let ran = sum_file(&file, None, &[]);
            ran.expect_nothing(3)
                .says("its name has words behind that of WorldPop (\"")
                .says("no label says who is counted");
            sum_file(&file, Some("pop"), &[]).expect_nothing(3);
            sum_file(&file, None, &["--label", "sex=t"]).expect(0);
        }
    }
    for tail in [
        " (1)",
        "_clip",
        "_bo_district",
        "_20250131",
        "_final",
        "-cog",
        "-0000000000-0000032768",
    ] {
        let ran = sum_file(&format!("xsc_ppp_2020_UNadj{tail}.tif"), None, &[]).expect(0);
        assert!(!ran.stderr.contains("taken for a place"), "{}", ran.stderr);
    }
}

#[test]
fn unknown_words_behind_a_name_of_worldpop_are_taken_for_a_place() {
    let file = "xsc_ppp_2020_UNadj_kenema.tif";
    let warning = "its name has the word \"kenema\" behind that of WorldPop: taken for a place";
    sum_file(file, None, &[]).expect(0).says(warning);
    let ran = sum_file(file, None, &["--label", "sex=t"]).expect(0);
    assert!(!ran.stderr.contains("taken for a place"), "{}", ran.stderr);
    // of a clip, too, whatever it is called
    let case = Case::new(&base().bytes());
    let path = case.path(file);
    std::fs::rename(case.path("pop.tif"), &path).unwrap();
    let clip = tool("clip-raster").arg("-r").arg(&path);
    let clip = clip.arg("-o").arg(case.path("part.tif"));
    clip.arg(case.path("units.geojson")).run().expect(0);
    let sum = tool("zonal-sum").arg("-r").arg(case.path("part.tif"));
    let sum = sum.arg(case.path("units.geojson")).run();
    sum.expect(0).says(warning);
}

#[test]
fn a_clip_keeps_the_question_who_is_counted() {
    let case = Case::new(&base().bytes());
    let file = case.path("women_15_49.tif");
    std::fs::rename(case.path("pop.tif"), &file).unwrap();
    let clip = tool("clip-raster").arg("-r").arg(&file);
    let clip = clip.arg("-o").arg(case.path("bo.tif"));
    clip.arg(case.path("units.geojson")).run().expect(0);
    let sum = tool("zonal-sum").arg("-r").arg(case.path("bo.tif"));
    let sum = sum.arg(case.path("units.geojson")).run();
    sum.expect_nothing(3).says("its name says \"women\"");
}

#[test]
fn a_description_that_contradicts_the_name_is_refused() {
    let case = |text: &str| {
        let xml = format!(
            "<GDALMetadata><Item name=\"DESCRIPTION\" sample=\"0\" role=\"description\">{text}</Item></GDALMetadata>"
        );
        Case::new(&base().with(42112, Value::Ascii(xml)).bytes())
    };
    let sum = |text: &str, flags: &[&str]| {
        let case = case(text);
        let file = case.path("xsc_ppp_2020.tif");
        std::fs::rename(case.path("pop.tif"), &file).unwrap();
        let sum = tool("zonal-sum").arg("-r").arg(file).args(flags.to_vec());
        sum.arg(case.path("units.geojson")).run()
    };
    for (text, says) in [
        (
            "sle_f_15_2025_CN_1km_R2025A_v1",
            "band 1 is described as f 15-19 of 2025, the name says everybody of 2020",
        ),
        (
            "xsc_ppp_2015",
            "band 1 is described as everybody of 2015, the name says everybody of 2020",
        ),
        (
            "M_0",
            "band 1 is described as m <1, the name says everybody of 2020",
        ),
        ("Households", "its description says \"households\""),
        ("female population", "its description says \"female\""),
        ("upper", "its description says \"upper\""),
        ("pop_std", "its description is \"pop_std\""),
    ] {
        sum(text, &[])
            .expect_nothing(3)
            .says(says)
            .says("--allow unknown-contents");
        sum(text, &["--label", "year=2020,sex=t"]).expect(0);
    }
    for text in [
        "xsc_ppp_2020",
        "Number of people",
        "population, male and female",
        "mean",
    ] {
        sum(text, &[]).expect(0);
    }
}

#[test]
fn an_end_of_ages_needs_a_beginning() {
    sum_file("kids.tif", None, &["--label", "age_to=5"])
        .expect_nothing(2)
        .says("age_to is 5, and nothing says age_from")
        .says("--label age_from=0,age_to=5");
    sum_file("kids.tif", None, &["--label", "age_from=0,age_to=5"]).expect(0);
}

#[test]
fn the_description_of_the_image_is_judged_and_kept_by_a_clip() {
    let text = "Population density per square kilometre";
    let case = Case::new(&base().with(270, Value::Ascii(text.to_owned())).bytes());
    case.sum(&[])
        .expect_nothing(3)
        .says(text)
        .says("--allow unknown-contents");
    case.people(&["--label", "source=survey"], 24.0);
    let clip = case.clip().expect(0);
    let case = Case::new(&clip.stdout);
    case.sum(&[]).expect_nothing(3).says(text);
}

#[test]
fn a_second_raster_in_the_file_is_told() {
    let said = "the file holds 2 rasters of this size";
    let two = Case::new(&base().with_page(&base()).bytes());
    two.sum(&[]).expect(0).says(said);
    two.clip().expect(0).says(said);
    let overview = base().with(254, Value::Long(vec![1]));
    let ran = Case::new(&base().with_page(&overview).bytes())
        .sum(&[])
        .expect(0);
    assert!(!ran.stderr.contains("rasters"), "{}", ran.stderr);
}

#[test]
fn a_value_of_nodata_that_repeats_needs_consent_under_any_name() {
    for value in [9999.0, 32_767.0, 65_535.0, 99_999.0] {
        let mut tiff = base();
        for cell in 0..5 {
            tiff = tiff.with_value(cell, value);
        }
        let case = Case::new(&tiff.bytes());
        let file = case.path("xsc_ppp_2020.tif");
        std::fs::copy(case.path("pop.tif"), &file).unwrap();
        let sum = |file: &std::path::Path, flags: &[&str]| {
            let sum = tool("zonal-sum").arg("-r").arg(file).args(flags.to_vec());
            sum.arg(case.path("units.geojson")).run()
        };
        let says = format!("5 cells of exactly {value}, and next to none");
        for flags in [&[][..], &["--label", "source=survey,sex=t"]] {
            for file in [&file, &case.path("pop.tif")] {
                sum(file, flags).expect_nothing(3).says(&says);
            }
        }
        case.people(
            &["--allow", "unknown-contents"],
            14.0 + 5.0 * f64::from(value),
        );
        case.clip().expect(0).says(&says);
        let info = tool("clip-raster").arg("--info").arg("-r").arg(&file);
        info.run().expect(0).says(&says);
        let declared = tiff.with(42113, Value::Ascii(value.to_string()));
        Case::new(&declared.bytes()).people(&[], 14.0);
    }
}

#[test]
fn more_people_than_any_country_has_need_consent_under_a_name_of_worldpop() {
    // 100 x 100 cells of 0.01 degrees: 12,000 square kilometres
    let sum = |value: f32| {
        let case = Case::new(&Tiff::new(100, 100, [10.0, 5.0], 0.01, value).bytes());
        let file = case.path("ours.tif");
        std::fs::rename(case.path("pop.tif"), &file).unwrap();
        let spec = format!("xsc_ppp_2020_1km={}", file.display());
        let sum = tool("zonal-sum").args(["-r", &spec, "--allow", "cell-size"]);
        sum.arg(case.path("units.geojson")).run()
    };
    sum(40_000.25)
        .expect_nothing(3)
        .says("square kilometres of valid cells");
    // a band of the oldest may be as thin as that
    sum(0.25).expect(0);
    sum(20_000.25).expect(0);
}

#[test]
fn where_every_unit_is_a_point_the_hint_names_catchments_and_associated_geometry() {
    let points = r#"{"type": "FeatureCollection", "features": [
        {"type": "Feature", "id": "F1", "properties": {"level": 4}, "geometry": {"type": "Point", "coordinates": [11, 4]}},
        {"type": "Feature", "id": "F2", "properties": {"level": 4}, "geometry": {"type": "Point", "coordinates": [12, 4]}}]}"#;
    let hint = "give facilities areas with catchments";
    let case = Case::new(&base().bytes()).with("units.geojson", points);
    case.sum(&[])
        .expect(0)
        .says(hint)
        .says("fetch-orgunits --geometry attribute:CODE");
    let with_area = points.replace(
        r#"{"type": "Point", "coordinates": [11, 4]}"#,
        r#"{"type": "Polygon", "coordinates": [[[10, 2], [14, 2], [14, 5], [10, 2]]]}"#,
    );
    let ran = Case::new(&base().bytes())
        .with("units.geojson", &with_area)
        .sum(&[])
        .expect(0);
    assert!(!ran.stderr.contains(hint), "{}", ran.stderr);
}

/// The base case under a name of WorldPop.
fn named() -> (Case, String) {
    let case = Case::new(&base().bytes());
    let file = case.path("xsc_pop_2025_CN_100m_R2025A_v1.tif");
    std::fs::rename(case.path("pop.tif"), &file).unwrap();
    (case, file.to_str().unwrap().to_owned())
}

#[test]
fn a_list_that_contradicts_the_name_of_its_file_is_refused() {
    let (case, file) = named();
    let sum = |path: &str, members: &str| {
        let list = case.path("list.json");
        let entry = format!(r#"{{"path":"{path}"{members}}}"#);
        std::fs::write(
            &list,
            format!(r#"{{"format":"headcount-rasters/1","files":[{entry}]}}"#),
        )
        .unwrap();
        let sum = tool("zonal-sum").arg("--raster-list").arg(&list);
        sum.arg(case.path("units.geojson")).run()
    };
    let all = r#","year":2025,"sex":"t","age_from":null,"age_to":null,"source":"worldpop-global2;R2025A;CN;100m;v1""#;
    sum(&file, all).expect(0);
    for (from, to, said) in [
        ("2025,", "2026,", "year 2026, not 2025"),
        ("\"t\"", "\"f\"", "sex f, not t"),
        ("_from\":null", "_from\":15", "ages 15+, not all"),
        (
            "100m",
            "1km",
            "source worldpop-global2;R2025A;CN;1km;v1, not",
        ),
    ] {
        sum(&file, &all.replacen(from, to, 1))
            .expect_nothing(3)
            .says(&format!("the list says {said}"))
            .says("fetch-worldpop");
    }
    // a file whose name says nothing is what the list says
    let plain = case.path("plain.tif");
    std::fs::copy(&file, &plain).unwrap();
    let women = r#","year":2026,"sex":"f","age_from":15,"age_to":50"#;
    let sums = sum(plain.to_str().unwrap(), women).expect(0);
    let said = ["year", "sex", "age_from", "age_to"].map(|column| row(&sums, column));
    assert_eq!(said, ["2026", "f", "15", "50"]);
}

#[test]
fn a_label_that_contradicts_the_name_of_its_file_is_told() {
    let (case, file) = named();
    let sum = |spec: &str, flags: &[&str]| {
        let sum = tool("zonal-sum").args(["-r", spec]).args(flags.to_vec());
        sum.arg(case.path("units.geojson")).run().expect(0)
    };
    let says = "the rows say year 2026, not 2025 as the file's own name";
    sum(&file, &["--label", "year=2026"]).says(says);
    let other = format!("xsc_pop_2026_CN_100m_R2025A_v1={file}");
    sum(&other, &[]).says(says);
    for (spec, label) in [
        (file.clone(), "year=2025"),
        (format!("pop={file}"), "sex=t"),
    ] {
        let ran = sum(&spec, &["--label", label]);
        assert!(!ran.stderr.contains("own name"), "{}", ran.stderr);
    }
    // a name given does not make people of a density
    let density = case.path("xsc_pd_2020_1km.tif");
    std::fs::copy(&file, &density).unwrap();
    let spec = format!("sle_ppp_2020={}", density.display());
    let ran = tool("zonal-sum").args(["-r", &spec]);
    ran.arg(case.path("units.geojson")).run().expect_nothing(3);
}
