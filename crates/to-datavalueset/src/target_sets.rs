//! Targets by data set: one stream holds one.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use pop_cli::{Console, Output, ToolError};
use pop_datavalues::resolved_mapping::{ResolvedMapping, Target};
use pop_datavalues::{Metadata, Text};

use crate::{Format, ToDataValueSet};

/// One data set, or none, and where its values go.
pub(crate) struct TargetSet {
    /// UID of the data set.
    pub(crate) data_set: Option<Text>,
    /// Numbers of its targets in the mapping.
    pub(crate) targets: Vec<usize>,
    /// Where the stream goes.
    pub(crate) output: Output,
}

/// Where a run writes. A stream is opened before anything is read, so that a bad path fails at once.
pub(crate) enum OutputTarget {
    /// One file, or stdout.
    Stream(Box<Output>),
    /// A folder: one file for each data set.
    Folder(PathBuf),
}

impl OutputTarget {
    pub(crate) fn open(args: &ToDataValueSet, console: &mut Console) -> Result<Self, ToolError> {
        let name = &args.common.output;
        let takes_folder = !args.init && !args.explain;
        if takes_folder && Path::new(name).is_dir() {
            return Ok(Self::Folder(PathBuf::from(name)));
        }
        let role = if args.init { "mapping" } else { "output" };
        Ok(Self::Stream(Box::new(console.output(role, name)?)))
    }

    /// The one stream of a run that writes no values.
    pub(crate) fn stream(self) -> Result<Output, ToolError> {
        match self {
            Self::Stream(output) => Ok(*output),
            Self::Folder(name) => {
                Err(ToolError::io("is a folder, not a file").in_file(name.display()))
            }
        }
    }

    /// Divides targets by data set. Several need a folder to go to.
    pub(crate) fn divide(
        self,
        targets: &[Target],
        args: &ToDataValueSet,
        console: &mut Console,
    ) -> Result<Vec<TargetSet>, ToolError> {
        let mut sets: BTreeMap<Option<&Text>, Vec<usize>> = BTreeMap::new();
        for (index, target) in targets.iter().enumerate() {
            sets.entry(target.data_set.as_ref())
                .or_default()
                .push(index);
        }
        let several = || {
            let names = sets.keys().map(|set| set.map_or("none", |set| &**set));
            ToolError::usage(format!(
                "the mapping fills several data sets ({}), and one stream holds one",
                names.collect::<Vec<_>>().join(", ")
            ))
            .hint("choose one with --data-set, or name a folder that exists with -o: one file each")
        };
        let folder = match self {
            Self::Stream(_) if sets.len() > 1 => return Err(several()),
            Self::Stream(output) => {
                let one = sets
                    .into_iter()
                    .map(|(set, targets)| (set.cloned(), targets))
                    .next();
                let (data_set, targets) = one.unwrap_or_default();
                return Ok(vec![TargetSet {
                    data_set,
                    targets,
                    output: *output,
                }]);
            }
            Self::Folder(folder) => folder,
        };
        let extension = match args.format {
            Format::Json => "json",
            Format::Csv => "csv",
            Format::Table => "txt",
        };
        let open = |(set, targets): (Option<&Text>, Vec<usize>)| {
            let name = format!("{}.{extension}", set.map_or("values", |set| &**set));
            let output = console.output("output", &folder.join(name).to_string_lossy())?;
            Ok(TargetSet {
                data_set: set.cloned(),
                targets,
                output,
            })
        };
        sets.into_iter().map(open).collect()
    }
}

/// Keeps the targets of `--data-set`, where it is given beside a mapping.
pub(crate) fn keep(
    resolved: &mut ResolvedMapping,
    args: &ToDataValueSet,
    metadata: Option<&Metadata>,
) -> Result<(), ToolError> {
    let Some(key) = &args.data_set else {
        return Ok(());
    };
    let id = match metadata {
        Some(metadata) => metadata
            .data_set(key)
            .map_err(|e| {
                ToolError::data(format!("--data-set: {e}")).hint(
                    "fetch-metadata --data-set SET puts a data set into the metadata document",
                )
            })?
            .id
            .as_str(),
        None => key,
    };
    resolved
        .targets
        .retain(|target| target.data_set.as_deref() == Some(id));
    if resolved.targets.is_empty() {
        return Err(
            ToolError::data(format!("the mapping fills nothing in data set {key:?}")).hint(
                "name a data set that holds elements of the mapping, or leave --data-set out",
            ),
        );
    }
    Ok(())
}
