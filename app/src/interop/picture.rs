//! `picture.js`: sends a picture, with its progress, and takes one away.

use js_sys::{Promise, Reflect};
use model::{ApiError, ErrorCode, profile::AvatarId};
use wasm_bindgen::{JsValue, prelude::*};
use wasm_bindgen_futures::JsFuture;
use web_sys::File;

#[wasm_bindgen]
extern "C" {
    /// The module.
    type PictureModule;
    #[wasm_bindgen(method)]
    fn preview(this: &PictureModule, file: &File) -> Promise;
    #[wasm_bindgen(method)]
    fn send(this: &PictureModule, method: &str, path: &str, file: Option<&File>, told: &JsValue) -> Promise;
}

async fn module() -> Result<PictureModule, ApiError> {
    super::import("picture").await.map_err(|_| offline())
}

/// A picture as an address the page may show; `None` when the browser cannot.
pub(crate) async fn preview(file: &File) -> Option<String> {
    JsFuture::from(module().await.ok()?.preview(file)).await.ok()?.as_string()
}

/// Makes `file` one's picture; `told` hears how many hundredths of it have left.
///
/// # Errors
/// The server's, or that it cannot be reached.
pub(crate) async fn upload(file: &File, told: impl FnMut(f64) + 'static) -> Result<AvatarId, ApiError> {
    let told = Closure::<dyn FnMut(f64)>::new(told);
    let text = answer(module().await?.send("PUT", "/api/me/avatar", Some(file), told.as_ref())).await?;
    serde_json::from_str(&text).map_err(|_| ApiError::internal())
}

/// Takes the picture at `path` away: `/api/me/avatar` or somebody's.
///
/// # Errors
/// The server's, or that it cannot be reached.
pub(crate) async fn remove(path: &str) -> Result<(), ApiError> {
    answer(module().await?.send("DELETE", path, None, &JsValue::UNDEFINED)).await.map(drop)
}

async fn answer(promise: Promise) -> Result<String, ApiError> {
    let answer = JsFuture::from(promise).await.map_err(|_| offline())?;
    let member = |name: &str| Reflect::get(&answer, &JsValue::from_str(name)).unwrap_or(JsValue::UNDEFINED);
    let (status, text) =
        (member("status").as_f64().unwrap_or_default(), member("text").as_string().unwrap_or_default());
    if (200.0..300.0).contains(&status) { Ok(text) } else { Err(problem(&text)) }
}

/// What a problem document (RFC 9457) says to the person.
fn problem(text: &str) -> ApiError {
    #[derive(serde::Deserialize)]
    struct Problem {
        detail: String,
    }
    // Of its kind only the words matter here.
    serde_json::from_str(text)
        .map_or_else(|_| ApiError::internal(), |Problem { detail }| ApiError::new(ErrorCode::Invalid, detail))
}

fn offline() -> ApiError {
    ApiError::new(ErrorCode::Unavailable, "The server could not be reached. Check your connection and try again.")
}
