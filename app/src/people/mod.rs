//! The directory: who is here, who is invited, and what each role allows.

mod actions;
pub(crate) mod api;
mod invitations;
mod link;
mod page;
mod role_editor;
mod roles;

use leptos::prelude::*;
pub(crate) use page::people_page;
pub(crate) use roles::roles_page;

use crate::frame::SubNav;

/// Links between these pages.
fn people_pages() -> impl IntoView {
    view! { <SubNav label="People" pages=vec![("/people", "People"), ("/people/roles", "Roles")]/> }
}
