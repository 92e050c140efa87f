use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::{LazyRoute, lazy_route};
use model::{
    Permission,
    chat::UserEvent,
    identity::Person,
    live::{Event, Topic},
};
use ui::{Avatar, Badge, Card, ErrorState, IconName, Menu, MenuItem, Skeleton, Status, Toaster, Tone};

use super::{api::set_active, invitations::Invitations};
use crate::{
    Failure,
    chat::api::people,
    frame::Session,
    live::{Heard, Live},
};

/// `/people`
pub(crate) struct PeoplePage {
    people: Resource<Result<Vec<Person>, Failure>>,
}

#[lazy_route]
impl LazyRoute for PeoplePage {
    fn data() -> Self {
        Self { people: Resource::new_blocking(|| (), |()| people()) }
    }

    fn view(this: Self) -> AnyView {
        let list = this.people;
        let session = Session::expect();
        let live = Live::expect();
        Effect::new(move |_| {
            live.listen(Topic::Presence, move |_| list.refetch());
            live.listen(Topic::User(session.me().id), move |heard| {
                if matches!(heard, Heard::Event(Event::User(UserEvent::PeopleChanged))) {
                    list.refetch();
                }
            });
        });
        view! {
            <Title text="People · Nova"/>
            <div class="page-narrow people">
                {session.may(Permission::PeopleInvite).then(|| view! { <Invitations/> })}
                <Transition fallback=|| view! { <Skeleton count=4/> }>
                    {move || Suspend::new(async move {
                        match list.await {
                            Ok(people) => view! { <Directory people refetch=Callback::new(move |()| list.refetch())/> }.into_any(),
                            Err(failure) => view! {
                                <ErrorState title="The directory could not be loaded" why=failure.0.message
                                    request_id=failure.0.request_id.unwrap_or_default()
                                    on_retry=Callback::new(move |()| list.refetch())/>
                            }
                            .into_any(),
                        }
                    })}
                </Transition>
            </div>
        }
        .into_any()
    }
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
    let Person { id, username, display_name, role, active, online } = person;
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
    view! {
        <li class="list__item">
            <span class="list__text person">
                <Avatar name=display_name.clone()/>
                <span class="person__name">{display_name.clone()}</span>
                <span class="person__detail">{username}</span>
            </span>
            <Badge>{role.name()}</Badge>
            <Status tone word/>
            {manageable.then(|| view! {
                <Menu id=format!("person-{id}") label=format!("Actions for {display_name}")>
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
