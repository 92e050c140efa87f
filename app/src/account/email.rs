//! One's e-mail address: verified, waiting for its link to be opened, or none.

use leptos::prelude::*;
use model::identity::OwnEmail;
use ui::{Badge, Button, ButtonSize, ButtonType, Card, Field, Toaster, Tone};

use super::api::{my_email, send_verification, set_email};
use crate::frame::{Confirm, PageData, shapes};

#[component]
pub(crate) fn EmailCard() -> impl IntoView {
    let own = PageData::new("email", my_email);
    let changed = Callback::new(move |()| own.refetch());
    own.loaded("Your e-mail address could not be loaded", shapes, move |own| {
        view! { <Address own changed/> }.into_any()
    })
}

#[component]
fn Address(own: OwnEmail, changed: Callback<()>) -> impl IntoView {
    let (toaster, confirm): (Toaster, Confirm) = (expect_context(), Confirm::expect());
    let OwnEmail { address, verified_at, waiting, mail } = own;
    let value = RwSignal::new(waiting.clone().or_else(|| address.clone()).unwrap_or_default());
    let before = value.get_untracked();
    let (busy, error) = (RwSignal::new(false), RwSignal::new(None::<String>));
    let done = if mail { "A link is on its way" } else { "Saved" };
    let put = move |email: String, done: &'static str| {
        busy.set(true);
        error.set(None);
        leptos::task::spawn_local(async move {
            match confirm.with(|| set_email(email.clone())).await {
                Ok(()) => {
                    toaster.push(Tone::Ok, done);
                    changed.run(());
                }
                Err(failure) => drop(error.try_set(Some(failure.0.message))),
            }
            let _ = busy.try_set(false);
        });
    };
    let save = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        put(value.get_untracked(), done);
    };
    let unchanged = Signal::derive(move || value.with(|value| value.trim().is_empty() || *value == before));
    let removable = address.is_some();
    let unverified = address.is_some() && verified_at.is_none() && waiting.is_none() && mail;
    let hint =
        if mail { "A link is sent there; the address is yours once you open it." } else { "You can sign in with it." };
    view! {
        <Card title="E-mail">
            {address.map(|address| view! {
                <p class="row">
                    <span class="settings__title">{address}</span>
                    {match verified_at {
                        Some(_) => view! { <Badge tone=Tone::Ok>"verified"</Badge> },
                        None => view! { <Badge>"not verified"</Badge> },
                    }}
                </p>
            })}
            {waiting.map(|waiting| view! {
                <div class="row" role="status">
                    <p class="settings__text">"Open the link that was sent to "{waiting}" within a day."</p>
                    <SendAgain words="Send it again" changed/>
                </div>
            })}
            {unverified.then(|| view! { <SendAgain words="Send a link to verify it" changed/> })}
            <form class="settings__form" method="post" action="/api/set_email" on:submit=save>
                <Field name="email" label="Address" input_type="email" autocomplete="email" hint value error/>
                <div class="settings__actions">
                    <Button button_type=ButtonType::Submit busy disabled=unchanged>"Save"</Button>
                    {removable.then(|| view! {
                        <Button busy on:click=move |_| put(String::new(), "Your account has no address any more")>"Remove"</Button>
                    })}
                </div>
            </form>
        </Card>
    }
}

#[component]
fn SendAgain(words: &'static str, changed: Callback<()>) -> impl IntoView {
    let toaster: Toaster = expect_context();
    let busy = RwSignal::new(false);
    let send = move |_| {
        busy.set(true);
        leptos::task::spawn_local(async move {
            match send_verification().await {
                Ok(()) => toaster.push(Tone::Ok, "A link is on its way"),
                Err(failure) => toaster.push(Tone::Bad, failure.0.message),
            }
            let _ = busy.try_set(false);
            changed.run(());
        });
    };
    view! { <Button size=ButtonSize::Small busy on:click=send>{words}</Button> }
}
