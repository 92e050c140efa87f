use std::str::FromStr;

use lettre::message::Mailbox;
use model::{
    ApiError,
    identity::{DisplayName, Email},
};

/// Who mails are from: an address, with a name or without.
#[derive(Debug, Clone, PartialEq)]
pub struct Sender(Mailbox);

impl Sender {
    /// Reads `name@example.org` or `Name <name@example.org>`.
    ///
    /// # Errors
    /// `Invalid` on `email` or `display_name`.
    pub fn parse(text: &str) -> Result<Self, ApiError> {
        let text = text.trim();
        let (name, address) = match text.strip_suffix('>').and_then(|rest| rest.split_once('<')) {
            Some((name, address)) => (name.trim().trim_matches('"'), address),
            None => ("", text),
        };
        let name = if name.is_empty() { None } else { Some(DisplayName::parse(name)?) };
        Ok(Self(mailbox(name.as_ref(), &Email::parse(address)?)?))
    }

    /// A sender nobody can answer, for mail that leaves no machine (RFC 2606 §2).
    pub(crate) fn nobody() -> Result<Self, ApiError> {
        Self::parse("Nova <nova@nova.invalid>")
    }

    pub(crate) fn mailbox(&self) -> &Mailbox {
        &self.0
    }

    /// The part after the `@`.
    pub(crate) fn domain(&self) -> &str {
        self.0.email.domain()
    }
}

/// An address as it stands in a header.
///
/// # Errors
/// `Invalid` on `email` where our looser check let pass what no mail server takes.
pub(crate) fn mailbox(name: Option<&DisplayName>, email: &Email) -> Result<Mailbox, ApiError> {
    let address = lettre::Address::from_str(email.as_str())
        .map_err(|_| ApiError::invalid("email", "No mail can be sent to this address. Check it for odd characters."))?;
    Ok(Mailbox::new(name.map(|name| name.as_str().to_owned()), address))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sender_is_an_address_with_or_without_a_name() {
        let named = Sender::parse(" Nova of Zoë <nova@Example.org>").unwrap();
        assert_eq!(named.mailbox().name.as_deref(), Some("Nova of Zoë"));
        assert_eq!(named.domain(), "example.org");
        assert_eq!(
            Sender::parse("\"Nova, Inc.\" <n@example.org>").unwrap().mailbox().name.as_deref(),
            Some("Nova, Inc.")
        );
        assert_eq!(Sender::parse("nova@example.org").unwrap().mailbox().name, None);
        for wrong in
            ["", "nova", "Nova <>", "Nova <a@b.c> x", "a\nb <a@b.c>", "a\r\nBcc: x@y.z <a@b.c>", "Nova <a..b@c.d>"]
        {
            assert!(Sender::parse(wrong).is_err(), "{wrong:?}");
        }
        assert!(Sender::nobody().is_ok());
    }
}
