//! Invitations: a link that makes its first user a member with a given role.

use std::time::Duration;

use audit::Entry;
use model::{
    ApiError, Caller, ErrorCode, InvitationId, Permission, Role, Timestamp,
    audit::Action,
    identity::{Invitation, NewInvitation},
};
use secrecy::ExposeSecret;
use store::sqlx::{self, Row, any::AnyRow};

use crate::{Client, Entrance, Error, Identity, NewAccount, accounts, pending::FirstStep, secret};

/// How long an invitation is good for.
const LIFETIME: Duration = Duration::from_secs(7 * 24 * 3600);
/// Open invitations at once.
const MAX_OPEN: usize = 200;

impl Identity {
    /// Makes an invitation; its link is shown once.
    ///
    /// # Errors
    /// `Forbidden` without `people.invite` or for a role above one's own; `StepUp`; `TooMany` over the bound; refused while
    /// nobody may join.
    pub async fn invite(&self, caller: &Caller, role: &Role) -> Result<NewInvitation, Error> {
        caller.require(Permission::PeopleInvite)?;
        self.check_not_closed().await?;
        self.check_gives(caller, role).await?;
        caller.require_fresh()?;
        if self.invitations(caller).await?.len() >= MAX_OPEN {
            return Err(ApiError::new(ErrorCode::TooMany, "Too many open invitations. Withdraw some first.").into());
        }
        let (id, token, now) = (InvitationId::new(), secret::random_secret(), self.clock.now());
        let expires_at = now.plus(LIFETIME);
        let mut write = self.db.write().await?;
        sqlx::query(
            "INSERT INTO invitations (id, token_hash, role, created_by, created_at, expires_at)
             VALUES ($1, $2, $3, $4, $5, $6)",
        )
        .bind(id.to_string())
        .bind(secret::digest(token.expose_secret()))
        .bind(role.name())
        .bind(caller.user()?.to_string())
        .bind(now.0)
        .bind(expires_at.0)
        .execute(&mut *write)
        .await?;
        let entry = Entry::by(caller, Action::InvitationMake).object("invitation", id, "").detail(role.name());
        self.audit.within(&mut write, &entry).await?;
        write.commit().await.map_err(store::Error::from)?;
        Ok(NewInvitation {
            invitation: Invitation { id, role: role.clone(), created_at: now, expires_at },
            url: format!("{}/invite/{}", self.settings.public_url, token.expose_secret()),
        })
    }

    /// Open invitations, newest first.
    ///
    /// # Errors
    /// `Forbidden` without `people.invite`.
    pub async fn invitations(&self, caller: &Caller) -> Result<Vec<Invitation>, Error> {
        caller.require(Permission::PeopleInvite)?;
        let rows = sqlx::query(
            "SELECT id, role, created_at, expires_at FROM invitations WHERE ended_at IS NULL AND expires_at > $1
             ORDER BY created_at DESC LIMIT 500",
        )
        .bind(self.clock.now().0)
        .fetch_all(self.db.read())
        .await?;
        rows.iter().map(invitation).collect()
    }

    /// Ends an open invitation.
    ///
    /// # Errors
    /// `Unknown` when it is not open.
    pub async fn withdraw_invitation(&self, caller: &Caller, id: InvitationId) -> Result<(), Error> {
        caller.require(Permission::PeopleInvite)?;
        let mut write = self.db.write().await?;
        let ended = sqlx::query("UPDATE invitations SET ended_at = $1 WHERE id = $2 AND ended_at IS NULL")
            .bind(self.clock.now().0)
            .bind(id.to_string())
            .execute(&mut *write)
            .await?;
        if ended.rows_affected() != 1 {
            return Err(Error::Unknown("invitation"));
        }
        let entry = Entry::by(caller, Action::InvitationWithdraw).object("invitation", id, "");
        self.audit.within(&mut write, &entry).await?;
        Ok(write.commit().await.map_err(store::Error::from)?)
    }

    /// The invitation behind a link, for the page that shows its form.
    ///
    /// # Errors
    /// [`Error::LinkEnded`] unless it is open; refused while nobody may join.
    pub async fn check_invitation(&self, token: &str) -> Result<Invitation, Error> {
        self.check_not_closed().await?;
        let row = sqlx::query(
            "SELECT id, role, created_at, expires_at FROM invitations
             WHERE token_hash = $1 AND ended_at IS NULL AND expires_at > $2",
        )
        .bind(secret::digest(token))
        .bind(self.clock.now().0)
        .fetch_optional(self.db.read())
        .await?;
        row.as_ref().map(invitation).transpose()?.ok_or(Error::LinkEnded)
    }

    /// Joins by an invitation and signs in. Works once.
    ///
    /// # Errors
    /// [`Error::LinkEnded`]; refused while nobody may join; a field's own error.
    pub async fn accept_invitation(
        &self,
        token: &str,
        account: NewAccount,
        client: &Client,
    ) -> Result<Entrance, Error> {
        let invitation = self.check_invitation(token).await?;
        let hash = self.passwords.hash(&account.password, account.about()).await?;
        let now = self.clock.now();
        let mut write = self.db.write().await?;
        let claimed =
            sqlx::query("UPDATE invitations SET ended_at = $1 WHERE id = $2 AND ended_at IS NULL AND expires_at > $1")
                .bind(now.0)
                .bind(invitation.id.to_string())
                .execute(&mut *write)
                .await?;
        if claimed.rows_affected() != 1 {
            return Err(Error::LinkEnded);
        }
        let user = accounts::insert(&mut write, &account, &invitation.role, &hash, now).await?;
        sqlx::query("UPDATE invitations SET used_by = $1 WHERE id = $2")
            .bind(user.id.to_string())
            .bind(invitation.id.to_string())
            .execute(&mut *write)
            .await?;
        self.verify_first(&mut write, &user, account.email.as_ref()).await?;
        let entry = Entry::stranger(Action::AccountCreate, &client.address).person(user.id);
        self.audit.within(&mut write, &entry.detail(&format!("by invitation, as {}", user.role))).await?;
        write.commit().await.map_err(store::Error::from)?;
        self.mail.wake();
        self.tell_people_changed(user.id);
        self.enter(&user, FirstStep::link(), client).await
    }
}

fn invitation(row: &AnyRow) -> Result<Invitation, Error> {
    Ok(Invitation {
        id: row.try_get::<String, _>(0)?.parse().map_err(|_| store::Error::Unreadable("invitation id"))?,
        role: row.try_get::<String, _>(1)?.parse()?,
        created_at: Timestamp(row.try_get(2)?),
        expires_at: Timestamp(row.try_get(3)?),
    })
}
