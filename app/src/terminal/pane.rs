//! One shell: in view, or kept attached behind the one that is.

use leptos::{html, prelude::*};
use model::{
    TerminalId,
    terminal::{State, TerminalInfo},
};
use send_wrapper::SendWrapper;
use ui::{Banner, Button, ButtonSize, Status, Tone};

use super::{
    api::terminals,
    commands::CommandBar,
    desk::Desk,
    keybar::KeyBar,
    link::{self, LinkState},
    look,
    mount::{Attached, Scene, mount},
    page::Shells,
    questions::Question,
    search::{Found, SearchBar},
    share::{CompanyBar, Door, Sharing, WarningBar},
    tools::Tools,
};
use crate::{
    interop::{self, terminal::TerminalModule},
    live::Live,
};

#[component]
pub(crate) fn Pane(shells: Shells, desk: Desk, asked: RwSignal<Option<Question>>, id: TerminalId) -> impl IntoView {
    let host = NodeRef::<html::Div>::new();
    let state = RwSignal::new(LinkState::Connecting);
    let failed = RwSignal::new(false);
    let attached = StoredValue::<Option<SendWrapper<Attached>>>::new(None);
    let found = RwSignal::new(Found::default());
    let (tools, shown) = (Tools::expect(), RwSignal::new(None));
    let in_view = Memo::new(move |_| shells.current.get() == Some(id));
    let scene = Scene {
        shells,
        desk,
        id,
        door: Door::Own,
        sharing: Sharing::expect(),
        state,
        found,
        asked,
        tools,
        shown,
        toaster: expect_context(),
    };
    let gone = Callback::new(move |()| {
        leptos::task::spawn_local(async move {
            if let Ok(list) = terminals().await
                && !list.iter().any(|info: &TerminalInfo| info.id == id)
            {
                let _ = shells.list.try_set(list);
            }
        });
    });
    let take_keyboard = move || {
        let _ = attached.try_with_value(|attached| {
            if let Some(attached) = attached.as_ref().filter(|_| may_take_keyboard()) {
                attached.handle.focus();
            }
        });
    };
    Effect::new(move |_| {
        let Some(element) = host.get() else { return };
        leptos::task::spawn_local(async move {
            let Ok(module) = interop::import::<TerminalModule>("terminal").await else {
                let _ = failed.try_set(true);
                return;
            };
            // The reader may have gone on while the bundle was under way.
            if attached.try_with_value(|_| ()).is_some() {
                let mounted = mount(&module, &element, scene, gone);
                let _ = attached.try_update_value(|attached| *attached = Some(SendWrapper::new(mounted)));
                if in_view.try_get_untracked() == Some(true) {
                    take_keyboard();
                }
            }
        });
    });
    Effect::new(move |before: Option<bool>| {
        let now = in_view.get();
        if now && before == Some(false) {
            take_keyboard();
        }
        now
    });
    // Settings are shown as they are tried.
    Effect::new(move |_| {
        let ground = desk.panel.get().then(|| desk.ground.get());
        desk.draft.with(|settings| {
            desk.themes.with(|own| {
                let options = look::options(settings, own, ground);
                attached
                    .try_with_value(|attached| attached.as_ref().map(|attached| attached.handle.configure(&options)));
            });
        });
    });
    let live = Live::expect();
    Effect::new(move |_| {
        if live.state.get() == ui::ConnectionState::Live {
            let _ = attached.try_with_value(|attached| attached.as_ref().map(|attached| link::nudge(&attached.link)));
        }
    });
    Effect::new(move |_| {
        if let LinkState::Ended(end) = state.get() {
            shells.update(id, |info| info.state = end);
        }
    });
    on_cleanup(move || {
        tools.gone(id);
        if let Some(attached) = attached.try_update_value(Option::take).flatten() {
            let Attached { handle, link, .. } = attached.take();
            drop(link);
            handle.dispose();
        }
    });
    let searching = move || desk.search.get() && in_view.get();
    view! {
        <div class="terminal__view" hidden=move || !in_view.get()>
            <CompanyBar id/>
            <WarningBar id/>
            <section class="terminal__stage" id=format!("pane-{id}") role="tabpanel" aria-labelledby=format!("tab-{id}")>
                <div class="terminal__pane"><div class="terminal__host" node_ref=host data-terminal=id.to_string()></div></div>
                <CommandBar shown id/>
                <Show when=searching><SearchBar attached found open=desk.search/></Show>
                <Show when=move || failed.get()>
                    <Banner tone=Tone::Bad title="The terminal could not be loaded" detail="Check the connection and reload the page; the shell runs on."/>
                </Show>
                <super::recording::RecordMark id/>
                <Ended state shells id/>
            </section>
            <KeyBar attached/>
            <Foot state shells id/>
        </div>
    }
}

/// Not from who walks along the tabs by keyboard, or writes in the settings.
fn may_take_keyboard() -> bool {
    document().active_element().is_none_or(|focus| {
        let within = |selector: &str| focus.closest(selector).ok().flatten().is_some();
        let walking = within(".terminal__tablist") && focus.matches(":focus-visible").unwrap_or(false);
        !walking && !within(".terminal-panel, dialog")
    })
}

#[component]
fn Ended(state: RwSignal<LinkState>, shells: Shells, id: TerminalId) -> impl IntoView {
    move || match state.get() {
        LinkState::Ended(end) => Some(view! {
            <div class="terminal__notice">
                <Banner tone=tone_of(end) title=ended(end)>
                    <Button size=ButtonSize::Small on:click=move |_| shells.open.run(())>"Open another"</Button>
                    <Button size=ButtonSize::Small on:click=move |_| shells.close.run(id)>"Close the tab"</Button>
                </Banner>
            </div>
        }),
        _ => None,
    }
}

#[component]
fn Foot(state: RwSignal<LinkState>, shells: Shells, id: TerminalId) -> impl IntoView {
    let size = move || shells.list.with(|list| list.iter().find(|info| info.id == id).map(|info| info.size));
    view! {
        <footer class="terminal__foot">
            <Status tone=Signal::derive(move || link_word(state.get()).0) word=move || link_word(state.get()).1/>
            <span>{move || size().map(|size| format!("{}×{}", size.cols, size.rows))}</span>
            <span class="terminal__foot-end">
                <span>"Ctrl Shift F searches"</span>
                <span>"Ctrl Shift L leaves the terminal"</span>
            </span>
        </footer>
    }
}

pub(super) fn link_word(state: LinkState) -> (Tone, &'static str) {
    match state {
        LinkState::Connecting => (Tone::Neutral, "connecting"),
        LinkState::Live => (Tone::Ok, "connected"),
        LinkState::Lost => (Tone::Warn, "lost, connecting again; the shell runs on, what you type is kept"),
        LinkState::Ended(_) => (Tone::Neutral, "ended"),
    }
}

fn tone_of(state: State) -> Tone {
    if state == (State::Exited { code: 0 }) { Tone::Neutral } else { Tone::Warn }
}

fn ended(state: State) -> String {
    match state {
        State::Exited { code: 0 } => "The shell has exited.".to_owned(),
        State::Exited { code } => format!("The shell has exited with status {code}."),
        State::Killed { signal } => format!("Signal {signal} has ended the shell."),
        State::Lost => "The process that held the shell was killed, and the shell with it.".to_owned(),
        State::Unreachable => {
            "The shell runs on, but out of this server's reach: another version of Nova holds it.".to_owned()
        }
        State::Running => String::new(),
    }
}
