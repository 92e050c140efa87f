//! The line over a conversation: what it is, and what can be done with it.

use leptos::prelude::*;
use leptos_router::components::A;
use model::chat::{Room, RoomKind};
use ui::{Badge, Banner, Button, ButtonSize, Icon, IconName, Menu, MenuItem, Toaster};

use super::rooms::Rooms;

#[component]
pub(crate) fn RoomHead(room: Memo<Option<Room>>) -> impl IntoView {
    let mark = move || match room.with(|room| room.as_ref().map(|room| room.kind)) {
        Some(RoomKind::Shared) => IconName::Hash,
        _ => IconName::User,
    };
    let text = move |of: fn(&Room) -> String| room.with(|room| room.as_ref().map(of)).unwrap_or_default();
    let project = Memo::new(move |_| room.with(|room| room.as_ref().and_then(|room| room.project.clone())));
    let managed = Memo::new(move |_| room.with(|room| room.as_ref().map(|room| (room.rights, room.archived))));
    view! {
        <header class="chat__head">
            <A href="/chat" attr:class="chat__back" attr:aria-label="All rooms"><Icon name=IconName::ArrowLeft/></A>
            {move || view! { <Icon name=mark()/> }}
            <h2 class="chat__name">{move || text(|room| room.name.clone())}</h2>
            {move || project.get().map(|project| view! { <Badge>{project.to_string()}</Badge> })}
            <p class="chat__topic" title=move || text(|room| room.topic.clone())>{move || text(|room| room.topic.clone())}</p>
            {move || managed.get().filter(|(rights, _)| rights.change || rights.archive).map(|(rights, archived)| view! {
                <span class="chat__menu"><RoomMenu room change=rights.change archive=rights.archive archived/></span>
            })}
        </header>
    }
}

#[component]
fn RoomMenu(room: Memo<Option<Room>>, change: bool, archive: bool, archived: bool) -> impl IntoView {
    let (rooms, toaster) = (Rooms::expect(), expect_context::<Toaster>());
    let edit = move |()| rooms.edit(room.get_untracked());
    let toggle = move |()| {
        if let Some(room) = room.get_untracked() {
            rooms.archive(room.id, !archived, toaster);
        }
    };
    view! {
        <Menu id="room-menu" label="Room menu">
            {change.then(|| view! { <MenuItem icon=IconName::Edit on_select=edit>"Change the room"</MenuItem> })}
            {archive.then(|| view! {
                <MenuItem icon=IconName::Archive on_select=toggle>
                    {if archived { "Bring the room back" } else { "Archive the room" }}
                </MenuItem>
            })}
        </Menu>
    }
}

/// Says that a room is only read, and offers to bring it back.
#[component]
pub(crate) fn ArchivedBanner(room: Memo<Option<Room>>) -> impl IntoView {
    let (rooms, toaster) = (Rooms::expect(), expect_context::<Toaster>());
    let back = move |_| {
        if let Some(room) = room.get_untracked() {
            rooms.archive(room.id, false, toaster);
        }
    };
    let may = move || room.with(|room| room.as_ref().is_some_and(|room| room.rights.archive));
    view! {
        <div class="chat__archived">
            <Banner title="This room is archived" detail="It can be read, not written in.">
                <Show when=may>
                    <Button size=ButtonSize::Small on:click=back>"Bring it back"</Button>
                </Show>
            </Banner>
        </div>
    }
}
