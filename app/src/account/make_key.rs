//! The form by which a key is made.

use leptos::prelude::*;
use model::{
    Permission,
    keys::{KeyRequest, NewKey, ServiceAccount},
    policy::Network,
};
use ui::{Button, ButtonType, ButtonVariant, Card, Field, FormError, IconName, Select};

use super::keys_api::make_key;
use crate::{
    Failure,
    frame::{Confirm, Session},
};

#[component]
pub(super) fn MakeKey(made: Callback<Option<NewKey>>, accounts: Signal<Vec<ServiceAccount>>) -> impl IntoView {
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
