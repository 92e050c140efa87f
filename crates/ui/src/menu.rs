use leptos::{ev, html, prelude::*};
use wasm_bindgen::JsCast;
use web_sys::{HtmlElement, ToggleEvent};

use crate::button::classes;
use crate::{ButtonSize, ButtonVariant, Icon, IconName, Kbd};

/// A button that opens a list of actions. The list is a native popover: it opens before hydration too, Esc and a press
/// elsewhere close it, and the focus returns. Arrow keys, Home and End move in it.
#[component]
pub fn Menu(
    /// Unique on the page: the list's id.
    #[prop(into)]
    id: String,
    /// The button's accessible name.
    #[prop(into)]
    label: TextProp,
    /// What the button shows; three dots unless given.
    #[prop(into, default = ViewFnOnce::from(|| view! { <Icon name=IconName::More/> }))]
    trigger: ViewFnOnce,
    /// The button's classes; a ghost icon button unless given.
    #[prop(optional, into)]
    class: Option<&'static str>,
    /// [`MenuItem`], [`MenuLink`], [`MenuHeading`], [`MenuRule`].
    children: Children,
) -> impl IntoView {
    let button = NodeRef::<html::Button>::new();
    let list = NodeRef::<html::Div>::new();
    let expanded = RwSignal::new(false);
    let place = move |event: ToggleEvent| {
        if let (Some(button), Some(list), true) = (button.get_untracked(), list.get_untracked(), opens(&event)) {
            place_beside(&list, &button);
        }
    };
    let toggled = move |event: ToggleEvent| {
        let open = opens(&event);
        expanded.set(open);
        if open {
            focus_item(list, Move::First);
        }
    };
    let class = class.map_or_else(|| classes(ButtonVariant::Ghost, ButtonSize::Medium, true), str::to_owned);
    view! {
        <span class="menu">
            <button
                node_ref=button
                type="button"
                class=class
                popovertarget=id.clone()
                aria-haspopup="menu"
                aria-expanded=move || if expanded.get() { "true" } else { "false" }
                aria-controls=id.clone()
                aria-label=move || label.get()
            >
                {trigger.run()}
            </button>
            <div
                node_ref=list
                id=id
                class="menu__list"
                popover="auto"
                role="menu"
                on:beforetoggle=place
                on:toggle=toggled
                on:keydown=move |event| on_key(&event, list)
                on:click=move |event| if on_item(&event) { hide(list) }
            >
                {children()}
            </div>
        </span>
    }
}

/// One action of a [`Menu`].
#[component]
pub fn MenuItem(
    /// A drawing before the words.
    #[prop(optional, into)]
    icon: Option<IconName>,
    /// It destroys something.
    #[prop(optional)]
    danger: bool,
    /// Of a choice: whether it holds.
    #[prop(optional, into)]
    checked: Option<Signal<bool>>,
    /// The keys that do the same.
    #[prop(optional, into)]
    keys: Option<String>,
    /// Does it.
    #[prop(into)]
    on_select: Callback<()>,
    /// The words.
    children: Children,
) -> impl IntoView {
    view! {
        <button
            type="button"
            class=if danger { "menu__item menu__item--danger" } else { "menu__item" }
            role=if checked.is_some() { "menuitemradio" } else { "menuitem" }
            aria-checked=move || checked.map(|checked| if checked.get() { "true" } else { "false" })
            tabindex="-1"
            on:click=move |_| on_select.run(())
        >
            {icon.map(|name| view! { <Icon name/> })}
            <span>{children()}</span>
            {keys.map(|keys| view! { <Kbd keys/> })}
        </button>
    }
}

/// One place of a [`Menu`] to go to.
#[component]
pub fn MenuLink(
    /// Where it leads.
    #[prop(into)]
    href: String,
    /// A drawing before the words.
    #[prop(optional, into)]
    icon: Option<IconName>,
    /// The words.
    children: Children,
) -> impl IntoView {
    view! {
        <a class="menu__item" role="menuitem" tabindex="-1" href=href>
            {icon.map(|name| view! { <Icon name/> })}
            <span>{children()}</span>
        </a>
    }
}

/// Quiet words over a group of items.
#[component]
pub fn MenuHeading(
    /// The words.
    children: Children,
) -> impl IntoView {
    view! { <div class="menu__heading" role="presentation">{children()}</div> }
}

/// A line between groups of items.
#[component]
pub fn MenuRule() -> impl IntoView {
    view! { <div class="menu__rule" role="separator"></div> }
}

enum Move {
    First,
    Last,
    Next,
    Previous,
}

fn opens(event: &ToggleEvent) -> bool {
    event.new_state() == "open"
}

fn on_item(event: &ev::MouseEvent) -> bool {
    let target = event.target().and_then(|target| target.dyn_into::<web_sys::Element>().ok());
    target.is_some_and(|element| element.closest(".menu__item").ok().flatten().is_some())
}

fn hide(list: NodeRef<html::Div>) {
    if let Some(list) = list.get_untracked() {
        let _ = list.hide_popover();
    }
}

fn on_key(event: &ev::KeyboardEvent, list: NodeRef<html::Div>) {
    let step = match event.key().as_str() {
        "ArrowDown" => Move::Next,
        "ArrowUp" => Move::Previous,
        "Home" => Move::First,
        "End" => Move::Last,
        "Tab" => return hide(list),
        _ => return,
    };
    event.prevent_default();
    focus_item(list, step);
}

fn focus_item(list: NodeRef<html::Div>, step: Move) {
    let Some(list) = list.get_untracked() else { return };
    let Ok(items) = list.query_selector_all(".menu__item") else { return };
    let count = items.length();
    if count == 0 {
        return;
    }
    let active = document().active_element();
    let now = (0..count).find(|index| {
        items.item(*index).is_some_and(|item| active.as_ref().is_some_and(|active| active.is_same_node(Some(&item))))
    });
    let next = match (step, now) {
        (Move::First, _) | (Move::Next, None) => 0,
        (Move::Last, _) | (Move::Previous, None) => count - 1,
        (Move::Next, Some(now)) => (now + 1) % count,
        (Move::Previous, Some(now)) => (now + count - 1) % count,
    };
    if let Some(item) = items.item(next).and_then(|item| item.dyn_into::<HtmlElement>().ok()) {
        let _ = item.focus();
    }
}

/// Under or over the button, from its left or right edge, wherever there is more room. Computed geometry, so inline.
fn place_beside(list: &HtmlElement, button: &HtmlElement) {
    let rect = button.get_bounding_client_rect();
    let size = |value: Result<wasm_bindgen::JsValue, _>| {
        value.ok().and_then(|value: wasm_bindgen::JsValue| value.as_f64()).unwrap_or_default()
    };
    let (width, height) = (size(window().inner_width()), size(window().inner_height()));
    let px = |value: f64| value.round().to_string() + "px";
    let style = web_sys::HtmlElement::style(list);
    let below = rect.top() < height / 2.0;
    let from_left = rect.left() < width / 2.0;
    let pairs = [
        ("top", below.then(|| px(rect.bottom() + 4.0))),
        ("bottom", (!below).then(|| px(height - rect.top() + 4.0))),
        ("left", from_left.then(|| px(rect.left()))),
        ("right", (!from_left).then(|| px(width - rect.right()))),
    ];
    for (name, value) in pairs {
        let _ = style.set_property(name, value.as_deref().unwrap_or("auto"));
    }
}
