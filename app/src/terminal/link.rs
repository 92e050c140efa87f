//! The byte stream of one shell: socket, acknowledgements, resuming. Browser only. Bytes never pass through WASM memory:
//! headers are read from the frame, bodies go to the emulator as views of it.

use std::{cell::RefCell, rc::Rc, time::Duration};

use js_sys::{ArrayBuffer, Uint8Array};
use leptos::{leptos_dom::helpers::TimeoutHandle, prelude::*};
use model::{
    TerminalId,
    terminal::{ACK_EVERY, ClientFrame, MAX_INPUT, OUTPUT_HEADER, SNAPSHOT_HEADER, ServerFrame, Size, State},
};
use wasm_bindgen::{JsCast, JsValue, prelude::Closure};
use web_sys::{BinaryType, CloseEvent, MessageEvent, WebSocket};

use crate::{interop::terminal::TerminalHandle, live::pause_ms};

/// The session has ended; see the server's close codes.
const SESSION_ENDED: u16 = 4401;
/// Tries before the page asks whether the shell is still there.
const TRIES_BEFORE_ASKING: u32 = 2;

/// How the stream is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum LinkState {
    /// The first connection is being made.
    Connecting,
    /// Bytes flow.
    Live,
    /// Lost; it comes back by itself.
    Lost,
    /// The shell has ended.
    Ended(State),
}

/// One viewer's stream. Dropping the last handle of it closes the socket.
pub(crate) struct Link {
    id: TerminalId,
    handle: TerminalHandle,
    state: RwSignal<LinkState>,
    /// Called when connecting keeps failing: the shell may be gone.
    doubt: Callback<()>,
    socket: Option<Socket>,
    /// Bytes received and bytes drawn since the shell began; `None` before the first frame.
    received: Option<u64>,
    drawn: u64,
    acked: u64,
    attempt: u32,
    retry: Option<TimeoutHandle>,
}

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
        let _ = self.raw.close();
    }
}

impl Drop for Link {
    fn drop(&mut self) {
        self.retry.take().inspect(TimeoutHandle::clear);
    }
}

pub(crate) type Shared = Rc<RefCell<Link>>;

pub(crate) fn start(id: TerminalId, handle: TerminalHandle, state: RwSignal<LinkState>, doubt: Callback<()>) -> Shared {
    let shared = Rc::new(RefCell::new(Link {
        id,
        handle,
        state,
        doubt,
        socket: None,
        received: None,
        drawn: 0,
        acked: 0,
        attempt: 0,
        retry: None,
    }));
    connect(&shared);
    shared
}

/// Connects again at once if the stream is lost: the network or the laptop is back.
pub(crate) fn nudge(shared: &Shared) {
    if shared.borrow().state.try_get_untracked() == Some(LinkState::Lost) {
        connect(shared);
    }
}

fn url(link: &Link) -> Option<String> {
    let location = window().location();
    let scheme = if location.protocol().ok()? == "https:" { "wss" } else { "ws" };
    // What was received but not yet drawn still will be: the emulator keeps its queue.
    let after = link.received.map(|seq| format!("?after={seq}")).unwrap_or_default();
    Some(format!("{scheme}://{}/ws/terminal/{}{after}", location.host().ok()?, link.id))
}

fn connect(shared: &Shared) {
    let (old, url) = {
        let mut link = shared.borrow_mut();
        link.retry.take().inspect(TimeoutHandle::clear);
        (link.socket.take(), url(&link))
    };
    drop(old);
    let Some(raw) = url.and_then(|url| WebSocket::new(&url).ok()) else { return retry_later(shared) };
    raw.set_binary_type(BinaryType::Arraybuffer);
    let weak = Rc::downgrade(shared);
    let open = Closure::new({
        let weak = weak.clone();
        move || {
            if let Some(shared) = weak.upgrade() {
                let state = {
                    let mut link = shared.borrow_mut();
                    link.attempt = 0;
                    link.state
                };
                state.try_set(LinkState::Live);
                send_size(&shared);
            }
        }
    });
    let message = Closure::new({
        let weak = weak.clone();
        move |event: MessageEvent| {
            if let (Some(shared), Ok(buffer)) = (weak.upgrade(), event.data().dyn_into::<ArrayBuffer>()) {
                receive(&shared, &buffer);
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

fn closed(shared: &Shared, code: u16) {
    if code == SESSION_ENDED {
        let _ = window().location().reload();
        return;
    }
    let state = shared.borrow().state;
    if matches!(state.try_get_untracked(), None | Some(LinkState::Ended(_))) {
        return;
    }
    state.try_set(LinkState::Lost);
    retry_later(shared);
}

fn retry_later(shared: &Shared) {
    let (attempt, doubt) = {
        let mut link = shared.borrow_mut();
        link.attempt = link.attempt.saturating_add(1);
        (link.attempt - 1, link.doubt)
    };
    if attempt >= TRIES_BEFORE_ASKING {
        doubt.run(());
    }
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

fn send(shared: &Shared, frame: &ClientFrame<'_>) {
    let link = shared.borrow();
    if let Some(socket) = link.socket.as_ref().filter(|socket| socket.raw.ready_state() == WebSocket::OPEN) {
        // A socket that just closed tells so by its close event.
        let _ = socket.raw.send_with_u8_array(&frame.encode());
    }
}

/// Sends what was typed or pasted, in pieces the server takes.
pub(crate) fn input(shared: &Shared, bytes: &[u8]) {
    for piece in bytes.chunks(MAX_INPUT) {
        send(shared, &ClientFrame::Input(piece));
    }
}

/// Tells the shell our size.
pub(crate) fn send_size(shared: &Shared) {
    let size = shared.borrow().handle.size();
    let cols = size.cols().clamp(1, Size::MAX);
    let rows = size.rows().clamp(1, Size::MAX);
    send(shared, &ClientFrame::Resize { cols, rows });
}

fn receive(shared: &Shared, buffer: &ArrayBuffer) {
    let header_length = u32::try_from(SNAPSHOT_HEADER).unwrap_or(0).min(buffer.byte_length());
    let header = Uint8Array::new_with_byte_offset_and_length(buffer, 0, header_length).to_vec();
    match ServerFrame::decode(&header) {
        Ok(ServerFrame::Output { seq, .. }) => output(shared, seq, &body(buffer, OUTPUT_HEADER)),
        Ok(ServerFrame::Snapshot { seq, size, .. }) => snapshot(shared, seq, size, &body(buffer, SNAPSHOT_HEADER)),
        Ok(ServerFrame::Ended(state)) => drop(shared.borrow().state.try_set(LinkState::Ended(state))),
        Err(_) => leptos::logging::warn!("a frame of the terminal could not be read; reload the page after an update"),
    }
}

fn body(buffer: &ArrayBuffer, header: usize) -> Uint8Array {
    Uint8Array::new_with_byte_offset(buffer, u32::try_from(header).unwrap_or(0))
}

fn output(shared: &Shared, seq: u64, bytes: &Uint8Array) {
    let length = u64::from(bytes.length());
    let (handle, fresh) = {
        let mut link = shared.borrow_mut();
        let known = link.received.unwrap_or(seq);
        // What overlaps with what we have is cut off: nothing is drawn twice.
        let skip = known.saturating_sub(seq).min(length);
        link.received = Some(known.max(seq + length));
        (link.handle.clone(), bytes.subarray(u32::try_from(skip).unwrap_or(u32::MAX), bytes.length()))
    };
    let weak = Rc::downgrade(shared);
    let done = Closure::once_into_js(move || {
        if let Some(shared) = weak.upgrade() {
            drawn(&shared, seq + length);
        }
    });
    handle.write(&fresh, done.unchecked_ref());
}

fn snapshot(shared: &Shared, seq: u64, size: Size, bytes: &Uint8Array) {
    let handle = {
        let mut link = shared.borrow_mut();
        link.received = Some(seq);
        link.drawn = seq;
        link.acked = seq;
        link.handle.clone()
    };
    handle.muted(true);
    handle.reset();
    handle.resize(size.cols, size.rows);
    let weak = Rc::downgrade(shared);
    let done = Closure::once_into_js(move || {
        let Some(shared) = weak.upgrade() else { return };
        let handle = shared.borrow().handle.clone();
        handle.muted(false);
        handle.fit();
        send_size(&shared);
    });
    handle.write(bytes, done.unchecked_ref());
}

fn drawn(shared: &Shared, seq: u64) {
    let due = {
        let mut link = shared.borrow_mut();
        link.drawn = link.drawn.max(seq);
        let due = link.drawn.saturating_sub(link.acked) >= ACK_EVERY;
        if due {
            link.acked = link.drawn;
        }
        due.then_some(link.drawn)
    };
    if let Some(seq) = due {
        send(shared, &ClientFrame::Ack(seq));
    }
}

/// Reads the bytes a JavaScript callback brings.
pub(crate) fn bytes_of(value: &JsValue) -> Vec<u8> {
    value.dyn_ref::<Uint8Array>().map(Uint8Array::to_vec).unwrap_or_default()
}
