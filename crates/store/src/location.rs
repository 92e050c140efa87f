use std::path::{Path, PathBuf};

use secrecy::{ExposeSecret, SecretString};

use crate::Error;

/// Where the database is.
#[derive(Debug, Clone)]
pub enum Location {
    /// A SQLite file.
    Sqlite(PathBuf),
    /// A PostgreSQL URL; it may hold a password.
    Postgres(SecretString),
}

impl Location {
    /// From `DATABASE_URL`: `sqlite:PATH` or `postgres://…`; without one, `nova.db` in the data directory.
    ///
    /// # Errors
    /// [`Error::UnknownUrl`] for any other scheme.
    pub fn parse(url: Option<&SecretString>, data_dir: &Path) -> Result<Self, Error> {
        let Some(url) = url else { return Ok(Self::Sqlite(data_dir.join("nova.db"))) };
        let text = url.expose_secret();
        if let Some(path) = text.strip_prefix("sqlite:") {
            let path = path.strip_prefix("//").unwrap_or(path);
            return Ok(Self::Sqlite(path.split('?').next().unwrap_or(path).into()));
        }
        if text.starts_with("postgres://") || text.starts_with("postgresql://") {
            return Ok(Self::Postgres(url.clone()));
        }
        Err(Error::UnknownUrl)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(url: &str) -> Result<Location, Error> {
        Location::parse(Some(&url.into()), Path::new("/data"))
    }

    #[test]
    fn schemes_choose_the_engine() {
        assert!(matches!(parse("sqlite:///a/b.db"), Ok(Location::Sqlite(path)) if path == Path::new("/a/b.db")));
        assert!(matches!(parse("sqlite:rel.db?mode=rwc"), Ok(Location::Sqlite(path)) if path == Path::new("rel.db")));
        assert!(matches!(parse("postgres://u:p@h/d"), Ok(Location::Postgres(_))));
        assert!(matches!(parse("mysql://h/d"), Err(Error::UnknownUrl)));
        assert!(
            matches!(Location::parse(None, Path::new("/data")), Ok(Location::Sqlite(path)) if path == Path::new("/data/nova.db"))
        );
    }

    #[test]
    fn a_password_in_the_url_is_never_shown() {
        let shown = format!("{:?}", parse("postgres://nova:canary-7f3a@db/nova"));
        assert!(!shown.contains("canary"), "{shown}");
        assert!(!Error::UnknownUrl.to_string().contains("canary"));
    }
}
