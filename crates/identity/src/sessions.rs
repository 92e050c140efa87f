//! Session rows: begin, look up, list, end.

use std::time::Duration;

use audit::Entry;
use model::{Caller, Factor, Role, SessionId, Timestamp, UserId, audit::Action, caller::Proof, identity::SessionInfo};
use store::{
    Db, Write,
    sqlx::{self, Row},
};

use crate::{Client, Error, Identity, device, roles, secret};

/// How long a session lives without being refreshed.
pub(crate) const LIFETIME: Duration = Duration::from_secs(7 * 24 * 3600);
/// Sessions of one person; beginning one more ends the one used longest ago.
const MAX_PER_USER: i64 = 50;
/// "Last seen" is written at most this often.
const SEEN_EVERY: Duration = Duration::from_secs(60);
/// Ended and expired sessions are kept this long for their owner's list and for an audit.
const KEPT: Duration = Duration::from_secs(30 * 24 * 3600);

/// A session that has just begun.
pub(crate) struct Begun {
    pub(crate) session: SessionId,
    pub(crate) fingerprint: secrecy::SecretString,
    pub(crate) refresh: secrecy::SecretString,
    pub(crate) device: String,
    /// Sessions that had to end for it.
    pub(crate) surplus: Vec<SessionId>,
}

/// Who a live session stands for, without the circumstances of a request.
pub(crate) async fn live(db: &Db, session: SessionId, now: Timestamp) -> Result<Option<Caller>, Error> {
    let row = sqlx::query(
        "SELECT users.id, users.role, roles.grants, sessions.factor, sessions.second_factor, sessions.proven_at
         FROM sessions JOIN users ON users.id = sessions.user_id LEFT JOIN roles ON roles.name = users.role
         WHERE sessions.id = $1 AND sessions.ended_at IS NULL AND sessions.expires_at > $2 AND users.active = 1",
    )
    .bind(session.to_string())
    .bind(now.0)
    .fetch_optional(db.read())
    .await?;
    let Some(row) = row else { return Ok(None) };
    let user = row.try_get::<String, _>(0)?.parse().map_err(|_| store::Error::Unreadable("user id"))?;
    let role: Role = row.try_get::<String, _>(1)?.parse()?;
    let grants = roles::grants_from(&role, row.try_get::<Option<String>, _>(2)?.as_deref())?;
    let proof = Factor::named(&row.try_get::<String, _>(3)?)
        .map(|factor| Ok::<_, sqlx::Error>(Proof { factor, at: Timestamp(row.try_get(5)?) }))
        .transpose()?;
    let second = row.try_get::<i64, _>(4)? == 1;
    Ok(Some(Caller::person(user, session, role).with_grants(grants).under(now, None, second, proof)))
}

impl Identity {
    /// Begins a session for `user`, within the bound of sessions a person has.
    pub(crate) async fn begin_session(
        &self,
        write: &mut Write,
        user: UserId,
        factor: Factor,
        client: &Client,
    ) -> Result<Begun, Error> {
        use secrecy::ExposeSecret;
        let (session, now) = (SessionId::new(), self.clock.now());
        let fingerprint = secret::random_secret();
        let refresh = self.refresh.mint(session, 1);
        let device = device::describe(&client.user_agent);
        let surplus: Vec<String> = sqlx::query_scalar(
            "SELECT id FROM sessions WHERE user_id = $1 AND ended_at IS NULL AND expires_at > $2
             ORDER BY last_seen_at DESC, id DESC LIMIT 1000 OFFSET $3",
        )
        .bind(user.to_string())
        .bind(now.0)
        .bind(MAX_PER_USER - 1)
        .fetch_all(&mut **write)
        .await?;
        for id in &surplus {
            end_row(write, id, now, "too many sessions").await?;
        }
        sqlx::query("DELETE FROM sessions WHERE expires_at < $1").bind(now.minus(KEPT).0).execute(&mut **write).await?;
        sqlx::query(
            "INSERT INTO sessions (id, user_id, fingerprint, generation, refresh_hash, rotated_at, device, address,
                                   created_at, last_seen_at, expires_at, factor, second_factor, proven_at)
             VALUES ($1, $2, $3, 1, $4, $5, $6, $7, $5, $5, $8, $9, $10, $5)",
        )
        .bind(session.to_string())
        .bind(user.to_string())
        .bind(secret::digest(fingerprint.expose_secret()))
        .bind(secret::digest(refresh.expose_secret()))
        .bind(now.0)
        .bind(&device)
        .bind(&client.address)
        .bind(now.plus(LIFETIME).0)
        .bind(factor.name())
        .bind(i64::from(factor.is_second()))
        .execute(&mut **write)
        .await?;
        let surplus = surplus.iter().filter_map(|id| id.parse().ok()).collect();
        Ok(Begun { session, fingerprint, refresh, device, surplus })
    }

    /// Notes that a session is in use, at most once a minute.
    pub(crate) async fn note_seen(&self, session: SessionId, client: &Client) -> Result<(), Error> {
        let now = self.clock.now();
        if self.noted_within(session, SEEN_EVERY, now) {
            return Ok(());
        }
        let stale: Option<i64> =
            sqlx::query_scalar("SELECT last_seen_at FROM sessions WHERE id = $1 AND last_seen_at < $2")
                .bind(session.to_string())
                .bind(now.minus(SEEN_EVERY).0)
                .fetch_optional(self.db.read())
                .await?;
        if stale.is_some() {
            let mut write = self.db.write().await?;
            sqlx::query("UPDATE sessions SET last_seen_at = $1, address = $2 WHERE id = $3")
                .bind(now.0)
                .bind(&client.address)
                .bind(session.to_string())
                .execute(&mut *write)
                .await?;
            write.commit().await.map_err(store::Error::from)?;
        }
        Ok(())
    }

    /// The caller's own live sessions, newest first.
    ///
    /// # Errors
    /// `Forbidden` for keys and background work; when the store fails.
    pub async fn sessions(&self, caller: &Caller) -> Result<Vec<SessionInfo>, Error> {
        let (user, own) = caller.require_person()?;
        let rows = sqlx::query(
            "SELECT id, device, address, created_at, last_seen_at FROM sessions
             WHERE user_id = $1 AND ended_at IS NULL AND expires_at > $2 ORDER BY created_at DESC LIMIT 100",
        )
        .bind(user.to_string())
        .bind(self.clock.now().0)
        .fetch_all(self.db.read())
        .await?;
        rows.into_iter()
            .map(|row| {
                let id = row.try_get::<String, _>(0)?.parse().map_err(|_| store::Error::Unreadable("session id"))?;
                Ok(SessionInfo {
                    id,
                    device: row.try_get(1)?,
                    address: row.try_get(2)?,
                    created_at: Timestamp(row.try_get(3)?),
                    last_seen_at: Timestamp(row.try_get(4)?),
                    current: id == own,
                })
            })
            .collect()
    }

    /// Ends one of the caller's own sessions; what it holds open closes within a second.
    ///
    /// # Errors
    /// `Unknown` when it is not the caller's or has ended.
    pub async fn end_session(&self, caller: &Caller, session: SessionId) -> Result<(), Error> {
        let (user, _) = caller.require_person()?;
        let ended = self.end_own(caller, user, Some(session), None, "ended by its owner").await?;
        if ended.is_empty() { Err(Error::Unknown("session")) } else { Ok(()) }
    }

    /// Ends all the caller's sessions but this one. Returns how many.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn end_other_sessions(&self, caller: &Caller) -> Result<usize, Error> {
        let (user, own) = caller.require_person()?;
        Ok(self.end_own(caller, user, None, Some(own), "ended by its owner").await?.len())
    }

    /// Ends the session the caller came with.
    ///
    /// # Errors
    /// `Forbidden` for keys and background work; when the store fails.
    pub async fn sign_out(&self, caller: &Caller) -> Result<(), Error> {
        let (user, own) = caller.require_person()?;
        self.end_own(caller, user, Some(own), None, "signed out").await?;
        Ok(())
    }

    /// Ends every session: key files that were gone have been made anew, and no token of before is worth anything. On the
    /// first start there is nobody yet, and nothing to tell.
    pub(crate) async fn note_lost_keys(&self, files: &[&str]) -> Result<(), Error> {
        if files.is_empty() || self.needs_setup().await? {
            return Ok(());
        }
        tracing::warn!(?files, "key files were missing and have been made anew: everybody has to sign in again");
        let mut write = self.db.write().await?;
        let ended = sqlx::query("UPDATE sessions SET ended_at = $1, ended_why = $2 WHERE ended_at IS NULL")
            .bind(self.clock.now().0)
            .bind("the keys were lost")
            .execute(&mut *write)
            .await?;
        let detail = format!("{} sessions; key files were missing: {}", ended.rows_affected(), files.join(", "));
        let entry = Entry::by(&Caller::system("start"), Action::SessionEnd).detail(&detail);
        self.audit.within(&mut write, &entry).await?;
        Ok(write.commit().await.map_err(store::Error::from)?)
    }

    async fn end_own(
        &self,
        caller: &Caller,
        user: UserId,
        only: Option<SessionId>,
        except: Option<SessionId>,
        why: &str,
    ) -> Result<Vec<SessionId>, Error> {
        let mut write = self.db.write().await?;
        let ended = self.end_rows(&mut write, user, only, except, why).await?;
        for session in &ended {
            let entry = Entry::by(caller, Action::SessionEnd).object("session", session, "").detail(why);
            self.audit.within(&mut write, &entry).await?;
        }
        write.commit().await.map_err(store::Error::from)?;
        self.tell_all_ended(&ended);
        Ok(ended)
    }

    /// Ends live sessions of `user` within a transaction: only `only`, or all but `except`. Returns those it ended,
    /// which are to be told ([`tell_all_ended`](Self::tell_all_ended)) after the commit.
    pub(crate) async fn end_rows(
        &self,
        write: &mut Write,
        user: UserId,
        only: Option<SessionId>,
        except: Option<SessionId>,
        why: &str,
    ) -> Result<Vec<SessionId>, Error> {
        let now = self.clock.now();
        let ids: Vec<String> = sqlx::query_scalar("SELECT id FROM sessions WHERE user_id = $1 AND ended_at IS NULL")
            .bind(user.to_string())
            .fetch_all(&mut **write)
            .await?;
        let chosen: Vec<SessionId> = ids
            .iter()
            .filter_map(|id| id.parse().ok())
            .filter(|id| only.is_none_or(|only| only == *id) && except != Some(*id))
            .collect();
        for id in &chosen {
            end_row(write, &id.to_string(), now, why).await?;
        }
        Ok(chosen)
    }
}

pub(crate) async fn end_row(write: &mut Write, id: &str, now: Timestamp, why: &str) -> Result<(), Error> {
    sqlx::query("UPDATE sessions SET ended_at = $1, ended_why = $2 WHERE id = $3 AND ended_at IS NULL")
        .bind(now.0)
        .bind(why)
        .bind(id)
        .execute(&mut **write)
        .await?;
    Ok(())
}
