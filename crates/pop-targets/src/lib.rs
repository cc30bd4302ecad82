//! Target groups of programmes as files, and the DHIS2 metadata that hold them: data elements, options,
//! combinations and a data set, as a document for `/api/metadata`, with the mapping that fills them.
//!
//! Everything here is bytes in and bytes out: no file, no network, no clock.

mod built_in;
mod conflict;
mod element_match;
mod mapping_text;
mod metadata_import;
mod objects;
mod option_names;
mod programme;
mod uid;

pub use built_in::{
    TargetSource, UnknownTargets, built_in_list, built_in_names, built_in_with_codes,
};
pub use conflict::Conflict;
pub use mapping_text::{MappingText, mapping_for_instance};
pub use metadata_import::{MetadataImport, MetadataImportOptions, metadata_import};
pub use objects::{Action, Decision, ImportDocument};
pub use programme::{
    AgeCategory, GroupKind, Programme, ProgrammeError, TargetGroup, merged_groups,
};
pub use uid::{DEFAULT_NAMESPACE, ObjectType, derived_uid};
