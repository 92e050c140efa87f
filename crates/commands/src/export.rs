//! A history to take along.

use audit::Entry;
use model::{
    Caller, Timestamp,
    audit::Action,
    commands::{Command, MAX_KEPT, MAX_PINNED},
};
use store::sqlx;

use crate::{Commands, Error, search::read, service::owner};

/// Commands of one piece of an export.
const CHUNK: i64 = 500;

impl Commands {
    /// The next piece of the caller's history as one JSON object a line, the latest first, and where the piece after it
    /// begins. `before` is `None` for the first piece, which is noted in the audit log.
    ///
    /// # Errors
    /// `Forbidden` without `terminal.open`; when the store or the audit log fails.
    pub async fn export(
        &self,
        caller: &Caller,
        before: Option<(Timestamp, i64)>,
    ) -> Result<(String, Option<(Timestamp, i64)>), Error> {
        let user = owner(caller)?;
        if before.is_none() {
            self.audit.record(Entry::by(caller, Action::HistoryExport).detail("ndjson")).await?;
        }
        let (at, seq) = before.unwrap_or((Timestamp(i64::MAX), i64::MAX));
        let rows = sqlx::query(
            "SELECT id, terminal_id, line, cwd, host, started_at, ended_at, exit_code, pinned, seq FROM commands
             WHERE user_id = $1 AND hidden = 0 AND (started_at < $2 OR started_at = $2 AND seq < $3)
             ORDER BY started_at DESC, seq DESC LIMIT $4",
        )
        .bind(user.to_string())
        .bind(at.0)
        .bind(seq)
        .bind(CHUNK)
        .fetch_all(self.db.read())
        .await?;
        let mut text = String::new();
        let mut last = None;
        for row in &rows {
            let command = read(row)?;
            last = Some((command.started_at, sqlx::Row::try_get(row, 9)?));
            text.push_str(&serde_json::to_string(&command).map_err(|_| model::ApiError::internal())?);
            text.push('\n');
        }
        Ok((text, last.filter(|_| rows.len() >= usize::try_from(CHUNK).unwrap_or(usize::MAX))))
    }

    /// All of it at once, for the person's own data: bounded by what is kept.
    ///
    /// # Errors
    /// `Forbidden` without `terminal.open`; when the store fails.
    pub async fn all(&self, caller: &Caller) -> Result<Vec<Command>, Error> {
        let rows = sqlx::query(
            "SELECT id, terminal_id, line, cwd, host, started_at, ended_at, exit_code, pinned FROM commands
             WHERE user_id = $1 AND hidden = 0 ORDER BY started_at DESC, seq DESC LIMIT $2",
        )
        .bind(owner(caller)?.to_string())
        .bind(i64::try_from(MAX_KEPT + MAX_PINNED).unwrap_or(i64::MAX))
        .fetch_all(self.db.read())
        .await?;
        rows.iter().map(read).collect()
    }
}
