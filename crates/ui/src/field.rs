use leptos::{ev, html, prelude::*};

use crate::{Icon, IconName, IconSize};

/// A labelled line of text. Works as a plain form field without JavaScript; the hint and the error are described to it.
#[component]
pub fn Field(
    /// The form's name for it; also makes its id, `field-{name}`.
    name: &'static str,
    /// The words above it.
    #[prop(into)]
    label: TextProp,
    /// `text` unless given; `password` brings a button that shows it.
    #[prop(default = "text")]
    input_type: &'static str,
    /// Two-way text. Typed before hydration, it is kept.
    #[prop(optional, into)]
    value: Option<RwSignal<String>>,
    /// Its first text where nobody needs to follow it.
    #[prop(optional, into)]
    initial: Option<String>,
    /// What the browser may fill in: `username`, `current-password`, `new-password`, `off`…
    #[prop(optional, into)]
    autocomplete: Option<&'static str>,
    /// An example, never the only label.
    #[prop(optional, into)]
    placeholder: Option<&'static str>,
    /// One line of help under it.
    #[prop(optional, into)]
    hint: Option<TextProp>,
    /// What is wrong and how to mend it; `None` while nothing is.
    #[prop(optional, into)]
    error: Signal<Option<String>>,
    /// The browser asks for it before sending.
    #[prop(optional)]
    required: bool,
    /// Takes the focus when the page opens.
    #[prop(optional)]
    autofocus: bool,
    /// Cannot be changed now.
    #[prop(optional, into)]
    disabled: Signal<bool>,
    /// Set in the mono font: codes, names of machines.
    #[prop(optional)]
    mono: bool,
    /// The id of a `<datalist>` with what may be meant.
    #[prop(optional, into)]
    list: Option<&'static str>,
    /// When the field is left: the moment to judge it.
    #[prop(optional, into)]
    on_blur: Option<Callback<()>>,
    /// The input itself, to focus it when it is the first wrong one.
    #[prop(optional)]
    node_ref: NodeRef<html::Input>,
) -> impl IntoView {
    let shown = RwSignal::new(false);
    let is_password = input_type == "password";
    if let Some(value) = value {
        follow(node_ref, value);
    }
    let start = value.map(|value| value.get_untracked()).or(initial).filter(|text| !text.is_empty());
    let id = ["field-", name].concat();
    let describe = describer(&id, hint.is_some(), error);
    view! {
        <div class="field">
            <label class="field__label" for=id.clone()>{move || label.get()}</label>
            <div class="field__control">
                <input
                    node_ref=node_ref
                    id=id.clone()
                    class=if mono { "field__input field__input--mono" } else { "field__input" }
                    name=name
                    type=move || if is_password && shown.get() { "text" } else { input_type }
                    value=start
                    autocomplete=autocomplete
                    placeholder=placeholder
                    required=required
                    autofocus=autofocus
                    list=list
                    disabled=move || disabled.get()
                    aria-invalid=move || error.with(Option::is_some).then_some("true")
                    aria-describedby=describe
                    on:input=move |event| if let Some(value) = value { value.set(event_target_value(&event)) }
                    on:blur=move |_| if let Some(on_blur) = on_blur { on_blur.run(()) }
                />
                {is_password.then(|| view! { <Reveal shown/> })}
            </div>
            <Notes id hint error/>
        </div>
    }
}

/// Several lines of text; otherwise like [`Field`].
#[component]
pub fn TextArea(
    /// The form's name for it; also makes its id, `field-{name}`.
    name: &'static str,
    /// The words above it.
    #[prop(into)]
    label: TextProp,
    /// Its text, read as it changes.
    value: RwSignal<String>,
    /// An example.
    #[prop(optional, into)]
    placeholder: Option<&'static str>,
    /// One line of help under it.
    #[prop(optional, into)]
    hint: Option<TextProp>,
    /// What is wrong and how to mend it.
    #[prop(optional, into)]
    error: Signal<Option<String>>,
) -> impl IntoView {
    let id = ["field-", name].concat();
    let describe = describer(&id, hint.is_some(), error);
    view! {
        <div class="field">
            <label class="field__label" for=id.clone()>{move || label.get()}</label>
            <textarea
                id=id.clone()
                class="field__input"
                name=name
                placeholder=placeholder
                aria-invalid=move || error.with(Option::is_some).then_some("true")
                aria-describedby=describe
                prop:value=move || value.get()
                on:input=move |event| value.set(event_target_value(&event))
            >
                {value.get_untracked()}
            </textarea>
            <Notes id hint error/>
        </div>
    }
}

/// A box to tick, with its words beside it.
#[component]
pub fn Checkbox(
    /// The form's name for it.
    name: &'static str,
    /// Whether it is ticked.
    #[prop(optional, into)]
    checked: Option<RwSignal<bool>>,
    /// The words beside it.
    children: Children,
) -> impl IntoView {
    view! {
        <label class="check">
            <input
                type="checkbox"
                name=name
                value="true"
                checked=checked.is_some_and(|checked| checked.get_untracked())
                on:change=move |event| if let Some(checked) = checked { checked.set(event_target_checked(&event)) }
            />
            <span>{children()}</span>
        </label>
    }
}

/// What is wrong with a form as a whole; takes no room while nothing is.
#[component]
pub fn FormError(
    /// The words, or `None`.
    #[prop(into)]
    error: Signal<Option<String>>,
) -> impl IntoView {
    view! {
        <div role="alert">
            {move || error.get().map(|text| view! {
                <p class="form-error"><Icon name=IconName::AlertTriangle/><span>{text}</span></p>
            })}
        </div>
    }
}

#[component]
fn Reveal(shown: RwSignal<bool>) -> impl IntoView {
    view! {
        <button
            type="button"
            class="field__reveal"
            aria-label="Show password"
            aria-pressed=move || if shown.get() { "true" } else { "false" }
            on:click=move |_: ev::MouseEvent| shown.update(|shown| *shown = !*shown)
        >
            {move || view! { <Icon name=if shown.get() { IconName::EyeOff } else { IconName::Eye }/> }}
        </button>
    }
}

#[component]
pub(crate) fn Notes(id: String, hint: Option<TextProp>, error: Signal<Option<String>>) -> impl IntoView {
    let hint_id = [&id, "-hint"].concat();
    let error_id = [&id, "-error"].concat();
    view! {
        {hint.map(|hint| view! { <p class="field__hint" id=hint_id>{move || hint.get()}</p> })}
        {move || error.get().map(|text| view! {
            <p class="field__error" id=error_id.clone() role="alert">
                <Icon name=IconName::AlertTriangle size=IconSize::Small/>
                <span>{text}</span>
            </p>
        })}
    }
}

/// The ids that describe a field just now.
pub(crate) fn describer(
    id: &str,
    has_hint: bool,
    error: Signal<Option<String>>,
) -> impl Fn() -> Option<String> + Send + Sync + Clone + use<> {
    let hint = has_hint.then(|| [id, "-hint"].concat());
    let wrong = [id, "-error"].concat();
    move || match (error.with(Option::is_some), &hint) {
        (false, None) => None,
        (false, Some(hint)) => Some(hint.clone()),
        (true, None) => Some(wrong.clone()),
        (true, Some(hint)) => Some([&wrong, " ", hint].concat()),
    }
}

/// Keeps input and signal the same. `prop:value` would throw away what was typed before hydration.
fn follow(node_ref: NodeRef<html::Input>, value: RwSignal<String>) {
    Effect::new(move |seen: Option<bool>| {
        let Some(input) = node_ref.get() else { return false };
        let text = value.get();
        let typed = input.value();
        if seen != Some(true) && text.is_empty() && !typed.is_empty() {
            value.set(typed);
        } else if typed != text {
            input.set_value(&text);
        }
        true
    });
}
