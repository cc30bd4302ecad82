//! Which language a run speaks.

use std::path::Path;
use std::sync::Arc;

use pop_messages::{Language, Messages};

use crate::args::MESSAGE_FILE;
use crate::{Console, ToolError};

impl Console {
    /// The messages of the language given by flag, else by the environment.
    pub(super) fn messages_of(&mut self, name: Option<&str>) -> Result<Arc<Messages>, ToolError> {
        let language = match name {
            Some(name) if name.ends_with(MESSAGE_FILE) => self.language_of_file(name)?,
            Some(name) => name
                .parse()
                .map_err(|error| ToolError::usage(error).hint("--help lists the languages"))?,
            None => Language::of_environment(|name| std::env::var(name).ok()),
        };
        Ok(Arc::new(Messages::plain(&language)))
    }

    fn language_of_file(&mut self, name: &str) -> Result<Language, ToolError> {
        let bytes = self.input("messages", name)?.bytes;
        let text = std::str::from_utf8(&bytes).map_err(|error| {
            ToolError::data(format!("not a valid UTF-8 text: {error}"))
                .in_file(name)
                .hint("save it as UTF-8")
        })?;
        let stem = Path::new(name).file_stem().unwrap_or_default();
        Language::of_file(&stem.to_string_lossy(), text.to_owned())
            .map_err(|error| ToolError::data(&error).in_file(name).hint(error.hint()))
    }
}
