//! `/account/keys`: API keys, one's own and those of service accounts.

use leptos::prelude::*;
use leptos_meta::Title;
use model::{
    Permission,
    keys::{KeyInfo, KeyRequest, NewKey, ServiceAccount},
    policy::Network,
};
use ui::{
    Badge, Button, ButtonSize, ButtonType, ButtonVariant, Card, Dialog, Empty, Field, FormError, Icon, IconName, Menu,
    MenuItem, RelativeTime, Select, Toaster, Tone,
};

use super::{
    account_pages,
    keys_api::{keys, make_key, revoke_key, rotate_key, service_accounts},
    service_accounts::ServiceAccounts,
};
use crate::{
    Failure,
    frame::{Confirm, PageData, Session, shapes},
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
    let copy = move |_| {
        let promise = window().navigator().clipboard().write_text(&text);
        leptos::task::spawn_local(async move {
            match wasm_bindgen_futures::JsFuture::from(promise).await {
                Ok(_) => toaster.push(Tone::Ok, "Copied"),
                Err(_) => toaster.push(Tone::Warn, "The browser does not allow copying here: select the key yourself."),
            }
        });
    };
    view! {
        <p class="second">"Copy it now: it is not shown again. Programs send it as “Authorization: Bearer …”."</p>
        <div class="secret">
            <code class="secret__text">{key.key}</code>
            <Button icon=IconName::Copy on:click=copy>"Copy"</Button>
        </div>
    }
}

#[component]
fn MakeKey(made: Callback<Option<NewKey>>, accounts: Signal<Vec<ServiceAccount>>) -> impl IntoView {
    let (session, confirm) = (Session::expect(), Confirm::expect());
    let (name, networks) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    let (days, account) = (RwSignal::new("90".to_owned()), RwSignal::new(String::new()));
    let (busy, failed) = (RwSignal::new(false), RwSignal::new(None::<Failure>));
    let scopes: Vec<(Permission, RwSignal<bool>)> = Permission::ALL
        .iter()
        .filter(|permission| session.may(**permission))
        .map(|permission| (*permission, RwSignal::new(false)))
        .collect();
    let chosen = scopes.clone();
    let request = move || -> Result<KeyRequest, model::ApiError> {
        let networks = networks.get_untracked();
        let request = KeyRequest {
            name: name.get_untracked(),
            scopes: chosen.iter().filter(|(_, on)| on.get_untracked()).map(|(permission, _)| *permission).collect(),
            networks: networks
                .split([',', ' '])
                .filter(|text| !text.is_empty())
                .map(|text| {
                    text.parse::<Network>().map_err(|error| model::ApiError::invalid("networks", error.message))
                })
                .collect::<Result<_, _>>()?,
            days: days.get_untracked().parse().ok(),
            account: account.get_untracked().parse().ok(),
        };
        request.check()?;
        Ok(request)
    };
    let send = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        failed.set(None);
        let request = match request() {
            Ok(request) => request,
            Err(error) => return failed.set(Some(Failure(error))),
        };
        busy.set(true);
        leptos::task::spawn_local(async move {
            match confirm.with(|| make_key(request.clone())).await {
                Ok(key) => {
                    let _ = name.try_set(String::new());
                    made.run(Some(key));
                }
                Err(failure) => drop(failed.try_set(Some(failure))),
            }
            let _ = busy.try_set(false);
        });
    };
    let at = move |field: &'static str| Signal::derive(move || failed.with(|failed| failed.as_ref()?.at(field)));
    let lives = [("7", "7 days"), ("30", "30 days"), ("90", "90 days"), ("365", "a year"), ("", "until it is ended")];
    let lives = lives.iter().map(|(days, words)| ((*days).to_owned(), (*words).to_owned())).collect::<Vec<_>>();
    view! {
        <Card title="Make an API key">
            <form class="settings__form" on:submit=send>
                <Field name="key-name" label="Name" placeholder="Backup script" required=true value=name error=at("name")/>
                {move || (!accounts.with(Vec::is_empty)).then(|| {
                    let options = std::iter::once((String::new(), "yourself".to_owned()))
                        .chain(accounts.get().into_iter().map(|each| (each.id.to_string(), format!("{} ({})", each.username, each.role))))
                        .collect::<Vec<_>>();
                    view! { <Select name="account" label="It acts as" options value=account/> }
                })}
                <fieldset class="scopes">
                    <legend class="field__label">"It may"</legend>
                    {scopes.into_iter().map(|(permission, on)| view! {
                        <ui::Checkbox name="scope" checked=on><code>{permission.name()}</code>" — "{permission.about()}</ui::Checkbox>
                    }).collect_view()}
                    {move || at("scopes").get().map(|text| view! { <p class="field__error" role="alert">{text}</p> })}
                </fieldset>
                <Select name="days" label="It works for" options=lives value=days error=at("days")/>
                <Field name="networks" label="Only from these addresses (optional)" placeholder="10.0.0.0/8, 192.0.2.7" mono=true value=networks error=at("networks")/>
                <FormError error=Signal::derive(move || failed.with(|failed| failed.as_ref()?.beside(&["name", "scopes", "days", "networks"])))/>
                <div class="settings__actions">
                    <Button variant=ButtonVariant::Primary button_type=ButtonType::Submit icon=IconName::Plus busy>"Make the key"</Button>
                </div>
            </form>
        </Card>
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

/// A small button beside a heading.
#[component]
pub(super) fn SmallSubmit(busy: RwSignal<bool>, words: &'static str) -> impl IntoView {
    view! { <Button size=ButtonSize::Small button_type=ButtonType::Submit busy>{words}</Button> }
}
