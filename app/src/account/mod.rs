//! One's own account: who one is, where one is signed in, one's second factors and API keys.

pub(crate) mod api;
mod email;
pub(crate) mod factors_api;
mod keys;
pub(crate) mod keys_api;
mod links;
mod make_key;
mod page;
mod password;
mod picture;
mod preferences;
mod privacy;
mod profile;
mod security;
mod service_accounts;
mod sso_api;

use leptos::prelude::*;
use model::Permission;

pub(crate) use keys::keys_page;
pub(crate) use page::account_page;
pub(crate) use security::security_page;

use crate::frame::{Session, SubNav};

/// Links between these pages.
fn account_pages() -> impl IntoView {
    let mut pages = vec![("/account", "Profile and sessions"), ("/account/security", "Security")];
    if Session::expect().may(Permission::KeysUse) {
        pages.push(("/account/keys", "API keys"));
    }
    view! { <SubNav label="Account" pages/> }
}
