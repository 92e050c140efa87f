//! The directory: who is here, who is invited, and what each role allows.

mod actions;
pub(crate) mod api;
mod invitations;
mod joining;
mod link;
mod mail;
pub(crate) mod mail_api;
mod page;
mod provider_editor;
mod providers;
mod providers_api;
mod role_editor;
mod roles;
mod shell_policy;
mod terminals;
mod terminals_api;

use leptos::prelude::*;
pub(crate) use mail::mail_page;
use model::Permission;
pub(crate) use page::people_page;
pub(crate) use providers::providers_page;
pub(crate) use roles::roles_page;
pub(crate) use terminals::terminals_page;

use crate::frame::{Session, SubNav};

/// Links between these pages.
fn people_pages() -> impl IntoView {
    let mut pages = vec![("/people", "People"), ("/people/roles", "Roles")];
    if Session::expect().may(Permission::ProvidersManage) {
        pages.push(("/people/sign-on", "Single sign-on"));
    }
    if Session::expect().may(Permission::MailManage) {
        pages.push(("/people/mail", "Mail"));
    }
    if terminals::ANY.into_iter().any(|permission| Session::expect().may(permission)) {
        pages.push(("/people/terminals", "Terminals"));
    }
    view! { <SubNav label="People" pages/> }
}
