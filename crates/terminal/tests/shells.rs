//! What a shell of ours is: interactive, on a terminal of its own, without our secrets, and it tells how it ended.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]

mod common;

use std::process::Command;

use common::{Client, PATIENCE, bash, developer, person, script, settings, terminals};
use model::{ApiError, ErrorCode, Role};
use terminal::{Error, Size, State, Terminals};

#[tokio::test]
async fn a_shell_runs_what_is_typed() {
    let directory = tempfile::tempdir().unwrap();
    for shell in ["/bin/sh", &bash(&directory)] {
        let terminals = terminals(shell);
        let (_, mut client) = Client::open(&terminals, &developer()).await;
        client.type_in("echo he''llo; tty; ps -o tpgid= -p $$ | tr -d ' '\n").await;
        client.until("hello\r\n/dev/pts/").await;
        terminals.shutdown().await;
    }
}

#[tokio::test]
async fn exit_codes_and_signals_are_told_and_kept() {
    let (terminals, me) = (terminals("/bin/sh"), developer());
    for (typed, state) in [("exit 7\n", State::Exited { code: 7 }), ("kill -9 $$\n", State::Killed { signal: 9 })] {
        let (id, mut client) = Client::open(&terminals, &me).await;
        client.type_in(typed).await;
        assert_eq!(client.until_end().await, state);
        assert!(client.viewer.next().await.is_none(), "nothing follows the end");
        let listed = terminals.list(&me).unwrap();
        assert_eq!(listed.iter().find(|info| info.id == id).map(|info| info.state), Some(state));

        let mut late = Client::new(terminals.attach(&me, id, None).unwrap(), None);
        assert_eq!(late.until_end().await, state);
        assert_eq!(late.snapshots.len(), 1, "its last screen can still be seen");
        terminals.close(&me, id).unwrap();
        assert!(terminals.list(&me).unwrap().is_empty());
    }
}

#[tokio::test]
async fn all_output_comes_before_the_end() {
    let directory = tempfile::tempdir().unwrap();
    let terminals = terminals(&script(&directory, "seq 1 30000"));
    let (_, mut client) = Client::open(&terminals, &developer()).await;
    assert_eq!(client.until_end().await, State::Exited { code: 0 });
    let expected: String = (1..=30_000).map(|line| format!("{line}\r\n")).collect();
    assert_eq!(client.text(), expected);
}

#[tokio::test]
async fn a_resize_reaches_the_shell_and_is_clamped() {
    let (terminals, me) = (terminals("/bin/sh"), developer());
    let (_, mut client) = Client::open(&terminals, &me).await;
    client.type_in("stty size\n").await;
    client.until("24 80\r\n").await;
    client.resize(132, 50).await;
    client.type_in("stty size\n").await;
    client.until("50 132\r\n").await;
    client.resize(0, 60_000).await;
    client.type_in("stty size\n").await;
    client.until("1000 1\r").await;
    assert_eq!(terminals.list(&me).unwrap()[0].size, Size { cols: 1, rows: 1000 });
}

#[tokio::test]
async fn secrets_stay_out_of_the_shells_environment() {
    if std::env::var_os("NOVA_TEST_SECRET").is_none() {
        return again_with(
            "secrets_stay_out_of_the_shells_environment",
            "NOVA_TEST_SECRET=hush DATABASE_URL=hush://x KEPT=kept",
        );
    }
    let terminals = terminals("/bin/sh");
    let (_, mut client) = Client::open(&terminals, &developer()).await;
    client.type_in("env; echo d''one\n").await;
    client.until("done").await;
    let text = client.text();
    assert!(!text.contains("hush") && !text.contains("NOVA_"), "{text}");
    for kept in ["KEPT=kept", "TERM=xterm-256color", "COLORTERM=truecolor", "TERM_PROGRAM=nova", "PATH=/", "HOME=/"] {
        assert!(text.contains(kept), "{kept} is missing: {text}");
    }
}

#[tokio::test]
async fn ignored_signals_and_open_files_of_the_server_are_not_inherited() {
    const NAME: &str = "ignored_signals_and_open_files_of_the_server_are_not_inherited";
    if std::env::var_os("SIGNALS_IGNORED").is_none() {
        return again_with(NAME, "SIGNALS_IGNORED=1");
    }
    let own = std::fs::read_to_string("/proc/self/status").unwrap();
    let ignored = own.lines().find_map(|line| line.strip_prefix("SigIgn:")).unwrap().trim();
    assert_ne!(u64::from_str_radix(ignored, 16).unwrap() & 0b111, 0, "the test itself must ignore HUP, INT and QUIT");

    let directory = tempfile::tempdir().unwrap();
    let terminals =
        terminals(&script(&directory, "grep -E 'Sig(Ign|Blk)' /proc/self/status; ls /proc/$$/fd; echo end"));
    let (_, mut client) = Client::open(&terminals, &developer()).await;
    client.until("end").await;
    let text = client.text();
    assert!(text.contains("SigBlk:\t0000000000000000"), "{text}");
    let ignored = text.lines().find_map(|line| line.strip_prefix("SigIgn:")).unwrap().trim();
    // The C library keeps 32 and 33 for its threads and lets nobody reset them.
    assert_eq!(u64::from_str_radix(ignored, 16).unwrap() & !(0b11 << 31), 0, "{text}");
    // 9 is what the outer shell left open for us; 10 is the script itself, opened by sh.
    assert!(!text.lines().any(|line| line.trim() == "9"), "{text}");
}

/// Runs this test once more, in a process with `variables`, ignored signals and a stray open file.
fn again_with(test: &str, variables: &str) {
    let script = format!("trap '' HUP INT QUIT PIPE TERM; exec 9</dev/null; {variables} exec \"$0\" --exact {test}");
    let output = Command::new("/bin/sh").arg("-c").arg(script).arg(std::env::current_exe().unwrap()).output().unwrap();
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success() && text.contains("1 passed"), "{text}");
}

#[tokio::test]
async fn a_missing_shell_is_named() {
    let refused = terminals("/nowhere/zsh").open(&developer(), Size::DEFAULT).await.unwrap_err();
    assert!(matches!(refused, Error::CannotStart { .. }));
    let told = ApiError::from(refused);
    assert_eq!(told.code, ErrorCode::Unavailable);
    assert!(told.message.contains("/nowhere/zsh"), "{}", told.message);
}

#[tokio::test]
async fn a_missing_directory_keeps_nobody_from_a_shell() {
    let mut settings = settings("/bin/sh");
    settings.directory = "/nowhere/at/all".into();
    let (_, mut client) = Client::open(&Terminals::start(settings), &developer()).await;
    client.type_in("echo i''n $PWD.\n").await;
    client.until("in /.").await;
}

#[tokio::test]
async fn closing_ends_a_shell_that_ignores_hangups_and_its_group() {
    let directory = tempfile::tempdir().unwrap();
    let ignoring =
        "trap '' HUP TERM INT; sleep 1000 & echo child $! here; echo self $$ here; while :; do sleep 1000; done";
    let (terminals, me) = (terminals(&script(&directory, ignoring)), developer());
    let (id, mut client) = Client::open(&terminals, &me).await;
    client.until("self").await;
    client.until("here\r\nself ").await;
    while !client.text().ends_with("here\r\n") {
        client.step().await;
    }
    let text = client.text();
    let pids: Vec<u32> = text.split_whitespace().filter_map(|word| word.parse().ok()).collect();
    assert_eq!(pids.len(), 2, "{text}");
    terminals.close(&me, id).unwrap();
    assert!(terminals.list(&me).unwrap().is_empty(), "gone from the list at once");
    assert!(matches!(terminals.attach(&me, id, None), Err(Error::NotFound)));
    assert_eq!(client.until_end().await, State::Killed { signal: 9 });
    // The child is reaped by init, or stays a zombie under a test runner without one: dead either way.
    let alive =
        |pid: &u32| std::fs::read_to_string(format!("/proc/{pid}/stat")).is_ok_and(|stat| !stat.contains(") Z"));
    let dead = tokio::time::timeout(PATIENCE, async {
        while pids.iter().any(alive) {
            tokio::task::yield_now().await;
        }
    });
    dead.await.expect("shell and child are dead");
}

#[tokio::test]
async fn a_polite_shell_ends_by_the_hangup() {
    let (terminals, me) = (terminals("/bin/sh"), developer());
    let (id, mut client) = Client::open(&terminals, &me).await;
    terminals.close(&me, id).unwrap();
    assert_eq!(client.until_end().await, State::Killed { signal: 1 });
}

#[tokio::test]
async fn shutdown_ends_every_shell_and_refuses_more() {
    let directory = tempfile::tempdir().unwrap();
    let terminals = terminals(&script(&directory, "trap '' HUP; echo up; while :; do sleep 1000; done"));
    let mut clients = Vec::new();
    for _ in 0..3 {
        let (_, mut client) = Client::open(&terminals, &developer()).await;
        client.until("up").await;
        clients.push(client);
    }
    let began = std::time::Instant::now();
    terminals.shutdown().await;
    assert!(began.elapsed().as_millis() < 2_500);
    for mut client in clients {
        assert_eq!(client.until_end().await, State::Killed { signal: 9 });
    }
    let status = terminals.status(&person(Role::Operator)).unwrap();
    assert_eq!(status.running, 0);
    assert!(matches!(terminals.open(&developer(), Size::DEFAULT).await, Err(Error::ShuttingDown)));
}

#[tokio::test]
async fn the_title_is_the_programs_or_the_shells_name() {
    let (terminals, me) = (terminals("/bin/sh"), developer());
    let (_, mut client) = Client::open(&terminals, &me).await;
    assert_eq!(terminals.list(&me).unwrap()[0].title, "sh");
    client.type_in("printf '\\033]2;a;b \\302\\233x\\033\\\\'; echo d''one\n").await;
    client.until("done").await;
    // A snapshot is painted once everything before it is drawn.
    let id = terminals.list(&me).unwrap()[0].id;
    let mut other = Client::new(terminals.attach(&me, id, None).unwrap(), None);
    other.step().await;
    assert_eq!(terminals.list(&me).unwrap()[0].title, "a;b x");
}
