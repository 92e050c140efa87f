//! The browser's entry point.

// The pages are types, and deep ones.
#![recursion_limit = "1024"]

/// Takes over the page the server has drawn.
#[wasm_bindgen::prelude::wasm_bindgen]
pub fn hydrate() {
    // A panic ends the page's scripts; at least it shall say what it was.
    std::panic::set_hook(Box::new(|panic| web_sys::console::error_1(&panic.to_string().into())));
    wasm_bindgen_futures::spawn_local(async {
        let Some(document) = web_sys::window().and_then(|window| window.document()) else { return };
        let Some(body) = document.body() else { return };
        // Ends when the page in view has its own chunk and is taken over too.
        leptos::mount::hydrate_from_async(body, app::App).await.forget();
        leptos::task::tick().await;
        // Tests and anything else that must not click too early wait for this mark. Setting an attribute by a constant,
        // valid name cannot fail.
        let _ = document.document_element().map(|root| root.set_attribute("data-hydrated", ""));
    });
}
