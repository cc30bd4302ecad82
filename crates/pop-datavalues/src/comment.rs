//! The comment of a value: where it comes from, in a fixed form.
//!
//! ```text
//! comment   = "headcount source=" token " method=" token " reference=" token [ " group=" token ]
//!             [ " raked=" token ] [ " projected=" token ] [ " note=" text ]
//! token     = one or more characters that are not blanks; "unknown" where nothing is known
//! source    = what the raster is: worldpop-global2;R2025A;CN;1km;UA;v1
//! method    = coverage rule, then what was done to it, joined by "+":
//!             fraction   fraction+mid-year   fraction+uniform   fraction+sprague   fraction+rate
//! reference = the day the people are counted at, yyyy-mm-dd, or "unstated"
//! group     = who is counted: t, f15-49y, t0-11m, or the bands of a formula; left out where a rate or weights made the value
//! raked     = sources of official totals, and people over unadjusted people: ine2022*1.0412
//! projected = source of the growth, people over people of the year they are from, that year, growth in a year as a
//!             share: ine2022*1.0506,from=2025,growth=0.025 (growth=several for units added up that grow differently)
//! ```
//!
//! No time of the run and no version of the tool: running again changes nothing.

use std::fmt;
use std::str::FromStr;

/// Where a value comes from.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Comment {
    /// What the raster is.
    pub source: String,
    /// How the value was made.
    pub method: String,
    /// The day it is about.
    pub reference: String,
    /// Who is counted, as [`group_token`](crate::ages::group_token) writes it, or a formula.
    pub group: Option<String>,
    /// To whose totals it was raked, and by which factor.
    pub raked: Option<String>,
    /// From which year it was carried forward, by whose growth, and by which factor.
    pub projected: Option<String>,
    /// Words of the user.
    pub note: Option<String>,
}

/// A comment of somebody else.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not a comment of these tools: {0:?}")]
pub struct ForeignComment(pub String);

impl fmt::Display for Comment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let token = |text: &str| {
            let text = text.split_whitespace().collect::<Vec<_>>().join("_");
            if text.is_empty() {
                "unknown".to_owned()
            } else {
                text
            }
        };
        write!(
            f,
            "headcount source={} method={} reference={}",
            token(&self.source),
            token(&self.method),
            token(&self.reference)
        )?;
        if let Some(group) = &self.group {
            write!(f, " group={}", token(group))?;
        }
        if let Some(raked) = &self.raked {
            write!(f, " raked={}", token(raked))?;
        }
        if let Some(projected) = &self.projected {
            write!(f, " projected={}", token(projected))?;
        }
        match &self.note {
            Some(note) => write!(
                f,
                " note={}",
                note.split_whitespace().collect::<Vec<_>>().join(" ")
            ),
            None => Ok(()),
        }
    }
}

impl FromStr for Comment {
    type Err = ForeignComment;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        parse(text).ok_or_else(|| ForeignComment(text.to_owned()))
    }
}

fn parse(text: &str) -> Option<Comment> {
    let (source, rest) = text
        .strip_prefix("headcount source=")?
        .split_once(" method=")?;
    let (method, rest) = rest.split_once(" reference=")?;
    let (rest, note) = match rest.split_once(" note=") {
        Some((rest, note)) => (rest, Some(note.to_owned())),
        None => (rest, None),
    };
    let (rest, projected) = match rest.split_once(" projected=") {
        Some((rest, projected)) => (rest, Some(projected)),
        None => (rest, None),
    };
    let (rest, raked) = match rest.split_once(" raked=") {
        Some((rest, raked)) => (rest, Some(raked)),
        None => (rest, None),
    };
    let (reference, group) = match rest.split_once(" group=") {
        Some((reference, group)) => (reference, Some(group)),
        None => (rest, None),
    };
    let is_token = |text: &str| !text.is_empty() && !text.contains(char::is_whitespace);
    [source, method, reference]
        .into_iter()
        .chain(group)
        .chain(raked)
        .chain(projected)
        .all(is_token)
        .then(|| Comment {
            source: source.to_owned(),
            method: method.to_owned(),
            reference: reference.to_owned(),
            group: group.map(str::to_owned),
            raked: raked.map(str::to_owned),
            projected: projected.map(str::to_owned),
            note,
        })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn comment(source: &str, note: Option<&str>) -> Comment {
        Comment {
            source: source.into(),
            method: "fraction+uniform".into(),
            reference: "2025-01-01".into(),
            group: None,
            raked: None,
            projected: None,
            note: note.map(Into::into),
        }
    }

    #[test]
    fn comments_come_back_from_their_text() {
        let whole = comment("worldpop-global2;R2025A;CN;1km;UA;v1", None);
        assert_eq!(
            whole.to_string(),
            "headcount source=worldpop-global2;R2025A;CN;1km;UA;v1 method=fraction+uniform reference=2025-01-01"
        );
        for comment in [
            whole,
            comment("x", Some("agreed with the statistics office")),
        ] {
            assert_eq!(comment.to_string().parse::<Comment>(), Ok(comment));
        }
        assert_eq!(
            comment("", None)
                .to_string()
                .parse::<Comment>()
                .unwrap()
                .source,
            "unknown"
        );
        assert_eq!(
            comment("a b\n", None)
                .to_string()
                .parse::<Comment>()
                .unwrap()
                .source,
            "a_b"
        );
    }

    proptest! {
        #[test]
        fn every_comment_comes_back_and_stays(
            source in "\\PC{0,12}", method in "\\PC{0,12}", reference in "\\PC{0,12}",
            group in prop::option::of("\\PC{0,12}"), raked in prop::option::of("\\PC{0,12}"), projected in prop::option::of("\\PC{0,12}"),
            note in prop::option::of("[ a-z=\\n\\t]{0,20}( note=| method=| reference=)?[a-z ]{0,8}"),
        ) {
            let text = Comment { source, method, reference, group, raked, projected, note }.to_string();
            let read: Comment = text.parse().unwrap();
            prop_assert_eq!(read.to_string(), text);
        }
    }

    #[test]
    fn a_raked_value_says_to_whose_totals() {
        let raked = Comment {
            group: Some("f15-49y".into()),
            raked: Some("ine2022*1.0412".into()),
            ..comment("x", Some("agreed"))
        };
        let text = "headcount source=x method=fraction+uniform reference=2025-01-01 group=f15-49y raked=ine2022*1.0412 note=agreed";
        assert_eq!(raked.to_string(), text);
        assert_eq!(text.parse(), Ok(raked));
        // A note may speak of raking.
        let noted = comment("x", Some("see raked=a b"));
        assert_eq!(noted.to_string().parse(), Ok(noted));
    }

    #[test]
    fn a_projected_value_says_by_whose_growth() {
        let projected = Comment {
            raked: Some("ine2022*1.0412".into()),
            projected: Some("INS 2023*1.0506,from=2025,growth=0.025".into()),
            ..comment("x", Some("agreed"))
        };
        let text = "headcount source=x method=fraction+uniform reference=2025-01-01 raked=ine2022*1.0412 projected=INS_2023*1.0506,from=2025,growth=0.025 note=agreed";
        assert_eq!(projected.to_string(), text);
        let read: Comment = text.parse().unwrap();
        assert_eq!(
            read.projected.as_deref(),
            Some("INS_2023*1.0506,from=2025,growth=0.025")
        );
    }

    #[test]
    fn comments_of_others_are_not_ours() {
        for text in [
            "",
            "WorldPop 2025",
            "headcount",
            "headcount source= method=a reference=b",
            "headcount source=a b method=c reference=d",
        ] {
            assert!(text.parse::<Comment>().is_err(), "{text}");
        }
    }
}
