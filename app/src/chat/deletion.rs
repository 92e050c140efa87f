//! The words of a message, and taking them away.

use leptos::prelude::*;
use model::chat::{Deletion, Message};
use ui::{ButtonSize, ConfirmDialog, IconButton, IconName, Toaster, Tone};

use super::{api::delete_message, conversation::Talk};
use crate::frame::Session;

/// Letters of a message that the question shows.
const SHOWN: usize = 80;

/// Which message is about to be deleted; in the context of a conversation, so that one box asks for all its messages.
#[derive(Clone, Copy)]
pub(crate) struct Deleting {
    open: RwSignal<bool>,
    message: RwSignal<Option<(u64, String)>>,
}

impl Deleting {
    pub(crate) fn provide() {
        provide_context(Self { open: RwSignal::new(false), message: RwSignal::new(None) });
    }
}

/// What a message says, or that it says nothing any more, and a button where the reader may delete it.
#[component]
pub(crate) fn Words(talk: Talk, message: Message) -> impl IntoView {
    let Message { seq, author, body, deleted, .. } = message;
    let gone = match deleted {
        None => None,
        Some(Deletion::Author) => Some("Deleted"),
        Some(Deletion::Moderator) => Some("Deleted by a moderator"),
    };
    if let Some(words) = gone {
        return view! {
            <p class="message__body message__body--gone">{words}</p>
        }
        .into_any();
    }
    let own = author == Session::expect().me().id;
    let may = move || own || talk.moderates.get();
    let deleting: Deleting = expect_context();
    let extract = StoredValue::new(body.clone());
    let ask = move |_| {
        let mut text: String = extract.with_value(|body| body.chars().take(SHOWN).collect());
        if extract.with_value(|body| body.chars().nth(SHOWN).is_some()) {
            text.push('…');
        }
        deleting.message.set(Some((seq, text)));
        deleting.open.set(true);
    };
    view! {
        <p class="message__body">{body}</p>
        <Show when=may>
            <div class="message__tools">
                <IconButton icon=IconName::Trash label="Delete the message" size=ButtonSize::Small on:click=ask/>
            </div>
        </Show>
    }
    .into_any()
}

/// Asks before a message is deleted; one a conversation.
#[component]
pub(crate) fn DeleteDialog(talk: Talk) -> impl IntoView {
    let Deleting { open, message } = expect_context();
    let toaster: Toaster = expect_context();
    let busy = RwSignal::new(false);
    let delete = move |()| {
        let Some((seq, _)) = message.get_untracked() else { return };
        busy.set(true);
        leptos::task::spawn_local(async move {
            match delete_message(talk.room, seq).await {
                Ok(gone) => drop(talk.log.try_update(|log| log.delete(seq, gone.deleted.unwrap_or(Deletion::Author)))),
                Err(failure) => toaster.push(Tone::Bad, failure.0.message),
            }
            let _ = busy.try_set(false);
            let _ = open.try_set(false);
            // The button that was pressed is gone with the text.
            let _ = request_animation_frame(move || talk.focus());
        });
    };
    let text = move || {
        let words = message.with(|message| message.as_ref().map(|(_, text)| text.clone())).unwrap_or_default();
        format!("“{words}” will be gone for everybody. That it was there stays visible.")
    };
    view! {
        <ConfirmDialog id="delete-message" open title="Delete this message?" text confirm="Delete" busy on_confirm=delete/>
    }
}
