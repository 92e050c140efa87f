use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_params_map;
use model::{
    RoomId, UserId,
    chat::{Page, UserEvent},
    identity::Person,
    live::{Presence, Topic},
    profile::PictureSize,
};
use ui::{Empty, IconName};

use super::{
    api::{messages, people},
    conversation::Conversation,
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

/// What the page starts from: everyone, and the newest messages of the room asked for.
type Start = (Vec<Person>, Option<(RoomId, Result<Page, Failure>)>);

async fn start(asked: Option<RoomId>) -> Result<Start, Failure> {
    let people = people().await?;
    let first = match asked {
        Some(room) => Some((room, messages(room, model::chat::From::Newest).await)),
        None => None,
    };
    Ok((people, first))
}

/// `/chat` and `/chat/{room}`
pub(crate) fn chat_page() -> AnyView {
    let asked = asked_room();
    let data = PageData::new("chat", move || start(untrack(asked)));
    view! {
        // Plain text: leptos_meta reads it where no signal can be read any more.
        <Title text="Chat · Nova"/>
        {data.loaded("Chat could not be loaded", shapes, |(people, first)| view! { <Rooms people first/> }.into_any())}
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
fn Rooms(people: Vec<Person>, first: Option<(RoomId, Result<Page, Failure>)>) -> impl IntoView {
    let directory = Directory(RwSignal::new(people));
    let unread: Unread = expect_context();
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
        live.listen(Topic::User(me), move |heard| {
            if matches!(heard, Heard::Event(UserEvent::PeopleChanged)) {
                directory.refresh();
            }
        });
    });
    let asked = asked_room();
    let current = Memo::new(move |_| asked());
    let name = Memo::new(move |_| {
        let id = current.get()?;
        unread.rooms.with(|rooms| rooms.iter().find(|room| room.id == id).map(|room| (room.kind, room.name.clone())))
    });
    let first = StoredValue::new(first);
    view! {
        <div class="chat" data-view=move || if current.get().is_some() { "room" } else { "rooms" }>
            <Sidebar directory current/>
            {move || match current.get() {
                Some(room) => {
                    let page = first.try_update_value(Option::take).flatten().filter(|(id, _)| *id == room).map(|(_, page)| page);
                    view! { <Conversation room name directory page/> }.into_any()
                }
                None => view! {
                    <section class="chat__room">
                        <Empty icon=IconName::Chat title="Choose a room or a person" text="Messages are kept on this machine and reach everyone’s open pages at once."/>
                    </section>
                }
                .into_any(),
            }}
        </div>
    }
}
