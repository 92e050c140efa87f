//! A code for tokens (RFC 6749 §4.1.3, RFC 7636 §4.5).

use egress::{Egress, Headers};
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use url::form_urlencoded;

use crate::{ClientAuth, Error, Flow, Provider};

/// What a code was exchanged for.
#[derive(Debug)]
pub(crate) struct Tokens {
    pub(crate) access: SecretString,
    pub(crate) id: Option<SecretString>,
}

/// Success and failure in one: GitHub reports errors with status 200.
#[derive(Deserialize)]
struct Reply {
    error: Option<String>,
    error_description: Option<String>,
    access_token: Option<String>,
    token_type: Option<String>,
    id_token: Option<String>,
}

/// Exchanges `code` at `endpoint`.
pub(crate) async fn exchange(
    egress: &Egress,
    endpoint: &str,
    auth: ClientAuth,
    provider: &Provider,
    flow: &Flow,
    code: &str,
) -> Result<Tokens, Error> {
    let mut fields = vec![
        ("grant_type", "authorization_code"),
        ("code", code),
        ("redirect_uri", flow.redirect_uri()),
        ("code_verifier", flow.verifier()),
    ];
    let failed = || Error::at("token endpoint");
    let mut headers = Headers::new().with("accept", "application/json").map_err(failed())?;
    match (auth, &provider.client_secret) {
        (ClientAuth::Basic, Some(secret)) => {
            // Both are form-encoded before they are joined (RFC 6749 §2.3.1).
            let encoded = |text: &str| form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>();
            let secret = SecretString::from(encoded(secret.expose_secret()));
            headers = headers.basic(&encoded(&provider.client_id), &secret).map_err(failed())?;
        }
        (ClientAuth::Post, Some(secret)) => {
            fields.extend([("client_id", provider.client_id.as_str()), ("client_secret", secret.expose_secret())]);
        }
        _ => fields.push(("client_id", &provider.client_id)),
    }
    let response = egress.post_form(endpoint, &fields, headers).await.map_err(failed())?;
    // A failure that is not in the standard's form is told by its status.
    let reply = match response.json::<Reply>() {
        Ok(reply) => reply,
        Err(error) => return Err(failed()(response.successful().err().unwrap_or(error))),
    };
    if let Some(code) = &reply.error {
        return Err(Error::reported(code, reply.error_description.as_deref()));
    }
    response.successful().map_err(failed())?;
    let bearer = reply.token_type.is_some_and(|kind| kind.eq_ignore_ascii_case("Bearer"));
    match reply.access_token {
        Some(access) if bearer && !access.is_empty() => {
            Ok(Tokens { access: access.into(), id: reply.id_token.map(SecretString::from) })
        }
        _ => Err(Error::Malformed("token answer")),
    }
}
