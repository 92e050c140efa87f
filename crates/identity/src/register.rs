//! Joining by oneself, where that is open to everybody.

use std::time::Duration;

use audit::Entry;
use model::{ApiError, ErrorCode, audit::Action};
use store::{Write, sqlx};

use crate::{
    Client, Entrance, Error, Identity, NewAccount, accounts,
    attempts::{self, Attempt, Door},
    pending::FirstStep,
};

/// How long an account waits for its address to be verified; longer only while a link to it is open.
const UNCONFIRMED: Duration = Duration::from_secs(24 * 3600);
/// Accounts that wait for that at once.
const MAX_UNCONFIRMED: i64 = 1000;

impl Identity {
    /// Whether who registers needs an e-mail address, for the page that shows the form.
    ///
    /// # Errors
    /// Refused unless registering is open.
    pub async fn check_registration(&self) -> Result<bool, Error> {
        if self.is_open().await? {
            Ok(self.mail.is_configured())
        } else {
            Err(Error::Refused("Nobody joins this Nova by themselves. Ask someone inside for an invitation."))
        }
    }

    /// Makes an account for a stranger and signs them in. Where mail is set up they first have to open the link that is
    /// sent to their address.
    ///
    /// # Errors
    /// Refused unless that is open; `Invalid` on `email` without an address where one is needed, or a field's own error;
    /// [`Error::TooSoon`] after too many from one address.
    pub async fn register(&self, account: NewAccount, client: &Client) -> Result<Entrance, Error> {
        let needs_email = self.check_registration().await?;
        let email = account.email.clone().filter(|_| needs_email);
        if needs_email && email.is_none() {
            let message = "An e-mail address is needed here: a link is sent there before you can sign in.";
            return Err(ApiError::invalid("email", message).into());
        }
        // Counted by the address alone, whatever names are tried from there.
        let attempt = self.begin_attempt_at(Door::Join, attempts::account_key(None, &client.address), client).await?;
        let hash = self.passwords.hash(&account.password, account.about()).await;
        let hash = self.forgive(&attempt, hash).await?;
        let role = self.joining_now().await?.role;
        let now = self.clock.now();
        let mut write = self.db.write().await?;
        self.sweep_unconfirmed(&mut write).await?;
        // A role that is gone gives nothing to anybody.
        self.grants_within(&mut write, &role).await?;
        let kept = NewAccount { email: if email.is_some() { None } else { account.email.clone() }, ..account };
        let mut user = accounts::insert(&mut write, &kept, &role, &hash, now).await?;
        if let Some(email) = &email {
            // The address is theirs only once it is verified: nobody takes another's by naming it first.
            sqlx::query("UPDATE users SET unconfirmed = 1 WHERE id = $1")
                .bind(user.id.to_string())
                .execute(&mut *write)
                .await?;
            user.unconfirmed = true;
            self.ask_verification(&mut write, user.id, &user.username, email).await?;
        }
        let entry = Entry::stranger(Action::AccountCreate, &client.address).person(user.id);
        self.audit.within(&mut write, &entry.detail(&format!("by registration, as {role}"))).await?;
        write.commit().await.map_err(store::Error::from)?;
        self.mail.wake();
        if user.unconfirmed {
            return Ok(Entrance::Verify(user.username));
        }
        self.tell_people_changed(user.id);
        self.enter(&user, FirstStep::password(Some(&hash)), client).await
    }

    /// Sends someone who registered another link to verify their address. Answers the same for every name.
    ///
    /// # Errors
    /// [`Error::Mail`] without mail; [`Error::TooSoon`] after too many requests.
    pub async fn resend_verification(&self, username: &str, client: &Client) -> Result<(), Error> {
        if !self.mail.is_configured() {
            return Err(mail::Error::NotConfigured.into());
        }
        let _attempt = self.begin_attempt_at(Door::Join, attempts::account_key(None, username), client).await?;
        let found = accounts::find(&self.db, username).await?.map(|(user, _)| user);
        let Some(user) = found.filter(|user| user.unconfirmed && user.active) else { return Ok(()) };
        let Some(email) = self.waiting_address(user.id).await? else { return Ok(()) };
        let mut write = self.db.write().await?;
        match self.ask_verification(&mut write, user.id, &user.username, &email).await {
            // Who asks is not told: the answer would show that there is such an account.
            Err(Error::Api(error)) if error.code == ErrorCode::TooMany => return Ok(()),
            result => result?,
        }
        let entry = Entry::stranger(Action::AccountEmail, &client.address).person(user.id);
        self.audit.within(&mut write, &entry.detail("asked again to verify")).await?;
        write.commit().await.map_err(store::Error::from)?;
        self.mail.wake();
        Ok(())
    }

    /// A password that breaks a rule is no attempt: it says nothing about anybody.
    async fn forgive<T>(&self, attempt: &Attempt, result: Result<T, Error>) -> Result<T, Error> {
        if matches!(result, Err(Error::WeakPassword(_) | Error::Api(_))) {
            self.attempt_undone(attempt).await?;
        }
        result
    }

    /// Forgets those who registered and never opened their link: their user names are free again.
    async fn sweep_unconfirmed(&self, write: &mut Write) -> Result<(), Error> {
        let now = self.clock.now();
        sqlx::query(
            "DELETE FROM users WHERE unconfirmed = 1 AND created_at <= $1 AND NOT EXISTS
             (SELECT 1 FROM email_tokens WHERE user_id = users.id AND used_at IS NULL AND expires_at > $2)",
        )
        .bind(now.minus(UNCONFIRMED).0)
        .bind(now.0)
        .execute(&mut **write)
        .await?;
        let waiting: i64 =
            sqlx::query_scalar("SELECT COUNT(*) FROM users WHERE unconfirmed = 1").fetch_one(&mut **write).await?;
        if waiting >= MAX_UNCONFIRMED {
            return Err(ApiError::new(ErrorCode::TooMany, "Too many people register just now. Try again later.").into());
        }
        Ok(())
    }
}
