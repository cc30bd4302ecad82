//! The mapping file for `to-datavalueset` that fills the elements of target groups.

use std::fmt::Write as _;

use pop_datavalues::ages::match_code_and_label;
use pop_datavalues::mapping::Rate;
use pop_datavalues::metadata::{DataElement, Metadata};
use pop_sums::Sex;
use pop_worldpop::AgeBandScheme;

use crate::element_match::match_element;
use crate::programme::{GroupKind, Programme, TargetGroup};
use crate::uid::{ObjectType, derived_uid};

const HEAD: &str = "\
# A mapping for to-datavalueset: target groups into data elements.
# exact: whole age bands. split: parts of bands, divided as split says. rate: people times a rate.
# docs/mapping.md has every key. A group without its rate is written as a comment: nothing is filled in for it.
version = 1
";

/// A mapping file, and how much of it is read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MappingText {
    /// The file.
    pub text: String,
    /// How many groups it fills.
    pub filled: usize,
    /// Codes of groups that are comments, each with what they need.
    pub open: Vec<(String, String)>,
}

/// Where a group goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ElementPlace {
    pub(crate) id: String,
    pub(crate) code: Option<String>,
    pub(crate) name: String,
    /// The data set, where it is not that of the file.
    pub(crate) data_set: Option<String>,
    /// The options of sex of a group that has ages of its own.
    pub(crate) sex_options: Vec<(Sex, String)>,
}

/// A group, and where it goes or why it goes nowhere.
pub(crate) struct MappedGroup<'a> {
    pub(crate) programme: &'a Programme,
    pub(crate) group: &'a TargetGroup,
    pub(crate) place: Result<ElementPlace, String>,
}

/// A mapping of groups to the elements that an instance has for them. Without metadata every group goes to the
/// element that `population-metadata` makes.
#[must_use]
pub fn mapping_for_instance(
    metadata: Option<&Metadata>,
    groups: &[(&Programme, &TargetGroup)],
    namespace: &str,
) -> MappingText {
    let mapped: Vec<MappedGroup<'_>> = groups
        .iter()
        .map(|(programme, group)| MappedGroup {
            programme,
            group,
            place: match metadata {
                Some(metadata) => place_on_instance(metadata, programme, group, namespace),
                None => place_by_uid(group, namespace),
            },
        })
        .collect();
    mapping_text(None, &mapped)
}

fn place_by_uid(group: &TargetGroup, namespace: &str) -> Result<ElementPlace, String> {
    if !group.by.is_empty() {
        return Err("options are looked up in a metadata document: --metadata FILE".to_owned());
    }
    Ok(ElementPlace {
        id: derived_uid(namespace, ObjectType::DataElement, &group.code),
        code: Some(group.code.clone()),
        name: group.name.clone(),
        data_set: None,
        sex_options: Vec::new(),
    })
}

fn place_on_instance(
    metadata: &Metadata,
    programme: &Programme,
    group: &TargetGroup,
    namespace: &str,
) -> Result<ElementPlace, String> {
    let found = match_element(metadata, programme, group, namespace);
    let Some(element) = found.element else {
        let left = found
            .left
            .first()
            .map_or_else(String::new, |(element, reason)| {
                format!("; {:?} ({}) was left: {reason}", element.name, element.id)
            });
        return Err(format!(
            "a data element, which the metadata document lacks: population-metadata adds it{left}"
        ));
    };
    let sets: Vec<&str> = metadata
        .data_sets_of(&element.id)
        .map(|set| set.id.as_str())
        .collect();
    let sex_options = match group.ages {
        Some(_) if !group.by.is_empty() => sex_options(metadata, element),
        _ => Vec::new(),
    };
    Ok(ElementPlace {
        id: element.id.clone(),
        code: element.code.clone(),
        name: element.name.clone(),
        data_set: match sets.as_slice() {
            [one] => Some((*one).to_owned()),
            _ => None,
        },
        sex_options,
    })
}

/// The options of sex of an element that is divided by it.
pub(crate) fn sex_options(metadata: &Metadata, element: &DataElement) -> Vec<(Sex, String)> {
    let categories = metadata
        .category_combo(&element.category_combo)
        .into_iter()
        .flat_map(|combo| &combo.categories);
    let options = categories.flat_map(|category| &category.category_options);
    let mut found: Vec<(Sex, String)> = options
        .filter_map(|id| metadata.category_option(id))
        .filter_map(|option| {
            let code = option.code.as_deref();
            let label = match_code_and_label(code, Some(&option.name), AgeBandScheme::Open90);
            Some((label.ok()?.sex?, option.id.clone()))
        })
        .collect();
    found.sort();
    found
}

/// Writes the mapping; `data_set` is that of every group that names none.
pub(crate) fn mapping_text(data_set: Option<&str>, groups: &[MappedGroup<'_>]) -> MappingText {
    let mut mapping = MappingText {
        text: HEAD.to_owned(),
        filled: 0,
        open: Vec::new(),
    };
    if let Some(id) = data_set {
        let _ = writeln!(mapping.text, "data_set = {}", quoted(id));
    }
    let mut programme = "";
    for mapped in groups {
        if mapped.programme.name != programme {
            programme = &mapped.programme.name;
            let _ = writeln!(mapping.text, "\n# {}", line(programme));
        }
        mapping.group(mapped);
    }
    mapping
}

impl MappingText {
    fn group(&mut self, mapped: &MappedGroup<'_>) {
        let group = mapped.group;
        self.text.push('\n');
        let (name, ids) = match &mapped.place {
            Ok(place) => {
                let code = place.code.as_ref().map(|code| format!("{code}, "));
                (
                    &place.name,
                    format!("{}{}", code.unwrap_or_default(), place.id),
                )
            }
            Err(_) => (&group.name, group.code.clone()),
        };
        self.comment(&format!("{name} ({ids})"));
        self.comment(&format!("{}: {}", group.kind, group.meaning));
        self.comment(&format!("source: {}", group.source));
        let missing_rate = (!group.is_complete()).then(|| {
            let what = group.look_up.as_deref().unwrap_or("the rate");
            format!("a rate; look up: {what}")
        });
        let needs = mapped.place.as_ref().err().cloned().or(missing_rate);
        let entries = match &mapped.place {
            Ok(place) => entries(mapped.programme, group, place),
            Err(_) => String::new(),
        };
        match needs {
            None => {
                self.text.push_str(&entries);
                self.filled += 1;
            }
            Some(needs) => {
                self.comment(&format!("needs {needs}"));
                for text in entries.lines() {
                    self.comment(text);
                }
                self.open.push((group.code.clone(), needs));
            }
        }
    }

    /// Adds a line that is not read. Names come from a server: nothing in them may end a comment.
    fn comment(&mut self, text: &str) {
        let _ = writeln!(self.text, "# {}", line(text));
    }
}

/// The `[[value]]` entries of a group.
fn entries(programme: &Programme, group: &TargetGroup, place: &ElementPlace) -> String {
    let mut head = format!("[[value]]\ndata_element = {}\n", quoted(&place.id));
    if let Some(set) = &place.data_set {
        let _ = writeln!(head, "data_set = {}", quoted(set));
    }
    let mut tail = String::new();
    if group.kind == GroupKind::Split
        && let Some(split) = programme.split
    {
        let _ = writeln!(tail, "split = {}", quoted(split.word()));
    }
    if group.kind == GroupKind::Rate {
        tail.push_str(&rate_line(group.rate.as_ref()));
    }
    let ages = group
        .ages
        .as_ref()
        .map_or_else(String::new, |ages| format!("ages = {}\n", quoted(ages)));
    if group.by.is_empty() {
        let sex = group
            .sex
            .as_ref()
            .map_or_else(String::new, |sex| format!("sex = {}\n", quoted(sex)));
        return format!("{head}{sex}{ages}{tail}");
    }
    if ages.is_empty() {
        return format!("{head}by = \"options\"\n{tail}");
    }
    let one = |(sex, option): &(Sex, String)| {
        let word = if *sex == Sex::Female {
            "female"
        } else {
            "male"
        };
        format!(
            "{head}options = [{}]\nsex = \"{word}\"\n{ages}{tail}",
            quoted(option)
        )
    };
    let all: Vec<String> = place.sex_options.iter().map(one).collect();
    all.join("\n")
}

fn rate_line(rate: Option<&Rate>) -> String {
    match rate {
        Some(rate) => format!(
            "rate = {{ value = {}, source = {}, year = {}, level = {} }}\n",
            rate.value,
            quoted(&rate.source),
            rate.year,
            quoted(&rate.level)
        ),
        None => "rate = { value = , source = \"\", year = , level = \"national\" }\n".to_owned(),
    }
}

fn quoted(text: &str) -> String {
    toml::Value::String(text.to_owned()).to_string()
}

/// One line, without characters that a terminal or a TOML reader would act on.
fn line(text: &str) -> String {
    text.chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .collect()
}
