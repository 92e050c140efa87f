//! What people may take along, and what stays when they go.

use audit::Entry;
use model::{
    Caller, Permission, UserId,
    audit::{Action, AuditFilter},
};
use serde_json::{Value, json};
use store::{
    Write,
    sqlx::{self, Row},
};

use crate::{Error, Identity, accounts, avatars};

/// Audit entries of one export at most: the newest.
const MAX_EVENTS: usize = 10_000;

/// What this area keeps about someone.
#[derive(Debug, Clone, PartialEq)]
pub struct AccountExport {
    /// Documents, each with its name.
    pub documents: Vec<(&'static str, Value)>,
    /// Their picture, a WebP file.
    pub picture: Option<Vec<u8>>,
}

impl Identity {
    /// Everything this area keeps about the caller. No secret, digest or seed is in it.
    ///
    /// # Errors
    /// `StepUp`; `Forbidden` for keys and background work.
    pub async fn export_account(&self, caller: &Caller) -> Result<AccountExport, Error> {
        let (user, _) = caller.require_person()?;
        caller.require_fresh()?;
        self.audit.record(Entry::by(caller, Action::AccountExport).person(user)).await?;
        let account = accounts::get(&self.db, user).await?;
        let row = sqlx::query("SELECT email, created_at FROM users WHERE id = $1")
            .bind(user.to_string())
            .fetch_one(self.db.read())
            .await?;
        let (email, created_at): (Option<String>, i64) = (row.try_get(0)?, row.try_get(1)?);
        let profile = json!({
            "id": account.id, "username": account.username, "display_name": account.display_name, "email": email,
            "role": account.role, "created_at": created_at, "preferences": self.preferences_of(user).await?,
        });
        let system = Caller::system("data export");
        let filter = AuditFilter { person: user.to_string(), ..AuditFilter::default() };
        let (mut events, mut before) = (Vec::new(), None);
        loop {
            let page = self.audit.page(&system, &filter, before, 500).await?;
            events.extend(page.events);
            before = page.before;
            if before.is_none() || events.len() >= MAX_EVENTS {
                break;
            }
        }
        let document =
            |value: serde_json::Result<Value>| value.map_err(|_| Error::Broken("an export could not be written"));
        let documents = vec![
            ("profile", profile),
            ("sessions", document(serde_json::to_value(self.sessions(caller).await?))?),
            ("second_factors", document(serde_json::to_value(self.factors(caller).await?))?),
            ("api_keys", document(serde_json::to_value(self.keys(caller, false).await?))?),
            ("linked_identities", document(serde_json::to_value(self.linked_identities(caller).await?))?),
            ("audit_events", document(serde_json::to_value(events))?),
        ];
        Ok(AccountExport { documents, picture: self.own_avatar(user).await? })
    }

    /// Deletes the caller's own account: nobody can sign in to it, and nothing in it says who it was. What they wrote in
    /// rooms stays, under “Deleted person”; so does the audit log, until its retention ends.
    ///
    /// # Errors
    /// `StepUp`; refused for the last owner.
    pub async fn delete_own_account(&self, caller: &Caller) -> Result<(), Error> {
        let (user, _) = caller.require_person()?;
        caller.require_fresh()?;
        self.delete(caller, user).await
    }

    /// Deletes someone else's account in the same way.
    ///
    /// # Errors
    /// `Forbidden` without `people.manage` or towards someone who may more; `StepUp`; refused for oneself.
    pub async fn delete_account(&self, caller: &Caller, user: UserId) -> Result<(), Error> {
        caller.require(Permission::PeopleManage)?;
        self.check_authority(caller, user).await?;
        caller.require_fresh()?;
        if caller.is(user) {
            return Err(Error::Refused("Delete your own account on your account page."));
        }
        self.delete(caller, user).await
    }

    async fn delete(&self, caller: &Caller, user: UserId) -> Result<(), Error> {
        let mut write = self.db.write().await?;
        accounts::check_not_last_owner(&mut write, user).await?;
        // Noted first, while the log can still look up who it was.
        self.audit.within(&mut write, &Entry::by(caller, Action::AccountDelete).person(user)).await?;
        let ended = self.end_rows(&mut write, user, None, None, "the account was deleted").await?;
        erase(&mut write, user, self.clock.now().0).await?;
        write.commit().await.map_err(store::Error::from)?;
        self.tell_all_ended(&ended);
        self.tell_rights_changed(user);
        self.tell_people_changed(user);
        Ok(())
    }
}

/// Takes everything out of an account that says who it was or lets anybody in. The row stays: messages name it.
async fn erase(write: &mut Write, user: UserId, now: i64) -> Result<(), Error> {
    const OWNED: [&str; 9] = [
        "DELETE FROM email_tokens WHERE user_id = $1",
        "DELETE FROM totp WHERE user_id = $1",
        "DELETE FROM backup_codes WHERE user_id = $1",
        "DELETE FROM passkeys WHERE user_id = $1",
        "DELETE FROM identities WHERE user_id = $1",
        "DELETE FROM pending_sign_ins WHERE user_id = $1",
        "DELETE FROM ceremonies WHERE user_id = $1",
        "DELETE FROM api_keys WHERE user_id = $1",
        "DELETE FROM sign_in_attempts WHERE account = $1",
    ];
    for sql in OWNED {
        sqlx::query(sql).bind(user.to_string()).execute(&mut **write).await?;
    }
    avatars::erase(write, user).await?;
    // Sessions that have just ended stay a while without place and device: other processes must hear of their end.
    sqlx::query("UPDATE sessions SET device = '', address = '' WHERE user_id = $1")
        .bind(user.to_string())
        .execute(&mut **write)
        .await?;
    sqlx::query(
        "UPDATE users SET username = $1, email = NULL, email_verified_at = NULL, display_name = 'Deleted person', role = 'viewer',
                password_hash = '', active = 0, kind = 'deleted', time_zone = NULL, locale = NULL, changed_at = $2 WHERE id = $3",
    )
    .bind(format!("deleted-{user}"))
    .bind(now)
    .bind(user.to_string())
    .execute(&mut **write)
    .await?;
    Ok(())
}
