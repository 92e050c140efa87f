//! `terminal-player.js`: recordings of shells.

use js_sys::{Object, Promise};
use wasm_bindgen::prelude::wasm_bindgen;
use web_sys::HtmlElement;

#[wasm_bindgen]
extern "C" {
    /// The module.
    pub(crate) type PlayerModule;
    /// Draws a player into an empty element; resolves with a [`PlayerHandle`] that stands at the beginning.
    #[wasm_bindgen(method)]
    pub(crate) fn mount(this: &PlayerModule, element: &HtmlElement, options: &Object) -> Promise;

    /// A player.
    #[derive(Clone)]
    pub(crate) type PlayerHandle;
    /// Goes on, or begins again after the end.
    #[wasm_bindgen(method)]
    pub(crate) fn play(this: &PlayerHandle);
    /// Stands still.
    #[wasm_bindgen(method)]
    pub(crate) fn pause(this: &PlayerHandle);
    /// Goes to a time, in milliseconds since the beginning; resolves when its screen is drawn.
    #[wasm_bindgen(method)]
    pub(crate) fn seek(this: &PlayerHandle, time: f64) -> Promise;
    /// Plays so many times faster.
    #[wasm_bindgen(method, js_name = setSpeed)]
    pub(crate) fn set_speed(this: &PlayerHandle, factor: f64);
    /// Whether silence is skipped.
    #[wasm_bindgen(method, js_name = setSkipping)]
    pub(crate) fn set_skipping(this: &PlayerHandle, on: bool);
    /// Removes it.
    #[wasm_bindgen(method)]
    pub(crate) fn dispose(this: &PlayerHandle);
}
