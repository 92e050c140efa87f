//! The strip of tabs. Within it only tabs may stand for those who hear it: they end a shell by Delete, or in the palette.

use leptos::{ev, prelude::*};
use model::terminal::{State, TerminalInfo};
use ui::{Badge, Icon, IconButton, IconName, IconSize, Tone};
use wasm_bindgen::JsCast;

use super::{
    desk::Desk,
    page::Shells,
    panel,
    share::{ShareButton, SharedWithMe},
    tools::Tools,
};

#[component]
pub(crate) fn TabStrip(shells: Shells, desk: Desk) -> impl IntoView {
    let tools = Tools::expect();
    let step = move |by: isize| {
        let ids: Vec<_> = shells.list.with_untracked(|list| list.iter().map(|info| info.id).collect());
        let at = ids.iter().position(|id| Some(*id) == shells.current.get_untracked());
        let next = at.and_then(|at| at.checked_add_signed(by)).and_then(|at| ids.get(at));
        if let Some(id) = next {
            shells.show.run(*id);
        }
    };
    let on_key = move |event: ev::KeyboardEvent| match event.key().as_str() {
        "ArrowRight" => step(1),
        "ArrowLeft" => step(-1),
        "Delete" => {
            if let Some(id) = shells.current.get_untracked() {
                shells.close.run(id);
            }
        }
        _ => {}
    };
    // A list of tabs without a tab is no list of tabs.
    let nothing_to_search = Signal::derive(move || shells.current.get().is_none());
    let some = move || shells.list.with(|list| !list.is_empty());
    view! {
        <div class="terminal__tabs">
            <div class="terminal__tablist" role=move || some().then_some("tablist") aria-label=move || some().then_some("Shells") on:keydown=on_key>
                <For each=move || shells.list.get() key=|info| info.id let(info)>
                    <Tab shells desk info/>
                </For>
            </div>
            <IconButton icon=IconName::Plus label="Open a shell" disabled=shells.opening on:click=move |_| shells.open.run(())/>
            <div class="terminal__tools">
                <super::recording::RecordTool shells/>
                <SharedWithMe/>
                <ShareButton current=shells.current/>
                <IconButton icon=IconName::Search label="Search the scrollback" disabled=nothing_to_search
                    on:click=move |_| desk.search.update(|open| *open = !*open)/>
                <IconButton icon=IconName::Clock label="Command history" on:click=move |_| tools.history.set(true)/>
                <IconButton icon=IconName::Lines label="Command templates" on:click=move |_| tools.templates.set(true)/>
                <IconButton icon=IconName::Gear label="Terminal settings" attr:id=panel::OPENER
                    attr:aria-expanded=move || if desk.panel.get() { "true" } else { "false" }
                    on:click=move |_| if desk.panel.get_untracked() { desk.close_panel() } else { desk.open_panel() }/>
            </div>
        </div>
    }
}

#[component]
fn Tab(shells: Shells, desk: Desk, info: TerminalInfo) -> impl IntoView {
    let id = info.id;
    let now = Memo::new(move |_| shells.list.with(|list| list.iter().find(|each| each.id == id).cloned()));
    let title = Signal::derive(move || now.with(|now| now.as_ref().map(|now| now.title.clone()).unwrap_or_default()));
    let ended = move || now.with(|now| now.as_ref().is_some_and(|now| now.state != State::Running));
    let rung = move || desk.rung.with(|rung| rung.contains(&id));
    let selected = move || shells.current.get() == Some(id);
    // The tab in view is the one that Tab reaches; arrows go on from there.
    let button = NodeRef::<leptos::html::Button>::new();
    Effect::new(move |_| {
        let inside = document()
            .active_element()
            .is_some_and(|focus| focus.closest(".terminal__tablist").ok().flatten().is_some());
        if let (true, true, Some(button)) = (selected(), inside, button.get_untracked()) {
            let _ = button.unchecked_ref::<web_sys::HtmlElement>().focus();
        }
    });
    view! {
        <div class="terminal-tab" role="presentation" class:terminal-tab--current=selected>
            <button type="button" role="tab" class="terminal-tab__name" id=format!("tab-{id}") aria-controls=move || selected().then(|| format!("pane-{id}"))
                aria-keyshortcuts="Delete" node_ref=button
                aria-selected=move || if selected() { "true" } else { "false" }
                tabindex=move || if selected() { "0" } else { "-1" }
                on:click=move |_| shells.show.run(id)
                on:auxclick=move |event| if event.button() == 1 { shells.close.run(id) }>
                <Icon name=IconName::Terminal/>
                <span class="truncate">{title}</span>
                <Show when=rung><span class="terminal-tab__bell"><Icon name=IconName::Bell size=IconSize::Small/><span class="visually-hidden">"rang"</span></span></Show>
                <Show when=ended><Badge tone=Tone::Neutral>"ended"</Badge></Show>
            </button>
            <button type="button" class="terminal-tab__close" tabindex="-1"
                aria-hidden="true"
                title=move || format!("End {}", title.get())
                on:click=move |_| shells.close.run(id)>
                <Icon name=IconName::X/>
            </button>
        </div>
    }
}
