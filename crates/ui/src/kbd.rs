use leptos::prelude::*;

/// Keys to press, one after the other: `g d`, `Ctrl K`.
#[component]
pub fn Kbd(
    /// The keys, set apart by spaces.
    #[prop(into)]
    keys: String,
) -> impl IntoView {
    let keys: Vec<String> = keys.split(' ').filter(|key| !key.is_empty()).map(str::to_owned).collect();
    view! {
        <span class="kbd">
            {keys.into_iter().map(|key| view! { <kbd class="kbd__key">{key}</kbd> }).collect_view()}
        </span>
    }
}
