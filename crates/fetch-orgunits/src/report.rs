//! Units without a geometry of the source, and features without a unit.

use std::collections::BTreeMap;
use std::io::Write;

use pop_cli::{Console, counted, shortened_list};
use pop_dhis2::org_units::Unit;

use crate::unit_key::UnitKey;

/// Why a unit has no geometry of the source, or a feature no unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Problem {
    /// The other side has none of this key.
    Unmatched,
    /// Two units of the selection have this key.
    DuplicateUnit,
    /// Two features of the file have this key.
    DuplicateFeature,
    /// It has no key to match by.
    WithoutKey,
    /// The feature has no geometry.
    Empty,
    /// The attribute's value is no geometry.
    Unreadable,
}

impl Problem {
    const fn word(self) -> &'static str {
        match self {
            Self::Unmatched => "unmatched",
            Self::DuplicateUnit => "doubled-unit",
            Self::DuplicateFeature => "doubled-feature",
            Self::WithoutKey => "without-key",
            Self::Empty => "empty",
            Self::Unreadable => "unreadable",
        }
    }

    /// What a message says after "3 units" or "1 feature".
    const fn phrase(self, side: Side) -> &'static str {
        match (self, side) {
            (Self::Unmatched, Side::Unit) => "without a geometry in the source",
            (Self::Unmatched, Side::Feature) => "matching no unit",
            (Self::DuplicateUnit, _) => "left out: another unit has the same key",
            (Self::DuplicateFeature, Side::Unit) => "left out: several features have their key",
            (Self::DuplicateFeature, Side::Feature) => "unused: another feature has the same key",
            (Self::WithoutKey, _) => "without a key to match by",
            (Self::Empty, _) => "whose feature has no geometry",
            (Self::Unreadable, _) => "whose geometry is not a valid GeoJSON geometry",
        }
    }
}

/// Which side a line is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Side {
    Unit,
    Feature,
}

impl Side {
    const fn word(self) -> &'static str {
        match self {
            Self::Unit => "unit",
            Self::Feature => "feature",
        }
    }
}

#[derive(Debug)]
struct Line {
    side: Side,
    problem: Problem,
    id: String,
    code: String,
    name: String,
    is_fallback: bool,
    near: String,
}

impl Line {
    fn is_unmatched(&self) -> bool {
        self.side == Side::Unit && self.problem == Problem::Unmatched
    }

    /// The name, or the id of what has none.
    fn shown(&self) -> &str {
        if self.name.is_empty() {
            &self.id
        } else {
            &self.name
        }
    }
}

/// All problems, in the order of the stream.
#[derive(Debug, Default)]
pub(crate) struct Report {
    lines: Vec<Line>,
}

impl Report {
    /// A unit that the source has no geometry for.
    pub(crate) fn unit(&mut self, unit: &Unit<'_>, problem: Problem, is_fallback: bool) {
        self.lines.push(Line {
            side: Side::Unit,
            problem,
            id: unit.id.clone(),
            code: unit.code.clone().unwrap_or_default(),
            name: unit.name.clone().unwrap_or_default(),
            is_fallback,
            near: String::new(),
        });
    }

    /// A feature that no unit got.
    pub(crate) fn feature(&mut self, key: &str, problem: Problem) {
        self.lines.push(Line {
            side: Side::Feature,
            problem,
            id: key.to_owned(),
            code: String::new(),
            name: String::new(),
            is_fallback: false,
            near: String::new(),
        });
    }

    /// Units for which the source has nothing.
    pub(crate) fn unmatched(&self) -> usize {
        self.lines.iter().filter(|line| line.is_unmatched()).count()
    }

    /// Notes the features that may be meant for units without a match.
    pub(crate) fn set_near_misses<'k>(
        &mut self,
        by: UnitKey,
        nearest: impl Fn(&str) -> Option<&'k str>,
    ) {
        for line in self.lines.iter_mut().filter(|line| line.is_unmatched()) {
            let key = match by {
                UnitKey::Id => &line.id,
                UnitKey::Code => &line.code,
                UnitKey::Name => &line.name,
            };
            line.near = nearest(key).unwrap_or_default().to_owned();
        }
    }

    /// Says it on stderr: one line for each kind, with the first few by name.
    pub(crate) fn warn(&self, console: &Console) {
        let mut kinds: BTreeMap<(Side, Problem), Vec<&str>> = BTreeMap::new();
        for line in &self.lines {
            let shown = line.shown();
            kinds
                .entry((line.side, line.problem))
                .or_default()
                .push(shown);
        }
        for ((side, problem), names) in kinds {
            console.warn(&format!(
                "{} {}: {}",
                counted(names.len(), side.word()),
                problem.phrase(side),
                shortened_list(&names)
            ));
        }
        self.hint_near_misses(console);
    }

    /// Offers the features that may be meant for units without a match.
    fn hint_near_misses(&self, console: &Console) {
        let near = self.lines.iter().filter(|line| !line.near.is_empty());
        let near: Vec<String> = near
            .map(|line| format!("{:?} for {}", line.near, line.shown()))
            .collect();
        if !near.is_empty() {
            console.hint(&format!(
                "near misses: {}; --loose-match ignores case, accents, blanks and punctuation",
                shortened_list(&near)
            ));
        }
    }

    /// Writes every line as CSV: `side,problem,id,code,name,geometry,near`.
    pub(crate) fn write(&self, out: impl Write) -> Result<(), csv::Error> {
        let mut writer = csv::Writer::from_writer(out);
        writer.write_record(["side", "problem", "id", "code", "name", "geometry", "near"])?;
        for line in &self.lines {
            let geometry = match (line.side, line.is_fallback) {
                (Side::Unit, true) => "fallback",
                (Side::Unit, false) => "none",
                (Side::Feature, _) => "unused",
            };
            writer.write_record([
                line.side.word(),
                line.problem.word(),
                &line.id,
                &line.code,
                &line.name,
                geometry,
                &line.near,
            ])?;
        }
        writer.flush()?;
        Ok(())
    }
}
