//! The `fields` parameter: `id,name,parent[id,name],organisationUnits~size,:owner,!created`.

/// How deep brackets may nest.
const DEPTH_LIMIT: usize = 16;

/// One entry of the parameter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Field {
    /// Name of the property, or of a preset without its colon.
    pub(crate) name: String,
    pub(crate) role: Role,
    /// What stands in the brackets behind it.
    pub(crate) nested: Option<FieldFilter>,
    /// Transformers such as `size` or `rename(x)`.
    pub(crate) transforms: Vec<String>,
}

/// What an entry does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Role {
    /// Shows a property.
    Include,
    /// Leaves a property out that a preset brings in.
    Exclude,
    /// Shows a group of properties; `*` is `:all`.
    Preset,
}

/// A parsed parameter.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct FieldFilter(pub(crate) Vec<Field>);

impl FieldFilter {
    /// Parses the parameter; what makes no sense is skipped, as DHIS2 does.
    pub(crate) fn parse(text: &str) -> Self {
        let mut rest = text;
        Self(parse_list(&mut rest, 0))
    }

    /// The entry that names a property.
    pub(crate) fn find(&self, name: &str) -> Option<&Field> {
        self.0
            .iter()
            .find(|field| field.role == Role::Include && field.name == name)
    }

    /// Whether the property is taken out with `!`.
    pub(crate) fn excludes(&self, name: &str) -> bool {
        self.0
            .iter()
            .any(|field| field.role == Role::Exclude && field.name == name)
    }

    /// The presets asked for.
    pub(crate) fn presets(&self) -> impl Iterator<Item = &str> {
        self.0
            .iter()
            .filter(|field| field.role == Role::Preset)
            .map(|field| field.name.as_str())
    }
}

fn parse_list(rest: &mut &str, depth: usize) -> Vec<Field> {
    let mut fields = Vec::new();
    while !rest.is_empty() {
        if let Some(after) = rest.strip_prefix(']') {
            *rest = after;
            break;
        }
        if let Some(after) = rest.strip_prefix(',') {
            *rest = after;
            continue;
        }
        let word = take_word(rest);
        let nested = rest.strip_prefix('[').map(|after| {
            *rest = after;
            if depth < DEPTH_LIMIT {
                FieldFilter(parse_list(rest, depth + 1))
            } else {
                *rest = "";
                FieldFilter::default()
            }
        });
        if let Some(field) = field(word, nested) {
            fields.push(field);
        } else if !rest.is_empty() && !rest.starts_with([',', ']']) {
            let mut characters = rest.chars();
            characters.next();
            *rest = characters.as_str();
        }
    }
    fields
}

/// All up to the next separator outside of parentheses.
fn take_word<'a>(rest: &mut &'a str) -> &'a str {
    let mut depth = 0_usize;
    let end = rest
        .char_indices()
        .find(|&(_, letter)| match letter {
            '(' => {
                depth += 1;
                false
            }
            ')' => {
                depth = depth.saturating_sub(1);
                false
            }
            ',' | '[' | ']' => depth == 0,
            _ => false,
        })
        .map_or(rest.len(), |(at, _)| at);
    let (word, after) = rest.split_at(end);
    *rest = after;
    word
}

fn field(word: &str, nested: Option<FieldFilter>) -> Option<Field> {
    let word = word.trim();
    // Transformers follow `~`, `|` or `::`.
    let word = word.replace("::", "~").replace('|', "~");
    let mut parts = word.split('~').map(str::to_owned);
    let head = parts.next().filter(|head| !head.is_empty())?;
    let (role, name) = match head.strip_prefix(':') {
        Some(preset) => (Role::Preset, preset.to_owned()),
        None if head == "*" => (Role::Preset, "all".to_owned()),
        None => match head.strip_prefix('!') {
            Some(name) => (Role::Exclude, name.to_owned()),
            None => (Role::Include, head),
        },
    };
    // `parent.name` is the same as `parent[name]`.
    let (name, nested) = match name.split_once('.') {
        Some((first, below)) if role == Role::Include => {
            let below = FieldFilter(field(below, nested).into_iter().collect());
            (first.to_owned(), Some(below))
        }
        _ => (name, nested),
    };
    Some(Field {
        name,
        role,
        nested,
        transforms: parts.collect(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nesting_transformers_and_presets() {
        let fields = FieldFilter::parse("id,parent[id,name],units~size,:owner,*,!created,a.b");
        assert_eq!(fields.0.len(), 7);
        let parent = fields.find("parent").unwrap().nested.as_ref().unwrap();
        assert!(parent.find("name").is_some());
        assert_eq!(fields.find("units").unwrap().transforms, ["size"]);
        assert_eq!(fields.presets().collect::<Vec<_>>(), ["owner", "all"]);
        assert!(fields.excludes("created"));
        assert!(
            fields
                .find("a")
                .unwrap()
                .nested
                .as_ref()
                .unwrap()
                .find("b")
                .is_some()
        );
    }

    #[test]
    fn nonsense_ends() {
        for text in [
            "", "[", "]]", "a[", "a[[b", ",,,", "a]b", "[[[[", "é[", "a)(",
        ] {
            FieldFilter::parse(text);
        }
        FieldFilter::parse(&"a[".repeat(10_000));
    }
}
