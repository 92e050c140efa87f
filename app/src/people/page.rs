use leptos::prelude::*;
use leptos_meta::Title;
use model::{
    Permission,
    chat::UserEvent,
    identity::{AccountKind, Person},
    live::{Presence, Topic},
    policy::RoleInfo,
    profile::PictureSize,
};
use ui::{Avatar, Badge, Card, Dialog, Status, Tone};

use super::{
    actions::{Actions, Deed, DeedDialog, RoleDialog},
    api::roles,
    invitations::Invitations,
    joining::JoiningCard,
    link::LinkToCopy,
    people_pages,
};
use crate::{
    chat::api::people,
    frame::{PageData, Session, shapes},
    live::{Heard, Live},
};

/// What the rows share: the roles there are, what was asked for, and what was shown once.
#[derive(Clone, Copy)]
pub(super) struct Desk {
    /// Every role.
    pub(super) roles: RwSignal<Vec<RoleInfo>>,
    /// Whose role is being changed.
    pub(super) changing: RwSignal<Option<Person>>,
    /// What is asked about before it is done, and to whom.
    pub(super) asking: RwSignal<Option<(Person, Deed)>>,
    /// Whom a reset link is for, and the link to hand over.
    pub(super) link: RwSignal<Option<(String, String)>>,
    /// Whether it is shown.
    pub(super) shown: RwSignal<bool>,
    /// Reads the list again.
    pub(super) refetch: Callback<()>,
}

/// `/people`
pub(crate) fn people_page() -> AnyView {
    let list = PageData::new("people", people);
    let desk = Desk {
        roles: RwSignal::new(Vec::new()),
        changing: RwSignal::new(None),
        asking: RwSignal::new(None),
        link: RwSignal::new(None),
        shown: RwSignal::new(false),
        refetch: Callback::new(move |()| list.refetch()),
    };
    let session = Session::expect();
    let live = Live::expect();
    let manages = [Permission::PeopleInvite, Permission::PeopleManage, Permission::SettingsManage]
        .into_iter()
        .any(|permission| session.may(permission));
    Effect::new(move |_| {
        live.listen(Topic::Presence, move |_: Heard<Presence>| list.refetch());
        live.listen(Topic::User(session.me().id), move |heard| {
            if matches!(heard, Heard::Event(UserEvent::PeopleChanged)) {
                list.refetch();
            }
        });
        if manages {
            leptos::task::spawn_local(async move {
                // Without them no role can be given; the page is of use all the same.
                drop(desk.roles.try_set(roles().await.unwrap_or_default()));
            });
        }
    });
    view! {
        <Title text="People · Nova"/>
        <div class="page-narrow people">
            {people_pages()}
            {session.may(Permission::PeopleInvite).then(|| view! { <Invitations roles=desk.roles.into()/> })}
            {session.may(Permission::SettingsManage).then(|| view! { <JoiningCard roles=desk.roles.into()/> })}
            {list.loaded("The directory could not be loaded", shapes, move |people| view! { <Directory people desk/> }.into_any())}
        </div>
        {manages.then(|| view! { <RoleDialog desk/> <DeedDialog desk/> <FreshLink desk/> })}
    }
    .into_any()
}

#[component]
fn FreshLink(desk: Desk) -> impl IntoView {
    view! {
        <Dialog id="reset-link" open=desk.shown title="A link to choose a new password">
            {move || desk.link.get().map(|(name, url)| view! {
                <p class="second">"The old password of "{name}" works no more, and all their sessions have ended. A second factor is asked for as before."</p>
                <LinkToCopy id="reset-link-url" label="Hand this link over; it works once, for a day, and is not shown again." url/>
            })}
        </Dialog>
    }
}

#[component]
fn Directory(people: Vec<Person>, desk: Desk) -> impl IntoView {
    let people: Vec<Person> = people.into_iter().filter(|person| person.kind != AccountKind::Deleted).collect();
    let note = format!("{} here, {} online", people.len(), people.iter().filter(|person| person.online).count());
    view! {
        <Card title="People" note flush=true>
            <ul class="list list--ruled">
                {people.into_iter().map(|person| view! { <PersonRow person desk/> }).collect_view()}
            </ul>
        </Card>
    }
}

#[component]
fn PersonRow(person: Person, desk: Desk) -> impl IntoView {
    let (tone, word) = match (person.active, person.online) {
        (false, _) => (Tone::Bad, "disabled"),
        (true, true) => (Tone::Ok, "online"),
        (true, false) => (Tone::Neutral, "offline"),
    };
    let (role, service) = (person.role.to_string(), person.kind == AccountKind::Service);
    view! {
        <li class="list__item">
            <span class="list__text person">
                <Avatar name=person.display_name.clone() picture=person.picture(PictureSize::Small)/>
                <span class="person__words">
                    <span class="person__name">{person.display_name.clone()}</span>
                    <span class="person__detail">{person.username.clone()}</span>
                </span>
            </span>
            {service.then(|| view! { <Badge tone=Tone::Accent>"service"</Badge> })}
            <Badge>{role}</Badge>
            {person.slowed.then(|| view! { <Badge tone=Tone::Warn>"wrong passwords"</Badge> })}
            <Status tone word/>
            {person.manageable.then(|| view! { <Actions person desk/> })}
        </li>
    }
}
