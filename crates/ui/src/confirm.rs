use leptos::prelude::*;

use crate::{Button, ButtonVariant, Dialog, Field};

/// Asks before something that cannot be undone, naming it; where data goes, its name has to be typed.
#[component]
pub fn ConfirmDialog(
    /// Unique on the page.
    id: &'static str,
    /// Open while true.
    open: RwSignal<bool>,
    /// The question: `Delete room “deploys”?`
    #[prop(into)]
    title: TextProp,
    /// What will be gone, and for whom.
    #[prop(into)]
    text: TextProp,
    /// The verb: `Delete room`.
    #[prop(into)]
    confirm: TextProp,
    /// A name to type before the button works.
    #[prop(optional, into)]
    type_name: Option<TextProp>,
    /// While true the button shows that it works.
    #[prop(optional, into)]
    busy: Signal<bool>,
    /// Does it. Close the dialog when it is done.
    #[prop(into)]
    on_confirm: Callback<()>,
) -> impl IntoView {
    let typed = RwSignal::new(String::new());
    Effect::new(move |_| {
        if open.get() {
            typed.set(String::new());
        }
    });
    let body = StoredValue::new((text, confirm, type_name));
    view! {
        <Dialog id open title>
            {move || body.with_value(|(text, confirm, type_name)| {
                let (text, confirm, wanted) = (text.clone(), confirm.clone(), type_name.clone());
                let asked = wanted.clone();
                let locked = Signal::derive(move || wanted.as_ref().is_some_and(|name| typed.get() != name.get()));
                view! {
                    <p class="second">{move || text.get()}</p>
                    {asked.map(|name| view! {
                        <Field
                            name="confirm-name"
                            label=move || ["Type ", &name.get(), " to confirm"].concat()
                            value=typed
                            autocomplete="off"
                            autofocus=true
                        />
                    })}
                    <div class="dialog__actions">
                        <Button on:click=move |_| open.set(false)>"Cancel"</Button>
                        <Button
                            variant=ButtonVariant::Danger
                            busy
                            disabled=locked
                            on:click=move |_| on_confirm.run(())
                        >
                            {move || confirm.get()}
                        </Button>
                    </div>
                }
            })}
        </Dialog>
    }
}
