//! Which id a unit has, of those that its feature carries.

use geojson::JsonObject;
use geojson::feature::Id;
use serde_json::Value;

use super::cursor::short;
use super::error::{ReadError, ReadErrorKind};
use super::properties::Source;
use crate::OrgUnit;

/// Property names that a message lists at most.
const LISTED_PROPERTIES: usize = 12;

/// The ids that a feature carries.
struct Candidates {
    /// The feature's own.
    own: Option<String>,
    /// The property `id`.
    property: Option<String>,
    /// The end of the property `path`.
    path_end: Option<String>,
}

/// Gives a unit its id, the id that `parent` and `path` of other units name, and a path that ends with the latter.
///
/// The id is the property named by `id_property` (of `path`, its end). By default it is the feature's own id, the property `id` or the end of
/// `path`, which must be the same where there are several: data frames number the features of a file anew.
pub(super) fn identify(
    unit: &mut OrgUnit,
    own: Option<&Id>,
    properties: &JsonObject,
    id_property: Option<&str>,
    source: Source<'_, '_>,
) -> Result<(), ReadError> {
    let property = |name: &str| match properties.get(name) {
        Some(value) => source.id(value, &["properties", name]),
        None => Ok(None),
    };
    let own = match own {
        Some(Id::String(text)) => source.id(&Value::from(text.clone()), &["id"])?,
        Some(Id::Number(number)) => source.id(&Value::from(number.clone()), &["id"])?,
        None => None,
    };
    let id = property("id").unwrap_or_default();
    let named = match id_property {
        Some(name) if name != "path" => property(name).unwrap_or_default(),
        _ => None,
    };
    let is_id = |end: &str| {
        let ids = [&own, &id, &named];
        id_property == Some("path") || ids.into_iter().flatten().any(|id| id == end)
    };
    unit.path = unit.path.take().filter(|path| !is_of_file(path, is_id));
    let path_end = unit.path.as_deref().and_then(path_end);
    let found = Candidates {
        own,
        property: id,
        path_end: path_end.map(str::to_owned),
    };
    let chosen = match id_property {
        Some("path") => found.path_end.clone(),
        Some(name) => property(name)?,
        None => found
            .only()
            .map_err(|(path, kind)| source.error(path, kind))?,
    };
    let Some(chosen) = chosen else {
        return Err(without_id(properties, id_property, source));
    };
    let tree_id = found.tree_id().unwrap_or(&chosen);
    unit.uid = (tree_id != chosen).then(|| tree_id.to_owned());
    unit.id = chosen;
    if unit.path.is_none() {
        unit.path = source.property(properties, "parentGraph").map(|graph| {
            let graph = graph.trim_matches('/');
            let slash = if graph.is_empty() { "" } else { "/" };
            format!("{slash}{graph}/{}", unit.tree_id())
        });
    }
    Ok(())
}

/// Whether a path is one of files, as QGIS writes it when it merges layers (`/home/u/adm1.gpkg|layername=adm1`). Codes may have points
/// (`/SLE/SLE.1_1`): a path with points is one of ids where it ends with an id of its unit.
fn is_of_file(path: &str, is_id: impl Fn(&str) -> bool) -> bool {
    path.contains(['|', '\\']) || path.contains('.') && !path_end(path).is_some_and(is_id)
}

/// The last id of a path.
fn path_end(path: &str) -> Option<&str> {
    path.rsplit('/').map(str::trim).find(|id| !id.is_empty())
}

impl Candidates {
    /// The one id that a feature carries; an error, and where, if it carries two.
    fn only(&self) -> Result<Option<String>, (&'static [&'static str], ReadErrorKind)> {
        let named: [(_, &'static [&'static str], _); 3] = [
            ("the feature's id", &["id"], &self.own),
            ("the property \"id\"", &["properties", "id"], &self.property),
            (
                "the end of \"path\"",
                &["properties", "path"],
                &self.path_end,
            ),
        ];
        let mut present = named
            .iter()
            .filter_map(|(name, at, id)| Some((*name, *at, id.as_ref()?)));
        let Some((first, at, id)) = present.next() else {
            return Ok(None);
        };
        match present.find(|(.., other)| *other != id) {
            None => Ok(Some(id.clone())),
            Some((second, _, other)) => Err((
                at,
                ReadErrorKind::TwoIds {
                    ids: format!("{first} is {:?}, {second} is {:?}", short(id), short(other)),
                    hint: self.hint(),
                },
            )),
        }
    }

    /// The property to name with `--id-property`.
    fn hint(&self) -> &'static str {
        match (&self.property, &self.path_end) {
            (Some(property), Some(path_end)) if property != path_end => "path",
            (None, _) => "path",
            _ => "id",
        }
    }

    /// What `parent` and `path` of other units name.
    fn tree_id(&self) -> Option<&str> {
        let is_number = |id: &&String| id.bytes().all(|byte| byte.is_ascii_digit());
        let id = self.path_end.as_ref();
        let id = id.or_else(|| self.own.as_ref().filter(|own| !is_number(own)));
        id.or(self.property.as_ref())
            .or(self.own.as_ref())
            .map(String::as_str)
    }
}

fn without_id(
    properties: &JsonObject,
    id_property: Option<&str>,
    source: Source<'_, '_>,
) -> ReadError {
    let looked = match id_property {
        None => "neither on the feature nor in a property \"id\"".to_owned(),
        Some(name) => match properties.get(name) {
            Some(Value::Null) => format!("the property {name:?} is null"),
            Some(_) => format!("the property {name:?} is empty"),
            None => format!("no property {name:?}"),
        },
    };
    let has_property = id_property.is_some_and(|name| properties.contains_key(name));
    let names = properties.keys().take(LISTED_PROPERTIES);
    let kind = ReadErrorKind::NoId {
        looked,
        has_property,
        properties: names.map(|name| short(name)).collect(),
    };
    source.error(&[], kind)
}
