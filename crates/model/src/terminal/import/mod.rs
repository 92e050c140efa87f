//! Reads themes of other programs: iTerm2's `.itermcolors`, Windows Terminal's colour schemes, base16 and base24.
//!
//! The text is a stranger's: it is bounded, nothing in it is looked up elsewhere, and no part of it is trusted to be
//! there.

mod base16;
mod iterm;
mod windows;

use super::theme::{Colour, Palette, ThemeName};
use crate::{ApiError, ErrorCode};

/// Largest text, in bytes. Real ones have 1 to 20 KB.
pub const MAX_THEME: usize = 64 * 1024;

/// What was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Imported {
    /// The name it calls itself by, where it has one that may be kept.
    pub name: Option<ThemeName>,
    /// Its colours.
    pub palette: Palette,
}

/// Why a text is no theme.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ImportError {
    /// Over [`MAX_THEME`].
    #[error("This is larger than 64 KB. A theme is a short text; was it the right file?")]
    TooLarge,
    /// There is nothing in it.
    #[error("There is nothing in it.")]
    Empty,
    /// A property list in Apple's binary form.
    #[error("This property list is in its binary form. Convert it with “plutil -convert xml1”.")]
    Binary,
    /// None of the forms that are known.
    #[error("This is neither an iTerm2, a Windows Terminal nor a base16 theme.")]
    Unknown,
    /// It is no JSON.
    #[error("This begins like a Windows Terminal scheme but is no JSON (line {line}).")]
    BrokenJson {
        /// Where reading stopped.
        line: usize,
    },
    /// A colour is not there.
    #[error("The colour “{0}” is missing.")]
    Missing(&'static str),
    /// A colour does not read.
    #[error("The colour “{0}” does not read: it should be six hexadecimal digits, such as #1d2021.")]
    BadColour(&'static str),
}

impl From<ImportError> for ApiError {
    fn from(error: ImportError) -> Self {
        let code = if error == ImportError::TooLarge { ErrorCode::TooLarge } else { ErrorCode::Invalid };
        Self { field: Some("theme".to_owned()), ..Self::new(code, error.to_string()) }
    }
}

/// Reads a theme in any form that is known.
///
/// # Errors
/// [`ImportError`], which says what is wrong.
pub fn read(text: &str) -> Result<Imported, ImportError> {
    if text.len() > MAX_THEME {
        return Err(ImportError::TooLarge);
    }
    let text = text.trim_start_matches('\u{feff}').trim();
    match text.as_bytes() {
        [] => Err(ImportError::Empty),
        [b'<', ..] => iterm::read(text),
        [b'{', ..] => windows::read(text),
        [b'b', b'p', b'l', b'i', b's', b't', ..] => Err(ImportError::Binary),
        _ => base16::read(text),
    }
}

/// A palette from what a format has; cursor and selection are made where it has none.
fn palette(
    background: Colour,
    foreground: Colour,
    cursor: Option<Colour>,
    selection: Option<Colour>,
    ansi: [Colour; 16],
) -> Palette {
    Palette {
        background,
        foreground,
        cursor: cursor.unwrap_or(foreground),
        selection: selection.unwrap_or_else(|| background.mixed(foreground, 64)),
        ansi,
    }
}

/// Reads sixteen colours in ANSI's order.
fn sixteen(
    names: [&'static str; 16],
    mut find: impl FnMut(&'static str) -> Result<Colour, ImportError>,
) -> Result<[Colour; 16], ImportError> {
    let mut colours = [Colour(0); 16];
    for (colour, name) in colours.iter_mut().zip(names) {
        *colour = find(name)?;
    }
    Ok(colours)
}

#[cfg(test)]
mod tests;
