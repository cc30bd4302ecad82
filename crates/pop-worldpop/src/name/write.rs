//! Names, put together again.

use std::fmt;

use super::{Constraint, Family, Layer, RasterKind, RasterName, Resolution};
use crate::Sex;

impl fmt::Display for RasterName {
    /// The file name as it stands on the server, with its extension.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut words = match (self.layer, self.family) {
            (Layer::Density | Layer::CellArea | Layer::Mastergrid(_) | Layer::Subnational, _)
            | (Layer::Urbanisation(_), _) => self.without_people(),
            (_, Family::Global2) => self.global2(),
            (_, Family::Global1) => self.global1(),
        };
        words.extend(self.tail.iter().cloned());
        let extension = match self.kind() {
            RasterKind::Archive => "zip",
            _ => "tif",
        };
        write!(f, "{}.{extension}", words.join("_"))
    }
}

impl RasterName {
    fn at(&self) -> String {
        self.year.map(|year| year.to_string()).unwrap_or_default()
    }

    fn global2(&self) -> Vec<String> {
        let mut words = vec![
            self.area.clone(),
            match self.layer {
                Layer::AllAges(sex) => format!("T_{}", upper(sex)),
                Layer::Under18(sex) => format!("{}_Under_18", upper(sex)),
                Layer::From(sex, age) => format!("{sex}_{age:02}"),
                Layer::Bands => "agesex_structures".to_owned(),
                _ => "pop".to_owned(),
            },
            self.at(),
        ];
        words.extend(self.constraint.map(|c| c.word().to_owned()));
        words.push(self.resolution.to_string());
        words.extend(self.release.clone());
        words.extend(self.un_adjusted.then(|| "UA".to_owned()));
        words.extend(self.version.clone());
        words
    }

    /// Word order differs between totals, bands, and the bands of 2021 and 2022.
    fn global1(&self) -> Vec<String> {
        let bridge = self.year.is_some_and(|year| year > 2020);
        let kilometre = self.resolution == Resolution::Kilometre1;
        let un = self.un_adjusted.then_some("UNadj");
        let constrained =
            (self.constraint == Some(Constraint::Constrained)).then_some("constrained");
        let everyone = self.layer == Layer::Everyone;
        let (layer, rest) = match self.layer {
            Layer::AllAges(sex) => (format!("{sex}_total"), [constrained, None, None, un]),
            Layer::Span(sex, from, to) if to == from + 1 => {
                (format!("{sex}_{from}"), [constrained, None, None, un])
            }
            Layer::Span(sex, from, to) => {
                let last = to.saturating_sub(1);
                (
                    format!("{sex}_{from}_{last}"),
                    [constrained, None, None, un],
                )
            }
            Layer::From(sex, age) => (format!("{sex}_{age}"), [constrained, un, None, None]),
            _ => ("ppp".to_owned(), [None, None, un, constrained]),
        };
        let mosaic = everyone && self.area == "global" && !bridge;
        let mut words: Vec<String> = (!mosaic).then(|| self.area.clone()).into_iter().collect();
        words.extend([layer, self.at()]);
        let [first, second, third, fourth] = rest.map(|word| word.map(ToOwned::to_owned));
        words.extend(first);
        words.extend(second);
        if kilometre {
            words.push("1km".to_owned());
            words.extend((everyone && !bridge).then(|| "Aggregated".to_owned()));
        }
        words.extend(third);
        words.extend(fourth);
        words
    }

    fn without_people(&self) -> Vec<String> {
        let text = match self.layer {
            Layer::Density => format!("{}_pd_{}_{}", self.area, self.at(), self.resolution),
            Layer::Urbanisation(level) => format!(
                "{}_DUG_{}_GRID_L{level}",
                self.area.to_ascii_uppercase(),
                self.at()
            ),
            Layer::CellArea => format!("{}_px_area_{}", self.area, self.resolution),
            Layer::Mastergrid(level) => {
                format!("{}_level{level}_{}_2000_2020", self.area, self.resolution)
            }
            _ => format!("{}_subnational_admin_2000_2020", self.area),
        };
        let mut words = vec![text];
        words.extend(self.release.clone());
        words.extend(self.un_adjusted.then(|| "UNadj".to_owned()));
        words.extend(self.version.clone());
        words
    }
}

fn upper(sex: Sex) -> char {
    sex.letter().to_ascii_uppercase()
}
