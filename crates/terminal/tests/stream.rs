//! How output reaches viewers: whole, in order, paced by the fastest, and after a break from where it stopped.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]

mod common;

use common::{Client, PATIENCE, bash, developer, person, rendered, script, terminals};
use model::{
    Role,
    terminal::{ClientFrame, ServerFrame, WINDOW},
};
use terminal::{BadFrame, Size, State};
use tokio::time::timeout;

#[tokio::test]
async fn resuming_at_any_byte_loses_and_doubles_nothing() {
    let directory = tempfile::tempdir().unwrap();
    let terminals = terminals(&script(&directory, "seq 1 20000; read end"));
    let me = developer();
    let (id, mut whole) = Client::open(&terminals, &me).await;
    whole.until("\r\n20000\r\n").await;
    let expected: String = (1..=20_000).map(|line| format!("{line}\r\n")).collect();
    assert_eq!(whole.text(), expected);

    let (mut cut, mut cuts) = (0_usize, 0);
    while cut <= expected.len() {
        let after = cut as u64;
        let mut resumed = Client::new(terminals.attach(&me, id, Some(after)).unwrap(), Some(after));
        if cut < expected.len() {
            while resumed.output.len() < expected.len() - cut {
                resumed.step().await;
            }
        }
        assert!(resumed.output == expected.as_bytes()[cut..], "cut at {cut}");
        cuts += 1;
        cut += 1 + (cut * 7919 + 12_345) % 1_999;
    }
    assert!(cuts > 80, "{cuts}");
}

#[tokio::test]
async fn breaks_while_output_flows_lose_and_double_nothing() {
    let directory = tempfile::tempdir().unwrap();
    let terminals = terminals(&script(&directory, "seq 1 100000; read end"));
    let me = developer();
    let expected: String = (1..=100_000).map(|line| format!("{line}\r\n")).collect();
    let (id, mut client) = Client::open(&terminals, &me).await;
    let mut got = Vec::new();
    let mut breaks = 0;
    while got.len() < expected.len() {
        for _ in 0..=breaks % 3 {
            if got.len() + client.output.len() < expected.len() {
                client.step().await;
            }
        }
        got.append(&mut client.output);
        let seq = got.len() as u64;
        // The new viewer is there before the old one goes, as when a browser reconnects faster than the server notices.
        client = Client::new(terminals.attach(&me, id, Some(seq)).unwrap(), Some(seq));
        breaks += 1;
    }
    assert!(client.snapshots.is_empty() && breaks > 3);
    assert!(got == expected.as_bytes());
}

#[tokio::test]
async fn a_fresh_viewer_gets_the_screen_as_it_is() {
    let directory = tempfile::tempdir().unwrap();
    let painting =
        "seq 1 5000; printf '\\033[1;35mfull \\033[44mcolour\\033[m\\033[5;9Hhere'; echo; echo do''ne; read end";
    let terminals = terminals(&script(&directory, painting));
    let me = developer();
    let (id, mut whole) = Client::open(&terminals, &me).await;
    whole.until("done\r\n").await;
    let mut fresh = Client::new(terminals.attach(&me, id, None).unwrap(), None);
    fresh.step().await;
    let (seq, size, bytes) = fresh.snapshots.pop().unwrap();
    assert_eq!((seq, size), (whole.seq.unwrap(), Size::DEFAULT));
    let (shown, expected) = (rendered(size, &[&bytes]), rendered(size, &[&whole.output]));
    assert_eq!(shown.screen().state_formatted(), expected.screen().state_formatted());
    assert_eq!(shown.screen().contents(), expected.screen().contents());

    // A byte from the future, and one that is gone, get a snapshot as well.
    let mut lost = Client::new(terminals.attach(&me, id, Some(u64::MAX)).unwrap(), Some(0));
    lost.step().await;
    assert_eq!(lost.snapshots.len(), 1);
}

#[tokio::test]
async fn snapshots_amid_a_flood_go_on_without_a_gap() {
    let directory = tempfile::tempdir().unwrap();
    let terminals = terminals(&script(&directory, "seq 1 300000; echo do''ne; read end"));
    let me = developer();
    let (id, mut whole) = Client::open(&terminals, &me).await;
    let mut fresh = Vec::new();
    for _ in 0..8 {
        for _ in 0..4 {
            whole.step().await;
        }
        fresh.push(Client::new(terminals.attach(&me, id, None).unwrap(), None));
    }
    whole.until("done\r\n").await;
    let expected = rendered(Size::DEFAULT, &[&whole.output]);
    for mut client in fresh {
        client.until_shown("done").await;
        assert_eq!(client.screen().screen().state_formatted(), expected.screen().state_formatted());
    }
}

#[tokio::test]
async fn unacknowledged_output_stops_at_the_window() {
    let terminals = terminals("/bin/sh");
    let (_, mut client) = Client::open(&terminals, &developer()).await;
    client.acks = false;
    client.type_in("yes\n").await;
    while (client.output.len() as u64) < WINDOW {
        client.step().await;
    }
    assert_eq!(client.output.len() as u64, WINDOW);
    tokio::select! {
        biased;
        _ = client.viewer.next() => panic!("there is more than the window"),
        () = idling() => {}
    }
    client.ack(1).await;
    client.step().await;
    assert_eq!(client.output.len() as u64, WINDOW + 1);
}

/// Lets every task and the reactor have their turn many times over.
async fn idling() {
    for _ in 0..20_000 {
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn lies_about_what_is_drawn_are_refused() {
    let terminals = terminals("/bin/sh");
    let (_, mut client) = Client::open(&terminals, &developer()).await;
    client.type_in("echo he''llo\n").await;
    client.until("hello\r\n").await;
    let seq = client.seq.unwrap();
    for lie in [seq + 1, u64::MAX] {
        assert_eq!(client.viewer.receive(&ClientFrame::Ack(lie).encode()).await, Err(BadFrame));
    }
    client.ack(seq).await;
    client.ack(seq).await;
    assert_eq!(client.viewer.receive(&ClientFrame::Ack(seq - 1).encode()).await, Err(BadFrame), "taken back");
    for broken in [&[][..], &[9], &[1, 0], &[2, 0, 0]] {
        assert_eq!(client.viewer.receive(broken).await, Err(BadFrame));
    }
    assert_eq!(client.viewer.receive(&vec![0; 64 * 1024 + 2]).await, Err(BadFrame), "longer than any paste piece");
}

#[tokio::test]
async fn interrupting_a_flood_is_answered_within_the_window() {
    let directory = tempfile::tempdir().unwrap();
    let (terminals, me) = (terminals(&bash(&directory)), developer());
    let (_, mut client) = Client::open(&terminals, &me).await;
    client.type_in("PS1='ready> '; trap 'echo stop''ped' INT\n").await;
    client.until("hready> ").await;
    client.type_in("yes\n").await;
    while client.output.len() < 3 << 20 {
        client.step().await;
    }
    // The viewer stalls: a whole window is on its way to it, undrawn, when ^C is typed.
    idling().await;
    let before = client.output.len();
    client.type_in("\x03").await;
    while !client.output[before..].windows(7).any(|window| window == b"ready> ") {
        client.step().await;
    }
    let after = (client.output.len() - before) as u64;
    println!("{after} bytes after ^C");
    assert!(after <= WINDOW + 32 * 1024, "{after} bytes came after ^C");
}

#[tokio::test]
async fn a_stalled_viewer_delays_nobody_and_gets_a_snapshot_later() {
    let directory = tempfile::tempdir().unwrap();
    let terminals = terminals(&script(&directory, "seq 1 900000; echo do''ne; read end"));
    let me = developer();
    let (id, mut fast) = Client::open(&terminals, &me).await;
    let mut stalled = Client::new(terminals.attach(&me, id, Some(0)).unwrap(), Some(0));
    stalled.acks = false;
    stalled.step().await;
    fast.until("done\r\n").await;
    assert!(fast.output.len() > 5 << 20, "more than the ring holds");

    // It gets what it was promised, then nothing until it has drawn that.
    stalled.acks = true;
    stalled.until_shown("done").await;
    assert!(!stalled.snapshots.is_empty(), "it fell out of the ring");
    let expected = fast.screen();
    assert_eq!(stalled.screen().screen().state_formatted(), expected.screen().state_formatted());
}

#[tokio::test]
async fn a_paste_into_an_echoing_program_does_not_deadlock() {
    // cat echoes what it reads: unless output is taken while input waits, neither side moves.
    let terminals = terminals("/bin/sh");
    let (_, mut client) = Client::open(&terminals, &developer()).await;
    client.type_in("stty raw -echo; echo rea''dy; head -c 3000000 | tee /dev/stderr | md5sum; stty sane; exit\n").await;
    client.until("ready").await;
    let paste: Vec<u8> = (0..3_000_000_u32).map(|index| b'a' + u8::try_from(index % 23).unwrap()).collect();
    let Client { viewer, .. } = client;
    let (mut reader, mut writer) = viewer.split();
    let typing = async {
        // The acknowledgements would stand behind this in the socket, so there are none.
        for piece in paste.chunks(60_000) {
            writer.receive(&ClientFrame::Input(piece).encode()).await.unwrap();
        }
        writer
    };
    let reading = async {
        let mut seen = 0;
        while seen < WINDOW - 4096 {
            if let ServerFrame::Output { bytes, .. } = ServerFrame::decode(&reader.next().await.unwrap()).unwrap() {
                seen += bytes.len() as u64;
            }
        }
        reader
    };
    let (_writer, _reader) = timeout(PATIENCE, async { tokio::join!(typing, reading) }).await.expect("no deadlock");
}

#[tokio::test]
async fn input_nobody_reads_is_held_back_until_the_shell_ends() {
    let directory = tempfile::tempdir().unwrap();
    let (terminals, me) = (terminals(&script(&directory, "stty raw -echo; echo ready; sleep 1000")), developer());
    let (id, mut client) = Client::open(&terminals, &me).await;
    client.until("ready").await;
    let piece = ClientFrame::Input(&[b'x'; 1024]).encode();
    let mut taken = 0;
    tokio::select! {
        biased;
        () = async {
            loop {
                client.viewer.receive(&piece).await.unwrap();
                taken += 1;
            }
        } => {}
        () = idling() => {}
    }
    assert!(taken < 256, "{taken} KB were taken");
    let close = async {
        idling().await;
        terminals.close(&me, id).unwrap();
    };
    let (received, ()) = timeout(PATIENCE, async { tokio::join!(client.viewer.receive(&piece), close) }).await.unwrap();
    assert_eq!(received, Ok(()), "input for a shell that has ended is dropped");
}

#[tokio::test]
async fn a_shell_without_viewers_runs_on() {
    let directory = tempfile::tempdir().unwrap();
    let marker = directory.path().join("marker");
    let flood = format!("seq 1 800000; echo > {}; echo do''ne; read end", marker.display());
    let (terminals, me) = (terminals(&script(&directory, &flood)), developer());
    let id = terminals.open(&me, Size::DEFAULT).await.unwrap().id;
    let written = timeout(PATIENCE, async {
        while !marker.exists() {
            tokio::task::yield_now().await;
        }
    });
    written.await.expect("5 MB were taken with nobody there");
    let mut client = Client::new(terminals.attach(&me, id, None).unwrap(), None);
    client.until_shown("done").await;
}

#[tokio::test]
async fn queries_are_answered_by_the_server_only_while_nobody_is_there() {
    let directory = tempfile::tempdir().unwrap();
    let answered = directory.path().join("answered");
    let asking = format!(
        "stty raw -echo; while read -r _; do :; done < /dev/null; printf '\\033[6n'; head -c 6 > {0}.part; mv {0}.part {0}; sleep 1000",
        answered.display()
    );
    let (terminals, me) = (terminals(&script(&directory, &asking)), developer());
    // Nobody there: the server answers, and a viewer who resumes before the query gets a snapshot instead of the query.
    let id = terminals.open(&me, Size::DEFAULT).await.unwrap().id;
    let waited = timeout(PATIENCE, async {
        while !answered.exists() {
            tokio::task::yield_now().await;
        }
    });
    waited.await.expect("the program has its answer");
    assert_eq!(std::fs::read(&answered).unwrap(), b"\x1b[1;1R");
    let mut late = Client::new(terminals.attach(&me, id, Some(0)).unwrap(), Some(0));
    late.step().await;
    assert_eq!(late.snapshots.len(), 1);

    // Somebody there: the query reaches the browser, and the server keeps quiet.
    std::fs::remove_file(&answered).unwrap();
    let (_, mut client) = Client::open(&terminals, &me).await;
    client.until("\x1b[6n").await;
    client.resize(81, 24).await;
    let mut other = Client::new(terminals.attach(&me, terminals.list(&me).unwrap()[1].id, None).unwrap(), None);
    other.step().await;
    assert!(!answered.exists(), "the emulator has drawn the query by now and not answered");
    client.type_in("\x1b[9;9R").await;
    let waited = timeout(PATIENCE, async {
        while !answered.exists() {
            tokio::task::yield_now().await;
        }
    });
    waited.await.expect("the browser's answer arrives");
    assert_eq!(std::fs::read(&answered).unwrap(), b"\x1b[9;9R");
}

#[tokio::test]
async fn naughty_bytes_hurt_nobody() {
    let directory = tempfile::tempdir().unwrap();
    let naughty = "head -c 300000 /dev/urandom; printf '\\033[65535b\\033[99999;99999H\\033]2;\\377\\0\\033c'; exit 3";
    let (terminals, me) = (terminals(&script(&directory, naughty)), developer());
    let (id, mut client) = Client::open(&terminals, &me).await;
    assert_eq!(client.until_end().await, State::Exited { code: 3 });
    let mut late = Client::new(terminals.attach(&me, id, None).unwrap(), None);
    assert_eq!(late.until_end().await, State::Exited { code: 3 });
    assert_eq!(late.snapshots.len(), 1);
    let relayed = terminals.status(&person(Role::Admin)).unwrap().relayed_bytes;
    assert!(relayed >= 300_000, "{relayed}");
}
