//! A mistake of ours answers 500 to the one who met it, and to nobody else.

use std::any::Any;

use axum::{
    body::Body,
    response::{IntoResponse, Response},
};
use model::ApiError;
use tower_http::catch_panic::{CatchPanicLayer, ResponseForPanic};

use crate::problem::Problem;

/// Answers in place of a handler that panicked.
#[derive(Clone, Copy)]
pub(crate) struct Sorry;

impl ResponseForPanic for Sorry {
    type ResponseBody = Body;

    fn response_for_panic(&mut self, panic: Box<dyn Any + Send + 'static>) -> Response {
        let why = panic.downcast_ref::<String>().map(String::as_str).or_else(|| panic.downcast_ref::<&str>().copied());
        tracing::error!(why = why.unwrap_or("unknown"), "a request met a mistake of ours");
        Problem(ApiError::internal()).into_response()
    }
}

/// The layer.
pub(crate) fn panics() -> CatchPanicLayer<Sorry> {
    CatchPanicLayer::custom(Sorry)
}

#[cfg(test)]
mod tests {
    use axum::{Router, http::Request, routing::get};
    use tower::ServiceExt;

    use super::*;

    #[tokio::test]
    async fn a_panic_answers_500_and_tells_nothing_of_it() -> Result<(), Box<dyn std::error::Error>> {
        async fn broken() -> &'static str {
            let secret = std::env::args().count() + 41;
            assert_eq!(secret, 0, "a secret detail");
            "unreachable"
        }
        let router = Router::new().route("/", get(broken)).layer(panics());
        let response = router.oneshot(Request::get("/").body(Body::empty())?).await?;
        assert_eq!(response.status(), 500);
        let body = axum::body::to_bytes(response.into_body(), 4096).await?;
        assert!(!String::from_utf8_lossy(&body).contains("secret"));
        Ok(())
    }
}
