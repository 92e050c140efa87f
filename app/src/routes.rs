//! The route table.

use leptos::prelude::*;
use leptos_meta::provide_meta_context;
use leptos_router::{
    Lazy, SsrMode,
    components::{ParentRoute, Route, Router, Routes},
    path,
};
use ui::{ToastRegion, provide_clock, provide_toaster};

use crate::{
    account::AccountPage,
    auth::{InvitePage, SetupPage, SignInPage},
    chat::ChatPage,
    frame::{Frame, NotFound, NotFoundInside},
    overview::OverviewPage,
    people::PeoplePage,
    terminal::TerminalPage,
};

/// The whole app. Every page is drawn completely on the server, so that it reads without scripts and its status is
/// right; pages inside the frame come in chunks of their own.
#[component]
pub fn App() -> impl IntoView {
    provide_meta_context();
    provide_clock();
    let toaster = provide_toaster();
    view! {
        <Router>
            <Routes fallback=NotFound>
                <Route path=path!("/sign-in") view=SignInPage ssr=SsrMode::Async/>
                <Route path=path!("/setup/:token") view=SetupPage ssr=SsrMode::Async/>
                <Route path=path!("/invite/:token") view=InvitePage ssr=SsrMode::Async/>
                <ParentRoute path=path!("/") view=Frame ssr=SsrMode::Async>
                    <Route path=path!("") view={Lazy::<OverviewPage>::new()}/>
                    <Route path=path!("terminal") view={Lazy::<TerminalPage>::new()}/>
                    <Route path=path!("terminal/:id") view={Lazy::<TerminalPage>::new()}/>
                    <Route path=path!("chat") view={Lazy::<ChatPage>::new()}/>
                    <Route path=path!("chat/:room") view={Lazy::<ChatPage>::new()}/>
                    <Route path=path!("people") view={Lazy::<PeoplePage>::new()}/>
                    <Route path=path!("account") view={Lazy::<AccountPage>::new()}/>
                    <Route path=path!("*any") view=NotFoundInside/>
                </ParentRoute>
            </Routes>
        </Router>
        <ToastRegion toaster/>
    }
}
