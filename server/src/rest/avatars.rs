//! `/api/avatars/…`, `/api/me/avatar` and `/api/people/{user}/avatar`: people's pictures.

use std::time::Duration;

use axum::{
    body::{Body, to_bytes},
    extract::{Path, Query, State},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Json, Response},
};
use identity::Error;
use model::{
    ApiError, ErrorCode, UserId,
    profile::{AvatarId, MAX_UPLOAD, PictureSize},
};
use nova::Nova;
use tokio::sync::Semaphore;

use crate::{auth::Signed, problem::Problem};

/// How a picture may be kept: its address changes with it, and it is for people who are signed in.
const KEEP: &str = "private, max-age=31536000, immutable";

/// Pictures that are being received at once, each at most [`MAX_UPLOAD`] of memory; the next is turned away.
static RECEIVED: Semaphore = Semaphore::const_new(16);
/// How long one may take: places are few.
const PATIENCE: Duration = Duration::from_secs(60);

/// Which size is asked for.
#[derive(Debug, Default, serde::Deserialize)]
#[serde(default)]
pub(crate) struct Wish {
    size: PictureSize,
}

/// Someone's present picture.
pub(crate) async fn show(
    State(nova): State<Nova>,
    Signed(caller): Signed,
    Path((user, id)): Path<(String, String)>,
    Query(wish): Query<Wish>,
) -> Result<Response, Problem> {
    let user: UserId = user.parse().map_err(|_| ApiError::not_found("person"))?;
    let file = nova.identity.avatar(&caller, user, &AvatarId::parse(&id)?, wish.size).await?;
    let headers = [
        (header::CONTENT_TYPE, "image/webp"),
        (header::CACHE_CONTROL, KEEP),
        (header::CONTENT_SECURITY_POLICY, "default-src 'none'"),
    ];
    Ok((headers, file).into_response())
}

/// The body becomes the caller's picture. Answers with its name.
pub(crate) async fn set(
    State(nova): State<Nova>,
    Signed(caller): Signed,
    headers: HeaderMap,
    body: Body,
) -> Result<Json<AvatarId>, Problem> {
    let length = headers.get(header::CONTENT_LENGTH).and_then(|value| value.to_str().ok()?.parse::<usize>().ok());
    if length.is_some_and(|length| length > MAX_UPLOAD) {
        return Err(Error::PictureTooLarge.into());
    }
    let place = RECEIVED.try_acquire().map_err(|_| {
        ApiError::new(ErrorCode::TooMany, "Many pictures are being sent just now. Try again in a few seconds.")
    })?;
    let received = tokio::time::timeout(PATIENCE, to_bytes(body, MAX_UPLOAD)).await.map_err(|_| {
        ApiError::invalid("picture", "The picture took longer than a minute to arrive. Scale it down and try again.")
    })?;
    drop(place);
    // Of a body that ends early nobody is left to be told.
    let bytes = received.map_err(|_| Error::PictureTooLarge)?;
    Ok(Json(nova.identity.set_avatar(&caller, bytes.into()).await?))
}

/// Takes the caller's picture away.
pub(crate) async fn remove(State(nova): State<Nova>, Signed(caller): Signed) -> Result<StatusCode, Problem> {
    nova.identity.remove_avatar(&caller).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Takes someone else's picture away.
pub(crate) async fn remove_of(
    State(nova): State<Nova>,
    Signed(caller): Signed,
    Path(user): Path<String>,
) -> Result<StatusCode, Problem> {
    let user: UserId = user.parse().map_err(|_| ApiError::not_found("person"))?;
    nova.identity.remove_avatar_of(&caller, user).await?;
    Ok(StatusCode::NO_CONTENT)
}
