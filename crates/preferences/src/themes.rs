//! Themes people import.

use model::{
    Caller, ThemeId, UserId,
    terminal::{
        import,
        settings::Settings,
        theme::{MAX_OWN_THEMES, OwnTheme, ThemeName},
    },
};
use store::{
    Db, Write,
    sqlx::{self, Row},
};

use crate::{Error, Preferences, settings::owner};

impl Preferences {
    /// Reads a theme of another program and keeps it as `name`.
    ///
    /// # Errors
    /// [`Error::Import`] when the text is no theme; [`Error::NameTaken`]; [`Error::TooManyThemes`] at
    /// [`MAX_OWN_THEMES`]; `Forbidden` without `terminal.open`.
    pub async fn import_theme(&self, caller: &Caller, name: &ThemeName, text: &str) -> Result<OwnTheme, Error> {
        let user = owner(caller)?;
        let palette = import::read(text)?.palette;
        let theme = OwnTheme { id: ThemeId::new(), name: name.clone(), palette };
        let json = serde_json::to_string(&palette).map_err(|_| model::ApiError::internal())?;
        let mut write = self.db.write().await?;
        // The person's row is locked first, so that two imports at once are counted one after the other.
        sqlx::query("UPDATE users SET kind = kind WHERE id = $1").bind(user.to_string()).execute(&mut *write).await?;
        let count: i64 = sqlx::query_scalar("SELECT COUNT(*) FROM terminal_themes WHERE user_id = $1")
            .bind(user.to_string())
            .fetch_one(&mut *write)
            .await?;
        if usize::try_from(count).is_ok_and(|count| count >= MAX_OWN_THEMES) {
            return Err(Error::TooManyThemes);
        }
        sqlx::query("INSERT INTO terminal_themes (id, user_id, name, palette, created_at) VALUES ($1, $2, $3, $4, $5)")
            .bind(theme.id.to_string())
            .bind(user.to_string())
            .bind(name.as_str())
            .bind(json)
            .bind(self.clock.now().0)
            .execute(&mut *write)
            .await?;
        write.commit().await.map_err(store::Error::from)?;
        Ok(theme)
    }

    /// Gives one of the caller's themes another name.
    ///
    /// # Errors
    /// [`Error::NoTheme`]; [`Error::NameTaken`]; `Forbidden` without `terminal.open`.
    pub async fn rename_theme(&self, caller: &Caller, id: ThemeId, name: &ThemeName) -> Result<(), Error> {
        let user = owner(caller)?;
        let mut write = self.db.write().await?;
        let renamed = sqlx::query("UPDATE terminal_themes SET name = $1 WHERE id = $2 AND user_id = $3")
            .bind(name.as_str())
            .bind(id.to_string())
            .bind(user.to_string())
            .execute(&mut *write)
            .await?;
        if renamed.rows_affected() == 0 {
            return Err(Error::NoTheme);
        }
        write.commit().await.map_err(store::Error::from)?;
        Ok(())
    }

    /// Deletes one of the caller's themes. Where it was in use, Nova's own takes its place.
    ///
    /// # Errors
    /// [`Error::NoTheme`]; `Forbidden` without `terminal.open`.
    pub async fn remove_theme(&self, caller: &Caller, id: ThemeId) -> Result<(), Error> {
        let user = owner(caller)?;
        let mut write = self.db.write().await?;
        let removed = sqlx::query("DELETE FROM terminal_themes WHERE id = $1 AND user_id = $2")
            .bind(id.to_string())
            .bind(user.to_string())
            .execute(&mut *write)
            .await?;
        if removed.rows_affected() == 0 {
            return Err(Error::NoTheme);
        }
        let kept: Option<String> = sqlx::query_scalar("SELECT settings FROM terminal_settings WHERE user_id = $1")
            .bind(user.to_string())
            .fetch_optional(&mut *write)
            .await?;
        let before = kept.map(|json| Settings::recall(&json)).unwrap_or_default();
        let after = before.clone().without(id);
        if after != before {
            self.keep(&mut write, user, &after).await?;
        }
        write.commit().await.map_err(store::Error::from)?;
        Ok(())
    }
}

/// Someone's themes, by name. At most [`MAX_OWN_THEMES`]; the index of (user_id, name) finds and orders them.
pub(crate) async fn of(db: &Db, user: UserId) -> Result<Vec<OwnTheme>, Error> {
    let rows = sqlx::query("SELECT id, name, palette FROM terminal_themes WHERE user_id = $1 ORDER BY name")
        .bind(user.to_string())
        .fetch_all(db.read())
        .await?;
    rows.iter()
        .map(|row| {
            let (id, name, palette): (String, String, String) = (row.try_get(0)?, row.try_get(1)?, row.try_get(2)?);
            let unreadable = || store::Error::Unreadable("terminal theme");
            Ok(OwnTheme {
                id: id.parse().map_err(|_| unreadable())?,
                name: ThemeName::parse(&name).map_err(|_| unreadable())?,
                palette: serde_json::from_str(&palette).map_err(|_| unreadable())?,
            })
        })
        .collect()
}

/// Refuses a theme that is not `user`'s.
pub(crate) async fn check_own(write: &mut Write, user: UserId, id: ThemeId) -> Result<(), Error> {
    let found: Option<String> = sqlx::query_scalar("SELECT id FROM terminal_themes WHERE id = $1 AND user_id = $2")
        .bind(id.to_string())
        .bind(user.to_string())
        .fetch_optional(&mut **write)
        .await?;
    found.map(drop).ok_or(Error::NoTheme)
}
