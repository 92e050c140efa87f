//! The second step of a sign-in: showing a second factor, or setting one up where the role asks for it.

use leptos::{form::ActionForm, prelude::*};
use leptos_router::hooks::use_query_map;
use model::factors::SecondStep;
use ui::{Button, ButtonSize, ButtonType, ButtonVariant, Field, FormError, IconName, LinkButton};

use super::{
    card::{AuthCard, leave_when_done},
    enrol::{BackupCodes, TotpSetUp},
    second_step_api::{
        Prove, begin_enrolment, begin_passkey_enrolment, begin_passkey_proof, finish_enrolment,
        finish_passkey_enrolment, finish_passkey_proof, sign_in_step,
    },
};
use crate::{
    Failure,
    frame::{PageData, shapes},
    interop::passkey::{Ask, ask},
};

/// `/sign-in/second-step`
pub(crate) fn second_step_page() -> AnyView {
    PageData::new("second-step", sign_in_step).view(shapes, |step| match step {
        Ok(SecondStep::Prove { totp, backup_codes, passkey }) => {
            view! { <ShowFactor totp backup_codes passkey/> }.into_any()
        }
        Ok(SecondStep::Enrol { passkeys }) => view! { <Enrol passkeys/> }.into_any(),
        Err(failure) => view! { <Ended failure/> }.into_any(),
    })
}

fn next() -> impl Fn() -> String + Copy + Send + Sync + 'static {
    let query = use_query_map();
    move || query.with(|query| query.get("next").unwrap_or_default())
}

#[component]
fn Ended(failure: Failure) -> impl IntoView {
    #[cfg(feature = "ssr")]
    crate::context::set_status(failure.0.code.status());
    view! {
        <AuthCard title="Begin again" text=failure.0.message>
            <LinkButton href="/sign-in" size=ButtonSize::Large>"Go to sign-in"</LinkButton>
        </AuthCard>
    }
}

/// Asks for a factor that is set up.
#[component]
fn ShowFactor(totp: bool, backup_codes: bool, passkey: bool) -> impl IntoView {
    let next = next();
    let action = ServerAction::<Prove>::new();
    let backup = RwSignal::new(!totp && !passkey);
    let code = RwSignal::new(String::new());
    let passkey_failed = RwSignal::new(None::<String>);
    let target = RwSignal::new(None::<String>);
    leave_when_done(move || {
        target.get().or_else(|| action.value().with(|value| value.as_ref()?.as_ref().ok().cloned()))
    });
    let wrong = move || action.value().with(|value| value.as_ref()?.as_ref().err()?.at("code"));
    let failed = move || {
        let other = action.value().with(|value| value.as_ref()?.as_ref().err()?.beside(&["code"]));
        other.or_else(|| passkey_failed.get())
    };
    let busy = Signal::derive(move || action.pending().get() || target.with(Option::is_some));
    let by_passkey = move |_| {
        passkey_failed.set(None);
        leptos::task::spawn_local(async move {
            let result = async {
                let challenge = begin_passkey_proof().await.map_err(|failure| failure.0.message)?;
                let credential = ask(Ask::Show, &challenge.options).await?;
                let next = untrack(next);
                finish_passkey_proof(challenge.ceremony, credential, next).await.map_err(|failure| failure.0.message)
            };
            match result.await {
                Ok(path) => drop(target.try_set(Some(path))),
                Err(why) => drop(passkey_failed.try_set(Some(why))),
            }
        });
    };
    let text = move || match (backup.get(), totp, passkey) {
        (true, ..) => "Type one of your backup codes. Each works once.",
        (false, true, _) => "Type the code your app shows now.",
        (false, false, _) => "Use your passkey.",
    };
    let codes = move || totp || backup.get();
    let swap = move |_| {
        code.set(String::new());
        backup.update(|backup| *backup = !*backup);
    };
    view! {
        <AuthCard title="One more step" text=text>
            {passkey.then(|| view! {
                <Button variant=ButtonVariant::Primary size=ButtonSize::Large icon=IconName::Key on:click=by_passkey>"Use a passkey"</Button>
            })}
            {(passkey && totp).then(|| view! { <p class="auth__or">"or"</p> })}
            <Show when=codes>
                <ActionForm action attr:class="auth__form">
                    <input type="hidden" name="next" value=next/>
                    <input type="hidden" name="backup" value=move || if backup.get() { "true" } else { "false" }/>
                    <Field name="code" label=move || if backup.get() { "Backup code" } else { "Code" } value=code
                        autocomplete="one-time-code" required=true autofocus=true mono=true error=Signal::derive(wrong)/>
                    <Button variant=ButtonVariant::Primary size=ButtonSize::Large button_type=ButtonType::Submit busy>"Go on"</Button>
                </ActionForm>
            </Show>
            <FormError error=Signal::derive(failed)/>
            {(backup_codes && (totp || passkey)).then(|| view! {
                <Button variant=ButtonVariant::Ghost on:click=swap>
                    {move || if backup.get() { "Use the other way" } else { "Use a backup code instead" }}
                </Button>
            })}
            <p class="auth__foot">"Lost all of them? An admin can remove them from your account."</p>
        </AuthCard>
    }
}

/// Sets up a second factor before anything else is open: a passkey where those work, or codes from an app.
#[component]
fn Enrol(passkeys: bool) -> impl IntoView {
    let codes = RwSignal::new(None::<Vec<String>>);
    let next = next();
    let go_on = Callback::new(move |()| {
        let target = crate::local_path(&untrack(next));
        // The browser refuses only addresses that are none; ours are paths.
        let _ = window().location().assign(&target);
    });
    let confirm = Callback::new(move |(code, failed): (String, RwSignal<Option<Failure>>)| {
        leptos::task::spawn_local(async move {
            match finish_enrolment(code).await {
                Ok(made) => drop(codes.try_set(Some(made))),
                Err(failure) => drop(failed.try_set(Some(failure))),
            }
        });
    });
    let (refused, busy) = (RwSignal::new(None::<String>), RwSignal::new(false));
    let by_passkey = move |_| {
        refused.set(None);
        busy.set(true);
        leptos::task::spawn_local(async move {
            let made = async {
                let challenge = begin_passkey_enrolment().await.map_err(|failure| failure.0.message)?;
                let credential = ask(Ask::Create, &challenge.options).await?;
                finish_passkey_enrolment(challenge.ceremony, credential).await.map_err(|failure| failure.0.message)
            };
            match made.await {
                Ok(made) => drop(codes.try_set(Some(made))),
                Err(why) => drop(refused.try_set(Some(why))),
            }
            let _ = busy.try_set(false);
        });
    };
    view! {
        <AuthCard title="Set up a second factor" text="Your role asks for one beside your password.">
            {move || match codes.get() {
                None => view! {
                    {passkeys.then(|| view! {
                        <Button variant=ButtonVariant::Primary size=ButtonSize::Large icon=IconName::Key busy on:click=by_passkey>"Make a passkey on this device"</Button>
                        <FormError error=refused/>
                        <p class="auth__or">"or codes from an app"</p>
                    })}
                    {PageData::new("enrolment", begin_enrolment)
                        .loaded("This could not be prepared", shapes, move |offer| view! { <TotpSetUp offer confirm/> }.into_any())}
                }
                .into_any(),
                Some(codes) => view! {
                    <BackupCodes codes/>
                    <Button variant=ButtonVariant::Primary size=ButtonSize::Large on:click=move |_| go_on.run(())>"I have kept them: go on"</Button>
                }
                .into_any(),
            }}
        </AuthCard>
    }
}
