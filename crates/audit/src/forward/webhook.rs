//! A webhook: a POST of newline-delimited JSON, one object an entry.

use egress::Headers;
use model::audit::AuditEvent;
use secrecy::ExposeSecret;

use super::target::Hook;

pub(super) async fn send(hook: &Hook, events: &[AuditEvent]) -> Result<(), String> {
    let mut body = String::new();
    for event in events {
        body.push_str(&serde_json::to_string(event).map_err(|error| error.to_string())?);
        body.push('\n');
    }
    let url = hook.url.expose_secret();
    let answer = hook.egress.post_bytes(url, "application/x-ndjson", body.into(), Headers::new()).await;
    answer.and_then(egress::Response::successful).map(drop).map_err(|error| error.to_string())
}
