use std::fmt;

use serde::{Deserialize, Serialize};

use crate::{ApiError, UserId};

/// Largest picture that is taken, in bytes as it is sent.
pub const MAX_UPLOAD: usize = 5 * 1024 * 1024;

/// Names a picture by its content: 128 bits of the SHA-256 of the stored file, in hexadecimal.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct AvatarId(String);

impl AvatarId {
    /// Checks the text: 32 hexadecimal digits in lower case.
    ///
    /// # Errors
    /// `NotFound`: no picture has such a name.
    pub fn parse(text: &str) -> Result<Self, ApiError> {
        let shaped = text.len() == 32 && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
        if shaped { Ok(Self(text.to_owned())) } else { Err(ApiError::not_found("picture")) }
    }

    /// Where `user`'s picture is served: another picture has another address, so that each can be kept for ever.
    #[must_use]
    pub fn path(&self, user: UserId, size: PictureSize) -> String {
        let query = match size {
            PictureSize::Small => "?size=small",
            PictureSize::Large => "",
        };
        format!("/api/avatars/{user}/{self}{query}")
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for AvatarId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// How large a picture is kept; always square.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PictureSize {
    /// 64 pixels: beside messages and in lists.
    Small,
    /// 256 pixels.
    #[default]
    Large,
}

impl PictureSize {
    /// The side in pixels.
    #[must_use]
    pub const fn pixels(self) -> u32 {
        match self {
            Self::Small => 64,
            Self::Large => 256,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_picture_is_named_by_32_digits() {
        assert!(AvatarId::parse(&"0a".repeat(16)).is_ok());
        for wrong in ["", "0a", &"0A".repeat(16), &"0a".repeat(17), &"../".repeat(11)[..32], &"é".repeat(16)] {
            assert!(AvatarId::parse(wrong).is_err(), "{wrong:?}");
        }
    }
}
