//! The shell around every page: rail, top bar, bottom bar, palette, keys, connection, account.

mod account_menu;
mod bars;
mod commands;
mod confirm;
mod missing;
mod overlays;
mod page_data;
mod places;
mod session;
mod subnav;
mod unread;

use leptos::prelude::*;
use leptos_router::components::Outlet;
use model::{Permission, profile::Preferences};
use ui::{KeyboardShortcuts, Sheet, TimeStyle, provide_times};

pub(crate) use commands::{Command, Commands};
pub(crate) use confirm::Confirm;
pub use missing::NotFound;
pub(crate) use missing::NotFoundInside;
pub(crate) use page_data::{PageData, shapes};
pub(crate) use session::Session;
pub(crate) use subnav::SubNav;
pub(crate) use unread::Unread;

use crate::{
    auth::api::{Visit, start},
    live::Live,
};
use bars::{BottomBar, MoreLinks, Rail, TopBar};
use overlays::{LazyOverlays, Overlays};

/// The parent of every page for people who are signed in.
#[component]
pub fn Frame() -> impl IntoView {
    PageData::new("frame", start).view(shapes, |start| match start {
        Ok(Visit { me: Some(me), host, rooms, .. }) => {
            let Preferences { time_zone, locale } = &me.preferences;
            provide_times(TimeStyle {
                zone: time_zone.as_ref().map(|zone| zone.as_str().to_owned()),
                locale: locale.as_ref().map(|locale| locale.as_str().to_owned()),
            });
            Session::provide(me, host.unwrap_or_default());
            view! { <Shell rooms/> }.into_any()
        }
        Ok(_) => view! { <SignedOut/> }.into_any(),
        Err(failure) => view! { <Broken failure/> }.into_any(),
    })
}

#[component]
fn Shell(rooms: Vec<model::chat::Room>) -> impl IntoView {
    let live = Live::provide();
    let session = Session::expect();
    if session.may(Permission::ChatUse) {
        Unread::provide(live, rooms);
    }
    let commands = Commands::provide();
    let confirm = Confirm::provide();
    let overlays = Overlays { palette: RwSignal::new(false), help: RwSignal::new(false), confirm };
    let more = RwSignal::new(false);
    commands.add_places(overlays);
    let here = places::here();
    let flush = move || here().is_some_and(|place| place.flush);
    view! {
        <a class="skip-link" href="#main">"Skip to the page"</a>
        <div class="shell">
            <Rail/>
            <TopBar palette=overlays.palette/>
            <main class="main" class:main--flush=flush id="main" tabindex="-1">
                <Outlet/>
            </main>
            <BottomBar more/>
        </div>
        <Sheet open=more label="More"><MoreLinks/></Sheet>
        <LazyOverlays overlays commands/>
        <KeyboardShortcuts shortcuts=commands.shortcuts()/>
    }
}

/// The session ended between the page's request and now: the server leads to the sign-in and back.
#[component]
fn SignedOut() -> impl IntoView {
    Effect::new(|_| {
        let _ = window().location().reload();
    });
    view! {
        <main class="auth">
            <p>"Your sign-in has ended. "<a href="/sign-in">"Sign in again"</a></p>
        </main>
    }
}

#[component]
fn Broken(failure: crate::Failure) -> impl IntoView {
    #[cfg(feature = "ssr")]
    crate::context::set_status(failure.0.code.status());
    let retry = Callback::new(|()| {
        let _ = window().location().reload();
    });
    view! {
        <main class="auth">
            <ui::ErrorState title="This page could not be loaded" why=failure.0.message request_id=failure.0.request_id.unwrap_or_default() on_retry=retry/>
        </main>
    }
}
