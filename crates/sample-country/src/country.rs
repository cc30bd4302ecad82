//! A country as a whole: its units, its people, and the language of its DHIS2.

use crate::generated::{self, generate};
use crate::language::Language;
use crate::people::{self, Extent};
use crate::shape::{Layout, Shape};
use crate::units::{self, Unit};

pub(crate) struct Country {
    /// Three letters, as in the rasters' names but upper case.
    pub(crate) code: String,
    pub(crate) language: Language,
    /// Names of the levels, the country's first.
    pub(crate) levels: Vec<&'static str>,
    /// Parents before their children.
    pub(crate) units: Vec<Unit>,
    /// Units as a statistics office draws them; empty where there is no such file.
    pub(crate) elsewhere: Vec<Unit>,
    pub(crate) extent: Extent,
    /// What it was generated from; `None` for the sample country.
    layout: Option<Layout>,
}

impl Country {
    /// The country of a shape; the sample country without a seed is the one of `make demo`.
    pub(crate) fn new(shape: Shape, seed: Option<u32>) -> Self {
        match (shape, seed) {
            (Shape::Sample, None) => Self {
                code: "XSC".to_owned(),
                language: Language::English,
                levels: vec!["Country", "District", "Sector", "Facility"],
                units: units::tree(),
                elsewhere: Vec::new(),
                extent: people::SAMPLE,
                layout: None,
            },
            (shape, seed) => Self::generated(shape.layout(seed.unwrap_or(0))),
        }
    }

    fn generated(layout: Layout) -> Self {
        let generated = generate(&layout);
        let mut levels = vec![layout.country_level];
        levels.extend(layout.levels.iter().map(|level| level.name));
        levels.extend(layout.facility_level);
        Self {
            code: layout.code.clone(),
            language: layout.language,
            levels,
            units: generated.units,
            elsewhere: generated.elsewhere,
            extent: generated.extent,
            layout: Some(layout),
        }
    }

    /// People per cell in the first year, row by row from the north; NaN where nobody lives.
    pub(crate) fn surface(&self) -> Vec<f64> {
        self.layout
            .as_ref()
            .map_or_else(people::surface, generated::surface)
    }
}
