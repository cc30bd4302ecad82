//! The data value set to be pushed, read and completed.

use std::io::{self, Read};

use pop_cli::{FingerprintReader, ToolError};
use pop_datavalues::Metadata;
use pop_datavalues::metadata::{CategoryCombo, DataSet};
use pop_datavalues::value_set::names::{Names, Sym};
use pop_datavalues::value_set::table::{ValueKey, ValueTable};
use pop_datavalues::value_set::{ReadError, read_payload};

/// A data value set as it was read.
#[derive(Debug)]
pub(crate) struct Payload {
    /// Texts of its ids and comments.
    pub(crate) names: Names,
    /// Its values, in the file's order.
    pub(crate) values: ValueTable,
    /// The data set it names.
    pub(crate) data_set: Option<String>,
    /// SHA-256 of its bytes, in hexadecimal.
    pub(crate) sha256: String,
    schemes: Vec<(String, String)>,
}

impl Payload {
    /// Reads a data value set to its end.
    ///
    /// # Errors
    /// Data: see [`ReadError`]; no values.
    pub(crate) fn read(source: impl Read) -> Result<Self, ToolError> {
        let mut source = FingerprintReader::new(io::BufReader::with_capacity(1 << 16, source));
        let set = read_payload(&mut source).map_err(|error| match error {
            ReadError::Io(error) => ToolError::io(error),
            error => ToolError::data(&error).hint_if_any(error.hint()),
        })?;
        // The reader stops at the end of the document; what follows was checked to be blank.
        io::copy(&mut source, &mut io::sink()).map_err(ToolError::io)?;
        if set.values.is_empty() {
            return Err(ToolError::data("no data values in the set")
                .hint("the step that made it left every unit out: look at what it reported"));
        }
        Ok(Self {
            names: set.names,
            values: set.values,
            data_set: set.header.data_set,
            sha256: source.fingerprint().sha256,
            schemes: set.header.schemes,
        })
    }

    /// The data elements of its values, each once.
    #[must_use]
    pub(crate) fn elements(&self) -> Vec<String> {
        let elements: std::collections::BTreeSet<Sym> = self
            .values
            .rows()
            .iter()
            .map(|row| row.key.element)
            .collect();
        elements
            .into_iter()
            .map(|element| self.names.text(element).to_owned())
            .collect()
    }

    /// Turns codes into ids, where the document says that its ids are codes.
    ///
    /// # Errors
    /// Data: a scheme other than CODE, or a code that the metadata do not have.
    pub(crate) fn resolve(&mut self, metadata: &Metadata) -> Result<(), ToolError> {
        for (scheme, kind) in std::mem::take(&mut self.schemes) {
            if !kind.eq_ignore_ascii_case("CODE") {
                return Err(ToolError::data(format!(
                    "{scheme} is {kind:?}, UID and CODE are understood"
                ))
                .hint("write the set with ids or codes"));
            }
            let all = scheme == "idScheme";
            if all || scheme == "dataSetIdScheme" {
                self.resolve_data_set(metadata)?;
            }
            if all || scheme == "dataElementIdScheme" {
                let list = metadata
                    .data_elements
                    .iter()
                    .map(|e| (e.code.as_deref(), e.id.as_str()));
                self.translate("data element", list, |key| &mut key.element)?;
            }
            if all || scheme == "orgUnitIdScheme" {
                let list = metadata
                    .org_units
                    .iter()
                    .map(|unit| (unit.code.as_deref(), unit.id.as_str()));
                self.translate("org unit", list, |key| &mut key.unit)?;
            }
            if all || scheme == "categoryOptionComboIdScheme" {
                let combos = || {
                    metadata
                        .category_combos
                        .iter()
                        .flat_map(|combo| &combo.category_option_combos)
                };
                self.translate(
                    "category option combo",
                    combos().map(|c| (c.code.as_deref(), c.id.as_str())),
                    |key| &mut key.combo,
                )?;
                self.translate(
                    "attribute option combo",
                    combos().map(|c| (c.code.as_deref(), c.id.as_str())),
                    |key| &mut key.attribute,
                )?;
            }
        }
        Ok(())
    }

    fn resolve_data_set(&mut self, metadata: &Metadata) -> Result<(), ToolError> {
        if let Some(code) = &self.data_set {
            let set = metadata.data_set(code).map_err(|error| {
                ToolError::data(error).hint("correct the code at the top of the file, or fetch the metadata of that data set: fetch-metadata --data-set SET")
            })?;
            self.data_set = Some(set.id.clone());
        }
        Ok(())
    }

    fn translate<'a>(
        &mut self,
        what: &str,
        list: impl Iterator<Item = (Option<&'a str>, &'a str)>,
        member: impl Fn(&mut ValueKey) -> &mut Sym,
    ) -> Result<(), ToolError> {
        let mut ids = std::collections::HashMap::new();
        for (code, id) in list {
            if let Some(code) = code {
                ids.insert(self.names.intern(code), self.names.intern(id));
            }
            // An id that is no code may stand for itself: to-datavalueset resolves what it can.
            let id = self.names.intern(id);
            ids.entry(id).or_insert(id);
        }
        for (index, row) in self.values.rows_mut().iter_mut().enumerate() {
            let sym = member(&mut row.key);
            if sym.is_none() {
                continue;
            }
            *sym = *ids.get(sym).ok_or_else(|| {
                ToolError::data(format!(
                    "no {what} with the code {:?} in the metadata",
                    self.names.text(*sym)
                ))
                .at(format!("value {}", index + 1))
                .hint("correct the code, write the UID, or fetch the metadata again if it is new on the server")
            })?;
        }
        Ok(())
    }

    /// Names the default combos where they were left out, so that one value has one key.
    ///
    /// An element that is disaggregated, and a set with attributes, keep the gap: the plan refuses it.
    pub(crate) fn name_default_combos(&mut self, metadata: &Metadata, set: Option<&DataSet>) {
        let Some(default) = default_combo(metadata) else {
            return;
        };
        let default = self.names.intern(default);
        let plain_set = set.is_none_or(|set| {
            set.category_combo.is_empty()
                || metadata
                    .category_combo(&set.category_combo)
                    .is_some_and(is_default)
        });
        let mut plain_elements = std::collections::HashMap::new();
        for row in self.values.rows_mut() {
            if row.key.combo.is_none() {
                let plain = *plain_elements.entry(row.key.element).or_insert_with(|| {
                    metadata
                        .data_element(self.names.text(row.key.element))
                        .ok()
                        .and_then(|element| metadata.effective_combo(element, set))
                        .is_some_and(is_default)
                });
                if plain {
                    row.key.combo = default;
                }
            }
            if row.key.attribute.is_none() && plain_set {
                row.key.attribute = default;
            }
        }
    }
}

/// `CategoryCombo.isDefault` in the DHIS2 source goes by the name.
pub(crate) fn is_default(combo: &CategoryCombo) -> bool {
    combo.is_default || combo.name == "default"
}

/// The option combo of values without disaggregation; its id differs between instances.
#[must_use]
fn default_combo(metadata: &Metadata) -> Option<&str> {
    let combo = metadata
        .category_combos
        .iter()
        .find(|combo| is_default(combo))?;
    match combo.category_option_combos.as_slice() {
        [only] => Some(&only.id),
        _ => None,
    }
}
