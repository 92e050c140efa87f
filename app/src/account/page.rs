use leptos::prelude::*;
use leptos_meta::Title;
use model::identity::SessionInfo;
use ui::{Badge, Button, ButtonSize, Card, Icon, IconName, RelativeTime, Toaster, Tone};

use super::{
    account_pages,
    api::{end_other_sessions, end_session, sessions},
    email::EmailCard,
    preferences::DatesAndTimes,
    privacy::Privacy,
    profile::Profile,
};
use crate::frame::{PageData, shapes};

/// `/account`
pub(crate) fn account_page() -> AnyView {
    let list = PageData::new("sessions", sessions);
    let refetch = Callback::new(move |()| list.refetch());
    view! {
        <Title text="Account · Nova"/>
        <div class="page-narrow account">
            {account_pages()}
            <Profile/>
            <EmailCard/>
            <DatesAndTimes/>
            {list.loaded("The sessions could not be loaded", shapes, move |sessions| view! { <Sessions sessions refetch/> }.into_any())}
            <Privacy/>
        </div>
    }
    .into_any()
}

#[component]
fn Sessions(sessions: Vec<SessionInfo>, refetch: Callback<()>) -> impl IntoView {
    let toaster: Toaster = expect_context();
    let several = sessions.len() > 1;
    let busy = RwSignal::new(false);
    let end_others = move |_| {
        busy.set(true);
        leptos::task::spawn_local(async move {
            match end_other_sessions().await {
                Ok(count) => {
                    toaster.push(Tone::Ok, format!("{count} other session{} ended", if count == 1 { "" } else { "s" }))
                }
                Err(failure) => toaster.push(Tone::Bad, failure.0.message),
            }
            let _ = busy.try_set(false);
            refetch.run(());
        });
    };
    let head = move || {
        several.then(|| view! {
        <span class="push"><Button size=ButtonSize::Small busy on:click=end_others>"End all others"</Button></span>
    })
    };
    view! {
        <Card title="Sessions" head flush=true>
            <ul class="sessions">
                {sessions.into_iter().map(|session| view! { <SessionRow session refetch/> }).collect_view()}
            </ul>
        </Card>
    }
}

#[component]
fn SessionRow(session: SessionInfo, refetch: Callback<()>) -> impl IntoView {
    let toaster: Toaster = expect_context();
    let busy = RwSignal::new(false);
    let SessionInfo { id, device, address, created_at, last_seen_at, current } = session;
    let end = move |_| {
        busy.set(true);
        leptos::task::spawn_local(async move {
            if let Err(failure) = end_session(id).await {
                toaster.push(Tone::Bad, failure.0.message);
            }
            let _ = busy.try_set(false);
            refetch.run(());
        });
    };
    view! {
        <li class="session">
            <span class="session__icon"><Icon name=IconName::Monitor/></span>
            <div>
                <p class="session__name">
                    {device.clone()}
                    {current.then(|| view! { " "<Badge tone=Tone::Ok>"this one"</Badge> })}
                </p>
                <p class="session__detail">
                    {address}" · signed in "<RelativeTime at=created_at.0/>", last seen "<RelativeTime at=last_seen_at.0/>
                </p>
            </div>
            {(!current).then(|| view! {
                <Button size=ButtonSize::Small busy on:click=end attr:aria-label=format!("End the session on {device}")>"End"</Button>
            })}
        </li>
    }
}
