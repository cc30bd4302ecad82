//! Which languages there are, and which one a user reads.

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

use fluent_bundle::FluentResource;
use unic_langid::LanguageIdentifier;

/// Code and text of every message file, by code.
const FILES: &[(&str, &str)] = include!(concat!(env!("OUT_DIR"), "/languages.rs"));

/// The language of the messages where nobody asks for another.
const DEFAULT: &str = "en";

/// A language that there is a message file for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Language {
    code: Cow<'static, str>,
    file: Cow<'static, str>,
}

/// A message file that cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InvalidMessageFile {
    /// Its name does not say which language it is in.
    #[error("{0:?} is not a valid language code, expected a name such as pt.ftl")]
    Code(String),
    /// It is not written as Fluent files are.
    #[error("line {line}: not a valid message: {problem}")]
    Syntax {
        /// Counted from 1.
        line: usize,
        /// As the Fluent parser says it.
        problem: String,
    },
}

/// A language that there is no message file for.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "{found:?} is not a known language, expected one of: {}",
    known_codes()
)]
pub struct UnknownLanguage {
    found: String,
}

impl InvalidMessageFile {
    /// What to do about it.
    #[must_use]
    pub fn hint(&self) -> &'static str {
        match self {
            Self::Code(_) => "name the file by its language, as ISO 639-1 does: pt.ftl",
            Self::Syntax { .. } => {
                "a message is a line `key = text`: https://projectfluent.org/fluent/guide/"
            }
        }
    }
}

impl Language {
    /// All languages, by code.
    pub fn all() -> impl Iterator<Item = Self> {
        let language = |&(code, file)| Self {
            code: Cow::Borrowed(code),
            file: Cow::Borrowed(file),
        };
        FILES.iter().map(language)
    }

    /// A language of a message file that is not embedded; messages that the file lacks are English.
    ///
    /// # Errors
    /// If `code` is not a language code (BCP 47), or `text` not a Fluent file.
    pub fn of_file(code: &str, text: String) -> Result<Self, InvalidMessageFile> {
        if code.parse::<LanguageIdentifier>().is_err() {
            return Err(InvalidMessageFile::Code(code.to_owned()));
        }
        if let Err((_, errors)) = FluentResource::try_new(text.clone())
            && let Some(error) = errors.first()
        {
            let before = text.get(..error.pos.start).unwrap_or_default();
            return Err(InvalidMessageFile::Syntax {
                line: 1 + before.matches('\n').count(),
                problem: error.kind.to_string(),
            });
        }
        Ok(Self {
            code: code.to_owned().into(),
            file: text.into(),
        })
    }

    /// The language of a user: that of the first of `LC_ALL`, `LC_MESSAGES` and `LANG` that is set (POSIX, 8.2), and English where
    /// that is `C`, or a language without messages. `variable` gives the value of an environment variable.
    pub fn of_environment(variable: impl Fn(&str) -> Option<String>) -> Self {
        let set = |name: &&str| variable(name).filter(|value| !value.is_empty());
        ["LC_ALL", "LC_MESSAGES", "LANG"]
            .iter()
            .find_map(set)
            .and_then(|locale| locale.parse().ok())
            .unwrap_or_default()
    }

    /// The codes of all languages.
    pub fn codes() -> impl Iterator<Item = &'static str> {
        FILES.iter().map(|&(code, _)| code)
    }

    /// ISO 639-1 code, such as `fr`.
    #[must_use]
    pub fn code(&self) -> &str {
        &self.code
    }

    pub(crate) fn file(&self) -> &str {
        &self.file
    }
}

impl Default for Language {
    fn default() -> Self {
        let default = Self::all().find(|language| language.code == DEFAULT);
        default.unwrap_or(Self {
            code: Cow::Borrowed(DEFAULT),
            file: Cow::Borrowed(""),
        })
    }
}

impl FromStr for Language {
    type Err = UnknownLanguage;

    /// A code, or a locale that begins with one: `fr`, `fr-CD`, `fr_CD.UTF-8`.
    fn from_str(text: &str) -> Result<Self, UnknownLanguage> {
        let code = text.split(['-', '_', '.', '@']).next().unwrap_or_default();
        Self::all()
            .find(|language| language.code.eq_ignore_ascii_case(code))
            .ok_or_else(|| UnknownLanguage {
                found: text.to_owned(),
            })
    }
}

impl fmt::Display for Language {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.code)
    }
}

fn known_codes() -> String {
    Language::codes().collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_and_locales_name_a_language() {
        for text in ["fr", "FR", "fr-CD", "fr_CD.UTF-8", "fr@euro"] {
            assert_eq!(text.parse::<Language>().unwrap().code(), "fr", "{text}");
        }
        let error = "pt_MZ".parse::<Language>().unwrap_err();
        assert_eq!(
            error.to_string(),
            "\"pt_MZ\" is not a known language, expected one of: en, fr"
        );
        assert!("french".parse::<Language>().is_err());
    }

    #[test]
    fn a_message_file_of_ones_own_is_checked() {
        let language = Language::of_file("pt", "people = pessoas\n".into()).unwrap();
        assert_eq!(language.code(), "pt");
        let error = Language::of_file("my file", String::new()).unwrap_err();
        assert_eq!(
            error.to_string(),
            "\"my file\" is not a valid language code, expected a name such as pt.ftl"
        );
        let error = Language::of_file("pt", "people = pessoas\nunits = { $count\n".into());
        let error = error.unwrap_err().to_string();
        assert!(error.starts_with("line "), "{error}");
    }

    #[test]
    fn the_first_variable_that_is_set_decides() {
        let language = |variables: &[(&str, &str)]| {
            Language::of_environment(|name| {
                let found = variables.iter().find(|(known, _)| *known == name);
                found.map(|(_, value)| (*value).to_owned())
            })
            .code()
            .to_owned()
        };
        assert_eq!(language(&[]), "en");
        assert_eq!(language(&[("LANG", "fr_CD.UTF-8")]), "fr");
        assert_eq!(language(&[("LANG", "fr"), ("LC_ALL", "C.UTF-8")]), "en");
        assert_eq!(language(&[("LANG", "fr"), ("LC_ALL", "")]), "fr");
        assert_eq!(language(&[("LANG", "en"), ("LC_MESSAGES", "fr")]), "fr");
        assert_eq!(language(&[("LC_MESSAGES", "pt"), ("LANG", "fr")]), "en");
    }
}
