//! Whom a data element counts by its own name and code, and mappings that fill it with others.

use std::fmt;

use pop_sums::Sex;
use pop_worldpop::AgeBandScheme;

use crate::Comment;
use crate::ages::{
    Ages, Label, UnclearMeaning, code_names_everybody, group_words, match_code_and_label,
    names_everybody, names_sex_by_letter, read_group_token, read_label,
};
use crate::bands::group_of_slices;
use crate::composition::{BandTerms, Composition};
use crate::metadata::{DataElement, Metadata};
use crate::resolved_mapping::{CountedGroup, ResolvedMapping, Target};

const EVERYBODY: Label = Label {
    sex: None,
    ages: Some(Ages::ALL),
};

/// Whom an element counts, when its code and its name agree.
///
/// # Errors
/// [`UnclearMeaning`] when they do not, or say nothing.
pub fn element_label(
    element: &DataElement,
    scheme: AgeBandScheme,
) -> Result<Label, UnclearMeaning> {
    let code = element.code.as_deref();
    if names_everybody(&element.name) && code.is_none_or(code_names_everybody) {
        return Ok(EVERYBODY);
    }
    let found = match_code_and_label(code, Some(&element.name), scheme);
    // Codes of elements begin with a word for their group: what follows is what counts.
    let rest = code.and_then(|code| code.split_once('_'));
    found.or_else(|unclear| match rest {
        Some((_, rest)) => {
            match_code_and_label(Some(rest), Some(&element.name), scheme).map_err(|_| unclear)
        }
        None => Err(unclear),
    })
}

/// Whether the name of an element has the letter `M` for its sex, and another element an `H` for men: then `M` may be women.
#[must_use]
pub fn has_unclear_sex(element: &DataElement, metadata: &Metadata) -> bool {
    let others = || metadata.data_elements.iter();
    names_sex_by_letter(&element.name, "m")
        && others().any(|other| names_sex_by_letter(&other.name, "h"))
}

/// Whom the name of an element says that it counts; `None` where it does not tell. The name alone
/// decides: a code can contradict it.
fn label_by_name(element: &DataElement, metadata: &Metadata) -> Option<Label> {
    if has_unclear_sex(element, metadata) {
        return None;
    }
    if names_everybody(&element.name) {
        return Some(EVERYBODY);
    }
    read_label(&element.name).filter(|label| label.sex.is_some() || label.ages.is_some())
}

/// A data element that a mapping fills with other people than its own name says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OtherGroup {
    /// UID of the element.
    pub data_element: String,
    /// Name of the element, with its code and UID.
    pub element: String,
    /// Whom its name says it counts.
    pub says: String,
    /// Whom it is filled with.
    pub filled_with: String,
}

impl fmt::Display for OtherGroup {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{}: its name says {}, and it is filled with {}",
            self.element, self.says, self.filled_with
        )
    }
}

/// The elements of a mapping that are filled with other people than their names say, each once.
/// An element filled by a rate is left alone: its people are an estimate from others.
#[must_use]
pub fn other_groups(
    mapping: &ResolvedMapping,
    composition: &Composition,
    metadata: &Metadata,
) -> Vec<OtherGroup> {
    let mut found: Vec<OtherGroup> = Vec::new();
    for (target, terms) in mapping.targets.iter().zip(&composition.terms) {
        let is_known = found
            .iter()
            .any(|known| *known.data_element == *target.data_element);
        if is_known || target.rate.is_some() {
            continue;
        }
        let Ok(element) = metadata.data_element(&target.data_element) else {
            continue;
        };
        let Some(label) = label_by_name(element, metadata) else {
            continue;
        };
        if !fits(target, terms, &label) {
            found.push(OtherGroup {
                data_element: target.data_element.to_string(),
                element: target.element.clone(),
                says: group_words(label.sex, label.ages.unwrap_or(Ages::ALL)),
                filled_with: counted_words(&target.group),
            });
        }
    }
    found
}

/// Whether a target counts whom a label says.
fn fits(target: &Target, terms: &BandTerms, label: &Label) -> bool {
    let is_part = target.option_combo.is_some();
    match (&target.group, terms) {
        (CountedGroup::Group { sex, ages }, _) => group_fits((*sex, *ages), is_part, label),
        (CountedGroup::Formula(_), BandTerms::Slices(slices)) => {
            group_of_slices(slices).is_some_and(|group| group_fits(group, is_part, label))
        }
        // Weights make people that no label can say.
        (CountedGroup::Formula(_), BandTerms::Weighted(_)) => true,
    }
}

/// Whether a group is whom a label says; an option combo (`is_part`) may count a part of them.
fn group_fits((sex, ages): (Option<Sex>, Ages), is_part: bool, label: &Label) -> bool {
    let said = label.ages.unwrap_or(Ages::ALL);
    let sex = sex.filter(|sex| *sex != Sex::Total);
    if !is_part {
        return sex == label.sex && ages == said;
    }
    let is_sex_within = label.sex.is_none() || sex == label.sex;
    let is_within = said.from <= ages.from
        && said
            .to
            .is_none_or(|to| ages.to.is_some_and(|own| own <= to));
    is_sex_within && is_within
}

/// What the name of an element says, and what the group of a value's comment says instead; `None` where
/// they agree, or one of them does not tell. `is_part`: the value is of an option combo of several.
#[must_use]
pub fn other_group_of_comment(
    element: &DataElement,
    comment: &Comment,
    is_part: bool,
    metadata: &Metadata,
) -> Option<OtherGroup> {
    let token = comment.group.as_deref()?;
    let label = label_by_name(element, metadata)?;
    let group = read_group_token(token);
    if group.is_some_and(|group| group_fits(group, is_part, &label)) {
        return None;
    }
    Some(OtherGroup {
        data_element: element.id.clone(),
        element: element.name.clone(),
        says: group_words(label.sex, label.ages.unwrap_or(Ages::ALL)),
        filled_with: group.map_or_else(|| token.to_owned(), |(sex, ages)| group_words(sex, ages)),
    })
}

/// Who is counted, as people say it.
#[must_use]
pub fn counted_words(group: &CountedGroup) -> String {
    match group {
        CountedGroup::Formula(formula) => formula.to_string(),
        CountedGroup::Group { sex, ages } => group_words(*sex, *ages),
    }
}
