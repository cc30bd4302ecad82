//! What a person should look at before values are sent: the checks of the DHIS2
//! guidance on denominators, on the numbers before rounding.

use std::collections::HashMap;
use std::fmt;

use pop_sums::Sex;
use pop_sums::change::{reaches, relative_change};

use crate::ages::{AgeUnit, Ages};
use crate::bands::BandSlice;
use crate::mapping::Limits;
use crate::{BandSet, PopulationTable};

/// What is conspicuous.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PlausibilityCheck {
    /// Nobody lives there.
    NoPeople,
    /// Fewer people than the year before.
    Decline,
    /// Many more people than the year before.
    Growth,
    /// The bands add up to something else than the total raster.
    BandsAndTotal,
    /// Far more men than women, or women than men.
    SexRatio,
    /// Very many or very few children under five.
    UnderFive,
}

impl fmt::Display for PlausibilityCheck {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NoPeople => "no people",
            Self::Decline => "decline",
            Self::Growth => "growth",
            Self::BandsAndTotal => "bands and total differ",
            Self::SexRatio => "sex ratio",
            Self::UnderFive => "share under five",
        })
    }
}

/// Something conspicuous about a unit.
#[derive(Debug, Clone, PartialEq)]
pub struct PlausibilityFinding {
    /// What.
    pub check: PlausibilityCheck,
    /// Period.
    pub period: String,
    /// Index of the unit in the table of sums.
    pub unit: u32,
    /// The number found: a share, a ratio, people.
    pub found: f64,
}

/// The people of a period.
#[derive(Debug, Clone, Copy)]
pub struct PeriodPopulation<'a> {
    /// The period.
    pub period: &'a str,
    /// The year its people are counted in.
    pub year: Option<i32>,
    /// What the rasters are; growth is judged within one source only.
    pub source: &'a str,
    /// People.
    pub people: &'a PopulationTable,
    /// Whom the columns count.
    pub bands: &'a BandSet,
    /// The growth in a year by which the people of each row were carried forward.
    pub projected: Option<&'a [f64]>,
}

/// The main figures of a unit.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct KeyFigures {
    /// Everybody, by the raster of the whole population.
    pub raster: Option<f64>,
    /// Everybody, by the bands.
    pub bands: Option<f64>,
    /// Women and men, by the bands.
    pub sexes: Option<(f64, f64)>,
    /// Children under five.
    pub under_five: Option<f64>,
}

/// The columns that make up each figure; the same for all units.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyFigureColumns {
    raster: Option<usize>,
    bands: Option<Vec<usize>>,
    women: Option<Vec<usize>>,
    men: Option<Vec<usize>>,
    under_five: Option<Vec<usize>>,
}

impl KeyFigureColumns {
    /// Where the figures are in a set of bands.
    #[must_use]
    pub fn new(bands: &BandSet) -> Self {
        let columns = |sex: Option<Sex>, ages: Ages| {
            let slices = bands.slices(sex, ages).ok()?;
            // A part of a band is not a figure: its share of the band is not known here.
            if !slices.iter().all(BandSlice::is_whole) {
                return None;
            }
            Some(slices.iter().map(|slice| slice.column).collect())
        };
        Self {
            raster: bands.everybody(Sex::Total),
            bands: columns(None, Ages::ALL),
            women: columns(Some(Sex::Female), Ages::ALL),
            men: columns(Some(Sex::Male), Ages::ALL),
            under_five: columns(None, Ages::between(AgeUnit::Years, 0, 5)),
        }
    }

    /// The figures of a row.
    #[must_use]
    pub fn of(&self, people: &PopulationTable, row: usize) -> KeyFigures {
        let sum = |columns: &Option<Vec<usize>>| {
            let columns = columns.as_ref()?.iter();
            Some(columns.map(|&column| people.at(row, column)).sum::<f64>())
        };
        KeyFigures {
            raster: self.raster.map(|column| people.at(row, column)),
            bands: sum(&self.bands),
            sexes: sum(&self.women).zip(sum(&self.men)),
            under_five: sum(&self.under_five),
        }
    }
}

impl KeyFigures {
    /// Everybody: by the raster, else by the bands.
    #[must_use]
    pub fn everybody(&self) -> Option<f64> {
        self.raster.or(self.bands)
    }
}

/// The growth in one year, as a share, of a population that grew from `earlier` to `later` in so
/// many years. `None` where nobody was counted earlier, or no year lies between.
///
/// The one rule for growth: within a set of sums, between a set and what DHIS2 holds, and between two files.
#[must_use]
pub fn growth_in_a_year(earlier: f64, later: f64, years: i32) -> Option<f64> {
    match years {
        ..=0 => None,
        1 => relative_change(earlier, later),
        _ => (earlier > 0.0).then(|| (later / earlier).powf(1.0 / f64::from(years)) - 1.0),
    }
}

impl Limits {
    /// What is conspicuous about a growth in one year: any decline, and the limit or more.
    #[must_use]
    pub fn check_growth(&self, growth: f64) -> Option<PlausibilityCheck> {
        if growth < 0.0 {
            Some(PlausibilityCheck::Decline)
        } else if reaches(growth, self.growth) {
            Some(PlausibilityCheck::Growth)
        } else {
            None
        }
    }
}

/// Remarks on the units of all periods, by kind, then period, then as the units come.
#[must_use]
pub fn plausibility_findings(
    periods: &[PeriodPopulation<'_>],
    limits: &Limits,
) -> Vec<PlausibilityFinding> {
    let mut plausibility_findings = Vec::new();
    let mut before: HashMap<(u32, &str), (i32, f64)> = HashMap::new();
    for period in periods {
        let columns = KeyFigureColumns::new(period.bands);
        for (row, &unit) in period.people.units.iter().enumerate() {
            let mut note = |check, found| {
                plausibility_findings.push(PlausibilityFinding {
                    check,
                    period: period.period.to_owned(),
                    unit,
                    found,
                });
            };
            let figures = columns.of(period.people, row);
            let Some(everybody) = figures.everybody() else {
                continue;
            };
            if everybody == 0.0 {
                note(PlausibilityCheck::NoPeople, 0.0);
            }
            if let Some(year) = period.year
                && let Some((then, earlier)) =
                    before.insert((unit, period.source), (year, everybody))
                && let Some(growth) = growth_in_a_year(earlier, everybody, year - then)
                && let Some(finding) = limits.check_growth(growth)
            {
                note(finding, growth);
            }
            if let Some(growth) = period.projected.map(|rates| rates[row])
                && everybody > 0.0
                && let Some(finding) = limits.check_growth(growth)
            {
                note(finding, growth);
            }
            if let (Some(raster), Some(bands)) = (figures.raster, figures.bands)
                && raster.max(bands) > 0.0
            {
                let gap = bands / raster - 1.0;
                if gap.is_nan() || gap.abs() > limits.total {
                    note(PlausibilityCheck::BandsAndTotal, gap);
                }
            }
            if let Some((women, men)) = figures.sexes
                && women + men > 0.0
            {
                let ratio = men / women;
                if !(limits.sex_ratio[0]..=limits.sex_ratio[1]).contains(&ratio) {
                    note(PlausibilityCheck::SexRatio, ratio);
                }
            }
            if let (Some(children), Some(bands)) = (figures.under_five, figures.bands)
                && bands > 0.0
            {
                let share = children / bands;
                if !(limits.under_five[0]..=limits.under_five[1]).contains(&share) {
                    note(PlausibilityCheck::UnderFive, share);
                }
            }
        }
    }
    plausibility_findings.sort_by(|a, b| (a.check, &a.period).cmp(&(b.check, &b.period)));
    plausibility_findings
}

#[cfg(test)]
mod tests {
    use pop_sums::{ReadOptions, SumsTable, read};

    use super::*;
    use crate::population_table::{aligned, layers};

    fn table(rows: &str) -> SumsTable {
        let head = "org_unit,raster,sex,age_from,age_to,population\n";
        read(format!("{head}{rows}").as_bytes(), &ReadOptions::default()).unwrap()
    }

    fn people(table: &SumsTable) -> (PopulationTable, BandSet) {
        let all: Vec<u32> = (0..table.layers.len() as u32).collect();
        let columns = aligned(table, &[all]).unwrap().remove(0);
        let bands = BandSet::new(&layers(table, &columns)).unwrap();
        let units: Vec<u32> = (0..table.units.len() as u32).collect();
        (
            PopulationTable::new(table, &units, &[(columns, 1.0)]).unwrap(),
            bands,
        )
    }

    fn kinds(years: &[&str]) -> Vec<(PlausibilityCheck, u32)> {
        let tables: Vec<SumsTable> = years.iter().map(|rows| table(rows)).collect();
        let people: Vec<_> = tables.iter().map(people).collect();
        let names = [("2025", 2025), ("2026", 2026)];
        let periods: Vec<PeriodPopulation<'_>> = people
            .iter()
            .zip(names)
            .map(|((people, bands), (period, year))| PeriodPopulation {
                period,
                year: Some(year),
                source: "s",
                people,
                bands,
                projected: None,
            })
            .collect();
        plausibility_findings(&periods, &Limits::default())
            .iter()
            .map(|r| (r.check, r.unit))
            .collect()
    }

    #[test]
    fn growth_and_decline_are_noticed() {
        let before = "a,t,t,,,100\nb,t,t,,,100\nc,t,t,,,100\nd,t,t,,,0\n";
        let after = "a,t,t,,,105\nb,t,t,,,111\nc,t,t,,,99\nd,t,t,,,0\n";
        assert_eq!(
            kinds(&[before, after]),
            [
                (PlausibilityCheck::NoPeople, 3),
                (PlausibilityCheck::NoPeople, 3),
                (PlausibilityCheck::Decline, 2),
                (PlausibilityCheck::Growth, 1)
            ]
        );
    }

    #[test]
    fn limits_are_those_of_the_mapping_and_growth_is_that_of_a_year() {
        let tables = ["a,t,t,,,100\nb,t,t,,,100\n", "a,t,t,,,119\nb,t,t,,,133\n"].map(table);
        let people = [people(&tables[0]), people(&tables[1])];
        let found = |years: [i32; 2], source: [&str; 2], growth: f64| {
            let period = |at: usize| PeriodPopulation {
                period: "p",
                year: Some(years[at]),
                source: source[at],
                people: &people[at].0,
                bands: &people[at].1,
                projected: None,
            };
            let limits = Limits {
                growth,
                ..Limits::default()
            };
            let found = plausibility_findings(&[period(0), period(1)], &limits);
            found.iter().map(|r| r.unit).collect::<Vec<_>>()
        };
        assert_eq!(found([2025, 2026], ["s", "s"], 0.10), [0, 1]);
        assert_eq!(found([2025, 2026], ["s", "s"], 0.20), [1]);
        // 19 and 33 per cent in two years are 9 and 15 in one; of another source nothing is said.
        assert_eq!(found([2025, 2027], ["s", "s"], 0.10), [1]);
        assert!(found([2025, 2026], ["s", "t"], 0.10).is_empty());
    }

    #[test]
    fn structure_is_looked_at() {
        let unit = |id: &str, total: u32, f: [u32; 2], m: [u32; 2]| {
            format!(
                "{id},t,t,,,{total}\n{id},f0,f,0,5,{}\n{id},f5,f,5,,{}\n{id},m0,m,0,5,{}\n{id},m5,m,5,,{}\n",
                f[0], f[1], m[0], m[1]
            )
        };
        let rows = [
            unit("good", 200, [14, 86], [15, 85]),
            unit("gap", 210, [14, 86], [15, 85]),
            unit("men", 200, [7, 43], [23, 127]),
            unit("old", 200, [1, 99], [1, 99]),
        ];
        assert_eq!(
            kinds(&[&rows.concat()]),
            [
                (PlausibilityCheck::BandsAndTotal, 1),
                (PlausibilityCheck::SexRatio, 2),
                (PlausibilityCheck::UnderFive, 3)
            ]
        );
    }

    #[test]
    fn a_band_from_birth_to_fifteen_is_not_the_children_under_five() {
        let rows = "a,f0,f,0,15,100\na,f15,f,15,,100\na,m0,m,0,15,100\na,m15,m,15,,100\n";
        assert!(kinds(&[rows]).is_empty());
    }

    #[test]
    fn growth_is_that_of_one_year() {
        let growth = |earlier, later, years| growth_in_a_year(earlier, later, years);
        assert_eq!(growth(100.0, 150.0, 1), Some(0.5));
        let two = growth(100.0, 121.0, 2).unwrap();
        assert!((two - 0.1).abs() < 1e-12, "{two}");
        assert_eq!(growth(100.0, 0.0, 1), Some(-1.0));
        assert_eq!(growth(0.0, 5.0, 1), None);
        assert_eq!(growth(5.0, 5.0, 0), None);
        let limits = Limits::default();
        assert_eq!(limits.check_growth(0.10), Some(PlausibilityCheck::Growth));
        assert_eq!(limits.check_growth(0.099), None);
        assert_eq!(limits.check_growth(0.11), Some(PlausibilityCheck::Growth));
        assert_eq!(
            limits.check_growth(-0.001),
            Some(PlausibilityCheck::Decline)
        );
        assert_eq!(limits.check_growth(0.0), None);
    }
}
