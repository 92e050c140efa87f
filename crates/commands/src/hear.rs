//! Taking down what shells say.

use std::time::Duration;

use audit::Entry;
use model::{
    Caller, CommandId, TerminalId,
    audit::Action,
    commands::{MAX_KEPT, MAX_LINE},
    terminal::commands::{CommandEvent, CommandNews},
};
use store::{
    Write,
    sqlx::{self, Row},
};

use crate::{Commands, Error, secrets::is_secret, service::background};

/// What stands in the audit log for a line that is not told there.
const WITHHELD: &str = "(a line that looks as if it held a secret)";
const UNTOLD: &str = "(a line its shell did not tell)";

/// How long it is remembered what was heard of a terminal that says no more.
const REMEMBERED: Duration = Duration::from_secs(90 * 24 * 3600);

impl Commands {
    /// Takes down what shells said, in one transaction; `kept` says whether the owner keeps a history. What was heard
    /// before, in this life of the server or an earlier one, changes nothing.
    ///
    /// # Errors
    /// For anybody but Nova's own background work; when the store fails: then none of it is taken down.
    pub async fn hear(&self, caller: &Caller, events: &[(CommandEvent, bool)]) -> Result<(), Error> {
        background(caller)?;
        let audited = self.policy_now().await?.audited;
        let mut write = self.db.write().await?;
        let mut entries = Vec::new();
        for (event, kept) in events {
            if !advance(&mut write, event).await? {
                continue;
            }
            match &event.news {
                CommandNews::Started { line, cwd } => {
                    let cwd = cwd.as_deref().unwrap_or_default();
                    self.start(&mut write, event, line.as_deref(), cwd, *kept, audited).await?;
                }
                CommandNews::Ended { started, exit } => {
                    let ended = self.end(&mut write, event, *started, *exit).await?;
                    entries.extend(ended.filter(|_| audited).map(|(line, cwd, took)| {
                        Entry::by(caller, Action::CommandRun)
                            .reported_by(event.owner)
                            .object("terminal", event.terminal, &line)
                            .detail(&detail(*exit, took, &cwd))
                    }));
                }
            }
        }
        // Last: the end of the chain stays locked until the transaction ends.
        for entry in &entries {
            self.audit.within(&mut write, entry).await?;
        }
        Ok(write.commit().await.map_err(store::Error::from)?)
    }

    async fn start(
        &self,
        write: &mut Write,
        event: &CommandEvent,
        line: Option<&str>,
        cwd: &str,
        kept: bool,
        audited: bool,
    ) -> Result<(), Error> {
        let told = match line {
            Some(line) if is_secret(line) => Err(WITHHELD),
            Some(line) if line.len() <= MAX_LINE => Ok(line),
            Some(_) | None => Err(UNTOLD),
        };
        let hidden = !kept || told.is_err();
        if hidden && !audited {
            return Ok(());
        }
        let line = told.unwrap_or_else(|why| why);
        sqlx::query(
            "INSERT INTO commands (id, user_id, terminal_id, seq, line, cwd, host, started_at, hidden)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT (terminal_id, seq) DO NOTHING",
        )
        .bind(CommandId::new().to_string())
        .bind(event.owner.to_string())
        .bind(event.terminal.to_string())
        .bind(i64::try_from(event.seq).unwrap_or(i64::MAX))
        .bind(line)
        .bind(cwd.replace('\0', ""))
        .bind(&*self.host)
        .bind(event.at.0)
        .bind(i64::from(hidden))
        .execute(&mut **write)
        .await?;
        make_room(write, &event.owner.to_string()).await
    }

    /// The command has ended: its line, directory and milliseconds, if it was taken down.
    async fn end(
        &self,
        write: &mut Write,
        event: &CommandEvent,
        started: Option<u64>,
        exit: Option<i32>,
    ) -> Result<Option<(String, String, i64)>, Error> {
        // Of one terminal runs one at a time; the unique index finds it.
        let row = sqlx::query(
            "SELECT id, line, cwd, started_at, hidden FROM commands
             WHERE terminal_id = $1 AND ended_at IS NULL AND ($2 < 0 OR seq = $2) ORDER BY seq DESC LIMIT 1",
        )
        .bind(event.terminal.to_string())
        .bind(started.map_or(-1, |seq| i64::try_from(seq).unwrap_or(i64::MAX)))
        .fetch_optional(&mut **write)
        .await?;
        let Some(row) = row else { return Ok(None) };
        let (id, hidden): (String, i64) = (row.try_get(0)?, row.try_get(4)?);
        let (line, cwd, began): (String, String, i64) = (row.try_get(1)?, row.try_get(2)?, row.try_get(3)?);
        if hidden == 0 {
            sqlx::query("UPDATE commands SET ended_at = $1, exit_code = $2 WHERE id = $3")
                .bind(event.at.0.max(began))
                .bind(exit.map(i64::from))
                .bind(id)
                .execute(&mut **write)
                .await?;
        } else {
            sqlx::query("DELETE FROM commands WHERE id = $1").bind(id).execute(&mut **write).await?;
        }
        Ok(Some((line, cwd, (event.at.0 - began).max(0))))
    }

    /// Commands that ran in terminals which are gone have ended, nobody can tell how. To be called when the server has
    /// begun, with the terminals there are.
    ///
    /// # Errors
    /// For anybody but Nova's own background work; when the store fails.
    pub async fn end_lost(&self, caller: &Caller, living: &[TerminalId]) -> Result<(), Error> {
        background(caller)?;
        let mut write = self.db.write().await?;
        let running: Vec<String> =
            sqlx::query_scalar("SELECT DISTINCT terminal_id FROM commands WHERE ended_at IS NULL")
                .fetch_all(&mut *write)
                .await?;
        let lives = |id: &String| living.iter().any(|living| living.to_string() == *id);
        for terminal in running.iter().filter(|id| !lives(id)) {
            for sql in [
                "DELETE FROM commands WHERE terminal_id = $1 AND ended_at IS NULL AND hidden = 1",
                "UPDATE commands SET ended_at = started_at WHERE terminal_id = $1 AND ended_at IS NULL",
            ] {
                sqlx::query(sql).bind(terminal).execute(&mut *write).await?;
            }
        }
        Ok(write.commit().await.map_err(store::Error::from)?)
    }

    /// Deletes what is older than it is to be kept, and returns how much.
    ///
    /// # Errors
    /// For anybody but Nova's own background work; when the store fails.
    pub async fn prune(&self, caller: &Caller) -> Result<u64, Error> {
        background(caller)?;
        let days = i64::from(self.policy_now().await?.keep_days);
        let now = self.clock.now().0;
        let mut write = self.db.write().await?;
        // The index of started_at finds them.
        let pruned = sqlx::query("DELETE FROM commands WHERE started_at < $1 AND pinned = 0")
            .bind(now - days * 24 * 3_600_000)
            .execute(&mut *write)
            .await?;
        sqlx::query("DELETE FROM commands_heard WHERE heard_at < $1")
            .bind(now - i64::try_from(REMEMBERED.as_millis()).unwrap_or(i64::MAX))
            .execute(&mut *write)
            .await?;
        write.commit().await.map_err(store::Error::from)?;
        Ok(pruned.rows_affected())
    }
}

/// Notes that the event was heard; false when it was before.
async fn advance(write: &mut Write, event: &CommandEvent) -> Result<bool, Error> {
    let advanced = sqlx::query(
        "INSERT INTO commands_heard (terminal_id, seq, heard_at) VALUES ($1, $2, $3)
         ON CONFLICT (terminal_id) DO UPDATE SET seq = excluded.seq, heard_at = excluded.heard_at
         WHERE commands_heard.seq < excluded.seq",
    )
    .bind(event.terminal.to_string())
    .bind(i64::try_from(event.seq).unwrap_or(i64::MAX))
    .bind(event.at.0)
    .execute(&mut **write)
    .await?;
    Ok(advanced.rows_affected() > 0)
}

/// Holds a person to [`MAX_KEPT`]; pinned ones do not count.
async fn make_room(write: &mut Write, user: &str) -> Result<(), Error> {
    let count: i64 = sqlx::query_scalar("SELECT COUNT(*) FROM commands WHERE user_id = $1 AND pinned = 0")
        .bind(user)
        .fetch_one(&mut **write)
        .await?;
    let over = count - i64::try_from(MAX_KEPT).unwrap_or(i64::MAX);
    if over > 0 {
        sqlx::query(
            "DELETE FROM commands WHERE id IN (SELECT id FROM commands WHERE user_id = $1 AND pinned = 0
             ORDER BY started_at, seq LIMIT $2)",
        )
        .bind(user)
        .bind(over)
        .execute(&mut **write)
        .await?;
    }
    Ok(())
}

/// What the audit log says besides the line.
fn detail(exit: Option<i32>, took: i64, cwd: &str) -> String {
    let exit = exit.map_or("exit unknown".to_owned(), |exit| format!("exit {exit}"));
    let place = if cwd.is_empty() { String::new() } else { format!(" in {cwd}") };
    format!("{exit} after {took} ms{place}; reported by the shell, whose user can forge it")
}
