//! How a key looks: `nova_`, 43 random letters, six letters of checksum.

use model::keys::KEY_PREFIX;
use secrecy::SecretString;
use sha2::{Digest, Sha256};

const LETTERS: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
/// Random letters: 256 bits.
const RANDOM: usize = 43;
/// Letters of the checksum, which tells a mistyped or made-up key without asking the database.
const CHECKSUM: usize = 6;
/// Letters shown in lists.
const SHOWN: usize = 6;

/// A fresh key and how it begins.
pub(super) fn fresh() -> (SecretString, String) {
    let mut body = String::with_capacity(RANDOM);
    while body.len() < RANDOM {
        // Bytes beyond the largest multiple of 62 would make the first letters likelier.
        let letters = rand::random::<[u8; 32]>().into_iter().filter(|byte| *byte < 248);
        body.extend(letters.map(|byte| char::from(LETTERS[usize::from(byte % 62)])).take(RANDOM - body.len()));
    }
    let prefix = format!("{KEY_PREFIX}{}", &body[..SHOWN]);
    (format!("{KEY_PREFIX}{body}{}", checksum(&body)).into(), prefix)
}

/// Whether the text could be a key of ours.
pub(super) fn is_shaped(key: &str) -> bool {
    key.strip_prefix(KEY_PREFIX)
        .filter(|rest| rest.len() == RANDOM + CHECKSUM && rest.bytes().all(|byte| byte.is_ascii_alphanumeric()))
        .is_some_and(|rest| checksum(&rest[..RANDOM]) == rest[RANDOM..])
}

fn checksum(body: &str) -> String {
    let digest = Sha256::digest(body.as_bytes());
    let mut number = digest.iter().take(8).fold(0u64, |number, byte| number << 8 | u64::from(*byte));
    (0..CHECKSUM)
        .map(|_| {
            let letter = LETTERS[usize::try_from(number % 62).unwrap_or(0)];
            number /= 62;
            char::from(letter)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use secrecy::ExposeSecret;

    use super::*;

    #[test]
    fn only_whole_untouched_keys_have_the_shape() {
        let (key, prefix) = fresh();
        let key = key.expose_secret();
        assert!(is_shaped(key) && key.starts_with(&prefix));
        for at in 0..key.len() {
            assert!(!is_shaped(&key[..at]));
            let mut changed = key.to_owned().into_bytes();
            changed[at] = if changed[at] == b'A' { b'B' } else { b'A' };
            assert!(!is_shaped(std::str::from_utf8(&changed).unwrap()), "{at}");
        }
        for wrong in [format!("{key}A"), key.to_lowercase(), format!(" {key}"), key.to_uppercase(), String::new()] {
            assert!(!is_shaped(&wrong));
        }
    }
}
