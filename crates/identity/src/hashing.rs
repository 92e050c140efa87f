//! argon2id in memory that is used again.

use std::sync::{Mutex, PoisonError};

use argon2::{
    Algorithm, Argon2, Block, Params, Version,
    password_hash::phc::{Output, ParamsString, PasswordHash, Salt},
};
use secrecy::{ExposeSecret, SecretString};
use subtle::ConstantTimeEq;

use crate::Error;

/// OWASP's first choice for argon2id: 19 MiB, two passes, one lane.
const MEMORY_KIB: u32 = 19 * 1024;
const PASSES: u32 = 2;

/// The memory hashes are made in: one piece for each that runs at once, made when it is first needed and kept. Taken from
/// the allocator each time, every thread that ever hashed would keep a piece, and filling fresh pages costs a third of
/// the hash.
#[derive(Debug, Default)]
pub(crate) struct Areas(Mutex<Vec<Vec<Block>>>);

impl Areas {
    /// Hashes with our own parameters and a fresh salt; the result is a PHC string.
    pub(crate) fn hash(&self, password: &SecretString) -> Result<String, Error> {
        let failed = |_| Error::Broken("a password could not be hashed");
        let params = Params::new(MEMORY_KIB, PASSES, 1, None).map_err(|_| Error::Broken("argon2 parameters"))?;
        let salt = Salt::generate();
        let mut out = [0; Params::DEFAULT_OUTPUT_LEN];
        let text = ParamsString::try_from(&params).map_err(failed)?;
        self.fill(&Argon2::new(Algorithm::Argon2id, Version::V0x13, params), password, &salt, &mut out)?;
        let hash = PasswordHash {
            algorithm: Algorithm::Argon2id.ident(),
            version: Some(Version::V0x13.into()),
            params: text,
            salt: Some(salt),
            hash: Some(Output::new(&out).map_err(|_| Error::Broken("a password could not be hashed"))?),
        };
        Ok(hash.to_string())
    }

    /// Whether `password` belongs to `hash`. The parameters come from the hash itself, so that older hashes stay valid
    /// when ours are raised.
    pub(crate) fn verify(&self, password: &SecretString, hash: &str) -> Result<bool, Error> {
        let unreadable = || Error::Store(store::Error::Unreadable("password hash"));
        let parsed = PasswordHash::new(hash).map_err(|_| unreadable())?;
        let params = Params::try_from(&parsed).map_err(|_| unreadable())?;
        let algorithm = Algorithm::try_from(parsed.algorithm.as_str()).map_err(|_| unreadable())?;
        let version = parsed.version.map_or(Ok(Version::V0x13), Version::try_from).map_err(|_| unreadable())?;
        let (Some(salt), Some(expected)) = (parsed.salt, parsed.hash) else { return Err(unreadable()) };
        let mut out = vec![0; expected.len()];
        self.fill(&Argon2::new(algorithm, version, params), password, &salt, &mut out)?;
        Ok(bool::from(expected.as_bytes().ct_eq(&out)))
    }

    fn fill(&self, argon2: &Argon2<'_>, password: &SecretString, salt: &[u8], out: &mut [u8]) -> Result<(), Error> {
        let mut area = self.pieces().pop().unwrap_or_default();
        // Hashes of other parameters, if there ever are any, may need more.
        let needed = argon2.params().block_count();
        if area.len() < needed {
            area.resize(needed, Block::new());
        }
        let made = argon2.hash_password_into_with_memory(password.expose_secret().as_bytes(), salt, out, &mut area);
        self.pieces().push(area);
        made.map_err(|_| Error::Broken("a password could not be hashed"))
    }

    /// How many hashes' memory is kept.
    #[cfg(test)]
    pub(crate) fn kept(&self) -> usize {
        self.pieces().len()
    }

    fn pieces(&self) -> std::sync::MutexGuard<'_, Vec<Vec<Block>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
