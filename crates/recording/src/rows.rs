//! The rows of recordings.

use model::{
    Caller, Permission, RecordingId, TerminalId, Timestamp, UserId,
    recording::{RecordingInfo, State},
    terminal::Size,
};
use store::{
    Db, Write,
    sqlx::{self, AssertSqlSafe, Row as _, any::AnyRow},
};

use crate::Error;

/// A recording as stored, with its owner's present name.
#[derive(Debug, Clone)]
pub(crate) struct Row {
    pub(crate) id: RecordingId,
    pub(crate) owner: UserId,
    pub(crate) owner_name: String,
    pub(crate) terminal: TerminalId,
    pub(crate) title: String,
    pub(crate) started_at: Timestamp,
    pub(crate) keep_days: Option<u32>,
    pub(crate) length_ms: u64,
    pub(crate) bytes: u64,
    pub(crate) size: Size,
    pub(crate) state: State,
    pub(crate) required: bool,
    pub(crate) input: bool,
    pub(crate) parts: u32,
    pub(crate) missed_bytes: u64,
    pub(crate) chunks: u64,
    pub(crate) head: String,
}

/// What changes while a recording grows.
#[derive(Debug, Clone, Default)]
pub(crate) struct Progress {
    pub(crate) length_ms: u64,
    pub(crate) bytes: u64,
    pub(crate) parts: u32,
    pub(crate) missed_bytes: u64,
    pub(crate) chunks: u64,
    pub(crate) head: String,
}

pub(crate) const SELECT: &str = "SELECT r.id, r.owner, u.display_name, r.terminal, r.title, r.started_at, r.keep_days,
    r.length_ms, r.bytes, r.cols, r.rows, r.state, r.required, r.input, r.parts, r.missed_bytes, r.chunks, r.head
    FROM recordings r JOIN users u ON u.id = r.owner";

fn signed(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

pub(crate) fn read(row: &AnyRow) -> Result<Row, Error> {
    let bad = || Error::Store(store::Error::Unreadable("recording"));
    let text = |at: usize| row.try_get::<String, _>(at);
    let number = |at: usize| -> Result<u64, Error> { u64::try_from(row.try_get::<i64, _>(at)?).map_err(|_| bad()) };
    let small = |at: usize| -> Result<u16, Error> { u16::try_from(number(at)?).map_err(|_| bad()) };
    let keep_days: Option<i64> = row.try_get(6)?;
    Ok(Row {
        id: text(0)?.parse().map_err(|_| bad())?,
        owner: text(1)?.parse().map_err(|_| bad())?,
        owner_name: text(2)?,
        terminal: text(3)?.parse().map_err(|_| bad())?,
        title: text(4)?,
        started_at: Timestamp(row.try_get(5)?),
        keep_days: keep_days.and_then(|days| u32::try_from(days).ok()),
        length_ms: number(7)?,
        bytes: number(8)?,
        size: Size { cols: small(9)?, rows: small(10)? },
        state: State::named(&text(11)?).ok_or_else(bad)?,
        required: number(12)? != 0,
        input: number(13)? != 0,
        parts: u32::try_from(number(14)?).map_err(|_| bad())?,
        missed_bytes: number(15)?,
        chunks: number(16)?,
        head: text(17)?,
    })
}

pub(crate) async fn find(db: &Db, id: RecordingId) -> Result<Option<Row>, Error> {
    let sql = format!("{SELECT} WHERE r.id = $1");
    let row = sqlx::query(AssertSqlSafe(sql)).bind(id.to_string()).fetch_optional(db.read()).await?;
    row.as_ref().map(read).transpose()
}

/// Recordings nobody ended. Few: one for each shell there was.
pub(crate) async fn live(db: &Db) -> Result<Vec<Row>, Error> {
    let sql = format!("{SELECT} WHERE r.ended_at IS NULL ORDER BY r.id");
    sqlx::query(AssertSqlSafe(sql)).fetch_all(db.read()).await?.iter().map(read).collect()
}

pub(crate) async fn insert(write: &mut Write, row: &Row) -> Result<(), Error> {
    sqlx::query(
        "INSERT INTO recordings (id, owner, terminal, title, started_at, keep_days, length_ms, bytes, cols, rows, state,
             required, input, parts, missed_bytes, chunks, head)
         VALUES ($1, $2, $3, $4, $5, $6, 0, 0, $7, $8, $9, $10, $11, 1, 0, 0, '')",
    )
    .bind(row.id.to_string())
    .bind(row.owner.to_string())
    .bind(row.terminal.to_string())
    .bind(row.title.clone())
    .bind(row.started_at.0)
    .bind(row.keep_days.map(i64::from))
    .bind(i64::from(row.size.cols))
    .bind(i64::from(row.size.rows))
    .bind(row.state.name())
    .bind(i64::from(row.required))
    .bind(i64::from(row.input))
    .execute(&mut **write)
    .await?;
    Ok(())
}

/// Notes how far it is, and how it ended, if it did.
pub(crate) async fn note(
    write: &mut Write,
    id: RecordingId,
    progress: &Progress,
    state: State,
    ended: Option<Timestamp>,
) -> Result<(), Error> {
    sqlx::query(
        "UPDATE recordings SET length_ms = $1, bytes = $2, parts = $3, missed_bytes = $4, chunks = $5, head = $6,
             state = $7, ended_at = $8 WHERE id = $9",
    )
    .bind(signed(progress.length_ms))
    .bind(signed(progress.bytes))
    .bind(i64::from(progress.parts))
    .bind(signed(progress.missed_bytes))
    .bind(signed(progress.chunks))
    .bind(progress.head.clone())
    .bind(state.name())
    .bind(ended.map(|at| at.0))
    .bind(id.to_string())
    .execute(&mut **write)
    .await?;
    Ok(())
}

impl Row {
    /// Whether it is the caller's own. A key that may not have shells has no recordings of them either.
    pub(crate) fn is_of(&self, caller: &Caller) -> bool {
        caller.is(self.owner) && (caller.session().is_some() || caller.may(Permission::TerminalOpen))
    }

    /// As `caller` sees it.
    pub(crate) fn info(self, caller: &Caller) -> RecordingInfo {
        let own = self.is_of(caller);
        let manages = caller.may(Permission::RecordingsManage);
        RecordingInfo {
            may_delete: self.state != State::Live && (manages || own && !self.required),
            may_share: own || manages,
            id: self.id,
            owner: self.owner,
            owner_name: self.owner_name,
            terminal: self.terminal,
            title: self.title,
            started_at: self.started_at,
            length_ms: self.length_ms,
            bytes: self.bytes,
            size: self.size,
            state: self.state,
            required: self.required,
            input: self.input,
            parts: self.parts,
            missed_bytes: self.missed_bytes,
        }
    }
}
