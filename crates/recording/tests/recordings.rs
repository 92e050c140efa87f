//! What people may do with recordings, on both databases.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]

mod common;

use common::{Fake, World};
use model::{
    ApiError, Caller, ErrorCode, RecordingId, Role,
    recording::{MAX_SHARES, Mode, Policy, RecordingFilter, State},
};
use recording::{Error, Heard};
use std::time::Duration;

async fn recorded(world: &World, caller: &Caller, text: &str) -> RecordingId {
    let (mut shell, source) = Fake::new();
    let mut changes = world.recordings.changes();
    let id = world.recordings.begin(caller, shell.shell(), |_| Ok(source)).await.unwrap();
    shell.write(text.as_bytes());
    shell.exit(0);
    changes.recv().await.unwrap();
    while changes.recv().await.unwrap().terminal != shell.terminal {}
    id
}

fn code<T: std::fmt::Debug>(result: Result<T, Error>) -> ErrorCode {
    ApiError::from(result.unwrap_err()).code
}

#[tokio::test]
async fn a_recording_is_its_persons_and_a_readers_and_nobody_elses() {
    for world in World::each().await {
        let (ada, bob) = (world.person("ada", Role::Developer).await, world.person("bob", Role::Developer).await);
        let admin = world.person("root", Role::Admin).await;
        let id = recorded(&world, &ada, "hello\r\nworld\r\n").await;
        let service = &world.recordings;
        assert_eq!(service.get(&ada, id, None).await.unwrap().state, State::Finished);
        assert_eq!(code(service.get(&bob, id, None).await), ErrorCode::NotFound);
        assert_eq!(code(service.events(&bob, id, None, 0).await), ErrorCode::NotFound);
        assert_eq!(code(service.index(&bob, id, Some("guess")).await), ErrorCode::NotFound);
        assert_eq!(code(service.export(&bob, id).await), ErrorCode::NotFound);
        assert_eq!(code(service.delete(&bob, id).await), ErrorCode::NotFound);
        assert_eq!(world.audited("recording.play").await, 0);
        service.get(&admin, id, None).await.unwrap();
        assert_eq!(world.audited("recording.play").await, 1);
        // Seeing is not deleting.
        assert_eq!(code(service.delete(&admin, id).await), ErrorCode::Forbidden);

        let mine = RecordingFilter::default();
        assert_eq!(service.list(&ada, &mine, None).await.unwrap().recordings.len(), 1);
        assert_eq!(service.list(&bob, &mine, None).await.unwrap().recordings.len(), 0);
        let all = RecordingFilter { everybody: true, ..RecordingFilter::default() };
        assert_eq!(code(service.list(&ada, &all, None).await), ErrorCode::Forbidden);
        assert_eq!(service.list(&admin, &all, None).await.unwrap().recordings[0].owner_name, "ada");
        for (text, found) in [("ADA", 1), ("bash", 1), ("ada 2027-01-15", 1), ("2026-01-01", 0), ("%", 0), ("bob", 0)] {
            let filter = RecordingFilter { everybody: true, text: text.into() };
            assert_eq!(service.list(&admin, &filter, None).await.unwrap().recordings.len(), found, "{text}");
        }

        let found = service.search(&ada, id, None, "WORLD").await.unwrap();
        assert_eq!((found.hits.len(), found.hits[0].line.as_str(), found.more), (1, "world", false));
        assert_eq!(code(service.search(&ada, id, None, "  ").await), ErrorCode::Invalid);

        service.delete(&ada, id).await.unwrap();
        assert_eq!(code(service.get(&ada, id, None).await), ErrorCode::NotFound);
        assert!(!world.file(id, "cast").exists() && !world.file(id, "index").exists());
        assert_eq!(world.audited("recording.delete").await, 1);
        world.end().await;
    }
}

#[tokio::test]
async fn a_link_opens_one_recording_until_it_ends() {
    for world in World::each().await {
        let (ada, bob) = (world.person("ada", Role::Developer).await, world.person("bob", Role::Viewer).await);
        let (one, other) = (recorded(&world, &ada, "one").await, recorded(&world, &ada, "other").await);
        let service = &world.recordings;
        assert_eq!(code(service.share(&bob, one, 1).await), ErrorCode::NotFound);
        assert_eq!(code(service.share(&ada, one, 31).await), ErrorCode::Invalid);
        let share = service.share(&ada, one, 1).await.unwrap();
        let secret = share.path.split("share=").nth(1).unwrap();
        assert!(!service.get(&bob, one, Some(secret)).await.unwrap().may_share);
        assert!(!service.events(&bob, one, Some(secret), 0).await.unwrap().is_empty());
        assert_eq!(code(service.get(&bob, other, Some(secret)).await), ErrorCode::NotFound);
        assert_eq!(code(service.export(&bob, one).await), ErrorCode::NotFound, "a link is for watching");
        service.unshare(&ada, one, share.info.id).await.unwrap();
        assert_eq!(code(service.get(&bob, one, Some(secret)).await), ErrorCode::NotFound);

        let share = service.share(&ada, one, 1).await.unwrap();
        let secret = share.path.split("share=").nth(1).unwrap().to_owned();
        for _ in 1..MAX_SHARES {
            service.share(&ada, one, 1).await.unwrap();
        }
        assert_eq!(code(service.share(&ada, one, 1).await), ErrorCode::Conflict);
        world.time.advance(Duration::from_secs(86_401));
        assert_eq!(code(service.get(&bob, one, Some(&secret)).await), ErrorCode::NotFound, "it has ended");
        assert!(service.shares(&ada, one).await.unwrap().is_empty());
        service.share(&ada, one, 1).await.unwrap();
        world.end().await;
    }
}

#[tokio::test]
async fn what_the_policy_asks_for_nobody_ends_or_deletes() {
    for world in World::each().await {
        let (owner, ada) = (world.person("root", Role::Owner).await, world.person("ada", Role::Developer).await);
        let service = &world.recordings;
        let always = Policy { mode: Mode::Always, input: false, keep_days: Some(1) };
        assert_eq!(code(service.save_policy(&ada, &Role::Developer, always).await), ErrorCode::Forbidden);
        assert_eq!(code(service.save_policy(&owner, &Role::Developer, always).await), ErrorCode::StepUp);
        let owner = world.fresh_proof(&owner);
        let never_ends = Policy { keep_days: Some(0), ..always };
        assert_eq!(code(service.save_policy(&owner, &Role::Developer, never_ends).await), ErrorCode::Invalid);
        service.save_policy(&owner, &Role::Developer, always).await.unwrap();
        assert_eq!(world.audited("recording.policy").await, 1);

        let (mut shell, source) = Fake::new();
        let id = service.begin(&ada, shell.shell(), |policy| {
            assert_eq!(*policy, always);
            Ok(source)
        });
        let id = id.await.unwrap();
        let (_, second) = Fake::of(shell.terminal, 0);
        assert_eq!(code(service.begin(&ada, shell.shell(), |_| Ok(second)).await), ErrorCode::Conflict);
        assert_eq!(code(service.end(&ada, shell.terminal).await), ErrorCode::Forbidden);
        assert_eq!(code(service.delete(&owner, id).await), ErrorCode::Conflict, "it goes on");
        let mut changes = service.changes();
        shell.write(b"rm -rf /\r\n");
        shell.exit(1);
        changes.recv().await.unwrap();
        assert_eq!(code(service.delete(&ada, id).await), ErrorCode::Forbidden);

        // Its time is up a day after its end.
        world.time.advance(Duration::from_secs(86_399));
        assert_eq!(service.prune(&Caller::system("test")).await.unwrap(), 0);
        world.time.advance(Duration::from_secs(2));
        assert!(matches!(service.prune(&ada).await, Err(Error::NotFound)));
        assert_eq!(service.prune(&Caller::system("test")).await.unwrap(), 1);
        assert!(!world.file(id, "cast").exists());

        let never = Policy { mode: Mode::Never, ..always };
        let owner = world.fresh_proof(&owner);
        service.save_policy(&owner, &Role::Developer, never).await.unwrap();
        let (_, source) = Fake::new();
        assert_eq!(code(service.begin(&ada, shell.shell(), |_| Ok(source)).await), ErrorCode::Forbidden);
        world.end().await;
    }
}

#[tokio::test]
async fn someone_elses_recording_goes_only_after_showing_who_one_is() {
    for world in World::each().await {
        let (owner, ada) = (world.person("root", Role::Owner).await, world.person("ada", Role::Developer).await);
        let id = recorded(&world, &ada, "text").await;
        assert_eq!(code(world.recordings.delete(&owner, id).await), ErrorCode::StepUp);
        world.recordings.delete(&world.fresh_proof(&owner), id).await.unwrap();
        world.end().await;
    }
}

#[tokio::test]
async fn bounds_end_a_recording_and_say_so() {
    let world = World::small(|settings| settings.max_bytes = 4_000).await;
    let ada = world.person("ada", Role::Developer).await;
    let (mut shell, source) = Fake::new();
    let id = world.recordings.begin(&ada, shell.shell(), |_| Ok(source)).await.unwrap();
    let mut changes = world.recordings.changes();
    shell.write(&[b'x'; 5_000]);
    assert!(!changes.recv().await.unwrap().unrecorded);
    let info = world.recordings.get(&ada, id, None).await.unwrap();
    assert_eq!(info.state, State::Full);
    let events = String::from_utf8(world.recordings.events(&ada, id, None, 0).await.unwrap()).unwrap();
    assert!(events.contains("as large as one recording may be"));
    // A disk that must keep more than it has takes nothing.
    let full = World::small(|settings| settings.reserve = u64::MAX).await;
    let bob = full.person("bob", Role::Developer).await;
    let (shell, source) = Fake::new();
    assert_eq!(code(full.recordings.begin(&bob, shell.shell(), |_| Ok(source)).await), ErrorCode::Unavailable);
    assert_eq!(full.recordings.active(&bob).unwrap(), []);
}

#[tokio::test]
async fn a_required_recording_goes_on_in_the_next_one_and_is_told_of_when_it_cannot() {
    let world = World::small(|settings| (settings.max_bytes, settings.max_total) = (4_000, 20_000)).await;
    let owner = world.fresh_proof(&world.person("root", Role::Owner).await);
    let ada = world.person("ada", Role::Developer).await;
    let always = Policy { mode: Mode::Always, input: false, keep_days: None };
    world.recordings.save_policy(&owner, &Role::Developer, always).await.unwrap();
    let (mut shell, source) = Fake::new();
    world.recordings.begin(&ada, shell.shell(), |_| Ok(source)).await.unwrap();
    let mut changes = world.recordings.changes();
    let first = world.recordings.active(&ada).unwrap()[0].recording;
    shell.write(&[b'x'; 5_000]);
    common::until("the next recording", || async {
        world.recordings.active(&ada).unwrap().first().is_some_and(|active| active.recording != first)
    })
    .await;
    for _ in 0..4 {
        shell.write(&[b'y'; 5_000]);
    }
    assert!(changes.recv().await.unwrap().unrecorded, "the shell must not go on");
    assert_eq!(world.recordings.active(&ada).unwrap(), []);
}

#[tokio::test]
async fn what_is_typed_and_what_was_missed_is_written() {
    let world = World::small(|_| {}).await;
    let ada = world.person("ada", Role::Developer).await;
    let (mut shell, source) = Fake::new();
    let id = world.recordings.begin(&ada, shell.shell(), |_| Ok(source)).await.unwrap();
    shell.write(b"name: ");
    shell.tell.send(Heard::Input("ada\r".into())).unwrap();
    let size = model::terminal::Size { cols: 100, rows: 30 };
    shell.tell.send(Heard::Screen { seq: 9_000, size, bytes: "\x1bcnow".into(), missed: 8_994 }).unwrap();
    let written = || async { String::from_utf8(world.recordings.events(&ada, id, None, 0).await.unwrap()).unwrap() };
    common::until("all of it", || async { written().await.contains("now") }).await;
    world.recordings.end(&ada, shell.terminal).await.unwrap();
    let lines = written().await;
    let at = |what: &str| lines.find(what).unwrap_or_else(|| panic!("{what} is not in {lines}"));
    assert!(at("\"i\",\"ada\\r\"") < at("8994 bytes of output went by too fast"));
    assert!(at("8994 bytes") < at("\"r\",\"100x30\"") && at("100x30") < at("now") && at("now") < at("was ended"));
    let info = world.recordings.get(&ada, id, None).await.unwrap();
    assert_eq!((info.state, info.missed_bytes), (State::Finished, 8_994));
    assert_eq!(code(world.recordings.end(&ada, shell.terminal).await), ErrorCode::Conflict);
}
