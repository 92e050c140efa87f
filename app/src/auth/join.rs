//! Making an account: as the owner with the link from the console, or as a guest with an invitation.

use leptos::{form::ActionForm, prelude::*};
use leptos_router::hooks::use_params_map;
use model::Role;
use ui::{Button, ButtonSize, ButtonType, ButtonVariant, Field, FormError, LinkButton};

use super::{
    api::{AcceptInvitation, Claim, check_invitation, check_setup},
    card::{AuthCard, leave_when_done},
    new_password::NewPassword,
};
use crate::{
    Failure,
    frame::{PageData, shapes},
};

const FIELDS: &[&str] = &["username", "email", "display_name", "password"];

pub(super) fn token() -> impl Fn() -> String + Copy + Send + Sync + 'static {
    let params = use_params_map();
    move || params.with(|params| params.get("token").unwrap_or_default())
}

/// `/setup/{token}`
pub(crate) fn setup_page() -> AnyView {
    let token = token();
    let action = ServerAction::<Claim>::new();
    let outcome = Signal::derive(move || action.value().get());
    PageData::new("setup", move || check_setup(untrack(token))).view(shapes, move |check| match check {
        Ok(()) => view! {
            <AuthCard title="Claim this Nova" text="You become its owner. Others join by your invitation.">
                <ActionForm action attr:class="auth__form">
                    <input type="hidden" name="token" value=token()/>
                    <AccountFields needs_email=false outcome/>
                    <Submit label="Create the owner" pending=action.pending().into() outcome/>
                </ActionForm>
            </AuthCard>
        }
        .into_any(),
        Err(failure) => view! { <LinkEnded failure/> }.into_any(),
    })
}

/// `/invite/{token}`
pub(crate) fn invite_page() -> AnyView {
    let token = token();
    let action = ServerAction::<AcceptInvitation>::new();
    let outcome = Signal::derive(move || action.value().get());
    PageData::new("invite", move || check_invitation(untrack(token))).view(shapes, move |check| match check {
        Ok(role) => view! {
            <AuthCard title="Join this Nova" text=welcome(role)>
                <ActionForm action attr:class="auth__form">
                    <input type="hidden" name="token" value=token()/>
                    <AccountFields needs_email=false outcome/>
                    <Submit label="Join" pending=action.pending().into() outcome/>
                </ActionForm>
            </AuthCard>
        }
        .into_any(),
        Err(failure) => view! { <LinkEnded failure/> }.into_any(),
    })
}

fn welcome(role: Role) -> String {
    format!("You were invited as {role}. Choose how you sign in from now on.")
}

/// What a link that works no more shows, with the status that says so.
#[component]
pub(super) fn LinkEnded(
    #[prop(default = "This link has ended")] title: &'static str,
    failure: Failure,
) -> impl IntoView {
    #[cfg(feature = "ssr")]
    crate::context::set_status(failure.0.code.status());
    let message = failure.0.message;
    view! {
        <AuthCard title=title text=message>
            <LinkButton href="/sign-in" size=ButtonSize::Large>"Go to sign-in"</LinkButton>
        </AuthCard>
    }
}

pub(super) type Outcome = Signal<Option<Result<String, Failure>>>;

pub(super) fn error_at(outcome: Outcome, field: &'static str) -> Signal<Option<String>> {
    Signal::derive(move || outcome.with(|outcome| outcome.as_ref()?.as_ref().err()?.at(field)))
}

/// The fields all such forms share; those that break a rule say so when they are left and again when the server answers.
#[component]
pub(super) fn AccountFields(needs_email: bool, outcome: Outcome) -> impl IntoView {
    let username = RwSignal::new(String::new());
    let password = RwSignal::new(String::new());
    let early = RwSignal::new(None::<String>);
    let name_error = error_at(outcome, "username");
    let check_name = Callback::new(move |()| {
        let name = username.get_untracked();
        let wrong = if name.is_empty() { None } else { model::identity::Username::parse(&name).err() };
        early.set(wrong.map(|error| error.message));
    });
    view! {
        <Field name="username" label="User name" autocomplete="username" required=true autofocus=true value=username
            hint="Letters, digits, dots and dashes; you sign in with it."
            error=Signal::derive(move || early.get().or_else(|| name_error.get())) on_blur=check_name/>
        <Field name="display_name" label="Your name (optional)" autocomplete="name" error=error_at(outcome, "display_name")/>
        <Field name="email" label=if needs_email { "E-mail" } else { "E-mail (optional)" } input_type="email" autocomplete="email"
            required=needs_email error=error_at(outcome, "email")/>
        <NewPassword password about=Callback::new(move |()| vec![username.get_untracked(), "nova".to_owned()])
            error=error_at(outcome, "password")/>
        <FormError error=Signal::derive(move || outcome.with(|outcome| outcome.as_ref()?.as_ref().err()?.beside(FIELDS)))/>
    }
}

/// The form's button; once the form has done its work, the browser goes on.
#[component]
pub(super) fn Submit(label: &'static str, pending: Signal<bool>, outcome: Outcome) -> impl IntoView {
    leave_when_done(move || outcome.with(|outcome| outcome.as_ref()?.as_ref().ok().cloned()));
    let busy = Signal::derive(move || pending.get() || outcome.with(|outcome| matches!(outcome, Some(Ok(_)))));
    view! {
        <Button variant=ButtonVariant::Primary size=ButtonSize::Large button_type=ButtonType::Submit busy>{label}</Button>
    }
}
