//! A side of data values.

use std::collections::{BTreeSet, HashMap};

use pop_datavalues::number::number_of;
use pop_datavalues::value_set::PayloadSet;
use pop_datavalues::value_set::names::Sym;
use pop_datavalues::value_set::table::ValueKey;
use pop_datavalues::{Comment, Metadata, Text};

use crate::side::{Side, SideBuilder, SideKind};
use crate::tree::OrgUnitTree;
use crate::{CompareError, Dimensions, Figure, Unit, UnitKey};

/// The UID that DHIS2 gives its default option combo (`DefaultCategoryService` in its source).
const DEFAULT_COMBO: &str = "HllvX50cXC0";

/// The default option combos, which values may leave out: DHIS2's own, and that of a metadata document.
pub(crate) fn default_combos(metadata: Option<&Metadata>) -> BTreeSet<String> {
    let combos = metadata.map(|metadata| metadata.category_combos.as_slice());
    combos
        .unwrap_or_default()
        .iter()
        .filter(|combo| combo.is_default)
        .flat_map(|combo| &combo.category_option_combos)
        .map(|combo| combo.id.clone())
        .chain([DEFAULT_COMBO.to_owned()])
        .collect()
}

impl Side {
    /// A side of data values. Default option combos and those left out are the same.
    ///
    /// # Errors
    /// [`CompareError`] for keys that are there twice, values that are text, units whose code is not known.
    pub fn from_values(
        set: &PayloadSet,
        by: UnitKey,
        tree: Option<&OrgUnitTree>,
        metadata: Option<&Metadata>,
    ) -> Result<Self, CompareError> {
        let mut side = SideBuilder::new(SideKind::Values);
        let defaults = default_combos(metadata);
        let scheme = scheme(set);
        let mut units: HashMap<Sym, u32> = HashMap::new();
        let mut layers: HashMap<[Sym; 4], u32> = HashMap::new();
        let mut comments: BTreeSet<Sym> = BTreeSet::new();
        for row in set.values.rows() {
            let key = &row.key;
            let unit = match units.get(&key.unit) {
                Some(&unit) => unit,
                None => {
                    let unit =
                        side.unit(unit(set.names.text(key.unit), scheme.as_deref(), by, tree)?);
                    units.insert(key.unit, unit);
                    unit
                }
            };
            let layer = [key.element, key.period, key.combo, key.attribute];
            let dimensions = *layers
                .entry(layer)
                .or_insert_with(|| side.dimensions(dimensions(set, key, &defaults)));
            let text = set.values.text(row);
            let Some(number) = number_of(text) else {
                return Err(CompareError::NotANumber {
                    what: format!(
                        "{} {}",
                        set.names.text(key.unit),
                        self::dimensions(set, key, &defaults)
                    ),
                    value: text.to_owned(),
                });
            };
            comments.insert(row.comment);
            side.figure(Figure {
                unit,
                dimensions,
                value: Some(number),
                unadjusted: None,
            });
        }
        let sources: BTreeSet<String> = comments
            .into_iter()
            .filter_map(|comment| set.names.text(comment).parse::<Comment>().ok())
            .map(|comment| comment.source)
            .collect();
        side.summary.source = sources.into_iter().collect::<Vec<_>>().join("+");
        side.finish()
    }
}

/// The kind of id that units have, where it is not the UID.
fn scheme(set: &PayloadSet) -> Option<String> {
    let named = |key: &str| {
        let mut schemes = set.header.schemes.iter();
        schemes
            .find(|(name, _)| name == key)
            .map(|(_, scheme)| scheme.clone())
    };
    named("orgUnitIdScheme").or_else(|| named("idScheme"))
}

fn dimensions(set: &PayloadSet, key: &ValueKey, defaults: &BTreeSet<String>) -> Dimensions {
    let text = |sym: Sym| set.names.shared(sym).unwrap_or_default();
    let combo = |sym: Sym| {
        let combo = text(sym);
        if defaults.contains(&*combo) {
            Text::default()
        } else {
            combo
        }
    };
    Dimensions {
        data_element: text(key.element),
        period: text(key.period),
        category_option_combo: combo(key.combo),
        attribute_option_combo: combo(key.attribute),
        ..Dimensions::default()
    }
}

fn unit(
    named: &str,
    scheme: Option<&str>,
    by: UnitKey,
    tree: Option<&OrgUnitTree>,
) -> Result<Unit, CompareError> {
    let is_code = scheme.is_some_and(|scheme| scheme.eq_ignore_ascii_case("code"));
    let known = tree.and_then(|tree| {
        if is_code {
            tree.by_code(named)
        } else {
            tree.by_id(named)
        }
    });
    let bare = |key: &str| Unit {
        key: key.into(),
        ..Unit::default()
    };
    match (by, is_code, known) {
        (UnitKey::Id, true, None) => Err(CompareError::OtherIds("code".to_owned())),
        (UnitKey::Id, false, None) => Ok(bare(named)),
        (UnitKey::Code, true, None) => Ok(Unit {
            code: Some(named.to_owned()),
            ..bare(named)
        }),
        (UnitKey::Code, false, None) => Err(CompareError::NoCode(named.to_owned())),
        (_, _, Some(known)) => {
            let tree = tree.ok_or_else(|| CompareError::NoCode(named.to_owned()))?;
            tree.unit(known, by)
        }
    }
}
