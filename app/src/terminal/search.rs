//! The bar that searches the scrollback.

use leptos::{ev, html, prelude::*};
use send_wrapper::SendWrapper;
use ui::{Icon, IconButton, IconName};
use wasm_bindgen_futures::JsFuture;

use super::mount::Attached;
use crate::interop::object;

/// Longest pattern.
const MAX_TERM: u32 = 256;
/// Matches that are counted; beyond them there are just more.
const COUNTED: u32 = 1000;

/// What was found: the index of the match in view, and how many there are.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Found {
    pub(crate) index: i32,
    pub(crate) count: u32,
}

#[component]
pub(crate) fn SearchBar(
    attached: StoredValue<Option<SendWrapper<Attached>>>,
    found: RwSignal<Found>,
    open: RwSignal<bool>,
) -> impl IntoView {
    let term = RwSignal::new(String::new());
    let (case, word, regex) = (RwSignal::new(false), RwSignal::new(false), RwSignal::new(false));
    let wrong = RwSignal::new(None::<String>);
    let input = NodeRef::<html::Input>::new();
    let find = move |step: &'static str| {
        let text = term.get_untracked();
        let how = object(&[
            ("caseSensitive", case.get_untracked().into()),
            ("wholeWord", word.get_untracked().into()),
            ("regex", regex.get_untracked().into()),
        ]);
        let asked = attached
            .try_with_value(|attached| attached.as_ref().map(|attached| attached.handle.find(&text, &how, step)))
            .flatten();
        let Some(asked) = asked else { return };
        leptos::task::spawn_local(async move {
            let answer = match JsFuture::from(asked).await {
                Ok(answer) => answer.as_string().unwrap_or_default(),
                Err(_) => "The search could not be loaded. Try again.".to_owned(),
            };
            let _ = wrong.try_set(Some(answer).filter(|answer| !answer.is_empty()));
        });
    };
    let close = move || {
        open.set(false);
        let _ = attached.try_with_value(|attached| attached.as_ref().map(|attached| attached.handle.focus()));
    };
    let on_key = move |event: ev::KeyboardEvent| {
        let step = match (event.key().as_str(), event.shift_key()) {
            ("Escape", _) => {
                event.stop_propagation();
                return close();
            }
            ("Enter", true) => "previous",
            ("Enter", false) => "next",
            _ => return,
        };
        event.prevent_default();
        find(step);
    };
    Effect::new(move |_| {
        if let Some(input) = input.get() {
            let _ = input.focus();
        }
    });
    on_cleanup(move || {
        let _ = attached.try_with_value(|attached| attached.as_ref().map(|attached| attached.handle.end_find()));
    });
    let said = move || match (wrong.get(), found.get()) {
        _ if term.with(String::is_empty) => String::new(),
        (Some(wrong), _) => wrong,
        (None, Found { count: 0, .. }) => "No matches".to_owned(),
        (None, Found { index, count }) => {
            let more = if count >= COUNTED { "+" } else { "" };
            match u32::try_from(index) {
                Ok(index) => format!("{} of {count}{more}", index + 1),
                Err(_) => format!("{count}{more} matches"),
            }
        }
    };
    let toggle = move |on: RwSignal<bool>, shown: &'static str, label: &'static str| {
        view! {
            <button type="button" class="terminal-search__how" data-mark=shown aria-label=label title=label
                aria-pressed=move || if on.get() { "true" } else { "false" }
                on:click=move |_| { on.update(|on| *on = !*on); find("typed") }></button>
        }
    };
    view! {
        <search class="terminal-search">
            <span class="terminal-search__field">
                <Icon name=IconName::Search/>
                <input node_ref=input type="text" class="terminal-search__input" aria-label="Search the scrollback"
                    placeholder="Search" autocomplete="off" autocapitalize="off" spellcheck="false" maxlength=MAX_TERM
                    aria-invalid=move || wrong.with(Option::is_some).then_some("true") aria-describedby="terminal-search-said"
                    on:input=move |event| { term.set(event_target_value(&event)); find("typed") }
                    on:keydown=on_key/>
            </span>
            <span class="terminal-search__hows" role="group" aria-label="How to match">
                {toggle(case, "Aa", "Match case")}
                {toggle(word, "ab", "Whole words")}
                {toggle(regex, ".*", "Regular expression")}
            </span>
            <output class="terminal-search__said" id="terminal-search-said" class:terminal-search__said--wrong=move || wrong.with(Option::is_some)>{said}</output>
            <span class="terminal-search__steps">
                <IconButton icon=IconName::ChevronUp label="Previous match" on:click=move |_| find("previous")/>
                <IconButton icon=IconName::ChevronDown label="Next match" on:click=move |_| find("next")/>
                <IconButton icon=IconName::X label="Close the search" on:click=move |_| close()/>
            </span>
        </search>
    }
}
