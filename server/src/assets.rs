//! Everything the browser loads, from within the binary. What stands under the build's hash never changes and is kept
//! for ever; the rest is checked again by its ETag. Precompressed files are served as they are.

use std::sync::LazyLock;

use axum::{
    body::Body,
    extract::Path,
    http::{HeaderMap, HeaderValue, StatusCode, Uri, header},
    response::{IntoResponse, Response},
};
use rust_embed::{Embed, EmbeddedFile};
use sha2::{Digest, Sha256};

/// The built site. Debug builds read it from disk as it changes.
#[derive(Embed)]
#[folder = "$CARGO_MANIFEST_DIR/../target/site"]
#[allow_missing = true]
struct Site;

/// Names this build's browser side; part of its URLs. Debug builds change under our feet and have none.
pub(crate) static BUILD: LazyLock<Option<String>> = LazyLock::new(|| {
    if cfg!(debug_assertions) {
        return None;
    }
    let mut names: Vec<_> = Site::iter().collect();
    names.sort_unstable();
    let mut hash = Sha256::new();
    for name in names {
        hash.update(name.as_bytes());
        hash.update(Site::get(&name).map(|file| file.metadata.sha256_hash()).unwrap_or_default());
    }
    Some(hex::encode(hash.finalize()).chars().take(12).collect())
});

/// `/pkg/{…}`: with the build's hash in front it is immutable.
pub(crate) async fn pkg(Path(path): Path<String>, headers: HeaderMap) -> Response {
    let hashed = BUILD.as_deref().and_then(|build| path.strip_prefix(build)).and_then(|rest| rest.strip_prefix('/'));
    match hashed {
        Some(rest) => serve(&format!("pkg/{rest}"), &headers, true),
        None => serve(&format!("pkg/{path}"), &headers, false),
    }
}

/// Any other file; `?v=` with the build's hash makes it immutable too.
pub(crate) async fn file(uri: Uri, headers: HeaderMap) -> Response {
    let current = BUILD.as_deref().is_some_and(|build| uri.query() == Some(&format!("v={build}")));
    serve(uri.path().trim_start_matches('/'), &headers, current)
}

fn serve(path: &str, headers: &HeaderMap, immutable: bool) -> Response {
    // Names are looked up in a fixed list; in debug builds, which read the disk, nothing may lead out of the folder.
    if path.split('/').any(|part| part == ".." || part.is_empty()) {
        return StatusCode::NOT_FOUND.into_response();
    }
    let accepted = headers.get(header::ACCEPT_ENCODING).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let takes =
        |name: &str| accepted.split(',').any(|each| each.split(';').next().is_some_and(|each| each.trim() == name));
    let compressed = [("br", "br"), ("gzip", "gz")]
        .into_iter()
        .filter(|(encoding, _)| takes(encoding))
        .find_map(|(encoding, ending)| Some((encoding, Site::get(&format!("{path}.{ending}"))?)));
    let (encoding, file) = match compressed {
        Some((encoding, file)) => (Some(encoding), file),
        None => match Site::get(path) {
            Some(file) => (None, file),
            None => return StatusCode::NOT_FOUND.into_response(),
        },
    };
    let tag = format!("\"{}\"", hex::encode(file.metadata.sha256_hash().get(..12).unwrap_or_default()));
    let known = headers
        .get(header::IF_NONE_MATCH)
        .and_then(|value| value.to_str().ok())
        .is_some_and(|tags| tags.contains(&tag));
    let mut response = if known { StatusCode::NOT_MODIFIED.into_response() } else { body(file) };
    let out = response.headers_mut();
    let kind = mime_guess::from_path(path).first_or_octet_stream();
    let kind = match (kind.type_().as_str(), kind.subtype().as_str()) {
        ("text", _) | ("application", "javascript" | "json") => format!("{}; charset=utf-8", kind.essence_str()),
        _ => kind.essence_str().to_owned(),
    };
    let cache = if immutable { "public, max-age=31536000, immutable" } else { "no-cache" };
    for (name, value) in [
        (header::CONTENT_TYPE, kind.as_str()),
        (header::CACHE_CONTROL, cache),
        (header::ETAG, &tag),
        (header::VARY, "accept-encoding"),
    ] {
        if let Ok(value) = HeaderValue::from_str(value) {
            out.insert(name, value);
        }
    }
    if let Some(encoding) = encoding {
        out.insert(header::CONTENT_ENCODING, HeaderValue::from_static(encoding));
    }
    response
}

fn body(file: EmbeddedFile) -> Response {
    match file.data {
        std::borrow::Cow::Borrowed(bytes) => Body::from(bytes).into_response(),
        std::borrow::Cow::Owned(bytes) => Body::from(bytes).into_response(),
    }
}
