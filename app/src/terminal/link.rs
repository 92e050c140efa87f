//! The byte stream of one shell: socket, acknowledgements, resuming. Browser only. Bytes never pass through WASM memory:
//! headers are read from the frame, bodies go to the emulator as views of it.

use std::{cell::RefCell, mem, rc::Rc};

use js_sys::{ArrayBuffer, Uint8Array};
use leptos::prelude::*;
use model::{
    TerminalId,
    terminal::{ACK_EVERY, ClientFrame, MAX_INPUT, OUTPUT_HEADER, SNAPSHOT_HEADER, ServerFrame, Size, State},
};
use wasm_bindgen::{JsCast, JsValue, prelude::Closure};

use crate::{
    interop::terminal::TerminalHandle,
    socket::{Hears, Retry, Socket},
};

/// Tries before the page asks whether the shell is still there.
const TRIES_BEFORE_ASKING: u32 = 2;
/// Bytes typed while the stream is lost that are kept for when it is back; what is typed beyond them is dropped.
const KEPT_INPUT: usize = 4 * 1024;

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
    /// Typed while the stream was lost.
    kept: Vec<u8>,
    retry: Retry,
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
        kept: Vec::new(),
        retry: Retry::default(),
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

const HEARS: Hears<Link> = Hears { opened, message, closed };

fn connect(shared: &Shared) {
    let (old, path) = {
        let mut link = shared.borrow_mut();
        link.retry.cancel();
        // What was received but not yet drawn still will be: the emulator keeps its queue.
        let after = link.received.map(|seq| format!("?after={seq}")).unwrap_or_default();
        (link.socket.take(), format!("/ws/terminal/{}{after}", link.id))
    };
    drop(old);
    match Socket::open(&path, shared, &HEARS) {
        Some(socket) => shared.borrow_mut().socket = Some(socket),
        None => retry_later(shared),
    }
}

fn opened(shared: &Shared) {
    let (state, kept) = {
        let mut link = shared.borrow_mut();
        link.retry.succeeded();
        (link.state, mem::take(&mut link.kept))
    };
    state.try_set(LinkState::Live);
    send_size(shared);
    input(shared, &kept);
}

fn message(shared: &Shared, data: JsValue) {
    if let Ok(buffer) = data.dyn_into::<ArrayBuffer>() {
        receive(shared, &buffer);
    }
}

fn closed(shared: &Shared) {
    let state = shared.borrow().state;
    if matches!(state.try_get_untracked(), None | Some(LinkState::Ended(_))) {
        return;
    }
    state.try_set(LinkState::Lost);
    retry_later(shared);
}

fn retry_later(shared: &Shared) {
    let weak = Rc::downgrade(shared);
    let (failures, doubt) = {
        let mut link = shared.borrow_mut();
        (link.retry.later(move || drop(weak.upgrade().inspect(connect))), link.doubt)
    };
    if failures >= TRIES_BEFORE_ASKING {
        doubt.run(());
    }
}

fn send(shared: &Shared, frame: &ClientFrame<'_>) {
    if let Some(socket) = shared.borrow().socket.as_ref().filter(|socket| socket.is_open()) {
        socket.bytes(&frame.encode());
    }
}

/// Sends what was typed or pasted, in pieces the server takes; keeps some of it while there is nobody to send it to.
pub(crate) fn input(shared: &Shared, bytes: &[u8]) {
    if !shared.borrow().socket.as_ref().is_some_and(Socket::is_open) {
        let kept = &mut shared.borrow_mut().kept;
        let room = KEPT_INPUT.saturating_sub(kept.len());
        return kept.extend_from_slice(&bytes[..bytes.len().min(room)]);
    }
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
