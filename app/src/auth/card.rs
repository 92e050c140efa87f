//! The calm column these pages share.

use leptos::prelude::*;
use leptos_meta::Title;

/// Brand, heading, and a form.
#[component]
pub(crate) fn AuthCard(
    /// The heading.
    #[prop(into)]
    title: TextProp,
    /// A sentence under it.
    #[prop(into)]
    text: TextProp,
    children: Children,
) -> impl IntoView {
    let heading = title.clone();
    view! {
        <Title text=format!("{} · Nova", title.get())/>
        <main class="auth">
            <div class="auth__brand">
                <span class="brand-mark" aria-hidden="true">"✦"</span>
                "Nova"
            </div>
            <div class="auth__card">
                <div class="auth__head">
                    <h1 class="auth__title">{move || heading.get()}</h1>
                    <p class="auth__text">{move || text.get()}</p>
                </div>
                {children()}
            </div>
        </main>
    }
}

/// Leaves this page for `target` once an action has succeeded: a whole load, since everything depends on who is signed in.
pub(crate) fn leave_when_done(done: impl Fn() -> Option<String> + 'static) {
    Effect::new(move |_| {
        if let Some(target) = done() {
            // The browser refuses only addresses that are none; ours are paths.
            let _ = window().location().assign(&target);
        }
    });
}
