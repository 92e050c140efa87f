//! What becomes of audit entries.

use std::time::Duration;

use audit::Target;
use secrecy::SecretString;

use super::ConfigError;

/// Longest retention that is taken, in days: a century.
const MAX_DAYS: u64 = 36_500;

/// How long entries are kept, and who else gets them.
#[derive(Debug, Clone, Default)]
pub struct Auditing {
    /// Older entries are deleted; `None` keeps them for ever.
    pub keep: Option<Duration>,
    /// Everybody who gets each entry.
    pub targets: Vec<Target>,
}

pub(super) fn settings<'a>(
    text: &impl Fn(&str) -> Option<&'a str>,
    bad: &impl Fn(&'static str, String) -> ConfigError,
) -> Result<Auditing, ConfigError> {
    let keep = match text("audit_keep_days") {
        None => None,
        Some(days) => match days.parse::<u64>() {
            Ok(days) if (1..=MAX_DAYS).contains(&days) => Some(Duration::from_secs(days * 24 * 3600)),
            _ => return Err(bad("audit_keep_days", format!("“{days}” is no number of days from 1 to {MAX_DAYS}"))),
        },
    };
    let mut targets = Vec::new();
    if let Some(address) = text("audit_syslog") {
        targets.push(Target::syslog(address).map_err(|why| bad("audit_syslog", why.to_owned()))?);
    }
    if let Some(url) = text("audit_webhook") {
        let url = SecretString::from(url.to_owned());
        targets.push(Target::webhook(&url).map_err(|why| bad("audit_webhook", why.to_owned()))?);
    }
    Ok(Auditing { keep, targets })
}
