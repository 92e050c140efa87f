//! Adding to the end of the chain.

use model::Timestamp;
use sha2::{Digest, Sha256};
use store::{
    Engine, Write,
    sqlx::{self, Row},
};

use crate::{Entry, Error};

/// The fields a hash covers, in this order.
pub(crate) struct Fields<'a> {
    pub(crate) seq: i64,
    pub(crate) at: i64,
    pub(crate) texts: [&'a str; 12],
}

/// SHA-256 over the hash before and the entry as a JSON array: no two different entries are written the same.
pub(crate) fn hash(before: &str, fields: &Fields<'_>) -> String {
    let canonical = serde_json::json!([before, fields.seq, fields.at, fields.texts]);
    hex::encode(Sha256::digest(canonical.to_string().as_bytes()))
}

/// Adds entries one after another.
pub(crate) async fn append(write: &mut Write, engine: Engine, now: Timestamp, entries: &[Entry]) -> Result<(), Error> {
    // PostgreSQL must not let two transactions continue the same end; SQLite has one writer anyway.
    let sql = match engine {
        Engine::Sqlite => "SELECT seq, hash FROM audit_head WHERE id = 1",
        Engine::Postgres => "SELECT seq, hash FROM audit_head WHERE id = 1 FOR UPDATE",
    };
    let head = sqlx::query(sql).fetch_one(&mut **write).await?;
    let (mut seq, mut end): (i64, String) = (head.try_get(0)?, head.try_get(1)?);
    for entry in entries {
        seq += 1;
        let actor_name = match entry.actor_name.as_str() {
            "" if entry.actor.is_empty() => String::new(),
            "" => name_of(write, &entry.actor).await?,
            name => name.to_owned(),
        };
        let object_name = match (entry.object_kind, entry.object_name.as_str()) {
            // Also where there is no object: whether a refused name was somebody's must not show in the time it took.
            ("person" | "", "") => name_of(write, &entry.object).await?,
            (_, name) => name.to_owned(),
        };
        let fields = Fields {
            seq,
            at: now.0,
            texts: [
                &entry.actor,
                &actor_name,
                &entry.behalf,
                entry.action.name(),
                entry.object_kind,
                &entry.object,
                &object_name,
                &entry.address,
                &entry.session,
                entry.factor,
                entry.outcome.name(),
                &entry.detail,
            ],
        };
        end = hash(&end, &fields);
        let mut query = sqlx::query(
            "INSERT INTO audit_events (seq, at, actor, actor_name, behalf, action, object_kind, object, object_name,
                                       address, session, factor, outcome, detail, hash)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)",
        )
        .bind(seq)
        .bind(now.0);
        for text in fields.texts {
            query = query.bind(text.to_owned());
        }
        query.bind(&end).execute(&mut **write).await?;
    }
    sqlx::query("UPDATE audit_head SET seq = $1, hash = $2 WHERE id = 1")
        .bind(seq)
        .bind(end)
        .execute(&mut **write)
        .await?;
    Ok(())
}

/// The user name that belongs to an id now; an entry keeps it even if the account is deleted later.
async fn name_of(write: &mut Write, id: &str) -> Result<String, Error> {
    let name: Option<String> =
        sqlx::query_scalar("SELECT username FROM users WHERE id = $1").bind(id).fetch_optional(&mut **write).await?;
    Ok(name.unwrap_or_default())
}
