//! The keys a phone's keyboard lacks.

use leptos::prelude::*;
use send_wrapper::SendWrapper;
use wasm_bindgen::{JsCast, prelude::Closure};

use super::mount::Attached;

/// What a key shows, its name, and what it sends.
const KEYS: &[(&str, &str, &str)] = &[
    ("Esc", "Esc", "escape"),
    ("Tab", "Tab", "tab"),
    ("←", "Left", "left"),
    ("↓", "Down", "down"),
    ("↑", "Up", "up"),
    ("→", "Right", "right"),
    ("|", "Pipe", "|"),
    ("/", "Slash", "/"),
    ("-", "Dash", "-"),
    ("~", "Tilde", "~"),
];

#[component]
pub(crate) fn KeyBar(attached: StoredValue<Option<SendWrapper<Attached>>>) -> impl IntoView {
    let held = RwSignal::new((false, false));
    let released = StoredValue::<Option<SendWrapper<Closure<dyn Fn()>>>>::new(None);
    let with_handle = move |act: &dyn Fn(&crate::interop::terminal::TerminalHandle)| {
        let _ = attached.try_with_value(|attached| {
            if let Some(attached) = attached {
                act(&attached.handle);
                attached.handle.focus();
            }
        });
    };
    let hold = move |ctrl: bool| {
        held.update(|(with_ctrl, with_alt)| if ctrl { *with_ctrl = !*with_ctrl } else { *with_alt = !*with_alt });
        let (with_ctrl, with_alt) = held.get_untracked();
        with_handle(&|handle| {
            if released.with_value(Option::is_none) {
                let callback: Closure<dyn Fn()> = Closure::new(move || {
                    let _ = held.try_set((false, false));
                });
                handle.on_modifiers_released(callback.as_ref().unchecked_ref());
                released.set_value(Some(SendWrapper::new(callback)));
            }
            handle.set_modifiers(with_ctrl, with_alt);
        });
    };
    let pressed = move |on: bool| if on { "true" } else { "false" };
    let key = move |(shown, label, name): (&'static str, &'static str, &'static str)| {
        view! {
            // The emulator keeps the focus, so the phone's keyboard stays open.
            <button type="button" class="key-bar__key" aria-label=label on:pointerdown=|event| event.prevent_default()
                on:click=move |_| with_handle(&|handle| handle.key(name))>{shown}</button>
        }
    };
    let modifier = move |shown: &'static str, ctrl: bool| {
        view! {
            <button type="button" class="key-bar__key" aria-pressed=move || pressed(if ctrl { held.get().0 } else { held.get().1 })
                on:pointerdown=|event| event.prevent_default() on:click=move |_| hold(ctrl)>{shown}</button>
        }
    };
    view! {
        <div class="key-bar" role="toolbar" aria-label="Keys">
            {KEYS.iter().take(2).copied().map(key).collect_view()}
            {modifier("Ctrl", true)}
            {modifier("Alt", false)}
            {KEYS.iter().skip(2).copied().map(key).collect_view()}
        </div>
    }
}
