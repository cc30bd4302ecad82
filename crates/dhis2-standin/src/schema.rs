//! The types of metadata that the server keeps, and how their properties point at each other.

mod table;

pub(crate) use table::{SCHEMAS, SIMPLE, UNSHARED};

/// Who may see and change objects of a type.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Sharing {
    /// Not shared: everyone reads.
    None,
    /// Shared as metadata.
    Metadata,
    /// Shared as metadata and, apart from that, for data.
    Data,
}

/// A type of metadata.
#[derive(Debug)]
pub(crate) struct Schema {
    /// Plural name: of the endpoint, of the key in a package, of lists.
    pub(crate) plural: &'static str,
    /// Class name without its package.
    pub(crate) class: &'static str,
    /// Package of the class below `org.hisp.dhis`.
    pub(crate) package: &'static str,
    pub(crate) sharing: Sharing,
    /// Whether it has a short name.
    pub(crate) nameable: bool,
    /// Properties that an import demands.
    pub(crate) required: &'static [&'static str],
    /// Properties that no two objects may share (`unique` in DHIS2's mappings).
    pub(crate) unique: &'static [&'static str],
    /// Properties that refer to one object: name and the other type's plural.
    pub(crate) references: &'static [(&'static str, &'static str)],
    /// Properties that list other objects and are stored here.
    pub(crate) collections: &'static [(&'static str, &'static str)],
    /// Properties that list objects which refer to this one: name, their type, their property.
    pub(crate) inverse: &'static [(&'static str, &'static str, &'static str)],
    /// Members that a new object has when it does not say otherwise, as JSON.
    pub(crate) defaults: &'static str,
}

impl Schema {
    /// The class with its package.
    pub(crate) fn klass(&self) -> String {
        format!("org.hisp.dhis.{}.{}", self.package, self.class)
    }

    /// The type of that plural name.
    pub(crate) fn find(plural: &str) -> Option<&'static Self> {
        SCHEMAS.iter().find(|kind| kind.plural == plural)
    }

    /// The type whose class has that name, its first letter in any case.
    pub(crate) fn of_class(class: &str) -> Option<&'static Self> {
        SCHEMAS
            .iter()
            .find(|kind| kind.class.eq_ignore_ascii_case(class))
    }

    /// The type that a property refers to, singly or in a list kept here.
    pub(crate) fn target(&self, property: &str) -> Option<&'static Self> {
        self.references
            .iter()
            .chain(self.collections)
            .find(|(name, _)| *name == property)
            .and_then(|(_, plural)| Self::find(plural))
    }

    /// Whether objects of the type can have a property stored with them.
    pub(crate) fn stores(&self, property: &str) -> bool {
        SIMPLE.contains(&property)
            || self.target(property).is_some()
            || self.defaults.contains(&format!("\"{property}\""))
    }

    pub(crate) fn is_collection(&self, property: &str) -> bool {
        self.collections.iter().any(|(name, _)| *name == property)
    }
}
