//! Taking one's data along, and going for good.

use leptos::prelude::*;
use ui::{Button, ButtonVariant, Card, ConfirmDialog, IconName, Toaster, Tone};

use super::{api::delete_my_account, sso_api::ensure_fresh};
use crate::frame::{Confirm, Session};

#[component]
pub(super) fn Privacy() -> impl IntoView {
    let (toaster, confirm): (Toaster, Confirm) = (expect_context(), Confirm::expect());
    let asking = RwSignal::new(false);
    let export = move |_| {
        leptos::task::spawn_local(async move {
            match confirm.with(ensure_fresh).await {
                // The browser refuses only addresses that are none; ours are paths.
                Ok(()) => drop(window().location().assign("/account/export")),
                Err(failure) => toaster.push(Tone::Bad, failure.0.message),
            }
        });
    };
    let delete = Callback::new(move |()| {
        asking.set(false);
        leptos::task::spawn_local(async move {
            match confirm.with(delete_my_account).await {
                Ok(()) => drop(window().location().assign("/sign-in")),
                Err(failure) => toaster.push(Tone::Bad, failure.0.message),
            }
        });
    });
    view! {
        <Card title="Your data">
            <p class="second">"Take along what Nova keeps about you: profile, sessions, keys, messages and what the audit log says of you, as JSON."</p>
            <div class="settings__actions">
                <Button icon=IconName::File on:click=export>"Export my data"</Button>
                <Button variant=ButtonVariant::Danger icon=IconName::Trash on:click=move |_| asking.set(true)>"Delete my account"</Button>
            </div>
        </Card>
        <ConfirmDialog id="delete-account" open=asking title="Delete your account for good?"
            text="Your name, address, sessions, keys and second factors go at once, and your shells end. What you wrote in rooms stays, under “Deleted person”; the audit log stays until its entries are too old to be kept."
            confirm="Delete my account" type_name=Session::expect().me().username on_confirm=delete/>
    }
}
