//! Codes from an app: time-based one-time passwords (RFC 6238), each good once ever.

use model::{
    Timestamp, UserId,
    factors::{CODE_DIGITS, QrCode, TotpOffer},
};
use secrecy::{ExposeSecret, SecretString};
use store::sqlx::{self, Row};
use totp_rs::{Builder, Secret, Totp};

use crate::{Error, Identity, accounts::User};

/// Bytes of a seed (RFC 4226 §4 recommends as many as SHA-1 gives).
const SEED: usize = 20;
/// Steps before and after the present one whose codes count: for clocks that differ a little.
const SKEW: u16 = 1;

/// Where a person's seed is sealed for.
fn place(user: UserId) -> String {
    format!("totp:{user}")
}

fn codes(seed: &SecretString) -> Result<Totp, Error> {
    let bytes = hex::decode(seed.expose_secret()).map_err(|_| Error::Broken("a seed is no seed"))?;
    Builder::new()
        .with_secret(Secret::new(bytes.into_boxed_slice()))
        .with_skew(SKEW)
        .build()
        .map_err(|_| Error::Broken("a seed is no seed"))
}

/// The code as it is compared: people and apps put spaces into it.
fn digits(code: &str) -> Option<String> {
    let digits: String = code.chars().filter(|c| !c.is_whitespace()).take(CODE_DIGITS + 1).collect();
    (digits.len() == CODE_DIGITS && digits.bytes().all(|byte| byte.is_ascii_digit())).then_some(digits)
}

fn seconds(at: Timestamp) -> u64 {
    u64::try_from(at.seconds()).unwrap_or(0)
}

impl Identity {
    /// A fresh seed for `user`, not in force yet; one offered before is replaced, one in force is not touched.
    pub(crate) async fn offer_totp(&self, user: &User) -> Result<TotpOffer, Error> {
        let seed: SecretString = hex::encode(rand::random::<[u8; SEED]>()).into();
        let mut write = self.db.write().await?;
        let written = sqlx::query(
            "INSERT INTO totp (user_id, seed, created_at) VALUES ($1, $2, $3)
             ON CONFLICT (user_id) DO UPDATE SET seed = excluded.seed, created_at = excluded.created_at
             WHERE totp.confirmed_at IS NULL",
        )
        .bind(user.id.to_string())
        .bind(self.sealer.seal(&place(user.id), &seed)?)
        .bind(self.clock.now().0)
        .execute(&mut *write)
        .await?;
        if written.rows_affected() == 0 {
            return Err(Error::Refused("Codes from an app are set up already. Remove them first."));
        }
        write.commit().await.map_err(store::Error::from)?;
        offer(&codes(&seed)?, &user.username, &self.settings.public_url)
    }

    /// Whether `code` is right for the seed that is in force (or, with `offered`, for the one that is not yet), and has
    /// never been used. Using it up and finding it right is one step: of a thousand at once, one is.
    pub(crate) async fn use_totp(&self, user: UserId, code: &str, offered: bool) -> Result<bool, Error> {
        let sql = if offered {
            "SELECT seed FROM totp WHERE user_id = $1 AND confirmed_at IS NULL"
        } else {
            "SELECT seed FROM totp WHERE user_id = $1 AND confirmed_at IS NOT NULL"
        };
        let row = sqlx::query(sql).bind(user.to_string()).fetch_optional(self.db.read()).await?;
        let (Some(row), Some(code)) = (row, digits(code)) else { return Ok(false) };
        let sealed: String = row.try_get(0)?;
        let seed = self.sealer.open_sealed(&place(user), &sealed)?;
        let now = self.clock.now();
        let Some(step) = codes(&seed)?.check(&code, seconds(now)) else { return Ok(false) };
        let step = i64::try_from(step).unwrap_or(i64::MAX);
        let mut write = self.db.write().await?;
        let used = sqlx::query(
            "UPDATE totp SET last_step = $1, confirmed_at = COALESCE(confirmed_at, $2)
             WHERE user_id = $3 AND seed = $4 AND last_step < $1",
        )
        .bind(step)
        .bind(now.0)
        .bind(user.to_string())
        .bind(sealed)
        .execute(&mut *write)
        .await?;
        write.commit().await.map_err(store::Error::from)?;
        Ok(used.rows_affected() == 1)
    }
}

/// The seed as a person and as an app read it (the `otpauth` key URI format).
fn offer(codes: &Totp, username: &str, public_url: &str) -> Result<TotpOffer, Error> {
    let secret = codes.secret().to_base32();
    let host = public_url.split("://").last().unwrap_or("nova").replace(':', "%3A");
    let url =
        format!("otpauth://totp/Nova%20{host}:{username}?secret={secret}&issuer=Nova%20{host}&digits=6&period=30");
    let groups: Vec<String> =
        secret.chars().collect::<Vec<_>>().chunks(4).map(|group| group.iter().collect()).collect();
    Ok(TotpOffer { secret: groups.join(" "), qr: qr(&url)?, url })
}

/// The dark modules as one path: a horizontal stroke of a rectangle for each run.
fn qr(text: &str) -> Result<QrCode, Error> {
    let code = qrcode::QrCode::with_error_correction_level(text, qrcode::EcLevel::M)
        .map_err(|_| Error::Broken("a QR code could not be made"))?;
    let size = code.width();
    let colors = code.into_colors();
    let mut path = String::new();
    for (y, row) in colors.chunks(size).enumerate() {
        let mut x = 0;
        for run in row.chunk_by(|left, right| left == right) {
            if run.first() == Some(&qrcode::Color::Dark) {
                path.push_str(&format!("M{x} {y}h{}v1h-{}z", run.len(), run.len()));
            }
            x += run.len();
        }
    }
    Ok(QrCode { size: u32::try_from(size).unwrap_or(0), path })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_those_of_the_standard() {
        // RFC 6238 appendix B, SHA-1, the last six of eight digits.
        let codes = codes(&hex::encode("12345678901234567890").into()).unwrap();
        for (at, code) in [(59, "287082"), (1_111_111_109, "081804"), (20_000_000_000, "353130")] {
            assert_eq!(codes.check(code, at), Some(at / 30));
        }
        assert_eq!(codes.check("287082", 59 + 30), Some(1), "one step late");
        assert_eq!(codes.check("287082", 59 + 61), None, "two steps late");
    }

    #[test]
    fn a_code_is_six_digits_with_any_spaces() {
        assert_eq!(digits(" 287 082\n").as_deref(), Some("287082"));
        for wrong in ["", "28708", "2870821", "28708a", "２８７０８２", "287082 1"] {
            assert_eq!(digits(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn the_picture_is_a_square_of_strokes() {
        let qr = qr("otpauth://totp/Nova:alice?secret=GEZDGNBVGY3TQOJQ").unwrap();
        assert!(qr.size >= 21 && qr.path.starts_with("M0 0h7v1h-7z"));
    }
}
