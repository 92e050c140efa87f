//! What works on the shell in view from beside it: history, templates, suggestions. They know an emulator by its shell's
//! id, wherever its pane is drawn.

use std::{collections::HashMap, time::Duration};

use js_sys::Array;
use leptos::prelude::*;
use model::{TerminalId, commands::Suggestion};
use send_wrapper::SendWrapper;
use ui::{IconName, Toaster, Tone};
use wasm_bindgen::{JsCast, JsValue, prelude::Closure};

use super::{commands::copy_output, desk::Desk, history::api::command_suggestions};
use crate::{
    frame::{Command, Commands},
    interop::terminal::TerminalHandle,
};

/// Suggestions are fetched again when a command has ended, but not more often than this.
const FETCH_EVERY: Duration = Duration::from_secs(5);

/// In the context of the page. Cheap to copy.
#[derive(Clone, Copy)]
pub(crate) struct Tools {
    /// Whether the history is open.
    pub(crate) history: RwSignal<bool>,
    /// Whether the templates are open.
    pub(crate) templates: RwSignal<bool>,
    handles: StoredValue<HashMap<TerminalId, SendWrapper<TerminalHandle>>>,
    suggestions: StoredValue<Vec<Suggestion>>,
    /// Milliseconds since the epoch of the last fetch.
    fetched: StoredValue<f64>,
    /// A line to type, and whether to run it, once the dialog it comes from has closed.
    soon: RwSignal<Option<(Option<TerminalId>, String, bool)>>,
    desk: Desk,
    toaster: Toaster,
}

impl Tools {
    pub(crate) fn provide(desk: Desk) -> Self {
        let tools = Self {
            history: RwSignal::new(false),
            templates: RwSignal::new(false),
            handles: StoredValue::new(HashMap::new()),
            suggestions: StoredValue::new(Vec::new()),
            fetched: StoredValue::new(0.0),
            soon: RwSignal::new(None),
            desk,
            toaster: expect_context(),
        };
        provide_context(tools);
        // Here, for what is asked for in a dialog's own scope ends with it: a frame later it has given the focus back.
        Effect::new(move |_| {
            let Some((id, line, run)) = tools.soon.get() else { return };
            let _ = request_animation_frame(move || {
                tools.type_in(id, &line, run);
            });
        });
        tools
    }

    #[track_caller]
    pub(crate) fn expect() -> Self {
        expect_context()
    }

    /// The emulator of a shell is there. The closure lives as long as it.
    pub(crate) fn arrived(self, id: TerminalId, handle: &TerminalHandle) -> Box<dyn std::any::Any> {
        let _ = self.handles.try_update_value(|handles| handles.insert(id, SendWrapper::new(handle.clone())));
        self.suggestions.with_value(|known| give(handle, known));
        if self.fetched.get_value() == 0.0 {
            self.fetch();
        }
        let ended: Closure<dyn Fn()> = Closure::new(move || self.fetch());
        handle.on_command_ended(ended.as_ref().unchecked_ref());
        Box::new(ended)
    }

    /// It is gone.
    pub(crate) fn gone(self, id: TerminalId) {
        let _ = self.handles.try_update_value(|handles| handles.remove(&id));
    }

    /// Does something with the emulator of a shell, if it is there.
    pub(crate) fn with<T>(self, id: Option<TerminalId>, act: impl FnOnce(&TerminalHandle) -> T) -> Option<T> {
        self.handles.try_with_value(|handles| handles.get(&id?).map(|handle| act(handle))).flatten()
    }

    /// Types a line at the prompt of a shell, and runs it if wished. False, said aloud, when that cannot be.
    pub(crate) fn type_in(self, id: Option<TerminalId>, line: &str, run: bool) -> bool {
        let why = match self.with(id, |handle| handle.type_line(line, run)) {
            Some(why) if why.is_empty() => {
                let _ = self.with(id, TerminalHandle::focus);
                return true;
            }
            Some(why) if why == "lines" => "The shell would run each line of it at once. Run it, or copy it.",
            Some(_) => "A program is running in this shell and would get the text. Wait for the prompt.",
            None => "No shell is in view. Open one first.",
        };
        self.toaster.push(Tone::Warn, why);
        false
    }

    /// The same, once the dialog that asks for it has closed.
    pub(crate) fn type_soon(self, id: Option<TerminalId>, line: String, run: bool) {
        self.soon.set(Some((id, line, run)));
    }

    fn fetch(self) {
        let wanted = self.desk.saved.with_untracked(|saved| saved.suggestions && saved.history && saved.integration);
        let now = js_sys::Date::now();
        let lately = self.fetched.try_get_value().is_none_or(|last| now - last < FETCH_EVERY.as_millis() as f64);
        if !wanted || lately {
            return;
        }
        self.fetched.set_value(now);
        leptos::task::spawn_local(async move {
            // Without them the line is merely not completed; the next command asks again.
            let Ok(all) = command_suggestions().await else { return };
            let _ = self.handles.try_with_value(|handles| handles.values().for_each(|handle| give(handle, &all)));
            let _ = self.suggestions.try_set_value(all);
        });
    }
}

fn give(handle: &TerminalHandle, all: &[Suggestion]) {
    let lines: Array = all.iter().map(|each| JsValue::from_str(&each.line)).collect();
    let places: Array = all.iter().map(|each| JsValue::from_str(&each.cwd)).collect();
    handle.suggest(&lines, &places);
}

/// What the palette offers of them.
pub(super) fn offer(tools: Tools, current: Memo<Option<TerminalId>>) {
    let command = |id: &str, label: &str, icon: IconName, action: ui::Command| Command {
        id: id.to_owned(),
        label: label.to_owned(),
        group: "Terminal",
        icon,
        keys: None,
        action,
    };
    let toaster = tools.toaster;
    let jump = move |step| {
        let _none_there = tools.with(current.get_untracked(), |handle| handle.jump_to_command(step));
    };
    Commands::expect().offer(vec![
        command("terminal-history", "Command history", IconName::Clock, (move || tools.history.set(true)).into()),
        command("terminal-templates", "Command templates", IconName::Lines, (move || tools.templates.set(true)).into()),
        command("terminal-previous", "Previous command", IconName::ChevronUp, (move || jump(-1)).into()),
        command("terminal-next", "Next command", IconName::ChevronDown, (move || jump(1)).into()),
        command(
            "terminal-copy-output",
            "Copy the command’s output",
            IconName::Copy,
            (move || copy_output(tools, current.get_untracked(), toaster)).into(),
        ),
    ]);
}
