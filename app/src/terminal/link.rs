//! The byte stream of one shell: socket, acknowledgements, resuming. Browser only. Bytes never pass through WASM memory:
//! headers are read from the frame, bodies go to the emulator as views of it.

use std::{cell::RefCell, mem, rc::Rc};

use js_sys::{ArrayBuffer, Uint8Array};
use leptos::prelude::*;
use model::{
    TerminalId,
    terminal::{
        ACK_EVERY, ClientFrame, MAX_INPUT, OUTPUT_HEADER, SNAPSHOT_HEADER, ServerFrame, Size, State, sharing::Company,
    },
};
use wasm_bindgen::{JsCast, JsValue, prelude::Closure};

use super::share::{Door, Sharing};
use crate::{
    interop::terminal::TerminalHandle,
    socket::{Hears, Retry, Socket},
};

/// Tries before the page asks whether the shell is still there.
const TRIES_BEFORE_ASKING: u32 = 2;
/// Bytes typed while the stream is lost that are kept for when it is back; what is typed beyond them is dropped.
const KEPT_INPUT: usize = 4 * 1024;

/// The server's close code for a guest whose share has ended.
const UNSHARED: u16 = 4403;

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
    door: Door,
    sharing: Sharing,
    /// Whether what is typed is taken, and the shell follows our size. A guest begins without both.
    writes: bool,
    controls: bool,
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
    stopped: bool,
}

pub(crate) type Shared = Rc<RefCell<Link>>;

/// Whose shell it is, and by which door it is reached.
#[derive(Clone, Copy)]
pub(crate) struct Way {
    pub(crate) id: TerminalId,
    pub(crate) door: Door,
    pub(crate) sharing: Sharing,
}

pub(crate) fn start(way: Way, handle: TerminalHandle, state: RwSignal<LinkState>, doubt: Callback<()>) -> Shared {
    let Way { id, door, sharing } = way;
    let own = door == Door::Own;
    let shared = Rc::new(RefCell::new(Link {
        id,
        door,
        sharing,
        writes: own,
        controls: own,
        handle,
        state,
        doubt,
        socket: None,
        received: None,
        drawn: 0,
        acked: 0,
        kept: Vec::new(),
        retry: Retry::default(),
        stopped: false,
    }));
    connect(&shared);
    shared
}

/// Lets go of the stream for good.
pub(crate) fn stop(shared: &Shared) {
    let mut link = shared.borrow_mut();
    link.retry.cancel();
    link.socket = None;
    link.stopped = true;
}

/// Connects again at once if the stream is lost: the network or the laptop is back.
pub(crate) fn nudge(shared: &Shared) {
    if !shared.borrow().stopped && shared.borrow().state.try_get_untracked() == Some(LinkState::Lost) {
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
        (link.socket.take(), format!("{}{}{after}", link.door.path(), link.id))
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
    let (unshared, doubt) = {
        let link = shared.borrow();
        (link.socket.as_ref().is_some_and(|socket| socket.close_code() == UNSHARED), link.doubt)
    };
    if unshared {
        return doubt.run(());
    }
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
///
/// What the shell would not take is not sent: who only reads types nothing, and answers no query of a program either.
pub(crate) fn input(shared: &Shared, bytes: &[u8]) {
    if !shared.borrow().writes {
        return;
    }
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
    if !shared.borrow().controls {
        return;
    }
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
        Ok(ServerFrame::Company(_)) => company(shared, &Uint8Array::new(buffer).to_vec()),
        Ok(ServerFrame::Typing(place)) => {
            let (id, sharing) = (shared.borrow().id, shared.borrow().sharing);
            sharing.types(id, place);
        }
        Ok(ServerFrame::Warning(warning)) => {
            let (id, sharing) = (shared.borrow().id, shared.borrow().sharing);
            sharing.warn(id, warning);
        }
        Err(_) => leptos::logging::warn!("a frame of the terminal could not be read; reload the page after an update"),
    }
}

/// Who is here and what one may. Who has no control takes the shell's size instead of giving it one's own.
fn company(shared: &Shared, frame: &[u8]) {
    let Ok(ServerFrame::Company(json)) = ServerFrame::decode(frame) else { return };
    let text = std::str::from_utf8(json).unwrap_or_default();
    let Ok(company) = serde_json::from_str::<Company>(text) else {
        return leptos::logging::warn!("who is at the terminal could not be read; reload the page after an update");
    };
    let (handle, id, sharing, gained) = {
        let mut link = shared.borrow_mut();
        let gained = company.controls && !link.controls;
        (link.writes, link.controls) = (company.writes, company.controls);
        (link.handle.clone(), link.id, link.sharing, gained)
    };
    handle.set_autofit(company.controls);
    if let Some(size) = company.size.filter(|_| !company.controls) {
        handle.resize(size.cols, size.rows);
    }
    if gained {
        send_size(shared);
    }
    sharing.hear(id, company);
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
        if shared.borrow().controls {
            handle.fit();
            send_size(&shared);
        }
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
