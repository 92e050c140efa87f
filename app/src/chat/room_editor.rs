//! The form of a room: its name, its topic, its project.

use leptos::prelude::*;
use leptos_router::{NavigateOptions, hooks::use_navigate};
use model::{
    chat::{Room, RoomForm},
    policy::Project,
};
use ui::{Button, ButtonType, ButtonVariant, Dialog, Field, FormError};

use super::{
    api::{change_room, make_room},
    rooms::Rooms,
};
use crate::Failure;

const FIELDS: &[&str] = &["name", "topic", "project"];

/// The box in which rooms are made and changed; one a page.
#[component]
pub(crate) fn RoomDialog() -> impl IntoView {
    let rooms = Rooms::expect();
    let title = move || if rooms.edited.with(Option::is_some) { "Change the room" } else { "New room" };
    view! {
        <Dialog id="room-editor" open=rooms.editing title>
            {move || view! { <RoomEditor room=rooms.edited.get()/> }}
        </Dialog>
    }
}

#[component]
fn RoomEditor(room: Option<Room>) -> impl IntoView {
    let rooms = Rooms::expect();
    let navigate = use_navigate();
    let id = room.as_ref().map(|room| room.id);
    let (name, topic, project) = room.map_or_else(Default::default, |room| {
        (room.name, room.topic, room.project.as_ref().map_or("", Project::as_str).to_owned())
    });
    let (name, topic, project) = (RwSignal::new(name), RwSignal::new(topic), RwSignal::new(project));
    let (busy, failed) = (RwSignal::new(false), RwSignal::new(None::<Failure>));
    let send = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let form =
            RoomForm { name: name.get_untracked(), topic: topic.get_untracked(), project: project.get_untracked() };
        if let Err(error) = form.parse() {
            return failed.set(Some(Failure(error)));
        }
        failed.set(None);
        busy.set(true);
        let navigate = navigate.clone();
        leptos::task::spawn_local(async move {
            let done = match id {
                Some(id) => change_room(id, form).await,
                None => make_room(form).await,
            };
            let _ = busy.try_set(false);
            match done {
                Ok(room) => {
                    let path = format!("/chat/{}", room.id);
                    rooms.keep(room);
                    let _ = rooms.editing.try_set(false);
                    if id.is_none() {
                        navigate(&path, NavigateOptions::default());
                    }
                }
                Err(failure) => drop(failed.try_set(Some(failure))),
            }
        });
    };
    let at = move |field: &'static str| Signal::derive(move || failed.with(|failed| failed.as_ref()?.at(field)));
    view! {
        <form class="settings__form" novalidate=true on:submit=send>
            <Field name="name" label="Name" value=name error=at("name") required=true autofocus=true autocomplete="off"/>
            <Field name="topic" label="Topic (optional)" value=topic error=at("topic") autocomplete="off"
                hint="One line on what belongs here."/>
            <Field name="project" label="Project (optional)" value=project error=at("project") mono=true autocomplete="off"
                hint="People whose role is for certain projects only enter rooms of these. Everybody else enters all."/>
            <FormError error=Signal::derive(move || failed.with(|failed| failed.as_ref()?.beside(FIELDS)))/>
            <div class="dialog__actions">
                <Button on:click=move |_| rooms.editing.set(false)>"Cancel"</Button>
                <Button variant=ButtonVariant::Primary button_type=ButtonType::Submit busy>
                    {if id.is_some() { "Save" } else { "Make the room" }}
                </Button>
            </div>
        </form>
    }
}
