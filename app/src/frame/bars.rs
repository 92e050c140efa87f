//! Rail, top bar and bottom bar.

use leptos::prelude::*;
use leptos_router::{components::A, hooks::use_location};
use ui::{ConnectionStatus, Count, Icon, IconName, Kbd, rail_collapsed, set_rail_collapsed};

use super::{
    Session, Unread,
    account_menu::AccountMenu,
    places::{Place, here, places},
};
use crate::live::Live;

fn current(place: Place) -> impl Fn() -> Option<&'static str> + Clone + Send + Sync + 'static {
    let path = use_location().pathname;
    move || path.with(|path| place.holds(path)).then_some("page")
}

/// The unread count beside Chat.
#[component]
fn ChatCount(place: Place, class: &'static str) -> impl IntoView {
    let unread = (place.path == "/chat").then(use_context::<Unread>).flatten();
    unread.map(|unread| {
        let total = Signal::derive(move || unread.total());
        view! {
            <Show when=move || total.get() != 0>
                <span class=class><Count value=total what="unread messages"/></span>
            </Show>
        }
    })
}

/// The rail at the left; its icons alone when collapsed.
#[component]
pub(crate) fn Rail() -> impl IntoView {
    let collapse = move |_| set_rail_collapsed(!rail_collapsed());
    view! {
        <nav class="rail" aria-label="Places">
            <A href="/" attr:class="rail__brand">
                <span class="brand-mark" aria-hidden="true">"✦"</span>
                <span class="rail__label">"Nova"</span>
            </A>
            <ul class="rail__list">
                {places(Session::expect())
                    .into_iter()
                    .map(|place| view! {
                        <li>
                            <A href=place.path attr:class="rail__link" attr:aria-current=current(place) attr:title=place.name>
                                <Icon name=place.icon/>
                                <span class="rail__label">{place.name}</span>
                                <ChatCount place class="rail__count"/>
                            </A>
                        </li>
                    })
                    .collect_view()}
            </ul>
            <div class="rail__foot">
                <button type="button" class="rail__link rail__collapse" title="Collapse or open the rail" on:click=collapse>
                    <Icon name=IconName::Collapse/>
                    <span class="rail__label">"Collapse"</span>
                </button>
            </div>
        </nav>
    }
}

/// Where one is, search, connection, account.
#[component]
pub(crate) fn TopBar(palette: RwSignal<bool>) -> impl IntoView {
    let (live, session) = (Live::expect(), Session::expect());
    let here = here();
    view! {
        <header class="topbar">
            <h1 class="topbar__title">{move || here().map_or("Not found", |place| place.name)}</h1>
            <span class="topbar__host">{session.host()}</span>
            <button type="button" class="topbar__search" on:click=move |_| palette.set(true)>
                <Icon name=IconName::Search/>
                <span>"Search or run a command"</span>
                <Kbd keys="Ctrl K"/>
            </button>
            <div class="topbar__end">
                <ConnectionStatus state=live.state/>
                <AccountMenu/>
            </div>
        </header>
    }
}

/// The phone's four places and More.
#[component]
pub(crate) fn BottomBar(more: RwSignal<bool>) -> impl IntoView {
    view! {
        <nav class="bottombar" aria-label="Places on a phone">
            {places(Session::expect())
                .into_iter()
                .take(4)
                .map(|place| view! {
                    <A href=place.path attr:class="bottombar__link" attr:aria-current=current(place)>
                        <Icon name=place.icon/>
                        <span>{place.name}</span>
                        <ChatCount place class="bottombar__count"/>
                    </A>
                })
                .collect_view()}
            <button type="button" class="bottombar__link" aria-haspopup="dialog" on:click=move |_| more.set(true)>
                <Icon name=IconName::Lines/>
                <span>"More"</span>
            </button>
        </nav>
    }
}

/// Everything, in the phone's drawer.
#[component]
pub(crate) fn MoreLinks() -> impl IntoView {
    view! {
        <p class="sheet__heading">"Go to"</p>
        {places(Session::expect())
            .into_iter()
            .map(|place| view! {
                <A href=place.path attr:class="sheet__link" attr:aria-current=current(place)>
                    <Icon name=place.icon/>
                    {place.name}
                </A>
            })
            .collect_view()}
    }
}
