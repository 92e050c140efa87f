//! Key files that are gone: told, everybody signs in again, and nothing else is lost.

use std::{
    io::Write,
    sync::{Arc, Mutex},
};

use identity::{Authenticated, Client};
use model::{Role, factors::Showing};
use store::Clock;
use tracing::subscriber::DefaultGuard;

use crate::world::*;

/// What is logged on this thread.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl Log {
    fn listen(&self) -> DefaultGuard {
        let log = self.clone();
        let subscriber = tracing_subscriber::fmt().with_ansi(false).with_writer(move || log.clone()).finish();
        tracing::subscriber::set_default(subscriber)
    }

    fn text(&self) -> String {
        String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
    }
}

#[tokio::test]
async fn a_lost_key_file_ends_the_sessions_and_nothing_else() {
    for lost in [&["signing.json"][..], &["refresh.key"], &["signing.json", "refresh.key"]] {
        for world in World::each().await {
            let tokens = world.owner().await.tokens;
            let bob = world.someone("bob", Role::Developer).await.tokens;
            let (phone, backup) = enrol(&world, &bob).await;
            for file in lost {
                std::fs::remove_file(world.fresh.dir.path().join(file)).unwrap();
            }
            let log = Log::default();
            let listening = log.listen();
            let (clock, time) = Clock::manual(world.time.now());
            let (identity, audit, mail) = engine_with(&world.fresh, clock, mail::Transport::None).await;
            drop(listening);
            for file in lost {
                assert!(log.text().contains(file), "{lost:?}: {}", log.text());
            }
            let after = World { identity, audit, time, fresh: world.fresh, mail };
            for tokens in [&tokens, &bob] {
                assert!(matches!(after.authenticate(tokens).await, Authenticated::Nobody), "{lost:?}");
                assert!(after.renew(tokens).await.is_none(), "{lost:?}");
            }
            assert!(!after.identity.needs_setup().await.unwrap());
            let alice = after.sign_in("alice").await;
            assert_eq!(after.identity.people(&alice.caller).await.unwrap().len(), 2);
            let code = Showing::Totp(phone.code(&after));
            let half = after.half("bob").await;
            let token = secrecy::ExposeSecret::expose_secret(&half.token).to_owned();
            let signed_in = after.identity.prove(&token, &code, &Client::default()).await.unwrap();
            assert_eq!(
                after.identity.factors(&signed_in.caller).await.unwrap().backup_codes_left as usize,
                backup.len()
            );
            // Nothing is told, and nobody signed out, when all files are there again.
            let log = Log::default();
            let listening = log.listen();
            let (again, _) = engine(&after.fresh, Clock::manual(after.time.now()).0).await;
            drop(listening);
            assert!(!log.text().contains("refresh.key") && !log.text().contains("signing.json"), "{}", log.text());
            let found = again.authenticate(credentials(&signed_in.tokens), &Client::default()).await.unwrap();
            assert!(matches!(found, Authenticated::Caller(_)));
            drop(again);
            after.end().await;
        }
    }
}

#[tokio::test]
async fn a_first_start_makes_its_key_files_without_alarm() {
    for fresh in store::testing::Fresh::each().await {
        let log = Log::default();
        let listening = log.listen();
        let (clock, _) = Clock::manual(model::Timestamp(1_800_000_000_000));
        let (identity, _) = engine(&fresh, clock).await;
        drop(listening);
        assert!(!log.text().contains("WARN"), "{}", log.text());
        drop(identity);
        fresh.remove().await;
    }
}
