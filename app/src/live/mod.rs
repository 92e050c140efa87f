//! The browser's end of the live channel: one socket a tab, topics listened to by pages, reconnecting by itself.

mod connection;
mod payload;
mod topics;

use std::{cell::RefCell, rc::Rc};

use leptos::prelude::*;
use model::live::{ClientFrame, Topic};
use serde::de::DeserializeOwned;
use serde_json::value::RawValue;
use ui::ConnectionState;

use connection::Connection;
use send_wrapper::SendWrapper;

/// What a listener hears. `T` is what the topic's events are: see [`model::live::Event`].
#[derive(Debug)]
pub enum Heard<T> {
    /// Something happened.
    Event(T),
    /// It listens now, or some events are gone for good: fetch the present state.
    CatchUp,
}

/// The live channel, in the context of every page inside the frame. Does nothing on the server.
#[derive(Clone, Copy)]
pub struct Live {
    /// How the connection is.
    pub state: RwSignal<ConnectionState>,
    connection: StoredValue<Option<SendWrapper<Rc<RefCell<Connection>>>>>,
}

impl Live {
    /// Makes the channel and connects once the page is in the browser.
    pub fn provide() -> Self {
        let live = Self { state: RwSignal::new(ConnectionState::Starting), connection: StoredValue::new(None) };
        provide_context(live);
        Effect::new(move |started: Option<()>| {
            if started.is_none() {
                live.ensure();
            }
        });
        on_cleanup(move || {
            if let Some(connection) = live.connection.try_update_value(Option::take).flatten() {
                connection::stop(&connection);
            }
        });
        live
    }

    /// The channel of the surrounding frame.
    pub fn expect() -> Self {
        use_context().unwrap_or_else(Self::provide)
    }

    fn ensure(self) -> Option<Rc<RefCell<Connection>>> {
        if self.connection.try_with_value(Option::is_none)? {
            self.connection.set_value(Some(SendWrapper::new(connection::start(self.state))));
        }
        self.connection.try_get_value().flatten().map(SendWrapper::take)
    }

    /// Hears `topic` until the surrounding owner is cleaned up. Call it in an effect or an event handler.
    ///
    /// Events are decoded here, not where they arrive: so each page carries the decoders of its own topics only.
    pub fn listen<T: DeserializeOwned>(self, topic: Topic, heard: impl Fn(Heard<T>) + 'static) {
        let Some(connection) = self.ensure() else { return };
        let listener = move |event: Option<&RawValue>| match event.map(payload::of) {
            None => heard(Heard::CatchUp),
            Some(Ok(event)) => heard(Heard::Event(event)),
            Some(Err(error)) => leptos::logging::warn!("{topic}: {error}; reload the page after an update"),
        };
        let id = connection::listen(&connection, topic, Rc::new(listener));
        let live = self;
        on_cleanup(move || {
            if let Some(connection) = live.connection.try_get_value().flatten() {
                connection::forget(&connection, topic, id);
            }
        });
    }

    /// Sends a frame nobody misses if the socket is not open.
    pub fn send(self, frame: &ClientFrame) {
        if let Some(connection) = self.connection.try_get_value().flatten() {
            connection::send(&connection, frame);
        }
    }
}
