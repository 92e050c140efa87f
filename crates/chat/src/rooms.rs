//! Rooms as their members see them.

use model::{
    Caller, Permission, RoomId, UserId,
    chat::{Room, RoomKind, UserEvent},
};
use store::sqlx::{self, Row, any::AnyRow};

use crate::{Chat, Error};

/// Rooms in one list; the newest are kept.
const MAX_ROOMS: i64 = 500;
/// The name of the room everybody belongs to.
const SHARED_NAME: &str = "general";

/// A room row as one member sees it: `$1` is that member. A direct room takes the partner's name.
macro_rules! room_view {
    ($rest:literal) => {
        concat!(
            "SELECT rooms.id, rooms.kind, rooms.name, rooms.seq, COALESCE(mine.last_read, 0) AS last_read,
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
        // The key makes two first starts at once end with one room.
        sqlx::query(
            "INSERT INTO rooms (id, kind, name, direct_key, seq, created_at) VALUES ($1, 'shared', $2, $3, 0, $4)
             ON CONFLICT (direct_key) DO NOTHING",
        )
        .bind(RoomId::new().to_string())
        .bind(SHARED_NAME)
        .bind("shared:general")
        .bind(self.clock.now().0)
        .execute(&mut *write)
        .await?;
        Ok(write.commit().await.map_err(store::Error::from)?)
    }

    /// The caller's rooms: shared ones first, then direct ones, newest first.
    ///
    /// # Errors
    /// `Forbidden` without `chat.use`.
    pub async fn rooms(&self, caller: &Caller) -> Result<Vec<Room>, Error> {
        caller.require(Permission::ChatUse)?;
        let rows = sqlx::query(room_view!("ORDER BY rooms.kind DESC, rooms.created_at DESC LIMIT $2"))
            .bind(caller.user()?.to_string())
            .bind(MAX_ROOMS)
            .fetch_all(self.db.read())
            .await?;
        rows.iter().map(room).collect()
    }

    /// One of the caller's rooms.
    ///
    /// # Errors
    /// [`Error::NoRoom`] unless a member.
    pub async fn room(&self, caller: &Caller, id: RoomId) -> Result<Room, Error> {
        caller.require(Permission::ChatUse)?;
        self.room_for(caller.user()?, id).await
    }

    async fn room_for(&self, user: UserId, id: RoomId) -> Result<Room, Error> {
        let row = sqlx::query(room_view!("AND rooms.id = $2"))
            .bind(user.to_string())
            .bind(id.to_string())
            .fetch_optional(self.db.read())
            .await?;
        row.as_ref().map(room).transpose()?.ok_or(Error::NoRoom)
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
            for member in if user == other { vec![user] } else { vec![user, other] } {
                self.tell(member, UserEvent::RoomAdded(self.room_for(member, id).await?));
            }
        }
        self.room_for(user, id).await
    }
}

fn room(row: &AnyRow) -> Result<Room, Error> {
    let unreadable = |what| store::Error::Unreadable(what);
    let number = |column| -> Result<u64, Error> {
        Ok(u64::try_from(row.try_get::<i64, _>(column)?).map_err(|_| unreadable("message number"))?)
    };
    let kind = match row.try_get::<String, _>("kind")?.as_str() {
        "shared" => RoomKind::Shared,
        _ => RoomKind::Direct,
    };
    let partner = row.try_get::<Option<String>, _>("partner_id")?;
    let partner_name = row.try_get::<Option<String>, _>("partner_name")?;
    let name = match kind {
        RoomKind::Shared => row.try_get("name")?,
        RoomKind::Direct => partner_name.unwrap_or_else(|| "Notes to yourself".to_owned()),
    };
    Ok(Room {
        id: row.try_get::<String, _>("id")?.parse().map_err(|_| unreadable("room id"))?,
        kind,
        name,
        partner: partner.map(|id| id.parse().map_err(|_| unreadable("user id"))).transpose()?,
        seq: number("seq")?,
        last_read: number("last_read")?,
    })
}
