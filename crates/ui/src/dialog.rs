use leptos::{ev, html, prelude::*};
use wasm_bindgen::JsCast;

use crate::{IconButton, IconName};

/// Keeps a native `<dialog>` and its signal the same. The element brings the focus trap, Esc and the return of focus.
pub(crate) fn follow(node_ref: NodeRef<html::Dialog>, open: RwSignal<bool>) {
    Effect::new(move |_| {
        let wanted = open.get();
        let Some(dialog) = node_ref.get() else { return };
        if wanted && !dialog.open() {
            // A frame later its content is there, and showModal finds what to focus.
            let _ = request_animation_frame(move || {
                let _ = dialog.show_modal();
            });
        } else if !wanted && dialog.open() {
            dialog.close();
        }
    });
}

/// Whether a press was on the backdrop: there, the dialog itself is the target.
pub(crate) fn on_backdrop(event: &ev::MouseEvent) -> bool {
    event.target().is_some_and(|target| target.dyn_ref::<web_sys::HtmlDialogElement>().is_some())
}

/// A modal dialog. Its content is made anew each time it opens.
#[component]
pub fn Dialog(
    /// Unique on the page; the title's id is `{id}-title`.
    id: &'static str,
    /// Open while true; set to false when the reader closes it.
    open: RwSignal<bool>,
    /// What it is about, or the question it asks.
    #[prop(into)]
    title: TextProp,
    /// 600 px instead of 440.
    #[prop(optional)]
    wide: bool,
    /// The body; actions go into `div.dialog__actions` at its end.
    children: ChildrenFn,
) -> impl IntoView {
    let node_ref = NodeRef::<html::Dialog>::new();
    follow(node_ref, open);
    let title_id = [id, "-title"].concat();
    let labelled_by = title_id.clone();
    view! {
        <dialog
            node_ref=node_ref
            id=id
            class=if wide { "dialog dialog--wide" } else { "dialog" }
            aria-labelledby=labelled_by
            on:close=move |_| open.set(false)
            on:click=move |event| if on_backdrop(&event) { open.set(false) }
        >
            <header class="dialog__head">
                <h2 class="dialog__title" id=title_id>{move || title.get()}</h2>
                <span class="dialog__close">
                    <IconButton icon=IconName::X label="Close" on:click=move |_| open.set(false)/>
                </span>
            </header>
            <div class="dialog__body">
                <Show when=move || open.get() fallback=|| ()>{children()}</Show>
            </div>
        </dialog>
    }
}

/// A drawer from the bottom edge, for what does not fit a phone's bottom bar. A press on one of its links closes it.
#[component]
pub fn Sheet(
    /// Open while true; set to false when the reader closes it.
    open: RwSignal<bool>,
    /// Its accessible name: `More`.
    label: &'static str,
    /// Links with `sheet__link`, headings with `sheet__heading`.
    children: Children,
) -> impl IntoView {
    let node_ref = NodeRef::<html::Dialog>::new();
    follow(node_ref, open);
    let close_on = move |event: ev::MouseEvent| {
        let on_link = event
            .target()
            .and_then(|target| target.dyn_into::<web_sys::Element>().ok())
            .is_some_and(|element| element.closest("a, [data-closes]").ok().flatten().is_some());
        if on_link || on_backdrop(&event) {
            open.set(false);
        }
    };
    view! {
        <dialog node_ref=node_ref class="sheet" aria-label=label on:close=move |_| open.set(false) on:click=close_on>
            <div class="sheet__handle" aria-hidden="true"></div>
            {children()}
        </dialog>
    }
}
