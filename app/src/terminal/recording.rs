//! Whether a shell is recorded: a mark over it, and the button that begins and ends it where it is one's own choice.

use leptos::prelude::*;
use model::{
    TerminalId,
    chat::UserEvent,
    live::Topic,
    recording::{Active, Mode, RecordedShells},
    terminal::{State, TerminalInfo},
};
use ui::{IconButton, IconName, Toaster, Tone};

use super::page::Shells;
use crate::{
    frame::Session,
    live::{Heard, Live},
    recordings::api::{end_recording, shell_recordings, start_recording},
};

/// What the panes know. One for each page.
#[derive(Clone, Copy)]
pub(crate) struct Recorded {
    known: RwSignal<Option<RecordedShells>>,
    /// A shell whose recording is being begun or ended.
    busy: RwSignal<Option<TerminalId>>,
    /// The shell whose recording was ended here last.
    ended: StoredValue<Option<TerminalId>>,
    toaster: Toaster,
}

impl Recorded {
    /// Asks now, and whenever a recording of the person begins or ends.
    pub(crate) fn provide() {
        let recorded = Self {
            known: RwSignal::new(None),
            busy: RwSignal::new(None),
            ended: StoredValue::new(None),
            toaster: expect_context(),
        };
        let (live, me) = (Live::expect(), Session::expect().me().id);
        Effect::new(move |_| {
            recorded.refresh();
            live.listen(Topic::User(me), move |heard| {
                if matches!(heard, Heard::CatchUp | Heard::Event(UserEvent::RecordingsChanged)) {
                    recorded.refresh();
                }
            });
        });
        provide_context(recorded);
    }

    fn refresh(self) {
        leptos::task::spawn_local(async move {
            match shell_recordings().await {
                Ok(known) => drop(self.known.try_set(Some(known))),
                Err(failure) => self.toaster.push(Tone::Warn, failure.0.message),
            }
        });
    }

    fn of(self, id: TerminalId) -> Option<Active> {
        self.known.with(|known| known.as_ref()?.active.iter().find(|active| active.terminal == id).copied())
    }

    /// Begins to record a shell, or ends that.
    pub(crate) fn toggle(self, id: TerminalId) {
        if self.busy.get_untracked().is_some() {
            return;
        }
        let goes_on = untrack(|| self.of(id)).is_some();
        self.busy.set(Some(id));
        self.ended.set_value(goes_on.then_some(id));
        leptos::task::spawn_local(async move {
            let done = if goes_on { end_recording(id).await } else { start_recording(id).await.map(drop) };
            match done {
                Ok(()) if goes_on => self.toaster.push(Tone::Ok, "The recording has ended; it is under Recordings"),
                Ok(()) => {}
                Err(failure) => self.toaster.push(Tone::Bad, failure.0.message),
            }
            let _ = self.busy.try_set(None);
            self.refresh();
        });
    }
}

/// In the strip: begins and ends the recording of the shell in view, where that is its person's choice.
#[component]
pub(crate) fn RecordTool(shells: Shells) -> impl IntoView {
    let recorded: Recorded = expect_context();
    let active = move || shells.current.get().and_then(|id| recorded.of(id));
    let runs = move || {
        let running = |info: &TerminalInfo| Some(info.id) == shells.current.get() && info.state == State::Running;
        shells.list.with(|list| list.iter().any(running))
    };
    let mode = move || recorded.known.with(|known| known.as_ref().map(|known| known.mode));
    let offered = Memo::new(move |_| match active() {
        Some(active) => !active.required,
        None => runs() && matches!(mode(), Some(Mode::Ask | Mode::Always)),
    });
    let on = Signal::derive(move || active().is_some());
    let label = Signal::derive(move || if on.get() { "End the recording" } else { "Record this shell" }.to_owned());
    let busy = Signal::derive(move || recorded.busy.get().is_some());
    // One that reached a bound says so: nobody here has ended it.
    Effect::new(move |before: Option<Vec<TerminalId>>| {
        let now: Vec<_> = recorded
            .known
            .with(|known| known.iter().flat_map(|known| &known.active).map(|active| active.terminal).collect());
        let ended = |id: &TerminalId| !now.contains(id) && recorded.ended.get_value() != Some(*id);
        let lives = |id: &TerminalId| {
            shells.list.with_untracked(|list| list.iter().any(|info| info.id == *id && info.state == State::Running))
        };
        if before.iter().flatten().any(|id| ended(id) && lives(id)) {
            recorded.toaster.push(Tone::Warn, "The recording of a shell has ended; Recordings says why");
        }
        now
    });
    view! {
        <Show when=move || offered.get()>
            <span class="terminal-record" class:terminal-record--on=on>
                <IconButton icon=IconName::Record label disabled=busy attr:aria-pressed=move || if on.get() { "true" } else { "false" }
                    on:click=move |_| if let Some(id) = shells.current.get_untracked() { recorded.toggle(id) }/>
            </span>
        </Show>
    }
}

/// Over the shell: that it is recorded.
#[component]
pub(crate) fn RecordMark(id: TerminalId) -> impl IntoView {
    let recorded: Recorded = expect_context();
    move || {
        recorded.of(id).map(|active| {
            let what = match (active.required, active.input) {
                (true, true) => "recorded with what is typed, as required",
                (true, false) => "recorded, as required",
                (false, true) => "recording, with what is typed",
                (false, false) => "recording",
            };
            view! { <p class="terminal-recorded" role="status"><i aria-hidden="true"></i>{what}</p> }
        })
    }
}
