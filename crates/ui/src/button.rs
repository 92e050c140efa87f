use leptos::prelude::*;

use crate::{Icon, IconName};

/// How much a button asks to be pressed; one primary per view.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ButtonVariant {
    /// What this view is for.
    Primary,
    /// Anything else.
    #[default]
    Secondary,
    /// In toolbars and rows.
    Ghost,
    /// Destroys something; in a confirming dialog.
    Danger,
}

/// How tall a button is; on a phone all are at least 44 px.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ButtonSize {
    /// 26 px, inside rows and banners.
    Small,
    /// 32 px.
    #[default]
    Medium,
    /// 40 px, under a form of its own.
    Large,
}

/// What a button does to the form around it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ButtonType {
    /// Nothing.
    #[default]
    Button,
    /// Sends it.
    Submit,
}

pub(crate) fn classes(variant: ButtonVariant, size: ButtonSize, icon_only: bool) -> String {
    let variant = match variant {
        ButtonVariant::Primary => " button--primary",
        ButtonVariant::Secondary => " button--secondary",
        ButtonVariant::Ghost => " button--ghost",
        ButtonVariant::Danger => " button--danger",
    };
    let size = match size {
        ButtonSize::Small => " button--small",
        ButtonSize::Medium => "",
        ButtonSize::Large => " button--large",
    };
    ["button", variant, size, if icon_only { " button--icon" } else { "" }].concat()
}

const fn type_name(button_type: ButtonType) -> &'static str {
    match button_type {
        ButtonType::Button => "button",
        ButtonType::Submit => "submit",
    }
}

/// A button with words. Take `on:click` and other attributes directly: `<Button on:click=…>`.
#[component]
pub fn Button(
    /// `Secondary` unless given.
    #[prop(optional)]
    variant: ButtonVariant,
    /// `Medium` unless given.
    #[prop(optional)]
    size: ButtonSize,
    /// `Button` unless given.
    #[prop(optional)]
    button_type: ButtonType,
    /// A drawing before the words.
    #[prop(optional, into)]
    icon: Option<IconName>,
    /// While true it shows that it works and takes no press.
    #[prop(optional, into)]
    busy: Signal<bool>,
    /// Takes no press; say why beside it.
    #[prop(optional, into)]
    disabled: Signal<bool>,
    /// The words.
    children: Children,
) -> impl IntoView {
    view! {
        <button
            type=type_name(button_type)
            class=classes(variant, size, false)
            disabled=move || disabled.get() || busy.get()
            aria-busy=move || busy.get().then_some("true")
        >
            {icon.map(|name| view! { <Icon name/> })}
            {children()}
        </button>
    }
}

/// A button that is only a drawing; its label is its accessible name and its tooltip.
#[component]
pub fn IconButton(
    /// The drawing.
    icon: IconName,
    /// What it does, in words.
    #[prop(into)]
    label: TextProp,
    /// `Ghost` unless given.
    #[prop(default = ButtonVariant::Ghost)]
    variant: ButtonVariant,
    /// `Medium` unless given.
    #[prop(optional)]
    size: ButtonSize,
    /// Takes no press.
    #[prop(optional, into)]
    disabled: Signal<bool>,
) -> impl IntoView {
    let title = label.clone();
    view! {
        <button
            type="button"
            class=classes(variant, size, true)
            disabled=move || disabled.get()
            aria-label=move || label.get()
            title=move || title.get()
        >
            <Icon name=icon/>
        </button>
    }
}

/// A link that looks like a button: it goes somewhere, it does nothing.
#[component]
pub fn LinkButton(
    /// Where it leads.
    #[prop(into)]
    href: String,
    /// `Secondary` unless given.
    #[prop(optional)]
    variant: ButtonVariant,
    /// `Medium` unless given.
    #[prop(optional)]
    size: ButtonSize,
    /// A drawing before the words.
    #[prop(optional, into)]
    icon: Option<IconName>,
    /// The words.
    children: Children,
) -> impl IntoView {
    view! {
        <a href=href class=classes(variant, size, false)>
            {icon.map(|name| view! { <Icon name/> })}
            {children()}
        </a>
    }
}
