//! A table that is written: cells know whether they are numbers.

/// A cell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Cell {
    /// Text, also where it looks like a number: ids, codes, names, periods.
    Text(String),
    /// A number, in plain decimal digits.
    Number(String),
    /// No value.
    Empty,
}

/// A header and its rows, each as long as the header.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct OutputTable {
    /// Names of the columns.
    pub header: Vec<String>,
    /// The rows, in the order they are written.
    pub rows: Vec<Vec<Cell>>,
    /// Units that are not in the table, with the reason: every unit is accounted for.
    pub left_out: Vec<(String, String)>,
    /// Units in the table of which a value is doubtful, with the reasons, where the layout itself has no column for them.
    pub doubtful: Vec<(String, String)>,
    /// Units above whose own sum is another than that of the units below them, described.
    pub parent_gaps: Vec<String>,
}

impl Cell {
    /// A text, or nothing.
    #[must_use]
    pub fn text(text: Option<&str>) -> Self {
        text.filter(|text| !text.is_empty())
            .map_or(Self::Empty, |text| Self::Text(text.to_owned()))
    }

    /// A number as the shortest decimal that reads back as the same.
    #[must_use]
    pub fn number(value: Option<f64>) -> Self {
        value.map_or(Self::Empty, |value| Self::Number(value.to_string()))
    }

    /// What is written into a text file.
    #[must_use]
    pub fn as_str(&self) -> &str {
        match self {
            Self::Text(text) | Self::Number(text) => text,
            Self::Empty => "",
        }
    }
}
