//! The socket itself. Browser only.

use std::{cell::RefCell, mem, rc::Rc, time::Duration};

use leptos::{leptos_dom::helpers::TimeoutHandle, prelude::*};
use model::live::{ClientFrame, Cursor, HEARTBEAT_MS, ServerFrame, Topic};
use serde_json::value::RawValue;
use ui::ConnectionState;
use wasm_bindgen::{JsCast, JsValue, prelude::Closure};
use web_sys::VisibilityState;

use super::topics::{Listener, Topics};
use crate::socket::{Hears, Retry, Socket};

type Shared = Rc<RefCell<Connection>>;

/// One tab's connection.
pub(crate) struct Connection {
    state: RwSignal<ConnectionState>,
    socket: Option<Socket>,
    topics: Topics,
    epoch: u64,
    retry: Retry,
    watchdog: Option<TimeoutHandle>,
    stopped: bool,
    wakers: Vec<Waker>,
}

/// An event of the window, and what it calls.
type Waker = (&'static str, Closure<dyn Fn()>);

/// Connects and keeps connected.
pub(crate) fn start(state: RwSignal<ConnectionState>) -> Shared {
    let shared = Rc::new(RefCell::new(Connection {
        state,
        socket: None,
        topics: Topics::default(),
        epoch: 0,
        retry: Retry::default(),
        watchdog: None,
        stopped: false,
        wakers: Vec::new(),
    }));
    wake_with_the_page(&shared);
    connect(&shared);
    shared
}

/// Ends it for good.
pub(crate) fn stop(shared: &Shared) {
    let (socket, wakers) = {
        let mut connection = shared.borrow_mut();
        connection.stopped = true;
        connection.retry.cancel();
        connection.watchdog.take().inspect(TimeoutHandle::clear);
        (connection.socket.take(), mem::take(&mut connection.wakers))
    };
    for (name, waker) in wakers {
        let _ = window().remove_event_listener_with_callback(name, waker.as_ref().unchecked_ref());
    }
    drop(socket);
}

/// A laptop that wakes, a tab that comes back from the cache, a network that returns: look at once.
fn wake_with_the_page(shared: &Shared) {
    for name in ["pageshow", "online", "visibilitychange", "focus"] {
        let weak = Rc::downgrade(shared);
        let waker: Closure<dyn Fn()> = Closure::new(move || {
            let visible = document().visibility_state() != VisibilityState::Hidden;
            if let Some(shared) = weak.upgrade().filter(|_| visible) {
                let alive = shared.borrow().socket.as_ref().is_some_and(Socket::is_alive);
                if !alive {
                    connect(&shared);
                }
            }
        });
        // visibilitychange bubbles from the document to the window.
        if window().add_event_listener_with_callback(name, waker.as_ref().unchecked_ref()).is_ok() {
            shared.borrow_mut().wakers.push((name, waker));
        }
    }
}

const HEARS: Hears<Connection> = Hears { opened, message, closed };

fn connect(shared: &Shared) {
    let old = {
        let mut connection = shared.borrow_mut();
        if connection.stopped {
            return;
        }
        connection.retry.cancel();
        connection.socket.take()
    };
    drop(old);
    match Socket::open("/ws/live", shared, &HEARS) {
        Some(socket) => shared.borrow_mut().socket = Some(socket),
        None => retry_later(shared),
    }
}

fn opened(shared: &Shared) {
    let frames = shared.borrow().topics.subscriptions();
    frames.iter().for_each(|frame| send(shared, frame));
    watch(shared);
}

fn message(shared: &Shared, data: JsValue) {
    if let Some(text) = data.as_string() {
        receive(shared, &text);
    }
}

/// Two heartbeats without a word: the socket is dead without having said so.
fn watch(shared: &Shared) {
    let weak = Rc::downgrade(shared);
    let span = Duration::from_millis(u64::from(HEARTBEAT_MS) * 2 + 2_000);
    let timer = set_timeout(
        move || {
            if let Some(shared) = weak.upgrade() {
                show_lost(&shared);
                connect(&shared);
            }
        },
        span,
    );
    let old = mem::replace(&mut shared.borrow_mut().watchdog, timer.ok());
    old.inspect(TimeoutHandle::clear);
}

fn show_lost(shared: &Shared) {
    let state = if window().navigator().on_line() { ConnectionState::Connecting } else { ConnectionState::Offline };
    shared.borrow().state.try_set(state);
}

fn closed(shared: &Shared) {
    shared.borrow_mut().watchdog.take().inspect(TimeoutHandle::clear);
    show_lost(shared);
    retry_later(shared);
}

fn retry_later(shared: &Shared) {
    let weak = Rc::downgrade(shared);
    shared.borrow_mut().retry.later(move || drop(weak.upgrade().inspect(connect)));
}

pub(crate) fn send(shared: &Shared, frame: &ClientFrame) {
    let connection = shared.borrow();
    let open = connection.socket.as_ref().filter(|socket| socket.is_open());
    if let (Some(socket), Ok(json)) = (open, serde_json::to_string(frame)) {
        socket.text(&json);
    }
}

pub(crate) fn listen(shared: &Shared, topic: Topic, listener: Listener) -> u32 {
    let (id, new) = shared.borrow_mut().topics.add(topic, listener);
    if new {
        send(shared, &ClientFrame::Subscribe { topic, after: None });
    }
    id
}

pub(crate) fn forget(shared: &Shared, topic: Topic, id: u32) {
    let last = shared.borrow_mut().topics.remove(topic, id);
    if last {
        send(shared, &ClientFrame::Unsubscribe { topic });
    }
}

fn receive(shared: &Shared, text: &str) {
    watch(shared);
    let Ok(frame) = serde_json::from_str::<ServerFrame<Box<RawValue>>>(text) else {
        leptos::logging::warn!("a frame of the live channel could not be read; reload the page after an update");
        return;
    };
    match frame {
        ServerFrame::Hello { epoch } => {
            let mut connection = shared.borrow_mut();
            connection.epoch = epoch;
            connection.retry.succeeded();
            let state = connection.state;
            drop(connection);
            state.try_set(ConnectionState::Live);
        }
        ServerFrame::Subscribed { topic, seq } => {
            let epoch = shared.borrow().epoch;
            let first = shared.borrow_mut().topics.stands_at(topic, Cursor { epoch, seq });
            if first {
                tell(shared, topic, None);
            }
        }
        ServerFrame::Missed { topic, seq, .. } => {
            let epoch = shared.borrow().epoch;
            shared.borrow_mut().topics.stands_at(topic, Cursor { epoch, seq });
            tell(shared, topic, None);
        }
        ServerFrame::Event { topic, seq, event } => {
            let epoch = shared.borrow().epoch;
            if shared.borrow_mut().topics.is_news(topic, Cursor { epoch, seq }) {
                tell(shared, topic, Some(&event));
            }
        }
        ServerFrame::Refused { topic, error } => {
            leptos::logging::warn!("{topic}: {error}");
            // A room that is closed to them now: whoever listens asks for the present state and learns what is left.
            if matches!(topic, Topic::Room(_)) {
                tell(shared, topic, None);
            }
        }
        ServerFrame::Heartbeat => {}
    }
}

fn tell(shared: &Shared, topic: Topic, event: Option<&RawValue>) {
    // Borrowed only for the list: a listener may subscribe to more.
    let listeners = shared.borrow().topics.listeners(topic);
    for listener in listeners {
        listener(event);
    }
}
