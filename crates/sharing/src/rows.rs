//! Reading rows.

use std::str::FromStr;

use model::terminal::sharing::GuestRole;
use store::sqlx::{Row, any::AnyRow};

use crate::Error;

fn unreadable() -> Error {
    store::Error::Unreadable("terminal share").into()
}

/// An id.
pub(crate) fn parsed<T: FromStr>(row: &AnyRow, column: usize) -> Result<T, Error> {
    row.try_get::<String, _>(column)?.parse().map_err(|_| unreadable())
}

/// An id that may not be there.
pub(crate) fn optional<T: FromStr>(row: &AnyRow, column: usize) -> Result<Option<T>, Error> {
    let text: Option<String> = row.try_get(column)?;
    text.map(|text| text.parse().map_err(|_| unreadable())).transpose()
}

pub(crate) fn role(row: &AnyRow, column: usize) -> Result<GuestRole, Error> {
    let name: String = row.try_get(column)?;
    let all = [GuestRole::Observer, GuestRole::Peer, GuestRole::Watcher];
    all.into_iter().find(|role| role.name() == name).ok_or_else(unreadable)
}
