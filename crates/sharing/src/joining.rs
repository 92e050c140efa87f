//! What a guest does: look at an offer, follow a link, see what is shared with them.

use audit::Entry;
use model::{
    Caller, ShareId, TerminalId, Timestamp,
    audit::Action,
    terminal::sharing::{MAX_SHARED_WITH, Offer, ShareInfo, SharedShell, SharedWith},
};
use store::sqlx::{self, Row, any::AnyRow};

use crate::{
    Error, Sharing,
    owner::{NewShare, check_room},
    rows, secret,
};

/// Longest text that is looked at as a secret, in bytes.
const MAX_SECRET: usize = 64;

const BY_SECRET: &str = "SELECT s.id, s.terminal_id, s.owner_id, owner.display_name, s.title, s.role, s.expires_at
     FROM terminal_shares s JOIN users owner ON owner.id = s.owner_id
     WHERE s.secret_hash = $1 AND s.expires_at > $2 AND owner.active = 1";

impl Sharing {
    /// What a link offers. Nothing happens yet.
    ///
    /// # Errors
    /// `Forbidden` for programs; [`Error::NoLink`].
    pub async fn offer(&self, caller: &Caller, secret: &str) -> Result<Offer, Error> {
        caller.require_person()?;
        let hash = hash_of(secret)?;
        let found = sqlx::query(BY_SECRET).bind(hash).bind(self.clock.now().0).fetch_optional(self.db.read()).await?;
        let row = found.ok_or(Error::NoLink)?;
        Ok(Offer {
            owner_name: row.try_get(3)?,
            title: row.try_get(4)?,
            role: rows::role(&row, 5)?,
            expires_at: Timestamp(row.try_get(6)?),
        })
    }

    /// Follows a link: the shell is shared with the caller from now on, as long as the link holds. Doing it again changes
    /// nothing; neither does following one to a shell of one's own, or one that was shared by name.
    ///
    /// # Errors
    /// `Forbidden` for programs; [`Error::NoLink`]; [`Error::TooMany`]; [`Error::TooManyWith`].
    pub async fn follow(&self, caller: &Caller, secret: &str) -> Result<TerminalId, Error> {
        let (guest, _) = caller.require_person()?;
        let hash = hash_of(secret)?;
        let mut write = self.db.write().await?;
        self.sweep(&mut write).await?;
        let found = sqlx::query(BY_SECRET).bind(hash).bind(self.clock.now().0).fetch_optional(&mut *write).await?;
        let row = found.ok_or(Error::NoLink)?;
        let (link, terminal): (ShareId, TerminalId) = (rows::parsed(&row, 0)?, rows::parsed(&row, 1)?);
        let (owner, title): (_, String) = (rows::parsed(&row, 2)?, row.try_get(4)?);
        let there: Option<String> = sqlx::query_scalar(
            "SELECT id FROM terminal_shares WHERE terminal_id = $1 AND guest_id = $2 AND role <> 'watcher'",
        )
        .bind(terminal.to_string())
        .bind(guest.to_string())
        .fetch_optional(&mut *write)
        .await?;
        if guest == owner || there.is_some() {
            return Ok(terminal);
        }
        check_room(&mut write, Some(terminal), Some(guest)).await?;
        let with = SharedWith::Person { user: guest, name: String::new(), by_link: true };
        let expires_at = Timestamp(row.try_get(6)?);
        let info = ShareInfo { id: ShareId::new(), with, role: rows::role(&row, 5)?, expires_at };
        let new =
            NewShare { terminal, owner, title: &title, info: &info, guest: Some(guest), link: Some(link), hash: None };
        self.insert(&mut write, &new).await?;
        let detail = format!("by a link, as {}", info.role);
        let entry = Entry::by(caller, Action::TerminalShare).object("terminal", terminal, &title).detail(&detail);
        self.audit.within(&mut write, &entry).await?;
        write.commit().await.map_err(store::Error::from)?;
        Ok(terminal)
    }

    /// What others share with the caller, newest first. What they watch by a permission is not in it.
    ///
    /// # Errors
    /// `Forbidden` for programs; when the store fails.
    pub async fn shared_with(&self, caller: &Caller) -> Result<Vec<SharedShell>, Error> {
        let (guest, _) = caller.require_person()?;
        // At most MAX_SHARED_WITH rows, which the index of guest_id finds.
        let rows = sqlx::query(
            "SELECT s.terminal_id, s.title, owner.display_name, s.role, s.expires_at
             FROM terminal_shares s JOIN users owner ON owner.id = s.owner_id
             WHERE s.guest_id = $1 AND s.role <> 'watcher' AND s.expires_at > $2
             ORDER BY s.id DESC LIMIT $3",
        )
        .bind(guest.to_string())
        .bind(self.clock.now().0)
        .bind(i64::try_from(MAX_SHARED_WITH).unwrap_or(i64::MAX))
        .fetch_all(self.db.read())
        .await?;
        rows.iter().map(shell).collect()
    }

    /// One shell the caller may look at: shared with them, or watched.
    ///
    /// # Errors
    /// `Forbidden` for programs; [`Error::NoShare`].
    pub async fn shared_shell(&self, caller: &Caller, terminal: TerminalId) -> Result<SharedShell, Error> {
        let (guest, _) = caller.require_person()?;
        let row = sqlx::query(
            "SELECT s.terminal_id, s.title, owner.display_name, s.role, s.expires_at
             FROM terminal_shares s JOIN users owner ON owner.id = s.owner_id
             WHERE s.guest_id = $1 AND s.terminal_id = $2 AND s.expires_at > $3
             ORDER BY CASE s.role WHEN 'watcher' THEN 1 ELSE 0 END LIMIT 1",
        )
        .bind(guest.to_string())
        .bind(terminal.to_string())
        .bind(self.clock.now().0)
        .fetch_optional(self.db.read())
        .await?;
        shell(&row.ok_or(Error::NoShare)?)
    }
}

/// The digest of what was given as a secret.
fn hash_of(secret: &str) -> Result<String, Error> {
    if secret.len() > MAX_SECRET { Err(Error::NoLink) } else { Ok(secret::digest(secret)) }
}

fn shell(row: &AnyRow) -> Result<SharedShell, Error> {
    Ok(SharedShell {
        terminal: rows::parsed(row, 0)?,
        title: row.try_get(1)?,
        owner_name: row.try_get(2)?,
        role: rows::role(row, 3)?,
        expires_at: Timestamp(row.try_get(4)?),
    })
}
