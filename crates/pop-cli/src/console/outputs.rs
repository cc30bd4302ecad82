//! The outputs of a run: opened before the work, published together.

use std::io::Write;

use crate::hashing::ContentHasher;
use crate::provenance::Artefact;
use crate::{Console, Output, ResultExt, ToolError};

impl Console {
    /// Opens an output before the long work, so that a bad path fails at once.
    ///
    /// `role` says in the provenance what the output is, e.g. `output`, `balance`.
    ///
    /// # Errors
    /// Usage when two outputs have one path, or an input has it; I/O when the path cannot be written to.
    pub fn output(&mut self, role: &str, name: &str) -> Result<Output, ToolError> {
        self.path_guard().write(name)?;
        let hasher = self.keeps_provenance().then(ContentHasher::default);
        Output::open(role, name, hasher, self.messages())
    }

    /// [`Self::output`], where a name is given.
    ///
    /// # Errors
    /// Those of [`Self::output`].
    pub fn optional_output(
        &mut self,
        role: &str,
        name: Option<&str>,
    ) -> Result<Option<Output>, ToolError> {
        name.map(|name| self.output(role, name)).transpose()
    }

    /// Moves all outputs of the run into place, with the provenance beside them, stdout last.
    ///
    /// Nothing is moved before everything has reached the disk.
    ///
    /// # Errors
    /// I/O when an output could not be written.
    pub fn publish(&mut self, outputs: Vec<Output>) -> Result<(), ToolError> {
        let mut outputs = outputs;
        let mut artefacts = Vec::new();
        for output in &mut outputs {
            artefacts.extend(output.seal()?);
        }
        if let Some(provenance) = self.seal_provenance(&artefacts)? {
            outputs.push(provenance);
        }
        outputs.sort_by_key(|output| output.is_stdout());
        outputs.into_iter().try_for_each(Output::place)
    }

    fn seal_provenance(&mut self, artefacts: &[Artefact]) -> Result<Option<Output>, ToolError> {
        let Some(mut output) = self.take_provenance_output() else {
            return Ok(None);
        };
        let document = self
            .provenance_log()
            .document(self.tool(), self.arguments(), artefacts)
            .map_err(ToolError::internal)?;
        output.write_all(&document).or_io()?;
        output.seal()?;
        Ok(Some(output))
    }

    pub(crate) fn open_provenance(&mut self, name: &str) -> Result<Output, ToolError> {
        self.path_guard().write(name)?;
        Output::open("provenance", name, None, self.messages())
    }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::Path;

    use super::*;
    use crate::CommonArgs;

    fn console(provenance: Option<String>) -> Console {
        Console::new(
            "tool",
            &CommonArgs {
                output: "-".into(),
                provenance,
                quiet: true,
                verbose: false,
                no_progress: true,
                lang: Some("en".into()),
            },
        )
        .unwrap()
    }

    fn names(folder: &Path) -> Vec<String> {
        let mut names: Vec<String> = fs::read_dir(folder)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    }

    #[test]
    fn a_dropped_output_leaves_the_old_file_and_nothing_else() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("sums.csv");
        fs::write(&path, "old").unwrap();
        let mut output = console(None)
            .output("output", path.to_str().unwrap())
            .unwrap();
        output.write_all(b"half").unwrap();
        drop(output);
        assert_eq!(fs::read_to_string(&path).unwrap(), "old");
        assert_eq!(names(folder.path()), ["sums.csv"]);
    }

    #[test]
    fn published_outputs_appear_together_with_their_provenance() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
        let mut console = console(Some(at("run.json")));
        let mut sums = console.output("output", &at("sums.csv")).unwrap();
        let mut balance = console.output("balance", &at("balance.json")).unwrap();
        sums.write_all(b"abc").unwrap();
        balance.write_all(b"{}").unwrap();
        console.publish(vec![sums, balance]).unwrap();
        assert_eq!(
            names(folder.path()),
            ["balance.json", "run.json", "sums.csv"]
        );
        let record: serde_json::Value =
            serde_json::from_slice(&fs::read(at("run.json")).unwrap()).unwrap();
        assert_eq!(
            record["outputs"][0]["sha256"],
            crate::sha256_hex(b"abc").as_str()
        );
        assert_eq!(record["outputs"][1]["role"], "balance");
        assert_eq!(record["tool"], "tool");
    }

    #[test]
    fn two_outputs_may_not_share_a_place() {
        let mut console = console(None);
        let _first = console.output("output", "-").unwrap();
        let error = console.output("balance", "-").unwrap_err();
        assert_eq!(error.status(), crate::ExitStatus::Usage);
    }

    #[test]
    fn a_folder_that_is_not_there_fails_before_the_work() {
        let folder = tempfile::tempdir().unwrap();
        let name = folder.path().join("none/sums.csv");
        let error = console(None)
            .output("output", name.to_str().unwrap())
            .unwrap_err();
        assert_eq!(error.status(), crate::ExitStatus::Io);
        assert!(error.to_string().contains("no such folder"), "{error}");
    }

    #[cfg(unix)]
    #[test]
    fn a_link_stays_and_its_target_is_replaced() {
        let folder = tempfile::tempdir().unwrap();
        let target = folder.path().join("target.csv");
        let link = folder.path().join("link.csv");
        fs::write(&target, "old").unwrap();
        std::os::unix::fs::symlink(&target, &link).unwrap();
        let mut console = console(None);
        let mut output = console.output("output", link.to_str().unwrap()).unwrap();
        output.write_all(b"new").unwrap();
        console.publish(vec![output]).unwrap();
        assert_eq!(fs::read_to_string(&target).unwrap(), "new");
        assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_full_device_is_an_error() {
        let mut console = console(None);
        let mut output = console.output("output", "/dev/full").unwrap();
        output.write_all(b"people").unwrap();
        let error = console.publish(vec![output]).unwrap_err();
        assert_eq!(error.status(), crate::ExitStatus::Io);
    }
}
