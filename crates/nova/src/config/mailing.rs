//! The keys of outgoing mail.

use mail::{Sender, Settings, SmtpUrl, Transport};

use super::ConfigError;

/// How mail is sent. `text` finds a key's value, `bad` makes the error that names the key and where it stands.
pub(super) fn settings<'a>(
    text: &impl Fn(&str) -> Option<&'a str>,
    bad: &impl Fn(&'static str, String) -> ConfigError,
) -> Result<Settings, ConfigError> {
    let from = text("mail_from")
        .map(Sender::parse)
        .transpose()
        .map_err(|_| bad("mail_from", "it is no sender, such as nova@example.org or Nova <nova@example.org>".into()))?;
    let transport = match (text("smtp_url"), text("mail_directory")) {
        (None, None) => Transport::None,
        (Some(_), Some(_)) => return Err(bad("mail_directory", "smtp_url is set too; give one of them".into())),
        (None, Some("")) => return Err(bad("mail_directory", "it is empty; give a path".into())),
        (None, Some(path)) => Transport::Directory(path.into()),
        (Some(url), None) => {
            let url = SmtpUrl::parse(&url.into()).map_err(|why| bad("smtp_url", why.into()))?;
            if from.is_none() {
                return Err(bad(
                    "smtp_url",
                    "it needs a sender: set mail_from, such as Nova <nova@example.org>".into(),
                ));
            }
            Transport::Smtp(url)
        }
    };
    Ok(Settings { transport, from })
}
