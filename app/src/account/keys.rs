//! `/account/keys`: API keys, one's own and those of service accounts.

use leptos::prelude::*;
use leptos_meta::Title;
use model::{
    Permission,
    keys::{KeyInfo, NewKey, ServiceAccount},
};
use ui::{Badge, Button, Card, Dialog, Empty, Icon, IconName, Menu, MenuItem, RelativeTime, Toaster, Tone};

use super::{
    account_pages,
    keys_api::{keys, revoke_key, rotate_key, service_accounts},
    make_key::MakeKey,
    service_accounts::ServiceAccounts,
};
use crate::{
    frame::{Confirm, PageData, Session, shapes},
    interop::clipboard,
};

/// Hours a replaced key works on: time enough to change it everywhere.
const OVERLAP_HOURS: u32 = 24;

/// `/account/keys`
pub(crate) fn keys_page() -> AnyView {
    let manages = Session::expect().may(Permission::KeysManage);
    let list = PageData::new("keys", move || keys(manages));
    let accounts = RwSignal::new(Vec::<ServiceAccount>::new());
    let load_accounts = Callback::new(move |()| {
        if manages {
            leptos::task::spawn_local(async move {
                // Without them keys are made for oneself; the card below says why there are none.
                drop(accounts.try_set(service_accounts().await.unwrap_or_default()));
            });
        }
    });
    Effect::new(move |_| load_accounts.run(()));
    let fresh = RwSignal::new(None::<NewKey>);
    let shown = RwSignal::new(false);
    let made = Callback::new(move |key: Option<NewKey>| {
        if let Some(key) = key {
            fresh.set(Some(key));
            shown.set(true);
        }
        list.refetch();
    });
    view! {
        <Title text="API keys · Nova"/>
        <div class="page-narrow account">
            {account_pages()}
            {list.loaded("The keys could not be loaded", shapes, move |keys| view! { <Keys keys made/> }.into_any())}
            <MakeKey made accounts=accounts.into()/>
            {manages.then(|| view! { <ServiceAccounts accounts=accounts.into() changed=load_accounts/> })}
        </div>
        <Dialog id="fresh-key" open=shown title="Your new API key">
            {move || fresh.get().map(|key| view! { <Fresh key/> })}
        </Dialog>
    }
    .into_any()
}

#[component]
fn Fresh(key: NewKey) -> impl IntoView {
    let toaster: Toaster = expect_context();
    let text = key.key.clone();
    let copy = move |_| clipboard::copy(&text, toaster);
    view! {
        <p class="second">"Copy it now: it is not shown again. Programs send it as “Authorization: Bearer …”."</p>
        <div class="secret">
            <code class="secret__text">{key.key}</code>
            <Button icon=IconName::Copy on:click=copy>"Copy"</Button>
        </div>
    }
}

#[component]
fn Keys(keys: Vec<KeyInfo>, made: Callback<Option<NewKey>>) -> impl IntoView {
    if keys.is_empty() {
        return view! {
            <Empty icon=IconName::Key title="No API keys" text="A key lets a program do what you allow it, without your password."/>
        }
        .into_any();
    }
    view! {
        <Card title="API keys" flush=true>
            <ul class="sessions">
                {keys.into_iter().map(|key| view! { <KeyRow key made/> }).collect_view()}
            </ul>
        </Card>
    }
    .into_any()
}

#[component]
fn KeyRow(key: KeyInfo, made: Callback<Option<NewKey>>) -> impl IntoView {
    let (toaster, confirm): (Toaster, Confirm) = (expect_context(), Confirm::expect());
    let me = Session::expect().me().id;
    let id = key.id;
    let end = Callback::new(move |()| {
        leptos::task::spawn_local(async move {
            match revoke_key(id).await {
                Ok(()) => toaster.push(Tone::Ok, "The key works no more"),
                Err(failure) => toaster.push(Tone::Bad, failure.0.message),
            }
            made.run(None);
        });
    });
    let rotate = Callback::new(move |()| {
        leptos::task::spawn_local(async move {
            match confirm.with(|| rotate_key(id, OVERLAP_HOURS)).await {
                Ok(key) => made.run(Some(key)),
                Err(failure) => toaster.push(Tone::Bad, failure.0.message),
            }
        });
    });
    let scopes = key.scopes.iter().map(|scope| scope.name()).collect::<Vec<_>>().join(", ");
    let networks = key.networks.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
    view! {
        <li class="session">
            <span class="session__icon"><Icon name=IconName::Key/></span>
            <div>
                <p class="session__name">
                    {key.name.clone()}" "<code class="second">{key.prefix}"…"</code>
                    {(key.owner != me).then(|| view! { " "<Badge>{key.owner_name}</Badge> })}
                </p>
                <p class="session__detail">
                    {scopes}
                    {(!networks.is_empty()).then(|| format!(" · from {networks}"))}
                    {key.expires_at.map(|at| view! { " · ends "<RelativeTime at=at.0/> })}
                    {match key.last_used_at {
                        Some(at) => view! { " · last used "<RelativeTime at=at.0/>" from "{key.last_used_from} }.into_any(),
                        None => " · never used".into_any(),
                    }}
                </p>
            </div>
            <Menu id=format!("key-{id}") label=format!("Actions for {}", key.name)>
                <MenuItem icon=IconName::Refresh on_select=rotate>"Replace (the old one works 24 h more)"</MenuItem>
                <MenuItem icon=IconName::Trash danger=true on_select=end>"End now"</MenuItem>
            </Menu>
        </li>
    }
}
