mod keys;
mod overlay;

use leptos::{ev, prelude::*};
use wasm_bindgen::JsCast;

use self::keys::{Match, chord, find};

use crate::Command;

pub use overlay::ShortcutsOverlay;

/// A key or a sequence of keys that does something on this page.
#[derive(Clone, Debug)]
pub struct Shortcut {
    /// Keys set apart by spaces, each with its modifiers: `g d`, `?`, `/`, `Ctrl+k`. `Ctrl` also means ⌘ on a Mac.
    pub keys: &'static str,
    /// What it does: `Go to Overview`.
    pub label: &'static str,
    /// The heading it stands under.
    pub group: &'static str,
    /// Does it.
    pub action: Command,
}

/// Milliseconds between two keys of a sequence.
const PATIENCE: f64 = 1_500.0;

/// Listens for the page's shortcuts. Where text is written (inputs, terminals, editors) all plain keys are theirs; only
/// those with Ctrl work, and inside a terminal or editor none. Draws nothing.
#[component]
pub fn KeyboardShortcuts(
    /// Everything that can be pressed now.
    #[prop(into)]
    shortcuts: Signal<Vec<Shortcut>>,
) -> impl IntoView {
    Effect::new(move |_| {
        let pressed = StoredValue::new((Vec::<String>::new(), 0.0_f64));
        let listener = window_event_listener(ev::keydown, move |event| {
            let Some(chord) = chord(&event) else { return };
            if event.default_prevented() || belongs_elsewhere(&event, &chord) {
                return;
            }
            let mut sequence = pressed
                .with_value(|(keys, at)| if event.time_stamp() - at < PATIENCE { keys.clone() } else { Vec::new() });
            sequence.push(chord);
            match shortcuts.with_untracked(|all| find(all, &mut sequence)) {
                Match::Whole(action) => {
                    event.prevent_default();
                    pressed.set_value((Vec::new(), 0.0));
                    action.run();
                }
                Match::Beginning => pressed.set_value((sequence, event.time_stamp())),
                Match::Nothing => pressed.set_value((Vec::new(), 0.0)),
            }
        });
        on_cleanup(move || listener.remove());
    });
}

fn belongs_elsewhere(event: &web_sys::KeyboardEvent, chord: &str) -> bool {
    let Some(element) = event.target().and_then(|target| target.dyn_into::<web_sys::Element>().ok()) else {
        return false;
    };
    let inside = |selector: &str| element.closest(selector).ok().flatten().is_some();
    // Until the next frame the focus may still be in a dialog that has just closed.
    if inside("dialog:not([open])") {
        return false;
    }
    if inside(".xterm, .cm-editor") {
        return true;
    }
    let writes = inside("input:not([type=radio], [type=checkbox]), textarea, select, [contenteditable]");
    let modal = inside("dialog[open]");
    !chord.starts_with("Ctrl+") && (writes || modal)
}
