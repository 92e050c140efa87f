//! `.itermcolors`: an XML property list, a dictionary of dictionaries with three components from 0 to 1.
//!
//! No XML library: of XML only tags and the text after them matter here, and entities, which could grow, are not known.

use std::collections::BTreeMap;

use super::{ImportError, Imported, palette, sixteen};
use crate::terminal::theme::Colour;

const NAMES: [&str; 16] = [
    "Ansi 0 Color",
    "Ansi 1 Color",
    "Ansi 2 Color",
    "Ansi 3 Color",
    "Ansi 4 Color",
    "Ansi 5 Color",
    "Ansi 6 Color",
    "Ansi 7 Color",
    "Ansi 8 Color",
    "Ansi 9 Color",
    "Ansi 10 Color",
    "Ansi 11 Color",
    "Ansi 12 Color",
    "Ansi 13 Color",
    "Ansi 14 Color",
    "Ansi 15 Color",
];

pub(super) fn read(text: &str) -> Result<Imported, ImportError> {
    if !text.contains("<plist") {
        return Err(ImportError::Unknown);
    }
    let colours = colours(text);
    let find = |name: &'static str| match colours.get(name) {
        None => Err(ImportError::Missing(name)),
        Some([Some(red), Some(green), Some(blue)]) => Ok(Colour::rgb([*red, *green, *blue])),
        Some(_) => Err(ImportError::BadColour(name)),
    };
    let own = |name| find(name).ok();
    let palette = palette(
        find("Background Color")?,
        find("Foreground Color")?,
        own("Cursor Color"),
        own("Selection Color"),
        sixteen(NAMES, find)?,
    );
    Ok(Imported { name: None, palette })
}

type Components = [Option<u8>; 3];

/// Every dictionary inside the outer one, by its key.
fn colours(text: &str) -> BTreeMap<&str, Components> {
    let mut found: BTreeMap<&str, Components> = BTreeMap::new();
    let (mut depth, mut name, mut component) = (0_usize, "", "");
    for (tag, content) in Tags(text) {
        match (tag, depth) {
            ("dict", _) => depth += 1,
            ("/dict", _) => depth = depth.saturating_sub(1),
            ("key", 1) => name = content,
            ("key", 2) => component = content,
            ("real" | "integer", 2) => {
                let [red, green, blue] = found.entry(name).or_default();
                match component {
                    "Red Component" => *red = part(content),
                    "Green Component" => *green = part(content),
                    "Blue Component" => *blue = part(content),
                    _ => {}
                }
            }
            _ => {}
        }
    }
    found
}

fn part(text: &str) -> Option<u8> {
    let share: f64 = text.parse().ok().filter(|share: &f64| share.is_finite())?;
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped to a byte's range before")]
    Some((share.clamp(0.0, 1.0) * 255.0).round() as u8)
}

/// Each tag's name with the text up to the next tag. Comments are skipped.
struct Tags<'a>(&'a str);

impl<'a> Iterator for Tags<'a> {
    type Item = (&'a str, &'a str);

    fn next(&mut self) -> Option<Self::Item> {
        let (_, mut rest) = self.0.split_once('<')?;
        while let Some(comment) = rest.strip_prefix("!--") {
            let (_, after) = comment.split_once("-->")?;
            (_, rest) = after.split_once('<')?;
        }
        let (tag, after) = rest.split_once('>')?;
        self.0 = after;
        let content = after.split('<').next().unwrap_or_default().trim();
        let name = tag.split([' ', '\t', '\r', '\n']).next().unwrap_or_default();
        Some((name, content))
    }
}
