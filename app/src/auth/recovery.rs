//! Pages of those who forgot their password, and of links that were mailed.

use leptos::{form::ActionForm, prelude::*};
use leptos_router::hooks::use_query_map;
use ui::{Button, ButtonSize, ButtonType, ButtonVariant, Field, FormError, LinkButton};

use super::{
    card::{AuthCard, leave_when_done},
    join::{LinkEnded, Submit, error_at, token},
    new_password::NewPassword,
    recovery_api::{FinishReset, ForgotPassword, VerifyEmail, check_reset, check_verification},
};
use crate::frame::{PageData, shapes};

/// `/forgot`
pub(crate) fn forgot_page() -> AnyView {
    let sent = use_query_map().with_untracked(|query| query.get("sent").is_some());
    let action = ServerAction::<ForgotPassword>::new();
    let outcome = Signal::derive(move || action.value().get());
    if sent {
        return view! {
            <AuthCard title="Look into your mailbox"
                text="If there is such an account and its address is verified, a link is on its way. It is good for half an hour.">
                <p class="auth__foot">"Nothing there? An admin can make you a link."</p>
                <LinkButton href="/sign-in" size=ButtonSize::Large>"Go to sign-in"</LinkButton>
            </AuthCard>
        }
        .into_any();
    }
    view! {
        <AuthCard title="Forgot your password?" text="We send a link to choose a new one to the address of your account.">
            <ActionForm action attr:class="auth__form">
                <Field name="identifier" label="User name or e-mail" autocomplete="username" required=true autofocus=true/>
                <FormError error=Signal::derive(move || outcome.with(|outcome| outcome.as_ref()?.as_ref().err()?.beside(&[])))/>
                <Submit label="Send the link" pending=action.pending().into() outcome/>
            </ActionForm>
            <p class="auth__foot"><a href="/sign-in">"Back to sign-in"</a></p>
        </AuthCard>
    }
    .into_any()
}

/// `/reset/{token}`
pub(crate) fn reset_page() -> AnyView {
    let token = token();
    let action = ServerAction::<FinishReset>::new();
    let outcome = Signal::derive(move || action.value().get());
    let password = RwSignal::new(String::new());
    PageData::new("reset", move || check_reset(untrack(token))).view(shapes, move |check| match check {
        Ok(username) => {
            let about = vec![username.clone(), "nova".to_owned()];
            view! {
                <AuthCard title="Choose a new password" text=format!("For {username}. All sessions end; a second factor stays as it is.")>
                    <ActionForm action attr:class="auth__form">
                        <input type="hidden" name="token" value=token()/>
                        // For password managers: whose password this is.
                        <input class="visually-hidden" type="text" autocomplete="username" value=username readonly tabindex="-1" aria-hidden="true"/>
                        <NewPassword password label="New password" about=Callback::new(move |()| about.clone()) error=error_at(outcome, "password")/>
                        <FormError error=Signal::derive(move || outcome.with(|outcome| outcome.as_ref()?.as_ref().err()?.beside(&["password"])))/>
                        <Submit label="Change the password" pending=action.pending().into() outcome/>
                    </ActionForm>
                </AuthCard>
            }
            .into_any()
        }
        Err(failure) => view! { <LinkEnded failure/> }.into_any(),
    })
}

/// `/verify/{token}`: a button, as programs that look at links in mails open pages but press nothing.
pub(crate) fn verify_page() -> AnyView {
    let token = token();
    let action = ServerAction::<VerifyEmail>::new();
    leave_when_done(move || action.value().with(|value| value.as_ref()?.as_ref().ok().cloned()));
    let failed = move || action.value().with(|value| value.as_ref()?.as_ref().err()?.beside(&[]));
    let busy =
        Signal::derive(move || action.pending().get() || action.value().with(|value| matches!(value, Some(Ok(_)))));
    PageData::new("verify", move || check_verification(untrack(token))).view(shapes, move |check| match check {
        Ok(email) => view! {
            <AuthCard title="Confirm your address" text=format!("{email} becomes the address of your account.")>
                <ActionForm action attr:class="auth__form">
                    <input type="hidden" name="token" value=token()/>
                    <FormError error=Signal::derive(failed)/>
                    <Button variant=ButtonVariant::Primary size=ButtonSize::Large button_type=ButtonType::Submit busy>"This is my address"</Button>
                </ActionForm>
            </AuthCard>
        }
        .into_any(),
        Err(failure) => view! { <LinkEnded failure/> }.into_any(),
    })
}
