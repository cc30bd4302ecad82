//! The declared nodata value, cast to the band's type before anything is compared.

use crate::error::RasterError;
use crate::sample::SampleType;

/// What a band declares as "no value here".
#[derive(Debug, Clone, PartialEq)]
pub struct NoData {
    text: Option<String>,
    value: Option<f64>,
    matches_nothing: bool,
}

/// How a cell is compared with the nodata value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NoDataMatch {
    /// It must be equal.
    Exact,
    /// It may differ by [`NEAR_NODATA`].
    Near,
}

/// Difference, relative to a nodata value near the limit of a float type, at which a cell still has no value.
///
/// Such values are written as -3.4e38, -3.40282e38 or -3.4028234663852886e38 for one and the same thing, and tag and cells often
/// disagree. No count of people is anywhere near.
pub(crate) const NEAR_NODATA: f64 = 0.01;

/// Above this magnitude, a nodata value is one near the limit of its type.
const NEAR_LIMIT: f64 = 1e37;

impl NoData {
    /// No nodata value is declared.
    #[must_use]
    pub fn absent() -> Self {
        Self {
            text: None,
            value: None,
            matches_nothing: false,
        }
    }

    /// From the text of the GDAL_NODATA tag.
    ///
    /// The spellings of every C library are known: `nan`, `-nan(ind)`, `1.#QNAN`,
    /// `-3.4e+038`, `-3.39999999999999996e+38`.
    ///
    /// # Errors
    /// [`RasterError::NoDataText`] where the text is no number (a decimal comma, a word,
    /// nothing): what was meant cannot be guessed, and would be summed as people.
    pub fn parse(text: &str, sample: SampleType) -> Result<Self, RasterError> {
        let trimmed = text.trim_matches(|c: char| c.is_whitespace() || c == '\0');
        let number = parse_number(trimmed).ok_or_else(|| RasterError::NoDataText {
            text: trimmed.chars().take(40).collect(),
        })?;
        let value = cast(number, sample);
        Ok(Self {
            text: Some(trimmed.to_owned()),
            value,
            matches_nothing: value.is_none(),
        })
    }

    /// The text as the file has it, without blanks around it.
    #[must_use]
    pub fn text(&self) -> Option<&str> {
        self.text.as_deref()
    }

    /// The value as the band's type holds it; `None` where none is declared or where the
    /// type cannot hold it.
    #[must_use]
    pub fn value(&self) -> Option<f64> {
        self.value
    }

    pub(crate) fn matching(&self) -> NoDataMatch {
        match self.value {
            Some(value) if value.is_finite() && value.abs() >= NEAR_LIMIT => NoDataMatch::Near,
            _ => NoDataMatch::Exact,
        }
    }

    /// Whether a value is declared that no cell of this type can have (-99999 on an
    /// unsigned band): worth a warning.
    #[must_use]
    pub fn matches_nothing(&self) -> bool {
        self.matches_nothing
    }
}

fn parse_number(text: &str) -> Option<f64> {
    let lower = text.to_ascii_lowercase();
    let unsigned = lower.trim_start_matches(['+', '-']);
    if matches!(
        unsigned,
        "nan" | "nan(ind)" | "nan(snan)" | "1.#qnan" | "1.#ind" | "1.#snan"
    ) {
        return Some(f64::NAN);
    }
    if matches!(unsigned, "inf" | "infinity" | "1.#inf") {
        let sign = if lower.starts_with('-') { -1.0 } else { 1.0 };
        return Some(sign * f64::INFINITY);
    }
    lower.parse().ok()
}

/// The value as `sample` stores it, widened again.
fn cast(value: f64, sample: SampleType) -> Option<f64> {
    if let Some((low, high)) = sample.integer_range() {
        return (value.fract() == 0.0 && (low..=high).contains(&value)).then_some(value);
    }
    match sample {
        SampleType::F64 => Some(value),
        SampleType::F16 => Some(if value.is_finite() {
            value.clamp(-65504.0, 65504.0)
        } else {
            value
        }),
        _ => {
            let single = value as f32;
            // "3.4028235e+38" and its like lie a hair above the largest f32.
            let slightly_above =
                single.is_infinite() && value.abs() < f64::from(f32::MAX) * 1.000_001;
            let single = if slightly_above {
                f32::MAX.copysign(single)
            } else {
                single
            };
            Some(f64::from(single))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_text_is_cast_to_the_band() {
        let value = |text, sample| NoData::parse(text, sample).unwrap().value();
        assert_eq!(value("-99999", SampleType::F32), Some(-99999.0));
        assert_eq!(value(" -99999 \0", SampleType::F32), Some(-99999.0));
        assert_eq!(
            value("-3.4e+038", SampleType::F32),
            Some(f64::from(-3.4e38_f32))
        );
        assert_eq!(
            value("-3.39999999999999996e+38", SampleType::F32),
            Some(f64::from(-3.4e38_f32))
        );
        assert_eq!(
            value("3.40282357e+38", SampleType::F32),
            Some(f64::from(f32::MAX))
        );
        assert_eq!(value("0.1000000000000000055", SampleType::F64), Some(0.1));
        assert_eq!(value("-99999", SampleType::U8), None);
        assert_eq!(value("255", SampleType::U8), Some(255.0));
        assert_eq!(value("-inf", SampleType::F32), Some(f64::NEG_INFINITY));
        for nan in ["nan", "NaN", "-nan", "-nan(ind)", "1.#QNAN"] {
            assert!(value(nan, SampleType::F32).unwrap().is_nan(), "{nan}");
        }
        assert!(
            NoData::parse("-99999", SampleType::U8)
                .unwrap()
                .matches_nothing()
        );
    }

    #[test]
    fn what_is_no_number_is_refused() {
        for text in ["", " ", "-99999,0", "none", "0x10", "1 2"] {
            assert!(NoData::parse(text, SampleType::F32).is_err(), "{text:?}");
        }
    }
}
