use leptos::prelude::*;

use crate::{Button, Icon, IconName, IconSize};

/// Nothing here yet: what belongs here, and the first thing to do about it.
#[component]
pub fn Empty(
    /// A drawing of what belongs here.
    icon: IconName,
    /// `No terminals yet`.
    #[prop(into)]
    title: TextProp,
    /// One sentence on what belongs here.
    #[prop(optional, into)]
    text: Option<TextProp>,
    /// The first action.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    view! {
        <div class="empty">
            <span class="empty__mark"><Icon name=icon size=IconSize::Large/></span>
            <p class="empty__title">{move || title.get()}</p>
            {text.map(|text| view! { <p class="empty__text">{move || text.get()}</p> })}
            {children.map(|children| view! { <div class="empty__actions">{children()}</div> })}
        </div>
    }
}

/// It could not be shown: what, why, a way to try again, and the id to quote when asking for help.
#[component]
pub fn ErrorState(
    /// What failed: `The sessions could not be loaded`.
    #[prop(into)]
    title: TextProp,
    /// Why, and how to mend it.
    #[prop(into)]
    why: TextProp,
    /// The request's id in the server's log.
    #[prop(optional, into)]
    request_id: Option<String>,
    /// Tries again.
    #[prop(optional, into)]
    on_retry: Option<Callback<()>>,
) -> impl IntoView {
    view! {
        <div class="empty empty--error" role="alert">
            <span class="empty__mark"><Icon name=IconName::AlertTriangle size=IconSize::Large/></span>
            <p class="empty__title">{move || title.get()}</p>
            <p class="empty__text">{move || why.get()}</p>
            {on_retry.map(|retry| view! {
                <div class="empty__actions">
                    <Button icon=IconName::Refresh on:click=move |_| retry.run(())>"Try again"</Button>
                </div>
            })}
            {request_id.map(|id| view! { <p class="empty__request">"Request " <code>{id}</code></p> })}
        </div>
    }
}
