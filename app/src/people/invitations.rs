//! Inviting someone: a link, shown once.

use leptos::prelude::*;
use model::{Role, identity::Invitation, policy::RoleInfo};
use ui::{Button, ButtonSize, ButtonVariant, Card, IconName, RelativeTime, Select, Toaster, Tone};

use super::{
    api::{invitations, invite, withdraw_invitation},
    link::LinkToCopy,
};
use crate::frame::Confirm;

#[component]
pub(crate) fn Invitations(roles: Signal<Vec<RoleInfo>>) -> impl IntoView {
    let (toaster, confirm): (Toaster, Confirm) = (expect_context(), Confirm::expect());
    // Read by the browser alone: the page is of use before it is there.
    let open = RwSignal::new(Vec::<Invitation>::new());
    let refetch = Callback::new(move |()| {
        leptos::task::spawn_local(async move {
            match invitations().await {
                Ok(list) => drop(open.try_set(list)),
                Err(failure) => toaster.push(Tone::Bad, failure.0.message),
            }
        });
    });
    Effect::new(move |_| refetch.run(()));
    let role = RwSignal::new(Role::Developer.name().to_owned());
    let link = RwSignal::new(None::<String>);
    let busy = RwSignal::new(false);
    let options = move || -> Vec<(String, String)> {
        let grantable = roles.get().into_iter().filter(|info| info.grantable);
        grantable.map(|info| (info.role.to_string(), describe(&info.role))).collect()
    };
    let make = move |_| {
        let Ok(chosen) = role.get_untracked().parse::<Role>() else { return };
        busy.set(true);
        leptos::task::spawn_local(async move {
            match confirm.with(|| invite(chosen.clone())).await {
                Ok(made) => drop(link.try_set(Some(made.url))),
                Err(failure) => toaster.push(Tone::Bad, failure.0.message),
            }
            let _ = busy.try_set(false);
            refetch.run(());
        });
    };
    view! {
        <Card title="Invite someone">
            <div class="invite">
                {move || view! { <Select name="role" label="They join as" options=options() value=role/> }}
                <Button variant=ButtonVariant::Primary icon=IconName::Plus busy on:click=make>"Make a link"</Button>
            </div>
            {move || link.get().map(|url| view! {
                <LinkToCopy id="invite-link" label="Hand this link over; it works once, for seven days, and is not shown again." url/>
            })}
            <Show when=move || !open.with(Vec::is_empty)>
                <h3 class="invite__heading">"Open invitations"</h3>
                <ul class="list list--ruled">
                    <For each=move || open.get() key=|invitation| invitation.id let(invitation)>
                        <Open invitation refetch/>
                    </For>
                </ul>
            </Show>
        </Card>
    }
}

pub(super) fn describe(role: &Role) -> String {
    match role {
        Role::Owner => "owner — everything",
        Role::Admin => "admin — manages people",
        Role::Operator => "operator — shells and service detail",
        Role::Developer => "developer — shells, metrics, chat",
        Role::Viewer => "viewer — metrics and chat, no shell",
        Role::Custom(name) => name.as_str(),
    }
    .to_owned()
}

#[component]
fn Open(invitation: Invitation, refetch: Callback<()>) -> impl IntoView {
    let toaster: Toaster = expect_context();
    let Invitation { id, role, created_at, expires_at } = invitation;
    let withdraw = move |_| {
        leptos::task::spawn_local(async move {
            match withdraw_invitation(id).await {
                Ok(()) => toaster.push(Tone::Ok, "Withdrawn: its link works no more"),
                Err(failure) => toaster.push(Tone::Bad, failure.0.message),
            }
            refetch.run(());
        });
    };
    view! {
        <li class="list__item">
            <span class="list__text">{role.to_string()}" · made "<RelativeTime at=created_at.0/>", ends "<RelativeTime at=expires_at.0/></span>
            <Button size=ButtonSize::Small on:click=withdraw>"Withdraw"</Button>
        </li>
    }
}
