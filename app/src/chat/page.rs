use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_params_map;
use model::{
    ErrorCode, RoomId, UserId,
    chat::{Page, Room, UserEvent},
    identity::Person,
    live::{Presence, Topic},
    profile::PictureSize,
};
use ui::{Empty, ErrorState, IconName, LinkButton};

use super::{
    api::{find_room, messages, people},
    conversation::Conversation,
    room_editor::RoomDialog,
    rooms::Rooms,
    sidebar::Sidebar,
};
use crate::{
    Failure,
    frame::{PageData, Session, Unread, shapes},
    live::{Heard, Live},
};

fn asked_room() -> impl Fn() -> Option<RoomId> + Copy + Send + Sync + 'static {
    let params = use_params_map();
    move || params.with(|params| params.get("room")).and_then(|id| id.parse().ok())
}

/// The room that was asked for, with its newest messages.
type Asked = Result<(Room, Page), Failure>;
/// What the page starts from: everyone, and the room asked for.
type Start = (Vec<Person>, Option<(RoomId, Asked)>);

async fn start(asked: Option<RoomId>) -> Result<Start, Failure> {
    let people = people().await?;
    let first = match asked {
        Some(id) => Some((id, open(id).await)),
        None => None,
    };
    Ok((people, first))
}

async fn open(id: RoomId) -> Asked {
    Ok((find_room(id).await?, messages(id, model::chat::From::Newest).await?))
}

/// `/chat` and `/chat/{room}`
pub(crate) fn chat_page() -> AnyView {
    let asked = asked_room();
    let data = PageData::new("chat", move || start(untrack(asked)));
    view! {
        // Plain text: leptos_meta reads it where no signal can be read any more.
        <Title text="Chat · Nova"/>
        {data.loaded("Chat could not be loaded", shapes, |(people, first)| view! { <Chat people first/> }.into_any())}
    }
    .into_any()
}

/// Everyone, by id, for names beside messages.
#[derive(Clone, Copy)]
pub(crate) struct Directory(pub(crate) RwSignal<Vec<Person>>);

impl Directory {
    /// How someone is called; a person who has left the directory keeps no name here.
    pub(crate) fn name(self, id: UserId) -> String {
        self.0
            .with(|people| people.iter().find(|person| person.id == id).map(|person| person.display_name.clone()))
            .unwrap_or_else(|| "someone".to_owned())
    }

    /// Where someone's picture is.
    pub(crate) fn picture(self, id: UserId) -> Option<String> {
        self.0.with(|people| people.iter().find(|person| person.id == id)?.picture(PictureSize::Small))
    }

    fn refresh(self) {
        leptos::task::spawn_local(async move {
            if let Ok(fresh) = people().await {
                let _ = self.0.try_set(fresh);
            }
        });
    }
}

#[component]
fn Chat(people: Vec<Person>, first: Option<(RoomId, Asked)>) -> impl IntoView {
    let directory = Directory(RwSignal::new(people));
    let rooms = Rooms::provide(expect_context::<Unread>());
    let (live, me) = (Live::expect(), Session::expect().me().id);
    Effect::new(move |_| {
        live.listen(Topic::Presence, move |heard| match heard {
            Heard::Event(Presence { user, online }) => {
                let _ = directory.0.try_update(|people| {
                    people.iter_mut().find(|person| person.id == user).map(|person| person.online = online)
                });
            }
            Heard::CatchUp => directory.refresh(),
        });
        live.listen(Topic::User(me), move |heard| match heard {
            Heard::Event(UserEvent::PeopleChanged) => directory.refresh(),
            Heard::Event(UserEvent::RoomsChanged) | Heard::CatchUp => rooms.hear_changed(),
            Heard::Event(UserEvent::Read { .. } | UserEvent::RecordingsChanged | UserEvent::SharesChanged) => {}
        });
    });
    let first = match first {
        Some((id, Ok((room, page)))) => {
            rooms.keep(room);
            Some((id, page))
        }
        Some((id, Err(failure))) => {
            rooms.missing.set(Some((id, failure)));
            None
        }
        None => None,
    };
    let first = StoredValue::new(first);
    let asked = asked_room();
    let here = Memo::new(move |_| rooms.find(asked()?));
    // Another room, or one that comes or goes; not one that only changes.
    let current = Memo::new(move |_| (asked(), here.with(Option::is_some)));
    let at = Memo::new(move |_| current.get().0);
    Effect::new(move |_| match current.get() {
        (Some(id), false) => rooms.look_for(id),
        _ => rooms.missing.set(None),
    });
    view! {
        <div class="chat" data-view=move || if at.get().is_some() { "room" } else { "rooms" }>
            <Sidebar directory current=at/>
            {move || match current.get() {
                (Some(room), true) => {
                    let page = first.try_update_value(Option::take).flatten().filter(|(id, _)| *id == room).map(|(_, page)| page);
                    view! { <Conversation room here directory page/> }.into_any()
                }
                (Some(id), false) => view! { <NotHere id/> }.into_any(),
                (None, _) => view! {
                    <section class="chat__room">
                        <Empty icon=IconName::Chat title="Choose a room or a person" text="Messages are kept on this machine and reach everyone’s open pages at once."/>
                    </section>
                }
                .into_any(),
            }}
            <RoomDialog/>
        </div>
    }
}

/// Where a room would be that is not there, or not for this reader.
#[component]
fn NotHere(id: RoomId) -> impl IntoView {
    let rooms = Rooms::expect();
    let why = move || rooms.missing.get().filter(|(missing, _)| *missing == id).map(|(_, failure)| failure.0);
    view! {
        <section class="chat__room">
            {move || why().map(|error| match error.code {
                ErrorCode::NotFound => view! {
                    <Empty icon=IconName::Hash title="This room is not open to you"
                        text="It is not there, or it is part of a project that your role does not name.">
                        <LinkButton href="/chat">"All rooms"</LinkButton>
                    </Empty>
                }.into_any(),
                _ => view! {
                    <ErrorState title="The room could not be loaded" why=error.message
                        request_id=error.request_id.unwrap_or_default() on_retry=Callback::new(move |()| rooms.look_for(id))/>
                }.into_any(),
            })}
        </section>
    }
}
