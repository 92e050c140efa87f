//! `/audit/export`: the audit log as a file, written while it is read.

use audit::{Format, chunk_of};
use axum::{
    body::{Body, Bytes},
    extract::{Query, State},
    http::header,
    response::{IntoResponse, Response},
};
use futures_util::{StreamExt, stream};
use model::{
    ApiError, Timestamp,
    audit::{AuditFilter, Outcome},
};
use nova::Nova;

use crate::{auth::Signed, problem::Problem};

/// The search form's fields, and the format.
#[derive(Debug, Default, serde::Deserialize)]
#[serde(default)]
pub(crate) struct Asked {
    format: String,
    person: String,
    action: String,
    object: String,
    text: String,
    outcome: String,
    from: Option<i64>,
    until: Option<i64>,
    hours: String,
}

pub(crate) async fn export(
    State(nova): State<Nova>,
    Signed(caller): Signed,
    Query(asked): Query<Asked>,
) -> Result<Response, Problem> {
    let format: Format = asked.format.parse()?;
    let filter = AuditFilter {
        person: asked.person,
        action: asked.action,
        object: asked.object,
        from: asked.from.map(Timestamp),
        until: asked.until.map(Timestamp),
        hours: asked.hours.parse().ok(),
        text: asked.text,
        outcome: (asked.outcome == "refused").then_some(Outcome::Refused),
    };
    // The first piece is read before anything is answered: a refusal must not come as a cut-off file.
    let first = chunk_of(&nova.audit, &caller, &filter, format, None).await.map_err(ApiError::from)?;
    let name = format!("nova-audit-{}.{}", nova.clock.now().rfc3339().get(..10).unwrap_or("log"), format.extension());
    let next = first.1;
    let rest = stream::unfold((nova, caller, filter, next), move |(nova, caller, filter, next)| async move {
        let before = next?;
        // The session may have ended since: each piece asks again.
        let piece = match nova.identity.renewed(&caller).await {
            Ok(Some(caller)) => {
                chunk_of(&nova.audit, &caller, &filter, format, Some(before)).await.map_err(ApiError::from)
            }
            Ok(None) => Err(ApiError::unauthenticated()),
            Err(error) => Err(error.into()),
        };
        Some(match piece {
            Ok((text, next)) => (Ok(Bytes::from(text)), (nova, caller, filter, next)),
            Err(error) => (Err(std::io::Error::other(error.message)), (nova, caller, filter, None)),
        })
    });
    let first = stream::once(async move { Ok::<_, std::io::Error>(Bytes::from(first.0)) });
    let headers = [
        (header::CONTENT_TYPE, format.media_type().to_owned()),
        (header::CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\"")),
        (header::CACHE_CONTROL, "no-store".to_owned()),
    ];
    // Fused: compression asks once more after the end.
    Ok((headers, Body::from_stream(first.chain(rest).fuse())).into_response())
}
