//! What the parts of the page share besides the shells: settings and themes, what is open, and what rang.

use std::collections::{HashMap, HashSet};

use leptos::prelude::*;
use model::{
    TerminalId,
    terminal::{
        settings::{Preferences, Settings},
        theme::OwnTheme,
        themes::Ground,
    },
};
use ui::{Toaster, Tone};

use super::api::save_terminal_settings;

/// Signals of one page. Cheap to copy.
#[derive(Clone, Copy)]
pub(crate) struct Desk {
    /// The settings as the server keeps them.
    pub(crate) saved: RwSignal<Settings>,
    /// The settings as shown: what is being tried.
    pub(crate) draft: RwSignal<Settings>,
    /// One's own themes.
    pub(crate) themes: RwSignal<Vec<OwnTheme>>,
    /// Whether the settings are open.
    pub(crate) panel: RwSignal<bool>,
    /// Which theme is being chosen; while the settings are open it is shown whatever Nova's own theme.
    pub(crate) ground: RwSignal<Ground>,
    /// Whether the search bar is open.
    pub(crate) search: RwSignal<bool>,
    /// Shells out of view that rang.
    pub(crate) rung: RwSignal<HashSet<TerminalId>>,
    /// Whether the programs of a shell may write to the clipboard, where that was asked.
    pub(crate) clipboard: StoredValue<HashMap<TerminalId, bool>>,
    /// Settings are on their way to the server.
    pub(crate) saving: RwSignal<bool>,
    /// Why they could not be saved.
    pub(crate) error: RwSignal<Option<String>>,
    toaster: Toaster,
}

impl Desk {
    pub(crate) fn new(preferences: Preferences) -> Self {
        let Preferences { settings, themes } = preferences;
        Self {
            saved: RwSignal::new(settings.clone()),
            draft: RwSignal::new(settings),
            themes: RwSignal::new(themes),
            panel: RwSignal::new(false),
            ground: RwSignal::new(Ground::Dark),
            search: RwSignal::new(false),
            rung: RwSignal::new(HashSet::new()),
            clipboard: StoredValue::new(HashMap::new()),
            saving: RwSignal::new(false),
            error: RwSignal::new(None),
            toaster: expect_context(),
        }
    }

    /// Whether something is tried that is not saved.
    pub(crate) fn is_changed(self) -> bool {
        self.draft.with(|draft| self.saved.with(|saved| draft != saved))
    }

    /// Opens the settings on the theme that Nova shows now.
    pub(crate) fn open_panel(self) {
        let theme = document().document_element().and_then(|root| root.get_attribute("data-theme"));
        self.ground.set(if theme.as_deref() == Some("dark") { Ground::Dark } else { Ground::Light });
        self.panel.set(true);
    }

    /// Closes the settings. What was only tried goes, and can be taken back.
    pub(crate) fn close_panel(self) {
        self.panel.set(false);
        self.error.set(None);
        let (saved, tried) = (self.saved.get_untracked(), self.draft.get_untracked());
        if saved != tried {
            self.draft.set(saved);
            self.toaster.push_undo("The changes were not saved", move || {
                let _ = self.draft.try_set(tried.clone());
                let _ = self.panel.try_set(true);
            });
        }
    }

    /// Keeps what is shown.
    pub(crate) fn save(self) {
        self.keep(self.draft.get_untracked(), true);
    }

    /// Stops asking before several lines are pasted. What else is being tried stays unsaved.
    pub(crate) fn stop_warning(self) {
        self.draft.update(|draft| draft.warn_multi_line = false);
        let settings = Settings { warn_multi_line: false, ..self.saved.get_untracked() };
        self.keep(settings, false);
    }

    fn keep(self, settings: Settings, told: bool) {
        self.saving.set(true);
        self.error.set(None);
        leptos::task::spawn_local(async move {
            match save_terminal_settings(settings.clone()).await {
                Ok(()) => {
                    let _ = self.saved.try_set(settings);
                    if told {
                        self.toaster.push(Tone::Ok, "Saved, for all your devices");
                    }
                }
                // The panel has a place for it; without the panel it is said aloud.
                Err(failure) if told => drop(self.error.try_set(Some(failure.0.message))),
                Err(failure) => self.toaster.push(Tone::Bad, failure.0.message),
            }
            let _ = self.saving.try_set(false);
        });
    }
}
