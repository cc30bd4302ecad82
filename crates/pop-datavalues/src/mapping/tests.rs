use super::*;

#[test]
fn a_file_is_read() {
    let text = r#"
        version = 1
        data_set = "WP_POP"
        split = "sprague"
        [[value]]
        data_element = "GEN_POP_NUM"
        [[value]]
        data_element = "PREG"
        rate = { value = 0.041, source = "census", year = 2013, level = "national" }
        [[value]]
        data_element = "AGESEX"
        by = "options"
        meaning = { "P29Y--P60Y" = "29-59 years" }
    "#;
    let mapping = Mapping::read(text.as_bytes()).unwrap();
    assert_eq!(
        (mapping.value.len(), mapping.split),
        (3, Some(Split::Sprague))
    );
    assert_eq!(mapping.total, TotalFrom::Bands);
}

#[test]
fn slips_are_refused() {
    for (text, message) in [
        ("", "there is no [[value]]"),
        (
            "version = 2\n[[value]]\ndata_element = \"a\"",
            "version is 2",
        ),
        (
            "bands = 19\n[[value]]\ndata_element = \"a\"",
            "bands is 19, expected",
        ),
        ("[[value]]\ndata_elment = \"a\"", "unknown field"),
        (
            "[[value]]\nages = \"<5\"",
            "value 1 (): data_element is missing",
        ),
        (
            "[[value]]\ndata_element = \"a\"\nrate = { value = 0.1 }",
            "missing field `source`",
        ),
        (
            "[[value]]\ndata_element = \"a\"\nrate = { value = 0.1, source = \" \", year = 1, level = \"x\" }",
            "rate needs",
        ),
        (
            "[[value]]\ndata_element = \"a\"\nformula = \"f05\"\nages = \"<5\"",
            "formula stands instead",
        ),
        (
            "[[value]]\ndata_element = \"a\"\nskip = [\"x\"]",
            "belong to by",
        ),
        (
            "[[value]]\ndata_element = \"a\"\nrate = { value = 35.0, source = \"x\", year = 1, level = \"x\" }",
            "35 in a thousand",
        ),
        (
            "[periods]\n2025 = \"2017\"\n2026 = \"2017\"\n[[value]]\ndata_element = \"a\"",
            "2025 and 2026 are both",
        ),
        (
            "[periods]\nlast = \"2017\"\n[[value]]\ndata_element = \"a\"",
            "is not a year",
        ),
        (
            "[limits]\nsex_ratio = [2.0, 1.0]\n[[value]]\ndata_element = \"a\"",
            "the lower and the upper end",
        ),
        (
            "[limits]\ngrowth = -1\n[[value]]\ndata_element = \"a\"",
            "a share from 0",
        ),
        (
            "[limits]\ngrowth = 10\n[[value]]\ndata_element = \"a\"",
            "growth is 10, expected a share from 0 to 1",
        ),
        (
            "[limits]\nunder_five = [5, 25]\n[[value]]\ndata_element = \"a\"",
            "under_five is [5, 25], expected shares",
        ),
        ("[[value]\n", "TOML parse error"),
    ] {
        let error = Mapping::read(text.as_bytes()).unwrap_err().to_string();
        assert!(error.contains(message), "{text}: {error}");
    }
}
