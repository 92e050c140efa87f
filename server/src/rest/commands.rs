//! `/terminal/history/export`: one's command history as a file, written while it is read.

use axum::{
    body::{Body, Bytes},
    extract::State,
    http::header,
    response::{IntoResponse, Response},
};
use futures_util::{StreamExt, stream};
use model::ApiError;
use nova::Nova;

use crate::{auth::Signed, problem::Problem};

pub(crate) async fn export(State(nova): State<Nova>, Signed(caller): Signed) -> Result<Response, Problem> {
    // The first piece is read before anything is answered: a refusal must not come as a cut-off file.
    let (first, next) = nova.commands.export(&caller, None).await.map_err(ApiError::from)?;
    let name = format!("nova-commands-{}.ndjson", nova.clock.now().rfc3339().get(..10).unwrap_or("history"));
    let rest = stream::unfold((nova, caller, next), |(nova, caller, next)| async move {
        let before = next?;
        // The session may have ended since: each piece asks again.
        let piece = match nova.identity.renewed(&caller).await {
            Ok(Some(caller)) => nova.commands.export(&caller, Some(before)).await.map_err(ApiError::from),
            Ok(None) => Err(ApiError::unauthenticated()),
            Err(error) => Err(error.into()),
        };
        Some(match piece {
            Ok((text, next)) => (Ok(Bytes::from(text)), (nova, caller, next)),
            Err(error) => (Err(std::io::Error::other(error.message)), (nova, caller, None)),
        })
    });
    let first = stream::once(async move { Ok::<_, std::io::Error>(Bytes::from(first)) });
    let headers = [
        (header::CONTENT_TYPE, "application/x-ndjson".to_owned()),
        (header::CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\"")),
        (header::CACHE_CONTROL, "no-store".to_owned()),
    ];
    // Fused: compression asks once more after the end.
    Ok((headers, Body::from_stream(first.chain(rest).fuse())).into_response())
}
