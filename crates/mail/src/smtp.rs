//! The client's side of SMTP (RFC 5321): at most one connection, kept while there is more to send. The steps are taken
//! one by one, as what a refusal means depends on the step it comes at.

use std::{error::Error as _, time::Duration};

use lettre::{
    Address,
    transport::smtp::{
        self,
        authentication::{Credentials, Mechanism},
        client::{AsyncSmtpConnection, TlsParameters},
        commands::{Data, Mail, Rcpt},
        extension::{ClientId, Extension, MailBodyParameter, MailParameter},
        response::Severity,
    },
};
use secrecy::ExposeSecret;
use tokio::time::timeout;

use crate::{
    Error, SmtpUrl,
    failure::{Failure, one_line},
    letter::Letter,
};

/// How long a goodbye may take.
const GOODBYE: Duration = Duration::from_secs(2);
/// "Service not available, closing": about the server at whatever step it comes (RFC 5321 §3.8).
const CLOSING: u16 = 421;

/// A mail server and the connection to it.
pub(crate) struct Smtp {
    url: SmtpUrl,
    hello: ClientId,
    tls: TlsParameters,
    open: Option<AsyncSmtpConnection>,
}

impl Smtp {
    /// Connects to nothing yet. `domain` is how we name ourselves in EHLO.
    ///
    /// # Errors
    /// [`Error::Tls`].
    pub(crate) fn new(url: SmtpUrl, domain: &str) -> Result<Self, Error> {
        let tls = TlsParameters::builder(url.host.clone())
            .dangerous_accept_invalid_certs(url.is_loopback())
            .dangerous_accept_invalid_hostnames(url.is_loopback())
            .build()
            .map_err(|error| Error::Tls(error.to_string()))?;
        Ok(Self { url, hello: ClientId::Domain(domain.to_owned()), tls, open: None })
    }

    /// Sends a letter. A connection on which anything was refused is not used again.
    pub(crate) async fn send(&mut self, letter: &Letter) -> Result<(), Failure> {
        let mut connection = self.begin(letter).await?;
        let outcome = self.finish(&mut connection, letter).await;
        if outcome.is_ok() {
            self.open = Some(connection);
        } else {
            goodbye(connection).await;
        }
        outcome
    }

    /// Says goodbye, if a connection is open.
    pub(crate) async fn rest(&mut self) {
        if let Some(connection) = self.open.take() {
            goodbye(connection).await;
        }
    }

    /// A connection that has taken our `MAIL`: a refusal until here is about the server, our sign-in or our sender.
    async fn begin(&mut self, letter: &Letter) -> Result<AsyncSmtpConnection, Failure> {
        if let Some(mut connection) = self.open.take() {
            // Servers end a connection after some mails or some idle time: a fresh one decides.
            if let Ok(mail) = mail(&connection, letter)
                && connection.command(mail).await.is_ok()
            {
                return Ok(connection);
            }
            goodbye(connection).await;
        }
        let mut connection = self.connect().await?;
        let mail = mail(&connection, letter)?;
        connection.command(mail).await.map_err(|error| self.server(&error))?;
        Ok(connection)
    }

    async fn connect(&self) -> Result<AsyncSmtpConnection, Failure> {
        let failed = |error: smtp::Error| self.server(&error);
        let SmtpUrl { host, port, implicit_tls, login } = &self.url;
        let tls = implicit_tls.then(|| self.tls.clone());
        let mut connection = AsyncSmtpConnection::connect_tokio1((host.as_str(), *port), None, &self.hello, tls, None)
            .await
            .map_err(failed)?;
        if connection.can_starttls() {
            connection.starttls(self.tls.clone(), &self.hello).await.map_err(failed)?;
        }
        if !connection.is_encrypted() && !self.url.is_loopback() {
            goodbye(connection).await;
            return Err(Failure::Server("the mail server offers no STARTTLS; unencrypted, nothing is sent".into()));
        }
        if let Some(login) = login {
            let credentials = Credentials::new(login.user.clone(), login.password.expose_secret().to_owned());
            connection.auth(&[Mechanism::Plain, Mechanism::Login], &credentials).await.map_err(failed)?;
        }
        Ok(connection)
    }

    /// Reader and content: a refusal from here on is about this letter.
    async fn finish(&self, connection: &mut AsyncSmtpConnection, letter: &Letter) -> Result<(), Failure> {
        let refused = |error: smtp::Error| self.letter(&error);
        connection.command(Rcpt::new(letter.to.clone(), Vec::new())).await.map_err(refused)?;
        connection.command(Data).await.map_err(refused)?;
        connection.message(&letter.raw).await.map_err(refused)?;
        Ok(())
    }

    fn server(&self, error: &smtp::Error) -> Failure {
        Failure::Server(self.reason(error))
    }

    fn letter(&self, error: &smtp::Error) -> Failure {
        match error.status() {
            Some(code) if u16::from(code) == CLOSING => self.server(error),
            Some(code) if code.severity == Severity::PermanentNegativeCompletion => {
                Failure::Refused(self.reason(error))
            }
            Some(_) => Failure::Later(self.reason(error)),
            None => self.server(error),
        }
    }

    /// The server's own words after its code, or what went wrong on the way.
    fn reason(&self, error: &smtp::Error) -> String {
        let mut innermost = error;
        while let Some(inner) = innermost.source().and_then(|source| source.downcast_ref()) {
            innermost = inner;
        }
        let told = match (error.status(), error.source()) {
            (Some(code), Some(words)) => format!("{code} {words}"),
            _ => innermost.to_string(),
        };
        one_line(&told, self.url.login.as_ref().map(|login| login.password.expose_secret()))
    }
}

/// `MAIL` with the extensions this letter needs.
fn mail(connection: &AsyncSmtpConnection, letter: &Letter) -> Result<Mail, Failure> {
    let from: Option<Address> = Some(letter.from.clone());
    if !letter.is_international() {
        // Everything else in a letter is encoded to ASCII.
        return Ok(Mail::new(from, Vec::new()));
    }
    if !connection.server_info().supports_feature(Extension::SmtpUtfEight) {
        return Err(Failure::Refused("the mail server takes no address with other letters than ASCII".into()));
    }
    let parameters = vec![MailParameter::SmtpUtfEight, MailParameter::Body(MailBodyParameter::EightBitMime)];
    Ok(Mail::new(from, parameters))
}

async fn goodbye(mut connection: AsyncSmtpConnection) {
    // A server that does not answer even this is left without a word.
    let _ = timeout(GOODBYE, connection.abort()).await;
}
