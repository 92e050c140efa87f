use leptos::{ev, prelude::*};
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;

/// A row of tabs (the ARIA pattern): arrow keys move, Home and End jump. Show each tab's view in a [`TabPanel`].
#[component]
pub fn Tabs(
    /// Unique on the page; a tab's id is `{id}-{value}`.
    id: &'static str,
    /// What the tabs divide: `Settings`.
    label: &'static str,
    /// Value and words of each.
    tabs: Vec<(&'static str, &'static str)>,
    /// The value of the chosen one.
    value: RwSignal<String>,
) -> impl IntoView {
    let values: Vec<&'static str> = tabs.iter().map(|(tab, _)| *tab).collect();
    let on_key = move |event: ev::KeyboardEvent| {
        let now = values.iter().position(|tab| value.with_untracked(|value| value == tab)).unwrap_or(0);
        let count = values.len();
        let next = match event.key().as_str() {
            "ArrowRight" => (now + 1) % count.max(1),
            "ArrowLeft" => (now + count.saturating_sub(1)) % count.max(1),
            "Home" => 0,
            "End" => count.saturating_sub(1),
            _ => return,
        };
        let Some(tab) = values.get(next) else { return };
        event.prevent_default();
        value.set((*tab).to_owned());
        let target = document().get_element_by_id(&[id, "-", tab].concat());
        if let Some(target) = target.and_then(|target| target.dyn_into::<HtmlElement>().ok()) {
            let _ = target.focus();
        }
    };
    let tabs = tabs
        .into_iter()
        .map(|(tab, words)| {
            let chosen = move || value.with(|value| value == tab);
            view! {
                <button
                    type="button"
                    id=[id, "-", tab].concat()
                    class="tabs__tab"
                    role="tab"
                    aria-selected=move || if chosen() { "true" } else { "false" }
                    aria-controls=[id, "-", tab, "-panel"].concat()
                    tabindex=move || if chosen() { "0" } else { "-1" }
                    on:click=move |_| value.set(tab.to_owned())
                >
                    {words}
                </button>
            }
        })
        .collect_view();
    view! { <div class="tabs__list" role="tablist" aria-label=label on:keydown=on_key>{tabs}</div> }
}

/// The view behind one tab; hidden, and kept, while another is chosen.
#[component]
pub fn TabPanel(
    /// The id of the [`Tabs`].
    tabs: &'static str,
    /// The tab's value.
    tab: &'static str,
    /// The value of the chosen one.
    value: RwSignal<String>,
    /// The view.
    children: Children,
) -> impl IntoView {
    view! {
        <div
            id=[tabs, "-", tab, "-panel"].concat()
            class="tabs__panel"
            role="tabpanel"
            aria-labelledby=[tabs, "-", tab].concat()
            tabindex="0"
            hidden=move || value.with(|value| value != tab)
        >
            {children()}
        </div>
    }
}
