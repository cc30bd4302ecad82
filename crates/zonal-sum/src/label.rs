//! What a raster holds: year, sex, ages and product, from its name or from `--label`.

use pop_cli::ToolError;
use pop_sums::limits::parse_year;
use pop_worldpop::{AgeBand, Constraint, Family, RasterLabel, RasterName, Sex, refusal_of_name};

/// Year, sex, ages and product of a raster.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct ContentLabel {
    pub(crate) year: Option<i32>,
    pub(crate) sex: Option<Sex>,
    pub(crate) age_from: Option<u32>,
    pub(crate) age_to: Option<u32>,
    /// Product, release, kind, resolution and version; empty when unknown.
    pub(crate) source: String,
    /// Whether cells without people have no value; `None` where nothing says.
    pub(crate) constrained: Option<bool>,
}

impl From<RasterLabel> for ContentLabel {
    fn from(label: RasterLabel) -> Self {
        Self {
            year: label.year,
            sex: label.sex,
            age_from: label.age_from,
            age_to: label.age_to,
            ..Self::default()
        }
    }
}

impl ContentLabel {
    /// What the first of `names` that is a WorldPop name says.
    ///
    /// # Errors
    /// Where the name is that of a raster that holds no people.
    pub(crate) fn from_names<'a>(
        names: impl IntoIterator<Item = &'a str>,
    ) -> Result<Self, ToolError> {
        for name in names {
            if let Some(refusal) = refusal_of_name(name) {
                return Err(ToolError::data(format!("{name}: {refusal}"))
                    .hint("sum a raster of people per cell: fetch-worldpop lists them"));
            }
            let Ok(parsed) = RasterName::parse(name) else {
                continue;
            };
            return Ok(Self {
                source: parsed.source(),
                constrained: parsed.constrained(),
                ..Self::from(parsed.label())
            });
        }
        Ok(Self::default())
    }

    /// A label of a product alone.
    pub(crate) fn of_source(source: &str) -> Self {
        Self {
            source: source.to_owned(),
            constrained: constrained(source),
            ..Self::default()
        }
    }

    /// What a band description says; see [`RasterLabel::from_description`].
    pub(crate) fn from_description(description: &str) -> Option<Self> {
        RasterLabel::from_description(description).map(Self::from)
    }

    /// Whether anything says that the cells hold people.
    pub(crate) fn says_people(&self) -> bool {
        !self.source.is_empty() || self.sex.is_some() || self.age_from.is_some()
    }

    /// What it says otherwise than another label, where both say something: `year 2026, not 2025`. A source in words of one's own
    /// contradicts no other.
    pub(crate) fn contradictions(&self, other: &Self) -> Vec<String> {
        let year = |label: &Self| label.year.map(|year| year.to_string());
        let sex = |label: &Self| label.sex.map(|sex| sex.to_string());
        let source = |label: &Self| Some(label.source.clone()).filter(|text| !text.is_empty());
        // without a sex there is nothing to tell all ages from unknown ones by
        let ages = |label: &Self| label.sex.map(|_| label.ages());
        [
            ("year", year(self), year(other)),
            ("sex", sex(self), sex(other)),
            ("ages", ages(self), ages(other)),
            (
                "source",
                source(self).filter(|source| Family::of_source(source).is_some()),
                source(other),
            ),
        ]
        .into_iter()
        .filter_map(|(what, here, there)| {
            let (here, there) = (here?, there?);
            (here != there).then(|| format!("{what} {here}, not {there}"))
        })
        .collect()
    }

    /// Takes year and source of another label where it has none.
    pub(crate) fn complete(&mut self, other: &Self) {
        self.year = self.year.or(other.year);
        if self.source.is_empty() {
            self.source.clone_from(&other.source);
            self.constrained = self.constrained.or(other.constrained);
        }
    }

    /// The ages; `None` for all of them, and where nothing is said of them.
    pub(crate) const fn band(&self) -> Option<AgeBand> {
        AgeBand::from_ends(self.age_from, self.age_to)
    }

    /// `all`, `<1`, `15-19`, `80+`.
    fn ages(&self) -> String {
        self.band()
            .map_or_else(|| "all".to_owned(), |band| band.to_string())
    }

    /// Whether it says who is counted, and not the product or the year alone.
    pub(crate) const fn says_who(&self) -> bool {
        self.sex.is_some() || self.age_from.is_some()
    }

    /// Whether a part of the people is counted.
    pub(crate) fn is_part(&self) -> bool {
        self.age_from.is_some() || self.sex.is_some_and(|sex| sex != Sex::Total)
    }

    /// `everybody`, `f of all ages`, `f 15-19`.
    pub(crate) fn people(&self) -> String {
        let sex = self
            .sex
            .map_or_else(|| "t".to_owned(), |sex| sex.to_string());
        match self.band() {
            Some(band) => format!("{sex} {band}"),
            None if self.is_part() => format!("{sex} of all ages"),
            None => "everybody".to_owned(),
        }
    }

    /// `f 15-19 of 2025`.
    pub(crate) fn people_and_year(&self) -> String {
        let people = self.people();
        self.year
            .map_or_else(|| people.clone(), |year| format!("{people} of {year}"))
    }

    /// # Errors
    /// Where the ages end before they begin, or end without a beginning.
    pub(crate) fn check(&self) -> Result<(), ToolError> {
        match (self.age_from, self.age_to) {
            (None, Some(to)) => Err(ToolError::usage(format!(
                "age_to is {to}, and nothing says age_from"
            ))
            .hint(format!(
                "say where the ages begin: --label age_from=0,age_to={to}"
            ))),
            (Some(from), Some(to)) if to <= from => Err(ToolError::usage(format!(
                "age_to is {to}, expected an age above age_from ({from})"
            ))
            .hint("age_to is the first age beyond, in whole years: --label age_from=15,age_to=20")),
            _ => Ok(()),
        }
    }
}

/// One `--label`: for one raster or for all, what to write over the name's own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct LabelOverride {
    /// The raster's name; `None` for all.
    pub(crate) raster: Option<String>,
    entries: Vec<LabelEntry>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum LabelEntry {
    Year(i32),
    Sex(Sex),
    AgeFrom(Option<u32>),
    AgeTo(Option<u32>),
    Source(String),
}

impl LabelOverride {
    /// Reads `[NAME:]KEY=VALUE,…`.
    pub(crate) fn parse(text: &str) -> Result<Self, ToolError> {
        let (raster, entries) = match text.split_once(':') {
            Some((name, rest)) if !name.contains('=') => (Some(name.to_owned()), rest),
            _ => (None, text),
        };
        let entries = entries
            .split(',')
            .map(|entry| parse_entry(entry.trim()))
            .collect::<Result<Vec<_>, _>>()
            .map_err(|problem| {
                ToolError::usage(format!("--label {text}: {problem}"))
                    .hint("keys: year, sex (f, m, t), age_from, age_to (in whole years, the latter exclusive), source")
            })?;
        Ok(Self { raster, entries })
    }

    /// Whether it says what the cells hold, and not the year alone.
    pub(crate) fn says_people(&self) -> bool {
        self.entries.iter().any(|entry| {
            matches!(
                entry,
                LabelEntry::Source(_) | LabelEntry::Sex(_) | LabelEntry::AgeFrom(_)
            )
        })
    }

    /// Whether it says who is counted.
    pub(crate) fn says_who(&self) -> bool {
        self.entries
            .iter()
            .any(|entry| matches!(entry, LabelEntry::Sex(_) | LabelEntry::AgeFrom(_)))
    }

    pub(crate) fn says_year(&self) -> bool {
        self.entries
            .iter()
            .any(|entry| matches!(entry, LabelEntry::Year(_)))
    }

    pub(crate) fn apply(&self, labelled: &mut ContentLabel) {
        for entry in &self.entries {
            match entry {
                LabelEntry::Year(year) => labelled.year = Some(*year),
                LabelEntry::Sex(sex) => labelled.sex = Some(*sex),
                LabelEntry::AgeFrom(age) => labelled.age_from = *age,
                LabelEntry::AgeTo(age) => labelled.age_to = *age,
                LabelEntry::Source(source) => {
                    labelled.source.clone_from(source);
                    labelled.constrained = constrained(source);
                }
            }
        }
    }
}

/// Whether cells without people have no value, as far as a source says.
fn constrained(source: &str) -> Option<bool> {
    Constraint::of_source(source).map(|constraint| constraint == Constraint::Constrained)
}

fn parse_entry(entry: &str) -> Result<LabelEntry, String> {
    let (key, value) = entry
        .split_once('=')
        .ok_or_else(|| format!("{entry:?} is not KEY=VALUE"))?;
    let age = || -> Result<Option<u32>, String> {
        if value.is_empty() {
            return Ok(None);
        }
        value
            .parse()
            .map(Some)
            .map_err(|_| format!("{key} is {value:?}, expected whole years"))
    };
    Ok(match key {
        "year" => LabelEntry::Year(parse_year(value)?),
        "sex" => LabelEntry::Sex(
            value
                .parse()
                .map_err(|_| format!("sex is {value:?}, expected f, m or t"))?,
        ),
        "age_from" => LabelEntry::AgeFrom(age()?),
        "age_to" => LabelEntry::AgeTo(age()?),
        "source" => LabelEntry::Source(value.to_owned()),
        _ => return Err(format!("{key:?} is not a key")),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_name_that_is_one_counts() {
        let names = ["pop", "sle_f_15_2025_CN_100m_R2025A_v1", "x"];
        let found = ContentLabel::from_names(names).unwrap();
        assert_eq!(
            (found.year, found.age_from, found.age_to),
            (Some(2025), Some(15), Some(20))
        );
        assert_eq!(found.constrained, Some(true));
        assert_eq!(
            ContentLabel::from_names(["pop"]).unwrap(),
            ContentLabel::default()
        );
    }

    #[test]
    fn labels_contradict_each_other_where_both_say_something() {
        let of = |name| ContentLabel::from_names([name]).unwrap();
        let women = of("sle_f_15_2025_CN_100m_R2025A_v1");
        assert_eq!(
            of("sle_pop_2026_CN_100m_R2025A_v1").contradictions(&women),
            ["year 2026, not 2025", "sex t, not f", "ages all, not 15-19"]
        );
        assert_eq!(
            of("sle_f_15_2025_UC_100m_R2025A_v1").contradictions(&women),
            ["source worldpop-global2;R2025A;UC;100m;v1, not worldpop-global2;R2025A;CN;100m;v1"]
        );
        for same in [women.clone(), ContentLabel::default()] {
            assert!(same.contradictions(&women).is_empty());
        }
    }

    #[test]
    fn what_is_said_counts_before_the_name() {
        let mut found = ContentLabel::from_names(["sle_f_15_2025_CN_100m_R2025A_v1"]).unwrap();
        let label = LabelOverride::parse("women:year=2026,age_to=50,sex=f").unwrap();
        assert_eq!(label.raster.as_deref(), Some("women"));
        label.apply(&mut found);
        assert_eq!(
            (found.year, found.age_from, found.age_to),
            (Some(2026), Some(15), Some(50))
        );
        let label =
            LabelOverride::parse("source=worldpop-global2;R2025A;UC;1km;v1,age_to=26").unwrap();
        label.apply(&mut found);
        assert_eq!(found.constrained, Some(false));
        assert!(found.check().is_ok());
        LabelOverride::parse("age_to=15").unwrap().apply(&mut found);
        assert!(found.check().is_err());
        for edge in ["year=1800", "year=2200"] {
            assert!(LabelOverride::parse(edge).is_ok(), "{edge}");
        }
        for bad in [
            "year=now",
            "year=1799",
            "year=2201",
            "sex=x",
            "age=3",
            "year",
            "age_from=-1",
        ] {
            assert!(LabelOverride::parse(bad).is_err(), "{bad}");
        }
    }
}
