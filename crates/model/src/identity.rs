//! People and their sign-ins: validated words and what pages show.

use serde::{Deserialize, Serialize};

use crate::{
    ApiError, InvitationId, Permission, Role, SessionId, Timestamp, UserId,
    profile::{AvatarId, PictureSize, Preferences},
};

/// Shortest password when it is the only factor (NIST SP 800-63B-4 §3.1.1.2), in Unicode scalar values.
pub const MIN_PASSWORD: usize = 15;
/// Longest password, in Unicode scalar values; never truncated.
pub const MAX_PASSWORD: usize = 128;

/// A user name: 2–32 of `a–z 0–9 . _ -`, beginning with a letter or digit, kept in lower case.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Username(String);

impl Username {
    /// Checks and lower-cases.
    ///
    /// # Errors
    /// `Invalid` on `username`.
    pub fn parse(text: &str) -> Result<Self, ApiError> {
        let name = text.trim().to_lowercase();
        let allowed = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '.' | '_' | '-');
        let starts_well = name.starts_with(|c: char| c.is_ascii_lowercase() || c.is_ascii_digit());
        if (2..=32).contains(&name.len()) && starts_well && name.chars().all(allowed) {
            Ok(Self(name))
        } else {
            Err(ApiError::invalid(
                "username",
                "A user name has 2 to 32 letters, digits, dots, dashes or underscores and begins with a letter or digit.",
            ))
        }
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// An e-mail address, kept in lower case. Only its shape is checked; whether it exists, a mail must show.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Email(String);

impl Email {
    /// Checks and lower-cases.
    ///
    /// # Errors
    /// `Invalid` on `email`.
    pub fn parse(text: &str) -> Result<Self, ApiError> {
        let address = text.trim().to_lowercase();
        let plain = |c: char| !c.is_whitespace() && !c.is_control() && !matches!(c, '<' | '>' | ',' | ';' | '"' | '@');
        let shaped = address.split_once('@').is_some_and(|(local, domain)| {
            !local.is_empty()
                && local.chars().all(plain)
                && domain.chars().all(plain)
                && domain.contains('.')
                && !domain.starts_with('.')
                && !domain.ends_with('.')
        });
        if shaped && address.len() <= 254 {
            Ok(Self(address))
        } else {
            Err(ApiError::invalid("email", "This does not look like an e-mail address, such as name@example.org."))
        }
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// How a person is called on pages: 1–64 characters, no control characters.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct DisplayName(String);

impl DisplayName {
    /// Checks and trims.
    ///
    /// # Errors
    /// `Invalid` on `display_name`.
    pub fn parse(text: &str) -> Result<Self, ApiError> {
        let name = text.trim();
        // Bidirectional controls can make one name read as another.
        let harmful = |c: char| c.is_control() || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
        if (1..=64).contains(&name.chars().count()) && !name.contains(harmful) {
            Ok(Self(name.to_owned()))
        } else {
            Err(ApiError::invalid("display_name", "A name has 1 to 64 characters and no control characters."))
        }
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Checks a new password's length; the server also refuses common ones.
///
/// # Errors
/// `Invalid` on `password`.
pub fn check_password_length(password: &str) -> Result<(), ApiError> {
    match password.chars().count() {
        length if length < MIN_PASSWORD => Err(ApiError::invalid(
            "password",
            format!("Use at least {MIN_PASSWORD} characters; this has {length}. A few unrelated words do well."),
        )),
        length if length > MAX_PASSWORD => {
            Err(ApiError::invalid("password", format!("Use at most {MAX_PASSWORD} characters; this has {length}.")))
        }
        _ => Ok(()),
    }
}

/// The person who is signed in, as their own pages know them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Me {
    /// Their id.
    pub id: UserId,
    /// Their user name.
    pub username: String,
    /// How they are called.
    pub display_name: String,
    /// What they are here.
    pub role: Role,
    /// What they may do now, as the policy decides for this sign-in.
    pub may: Vec<Permission>,
    /// This sign-in.
    pub session: SessionId,
    /// Whether this sign-in came from a provider where one can sign out too.
    #[serde(default)]
    pub provider_sign_out: bool,
    /// Their picture, where they have one.
    #[serde(default)]
    pub avatar: Option<AvatarId>,
    /// How dates and times are written for them.
    #[serde(default)]
    pub preferences: Preferences,
}

/// What kind of account it is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AccountKind {
    /// A person's.
    #[default]
    Person,
    /// A program's: nobody signs in to it.
    Service,
    /// It was a person's; what they wrote still names it.
    Deleted,
}

impl AccountKind {
    /// The kind of this name, as stored.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        match name {
            "person" => Some(Self::Person),
            "service" => Some(Self::Service),
            "deleted" => Some(Self::Deleted),
            _ => None,
        }
    }
}

/// A person in the directory.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Person {
    /// Their id.
    pub id: UserId,
    /// Their user name.
    pub username: String,
    /// How they are called.
    pub display_name: String,
    /// Their picture, where they have one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub avatar: Option<AvatarId>,
    /// Their role.
    pub role: Role,
    /// What kind of account it is.
    #[serde(default)]
    pub kind: AccountKind,
    /// Whether they may sign in.
    pub active: bool,
    /// Whether a tab of theirs is connected now.
    pub online: bool,
    /// Whether the caller may manage them: nobody manages those who may more.
    #[serde(default)]
    pub manageable: bool,
    /// Whether sign-ins to it must wait somewhere after wrong passwords; told only to those who may lift that.
    #[serde(default)]
    pub slowed: bool,
}

impl Person {
    /// Where their picture is.
    #[must_use]
    pub fn picture(&self, size: PictureSize) -> Option<String> {
        self.avatar.as_ref().map(|avatar| avatar.path(self.id, size))
    }
}

/// One sign-in in its owner's list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SessionInfo {
    /// Its id.
    pub id: SessionId,
    /// Browser and system, read from the user agent.
    pub device: String,
    /// Where it was last used from.
    pub address: String,
    /// When it began.
    pub created_at: Timestamp,
    /// When it was last used, to the minute.
    pub last_seen_at: Timestamp,
    /// Whether it is the one asking.
    pub current: bool,
}

/// A person's own e-mail address, as their account page shows it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct OwnEmail {
    /// The address of the account.
    pub address: Option<String>,
    /// When a link sent to it was opened; `None` while it is only claimed.
    pub verified_at: Option<Timestamp>,
    /// The address that becomes theirs once the link sent there is opened.
    pub waiting: Option<String>,
    /// Whether this instance sends mail, so that addresses can be verified.
    pub mail: bool,
}

/// An invitation in the admin's list. The link itself is shown once, when it is made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Invitation {
    /// Its id.
    pub id: InvitationId,
    /// The role its guest will have.
    pub role: Role,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it ends.
    pub expires_at: Timestamp,
}

/// A fresh invitation with the link to hand over.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewInvitation {
    /// The invitation.
    pub invitation: Invitation,
    /// The whole URL with its secret; shown once.
    pub url: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn usernames_have_one_canonical_form() {
        assert_eq!(Username::parse(" Alice ").map(|name| name.0), Ok("alice".to_owned()));
        for wrong in ["", "a", ".ab", "a b", "ä1", "a@b", &"x".repeat(33), "İx"] {
            assert!(Username::parse(wrong).is_err(), "{wrong:?}");
        }
    }

    #[test]
    fn emails_are_checked_for_shape_only() {
        assert!(Email::parse("A.b+c@Example.org").is_ok_and(|mail| mail.0 == "a.b+c@example.org"));
        for wrong in ["", "a", "a@", "@b.c", "a@b", "a b@c.d", "a@b@c.d", "a@.c", "<a>@b.c"] {
            assert!(Email::parse(wrong).is_err(), "{wrong:?}");
        }
    }

    #[test]
    fn display_names_cannot_reverse_text() {
        assert!(DisplayName::parse("Zoë 王").is_ok());
        assert!(DisplayName::parse("a\u{202e}b").is_err());
        assert!(DisplayName::parse("a\nb").is_err());
    }

    #[test]
    fn password_length_counts_characters_not_bytes() {
        assert!(check_password_length(&"ü".repeat(14)).is_err());
        assert!(check_password_length(&"ü".repeat(15)).is_ok());
        assert!(check_password_length(&"a".repeat(129)).is_err());
    }
}
