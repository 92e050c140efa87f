//! `/terminal/join/{token}`: what a link offers, and following it.

use leptos::{form::ActionForm, prelude::*};
use leptos_meta::Title;
use leptos_router::hooks::use_params_map;
use model::terminal::sharing::Offer;
use ui::{Button, ButtonType, ButtonVariant, Card, Empty, FormError, IconName, LinkButton, RelativeTime};

use super::api::{FollowShare, share_offer};
use crate::frame::{PageData, shapes};

/// `/terminal/join/{token}`
pub(crate) fn join_page() -> AnyView {
    let params = use_params_map();
    let token = move || params.with_untracked(|params| params.get("token").unwrap_or_default());
    view! {
        <Title text="Join a shell · Nova"/>
        <div class="terminal-shared">
            <div class="page-narrow">
                {PageData::new("share-offer", move || share_offer(token())).view(shapes, move |offer| match offer {
                    Ok(offer) => view! { <Join offer token=token()/> }.into_any(),
                    Err(failure) => view! {
                        <Card title="Join a shell">
                            <Empty icon=IconName::Link title="This link leads nowhere" text=failure.0.message>
                                <LinkButton href="/terminal/shared">"What is shared with you"</LinkButton>
                            </Empty>
                        </Card>
                    }
                    .into_any(),
                })}
            </div>
        </div>
    }
    .into_any()
}

#[component]
fn Join(offer: Offer, token: String) -> impl IntoView {
    let Offer { owner_name, title, role, expires_at } = offer;
    let action = ServerAction::<FollowShare>::new();
    let failed =
        Signal::derive(move || action.value().get().and_then(|outcome| outcome.err().map(|failure| failure.0.message)));
    let busy = Signal::derive(move || action.pending().get());
    Effect::new(move |_| {
        if let Some(Ok(id)) = action.value().get() {
            // A page of its own begins there: nothing of this one is kept.
            let _ = window().location().set_href(&format!("/terminal/shared/{id}"));
        }
    });
    view! {
        <Card title="Join a shell">
            <p>{owner_name}" shares “"{title}"” with you. You come as "{role.name()}", who "{role.about().replace("you let", "they let")}"."</p>
            <p class="second">"It ends "<RelativeTime at=expires_at.0/>". Everybody there sees you."</p>
            <ActionForm action attr:class="settings__form">
                <input type="hidden" name="token" value=token/>
                <FormError error=failed/>
                <div class="settings__actions">
                    <Button variant=ButtonVariant::Primary button_type=ButtonType::Submit busy>"Join"</Button>
                </div>
            </ActionForm>
        </Card>
    }
}
