//! The two halves of a sign-in: what is kept in between, and what comes back.

use std::{fmt, time::Duration};

use model::Timestamp;
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};

use crate::{Error, Provider, secret};

/// How long a person may take at the provider.
const LIFETIME: Duration = Duration::from_secs(10 * 60);

/// A sign-in on its way. It is what makes the answer ours, so the caller keeps it on the server and sealed, tied to
/// the browser that began it, and forgets it when it is handed to [`crate::RelyingParty::finish`], which consumes it:
/// one flow, one answer. It is good for ten minutes.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Flow {
    provider: String,
    /// Where the flow was begun: the discovery address, or GitHub's base.
    authority: String,
    redirect_uri: String,
    #[serde(with = "exposed")]
    state: SecretString,
    #[serde(with = "exposed")]
    nonce: SecretString,
    #[serde(with = "exposed")]
    verifier: SecretString,
    started_at: Timestamp,
}

/// A sign-in just begun.
#[derive(Debug)]
pub struct Begun {
    /// Where to send the browser.
    pub url: String,
    /// What to keep.
    pub flow: Flow,
}

/// The query parameters the provider sent the browser back with (RFC 6749 §4.1.2, RFC 9207 §2). Whatever is longer
/// than a provider would make it refuses the answer.
#[derive(Clone, Default, Deserialize)]
pub struct Answer {
    /// The authorization code, at most 4096 bytes.
    pub code: Option<String>,
    /// The state as it was sent, at most 256 bytes.
    pub state: Option<String>,
    /// Who answers, at most 512 bytes.
    pub iss: Option<String>,
    /// An error code instead of a code, at most 256 bytes.
    pub error: Option<String>,
    /// What the provider says about the error, at most 4096 bytes.
    pub error_description: Option<String>,
}

impl Flow {
    pub(crate) fn begin(provider: &Provider, authority: &str, redirect_uri: &str, now: Timestamp) -> Self {
        Self {
            provider: provider.id.clone(),
            authority: authority.to_owned(),
            redirect_uri: redirect_uri.to_owned(),
            state: secret::random().into(),
            nonce: secret::random().into(),
            verifier: secret::random().into(),
            started_at: now,
        }
    }

    /// The id of the provider this flow is bound to.
    #[must_use]
    pub fn provider(&self) -> &str {
        &self.provider
    }

    /// The `state` the answer will carry: 43 characters, unguessable. May serve to find the flow again.
    #[must_use]
    pub fn state(&self) -> &str {
        self.state.expose_secret()
    }

    /// When it began.
    #[must_use]
    pub fn started_at(&self) -> Timestamp {
        self.started_at
    }

    /// Where the answer was to be sent.
    #[must_use]
    pub fn redirect_uri(&self) -> &str {
        &self.redirect_uri
    }

    pub(crate) fn nonce(&self) -> &str {
        self.nonce.expose_secret()
    }

    pub(crate) fn verifier(&self) -> &str {
        self.verifier.expose_secret()
    }

    /// Checks that `answer` belongs to this flow, and this flow to `provider` as it is configured now.
    pub(crate) fn judge(
        &self,
        provider: &Provider,
        authority: &str,
        answer: &Answer,
        now: Timestamp,
    ) -> Result<(), Error> {
        if self.provider != provider.id || self.authority != authority {
            return Err(Error::Foreign("it was begun with another provider"));
        }
        if now.since(self.started_at) > LIFETIME {
            return Err(Error::Late);
        }
        if !answer.is_bounded() {
            return Err(Error::Foreign("one of its parameters is too long"));
        }
        match &answer.state {
            Some(state) if secret::same(state, self.state()) => Ok(()),
            Some(_) => Err(Error::Foreign("its state is another one")),
            None => Err(Error::Foreign("it has no state")),
        }
    }
}

/// Tells which parameters came, and of none but the error what it says.
impl fmt::Debug for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Answer")
            .field("code", &self.code.is_some())
            .field("state", &self.state.is_some())
            .field("iss", &self.iss.is_some())
            .field("error", &self.error)
            .finish_non_exhaustive()
    }
}

impl Answer {
    /// The code, or the error that came instead of it.
    pub(crate) fn code(&self) -> Result<&str, Error> {
        if let Some(error) = &self.error {
            return Err(Error::reported(error, self.error_description.as_deref()));
        }
        self.code.as_deref().filter(|code| !code.is_empty()).ok_or(Error::Malformed("answer"))
    }

    fn is_bounded(&self) -> bool {
        [(&self.code, 4096), (&self.state, 256), (&self.iss, 512), (&self.error, 256), (&self.error_description, 4096)]
            .iter()
            .all(|(value, most)| value.as_ref().is_none_or(|value| value.len() <= *most))
    }
}

/// A secret as plain text, for the caller to seal.
mod exposed {
    use secrecy::{ExposeSecret, SecretString};
    use serde::{Deserialize, Deserializer, Serializer};

    pub(super) fn serialize<S: Serializer>(secret: &SecretString, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(secret.expose_secret())
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<SecretString, D::Error> {
        String::deserialize(from).map(SecretString::from)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Kind;

    const NOW: Timestamp = Timestamp(1_800_000_000_000);

    fn provider() -> Provider {
        Provider {
            id: "work".to_owned(),
            kind: Kind::Google,
            client_id: "nova".to_owned(),
            client_secret: None,
            scopes: Vec::new(),
            roles_claim: None,
        }
    }

    fn flow() -> (Flow, Answer) {
        let flow = Flow::begin(&provider(), Kind::GOOGLE, "https://nova.example/back", NOW);
        let answer = Answer { code: Some("c".to_owned()), state: Some(flow.state().to_owned()), ..Answer::default() };
        (flow, answer)
    }

    #[test]
    fn a_flow_survives_being_stored() {
        let (flow, answer) = flow();
        let stored = serde_json::to_string(&flow).unwrap();
        let again: Flow = serde_json::from_str(&stored).unwrap();
        assert_eq!(again.judge(&provider(), Kind::GOOGLE, &answer, NOW), Ok(()));
        assert_eq!((again.nonce(), again.verifier()), (flow.nonce(), flow.verifier()));
    }

    #[test]
    fn a_flow_ends_after_ten_minutes() {
        let (flow, answer) = flow();
        assert_eq!(flow.judge(&provider(), Kind::GOOGLE, &answer, NOW.plus(LIFETIME)), Ok(()));
        let late = NOW.plus(LIFETIME + Duration::from_millis(1));
        assert_eq!(flow.judge(&provider(), Kind::GOOGLE, &answer, late), Err(Error::Late));
    }

    #[test]
    fn a_flow_belongs_to_one_provider_as_it_was_configured() {
        let (flow, answer) = flow();
        let other = Provider { id: "home".to_owned(), ..provider() };
        assert!(matches!(flow.judge(&other, Kind::GOOGLE, &answer, NOW), Err(Error::Foreign(_))));
        assert!(matches!(flow.judge(&provider(), "https://moved.example", &answer, NOW), Err(Error::Foreign(_))));
    }

    #[test]
    fn answers_without_the_state_or_beyond_their_bounds_are_refused() {
        let (flow, good) = flow();
        let long = |most: usize| Some("x".repeat(most + 1));
        for answer in [
            Answer { state: None, ..good.clone() },
            Answer { state: Some(String::new()), ..good.clone() },
            Answer { state: Some("x".repeat(43)), ..good.clone() },
            Answer { state: long(256), ..good.clone() },
            Answer { code: long(4096), ..good.clone() },
            Answer { iss: long(512), ..good.clone() },
            Answer { error: long(256), ..good.clone() },
            Answer { error_description: long(4096), ..good.clone() },
        ] {
            assert!(matches!(flow.judge(&provider(), Kind::GOOGLE, &answer, NOW), Err(Error::Foreign(_))));
        }
    }

    #[test]
    fn secrets_of_a_flow_are_not_shown() {
        let (flow, answer) = flow();
        let answer = Answer { code: Some("code-secret".to_owned()), ..answer };
        let shown = format!("{flow:?} {answer:?}");
        for secret in [flow.state(), flow.nonce(), flow.verifier(), "code-secret"] {
            assert!(!shown.contains(secret));
        }
    }
}
