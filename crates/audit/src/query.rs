//! Reading the log.

use std::time::Duration;

use model::{
    Caller, Permission, Timestamp,
    audit::{AuditEvent, AuditFilter, AuditPage, Outcome},
};
use store::sqlx::{self, AssertSqlSafe, Row, any::AnyRow};

use crate::{Audit, Error};

/// Entries of one page at most.
const MAX_PAGE: usize = 500;

pub(crate) const COLUMNS: &str =
    "seq, at, actor, actor_name, behalf, action, object_kind, object, object_name, address,
    session, factor, outcome, detail, hash";

impl Audit {
    /// One page of entries before `before` (the end when `None`), newest first.
    ///
    /// # Errors
    /// `Forbidden` without `audit.read`; a field of the filter that cannot be.
    pub async fn page(
        &self,
        caller: &Caller,
        filter: &AuditFilter,
        before: Option<i64>,
        limit: usize,
    ) -> Result<AuditPage, Error> {
        caller.require(Permission::AuditRead)?;
        self.read_page(filter, before, limit.clamp(1, MAX_PAGE)).await
    }

    pub(crate) async fn read_page(
        &self,
        filter: &AuditFilter,
        before: Option<i64>,
        limit: usize,
    ) -> Result<AuditPage, Error> {
        filter.check()?;
        let (conditions, values) = conditions(filter);
        // The walk goes back along the primary key; full text has no index of its own, so a search for words nobody
        // wrote reads the whole log once.
        let sql = format!(
            "SELECT {COLUMNS} FROM audit_events WHERE seq < $1 AND at >= $2 AND at < $3{conditions}
             ORDER BY seq DESC LIMIT {}",
            limit + 1
        );
        let since = filter.hours.map(|hours| self.clock.now().minus(Duration::from_secs(3600 * u64::from(hours))));
        let from = filter.from.max(since).map_or(i64::MIN, |at| at.0);
        let mut query = sqlx::query(AssertSqlSafe(sql))
            .bind(before.unwrap_or(i64::MAX))
            .bind(from)
            .bind(filter.until.map_or(i64::MAX, |at| at.0));
        for value in values {
            query = query.bind(value);
        }
        let rows = query.fetch_all(self.db.read()).await?;
        let mut events = rows.iter().map(event).collect::<Result<Vec<_>, Error>>()?;
        let more = events.len() > limit;
        events.truncate(limit);
        Ok(AuditPage { before: events.last().filter(|_| more).map(|event| event.seq), events })
    }
}

/// SQL and values of a filter's words. Only placeholders are put together, never what people wrote.
fn conditions(filter: &AuditFilter) -> (String, Vec<String>) {
    let (mut sql, mut values) = (String::new(), Vec::<String>::new());
    let mut add = |template: &str, value: String| {
        values.push(value);
        sql.push_str(" AND ");
        // $1 to $3 are the page's own.
        sql.push_str(&template.replace('?', &format!("${}", values.len() + 3)));
    };
    let words = |text: &str| text.trim().to_lowercase();
    if !words(&filter.person).is_empty() {
        add(
            "(actor = ? OR actor_name = ? OR (object_kind = 'person' AND (object = ? OR object_name = ?)))",
            words(&filter.person),
        );
    }
    let action = words(&filter.action);
    if action.ends_with('.') {
        add("action LIKE ? ESCAPE '\\'", format!("{}%", like(&action)));
    } else if !action.is_empty() {
        add("action = ?", action);
    }
    if !filter.object.trim().is_empty() {
        add("(object = ? OR object_name = ?)", filter.object.trim().to_owned());
    }
    if let Some(outcome) = filter.outcome {
        add("outcome = ?", outcome.name().to_owned());
    }
    for word in words(&filter.text).split_whitespace().take(8) {
        add(
            "LOWER(actor_name || ' ' || action || ' ' || object_kind || ' ' || object_name || ' ' || address || ' ' ||
                   factor || ' ' || detail || ' ' || behalf) LIKE ? ESCAPE '\\'",
            format!("%{}%", like(word)),
        );
    }
    (sql, values)
}

/// `text` with LIKE's own marks taken literally.
fn like(text: &str) -> String {
    text.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_")
}

pub(crate) fn event(row: &AnyRow) -> Result<AuditEvent, Error> {
    let text = |column: &str| row.try_get::<String, _>(column);
    let outcome = match text("outcome")?.as_str() {
        "done" => Outcome::Done,
        "refused" => Outcome::Refused,
        _ => return Err(store::Error::Unreadable("audit outcome").into()),
    };
    Ok(AuditEvent {
        seq: row.try_get("seq")?,
        at: Timestamp(row.try_get("at")?),
        actor: text("actor")?,
        actor_name: text("actor_name")?,
        behalf: text("behalf")?,
        action: text("action")?,
        object_kind: text("object_kind")?,
        object: text("object")?,
        object_name: text("object_name")?,
        address: text("address")?,
        session: text("session")?,
        factor: text("factor")?,
        outcome,
        detail: text("detail")?,
        hash: text("hash")?,
    })
}
