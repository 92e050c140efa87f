//! The socket itself. Browser only.

use std::{cell::RefCell, rc::Rc, time::Duration};

use leptos::{leptos_dom::helpers::TimeoutHandle, prelude::*};
use model::live::{ClientFrame, Cursor, HEARTBEAT_MS, ServerFrame, Topic};
use ui::ConnectionState;
use wasm_bindgen::{JsCast, prelude::Closure};
use web_sys::{CloseEvent, MessageEvent, VisibilityState, WebSocket};

use super::{
    Heard,
    retry::pause_ms,
    topics::{Listener, Topics},
};

/// The session has ended: coming back is of no use (see the server's close codes).
const SESSION_ENDED: u16 = 4401;

type Shared = Rc<RefCell<Connection>>;

/// One tab's connection.
pub(crate) struct Connection {
    state: RwSignal<ConnectionState>,
    socket: Option<Socket>,
    topics: Topics,
    epoch: u64,
    attempt: u32,
    retry: Option<TimeoutHandle>,
    watchdog: Option<TimeoutHandle>,
    stopped: bool,
    wakers: Vec<(&'static str, Closure<dyn Fn()>)>,
}

/// A socket with the closures it calls; dropping them together is what makes an old socket silent.
struct Socket {
    raw: WebSocket,
    _open: Closure<dyn FnMut()>,
    _message: Closure<dyn FnMut(MessageEvent)>,
    _close: Closure<dyn FnMut(CloseEvent)>,
}

impl Drop for Socket {
    fn drop(&mut self) {
        self.raw.set_onopen(None);
        self.raw.set_onmessage(None);
        self.raw.set_onclose(None);
        // It may be closed already.
        let _ = self.raw.close();
    }
}

/// Connects and keeps connected.
pub(crate) fn start(state: RwSignal<ConnectionState>) -> Shared {
    let shared = Rc::new(RefCell::new(Connection {
        state,
        socket: None,
        topics: Topics::default(),
        epoch: 0,
        attempt: 0,
        retry: None,
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
    let (socket, wakers, timers) = {
        let mut connection = shared.borrow_mut();
        connection.stopped = true;
        let timers = [connection.retry.take(), connection.watchdog.take()];
        (connection.socket.take(), std::mem::take(&mut connection.wakers), timers)
    };
    timers.into_iter().flatten().for_each(|timer| timer.clear());
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
                let open =
                    shared.borrow().socket.as_ref().is_some_and(|socket| socket.raw.ready_state() <= WebSocket::OPEN);
                if !open {
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

fn url() -> Option<String> {
    let location = window().location();
    let scheme = if location.protocol().ok()? == "https:" { "wss" } else { "ws" };
    Some(format!("{scheme}://{}/ws/live", location.host().ok()?))
}

fn connect(shared: &Shared) {
    let old = {
        let mut connection = shared.borrow_mut();
        if connection.stopped {
            return;
        }
        connection.retry.take().inspect(TimeoutHandle::clear);
        connection.socket.take()
    };
    drop(old);
    let Some(raw) = url().and_then(|url| WebSocket::new(&url).ok()) else { return retry_later(shared) };
    let weak = Rc::downgrade(shared);
    let open = Closure::new({
        let weak = weak.clone();
        move || {
            if let Some(shared) = weak.upgrade() {
                let frames = shared.borrow().topics.subscriptions();
                frames.iter().for_each(|frame| send(&shared, frame));
                watch(&shared);
            }
        }
    });
    let message = Closure::new({
        let weak = weak.clone();
        move |event: MessageEvent| {
            if let (Some(shared), Some(text)) = (weak.upgrade(), event.data().as_string()) {
                receive(&shared, &text);
            }
        }
    });
    let close = Closure::new(move |event: CloseEvent| {
        if let Some(shared) = weak.upgrade() {
            closed(&shared, event.code());
        }
    });
    raw.set_onopen(Some(open.as_ref().unchecked_ref()));
    raw.set_onmessage(Some(message.as_ref().unchecked_ref()));
    raw.set_onclose(Some(close.as_ref().unchecked_ref()));
    shared.borrow_mut().socket = Some(Socket { raw, _open: open, _message: message, _close: close });
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
    let old = std::mem::replace(&mut shared.borrow_mut().watchdog, timer.ok());
    old.inspect(TimeoutHandle::clear);
}

fn show_lost(shared: &Shared) {
    let state = if window().navigator().on_line() { ConnectionState::Connecting } else { ConnectionState::Offline };
    shared.borrow().state.try_set(state);
}

fn closed(shared: &Shared, code: u16) {
    shared.borrow_mut().watchdog.take().inspect(TimeoutHandle::clear);
    if code == SESSION_ENDED {
        // The server knows where to go on from here: it leads strangers to the sign-in and back.
        let _ = window().location().reload();
        return;
    }
    show_lost(shared);
    retry_later(shared);
}

fn retry_later(shared: &Shared) {
    let attempt = {
        let mut connection = shared.borrow_mut();
        connection.attempt = connection.attempt.saturating_add(1);
        connection.attempt - 1
    };
    let weak = Rc::downgrade(shared);
    let pause = Duration::from_millis(pause_ms(attempt, js_sys::Math::random()).into());
    let timer = set_timeout(
        move || {
            if let Some(shared) = weak.upgrade() {
                connect(&shared);
            }
        },
        pause,
    );
    let old = std::mem::replace(&mut shared.borrow_mut().retry, timer.ok());
    old.inspect(TimeoutHandle::clear);
}

pub(crate) fn send(shared: &Shared, frame: &ClientFrame) {
    let connection = shared.borrow();
    let open = connection.socket.as_ref().filter(|socket| socket.raw.ready_state() == WebSocket::OPEN);
    if let (Some(socket), Ok(json)) = (open, serde_json::to_string(frame)) {
        // A socket that just closed tells so by its close event.
        let _ = socket.raw.send_with_str(&json);
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
    let Ok(frame) = serde_json::from_str::<ServerFrame>(text) else {
        leptos::logging::warn!("a frame of the live channel could not be read; reload the page after an update");
        return;
    };
    match frame {
        ServerFrame::Hello { epoch } => {
            let mut connection = shared.borrow_mut();
            connection.epoch = epoch;
            connection.attempt = 0;
            let state = connection.state;
            drop(connection);
            state.try_set(ConnectionState::Live);
        }
        ServerFrame::Subscribed { topic, seq } => {
            let epoch = shared.borrow().epoch;
            let first = shared.borrow_mut().topics.stands_at(topic, Cursor { epoch, seq });
            if first {
                tell(shared, topic, &Heard::CatchUp);
            }
        }
        ServerFrame::Missed { topic, seq, .. } => {
            let epoch = shared.borrow().epoch;
            shared.borrow_mut().topics.stands_at(topic, Cursor { epoch, seq });
            tell(shared, topic, &Heard::CatchUp);
        }
        ServerFrame::Event { topic, seq, event } => {
            let epoch = shared.borrow().epoch;
            if shared.borrow_mut().topics.is_news(topic, Cursor { epoch, seq }) {
                tell(shared, topic, &Heard::Event(*event));
            }
        }
        ServerFrame::Refused { topic, error } => leptos::logging::warn!("{topic}: {error}"),
        ServerFrame::Heartbeat => {}
    }
}

fn tell(shared: &Shared, topic: Topic, heard: &Heard) {
    // Borrowed only for the list: a listener may subscribe to more.
    let listeners = shared.borrow().topics.listeners(topic);
    for listener in listeners {
        listener(heard.clone());
    }
}
