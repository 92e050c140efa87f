//! `/people/sign-on`: the providers people may sign in with.

use leptos::prelude::*;
use leptos_meta::Title;
use model::sso::ProviderInfo;
use ui::{Badge, Button, ButtonSize, ButtonVariant, Card, ConfirmDialog, Dialog, Empty, IconName, Toaster, Tone};

use super::{
    people_pages,
    provider_editor::ProviderEditor,
    providers_api::{providers, remove_provider},
};
use crate::frame::{Confirm, PageData, shapes};

/// `/people/sign-on`
pub(crate) fn providers_page() -> AnyView {
    let list = PageData::new("providers", providers);
    let refetch = Callback::new(move |()| list.refetch());
    let editing = RwSignal::new(None::<ProviderInfo>);
    let open = RwSignal::new(false);
    let edit = Callback::new(move |provider: Option<ProviderInfo>| {
        editing.set(provider);
        open.set(true);
    });
    let saved = Callback::new(move |()| {
        open.set(false);
        refetch.run(());
    });
    let leaving = RwSignal::new(None::<ProviderInfo>);
    view! {
        <Title text="Single sign-on · Nova"/>
        <div class="page-narrow roles">
            {people_pages()}
            <div class="settings__actions">
                <Button variant=ButtonVariant::Primary icon=IconName::Plus on:click=move |_| edit.run(None)>"Add a provider"</Button>
            </div>
            {list.loaded("The providers could not be loaded", shapes, move |providers| {
                if providers.is_empty() {
                    return view! {
                        <Empty icon=IconName::Link title="No provider yet"
                            text="With one, people sign in with the account they have elsewhere: Google, GitHub, Microsoft, GitLab or any OpenID Connect provider."/>
                    }.into_any();
                }
                providers.into_iter().map(|provider| view! { <ProviderCard provider edit leaving/> }).collect_view().into_any()
            })}
        </div>
        <Dialog id="provider" open wide=true title=move || if editing.with(Option::is_some) { "Change the provider" } else { "Add a provider" }>
            {move || view! { <ProviderEditor provider=editing.get() saved/> }}
        </Dialog>
        <RemoveProvider leaving refetch/>
    }
    .into_any()
}

/// Asks before a provider goes.
#[component]
fn RemoveProvider(leaving: RwSignal<Option<ProviderInfo>>, refetch: Callback<()>) -> impl IntoView {
    let (toaster, confirm): (Toaster, Confirm) = (expect_context(), Confirm::expect());
    let open = RwSignal::new(false);
    Effect::new(move |_| {
        if leaving.with(Option::is_some) {
            open.set(true);
        }
    });
    let remove = Callback::new(move |()| {
        let Some(provider) = leaving.get_untracked() else { return };
        open.set(false);
        leptos::task::spawn_local(async move {
            match confirm.with(|| remove_provider(provider.form.id.clone())).await {
                Ok(()) => toaster.push(Tone::Ok, "The provider is removed"),
                Err(failure) => toaster.push(Tone::Bad, failure.0.message),
            }
            refetch.run(());
        });
    });
    let name = move || leaving.with(|leaving| leaving.as_ref().map(|provider| provider.form.name.clone()));
    view! {
        <ConfirmDialog id="remove-provider" open title=move || format!("Remove {}?", name().unwrap_or_default())
            text="Everybody's links to it go too. Who has no password and no passkey cannot sign in then."
            confirm="Remove it" on_confirm=remove/>
    }
}

#[component]
fn ProviderCard(
    provider: ProviderInfo,
    edit: Callback<Option<ProviderInfo>>,
    leaving: RwSignal<Option<ProviderInfo>>,
) -> impl IntoView {
    let name = provider.form.name.clone();
    let note = format!("{} linked", provider.linked);
    let (redirect, signed_out) = (provider.redirect_uri.clone(), provider.signed_out_uri.clone());
    let creates = provider.form.creates_accounts;
    let role = provider.form.default_role.to_string();
    let domains = provider.form.trusted_domains.join(", ");
    let (whole, gone) = (provider.clone(), provider);
    view! {
        <Card title=name note>
            <p class="session__detail">"Redirect address to enter at the provider:"</p>
            <div class="secret"><code class="secret__text">{redirect}</code></div>
            <p class="session__detail">"Address to come back to after signing out there:"</p>
            <div class="secret"><code class="secret__text">{signed_out}</code></div>
            <p class="roles__marks">
                {if creates { view! { <Badge tone=Tone::Accent>{format!("new people join as {role}")}</Badge> }.into_any() }
                    else { view! { <Badge>"people with an account only"</Badge> }.into_any() }}
                {(!domains.is_empty()).then(|| view! { " "<Badge tone=Tone::Warn>{format!("links verified addresses of {domains}")}</Badge> })}
            </p>
            <div class="settings__actions">
                <Button size=ButtonSize::Small icon=IconName::Edit on:click=move |_| edit.run(Some(whole.clone()))>"Change"</Button>
                <Button size=ButtonSize::Small icon=IconName::Trash on:click=move |_| leaving.set(Some(gone.clone()))>"Remove"</Button>
            </div>
        </Card>
    }
}
