//! Making, changing and archiving shared rooms.

use audit::Entry;
use model::{
    Caller, Permission, RoomId,
    audit::Action,
    chat::{MAX_SHARED_ROOMS, Room, RoomDetails, RoomForm, RoomKind},
    policy::Project,
};
use store::sqlx::{self, Row};

use crate::{
    Chat, Error,
    access::{Standing, lock},
};

impl Chat {
    /// Makes a shared room. Who may chat in its project is in it.
    ///
    /// # Errors
    /// `Forbidden` without `rooms.manage` and `chat.use` for its project; `Invalid`; [`Error::NameTaken`];
    /// [`Error::TooManyRooms`].
    pub async fn make_room(&self, caller: &Caller, form: &RoomForm) -> Result<Room, Error> {
        caller.require_anywhere(Permission::RoomsManage)?;
        let RoomDetails { name, topic, project } = form.parse()?;
        require(caller, project.as_ref())?;
        let id = RoomId::new();
        let mut write = self.db.write().await?;
        let rooms: i64 =
            sqlx::query_scalar("SELECT COUNT(*) FROM rooms WHERE kind = 'shared'").fetch_one(&mut *write).await?;
        if rooms >= MAX_SHARED_ROOMS.into() {
            return Err(Error::TooManyRooms);
        }
        sqlx::query(
            "INSERT INTO rooms (id, kind, name, name_key, topic, project, seq, created_at)
             VALUES ($1, 'shared', $2, $3, $4, $5, 0, $6)",
        )
        .bind(id.to_string())
        .bind(name.as_str())
        .bind(name.key())
        .bind(topic.as_str())
        .bind(project.as_ref().map(Project::as_str))
        .bind(self.clock.now().0)
        .execute(&mut *write)
        .await
        .map_err(taken)?;
        let detail = project.as_ref().map(|project| format!("project {project}")).unwrap_or_default();
        let entry = Entry::by(caller, Action::RoomAdd).object("room", id, name.as_str()).detail(&detail);
        self.audit.within(&mut write, &entry).await?;
        write.commit().await.map_err(store::Error::from)?;
        self.tell_changed(id);
        self.room(caller, id).await
    }

    /// Changes a shared room's name, topic and project. Those who may not be in it any more hear nothing from then on.
    ///
    /// # Errors
    /// `Forbidden` without `rooms.manage` and `chat.use` for both projects; [`Error::NoRoom`]; [`Error::Archived`];
    /// `Invalid`; [`Error::NameTaken`].
    pub async fn change_room(&self, caller: &Caller, id: RoomId, form: &RoomForm) -> Result<Room, Error> {
        self.enter(caller, id).await?;
        let RoomDetails { name, topic, project } = form.parse()?;
        let mut write = self.db.write().await?;
        let (_, room) = lock(&mut write, caller, id, 0).await?;
        check_manages(caller, &room)?;
        require(caller, project.as_ref())?;
        if room.archived {
            return Err(Error::Archived);
        }
        let old = sqlx::query("SELECT name, topic FROM rooms WHERE id = $1")
            .bind(id.to_string())
            .fetch_one(&mut *write)
            .await?;
        let (old_name, old_topic): (String, String) = (old.try_get(0)?, old.try_get(1)?);
        sqlx::query("UPDATE rooms SET name = $1, name_key = $2, topic = $3, project = $4 WHERE id = $5")
            .bind(name.as_str())
            .bind(name.key())
            .bind(topic.as_str())
            .bind(project.as_ref().map(Project::as_str))
            .bind(id.to_string())
            .execute(&mut *write)
            .await
            .map_err(taken)?;
        let mut changes = Vec::new();
        if old_name != name.as_str() {
            changes.push(format!("was called {old_name}"));
        }
        if old_topic != topic.as_str() {
            changes.push("another topic".to_owned());
        }
        if room.project != project {
            let named = |project: Option<&Project>| project.map_or("none", Project::as_str).to_owned();
            changes.push(format!("project {}, was {}", named(project.as_ref()), named(room.project.as_ref())));
        }
        let entry = Entry::by(caller, Action::RoomChange).object("room", id, name.as_str()).detail(&changes.join("; "));
        self.audit.within(&mut write, &entry).await?;
        write.commit().await.map_err(store::Error::from)?;
        self.tell_changed(id);
        self.room(caller, id).await
    }

    /// Archives a shared room, so that it is only read, or brings it back.
    ///
    /// # Errors
    /// `Forbidden` without `rooms.manage` for its project; [`Error::NoRoom`]; [`Error::General`].
    pub async fn archive_room(&self, caller: &Caller, id: RoomId, archive: bool) -> Result<Room, Error> {
        self.enter(caller, id).await?;
        let mut write = self.db.write().await?;
        let (_, room) = lock(&mut write, caller, id, 0).await?;
        check_manages(caller, &room)?;
        if room.general {
            return Err(Error::General);
        }
        if room.archived != archive {
            let name: String = sqlx::query_scalar("UPDATE rooms SET archived_at = $1 WHERE id = $2 RETURNING name")
                .bind(archive.then_some(self.clock.now().0))
                .bind(id.to_string())
                .fetch_one(&mut *write)
                .await?;
            let detail = if archive { "archived" } else { "brought back" };
            let entry = Entry::by(caller, Action::RoomArchive).object("room", id, &name).detail(detail);
            self.audit.within(&mut write, &entry).await?;
            write.commit().await.map_err(store::Error::from)?;
            self.tell_changed(id);
        }
        self.room(caller, id).await
    }
}

/// A room is made and changed by those who may be in it afterwards.
fn require(caller: &Caller, project: Option<&Project>) -> Result<(), Error> {
    caller.require_in(Permission::RoomsManage, project)?;
    Ok(caller.require_in(Permission::ChatUse, project)?)
}

fn check_manages(caller: &Caller, room: &Standing) -> Result<(), Error> {
    match room.kind {
        RoomKind::Shared => Ok(caller.require_in(Permission::RoomsManage, room.project.as_ref())?),
        RoomKind::Direct => Err(Error::Direct),
    }
}

/// The one constraint a room's name can meet.
fn taken(error: sqlx::Error) -> Error {
    let error = store::Error::from(error);
    if error.is_duplicate() { Error::NameTaken } else { error.into() }
}
