use leptos::prelude::*;

use crate::{Icon, Tone};

/// Something about the whole page that stays until it is no longer so.
#[component]
pub fn Banner(
    /// Its colour and drawing.
    #[prop(optional)]
    tone: Tone,
    /// What is: `/var is 91 % full`.
    #[prop(into)]
    title: TextProp,
    /// The quiet rest of the sentence.
    #[prop(optional, into)]
    detail: Option<TextProp>,
    /// What can be done about it: small buttons.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    view! {
        <div class=["banner banner--", tone.suffix()].concat() role="status">
            <Icon name=tone.icon()/>
            <p class="banner__text">
                <span class="banner__title">{move || title.get()}</span>
                {detail.map(|detail| view! { <span class="banner__detail">{move || detail.get()}</span> })}
            </p>
            {children.map(|children| view! { <div class="banner__actions">{children()}</div> })}
        </div>
    }
}
