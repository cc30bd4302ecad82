//! Options, categories and combinations that divided elements need.

use std::collections::BTreeSet;

use pop_datavalues::ages::{Label, match_code_and_label};
use pop_datavalues::metadata;
use pop_sums::Sex;
use pop_worldpop::AgeBandScheme;

use super::ImportBuilder;
use crate::conflict::Conflict;
use crate::objects::{
    Action, Category, CategoryCombo, CategoryOption, CategoryOptionCombo, Reference, Sharing,
};
use crate::option_names::{band_code, option_code, option_name};
use crate::programme::{AgeCategory, BY_SEX, Programme, TargetGroup};
use crate::uid::ObjectType;

const DISAGGREGATION: &str = "DISAGGREGATION";

/// A combination in use.
#[derive(Debug, Clone)]
pub(super) struct UsedCombo {
    pub(super) id: String,
    /// The options of sex, where it has them.
    pub(super) sex_options: Vec<(Sex, String)>,
}

/// A category in use, with its options in order.
struct UsedCategory {
    id: String,
    code: String,
    name: String,
    options: Vec<(Label, String)>,
}

impl ImportBuilder<'_> {
    /// The combination that a group is divided by.
    pub(super) fn combo(
        &mut self,
        programme: &Programme,
        group: &TargetGroup,
    ) -> Result<UsedCombo, Conflict> {
        let categories: Vec<UsedCategory> = group
            .by
            .iter()
            .map(|key| match programme.ages.get(key) {
                Some(category) if key != BY_SEX => self.age_category(category),
                _ => self.sex_category(),
            })
            .collect::<Result<_, _>>()?;
        let codes: Vec<&str> = categories.iter().map(|c| c.code.as_str()).collect();
        let key = codes.join("+");
        if let Some(used) = self.combos_by_key.get(&key) {
            return Ok(used.clone());
        }
        let ids: BTreeSet<&str> = categories.iter().map(|c| c.id.as_str()).collect();
        let code = combo_code(&codes);
        let own = self.uid(ObjectType::CategoryCombo, &code);
        let metadata = self.metadata;
        let same = |combo: &&metadata::CategoryCombo| {
            let found: BTreeSet<&str> = combo.categories.iter().map(|c| c.id.as_str()).collect();
            found == ids
        };
        let mut found: Vec<&metadata::CategoryCombo> =
            metadata.category_combos.iter().filter(same).collect();
        found.sort_by_key(|combo| combo.id != own);
        let id = match found.first() {
            Some(combo) if combo.id != own => {
                let (kind, code) = (ObjectType::CategoryCombo, combo.code.as_deref());
                self.decide(Action::Reuse, kind, &combo.id, code, &combo.name, "");
                combo.id.clone()
            }
            known => {
                self.own_combo(&own, &code, &categories, known.copied())?;
                own
            }
        };
        let sexes = categories.iter().flat_map(|category| &category.options);
        let used = UsedCombo {
            id,
            sex_options: sexes
                .filter_map(|(label, id)| label.sex.map(|sex| (sex, id.clone())))
                .collect(),
        };
        self.combos_by_key.insert(key, used.clone());
        Ok(used)
    }

    /// Puts a combination of our own into the document, with all its option combos.
    fn own_combo(
        &mut self,
        id: &str,
        code: &str,
        categories: &[UsedCategory],
        known: Option<&metadata::CategoryCombo>,
    ) -> Result<(), Conflict> {
        let kind = ObjectType::CategoryCombo;
        let names: Vec<&str> = categories.iter().map(|c| c.name.as_str()).collect();
        let name = known.map_or_else(|| names.join(" and "), |combo| combo.name.clone());
        for combo in &self.metadata.category_combos {
            if combo.id == id && known.is_none() {
                return Err(Conflict::Changed {
                    kind,
                    name: combo.name.clone(),
                    id: id.to_owned(),
                    what: "categories".to_owned(),
                });
            }
            check_free(
                kind,
                (id, code, &name),
                (&combo.id, combo.code.as_deref(), &combo.name),
            )?;
        }
        self.document.category_combos.push(CategoryCombo {
            id: id.to_owned(),
            code: code.to_owned(),
            name: name.clone(),
            data_dimension_type: DISAGGREGATION,
            categories: categories.iter().map(|c| Reference::to(&c.id)).collect(),
        });
        let cells = cells(categories);
        let action = action(known.is_some());
        let note = format!("with {} option combos", cells.len());
        self.decide(action, kind, id, Some(code), &name, note);
        for cell in cells {
            let option_combo = self.option_combo(id, code, &cell, known);
            self.document.category_option_combos.push(option_combo);
        }
        Ok(())
    }

    /// One option of each category. On the server it may have another UID: then that one stays.
    fn option_combo(
        &self,
        combo: &str,
        combo_code: &str,
        cell: &[(Label, String)],
        known: Option<&metadata::CategoryCombo>,
    ) -> CategoryOptionCombo {
        let options: Vec<&str> = cell.iter().map(|(_, id)| id.as_str()).collect();
        let codes: Vec<String> = cell.iter().map(|(label, _)| option_code(label)).collect();
        let names: Vec<String> = cell.iter().map(|(label, _)| option_name(label)).collect();
        let derived = self.uid(
            ObjectType::CategoryOptionCombo,
            &format!("{combo_code}/{}", codes.join("+")),
        );
        let there = known.and_then(|known| known.option_combo(&options).ok());
        let id = there.map_or(derived, |there| there.id.clone());
        let sex = cell.iter().find_map(|(label, _)| label.sex);
        let ages = cell.iter().find_map(|(label, _)| label.ages);
        let is_free = |code: &String| {
            let combos = self.metadata.category_combos.iter();
            let mut all = combos.flat_map(|combo| &combo.category_option_combos);
            !all.any(|other| other.id != id && other.code.as_ref() == Some(code))
        };
        let is_bands = combo_code.ends_with("WP_AGE_BAND");
        let code = band_code(sex, ages).filter(|code| is_bands && is_free(code));
        CategoryOptionCombo {
            code: code.or_else(|| there.and_then(|there| there.code.clone())),
            id,
            name: names.join(", "),
            category_combo: Reference::to(combo),
            category_options: options.into_iter().map(Reference::to).collect(),
        }
    }

    fn sex_category(&mut self) -> Result<UsedCategory, Conflict> {
        let label = |sex| Label {
            sex: Some(sex),
            ages: None,
        };
        self.category(
            "WP_SEX",
            "WorldPop sex",
            &[label(Sex::Female), label(Sex::Male)],
        )
    }

    fn age_category(&mut self, category: &AgeCategory) -> Result<UsedCategory, Conflict> {
        let labels = category.labels().unwrap_or_default();
        self.category(&category.code, &category.name, &labels)
    }

    /// The category with exactly these options: the instance's, or our own.
    fn category(
        &mut self,
        code: &str,
        name: &str,
        labels: &[Label],
    ) -> Result<UsedCategory, Conflict> {
        let options: Vec<(Label, String)> = labels
            .iter()
            .map(|label| Ok((*label, self.option(label)?)))
            .collect::<Result<_, Conflict>>()?;
        let kind = ObjectType::Category;
        let own = self.uid(kind, code);
        let used = |id: &str, name: &str| UsedCategory {
            id: id.to_owned(),
            code: code.to_owned(),
            name: name.to_owned(),
            options: options.clone(),
        };
        if let Some(known) = self.document.categories.iter().find(|c| c.id == own) {
            return Ok(used(&own, &known.name));
        }
        let wanted: BTreeSet<&str> = options.iter().map(|(_, id)| id.as_str()).collect();
        let same = |category: &&metadata::Category| {
            let found: BTreeSet<&str> = category
                .category_options
                .iter()
                .map(String::as_str)
                .collect();
            found == wanted
        };
        let all = all_categories(self.metadata);
        let known = all.iter().copied().find(|category| category.id == own);
        if let Some(known) = known.filter(|known| !same(known)) {
            return Err(Conflict::Changed {
                kind,
                name: known.name.clone(),
                id: own,
                what: "options".to_owned(),
            });
        }
        if known.is_none()
            && let Some(other) = all.iter().copied().find(same)
        {
            let is_new = !self.decisions.iter().any(|made| made.id == other.id);
            let result = used(&other.id, name);
            let (id, code, name) = (other.id.clone(), other.code.clone(), other.name.clone());
            if is_new {
                self.decide(Action::Reuse, kind, &id, code.as_deref(), &name, "");
            }
            return Ok(result);
        }
        let name = known.map_or(name, |known| known.name.as_str()).to_owned();
        for other in &all {
            check_free(
                kind,
                (&own, code, &name),
                (&other.id, other.code.as_deref(), &other.name),
            )?;
        }
        let action = action(known.is_some());
        self.document.categories.push(Category {
            id: own.clone(),
            code: code.to_owned(),
            name: name.clone(),
            short_name: name.chars().take(50).collect(),
            data_dimension_type: DISAGGREGATION,
            category_options: options.iter().map(|(_, id)| Reference::to(id)).collect(),
        });
        self.decide(action, kind, &own, Some(code), &name, "");
        Ok(used(&own, &name))
    }

    /// The option that means these people: the instance's, or our own. Its UID.
    fn option(&mut self, label: &Label) -> Result<String, Conflict> {
        let code = option_code(label);
        if let Some(id) = self.options_by_code.get(&code) {
            return Ok(id.clone());
        }
        let kind = ObjectType::CategoryOption;
        let own = self.uid(kind, &code);
        let metadata = self.metadata;
        let means_it = |option: &&metadata::CategoryOption| {
            let read = match_code_and_label(
                option.code.as_deref(),
                Some(&option.name),
                AgeBandScheme::Open90,
            );
            read.is_ok_and(|read| read == *label)
        };
        let mut found: Vec<&metadata::CategoryOption> =
            metadata.category_options.iter().filter(means_it).collect();
        found.sort_by_key(|option| (option.id != own, option.code.as_ref() != Some(&code)));
        let mut found = found.into_iter();
        let first = found.next();
        for other in found {
            let note = first.map_or_else(String::new, |first| {
                format!(
                    "means the same as {:?} ({}), which is used",
                    first.name, first.id
                )
            });
            self.decide(
                Action::Leave,
                kind,
                &other.id,
                other.code.as_deref(),
                &other.name,
                note,
            );
        }
        let id = match first {
            Some(option) if option.id != own => {
                self.decide(
                    Action::Reuse,
                    kind,
                    &option.id,
                    option.code.as_deref(),
                    &option.name,
                    "",
                );
                option.id.clone()
            }
            known => {
                self.own_option(&own, &code, label, known)?;
                own
            }
        };
        self.options_by_code.insert(code, id.clone());
        Ok(id)
    }

    fn own_option(
        &mut self,
        id: &str,
        code: &str,
        label: &Label,
        known: Option<&metadata::CategoryOption>,
    ) -> Result<(), Conflict> {
        let kind = ObjectType::CategoryOption;
        let plain = option_name(label);
        let others = || self.metadata.category_options.iter().filter(|o| o.id != id);
        // An option may have the name and another code: then it means others, and keeps its name.
        let is_taken = others().any(|other| other.name == plain);
        let name = match known {
            Some(known) => known.name.clone(),
            None if is_taken => format!("{plain} (WorldPop)"),
            None => plain,
        };
        for other in others() {
            check_free(
                kind,
                (id, code, &name),
                (&other.id, other.code.as_deref(), &other.name),
            )?;
        }
        self.document.category_options.push(CategoryOption {
            id: id.to_owned(),
            code: code.to_owned(),
            name: name.clone(),
            short_name: name.clone(),
            sharing: Sharing::with_data_for(&self.options.user_groups),
        });
        self.decide(action(known.is_some()), kind, id, Some(code), &name, "");
        Ok(())
    }
}

/// All categories of an instance, each once, by UID.
fn all_categories(metadata: &metadata::Metadata) -> Vec<&metadata::Category> {
    let used = metadata.category_combos.iter();
    let used = used.flat_map(|combo| &combo.categories);
    let mut all: Vec<_> = used.chain(&metadata.categories).collect();
    all.sort_by(|a, b| a.id.cmp(&b.id));
    all.dedup_by(|a, b| a.id == b.id);
    all
}

/// Adds, or updates what is there.
pub(super) const fn action(is_known: bool) -> Action {
    if is_known {
        Action::Update
    } else {
        Action::Add
    }
}

/// Codes and names are unique on a server within a type. Both objects as UID, code and name.
pub(super) fn check_free(
    kind: ObjectType,
    own: (&str, &str, &str),
    other: (&str, Option<&str>, &str),
) -> Result<(), Conflict> {
    if own.0 == other.0 {
        return Ok(());
    }
    if other.1 == Some(own.1) {
        return Err(Conflict::CodeTaken {
            kind,
            code: own.1.to_owned(),
            other: format!("{:?} ({})", other.2, other.0),
            why: "means others by its name".to_owned(),
        });
    }
    if other.2 == own.2 {
        return Err(Conflict::NameTaken {
            kind,
            name: own.2.to_owned(),
            other: other.0.to_owned(),
        });
    }
    Ok(())
}

/// `WP_SEX+WP_AGE_BAND` as one code, of at most 50 characters.
fn combo_code(codes: &[&str]) -> String {
    match codes {
        [one] => format!("WP_CC_{one}"),
        several => several.join("__"),
    }
    .chars()
    .take(50)
    .collect()
}

/// All ways to take one option of each category.
fn cells(categories: &[UsedCategory]) -> Vec<Vec<(Label, String)>> {
    let mut cells = vec![Vec::new()];
    for category in categories {
        let extend = |cell: Vec<(Label, String)>| {
            let options = category.options.iter();
            options.map(move |option| {
                let mut longer = cell.clone();
                longer.push(option.clone());
                longer
            })
        };
        cells = cells.into_iter().flat_map(extend).collect();
    }
    cells
}
