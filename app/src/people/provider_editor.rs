//! The form of a provider.

use leptos::prelude::*;
use model::{
    ApiError, Role,
    sso::{ProviderForm, ProviderInfo, ProviderKind},
};
use ui::{Button, ButtonType, ButtonVariant, Checkbox, Field, FormError, Select, TextArea};

use super::{api::roles, providers_api::save_provider};
use crate::{Failure, frame::Confirm};

const FIELDS: &[&str] = &["id", "name", "client_id", "trusted_domains", "role_map"];
const KINDS: [(&str, &str); 5] = [
    ("open_id", "OpenID Connect"),
    ("google", "Google"),
    ("microsoft", "Microsoft"),
    ("git_lab", "GitLab"),
    ("git_hub", "GitHub"),
];

/// Which kind is chosen, and the one thing it asks for.
fn parts(kind: &ProviderKind) -> (&'static str, String) {
    match kind {
        ProviderKind::OpenId { issuer } => ("open_id", issuer.clone()),
        ProviderKind::Google => ("google", String::new()),
        ProviderKind::Microsoft { tenant } => ("microsoft", tenant.clone()),
        ProviderKind::GitLab { base } => ("git_lab", base.clone()),
        ProviderKind::GitHub => ("git_hub", String::new()),
    }
}

fn kind(name: &str, place: String) -> ProviderKind {
    match name {
        "google" => ProviderKind::Google,
        "microsoft" => ProviderKind::Microsoft { tenant: place },
        "git_lab" => ProviderKind::GitLab { base: place },
        "git_hub" => ProviderKind::GitHub,
        _ => ProviderKind::OpenId { issuer: place },
    }
}

/// `value = role`, one a line.
fn role_map(text: &str) -> Result<Vec<(String, Role)>, ApiError> {
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    lines
        .map(|line| {
            let (value, role) = line
                .rsplit_once('=')
                .ok_or_else(|| ApiError::invalid("role_map", "Write one “group = role” on each line."))?;
            let role = role.trim().parse().map_err(|error: ApiError| ApiError::invalid("role_map", error.message))?;
            Ok((value.trim().to_owned(), role))
        })
        .collect()
}

#[component]
pub(super) fn ProviderEditor(provider: Option<ProviderInfo>, saved: Callback<()>) -> impl IntoView {
    let confirm = Confirm::expect();
    let fixed = provider.is_some();
    let has_secret = provider.as_ref().is_some_and(|provider| provider.has_secret);
    let form = provider.map(|provider| provider.form);
    let text = |get: fn(&ProviderForm) -> String| RwSignal::new(form.as_ref().map(get).unwrap_or_default());
    let (id, name, client_id) = (text(|f| f.id.clone()), text(|f| f.name.clone()), text(|f| f.client_id.clone()));
    let scopes = text(|f| f.scopes.clone());
    let (claim, domains) = (text(|f| f.roles_claim.clone()), text(|f| f.trusted_domains.join(", ")));
    let map = text(|f| f.role_map.iter().map(|(value, role)| format!("{value} = {role}\n")).collect());
    let (which, place) = form.as_ref().map_or(("open_id", String::new()), |form| parts(&form.kind));
    let (which, place) = (RwSignal::new(which.to_owned()), RwSignal::new(place));
    let secret = RwSignal::new(String::new());
    let role = RwSignal::new(form.as_ref().map_or(Role::Viewer, |form| form.default_role.clone()).to_string());
    let creates = RwSignal::new(form.as_ref().is_some_and(|form| form.creates_accounts));
    let options = RwSignal::new(vec![(Role::Viewer.to_string(), Role::Viewer.to_string())]);
    Effect::new(move |_| {
        leptos::task::spawn_local(async move {
            if let Ok(all) = roles().await {
                let names = all.into_iter().filter(|info| info.grantable && info.role != Role::Owner);
                drop(options.try_set(names.map(|info| (info.role.to_string(), info.role.to_string())).collect()));
            }
        });
    });
    let (busy, failed) = (RwSignal::new(false), RwSignal::new(None::<Failure>));
    let read = move || -> Result<ProviderForm, ApiError> {
        let form = ProviderForm {
            id: id.get_untracked().trim().to_owned(),
            name: name.get_untracked(),
            kind: kind(&which.get_untracked(), place.get_untracked()),
            client_id: client_id.get_untracked(),
            client_secret: Some(secret.get_untracked()).filter(|secret| !secret.is_empty()),
            scopes: scopes.get_untracked(),
            roles_claim: claim.get_untracked(),
            role_map: role_map(&map.get_untracked())?,
            default_role: role.get_untracked().parse()?,
            creates_accounts: creates.get_untracked(),
            trusted_domains: domains
                .get_untracked()
                .split([',', ' '])
                .filter(|domain| !domain.is_empty())
                .map(str::to_lowercase)
                .collect(),
        };
        form.check()?;
        Ok(form)
    };
    let send = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        failed.set(None);
        let form = match read() {
            Ok(form) => form,
            Err(error) => return failed.set(Some(Failure(error))),
        };
        busy.set(true);
        leptos::task::spawn_local(async move {
            match confirm.with(|| save_provider(form.clone())).await {
                Ok(()) => saved.run(()),
                Err(failure) => drop(failed.try_set(Some(failure))),
            }
            let _ = busy.try_set(false);
        });
    };
    let at = move |field: &'static str| Signal::derive(move || failed.with(|failed| failed.as_ref()?.at(field)));
    let kinds = KINDS.iter().map(|(kind, words)| ((*kind).to_owned(), (*words).to_owned())).collect::<Vec<_>>();
    let asks = move || match which.get().as_str() {
        "open_id" => Some("Issuer, exactly as the provider writes it"),
        "microsoft" => Some("Tenant (an id, a domain, or “organizations”)"),
        "git_lab" => Some("Address, such as https://gitlab.com"),
        _ => None,
    };
    let secret_label = if has_secret { "Client secret (leave empty to keep it)" } else { "Client secret" };
    view! {
        <form class="settings__form settings__form--wide" on:submit=send>
            <Select name="kind" label="Provider" options=kinds value=which/>
            {move || asks().map(|label| view! { <Field name="place" label=label mono=true value=place/> })}
            <Field name="provider-name" label="What the button says" placeholder="Sign in with Example" required=true value=name error=at("name")/>
            <Field name="provider-id" label="Short name, part of its redirect address" placeholder="example" required=true mono=true
                disabled=Signal::derive(move || fixed) value=id error=at("id")/>
            <Field name="client-id" label="Client id" required=true mono=true autocomplete="off" value=client_id error=at("client_id")/>
            <Field name="client-secret" label=secret_label input_type="password" autocomplete="new-password" value=secret/>
            <Checkbox name="creates" checked=creates>"People who come for the first time get an account"</Checkbox>
            {move || view! { <Select name="default-role" label="Their role, unless the map below says another" options=options.get() value=role/> }}
            <Field name="scopes" label="Scopes (optional)" placeholder="openid email profile groups" mono=true value=scopes/>
            <Field name="claim" label="Claim with groups or roles (optional)" placeholder="groups" mono=true value=claim/>
            <TextArea name="role-map" label="Roles by group, one a line (optional)" placeholder="admins = admin" value=map error=at("role_map")/>
            <Field name="domains" label="Domains whose verified addresses belong to the account with that address (optional)" placeholder="example.org"
                hint="Only where you trust the provider to check who owns an address: it decides who may become whom."
                value=domains error=at("trusted_domains")/>
            <FormError error=Signal::derive(move || failed.with(|failed| failed.as_ref()?.beside(FIELDS)))/>
            <div class="dialog__actions">
                <Button variant=ButtonVariant::Primary button_type=ButtonType::Submit busy>"Save and check it"</Button>
            </div>
        </form>
    }
}
