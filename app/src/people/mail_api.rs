//! Doors to the outbox.

use leptos::prelude::*;
use model::{
    MailId,
    mail::{MailState, OutboxEntry},
};
use serde::{Deserialize, Serialize};

#[cfg(feature = "ssr")]
use crate::context;
use crate::{Failure, wire::Json};

/// How mail fares, and the newest mails.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Outbox {
    /// How it fares.
    pub state: MailState,
    /// The newest mails, newest first.
    pub mails: Vec<OutboxEntry>,
}

/// The outbox.
#[server(prefix = "/api", endpoint = "read_outbox", output = Json)]
pub async fn read_outbox() -> Result<Outbox, Failure> {
    let (nova, caller) = context::signed_in()?;
    Ok(Outbox { state: nova.mail.state(&caller).await?, mails: nova.mail.outbox(&caller).await? })
}

/// Tries a waiting mail at once.
#[server(prefix = "/api", endpoint = "retry_mail", output = Json)]
pub async fn retry_mail(id: MailId) -> Result<(), Failure> {
    let (nova, caller) = context::signed_in()?;
    Ok(nova.retry_mail(&caller, id).await?)
}

/// Removes a mail that waits or has failed.
#[server(prefix = "/api", endpoint = "discard_mail", output = Json)]
pub async fn discard_mail(id: MailId) -> Result<(), Failure> {
    let (nova, caller) = context::signed_in()?;
    Ok(nova.discard_mail(&caller, id).await?)
}

/// Sends a mail that says that mail works.
#[server(prefix = "/api", endpoint = "send_test_mail", output = Json)]
pub async fn send_test_mail(email: String) -> Result<(), Failure> {
    let (nova, caller) = context::signed_in()?;
    nova.mail.send_test(&caller, model::identity::Email::parse(&email)?).await?;
    Ok(())
}
