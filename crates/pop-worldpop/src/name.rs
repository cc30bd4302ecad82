//! The grammar of WorldPop file names.

mod description;
mod file_name;
mod finding;
mod grammar;
mod layer;
mod part;
mod quantity;
mod resolution;
mod source;
mod stem;
mod tail;
mod write;

use crate::{AgeBandScheme, Sex};
pub use file_name::{file_name, file_stem};
pub use finding::{NameFinding, name_finding};
use grammar::{global1, global2, is_area, not_people};
pub use layer::Layer;
use quantity::refusal_of_words;
pub use quantity::{refusal_of_name, refusal_of_text};
pub use resolution::Resolution;
use stem::{Stem, without_copy_mark};

/// Product line of a raster.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Family {
    /// 2000-2020, and the bridge years 2021-2022 (`ppp` names, eighteen bands).
    Global1,
    /// 2015-2030, releases R2024A, R2024B, R2025A (twenty bands).
    Global2,
}

/// What the cells of a raster hold, as far as its name tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum RasterKind {
    /// People per cell: the only kind that may be summed.
    Count,
    /// People per square kilometre.
    Density,
    /// Class numbers, such as degree of urbanisation.
    Classes,
    /// Area of the cells.
    Area,
    /// A mask or mastergrid: ids of countries or regions.
    Mask,
    /// An archive of rasters.
    Archive,
}

/// Where people may be placed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Constraint {
    /// Only in cells mapped as settled (`CN`).
    Constrained,
    /// In any land cell (`UC`).
    Unconstrained,
}

/// Year, sex and ages of a raster; all `None` ages stand for all ages.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct RasterLabel {
    /// Year of the name.
    pub year: Option<i32>,
    /// Sex; `Total` for rasters of the whole population.
    pub sex: Option<Sex>,
    /// First age in whole years, `None` for all ages.
    pub age_from: Option<u32>,
    /// First age no longer counted; `None` with `age_from` set means "and over".
    pub age_to: Option<u32>,
}

/// A name this grammar does not know.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NameError {
    /// The name follows none of the known patterns.
    #[error("{0:?} is not a WorldPop file name")]
    Unknown(String),
    /// A band that the family does not have.
    #[error("{name:?} has age {age}, which is not the first age of a {family} age band")]
    Age {
        /// The name as given.
        name: String,
        /// The age in it.
        age: u32,
        /// The family whose bands were looked up.
        family: &'static str,
    },
    /// A year outside the family's range.
    #[error("{name:?} has year {year}, expected {from} to {to}")]
    Year {
        /// The name as given.
        name: String,
        /// The year in it.
        year: i32,
        /// First year of the family.
        from: i32,
        /// Last year of the family.
        to: i32,
    },
}

impl NameError {
    /// What to do about it.
    #[must_use]
    pub const fn hint(&self) -> &'static str {
        match self {
            Self::Unknown(_) => {
                "give the file its name on the data server, or say what it holds with --label"
            }
            Self::Age { .. } | Self::Year { .. } => {
                "check the name against the data server, or say what the file holds with --label"
            }
        }
    }
}

/// A WorldPop file's name, taken apart. `Display` gives the name as it stands on the server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RasterName {
    area: String,
    layer: Layer,
    year: Option<i32>,
    family: Family,
    release: Option<String>,
    constraint: Option<Constraint>,
    resolution: Resolution,
    un_adjusted: bool,
    version: Option<String>,
    tail: Vec<String>,
}

impl RasterName {
    /// Reads a file name, with or without folder and extension.
    ///
    /// Upper and lower case are not told apart, since catalogues re-title the files. Marks of a
    /// copy (`name (1).tif`, `name - Copy.tif`) are ignored. Other words after the known ones are
    /// kept in [`RasterName::tail`]: the label stays, but a word that such a name lacks says
    /// nothing.
    ///
    /// # Errors
    /// When the name follows none of the patterns, or names a band or a year
    /// that its product line does not have.
    pub fn parse(name: &str) -> Result<Self, NameError> {
        let file = file_name(name);
        let stem = Stem::of(file);
        let tokens: Vec<&str> = stem
            .plain
            .split('_')
            .chain(stem.rest.iter().map(String::as_str))
            .filter(|word| !word.is_empty())
            .collect();
        let unknown = || NameError::Unknown(file.to_owned());
        let (area, rest) = match tokens.as_slice() {
            ["ppp", ..] => ("global", tokens.as_slice()),
            [area, rest @ ..] if is_area(area) => (*area, rest),
            _ => return Err(unknown()),
        };
        let rest = &rest[..without_copy_mark(rest)];
        let mut name = not_people(rest)
            .or_else(|| global2(rest, stem.is_archive))
            .or_else(|| global1(area, rest).filter(|_| !stem.is_archive))
            .ok_or_else(unknown)?;
        if !stem.rest.is_empty() {
            name.forget_unsaid(rest);
        }
        area.clone_into(&mut name.area);
        name.check(file)?;
        Ok(name)
    }

    /// In a name that somebody made, the lack of `constrained` says nothing.
    fn forget_unsaid(&mut self, words: &[&str]) {
        let says = |word| words.contains(&word);
        if self.family == Family::Global1 && !says("constrained") && !says("unconstrained") {
            self.constraint = None;
        }
    }

    /// Refuses years and bands that the product line does not have.
    fn check(&self, file: &str) -> Result<(), NameError> {
        let (from, to) = self.family.years();
        if let Some(year) = self.year
            && !(from..=to).contains(&year)
        {
            return Err(NameError::Year {
                name: file.to_owned(),
                year,
                from,
                to,
            });
        }
        match self.layer {
            Layer::From(_, age) if self.scheme().band(age).is_none() => Err(NameError::Age {
                name: file.to_owned(),
                age,
                family: self.family.word(),
            }),
            _ => Ok(()),
        }
    }

    /// Country, US state or `global`, in lower case.
    #[must_use]
    pub fn area(&self) -> &str {
        &self.area
    }

    /// Who, or what, the cells count.
    #[must_use]
    pub const fn layer(&self) -> Layer {
        self.layer
    }

    /// Year of the name; the rasters of cell areas and of borders have none.
    #[must_use]
    pub const fn year(&self) -> Option<i32> {
        self.year
    }

    /// Year, sex and ages of the people counted.
    #[must_use]
    pub fn label(&self) -> RasterLabel {
        let ages = self.layer.ages(self.scheme());
        RasterLabel {
            year: self.year,
            sex: self.layer.sex(),
            age_from: ages.map(|band| band.from),
            age_to: ages.and_then(|band| band.to),
        }
    }

    /// What the cells hold.
    #[must_use]
    pub const fn kind(&self) -> RasterKind {
        self.layer.kind()
    }

    /// Product line.
    #[must_use]
    pub const fn family(&self) -> Family {
        self.family
    }

    /// Release such as `R2025A`; Global1 names none.
    #[must_use]
    pub fn release(&self) -> Option<&str> {
        self.release.as_deref()
    }

    /// Where people are placed; `None` where the name does not say.
    #[must_use]
    pub const fn constraint(&self) -> Option<Constraint> {
        self.constraint
    }

    /// Whether the totals were adjusted to those of the United Nations, by the name.
    #[must_use]
    pub const fn un_adjusted(&self) -> bool {
        self.un_adjusted
    }

    /// Version within the release, such as `v1`; Global1 names none.
    #[must_use]
    pub fn version(&self) -> Option<&str> {
        self.version.as_deref()
    }

    /// The numbers of the version, which order the versions of a release: `v1_2` is later than `v1`, `v10` than `v9`.
    #[must_use]
    pub fn version_numbers(&self) -> Vec<u32> {
        let version = self.version.as_deref().unwrap_or_default();
        let parts = version.trim_start_matches('v').split('_');
        parts.filter_map(|part| part.parse().ok()).collect()
    }

    /// Whether people are placed in settled cells only; `None` where the name does not say.
    #[must_use]
    pub fn constrained(&self) -> Option<bool> {
        self.constraint.map(|c| c == Constraint::Constrained)
    }

    /// Cell size.
    #[must_use]
    pub const fn resolution(&self) -> Resolution {
        self.resolution
    }

    /// Tokens after the known ones, as they stand in the name (lower case).
    #[must_use]
    pub fn tail(&self) -> &[String] {
        &self.tail
    }

    /// The words of the tail, all of them, where one says or may say that the cells hold something else than the name says: all but
    /// those that programs and people add to copies and clips, dates, tiles, and words that may be a [place](Self::place_words).
    #[must_use]
    pub fn unexplained_tail(&self) -> Option<String> {
        tail::unexplained(&self.tail, self.year)
    }

    /// Those words of the tail that no rule knows: taken for the name of a place (`sle_ppp_2020_UNadj_kenema.tif`).
    #[must_use]
    pub fn place_words(&self) -> Option<String> {
        tail::place_words(&self.tail, self.year)
    }

    /// The age bands of the product line.
    #[must_use]
    pub const fn scheme(&self) -> AgeBandScheme {
        self.family.scheme()
    }

    /// What the raster is, whatever its file is called: words joined by `;` in
    /// this order, each left out where the name does not tell:
    /// `worldpop-global1` or `worldpop-global2`; release; `CN` or `UC`;
    /// `100m` or `1km`; `UA` for totals adjusted to United Nations figures;
    /// version. Rasters with equal texts belong to one product and may be mixed.
    #[must_use]
    pub fn source(&self) -> String {
        let mut words = vec![self.family.word().to_owned()];
        words.extend(self.release.clone());
        words.extend(self.constraint.map(|c| c.word().to_owned()));
        words.push(self.resolution.to_string());
        if self.un_adjusted {
            words.push("UA".to_owned());
        }
        words.extend(self.version.clone());
        words.join(";")
    }

    /// Why a raster of this kind must not be summed, `None` for counts.
    #[must_use]
    pub fn refusal(&self) -> Option<&'static str> {
        match self.kind() {
            RasterKind::Count => refusal_of_words(&self.tail.join("_")),
            RasterKind::Density => {
                Some("holds people per square kilometre, and densities do not add up")
            }
            RasterKind::Classes => Some("holds class numbers (degree of urbanisation), not people"),
            RasterKind::Area => Some("holds the area of the cells, not people"),
            RasterKind::Mask => Some("holds ids of countries or regions, not people"),
            RasterKind::Archive => Some("is an archive of rasters; unpack it and name the bands"),
        }
    }
}

impl Family {
    /// The bands of this product line.
    #[must_use]
    pub const fn scheme(self) -> AgeBandScheme {
        match self {
            Self::Global1 => AgeBandScheme::Open80,
            Self::Global2 => AgeBandScheme::Open90,
        }
    }

    /// The product line's word in [`RasterName::source`].
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Global1 => "worldpop-global1",
            Self::Global2 => "worldpop-global2",
        }
    }

    /// The product line without `worldpop-`, as lists have it.
    #[must_use]
    pub const fn short_name(self) -> &'static str {
        match self {
            Self::Global1 => "global1",
            Self::Global2 => "global2",
        }
    }

    /// First and last year.
    #[must_use]
    pub const fn years(self) -> (i32, i32) {
        match self {
            Self::Global1 => (2000, 2022),
            Self::Global2 => (2015, 2030),
        }
    }
}

impl Constraint {
    /// The word used in file names.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Constrained => "CN",
            Self::Unconstrained => "UC",
        }
    }
}

#[cfg(test)]
mod tests;
