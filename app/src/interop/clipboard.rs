//! The browser's clipboard.

use leptos::prelude::window;
use ui::{Toaster, Tone};

/// Copies `text` and says how it went. Browsers refuse it outside https and `localhost`; what is shown can be selected.
pub(crate) fn copy(text: &str, toaster: Toaster) {
    let clipboard = js_sys::Reflect::get(&window().navigator(), &"clipboard".into());
    let refused = move || {
        toaster.push(Tone::Warn, "The browser does not allow copying here: select the text and copy it yourself.");
    };
    // There is none outside a secure context; calling into it would throw.
    if !clipboard.is_ok_and(|clipboard| clipboard.is_object()) {
        return refused();
    }
    let promise = window().navigator().clipboard().write_text(text);
    leptos::task::spawn_local(async move {
        match wasm_bindgen_futures::JsFuture::from(promise).await {
            Ok(_) => toaster.push(Tone::Ok, "Copied"),
            Err(_) => refused(),
        }
    });
}
