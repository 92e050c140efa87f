//! The account menu: theme, sessions, sign out.

use leptos::prelude::*;
use model::profile::PictureSize;
use ui::{
    Avatar, IconName, Menu, MenuHeading, MenuItem, MenuLink, MenuRule, ThemeChoice, Toaster, Tone, set_theme, theme,
};

use super::Session;
use crate::auth::api::sign_out;

#[component]
fn Face(name: String) -> impl IntoView {
    let session = Session::expect();
    move || view! { <Avatar name=name.clone() picture=session.picture(PictureSize::Small)/> }
}

/// Avatar at the right end of the top bar.
#[component]
pub(crate) fn AccountMenu() -> impl IntoView {
    let me = Session::expect().me();
    let name = me.display_name.clone();
    let chosen = RwSignal::new(ThemeChoice::System);
    Effect::new(move |_| chosen.set(theme()));
    let choose = move |choice| {
        Callback::new(move |()| {
            set_theme(choice);
            chosen.set(choice);
        })
    };
    let holds = move |choice| Signal::derive(move || chosen.get() == choice);
    let toaster: Toaster = expect_context();
    let leave = move |provider: bool| {
        Callback::new(move |()| {
            leptos::task::spawn_local(async move {
                match sign_out(provider).await {
                    Ok(Some(url)) => drop(window().location().assign(&url)),
                    // Where the provider cannot be asked, the sign-in page says so.
                    Ok(None) if provider => drop(window().location().assign("/sign-in?done=signed-out-here")),
                    Ok(None) => drop(window().location().assign("/sign-in")),
                    Err(failure) => toaster.push(Tone::Bad, failure.0.message),
                }
            });
        })
    };
    view! {
        <Menu id="account-menu" label=format!("Account of {name}") class="topbar__account"
            trigger=move || view! { <Face name=name.clone()/> }>
            <MenuHeading>{format!("{} · {}", me.username, me.role)}</MenuHeading>
            <MenuLink href="/account" icon=IconName::User>"Account and sessions"</MenuLink>
            <MenuRule/>
            <MenuItem icon=IconName::Sun checked=holds(ThemeChoice::Light) on_select=choose(ThemeChoice::Light)>"Light"</MenuItem>
            <MenuItem icon=IconName::Moon checked=holds(ThemeChoice::Dark) on_select=choose(ThemeChoice::Dark)>"Dark"</MenuItem>
            <MenuItem icon=IconName::Monitor checked=holds(ThemeChoice::System) on_select=choose(ThemeChoice::System)>"As the device"</MenuItem>
            <MenuRule/>
            <MenuItem icon=IconName::Logout on_select=leave(false)>"Sign out"</MenuItem>
            {me.provider_sign_out.then(|| view! {
                <MenuItem icon=IconName::Logout on_select=leave(true)>"Sign out here and at the provider"</MenuItem>
            })}
        </Menu>
    }
}
