//! Changing the sums of a table, and writing it again.

use std::collections::HashMap;
use std::io::{self, Write};

use crate::sums_row::UNADJUSTED_COLUMNS;
use crate::{COLUMNS, Reason, Status, SumsTable, number};

/// A sum after an adjustment.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Adjusted<'a> {
    /// People now.
    pub population: f64,
    /// People before; `None` where there was no sum.
    pub unadjusted: Option<f64>,
    /// What was done, in the words of the column `adjustment`; empty where nothing was.
    pub adjustment: &'a str,
}

/// Adjusts sums of a table; texts that come again are kept once.
pub struct TableEditor {
    table: SumsTable,
    adjustments: HashMap<String, u32>,
}

impl TableEditor {
    /// An editor of the table.
    #[must_use]
    pub fn new(table: SumsTable) -> Self {
        let mut table = table;
        if table.adjustments.is_empty() {
            table.adjustments.push(String::new());
        }
        let adjustments = (0_u32..)
            .zip(&table.adjustments)
            .map(|(index, text)| (text.clone(), index))
            .collect();
        Self { table, adjustments }
    }

    /// The table as it is by now.
    #[must_use]
    pub const fn table(&self) -> &SumsTable {
        &self.table
    }

    /// Gives the sum of a row new values. A row without a value becomes `doubtful`.
    pub fn adjust(&mut self, row: usize, adjusted: &Adjusted<'_>) {
        let adjustment = match self.adjustments.get(adjusted.adjustment) {
            Some(&known) => known,
            None => {
                let index = u32::try_from(self.table.adjustments.len()).unwrap_or(u32::MAX);
                self.table.adjustments.push(adjusted.adjustment.to_owned());
                self.adjustments
                    .insert(adjusted.adjustment.to_owned(), index);
                index
            }
        };
        let sum = &mut self.table.sums[row];
        sum.population = Some(adjusted.population).into();
        sum.unadjusted = adjusted.unadjusted.into();
        sum.adjustment = adjustment;
        if sum.status == Status::None {
            sum.status = Status::Doubtful;
        }
    }

    /// Makes a row doubtful for a reason.
    pub fn doubt(&mut self, row: usize, reason: Reason) {
        let table = &mut self.table;
        let mut reasons = table.reasons(&table.sums[row]).to_vec();
        if !reasons.contains(&reason) {
            reasons.push(reason);
        }
        let known = table.reason_lists.iter().position(|list| *list == reasons);
        let index = known.unwrap_or_else(|| {
            table.reason_lists.push(reasons);
            table.reason_lists.len() - 1
        });
        let sum = &mut table.sums[row];
        sum.reasons = index as u32;
        sum.status = sum.status.max(Status::Doubtful);
    }

    /// The table after all adjustments.
    #[must_use]
    pub fn finish(self) -> SumsTable {
        self.table
    }
}

impl SumsTable {
    /// Writes the table as [`crate::write_csv`] writes its rows, without making rows of it first.
    ///
    /// # Errors
    /// What the writer answers.
    pub fn write_csv(&self, mut writer: impl Write) -> io::Result<()> {
        let is_adjusted = self.is_adjusted();
        let columns = if is_adjusted {
            &COLUMNS[..]
        } else {
            &COLUMNS[..UNADJUSTED_COLUMNS]
        };
        writeln!(writer, "{}", columns.join(","))?;
        let units = self.unit_texts()?;
        let layers = self.layer_texts()?;
        let reasons: Vec<String> = self.reason_texts();
        let adjustments: Vec<Vec<u8>> = self
            .adjustments
            .iter()
            .map(|text| record(&[text]))
            .collect::<io::Result<_>>()?;
        let none: &[u8] = b"";
        let rows = self.sums.len().to_string();
        let mut line = Vec::with_capacity(512);
        for sum in &self.sums {
            line.clear();
            let (labels, method) = &layers[sum.layer as usize];
            line.extend_from_slice(&units[sum.unit as usize]);
            line.push(b',');
            line.extend_from_slice(labels);
            for value in [
                sum.population(),
                sum.cells(),
                sum.area_cells(),
                sum.inside_share(),
            ] {
                line.push(b',');
                if let Some(value) = value {
                    number::write(&mut line, value);
                }
            }
            let reason = reasons.get(sum.reasons as usize).map_or("", String::as_str);
            for text in [
                sum.status.word().as_bytes(),
                reason.as_bytes(),
                method,
                rows.as_bytes(),
            ] {
                line.push(b',');
                line.extend_from_slice(text);
            }
            if is_adjusted {
                line.push(b',');
                let text = adjustments
                    .get(sum.adjustment as usize)
                    .filter(|_| sum.adjustment != 0);
                line.extend_from_slice(text.map_or(none, Vec::as_slice));
                line.push(b',');
                if let Some(value) = sum.unadjusted() {
                    number::write(&mut line, value);
                }
            }
            line.push(b'\n');
            writer.write_all(&line)?;
        }
        writer.flush()
    }

    /// The first five columns of each unit.
    fn unit_texts(&self) -> io::Result<Vec<Vec<u8>>> {
        let text = |unit: &crate::Unit| {
            record(&[
                &unit.id,
                unit.code.as_deref().unwrap_or_default(),
                unit.name.as_deref().unwrap_or_default(),
                &unit.level.map(|v| v.to_string()).unwrap_or_default(),
                unit.path.as_deref().unwrap_or_default(),
            ])
        };
        self.units.iter().map(text).collect()
    }

    /// The columns from `raster` to `age_to` of each layer, and its method.
    fn layer_texts(&self) -> io::Result<Vec<(Vec<u8>, Vec<u8>)>> {
        let integer = |value: Option<u32>| value.map(|v| v.to_string()).unwrap_or_default();
        let text = |layer: &crate::Layer| {
            let labels = record(&[
                &layer.raster,
                &layer.source,
                &layer.year.map(|v| v.to_string()).unwrap_or_default(),
                &layer.sex.map(|v| v.to_string()).unwrap_or_default(),
                &integer(layer.age_from),
                &integer(layer.age_to),
            ])?;
            Ok((labels, record(&[&layer.method])?))
        };
        self.layers.iter().map(text).collect()
    }

    fn reason_texts(&self) -> Vec<String> {
        let joined = |list: &Vec<Reason>| {
            let words: Vec<&str> = list.iter().map(Reason::word).collect();
            words.join(";")
        };
        self.reason_lists.iter().map(joined).collect()
    }
}

/// Fields as one line of CSV without its end. A single empty field is empty, not quoted.
fn record(fields: &[&str]) -> io::Result<Vec<u8>> {
    if fields == [""] {
        return Ok(Vec::new());
    }
    let mut writer = csv::WriterBuilder::new()
        .terminator(csv::Terminator::Any(b'\n'))
        .from_writer(Vec::new());
    writer.write_record(fields)?;
    let mut line = writer.into_inner().map_err(|e| e.into_error())?;
    line.pop();
    Ok(line)
}
