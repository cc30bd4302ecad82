//! A file name without extension and without what operating systems and browsers add to copies.

/// Words that mark a copy, in the languages of the usual desktops.
const COPY_WORDS: &[&str] = &[
    "copy",
    "copie",
    "copia",
    "cópia",
    "kopie",
    "kopia",
    "kopya",
    "копия",
];
/// Words that join a copy word to the name, or number a copy.
const COPY_FILLERS: &[&str] = &[
    "of", "de", "di", "von", "another", "autre", "otra", "1st", "2nd", "3rd",
];
const EXTENSIONS: [(&str, bool); 3] = [(".tif", false), (".tiff", false), (".zip", true)];

/// A file name, taken apart.
#[derive(Debug)]
pub(super) struct Stem {
    /// The part made of ASCII letters, digits and `_`, in lower case.
    pub(super) plain: String,
    /// Words after it: `clipped` in `….clipped.tif`. Empty for a copy.
    pub(super) rest: Vec<String>,
    pub(super) is_archive: bool,
}

impl Stem {
    pub(super) fn of(file: &str) -> Self {
        let lower = file.to_lowercase();
        let (stem, is_archive) = strip_extension(&lower);
        let stem = strip_copy_prefix(stem);
        let end = stem
            .find(|c: char| !c.is_ascii_alphanumeric() && c != '_')
            .unwrap_or(stem.len());
        let rest = words(&stem[end..]);
        Self {
            plain: stem[..end].to_owned(),
            rest: if is_copy_mark(&rest) && !are_ages(&stem[..end], &stem[end..]) {
                Vec::new()
            } else {
                rest
            },
            is_archive,
        }
    }
}

/// Whether words only say that the file is a copy: `(1)`, `- Copy (2)`, `(another copy)`.
fn is_copy_mark(words: &[String]) -> bool {
    words.iter().all(|word| is_copy_word(word))
}

/// Whether a name is cut at the dash between two ages: `…_v1_0-4`.
fn are_ages(before: &str, after: &str) -> bool {
    let age = |word: &str| {
        (word.len() <= 2)
            .then(|| word.parse::<u32>().ok())
            .flatten()
    };
    let first = before.rsplit_once('_').and_then(|(_, word)| age(word));
    let last = after.strip_prefix(['-', '–']).and_then(age);
    first.zip(last).is_some_and(|(first, last)| first < last)
}

/// How many of these words remain without a mark of a copy at their end: `…_copy`, `…_copy_2`. A
/// number alone is kept, it may be a version.
pub(super) fn without_copy_mark(words: &[&str]) -> usize {
    let last = words.iter().rposition(|word| COPY_WORDS.contains(word));
    match last {
        Some(at) if words[at..].iter().all(|word| is_copy_word(word)) => at,
        _ => words.len(),
    }
}

pub(super) fn is_copy_word(word: &str) -> bool {
    COPY_WORDS.contains(&word)
        || COPY_FILLERS.contains(&word)
        || (word.len() <= 2 && word.bytes().all(|byte| byte.is_ascii_digit()))
}

fn words(text: &str) -> Vec<String> {
    text.split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(ToOwned::to_owned)
        .collect()
}

/// Also of `….tif.tif` and of `….tif.1`, which download managers write.
fn strip_extension(lower: &str) -> (&str, bool) {
    let numbered = lower.rsplit_once('.').filter(|(stem, number)| {
        !number.is_empty()
            && number.len() <= 2
            && number.bytes().all(|byte| byte.is_ascii_digit())
            && EXTENSIONS.iter().any(|(ending, _)| stem.ends_with(ending))
    });
    let mut stem = numbered.map_or(lower, |(stem, _)| stem);
    let mut is_archive = false;
    while let Some((ending, archive)) = EXTENSIONS.iter().find(|(ending, _)| stem.ends_with(ending))
    {
        stem = &stem[..stem.len() - ending.len()];
        is_archive |= archive;
    }
    (stem, is_archive)
}

/// `Copy of …`, `Copie de …`.
fn strip_copy_prefix(stem: &str) -> &str {
    let separator = |c: char| matches!(c, ' ' | '_' | '-');
    let Some((first, rest)) = stem.split_once(separator) else {
        return stem;
    };
    if !COPY_WORDS.contains(&first) {
        return stem;
    }
    match rest.split_once(separator) {
        Some(("of" | "de" | "di" | "von", rest)) => rest,
        _ => rest,
    }
}
