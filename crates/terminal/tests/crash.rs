//! A server that is killed again and again, at any instruction, while a shell writes: a process of its own each time,
//! with a viewer that keeps what it was given in a file.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]

mod common;
mod holders;

use std::{
    env, fs,
    io::Write,
    path::Path,
    process::{Child, Command, Stdio},
};

use common::{Client, developer, script, settings};
use holders::{House, gone, patiently};
use model::{Caller, Role, SessionId, TerminalId, UserId};
use terminal::{Holder, Size, Terminals};

/// Lines the shell writes: about 14 MB.
const LINES: usize = 2_000_000;
/// Times the server is killed.
const KILLS: usize = 12;

#[test]
fn a_flood_over_many_killed_servers_arrives_whole_and_once() {
    let house = House::new();
    let flood = script(&house.dir, &format!("stty -opost; seq 1 {LINES}; read end"));
    let (owner, seen) = (UserId::new(), house.dir.path().join("seen"));
    let serve = || serve(house.dir.path(), &flood, owner);
    let length = || fs::metadata(&seen).map_or(0, |file| file.len());
    let expected: String = (1..=LINES).map(|line| format!("{line}\n")).collect();

    let mut server = serve();
    for kill in 1..=KILLS as u64 {
        // Somewhere in the flood, at another place each time, and in its first half: some is left, however fast it flows.
        let place = expected.len() as u64 * kill / (2 * KILLS as u64) + kill * 7919 % 4096;
        patiently("output arrives", || length() >= place);
        server.kill().unwrap();
        server.wait().unwrap();
        assert!(length() < expected.len() as u64, "the flood was over before the server was killed {kill} times");
        server = serve();
    }
    patiently("the rest arrives", || length() >= expected.len() as u64);
    let got = fs::read(&seen).unwrap();
    let differs = got.iter().zip(expected.as_bytes()).position(|(got, expected)| got != expected);
    assert_eq!((got.len(), differs), (expected.len(), None));
    let holder = house.holder_pid();
    server.kill().unwrap();
    server.wait().unwrap();
    fs::remove_dir_all(house.socket().parent().unwrap()).unwrap();
    gone(holder);
}

/// This test again, as the server of `directory`.
fn serve(directory: &Path, shell: &str, owner: UserId) -> Child {
    Command::new(env::current_exe().unwrap())
        .args(["--exact", "a_server", "--nocapture"])
        .envs([("SERVE", directory.to_str().unwrap()), ("SERVE_SHELL", shell), ("SERVE_OWNER", &owner.to_string())])
        .stdout(Stdio::null())
        .spawn()
        .unwrap()
}

/// Only a server when it is told to be one.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server() {
    let Some(directory) = env::var_os("SERVE") else { return };
    let directory = Path::new(&directory);
    let mut settings = settings(&env::var("SERVE_SHELL").unwrap());
    settings.holder =
        Some(Holder { program: env!("CARGO_BIN_EXE_pty-holder").into(), directory: directory.join("run") });
    let terminals = Terminals::start(settings);
    let me = Caller::person(env::var("SERVE_OWNER").unwrap().parse().unwrap(), SessionId::new(), Role::Developer);
    terminals.adopt(&Caller::system("test")).await.unwrap();
    let id: TerminalId = match terminals.list(&me).unwrap().first() {
        Some(info) => info.id,
        None => terminals.open(&me, Size::DEFAULT).await.unwrap().id,
    };
    let mut seen = fs::File::options().create(true).append(true).open(directory.join("seen")).unwrap();
    let after = seen.metadata().unwrap().len();
    let mut client = Client::new(terminals.attach(&me, id, Some(after)).unwrap(), Some(after));
    loop {
        client.step().await;
        assert!(client.snapshots.is_empty(), "what was not seen was not kept");
        // What a browser has drawn, it has drawn.
        seen.write_all(&client.output).unwrap();
        client.output.clear();
    }
}

#[tokio::test]
async fn a_shell_of_a_holder_starts_as_clean_as_any() {
    const NAME: &str = "a_shell_of_a_holder_starts_as_clean_as_any";
    if env::var_os("NOVA_TEST_SECRET").is_none() {
        let script = format!(
            "trap '' HUP INT QUIT PIPE TERM; exec 9</dev/null; NOVA_TEST_SECRET=hush DATABASE_URL=hush://x KEPT=kept exec \"$0\" --exact {NAME}"
        );
        let output = Command::new("/bin/sh").args(["-c", &script]).arg(env::current_exe().unwrap()).output().unwrap();
        let text = String::from_utf8_lossy(&output.stdout);
        assert!(output.status.success() && text.contains("1 passed"), "{text}");
        return;
    }
    let house = House::new();
    let shell = script(
        &house.dir,
        "grep -E 'Sig(Ign|Blk)' /proc/self/status; ls -l /proc/self/fd | grep -v total; env; tty; echo ok > /dev/tty; echo the-en''d; read on",
    );
    let mut settings = settings(&shell);
    settings.holder = Some(common::holder(&house.dir));
    let (terminals, me) = (Terminals::start(settings), developer());
    let (id, mut client) = Client::open(&terminals, &me).await;
    client.until("the-end\r\n").await;
    let text = client.text();
    assert!(text.contains("SigBlk:\t0000000000000000"), "{text}");
    let ignored = text.lines().find_map(|line| line.strip_prefix("SigIgn:")).unwrap().trim();
    // The C library keeps 32 and 33 for its threads and lets nobody reset them.
    assert_eq!(u64::from_str_radix(ignored, 16).unwrap() & !(0b11 << 31), 0, "{text}");
    let open: Vec<_> = text.lines().filter(|line| line.contains(" -> ")).collect();
    // The terminal three times, and the directory that ls reads.
    assert_eq!(
        open.iter().filter(|line| line.contains("/dev/pts/")).count(),
        3 - usize::from(open[1].contains("pipe:")),
        "{text}"
    );
    assert!(open.len() <= 4 && !text.contains("socket:") && !text.contains("ptmx"), "{text}");
    assert!(!text.contains("hush") && !text.contains("NOVA_") && text.contains("KEPT=kept"), "{text}");
    assert!(text.contains("\r\n/dev/pts/") && text.contains("ok\r\n"), "a controlling terminal: {text}");

    let environment = fs::read(format!("/proc/{}/environ", house.holder_pid())).unwrap();
    assert!(!String::from_utf8_lossy(&environment).contains("hush"), "nor does the holder know secrets");
    terminals.close(&me, id).unwrap();
}
