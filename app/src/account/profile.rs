use leptos::prelude::*;
use ui::{Button, ButtonType, Card, Field, Toaster, Tone};

use super::{api::rename, picture::Picture};
use crate::frame::Session;

/// Who one is, and how one is called.
#[component]
pub(crate) fn Profile() -> impl IntoView {
    let me = Session::expect().me();
    let toaster: Toaster = expect_context();
    let name = RwSignal::new(me.display_name.clone());
    let saved = RwSignal::new(me.display_name.clone());
    let (busy, error) = (RwSignal::new(false), RwSignal::new(None::<String>));
    let save = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        busy.set(true);
        error.set(None);
        leptos::task::spawn_local(async move {
            match rename(name.get_untracked()).await {
                Ok(()) => {
                    let _ = saved.try_set(name.get_untracked());
                    toaster.push(Tone::Ok, "Saved");
                }
                Err(failure) => drop(error.try_set(Some(failure.0.message))),
            }
            let _ = busy.try_set(false);
        });
    };
    let unchanged = Signal::derive(move || name.with(|name| saved.with(|saved| name.trim() == saved.as_str())));
    let about = format!("{} · {}", me.username, me.role);
    view! {
        <Card title="You">
            <Picture name=saved about/>
            <form class="settings__form" method="post" action="/api/rename" on:submit=save>
                <Field name="name" label="Your name" autocomplete="name" required=true value=name error/>
                <div class="settings__actions">
                    <Button button_type=ButtonType::Submit busy disabled=unchanged>"Save"</Button>
                </div>
            </form>
        </Card>
    }
}
