//! Pages that are not there.

use leptos::prelude::*;
use leptos_meta::Title;
use ui::{Empty, IconName, LinkButton};

fn say_so() {
    #[cfg(feature = "ssr")]
    crate::context::set_status(404);
}

/// Outside the frame.
#[component]
pub fn NotFound() -> impl IntoView {
    say_so();
    view! {
        <Title text="Not found · Nova"/>
        <main class="auth">
            <h1 class="visually-hidden">"Not found"</h1>
            <Missing/>
        </main>
    }
}

/// Inside the frame.
#[component]
pub(crate) fn NotFoundInside() -> impl IntoView {
    say_so();
    view! {
        <Title text="Not found · Nova"/>
        <Missing/>
    }
}

#[component]
fn Missing() -> impl IntoView {
    view! {
        <Empty icon=IconName::Search title="There is no such page" text="It may have moved, or the address has a typing error.">
            <LinkButton href="/">"Go to the overview"</LinkButton>
        </Empty>
    }
}
