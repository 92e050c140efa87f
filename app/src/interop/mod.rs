//! Typed bindings of the JavaScript libraries we bundle. Each is loaded by a dynamic import when it is first shown.

pub(crate) mod chart;
pub(crate) mod clipboard;
pub(crate) mod passkey;
pub(crate) mod picture;
pub(crate) mod player;
pub(crate) mod strength;
pub(crate) mod terminal;

use js_sys::{Object, Promise, Reflect};
use leptos::prelude::document;
use wasm_bindgen::{JsCast, JsValue, prelude::wasm_bindgen};
use wasm_bindgen_futures::JsFuture;

#[wasm_bindgen(inline_js = "export const load = (url) => import(url);")]
extern "C" {
    fn load(url: &str) -> Promise;
}

/// Loads one of the bundles in `public/vendor`. The browser keeps it, so a second call costs nothing.
///
/// # Errors
/// What the browser says when the file cannot be had.
pub(crate) async fn import<T: JsCast>(name: &str) -> Result<T, JsValue> {
    // The build's hash makes the address immutable; without one (debug builds) the file is checked each time.
    let build = document().document_element().and_then(|root| root.get_attribute("data-build"));
    let version = build.map(|build| format!("?v={build}")).unwrap_or_default();
    Ok(JsFuture::from(load(&format!("/vendor/{name}.js{version}"))).await?.unchecked_into())
}

/// A plain object from names and values.
pub(crate) fn object(members: &[(&str, JsValue)]) -> Object {
    let object = Object::new();
    for (name, value) in members {
        // Setting a member of a fresh plain object cannot fail.
        let _ = Reflect::set(&object, &JsValue::from_str(name), value);
    }
    object
}
