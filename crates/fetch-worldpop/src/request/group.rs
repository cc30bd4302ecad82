//! Requested rasters, grouped by product.

use std::collections::BTreeMap;

use pop_cli::ToolError;
use pop_worldpop::{ProductSpec, RasterKey};

use super::Selection;
use crate::lock::Lock;

/// Rasters of one product.
#[derive(Debug, Clone)]
pub(crate) struct RequestGroup {
    pub(crate) spec: ProductSpec,
    pub(crate) keys: Vec<RasterKey>,
}

impl RequestGroup {
    /// The selected rasters of a release; the world has other cells than countries, so another
    /// product.
    pub(crate) fn of_selection(
        selection: &Selection,
        release: Option<&str>,
    ) -> Result<Vec<Self>, ToolError> {
        let mut groups: Vec<Self> = Vec::new();
        for area in &selection.areas {
            let spec = selection.spec(area, release.map(ToOwned::to_owned));
            let keys = selection.keys(area)?;
            match groups.iter_mut().find(|group| group.spec == spec) {
                Some(group) => group.keys.extend(keys),
                None => groups.push(Self { spec, keys }),
            }
        }
        Ok(groups)
    }

    /// The rasters of a release that a lock file pins.
    pub(crate) fn of_lock(lock: &Lock, release: &str) -> Result<Vec<Self>, ToolError> {
        let mut by_spec: BTreeMap<ProductSpec, Vec<RasterKey>> = BTreeMap::new();
        for (name, pin) in lock.pins() {
            if name.release() != Some(release) {
                continue;
            }
            let spec = ProductSpec::of(name).ok_or_else(|| {
                ToolError::data("the name does not say CN or UC")
                    .in_file(lock.path().display())
                    .at(&pin.file)
                    .hint("name the file with --path instead")
            })?;
            let request = super::RasterRequest::of_pin(name, pin)?;
            by_spec.entry(spec).or_default().push(request.key);
        }
        let groups = by_spec.into_iter().map(|(spec, keys)| Self { spec, keys });
        Ok(groups.collect())
    }
}
