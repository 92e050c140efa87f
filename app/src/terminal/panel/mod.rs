//! The settings beside the terminal: each shows at once in the terminal, and is kept when saved.

mod controls;
mod import;
mod own;
mod themes;

use leptos::{ev, html, prelude::*};
use send_wrapper::SendWrapper;
use ui::{Button, ButtonVariant, FormError, IconButton, IconName};
use wasm_bindgen::JsCast;

use super::desk::Desk;
use controls::{Behaviour, Letters};
use model::terminal::settings::Settings;
use themes::Themes;

/// The id of the button that opens it.
pub(crate) const OPENER: &str = "terminal-settings";

#[component]
pub(crate) fn Panel(desk: Desk) -> impl IntoView {
    // Where the focus goes back to.
    let opener = StoredValue::new(None::<SendWrapper<web_sys::HtmlElement>>);
    Effect::new(move |_| {
        if desk.panel.get() {
            let focus = document().active_element().and_then(|focus| focus.dyn_into().ok());
            opener.set_value(focus.map(SendWrapper::new));
        }
    });
    let close = Callback::new(move |()| {
        desk.close_panel();
        let before = opener.try_update_value(Option::take).flatten().map(SendWrapper::take);
        let before = before.filter(|element: &web_sys::HtmlElement| {
            element.is_connected() && !element.matches("body").unwrap_or(true)
        });
        let fallback = || document().get_element_by_id(OPENER).and_then(|button| button.dyn_into().ok());
        if let Some(element) = before.or_else(fallback) {
            let _ = element.focus();
        }
    });
    view! {
        <Show when=move || desk.panel.get()>
            <Body desk close/>
        </Show>
    }
}

#[component]
fn Body(desk: Desk, close: Callback<()>) -> impl IntoView {
    let title = NodeRef::<html::H2>::new();
    Effect::new(move |_| {
        if let Some(title) = title.get() {
            let _ = title.focus();
        }
    });
    let on_key = move |event: ev::KeyboardEvent| {
        // A dialog that is open over the panel closes itself.
        let target = event.target().and_then(|target| target.dyn_into::<web_sys::Element>().ok());
        let within = target.is_some_and(|target| target.closest("dialog").ok().flatten().is_some());
        if event.key() == "Escape" && !within {
            event.prevent_default();
            close.run(());
        }
    };
    // A button that is disabled by its own press would take the focus with it.
    let keep_focus = move || {
        if let Some(title) = title.get_untracked() {
            let _ = title.focus();
        }
    };
    let unchanged = Signal::derive(move || !desk.is_changed());
    let at_defaults = Signal::derive(move || desk.draft.with(|draft| *draft == Settings::default()));
    view! {
        <section class="terminal-panel" aria-labelledby="terminal-panel-title" on:keydown=on_key>
            <header class="terminal-panel__head">
                <h2 class="terminal-panel__title" id="terminal-panel-title" tabindex="-1" node_ref=title>"Terminal settings"</h2>
                <IconButton icon=IconName::X label="Close the settings" on:click=move |_| close.run(())/>
            </header>
            <div class="terminal-panel__body">
                <Themes desk/>
                <Letters desk/>
                <Behaviour desk/>
            </div>
            <footer class="terminal-panel__foot">
                <FormError error=desk.error/>
                <div class="row row--wrap">
                    <Button variant=ButtonVariant::Primary busy=desk.saving disabled=unchanged on:click=move |_| { keep_focus(); desk.save() }>"Save"</Button>
                    <Button disabled=unchanged on:click=move |_| { keep_focus(); desk.draft.set(desk.saved.get_untracked()) }>"Discard"</Button>
                    <span class="push"></span>
                    <Button variant=ButtonVariant::Ghost disabled=at_defaults on:click=move |_| { keep_focus(); desk.draft.set(Settings::default()) }>"Defaults"</Button>
                </div>
            </footer>
        </section>
    }
}
