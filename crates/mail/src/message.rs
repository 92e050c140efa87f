use std::fmt;

use model::{
    ApiError, ErrorCode,
    identity::{DisplayName, Email},
};
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};

use crate::sender;

/// Longest subject, in Unicode scalar values.
const MAX_SUBJECT: usize = 200;
/// Longest text, in bytes.
const MAX_TEXT: usize = 64 * 1024;
/// Longest label of an action, in Unicode scalar values.
const MAX_LABEL: usize = 64;
/// Longest address of an action, in bytes.
const MAX_URL: usize = 2048;

/// A mail to one person: plain text and at most one thing to do. What is checked here cannot break a header.
///
/// The subject is stored and shown as it is: no secrets in there. Text and action are sealed.
#[derive(Clone)]
pub struct Message {
    pub(crate) to: Email,
    pub(crate) subject: String,
    pub(crate) content: Content,
}

/// What of a mail is sealed while it waits.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Content {
    pub(crate) name: Option<DisplayName>,
    pub(crate) text: String,
    pub(crate) action: Option<Action>,
}

/// The one thing to do: a button, and a line with the address in plain text.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Action {
    pub(crate) label: String,
    pub(crate) url: String,
}

impl Message {
    /// A mail to `to`. An empty line in `text` begins a paragraph; http(s) addresses in it become links.
    ///
    /// # Errors
    /// `Invalid` on `email` when no mail can be sent there, on `subject` unless it is one line of 1–200 characters, on
    /// `text` when it has control characters; `TooLarge` for a text over 64 KiB.
    pub fn new(to: Email, subject: &str, text: impl Into<String>) -> Result<Self, ApiError> {
        sender::mailbox(None, &to)?;
        let subject = one_line(subject, MAX_SUBJECT).ok_or_else(|| {
            ApiError::invalid("subject", format!("A subject is one line of 1 to {MAX_SUBJECT} characters."))
        })?;
        let text = text.into();
        if text.len() > MAX_TEXT {
            return Err(ApiError::new(ErrorCode::TooLarge, format!("A mail's text has at most {MAX_TEXT} bytes.")));
        }
        if text.chars().any(|c| c.is_control() && !matches!(c, '\n' | '\r' | '\t')) {
            return Err(ApiError::invalid("text", "A mail's text has no control characters but line ends and tabs."));
        }
        Ok(Self { to, subject, content: Content { name: None, text, action: None } })
    }

    /// Names its reader in the header `To`.
    ///
    /// # Errors
    /// `Invalid` on `display_name`.
    pub fn to_name(mut self, name: &str) -> Result<Self, ApiError> {
        self.content.name = Some(DisplayName::parse(name)?);
        Ok(self)
    }

    /// Adds the thing to do.
    ///
    /// # Errors
    /// `Invalid` on `action` unless the label is one line of 1–64 characters and the address a whole http(s) one.
    pub fn action(mut self, label: &str, url: &SecretString) -> Result<Self, ApiError> {
        let label = one_line(label, MAX_LABEL)
            .ok_or_else(|| ApiError::invalid("action", "A button's label is one line of 1 to 64 characters."))?;
        let url = url.expose_secret();
        let whole = ["https://", "http://"].iter().any(|scheme| url.len() > scheme.len() && url.starts_with(scheme));
        if !whole || url.len() > MAX_URL || !url.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(ApiError::invalid("action", "A button leads to a whole http or https address."));
        }
        self.content.action = Some(Action { label, url: url.to_owned() });
        Ok(self)
    }
}

impl Content {
    /// Text and action for readers without HTML, and for those who trust no button.
    pub(crate) fn plain(&self) -> String {
        match &self.action {
            None => format!("{}\n", self.text.trim_end()),
            Some(Action { label, url }) => format!("{}\n\n{label}:\n{url}\n", self.text.trim_end()),
        }
    }
}

/// Without the text: it may hold secrets.
impl fmt::Debug for Message {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Message").field("to", &self.to).field("subject", &self.subject).finish_non_exhaustive()
    }
}

/// The trimmed text if it is one line of 1 to `longest` characters. Besides control characters, U+2028 and U+2029 end
/// lines, and bidirectional overrides make one text read as another.
fn one_line(text: &str, longest: usize) -> Option<String> {
    let text = text.trim();
    let odd = |c: char| {
        c.is_control() || matches!(c, '\u{2028}' | '\u{2029}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    ((1..=longest).contains(&text.chars().count()) && !text.contains(odd)).then(|| text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn to() -> Email {
        Email::parse("alice@example.org").unwrap()
    }

    #[test]
    fn a_new_line_in_subject_name_or_label_is_refused() {
        for wrong in ["a\nb", "a\r\nBcc: eve@example.org", "a\rb", "a\u{2028}b", "a\0b", "", " \n "] {
            assert!(Message::new(to(), wrong, "text").is_err(), "{wrong:?}");
            let message = Message::new(to(), "subject", "text").unwrap();
            assert!(message.clone().action(wrong, &"https://x/".into()).is_err(), "{wrong:?}");
            if !wrong.contains('\u{2028}') {
                assert!(message.to_name(wrong).is_err(), "{wrong:?}");
            }
        }
    }

    #[test]
    fn an_action_leads_to_a_whole_web_address() {
        let message = Message::new(to(), "subject", "text").unwrap();
        for wrong in ["", "javascript:alert(1)", "/invite/x", "https://", "https://x/ y", "https://x/\n", "https://ä/"]
        {
            assert!(message.clone().action("Join", &wrong.into()).is_err(), "{wrong:?}");
        }
        assert!(message.clone().action("Join", &format!("https://{}", "x".repeat(MAX_URL)).into()).is_err());
        assert!(message.action("Join", &"http://127.0.0.1:8083/invite/x?a=b#c".into()).is_ok());
    }

    #[test]
    fn texts_are_bounded_and_never_shown() {
        assert!(Message::new(to(), &"x".repeat(201), "text").is_err());
        assert!(Message::new(to(), "subject", "x".repeat(MAX_TEXT + 1)).is_err());
        assert!(Message::new(to(), "subject", "bell \u{7}").is_err());
        assert!(Message::new(Email::parse("a..b@example.org").unwrap(), "subject", "text").is_err());
        let message = Message::new(to(), "subject", "canary").unwrap().action("x", &"https://canary".into()).unwrap();
        assert!(!format!("{message:?}").contains("canary"));
    }
}
