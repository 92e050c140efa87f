//! `passkey.js`: asks the browser for passkeys.

use js_sys::Promise;
use wasm_bindgen::{JsValue, prelude::wasm_bindgen};
use wasm_bindgen_futures::JsFuture;

#[wasm_bindgen]
extern "C" {
    /// The module.
    pub(crate) type PasskeyModule;
    #[wasm_bindgen(method)]
    fn available(this: &PasskeyModule) -> bool;
    #[wasm_bindgen(method)]
    fn create(this: &PasskeyModule, options: &str) -> Promise;
    #[wasm_bindgen(method)]
    fn get(this: &PasskeyModule, options: &str) -> Promise;
}

/// What the browser is asked.
#[derive(Clone, Copy)]
pub(crate) enum Ask {
    /// Make a passkey.
    Create,
    /// Show one.
    Show,
}

/// The browser's answer to a challenge, as JSON.
///
/// # Errors
/// A sentence for the person: why there is no answer.
pub(crate) async fn ask(ask: Ask, options: &str) -> Result<String, String> {
    let module: PasskeyModule =
        super::import("passkey").await.map_err(|_| "This part could not be loaded. Try again.".to_owned())?;
    if !module.available() {
        return Err("This browser cannot use passkeys here: it needs https, and a newer version.".to_owned());
    }
    let promise = match ask {
        Ask::Create => module.create(options),
        Ask::Show => module.get(options),
    };
    let answer = JsFuture::from(promise).await.map_err(|error| reason(&error))?;
    answer.as_string().ok_or_else(|| "The browser gave no answer. Try again.".to_owned())
}

fn reason(error: &JsValue) -> String {
    let name = js_sys::Reflect::get(error, &JsValue::from_str("name")).ok().and_then(|name| name.as_string());
    match name.as_deref() {
        Some("InvalidStateError") => "This device has a passkey for your account already.",
        Some("NotAllowedError") => "The browser was not allowed to: it was cancelled, or took too long.",
        Some("SecurityError") => "Passkeys do not work at this address. Open Nova by its host name.",
        _ => "The browser could not do it. Try again.",
    }
    .to_owned()
}
