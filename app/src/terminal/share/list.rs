//! What others share.

use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::components::A;
use model::{chat::UserEvent, live::Topic, terminal::sharing::SharedShell};
use ui::{Badge, Card, Empty, IconName, LinkButton, RelativeTime};

use super::api::shared_terminals;
use crate::{
    frame::{PageData, Session, shapes},
    live::{Heard, Live},
};

/// `/terminal/shared`
pub(crate) fn shared_page() -> AnyView {
    let list = PageData::new("shared", shared_terminals);
    let (session, live) = (Session::expect(), Live::expect());
    Effect::new(move |_| {
        live.listen(Topic::User(session.me().id), move |heard| {
            if matches!(heard, Heard::CatchUp | Heard::Event(UserEvent::SharesChanged)) {
                list.refetch();
            }
        });
    });
    view! {
        <Title text="Shared with you · Nova"/>
        <div class="terminal-shared">
            <div class="page-narrow">
                {list.loaded("The shells could not be loaded", shapes, |shells| view! { <List shells/> }.into_any())}
            </div>
        </div>
    }
    .into_any()
}

#[component]
fn List(shells: Vec<SharedShell>) -> impl IntoView {
    let empty = shells.is_empty();
    view! {
        <Card title="Shared with you" flush=true>
            {empty.then(|| view! {
                <Empty icon=IconName::Users title="No shell is shared with you" text="What others share with you stands here while it holds."/>
            })}
            <ul class="list list--ruled">
                {shells.into_iter().map(|shell| view! { <Row shell/> }).collect_view()}
            </ul>
        </Card>
    }
}

#[component]
fn Row(shell: SharedShell) -> impl IntoView {
    let SharedShell { terminal, title, owner_name, role, expires_at } = shell;
    view! {
        <li class="list__item">
            <span class="list__text">
                <span class="person__words">
                    <A href=format!("/terminal/shared/{terminal}") attr:class="person__name">{title}</A>
                    <span class="person__detail">"shared by "{owner_name}" · ends "<RelativeTime at=expires_at.0/></span>
                </span>
            </span>
            <Badge>{role.name()}</Badge>
        </li>
    }
}

/// Leads to what others share, while they do: in the strip of one's own tabs.
#[component]
pub(crate) fn SharedWithMe() -> impl IntoView {
    let count = RwSignal::new(0_usize);
    let (session, live) = (Session::expect(), Live::expect());
    let read = move || {
        leptos::task::spawn_local(async move {
            // Without the answer the way there is not shown; the shells of one's own are there all the same.
            if let Ok(shells) = shared_terminals().await {
                let _ = count.try_set(shells.len());
            }
        });
    };
    Effect::new(move |_| {
        read();
        live.listen(Topic::User(session.me().id), move |heard| {
            if matches!(heard, Heard::CatchUp | Heard::Event(UserEvent::SharesChanged)) {
                read();
            }
        });
    });
    move || {
        let shells = count.get();
        (shells > 0).then(|| {
            view! {
                <LinkButton href="/terminal/shared" size=ui::ButtonSize::Small icon=IconName::Users>
                    {format!("Shared with you ({shells})")}
                </LinkButton>
            }
        })
    }
}
