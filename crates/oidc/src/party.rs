//! The relying party: begins sign-ins and finishes them.

use std::{fmt, sync::Arc};

use egress::Egress;
use model::Timestamp;
use secrecy::{ExposeSecret, SecretString};
use url::Url;

use crate::{
    Answer, Begun, ClientAuth, Description, Error, Flow, Provider, Verified, directory::Directory, github, openid,
    provider::Protocol, secret,
};

/// The clock asked for the present moment.
pub type Clock = Arc<dyn Fn() -> Timestamp + Send + Sync>;

/// Longest ID token that is put into a sign-out address, in bytes; servers refuse addresses beyond some 8 KiB.
const MAX_HINT: usize = 4096;

/// Signs people in through providers. Cheap to clone; clones share what they know of the providers.
#[derive(Clone)]
pub struct RelyingParty {
    pub(crate) egress: Egress,
    pub(crate) clock: Clock,
    pub(crate) directory: Directory,
}

impl fmt::Debug for RelyingParty {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RelyingParty").finish_non_exhaustive()
    }
}

impl RelyingParty {
    /// A relying party that calls providers through `egress` and knows nothing yet.
    #[must_use]
    pub fn new(egress: Egress, clock: Clock) -> Self {
        Self { directory: Directory::new(egress.clone(), Arc::clone(&clock)), egress, clock }
    }

    /// Begins a sign-in that will come back to `redirect_uri`, the address registered with the provider.
    ///
    /// # Errors
    /// [`Error::Settings`] when the provider or `redirect_uri` breaks a rule; those of an unusable provider
    /// ([`Error::Unreachable`], [`Error::IssuerDiffers`], [`Error::Unsupported`]).
    pub async fn begin(&self, provider: &Provider, redirect_uri: &str) -> Result<Begun, Error> {
        egress::permitted(redirect_uri).map_err(|_| Error::Settings {
            field: "redirect_uri",
            why: "The address to come back to must begin with https:// (or be on this machine).",
        })?;
        let (endpoint, authority, openid) = match provider.protocol()? {
            Protocol::OpenId(authority) => {
                let facts = self.directory.look_up(&authority).await?;
                (facts.metadata.authorization_endpoint.clone(), authority.url().to_owned(), true)
            }
            Protocol::GitHub { base, .. } => (github::authorization_endpoint(&base), base, false),
        };
        let flow = Flow::begin(provider, &authority, redirect_uri, (self.clock)());
        let mut url = browser_address(&endpoint)?;
        url.query_pairs_mut()
            .append_pair("response_type", "code")
            .append_pair("client_id", &provider.client_id)
            .append_pair("redirect_uri", redirect_uri)
            .append_pair("scope", &provider.scope())
            .append_pair("state", flow.state())
            .append_pair("code_challenge", &secret::challenge(flow.verifier()))
            .append_pair("code_challenge_method", "S256");
        if openid {
            url.query_pairs_mut().append_pair("nonce", flow.nonce());
        }
        Ok(Begun { url: url.into(), flow })
    }

    /// Finishes a sign-in: checks that `answer` belongs to `flow`, exchanges the code and verifies who it is for.
    ///
    /// # Errors
    /// [`Error::Late`], [`Error::Foreign`] when the answer is not that flow's; [`Error::Declined`],
    /// [`Error::Provider`] when the provider says no; [`Error::Identity`] when its token cannot be believed; those of
    /// an unusable provider.
    pub async fn finish(&self, provider: &Provider, flow: Flow, answer: &Answer) -> Result<Verified, Error> {
        let protocol = provider.protocol()?;
        let authority = match &protocol {
            Protocol::OpenId(authority) => authority.url(),
            Protocol::GitHub { base, .. } => base,
        };
        flow.judge(provider, authority, answer, (self.clock)())?;
        match protocol {
            Protocol::OpenId(authority) => openid::finish(self, provider, &authority, &flow, answer).await,
            Protocol::GitHub { base, api } => {
                if answer.iss.as_deref().is_some_and(|iss| !github::may_answer_as(&base, iss)) {
                    return Err(MIXED_UP);
                }
                let profile = github::finish(&self.egress, &base, &api, provider, &flow, answer.code()?).await?;
                Ok(Verified::new(base, profile, None))
            }
        }
    }

    /// Where to send a browser to sign out at the provider too (RP-Initiated Logout 1.0 §2), coming back to
    /// `return_to` with `state`; `None` where the provider has no such place.
    ///
    /// # Errors
    /// Those of an unusable provider.
    pub async fn sign_out_url(
        &self,
        provider: &Provider,
        id_token: Option<&SecretString>,
        return_to: &str,
        state: Option<&str>,
    ) -> Result<Option<String>, Error> {
        let Protocol::OpenId(authority) = provider.protocol()? else {
            return Ok(None);
        };
        let facts = self.directory.look_up(&authority).await?;
        let Some(endpoint) = &facts.metadata.end_session_endpoint else {
            return Ok(None);
        };
        let mut url = browser_address(endpoint)?;
        let mut query = url.query_pairs_mut();
        query.append_pair("client_id", &provider.client_id).append_pair("post_logout_redirect_uri", return_to);
        if let Some(hint) = id_token.map(ExposeSecret::expose_secret).filter(|hint| hint.len() <= MAX_HINT) {
            query.append_pair("id_token_hint", hint);
        }
        if let Some(state) = state {
            query.append_pair("state", state);
        }
        drop(query);
        Ok(Some(url.into()))
    }

    /// Asks the provider about itself, whatever is known already: for whoever configures it.
    ///
    /// # Errors
    /// [`Error::Settings`]; those of an unusable provider.
    pub async fn check(&self, provider: &Provider) -> Result<Description, Error> {
        match provider.protocol()? {
            Protocol::OpenId(authority) => {
                let facts = self.directory.look_up_again(&authority).await?;
                facts.metadata.describe(provider, &facts.keys)
            }
            Protocol::GitHub { base, api } => {
                github::check(&self.egress, &api).await?;
                Ok(Description {
                    issuer: base,
                    algorithms: Vec::new(),
                    client_auth: if provider.client_secret.is_some() { ClientAuth::Post } else { ClientAuth::None },
                    pkce: true,
                    answers_with_iss: false,
                    userinfo: false,
                    sign_out: false,
                    scopes: Vec::new(),
                })
            }
        }
    }
}

/// Mix-up (RFC 9207 §1): the browser was sent to one provider and comes back from another.
pub(crate) const MIXED_UP: Error = Error::Foreign("another provider answered");

fn browser_address(endpoint: &str) -> Result<Url, Error> {
    egress::permitted(endpoint).map_err(Error::at("discovery document"))
}
