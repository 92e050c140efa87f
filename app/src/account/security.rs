//! `/account/security`: second factors, backup codes, passkeys, the password.

use leptos::prelude::*;
use leptos_meta::Title;
use model::factors::{Factors, Passkey, TotpOffer};
use ui::{
    Badge, Banner, Button, ButtonSize, ButtonType, ButtonVariant, Card, Dialog, Field, FormError, Icon, IconName,
    RelativeTime, Toaster, Tone,
};

use super::{
    account_pages,
    factors_api::{
        begin_passkey, begin_totp, confirm_totp, finish_passkey, my_factors, new_backup_codes, remove_passkey,
        remove_totp,
    },
    links::Links,
    password::ChangePassword,
};
use crate::{
    Failure,
    auth::enrol::{BackupCodes, TotpSetUp},
    frame::{Confirm, PageData, shapes},
    interop::passkey::{Ask, ask},
};

/// `/account/security`
pub(crate) fn security_page() -> AnyView {
    let own = PageData::new("factors", my_factors);
    let codes = RwSignal::new(None::<Vec<String>>);
    let show_codes = RwSignal::new(false);
    let changed = Callback::new(move |fresh: Vec<String>| {
        if !fresh.is_empty() {
            codes.set(Some(fresh));
            show_codes.set(true);
        }
        own.refetch();
    });
    view! {
        <Title text="Security · Nova"/>
        <div class="page-narrow account">
            {account_pages()}
            {own.loaded("Your second factors could not be loaded", shapes, move |factors| view! { <SecondFactors factors changed/> }.into_any())}
            <Links/>
            <ChangePassword changed=Callback::new(|()| ())/>
        </div>
        <Dialog id="backup-codes" open=show_codes title="Your backup codes">
            {move || codes.get().map(|codes| view! { <BackupCodes codes/> })}
            <div class="dialog__actions">
                <Button variant=ButtonVariant::Primary on:click=move |_| show_codes.set(false)>"I have kept them"</Button>
            </div>
        </Dialog>
    }
    .into_any()
}

#[component]
fn SecondFactors(factors: Factors, changed: Callback<Vec<String>>) -> impl IntoView {
    let (any, required, left) = (factors.any(), factors.required, factors.backup_codes_left);
    view! {
        {(!any).then(|| view! {
            <Banner tone=Tone::Accent title="Your password is all that protects your account"
                detail="With a passkey or codes from an app, a stolen password is not enough."/>
        })}
        <Card title="Second factors" flush=true>
            <ul class="sessions">
                <AppRow since=factors.totp_since.is_some() required changed/>
                {any.then(|| view! { <BackupRow left changed/> })}
            </ul>
        </Card>
        <Passkeys passkeys=factors.passkeys changed/>
    }
}

/// Tells how an action went.
fn tell<T>(toaster: Toaster, result: Result<T, Failure>, done: &'static str) -> Option<T> {
    match result {
        Ok(value) => {
            toaster.push(Tone::Ok, done);
            Some(value)
        }
        Err(failure) => {
            toaster.push(Tone::Bad, failure.0.message);
            None
        }
    }
}

#[component]
fn AppRow(since: bool, required: bool, changed: Callback<Vec<String>>) -> impl IntoView {
    let (toaster, confirm): (Toaster, Confirm) = (expect_context(), Confirm::expect());
    let offer = RwSignal::new(None::<TotpOffer>);
    let open = RwSignal::new(false);
    let begin = move |_| {
        leptos::task::spawn_local(async move {
            match confirm.with(begin_totp).await {
                Ok(fresh) => {
                    let _ = offer.try_set(Some(fresh));
                    let _ = open.try_set(true);
                }
                Err(failure) => toaster.push(Tone::Bad, failure.0.message),
            }
        });
    };
    let finish = Callback::new(move |(code, failed): (String, RwSignal<Option<Failure>>)| {
        leptos::task::spawn_local(async move {
            match confirm_totp(code).await {
                Ok(codes) => {
                    toaster.push(Tone::Ok, "Codes from your app are asked for from now on");
                    let _ = open.try_set(false);
                    changed.run(codes);
                }
                Err(failure) => drop(failed.try_set(Some(failure))),
            }
        });
    });
    let remove = move |_| {
        leptos::task::spawn_local(async move {
            if tell(toaster, confirm.with(remove_totp).await, "Codes are not asked for any more").is_some() {
                changed.run(Vec::new());
            }
        });
    };
    view! {
        <li class="session">
            <span class="session__icon"><Icon name=IconName::Clock/></span>
            <div>
                <p class="session__name">"Authenticator app" {since.then(|| view! { " "<Badge tone=Tone::Ok>"on"</Badge> })}</p>
                <p class="session__detail">
                    {if required { "A code that changes every 30 seconds. Your role asks for a second factor." } else { "A code that changes every 30 seconds." }}
                </p>
            </div>
            {if since {
                view! { <Button size=ButtonSize::Small on:click=remove>"Remove"</Button> }.into_any()
            } else {
                view! { <Button size=ButtonSize::Small variant=ButtonVariant::Primary on:click=begin>"Set up"</Button> }.into_any()
            }}
        </li>
        <Dialog id="totp" open title="Set up an authenticator app">
            {move || offer.get().map(|offer| view! { <TotpSetUp offer confirm=finish/> })}
        </Dialog>
    }
}

#[component]
fn BackupRow(left: u32, changed: Callback<Vec<String>>) -> impl IntoView {
    let (toaster, confirm): (Toaster, Confirm) = (expect_context(), Confirm::expect());
    let fresh = move |_| {
        leptos::task::spawn_local(async move {
            match confirm.with(new_backup_codes).await {
                Ok(codes) => changed.run(codes),
                Err(failure) => toaster.push(Tone::Bad, failure.0.message),
            }
        });
    };
    view! {
        <li class="session">
            <span class="session__icon"><Icon name=IconName::File/></span>
            <div>
                <p class="session__name">"Backup codes" {(left < 3).then(|| view! { " "<Badge tone=Tone::Warn>"few left"</Badge> })}</p>
                <p class="session__detail">{left}" of 10 left. For the day your device is gone."</p>
            </div>
            <Button size=ButtonSize::Small on:click=fresh>"Make new ones"</Button>
        </li>
    }
}

#[component]
fn Passkeys(passkeys: Vec<Passkey>, changed: Callback<Vec<String>>) -> impl IntoView {
    let (toaster, confirm): (Toaster, Confirm) = (expect_context(), Confirm::expect());
    let (name, failed, busy) = (RwSignal::new(String::new()), RwSignal::new(None::<String>), RwSignal::new(false));
    let add = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        busy.set(true);
        failed.set(None);
        leptos::task::spawn_local(async move {
            let added = async {
                let challenge = confirm.with(begin_passkey).await.map_err(|failure| failure.0.message)?;
                let credential = ask(Ask::Create, &challenge.options).await?;
                let name = match name.get_untracked() {
                    empty if empty.trim().is_empty() => "Passkey".to_owned(),
                    name => name,
                };
                finish_passkey(challenge.ceremony, credential, name).await.map_err(|failure| failure.0.message)
            };
            match added.await {
                Ok((_, codes)) => {
                    toaster.push(Tone::Ok, "The passkey is added");
                    let _ = name.try_set(String::new());
                    changed.run(codes);
                }
                Err(why) => drop(failed.try_set(Some(why))),
            }
            let _ = busy.try_set(false);
        });
    };
    let empty = passkeys.is_empty();
    view! {
        <Card title="Passkeys">
            {empty.then(|| view! { <p class="second">"A passkey replaces password and code: your device or security key signs you in, and no site but this one can use it."</p> })}
            {(!empty).then(|| view! {
                <ul class="sessions">
                    {passkeys.into_iter().map(|passkey| view! { <PasskeyRow passkey changed/> }).collect_view()}
                </ul>
            })}
            <form class="settings__form" on:submit=add>
                <Field name="passkey" label="Name for a new passkey" placeholder="Laptop, phone, security key" value=name/>
                <FormError error=failed/>
                <div class="settings__actions">
                    <Button button_type=ButtonType::Submit icon=IconName::Plus busy>"Add a passkey"</Button>
                </div>
            </form>
        </Card>
    }
}

#[component]
fn PasskeyRow(passkey: Passkey, changed: Callback<Vec<String>>) -> impl IntoView {
    let (toaster, confirm): (Toaster, Confirm) = (expect_context(), Confirm::expect());
    let Passkey { id, name, created_at, last_used_at } = passkey;
    let remove = move |_| {
        leptos::task::spawn_local(async move {
            if tell(toaster, confirm.with(|| remove_passkey(id)).await, "The passkey is removed").is_some() {
                changed.run(Vec::new());
            }
        });
    };
    let label = format!("Remove the passkey {name}");
    view! {
        <li class="session">
            <span class="session__icon"><Icon name=IconName::Key/></span>
            <div>
                <p class="session__name">{name}</p>
                <p class="session__detail">
                    "added "<RelativeTime at=created_at.0/>
                    {last_used_at.map(|at| view! { ", last used "<RelativeTime at=at.0/> })}
                </p>
            </div>
            <Button size=ButtonSize::Small on:click=remove attr:aria-label=label>"Remove"</Button>
        </li>
    }
}
