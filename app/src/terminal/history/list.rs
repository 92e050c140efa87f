//! The commands that were found.

use leptos::prelude::*;
use model::commands::Command;
use ui::{Icon, IconName, IconSize, RelativeTime};

use super::finder::Finder;

pub(super) fn option_id(index: usize) -> String {
    format!("history-option-{index}")
}

/// Brings an option into view.
pub(super) fn reveal(index: usize) {
    if let Some(option) = document().get_element_by_id(&option_id(index)) {
        let options = web_sys::ScrollIntoViewOptions::new();
        options.set_block(web_sys::ScrollLogicalPosition::Nearest);
        option.scroll_into_view_with_scroll_into_view_options(&options);
    }
}

#[component]
pub(super) fn List(finder: Finder, take: Callback<(Command, bool)>) -> impl IntoView {
    let options = move || {
        let commands =
            finder.found.with(|found| found.as_ref().map(|found| found.commands.clone()).unwrap_or_default());
        commands
            .into_iter()
            .enumerate()
            .map(|(index, command)| view! { <Line finder take index command/> })
            .collect_view()
    };
    view! {
        <div class="history__list" id="history-list" role="listbox" aria-label="Commands">{options}</div>
    }
}

/// How a command went: its drawing and its words.
pub(super) fn state(command: &Command) -> (&'static str, IconName, String) {
    match (command.ended, command.exit) {
        (false, _) => ("running", IconName::Clock, "runs".to_owned()),
        (true, None) => ("unknown", IconName::Minus, "ended, nobody can tell how".to_owned()),
        (true, Some(0)) => ("ok", IconName::Check, "succeeded".to_owned()),
        (true, Some(exit)) => ("failed", IconName::X, format!("exit {exit}")),
    }
}

#[component]
fn Line(finder: Finder, take: Callback<(Command, bool)>, index: usize, command: Command) -> impl IntoView {
    let (word, icon, words) = state(&command);
    let hover = words.clone();
    let (line, at, pinned) = (command.line.clone(), command.started_at.0, command.pinned);
    view! {
        <div id=option_id(index) class="history__option" role="option" data-state=word
            aria-selected=move || if finder.at.get() == index { "true" } else { "false" }
            on:click=move |_| finder.at.set(index) on:dblclick=move |_| take.run((command.clone(), false))>
            <span class="history__state" title=hover><Icon name=icon size=IconSize::Small/><span class="visually-hidden">{words}</span></span>
            <code class="history__line truncate">{line}</code>
            {pinned.then(|| view! { <span class="history__pin" title="pinned"><Icon name=IconName::Lock size=IconSize::Small/><span class="visually-hidden">"pinned"</span></span> })}
            <span class="history__when second"><RelativeTime at/></span>
        </div>
    }
}
