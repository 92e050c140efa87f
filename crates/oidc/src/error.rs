use model::{ApiError, ErrorCode};

/// What is wrong with an identity that a provider vouched for. Each one refuses the sign-in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// Longer than 16 KiB.
    #[error("it is longer than 16 KiB")]
    TooLong,
    /// Not three parts of base64url around JSON objects, or with extensions we do not know (RFC 7515 §4.1.11).
    #[error("it is not a signed token")]
    Malformed,
    /// Signed with an algorithm that is symmetric, unknown, `none`, or not the one of the key.
    #[error("its algorithm is not the one of the provider's key")]
    Algorithm,
    /// The provider publishes no usable key of that name.
    #[error("the provider publishes no usable key of that name")]
    UnknownKey,
    /// The signature does not belong to it.
    #[error("its signature is wrong")]
    Signature,
    /// A claim is missing or has another type than the standard says.
    #[error("a claim is missing or of the wrong type")]
    Claims,
    /// Made by another issuer.
    #[error("it comes from another issuer")]
    Issuer,
    /// Made for another Microsoft tenant.
    #[error("it belongs to another tenant")]
    Tenant,
    /// Made for somebody else.
    #[error("it was made for another application")]
    Audience,
    /// Made for several, and handed to somebody else (`azp`).
    #[error("it was handed to another application")]
    AuthorizedParty,
    /// Of another sign-in than this one.
    #[error("it belongs to another sign-in")]
    Nonce,
    /// Past its time.
    #[error("it has expired")]
    Expired,
    /// Before its time (`nbf`), or made in the future (`iat`).
    #[error("it is not valid yet")]
    NotYet,
    /// Does not belong to the access token that came with it (`at_hash`).
    #[error("it does not belong to the access token")]
    AccessToken,
    /// The subject is empty, too long, or another one at the userinfo endpoint.
    #[error("it names no subject, or two")]
    Subject,
}

/// What can go wrong while signing in with a provider. Nothing in here is a secret.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// The provider's settings break a rule.
    #[error("{field}: {why}")]
    Settings {
        /// Which field of [`crate::Provider`] or its kind.
        field: &'static str,
        /// One sentence: the rule.
        why: &'static str,
    },
    /// A request to the provider failed.
    #[error("the provider's {what} cannot be used: {source}")]
    Unreachable {
        /// Which part of the provider.
        what: &'static str,
        /// Why.
        source: egress::Error,
    },
    /// The discovery document is that of another issuer (Discovery 1.0 §4.3).
    #[error("the provider calls itself {found}, not {configured}")]
    IssuerDiffers {
        /// What the settings say.
        configured: String,
        /// What the document says, at most 200 characters.
        found: String,
    },
    /// The provider lacks something this needs.
    #[error("the provider {0}")]
    Unsupported(&'static str),
    /// An answer of the provider does not have the form its standard gives it.
    #[error("the provider's {0} is not what the standard says")]
    Malformed(&'static str),
    /// The sign-in took longer than ten minutes.
    #[error("the sign-in took too long")]
    Late,
    /// The answer does not belong to the sign-in it was handed in for.
    #[error("the answer belongs to another sign-in: {0}")]
    Foreign(&'static str),
    /// The person, or the provider for them, said no.
    #[error("the sign-in was declined at the provider")]
    Declined,
    /// The provider reports an error (RFC 6749 §4.1.2.1, §5.2).
    #[error("the provider reports “{code}”{}", told(description))]
    Provider {
        /// The error code, at most 64 characters of printable ASCII.
        code: String,
        /// What it says about it, at most 300 characters of printable ASCII; may be empty.
        description: String,
    },
    /// The identity cannot be believed.
    #[error("the identity cannot be believed: {0}")]
    Identity(#[from] Fault),
}

impl Error {
    pub(crate) fn at(what: &'static str) -> impl FnOnce(egress::Error) -> Self {
        move |source| Self::Unreachable { what, source }
    }

    /// An error code of the provider, cleaned of whatever a log or a page should not show.
    pub(crate) fn reported(code: &str, description: Option<&str>) -> Self {
        let clean = |text: &str, most: usize| text.chars().filter(|c| matches!(c, ' '..='~')).take(most).collect();
        if code == "access_denied" {
            return Self::Declined;
        }
        Self::Provider { code: clean(code, 64), description: clean(description.unwrap_or_default(), 300) }
    }
}

fn told(description: &str) -> String {
    if description.is_empty() { String::new() } else { format!(": {description}") }
}

impl From<Error> for ApiError {
    fn from(error: Error) -> Self {
        match &error {
            Error::Settings { field, why } => Self::invalid(field, *why),
            Error::Late => Self::new(
                ErrorCode::Gone,
                "This sign-in took longer than ten minutes. Start again from the sign-in page.",
            ),
            Error::Declined => Self::new(
                ErrorCode::Unauthenticated,
                "The sign-in was declined at the provider. Start again if that was not your intention.",
            ),
            Error::Foreign(_) | Error::Identity(_) => {
                tracing::warn!(%error, "a sign-in through a provider was refused");
                Self::new(
                    ErrorCode::Unauthenticated,
                    "The provider's answer could not be verified. Start again from the sign-in page; if it stays, tell \
                     an admin.",
                )
            }
            Error::Unreachable { .. }
            | Error::IssuerDiffers { .. }
            | Error::Unsupported(_)
            | Error::Malformed(_)
            | Error::Provider { .. } => {
                tracing::warn!(%error, "an identity provider cannot be used");
                Self::new(
                    ErrorCode::Unavailable,
                    "The identity provider cannot be used just now. Try again later, or tell an admin.",
                )
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_provider_reports_is_cleaned_and_cut() {
        let error = Error::reported("bad\r\ncode", Some(&format!("\u{1b}[31m{}", "x".repeat(1000))));
        let Error::Provider { code, description } = error else { panic!("{error}") };
        assert_eq!((code.as_str(), description.len()), ("badcode", 300));
        assert!(!description.contains('\u{1b}'));
        assert_eq!(Error::reported("access_denied", None), Error::Declined);
    }

    #[test]
    fn a_person_is_not_told_what_exactly_was_wrong_with_a_token() {
        let told = ApiError::from(Error::Identity(Fault::Nonce));
        assert_eq!(told.code, ErrorCode::Unauthenticated);
        assert!(!told.message.contains("another sign-in"));
    }
}
