//! `nova.toml`: a flat table of strings.

use std::path::Path;

use toml::de::DeTable;

use super::{ConfigError, KEYS, Key, Source, keys};

/// Longest configuration file that is read, in bytes.
const MAX_FILE: u64 = 64 * 1024;

/// The keys of a file with their values and lines.
pub(super) fn read(path: &Path) -> Result<Vec<(&'static Key, String, Source)>, ConfigError> {
    let unreadable = |why: String| ConfigError::Unreadable { path: path.to_owned(), why };
    let size = std::fs::metadata(path).map_err(|error| unreadable(error.to_string()))?.len();
    if size > MAX_FILE {
        return Err(unreadable(format!("it has {size} bytes, more than {MAX_FILE}")));
    }
    let text = std::fs::read_to_string(path).map_err(|error| unreadable(error.to_string()))?;
    let line_at = |offset: usize| text.bytes().take(offset).filter(|byte| *byte == b'\n').count() + 1;
    let table = DeTable::parse(&text).map_err(|error| ConfigError::Syntax {
        path: path.to_owned(),
        line: error.span().map_or(1, |span| line_at(span.start)),
        why: error.message().replace('\n', " "),
    })?;
    table
        .get_ref()
        .iter()
        .map(|(name, value)| {
            let source = Source::File(path.to_owned(), line_at(name.span().start));
            let known = keys::named(name.get_ref()).ok_or_else(|| ConfigError::Unknown {
                key: name.get_ref().to_string(),
                at: source.to_string(),
                near: keys::nearest(name.get_ref(), KEYS.iter().map(|key| key.name)),
            })?;
            let text = value.get_ref().as_str().ok_or_else(|| ConfigError::Value {
                key: known.name,
                at: source.clone(),
                why: format!("it is a {}, write it as text in quotes", value.get_ref().type_str()),
            })?;
            Ok((known, text.to_owned(), source))
        })
        .collect()
}
