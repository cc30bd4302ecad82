use super::*;

use textwrap::core::display_width;

fn new_table(columns: &[Column]) -> Table {
    Table::new(&Arc::default(), columns)
}

fn widest(text: &str) -> usize {
    text.lines().map(display_width).max().unwrap_or(0)
}

#[test]
fn aligns_words_left_and_numbers_right() {
    let mut table = new_table(&[Column::text("district"), Column::number("people")]);
    table.row(&["Bo", "930,505"]);
    table.row(&["Western Area", "1,272,500"]);
    assert_eq!(
        table.within(80).to_string(),
        "district         people\n------------  ---------\nBo              930,505\nWestern Area  1,272,500\n"
    );
}

#[test]
fn pads_by_what_a_terminal_shows_not_by_characters() {
    let mut table = new_table(&[Column::text("unité"), Column::number("n")]);
    // An accent of its own takes no column, an ideograph two.
    table.row(&["Me\u{301}deza", "1"]);
    table.row(&["東京都庁", "2"]);
    assert_eq!(
        table.within(80).to_string(),
        "unité     n\n--------  -\nMe\u{301}deza    1\n東京都庁  2\n"
    );
}

#[test]
fn text_is_wrapped_between_words_and_numbers_are_not() {
    let mut table = new_table(&[
        Column::text("unit"),
        Column::code("id"),
        Column::number("people of the unit"),
    ]);
    table.row(&[
        "Centre de santé intégré de Bongor",
        "O6uvpzGd5pu",
        "1,272,500",
    ]);
    assert_eq!(
        table.within(40).to_string(),
        concat!(
            "unit              id           people of\n",
            "                                the unit\n",
            "----------------  -----------  ---------\n",
            "Centre de santé   O6uvpzGd5pu  1,272,500\n",
            "intégré de\n",
            "Bongor\n",
        )
    );
}

#[test]
fn a_cell_that_all_rows_share_is_told_once_before_anything_is_wrapped() {
    let mut table = new_table(&[
        Column::text("unit"),
        Column::text("element"),
        Column::code("period"),
        Column::number("people"),
    ]);
    table.row(&["Bo", "Population estimée", "2026", "5"]);
    table.row(&["Kono", "Population estimée", "2026", "5"]);
    assert!(table.within(80).to_string().starts_with("unit  element"));
    assert_eq!(
        table.within(30).to_string(),
        "element: Population estimée\nperiod: 2026\nunit  people\n----  ------\nBo         5\nKono       5\n"
    );
}

#[test]
fn optional_columns_are_left_out_by_rank_and_named() {
    let mut table = new_table(&[
        Column::text("unit"),
        Column::code("code").optional(1),
        Column::code("path").optional(2),
        Column::number("people"),
    ])
    .complete_in("--format csv");
    for unit in ["A", "B"] {
        let code = format!("CODE-OF-{unit}");
        let path = format!("/national/district-of-{unit}/{unit}");
        table.row(&[unit, &code, &path, "12"]);
    }
    assert_eq!(
        table.within(45).to_string(),
        concat!(
            "unit  path                       people\n",
            "----  -------------------------  ------\n",
            "A     /national/district-of-A/A      12\n",
            "B     /national/district-of-B/B      12\n",
            "not shown in 45 columns: code (--format csv\n",
            "has them)\n",
        )
    );
    assert!(table.within(20).to_string().contains("code, path"));
}

#[test]
fn a_heading_is_told_once_above_its_rows() {
    let mut table = new_table(&[
        Column::heading(),
        Column::text("people"),
        Column::code("formula"),
    ]);
    table.row(&["Population by age", "under 1", "t00"]);
    table.row(&["Population by age", "1-4 years", "t01"]);
    table.row(&["Women", "15-49 years", "f15..f45"]);
    assert_eq!(
        table.within(80).to_string(),
        concat!(
            "  people       formula\n",
            "  -----------  --------\n",
            "Population by age\n",
            "  under 1      t00\n",
            "  1-4 years    t01\n",
            "Women\n",
            "  15-49 years  f15..f45\n",
        )
    );
}

#[test]
fn no_table_is_wider_than_its_place() {
    let long = "Anticonstitutionnellement-mesurée, préfecture de la Kémo";
    let mut table = new_table(&[
        Column::text("name"),
        Column::code("id"),
        Column::text("reasons"),
        Column::number("people"),
        Column::number("share of the total"),
        Column::heading(),
    ]);
    let id = "x".repeat(50);
    table.row(&[long, &id, long, "1,234,567,890.123", "100 %", long]);
    table.row(&["", "", "", "", "", ""]);
    for columns in 20..250 {
        let text = table.within(columns).to_string();
        assert!(widest(&text) <= columns, "{columns}: {text}");
        assert!(text.trim_start().starts_with("name"), "{text}");
    }
}

#[test]
fn a_table_without_rows_is_its_head() {
    let table = new_table(&[Column::text("unit"), Column::number("number of people")]);
    assert_eq!(
        table.within(20).to_string(),
        "unit       number of\n              people\n----  --------------\n"
    );
}

#[test]
fn a_cell_cannot_command_the_terminal() {
    let mut table = new_table(&[Column::text("unit")]);
    table.row(&["Bo\u{1b}[31m"]);
    assert!(table.within(80).to_string().contains("Bo\\u{1b}[31m"));
}
