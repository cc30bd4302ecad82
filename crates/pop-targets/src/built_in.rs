//! The target group files that come with the tools; the same files are in `mappings/`.

use std::collections::BTreeSet;

use crate::Programme;

const FILES: &[(&str, &str)] = &[
    (
        "population",
        include_str!("../../../mappings/population.toml"),
    ),
    (
        "immunisation",
        include_str!("../../../mappings/immunisation.toml"),
    ),
    ("malaria", include_str!("../../../mappings/malaria.toml")),
    (
        "nutrition",
        include_str!("../../../mappings/nutrition.toml"),
    ),
    ("tb-hiv", include_str!("../../../mappings/tb-hiv.toml")),
    (
        "education",
        include_str!("../../../mappings/education.toml"),
    ),
    (
        "social-protection",
        include_str!("../../../mappings/social-protection.toml"),
    ),
];

/// Where a target group file comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TargetSource {
    /// It comes with the tools: its text.
    BuiltIn(&'static str),
    /// It is a file of the user.
    File,
}

/// A name that no target group file has.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("no target group file is called {0:?}")]
pub struct UnknownTargets(String);

impl UnknownTargets {
    /// What to do about it.
    #[must_use]
    pub fn hint(&self) -> String {
        format!(
            "the tool has {}; name a file of your own with its folder or ending: groups.toml",
            built_in_list()
        )
    }
}

impl TargetSource {
    /// What a name on the command line means: a file where it has a folder or an ending.
    ///
    /// # Errors
    /// A word that is no name of ours.
    pub fn of(name: &str) -> Result<Self, UnknownTargets> {
        let known = FILES.iter().find(|(known, _)| *known == name);
        match known {
            Some((_, text)) => Ok(Self::BuiltIn(text)),
            None if name.contains(['/', '\\', '.']) => Ok(Self::File),
            None => Err(UnknownTargets(name.to_owned())),
        }
    }
}

/// The names of the files that come with the tools.
pub fn built_in_names() -> impl Iterator<Item = &'static str> {
    FILES.iter().map(|(name, _)| *name)
}

/// These names, as a sentence lists them: `population, immunisation`.
#[must_use]
pub fn built_in_list() -> String {
    built_in_names().collect::<Vec<_>>().join(", ")
}

/// The names of those files that have a group with one of these codes.
#[must_use]
pub fn built_in_with_codes(codes: &BTreeSet<&str>) -> Vec<&'static str> {
    let has_one = |text: &str| {
        Programme::read(text.as_bytes()).is_ok_and(|programme| {
            programme
                .group
                .iter()
                .any(|group| codes.contains(&*group.code))
        })
    };
    let files = FILES.iter().filter(|(_, text)| has_one(text));
    files.map(|(name, _)| *name).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::merged_groups;

    #[test]
    fn every_file_is_valid_and_all_fit_together() {
        let read = |name| match TargetSource::of(name) {
            Ok(TargetSource::BuiltIn(text)) => Programme::read(text.as_bytes()).unwrap(),
            other => panic!("{name}: {other:?}"),
        };
        let programmes: Vec<Programme> = built_in_names().map(read).collect();
        let groups = merged_groups(&programmes).unwrap();
        assert!(groups.len() > 25, "{}", groups.len());
        // A rate is never given by us.
        assert!(groups.iter().all(|(_, group)| group.rate.is_none()));
        let mut names: Vec<&str> = groups.iter().map(|(_, group)| &*group.short_name).collect();
        names.sort_unstable();
        let count = names.len();
        names.dedup();
        assert_eq!(names.len(), count, "short names are unique on a server");
    }

    #[test]
    fn files_are_found_by_the_codes_of_their_groups() {
        let of = |codes: &[&str]| built_in_with_codes(&codes.iter().copied().collect());
        assert_eq!(of(&["WP_LIVE_BIRTHS", "GEN_OTHER"]), ["immunisation"]);
        assert!(of(&["GEN_OTHER"]).is_empty());
    }

    #[test]
    fn a_name_is_ours_or_a_file() {
        assert_eq!(TargetSource::of("./malaria"), Ok(TargetSource::File));
        assert_eq!(TargetSource::of("mine.toml"), Ok(TargetSource::File));
        let error = TargetSource::of("imunisation").unwrap_err();
        assert!(error.hint().contains("immunisation"));
    }
}
