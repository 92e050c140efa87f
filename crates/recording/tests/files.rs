//! What lies on the disk: that others can read it, that nobody changes it unseen, and that it survives us.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]

mod common;

use std::{fs, time::Duration};

use asciicast_rs::{Asciicast, V3};
use common::{Fake, World, until};
use model::{Caller, RecordingId, Role, recording::State};
use recording::{Heard, Recordings};

/// A recording with commands, colours, sizes, and characters cut in two.
async fn made(world: &World, caller: &Caller) -> RecordingId {
    let (mut shell, source) = Fake::new();
    let id = world.recordings.begin(caller, shell.shell(), |_| Ok(source)).await.unwrap();
    let written = |bytes: u64| async move {
        until("it is written", || async { world.recordings.get(caller, id, None).await.unwrap().bytes > bytes }).await;
    };
    for round in 0..40_u64 {
        shell.write(
            format!("\x1b]133;B\x07make {round}\r\n\x1b]133;C\x07\x1b[3{}mline {round} gr\u{fc}", round % 8).as_bytes(),
        );
        shell.write("ün \u{4e16}\u{754c}\r\n".as_bytes());
        shell.write(b"half a character: \xe4\xb8");
        shell.write(b"\x96 and none: \xff\r\n\x1b]133;D;1\x07");
        written(round * 60).await;
        world.time.advance(Duration::from_millis(1_700));
    }
    let size = model::terminal::Size { cols: 100, rows: 30 };
    shell.tell.send(Heard::Resized(size)).unwrap();
    shell.write(b"\x1b[2J\x1b[Hdone\r\n");
    let mut changes = world.recordings.changes();
    shell.exit(7);
    changes.recv().await.unwrap();
    keyframes(world, &world.recordings, caller, id).await;
    id
}

/// Waits until the keyframes up to the end are made.
async fn keyframes(world: &World, service: &Recordings, caller: &Caller, id: RecordingId) {
    let frames = || fs::metadata(world.file(id, "frames")).map_or(0, |file| file.len());
    until("keyframes", || async {
        let check = service.verify(caller, id).await.unwrap();
        assert_eq!(check.broken, None);
        check.keyframes >= 6 && frames() > 0
    })
    .await;
}

#[tokio::test]
async fn another_reader_reads_what_was_written() {
    for world in World::each().await {
        let ada = world.person("ada", Role::Developer).await;
        let id = made(&world, &ada).await;
        let cast = Asciicast::<V3>::from_path(world.file(id, "cast")).unwrap();
        assert_eq!((cast.header.version, cast.header.term.cols, cast.header.term.rows), (3, 80, 24));
        assert_eq!(cast.header.timestamp, Some(common::START.seconds()));
        let text: String = cast.events.iter().filter_map(|event| event.as_output()).collect();
        assert!(text.contains("line 39 grüün 世界\r\nhalf a character: 世 and none: \u{fffd}\r\n"), "{text}");
        let last = format!("{:?}", cast.events.last().unwrap());
        assert!(last.contains("Exit") && last.contains('7'), "{last}");
        let index = world.recordings.index(&ada, id, None).await.unwrap();
        assert_eq!(index.chapters.len(), 40);
        assert_eq!((index.chapters[3].label.as_str(), index.chapters[3].exit), ("make 3", Some(1)));
        assert!(index.keyframes.len() >= 6, "every ten seconds: {}", index.keyframes.len());
        assert!(index.keyframes.windows(2).all(|pair| pair[1].at_ms >= pair[0].at_ms + 1_000));
        assert_eq!(index.length_ms, 40 * 1_700);
        world.end().await;
    }
}

#[tokio::test]
async fn playing_from_any_keyframe_ends_as_playing_all_of_it() {
    let world = World::small(|_| {}).await;
    let ada = world.person("ada", Role::Developer).await;
    let id = made(&world, &ada).await;
    let index = world.recordings.index(&ada, id, None).await.unwrap();
    let cast = fs::read_to_string(world.file(id, "cast")).unwrap();
    let play = |screen: &mut dyn recording::Emulator, from: u64| {
        let rest = &cast[usize::try_from(from).unwrap()..];
        for line in rest.lines().filter(|line| line.starts_with('[')) {
            let (_, code, data): (f64, String, String) = serde_json::from_str(line).unwrap();
            match code.as_str() {
                "o" => screen.feed(data.as_bytes()),
                "r" => {
                    let (cols, rows) = data.split_once('x').unwrap();
                    screen.resize(model::terminal::Size::new(cols.parse().unwrap(), rows.parse().unwrap()).unwrap());
                }
                _ => {}
            }
        }
        screen.paint()
    };
    let mut whole = common::emulators()(common::SIZE);
    let whole = play(&mut *whole, index.begin);
    for key in &index.keyframes {
        let mut screen = common::emulators()(model::terminal::Size::new(key.cols, key.rows).unwrap());
        screen.feed(&world.recordings.frame(&ada, id, None, key.frame, key.length).await.unwrap());
        assert_eq!(play(&mut *screen, key.offset), whole, "from {} ms", key.at_ms);
    }
    assert!(world.recordings.frame(&ada, id, None, u64::MAX, 1).await.is_err());
    assert!(world.recordings.frame(&ada, id, None, 0, u64::MAX).await.is_err());
}

#[tokio::test]
async fn no_byte_changes_unseen() {
    let world = World::small(|_| {}).await;
    let ada = world.person("ada", Role::Developer).await;
    let id = made(&world, &ada).await;
    let (path, service) = (world.file(id, "cast"), &world.recordings);
    let whole = fs::read(&path).unwrap();
    let text = String::from_utf8(whole.clone()).unwrap();
    let broken = || async { service.verify(&ada, id).await.unwrap().broken };
    assert_eq!(broken().await, None);
    let at = |what: &str| text.find(what).unwrap();
    // One byte of each kind: header, interval, code, text, position, a seal's number, its digest, its line end.
    let seal = at("# chunk ");
    let kinds = [
        at("\"cols\":80") + 7,
        at("[0.000") + 5,
        at("\"o\"") + 1,
        at("line 7"),
        at("# at ") + 5,
        seal + 8,
        seal + 20,
        text[seal..].find('\n').unwrap() + seal,
    ];
    for byte in kinds {
        let mut changed = whole.clone();
        changed[byte] ^= 1;
        fs::write(&path, &changed).unwrap();
        assert!(broken().await.is_some(), "byte {byte}: {}", &text[byte.saturating_sub(10)..byte + 5]);
    }
    // And by the hundred.
    for byte in (0..whole.len()).step_by(whole.len() / 100) {
        let mut changed = whole.clone();
        changed[byte] ^= 0x20;
        fs::write(&path, &changed).unwrap();
        assert!(broken().await.is_some(), "byte {byte}");
    }
    for (what, changed) in [
        ("cut off", whole[..whole.len() - 1].to_vec()),
        ("without its last chunk", whole[..text[..whole.len() - 1].rfind('\n').unwrap()].to_vec()),
        ("with more", [&whole[..], b"[1.000,\"o\",\"more\"]\n"].concat()),
        ("with a comment", [&whole[..], b"# hello\n"].concat()),
        ("empty", Vec::new()),
    ] {
        fs::write(&path, changed).unwrap();
        assert!(broken().await.is_some(), "{what}");
    }
    fs::write(&path, &whole).unwrap();
    let frames = fs::read(world.file(id, "frames")).unwrap();
    let mut changed = frames.clone();
    changed[10] ^= 1;
    fs::write(world.file(id, "frames"), changed).unwrap();
    assert!(broken().await.unwrap().contains("keyframe 1"));
    fs::write(world.file(id, "frames"), frames).unwrap();
    assert_eq!(broken().await, None);
}

#[tokio::test]
async fn files_are_ours_alone() {
    use std::os::unix::fs::PermissionsExt;
    let world = World::small(|_| {}).await;
    let ada = world.person("ada", Role::Developer).await;
    let id = made(&world, &ada).await;
    for kind in ["cast", "index", "frames"] {
        assert_eq!(fs::metadata(world.file(id, kind)).unwrap().permissions().mode() & 0o777, 0o600, "{kind}");
    }
    let directory = world.file(id, "cast").parent().unwrap().to_owned();
    assert_eq!(fs::metadata(directory).unwrap().permissions().mode() & 0o077, 0);
}

#[tokio::test]
async fn a_server_that_stops_leaves_its_recordings_to_the_next_one() {
    for world in World::each().await {
        let ada = world.person("ada", Role::Developer).await;
        let (mut shell, source) = Fake::new();
        let id = world.recordings.begin(&ada, shell.shell(), |_| Ok(source)).await.unwrap();
        shell.write(b"before ");
        let seen = |service: Recordings, what: &'static str| {
            let ada = ada.clone();
            async move {
                until(what, || async {
                    String::from_utf8(service.events(&ada, id, None, 0).await.unwrap()).unwrap().contains(what)
                })
                .await;
            }
        };
        seen(world.recordings.clone(), "before ").await;
        world.recordings.shutdown().await;
        let next = world.again();
        let system = Caller::system("test");
        let (mut after, source) = Fake::of(shell.terminal, 7);
        let (mut source, mut from) = (Some(source), 0);
        let resumed = next.resume(&system, |left| {
            from = left.seq;
            source.take()
        });
        assert_eq!((resumed.await.unwrap(), from), (1, 7));
        after.write(b"after");
        seen(next.clone(), "after").await;
        seen(next.clone(), "The server was restarted").await;
        let mut changes = next.changes();
        after.exit(0);
        changes.recv().await.unwrap();
        let info = next.get(&ada, id, None).await.unwrap();
        assert_eq!((info.state, info.parts), (State::Finished, 2));
        assert_eq!(next.verify(&ada, id).await.unwrap().broken, None);
        world.end().await;
    }
}

#[tokio::test]
async fn what_a_killed_server_wrote_is_kept_and_what_it_was_writing_is_cut_off() {
    for world in World::each().await {
        let ada = world.person("ada", Role::Developer).await;
        let (mut shell, source) = Fake::new();
        let id = world.recordings.begin(&ada, shell.shell(), |_| Ok(source)).await.unwrap();
        shell.write(b"acknowledged");
        until("it is written", || async { fs::read_to_string(world.file(id, "cast")).unwrap().contains("# at 12") })
            .await;
        // As the kernel leaves it: whole up to here, then a line that was being written.
        let copy = [fs::read(world.file(id, "cast")).unwrap(), b"[0.100,\"o\",\"half a li".to_vec()].concat();
        let next = world.again();
        world.recordings.shutdown().await;
        fs::write(world.file(id, "cast"), copy).unwrap();
        let none = next.resume(&Caller::system("test"), |_| None::<common::Hearing>).await.unwrap();
        assert_eq!(none, 0);
        let info = next.get(&ada, id, None).await.unwrap();
        assert_eq!(info.state, State::Interrupted);
        let text = fs::read_to_string(world.file(id, "cast")).unwrap();
        assert!(text.contains("acknowledged") && !text.contains("half a li"));
        assert_eq!(next.verify(&ada, id).await.unwrap().broken, None);
        // Somebody else's hand is not mended.
        assert_eq!(next.resume(&Caller::system("test"), |_| None::<common::Hearing>).await.unwrap(), 0);
        world.end().await;
    }
}
