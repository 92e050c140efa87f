//! Where one writes. Enter sends, Shift-Enter begins a new line.

use leptos::{ev, html, prelude::*};
use model::{chat::Body, live::ClientFrame};
use ui::{IconButton, IconName};

use super::conversation::Talk;
use crate::live::Live;

/// A typing mark is sent at most this often, in milliseconds.
const TYPING_EVERY: f64 = 2_000.0;

#[component]
pub(crate) fn Composer(talk: Talk, name: Signal<String>) -> impl IntoView {
    let live = Live::expect();
    let text = RwSignal::new(String::new());
    let area = NodeRef::<html::Textarea>::new();
    let told = StoredValue::new(0.0_f64);
    let error = RwSignal::new(None::<String>);
    let send = move || {
        let body = text.get_untracked();
        match Body::parse(&body) {
            Ok(body) => {
                talk.send(body.as_str().to_owned());
                text.set(String::new());
                error.set(None);
                told.set_value(0.0);
            }
            // An empty message is no mistake worth words.
            Err(_) if body.trim().is_empty() => {}
            Err(wrong) => error.set(Some(wrong.message)),
        }
        if let Some(area) = area.get_untracked() {
            let _ = area.focus();
        }
    };
    let on_key = move |event: ev::KeyboardEvent| {
        // While a word is being composed, Enter belongs to the input method.
        if event.key() == "Enter" && !event.shift_key() && !event.is_composing() {
            event.prevent_default();
            send();
        }
    };
    let on_input = move |event| {
        text.set(event_target_value(&event));
        let now = js_sys::Date::now();
        if !text.with_untracked(String::is_empty) && now - told.get_value() > TYPING_EVERY {
            told.set_value(now);
            live.send(&ClientFrame::Typing { room: talk.room });
        }
    };
    // The field grows with its text up to the height its style allows.
    Effect::new(move |_| {
        text.track();
        if let Some(area) = area.get_untracked() {
            area.set_rows(u32::try_from(text.with_untracked(|text| text.split('\n').count())).unwrap_or(1).clamp(1, 8));
        }
    });
    view! {
        <form class="composer" on:submit=move |event| { event.prevent_default(); send(); }>
            {move || error.get().map(|error| view! { <p class="message__note" role="alert">{error}</p> })}
            <label class="visually-hidden" for="composer">{move || format!("Message to {}", name.get())}</label>
            <textarea class="composer__input" id="composer" rows="1" node_ref=area autocomplete="off"
                placeholder=move || format!("Message {}", name.get())
                prop:value=move || text.get() on:input=on_input on:keydown=on_key></textarea>
            <IconButton icon=IconName::Send label="Send" on:click=move |_| send()/>
        </form>
    }
}
