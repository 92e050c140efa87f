//! One's picture: shown, chosen or dropped, on its way, removed.

use leptos::{ev, html, prelude::*};
use model::profile::{MAX_UPLOAD, PictureSize};
use ui::{Avatar, AvatarSize, Button, FormError, IconName, Toaster, Tone};
use web_sys::{DragEvent, File};

use crate::{frame::Session, interop::picture};

/// What the file box offers; the server judges by content.
const ACCEPTED: &str = "image/png,image/jpeg,image/webp,image/gif";

/// A picture on its way.
#[derive(Clone, Copy)]
struct Upload {
    /// Hundredths that have left; `None` while nothing is on its way.
    sent: RwSignal<Option<f64>>,
    /// What is on its way, as the browser shows it.
    preview: RwSignal<Option<String>>,
    error: RwSignal<Option<String>>,
    session: Session,
    toaster: Toaster,
}

impl Upload {
    #[expect(clippy::cast_precision_loss, reason = "sizes of files fit 53 bits")]
    fn begin(self, file: File) {
        if self.sent.get_untracked().is_some() {
            return;
        }
        self.error.set(None);
        if file.size() > MAX_UPLOAD as f64 {
            self.error.set(Some("This picture is larger than 5 MiB. Scale it down and try again.".into()));
            return;
        }
        self.sent.set(Some(0.0));
        leptos::task::spawn_local(async move {
            let _ = self.preview.try_set(picture::preview(&file).await);
            let told = move |percent| {
                let _ = self.sent.try_set(Some(percent));
            };
            match picture::upload(&file, told).await {
                Ok(id) => {
                    self.session.set_avatar(Some(id));
                    self.toaster.push(Tone::Ok, "Your picture is changed");
                }
                Err(error) => drop(self.error.try_set(Some(error.message))),
            }
            let _ = self.preview.try_set(None);
            let _ = self.sent.try_set(None);
        });
    }

    fn remove(self) {
        self.error.set(None);
        leptos::task::spawn_local(async move {
            match picture::remove("/api/me/avatar").await {
                Ok(()) => {
                    self.session.set_avatar(None);
                    self.toaster.push(Tone::Ok, "Your picture is removed");
                }
                Err(error) => drop(self.error.try_set(Some(error.message))),
            }
        });
    }
}

#[component]
pub(super) fn Picture(name: RwSignal<String>, about: String) -> impl IntoView {
    let upload = Upload {
        sent: RwSignal::new(None),
        preview: RwSignal::new(None),
        error: RwSignal::new(None),
        session: Session::expect(),
        toaster: expect_context(),
    };
    let (over, input) = (RwSignal::new(false), NodeRef::<html::Input>::new());
    let chosen = move |_| {
        let Some(input) = input.get_untracked() else { return };
        if let Some(file) = input.files().and_then(|files| files.get(0)) {
            upload.begin(file);
        }
        // The same file may be chosen again after a failure.
        input.set_value("");
    };
    let dropped = move |event: DragEvent| {
        event.prevent_default();
        over.set(false);
        if let Some(file) = event.data_transfer().and_then(|data| data.files()).and_then(|files| files.get(0)) {
            upload.begin(file);
        }
    };
    let dragged = move |event: DragEvent| {
        // Without this the browser would open the file in place of the page.
        event.prevent_default();
        over.set(true);
    };
    let choose = move |_: ev::MouseEvent| {
        if let Some(input) = input.get_untracked() {
            input.click();
        }
    };
    let shown = move || upload.preview.get().or_else(|| upload.session.picture(PictureSize::Large));
    let busy = Signal::derive(move || upload.sent.get().is_some());
    view! {
        <div class="picture" class:picture--over=over on:dragover=dragged on:dragleave=move |_| over.set(false) on:drop=dropped>
            {move || view! { <Avatar name=name.get() size=AvatarSize::Huge picture=shown()/> }}
            <div class="picture__words">
                <p class="settings__title">{name}</p>
                <p class="settings__text">{about}</p>
                <input node_ref=input type="file" accept=ACCEPTED hidden on:change=chosen/>
                <div class="settings__actions">
                    <Button icon=IconName::Upload busy on:click=choose>"Upload picture"</Button>
                    <Show when=move || upload.session.picture(PictureSize::Small).is_some()>
                        <Button busy on:click=move |_| upload.remove()>"Remove"</Button>
                    </Show>
                </div>
                <p class="field__hint">"PNG, JPEG, WebP or GIF, at most 5 MiB; drop one here. Where it was taken and the like is left out."</p>
                <Progress sent=upload.sent/>
                <FormError error=upload.error/>
            </div>
        </div>
    }
}

#[component]
fn Progress(sent: RwSignal<Option<f64>>) -> impl IntoView {
    let under_way = move || sent.get().is_some();
    // All has left: the server is drawing it anew, and does not tell how far it is.
    let value = move || sent.get().filter(|percent| *percent < 100.0).map(|percent| percent.to_string());
    view! {
        <Show when=under_way>
            <progress class="picture__progress" max="100" aria-label="Upload" value=value></progress>
        </Show>
    }
}
