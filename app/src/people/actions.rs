//! What an admin does to an account.

use std::future::Future;

use leptos::prelude::*;
use model::{Role, identity::Person};
use ui::{Button, ButtonVariant, ConfirmDialog, Dialog, IconName, Menu, MenuItem, Select, Toaster, Tone};

use super::{
    api::{lift_wait, make_reset_link, reset_factors, set_active, set_role},
    invitations::describe,
    page::Desk,
};
use crate::{Failure, frame::Confirm, interop::picture};

/// Does it, after confirming where needed, tells how it went, and reads the list again.
fn act<F>(desk: Desk, done: &'static str, action: impl Fn() -> F + 'static)
where
    F: Future<Output = Result<(), Failure>> + 'static,
{
    let (toaster, confirm): (Toaster, Confirm) = (expect_context(), Confirm::expect());
    leptos::task::spawn_local(async move {
        match confirm.with(action).await {
            Ok(()) => toaster.push(Tone::Ok, done),
            Err(failure) => toaster.push(Tone::Bad, failure.0.message),
        }
        desk.refetch.run(());
    });
}

#[component]
pub(super) fn Actions(person: Person, desk: Desk) -> impl IntoView {
    let (toaster, confirm): (Toaster, Confirm) = (expect_context(), Confirm::expect());
    let owner = Owner::current();
    // A menu's choice comes from outside of the page's own ownership.
    let within = move |run: Box<dyn FnOnce()>| match &owner {
        Some(owner) => owner.with(run),
        None => run(),
    };
    let within = StoredValue::new_local(within);
    let (id, active, name) = (person.id, person.active, person.display_name.clone());
    let (asking, resetting) = (RwSignal::new(false), RwSignal::new(false));
    let toggle = Callback::new(move |()| {
        let done = if active { "Signed out everywhere and disabled" } else { "May sign in again" };
        within.with_value(|within| within(Box::new(move || act(desk, done, move || set_active(id, !active)))));
    });
    let lift = Callback::new(move |()| {
        within.with_value(|within| {
            within(Box::new(move || act(desk, "May try to sign in again at once", move || lift_wait(id))))
        });
    });
    let factors = Callback::new(move |()| {
        asking.set(false);
        within.with_value(|within| {
            within(Box::new(move || act(desk, "Their second factors are removed", move || reset_factors(id))))
        });
    });
    let pictured = person.avatar.is_some();
    let picture = Callback::new(move |()| {
        let remove = move || async move { picture::remove(&format!("/api/people/{id}/avatar")).await.map_err(Failure) };
        within.with_value(|within| within(Box::new(move || act(desk, "Their picture is removed", remove))));
    });
    let for_whom = name.clone();
    let password = Callback::new(move |()| {
        resetting.set(false);
        let name = for_whom.clone();
        leptos::task::spawn_local(async move {
            match confirm.with(|| make_reset_link(id)).await {
                Ok(url) => {
                    let _ = desk.link.try_set(Some((name, url)));
                    let _ = desk.shown.try_set(true);
                }
                Err(failure) => toaster.push(Tone::Bad, failure.0.message),
            }
        });
    });
    let role = {
        let person = person.clone();
        Callback::new(move |()| desk.changing.set(Some(person.clone())))
    };
    view! {
        <Menu id=format!("person-{id}") label=format!("Actions for {name}")>
            {person.slowed.then(|| view! { <MenuItem icon=IconName::Check on_select=lift>"Let try again at once"</MenuItem> })}
            <MenuItem icon=IconName::User on_select=role>"Change role"</MenuItem>
            <MenuItem icon=IconName::Key on_select=Callback::new(move |()| resetting.set(true))>"Reset password"</MenuItem>
            <MenuItem icon=IconName::Shield on_select=Callback::new(move |()| asking.set(true))>"Remove second factors"</MenuItem>
            {pictured.then(|| view! { <MenuItem icon=IconName::Trash on_select=picture>"Remove picture"</MenuItem> })}
            {if active {
                view! { <MenuItem icon=IconName::Lock danger=true on_select=toggle>"Disable"</MenuItem> }.into_any()
            } else {
                view! { <MenuItem icon=IconName::Check on_select=toggle>"Enable"</MenuItem> }.into_any()
            }}
        </Menu>
        <ConfirmDialog id="remove-factors" open=asking title=format!("Remove the second factors of {name}?")
            text="Their app, passkeys and backup codes work no more, and all their sessions end. Do it only for someone you know is asking."
            confirm="Remove them" on_confirm=factors/>
        <ConfirmDialog id="reset-password" open=resetting title=format!("Reset the password of {name}?")
            text="Their present password works no more and all their sessions end. You get a link to hand over, with which they choose a new one."
            confirm="Reset it" on_confirm=password/>
    }
}

/// Choosing another role for someone.
#[component]
pub(super) fn RoleDialog(desk: Desk) -> impl IntoView {
    let open = RwSignal::new(false);
    let role = RwSignal::new(String::new());
    let busy = RwSignal::new(false);
    let (toaster, confirm): (Toaster, Confirm) = (expect_context(), Confirm::expect());
    Effect::new(move |_| {
        if let Some(person) = desk.changing.get() {
            role.set(person.role.to_string());
            open.set(true);
        }
    });
    let save = move |_| {
        let Some(person) = desk.changing.get_untracked() else { return };
        let Ok(chosen) = role.get_untracked().parse::<Role>() else { return };
        busy.set(true);
        // The box that may ask who one is takes this one's place.
        open.set(false);
        leptos::task::spawn_local(async move {
            match confirm.with(|| set_role(person.id, chosen.clone())).await {
                Ok(()) => toaster.push(Tone::Ok, format!("{} is {chosen} now", person.display_name)),
                Err(failure) => toaster.push(Tone::Bad, failure.0.message),
            }
            let _ = busy.try_set(false);
            desk.refetch.run(());
        });
    };
    let options = move || -> Vec<(String, String)> {
        let grantable = desk.roles.get().into_iter().filter(|info| info.grantable);
        grantable.map(|info| (info.role.to_string(), describe(&info.role))).collect()
    };
    view! {
        <Dialog id="change-role" open title=move || desk.changing.get().map_or_else(String::new, |person| format!("The role of {}", person.display_name))>
            {move || view! { <Select name="new-role" label="Role" options=options() value=role hint="In force at once: shells they may not have any more end."/> }}
            <div class="dialog__actions">
                <Button on:click=move |_| open.set(false)>"Cancel"</Button>
                <Button variant=ButtonVariant::Primary busy on:click=save>"Change the role"</Button>
            </div>
        </Dialog>
    }
}
