//! `/account/export`: what Nova keeps about the caller, as a zip of JSON files and their picture.

use std::io::{Cursor, Write};

use axum::{
    extract::State,
    http::header,
    response::{IntoResponse, Response},
};
use identity::AccountExport;
use model::ApiError;
use nova::Nova;
use zip::{ZipWriter, result::ZipError, write::SimpleFileOptions};

use crate::{auth::Signed, problem::Problem};

pub(crate) async fn export(State(nova): State<Nova>, Signed(caller): Signed) -> Result<Response, Problem> {
    let account = nova.export_my_data(&caller).await?;
    let zipped = tokio::task::spawn_blocking(move || pack(&account)).await;
    let bytes = zipped.ok().and_then(Result::ok).ok_or_else(|| Problem(ApiError::internal()))?;
    let headers = [
        (header::CONTENT_TYPE, "application/zip"),
        (header::CONTENT_DISPOSITION, "attachment; filename=\"nova-my-data.zip\""),
        (header::CACHE_CONTROL, "no-store"),
    ];
    Ok((headers, bytes).into_response())
}

fn pack(account: &AccountExport) -> Result<Vec<u8>, ZipError> {
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, document) in &account.documents {
        archive.start_file(format!("{name}.json"), SimpleFileOptions::default())?;
        archive.write_all(serde_json::to_string_pretty(document).unwrap_or_default().as_bytes())?;
    }
    if let Some(picture) = &account.picture {
        archive.start_file("picture.webp", SimpleFileOptions::default())?;
        archive.write_all(picture)?;
    }
    Ok(archive.finish()?.into_inner())
}
