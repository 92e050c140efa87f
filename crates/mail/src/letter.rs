//! A mail as it goes over the wire (RFC 5322).

use std::time::{Duration, UNIX_EPOCH};

use lettre::{
    Address,
    message::{
        MultiPart, SinglePart,
        header::{Header, HeaderName, HeaderValue},
    },
};
use model::{ApiError, MailId, Timestamp, identity::Email};

use crate::{Error, Sender, html, message::Content, sender};

/// The last second that a date header can tell.
const LAST_SECOND: u64 = 253_402_300_799;

/// A mail ready to go. Made from the same row it is the same, byte for byte: sent twice, it is seen to be one.
pub(crate) struct Letter {
    pub(crate) id: MailId,
    pub(crate) from: Address,
    pub(crate) to: Address,
    pub(crate) subject: String,
    pub(crate) plain: String,
    pub(crate) raw: Vec<u8>,
}

impl Letter {
    /// Writes it down.
    ///
    /// # Errors
    /// `Invalid` where a word does not fit its header; not for a [`Message`](crate::Message) that was queued.
    pub(crate) fn compose(
        from: &Sender,
        id: MailId,
        to: &Email,
        subject: &str,
        content: &Content,
        created_at: Timestamp,
    ) -> Result<Self, Error> {
        let reader = sender::mailbox(content.name.as_ref(), to)?;
        let (from_address, to_address) = (from.mailbox().email.clone(), reader.email.clone());
        let seconds = u64::try_from(created_at.seconds()).unwrap_or(0).min(LAST_SECOND);
        let plain = content.plain();
        let message = lettre::Message::builder()
            .date(UNIX_EPOCH + Duration::from_secs(seconds))
            .from(from.mailbox().clone())
            .to(reader)
            .subject(subject)
            .message_id(Some(format!("<{id}@{}>", from.domain())))
            .header(AutoSubmitted)
            .multipart(
                MultiPart::alternative()
                    .boundary(format!("nova-{id}"))
                    .singlepart(SinglePart::plain(plain.clone()))
                    .singlepart(SinglePart::html(html::page(subject, content))),
            )
            .map_err(|_| ApiError::invalid("message", "This mail cannot be written down."))?;
        let raw = message.formatted();
        Ok(Self { id, from: from_address, to: to_address, subject: subject.to_owned(), plain, raw })
    }

    /// Whether sender or reader need a server that takes other letters than ASCII (SMTPUTF8, RFC 6531).
    pub(crate) fn is_international(&self) -> bool {
        ![&self.from, &self.to].iter().all(|address| AsRef::<str>::as_ref(address).is_ascii())
    }
}

/// `Auto-Submitted: auto-generated` (RFC 3834 §5): nobody's out-of-office answers this.
#[derive(Debug, Clone, Copy)]
struct AutoSubmitted;

impl Header for AutoSubmitted {
    fn name() -> HeaderName {
        HeaderName::new_from_ascii_str("Auto-Submitted")
    }

    fn parse(_: &str) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        Ok(Self)
    }

    fn display(&self) -> HeaderValue {
        HeaderValue::new(Self::name(), "auto-generated".to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn compose() -> String {
        let content = Content {
            name: Some(model::identity::DisplayName::parse("Zoë, \"Z\"").unwrap()),
            text: "Grüße\n.\nend".into(),
            action: None,
        };
        let id = "0199c0de-0000-7000-8000-000000000000".parse().unwrap();
        let from = Sender::parse("Nova <nova@example.org>").unwrap();
        let to = Email::parse("zoe@example.com").unwrap();
        let letter = Letter::compose(&from, id, &to, "Grüße von Nova", &content, Timestamp(784_887_151_000)).unwrap();
        String::from_utf8(letter.raw).unwrap()
    }

    #[test]
    fn headers_follow_rfc_5322_and_stay_the_same() {
        let raw = compose();
        assert_eq!(raw, compose());
        assert!(raw.is_ascii() && raw.lines().all(|line| line.len() <= 998), "{raw}");
        for line in [
            "Date: Tue, 15 Nov 1994 08:12:31 +0000\r\n",
            "From: Nova <nova@example.org>\r\n",
            "Message-ID: <0199c0de-0000-7000-8000-000000000000@example.org>\r\n",
            "Auto-Submitted: auto-generated\r\n",
            "MIME-Version: 1.0\r\n",
        ] {
            assert!(raw.contains(line), "{line} in {raw}");
        }
        assert!(raw.contains("To: =?utf-8?b?") && raw.contains("<zoe@example.com>"), "{raw}");
        assert!(!raw.replace("\r\n", "").contains(['\r', '\n']));
    }
}
