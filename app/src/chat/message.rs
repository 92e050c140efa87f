//! The list of messages, with days, the "New" mark, and those under way.

use leptos::prelude::*;
use model::{Timestamp, chat::Message, profile::PictureSize};
use ui::{Avatar, Button, ButtonSize, Icon, IconName, RelativeTime, Times, format};

use super::{conversation::Talk, deletion::Words, log::Pending, page::Directory};
use crate::frame::Session;

/// Messages of one person within this span stand under one head, in milliseconds.
const TOGETHER: i64 = 5 * 60 * 1000;

/// A message with what stands above it.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Row {
    message: Message,
    /// The day that begins here, as it is written.
    day: Option<String>,
    /// Unread from here on.
    new: bool,
    /// Goes on under the head of the message before.
    follows: bool,
}

/// `day` writes the day of a moment; a new one begins where it is written differently.
fn rows(messages: &[Message], read: u64, me: model::UserId, day: impl Fn(i64) -> String) -> Vec<Row> {
    let mut before: Option<(&Message, String)> = None;
    let mut marked = false;
    messages
        .iter()
        .map(|message| {
            let today = day(message.created_at.0);
            let new_day = before.as_ref().is_none_or(|(_, day)| *day != today);
            // Only what others wrote can be new, and the mark stands once.
            let new = !marked && message.seq > read && message.author != me;
            marked |= new;
            let follows = !new_day
                && !new
                && before.as_ref().is_some_and(|(before, _)| {
                    before.author == message.author && message.created_at.0 - before.created_at.0 < TOGETHER
                });
            before = Some((message, today.clone()));
            Row { message: message.clone(), day: new_day.then_some(today), new, follows }
        })
        .collect()
}

#[component]
pub(crate) fn Messages(talk: Talk, directory: Directory) -> impl IntoView {
    let me = Session::expect().me();
    let (id, name) = (me.id, StoredValue::new(me.display_name));
    // Days are the reader's, whom only the browser knows: the server's are UTC, and so are the first ones here.
    let (times, hydrated) = (use_context::<Times>(), RwSignal::new(false));
    Effect::new(move |_| hydrated.set(true));
    let rows = move || {
        let times = times.filter(|_| hydrated.get());
        let day = |at| times.map_or_else(|| format::date(at), |times| times.day(at));
        talk.log.with(|log| rows(&log.messages, talk.read_at_start.get_value(), id, day))
    };
    let pending = move || talk.log.with(|log| log.pending.clone());
    view! {
        <ol class="messages__list">
            <For each=rows key=|row| (row.message.seq, row.follows, row.new, row.day.clone(), row.message.deleted) let(row)>
                <Line talk row directory/>
            </For>
            <For each=pending key=|pending| (pending.client_id, pending.failed.clone()) let(pending)>
                <Unsent talk pending name=name.get_value()/>
            </For>
        </ol>
    }
}

#[component]
fn Line(talk: Talk, row: Row, directory: Directory) -> impl IntoView {
    let Row { message, day, new, follows } = row;
    let (author, at, seq) = (message.author, message.created_at, message.seq);
    let name = Signal::derive(move || directory.name(author));
    view! {
        {day.map(|day| view! { <li class="day-line"><time datetime=format::iso(at.0)>{day}</time></li> })}
        {new.then(|| view! { <li class="new-line">"New"</li> })}
        <li class="message" class:message--continued=follows data-seq=seq.to_string()>
            {(!follows).then(|| view! { <Face name picture=Signal::derive(move || directory.picture(author))/> })}
            {(!follows).then(|| view! { <Head name at/> })}
            <Words talk message/>
        </li>
    }
}

#[component]
fn Face(name: Signal<String>, picture: Signal<Option<String>>) -> impl IntoView {
    view! { <span class="message__avatar">{move || view! { <Avatar name=name.get() picture=picture.get()/> }}</span> }
}

#[component]
fn Head(name: Signal<String>, at: Timestamp) -> impl IntoView {
    view! {
        <div class="message__head">
            <b class="message__author">{name}</b>
            <span class="message__time"><RelativeTime at=at.0/></span>
        </div>
    }
}

/// A message of ours on its way, or one that did not get there.
#[component]
fn Unsent(talk: Talk, pending: Pending, name: String) -> impl IntoView {
    let Pending { client_id, body, at, failed } = pending;
    let name = Signal::stored(name);
    let session = Session::expect();
    let picture = Signal::derive(move || session.picture(PictureSize::Small));
    let unsent = failed.is_some();
    view! {
        <li class="message message--pending" class:message--failed=unsent>
            <Face name picture/>
            <Head name at/>
            <p class="message__body">{body}</p>
            {failed.map(|why| view! {
                    <p class="message__note" role="alert">
                        <Icon name=IconName::AlertTriangle/>
                        {format!("Not sent. {why}")}
                        <Button size=ButtonSize::Small on:click=move |_| talk.deliver(client_id)>"Send again"</Button>
                        <Button size=ButtonSize::Small on:click=move |_| talk.discard(client_id)>"Discard"</Button>
                    </p>
                })}
        </li>
    }
}

#[cfg(test)]
mod tests {
    use model::{MessageId, RoomId, UserId, chat::ClientMessageId};

    use super::*;

    #[test]
    fn days_news_and_followers_are_marked_once() {
        let (me, other) = (UserId::new(), UserId::new());
        let room = RoomId::new();
        let message = |seq, author, at| Message {
            id: MessageId::new(),
            client_id: ClientMessageId::new(),
            room,
            seq,
            author,
            body: String::new(),
            created_at: Timestamp(at),
            deleted: None,
        };
        let list = [
            message(1, other, 0),
            message(2, other, 1000),
            message(3, me, 2000),
            message(4, other, 3000),
            message(5, other, 4000),
            message(6, other, 24 * 3600 * 1000),
        ];
        let rows = rows(&list, 2, me, format::date);
        assert_eq!(
            rows.iter().map(|row| row.day.is_some()).collect::<Vec<_>>(),
            [true, false, false, false, false, true]
        );
        assert_eq!(rows.iter().map(|row| row.new).collect::<Vec<_>>(), [false, false, false, true, false, false]);
        assert_eq!(rows.iter().map(|row| row.follows).collect::<Vec<_>>(), [false, true, false, false, true, false]);
    }
}
