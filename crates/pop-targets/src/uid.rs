//! Identifiers that are the same in every run: derived from a namespace, a type and a code.

use sha2::{Digest, Sha256};

/// The namespace of documents that name none.
pub const DEFAULT_NAMESPACE: &str = "headcount";

const LETTERS: &[u8; 62] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
const LENGTH: usize = 11;

/// Types of objects that the document holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum ObjectType {
    /// A category option.
    CategoryOption,
    /// A category.
    Category,
    /// A combination of categories.
    CategoryCombo,
    /// One option of each category.
    CategoryOptionCombo,
    /// A data element.
    DataElement,
    /// A data set.
    DataSet,
}

impl ObjectType {
    /// The property of the document, and part of what a UID is derived from.
    #[must_use]
    pub const fn plural(self) -> &'static str {
        match self {
            Self::CategoryOption => "categoryOptions",
            Self::Category => "categories",
            Self::CategoryCombo => "categoryCombos",
            Self::CategoryOptionCombo => "categoryOptionCombos",
            Self::DataElement => "dataElements",
            Self::DataSet => "dataSets",
        }
    }

    /// As people call one of them.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::CategoryOption => "category option",
            Self::Category => "category",
            Self::CategoryCombo => "category combination",
            Self::CategoryOptionCombo => "category option combo",
            Self::DataElement => "data element",
            Self::DataSet => "data set",
        }
    }
}

/// The UID of an object: SHA-256 of `namespace/type/code` as a number, written with 52 letters for the first
/// character and 62 letters and digits for the other ten, lowest place first.
#[must_use]
pub fn derived_uid(namespace: &str, kind: ObjectType, code: &str) -> String {
    let mut number: Vec<u8> =
        Sha256::digest(format!("{namespace}/{}/{code}", kind.plural())).to_vec();
    (0..LENGTH)
        .map(|place| {
            let base = if place == 0 { 52 } else { 62 };
            char::from(LETTERS[divide(&mut number, base)])
        })
        .collect()
}

/// Divides a number, highest byte first, and returns the remainder.
fn divide(number: &mut [u8], by: usize) -> usize {
    let mut remainder = 0;
    for byte in number {
        let value = remainder * 256 + usize::from(*byte);
        *byte = u8::try_from(value / by).unwrap_or(u8::MAX);
        remainder = value % by;
    }
    remainder
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use pop_datavalues::is_uid;

    use super::*;

    #[test]
    fn a_uid_is_the_same_in_every_run_and_another_for_every_key() {
        // Worked out with Python's hashlib and divmod.
        assert_eq!(
            derived_uid("headcount", ObjectType::DataElement, "WP_POP_TOTAL"),
            "YN188REASH7"
        );
        let kinds = [ObjectType::DataElement, ObjectType::DataSet];
        let mut seen = BTreeSet::new();
        for namespace in ["headcount", "rwanda"] {
            for kind in kinds {
                for number in 0..500 {
                    let uid = derived_uid(namespace, kind, &format!("WP_{number}"));
                    assert!(is_uid(&uid), "{uid}");
                    assert!(seen.insert(uid));
                }
            }
        }
    }
}
