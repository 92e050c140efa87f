//! Rooms and people.

use leptos::prelude::*;
use leptos_router::{NavigateOptions, components::A, hooks::use_navigate};
use model::{
    Permission, RoomId,
    chat::{Room, RoomKind},
    identity::Person,
    profile::PictureSize,
};
use ui::{Avatar, AvatarSize, ButtonSize, Count, Icon, IconButton, IconName, Status, Toaster, Tone};

use super::{api::open_direct, page::Directory, rooms::Rooms};
use crate::frame::{Session, Unread};

#[component]
pub(crate) fn Sidebar(directory: Directory, current: Memo<Option<RoomId>>) -> impl IntoView {
    let unread: Unread = expect_context();
    let shared = move || {
        unread
            .rooms
            .with(|rooms| rooms.iter().filter(|room| room.kind == RoomKind::Shared).cloned().collect::<Vec<_>>())
    };
    let (rooms, session) = (Rooms::expect(), Session::expect());
    let (me, makes) = (session.me().id, session.may(Permission::RoomsManage));
    view! {
        <aside class="chat__rooms" aria-label="Rooms and people">
            <div class="rooms__heading">
                <h2>"Rooms"</h2>
                {makes.then(|| view! {
                    <IconButton icon=IconName::Plus label="New room" size=ButtonSize::Small on:click=move |_| rooms.edit(None)/>
                })}
            </div>
            <ul>
                <For each=shared key=|room| room.id let(room)>
                    <RoomRow id=room.id current/>
                </For>
            </ul>
            <Show when=move || unread.rooms.with(|rooms| rooms.iter().all(|room| room.kind != RoomKind::Shared))>
                <p class="rooms__none">"No room is open to you."</p>
            </Show>
            <Archived current/>
            <h2 class="rooms__heading">"People"</h2>
            <ul>
                <For each=move || directory.0.get() key=|person| (person.id, person.online, person.active, person.avatar.clone()) let(person)>
                    <PersonRow person me current/>
                </For>
            </ul>
        </aside>
    }
}

/// The rooms that are only read, when asked for.
#[component]
fn Archived(current: Memo<Option<RoomId>>) -> impl IntoView {
    let rooms = Rooms::expect();
    let shown = rooms.shows_archived;
    view! {
        <button type="button" class="room-link room-link--archived"
            aria-expanded=move || if shown.get() { "true" } else { "false" } on:click=move |_| rooms.toggle_archived()>
            <Icon name=IconName::Archive/>
            <span class="room-link__name">"Archived rooms"</span>
        </button>
        <Show when=move || shown.get()>
            <ul aria-label="Archived rooms">
                <For each=move || rooms.archived.get() key=|room| (room.id, room.name.clone()) let(room)>
                    <li>
                        <A href=format!("/chat/{}", room.id) attr:class="room-link room-link--archived"
                            attr:aria-current=move || (current.get() == Some(room.id)).then_some("page")>
                            <Icon name=IconName::Hash/>
                            <span class="room-link__name">{room.name}</span>
                        </A>
                    </li>
                </For>
            </ul>
            <Show when=move || rooms.archived.with(Vec::is_empty)>
                <p class="rooms__none">"No room is archived."</p>
            </Show>
        </Show>
    }
}

fn count_of(room: Option<Room>) -> u32 {
    room.map_or(0, |room| u32::try_from(room.unread()).unwrap_or(u32::MAX))
}

#[component]
fn RoomRow(id: RoomId, current: Memo<Option<RoomId>>) -> impl IntoView {
    let unread: Unread = expect_context();
    let room = Memo::new(move |_| unread.rooms.with(|rooms| rooms.iter().find(|room| room.id == id).cloned()));
    let count = Signal::derive(move || count_of(room.get()));
    view! {
        <li>
            <A href=format!("/chat/{id}") attr:class="room-link" attr:aria-current=move || (current.get() == Some(id)).then_some("page")
                class:room-link--unread=move || count.get() != 0>
                <Icon name=IconName::Hash/>
                <span class="room-link__name">{move || room.with(|room| room.as_ref().map(|room| room.name.clone()))}</span>
                <Show when=move || count.get() != 0><Count value=count what="unread messages"/></Show>
            </A>
        </li>
    }
}

#[component]
fn PersonRow(person: Person, me: model::UserId, current: Memo<Option<RoomId>>) -> impl IntoView {
    let unread: Unread = expect_context();
    let toaster: Toaster = expect_context();
    let navigate = use_navigate();
    let picture = person.picture(PictureSize::Small);
    let Person { id, display_name, active, online, .. } = person;
    let room = Memo::new(move |_| {
        unread.rooms.with(|rooms| {
            rooms
                .iter()
                .find(|room| {
                    room.kind == RoomKind::Direct && (room.partner == Some(id) || (id == me && room.partner.is_none()))
                })
                .cloned()
        })
    });
    let count = Signal::derive(move || count_of(room.get()));
    let open = move |_| {
        let navigate = navigate.clone();
        leptos::task::spawn_local(async move {
            match open_direct(id).await {
                Ok(room) => {
                    let path = format!("/chat/{}", room.id);
                    unread.merge(room);
                    navigate(&path, NavigateOptions::default());
                }
                Err(failure) => toaster.push(Tone::Bad, failure.0.message),
            }
        });
    };
    let (tone, word) = match (active, online) {
        (false, _) => (Tone::Bad, "disabled"),
        (true, true) => (Tone::Ok, "online"),
        (true, false) => (Tone::Neutral, "offline"),
    };
    let here = move || room.with(|room| room.as_ref().map(|room| room.id)).is_some_and(|id| current.get() == Some(id));
    view! {
        <li>
            <button type="button" class="room-link" class:room-link--unread=move || count.get() != 0 aria-current=move || here().then_some("page") on:click=open>
                <span class="room-link__face">
                    <Avatar name=display_name.clone() size=AvatarSize::Small picture/>
                    <Status tone word dot_only=true/>
                </span>
                <span class="room-link__name">{display_name}{(id == me).then_some(" (you)")}</span>
                <Show when=move || count.get() != 0><Count value=count what="unread messages"/></Show>
            </button>
        </li>
    }
}
