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

/// What is asked about before it is done.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Deed {
    /// Their app, passkeys and backup codes go.
    RemoveFactors,
    /// Their password goes; there is a link to hand over.
    ResetPassword,
}

impl Deed {
    fn question(self, name: &str) -> String {
        match self {
            Self::RemoveFactors => format!("Remove the second factors of {name}?"),
            Self::ResetPassword => format!("Reset the password of {name}?"),
        }
    }

    const fn consequence(self) -> &'static str {
        match self {
            Self::RemoveFactors => {
                "Their app, passkeys and backup codes work no more, and all their sessions end. Do it only for someone \
                 you know is asking."
            }
            Self::ResetPassword => {
                "Their present password works no more and all their sessions end. You get a link to hand over, with \
                 which they choose a new one."
            }
        }
    }

    const fn verb(self) -> &'static str {
        match self {
            Self::RemoveFactors => "Remove them",
            Self::ResetPassword => "Reset it",
        }
    }
}

#[component]
pub(super) fn Actions(person: Person, desk: Desk) -> impl IntoView {
    let owner = Owner::current();
    // A menu's choice comes from outside of the page's own ownership.
    let within = move |run: Box<dyn FnOnce()>| match &owner {
        Some(owner) => owner.with(run),
        None => run(),
    };
    let within = StoredValue::new(within);
    let (id, active, name) = (person.id, person.active, person.display_name.clone());
    let toggle = Callback::new(move |()| {
        let done = if active { "Signed out everywhere and disabled" } else { "May sign in again" };
        within.with_value(|within| within(Box::new(move || act(desk, done, move || set_active(id, !active)))));
    });
    let lift = Callback::new(move |()| {
        within.with_value(|within| {
            within(Box::new(move || act(desk, "May try to sign in again at once", move || lift_wait(id))))
        });
    });
    let (slowed, pictured) = (person.slowed, person.avatar.is_some());
    let person = StoredValue::new(person);
    let role = Callback::new(move |()| desk.changing.set(Some(person.get_value())));
    let ask = move |deed| Callback::new(move |()| desk.asking.set(Some((person.get_value(), deed))));
    let picture = Callback::new(move |()| {
        let remove = move || async move { picture::remove(&format!("/api/people/{id}/avatar")).await.map_err(Failure) };
        within.with_value(|within| within(Box::new(move || act(desk, "Their picture is removed", remove))));
    });
    view! {
        <Menu id=format!("person-{id}") label=format!("Actions for {name}")>
            {slowed.then(|| view! { <MenuItem icon=IconName::Check on_select=lift>"Let try again at once"</MenuItem> })}
            <MenuItem icon=IconName::User on_select=role>"Change role"</MenuItem>
            <MenuItem icon=IconName::Key on_select=ask(Deed::ResetPassword)>"Reset password"</MenuItem>
            <MenuItem icon=IconName::Shield on_select=ask(Deed::RemoveFactors)>"Remove second factors"</MenuItem>
            {pictured.then(|| view! { <MenuItem icon=IconName::Trash on_select=picture>"Remove picture"</MenuItem> })}
            {if active {
                view! { <MenuItem icon=IconName::Lock danger=true on_select=toggle>"Disable"</MenuItem> }.into_any()
            } else {
                view! { <MenuItem icon=IconName::Check on_select=toggle>"Enable"</MenuItem> }.into_any()
            }}
        </Menu>
    }
}

/// Asks before what cannot be undone, then does it.
#[component]
pub(super) fn DeedDialog(desk: Desk) -> impl IntoView {
    let open = RwSignal::new(false);
    let (toaster, confirm): (Toaster, Confirm) = (expect_context(), Confirm::expect());
    Effect::new(move |_| {
        if desk.asking.with(Option::is_some) {
            open.set(true);
        }
    });
    let sure = Callback::new(move |()| {
        let Some((person, deed)) = desk.asking.get_untracked() else { return };
        // The box that may ask who one is takes this one's place.
        open.set(false);
        match deed {
            Deed::RemoveFactors => {
                act(desk, "Their second factors are removed", move || reset_factors(person.id));
            }
            Deed::ResetPassword => leptos::task::spawn_local(async move {
                match confirm.with(|| make_reset_link(person.id)).await {
                    Ok(url) => {
                        let _ = desk.link.try_set(Some((person.display_name, url)));
                        let _ = desk.shown.try_set(true);
                    }
                    Err(failure) => toaster.push(Tone::Bad, failure.0.message),
                }
            }),
        }
    });
    let words = move |words: fn(Deed, &str) -> String| {
        desk.asking.with(|asking| asking.as_ref().map(|(person, deed)| words(*deed, &person.display_name)))
    };
    view! {
        <ConfirmDialog id="sure" open on_confirm=sure
            title=move || words(Deed::question).unwrap_or_default()
            text=move || words(|deed, _| deed.consequence().to_owned()).unwrap_or_default()
            confirm=move || words(|deed, _| deed.verb().to_owned()).unwrap_or_default()/>
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
