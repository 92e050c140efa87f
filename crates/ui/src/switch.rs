use leptos::prelude::*;

/// Something that is on or off and takes effect at once, with its words before it.
#[component]
pub fn Switch(
    /// The form's name for it.
    name: &'static str,
    /// Whether it is on.
    #[prop(into)]
    on: Signal<bool>,
    /// It was turned.
    #[prop(into)]
    on_change: Callback<bool>,
    /// One line of help under the words.
    #[prop(optional, into)]
    hint: Option<&'static str>,
    /// The words.
    children: Children,
) -> impl IntoView {
    view! {
        <label class="switch">
            <span class="switch__words">
                {children()}
                {hint.map(|hint| view! { <span class="field__hint">{hint}</span> })}
            </span>
            <input
                type="checkbox"
                role="switch"
                class="switch__input"
                name=name
                prop:checked=move || on.get()
                on:change=move |event| on_change.run(event_target_checked(&event))
            />
        </label>
    }
}
