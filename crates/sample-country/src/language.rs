//! The words of a country's metadata.

/// The language that a country's DHIS2 is kept in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Language {
    English,
    French,
}

/// Names of metadata objects.
pub(crate) struct Words {
    pub(crate) sex: &'static str,
    pub(crate) female: &'static str,
    pub(crate) male: &'static str,
    pub(crate) age: &'static str,
    pub(crate) sex_and_age: &'static str,
    pub(crate) total: &'static str,
    pub(crate) by_sex_and_age: &'static str,
    pub(crate) data_set: &'static str,
}

impl Language {
    pub(crate) fn words(self) -> Words {
        match self {
            Self::English => Words {
                sex: "Sex",
                female: "Female",
                male: "Male",
                age: "Age",
                sex_and_age: "Sex and age",
                total: "Population, total",
                by_sex_and_age: "Population by sex and age",
                data_set: "WorldPop population",
            },
            Self::French => Words {
                sex: "Sexe",
                female: "Féminin",
                male: "Masculin",
                age: "Âge",
                sex_and_age: "Sexe et âge",
                total: "Population totale",
                by_sex_and_age: "Population par sexe et âge",
                data_set: "Population WorldPop",
            },
        }
    }

    /// The name of an age band from its first age to the last year counted, if it has one.
    pub(crate) fn band(self, from: u32, last: Option<u32>) -> String {
        match (self, from, last) {
            (Self::English, 0, _) => "Under 1".to_owned(),
            (Self::French, 0, _) => "Moins d'un an".to_owned(),
            (Self::English, _, Some(last)) => format!("{from}-{last} years"),
            (Self::French, _, Some(last)) => format!("{from}-{last} ans"),
            (Self::English, _, None) => format!("{from} years and over"),
            (Self::French, _, None) => format!("{from} ans et plus"),
        }
    }
}
