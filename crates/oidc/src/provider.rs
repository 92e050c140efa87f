//! What an owner configures.

use secrecy::{ExposeSecret, SecretString};

use crate::{Error, issuer::Authority, roles};

/// One identity provider as configured.
#[derive(Debug, Clone)]
pub struct Provider {
    /// Our own name for it, part of its redirect URI: 1–64 of `a–z 0–9 _ -`. A [`crate::Flow`] is bound to it.
    pub id: String,
    /// Which provider, and where.
    pub kind: Kind,
    /// Who we are to the provider: 1–256 printable ASCII characters.
    pub client_id: String,
    /// How we prove it, 1–1024 bytes; `None` for a public client, which PKCE alone protects.
    pub client_secret: Option<SecretString>,
    /// What to ask for, at most 32. Empty means [`Kind::default_scopes`]; `openid` is added where it is needed.
    pub scopes: Vec<String>,
    /// The claim that holds the person's roles or groups: `groups`, or with dots into nested objects
    /// (`realm_access.roles`). At most 256 bytes and 8 steps. `None` reads no roles.
    pub roles_claim: Option<String>,
}

/// Which provider, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Kind {
    /// Any OpenID provider.
    OpenId {
        /// The issuer exactly as the provider writes it.
        issuer: String,
    },
    /// Google accounts.
    Google,
    /// Microsoft Entra ID and personal Microsoft accounts.
    Microsoft {
        /// [`Kind::MICROSOFT`], or the address of a national cloud.
        authority: String,
        /// A tenant's id or domain, or `common`, `organizations` or `consumers`.
        tenant: String,
    },
    /// GitLab.
    GitLab {
        /// `https://gitlab.com`, or where one's own stands.
        base: String,
    },
    /// GitHub over OAuth 2: its subject is the account's numeric id, its issuer `base`.
    GitHub {
        /// [`Kind::GITHUB`], or where one's own Enterprise Server stands.
        base: String,
        /// [`Kind::GITHUB_API`], or `https://HOST/api/v3`.
        api: String,
    },
}

impl Kind {
    /// The issuer of Google accounts.
    pub const GOOGLE: &str = "https://accounts.google.com";
    /// Microsoft's worldwide cloud.
    pub const MICROSOFT: &str = "https://login.microsoftonline.com";
    /// GitLab's own instance.
    pub const GITLAB: &str = "https://gitlab.com";
    /// GitHub's own instance.
    pub const GITHUB: &str = "https://github.com";
    /// The API of GitHub's own instance.
    pub const GITHUB_API: &str = "https://api.github.com";

    /// What is asked for when the settings name nothing: who it is, and their e-mail address.
    #[must_use]
    pub fn default_scopes(&self) -> &'static [&'static str] {
        match self {
            Self::GitHub { .. } => &["read:user", "user:email"],
            _ => &["openid", "email", "profile"],
        }
    }
}

/// How a provider is spoken to.
#[derive(Debug)]
pub(crate) enum Protocol {
    OpenId(Authority),
    GitHub { base: String, api: String },
}

impl Provider {
    /// Checks every field and tells how this provider is spoken to.
    pub(crate) fn protocol(&self) -> Result<Protocol, Error> {
        self.check_fields()?;
        let authority = match &self.kind {
            Kind::OpenId { issuer } => Authority::exact(base("issuer", issuer)?),
            Kind::Google => Authority::exact(Kind::GOOGLE),
            Kind::GitLab { base: at } => Authority::exact(base("base", at)?.trim_end_matches('/')),
            Kind::Microsoft { authority, tenant } => {
                Authority::microsoft(base("authority", authority)?.trim_end_matches('/'), tenant)?
            }
            Kind::GitHub { base: at, api } => {
                let [base, api] =
                    [base("base", at)?, base("api", api)?].map(|url| url.trim_end_matches('/').to_owned());
                return Ok(Protocol::GitHub { base, api });
            }
        };
        Ok(Protocol::OpenId(authority))
    }

    /// The scopes to ask for, separated by spaces (RFC 6749 §3.3).
    pub(crate) fn scope(&self) -> String {
        let defaults = self.kind.default_scopes();
        if self.scopes.is_empty() {
            return defaults.join(" ");
        }
        let missing = defaults.contains(&"openid") && !self.scopes.iter().any(|scope| scope == "openid");
        let first = missing.then_some("openid");
        first.into_iter().chain(self.scopes.iter().map(String::as_str)).collect::<Vec<_>>().join(" ")
    }

    fn check_fields(&self) -> Result<(), Error> {
        let rule = |holds: bool, field, why| if holds { Ok(()) } else { Err(Error::Settings { field, why }) };
        let id = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '_' | '-');
        rule(
            (1..=64).contains(&self.id.len()) && self.id.chars().all(id),
            "id",
            "A provider's id has 1 to 64 small letters, digits, dashes or underscores.",
        )?;
        rule(
            (1..=256).contains(&self.client_id.len()) && self.client_id.chars().all(|c| matches!(c, ' '..='~')),
            "client_id",
            "The client id has 1 to 256 printable characters.",
        )?;
        let secret = self.client_secret.as_ref().map(|secret| secret.expose_secret().len());
        rule(
            secret.is_none_or(|length| (1..=1024).contains(&length)),
            "client_secret",
            "The client secret has 1 to 1024 bytes; leave it out for a public client.",
        )?;
        // RFC 6749 §3.3: printable ASCII without space, quotation mark and backslash.
        let token = |c: char| matches!(c, '!' | '#'..='[' | ']'..='~');
        rule(
            self.scopes.len() <= 32
                && self.scopes.iter().all(|scope| (1..=128).contains(&scope.len()) && scope.chars().all(token)),
            "scopes",
            "There are at most 32 scopes, each of 1 to 128 characters and without spaces.",
        )?;
        rule(
            self.roles_claim.as_deref().is_none_or(roles::is_path),
            "roles_claim",
            "A claim has at most 256 bytes and 8 steps separated by dots.",
        )
    }
}

/// An address from the settings that paths are put behind.
fn base<'a>(field: &'static str, text: &'a str) -> Result<&'a str, Error> {
    match egress::permitted(text) {
        Ok(url) if url.query().is_none() => Ok(text),
        _ => Err(Error::Settings {
            field,
            why: "Write a complete address that begins with https:// and has no question mark, such as \
                  https://id.example.org.",
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn provider(kind: Kind) -> Provider {
        Provider {
            id: "work".to_owned(),
            kind,
            client_id: "nova".to_owned(),
            client_secret: Some("secret".into()),
            scopes: Vec::new(),
            roles_claim: None,
        }
    }

    fn field(provider: &Provider) -> &'static str {
        match provider.protocol() {
            Err(Error::Settings { field, .. }) => field,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn presets_ask_where_their_providers_stand() {
        let asked = |kind| match provider(kind).protocol().unwrap() {
            Protocol::OpenId(authority) => authority.url().to_owned(),
            Protocol::GitHub { base, .. } => base,
        };
        assert_eq!(asked(Kind::Google), "https://accounts.google.com");
        assert_eq!(
            asked(Kind::GitLab { base: "https://git.example.org/lab/".to_owned() }),
            "https://git.example.org/lab"
        );
        let microsoft = Kind::Microsoft { authority: Kind::MICROSOFT.to_owned(), tenant: "common".to_owned() };
        assert_eq!(asked(microsoft), "https://login.microsoftonline.com/common/v2.0");
        let github = Kind::GitHub { base: Kind::GITHUB.to_owned(), api: Kind::GITHUB_API.to_owned() };
        assert_eq!(asked(github), "https://github.com");
    }

    #[test]
    fn settings_that_break_a_rule_are_named_by_field() {
        let good = provider(Kind::Google);
        assert!(good.protocol().is_ok());
        assert_eq!(field(&Provider { id: "Work/1".to_owned(), ..good.clone() }), "id");
        assert_eq!(field(&Provider { client_id: String::new(), ..good.clone() }), "client_id");
        assert_eq!(field(&Provider { client_secret: Some("".into()), ..good.clone() }), "client_secret");
        assert_eq!(field(&Provider { scopes: vec!["a b".to_owned()], ..good.clone() }), "scopes");
        assert_eq!(field(&Provider { roles_claim: Some("a..b".to_owned()), ..good }), "roles_claim");
        for issuer in
            ["http://id.example.org", "id.example.org", "https://id.example.org?a=b", "https://a@id.example.org"]
        {
            assert_eq!(field(&provider(Kind::OpenId { issuer: issuer.to_owned() })), "issuer", "{issuer}");
        }
        let tenant = Kind::Microsoft { authority: Kind::MICROSOFT.to_owned(), tenant: "../x".to_owned() };
        assert_eq!(field(&provider(tenant)), "tenant");
    }

    #[test]
    fn openid_is_always_asked_for_where_it_is_spoken() {
        let named = |kind| Provider { scopes: vec!["groups".to_owned()], ..provider(kind) }.scope();
        assert_eq!(named(Kind::Google), "openid groups");
        assert_eq!(named(Kind::GitHub { base: String::new(), api: String::new() }), "groups");
        assert_eq!(provider(Kind::Google).scope(), "openid email profile");
    }

    #[test]
    fn the_client_secret_is_not_shown() {
        assert!(!format!("{:?}", provider(Kind::Google)).contains("\"secret\""));
    }
}
