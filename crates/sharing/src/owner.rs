//! What an owner does: share, look at what is shared, end it.

use audit::Entry;
use model::{
    Caller, Permission, ShareId, TerminalId, Timestamp, UserId,
    audit::Action,
    terminal::sharing::{GuestRole, MAX_SHARED_WITH, MAX_SHARES, ShareInfo, SharedWith, Term},
};
use secrecy::SecretString;
use store::{
    Write,
    sqlx::{self, Row, any::AnyRow},
};

use crate::{Error, Sharing, rows, secret};

/// A person a shell is shared with now.
#[derive(Debug, Clone)]
pub struct Invited {
    /// Who.
    pub guest: UserId,
    /// Their share.
    pub info: ShareInfo,
    /// Shares they had before, which this one takes the place of.
    pub replaced: Vec<ShareId>,
}

/// Shares that are no more.
#[derive(Debug, Clone)]
pub struct Ended {
    /// Of which shell.
    pub terminal: TerminalId,
    /// They and those that rested on them.
    pub shares: Vec<ShareId>,
    /// Whom they let in.
    pub guests: Vec<UserId>,
}

impl Sharing {
    /// Shares a shell of the caller with a person, by user name. Whoever it was shared with already is there as `role`
    /// and until the new end from then on.
    ///
    /// # Errors
    /// `Forbidden` without `terminal.open` and for programs; [`Error::NoPerson`]; [`Error::Oneself`]; [`Error::TooMany`];
    /// [`Error::TooManyWith`].
    pub async fn invite(
        &self,
        caller: &Caller,
        terminal: TerminalId,
        title: &str,
        username: &str,
        role: GuestRole,
        term: Term,
    ) -> Result<Invited, Error> {
        let owner = owner(caller)?;
        let mut write = self.db.write().await?;
        let (guest, name) = person(&mut write, username).await?;
        if guest == owner {
            return Err(Error::Oneself);
        }
        self.sweep(&mut write).await?;
        let replaced = self.take_places(&mut write, terminal, owner, guest).await?;
        check_room(&mut write, Some(terminal), Some(guest)).await?;
        let with = SharedWith::Person { user: guest, name: name.clone(), by_link: false };
        let info = ShareInfo { id: ShareId::new(), with, role, expires_at: term.after(self.clock.now()) };
        let row = NewShare { terminal, owner, title, info: &info, guest: Some(guest), link: None, hash: None };
        self.insert(&mut write, &row).await?;
        let detail = format!("with {name} as {role}, {}", term.about());
        let entry = Entry::by(caller, Action::TerminalShare).object("terminal", terminal, title).detail(&detail);
        self.audit.within(&mut write, &entry).await?;
        write.commit().await.map_err(store::Error::from)?;
        Ok(Invited { guest, info, replaced })
    }

    /// Makes a link to a shell of the caller, for signed-in people. Its secret is shown this once.
    ///
    /// # Errors
    /// `Forbidden` without `terminal.open` and for programs; [`Error::TooMany`].
    pub async fn make_link(
        &self,
        caller: &Caller,
        terminal: TerminalId,
        title: &str,
        role: GuestRole,
        term: Term,
    ) -> Result<(ShareInfo, SecretString), Error> {
        use secrecy::ExposeSecret;
        let owner = owner(caller)?;
        let secret = secret::random();
        let hash = secret::digest(secret.expose_secret());
        let mut write = self.db.write().await?;
        self.sweep(&mut write).await?;
        check_room(&mut write, Some(terminal), None).await?;
        let expires_at = term.after(self.clock.now());
        let info = ShareInfo { id: ShareId::new(), with: SharedWith::Link, role, expires_at };
        let row = NewShare { terminal, owner, title, info: &info, guest: None, link: None, hash: Some(hash) };
        self.insert(&mut write, &row).await?;
        let detail = format!("by a link as {role}, {}", term.about());
        let entry = Entry::by(caller, Action::TerminalShare).object("terminal", terminal, title).detail(&detail);
        self.audit.within(&mut write, &entry).await?;
        write.commit().await.map_err(store::Error::from)?;
        Ok((info, secret))
    }

    /// With whom a shell of the caller is shared, oldest first. Watchers are not in it: they come by a permission.
    ///
    /// # Errors
    /// `Forbidden` without `terminal.open` and for programs.
    pub async fn shares(&self, caller: &Caller, terminal: TerminalId) -> Result<Vec<ShareInfo>, Error> {
        let owner = owner(caller)?;
        // At most MAX_SHARES rows, which the index of terminal_id finds.
        let rows = sqlx::query(
            "SELECT s.id, s.guest_id, guest.display_name, s.link_id, s.role, s.expires_at
             FROM terminal_shares s LEFT JOIN users guest ON guest.id = s.guest_id
             WHERE s.terminal_id = $1 AND s.owner_id = $2 AND s.role <> 'watcher' AND s.expires_at > $3
             ORDER BY s.id",
        )
        .bind(terminal.to_string())
        .bind(owner.to_string())
        .bind(self.clock.now().0)
        .fetch_all(self.db.read())
        .await?;
        rows.iter().map(info).collect()
    }

    /// Ends one share of the caller, with those that rest on it.
    ///
    /// # Errors
    /// `Forbidden` for programs; [`Error::NoShare`].
    pub async fn end_share(&self, caller: &Caller, share: ShareId) -> Result<Ended, Error> {
        let (owner, _) = caller.require_person()?;
        let mut write = self.db.write().await?;
        let found = sqlx::query(
            "SELECT terminal_id, title FROM terminal_shares WHERE id = $1 AND owner_id = $2 AND role <> 'watcher'",
        )
        .bind(share.to_string())
        .bind(owner.to_string())
        .fetch_optional(&mut *write)
        .await?
        .ok_or(Error::NoShare)?;
        let (terminal, title): (TerminalId, String) = (rows::parsed(&found, 0)?, found.try_get(1)?);
        let rows = sqlx::query("SELECT id, guest_id FROM terminal_shares WHERE id = $1 OR link_id = $1")
            .bind(share.to_string())
            .fetch_all(&mut *write)
            .await?;
        // What rests on it goes by the foreign key.
        sqlx::query("DELETE FROM terminal_shares WHERE id = $1").bind(share.to_string()).execute(&mut *write).await?;
        let ended = ended(terminal, &rows)?;
        self.note_end(write, caller, &title, &ended).await
    }

    /// Ends all sharing of a shell of the caller. Watchers stay: they did not come by the caller's leave.
    ///
    /// # Errors
    /// `Forbidden` for programs; when the store fails.
    pub async fn end_sharing(&self, caller: &Caller, terminal: TerminalId) -> Result<Ended, Error> {
        let (owner, _) = caller.require_person()?;
        let mut write = self.db.write().await?;
        let rows = sqlx::query(
            "SELECT id, guest_id, title FROM terminal_shares
             WHERE terminal_id = $1 AND owner_id = $2 AND role <> 'watcher'",
        )
        .bind(terminal.to_string())
        .bind(owner.to_string())
        .fetch_all(&mut *write)
        .await?;
        let Some(first) = rows.first() else {
            return Ok(Ended { terminal, shares: Vec::new(), guests: Vec::new() });
        };
        let title: String = first.try_get(2)?;
        sqlx::query("DELETE FROM terminal_shares WHERE terminal_id = $1 AND owner_id = $2 AND role <> 'watcher'")
            .bind(terminal.to_string())
            .bind(owner.to_string())
            .execute(&mut *write)
            .await?;
        let ended = ended(terminal, &rows)?;
        self.note_end(write, caller, &title, &ended).await
    }

    async fn note_end(&self, mut write: Write, caller: &Caller, title: &str, ended: &Ended) -> Result<Ended, Error> {
        let detail = format!("{} ended", ended.shares.len());
        let entry =
            Entry::by(caller, Action::TerminalUnshare).object("terminal", ended.terminal, title).detail(&detail);
        self.audit.within(&mut write, &entry).await?;
        write.commit().await.map_err(store::Error::from)?;
        Ok(ended.clone())
    }

    /// Makes place for a new share of a guest: those they have of this shell by the owner's leave go.
    pub(crate) async fn take_places(
        &self,
        write: &mut Write,
        terminal: TerminalId,
        owner: UserId,
        guest: UserId,
    ) -> Result<Vec<ShareId>, Error> {
        let rows = sqlx::query(
            "DELETE FROM terminal_shares WHERE terminal_id = $1 AND owner_id = $2 AND guest_id = $3
             AND role <> 'watcher' RETURNING id",
        )
        .bind(terminal.to_string())
        .bind(owner.to_string())
        .bind(guest.to_string())
        .fetch_all(&mut **write)
        .await?;
        rows.iter().map(|row| rows::parsed(row, 0)).collect()
    }

    pub(crate) async fn insert(&self, write: &mut Write, row: &NewShare<'_>) -> Result<(), Error> {
        sqlx::query(
            "INSERT INTO terminal_shares
                 (id, terminal_id, owner_id, title, guest_id, link_id, secret_hash, role, created_at, expires_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        )
        .bind(row.info.id.to_string())
        .bind(row.terminal.to_string())
        .bind(row.owner.to_string())
        .bind(row.title)
        .bind(row.guest.map(|guest| guest.to_string()))
        .bind(row.link.map(|link| link.to_string()))
        .bind(row.hash.as_deref())
        .bind(row.info.role.name())
        .bind(self.clock.now().0)
        .bind(row.info.expires_at.0)
        .execute(&mut **write)
        .await?;
        Ok(())
    }
}

/// A row to be written.
pub(crate) struct NewShare<'a> {
    pub(crate) terminal: TerminalId,
    pub(crate) owner: UserId,
    pub(crate) title: &'a str,
    pub(crate) info: &'a ShareInfo,
    pub(crate) guest: Option<UserId>,
    pub(crate) link: Option<ShareId>,
    pub(crate) hash: Option<String>,
}

/// Who shares: a person who may have shells. No program shares what its owner does.
fn owner(caller: &Caller) -> Result<UserId, Error> {
    caller.require(Permission::TerminalOpen)?;
    Ok(caller.require_person()?.0)
}

/// An active person by user name.
async fn person(write: &mut Write, username: &str) -> Result<(UserId, String), Error> {
    let sql = "SELECT id, display_name FROM users WHERE username = $1 AND active = 1 AND kind = 'person'";
    let name = username.trim().to_lowercase();
    let row = sqlx::query(sql).bind(name).fetch_optional(&mut **write).await?.ok_or(Error::NoPerson)?;
    Ok((rows::parsed(&row, 0)?, row.try_get(1)?))
}

/// Refuses one more share of a shell, or with a person, than there may be. Watchers do not count for a shell: whoever it is
/// shared with, it can be watched.
pub(crate) async fn check_room(
    write: &mut Write,
    terminal: Option<TerminalId>,
    guest: Option<UserId>,
) -> Result<(), Error> {
    if let Some(terminal) = terminal {
        // Two at once are counted one after the other.
        sqlx::query("UPDATE terminal_shares SET title = title WHERE terminal_id = $1")
            .bind(terminal.to_string())
            .execute(&mut **write)
            .await?;
        let sql = "SELECT COUNT(*) FROM terminal_shares WHERE terminal_id = $1 AND role <> 'watcher'";
        if count(write, sql, terminal.to_string()).await? >= MAX_SHARES {
            return Err(Error::TooMany);
        }
    }
    if let Some(guest) = guest {
        let sql = "SELECT COUNT(*) FROM terminal_shares WHERE guest_id = $1";
        if count(write, sql, guest.to_string()).await? >= MAX_SHARED_WITH {
            return Err(Error::TooManyWith);
        }
    }
    Ok(())
}

async fn count(write: &mut Write, sql: &'static str, id: String) -> Result<usize, Error> {
    let count: i64 = sqlx::query_scalar(sql).bind(id).fetch_one(&mut **write).await?;
    Ok(usize::try_from(count).unwrap_or(usize::MAX))
}

fn info(row: &AnyRow) -> Result<ShareInfo, Error> {
    let with = match rows::optional(row, 1)? {
        Some(user) => {
            let link: Option<String> = row.try_get(3)?;
            SharedWith::Person { user, name: row.try_get(2)?, by_link: link.is_some() }
        }
        None => SharedWith::Link,
    };
    let expires_at = Timestamp(row.try_get(5)?);
    Ok(ShareInfo { id: rows::parsed(row, 0)?, with, role: rows::role(row, 4)?, expires_at })
}

/// Those of `rows`, each an id and a guest.
fn ended(terminal: TerminalId, rows: &[AnyRow]) -> Result<Ended, Error> {
    let shares = rows.iter().map(|row| rows::parsed(row, 0)).collect::<Result<_, _>>()?;
    let guests = rows.iter().filter_map(|row| rows::optional(row, 1).transpose()).collect::<Result<_, _>>()?;
    Ok(Ended { terminal, shares, guests })
}
