//! Codes on paper: ten, each good once, for the day the phone is gone.

use model::{UserId, factors::BACKUP_CODES};
use store::{Write, sqlx};

use crate::{Error, Identity, secret};

/// Letters without those read as others (Crockford's base 32).
const ALPHABET: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";
/// Letters of a code: 80 random bits, enough that a digest alone keeps it safe.
const LETTERS: usize = 16;

/// A fresh code, in groups of four.
fn fresh() -> String {
    let letters: Vec<u8> =
        rand::random::<[u8; LETTERS]>().iter().map(|byte| ALPHABET[usize::from(byte % 32)]).collect();
    letters.chunks(4).map(String::from_utf8_lossy).collect::<Vec<_>>().join("-")
}

/// The code as it is compared: people leave out dashes, shout, and read l and o.
fn canonical(code: &str) -> String {
    let plain = |c: char| match c.to_ascii_lowercase() {
        'o' => '0',
        'i' | 'l' => '1',
        other => other,
    };
    code.chars().filter(|c| c.is_ascii_alphanumeric()).take(LETTERS + 1).map(plain).collect()
}

impl Identity {
    /// Replaces all backup codes of `user`; they are shown once.
    pub(crate) async fn make_backup_codes(&self, write: &mut Write, user: UserId) -> Result<Vec<String>, Error> {
        sqlx::query("DELETE FROM backup_codes WHERE user_id = $1").bind(user.to_string()).execute(&mut **write).await?;
        let codes: Vec<String> = (0..BACKUP_CODES).map(|_| fresh()).collect();
        for code in &codes {
            sqlx::query("INSERT INTO backup_codes (user_id, digest) VALUES ($1, $2)")
                .bind(user.to_string())
                .bind(secret::digest(&canonical(code)))
                .execute(&mut **write)
                .await?;
        }
        Ok(codes)
    }

    /// Whether `code` is one of `user`'s and was not used; it is from now on.
    pub(crate) async fn use_backup_code(&self, user: UserId, code: &str) -> Result<bool, Error> {
        let mut write = self.db.write().await?;
        let used =
            sqlx::query("UPDATE backup_codes SET used_at = $1 WHERE user_id = $2 AND digest = $3 AND used_at IS NULL")
                .bind(self.clock.now().0)
                .bind(user.to_string())
                .bind(secret::digest(&canonical(code)))
                .execute(&mut *write)
                .await?;
        write.commit().await.map_err(store::Error::from)?;
        Ok(used.rows_affected() == 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_compared_as_people_type_them() {
        let code = fresh();
        assert_eq!(code.len(), LETTERS + 3);
        assert_eq!(canonical(&code.to_uppercase().replace('-', " ")), canonical(&code));
        assert_eq!(canonical("O1-il"), "0111");
        assert_ne!(fresh(), fresh());
    }
}
