//! `/api/recordings/{id}/…`: what a player reads, and the recording as a file.

use axum::{
    body::Body,
    extract::{Path, Query, State},
    http::{HeaderName, header},
    response::{IntoResponse, Json, Response},
};
use futures_util::stream;
use model::{ApiError, RecordingId, recording::Index};
use nova::Nova;
use tokio::io::AsyncReadExt;

use crate::{auth::Signed, problem::Problem};

/// Bytes of a file read at once.
const PIECE: usize = 64 * 1024;

/// Where to read, and the secret of a link.
#[derive(Debug, Default, serde::Deserialize)]
#[serde(default)]
pub(crate) struct Wish {
    share: Option<String>,
    from: u64,
    length: u64,
}

fn id_of(text: &str) -> Result<RecordingId, ApiError> {
    text.parse().map_err(|_| ApiError::not_found("recording"))
}

/// What may be kept of it: nothing, for who may see it can change at any time.
const NO_STORE: (HeaderName, &str) = (header::CACHE_CONTROL, "no-store");

pub(crate) async fn index(
    State(nova): State<Nova>,
    Signed(caller): Signed,
    Path(id): Path<String>,
    Query(wish): Query<Wish>,
) -> Result<([(HeaderName, &'static str); 1], Json<Index>), Problem> {
    let index = nova.recordings.index(&caller, id_of(&id)?, wish.share.as_deref()).await?;
    Ok(([NO_STORE], Json(index)))
}

/// Whole lines from byte `from` on.
pub(crate) async fn events(
    State(nova): State<Nova>,
    Signed(caller): Signed,
    Path(id): Path<String>,
    Query(wish): Query<Wish>,
) -> Result<Response, Problem> {
    let lines = nova.recordings.events(&caller, id_of(&id)?, wish.share.as_deref(), wish.from).await?;
    Ok(([NO_STORE, (header::CONTENT_TYPE, "application/x-ndjson")], lines).into_response())
}

/// What paints a keyframe.
pub(crate) async fn frame(
    State(nova): State<Nova>,
    Signed(caller): Signed,
    Path(id): Path<String>,
    Query(wish): Query<Wish>,
) -> Result<Response, Problem> {
    let frame = nova.recordings.frame(&caller, id_of(&id)?, wish.share.as_deref(), wish.from, wish.length).await?;
    Ok(([NO_STORE, (header::CONTENT_TYPE, "application/octet-stream")], frame).into_response())
}

/// All of it, to be kept.
pub(crate) async fn cast(
    State(nova): State<Nova>,
    Signed(caller): Signed,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    let export = nova.recordings.export(&caller, id_of(&id)?).await?;
    // One that goes on grows while it is read: up to where it was.
    let file = tokio::fs::File::from_std(export.file).take(export.length);
    let pieces = stream::try_unfold(file, |mut file| async move {
        let mut piece = Vec::with_capacity(PIECE);
        (&mut file).take(PIECE as u64).read_to_end(&mut piece).await?;
        Ok::<_, std::io::Error>((!piece.is_empty()).then_some((piece, file)))
    });
    let headers = [
        (header::CONTENT_TYPE, "application/x-asciicast".to_owned()),
        (header::CONTENT_DISPOSITION, format!("attachment; filename=\"{}\"", export.name)),
        (header::CACHE_CONTROL, "no-store".to_owned()),
    ];
    Ok((headers, Body::from_stream(futures_util::StreamExt::fuse(pieces))).into_response())
}
