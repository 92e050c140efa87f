//! What can be done with a recording besides playing it.

use leptos::prelude::*;
use leptos_router::{NavigateOptions, hooks::use_navigate};
use model::{
    RecordingId, ShareId,
    recording::{MAX_SHARE_DAYS, RecordingInfo, ShareInfo},
};
use ui::{
    Button, ButtonSize, ButtonType, ButtonVariant, ConfirmDialog, Dialog, Field, FormError, IconName, RelativeTime,
    Toaster, Tone,
};

use super::api::{check_recording, delete_recording, recording_links, share_recording, unshare_recording};
use crate::{frame::Confirm, interop::clipboard};

/// Which of its dialogs is open.
#[derive(Clone, Copy)]
pub(super) struct Asked {
    sharing: RwSignal<bool>,
    deleting: RwSignal<bool>,
}

impl Asked {
    pub(super) fn new() -> Self {
        Self { sharing: RwSignal::new(false), deleting: RwSignal::new(false) }
    }
}

#[component]
pub(super) fn Deeds(info: RecordingInfo, by_link: bool, asked: Asked) -> impl IntoView {
    let id = info.id;
    let toaster: Toaster = expect_context();
    let checking = RwSignal::new(false);
    let check = move |_| {
        checking.set(true);
        leptos::task::spawn_local(async move {
            match check_recording(id).await {
                Ok(check) => match check.broken {
                    None => toaster.push(
                        Tone::Ok,
                        format!("{} chunks and {} keyframes are what was written", check.chunks, check.keyframes),
                    ),
                    Some(why) => toaster.push(Tone::Bad, format!("Somebody changed it outside of Nova: {why}")),
                },
                Err(failure) => toaster.push(Tone::Bad, failure.0.message),
            }
            let _ = checking.try_set(false);
        });
    };
    view! {
        <div class="player__deeds">
            {(!by_link).then(|| view! {
                <a class="button button--secondary button--small" href=format!("/api/recordings/{id}/cast") download>"Download .cast"</a>
                <Button size=ButtonSize::Small icon=IconName::Shield busy=checking on:click=check>"Check"</Button>
            })}
            {info.may_share.then(|| view! {
                <Button size=ButtonSize::Small icon=IconName::Link on:click=move |_| asked.sharing.set(true)>"Share"</Button>
            })}
            {info.may_delete.then(|| view! {
                <Button size=ButtonSize::Small variant=ButtonVariant::Danger icon=IconName::Trash on:click=move |_| asked.deleting.set(true)>"Delete"</Button>
            })}
        </div>
    }
}

/// After everything they stand over.
#[component]
pub(super) fn DeedDialogs(info: RecordingInfo, asked: Asked) -> impl IntoView {
    let id = info.id;
    let (toaster, confirm, navigate) = (expect_context::<Toaster>(), Confirm::expect(), use_navigate());
    let busy = RwSignal::new(false);
    let delete = Callback::new(move |()| {
        let navigate = navigate.clone();
        busy.set(true);
        leptos::task::spawn_local(async move {
            match confirm.with(|| delete_recording(id)).await {
                Ok(()) => {
                    toaster.push(Tone::Ok, "The recording is deleted");
                    navigate("/recordings", NavigateOptions::default());
                }
                Err(failure) => toaster.push(Tone::Bad, failure.0.message),
            }
            let _ = busy.try_set(false);
            let _ = asked.deleting.try_set(false);
        });
    });
    view! {
        {info.may_share.then(|| view! {
            <Dialog id="share-recording" open=asked.sharing title="Share this recording"><Links id/></Dialog>
        })}
        {info.may_delete.then(|| view! {
            <ConfirmDialog id="delete-recording" open=asked.deleting title="Delete this recording?" confirm="Delete it" busy
                text="It is gone for everybody, and cannot be brought back." on_confirm=delete/>
        })}
    }
}

/// The links that hold, and a new one.
#[component]
fn Links(id: RecordingId) -> impl IntoView {
    let links = RwSignal::new(Vec::<ShareInfo>::new());
    let days = RwSignal::new("7".to_owned());
    let fresh = RwSignal::new(None::<String>);
    let (busy, wrong, failed) = (RwSignal::new(false), RwSignal::new(None::<String>), RwSignal::new(None::<String>));
    let toaster: Toaster = expect_context();
    Effect::new(move |_| {
        leptos::task::spawn_local(async move {
            match recording_links(id).await {
                Ok(list) => drop(links.try_set(list)),
                Err(failure) => drop(failed.try_set(Some(failure.0.message))),
            }
        });
    });
    let make = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        wrong.set(None);
        failed.set(None);
        let Some(days) = days.get_untracked().trim().parse().ok().filter(|days| (1..=MAX_SHARE_DAYS).contains(days))
        else {
            return wrong.set(Some(format!("A link holds for 1 to {MAX_SHARE_DAYS} days.")));
        };
        busy.set(true);
        leptos::task::spawn_local(async move {
            match share_recording(id, days).await {
                Ok(share) => {
                    let origin = window().location().origin().unwrap_or_default();
                    let _ = fresh.try_set(Some(format!("{origin}{}", share.path)));
                    let _ = links.try_update(|links| links.insert(0, share.info));
                }
                Err(failure) => drop(failed.try_set(Some(failure.0.message))),
            }
            let _ = busy.try_set(false);
        });
    };
    let end = move |share: ShareId| {
        leptos::task::spawn_local(async move {
            match unshare_recording(id, share).await {
                Ok(()) => drop(links.try_update(|links| links.retain(|link| link.id != share))),
                Err(failure) => drop(failed.try_set(Some(failure.0.message))),
            }
        });
    };
    view! {
        <p class="second">"Whoever has the link and is signed in here can watch the recording. They cannot take it as a file."</p>
        <form class="settings__form" on:submit=make>
            <Field name="days" label="Days the link holds" value=days error=wrong/>
            <Button variant=ButtonVariant::Primary button_type=ButtonType::Submit icon=IconName::Link busy>"Make a link"</Button>
        </form>
        {move || fresh.get().map(|url| {
            let text = url.clone();
            view! {
                <div class="invite__link">
                    <label class="field__label" for="recording-link">"Hand this link over; it is not shown again."</label>
                    <div class="invite__row">
                        <input class="field__input mono" id="recording-link" readonly value=url/>
                        <Button icon=IconName::Copy on:click=move |_| clipboard::copy(&text, toaster)>"Copy"</Button>
                    </div>
                </div>
            }
        })}
        <FormError error=failed/>
        <ul class="list list--ruled">
            <For each=move || links.get() key=|link| link.id let(link)>
                <li class="list__item">
                    <span class="list__text">"ends "<RelativeTime at=link.expires_at.0/></span>
                    <Button size=ButtonSize::Small on:click=move |_| end(link.id)>"End it now"</Button>
                </li>
            </For>
        </ul>
    }
}
