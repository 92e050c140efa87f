//! Reading a history: what is asked for, and what a page may suggest.

use std::{cmp::Reverse, collections::HashSet};

use futures_util::TryStreamExt;
use model::{
    Caller, CommandId, Timestamp,
    commands::{Command, Found, MAX_FOUND, MAX_KEPT, MAX_SUGGESTED, MAX_SUGGESTION, Search, Suggestion},
};
use store::sqlx::{self, Row, any::AnyRow};

use crate::{Commands, Error, rank::Rank, service::owner};

impl Commands {
    /// What of the caller's history fits, at most [`MAX_FOUND`]. Equal lines are one, the latest.
    ///
    /// # Errors
    /// `Invalid` on the field that is wrong; `Forbidden` without `terminal.open`; when the store fails.
    pub async fn search(&self, caller: &Caller, search: &Search) -> Result<Found, Error> {
        let user = owner(caller)?;
        search.check()?;
        let mut rank = Rank::of(search)?;
        // Found and ordered by the index of (user_id, started_at); at most MAX_KEPT, one at a time in memory.
        let mut rows = sqlx::query(
            "SELECT id, terminal_id, line, cwd, host, started_at, ended_at, exit_code, pinned FROM commands
             WHERE user_id = $1 AND hidden = 0 AND ($2 = '' OR cwd = $2) AND ($3 = '' OR host = $3)
               AND ($4 = '' OR terminal_id = $4) AND ($5 = 0 OR exit_code <> 0) AND ($6 = 0 OR pinned = 1)
             ORDER BY started_at DESC, seq DESC LIMIT $7",
        )
        .bind(user.to_string())
        .bind(&search.cwd)
        .bind(&search.host)
        .bind(search.terminal.map(|terminal| terminal.to_string()).unwrap_or_default())
        .bind(i64::from(search.failed))
        .bind(i64::from(search.pinned))
        .bind(i64::try_from(MAX_KEPT * 2).unwrap_or(i64::MAX))
        .fetch(self.db.read());
        let mut seen = HashSet::new();
        let mut found: Vec<(u32, Command)> = Vec::new();
        let mut more = false;
        while let Some(row) = rows.try_next().await? {
            let command = read(&row)?;
            if seen.contains(&command.line) {
                continue;
            }
            let Some(score) = rank.score(&command.line) else { continue };
            seen.insert(command.line.clone());
            found.push((score, command));
            if rank.by_score() {
                if found.len() >= MAX_FOUND * 4 {
                    best(&mut found);
                    more = true;
                }
            } else if found.len() > MAX_FOUND {
                break;
            }
        }
        drop(rows);
        more |= found.len() > MAX_FOUND;
        best(&mut found);
        let commands = found.into_iter().map(|(_, command)| command).collect();
        Ok(Found { commands, more, host: self.host.to_string() })
    }

    /// Lines a page may suggest to the caller, the latest first: of one line, short, not known to have failed.
    ///
    /// # Errors
    /// `Forbidden` without `terminal.open`; when the store fails.
    pub async fn suggestions(&self, caller: &Caller) -> Result<Vec<Suggestion>, Error> {
        let user = owner(caller)?;
        let mut rows = sqlx::query(
            "SELECT line, cwd FROM commands
             WHERE user_id = $1 AND hidden = 0 AND (exit_code IS NULL OR exit_code <> 127) AND LENGTH(line) <= $2
             ORDER BY started_at DESC, seq DESC LIMIT $3",
        )
        .bind(user.to_string())
        .bind(i64::try_from(MAX_SUGGESTION).unwrap_or(i64::MAX))
        .bind(i64::try_from(MAX_SUGGESTED * 4).unwrap_or(i64::MAX))
        .fetch(self.db.read());
        let mut seen = HashSet::new();
        let mut all = Vec::new();
        while let Some(row) = rows.try_next().await? {
            let suggestion = Suggestion { line: row.try_get(0)?, cwd: row.try_get(1)? };
            let plain = !suggestion.line.contains(char::is_control) && suggestion.line.len() <= MAX_SUGGESTION;
            if plain && seen.insert(suggestion.line.clone()) {
                all.push(suggestion);
            }
            if all.len() >= MAX_SUGGESTED {
                break;
            }
        }
        Ok(all)
    }
}

/// Keeps the best, of equally good ones the latest, which come first.
fn best(found: &mut Vec<(u32, Command)>) {
    found.sort_by_key(|(score, _)| Reverse(*score));
    found.truncate(MAX_FOUND);
}

/// A row: id, terminal, line, directory, machine, start, end, exit status, pinned.
pub(crate) fn read(row: &AnyRow) -> Result<Command, Error> {
    let unreadable = || store::Error::Unreadable("command");
    let (id, terminal): (String, String) = (row.try_get(0)?, row.try_get(1)?);
    let (started, ended): (i64, Option<i64>) = (row.try_get(5)?, row.try_get(6)?);
    let exit: Option<i64> = row.try_get(7)?;
    let pinned: i64 = row.try_get(8)?;
    let exit = exit.and_then(|exit| i32::try_from(exit).ok());
    Ok(Command {
        id: id.parse::<CommandId>().map_err(|_| unreadable())?,
        terminal: terminal.parse().map_err(|_| unreadable())?,
        line: row.try_get(2)?,
        cwd: row.try_get(3)?,
        host: row.try_get(4)?,
        started_at: Timestamp(started),
        took: exit.and(ended).and_then(|ended| u64::try_from(ended - started).ok()),
        exit,
        ended: ended.is_some(),
        pinned: pinned != 0,
    })
}
