//! What a provider says about itself (Discovery 1.0 §3).

use egress::{Egress, Headers};
use serde::{Deserialize, Serialize};

use crate::{
    Error, Provider,
    issuer::Authority,
    keys::{Algorithm, KeySet},
};

/// Most scopes that are listed in a description.
const MAX_SCOPES: usize = 64;

/// A discovery document, as far as we use it.
#[derive(Debug, Deserialize)]
pub(crate) struct Metadata {
    pub(crate) issuer: String,
    pub(crate) authorization_endpoint: String,
    pub(crate) token_endpoint: String,
    pub(crate) jwks_uri: String,
    pub(crate) userinfo_endpoint: Option<String>,
    pub(crate) end_session_endpoint: Option<String>,
    #[serde(default)]
    scopes_supported: Vec<String>,
    #[serde(default)]
    id_token_signing_alg_values_supported: Vec<String>,
    token_endpoint_auth_methods_supported: Option<Vec<String>>,
    #[serde(default)]
    code_challenge_methods_supported: Vec<String>,
    /// Whether answers carry `iss` (RFC 9207 §3).
    #[serde(default, rename = "authorization_response_iss_parameter_supported")]
    pub(crate) answers_with_iss: bool,
}

/// How we prove at the token endpoint who we are (Core 1.0 §9).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ClientAuth {
    /// The secret in an `Authorization` header.
    Basic,
    /// The secret in the form.
    Post,
    /// A public client has no secret.
    None,
}

/// What a provider offers, for whoever configures it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Description {
    /// The issuer as the provider writes it.
    pub issuer: String,
    /// The algorithms of the keys it publishes, each once; empty for GitHub, which signs nothing.
    pub algorithms: Vec<String>,
    /// How we prove who we are.
    pub client_auth: ClientAuth,
    /// Whether it says that it knows PKCE with S256. It is used in any case; others ignore it.
    pub pkce: bool,
    /// Whether its answers say who answers (RFC 9207).
    pub answers_with_iss: bool,
    /// Whether it has a userinfo endpoint.
    pub userinfo: bool,
    /// Whether one can sign out there too.
    pub sign_out: bool,
    /// The scopes it says it knows, at most 64.
    pub scopes: Vec<String>,
}

impl Metadata {
    /// Fetches and checks the document of `authority`.
    pub(crate) async fn fetch(egress: &Egress, authority: &Authority) -> Result<Self, Error> {
        let url = format!("{}/.well-known/openid-configuration", authority.url().trim_end_matches('/'));
        let found: Self = egress.get_json(&url, Headers::new()).await.map_err(Error::at("discovery document"))?;
        found.judge(authority)?;
        Ok(found)
    }

    /// Checks that this is the document of `authority` and names nothing that may not be called.
    fn judge(&self, authority: &Authority) -> Result<(), Error> {
        if !authority.may_be_called(&self.issuer) {
            return Err(Error::IssuerDiffers {
                configured: authority.url().to_owned(),
                found: self.issuer.chars().filter(|c| !c.is_control()).take(200).collect(),
            });
        }
        let required = [&self.authorization_endpoint, &self.token_endpoint, &self.jwks_uri];
        let optional = [&self.userinfo_endpoint, &self.end_session_endpoint];
        for endpoint in required.into_iter().chain(optional.into_iter().flatten()) {
            let url = egress::permitted(endpoint).map_err(Error::at("discovery document"))?;
            // Plain http reaches this machine alone, where a provider from elsewhere has no business.
            if url.scheme() != "https" && authority.url().starts_with("https:") {
                return Err(Error::Unsupported("names an endpoint that is not encrypted"));
            }
        }
        Ok(())
    }

    /// The keys the document names.
    pub(crate) async fn fetch_keys(&self, egress: &Egress) -> Result<KeySet, Error> {
        let published = egress.get_json(&self.jwks_uri, Headers::new()).await.map_err(Error::at("keys"))?;
        KeySet::read(published, self.rsa_algorithm())
    }

    /// What RSA keys sign with that do not say it themselves: RS256, which every provider must know (Core 1.0
    /// §15.1), unless the document lists RSA algorithms and not this one. So the token never chooses.
    fn rsa_algorithm(&self) -> Algorithm {
        let listed = self.id_token_signing_alg_values_supported.iter().filter_map(|name| Algorithm::named(name));
        let listed = listed.filter(|algorithm| algorithm.is_rsa()).collect::<Vec<_>>();
        match listed.first() {
            Some(first) if !listed.contains(&Algorithm::Rs256) => *first,
            _ => Algorithm::Rs256,
        }
    }

    /// How `provider` proves who it is; a document that does not say it means Basic (Discovery 1.0 §3).
    pub(crate) fn client_auth(&self, provider: &Provider) -> Result<ClientAuth, Error> {
        if provider.client_secret.is_none() {
            return Ok(ClientAuth::None);
        }
        let Some(methods) = &self.token_endpoint_auth_methods_supported else {
            return Ok(ClientAuth::Basic);
        };
        let knows = |name: &str| methods.iter().any(|method| method == name);
        match (knows("client_secret_basic"), knows("client_secret_post")) {
            (true, _) => Ok(ClientAuth::Basic),
            (false, true) => Ok(ClientAuth::Post),
            (false, false) => Err(Error::Unsupported("accepts no client secret, neither in a header nor in a form")),
        }
    }

    pub(crate) fn describe(&self, provider: &Provider, keys: &KeySet) -> Result<Description, Error> {
        let mut algorithms = keys.algorithms().map(|algorithm| algorithm.name().to_owned()).collect::<Vec<_>>();
        algorithms.sort_unstable();
        algorithms.dedup();
        if algorithms.is_empty() {
            return Err(Error::Unsupported("publishes no key that tokens can be verified with"));
        }
        Ok(Description {
            issuer: self.issuer.clone(),
            algorithms,
            client_auth: self.client_auth(provider)?,
            pkce: self.code_challenge_methods_supported.iter().any(|method| method == "S256"),
            answers_with_iss: self.answers_with_iss,
            userinfo: self.userinfo_endpoint.is_some(),
            sign_out: self.end_session_endpoint.is_some(),
            scopes: self.scopes_supported.iter().take(MAX_SCOPES).cloned().collect(),
        })
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_provider_elsewhere_may_not_name_this_machine() {
        let authority = Authority::exact("https://id.example");
        let document = |token: &str| -> Metadata {
            serde_json::from_value(json!({
                "issuer": "https://id.example",
                "authorization_endpoint": "https://id.example/authorize",
                "token_endpoint": token,
                "jwks_uri": "https://id.example/keys",
            }))
            .unwrap()
        };
        assert_eq!(document("https://api.id.example/token").judge(&authority), Ok(()));
        for inside in ["http://127.0.0.1:8083/token", "http://localhost/token", "http://[::1]/token"] {
            assert!(matches!(document(inside).judge(&authority), Err(Error::Unsupported(_))), "{inside}");
        }
    }
}
