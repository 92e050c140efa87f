//! Pages whose code is loaded when they are first shown.

use leptos::prelude::*;
use ui::ErrorState;

/// Names a chunk and the pages in it: `chunk!(name { Page: path::to::draw, … })`, where `draw` is `fn() -> AnyView` and
/// `Page` is made for the router's `Lazy`.
///
/// Pages that are used together share a chunk: what some chunks share and others do not becomes a file of its own, so
/// their number grows quickly with the number of chunks.
macro_rules! chunk {
    ($chunk:ident { $($page:ident: $draw:path),+ }) => {
        // The page is named, not handed over: what this file refers to is in the part everybody loads.
        #[leptos::lazy(fallible)]
        fn $chunk(page: &'static str) -> Result<leptos::prelude::AnyView, leptos::LazyViewError> {
            use leptos::prelude::IntoAny;
            $(if page == stringify!($page) {
                return Ok($draw());
            })+
            Ok(().into_any())
        }

        $(
            struct $page;

            impl leptos_router::LazyRoute for $page {
                fn data() -> Self {
                    Self
                }

                async fn view(_: Self) -> leptos::prelude::AnyView {
                    $chunk(stringify!($page)).await.unwrap_or_else(|_| crate::chunk::not_loaded())
                }

                async fn preload() {
                    // Drawing nothing loads it all the same; a failure shows when the page is drawn.
                    #[cfg(target_arch = "wasm32")]
                    drop($chunk("").await);
                }
            }
        )+
    };
}

pub(crate) use chunk;

/// In place of a page whose code did not arrive.
pub(crate) fn not_loaded() -> AnyView {
    let on_retry = Callback::new(|()| {
        let _ = window().location().reload();
    });
    let why = "Its code did not arrive. Check the connection and try again.";
    view! { <ErrorState title="This page could not be loaded" why request_id=String::new() on_retry/> }.into_any()
}
