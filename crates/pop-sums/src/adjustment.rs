//! What was done to a sum: the text of the column `adjustment`, of which comments of values repeat a part.
//!
//! ```text
//! adjustment = step { "," step }
//! step       = "raked=" raking | mark
//! raking     = source { "+" source } "*" factor
//! factor     = number with four decimals | "filled"
//! mark       = "years=linear" | "years=nearest" | "uncontrolled=parent", or what a later version writes: what else was done in the
//!              raking before it
//! ```

use std::convert::Infallible;
use std::fmt;
use std::str::FromStr;

/// By how much raking changed a sum.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum RakingFactor {
    /// There was no sum before.
    Filled,
    /// In ten-thousandths.
    Rounded(u64),
    /// By its bits: too large, or too near to the middle between two, to be rounded in floating point.
    Exact(u64),
}

impl RakingFactor {
    /// People after over people before.
    #[must_use]
    pub fn new(factor: f64) -> Self {
        let scaled = factor * 1e4;
        let rounded = scaled.round();
        let is_sure = scaled < 1e9 && ((scaled - rounded).abs() - 0.5).abs() > 1e-6;
        if is_sure {
            Self::Rounded(rounded as u64)
        } else {
            Self::Exact(factor.to_bits())
        }
    }

    /// From people before and after. Nobody before and after is no change.
    #[must_use]
    pub fn of_people(before: f64, after: f64) -> Self {
        if before > 0.0 {
            Self::new(after / before)
        } else if after > 0.0 {
            Self::Filled
        } else {
            Self::new(1.0)
        }
    }
}

impl fmt::Display for RakingFactor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Filled => f.write_str("filled"),
            Self::Rounded(parts) => write!(f, "{}.{:04}", parts / 10_000, parts % 10_000),
            Self::Exact(bits) => write!(f, "{:.4}", f64::from_bits(*bits)),
        }
    }
}

/// To whose totals a sum was raked, and by which factor: `ine2022+who*1.0412`.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Raking {
    /// Sources of the official totals.
    pub sources: Vec<String>,
    /// The factor.
    pub factor: RakingFactor,
}

impl fmt::Display for Raking {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}*{}", self.sources.join("+"), self.factor)
    }
}

impl Raking {
    /// Reads `SOURCE+SOURCE*FACTOR`; `None` for other words.
    fn parse(text: &str) -> Option<Self> {
        let (sources, factor) = text.split_once('*')?;
        let factor = match factor {
            "filled" => RakingFactor::Filled,
            number => number
                .parse()
                .ok()
                .filter(|factor: &f64| factor.is_finite() && *factor >= 0.0)
                .map(RakingFactor::new)?,
        };
        let sources: Vec<String> = sources.split('+').map(str::to_owned).collect();
        let is_named = sources.iter().all(|source| !source.is_empty());
        is_named.then_some(Self { sources, factor })
    }
}

/// One thing that was done to a sum.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum AdjustmentStep {
    /// It was raked.
    Raked(Raking),
    /// What else was done, such as `years=linear`; also words of others.
    Mark(String),
}

impl fmt::Display for AdjustmentStep {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Raked(raking) => write!(f, "raked={raking}"),
            Self::Mark(mark) => f.write_str(mark),
        }
    }
}

/// What was done to a sum, in the order in which it was done.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct Adjustment {
    /// The steps; none where nothing was done.
    pub steps: Vec<AdjustmentStep>,
}

impl Adjustment {
    /// The rakings, the first one first.
    pub fn rakings(&self) -> impl Iterator<Item = &Raking> {
        self.steps.iter().filter_map(|step| match step {
            AdjustmentStep::Raked(raking) => Some(raking),
            AdjustmentStep::Mark(_) => None,
        })
    }

    /// What else was done.
    pub fn marks(&self) -> impl Iterator<Item = &str> {
        self.steps.iter().filter_map(|step| match step {
            AdjustmentStep::Raked(_) => None,
            AdjustmentStep::Mark(mark) => Some(mark.as_str()),
        })
    }
}

impl fmt::Display for Adjustment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, step) in self.steps.iter().enumerate() {
            if index > 0 {
                f.write_str(",")?;
            }
            write!(f, "{step}")?;
        }
        Ok(())
    }
}

impl FromStr for Adjustment {
    type Err = Infallible;

    /// Reads the column; what does not state a raking is kept as it is.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let step = |part: &str| match part.strip_prefix("raked=").and_then(Raking::parse) {
            Some(raking) => AdjustmentStep::Raked(raking),
            None => AdjustmentStep::Mark(part.to_owned()),
        };
        let parts = text.split(',').filter(|part| !part.is_empty());
        Ok(Self {
            steps: parts.map(step).collect(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn adjustments_come_back_from_their_text() {
        let read =
            |text: &str| -> Adjustment { text.parse().unwrap_or_else(|never| match never {}) };
        for text in [
            "",
            "raked=ine2022*1.0412",
            "raked=ine2022+who*0.9407,years=linear",
            "raked=nso2022*0.9407,raked=who*filled,uncontrolled=parent",
            "of somebody else",
            "raked=*1.0000",
            "raked=who*many",
        ] {
            assert_eq!(read(text).to_string(), text);
        }
        let twice = read("raked=a+b*0.9407,years=nearest,raked=c*filled");
        let rakings: Vec<String> = twice.rakings().map(ToString::to_string).collect();
        assert_eq!(rakings, ["a+b*0.9407", "c*filled"]);
        assert_eq!(twice.marks().collect::<Vec<_>>(), ["years=nearest"]);
        assert_eq!(read("raked=who*many").rakings().count(), 0);
    }

    #[test]
    fn factors_have_four_decimals() {
        for (before, after, text) in [
            (100.0, 104.12, "1.0412"),
            (3.0, 2.0, "0.6667"),
            (0.0, 0.0, "1.0000"),
            (0.0, 5.0, "filled"),
            (1.0, 1e7, "10000000.0000"),
        ] {
            assert_eq!(RakingFactor::of_people(before, after).to_string(), text);
        }
    }
}
