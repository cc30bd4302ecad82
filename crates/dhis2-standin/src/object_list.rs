//! Lists of objects: filtered, ordered, paged.

use crate::envelope::Failure;
use crate::field_filter::FieldFilter;
use crate::http::Response;
use crate::json::{Node, text};
use crate::metadata_store::StoredObject;
use crate::object_filter::{Junction, ObjectFilter, SortKey};
use crate::object_renderer::ObjectRenderer;
use crate::query::QueryParameters;
use crate::schema::Schema;
use crate::version::Version;

const DEFAULT_PAGE_SIZE: usize = 50;

/// Narrowing of a list of organisation units that old releases do after they have paged.
const UNIT_EXTRAS: &[&str] = &[
    "level",
    "maxLevel",
    "withinUserHierarchy",
    "withinUserSearchHierarchy",
    "withinDataViewUserHierarchy",
    "userOnly",
    "userDataViewOnly",
    "userDataViewFallback",
    "levelSorted",
];

/// `GET /api/<type>`
pub(crate) fn list(
    renderer: &ObjectRenderer<'_>,
    kind: &'static Schema,
    query: &QueryParameters,
    path: &str,
) -> Result<Response, Failure> {
    let filters = query
        .all("filter")
        .map(|text| ObjectFilter::parse(text, kind, renderer))
        .collect::<Result<Vec<_>, _>>()
        .map_err(|message| Failure::filter(renderer.version, message))?;
    let junction = match query.get("rootJunction") {
        Some(word) if word.eq_ignore_ascii_case("or") => Junction::Or,
        _ => Junction::And,
    };
    let mut objects: Vec<&StoredObject> = renderer
        .store
        .all(kind)
        .filter(|object| renderer.caller.access(kind, &object.members).read)
        .filter(|object| match junction {
            _ if filters.is_empty() => true,
            Junction::And => filters
                .iter()
                .all(|filter| filter.passes(renderer, kind, object)),
            Junction::Or => filters
                .iter()
                .any(|filter| filter.passes(renderer, kind, object)),
        })
        .collect();
    let total = objects.len();
    if kind.plural == "organisationUnits" {
        objects.retain(|unit| passes_extras(renderer, query, unit));
    }
    if let Some(words) = query.get("query") {
        let words = words.to_lowercase();
        objects.retain(|object| {
            ["name", "code", "id"].iter().any(|key| {
                let value = text(&object.members, key).unwrap_or_default();
                if *key == "name" {
                    value.to_lowercase().contains(&words)
                } else {
                    value.eq_ignore_ascii_case(&words)
                }
            })
        });
    }
    sort(renderer, kind, query, &mut objects)?;
    let fields = query
        .get("fields")
        .map_or_else(|| FieldFilter::parse("id,displayName"), FieldFilter::parse);
    let page = Page::cut(renderer, kind, query, total, &objects);
    let shown: Vec<Node> = page
        .objects
        .iter()
        .map(|object| renderer.show(kind, object, &fields))
        .collect();
    let mut answer = Node::object();
    if let Some(pager) = page.pager(renderer.base, path, query) {
        answer = answer.member("pager", pager);
    }
    Ok(Response::json(200, answer.member(kind.plural, shown)))
}

fn sort<'a>(
    renderer: &ObjectRenderer<'a>,
    kind: &'static Schema,
    query: &QueryParameters,
    objects: &mut [&'a StoredObject],
) -> Result<(), Failure> {
    let mut keys: Vec<SortKey> = query.all("order").flat_map(SortKey::parse).collect();
    if let Some(unknown) = keys.iter().find(|key| !key.is_known(kind, renderer)) {
        if renderer.version >= Version::V43 {
            let message = format!("No such property: {}", unknown.property);
            return Err(Failure::new(400, message));
        }
        keys.clear();
    }
    let name = |object: &'a StoredObject| text(&object.members, "name").unwrap_or_default();
    let id = |object: &'a StoredObject| text(&object.members, "id").unwrap_or_default();
    objects.sort_by(|left, right| {
        keys.iter()
            .map(|key| key.compare(renderer, kind, left, right))
            .find(|order| order.is_ne())
            .unwrap_or_else(|| (name(left), id(left)).cmp(&(name(right), id(right))))
    });
    Ok(())
}

fn passes_extras(
    renderer: &ObjectRenderer<'_>,
    query: &QueryParameters,
    unit: &StoredObject,
) -> bool {
    let Some(id) = text(&unit.members, "id") else {
        return false;
    };
    let level = renderer.store.tree_node(id).map_or(0, |node| node.level);
    // Of several, the first.
    let wanted: Option<u32> = query.get("level").and_then(|level| level.parse().ok());
    let within = |units: &[String]| {
        units.is_empty() && renderer.caller.is_superuser()
            || renderer
                .store
                .is_within(id, units.iter().map(String::as_str))
    };
    let caller = renderer.caller;
    let view_units = if caller.view_units.is_empty() {
        &caller.units
    } else {
        &caller.view_units
    };
    wanted.is_none_or(|wanted| wanted == level)
        && query
            .number("maxLevel")
            .is_none_or(|most| u64::from(level) <= most)
        && (!query.flag("withinUserHierarchy") || within(&caller.units))
        && (!query.flag("withinDataViewUserHierarchy") || within(view_units))
        && (!query.flag("userOnly") || caller.units.iter().any(|unit| unit == id))
        && (!query.flag("userDataViewOnly") || caller.view_units.iter().any(|unit| unit == id))
        && (!query.flag("userDataViewFallback") || view_units.iter().any(|unit| unit == id))
}

/// A page of a list, with what the server claims about it.
pub(crate) struct Page<'a> {
    objects: Vec<&'a StoredObject>,
    paged: bool,
    number: usize,
    size: usize,
    total: usize,
    /// How many pages an empty list is said to have.
    empty_pages: usize,
}

impl<'a> Page<'a> {
    /// Cuts a page out of a list as the release does, right or wrong.
    ///
    /// `all` counts the objects before the org-unit extras narrowed them. Up to 2.40 the pager
    /// goes by that number, and pages beyond the end hold the last object. 2.41 cuts twice: what
    /// is left counts as the whole list.
    fn cut(
        renderer: &ObjectRenderer<'_>,
        kind: &Schema,
        query: &QueryParameters,
        all: usize,
        objects: &[&'a StoredObject],
    ) -> Self {
        let size = query
            .number("pageSize")
            .map_or(DEFAULT_PAGE_SIZE, to_size)
            .max(1);
        let asked = query.number("page").map_or(1, to_size).max(1);
        if query.get("paging").is_some_and(|paging| paging == "false") {
            return Self {
                objects: objects.to_vec(),
                paged: false,
                number: 1,
                size,
                total: objects.len(),
                empty_pages: 1,
            };
        }
        let extras = kind.plural == "organisationUnits"
            && UNIT_EXTRAS.iter().any(|name| query.get(name).is_some());
        let by_words = query.get("query").is_some() && kind.plural == "organisationUnits";
        let cut = Self {
            objects: Vec::new(),
            paged: true,
            number: asked,
            size,
            total: objects.len(),
            empty_pages: usize::from(renderer.version < Version::V40),
        };
        if renderer.version <= Version::V41
            && (extras && renderer.version == Version::V41 || by_words)
        {
            let inner = from_memory(objects, asked, size);
            return Self {
                objects: inner,
                ..cut
            }
            .taken_for_whole();
        }
        if renderer.version <= Version::V40 && extras {
            return Self {
                objects: from_memory(objects, asked, size),
                number: asked.min(all.div_ceil(size).max(1)),
                total: all,
                ..cut
            };
        }
        let from = (asked - 1).saturating_mul(size).min(objects.len());
        Self {
            objects: objects[from..].iter().take(size).copied().collect(),
            number: asked.min(objects.len().div_ceil(size).max(1)),
            ..cut
        }
    }

    /// A page of units around one of them, without further ado.
    pub(crate) fn subtree(
        renderer: &ObjectRenderer<'_>,
        units: &[&'a StoredObject],
        query: &QueryParameters,
    ) -> Self {
        let kind = &crate::schema::UNSHARED;
        let page = Self::cut(renderer, kind, query, units.len(), units);
        if page.paged && renderer.version == Version::V41 {
            page.taken_for_whole()
        } else {
            page
        }
    }

    /// The objects on the page.
    pub(crate) fn objects(&self) -> &[&'a StoredObject] {
        &self.objects
    }

    /// The page as the server shows it where it takes what is on it for the whole list, and cuts
    /// the page that was asked for out of that.
    fn taken_for_whole(self) -> Self {
        let total = self.objects.len();
        Self {
            objects: if self.number == 1 {
                self.objects
            } else {
                Vec::new()
            },
            number: 1,
            total,
            ..self
        }
    }

    /// The `pager` member; `None` where all was asked for at once.
    pub(crate) fn pager(&self, base: &str, path: &str, query: &QueryParameters) -> Option<Node> {
        if !self.paged {
            return None;
        }
        let pages = self.total.div_ceil(self.size).max(self.empty_pages);
        let number = |value: usize| serde_json::Value::from(value);
        let mut pager = Node::object()
            .member("page", number(self.number))
            .member("total", number(self.total))
            .member("pageSize", number(self.size));
        let link = |page: usize| {
            format!(
                "{base}{path}?{}",
                query.with_page(page, self.size, DEFAULT_PAGE_SIZE)
            )
        };
        if self.number < pages {
            pager = pager.member("nextPage", link(self.number + 1));
        }
        if self.number > 1 {
            pager = pager.member("prevPage", link(self.number - 1));
        }
        Some(pager.member("pageCount", number(pages)))
    }
}

/// A page of a list in memory (`PagerUtils.pageCollection`): beyond the end stands the last one.
fn from_memory<'a>(
    objects: &[&'a StoredObject],
    page: usize,
    size: usize,
) -> Vec<&'a StoredObject> {
    let last = objects.len().saturating_sub(1);
    let from = (page - 1).saturating_mul(size).min(last);
    objects[from.min(objects.len())..]
        .iter()
        .take(size)
        .copied()
        .collect()
}

fn to_size(number: u64) -> usize {
    usize::try_from(number)
        .unwrap_or(usize::MAX / 2)
        .min(1 << 30)
}
