//! People's pictures. What is sent is decoded and drawn anew: no byte of it is kept, whatever it carried beside pixels.

mod picture;

use std::{sync::Arc, time::Duration};

use audit::Entry;
use model::{
    Caller, Permission, UserId,
    audit::Action,
    profile::{AvatarId, PictureSize},
};
use store::{
    Write,
    sqlx::{self, Row},
};
use tokio::sync::Semaphore;

use crate::{Client, Error, Identity, attempts::Door};

/// Pictures decoded at once: each may take 200 MB for a moment.
const MAX_DECODING: usize = 1;
/// Uploads that are decoded or wait for it; the next is turned away.
const MAX_WAITING: usize = 8;
/// How long one of them waits at most.
const PATIENCE: Duration = Duration::from_secs(20);

/// Places for pictures that are being decoded, and for those that wait. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Studio {
    decoding: Arc<Semaphore>,
    waiting: Arc<Semaphore>,
}

impl Studio {
    pub(crate) fn new() -> Self {
        Self { decoding: Arc::new(Semaphore::new(MAX_DECODING)), waiting: Arc::new(Semaphore::new(MAX_WAITING)) }
    }

    async fn prepare(&self, bytes: Vec<u8>) -> Result<picture::Picture, Error> {
        let _waits = self.waiting.try_acquire().map_err(|_| Error::TooSoon(Duration::from_secs(5)))?;
        let turn = tokio::time::timeout(PATIENCE, Arc::clone(&self.decoding).acquire_owned())
            .await
            .map_err(|_| Error::TooSoon(Duration::from_secs(5)))?
            .map_err(|_| Error::Broken("nobody decodes pictures"))?;
        let work = tokio::task::spawn_blocking(move || {
            // Held to the end of the work, also when nobody waits for it any more.
            let _turn = turn;
            picture::prepare(&bytes)
        });
        // A decoder that panics met a file it should have refused.
        work.await.unwrap_or_else(|_| Err(model::ApiError::invalid("picture", "This picture cannot be read.").into()))
    }
}

impl Identity {
    /// Makes `bytes`, a PNG, JPEG, WebP or GIF file, the caller's picture. Each try counts: the first five in an hour are
    /// free, then they wait.
    ///
    /// # Errors
    /// `Invalid` on `picture`; `TooLarge`; [`Error::TooSoon`]; `Forbidden` for keys and background work.
    pub async fn set_avatar(&self, caller: &Caller, bytes: Vec<u8>) -> Result<AvatarId, Error> {
        let (user, _) = caller.require_person()?;
        if bytes.len() > model::profile::MAX_UPLOAD {
            return Err(Error::PictureTooLarge);
        }
        // Counted by person alone: who shares an address with others is not kept waiting by them.
        let whose = Client { address: user.to_string(), ..Client::default() };
        let _attempt = self.begin_attempt_at(Door::Picture, user.to_string(), &whose).await?;
        let picture = self.studio.prepare(bytes).await?;
        let id = AvatarId::parse(&picture.id)?;
        let mut write = self.db.write().await?;
        sqlx::query(
            "INSERT INTO avatars (user_id, id, large, small, set_at) VALUES ($1, $2, $3, $4, $5)
             ON CONFLICT (user_id) DO UPDATE
             SET id = excluded.id, large = excluded.large, small = excluded.small, set_at = excluded.set_at",
        )
        .bind(user.to_string())
        .bind(id.as_str())
        .bind(picture.large)
        .bind(picture.small)
        .bind(self.clock.now().0)
        .execute(&mut *write)
        .await?;
        // An account that was deleted meanwhile gets no picture any more.
        let set = sqlx::query("UPDATE users SET avatar = $1 WHERE id = $2 AND kind = 'person' AND active = 1")
            .bind(id.as_str())
            .bind(user.to_string())
            .execute(&mut *write)
            .await?;
        if set.rows_affected() == 0 {
            return Err(Error::Unknown("person"));
        }
        self.audit.within(&mut write, &Entry::by(caller, Action::AvatarSet).person(user)).await?;
        write.commit().await.map_err(store::Error::from)?;
        self.tell_people_changed(user);
        Ok(id)
    }

    /// Takes the caller's own picture away. Nothing happens where there is none.
    ///
    /// # Errors
    /// `Forbidden` for keys and background work.
    pub async fn remove_avatar(&self, caller: &Caller) -> Result<(), Error> {
        let (user, _) = caller.require_person()?;
        self.take_down(caller, user).await
    }

    /// Takes someone else's picture away.
    ///
    /// # Errors
    /// `Forbidden` without `people.manage` or towards someone who may more.
    pub async fn remove_avatar_of(&self, caller: &Caller, user: UserId) -> Result<(), Error> {
        caller.require(Permission::PeopleManage)?;
        self.check_authority(caller, user).await?;
        self.take_down(caller, user).await
    }

    /// `user`'s present picture, as a WebP file.
    ///
    /// # Errors
    /// `Unknown` when there is none, or another by now.
    pub async fn avatar(
        &self,
        caller: &Caller,
        user: UserId,
        id: &AvatarId,
        size: PictureSize,
    ) -> Result<Vec<u8>, Error> {
        // Whoever is signed in may see who the others are.
        caller.user()?;
        let sql = match size {
            PictureSize::Small => "SELECT small FROM avatars WHERE user_id = $1 AND id = $2",
            PictureSize::Large => "SELECT large FROM avatars WHERE user_id = $1 AND id = $2",
        };
        let row = sqlx::query(sql).bind(user.to_string()).bind(id.as_str()).fetch_optional(self.db.read()).await?;
        Ok(row.ok_or(Error::Unknown("picture"))?.try_get(0)?)
    }

    /// The caller's own picture, as a WebP file, to take along.
    pub(crate) async fn own_avatar(&self, user: UserId) -> Result<Option<Vec<u8>>, Error> {
        let row = sqlx::query("SELECT large FROM avatars WHERE user_id = $1")
            .bind(user.to_string())
            .fetch_optional(self.db.read())
            .await?;
        Ok(row.map(|row| row.try_get(0)).transpose()?)
    }

    async fn take_down(&self, caller: &Caller, user: UserId) -> Result<(), Error> {
        let mut write = self.db.write().await?;
        if !erase(&mut write, user).await? {
            return Ok(());
        }
        self.audit.within(&mut write, &Entry::by(caller, Action::AvatarRemove).person(user)).await?;
        write.commit().await.map_err(store::Error::from)?;
        self.tell_people_changed(user);
        Ok(())
    }
}

/// Takes the picture out; tells whether there was one.
pub(crate) async fn erase(write: &mut Write, user: UserId) -> Result<bool, Error> {
    sqlx::query("UPDATE users SET avatar = NULL WHERE id = $1").bind(user.to_string()).execute(&mut **write).await?;
    let gone =
        sqlx::query("DELETE FROM avatars WHERE user_id = $1").bind(user.to_string()).execute(&mut **write).await?;
    Ok(gone.rows_affected() != 0)
}
