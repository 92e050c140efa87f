use leptos::prelude::*;
use ui::{Button, IconName, Toaster};

use crate::interop::clipboard;

/// A one-time link, to copy; it is not shown again.
#[component]
pub(super) fn LinkToCopy(
    /// The id of its field.
    id: &'static str,
    /// What to do with it, and how long it works.
    label: &'static str,
    /// The link.
    url: String,
) -> impl IntoView {
    let toaster: Toaster = expect_context();
    let text = url.clone();
    let copy = move |_| clipboard::copy(&text, toaster);
    view! {
        <div class="invite__link">
            <label class="field__label" for=id>{label}</label>
            <div class="invite__row">
                <input class="field__input mono" id=id readonly value=url/>
                <Button icon=IconName::Copy on:click=copy>"Copy"</Button>
            </div>
        </div>
    }
}
