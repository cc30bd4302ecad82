//! A first mapping file, from metadata: what codes and labels agree on is
//! proposed, the rest stands there as a comment with both readings.

use std::fmt::Write as _;

use pop_worldpop::BandScheme;

use crate::Mapping;
use crate::ages::{Doubt, Label, match_texts, read_label};
use crate::mapping::{By, Entry};
use crate::metadata::{DataElement, DataSet, Metadata};
use crate::recipe::resolve;

const HEAD: &str = "\
# A mapping for to-datavalueset: which people go into which data element.
# Lines that begin with # are not read. Keys, with their values:
#   data_set, attribute_option_combo   UID, code or name
#   comment = \"words added to every comment\"
#   split = \"uniform\" or \"sprague\"      how to cut a band for a group that takes part of it
#   total = \"bands\" or \"raster\"         where a total comes from that is filled beside its bands
#   bands = 18 or 20                    the bands your formulas were written for
#   [periods] 2025 = \"2017\"             period text for a year, for other calendars
#   [limits] growth, total, sex_ratio, under_five
# One [[value]] for each thing to fill:
#   data_element                        UID, code or name
#   sex = \"female\", ages = \"15-49 years\" (<5 years, 12-23 months, 65+ years); everybody without them
#   formula = \"f05*1/5 + f10\"           instead of sex and ages
#   by = \"options\"                      every option combo, through what its options mean
#   options = [\"F\", \"P15Y--P20Y\"]       one option combo, by its options; or category_option_combo
#   rate = { value = 0.041, source = \"...\", year = 2020, level = \"national\" }
version = 1
";

/// The text of a first mapping. Without metadata it is the head and one example.
#[must_use]
pub fn draft(metadata: Option<&Metadata>, scheme: BandScheme) -> String {
    let mut text = HEAD.to_owned();
    let Some(metadata) = metadata else {
        text.push_str("\n[[value]]\ndata_element = \"DkmMEcubiPv\"   # the UID of your element for the whole population\n");
        return text;
    };
    for set in &metadata.data_sets {
        let _ = write!(
            text,
            "\n# Data set {} ({}{}), {}\n",
            set.name,
            code(set.code.as_ref()),
            set.id,
            set.period_type
        );
        let held = metadata
            .data_elements
            .iter()
            .filter(|element| set.holds(&element.id));
        for element in held {
            text.push_str(&entry(metadata, element, set, scheme));
        }
    }
    text
}

fn code(code: Option<&String>) -> String {
    code.map(|code| format!("{code}, ")).unwrap_or_default()
}

fn entry(metadata: &Metadata, element: &DataElement, set: &DataSet, scheme: BandScheme) -> String {
    let title = format!(
        "\n# {} ({}{})\n",
        element.name,
        code(element.code.as_ref()),
        element.id
    );
    let head = format!(
        "[[value]]\ndata_element = {:?}\ndata_set = {:?}\n",
        element.id, set.id
    );
    let is_split = metadata
        .effective_combo(element, Some(set))
        .is_some_and(|combo| !combo.is_default);
    if is_split {
        let body = format!("{head}by = \"options\"\n");
        return match by_options(metadata, element, set, scheme) {
            Ok(notes) => title + &commented(&notes.join("\n")) + &body,
            Err(doubt) => title + &commented(&doubt) + &commented(&body),
        };
    }
    match agreed(element, scheme) {
        Ok(label) => {
            let sex = match label.sex {
                Some(pop_sums::Sex::Female) => "sex = \"female\"\n",
                Some(pop_sums::Sex::Male) => "sex = \"male\"\n",
                _ => "",
            };
            let ages = label
                .ages
                .map(|ages| format!("ages = {:?}\n", ages.to_string()))
                .unwrap_or_default();
            title + &head + sex + &ages
        }
        Err(doubt) if is_silent(element) => {
            title
                + &commented(&format!("code and name tell no ages: everybody? ({doubt})"))
                + &commented(&head)
        }
        Err(doubt) => title + &commented(&format!("in doubt: {doubt}")) + &commented(&head),
    }
}

fn agreed(element: &DataElement, scheme: BandScheme) -> Result<Label, Doubt> {
    // Codes of elements begin with a word for their group: what follows is what counts.
    let whole = match_texts(element.code.as_deref(), Some(&element.name), scheme);
    let Some((_, rest)) = element
        .code
        .as_deref()
        .and_then(|code| code.split_once('_'))
    else {
        return whole;
    };
    whole.or_else(|doubt| match_texts(Some(rest), Some(&element.name), scheme).map_err(|_| doubt))
}

fn is_silent(element: &DataElement) -> bool {
    read_label(&element.name).is_some_and(|label| label.ages.is_none() && label.sex.is_none())
}

fn by_options(
    metadata: &Metadata,
    element: &DataElement,
    set: &DataSet,
    scheme: BandScheme,
) -> Result<Vec<String>, String> {
    let entry = Entry {
        data_element: element.id.clone(),
        data_set: Some(set.id.clone()),
        by: Some(By::Options),
        ..Entry::default()
    };
    let mapping = Mapping {
        value: vec![entry],
        ..Mapping::default()
    };
    resolve(&mapping, Some(metadata), scheme)
        .map(|recipe| recipe.notes)
        .map_err(|e| e.to_string())
}

fn commented(text: &str) -> String {
    text.lines().map(|line| format!("# {line}\n")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metadata::Dialect;
    use crate::metadata::tests::instance;

    #[test]
    fn what_agrees_is_proposed_and_the_rest_is_commented() {
        let mut metadata = instance(Dialect::B);
        let text = draft(Some(&metadata), BandScheme::Open90);
        assert!(
            text.contains("# code and name tell no ages: everybody?"),
            "{text}"
        );
        assert!(text.contains("[[value]]\ndata_element = \"dePopAgeSex\"\ndata_set = \"dsPopYear01\"\nby = \"options\"\n"), "{text}");
        assert_eq!(Mapping::read(text.as_bytes()).unwrap().value.len(), 1);
        for (code, name, ages) in [
            ("GEN_P0Y--P1Y", "GEN - Population < 1 year", Some("<1 year")),
            (
                "GEN_P0Y--P5Y",
                "GEN - Population < 5 year(s)",
                Some("0-4 years"),
            ),
            ("GEN_F_15-19", "GEN - Population female 15-49 years", None),
        ] {
            metadata.data_elements[0].code = Some(code.into());
            metadata.data_elements[0].name = name.into();
            let text = draft(Some(&metadata), BandScheme::Open90);
            let mapping = Mapping::read(text.as_bytes()).unwrap();
            let first = &mapping.value[0];
            assert_eq!(first.ages.as_deref(), ages, "{text}");
        }
    }

    #[test]
    fn without_metadata_there_is_an_example() {
        assert_eq!(
            Mapping::read(draft(None, BandScheme::Open90).as_bytes())
                .unwrap()
                .value
                .len(),
            1
        );
    }
}
