use std::time::Duration;

use model::Timestamp;

use crate::{Clock, Db, Error, Write};

const LAST_START: &str = "last_start";
/// How far the clock may stand behind the last start: time services step a clock back by less.
const CLOCK_TOLERANCE: Duration = Duration::from_secs(60);

impl Db {
    /// A fact about this instance.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn meta(&self, key: &str) -> Result<Option<String>, Error> {
        Ok(sqlx::query_scalar("SELECT value FROM meta WHERE key = $1").bind(key).fetch_optional(self.read()).await?)
    }

    /// Sets a fact, or removes it.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn set_meta(&self, key: &str, value: Option<&str>) -> Result<(), Error> {
        let mut write = self.write().await?;
        self.set_meta_within(&mut write, key, value).await?;
        Ok(write.commit().await?)
    }

    /// The same within a transaction.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn set_meta_within(&self, write: &mut Write, key: &str, value: Option<&str>) -> Result<(), Error> {
        sqlx::query("DELETE FROM meta WHERE key = $1").bind(key).execute(&mut **write).await?;
        if let Some(value) = value {
            sqlx::query("INSERT INTO meta (key, value) VALUES ($1, $2)")
                .bind(key)
                .bind(value)
                .execute(&mut **write)
                .await?;
        }
        Ok(())
    }

    /// Notes this start, refusing a clock that stands before the last one: sessions and invitations would live again.
    ///
    /// # Errors
    /// [`Error::ClockBehind`], or when the database fails.
    pub async fn note_start(&self, clock: &Clock) -> Result<(), Error> {
        let now = clock.now();
        let last = self.meta(LAST_START).await?.and_then(|text| text.parse().ok()).map_or(Timestamp(0), Timestamp);
        if last.since(now) > CLOCK_TOLERANCE {
            return Err(Error::ClockBehind { now, last });
        }
        self.set_meta(LAST_START, Some(&now.max(last).0.to_string())).await
    }

    /// Takes the present time as right although a later start was noted.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn accept_clock(&self, clock: &Clock) -> Result<(), Error> {
        self.set_meta(LAST_START, Some(&clock.now().0.to_string())).await
    }
}
