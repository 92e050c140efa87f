use leptos::prelude::*;
use ui::{Button, ButtonType, Card, Field, FormError, Toaster, Tone};

use super::api::change_password;
use crate::{Failure, auth::NewPassword, frame::Session};

const FIELDS: &[&str] = &["current", "password"];

/// Changing one's password.
#[component]
pub(crate) fn ChangePassword(
    /// Called when other sessions have ended.
    changed: Callback<()>,
) -> impl IntoView {
    let me = Session::expect().me();
    let toaster: Toaster = expect_context();
    let (current, password) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    let (busy, failed) = (RwSignal::new(false), RwSignal::new(None::<Failure>));
    let save = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        busy.set(true);
        failed.set(None);
        leptos::task::spawn_local(async move {
            match change_password(current.get_untracked(), password.get_untracked()).await {
                Ok(ended) => {
                    let _ = current.try_set(String::new());
                    let _ = password.try_set(String::new());
                    toaster.push(
                        Tone::Ok,
                        match ended {
                            0 => "Your password is changed".to_owned(),
                            1 => "Your password is changed and one other session ended".to_owned(),
                            count => format!("Your password is changed and {count} other sessions ended"),
                        },
                    );
                    changed.run(());
                }
                Err(failure) => drop(failed.try_set(Some(failure))),
            }
            let _ = busy.try_set(false);
        });
    };
    let at = move |field: &'static str| Signal::derive(move || failed.with(|failed| failed.as_ref()?.at(field)));
    let names = vec![me.username.clone(), me.display_name, "nova".to_owned()];
    view! {
        <Card title="Password">
            // Sent before the scripts are there, it still goes by POST: a password never stands in an address.
            <form class="settings__form" method="post" action="/api/change_password" on:submit=save>
                // For password managers: whose password this is.
                <input class="visually-hidden" type="text" name="username" autocomplete="username" value=me.username readonly tabindex="-1" aria-hidden="true"/>
                <Field name="current" label="Present password" input_type="password" autocomplete="current-password" required=true value=current error=at("current")/>
                <NewPassword password label="New password" about=Callback::new(move |()| names.clone()) error=at("password")/>
                <FormError error=Signal::derive(move || failed.with(|failed| failed.as_ref()?.beside(FIELDS)))/>
                <div class="settings__actions">
                    <Button button_type=ButtonType::Submit busy>"Change the password"</Button>
                    <p class="settings__text">"All your other sessions end."</p>
                </div>
            </form>
        </Card>
    }
}
