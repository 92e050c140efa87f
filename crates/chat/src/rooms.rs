//! Rooms as their members see them.

use model::{
    Caller, Permission, RoomId, UserId,
    chat::{MAX_SHARED_ROOMS, Room, RoomKind, UserEvent},
};
use store::sqlx::{self, Row, any::AnyRow};

use crate::{Chat, Error, access::Standing};

/// Rooms in one list: all shared ones, and of the direct ones the newest.
const MAX_ROOMS: i64 = MAX_SHARED_ROOMS as i64 + 500;
/// The name of the room everybody belongs to.
const GENERAL_NAME: &str = "general";
/// How its row is found, whatever it is called by now.
pub(crate) const GENERAL: &str = "shared:general";

/// A room row as one member sees it: `$1` is that member. A direct room takes the partner's name.
macro_rules! room_view {
    ($rest:literal) => {
        concat!(
            "SELECT rooms.id, rooms.kind, rooms.name, rooms.topic, rooms.project, rooms.archived_at, rooms.direct_key,
                    rooms.seq, COALESCE(mine.last_read, 0) AS last_read,
                    partner.id AS partner_id, partner.display_name AS partner_name
             FROM rooms
             LEFT JOIN room_members mine ON mine.room_id = rooms.id AND mine.user_id = $1
             LEFT JOIN room_members theirs ON theirs.room_id = rooms.id AND theirs.user_id <> $1 AND rooms.kind = 'direct'
             LEFT JOIN users partner ON partner.id = theirs.user_id
             WHERE (rooms.kind = 'shared' OR mine.user_id IS NOT NULL) ",
            $rest
        )
    };
}

impl Chat {
    pub(crate) async fn make_shared_room(&self) -> Result<(), Error> {
        let mut write = self.db.write().await?;
        // The key makes two first starts at once end with one room. Later it may be called something else, and another
        // room have its name.
        sqlx::query(
            "INSERT INTO rooms (id, kind, name, name_key, direct_key, seq, created_at)
             SELECT $1, 'shared', $2, $2, $3, 0, CAST($4 AS BIGINT)
             WHERE NOT EXISTS (SELECT 1 FROM rooms WHERE direct_key = $3)
             ON CONFLICT (direct_key) DO NOTHING",
        )
        .bind(RoomId::new().to_string())
        .bind(GENERAL_NAME)
        .bind(GENERAL)
        .bind(self.clock.now().0)
        .execute(&mut *write)
        .await?;
        Ok(write.commit().await.map_err(store::Error::from)?)
    }

    /// The caller's rooms that are in use: shared ones by name, *general* before all, then direct ones, newest first.
    ///
    /// # Errors
    /// `Forbidden` without `chat.use`.
    pub async fn rooms(&self, caller: &Caller) -> Result<Vec<Room>, Error> {
        self.list(
            caller,
            room_view!(
                "AND rooms.archived_at IS NULL
             ORDER BY rooms.kind DESC, CASE WHEN rooms.direct_key = 'shared:general' THEN 0 ELSE 1 END,
                     rooms.name_key, rooms.created_at DESC LIMIT $2"
            ),
        )
        .await
    }

    /// The archived rooms the caller may read, by name.
    ///
    /// # Errors
    /// `Forbidden` without `chat.use`.
    pub async fn archived_rooms(&self, caller: &Caller) -> Result<Vec<Room>, Error> {
        self.list(
            caller,
            room_view!(
                "AND rooms.archived_at IS NOT NULL
             ORDER BY rooms.kind DESC, CASE WHEN rooms.direct_key = 'shared:general' THEN 0 ELSE 1 END,
                     rooms.name_key, rooms.created_at DESC LIMIT $2"
            ),
        )
        .await
    }

    async fn list(&self, caller: &Caller, sql: &'static str) -> Result<Vec<Room>, Error> {
        caller.require_anywhere(Permission::ChatUse)?;
        let rows = sqlx::query(sql).bind(caller.user()?.to_string()).bind(MAX_ROOMS).fetch_all(self.db.read()).await?;
        rows.iter().filter_map(|row| room(row, caller).transpose()).collect()
    }

    /// One of the caller's rooms, archived or not.
    ///
    /// # Errors
    /// `Forbidden` without `chat.use`; [`Error::NoRoom`] unless they may be in it.
    pub async fn room(&self, caller: &Caller, id: RoomId) -> Result<Room, Error> {
        caller.require_anywhere(Permission::ChatUse)?;
        let row = sqlx::query(room_view!("AND rooms.id = $2"))
            .bind(caller.user()?.to_string())
            .bind(id.to_string())
            .fetch_optional(self.db.read())
            .await?;
        row.as_ref().map(|row| room(row, caller)).transpose()?.flatten().ok_or(Error::NoRoom)
    }

    /// The direct room with `other`, made if there is none. Two who open it at once get the same.
    ///
    /// # Errors
    /// `Forbidden` without `chat.use`; [`Error::NoPerson`].
    pub async fn open_direct(&self, caller: &Caller, other: UserId) -> Result<Room, Error> {
        caller.require(Permission::ChatUse)?;
        let user = caller.user()?;
        let (first, second) = (user.min(other), user.max(other));
        let key = format!("{first}:{second}");
        let now = self.clock.now().0;
        let mut write = self.db.write().await?;
        let known: Option<String> = sqlx::query_scalar("SELECT id FROM users WHERE id = $1")
            .bind(other.to_string())
            .fetch_optional(&mut *write)
            .await?;
        if known.is_none() {
            return Err(Error::NoPerson);
        }
        let made = sqlx::query(
            "INSERT INTO rooms (id, kind, name, direct_key, seq, created_at) VALUES ($1, 'direct', '', $2, 0, $3)
             ON CONFLICT (direct_key) DO NOTHING",
        )
        .bind(RoomId::new().to_string())
        .bind(&key)
        .bind(now)
        .execute(&mut *write)
        .await?;
        let id: String =
            sqlx::query_scalar("SELECT id FROM rooms WHERE direct_key = $1").bind(&key).fetch_one(&mut *write).await?;
        for member in [first, second] {
            sqlx::query(
                "INSERT INTO room_members (room_id, user_id, last_read, joined_at) VALUES ($1, $2, 0, $3)
                 ON CONFLICT (room_id, user_id) DO NOTHING",
            )
            .bind(&id)
            .bind(member.to_string())
            .bind(now)
            .execute(&mut *write)
            .await?;
        }
        write.commit().await.map_err(store::Error::from)?;
        let id = id.parse().map_err(|_| store::Error::Unreadable("room id"))?;
        if made.rows_affected() == 1 {
            self.tell(user, UserEvent::RoomsChanged);
            if user != other {
                self.tell(other, UserEvent::RoomsChanged);
            }
        }
        self.room(caller, id).await
    }
}

/// The room as the caller sees it; `None` where they may not be in it.
fn room(row: &AnyRow, caller: &Caller) -> Result<Option<Room>, Error> {
    let standing = Standing::read(row)?;
    if !standing.admits(caller) {
        return Ok(None);
    }
    let unreadable = |what| store::Error::Unreadable(what);
    let number = |column| -> Result<u64, Error> {
        Ok(u64::try_from(row.try_get::<i64, _>(column)?).map_err(|_| unreadable("message number"))?)
    };
    let partner = row.try_get::<Option<String>, _>("partner_id")?;
    let partner_name = row.try_get::<Option<String>, _>("partner_name")?;
    let name = match standing.kind {
        RoomKind::Shared => row.try_get("name")?,
        RoomKind::Direct => partner_name.unwrap_or_else(|| "Notes to yourself".to_owned()),
    };
    Ok(Some(Room {
        id: row.try_get::<String, _>("id")?.parse().map_err(|_| unreadable("room id"))?,
        kind: standing.kind,
        name,
        topic: row.try_get("topic")?,
        rights: standing.rights(caller),
        archived: standing.archived,
        project: standing.project,
        partner: partner.map(|id| id.parse().map_err(|_| unreadable("user id"))).transpose()?,
        seq: number("seq")?,
        last_read: number("last_read")?,
    }))
}
