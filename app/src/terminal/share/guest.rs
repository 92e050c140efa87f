//! `/terminal/shared/{id}`: somebody else's shell.

use leptos::{html, prelude::*};
use leptos_meta::Title;
use leptos_router::hooks::use_params_map;
use model::{
    Permission, TerminalId,
    terminal::{
        Size, State, TerminalInfo,
        settings::Preferences,
        sharing::{GuestRole, SharedShell},
    },
};
use send_wrapper::SendWrapper;
use ui::{Banner, Empty, IconName, LinkButton, RelativeTime, Status, Tone};

use super::{
    api::shared_terminal,
    bar::{CompanyBar, WarningBar},
    state::{Door, Sharing},
};
use crate::{
    frame::{PageData, Session, shapes},
    interop::{self, terminal::TerminalModule},
    live::Live,
    terminal::{
        api::terminal_preferences,
        desk::Desk,
        keybar::KeyBar,
        link::{self, LinkState},
        mount::{Attached, Scene, mount},
        page::Shells,
        pane::link_word,
        questions::{Question, Questions},
        search::Found,
        tools::Tools,
    },
};

/// `/terminal/shared/{id}`
pub(crate) fn guest_page() -> AnyView {
    let params = use_params_map();
    let id = move || params.with_untracked(|params| params.get("id")).and_then(|id| id.parse::<TerminalId>().ok());
    let may = Session::expect().may(Permission::TerminalOpen);
    let start = PageData::new("shared-shell", move || {
        let id = id();
        async move {
            let id = id.ok_or_else(|| crate::Failure(model::ApiError::not_found("share")))?;
            let shell = shared_terminal(id).await?;
            // Who may have no shells has no settings for them either.
            let preferences = if may { terminal_preferences().await? } else { Preferences::default() };
            Ok((shell, preferences))
        }
    });
    view! {
        <Title text="Shared shell · Nova"/>
        {start.view(shapes, |answer| match answer {
            Ok((shell, preferences)) => view! { <Guest shell preferences/> }.into_any(),
            Err(failure) => view! { <Gone text=failure.0.message/> }.into_any(),
        })}
    }
    .into_any()
}

#[component]
fn Gone(text: String) -> impl IntoView {
    view! {
        <div class="terminal__empty">
            <Empty icon=IconName::Users title="This shell is not shared with you" text=text>
                <LinkButton href="/terminal/shared">"What is shared with you"</LinkButton>
            </Empty>
        </div>
    }
}

#[component]
fn Guest(shell: SharedShell, preferences: Preferences) -> impl IntoView {
    let SharedShell { terminal: id, title, owner_name, role, expires_at } = shell;
    let desk = Desk::new(preferences);
    let sharing = Sharing::provide();
    let host = NodeRef::<html::Div>::new();
    let state = RwSignal::new(LinkState::Connecting);
    let (failed, over) = (RwSignal::new(false), RwSignal::new(false));
    let asked = RwSignal::new(None::<Question>);
    // The emulator's page knows a list of shells: here it is this one.
    // What the shell tells of its commands is its owner's.
    let info = TerminalInfo {
        id,
        title,
        created_at: expires_at,
        state: State::Running,
        size: Size::DEFAULT,
        cwd: None,
        nonce: None,
    };
    let list = RwSignal::new(vec![info]);
    let shells = Shells {
        list,
        current: Memo::new(move |_| Some(id)),
        opening: RwSignal::new(false),
        open: Callback::new(|()| ()),
        close: Callback::new(|_| ()),
        show: Callback::new(|_| ()),
    };
    let title = move || list.with(|list| list.first().map(|info| info.title.clone()).unwrap_or_default());
    let attached = StoredValue::<Option<SendWrapper<Attached>>>::new(None);
    let scene = Scene {
        shells,
        desk,
        id,
        door: Door::Shared,
        sharing,
        state,
        found: RwSignal::new(Found::default()),
        asked,
        tools: Tools::provide(desk),
        shown: RwSignal::new(None),
        toaster: expect_context(),
    };
    // Connecting fails when the share is over, and then coming back is of no use.
    let gone = Callback::new(move |()| {
        leptos::task::spawn_local(async move {
            if shared_terminal(id).await.is_err() {
                let _ = over.try_set(true);
                // The stream is let go of; what was drawn stays to be read.
                let _ =
                    attached.try_with_value(|attached| attached.as_ref().map(|attached| link::stop(&attached.link)));
            }
        });
    });
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
            }
        });
    });
    let live = Live::expect();
    Effect::new(move |_| {
        if live.state.get() == ui::ConnectionState::Live {
            let _ = attached.try_with_value(|attached| attached.as_ref().map(|attached| link::nudge(&attached.link)));
        }
    });
    on_cleanup(move || {
        if let Some(attached) = attached.try_update_value(Option::take).flatten() {
            let Attached { handle, link, .. } = attached.take();
            drop(link);
            handle.dispose();
        }
    });
    let company = Memo::new(move |_| sharing.of(id));
    let writes = move || company.with(|company| company.as_ref().is_some_and(|company| company.writes));
    let controls = move || company.with(|company| company.as_ref().is_some_and(|company| company.controls));
    let ended = move || matches!(state.get(), LinkState::Ended(_));
    let owner = owner_name.clone();
    let word = move || match (role, controls(), writes()) {
        (_, true, _) => (Tone::Accent, "you have control"),
        (_, _, true) => (Tone::Ok, "you may type"),
        (GuestRole::Watcher, ..) => (Tone::Neutral, "you watch, everybody here sees it"),
        (GuestRole::Peer, ..) => (Tone::Neutral, "you read; the owner can let you type"),
        (GuestRole::Observer, ..) => (Tone::Neutral, "you read"),
    };
    view! {
        <div class="terminal">
            <div class="terminal__tabs terminal-guest__head">
                <h1 class="terminal-guest__title truncate">{title}</h1>
                <span class="terminal-guest__by truncate">"shared by "{owner_name}</span>
                <span class="terminal__tools">
                    <span class="terminal-guest__until">"ends "<RelativeTime at=expires_at.0/></span>
                    <LinkButton href="/terminal/shared" size=ui::ButtonSize::Small>"All shared"</LinkButton>
                </span>
            </div>
            <CompanyBar id owner=owner/>
            <WarningBar id/>
            <section class="terminal__stage" aria-label="Shared shell">
                <div class="terminal__pane" class:terminal__pane--follows=move || !controls()>
                    <div class="terminal__host" node_ref=host data-terminal=id.to_string()></div>
                </div>
                <Show when=move || failed.get()>
                    <Banner tone=Tone::Bad title="The terminal could not be loaded" detail="Check the connection and reload the page."/>
                </Show>
                <Show when=move || ended() || over.get()>
                    <div class="terminal__notice">
                        <Banner tone=Tone::Neutral title=move || if ended() { "The shell has ended." } else { "This shell is no longer shared with you." }>
                            <LinkButton href="/terminal/shared" size=ui::ButtonSize::Small>"What is shared with you"</LinkButton>
                        </Banner>
                    </div>
                </Show>
            </section>
            <Show when=writes><KeyBar attached/></Show>
            <footer class="terminal__foot terminal-guest__foot">
                <Status tone=Signal::derive(move || link_word(state.get()).0) word=move || link_word(state.get()).1/>
                <Status tone=Signal::derive(move || word().0) word=move || word().1/>
            </footer>
        </div>
        <Questions desk asked/>
    }
}
