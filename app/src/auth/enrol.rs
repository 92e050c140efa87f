//! Setting up codes from an app: the picture, the first code, the codes to keep on paper.

use leptos::prelude::*;
use model::factors::{QrCode, TotpOffer};
use ui::{Button, ButtonType, ButtonVariant, Field, FormError, IconName, Toaster};

use crate::{Failure, interop::clipboard};

/// The seed to scan or type, and the form for the first code.
#[component]
pub(crate) fn TotpSetUp(
    /// The seed.
    offer: TotpOffer,
    /// Checks the code; what it fails with goes into the signal.
    confirm: Callback<(String, RwSignal<Option<Failure>>)>,
) -> impl IntoView {
    let code = RwSignal::new(String::new());
    let failed = RwSignal::new(None::<Failure>);
    let send = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        failed.set(None);
        confirm.run((code.get_untracked(), failed));
    };
    let TotpOffer { secret, url, qr } = offer;
    view! {
        <ol class="enrol">
            <li>
                <p>"Scan this with an authenticator app, or "<a href=url>"open it on this device"</a>"."</p>
                <Qr qr/>
                <p class="enrol__secret">"Or type this key: "<code>{secret}</code></p>
            </li>
            <li>
                <form class="auth__form" on:submit=send>
                    <Field name="code" label="The code it shows now" value=code autocomplete="one-time-code" required=true mono=true
                        error=Signal::derive(move || failed.with(|failed| failed.as_ref()?.at("code")))/>
                    <FormError error=Signal::derive(move || failed.with(|failed| failed.as_ref()?.beside(&["code"])))/>
                    <Button variant=ButtonVariant::Primary button_type=ButtonType::Submit>"Turn it on"</Button>
                </form>
            </li>
        </ol>
    }
}

/// The picture, dark on light in both themes: cameras expect that.
#[component]
fn Qr(qr: QrCode) -> impl IntoView {
    // The quiet zone is four modules on each side (ISO/IEC 18004 §5.3.8).
    let view_box = format!("-4 -4 {0} {0}", qr.size + 8);
    view! {
        <svg class="qr" viewBox=view_box role="img" aria-label="QR code of the key" shape-rendering="crispEdges">
            <path d=qr.path/>
        </svg>
    }
}

/// Backup codes, shown once: to print, copy or save.
#[component]
pub(crate) fn BackupCodes(
    /// The codes.
    codes: Vec<String>,
) -> impl IntoView {
    let toaster: Toaster = expect_context();
    let text = codes.join("\n");
    let copy = move |_| clipboard::copy(&text, toaster);
    let print = move |_| {
        // A browser without printing says so itself.
        let _ = window().print();
    };
    view! {
        <div class="backup-codes">
            <p>"Keep these backup codes where you find them without your phone. Each lets you in once, and they are not shown again."</p>
            <ul class="backup-codes__list">{codes.into_iter().map(|code| view! { <li><code>{code}</code></li> }).collect_view()}</ul>
            <div class="settings__actions">
                <Button icon=IconName::Copy on:click=copy>"Copy"</Button>
                <Button on:click=print>"Print"</Button>
            </div>
        </div>
    }
}
