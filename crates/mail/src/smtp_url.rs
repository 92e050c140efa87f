use std::net::IpAddr;

use secrecy::{ExposeSecret, SecretString};

/// A mail server: `smtps://user:password@host:465` (TLS from the first byte) or `smtp://user:password@host:587`
/// (STARTTLS, RFC 3207). User and password are percent-encoded where they hold `%` or `:`.
///
/// TLS with a valid certificate is required, but for this machine itself (`localhost`, 127.0.0.0/8, ::1): there, TLS is
/// used where the server offers it and the certificate is not looked at, as nobody sits in between.
#[derive(Debug, Clone)]
pub struct SmtpUrl {
    pub(crate) host: String,
    pub(crate) port: u16,
    pub(crate) implicit_tls: bool,
    pub(crate) login: Option<Login>,
}

/// How to sign in at the mail server.
#[derive(Debug, Clone)]
pub(crate) struct Login {
    pub(crate) user: String,
    pub(crate) password: SecretString,
}

impl SmtpUrl {
    /// Reads it.
    ///
    /// # Errors
    /// What is wrong, in words that repeat nothing of the URL.
    pub fn parse(url: &SecretString) -> Result<Self, &'static str> {
        let (scheme, rest) = url
            .expose_secret()
            .split_once("://")
            .ok_or("it is no address, such as smtp://user:password@mail.example.org:587")?;
        let implicit_tls = match scheme {
            "smtp" => false,
            "smtps" => true,
            _ => return Err("it begins with neither smtp:// nor smtps://"),
        };
        // The last @: a password may hold one that nobody encoded.
        let (login, authority) = match rest.rsplit_once('@') {
            Some((login, authority)) => (Some(login), authority),
            None => (None, rest),
        };
        let authority = authority.strip_suffix('/').unwrap_or(authority);
        let (host, port) = split_port(authority).ok_or("its port is no number from 1 to 65535")?;
        let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | ':');
        if host.is_empty() || !host.chars().all(plain) {
            return Err("its host is no name or address; what follows the port must go too");
        }
        Ok(Self {
            host: host.to_ascii_lowercase(),
            port: port.unwrap_or(if implicit_tls { 465 } else { 587 }),
            implicit_tls,
            login: login.map(Login::parse).transpose()?,
        })
    }

    /// Whether the server is this machine.
    pub(crate) fn is_loopback(&self) -> bool {
        self.host == "localhost" || self.host.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback())
    }
}

impl Login {
    fn parse(text: &str) -> Result<Self, &'static str> {
        const ODD: &str = "its user or password has a % that is no percent-encoding: write it as %25";
        let (user, password) = text.split_once(':').ok_or("it has a user but no password")?;
        let user = percent_decode(user).ok_or(ODD)?;
        if user.is_empty() {
            return Err("it has a password but no user");
        }
        Ok(Self { user, password: percent_decode(password).ok_or(ODD)?.into() })
    }
}

/// Host without brackets, and the port if one stands there. `None` where the port is none.
fn split_port(authority: &str) -> Option<(&str, Option<u16>)> {
    let (host, port) = match authority.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        Some((host, "")) => (host, None),
        Some((host, rest)) => (host, Some(rest.strip_prefix(':')?)),
        None => match authority.rsplit_once(':') {
            Some((host, port)) => (host, Some(port)),
            None => (authority, None),
        },
    };
    let port = port.map(|port| port.parse().ok().filter(|port| *port != 0).ok_or(()));
    Some((host, port.transpose().ok()?))
}

fn percent_decode(text: &str) -> Option<String> {
    let mut bytes = text.bytes();
    let mut decoded = Vec::with_capacity(text.len());
    while let Some(byte) = bytes.next() {
        decoded.push(match byte {
            b'%' => {
                let mut digit = || char::from(bytes.next()?).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
                digit()? << 4 | digit()?
            }
            other => other,
        });
    }
    String::from_utf8(decoded).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(url: &str) -> Result<SmtpUrl, &'static str> {
        SmtpUrl::parse(&url.into())
    }

    #[test]
    fn urls_name_server_encryption_and_login() {
        let url = parse("smtp://nova%40x:p%25a@ss:w/rd@Mail.example.org").unwrap();
        assert_eq!((url.host.as_str(), url.port, url.implicit_tls), ("mail.example.org", 587, false));
        let login = url.login.unwrap();
        assert_eq!((login.user.as_str(), login.password.expose_secret()), ("nova@x", "p%a@ss:w/rd"));
        let url = parse("smtps://mail.example.org/").unwrap();
        assert!(url.implicit_tls && url.login.is_none() && url.port == 465);
        assert_eq!(parse("smtp://[::1]:2525").unwrap().port, 2525);
    }

    #[test]
    fn only_this_machine_may_go_without_tls() {
        for (url, loopback) in [
            ("smtp://localhost", true),
            ("smtp://127.0.0.9:25", true),
            ("smtp://[::1]:25", true),
            ("smtp://0.0.0.0:25", false),
            ("smtp://localhost.example.org", false),
            ("smtp://127.0.0.1.example.org", false),
            ("smtp://10.0.0.1", false),
        ] {
            assert_eq!(parse(url).unwrap().is_loopback(), loopback, "{url}");
        }
    }

    #[test]
    fn a_bad_url_is_refused_without_repeating_it() {
        for wrong in [
            "",
            "mail.canary",
            "http://canary",
            "smtp://",
            "smtp://u:canary@",
            "smtp://canary@host",
            "smtp://:canary@host",
            "smtp://u:canary%@host",
            "smtp://u:canary%zz@host",
            "smtp://host:canary",
            "smtp://host:0",
            "smtp://host:99999",
            "smtp://host/canary",
            "smtp://host?tls=canary",
            "smtp://[::1]canary",
        ] {
            assert!(!parse(wrong).expect_err(wrong).contains("canary"), "{wrong}");
        }
        assert!(!format!("{:?}", parse("smtp://u:canary@host").unwrap()).contains("canary"));
    }
}
