//! Account rows.

use model::{
    ApiError, Role, Timestamp, UserId,
    identity::{AccountKind, DisplayName, Email, Username},
    profile::AvatarId,
};
use secrecy::SecretString;
use store::{
    Db, Engine, Write,
    sqlx::{self, FromRow, Row, any::AnyRow},
};

use crate::Error;

/// What someone who joins brings along.
#[derive(Debug, Clone)]
pub struct NewAccount {
    /// How they sign in.
    pub username: Username,
    /// An address, where they gave one.
    pub email: Option<Email>,
    /// How they are called.
    pub display_name: DisplayName,
    /// Their password, checked when it is hashed.
    pub password: SecretString,
}

impl NewAccount {
    /// Checks the fields of a form; an empty e-mail is none, an empty display name is the user name.
    ///
    /// # Errors
    /// `Invalid`, naming the field.
    pub fn parse(username: &str, email: &str, display_name: &str, password: SecretString) -> Result<Self, ApiError> {
        let username = Username::parse(username)?;
        let email = if email.trim().is_empty() { None } else { Some(Email::parse(email)?) };
        let shown = if display_name.trim().is_empty() { username.as_str() } else { display_name };
        Ok(Self { email, display_name: DisplayName::parse(shown)?, username, password })
    }

    /// The words a guesser of this person's password would try.
    pub(crate) fn about(&self) -> Vec<String> {
        about(self.username.as_str(), self.display_name.as_str(), self.email.as_ref().map(Email::as_str))
    }
}

/// The words a guesser of someone's password would try.
pub(crate) fn about(username: &str, display_name: &str, email: Option<&str>) -> Vec<String> {
    [Some(username), Some(display_name), Some("nova"), email].into_iter().flatten().map(str::to_owned).collect()
}

/// A row of `users`.
#[derive(Debug, Clone)]
pub(crate) struct User {
    pub(crate) id: UserId,
    pub(crate) username: String,
    pub(crate) display_name: String,
    pub(crate) role: Role,
    pub(crate) active: bool,
    pub(crate) kind: AccountKind,
    /// Registered, but the link sent to their address was not opened yet.
    pub(crate) unconfirmed: bool,
    /// Their present picture.
    pub(crate) avatar: Option<AvatarId>,
}

/// Columns of [`User`], for queries over `users`.
macro_rules! user_columns {
    () => {
        "users.id, users.username, users.display_name, users.role, users.active, users.kind, users.unconfirmed, users.avatar"
    };
}

impl FromRow<'_, AnyRow> for User {
    fn from_row(row: &AnyRow) -> Result<Self, sqlx::Error> {
        let unreadable =
            |column: &str| sqlx::Error::ColumnDecode { index: column.to_owned(), source: "unreadable".into() };
        Ok(Self {
            id: row.try_get::<String, _>("id")?.parse().map_err(|_| unreadable("id"))?,
            username: row.try_get("username")?,
            display_name: row.try_get("display_name")?,
            role: row.try_get::<String, _>("role")?.parse().map_err(|_| unreadable("role"))?,
            active: row.try_get::<i64, _>("active")? == 1,
            kind: AccountKind::named(&row.try_get::<String, _>("kind")?).ok_or_else(|| unreadable("kind"))?,
            unconfirmed: row.try_get::<i64, _>("unconfirmed")? == 1,
            avatar: row
                .try_get::<Option<String>, _>("avatar")?
                .map(|id| AvatarId::parse(&id).map_err(|_| unreadable("avatar")))
                .transpose()?,
        })
    }
}

/// Adds an account within a transaction.
pub(crate) async fn insert(
    write: &mut Write,
    account: &NewAccount,
    role: &Role,
    password_hash: &str,
    now: Timestamp,
) -> Result<User, Error> {
    let id = UserId::new();
    let email = account.email.as_ref().map(|email| email.as_str().to_owned());
    if let Some(email) = &email {
        let taken: Option<String> = sqlx::query_scalar("SELECT id FROM users WHERE email = $1")
            .bind(email)
            .fetch_optional(&mut **write)
            .await?;
        if taken.is_some() {
            return Err(Error::EmailTaken);
        }
    }
    let inserted = sqlx::query(
        "INSERT INTO users (id, username, email, display_name, role, password_hash, active, created_at)
         VALUES ($1, $2, $3, $4, $5, $6, 1, $7)",
    )
    .bind(id.to_string())
    .bind(account.username.as_str())
    .bind(email)
    .bind(account.display_name.as_str())
    .bind(role.name())
    .bind(password_hash)
    .bind(now.0)
    .execute(&mut **write)
    .await
    .map_err(store::Error::from);
    match inserted {
        Err(error) if error.is_duplicate() => Err(Error::UsernameTaken),
        Err(error) => Err(error.into()),
        Ok(_) => Ok(User {
            id,
            username: account.username.as_str().to_owned(),
            display_name: account.display_name.as_str().to_owned(),
            role: role.clone(),
            active: true,
            kind: AccountKind::Person,
            unconfirmed: false,
            avatar: None,
        }),
    }
}

/// The account with this user name or e-mail address, and its password hash if it has a password.
pub(crate) async fn find(db: &Db, identifier: &str) -> Result<Option<(User, Option<String>)>, Error> {
    let name = identifier.trim().to_lowercase();
    let row = sqlx::query(concat!(
        "SELECT ",
        user_columns!(),
        ", users.password_hash FROM users WHERE users.username = $1 OR users.email = $1"
    ))
    .bind(name)
    .fetch_optional(db.read())
    .await?;
    row.map(|row| {
        let hash: String = row.try_get("password_hash")?;
        Ok((User::from_row(&row)?, Some(hash).filter(|hash| !hash.is_empty())))
    })
    .transpose()
}

/// Every account but those that are not confirmed yet, by name; the bound is far above what one instance serves.
pub(crate) async fn all(db: &Db) -> Result<Vec<User>, Error> {
    let sql = concat!(
        "SELECT ",
        user_columns!(),
        " FROM users WHERE users.unconfirmed = 0 ORDER BY users.username LIMIT 10000"
    );
    Ok(sqlx::query_as(sql).fetch_all(db.read()).await?)
}

/// The account with this id.
pub(crate) async fn get(db: &Db, id: UserId) -> Result<User, Error> {
    let sql = concat!("SELECT ", user_columns!(), " FROM users WHERE users.id = $1");
    let user = sqlx::query_as(sql).bind(id.to_string()).fetch_optional(db.read()).await?;
    user.ok_or(Error::Unknown("person"))
}

/// The password hash of this account; `None` for those who sign in by other means only.
pub(crate) async fn password_hash(db: &Db, id: UserId) -> Result<Option<String>, Error> {
    let hash: Option<String> = sqlx::query_scalar("SELECT password_hash FROM users WHERE id = $1")
        .bind(id.to_string())
        .fetch_optional(db.read())
        .await?;
    Ok(hash.filter(|hash| !hash.is_empty()))
}

/// Refuses when the account was disabled since it was looked at or, where `hash` is the one a password was checked
/// against, has another by now. It stays as it is until the transaction ends.
pub(crate) async fn hold(write: &mut Write, engine: Engine, id: UserId, hash: Option<&str>) -> Result<(), Error> {
    // SQLite has one writer; PostgreSQL must not let the account change under us.
    let sql = match engine {
        Engine::Sqlite => "SELECT password_hash FROM users WHERE id = $1 AND active = 1",
        Engine::Postgres => "SELECT password_hash FROM users WHERE id = $1 AND active = 1 FOR SHARE",
    };
    let now: Option<String> = sqlx::query_scalar(sql).bind(id.to_string()).fetch_optional(&mut **write).await?;
    match now {
        Some(now) if hash.is_none_or(|hash| hash == now) => Ok(()),
        _ => Err(Error::WrongCredentials),
    }
}

/// Refuses to take `user` away from the owners when nobody else is one.
pub(crate) async fn check_not_last_owner(write: &mut Write, user: UserId) -> Result<(), Error> {
    let others: i64 = sqlx::query_scalar("SELECT COUNT(*) FROM users WHERE role = $1 AND active = 1 AND id <> $2")
        .bind(Role::Owner.name())
        .bind(user.to_string())
        .fetch_one(&mut **write)
        .await?;
    if others == 0 {
        return Err(Error::Refused("This is the last owner. Make someone else an owner first."));
    }
    Ok(())
}
