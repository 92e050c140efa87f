//! Password hashing: argon2id, off the async threads, behind a bound.

use std::sync::Arc;

use model::identity::check_password_length;
use secrecy::{ExposeSecret, SecretString};
use tokio::sync::Semaphore;

use crate::{Error, hashing::Areas};

/// Callers that wait for a turn; one more is told to come back. With the cores' own, the memory bound is
/// `cores × 19 MiB`.
const MAX_WAITING: usize = 256;

/// Hashes and verifies passwords, as many at once as there are cores.
#[derive(Debug, Clone)]
pub(crate) struct Passwords {
    turns: Arc<Semaphore>,
    places: Arc<Semaphore>,
    areas: Arc<Areas>,
    /// Verified for unknown users, so that they take as long as known ones.
    dummy: Arc<str>,
}

impl Passwords {
    pub(crate) fn new() -> Result<Self, Error> {
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        // In memory of its own, given back at once: an idle server needs none.
        let dummy = Areas::default().hash(&SecretString::from("nobody has this password"))?;
        Ok(Self {
            turns: Arc::new(Semaphore::new(cores)),
            places: Arc::new(Semaphore::new(cores + MAX_WAITING)),
            areas: Arc::default(),
            dummy: dummy.into(),
        })
    }

    /// Runs `work` when it is its turn.
    async fn in_turn<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Result<T, Error> {
        let _place = self.places.try_acquire().map_err(|_| Error::Busy)?;
        let turn = Arc::clone(&self.turns).acquire_owned().await.map_err(|_| Error::Busy)?;
        let done = tokio::task::spawn_blocking(move || {
            let result = work();
            // Given back by the work itself: a caller that went away must not free a core that is still hashing.
            drop(turn);
            result
        });
        done.await.map_err(|_| Error::Broken("password hashing stopped"))
    }

    /// Checks a new password against the rules (NIST SP 800-63B-4 §3.1.1.2) and hashes it. `about` are the words an
    /// attacker would try first: the person's names.
    pub(crate) async fn hash(&self, password: &SecretString, about: Vec<String>) -> Result<String, Error> {
        check_password_length(password.expose_secret())?;
        let (password, areas) = (password.clone(), Arc::clone(&self.areas));
        self.in_turn(move || {
            let about: Vec<&str> = about.iter().map(String::as_str).collect();
            check_strength(password.expose_secret(), &about)?;
            areas.hash(&password)
        })
        .await?
    }

    /// Whether `password` belongs to `hash`; without a hash it takes as long and says no.
    pub(crate) async fn verify(&self, password: &SecretString, hash: Option<String>) -> Result<bool, Error> {
        let (password, dummy, areas) = (password.clone(), Arc::clone(&self.dummy), Arc::clone(&self.areas));
        self.in_turn(move || {
            let known = hash.is_some();
            Ok(areas.verify(&password, hash.as_deref().unwrap_or(&dummy))? && known)
        })
        .await?
    }
}

/// Refuses what guessers try first: common passwords, repeats, sequences, the person's own names.
fn check_strength(password: &str, about: &[&str]) -> Result<(), Error> {
    let estimate = zxcvbn::zxcvbn(password, about);
    if estimate.score() >= zxcvbn::Score::Three {
        return Ok(());
    }
    let why = estimate.feedback().and_then(|feedback| feedback.warning()).map(|warning| format!("{warning} "));
    Err(Error::WeakPassword(format!(
        "This password is too easy to guess. {}Use a few unrelated words.",
        why.unwrap_or_default()
    )))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn common_and_personal_passwords_are_refused_however_long() {
        for weak in ["passwordpassword", "aaaaaaaaaaaaaaaaaaaa", "123456789012345678", "alice-alice-alice"] {
            assert!(check_strength(weak, &["alice"]).is_err(), "{weak}");
        }
        assert!(check_strength("violet kettle runs uphill", &["alice"]).is_ok());
    }

    #[tokio::test]
    async fn an_unknown_user_never_matches_even_with_the_dummys_password() {
        let passwords = Passwords::new().unwrap();
        assert!(!passwords.verify(&"nobody has this password".into(), None).await.unwrap());
    }

    #[tokio::test]
    async fn hashes_are_argon2id_at_owasp_parameters() {
        let passwords = Passwords::new().unwrap();
        let hash = passwords.hash(&"violet kettle runs uphill".into(), Vec::new()).await.unwrap();
        assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{hash}");
        assert!(passwords.verify(&"violet kettle runs uphill".into(), Some(hash.clone())).await.unwrap());
        assert!(!passwords.verify(&"violet kettle runs uphilL".into(), Some(hash)).await.unwrap());
    }

    #[tokio::test]
    async fn a_crowd_hashes_in_the_memory_of_as_many_hashes_as_there_are_cores() {
        let passwords = Passwords::new().unwrap();
        assert_eq!(passwords.areas.kept(), 0, "an idle server keeps none");
        let password = SecretString::from("violet kettle runs uphill");
        let tries = (0..40).map(|_| {
            let (passwords, password) = (passwords.clone(), password.clone());
            tokio::spawn(async move { passwords.verify(&password, None).await })
        });
        for tried in tries.collect::<Vec<_>>() {
            assert!(!tried.await.unwrap().unwrap());
        }
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        assert!((1..=cores).contains(&passwords.areas.kept()), "{}", passwords.areas.kept());
    }

    #[tokio::test]
    async fn more_attempts_than_the_bound_are_turned_away_at_once() {
        let passwords = Passwords::new().unwrap();
        let all = passwords.places.available_permits();
        let _taken = passwords.places.acquire_many(u32::try_from(all).unwrap()).await.unwrap();
        assert!(matches!(passwords.verify(&"x".into(), None).await, Err(Error::Busy)));
    }
}
