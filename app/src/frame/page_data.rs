//! What a page starts from: fetched while the server draws it and written into the page, read from there when the browser
//! takes the page over, fetched by the browser from then on.

use std::{future::Future, pin::Pin, sync::Arc};

use leptos::prelude::*;
#[cfg(feature = "ssr")]
use leptos::tachys::reactive_graph::OwnedView;
use serde::{Serialize, de::DeserializeOwned};
use ui::ErrorState;

use crate::Failure;

type Answer<T> = Result<T, Failure>;
type Fetch<T> = Arc<dyn Fn() -> Pin<Box<dyn Future<Output = Answer<T>> + Send>> + Send + Sync>;

/// The data of one page, by a key that is its own among all that is in view at once.
///
/// Not a `Resource`: those made inside a view are made twice on the server, and the first one's response never ended
/// when it was dropped too early (docs/decisions/0001-leptos-0.9-rc.md).
pub(crate) struct PageData<T: Send + Sync + 'static> {
    key: &'static str,
    fetch: StoredValue<Fetch<T>>,
    /// In the browser only: what is shown, and how many times it was asked for.
    answer: RwSignal<Option<Answer<T>>>,
    asked: StoredValue<u32>,
}

impl<T: Send + Sync + 'static> Clone for PageData<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T: Send + Sync + 'static> Copy for PageData<T> {}

impl<T> PageData<T>
where
    T: Clone + Serialize + DeserializeOwned + Send + Sync + 'static,
{
    pub(crate) fn new<F>(key: &'static str, fetch: impl Fn() -> F + Send + Sync + 'static) -> Self
    where
        F: Future<Output = Answer<T>> + Send + 'static,
    {
        let fetch: Fetch<T> = Arc::new(move || Box::pin(fetch()));
        let answer = if cfg!(feature = "ssr") { None } else { written(key) };
        Self { key, fetch: StoredValue::new(fetch), answer: RwSignal::new(answer), asked: StoredValue::new(0) }
    }

    /// Fetches it again; what is in view stays until the answer is there.
    pub(crate) fn refetch(self) {
        let Some(fetch) = self.fetch.try_get_value() else { return };
        let turn = self.asked.with_value(|asked| asked + 1);
        self.asked.set_value(turn);
        leptos::task::spawn_local(async move {
            let answer = fetch().await;
            // An answer that was overtaken by a later question is old.
            if self.asked.try_get_value() == Some(turn) {
                let _ = self.answer.try_set(Some(answer));
            }
        });
    }

    /// Draws it, or `waiting` until it is there.
    #[cfg(feature = "ssr")]
    pub(crate) fn view(
        self,
        _waiting: impl Fn() -> AnyView + Send + 'static,
        ready: impl Fn(Answer<T>) -> AnyView + Send + 'static,
    ) -> AnyView {
        let fetch = self.fetch.get_value();
        Suspend::new(async move {
            let answer = fetch().await;
            // Inside a script element only `<` could end it.
            let json = serde_json::to_string(&answer).unwrap_or_default().replace('<', "\\u003c");
            // Owned: parts of it are drawn later, and find the contexts of this place all the same.
            OwnedView::new(view! {
                <script type="application/json" data-page=self.key inner_html=json></script>
                {ready(answer)}
            })
        })
        .into_any()
    }

    /// Draws it, or `waiting` until it is there.
    #[cfg(not(feature = "ssr"))]
    pub(crate) fn view(
        self,
        waiting: impl Fn() -> AnyView + Send + 'static,
        ready: impl Fn(Answer<T>) -> AnyView + Send + 'static,
    ) -> AnyView {
        if self.answer.with_untracked(Option::is_none) {
            self.refetch();
        }
        view! {
            <script type="application/json" data-page=self.key inner_html=""></script>
            {move || self.answer.get().map_or_else(&waiting, &ready)}
        }
        .into_any()
    }

    /// As [`Self::view`], with why it could not be loaded and a way to try again.
    pub(crate) fn loaded(
        self,
        sorry: &'static str,
        waiting: impl Fn() -> AnyView + Send + 'static,
        ready: impl Fn(T) -> AnyView + Send + 'static,
    ) -> AnyView {
        let on_retry = Callback::new(move |()| self.refetch());
        self.view(waiting, move |answer| match answer {
            Ok(value) => ready(value),
            Err(Failure(error)) => view! {
                <ErrorState title=sorry why=error.message request_id=error.request_id.unwrap_or_default() on_retry/>
            }
            .into_any(),
        })
    }
}

/// What the server wrote, once: a page that is come back to starts anew.
fn written<T: DeserializeOwned>(key: &str) -> Option<Answer<T>> {
    let script = document().query_selector(&format!("script[data-page={key}]")).ok().flatten()?;
    let json = script.text_content().filter(|json| !json.is_empty())?;
    script.set_text_content(None);
    serde_json::from_str(&json).ok()
}

/// Shapes where a page's rows will be.
pub(crate) fn shapes() -> AnyView {
    view! { <ui::Skeleton count=4/> }.into_any()
}
