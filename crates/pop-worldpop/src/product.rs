//! WorldPop's product lines as the catalogue lists them, with their credits.

use crate::{Constraint, Family, Layer, RasterName, Resolution};

/// The licence of all of WorldPop's rasters.
pub const LICENCE: &str = "CC BY 4.0";
/// Where its text is.
pub const LICENCE_URL: &str = "https://hub.worldpop.org/data/licence.txt";
/// Root of WorldPop's catalogue.
pub const CATALOGUE_URL: &str = "https://hub.worldpop.org/rest/data";
/// Root of WorldPop's STAC server, its second catalogue.
pub const STAC_URL: &str = "https://api.stac.worldpop.org";
/// Root of WorldPop's data server.
pub const DATA_URL: &str = "https://data.worldpop.org";

/// What the files of a product hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ProductContent {
    /// The whole population, a raster a year.
    Totals,
    /// Bands of age and sex, a raster each.
    Bands,
    /// Bands of age and sex, an archive a year.
    BandArchives,
    /// People below 18.
    Under18,
}

impl ProductContent {
    /// What holds a layer, the handiest first.
    #[must_use]
    pub const fn holding(layer: Layer) -> &'static [Self] {
        match layer {
            Layer::Everyone => &[Self::Totals],
            Layer::Under18(_) => &[Self::Under18],
            _ => &[Self::Bands, Self::BandArchives],
        }
    }

    /// The catalogue's project that lists it.
    #[must_use]
    pub const fn project(self) -> &'static str {
        match self {
            Self::Totals => Product::PROJECTS[0],
            Self::Bands | Self::BandArchives | Self::Under18 => Product::PROJECTS[1],
        }
    }

    /// For people and for the list of products.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Totals => "totals",
            Self::Bands => "bands",
            Self::BandArchives => "bands (archives)",
            Self::Under18 => "under 18",
        }
    }
}

/// A product of the catalogue that holds counts of people.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Product {
    /// The project it stands under: `pop` or `age_structures`.
    pub project: String,
    /// Its alias, exactly as listed (some have a blank at an end).
    pub alias: String,
    /// What its files hold.
    pub content: ProductContent,
    /// Product line.
    pub family: Family,
    /// Release such as `R2025A`; Global1 has none.
    pub release: Option<String>,
    /// Where people are placed.
    pub constraint: Constraint,
    /// Cell size.
    pub resolution: Resolution,
    /// Whether totals are adjusted to those of the United Nations; `None` where the name does not matter.
    pub un_adjusted: Option<bool>,
    /// Whether it is a mosaic of the world: its records have no country.
    pub world: bool,
}

/// Aliases of Global1: project, alias, content, constrained, resolution, adjusted.
type Known = (
    &'static str,
    &'static str,
    ProductContent,
    Constraint,
    Resolution,
    bool,
);

const GLOBAL1: &[Known] = {
    use Constraint::{Constrained as CN, Unconstrained as UC};
    use ProductContent::{Bands, Totals};
    use Resolution::{Kilometre1 as KM, Metres100 as M};
    &[
        ("pop", "wpgp", Totals, UC, M, false),
        ("pop", "wpgpunadj", Totals, UC, M, true),
        ("pop", "cic2020_100m", Totals, CN, M, false),
        ("pop", "cic2020_unadj_100m", Totals, CN, M, true),
        ("pop", "wpic1km", Totals, UC, KM, false),
        ("pop", "wpicuadj1km", Totals, UC, KM, true),
        ("pop", "wpgp1km", Totals, UC, KM, false),
        ("age_structures", "aswpgp", Bands, UC, M, false),
        ("age_structures", "ascic_2020", Bands, CN, M, false),
        ("age_structures", "ascicua_2020", Bands, CN, M, true),
    ]
};

impl Product {
    /// The projects of the catalogue whose products count people.
    pub const PROJECTS: [&str; 2] = ["pop", "age_structures"];

    /// Knows a product by its alias, or by its name where the alias does not tell.
    ///
    /// `None` for products that hold something else, or that follow no known pattern.
    #[must_use]
    pub fn identify(project: &str, alias: &str, name: &str) -> Option<Self> {
        let trimmed = alias.trim().to_ascii_lowercase();
        if trimmed.is_empty() {
            return None;
        }
        let product = Self::of_global1(project, &trimmed)
            .or_else(|| Self::of_global2(project, &trimmed, &name.to_ascii_lowercase()))?;
        Some(Self {
            alias: alias.to_owned(),
            ..product
        })
    }

    fn of_global1(project: &str, alias: &str) -> Option<Self> {
        let &(project, alias, content, constraint, resolution, un_adjusted) = GLOBAL1
            .iter()
            .find(|known| known.0 == project && known.1 == alias)?;
        Some(Self {
            project: project.to_owned(),
            alias: alias.to_owned(),
            content,
            family: Family::Global1,
            release: None,
            constraint,
            resolution,
            un_adjusted: Some(un_adjusted),
            world: alias == "wpgp1km",
        })
    }

    /// `G2_CN_POP_R25A_100m` and its kind; the release of 2024A is written as its year. What an
    /// alias leaves out, the name says: `Global mosaics 2015-2030 ( 1km resolution ) R2025A v1`.
    fn of_global2(project: &str, alias: &str, name: &str) -> Option<Self> {
        let under18 = name.contains("under the age of 18");
        let world = name.contains("mosaic");
        let own: Vec<&str> = alias.split('_').collect();
        if own.first() != Some(&"g2") && !under18 && !world {
            return None;
        }
        let named = name.split(|c: char| !c.is_ascii_alphanumeric());
        let tokens: Vec<&str> = own.iter().copied().chain(named).collect();
        let constraint = if own.contains(&"uc") || tokens.contains(&"unconstrained") {
            Constraint::Unconstrained
        } else {
            Constraint::Constrained
        };
        let content = match project {
            _ if under18 => ProductContent::Under18,
            "pop" if !own.contains(&"age") => ProductContent::Totals,
            "age_structures" if own.last() == Some(&"z") => ProductContent::BandArchives,
            "age_structures" if !own.contains(&"pop") => ProductContent::Bands,
            _ => return None,
        };
        Some(Self {
            project: project.to_owned(),
            alias: alias.to_owned(),
            content,
            family: Family::Global2,
            release: Some(tokens.iter().find_map(|token| release(token))?),
            constraint,
            resolution: tokens.iter().find_map(|token| resolution(token))?,
            un_adjusted: None,
            world,
        })
    }

    /// The text by which its rasters say what they are, without the version: see [`RasterName::source`].
    #[must_use]
    pub fn describe(&self) -> String {
        let mut words = vec![self.family.word().to_owned()];
        words.extend(self.release.clone());
        words.push(self.constraint.word().to_owned());
        words.push(self.resolution.to_string());
        words.extend((self.un_adjusted == Some(true)).then(|| "UA".to_owned()));
        words.join(";")
    }
}

fn resolution(token: &str) -> Option<Resolution> {
    match token {
        "100m" | "3a" => Some(Resolution::Metres100),
        "1km" | "30a" => Some(Resolution::Kilometre1),
        _ => None,
    }
}

/// `r25a` is `R2025A`, and `2024` alone `R2024A`.
fn release(token: &str) -> Option<String> {
    if token == "2024" {
        return Some("R2024A".to_owned());
    }
    let rest = token.strip_prefix('r')?;
    let (digits, letter) = rest.split_at_checked(rest.len().checked_sub(1)?)?;
    let year = match digits.len() {
        2 => format!("20{digits}"),
        4 => digits.to_owned(),
        _ => return None,
    };
    (year.bytes().all(|b| b.is_ascii_digit()) && letter.bytes().all(|b| b.is_ascii_lowercase()))
        .then(|| format!("R{year}{}", letter.to_ascii_uppercase()))
}

impl RasterName {
    /// The DOI of the data set, where it is known; a catalogue record's own comes first.
    #[must_use]
    pub fn doi(&self) -> Option<&'static str> {
        let totals = match self.layer() {
            Layer::Everyone => true,
            Layer::AllAges(_) | Layer::From(..) | Layer::Bands => false,
            _ => return None,
        };
        let constrained = self.constraint()? == Constraint::Constrained;
        let kilometre = self.resolution() == Resolution::Kilometre1;
        match (self.family(), self.release()) {
            (Family::Global2, Some("R2025A")) => match (totals, kilometre) {
                (true, false) => Some("10.5258/SOTON/WP00839"),
                (true, true) => Some("10.5258/SOTON/WP00845"),
                (false, _) => Some("10.5258/SOTON/WP00841"),
            },
            (Family::Global2, Some("R2024B")) if totals => Some("10.5258/SOTON/WP00803"),
            (Family::Global1, _) if !kilometre => match (totals, constrained, self.un_adjusted()) {
                (true, false, false) => Some("10.5258/SOTON/WP00645"),
                (true, false, true) => Some("10.5258/SOTON/WP00660"),
                (false, false, false) => Some("10.5258/SOTON/WP00646"),
                (false, true, _) => Some("10.5258/SOTON/WP00698"),
                _ => None,
            },
            _ => None,
        }
    }

    /// A short citation for files without a catalogue record.
    #[must_use]
    pub fn citation(&self) -> String {
        let doi = self
            .doi()
            .map_or(String::new(), |doi| format!(" DOI:{doi}."));
        format!(
            "WorldPop, University of Southampton. {}, {}.{doi}",
            self,
            self.source()
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn product(project: &str, alias: &str, name: &str) -> Option<(ProductContent, String, bool)> {
        let product = Product::identify(project, alias, name)?;
        assert_eq!(product.alias, alias);
        Some((product.content, product.describe(), product.world))
    }

    #[test]
    fn aliases_are_identified_by_pattern_also_future_ones() {
        use ProductContent::*;
        let cases = [
            (
                "pop",
                "G2_CN_POP_R25A_100m",
                Totals,
                "worldpop-global2;R2025A;CN;100m",
            ),
            (
                "pop",
                "G2_CN_POP_R25A_1km",
                Totals,
                "worldpop-global2;R2025A;CN;1km",
            ),
            (
                "pop",
                " G2_UC_POP_R24B_100m",
                Totals,
                "worldpop-global2;R2024B;UC;100m",
            ),
            (
                "pop",
                "G2_CN_POP_2024_100m",
                Totals,
                "worldpop-global2;R2024A;CN;100m",
            ),
            (
                "pop",
                "G2_CN_POP_R27C_100m ",
                Totals,
                "worldpop-global2;R2027C;CN;100m",
            ),
            (
                "age_structures",
                "G2_CN_Age_R25A_100m",
                Bands,
                "worldpop-global2;R2025A;CN;100m",
            ),
            (
                "age_structures",
                "G2_CN_Age_R25A_3a_z",
                BandArchives,
                "worldpop-global2;R2025A;CN;100m",
            ),
            ("pop", "wpgp", Totals, "worldpop-global1;UC;100m"),
            (
                "pop",
                "cic2020_UNadj_100m",
                Totals,
                "worldpop-global1;CN;100m;UA",
            ),
            (
                "age_structures",
                "ascicua_2020",
                Bands,
                "worldpop-global1;CN;100m;UA",
            ),
        ];
        for (project, alias, content, text) in cases {
            assert_eq!(
                product(project, alias, "Individual countries"),
                Some((content, text.to_owned(), false)),
                "{alias}"
            );
        }
        assert_eq!(
            product(
                "pop",
                "mosaics",
                "Global mosaics 2015-2030 ( 1km resolution ) R2025A v1"
            ),
            Some((Totals, "worldpop-global2;R2025A;CN;1km".to_owned(), true))
        );
        assert_eq!(
            product(
                "age_structures",
                "u18",
                "Under the age of 18 years old 2015-2030 ( 100m resolution ) R2025A v1"
            ),
            Some((Under18, "worldpop-global2;R2025A;CN;100m".to_owned(), false))
        );
    }

    #[test]
    fn other_products_are_not_identified() {
        for (project, alias) in [
            ("pop", ""),
            ("pop", " "),
            ("pop", "G2_CN_POP_100m"),
            ("pop", "G2_CN_POP_R25A"),
            ("covariates", "G2_CN_POP_R25A_100m"),
            ("pop_density", "pd_ic_1km"),
            ("age_structures", "wpgp"),
            ("pop", "G2_CN_Age_R25A_100m"),
            ("pop", "G2_CN_POP_Rééa_100m"),
            ("pop", "G2_CN_POP_R_100m"),
        ] {
            assert_eq!(product(project, alias, "x"), None, "{alias}");
        }
    }

    #[test]
    fn dois_are_the_published_ones() {
        let doi = |name: &str| RasterName::parse(name).unwrap().doi();
        for (name, number) in [
            ("sle_pop_2025_CN_100m_R2025A_v1.tif", "839"),
            ("sle_pop_2025_CN_1km_R2025A_UA_v1.tif", "845"),
            ("sle_f_15_2025_CN_100m_R2025A_v1.tif", "841"),
            ("sle_pop_2025_UC_100m_R2024B_v1.tif", "803"),
            ("ken_ppp_2015.tif", "645"),
            ("ken_ppp_2015_UNadj.tif", "660"),
            ("ken_f_15_2015.tif", "646"),
            ("nic_f_0_2020_constrained_UNadj.tif", "698"),
        ] {
            let expected = format!("10.5258/SOTON/WP00{number}");
            assert_eq!(doi(name), Some(expected.as_str()), "{name}");
        }
        assert_eq!(doi("ken_pd_2015_1km_UNadj.tif"), None);
        assert_eq!(doi("sle_pop_2024_CN_100m_R2024A_v1.tif"), None);
    }
}
