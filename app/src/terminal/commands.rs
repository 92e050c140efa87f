//! The bar over the output of a command: whose output it is while its own line is out of view, and what can be done with it.

use leptos::prelude::*;
use model::TerminalId;
use ui::{ButtonSize, IconButton, IconName, Status, Toaster, Tone};
use wasm_bindgen::{JsCast, prelude::Closure};

use super::tools::Tools;
use crate::interop::{clipboard, terminal::TerminalHandle};

/// The command that is shown: chosen by its mark, or the one whose output is scrolled through.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Shown {
    line: String,
    state: String,
    words: String,
    chosen: bool,
}

/// Follows what the emulator shows. The closure lives as long as it.
pub(crate) fn follow(handle: &TerminalHandle, shown: RwSignal<Option<Shown>>) -> Box<dyn std::any::Any> {
    let told: Closure<dyn Fn(String, String, String, bool)> =
        Closure::new(move |line: String, state: String, words: String, chosen: bool| {
            let now = (!state.is_empty()).then_some(Shown { line, state, words, chosen });
            let _ = shown.try_set(now);
        });
    handle.on_command(told.as_ref().unchecked_ref());
    Box::new(told)
}

/// Copies the output of the command in view, else of the last one.
pub(crate) fn copy_output(tools: Tools, id: Option<TerminalId>, toaster: Toaster) {
    match tools.with(id, TerminalHandle::command_output).flatten() {
        Some(output) => clipboard::copy(&output, toaster),
        None => toaster.push(Tone::Warn, "This shell has told of no command yet."),
    }
}

fn tone(state: &str) -> Tone {
    match state {
        "ok" => Tone::Ok,
        "failed" => Tone::Bad,
        "running" => Tone::Accent,
        _ => Tone::Neutral,
    }
}

#[component]
pub(crate) fn CommandBar(shown: RwSignal<Option<Shown>>, id: TerminalId) -> impl IntoView {
    let (tools, toaster): (Tools, Toaster) = (Tools::expect(), expect_context());
    let part = move |read: fn(&Shown) -> String| shown.with(|shown| shown.as_ref().map(read).unwrap_or_default());
    let words = move || part(|shown| shown.words.clone());
    let tone =
        Signal::derive(move || shown.with(|shown| shown.as_ref().map_or(Tone::Neutral, |shown| tone(&shown.state))));
    let there = move || shown.with(Option::is_some);
    let chosen = move || shown.with(|shown| shown.as_ref().is_some_and(|shown| shown.chosen));
    let has_line = move || shown.with(|shown| shown.as_ref().is_some_and(|shown| !shown.line.is_empty()));
    let act = move |act: fn(&TerminalHandle)| {
        let _ = tools.with(Some(id), act);
    };
    let jump = move |step| {
        let _none_there = tools.with(Some(id), |handle| handle.jump_to_command(step));
    };
    let copy = move |_| copy_output(tools, Some(id), toaster);
    let again = move |_| {
        let line = part(|shown| shown.line.clone());
        tools.type_in(Some(id), &line, true);
    };
    view! {
        <Show when=there>
            <div class="command-bar" role="group" aria-label="The command">
                <code class="command-bar__line truncate">{move || part(|shown| if shown.line.is_empty() { "a command".to_owned() } else { shown.line.clone() })}</code>
                <Status tone word=words/>
                <span class="command-bar__actions">
                    <IconButton size=ButtonSize::Small icon=IconName::ChevronUp label="Previous command" on:click=move |_| jump(-1)/>
                    <IconButton size=ButtonSize::Small icon=IconName::ChevronDown label="Next command" on:click=move |_| jump(1)/>
                    <IconButton size=ButtonSize::Small icon=IconName::Copy label="Copy its output" on:click=copy/>
                    <Show when=has_line>
                        <IconButton size=ButtonSize::Small icon=IconName::Play label="Run it again" on:click=again/>
                    </Show>
                    <Show when=chosen>
                        <IconButton size=ButtonSize::Small icon=IconName::X label="Back to the prompt" on:click=move |_| act(|handle| { handle.release_command(); handle.focus(); })/>
                    </Show>
                </span>
            </div>
        </Show>
    }
}
