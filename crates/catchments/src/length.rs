//! Lengths on the command line.

/// Metres of a text such as `5km`, `800m`, `10cm` or `0`.
fn metres(text: &str) -> Result<f64, String> {
    let split = text.find(|letter: char| letter.is_ascii_alphabetic());
    let (number, unit) = text.split_at(split.unwrap_or(text.len()));
    let factor = match unit {
        "km" => 1000.0,
        "m" => 1.0,
        "cm" => 0.01,
        "" if number.trim().parse() == Ok(0.0) => 1.0,
        _ => return Err("expected a length with its unit, such as 5km or 800m".to_owned()),
    };
    match number.trim().parse::<f64>() {
        Ok(value) if value.is_finite() && value >= 0.0 => Ok(value * factor),
        _ => Err(format!("{number:?} is not a valid number")),
    }
}

pub(crate) fn max_distance(text: &str) -> Result<f64, String> {
    within(metres(text)?, 1.0, 300_000.0, "1m to 300km")
}

/// Sums of the catchments of a limit, as named on the command line: `5km=within-5km.csv`.
#[derive(Debug, Clone, PartialEq)]
pub struct SumsOfLimit {
    /// The limit as it was written.
    pub limit: String,
    /// The same in metres.
    pub metres: f64,
    /// The file.
    pub file: String,
}

/// Reads `LENGTH=FILE`.
pub(crate) fn sums_of_limit(text: &str) -> Result<SumsOfLimit, String> {
    let (limit, file) = text
        .split_once('=')
        .filter(|(_, file)| !file.is_empty())
        .ok_or_else(|| "expected LENGTH=FILE, such as 5km=within-5km.csv".to_owned())?;
    Ok(SumsOfLimit {
        metres: max_distance(limit)?,
        limit: limit.to_owned(),
        file: file.to_owned(),
    })
}

pub(crate) fn tolerance(text: &str) -> Result<f64, String> {
    within(metres(text)?, 0.01, 1000.0, "1cm to 1km")
}

pub(crate) fn same_place(text: &str) -> Result<f64, String> {
    within(metres(text)?, 0.0, 10_000.0, "0 to 10km")
}

fn within(metres: f64, low: f64, high: f64, expected: &str) -> Result<f64, String> {
    if (low..=high).contains(&metres) {
        Ok(metres)
    } else {
        Err(format!("expected {expected}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_have_a_unit() {
        assert_eq!(metres("5km"), Ok(5000.0));
        assert_eq!(metres("0.5 m"), Ok(0.5));
        assert_eq!(metres("0"), Ok(0.0));
        assert!(metres("5").is_err() && metres("-1m").is_err() && metres("5miles").is_err());
    }

    #[test]
    fn limits_have_a_length_and_a_file() {
        let found = sums_of_limit("5km=within=5.csv").unwrap();
        assert_eq!(
            (found.metres, found.file.as_str()),
            (5000.0, "within=5.csv")
        );
        assert!(sums_of_limit("5=a.csv").is_err() && sums_of_limit("5km").is_err());
        assert!(sums_of_limit("400km=a.csv").is_err() && sums_of_limit("5km=").is_err());
    }

    #[test]
    fn lengths_out_of_range_are_refused() {
        assert!(max_distance("0").is_err() && max_distance("300.1km").is_err());
        assert_eq!(max_distance("1m"), Ok(1.0));
        assert!(tolerance("0").is_err());
    }
}
