//! The theme and the rail as this browser keeps them; `public/theme.js` applies them before first paint.
//! All of it is for effects and handlers: on the server there is no page to ask.

use leptos::prelude::{document, window};

use crate::storage;

/// What the reader asked for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ThemeChoice {
    /// As the device is.
    #[default]
    System,
    /// Always light.
    Light,
    /// Always dark.
    Dark,
}

impl ThemeChoice {
    /// The word kept in the browser.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            ThemeChoice::System => "system",
            ThemeChoice::Light => "light",
            ThemeChoice::Dark => "dark",
        }
    }

    /// The choice behind a word; `System` behind any other.
    #[must_use]
    pub fn from_word(word: &str) -> Self {
        match word {
            "light" => ThemeChoice::Light,
            "dark" => ThemeChoice::Dark,
            _ => ThemeChoice::System,
        }
    }
}

/// What was chosen in this browser. Only in the browser.
#[must_use]
pub fn theme() -> ThemeChoice {
    storage::read("nova-theme").map(|word| ThemeChoice::from_word(&word)).unwrap_or_default()
}

/// Chooses a theme, now and for the next visits. Only in the browser.
pub fn set_theme(choice: ThemeChoice) {
    storage::write("nova-theme", choice.word());
    let dark = match choice {
        ThemeChoice::Dark => true,
        ThemeChoice::Light => false,
        ThemeChoice::System => {
            window().match_media("(prefers-color-scheme: dark)").ok().flatten().is_some_and(|query| query.matches())
        }
    };
    set_on_root("data-theme", Some(if dark { "dark" } else { "light" }));
}

/// Whether the rail shows only its icons. Only in the browser.
#[must_use]
pub fn rail_collapsed() -> bool {
    document().document_element().is_some_and(|root| root.has_attribute("data-rail"))
}

/// Collapses the rail to its icons or opens it, now and for the next visits. Only in the browser.
pub fn set_rail_collapsed(collapsed: bool) {
    storage::write("nova-rail", if collapsed { "collapsed" } else { "open" });
    set_on_root("data-rail", collapsed.then_some("collapsed"));
}

fn set_on_root(name: &str, value: Option<&str>) {
    let Some(root) = document().document_element() else { return };
    let _ = match value {
        Some(value) => root.set_attribute(name, value),
        None => root.remove_attribute(name),
    };
}
