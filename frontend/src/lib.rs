//! The browser's entry point.

// The pages are types, and deep ones.
#![recursion_limit = "1024"]

/// Takes over the page the server has drawn.
#[wasm_bindgen::prelude::wasm_bindgen]
pub fn hydrate() {
    // A panic ends the page's scripts; at least it shall say what it was.
    std::panic::set_hook(Box::new(|panic| web_sys::console::error_1(&panic.to_string().into())));
    leptos::mount::hydrate_lazy(app::App);
    // Tests and anything else that must not click too early wait for this mark.
    if let Some(root) =
        web_sys::window().and_then(|window| window.document()).and_then(|document| document.document_element())
    {
        // Setting an attribute by a constant, valid name cannot fail.
        let _ = root.set_attribute("data-hydrated", "");
    }
}
