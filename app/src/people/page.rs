use leptos::prelude::*;
use leptos_meta::Title;
use model::{
    Permission,
    chat::UserEvent,
    identity::Person,
    live::{Presence, Topic},
};
use ui::{Avatar, Badge, Card, IconName, Menu, MenuItem, Status, Toaster, Tone};

use super::{
    api::{lift_wait, set_active},
    invitations::Invitations,
};
use crate::{
    chat::api::people,
    frame::{PageData, Session, shapes},
    live::{Heard, Live},
};

/// `/people`
pub(crate) fn people_page() -> AnyView {
    let list = PageData::new("people", people);
    let refetch = Callback::new(move |()| list.refetch());
    let session = Session::expect();
    let live = Live::expect();
    Effect::new(move |_| {
        live.listen(Topic::Presence, move |_: Heard<Presence>| list.refetch());
        live.listen(Topic::User(session.me().id), move |heard| {
            if matches!(heard, Heard::Event(UserEvent::PeopleChanged)) {
                list.refetch();
            }
        });
    });
    view! {
        <Title text="People · Nova"/>
        <div class="page-narrow people">
            {session.may(Permission::PeopleInvite).then(|| view! { <Invitations/> })}
            {list.loaded("The directory could not be loaded", shapes, move |people| view! { <Directory people refetch/> }.into_any())}
        </div>
    }
    .into_any()
}

#[component]
fn Directory(people: Vec<Person>, refetch: Callback<()>) -> impl IntoView {
    let note = format!("{} here, {} online", people.len(), people.iter().filter(|person| person.online).count());
    view! {
        <Card title="People" note flush=true>
            <ul class="list list--ruled">
                {people.into_iter().map(|person| view! { <PersonRow person refetch/> }).collect_view()}
            </ul>
        </Card>
    }
}

#[component]
fn PersonRow(person: Person, refetch: Callback<()>) -> impl IntoView {
    let session = Session::expect();
    let toaster: Toaster = expect_context();
    let Person { id, username, display_name, role, active, online, slowed } = person;
    let manageable =
        session.may(Permission::PeopleInvite) && id != session.me().id && session.me().role.may_grant(role);
    let (tone, word) = match (active, online) {
        (false, _) => (Tone::Bad, "disabled"),
        (true, true) => (Tone::Ok, "online"),
        (true, false) => (Tone::Neutral, "offline"),
    };
    let toggle = Callback::new(move |()| {
        leptos::task::spawn_local(async move {
            match set_active(id, !active).await {
                Ok(()) => toaster
                    .push(Tone::Ok, if active { "Signed out everywhere and disabled" } else { "May sign in again" }),
                Err(failure) => toaster.push(Tone::Bad, failure.0.message),
            }
            refetch.run(());
        });
    });
    let lift = Callback::new(move |()| {
        leptos::task::spawn_local(async move {
            match lift_wait(id).await {
                Ok(()) => toaster.push(Tone::Ok, "May try to sign in again at once"),
                Err(failure) => toaster.push(Tone::Bad, failure.0.message),
            }
            refetch.run(());
        });
    });
    view! {
        <li class="list__item">
            <span class="list__text person">
                <Avatar name=display_name.clone()/>
                <span class="person__words">
                    <span class="person__name">{display_name.clone()}</span>
                    <span class="person__detail">{username}</span>
                </span>
            </span>
            <Badge>{role.name()}</Badge>
            {slowed.then(|| view! { <Badge tone=Tone::Warn>"wrong passwords"</Badge> })}
            <Status tone word/>
            {manageable.then(|| view! {
                <Menu id=format!("person-{id}") label=format!("Actions for {display_name}")>
                    {slowed.then(|| view! { <MenuItem icon=IconName::Check on_select=lift>"Let try again at once"</MenuItem> })}
                    {if active {
                        view! { <MenuItem icon=IconName::Lock danger=true on_select=toggle>"Disable"</MenuItem> }.into_any()
                    } else {
                        view! { <MenuItem icon=IconName::Check on_select=toggle>"Enable"</MenuItem> }.into_any()
                    }}
                </Menu>
            })}
        </li>
    }
}
