//! One room in view.

use std::time::Duration;

use leptos::{html, prelude::*};
use model::{
    RoomId, UserId,
    chat::{ClientMessageId, From, Page, Room, RoomEvent, TYPING_MS},
    live::Topic,
};
use ui::{Button, ButtonSize, Empty, ErrorState, IconName};

use super::{
    api::{mark_read, messages, send_message},
    composer::Composer,
    deletion::{DeleteDialog, Deleting},
    head::{ArchivedBanner, RoomHead},
    log::{Log, Pending, Taken},
    message::Messages,
    page::Directory,
};
use crate::{
    Failure,
    frame::{Session, Unread},
    live::{Heard, Live},
};

/// The view sticks to the end while it is at most this far from it, in pixels.
const NEAR_END: i32 = 80;

/// What the parts of a conversation share.
#[derive(Clone, Copy)]
pub(crate) struct Talk {
    pub(crate) room: RoomId,
    pub(crate) log: RwSignal<Log>,
    pub(crate) failure: RwSignal<Option<Failure>>,
    /// Up to where was read when the room was opened: the "New" mark stands there.
    pub(crate) read_at_start: StoredValue<u64>,
    pub(crate) writing: RwSignal<Vec<UserId>>,
    /// Whether the reader may delete what others wrote here.
    pub(crate) moderates: Memo<bool>,
    unread: Unread,
    scroller: NodeRef<html::Div>,
    loading: RwSignal<bool>,
}

impl Talk {
    /// Fetches a page and takes it in; after a cut as many as there are.
    fn fetch(self, from: From) {
        leptos::task::spawn_local(async move {
            let mut from = from;
            loop {
                match messages(self.room, from).await {
                    Ok(page) => {
                        let _ = self.failure.try_set(None);
                        let next = page.messages.last().filter(|_| page.more).map(|message| message.seq);
                        self.take_page(page, from);
                        match (from, next) {
                            (From::After(_), Some(last)) => from = From::After(last),
                            _ => break,
                        }
                    }
                    Err(failure) => {
                        let _ = self.failure.try_set(Some(failure));
                        break;
                    }
                }
            }
            let _ = self.loading.try_set(false);
        });
    }

    fn take_page(self, page: Page, from: From) {
        let stick = self.is_at_end();
        let before = self.scroller.try_get_untracked().flatten().map(|element| element.scroll_height());
        let _ = self.log.try_update(|log| {
            if !matches!(from, From::After(_)) {
                log.older = page.more;
            }
            log.take_page(page.messages);
        });
        match (from, before) {
            (From::Before(_), Some(before)) => self.hold_place(before),
            _ if stick => self.to_end(),
            _ => {}
        }
        self.note_read();
    }

    /// Fetches what is missing, and what is shown once more: it may have been deleted meanwhile.
    fn catch_up(self) {
        if let Some(from) = self.log.try_update(Log::read_again) {
            self.fetch(from);
        }
    }

    pub(crate) fn load_older(self) {
        let oldest = self.log.with_untracked(Log::oldest);
        if let (Some(oldest), false) = (oldest, self.loading.get_untracked()) {
            self.loading.set(true);
            self.fetch(From::Before(oldest));
        }
    }

    fn hear(self, heard: Heard<RoomEvent>, me: UserId) {
        match heard {
            Heard::CatchUp => self.catch_up(),
            Heard::Event(RoomEvent::Message(message)) => {
                let stick = self.is_at_end();
                let author = message.author;
                let _ = self.writing.try_update(|writing| writing.retain(|user| *user != author));
                match self.log.try_update(|log| log.take(message)) {
                    Some(Taken::Gap(after)) => self.fetch(From::After(after)),
                    _ if stick => self.to_end(),
                    _ => {}
                }
                self.note_read();
            }
            Heard::Event(RoomEvent::Deleted { seq, by }) => {
                if let Some(Taken::Gap(after)) = self.log.try_update(|log| log.delete(seq, by)) {
                    self.fetch(From::After(after));
                }
            }
            Heard::Event(RoomEvent::Typing(user)) if user != me => self.note_typing(user),
            Heard::Event(_) => {}
        }
    }

    fn note_typing(self, user: UserId) {
        let _ = self.writing.try_update(|writing| writing.push(user));
        // Without a timer the mark stays until the person's next message.
        let _ = set_timeout(
            move || {
                let _ = self.writing.try_update(|writing| {
                    if let Some(first) = writing.iter().position(|each| *each == user) {
                        writing.remove(first);
                    }
                });
            },
            Duration::from_millis(TYPING_MS.into()),
        );
    }

    /// Sends a message, showing it at once.
    pub(crate) fn send(self, body: String) {
        let client_id = ClientMessageId::new();
        #[expect(clippy::cast_possible_truncation, reason = "milliseconds since 1970 fit 53 bits")]
        let at = model::Timestamp(js_sys::Date::now() as i64);
        self.log.update(|log| log.pending.push(Pending { client_id, body, at, failed: None }));
        self.to_end();
        self.deliver(client_id);
    }

    /// Sends a message that is in the list already; the same id again adds nothing.
    pub(crate) fn deliver(self, id: ClientMessageId) {
        let body = self.log.try_update(|log| {
            let pending = log.pending.iter_mut().find(|pending| pending.client_id == id)?;
            pending.failed = None;
            Some(pending.body.clone())
        });
        let Some(body) = body.flatten() else { return };
        leptos::task::spawn_local(async move {
            match send_message(self.room, id, body).await {
                Ok(message) => {
                    self.unread.note_seq(self.room, message.seq);
                    self.unread.note_read(self.room, message.seq);
                    if let Some(Taken::Gap(after)) = self.log.try_update(|log| log.take(message)) {
                        self.fetch(From::After(after));
                    }
                }
                Err(failure) => drop(self.log.try_update(|log| log.fail(id, failure.0.message))),
            }
        });
    }

    pub(crate) fn discard(self, id: ClientMessageId) {
        self.log.update(|log| log.pending.retain(|pending| pending.client_id != id));
    }

    fn is_at_end(self) -> bool {
        self.scroller
            .try_get_untracked()
            .flatten()
            .is_none_or(|element| element.scroll_height() - element.scroll_top() - element.client_height() <= NEAR_END)
    }

    /// Puts the focus into the list: where what had it is gone.
    pub(crate) fn focus(self) {
        if let Some(Some(element)) = self.scroller.try_get_untracked() {
            let _ = element.focus();
        }
    }

    fn to_end(self) {
        let _ = request_animation_frame(move || {
            if let Some(Some(element)) = self.scroller.try_get_untracked() {
                element.set_scroll_top(element.scroll_height());
            }
        });
    }

    /// Older messages were put above: keep what was in view in view.
    fn hold_place(self, height_before: i32) {
        let _ = request_animation_frame(move || {
            if let Some(Some(element)) = self.scroller.try_get_untracked() {
                element.set_scroll_top(element.scroll_top() + element.scroll_height() - height_before);
            }
        });
    }

    /// What is in view at the end of a visible page is read.
    fn note_read(self) {
        let visible = document().visibility_state() == web_sys::VisibilityState::Visible;
        let newest = self.log.try_with_untracked(Log::newest).unwrap_or(0);
        // Of a room that is only read nothing is counted.
        let read = self
            .unread
            .rooms
            .with_untracked(|rooms| rooms.iter().find(|room| room.id == self.room).map(|room| room.last_read));
        let Some(read) = read else { return };
        if !visible || newest <= read || !self.is_at_end() {
            return;
        }
        self.unread.note_read(self.room, newest);
        leptos::task::spawn_local(async move {
            // Not noted now, it is noted with the next message or visit; the count elsewhere stays until then.
            if let Err(failure) = mark_read(self.room, newest).await {
                leptos::logging::warn!("{failure}");
            }
        });
    }
}

#[component]
pub(crate) fn Conversation(
    room: RoomId,
    /// What is known of it now.
    here: Memo<Option<Room>>,
    directory: Directory,
    /// The newest messages where the server has drawn the page with them.
    page: Option<Page>,
) -> impl IntoView {
    let unread: Unread = expect_context();
    let (live, me) = (Live::expect(), Session::expect().me().id);
    let read_at_start = here.with_untracked(|here| here.as_ref().map_or(0, |here| here.last_read));
    let log = page.map(|page| Log { messages: page.messages, older: page.more, pending: Vec::new() });
    let talk = Talk {
        room,
        log: RwSignal::new(log.unwrap_or_default()),
        failure: RwSignal::new(None),
        read_at_start: StoredValue::new(read_at_start),
        writing: RwSignal::new(Vec::new()),
        moderates: Memo::new(move |_| here.with(|here| here.as_ref().is_some_and(|here| here.rights.moderate))),
        unread,
        scroller: NodeRef::new(),
        loading: RwSignal::new(false),
    };
    Effect::new(move |_| {
        live.listen(Topic::Room(room), move |heard| talk.hear(heard, me));
        // The room may be listened to already, for its unread count: then nothing says that we listen now.
        talk.catch_up();
        talk.to_end();
    });
    let visible = window_event_listener_untyped("focus", move |_| talk.note_read());
    on_cleanup(move || visible.remove());
    Deleting::provide();
    let title = move || here.with(|here| here.as_ref().map(|here| here.name.clone())).unwrap_or_default();
    let archived = Memo::new(move |_| here.with(|here| here.as_ref().is_some_and(|here| here.archived)));
    let empty = move || {
        talk.log.with(|log| log.messages.is_empty() && log.pending.is_empty()) && talk.failure.with(Option::is_none)
    };
    view! {
        <section class="chat__room" aria-label=title>
            <RoomHead room=here/>
            <Show when=move || archived.get()><ArchivedBanner room=here/></Show>
            <div class="messages" node_ref=talk.scroller tabindex="0" role="log" aria-label="Messages" on:scroll=move |_| talk.note_read()>
                <Show when=move || talk.log.with(|log| log.older)>
                    <div class="row">
                        <Button size=ButtonSize::Small busy=talk.loading on:click=move |_| talk.load_older()>"Older messages"</Button>
                    </div>
                </Show>
                <Show when=empty>
                    <Empty icon=IconName::Chat title="Nothing here yet" text="Say hello: whoever belongs to this room sees it at once."/>
                </Show>
                {move || talk.failure.get().map(|failure| view! {
                    <ErrorState title="The messages could not be loaded" why=failure.0.message
                        request_id=failure.0.request_id.unwrap_or_default() on_retry=Callback::new(move |()| talk.catch_up())/>
                })}
                <Messages talk directory/>
            </div>
            <Typing talk directory/>
            <Show when=move || !archived.get()>
                <Composer talk name=Signal::derive(title)/>
            </Show>
            <DeleteDialog talk/>
        </section>
    }
}

#[component]
fn Typing(talk: Talk, directory: Directory) -> impl IntoView {
    let words = move || {
        let mut names: Vec<String> =
            talk.writing.with(|writing| writing.iter().map(|user| directory.name(*user)).collect());
        names.sort_unstable();
        names.dedup();
        match names.as_slice() {
            [] => String::new(),
            [one] => format!("{one} is typing…"),
            [one, two] => format!("{one} and {two} are typing…"),
            _ => "Several people are typing…".to_owned(),
        }
    };
    view! { <p class="typing" aria-live="polite">{words}</p> }
}
