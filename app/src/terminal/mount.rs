//! Ties an emulator to its stream, its tab and the page.

use std::rc::Rc;

use leptos::prelude::*;
use model::TerminalId;
use send_wrapper::SendWrapper;
use ui::{Toaster, Tone};
use wasm_bindgen::{JsCast, JsValue, prelude::Closure};
use web_sys::KeyboardEvent;

use super::{
    bell,
    commands::{self, Shown},
    desk::Desk,
    link::{self, LinkState, Way},
    look,
    page::Shells,
    questions::{Kind, Question},
    search::Found,
    share::{Door, Sharing},
    tools::Tools,
};
use crate::interop::{
    object,
    terminal::{TerminalHandle, TerminalModule},
};

/// The emulator with its stream; the closures live as long as both.
pub(crate) struct Attached {
    pub(crate) handle: TerminalHandle,
    pub(crate) link: link::Shared,
    _closures: Vec<Box<dyn std::any::Any>>,
}

/// What a pane has to do with.
#[derive(Clone, Copy)]
pub(crate) struct Scene {
    pub(crate) shells: Shells,
    pub(crate) desk: Desk,
    pub(crate) id: TerminalId,
    pub(crate) door: Door,
    pub(crate) sharing: Sharing,
    pub(crate) state: RwSignal<LinkState>,
    pub(crate) found: RwSignal<Found>,
    pub(crate) asked: RwSignal<Option<Question>>,
    pub(crate) tools: Tools,
    /// The command over whose output the bar stands.
    pub(crate) shown: RwSignal<Option<Shown>>,
    pub(crate) toaster: Toaster,
}

/// Mounts the emulator, connects the stream, and ties both together.
pub(crate) fn mount(
    module: &TerminalModule,
    element: &web_sys::HtmlElement,
    scene: Scene,
    gone: Callback<()>,
) -> Attached {
    let Scene { shells, desk, id, door, sharing, state, .. } = scene;
    let ground = desk.panel.get_untracked().then(|| desk.ground.get_untracked());
    let settings =
        desk.draft.with_untracked(|settings| desk.themes.with_untracked(|own| look::options(settings, own, ground)));
    let nonce =
        shells.list.with_untracked(|list| list.iter().find(|info| info.id == id).and_then(|info| info.nonce.clone()));
    let clipboard = desk.clipboard.with_value(|known| known.get(&id).copied());
    let handle = module.mount(
        element,
        &object(&[
            ("label", JsValue::from_str("Terminal input")),
            ("settings", settings.into()),
            // A guest takes the shell's size until they have control.
            ("autofit", JsValue::from_bool(door == Door::Own)),
            ("nonce", nonce.map_or(JsValue::UNDEFINED, JsValue::from)),
            ("clipboard", clipboard.map_or(JsValue::UNDEFINED, JsValue::from_bool)),
        ]),
    );
    let link = link::start(Way { id, door, sharing }, handle.clone(), state, gone);
    let mut closures = stream(&handle, &link, shells, id);
    closures.extend(page(&handle, scene));
    if door == Door::Own {
        // What a guest ran elsewhere is of no use here, and the commands here are the owner's.
        closures.push(scene.tools.arrived(id, &handle));
        closures.push(commands::follow(&handle, scene.shown));
    }
    let now = handle.size();
    shells.update(id, |info| info.size = model::terminal::Size { cols: now.cols(), rows: now.rows() });
    Attached { handle, link, _closures: closures }
}

/// Bytes and sizes go to the shell.
fn stream(handle: &TerminalHandle, link: &link::Shared, shells: Shells, id: TerminalId) -> Vec<Box<dyn std::any::Any>> {
    let typed: Closure<dyn Fn(JsValue)> = Closure::new({
        let link = Rc::downgrade(link);
        move |bytes: JsValue| {
            if let Some(link) = link.upgrade() {
                link::input(&link, &link::bytes_of(&bytes));
            }
        }
    });
    handle.on_data(typed.as_ref().unchecked_ref());
    handle.on_binary(typed.as_ref().unchecked_ref());
    let resized: Closure<dyn Fn(u16, u16)> = Closure::new({
        let link = Rc::downgrade(link);
        move |cols, rows| {
            shells.update(id, |info| info.size = model::terminal::Size { cols, rows });
            if let Some(link) = link.upgrade() {
                link::send_size(&link);
            }
        }
    });
    handle.on_resize(resized.as_ref().unchecked_ref());
    vec![Box::new(typed), Box::new(resized)]
}

/// Titles, bells, questions, searches and the page's own keys.
fn page(handle: &TerminalHandle, scene: Scene) -> Vec<Box<dyn std::any::Any>> {
    let Scene { shells, desk, id, door, found, asked, tools, toaster, .. } = scene;
    let titled: Closure<dyn Fn(String)> = Closure::new(move |title: String| {
        let title: String = title.chars().filter(|c| !c.is_control()).take(128).collect();
        if !title.trim().is_empty() {
            shells.update(id, |info| info.title = title);
        }
    });
    handle.on_title(titled.as_ref().unchecked_ref());
    let rang: Closure<dyn Fn()> = Closure::new(move || bell::rang(desk, shells, id));
    handle.on_bell(rang.as_ref().unchecked_ref());
    let counted: Closure<dyn Fn(i32, u32)> = Closure::new(move |index, count| {
        let _ = found.try_set(Found { index, count });
    });
    handle.on_found(counted.as_ref().unchecked_ref());
    let asks: Closure<dyn Fn(String, String, String)> = Closure::new({
        let handle = handle.clone();
        move |kind: String, first, second| {
            let Some(kind) = Kind::named(&kind) else { return };
            let handle = SendWrapper::new(handle.clone());
            let question = Question { shell: id, kind, first, second, handle };
            if let Some(Some(older)) = asked.try_update(|asked| asked.replace(question)) {
                // A newer question of the same emulator and kind has taken the older one's place already.
                if older.shell != id || older.kind != kind {
                    older.handle.answer(older.kind.word(), false);
                }
            }
        }
    });
    handle.on_ask(asks.as_ref().unchecked_ref());
    let tells: Closure<dyn Fn(String, String)> = Closure::new(move |tone: String, text: String| {
        toaster.push(if tone == "ok" { Tone::Ok } else { Tone::Warn }, text);
    });
    handle.on_tell(tells.as_ref().unchecked_ref());
    let jump = move |step| {
        let _none_there = tools.with(Some(id), |handle| handle.jump_to_command(step));
    };
    let chords: Closure<dyn Fn(KeyboardEvent) -> bool> = Closure::new(move |event: KeyboardEvent| {
        let page = event.ctrl_key() && event.shift_key() && !event.alt_key();
        match event.code().as_str() {
            "KeyL" if page => leave(id),
            "KeyF" if page => desk.search.set(true),
            "Comma" if page => desk.open_panel(),
            _ if door != Door::Own => return false,
            "KeyH" if page => tools.history.set(true),
            "KeyE" if page => tools.templates.set(true),
            "ArrowUp" if page => jump(-1),
            "ArrowDown" if page => jump(1),
            "KeyO" if page => commands::copy_output(tools, Some(id), toaster),
            _ => return false,
        }
        true
    });
    handle.on_shortcut(chords.as_ref().unchecked_ref());
    vec![Box::new(titled), Box::new(rang), Box::new(counted), Box::new(asks), Box::new(tells), Box::new(chords)]
}

/// Gives the keyboard back to the page.
fn leave(id: TerminalId) {
    let tab = document().get_element_by_id(&format!("tab-{id}"));
    if let Some(tab) = tab.and_then(|tab| tab.dyn_into::<web_sys::HtmlElement>().ok()) {
        let _ = tab.focus();
    }
}
