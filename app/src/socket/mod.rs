//! A WebSocket of this page: opened on the server's own address, silent once dropped. Browser only.

mod retry;

use std::{
    cell::{Cell, RefCell},
    rc::Rc,
};

use leptos::prelude::window;
use wasm_bindgen::{JsCast, JsValue, prelude::Closure};
use web_sys::{BinaryType, CloseEvent, MessageEvent, WebSocket};

pub(crate) use retry::Retry;

/// The session has ended: coming back is of no use (see the server's close codes).
const SESSION_ENDED: u16 = 4401;

/// What its owner does when something happens. Plain functions: an owner that is gone hears nothing.
pub(crate) struct Hears<T> {
    /// It is open.
    pub(crate) opened: fn(&Rc<RefCell<T>>),
    /// A frame came: a string or an `ArrayBuffer`.
    pub(crate) message: fn(&Rc<RefCell<T>>, JsValue),
    /// It closed by itself, and the session goes on.
    pub(crate) closed: fn(&Rc<RefCell<T>>),
}

/// A socket with the closures it calls; dropping them together is what makes an old socket silent.
pub(crate) struct Socket {
    raw: WebSocket,
    code: Rc<Cell<u16>>,
    _open: Closure<dyn FnMut()>,
    _message: Closure<dyn FnMut(MessageEvent)>,
    _close: Closure<dyn FnMut(CloseEvent)>,
}

impl Socket {
    /// Starts to connect to `path` on this server. `None`: the browser refuses to.
    pub(crate) fn open<T: 'static>(path: &str, owner: &Rc<RefCell<T>>, hears: &Hears<T>) -> Option<Self> {
        let raw = WebSocket::new(&url(path)?).ok()?;
        raw.set_binary_type(BinaryType::Arraybuffer);
        let Hears { opened, message, closed } = *hears;
        let weak = Rc::downgrade(owner);
        let open = Closure::new({
            let weak = weak.clone();
            move || drop(weak.upgrade().inspect(opened))
        });
        let heard = Closure::new({
            let weak = weak.clone();
            move |event: MessageEvent| drop(weak.upgrade().inspect(|owner| message(owner, event.data())))
        });
        let code = Rc::new(Cell::new(0));
        let told = Rc::clone(&code);
        let close = Closure::new(move |event: CloseEvent| {
            told.set(event.code());
            let Some(owner) = weak.upgrade() else { return };
            if event.code() == SESSION_ENDED {
                // The server knows where to go on from here: it leads strangers to the sign-in and back.
                let _ = window().location().reload();
            } else {
                closed(&owner);
            }
        });
        raw.set_onopen(Some(open.as_ref().unchecked_ref()));
        raw.set_onmessage(Some(heard.as_ref().unchecked_ref()));
        raw.set_onclose(Some(close.as_ref().unchecked_ref()));
        Some(Self { raw, code, _open: open, _message: heard, _close: close })
    }

    /// It is open or about to be.
    pub(crate) fn is_alive(&self) -> bool {
        self.raw.ready_state() <= WebSocket::OPEN
    }

    /// With which code it closed by itself; 0 while it has not.
    pub(crate) fn close_code(&self) -> u16 {
        self.code.get()
    }

    /// Frames can be sent.
    pub(crate) fn is_open(&self) -> bool {
        self.raw.ready_state() == WebSocket::OPEN
    }

    /// Sends text. A socket that just closed tells so by its close event.
    pub(crate) fn text(&self, text: &str) {
        let _ = self.raw.send_with_str(text);
    }

    /// Sends bytes, as [`Self::text`] does text.
    pub(crate) fn bytes(&self, bytes: &[u8]) {
        let _ = self.raw.send_with_u8_array(bytes);
    }
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

fn url(path: &str) -> Option<String> {
    let location = window().location();
    let scheme = if location.protocol().ok()? == "https:" { "wss" } else { "ws" };
    Some(format!("{scheme}://{}{path}", location.host().ok()?))
}
