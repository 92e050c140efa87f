//! GitHub: OAuth 2 and its own API instead of OpenID Connect.

use egress::{Egress, Headers};
use secrecy::SecretString;
use serde::{Deserialize, de::DeserializeOwned};

use crate::{
    ClientAuth, Error, Fault, Flow, Provider,
    exchange::exchange,
    profile::{Profile, address, shown},
};

/// The account (`GET /user`). The login can be renamed and taken over by somebody else; the number cannot.
#[derive(Deserialize)]
struct User {
    id: u64,
    login: String,
    name: Option<String>,
}

/// One of the account's addresses (`GET /user/emails`).
#[derive(Deserialize)]
struct Address {
    email: String,
    primary: bool,
    verified: bool,
}

/// Where the browser is sent.
pub(crate) fn authorization_endpoint(base: &str) -> String {
    format!("{base}/login/oauth/authorize")
}

/// Whether the `iss` parameter of an answer can be GitHub's, which writes it with the path of its OAuth server.
pub(crate) fn may_answer_as(base: &str, iss: &str) -> bool {
    iss.strip_prefix(base).is_some_and(|rest| matches!(rest, "" | "/login/oauth"))
}

/// Exchanges the code and asks who it is for.
pub(crate) async fn finish(
    egress: &Egress,
    base: &str,
    api: &str,
    provider: &Provider,
    flow: &Flow,
    code: &str,
) -> Result<Profile, Error> {
    let endpoint = format!("{base}/login/oauth/access_token");
    let auth = if provider.client_secret.is_some() { ClientAuth::Post } else { ClientAuth::None };
    let tokens = exchange(egress, &endpoint, auth, provider, flow, code).await?;
    let user: User = get(egress, &format!("{api}/user"), &tokens.access).await?;
    if user.id == 0 {
        return Err(Fault::Subject.into());
    }
    let (email, email_verified) = match get::<Vec<Address>>(egress, &format!("{api}/user/emails"), &tokens.access).await
    {
        Ok(addresses) => {
            let primary = addresses.into_iter().find(|address| address.primary && address.verified);
            address(primary.as_ref().map(|address| address.email.as_str()), true)
        }
        // The person withheld the scope, or the settings do not ask for it.
        Err(Error::Unreachable { source: egress::Error::Status { status: 403 | 404, .. }, .. }) => (None, false),
        Err(error) => return Err(error),
    };
    Ok(Profile {
        subject: user.id.to_string(),
        email,
        email_verified,
        name: shown(user.name),
        preferred_username: shown(Some(user.login)),
        roles: Vec::new(),
    })
}

/// Asks the API for something anybody may know, to see that it is there.
pub(crate) async fn check(egress: &Egress, api: &str) -> Result<(), Error> {
    egress.get_json::<serde_json::Value>(&format!("{api}/meta"), Headers::new()).await.map_err(Error::at("API"))?;
    Ok(())
}

async fn get<T: DeserializeOwned>(egress: &Egress, url: &str, token: &SecretString) -> Result<T, Error> {
    let headers = Headers::new().bearer(token).map_err(Error::at("API"))?;
    egress.get_json(url, headers).await.map_err(Error::at("API"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_github_answers_as_github() {
        assert!(may_answer_as("https://github.com", "https://github.com"));
        assert!(may_answer_as("https://github.com", "https://github.com/login/oauth"));
        for other in ["https://github.com.evil.example", "https://github.com/login", "https://evil.example", ""] {
            assert!(!may_answer_as("https://github.com", other), "{other}");
        }
    }
}
