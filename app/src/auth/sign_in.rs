use leptos::{form::ActionForm, prelude::*};
use leptos_router::hooks::use_query_map;
use ui::{Banner, Button, ButtonSize, ButtonType, ButtonVariant, Field, FormError, IconName, Tone};

use super::{
    api::{SignIn, start},
    card::{AuthCard, leave_when_done},
    second_step_api::{begin_passkey_sign_in, finish_passkey_sign_in},
};
use crate::{
    frame::{PageData, shapes},
    interop::passkey::{Ask, ask},
};

/// `/sign-in`
pub(crate) fn sign_in_page() -> AnyView {
    let action = ServerAction::<SignIn>::new();
    let query = use_query_map();
    let next = move || query.with(|query| query.get("next").unwrap_or_default());
    let target = RwSignal::new(None::<String>);
    let passkey_failed = RwSignal::new(None::<String>);
    let by_passkey = move |_| {
        passkey_failed.set(None);
        leptos::task::spawn_local(async move {
            let result = async {
                let challenge = begin_passkey_sign_in().await.map_err(|failure| failure.0.message)?;
                let credential = ask(Ask::Show, &challenge.options).await?;
                let next = untrack(next);
                finish_passkey_sign_in(challenge.ceremony, credential, next).await.map_err(|failure| failure.0.message)
            };
            match result.await {
                Ok(path) => drop(target.try_set(Some(path))),
                Err(why) => drop(passkey_failed.try_set(Some(why))),
            }
        });
    };
    let failed = move || {
        let wrong =
            action.value().with(|value| value.as_ref()?.as_ref().err().map(|failure| failure.0.message.clone()));
        wrong.or_else(|| passkey_failed.get())
    };
    leave_when_done(move || {
        target.get().or_else(|| action.value().with(|value| value.as_ref()?.as_ref().ok().cloned()))
    });
    let busy =
        Signal::derive(move || action.pending().get() || action.value().with(|value| matches!(value, Some(Ok(_)))));
    let form = move || {
        view! {
            <ActionForm action attr:class="auth__form">
                <input type="hidden" name="next" value=next/>
                <Field name="identifier" label="User name or e-mail" autocomplete="username" required=true autofocus=true/>
                <Field name="password" label="Password" input_type="password" autocomplete="current-password" required=true/>
                <FormError error=Signal::derive(failed)/>
                <Button variant=ButtonVariant::Primary size=ButtonSize::Large button_type=ButtonType::Submit busy>"Sign in"</Button>
            </ActionForm>
        }
    };
    view! {
        <AuthCard title="Sign in" text="Welcome back.">
            <Done/>
            {PageData::new("start", start).view(shapes, move |start| {
                // Whatever is wrong with it, a password may still get one in.
                let offers = start.unwrap_or_default();
                let other_ways = (offers.passkeys && !offers.unclaimed) || !offers.providers.is_empty();
                view! {
                    {offers.unclaimed.then(|| view! {
                        <Banner tone=Tone::Warn title="Nobody owns this Nova yet"
                            detail="Open the set-up link that was printed when it started; `nova setup-link` prints a new one."/>
                    })}
                    {(offers.passkeys && !offers.unclaimed).then(|| view! {
                        <Button size=ButtonSize::Large icon=IconName::Key on:click=by_passkey>"Sign in with a passkey"</Button>
                    })}
                    {offers.providers.into_iter().map(|provider| {
                        let id = provider.id;
                        // A whole load: it leads to another site.
                        let href = move || format!("/sso/{id}?next={}", crate::encode_component(&next()));
                        view! { <a class="button button--secondary button--large" rel="external" href=href>{provider.name}</a> }
                    }).collect_view()}
                    {other_ways.then(|| view! { <p class="auth__or">"or"</p> })}
                    {form()}
                    {offers.mail.then(|| view! { <p class="auth__foot"><a href="/forgot">"Forgot your password?"</a></p> })}
                    {offers.open.then(|| view! { <p class="auth__foot">"New here? "<a href="/join">"Make an account"</a></p> })}
                }
                .into_any()
            })}
        </AuthCard>
    }
    .into_any()
}

/// What was done just before coming here.
#[component]
fn Done() -> impl IntoView {
    let done = use_query_map().with_untracked(|query| query.get("done"));
    let (tone, title, detail) = match done.as_deref() {
        Some("reset") => (Tone::Ok, "Your password is changed", "Sign in with the new one."),
        Some("verified") => (Tone::Ok, "Your address is confirmed", "You can sign in now."),
        Some("signed-out-here") => (
            Tone::Warn,
            "You are signed out of Nova only",
            "The provider did not answer: who opens it on this device may still be you to it.",
        ),
        _ => return ().into_any(),
    };
    view! { <Banner tone title detail/> }.into_any()
}
