//! A table as CSV.

use std::io::{self, Write};

use rayon::prelude::*;

use crate::sums_row::UNADJUSTED_COLUMNS;
use crate::{COLUMNS, Reason, SumsTable, UnitSum, number};

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
        let texts = TableTexts::new(self, is_adjusted)?;
        // The rows of a piece become text on all threads, and are written in their order.
        for piece in self
            .sums
            .chunks(PIECE_ROWS * rayon::current_num_threads().max(1))
        {
            let lines: Vec<Vec<u8>> = piece
                .par_chunks(PIECE_ROWS)
                .map(|sums| texts.lines(sums))
                .collect();
            for lines in lines {
                writer.write_all(&lines)?;
            }
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

/// So many rows become text at once on a thread.
const PIECE_ROWS: usize = 1 << 13;

/// What rows share, as it is written.
struct TableTexts {
    units: Vec<Vec<u8>>,
    layers: Vec<(Vec<u8>, Vec<u8>)>,
    reasons: Vec<String>,
    /// `None` where no row was adjusted: then there are no columns for it.
    adjustments: Option<Vec<Vec<u8>>>,
    rows: String,
}

impl TableTexts {
    fn new(table: &SumsTable, is_adjusted: bool) -> io::Result<Self> {
        let adjustments = table.adjustments.iter().map(|text| record(&[text]));
        Ok(Self {
            units: table.unit_texts()?,
            layers: table.layer_texts()?,
            reasons: table.reason_texts(),
            adjustments: is_adjusted.then(|| adjustments.collect()).transpose()?,
            rows: table.sums.len().to_string(),
        })
    }

    fn lines(&self, sums: &[UnitSum]) -> Vec<u8> {
        let mut lines = Vec::with_capacity(256 * sums.len());
        for sum in sums {
            self.line(sum, &mut lines);
        }
        lines
    }

    fn line(&self, sum: &UnitSum, line: &mut Vec<u8>) {
        let (labels, method) = &self.layers[sum.layer as usize];
        line.extend_from_slice(&self.units[sum.unit as usize]);
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
                number::write(line, value);
            }
        }
        let reasons = self.reasons.get(sum.reasons as usize);
        let reasons = reasons.map_or("", String::as_str);
        for text in [
            sum.status.word().as_bytes(),
            reasons.as_bytes(),
            method,
            self.rows.as_bytes(),
        ] {
            line.push(b',');
            line.extend_from_slice(text);
        }
        if let Some(adjustments) = &self.adjustments {
            line.push(b',');
            if let Some(text) = adjustments.get(sum.adjustment as usize) {
                line.extend_from_slice(text);
            }
            line.push(b',');
            if let Some(value) = sum.unadjusted() {
                number::write(line, value);
            }
        }
        line.push(b'\n');
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
