use std::fmt;

use model::{
    ApiError, Caller, Permission, UserId,
    terminal::{
        settings::{self, Settings},
        theme::ThemeRef,
    },
};
use store::{Clock, Db, Write, sqlx};

use crate::{Error, themes};

/// The preferences service. Cheap to clone.
#[derive(Clone)]
pub struct Preferences {
    pub(crate) db: Db,
    pub(crate) clock: Clock,
}

impl fmt::Debug for Preferences {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Preferences")
    }
}

impl Preferences {
    /// Opens the service.
    #[must_use]
    pub fn new(db: Db, clock: Clock) -> Self {
        Self { db, clock }
    }

    /// The caller's terminal settings and themes; defaults for who never saved any.
    ///
    /// # Errors
    /// `Forbidden` without `terminal.open`; when the store fails.
    pub async fn terminal(&self, caller: &Caller) -> Result<settings::Preferences, Error> {
        let user = owner(caller)?;
        let settings = self.kept(user).await?;
        Ok(settings::Preferences { settings, themes: themes::of(&self.db, user).await? })
    }

    /// Whether somebody's commands are to be kept.
    ///
    /// # Errors
    /// `NotFound` for anybody but Nova's own background work; when the store fails.
    pub async fn keeps_history(&self, caller: &Caller, user: UserId) -> Result<bool, Error> {
        if caller.purpose().is_none() {
            return Err(ApiError::not_found("person").into());
        }
        Ok(self.kept(user).await?.history)
    }

    async fn kept(&self, user: UserId) -> Result<Settings, Error> {
        let kept: Option<String> = sqlx::query_scalar("SELECT settings FROM terminal_settings WHERE user_id = $1")
            .bind(user.to_string())
            .fetch_optional(self.db.read())
            .await?;
        Ok(kept.map(|json| Settings::recall(&json)).unwrap_or_default())
    }

    /// Keeps the caller's terminal settings.
    ///
    /// # Errors
    /// `Invalid` on a field that is out of bounds; [`Error::NoTheme`] for a theme that is not the caller's; `Forbidden`
    /// without `terminal.open`.
    pub async fn save_terminal(&self, caller: &Caller, settings: &Settings) -> Result<(), Error> {
        let user = owner(caller)?;
        settings.check()?;
        let mut write = self.db.write().await?;
        for theme in [settings.light, settings.dark] {
            if let ThemeRef::Own(id) = theme {
                themes::check_own(&mut write, user, id).await?;
            }
        }
        self.keep(&mut write, user, settings).await?;
        write.commit().await.map_err(store::Error::from)?;
        Ok(())
    }

    pub(crate) async fn keep(&self, write: &mut Write, user: UserId, settings: &Settings) -> Result<(), Error> {
        let json = serde_json::to_string(settings).map_err(|_| ApiError::internal())?;
        sqlx::query(
            "INSERT INTO terminal_settings (user_id, settings, changed_at) VALUES ($1, $2, $3)
             ON CONFLICT (user_id) DO UPDATE SET settings = excluded.settings, changed_at = excluded.changed_at",
        )
        .bind(user.to_string())
        .bind(json)
        .bind(self.clock.now().0)
        .execute(&mut **write)
        .await?;
        Ok(())
    }
}

/// Who the preferences belong to: whoever may have shells.
pub(crate) fn owner(caller: &Caller) -> Result<UserId, ApiError> {
    caller.require(Permission::TerminalOpen)?;
    caller.user()
}
