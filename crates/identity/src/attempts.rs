//! Slowing down those who guess passwords, without ever shutting the right person out for good.
//!
//! Waiting is counted per account and address, so that guesses from elsewhere do not stop the person at their own desk.
//! Guesses spread over many accounts from one address, or over many addresses at one account, are slowed by their sum;
//! an address from which the account was signed in to before is spared that.

use std::{
    collections::BTreeSet,
    hash::{DefaultHasher, Hash, Hasher},
    net::IpAddr,
    sync::Arc,
    time::Duration,
};

use audit::Entry;
use model::{Caller, UserId, audit::Action};
use store::{
    Write,
    sqlx::{self, Row},
};
use tokio::sync::{Mutex, OwnedMutexGuard};

use crate::{Client, Error, Identity, secret};

/// Failures are remembered this long after the last one.
const WINDOW: Duration = Duration::from_secs(3600);
/// The first wait; it doubles with each failure.
const FIRST_WAIT: Duration = Duration::from_secs(15);
/// The longest wait.
const LONGEST_WAIT: Duration = Duration::from_secs(15 * 60);
/// Failures without a wait: of one account from one address, of one address, of one account.
const FREE_PAIR: i64 = 5;
const FREE_ADDRESS: i64 = 30;
const FREE_ACCOUNT: i64 = 50;

const OF_ADDRESS: &str =
    "SELECT CAST(COALESCE(SUM(failures), 0) AS BIGINT), MAX(last_at) FROM sign_in_attempts WHERE address = $1";
const OF_ACCOUNT: &str =
    "SELECT CAST(COALESCE(SUM(failures), 0) AS BIGINT), MAX(last_at) FROM sign_in_attempts WHERE account = $1";

/// What is attempted. Each is counted by itself: asking for a mail slows nobody's sign-in down.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Door {
    SignIn,
    Reset,
    Join,
    Picture,
}

impl Door {
    /// What stands before the keys of its attempts. No user id, digest or address has a space.
    const fn mark(self) -> &'static str {
        match self {
            Self::SignIn => "",
            Self::Reset => "reset ",
            Self::Join => "join ",
            Self::Picture => "picture ",
        }
    }

    fn wait(self, span: Duration) -> Error {
        match self {
            Self::SignIn => Error::Wait(span),
            Self::Reset | Self::Join | Self::Picture => Error::TooSoon(span),
        }
    }
}

/// An attempt that is being checked. It counts as a failure until it is told to have succeeded.
pub(crate) struct Attempt {
    account: String,
    address: String,
    _turn: OwnedMutexGuard<()>,
}

/// Attempts at one account from one address are checked one after another: many at once gain a guesser nothing, and
/// many right ones are not taken for guesses. A fixed number of queues; those who share one wait a little longer.
#[derive(Clone)]
pub(crate) struct Turns(Arc<[Arc<Mutex<()>>]>);

impl Turns {
    const QUEUES: usize = 256;

    pub(crate) fn new() -> Self {
        Self((0..Self::QUEUES).map(|_| Arc::default()).collect())
    }

    async fn take(&self, account: &str, address: &str) -> OwnedMutexGuard<()> {
        let mut hasher = DefaultHasher::new();
        (account, address).hash(&mut hasher);
        let queue = usize::try_from(hasher.finish() % Self::QUEUES as u64).unwrap_or(0);
        Arc::clone(&self.0[queue]).lock_owned().await
    }
}

/// How long to wait after `failures`, of which `free` cost nothing.
fn wait(failures: i64, free: i64) -> Duration {
    if failures < free {
        return Duration::ZERO;
    }
    let doublings = u32::try_from(failures - free).unwrap_or(u32::MAX).min(16);
    FIRST_WAIT.saturating_mul(1 << doublings).min(LONGEST_WAIT)
}

/// One network is one address: a guesser has all of an IPv6 /64 (RFC 6177 §2).
fn network(address: &str) -> String {
    match address.parse() {
        Ok(IpAddr::V6(address)) => address.to_ipv4_mapped().map_or_else(
            || {
                let [a, b, c, d, ..] = address.segments();
                format!("{a:x}:{b:x}:{c:x}:{d:x}::/64")
            },
            |mapped| mapped.to_string(),
        ),
        _ => address.to_owned(),
    }
}

/// Whose attempts these are. Names nobody has are kept as a digest: people type passwords into the wrong field.
pub(crate) fn account_key(user: Option<UserId>, identifier: &str) -> String {
    user.map_or_else(|| secret::digest(&identifier.trim().to_lowercase()), |user| user.to_string())
}

impl Identity {
    /// Begins an attempt at `account`'s password.
    ///
    /// # Errors
    /// [`Error::Wait`] when it comes too early; it is not counted then.
    pub(crate) async fn begin_attempt(&self, account: String, client: &Client) -> Result<Attempt, Error> {
        self.begin_attempt_at(Door::SignIn, account, client).await
    }

    /// The same for anything that is slowed down.
    ///
    /// # Errors
    /// [`Error::Wait`] or [`Error::TooSoon`] when it comes too early; it is not counted then.
    pub(crate) async fn begin_attempt_at(
        &self,
        door: Door,
        account: String,
        client: &Client,
    ) -> Result<Attempt, Error> {
        let (account, address) =
            (door.mark().to_owned() + &account, door.mark().to_owned() + &network(&client.address));
        let turn = self.turns.take(&account, &address).await;
        let now = self.clock.now();
        let mut write = self.db.write().await?;
        sqlx::query("DELETE FROM sign_in_attempts WHERE last_at < $1")
            .bind(now.minus(WINDOW).0)
            .execute(&mut *write)
            .await?;
        // What went before, without this attempt: failures, when the last one was, and how many cost nothing.
        let mut rules: Vec<(i64, Option<i64>, i64)> = Vec::new();
        let known: Option<i64> =
            sqlx::query_scalar("SELECT created_at FROM sessions WHERE user_id = $1 AND address = $2 LIMIT 1")
                .bind(&account)
                .bind(&client.address)
                .fetch_optional(&mut *write)
                .await?;
        if known.is_none() {
            for (sql, value, free) in [(OF_ADDRESS, &address, FREE_ADDRESS), (OF_ACCOUNT, &account, FREE_ACCOUNT)] {
                let row = sqlx::query(sql).bind(value).fetch_one(&mut *write).await?;
                rules.push((row.try_get(0)?, row.try_get(1)?, free));
            }
        }
        let pair = sqlx::query(
            "INSERT INTO sign_in_attempts (account, address, failures, last_at) VALUES ($1, $2, 1, $3)
             ON CONFLICT (account, address) DO UPDATE SET failures = sign_in_attempts.failures + 1
             RETURNING failures, last_at",
        )
        .bind(&account)
        .bind(&address)
        .bind(now.0)
        .fetch_one(&mut *write)
        .await?;
        rules.push((pair.try_get::<i64, _>(0)? - 1, pair.try_get(1)?, FREE_PAIR));
        for (failures, last_at, free) in rules {
            let due = wait(failures, free);
            // An attempt in the future was before the clock was set back: nobody waits until it comes round again.
            let waited = last_at.map_or(Duration::MAX, |last_at| now.apart(model::Timestamp(last_at)));
            if waited < due {
                // Undone with the transaction: trying again and again does not make the wait longer.
                return Err(door.wait(due - waited));
            }
        }
        sqlx::query("UPDATE sign_in_attempts SET last_at = $1 WHERE account = $2 AND address = $3")
            .bind(now.0)
            .bind(&account)
            .bind(&address)
            .execute(&mut *write)
            .await?;
        write.commit().await.map_err(store::Error::from)?;
        Ok(Attempt { account, address, _turn: turn })
    }

    /// The password was right: this account's failures from this address are forgotten.
    pub(crate) async fn attempt_succeeded(&self, attempt: &Attempt) -> Result<(), Error> {
        let mut write = self.db.write().await?;
        sqlx::query("DELETE FROM sign_in_attempts WHERE account = $1 AND address = $2")
            .bind(&attempt.account)
            .bind(&attempt.address)
            .execute(&mut *write)
            .await?;
        Ok(write.commit().await.map_err(store::Error::from)?)
    }

    /// Whoever has shown in another way who they are is not kept waiting here for the passwords they tried.
    pub(crate) async fn forget_failures(&self, write: &mut Write, user: UserId, client: &Client) -> Result<(), Error> {
        sqlx::query("DELETE FROM sign_in_attempts WHERE account = $1 AND address = $2")
            .bind(user.to_string())
            .bind(network(&client.address))
            .execute(&mut **write)
            .await?;
        Ok(())
    }

    /// The attempt was right but not the last step: it counts neither as a failure nor as a success.
    pub(crate) async fn attempt_undone(&self, attempt: &Attempt) -> Result<(), Error> {
        let mut write = self.db.write().await?;
        sqlx::query(
            "UPDATE sign_in_attempts SET failures = failures - 1 WHERE account = $1 AND address = $2 AND failures > 0",
        )
        .bind(&attempt.account)
        .bind(&attempt.address)
        .execute(&mut *write)
        .await?;
        Ok(write.commit().await.map_err(store::Error::from)?)
    }

    /// The accounts somebody has to wait for somewhere.
    pub(crate) async fn slowed_accounts(&self) -> Result<BTreeSet<String>, Error> {
        let accounts: Vec<String> = sqlx::query_scalar(
            "SELECT DISTINCT account FROM sign_in_attempts WHERE failures >= $1 AND last_at >= $2 LIMIT 10000",
        )
        .bind(FREE_PAIR)
        .bind(self.clock.now().minus(WINDOW).0)
        .fetch_all(self.db.read())
        .await?;
        Ok(accounts.into_iter().collect())
    }

    /// Forgets the failed sign-ins of someone, who can try again at once from everywhere.
    ///
    /// # Errors
    /// `Forbidden` without `people.manage` or towards someone who may more.
    pub async fn lift_wait(&self, caller: &Caller, user: UserId) -> Result<(), Error> {
        self.check_authority(caller, user).await?;
        let mut write = self.db.write().await?;
        sqlx::query("DELETE FROM sign_in_attempts WHERE account = $1")
            .bind(user.to_string())
            .execute(&mut *write)
            .await?;
        self.audit.within(&mut write, &Entry::by(caller, Action::AccountUnlock).person(user)).await?;
        Ok(write.commit().await.map_err(store::Error::from)?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_begin_late_double_and_end() {
        let seconds = |failures| wait(failures, FREE_PAIR).as_secs();
        assert_eq!([0, 4, 5, 6, 7, 8].map(seconds), [0, 0, 15, 30, 60, 120]);
        assert_eq!([11, 12, 1_000, i64::MAX].map(seconds), [900; 4]);
    }

    #[test]
    fn a_network_is_one_address() {
        assert_eq!(network("2001:db8:1:2:aaaa::1"), network("2001:db8:1:2:bbbb::2"));
        assert_ne!(network("2001:db8:1:2::1"), network("2001:db8:1:3::1"));
        assert_eq!(network("::ffff:192.0.2.7"), "192.0.2.7");
        assert_eq!(network(""), "");
    }
}
