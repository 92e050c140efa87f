//! What a bell leaves behind: a mark on a tab that is not in view, and on the window's title while another is.

use leptos::{leptos_dom::helpers::window_event_listener_untyped, prelude::*};
use model::TerminalId;

use super::{desk::Desk, page::Shells};

const MARK: &str = "● ";

/// A shell rang.
pub(crate) fn rang(desk: Desk, shells: Shells, id: TerminalId) {
    let away = document().hidden();
    if away || shells.current.try_get_untracked().flatten() != Some(id) {
        let _ = desk.rung.try_update(|rung| rung.insert(id));
    }
    if away && !document().title().starts_with(MARK) {
        document().set_title(&format!("{MARK}{}", document().title()));
    }
}

/// Takes the marks away when what rang comes into view.
pub(crate) fn watch(desk: Desk, shells: Shells) {
    let seen = move || {
        if document().hidden() {
            return;
        }
        if let Some(title) = document().title().strip_prefix(MARK) {
            document().set_title(title);
        }
        if let Some(id) = shells.current.try_get_untracked().flatten()
            && desk.rung.try_with_untracked(|rung| rung.contains(&id)) == Some(true)
        {
            let _ = desk.rung.try_update(|rung| rung.remove(&id));
        }
    };
    Effect::new(move |_| {
        shells.current.track();
        seen();
    });
    let listening = StoredValue::new(None);
    Effect::new(move |_| {
        listening.set_value(Some(window_event_listener_untyped("visibilitychange", move |_| seen())));
    });
    on_cleanup(move || {
        if let Some(listening) = listening.try_update_value(Option::take).flatten() {
            listening.remove();
        }
    });
}
