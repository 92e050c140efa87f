//! Joining by oneself, where that is open to everybody.

use leptos::{form::ActionForm, prelude::*};
use leptos_router::hooks::use_query_map;
use ui::{Button, ButtonSize, ButtonType, Field, FormError, LinkButton};

use super::{
    card::{AuthCard, leave_when_done},
    join::{AccountFields, LinkEnded, Submit},
    register_api::{Register, ResendVerification, check_registration},
};
use crate::frame::{PageData, shapes};

/// `/join`
pub(crate) fn join_page() -> AnyView {
    let action = ServerAction::<Register>::new();
    let outcome = Signal::derive(move || action.value().get());
    PageData::new("join", check_registration).view(shapes, move |check| match check {
        Ok(needs_email) => view! {
            <AuthCard title="Join this Nova" text="Choose how you sign in from now on.">
                <ActionForm action attr:class="auth__form">
                    <AccountFields needs_email outcome/>
                    <Submit label="Join" pending=action.pending().into() outcome/>
                </ActionForm>
                <p class="auth__foot">"You have an account? "<a href="/sign-in">"Sign in"</a></p>
            </AuthCard>
        }
        .into_any(),
        Err(failure) => view! { <LinkEnded title="This is not open" failure/> }.into_any(),
    })
}

/// `/join/sent`: a link is on its way to who has just registered, and can be sent again.
pub(crate) fn join_sent_page() -> AnyView {
    let query = use_query_map();
    let (name, again) =
        query.with_untracked(|query| (query.get("name").unwrap_or_default(), query.get("again").is_some()));
    let action = ServerAction::<ResendVerification>::new();
    leave_when_done(move || action.value().with(|value| value.as_ref()?.as_ref().ok().cloned()));
    let failed = move || action.value().with(|value| value.as_ref()?.as_ref().err()?.beside(&[]));
    let text = if again {
        "If that account waits for it, another link is on its way. Open it, then sign in."
    } else {
        "Open the link that was sent to your address within a day, then sign in."
    };
    view! {
        <AuthCard title="Look into your mailbox" text>
            <ActionForm action attr:class="auth__form">
                <Field name="username" label="User name" autocomplete="username" required=true initial=name
                    hint="Nothing there? Have the link sent again. After a day without it, join anew."/>
                <FormError error=Signal::derive(failed)/>
                <Button size=ButtonSize::Large button_type=ButtonType::Submit busy=action.pending()>"Send it again"</Button>
            </ActionForm>
            <LinkButton href="/sign-in" size=ButtonSize::Large>"Go to sign-in"</LinkButton>
        </AuthCard>
    }
    .into_any()
}
