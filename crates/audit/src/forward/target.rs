use std::fmt;

use egress::{Egress, Reach};
use secrecy::{ExposeSecret, SecretString};

/// How entries reach a syslog server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Transport {
    /// One datagram an entry (RFC 5426).
    Udp,
    /// Octet-counted frames on one connection (RFC 6587 §3.4.1).
    Tcp,
}

/// A syslog server's address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SyslogAddress {
    pub(super) transport: Transport,
    /// `host:port`.
    pub(super) authority: String,
}

/// A webhook with its own client.
#[derive(Clone)]
pub struct Hook {
    pub(super) url: SecretString,
    pub(super) egress: Egress,
}

impl fmt::Debug for Hook {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Hook")
    }
}

/// Where entries are handed on to.
#[derive(Debug, Clone)]
pub enum Target {
    /// A syslog server.
    Syslog(SyslogAddress),
    /// An address that takes newline-delimited JSON by POST.
    Webhook(Hook),
}

impl Target {
    /// `udp://host:514` or `tcp://host:601`.
    ///
    /// # Errors
    /// One sentence: what is wrong with it.
    pub fn syslog(text: &str) -> Result<Self, &'static str> {
        let (transport, rest) = match text.split_once("://") {
            Some(("udp", rest)) => (Transport::Udp, rest),
            Some(("tcp", rest)) => (Transport::Tcp, rest),
            _ => return Err("it must begin with udp:// or tcp://"),
        };
        let port = rest.rsplit_once(':').and_then(|(host, port)| Some((host, port.parse::<u16>().ok()?)));
        match port {
            Some((host, _)) if !host.is_empty() && !host.contains(['/', ' ']) => {
                Ok(Self::Syslog(SyslogAddress { transport, authority: rest.to_owned() }))
            }
            _ => Err("it must name a host and a port, such as udp://logs.example.org:514"),
        }
    }

    /// An https address; it may hold a token and is never shown.
    ///
    /// # Errors
    /// One sentence: what is wrong with it.
    pub fn webhook(url: &SecretString) -> Result<Self, &'static str> {
        egress::permitted(url.expose_secret())
            .map_err(|_| "it must be an https address (http only on this machine)")?;
        let egress = Egress::new(Reach::Anywhere).map_err(|_| "the client for it did not start")?;
        Ok(Self::Webhook(Hook { url: url.clone(), egress }))
    }

    /// What it is called in logs.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Syslog(_) => "syslog",
            Self::Webhook(_) => "webhook",
        }
    }
}
