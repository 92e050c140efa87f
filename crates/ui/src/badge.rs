use leptos::prelude::*;

use crate::Tone;

/// A word about a thing: `running`, `admin`, `212`.
#[component]
pub fn Badge(
    /// Its colour; the word must say the same.
    #[prop(optional, into)]
    tone: Signal<Tone>,
    /// The word.
    children: Children,
) -> impl IntoView {
    view! { <span class=move || ["badge badge--", tone.get().suffix()].concat()>{children()}</span> }
}

/// How many are waiting; nothing at all when none are. Over 99 it says `99+`.
#[component]
pub fn Count(
    /// How many.
    #[prop(into)]
    value: Signal<u32>,
    /// What is counted, for those who hear it: `unread messages`.
    what: &'static str,
    /// Grey instead of accent: unread, but not for you.
    #[prop(optional)]
    quiet: bool,
) -> impl IntoView {
    let class = if quiet { "count count--quiet" } else { "count" };
    move || {
        let value = value.get();
        (value > 0).then(|| {
            let shown = if value > 99 { String::from("99+") } else { value.to_string() };
            view! { <span class=class>{shown}<span class="visually-hidden">" "{what}</span></span> }
        })
    }
}
