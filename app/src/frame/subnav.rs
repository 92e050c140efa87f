use leptos::prelude::*;
use leptos_router::{components::A, hooks::use_location};

/// Links between the pages of one place.
#[component]
pub(crate) fn SubNav(
    /// What the pages are about.
    label: &'static str,
    /// Path and name of each.
    pages: Vec<(&'static str, &'static str)>,
) -> impl IntoView {
    let path = use_location().pathname;
    view! {
        <nav class="subnav" aria-label=label>
            {pages
                .into_iter()
                .map(|(href, name)| {
                    let current = move || path.with(|path| path == href).then_some("page");
                    view! { <A href=href exact=true attr:class="subnav__link" attr:aria-current=current>{name}</A> }
                })
                .collect_view()}
        </nav>
    }
}
