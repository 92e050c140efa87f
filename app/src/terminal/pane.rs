//! One shell in view.

use std::rc::Rc;

use leptos::{html, prelude::*};
use model::{
    TerminalId,
    terminal::{State, TerminalInfo},
};
use send_wrapper::SendWrapper;
use ui::{Banner, Button, ButtonSize, Status, Tone};
use wasm_bindgen::{JsCast, JsValue, prelude::Closure};
use web_sys::KeyboardEvent;

use super::{
    api::terminals,
    keybar::KeyBar,
    link::{self, LinkState},
    page::Shells,
};
use crate::{
    interop::{
        self, object,
        terminal::{TerminalHandle, TerminalModule},
    },
    live::Live,
};

/// The emulator with its stream; the closures live as long as both.
pub(crate) struct Attached {
    pub(crate) handle: TerminalHandle,
    link: link::Shared,
    _closures: Vec<Box<dyn std::any::Any>>,
}

#[component]
pub(crate) fn Pane(shells: Shells, id: TerminalId) -> impl IntoView {
    let host = NodeRef::<html::Div>::new();
    let state = RwSignal::new(LinkState::Connecting);
    let failed = RwSignal::new(false);
    let attached = StoredValue::<Option<SendWrapper<Attached>>>::new(None);
    let gone = Callback::new(move |()| {
        leptos::task::spawn_local(async move {
            if let Ok(list) = terminals().await
                && !list.iter().any(|info: &TerminalInfo| info.id == id)
            {
                let _ = shells.list.try_set(list);
            }
        });
    });
    Effect::new(move |_| {
        let Some(element) = host.get() else { return };
        leptos::task::spawn_local(async move {
            let Ok(module) = interop::import::<TerminalModule>("terminal").await else {
                let _ = failed.try_set(true);
                return;
            };
            // The reader may have gone on while the bundle was under way.
            if attached.try_with_value(|_| ()).is_some() {
                let mounted = mount(&module, &element, shells, id, state, gone);
                mounted.handle.focus();
                let _ = attached.try_update_value(|attached| *attached = Some(SendWrapper::new(mounted)));
            }
        });
    });
    let live = Live::expect();
    Effect::new(move |_| {
        if live.state.get() == ui::ConnectionState::Live {
            let _ = attached.try_with_value(|attached| attached.as_ref().map(|attached| link::nudge(&attached.link)));
        }
    });
    Effect::new(move |_| {
        if let LinkState::Ended(end) = state.get() {
            shells.update(id, |info| info.state = end);
        }
    });
    on_cleanup(move || {
        if let Some(attached) = attached.try_update_value(Option::take).flatten() {
            let Attached { handle, link, .. } = attached.take();
            drop(link);
            handle.dispose();
        }
    });
    let size = move || shells.list.with(|list| list.iter().find(|info| info.id == id).map(|info| info.size));
    view! {
        <section class="terminal__stage" id="terminal-pane" role="tabpanel" aria-labelledby=format!("tab-{id}")>
            <div class="terminal__pane"><div class="terminal__host" node_ref=host data-terminal=id.to_string()></div></div>
            <Show when=move || failed.get()>
                <Banner tone=Tone::Bad title="The terminal could not be loaded" detail="Check the connection and reload the page; the shell runs on."/>
            </Show>
            {move || match state.get() {
                LinkState::Ended(end) => Some(view! {
                    <div class="terminal__notice">
                        <Banner tone=tone_of(end) title=ended(end)>
                            <Button size=ButtonSize::Small on:click=move |_| shells.open.run(())>"Open another"</Button>
                            <Button size=ButtonSize::Small on:click=move |_| shells.close.run(id)>"Close the tab"</Button>
                        </Banner>
                    </div>
                }),
                _ => None,
            }}
        </section>
        <KeyBar attached/>
        <footer class="terminal__foot">
            <Status tone=Signal::derive(move || link_word(state.get()).0) word=move || link_word(state.get()).1/>
            <span>{move || size().map(|size| format!("{}×{}", size.cols, size.rows))}</span>
            <span class="terminal__foot-end">"Ctrl Shift L leaves the terminal"</span>
        </footer>
    }
}

fn link_word(state: LinkState) -> (Tone, &'static str) {
    match state {
        LinkState::Connecting => (Tone::Neutral, "connecting"),
        LinkState::Live => (Tone::Ok, "connected"),
        LinkState::Lost => (Tone::Warn, "lost, connecting again; the shell runs on, what you type is kept"),
        LinkState::Ended(_) => (Tone::Neutral, "ended"),
    }
}

fn tone_of(state: State) -> Tone {
    if state == (State::Exited { code: 0 }) { Tone::Neutral } else { Tone::Warn }
}

fn ended(state: State) -> String {
    match state {
        State::Exited { code: 0 } => "The shell has exited.".to_owned(),
        State::Exited { code } => format!("The shell has exited with status {code}."),
        State::Killed { signal } => format!("Signal {signal} has ended the shell."),
        State::Lost => "The process that held the shell was killed, and the shell with it.".to_owned(),
        State::Unreachable => {
            "The shell runs on, but out of this server's reach: another version of Nova holds it.".to_owned()
        }
        State::Running => String::new(),
    }
}

/// Mounts the emulator, connects the stream, and ties both together.
fn mount(
    module: &TerminalModule,
    element: &web_sys::HtmlElement,
    shells: Shells,
    id: TerminalId,
    state: RwSignal<LinkState>,
    gone: Callback<()>,
) -> Attached {
    let handle = module.mount(element, &object(&[("label", JsValue::from_str("Terminal input"))]));
    let link = link::start(id, handle.clone(), state, gone);
    let mut closures: Vec<Box<dyn std::any::Any>> = Vec::new();
    let typed: Closure<dyn Fn(JsValue)> = Closure::new({
        let link = Rc::downgrade(&link);
        move |bytes: JsValue| {
            if let Some(link) = link.upgrade() {
                link::input(&link, &link::bytes_of(&bytes));
            }
        }
    });
    handle.on_data(typed.as_ref().unchecked_ref());
    handle.on_binary(typed.as_ref().unchecked_ref());
    closures.push(Box::new(typed));
    let resized: Closure<dyn Fn(u16, u16)> = Closure::new({
        let link = Rc::downgrade(&link);
        move |cols, rows| {
            shells.update(id, |info| info.size = model::terminal::Size { cols, rows });
            if let Some(link) = link.upgrade() {
                link::send_size(&link);
            }
        }
    });
    handle.on_resize(resized.as_ref().unchecked_ref());
    closures.push(Box::new(resized));
    let titled: Closure<dyn Fn(String)> = Closure::new(move |title: String| {
        let title: String = title.chars().filter(|c| !c.is_control()).take(128).collect();
        if !title.trim().is_empty() {
            shells.update(id, |info| info.title = title);
        }
    });
    handle.on_title(titled.as_ref().unchecked_ref());
    closures.push(Box::new(titled));
    // All keys belong to the shell but this one chord, which gives the keyboard back to the page.
    let leave: Closure<dyn Fn(KeyboardEvent) -> bool> = Closure::new(move |event: KeyboardEvent| {
        let chord = event.ctrl_key() && event.shift_key() && event.code() == "KeyL";
        if chord {
            let tab = document().get_element_by_id(&format!("tab-{id}"));
            if let Some(tab) = tab.and_then(|tab| tab.dyn_into::<web_sys::HtmlElement>().ok()) {
                let _ = tab.focus();
            }
        }
        chord
    });
    handle.on_shortcut(leave.as_ref().unchecked_ref());
    closures.push(Box::new(leave));
    let now = handle.size();
    shells.update(id, |info| info.size = model::terminal::Size { cols: now.cols(), rows: now.rows() });
    Attached { handle, link, _closures: closures }
}
