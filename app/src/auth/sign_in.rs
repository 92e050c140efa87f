use leptos::{form::ActionForm, prelude::*};
use leptos_router::hooks::use_query_map;
use ui::{Banner, Button, ButtonSize, ButtonType, ButtonVariant, Field, FormError, Tone};

use super::{
    api::{SignIn, start},
    card::{AuthCard, leave_when_done},
};
use crate::frame::PageData;

/// `/sign-in`
pub(crate) fn sign_in_page() -> AnyView {
    let action = ServerAction::<SignIn>::new();
    let query = use_query_map();
    let next = move || query.with(|query| query.get("next").unwrap_or_default());
    let claimed = PageData::new("start", start).view(
        || ().into_any(),
        |start| {
            let unclaimed = start.is_ok_and(|start| start.unclaimed);
            unclaimed.then(|| view! {
                <Banner tone=Tone::Warn title="Nobody owns this Nova yet"
                    detail="Open the set-up link that was printed when it started; `nova setup-link` prints a new one."/>
            }).into_any()
        },
    );
    let failed =
        move || action.value().with(|value| value.as_ref()?.as_ref().err().map(|failure| failure.0.message.clone()));
    leave_when_done(move || action.value().with(|value| value.as_ref()?.as_ref().ok().cloned()));
    let busy =
        Signal::derive(move || action.pending().get() || action.value().with(|value| matches!(value, Some(Ok(_)))));
    view! {
        <AuthCard title="Sign in" text="Welcome back.">
            {claimed}
            <ActionForm action attr:class="auth__form">
                <input type="hidden" name="next" value=next/>
                <Field name="identifier" label="User name or e-mail" autocomplete="username" required=true autofocus=true/>
                <Field name="password" label="Password" input_type="password" autocomplete="current-password" required=true/>
                <FormError error=Signal::derive(failed)/>
                <Button variant=ButtonVariant::Primary size=ButtonSize::Large button_type=ButtonType::Submit busy>"Sign in"</Button>
            </ActionForm>
        </AuthCard>
    }
    .into_any()
}
