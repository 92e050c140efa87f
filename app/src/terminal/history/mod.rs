//! One's command history, in a dialog over the shell: search, choose, put it at the prompt or run it.

pub(crate) mod api;
mod chosen;
mod finder;
mod list;

use leptos::{ev, prelude::*};
use model::{
    TerminalId,
    commands::{Command, Matching},
};
use ui::{Banner, Button, ButtonSize, ButtonVariant, ConfirmDialog, Dialog, Icon, IconName, Segmented, Toaster, Tone};

use super::{desk::Desk, tools::Tools};
use crate::interop::terminal::TerminalHandle;
use api::clear_commands;
use chosen::Chosen;
use finder::Finder;
use list::{List, reveal};

const WAYS: [(&str, &str); 3] = [("fuzzy", "Fuzzy"), ("plain", "Plain"), ("regex", "Regex")];

#[component]
pub(crate) fn History(desk: Desk, current: Memo<Option<TerminalId>>) -> impl IntoView {
    let (tools, toaster): (Tools, Toaster) = (Tools::expect(), expect_context());
    let finder = Finder::new();
    let (asking, clearing) = (RwSignal::new(false), RwSignal::new(false));
    Effect::new(move |_| {
        if tools.history.get() {
            finder.begin();
        }
    });
    let clear = Callback::new(move |()| {
        clearing.set(true);
        leptos::task::spawn_local(async move {
            match clear_commands().await {
                Ok(_) => {
                    let _ = asking.try_set(false);
                    finder.again();
                }
                Err(failure) => toaster.push(Tone::Bad, failure.0.message),
            }
            let _ = clearing.try_set(false);
        });
    });
    let take = Callback::new(move |(command, run): (Command, bool)| {
        tools.history.set(false);
        tools.type_soon(current.get_untracked(), command.line, run);
    });
    view! {
        <Dialog id="command-history" open=tools.history title="Command history" wide=true>
            <Body desk finder current take asking/>
        </Dialog>
        <ConfirmDialog id="clear-history" open=asking title="Delete your whole history?" confirm="Delete all commands" busy=clearing
            text="Every command is gone for you, pinned ones included. What the audit log has of them stays there." on_confirm=clear/>
    }
}

#[component]
fn Body(
    desk: Desk,
    finder: Finder,
    current: Memo<Option<TerminalId>>,
    take: Callback<(Command, bool)>,
    asking: RwSignal<bool>,
) -> impl IntoView {
    let tools = Tools::expect();
    let way = RwSignal::new(finder.way_word().to_owned());
    Effect::new(move |_| {
        let matching = match way.get().as_str() {
            "plain" => Matching::Plain,
            "regex" => Matching::Regex,
            _ => Matching::Fuzzy,
        };
        finder.change(|search| search.matching = matching);
    });
    let on_key = move |event: ev::KeyboardEvent| {
        let step = match event.key().as_str() {
            "ArrowDown" => 1,
            "ArrowUp" => -1,
            "PageDown" => 10,
            "PageUp" => -10,
            "Enter" => {
                event.prevent_default();
                if let Some(command) = finder.chosen() {
                    take.run((command, event.ctrl_key() || event.meta_key()));
                }
                return;
            }
            _ => return,
        };
        event.prevent_default();
        reveal(finder.step(step));
    };
    let shell = current.get_untracked();
    let here = tools.with(shell, TerminalHandle::command_cwd).unwrap_or_default();
    let no_cwd = here.is_empty();
    let off = move || desk.saved.with(|saved| !saved.history || !saved.integration);
    view! {
        <div class="history">
        <Show when=off>
            <Banner tone=Tone::Neutral title="New commands are not kept" detail="Your terminal settings say so: “Shells tell of their commands” and “Keep a history” are needed.">
                <Button size=ButtonSize::Small on:click=move |_| { tools.history.set(false); desk.open_panel(); }>"Open the settings"</Button>
            </Banner>
        </Show>
        <div class="history__search">
            <Icon name=IconName::Search/>
            <input type="text" class="history__input" role="combobox" aria-label="Search your commands" placeholder="Search your commands"
                aria-expanded="true" aria-controls="history-list" aria-autocomplete="list"
                aria-activedescendant=move || finder.active() aria-invalid=move || finder.wrong.with(Option::is_some).then_some("true")
                aria-describedby="history-said" autocomplete="off" autocapitalize="off" spellcheck="false" autofocus="true"
                maxlength=model::commands::MAX_SEARCH.to_string()
                prop:value=move || finder.text()
                on:input=move |event| finder.change(|search| search.text = event_target_value(&event))
                on:keydown=on_key/>
        </div>
        <div class="row row--wrap history__filters">
            <Segmented name="history-way" label="How to match" options=WAYS.to_vec() value=way/>
            <Filter finder label="This directory" disabled=no_cwd on=move |search| search.cwd = here.clone() off=|search| search.cwd.clear()/>
            <Filter finder label="This shell" disabled=shell.is_none() on=move |search| search.terminal = shell off=|search| search.terminal = None/>
            <Filter finder label="This machine" on=move |search| search.host = finder.machine() off=|search| search.host.clear()/>
            <Filter finder label="Failed" on=|search| search.failed = true off=|search| search.failed = false/>
            <Filter finder label="Pinned" on=|search| search.pinned = true off=|search| search.pinned = false/>
        </div>
        <p class="history__said second" id="history-said" role="status" class:history__said--wrong=move || finder.wrong.with(Option::is_some)>{move || finder.said()}</p>
        <List finder take/>
        <Chosen finder take/>
        <footer class="row row--wrap history__foot">
            <a class="button button--ghost button--small" href="/terminal/history/export" download rel="external">"Export"</a>
            <Button size=ButtonSize::Small variant=ButtonVariant::Ghost on:click=move |_| asking.set(true)>"Delete all…"</Button>
            <span class="push history__keys second">"Enter inserts · Ctrl Enter runs"</span>
        </footer>
        </div>
    }
}

#[component]
fn Filter(
    finder: Finder,
    label: &'static str,
    #[prop(optional)] disabled: bool,
    on: impl Fn(&mut model::commands::Search) + Send + 'static,
    off: fn(&mut model::commands::Search),
) -> impl IntoView {
    let pressed = RwSignal::new(false);
    let toggle = move |_| {
        pressed.update(|pressed| *pressed = !*pressed);
        if pressed.get_untracked() { finder.change(&on) } else { finder.change(off) }
    };
    view! {
        <button type="button" class="chip" disabled=disabled aria-pressed=move || if pressed.get() { "true" } else { "false" } on:click=toggle>{label}</button>
    }
}
