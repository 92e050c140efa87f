use leptos::prelude::*;

use crate::Tone;

/// How something is: a shape, a colour and the word. The word can be hidden from the eye, never from the ear.
#[component]
pub fn Status(
    /// Which shape and colour.
    #[prop(into)]
    tone: Signal<Tone>,
    /// The word: `online`, `reload pending`.
    #[prop(into)]
    word: TextProp,
    /// Only the shape is drawn, where the list's heading or the place says the rest.
    #[prop(optional)]
    dot_only: bool,
) -> impl IntoView {
    let dot = move || match tone.get() {
        Tone::Neutral => "status__dot status__dot--off",
        Tone::Accent => "status__dot status__dot--busy",
        Tone::Ok => "status__dot status__dot--ok",
        Tone::Warn => "status__dot status__dot--warn",
        Tone::Bad => "status__dot status__dot--bad",
    };
    view! {
        <span class="status">
            <span class=dot aria-hidden="true"></span>
            <span class=if dot_only { "visually-hidden" } else { "status__word" }>{move || word.get()}</span>
        </span>
    }
}

/// Whether what is on the page is live.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ConnectionState {
    /// Before the first socket: says nothing.
    #[default]
    Starting,
    /// Values arrive as they change.
    Live,
    /// Trying again.
    Connecting,
    /// The browser has no network.
    Offline,
}

/// The top bar's word on the live socket.
#[component]
pub fn ConnectionStatus(
    /// How it is now.
    #[prop(into)]
    state: Signal<ConnectionState>,
) -> impl IntoView {
    let parts = move || match state.get() {
        ConnectionState::Starting => ("live", Tone::Neutral, "Starting"),
        ConnectionState::Live => ("live", Tone::Ok, "Live"),
        ConnectionState::Connecting => ("connecting", Tone::Warn, "Reconnecting"),
        ConnectionState::Offline => ("lost", Tone::Bad, "Offline"),
    };
    let dot = move || ["status__dot status__dot--", parts().1.suffix()].concat();
    view! {
        <span class="connection" role="status" data-state=move || parts().0>
            <span class=dot aria-hidden="true"></span>
            <span class="connection__word">{move || parts().2}</span>
        </span>
    }
}
