use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::{
    NavigateOptions,
    hooks::{use_navigate, use_params_map},
};
use model::{
    TerminalId,
    terminal::{Size, State, TerminalInfo, settings::Preferences},
};
use ui::{Button, ButtonVariant, ConfirmDialog, Empty, IconName, Toaster, Tone};

use super::{
    api::{close_terminal, open_terminal, terminal_preferences, terminals},
    bell,
    desk::Desk,
    history::History,
    pane::Pane,
    panel::Panel,
    programs::{ChooseProgram, Programs},
    questions::{Question, Questions},
    share::{ShareDialog, Sharing},
    tabs::TabStrip,
    templates::Templates,
    tools::{self, Tools},
};
use crate::frame::{Command, Commands, PageData, shapes};

/// `/terminal` and `/terminal/{id}`
pub(crate) fn terminal_page() -> AnyView {
    let start = PageData::new("terminals", || async { Ok((terminals().await?, terminal_preferences().await?)) });
    view! {
        // Plain text: leptos_meta reads it where no signal can be read any more.
        <Title text="Terminal · Nova"/>
        {start.loaded("The terminals could not be loaded", shapes, |(list, preferences)| view! { <Terminals list preferences/> }.into_any())}
    }
    .into_any()
}

/// What the parts of the page share.
#[derive(Clone, Copy)]
pub(crate) struct Shells {
    /// All tabs.
    pub(crate) list: RwSignal<Vec<TerminalInfo>>,
    /// The tab in view.
    pub(crate) current: Memo<Option<TerminalId>>,
    /// One is being opened.
    pub(crate) opening: RwSignal<bool>,
    /// Opens one more.
    pub(crate) open: Callback<()>,
    /// Asks whether to end one, or takes an ended one off at once.
    pub(crate) close: Callback<TerminalId>,
    /// Brings one into view.
    pub(crate) show: Callback<TerminalId>,
}

impl Shells {
    pub(crate) fn update(self, id: TerminalId, change: impl FnOnce(&mut TerminalInfo)) {
        let _ = self.list.try_update(|list| list.iter_mut().find(|info| info.id == id).map(change));
    }
}

fn path_of(id: TerminalId) -> String {
    format!("/terminal/{id}")
}

#[component]
fn Terminals(list: Vec<TerminalInfo>, preferences: Preferences) -> impl IntoView {
    let desk = Desk::new(preferences);
    super::recording::Recorded::provide();
    let sharing = Sharing::provide();
    let tools = Tools::provide(desk);
    let asked = RwSignal::new(None::<Question>);
    let list = RwSignal::new(list);
    let params = use_params_map();
    let addressed = move || params.with(|params| params.get("id")).and_then(|id| id.parse::<TerminalId>().ok());
    let current = Memo::new(move |_| {
        let there = |id: &TerminalId| list.with(|list| list.iter().any(|info| info.id == *id));
        addressed().filter(there).or_else(|| list.with(|list| list.last().map(|info| info.id)))
    });
    let navigate = use_navigate();
    let show = Callback::new(move |id| {
        navigate(&path_of(id), NavigateOptions { replace: true, ..NavigateOptions::default() })
    });
    let opening = RwSignal::new(false);
    let toaster: Toaster = expect_context();
    let programs = Programs::new();
    let open = Callback::new(move |()| {
        if opening.get_untracked() || programs.must_ask() {
            return;
        }
        opening.set(true);
        leptos::task::spawn_local(async move {
            match open_terminal(Size::DEFAULT.cols, Size::DEFAULT.rows, programs.take()).await {
                Ok(info) => {
                    let id = info.id;
                    let _ = list.try_update(|list| list.push(info));
                    show.run(id);
                }
                Err(failure) => toaster.push(Tone::Bad, failure.0.message),
            }
            let _ = opening.try_set(false);
        });
    });
    let doomed = RwSignal::new(None::<TerminalId>);
    let ending = RwSignal::new(false);
    let asking = RwSignal::new(false);
    let end = Callback::new(move |id: TerminalId| {
        ending.set(true);
        leptos::task::spawn_local(async move {
            match close_terminal(id).await {
                Ok(()) => drop(list.try_update(|list| list.retain(|info| info.id != id))),
                // It is gone already: what was asked for.
                Err(failure) if failure.0.code == model::ErrorCode::NotFound => {
                    let _ = list.try_update(|list| list.retain(|info| info.id != id));
                }
                Err(failure) => toaster.push(Tone::Bad, failure.0.message),
            }
            let _ = ending.try_set(false);
            let _ = asking.try_set(false);
        });
    });
    let close = Callback::new(move |id: TerminalId| {
        let running = list.with_untracked(|list| list.iter().any(|info| info.id == id && info.state == State::Running));
        if running { doomed.set(Some(id)) } else { end.run(id) }
    });
    let shells = Shells { list, current, opening, open, close, show };
    offer_commands(shells, desk, sharing);
    tools::offer(tools, current);
    bell::watch(desk, shells);
    let kept = kept(shells);
    Effect::new(move |_| {
        // A search is about one shell.
        current.track();
        desk.search.set(false);
    });
    Effect::new(move |_| {
        if doomed.get().is_some() {
            asking.set(true);
        }
    });
    Effect::new(move |_| {
        // Closing the dialog is saying no. Only then: a signal that is set tells its readers even if nothing changed.
        if !asking.get() && doomed.with_untracked(Option::is_some) {
            doomed.set(None);
        }
    });
    let doomed_title = move || {
        let title = doomed
            .get()
            .and_then(|id| list.with(|list| list.iter().find(|info| info.id == id).map(|info| info.title.clone())));
        format!("End “{}”?", title.unwrap_or_default())
    };
    view! {
        <div class="terminal">
            <TabStrip shells desk/>
            <div class="terminal__work">
                <div class="terminal__views">
                    <For each=move || kept.get() key=|id| *id let(id)>
                        <Pane shells desk asked id/>
                    </For>
                    <Show when=move || current.get().is_none()>
                        <div class="terminal__stage"><NoShells shells/></div>
                    </Show>
                </div>
                <Panel desk/>
            </div>
        </div>
        <History desk current/>
        <Templates current/>
        <Questions desk asked/>
        <ShareDialog current=current/>
        <ChooseProgram programs open/>
        <ConfirmDialog id="end-shell" open=asking title=doomed_title confirm="End the shell" busy=ending
            text="Programs that run in it are hung up. What they had not saved is gone."
            on_confirm=Callback::new(move |()| if let Some(id) = doomed.get_untracked() { end.run(id) })/>
    }
}

/// Shells that stay attached: the one in view and the last ones seen before it. They are back at once, and their bells
/// are heard. Each holds a socket and an emulator.
const KEPT: usize = 4;

/// In the order of their ids, so that an emulator's element never moves.
fn kept(shells: Shells) -> Memo<Vec<TerminalId>> {
    let seen = Memo::new(move |before: Option<&Vec<TerminalId>>| {
        let current = shells.current.get();
        let before = before.into_iter().flatten().copied().filter(|id| Some(*id) != current);
        let there = |id: &TerminalId| shells.list.with(|list| list.iter().any(|info| info.id == *id));
        current.into_iter().chain(before).filter(there).take(KEPT).collect::<Vec<_>>()
    });
    Memo::new(move |_| {
        let mut ids = seen.get();
        ids.sort_unstable();
        ids
    })
}

#[component]
fn NoShells(shells: Shells) -> impl IntoView {
    view! {
        <div class="terminal__empty">
            <Empty icon=IconName::Terminal title="No shells yet" text="A shell runs on this machine and goes on when you close the page.">
                <Button variant=ButtonVariant::Primary icon=IconName::Plus busy=shells.opening on:click=move |_| shells.open.run(())>"Open a shell"</Button>
            </Empty>
        </div>
    }
}

fn offer_commands(shells: Shells, desk: Desk, sharing: Sharing) {
    let open = Command {
        id: "terminal-open".to_owned(),
        label: "Open a shell".to_owned(),
        group: "Terminal",
        icon: IconName::Plus,
        keys: Some(("n", "Open a shell (outside the terminal)")),
        action: ui::Command::new(move || shells.open.run(())),
    };
    let close = Command {
        id: "terminal-close".to_owned(),
        label: "End this shell".to_owned(),
        group: "Terminal",
        icon: IconName::X,
        keys: None,
        action: ui::Command::new(move || {
            if let Some(id) = shells.current.get_untracked() {
                shells.close.run(id);
            }
        }),
    };
    let share = Command {
        id: "terminal-share".to_owned(),
        label: "Share this shell".to_owned(),
        group: "Terminal",
        icon: IconName::Users,
        keys: None,
        action: ui::Command::new(move || sharing.dialog.set(shells.current.get_untracked().is_some())),
    };
    let settings = Command {
        id: "terminal-settings".to_owned(),
        label: "Terminal settings".to_owned(),
        group: "Terminal",
        icon: IconName::Gear,
        keys: None,
        action: ui::Command::new(move || desk.open_panel()),
    };
    let search = Command {
        id: "terminal-search".to_owned(),
        label: "Search the scrollback".to_owned(),
        group: "Terminal",
        icon: IconName::Search,
        keys: None,
        action: ui::Command::new(move || desk.search.set(shells.current.get_untracked().is_some())),
    };
    Commands::expect().offer(vec![open, close, share, settings, search]);
}
