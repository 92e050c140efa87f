//! A scheme of Windows Terminal: a JSON object of named colours. Where it stands in a list of `schemes`, as in the
//! program's own settings, the first is taken.

use serde_json::Value;

use super::{ImportError, Imported, palette, sixteen};
use crate::terminal::theme::{Colour, ThemeName};

const NAMES: [&str; 16] = [
    "black",
    "red",
    "green",
    "yellow",
    "blue",
    "purple",
    "cyan",
    "white",
    "brightBlack",
    "brightRed",
    "brightGreen",
    "brightYellow",
    "brightBlue",
    "brightPurple",
    "brightCyan",
    "brightWhite",
];

pub(super) fn read(text: &str) -> Result<Imported, ImportError> {
    let all: Value = serde_json::from_str(text).map_err(|error| ImportError::BrokenJson { line: error.line() })?;
    let scheme = all.get("schemes").and_then(|schemes| schemes.get(0)).unwrap_or(&all);
    let find = |name: &'static str| {
        let value = scheme.get(name).ok_or(ImportError::Missing(name))?;
        value.as_str().and_then(|text| text.parse::<Colour>().ok()).ok_or(ImportError::BadColour(name))
    };
    // Cursor and selection may be left out, but not be wrong.
    let own = |name| if scheme.get(name).is_some() { find(name).map(Some) } else { Ok(None) };
    let palette = palette(
        find("background")?,
        find("foreground")?,
        own("cursorColor")?,
        own("selectionBackground")?,
        sixteen(NAMES, find)?,
    );
    let name = scheme.get("name").and_then(Value::as_str).and_then(|name| ThemeName::parse(name).ok());
    Ok(Imported { name, palette })
}
