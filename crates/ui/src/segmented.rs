use leptos::prelude::*;

/// A few choices of which one holds: a radio group drawn as one control.
#[component]
pub fn Segmented(
    /// The radio group's name, unique on the page.
    name: &'static str,
    /// What is chosen: `Time range`.
    label: &'static str,
    /// Value and words of each choice.
    options: Vec<(&'static str, &'static str)>,
    /// The value that holds.
    value: RwSignal<String>,
) -> impl IntoView {
    let options = options
        .into_iter()
        .map(|(choice, words)| {
            view! {
                <label class="segmented__option">
                    <input
                        type="radio"
                        name=name
                        value=choice
                        checked=value.with_untracked(|value| value == choice)
                        prop:checked=move || value.with(|value| value == choice)
                        on:change=move |_| value.set(choice.to_owned())
                    />
                    <span>{words}</span>
                </label>
            }
        })
        .collect_view();
    view! { <div class="segmented" role="radiogroup" aria-label=label>{options}</div> }
}
