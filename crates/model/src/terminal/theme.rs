//! Colours of a terminal: the sixteen of ANSI and four of its own.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

use super::themes::{self, BuiltIn};
use crate::{ApiError, ThemeId};

/// Themes one person may have imported.
pub const MAX_OWN_THEMES: usize = 50;

/// A colour in sRGB, `0xRRGGBB`.
#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Colour(pub u32);

/// The text is no colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a colour is six hexadecimal digits, such as #1d2021")]
pub struct InvalidColour;

impl Colour {
    /// From red, green and blue.
    #[must_use]
    pub fn rgb(parts: [u8; 3]) -> Self {
        Self(parts.into_iter().fold(0, |colour, part| (colour << 8) | u32::from(part)))
    }

    /// Red, green and blue.
    #[must_use]
    pub const fn parts(self) -> [u8; 3] {
        let [_, red, green, blue] = self.0.to_be_bytes();
        [red, green, blue]
    }

    /// This colour with a `share` (0–255) of another.
    #[must_use]
    pub fn mixed(self, other: Self, share: u8) -> Self {
        let share = u32::from(share);
        let mix = |from: u8, to: u8| {
            let sum = u32::from(from) * (255 - share) + u32::from(to) * share;
            u8::try_from(sum / 255).unwrap_or(u8::MAX)
        };
        let ([r1, g1, b1], [r2, g2, b2]) = (self.parts(), other.parts());
        Self::rgb([mix(r1, r2), mix(g1, g2), mix(b1, b2)])
    }

    /// Whether dark text would read better on it than light text.
    #[must_use]
    pub fn is_light(self) -> bool {
        // Luma of ITU-R BT.601, close enough to choose between two.
        let [red, green, blue] = self.parts().map(u32::from);
        red * 299 + green * 587 + blue * 114 > 140_000
    }
}

impl fmt::Display for Colour {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "#{:06x}", self.0)
    }
}

impl fmt::Debug for Colour {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for Colour {
    type Err = InvalidColour;

    /// `#rrggbb`, `rrggbb` or `#rgb`.
    fn from_str(text: &str) -> Result<Self, InvalidColour> {
        let digits = text.trim().trim_start_matches('#');
        if !digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return Err(InvalidColour);
        }
        let number = u32::from_str_radix(digits, 16).map_err(|_| InvalidColour)?;
        match digits.len() {
            6 => Ok(Self(number)),
            3 => Ok(Self(
                [number >> 8, (number >> 4) & 15, number & 15].into_iter().fold(0, |all, d| (all << 8) | (d * 17)),
            )),
            _ => Err(InvalidColour),
        }
    }
}

impl TryFrom<String> for Colour {
    type Error = InvalidColour;
    fn try_from(text: String) -> Result<Self, InvalidColour> {
        text.parse()
    }
}

impl From<Colour> for String {
    fn from(colour: Colour) -> Self {
        colour.to_string()
    }
}

/// A theme's colours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Palette {
    /// Behind the text.
    pub background: Colour,
    /// Text without a colour of its own.
    pub foreground: Colour,
    /// The cursor.
    pub cursor: Colour,
    /// Behind what is selected.
    pub selection: Colour,
    /// Black, red, green, yellow, blue, magenta, cyan, white, and the same bright.
    pub ansi: [Colour; 16],
}

/// A theme's name: 1–40 characters, no control characters.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ThemeName(String);

impl ThemeName {
    /// Most characters.
    pub const MAX: usize = 40;

    /// Checks and trims.
    ///
    /// # Errors
    /// `Invalid` on `name`.
    pub fn parse(text: &str) -> Result<Self, ApiError> {
        let name = text.trim();
        let count = name.chars().count();
        if (1..=Self::MAX).contains(&count) && !name.chars().any(char::is_control) {
            Ok(Self(name.to_owned()))
        } else {
            Err(ApiError::invalid("name", format!("A theme’s name has 1 to {} characters.", Self::MAX)))
        }
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A theme somebody imported.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OwnTheme {
    /// Its id.
    pub id: ThemeId,
    /// Its name, unique among its owner's.
    pub name: ThemeName,
    /// Its colours.
    pub palette: Palette,
}

/// Which theme: one that Nova brings, by its slug, or one's own, by its id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum ThemeRef {
    /// One of [`themes::all`].
    BuiltIn(&'static BuiltIn),
    /// One's own.
    Own(ThemeId),
}

/// There is no such theme.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("there is no such theme")]
pub struct NoSuchTheme;

impl Default for ThemeRef {
    fn default() -> Self {
        Self::BuiltIn(&themes::NOVA_DARK)
    }
}

impl fmt::Display for ThemeRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::BuiltIn(theme) => f.write_str(theme.slug),
            Self::Own(id) => id.fmt(f),
        }
    }
}

impl FromStr for ThemeRef {
    type Err = NoSuchTheme;
    fn from_str(text: &str) -> Result<Self, NoSuchTheme> {
        themes::named(text).map(Self::BuiltIn).or_else(|| text.parse().ok().map(Self::Own)).ok_or(NoSuchTheme)
    }
}

impl TryFrom<String> for ThemeRef {
    type Error = NoSuchTheme;
    fn try_from(text: String) -> Result<Self, NoSuchTheme> {
        text.parse()
    }
}

impl From<ThemeRef> for String {
    fn from(theme: ThemeRef) -> Self {
        theme.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colours_read_in_their_usual_spellings() {
        for text in ["#1d2021", "1D2021", " #1d2021 "] {
            assert_eq!(text.parse(), Ok(Colour(0x1d_2021)));
        }
        assert_eq!("#fa0".parse(), Ok(Colour(0xff_aa00)));
        for text in ["", "#", "red", "#12345", "#1234567", "+12345", "#12 456"] {
            assert_eq!(text.parse::<Colour>(), Err(InvalidColour), "{text}");
        }
        assert_eq!(Colour(0xab).to_string(), "#0000ab");
        assert_eq!(Colour(0).mixed(Colour(0xff_ffff), 51), Colour(0x33_3333));
    }

    #[test]
    fn a_theme_is_named_by_slug_or_id() {
        let own = ThemeRef::Own(ThemeId::new());
        assert_eq!(own.to_string().parse(), Ok(own));
        assert_eq!("nord".parse::<ThemeRef>().map(|theme| theme.to_string()), Ok("nord".to_owned()));
        assert_eq!("nothing".parse::<ThemeRef>(), Err(NoSuchTheme));
    }
}
