//! Showing again who one is before a sensitive action: asks when the server says so, then the action goes on.

use std::future::Future;

use futures_channel::oneshot;
use leptos::prelude::*;
use model::{
    ApiError, ErrorCode,
    factors::{Factors, Showing},
};
use ui::{Button, ButtonType, ButtonVariant, Dialog, Field, FormError, IconName};

use crate::{
    Failure,
    account::factors_api::{begin_passkey_confirm, confirm, finish_passkey_confirm, my_factors},
    interop::passkey::{Ask, ask},
};

/// The box that asks, in the context of every page inside the frame.
#[derive(Clone, Copy)]
pub(crate) struct Confirm {
    /// Open while it asks.
    pub(crate) open: RwSignal<bool>,
    waiting: StoredValue<Option<oneshot::Sender<()>>>,
}

impl Confirm {
    pub(crate) fn provide() -> Self {
        let confirm = Self { open: RwSignal::new(false), waiting: StoredValue::new(None) };
        // Closed without an answer: whoever waits is told by the dropped end.
        Effect::new(move |_| {
            if !confirm.open.get() {
                confirm.waiting.set_value(None);
            }
        });
        provide_context(confirm);
        confirm
    }

    /// The box of the surrounding frame; pages are only drawn inside one.
    #[track_caller]
    pub(crate) fn expect() -> Self {
        expect_context()
    }

    /// Does `action`; where the server first wants to know that it is really them, asks and does it again.
    pub(crate) async fn with<T, F>(self, action: impl Fn() -> F) -> Result<T, Failure>
    where
        F: Future<Output = Result<T, Failure>>,
    {
        match action().await {
            Err(failure) if failure.0.code == ErrorCode::StepUp => {}
            other => return other,
        }
        let (sender, receiver) = oneshot::channel();
        self.waiting.set_value(Some(sender));
        self.open.set(true);
        match receiver.await {
            Ok(()) => action().await,
            Err(_) => Err(Failure(ApiError::new(ErrorCode::StepUp, "You did not confirm, so nothing was changed."))),
        }
    }

    fn confirmed(self) {
        let sender = self.waiting.try_update_value(Option::take).flatten();
        if let Some(sender) = sender {
            // Whoever waited may have left the page.
            let _ = sender.send(());
        }
        self.open.set(false);
    }
}

#[component]
pub(super) fn ConfirmBox(confirm: Confirm) -> impl IntoView {
    view! {
        <Dialog id="confirm-identity" open=confirm.open title="Confirm that it is you">
            <AskWho confirm/>
        </Dialog>
    }
}

/// Which proof is asked for depends on what the person has.
#[component]
fn AskWho(confirm: Confirm) -> impl IntoView {
    let own = RwSignal::new(None::<Result<Factors, Failure>>);
    leptos::task::spawn_local(async move {
        let found = my_factors().await;
        let _ = own.try_set(Some(found));
    });
    move || match own.get() {
        None => view! { <p class="second">"One moment…"</p> }.into_any(),
        Some(Err(failure)) => view! { <p class="second">{failure.0.message}</p> }.into_any(),
        Some(Ok(factors)) => view! { <Proof confirm factors/> }.into_any(),
    }
}

#[component]
fn Proof(confirm: Confirm, factors: Factors) -> impl IntoView {
    let (value, backup) = (RwSignal::new(String::new()), RwSignal::new(false));
    let (busy, failed) = (RwSignal::new(false), RwSignal::new(None::<String>));
    let any = factors.any();
    let settle = move |result: Result<(), String>| {
        let _ = busy.try_set(false);
        match result {
            Ok(()) => confirm.confirmed(),
            Err(why) => drop(failed.try_set(Some(why))),
        }
    };
    let send = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let text = value.get_untracked();
        let showing = match (any, backup.get_untracked()) {
            (false, _) => Showing::Password(text),
            (true, false) => Showing::Totp(text),
            (true, true) => Showing::BackupCode(text),
        };
        busy.set(true);
        failed.set(None);
        leptos::task::spawn_local(async move {
            settle(self::confirm(showing).await.map_err(|failure| failure.0.message));
        });
    };
    let by_passkey = move |_| {
        busy.set(true);
        failed.set(None);
        leptos::task::spawn_local(async move {
            let shown = async {
                let challenge = begin_passkey_confirm().await.map_err(|failure| failure.0.message)?;
                let credential = ask(Ask::Show, &challenge.options).await?;
                finish_passkey_confirm(challenge.ceremony, credential).await.map_err(|failure| failure.0.message)
            };
            settle(shown.await);
        });
    };
    let has_passkey = !factors.passkeys.is_empty();
    let typed = !any || factors.totp_since.is_some() || factors.backup_codes_left > 0;
    if any && factors.totp_since.is_none() {
        backup.set(true);
    }
    let label = move || match (any, backup.get()) {
        (false, _) => "Your password",
        (true, false) => "The code your app shows now",
        (true, true) => "A backup code",
    };
    view! {
        <p class="second">"What you are about to do could harm if someone else did it. You are asked again after ten minutes."</p>
        {has_passkey.then(|| view! {
            <Button variant=ButtonVariant::Primary icon=IconName::Key busy on:click=by_passkey>"Use a passkey"</Button>
        })}
        {typed.then(|| view! {
            <form class="settings__form" on:submit=send>
                <Field name="proof" label=label value input_type=if any { "text" } else { "password" } mono=any
                    autocomplete=if any { "one-time-code" } else { "current-password" } required=true autofocus=true/>
                <div class="dialog__actions">
                    <Button on:click=move |_| confirm.open.set(false)>"Cancel"</Button>
                    <Button variant=ButtonVariant::Primary button_type=ButtonType::Submit busy>"Confirm"</Button>
                </div>
            </form>
        })}
        {(factors.totp_since.is_some() && factors.backup_codes_left > 0).then(|| view! {
            <Button variant=ButtonVariant::Ghost on:click=move |_| backup.update(|backup| *backup = !*backup)>
                {move || if backup.get() { "Use the app instead" } else { "Use a backup code instead" }}
            </Button>
        })}
        <FormError error=failed/>
    }
}
