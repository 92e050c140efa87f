//! Who may enter a room. Every door asks here.

use model::{
    Caller, Permission, RoomId, UserId,
    chat::{RoomKind, RoomRights},
    policy::Project,
};
use store::{
    Write,
    sqlx::{self, Row, any::AnyRow},
};

use crate::{Chat, Error, rooms::GENERAL};

/// What decides about a room.
#[derive(Debug, Clone)]
pub(crate) struct Standing {
    pub(crate) kind: RoomKind,
    pub(crate) project: Option<Project>,
    pub(crate) archived: bool,
    /// It is the room that is always there.
    pub(crate) general: bool,
}

impl Standing {
    /// From a row with these columns: `kind`, `project`, `archived_at`, `direct_key`.
    pub(crate) fn read(row: &AnyRow) -> Result<Self, Error> {
        let text = |column| row.try_get::<Option<String>, _>(column);
        let kind = match text("kind")?.as_deref() {
            Some("shared") => RoomKind::Shared,
            _ => RoomKind::Direct,
        };
        let project = text("project")?.map(|name| Project::parse(&name));
        Ok(Self {
            kind,
            project: project.transpose().map_err(|_| store::Error::Unreadable("project of a room"))?,
            archived: row.try_get::<Option<i64>, _>("archived_at")?.is_some(),
            general: text("direct_key")?.as_deref() == Some(GENERAL),
        })
    }

    /// Whether `caller` may be in it, where they belong to it.
    pub(crate) fn admits(&self, caller: &Caller) -> bool {
        caller.may_in(Permission::ChatUse, self.project.as_ref())
    }

    /// What `caller` may do with it besides reading and writing.
    pub(crate) fn rights(&self, caller: &Caller) -> RoomRights {
        let may = |permission| self.kind == RoomKind::Shared && caller.may_in(permission, self.project.as_ref());
        let manages = may(Permission::RoomsManage);
        RoomRights {
            change: manages && !self.archived,
            archive: manages && !self.general,
            moderate: may(Permission::ChatModerate),
        }
    }
}

impl Chat {
    /// Refuses unless the caller may be in the room: in a shared one of a project for which they may chat, or in a
    /// direct one of theirs. A room they may not enter is to them as if it were not there.
    ///
    /// # Errors
    /// `Forbidden` without `chat.use`; [`Error::NoRoom`].
    pub async fn check_member(&self, caller: &Caller, room: RoomId) -> Result<UserId, Error> {
        Ok(self.enter(caller, room).await?.0)
    }

    /// [`check_member`](Self::check_member), and what kind of room it is.
    pub(crate) async fn enter(&self, caller: &Caller, room: RoomId) -> Result<(UserId, Standing), Error> {
        caller.require_anywhere(Permission::ChatUse)?;
        let user = caller.user()?;
        let row = sqlx::query(
            "SELECT rooms.kind, rooms.project, rooms.archived_at, rooms.direct_key FROM rooms
             LEFT JOIN room_members ON room_members.room_id = rooms.id AND room_members.user_id = $2
             WHERE rooms.id = $1 AND (rooms.kind = 'shared' OR room_members.user_id IS NOT NULL)",
        )
        .bind(room.to_string())
        .bind(user.to_string())
        .fetch_optional(self.db.read())
        .await?;
        let standing = row.as_ref().map(Standing::read).transpose()?.ok_or(Error::NoRoom)?;
        if standing.admits(caller) { Ok((user, standing)) } else { Err(Error::NoRoom) }
    }
}

/// Locks a room the caller has [entered](Chat::enter) for the rest of the transaction, moving its number on by `step`,
/// and asks again: it may have changed meanwhile. Returns its newest number.
pub(crate) async fn lock(
    write: &mut Write,
    caller: &Caller,
    room: RoomId,
    step: i64,
) -> Result<(i64, Standing), Error> {
    // The row lock this takes orders all who write in a room, on both databases.
    let row = sqlx::query(
        "UPDATE rooms SET seq = seq + $2 WHERE id = $1
         RETURNING seq, kind, project, archived_at, direct_key",
    )
    .bind(room.to_string())
    .bind(step)
    .fetch_optional(&mut **write)
    .await?
    .ok_or(Error::NoRoom)?;
    let standing = Standing::read(&row)?;
    if standing.admits(caller) { Ok((row.try_get("seq")?, standing)) } else { Err(Error::NoRoom) }
}
