use leptos::{ev, html, prelude::*};

use super::{PaletteEntry, rank::rank};
use crate::dialog::{follow, on_backdrop};
use crate::{Icon, IconName, Kbd, storage};

const RECENT: &str = "nova-palette";
/// Recent entries remembered.
const REMEMBERED: usize = 8;

/// The command palette: go anywhere, do anything the page offers. The caller opens it (Ctrl-K, the top bar's search).
#[component]
pub fn Palette(
    /// Open while true; set to false when the reader closes it.
    open: RwSignal<bool>,
    /// Everything it offers now.
    #[prop(into)]
    entries: Signal<Vec<PaletteEntry>>,
) -> impl IntoView {
    let dialog = NodeRef::<html::Dialog>::new();
    follow(dialog, open);
    let typed = RwSignal::new(String::new());
    let chosen = RwSignal::new(0_usize);
    let recent = RwSignal::new(Vec::<String>::new());
    Effect::new(move |_| {
        if open.get() {
            typed.set(String::new());
            chosen.set(0);
            recent.set(remembered());
        }
    });
    let found = Memo::new_with_compare(
        move |_| if open.get() { entries.with(|all| rank(all, &typed.read(), &recent.read())) } else { Vec::new() },
        |_, _| true,
    );
    let run = Callback::new(move |(entry,): (PaletteEntry,)| {
        open.set(false);
        remember(&entry.id);
        // After the dialog has given the focus back, so that the action may take it.
        let _ = request_animation_frame(move || entry.action.run());
    });
    let on_key = move |event: ev::KeyboardEvent| {
        let count = found.with_untracked(Vec::len);
        match event.key().as_str() {
            "ArrowDown" if count > 0 => chosen.update(|chosen| *chosen = (*chosen + 1) % count),
            "ArrowUp" if count > 0 => chosen.update(|chosen| *chosen = (*chosen + count - 1) % count),
            "Enter" => {
                if let Some(entry) = found.with_untracked(|found| found.get(chosen.get_untracked()).cloned()) {
                    run.run((entry,));
                }
            }
            _ => return,
        }
        event.prevent_default();
        reveal(chosen.get_untracked());
    };
    view! {
        <dialog
            node_ref=dialog
            class="palette"
            aria-label="Command palette"
            on:close=move |_| open.set(false)
            on:click=move |event| if on_backdrop(&event) { open.set(false) }
        >
            <div class="palette__search">
                <Icon name=IconName::Search/>
                <input
                    class="palette__input"
                    type="text"
                    role="combobox"
                    aria-label="Search or run a command"
                    aria-expanded="true"
                    aria-controls="palette-list"
                    aria-autocomplete="list"
                    aria-activedescendant=move || found.with(|found| !found.is_empty()).then(|| option_id(chosen.get()))
                    autocomplete="off"
                    spellcheck="false"
                    placeholder="Search or run a command"
                    autofocus
                    prop:value=move || typed.get()
                    on:input=move |event| {
                        typed.set(event_target_value(&event));
                        chosen.set(0);
                    }
                    on:keydown=on_key
                />
            </div>
            <div class="palette__list" id="palette-list" role="listbox" aria-label="Commands">
                {move || options(&found.get(), chosen, run)}
            </div>
            <p class="palette__none" role="status" hidden=move || !found.with(Vec::is_empty)>
                "Nothing matches “" {move || typed.get()} "”"
            </p>
            <footer class="palette__foot" aria-hidden="true">
                <span><Kbd keys="↑ ↓"/>"choose"</span>
                <span><Kbd keys="↵"/>"run"</span>
                <span><Kbd keys="Esc"/>"close"</span>
            </footer>
        </dialog>
    }
}

/// The options, with a heading wherever the group changes.
fn options(found: &[PaletteEntry], chosen: RwSignal<usize>, run: Callback<(PaletteEntry,)>) -> impl IntoView + use<> {
    let mut group = "";
    found
        .iter()
        .enumerate()
        .map(|(index, entry)| {
            let heading = (entry.group != group).then_some(entry.group);
            group = entry.group;
            view! {
                {heading.map(|heading| view! { <div class="palette__group" role="presentation">{heading}</div> })}
                <OptionLine index entry=entry.clone() chosen run/>
            }
        })
        .collect_view()
}

#[component]
fn OptionLine(
    index: usize,
    entry: PaletteEntry,
    chosen: RwSignal<usize>,
    run: Callback<(PaletteEntry,)>,
) -> impl IntoView {
    let (icon, label, hint, keys) = (entry.icon, entry.label.clone(), entry.hint.clone(), entry.keys);
    view! {
        <div
            id=option_id(index)
            class="palette__option"
            role="option"
            aria-selected=move || if chosen.get() == index { "true" } else { "false" }
            on:mousemove=move |_| if chosen.get_untracked() != index { chosen.set(index) }
            on:click=move |_| run.run((entry.clone(),))
        >
            <Icon name=icon/>
            <span>{label}</span>
            {hint.map(|hint| view! { <span class="palette__hint">{hint}</span> })}
            {keys.map(|keys| view! { <Kbd keys/> })}
        </div>
    }
}

fn option_id(index: usize) -> String {
    ["palette-option-", &index.to_string()].concat()
}

fn reveal(index: usize) {
    if let Some(option) = document().get_element_by_id(&option_id(index)) {
        let options = web_sys::ScrollIntoViewOptions::new();
        options.set_block(web_sys::ScrollLogicalPosition::Nearest);
        option.scroll_into_view_with_scroll_into_view_options(&options);
    }
}

fn remembered() -> Vec<String> {
    storage::read(RECENT).map(|ids| ids.split('\n').map(str::to_owned).collect()).unwrap_or_default()
}

fn remember(id: &str) {
    let mut ids = remembered();
    ids.retain(|known| known != id && !known.is_empty());
    ids.insert(0, id.to_owned());
    ids.truncate(REMEMBERED);
    storage::write(RECENT, &ids.join("\n"));
}
