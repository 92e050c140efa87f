//! One's links to providers.

use leptos::prelude::*;
use model::sso::{LinkedIdentity, ProviderButton};
use ui::{Button, ButtonSize, Card, Icon, IconName, RelativeTime, Toaster, Tone};

use super::sso_api::{ensure_fresh, my_links, unlink};
use crate::frame::Confirm;

/// The card; nothing where no provider is set up.
#[component]
pub(super) fn Links() -> impl IntoView {
    let toaster: Toaster = expect_context();
    let own = RwSignal::new(None::<(Vec<LinkedIdentity>, Vec<ProviderButton>)>);
    // Read by the browser alone: the page is of use before it is there.
    let refetch = Callback::new(move |()| {
        leptos::task::spawn_local(async move {
            match my_links().await {
                Ok(found) => drop(own.try_set(Some(found))),
                Err(failure) => toaster.push(Tone::Bad, failure.0.message),
            }
        });
    });
    Effect::new(move |_| refetch.run(()));
    move || {
        let (links, providers) = own.get()?;
        if providers.is_empty() && links.is_empty() {
            return None;
        }
        let free: Vec<_> =
            providers.into_iter().filter(|button| !links.iter().any(|link| link.provider == button.id)).collect();
        Some(view! {
            <Card title="Single sign-on">
                <ul class="sessions">
                    {links.into_iter().map(|link| view! { <LinkRow link refetch/> }).collect_view()}
                </ul>
                <div class="settings__actions">
                    {free.into_iter().map(|button| view! { <LinkTo button/> }).collect_view()}
                </div>
            </Card>
        })
    }
}

#[component]
fn LinkTo(button: ProviderButton) -> impl IntoView {
    let (toaster, confirm): (Toaster, Confirm) = (expect_context(), Confirm::expect());
    let ProviderButton { id, name } = button;
    let leave = move |_| {
        let target = format!("/sso/{id}/link");
        leptos::task::spawn_local(async move {
            match confirm.with(ensure_fresh).await {
                // The browser refuses only addresses that are none; ours are paths.
                Ok(()) => drop(window().location().assign(&target)),
                Err(failure) => toaster.push(Tone::Bad, failure.0.message),
            }
        });
    };
    view! { <Button icon=IconName::Link on:click=leave>"Link "{name}</Button> }
}

#[component]
fn LinkRow(link: LinkedIdentity, refetch: Callback<()>) -> impl IntoView {
    let (toaster, confirm): (Toaster, Confirm) = (expect_context(), Confirm::expect());
    let LinkedIdentity { name, issuer, subject, email, last_used_at, .. } = link;
    let shown = if email.is_empty() { subject.clone() } else { email };
    let remove = move |_| {
        let (issuer, subject) = (issuer.clone(), subject.clone());
        leptos::task::spawn_local(async move {
            match confirm.with(|| unlink(issuer.clone(), subject.clone())).await {
                Ok(()) => toaster.push(Tone::Ok, "The link is removed"),
                Err(failure) => toaster.push(Tone::Bad, failure.0.message),
            }
            refetch.run(());
        });
    };
    view! {
        <li class="session">
            <span class="session__icon"><Icon name=IconName::Link/></span>
            <div>
                <p class="session__name">{name.clone()}</p>
                <p class="session__detail">{shown}" · last used "<RelativeTime at=last_used_at.0/></p>
            </div>
            <Button size=ButtonSize::Small on:click=remove attr:aria-label=format!("Remove the link to {name}")>"Remove"</Button>
        </li>
    }
}
