//! What people set about themselves: their picture, and how dates and times are written for them.

mod avatar;
mod locale;
mod zone;

use serde::{Deserialize, Serialize};

pub use avatar::{AvatarId, MAX_UPLOAD, PictureSize};
pub use locale::Locale;
pub use zone::TimeZone;

/// How dates and times are written for someone; where something is not set, as their browser says.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Preferences {
    /// Where they are.
    pub time_zone: Option<TimeZone>,
    /// In whose way dates and times are written. The language of the pages stays.
    pub locale: Option<Locale>,
}

impl Preferences {
    /// Checks the fields of a form; an empty one is “as the browser says”.
    ///
    /// # Errors
    /// `Invalid`, naming the field.
    pub fn parse(time_zone: &str, locale: &str) -> Result<Self, crate::ApiError> {
        let given = |text: &str| !text.trim().is_empty();
        Ok(Self {
            time_zone: given(time_zone).then(|| TimeZone::parse(time_zone)).transpose()?,
            locale: given(locale).then(|| Locale::parse(locale)).transpose()?,
        })
    }
}
