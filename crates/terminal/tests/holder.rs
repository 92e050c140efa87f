//! Shells outlive their server: what the next one finds, and what happens when nobody comes.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]

mod common;
mod holders;

use std::{collections::BTreeSet, fs, os::unix::fs::PermissionsExt};

use common::{Client, bash, developer, script, settings};
use holders::{House, Server, gone, kill, patiently, pid_of};
use model::{Caller, ErrorCode};
use terminal::{Error, Size, State, Terminals};

#[test]
fn a_shell_survives_a_restart_and_a_crash_with_pid_variables_and_screen() {
    let house = House::new();
    let me = developer();
    let first = house.serve(&bash(&house.dir));
    let (id, pid, seq) = first.run(async |terminals| {
        let (id, mut client) = Client::open(terminals, &me).await;
        client.resize(100, 30).await;
        client.type_in("kept=va''lue; printf '\\033]2;my title\\007'; cd /usr\n").await;
        let pid = pid_of(&mut client).await;
        patiently("the title is set", || terminals.list(&me).unwrap()[0].title == "my title");
        (id, pid, client.seq.unwrap())
    });
    let before = first.run(async |terminals| terminals.list(&me).unwrap());
    first.stop();

    for crash in [true, false] {
        let next = house.serve("/bin/sh");
        next.run(async |terminals| {
            let owners = terminals.adopt(&Caller::system("test")).await.unwrap();
            assert_eq!(owners, BTreeSet::from([me.user().unwrap()]));
            assert_eq!(terminals.list(&me).unwrap(), before, "same id, title, time, size and state");
            let mut resumed = Client::new(terminals.attach(&me, id, Some(seq)).unwrap(), Some(seq));
            resumed.type_in("echo $kept $PWD $$ e''nd\n").await;
            resumed.until(&format!("value /usr {pid} end\r\n")).await;
            let mut fresh = Client::new(terminals.attach(&me, id, None).unwrap(), None);
            fresh.until_shown("value /usr").await;
            assert!(fresh.screen().screen().contents().contains(&format!("pid {pid} end")), "the old screen too");
        });
        if crash { next.kill() } else { next.stop() }
    }
    let last = house.serve("/bin/sh");
    last.run(async |terminals| {
        terminals.adopt(&Caller::system("test")).await.unwrap();
        terminals.close(&me, id).unwrap();
    });
    gone(pid);
    patiently("the holder has ended", || !house.socket().exists());
}

#[test]
fn only_background_work_adopts_and_without_a_holder_there_is_nothing() {
    let house = House::new();
    let server = house.serve("/bin/sh");
    server.run(async |terminals| {
        assert!(matches!(terminals.adopt(&developer()).await, Err(Error::NotFound)));
        assert!(terminals.adopt(&Caller::system("test")).await.unwrap().is_empty());
        assert!(!house.socket().exists(), "no holder before the first shell");
    });
    // A holder that was killed leaves a socket nobody listens at.
    fs::create_dir_all(house.socket().parent().unwrap()).unwrap();
    drop(std::os::unix::net::UnixListener::bind(house.socket()).unwrap());
    server.run(async |terminals| {
        assert!(terminals.adopt(&Caller::system("test")).await.unwrap().is_empty());
        let (_, mut client) = Client::open(terminals, &developer()).await;
        client.type_in("exit 4\n").await;
        assert_eq!(client.until_end().await, State::Exited { code: 4 });
    });
}

#[test]
fn how_a_shell_ended_is_told_also_when_nobody_was_there() {
    let house = House::new();
    let me = developer();
    let waiting = script(&house.dir, "echo up $$; read how; eval \"$how\"");
    let first = house.serve(&waiting);
    let pids = first.run(async |terminals| {
        let mut pids = Vec::new();
        for how in ["sleep 0.3; echo last; exit 7\n", "sleep 0.3; kill -9 $$\n"] {
            let (id, mut client) = Client::open(terminals, &me).await;
            client.until("up ").await;
            client.until("\r\n").await;
            pids.push((id, client.text().split_whitespace().nth(1).unwrap().parse().unwrap()));
            client.type_in(how).await;
        }
        pids
    });
    first.kill();
    pids.iter().for_each(|(_, pid)| gone(*pid));
    let next = house.serve(&waiting);
    next.run(async |terminals| {
        terminals.adopt(&Caller::system("test")).await.unwrap();
        let states = [State::Exited { code: 7 }, State::Killed { signal: 9 }];
        for ((id, _), state) in pids.iter().zip(states) {
            let mut client = Client::new(terminals.attach(&me, *id, Some(0)).unwrap(), Some(0));
            assert_eq!(client.until_end().await, state);
            assert_eq!(client.text().contains("last\r\n"), state == State::Exited { code: 7 });
            assert_eq!(terminals.list(&me).unwrap().iter().find(|info| info.id == *id).unwrap().state, state);
        }
        pids.iter().for_each(|(id, _)| terminals.close(&me, *id).unwrap());
    });
    patiently("the holder has ended", || !house.socket().exists());
}

#[test]
fn a_killed_holder_takes_its_shells_along_and_says_so_and_the_next_shell_has_a_new_one() {
    let house = House::new();
    let me = developer();
    let server = house.serve("/bin/sh");
    server.run(async |terminals| {
        let (id, mut client) = Client::open(terminals, &me).await;
        let pid = pid_of(&mut client).await;
        kill(house.holder_pid());
        assert_eq!(client.until_end().await, State::Lost);
        assert_eq!(terminals.list(&me).unwrap()[0].state, State::Lost);
        gone(pid);
        let (other, mut client) = Client::open(terminals, &me).await;
        client.type_in("echo he''re\n").await;
        client.until("here\r\n").await;
        terminals.close(&me, id).unwrap();
        assert_eq!(terminals.list(&me).unwrap().iter().map(|info| info.id).collect::<Vec<_>>(), [other]);
        terminals.close(&me, other).unwrap();
    });
}

#[test]
fn a_second_server_takes_the_shells_over() {
    let house = House::new();
    let me = developer();
    let (first, second) = (house.serve("/bin/sh"), house.serve("/bin/sh"));
    let (id, mut client) = first.run(async |terminals| Client::open(terminals, &me).await);
    second.run(async |terminals| {
        terminals.adopt(&Caller::system("test")).await.unwrap();
        let mut client = Client::new(terminals.attach(&me, id, Some(0)).unwrap(), Some(0));
        client.type_in("echo se''cond\n").await;
        client.until("second\r\n").await;
    });
    assert_eq!(first.run(async |_| client.until_end().await), State::Unreachable);
    second.run(async |terminals| terminals.close(&me, id).unwrap());
}

#[test]
fn a_holder_nobody_can_find_any_more_ends() {
    let house = House::new();
    let server = house.serve("/bin/sh");
    let shell = server.run(async |terminals| {
        let (_, mut client) = Client::open(terminals, &developer()).await;
        pid_of(&mut client).await
    });
    let holder = house.holder_pid();
    server.kill();
    assert!(fs::metadata(format!("/proc/{holder}")).is_ok(), "it waits for a server");
    fs::remove_dir_all(house.socket().parent().unwrap()).unwrap();
    gone(shell);
    gone(holder);
}

#[test]
fn the_holder_is_private_detached_and_reaps() {
    let house = House::new();
    let me = developer();
    let server = house.serve("/bin/sh");
    server.run(async |terminals| {
        let (_kept, mut client) = Client::open(terminals, &me).await;
        for _ in 0..4 {
            let (_, mut client) = Client::open(terminals, &me).await;
            client.type_in("exit\n").await;
            client.until_end().await;
        }
        client.type_in("umask\n").await;
        client.until(&format!("{:04o}\r\n", house.umask())).await;
    });
    let mode = |path: &std::path::Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!((mode(house.socket().parent().unwrap()), mode(&house.socket())), (0o700, 0o600));
    let holder = house.holder_pid();
    let stat = fs::read_to_string(format!("/proc/{holder}/stat")).unwrap();
    let session = stat.rsplit(") ").next().unwrap().split(' ').nth(3).unwrap().to_owned();
    assert_eq!(session, holder.to_string(), "it leads a session of its own");
    assert_eq!(fs::read_link(format!("/proc/{holder}/cwd")).unwrap().to_str(), Some("/"));
    let children = fs::read_to_string(format!("/proc/{holder}/task/{holder}/children")).unwrap();
    assert_eq!(children.split_whitespace().count(), 1, "four are reaped, one lives: {children}");
    let resident = fs::read_to_string(format!("/proc/{holder}/status")).unwrap();
    let resident = resident.lines().find_map(|line| line.strip_prefix("RssAnon:")).unwrap().trim();
    let kilobytes: u32 = resident.split(' ').next().unwrap().parse().unwrap();
    assert!(kilobytes < 1_500, "{resident} of its own");
    server.run(async |terminals| {
        for info in terminals.list(&me).unwrap() {
            terminals.close(&me, info.id).unwrap();
        }
    });
    gone(holder);
}

#[test]
fn with_the_server_away_a_flood_waits_and_nothing_is_lost() {
    let house = House::new();
    let me = developer();
    let flood = script(&house.dir, "stty -opost; seq 1 900000; read end");
    let first = house.serve(&flood);
    let (id, mut got) = first.run(async |terminals| {
        let (id, mut client) = Client::open(terminals, &me).await;
        client.until("\n1000\n").await;
        (id, client.output)
    });
    first.kill();
    patiently("the ring is full", || {
        let (head, seen) = house.head_and_seen();
        assert!(head - seen <= 3 << 19);
        head - seen == 3 << 19
    });
    let next = house.serve(&flood);
    next.run(async |terminals| {
        terminals.adopt(&Caller::system("test")).await.unwrap();
        let after = got.len() as u64;
        let mut client = Client::new(terminals.attach(&me, id, Some(after)).unwrap(), Some(after));
        client.until("\n900000\n").await;
        assert!(client.snapshots.is_empty());
        got.append(&mut client.output);
        terminals.close(&me, id).unwrap();
    });
    let expected: String = (1..=900_000).map(|line| format!("{line}\n")).collect();
    assert!(got == expected.as_bytes(), "{} bytes of {}", got.len(), expected.len());
}

#[test]
fn malformed_frames_are_refused_and_hurt_nobody() {
    let house = House::new();
    let me = developer();
    let server = house.serve("/bin/sh");
    let (id, mut client) = server.run(async |terminals| Client::open(terminals, &me).await);
    let refusal = |frame: &[u8]| house.ask(frame);
    assert_eq!(refusal(&[0, 0, 0, 1, 99]), [0, 0, 0, 3, 1, 99, 0], "unknown");
    assert_eq!(refusal(&[0, 0, 0, 3, 4, 1, 2]), [0, 0, 0, 3, 1, 4, 1], "malformed");
    assert_eq!(refusal(&[0xff, 0xff, 0xff, 0xff]), [0, 0, 0, 3, 1, 255, 2], "too long");
    assert_eq!(refusal(&[0, 0, 0, 0]), [0, 0, 0, 3, 1, 255, 2], "empty");
    assert_eq!(refusal(&[&[0, 0, 0, 21, 7][..], &[0; 20]].concat()), [0, 0, 0, 3, 1, 7, 3], "not the server");
    assert_eq!(refusal(&[0, 0, 0, 1, 2]), [0, 0, 0, 3, 1, 2, 4], "no version told");
    let crowd: Vec<_> = (0..20).map(|_| house.connect()).collect();
    server.run(async |terminals| {
        client.type_in("echo still he''re\n").await;
        client.until("still here\r\n").await;
        terminals.close(&me, id).unwrap();
    });
    drop(crowd);
}

#[test]
fn shells_of_another_versions_holder_are_listed_as_unreachable_and_left_alone() {
    let house = House::new();
    let me = developer();
    let id = house.pretend_version(2, me.user().unwrap());
    let server = house.serve("/bin/sh");
    server.run(async |terminals| {
        assert!(terminals.adopt(&Caller::system("test")).await.unwrap().is_empty());
        let listed = terminals.list(&me).unwrap();
        assert_eq!((listed[0].id, listed[0].title.as_str(), listed[0].state), (id, "vim", State::Unreachable));
        let mut client = Client::new(terminals.attach(&me, id, Some(3)).unwrap(), None);
        assert_eq!(client.until_end().await, State::Unreachable);
        let (own, _client) = Client::open(terminals, &me).await;
        terminals.close(&me, own).unwrap();
        terminals.close(&me, id).unwrap();
    });
}

#[test]
fn a_holder_that_does_not_start_is_an_error_that_can_be_mended() {
    let house = House::new();
    let mut settings = settings("/bin/sh");
    settings.holder = Some(terminal::Holder { program: "/bin/false".into(), directory: house.dir.path().join("run") });
    let runtime = Server::runtime();
    let refused = runtime.block_on(Terminals::start(settings).open(&developer(), Size::DEFAULT)).unwrap_err();
    assert!(matches!(refused, Error::NoHolder(_)), "{refused}");
    assert_eq!(model::ApiError::from(refused).code, ErrorCode::Unavailable);
}
