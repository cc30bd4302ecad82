//! Words of names from elsewhere that say that the cells hold a part of the people.

use super::RasterName;

const WORDS: &[&str] = &[
    "u5", "u15", "under1", "under5", "under15", "women", "woman", "female", "females", "femmes",
    "wra", "wocba", "male", "males", "men", "hommes", "children", "child", "enfants", "infants",
    "elderly", "youth", "agesex", "mujeres", "mulheres",
];

/// The word or words of a name that say that cells hold a part of the people; `None` for the names of WorldPop, which say in full who is
/// counted, and for names without such words.
///
/// ```
/// use pop_worldpop::part_of_people;
/// assert_eq!(part_of_people("sle_women_of_reproductive_age_15_49_2020"), Some("women".to_owned()));
/// assert_eq!(part_of_people("sle_agesex_f_15_2020"), Some("agesex".to_owned()));
/// assert_eq!(part_of_people("ghs_pop_e2020"), None);
/// assert_eq!(part_of_people("sle_f_15_2020"), None);
/// ```
#[must_use]
pub fn part_of_people(name: &str) -> Option<String> {
    if RasterName::parse(name).is_ok() {
        return None;
    }
    let lower = name.to_lowercase();
    let words: Vec<&str> = lower
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .collect();
    let alone = words.iter().find(|word| WORDS.contains(word));
    if let Some(word) = alone {
        return Some((*word).to_owned());
    }
    let is_age = |word: &str| word.len() <= 2 && word.bytes().all(|byte| byte.is_ascii_digit());
    words
        .windows(2)
        .find(|pair| matches!(pair[0], "f" | "m" | "under" | "age" | "ages") && is_age(pair[1]))
        .map(|pair| pair.join(" "))
}
