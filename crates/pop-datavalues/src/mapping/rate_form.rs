//! Rates as people write them: only a table with all four members is read, and the message shows it.

use std::fmt;

use serde::de::{
    self, Deserialize, Deserializer, MapAccess, Visitor, value::MapAccessDeserializer,
};

use super::Rate;

/// Reads a rate.
pub(super) fn rate<'de, D: Deserializer<'de>>(from: D) -> Result<Option<Rate>, D::Error> {
    from.deserialize_any(RateVisitor).map(Some)
}

/// Reads the value of a rate.
pub(super) fn value<'de, D: Deserializer<'de>>(from: D) -> Result<f64, D::Error> {
    from.deserialize_any(ValueVisitor)
}

/// A number or a share in per cent, as a number for each person: `4.1%` is 0.041.
fn share(text: &str) -> Option<f64> {
    let text = text.trim();
    match text.strip_suffix('%') {
        Some(number) => Some(number.trim().parse::<f64>().ok()? / 100.0),
        None => text.parse().ok(),
    }
}

/// At most nine decimals, without the zeros behind them.
fn number(value: f64) -> String {
    let text = format!("{value:.9}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// The form that a rate has in the file.
fn form(value: Option<f64>) -> String {
    let value = value.map_or_else(|| "0.041".to_owned(), number);
    format!("rate = {{ value = {value}, source = \"census\", year = 2013, level = \"national\" }}")
}

struct RateVisitor;

impl<'de> Visitor<'de> for RateVisitor {
    type Value = Rate;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&form(None))
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Rate, A::Error> {
        Rate::deserialize(MapAccessDeserializer::new(map))
            .map_err(|error| de::Error::custom(format!("{error}, expected {}", form(None))))
    }

    fn visit_f64<E: de::Error>(self, value: f64) -> Result<Rate, E> {
        Err(E::custom(format!(
            "a rate needs its source, year and level: {}",
            form(Some(value))
        )))
    }

    fn visit_i64<E: de::Error>(self, value: i64) -> Result<Rate, E> {
        self.visit_f64(value as f64)
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Rate, E> {
        Err(E::custom(format!(
            "rate is {text:?}, and needs its source, year and level: {}",
            form(share(text))
        )))
    }
}

struct ValueVisitor;

impl Visitor<'_> for ValueVisitor {
    type Value = f64;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a number for each person: value = 0.041 for 4.1 %")
    }

    fn visit_f64<E: de::Error>(self, value: f64) -> Result<f64, E> {
        Ok(value)
    }

    fn visit_i64<E: de::Error>(self, value: i64) -> Result<f64, E> {
        Ok(value as f64)
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<f64, E> {
        let number =
            share(text).map_or_else(String::new, |value| format!(": value = {}", number(value)));
        Err(E::custom(format!(
            "the value of the rate is the text {text:?}, expected a number for each person{number}"
        )))
    }
}
