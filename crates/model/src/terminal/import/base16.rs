//! base16 and base24: YAML, of which they use lines of `key: value` only, so only those are read. Both the older shape
//! (colours at the top) and the newer (under `palette:`) are.

use std::collections::BTreeMap;

use super::{ImportError, Imported, palette, sixteen};
use crate::terminal::theme::{Colour, ThemeName};

/// The slots of ANSI's colours, after base16-shell.
const NAMES: [&str; 16] = [
    "base00", "base08", "base0B", "base0A", "base0D", "base0E", "base0C", "base05", "base03", "base08", "base0B",
    "base0A", "base0D", "base0E", "base0C", "base07",
];

/// Where base24 has bright colours of their own.
const BRIGHT: [(usize, &str); 6] =
    [(9, "base12"), (10, "base14"), (11, "base13"), (12, "base16"), (13, "base17"), (14, "base15")];

pub(super) fn read(text: &str) -> Result<Imported, ImportError> {
    let values: BTreeMap<String, &str> = text.lines().filter_map(pair).collect();
    if !values.keys().any(|key| key.starts_with("base0")) {
        return Err(ImportError::Unknown);
    }
    let find = |name: &'static str| {
        let value = values.get(&name.to_ascii_lowercase()).ok_or(ImportError::Missing(name))?;
        value.parse::<Colour>().map_err(|_| ImportError::BadColour(name))
    };
    let mut ansi = sixteen(NAMES, find)?;
    for (at, name) in BRIGHT {
        match (ansi.get_mut(at), find(name)) {
            (Some(colour), Ok(bright)) => *colour = bright,
            (_, Err(wrong @ ImportError::BadColour(_))) => return Err(wrong),
            _ => {}
        }
    }
    let palette = palette(find("base00")?, find("base05")?, Some(find("base05")?), Some(find("base02")?), ansi);
    let name = ["name", "scheme"].iter().find_map(|key| values.get(*key)).and_then(|name| ThemeName::parse(name).ok());
    Ok(Imported { name, palette })
}

/// `key: "value" # comment`, the key in lower case.
fn pair(line: &str) -> Option<(String, &str)> {
    let (key, value) = line.split_once(':')?;
    let key = key.trim().trim_matches(['"', '\'']);
    let value = value.trim();
    let value = match value.chars().next().filter(|first| matches!(first, '"' | '\'')) {
        Some(quote) => value.get(1..)?.split(quote).next()?,
        None => value.split(" #").next()?.trim(),
    };
    Some((key.to_ascii_lowercase(), value))
}
