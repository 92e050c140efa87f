//! How a person wants their terminals: the same on every device they sign in on.

use std::ops::RangeInclusive;

use serde::{Deserialize, Serialize};

pub use super::choices::{Bell, Contrast, Cursor, Font};
use super::theme::{OwnTheme, ThemeRef};
use crate::{ApiError, ThemeId};

/// Font sizes, in CSS pixels.
pub const FONT_SIZE: RangeInclusive<u8> = 8..=32;
/// Line heights, in percent of the font's own.
pub const LINE_HEIGHT: RangeInclusive<u8> = 100..=200;
/// Pixels added between letters.
pub const LETTER_SPACING: RangeInclusive<i8> = -1..=5;
/// Lines kept above the screen. The most costs a browser about 50 MB at 120 columns.
pub const SCROLLBACK: RangeInclusive<u32> = 0..=50_000;

/// A person's terminal settings. What comes from outside is checked by [`Settings::check`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Settings {
    /// Which letters.
    pub font: Font,
    /// Their size in pixels, within [`FONT_SIZE`].
    pub font_size: u8,
    /// Percent, within [`LINE_HEIGHT`].
    pub line_height: u8,
    /// Pixels, within [`LETTER_SPACING`].
    pub letter_spacing: i8,
    /// The cursor's shape.
    pub cursor: Cursor,
    /// Whether it blinks; never where the device asks for less motion.
    pub cursor_blink: bool,
    /// Lines, within [`SCROLLBACK`].
    pub scrollback: u32,
    /// What the bell does.
    pub bell: Bell,
    /// Selecting copies.
    pub copy_on_select: bool,
    /// The right button pastes instead of opening the browser's menu.
    pub right_click_paste: bool,
    /// Several lines are shown before they are pasted into a program that would run each at once.
    pub warn_multi_line: bool,
    /// New shells tell of their commands: marks, history and suggestions need it.
    pub integration: bool,
    /// Commands are kept in one's history.
    pub history: bool,
    /// What the history suggests is shown behind the cursor.
    pub suggestions: bool,
    /// Mirrors the screen for assistive technology.
    pub screen_reader: bool,
    /// The least contrast.
    pub contrast: Contrast,
    /// Colours while Nova is light.
    pub light: ThemeRef,
    /// Colours while Nova is dark.
    pub dark: ThemeRef,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            font: Font::default(),
            font_size: 13,
            line_height: 120,
            letter_spacing: 0,
            cursor: Cursor::default(),
            cursor_blink: true,
            scrollback: 5_000,
            bell: Bell::default(),
            copy_on_select: false,
            right_click_paste: false,
            warn_multi_line: true,
            integration: true,
            history: true,
            suggestions: true,
            screen_reader: false,
            contrast: Contrast::default(),
            light: ThemeRef::default(),
            dark: ThemeRef::default(),
        }
    }
}

impl Settings {
    /// Refuses numbers out of bounds.
    ///
    /// # Errors
    /// `Invalid` on the first field that is wrong, with its bounds.
    pub fn check(&self) -> Result<(), ApiError> {
        within("font_size", "The font size", &self.font_size, &FONT_SIZE, " pixels")?;
        within("line_height", "The line height", &self.line_height, &LINE_HEIGHT, " percent")?;
        within("letter_spacing", "The letter spacing", &self.letter_spacing, &LETTER_SPACING, " pixels")?;
        within("scrollback", "The scrollback", &self.scrollback, &SCROLLBACK, " lines")
    }

    /// The same where the theme `id` is no longer: Nova's own takes its place.
    #[must_use]
    pub fn without(mut self, id: ThemeId) -> Self {
        for theme in [&mut self.light, &mut self.dark] {
            if *theme == ThemeRef::Own(id) {
                *theme = ThemeRef::default();
            }
        }
        self
    }

    /// Reads what was kept. A part that no longer reads (a theme or a choice that is gone) becomes the default again,
    /// and takes nothing else with it.
    #[must_use]
    pub fn recall(json: &str) -> Self {
        let kept: serde_json::Map<String, serde_json::Value> = serde_json::from_str(json).unwrap_or_default();
        kept.into_iter().fold(Self::default(), |settings, (name, value)| {
            let mut all = match serde_json::to_value(&settings) {
                Ok(serde_json::Value::Object(all)) => all,
                _ => return settings,
            };
            all.insert(name, value);
            serde_json::from_value(all.into()).ok().filter(|read: &Self| read.check().is_ok()).unwrap_or(settings)
        })
    }
}

fn within<N: PartialOrd + std::fmt::Display>(
    field: &str,
    what: &str,
    value: &N,
    bounds: &RangeInclusive<N>,
    unit: &str,
) -> Result<(), ApiError> {
    if bounds.contains(value) {
        return Ok(());
    }
    Err(ApiError::invalid(field, format!("{what} is {} to {}{unit}.", bounds.start(), bounds.end())))
}

/// What a terminal page starts from.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Preferences {
    /// The settings.
    pub settings: Settings,
    /// Themes the person imported, by name.
    pub themes: Vec<OwnTheme>,
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn defaults_pass_and_each_bound_holds() {
        assert_eq!(Settings::default().check(), Ok(()));
        let wrong = |change: fn(&mut Settings)| {
            let mut settings = Settings::default();
            change(&mut settings);
            settings.check().unwrap_err().field
        };
        assert_eq!(wrong(|s| s.font_size = 7).as_deref(), Some("font_size"));
        assert_eq!(wrong(|s| s.line_height = 99).as_deref(), Some("line_height"));
        assert_eq!(wrong(|s| s.letter_spacing = 6).as_deref(), Some("letter_spacing"));
        assert_eq!(wrong(|s| s.scrollback = 50_001).as_deref(), Some("scrollback"));
    }

    #[test]
    fn what_no_longer_reads_becomes_the_default_and_takes_nothing_with_it() {
        let kept = r#"{"font_size":20,"dark":"a-theme-that-left","bell":"gong","scrollback":99000000,"cursor":"bar"}"#;
        let expected = Settings { font_size: 20, cursor: Cursor::Bar, ..Settings::default() };
        assert_eq!(Settings::recall(kept), expected);
        assert_eq!(Settings::recall("nonsense"), Settings::default());
    }

    proptest! {
        #[test]
        fn any_text_recalls_settings_within_bounds(json in ".{0,200}", size: u16, lines: u64) {
            prop_assert!(Settings::recall(&json).check().is_ok());
            let json = format!(r#"{{"font_size":{size},"scrollback":{lines}}}"#);
            prop_assert!(Settings::recall(&json).check().is_ok());
        }
    }
}
