//! Service accounts: names programs act under.

use leptos::prelude::*;
use model::{Role, keys::ServiceAccount};
use ui::{Badge, Button, ButtonSize, ButtonType, Card, Field, FormError, Select, Toaster, Tone};

use super::keys_api::add_service_account;
use crate::{Failure, frame::Confirm, people::api::roles};

#[component]
pub(super) fn ServiceAccounts(accounts: Signal<Vec<ServiceAccount>>, changed: Callback<()>) -> impl IntoView {
    let (toaster, confirm): (Toaster, Confirm) = (expect_context(), Confirm::expect());
    let (username, role) = (RwSignal::new(String::new()), RwSignal::new(Role::Viewer.name().to_owned()));
    let (busy, failed) = (RwSignal::new(false), RwSignal::new(None::<Failure>));
    let options = RwSignal::new(Vec::<(String, String)>::new());
    Effect::new(move |_| {
        leptos::task::spawn_local(async move {
            // Without the list no account can be made; making one says why.
            let all = roles().await.unwrap_or_default();
            let grantable = all.into_iter().filter(|info| info.grantable);
            drop(options.try_set(grantable.map(|info| (info.role.to_string(), info.role.to_string())).collect()));
        });
    });
    let add = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        failed.set(None);
        let Ok(chosen) = role.get_untracked().parse::<Role>() else { return };
        busy.set(true);
        leptos::task::spawn_local(async move {
            match confirm.with(|| add_service_account(username.get_untracked(), chosen.clone())).await {
                Ok(_) => {
                    toaster.push(Tone::Ok, "The service account is made: give it a key above");
                    let _ = username.try_set(String::new());
                    changed.run(());
                }
                Err(failure) => drop(failed.try_set(Some(failure))),
            }
            let _ = busy.try_set(false);
        });
    };
    view! {
        <Card title="Service accounts">
            <p class="second">"For programs that belong to nobody in particular: they outlive the person who set them up, and nobody signs in to them."</p>
            <ul class="sessions">
                <For each=move || accounts.get() key=|account| account.id let(account)>
                    <li class="session">
                        <span></span>
                        <p class="session__name">{account.username}" "<Badge>{account.role.to_string()}</Badge></p>
                        {(!account.active).then(|| view! { <Badge tone=Tone::Bad>"disabled"</Badge> })}
                    </li>
                </For>
            </ul>
            <form class="settings__form" on:submit=add>
                <Field name="service-name" label="User name" required=true value=username
                    error=Signal::derive(move || failed.with(|failed| failed.as_ref()?.at("username")))/>
                {move || view! { <Select name="service-role" label="It may do what this role may" options=options.get() value=role/> }}
                <FormError error=Signal::derive(move || failed.with(|failed| failed.as_ref()?.beside(&["username"])))/>
                <div class="settings__actions"><Button size=ButtonSize::Small button_type=ButtonType::Submit busy>"Make a service account"</Button></div>
            </form>
        </Card>
    }
}
