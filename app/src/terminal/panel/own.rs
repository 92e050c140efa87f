//! Renaming and deleting a theme of one's own.

use leptos::prelude::*;
use model::terminal::theme::{OwnTheme, ThemeName};
use ui::{Button, ButtonSize, ButtonType, ButtonVariant, ConfirmDialog, Dialog, Field, IconName, Toaster, Tone};

use crate::terminal::{
    api::{remove_terminal_theme, rename_terminal_theme},
    desk::Desk,
};

#[component]
pub(super) fn OwnThemes(desk: Desk, theme: OwnTheme) -> impl IntoView {
    let toaster: Toaster = expect_context();
    let id = theme.id;
    let title = theme.name.as_str().to_owned();
    let (renaming, deleting) = (RwSignal::new(false), RwSignal::new(false));
    let (busy, error) = (RwSignal::new(false), RwSignal::new(None::<String>));
    let name = RwSignal::new(title.clone());
    let rename = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let parsed = match ThemeName::parse(&name.get_untracked()) {
            Ok(parsed) => parsed,
            Err(wrong) => return error.set(Some(wrong.message)),
        };
        busy.set(true);
        error.set(None);
        leptos::task::spawn_local(async move {
            match rename_terminal_theme(id, parsed.as_str().to_owned()).await {
                Ok(()) => {
                    let _ = renaming.try_set(false);
                    let _ = desk.themes.try_update(|own| {
                        own.iter_mut().filter(|theme| theme.id == id).for_each(|theme| theme.name = parsed.clone());
                        own.sort_by(|a, b| a.name.as_str().cmp(b.name.as_str()));
                    });
                }
                Err(failure) => drop(error.try_set(Some(failure.0.message))),
            }
            let _ = busy.try_set(false);
        });
    };
    let delete = Callback::new(move |()| {
        busy.set(true);
        leptos::task::spawn_local(async move {
            let deleted = remove_terminal_theme(id).await;
            let _ = busy.try_set(false);
            let _ = deleting.try_set(false);
            match deleted {
                Ok(()) => {
                    // Where it was in use, the server has put Nova's own.
                    for settings in [desk.saved, desk.draft] {
                        let _ = settings.try_update(|settings| *settings = settings.clone().without(id));
                    }
                    let _ = desk.themes.try_update(|own| own.retain(|theme| theme.id != id));
                }
                Err(failure) => toaster.push(Tone::Bad, failure.0.message),
            }
        });
    });
    view! {
        <Button size=ButtonSize::Small icon=IconName::Edit on:click=move |_| { name.set(title.clone()); error.set(None); renaming.set(true) }>"Rename"</Button>
        <Button size=ButtonSize::Small icon=IconName::Trash on:click=move |_| deleting.set(true)>"Delete"</Button>
        <Dialog id="rename-theme" open=renaming title="Rename the theme">
            <form class="stack" on:submit=rename>
                <Field name="theme-rename" label="Name" value=name error autofocus=true autocomplete="off"/>
                <div class="dialog__actions">
                    <Button on:click=move |_| renaming.set(false)>"Cancel"</Button>
                    <Button variant=ButtonVariant::Primary button_type=ButtonType::Submit busy>"Rename"</Button>
                </div>
            </form>
        </Dialog>
        <ConfirmDialog id="delete-theme" open=deleting title=format!("Delete “{}”?", theme.name.as_str()) confirm="Delete the theme" busy
            text="It is gone on all your devices. Where it is in use, Nova’s own takes its place." on_confirm=delete/>
    }
}
