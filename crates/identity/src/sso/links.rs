//! People's links to providers, and what follows from a provider's word about them.

use audit::Entry;
use model::{
    Caller, Role, Timestamp, UserId,
    audit::Action,
    identity::{DisplayName, Email, Username},
    sso::LinkedIdentity,
};
use oidc::Verified;
use store::{
    Write,
    sqlx::{self, Row},
};

use super::providers::Stored;
use crate::{
    Client, Error, Identity,
    accounts::User,
    email::{put, take_from_claimers},
};

impl Identity {
    /// The caller's links.
    ///
    /// # Errors
    /// `Forbidden` for background work; when the store fails.
    pub async fn linked_identities(&self, caller: &Caller) -> Result<Vec<LinkedIdentity>, Error> {
        let rows = sqlx::query(
            "SELECT identities.provider, providers.name, issuer, subject, email, last_used_at
             FROM identities JOIN providers ON providers.id = identities.provider
             WHERE user_id = $1 ORDER BY providers.name LIMIT 100",
        )
        .bind(caller.require_person()?.0.to_string())
        .fetch_all(self.db.read())
        .await?;
        rows.iter()
            .map(|row| {
                Ok(LinkedIdentity {
                    provider: row.try_get(0)?,
                    name: row.try_get(1)?,
                    issuer: row.try_get(2)?,
                    subject: row.try_get(3)?,
                    email: row.try_get(4)?,
                    last_used_at: Timestamp(row.try_get(5)?),
                })
            })
            .collect()
    }

    /// Removes one of the caller's links.
    ///
    /// # Errors
    /// `StepUp`; `Unknown`; refused when nothing else would let them in.
    pub async fn unlink(&self, caller: &Caller, issuer: &str, subject: &str) -> Result<(), Error> {
        let (user, _) = caller.require_person()?;
        caller.require_fresh()?;
        let links = self.linked_identities(caller).await?.len();
        let has_password = crate::accounts::password_hash(&self.db, user).await?.is_some();
        if links <= 1 && !has_password && self.factors(caller).await?.passkeys.is_empty() {
            return Err(Error::Refused("This is your only way in. Add a passkey or a password first."));
        }
        let mut write = self.db.write().await?;
        let removed = sqlx::query("DELETE FROM identities WHERE issuer = $1 AND subject = $2 AND user_id = $3")
            .bind(issuer)
            .bind(subject)
            .bind(user.to_string())
            .execute(&mut *write)
            .await?;
        if removed.rows_affected() == 0 {
            return Err(Error::Unknown("link"));
        }
        self.audit
            .within(&mut write, &Entry::by(caller, Action::ProviderUnlink).object("identity", subject, issuer))
            .await?;
        Ok(write.commit().await.map_err(store::Error::from)?)
    }

    /// Links an account to who someone is at a provider.
    pub(super) async fn link(
        &self,
        user: UserId,
        stored: &Stored,
        verified: &Verified,
        client: &Client,
    ) -> Result<(), Error> {
        let mut write = self.db.write().await?;
        self.insert_link(&mut write, user, stored, verified).await?;
        let entry = Entry::stranger(Action::ProviderLink, &client.address).person(user);
        self.audit.within(&mut write, &entry.detail(&format!("{} {}", verified.issuer, verified.subject))).await?;
        Ok(write.commit().await.map_err(store::Error::from)?)
    }

    async fn insert_link(
        &self,
        write: &mut Write,
        user: UserId,
        stored: &Stored,
        verified: &Verified,
    ) -> Result<(), Error> {
        let added = sqlx::query(
            "INSERT INTO identities (issuer, subject, user_id, provider, email, created_at, last_used_at)
             VALUES ($1, $2, $3, $4, $5, $6, $6)",
        )
        .bind(&verified.issuer)
        .bind(&verified.subject)
        .bind(user.to_string())
        .bind(&stored.form.id)
        .bind(verified.email.clone().unwrap_or_default())
        .bind(self.clock.now().0)
        .execute(&mut **write)
        .await
        .map_err(store::Error::from);
        match added {
            Err(error) if error.is_duplicate() => Err(Error::Refused("This identity is linked to an account already.")),
            Err(error) => Err(error.into()),
            Ok(_) => Ok(()),
        }
    }

    /// Makes an account for someone who comes for the first time: without a password, with the role the owner chose.
    /// Refused while nobody may join.
    pub(super) async fn welcome(
        &self,
        stored: &Stored,
        verified: &Verified,
        trusted: Option<&str>,
        client: &Client,
    ) -> Result<UserId, Error> {
        self.check_not_closed().await?;
        let id = UserId::new();
        let email = trusted.and_then(|email| Email::parse(email).ok());
        let wish = verified.preferred_username.as_deref().or(verified.email.as_deref()).unwrap_or("guest");
        let shown = verified.name.as_deref().unwrap_or(wish);
        let name = DisplayName::parse(shown).or_else(|_| DisplayName::parse("Guest"))?;
        let role = mapped(stored, verified);
        let mut write = self.db.write().await?;
        let username = free_username(&mut write, wish).await?;
        sqlx::query(
            "INSERT INTO users (id, username, display_name, role, password_hash, active, created_at)
             VALUES ($1, $2, $3, $4, '', 1, $5)",
        )
        .bind(id.to_string())
        .bind(username.as_str())
        .bind(name.as_str())
        .bind(role.name())
        .bind(self.clock.now().0)
        .execute(&mut *write)
        .await?;
        if let Some(email) = email {
            // The provider has verified it, and the owner believes the provider about it.
            take_from_claimers(&mut write, id, &email).await?;
            put(&mut write, id, Some(&email), Some(self.clock.now())).await?;
        }
        self.insert_link(&mut write, id, stored, verified).await?;
        let entry = Entry::stranger(Action::AccountCreate, &client.address).person(id);
        self.audit.within(&mut write, &entry.detail(&format!("by {}, as {role}", stored.form.id))).await?;
        write.commit().await.map_err(store::Error::from)?;
        self.tell_people_changed(id);
        Ok(id)
    }

    /// Gives someone the role their provider's word maps to, where a mapping is set. Owners are left alone.
    pub(super) async fn follow_roles(&self, stored: &Stored, user: &User, verified: &Verified) -> Result<(), Error> {
        let role = mapped(stored, verified);
        if stored.form.role_map.is_empty() || user.role == Role::Owner || user.role == role {
            return Ok(());
        }
        let mut write = self.db.write().await?;
        sqlx::query("UPDATE users SET role = $1, changed_at = $2 WHERE id = $3")
            .bind(role.name())
            .bind(self.clock.now().0)
            .bind(user.id.to_string())
            .execute(&mut *write)
            .await?;
        let caller = Caller::system("single sign-on");
        let detail = format!("from {} to {role}, by {}", user.role, stored.form.id);
        self.audit.within(&mut write, &Entry::by(&caller, Action::AccountRole).person(user.id).detail(&detail)).await?;
        write.commit().await.map_err(store::Error::from)?;
        self.tell_rights_changed(user.id);
        self.tell_people_changed(user.id);
        Ok(())
    }
}

/// The role a provider's word maps to.
fn mapped(stored: &Stored, verified: &Verified) -> Role {
    let fits = stored.form.role_map.iter().find(|(value, _)| verified.roles.contains(value));
    fits.map_or_else(|| stored.form.default_role.clone(), |(_, role)| role.clone())
}

/// A user name like the one wished for that nobody has.
async fn free_username(write: &mut Write, wish: &str) -> Result<Username, Error> {
    let local = wish.split('@').next().unwrap_or_default().to_lowercase();
    let kept: String =
        local.chars().filter(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-')).take(24).collect();
    let base = kept.trim_start_matches(['.', '_', '-']);
    let base = if base.len() < 2 { "guest" } else { base };
    for number in 1..1000 {
        let candidate = if number == 1 { base.to_owned() } else { format!("{base}-{number}") };
        let taken: Option<String> = sqlx::query_scalar("SELECT id FROM users WHERE username = $1")
            .bind(&candidate)
            .fetch_optional(&mut **write)
            .await?;
        if taken.is_none() {
            return Ok(Username::parse(&candidate)?);
        }
    }
    Err(Error::UsernameTaken)
}
