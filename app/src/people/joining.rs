//! Deciding who may join, and as what.

use leptos::prelude::*;
use model::{
    joining::{Joining, Registration, is_for_strangers},
    policy::RoleInfo,
};
use ui::{Button, Card, Select, Toaster, Tone};

use super::{
    api::{set_joining, who_may_join},
    invitations::describe,
};
use crate::frame::Confirm;

#[component]
pub(super) fn JoiningCard(roles: Signal<Vec<RoleInfo>>) -> impl IntoView {
    let toaster: Toaster = expect_context();
    // Read by the browser alone: the page is of use before it is there.
    let now = RwSignal::new(None::<Joining>);
    Effect::new(move |_| {
        leptos::task::spawn_local(async move {
            match who_may_join().await {
                Ok(found) => drop(now.try_set(Some(found))),
                Err(failure) => toaster.push(Tone::Bad, failure.0.message),
            }
        });
    });
    view! {
        <Card title="Joining">
            {move || now.get().map(|joining| view! { <JoiningForm joining roles/> })}
        </Card>
    }
}

#[component]
fn JoiningForm(joining: Joining, roles: Signal<Vec<RoleInfo>>) -> impl IntoView {
    let (toaster, confirm): (Toaster, Confirm) = (expect_context(), Confirm::expect());
    let registration = RwSignal::new(joining.registration.to_string());
    let role = RwSignal::new(joining.role.to_string());
    let busy = RwSignal::new(false);
    let save = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let (Ok(registration), Ok(role)) = (registration.get_untracked().parse(), role.get_untracked().parse()) else {
            return;
        };
        let joining = Joining { registration, role };
        busy.set(true);
        leptos::task::spawn_local(async move {
            match confirm.with(|| set_joining(joining.clone())).await {
                Ok(()) => toaster.push(Tone::Ok, "Saved"),
                Err(failure) => toaster.push(Tone::Bad, failure.0.message),
            }
            let _ = busy.try_set(false);
        });
    };
    let ways: Vec<(String, String)> =
        Registration::ALL.iter().map(|each| (each.to_string(), each.about().to_owned())).collect();
    let harmless = |info: &RoleInfo| info.grantable && is_for_strangers(&info.grants);
    let options = move || -> Vec<(String, String)> {
        let roles = roles.get().into_iter().filter(harmless);
        roles.map(|info| (info.role.to_string(), describe(&info.role))).collect()
    };
    let open = move || registration.with(|name| name == Registration::Open.name());
    view! {
        <form class="settings__form" on:submit=save>
            <Select name="registration" label="Who may join" options=ways value=registration/>
            <Show when=open>
                {move || view! {
                    <Select name="registration-role" label="Who joins by themselves becomes" options=options() value=role
                        hint="Where mail is set up, they verify an address first."/>
                }}
            </Show>
            <div class="settings__actions">
                <Button button_type=ui::ButtonType::Submit busy>"Save"</Button>
            </div>
        </form>
    }
}
