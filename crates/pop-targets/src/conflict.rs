//! What on the instance stands in the way of a metadata import.

use crate::uid::ObjectType;

/// Something on the instance that a metadata import would collide with.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Conflict {
    /// The document does not hold everything.
    #[error(
        "the metadata document holds only what was selected, so what it lacks may be on the server"
    )]
    NotComplete,
    /// A code of another object.
    #[error("the code {code:?} belongs to the {} {other}, which {why}", kind.words())]
    CodeTaken {
        /// Its type.
        kind: ObjectType,
        /// The code.
        code: String,
        /// Name and UID of the object that has it.
        other: String,
        /// Why it cannot be used.
        why: String,
    },
    /// A name of another object.
    #[error("the name {name:?} belongs to the {} {other}", kind.words())]
    NameTaken {
        /// Its type.
        kind: ObjectType,
        /// The name.
        name: String,
        /// UID of the object that has it.
        other: String,
    },
    /// One of our objects is another than it would be now.
    #[error("the {} {name:?} ({id}) is on the server with other {what}", kind.words())]
    Changed {
        /// Its type.
        kind: ObjectType,
        /// Its name.
        name: String,
        /// Its UID.
        id: String,
        /// What differs.
        what: String,
    },
    /// Two objects got one UID.
    #[error("two objects have the UID {0}")]
    SameUid(String),
    /// No unit of the level.
    #[error("the metadata document has no org units of level {0}")]
    NoUnits(u32),
}

impl Conflict {
    /// What to do about it.
    #[must_use]
    pub fn hint(&self) -> String {
        match self {
            Self::NotComplete => {
                "fetch-metadata --all --level N writes the document for this tool".to_owned()
            }
            Self::CodeTaken {
                kind: ObjectType::DataSet,
                ..
            } => "choose another code with --data-set-code".to_owned(),
            Self::CodeTaken { .. } => {
                "correct the code or the name of that object in the Maintenance app, or give another code in a target group file of your own".to_owned()
            }
            Self::NameTaken {
                kind: ObjectType::DataSet,
                ..
            } => "choose another name with --data-set-name".to_owned(),
            Self::NameTaken { .. } => {
                "give another name in a target group file of your own".to_owned()
            }
            Self::Changed {
                kind: ObjectType::DataSet,
                ..
            } => "choose another data set with --data-set-code, or leave the period type as it is".to_owned(),
            Self::Changed { .. } => {
                "give the list of ages another code in the target group file: values may be stored under the old options".to_owned()
            }
            Self::SameUid(_) => "choose another --namespace".to_owned(),
            Self::NoUnits(level) => {
                format!("fetch-metadata --all --level {level} lists them")
            }
        }
    }
}
