//! Limits that hold: for how many, for how long, and for what a shell may take.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]

mod common;

use std::{
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
    time::Duration,
};

use common::{Client, PATIENCE, developer, person, settings};
use model::{
    ApiError, Caller, ErrorCode, Factor, Role, Timestamp,
    caller::Proof,
    terminal::{
        Warning,
        policy::{Limits, Policy, Program, Restriction},
    },
};
use terminal::{Error, Settings, Size, State, Terminals, Which, means};

const MINUTE: i64 = 60_000;

fn system() -> Caller {
    Caller::system("test")
}

/// Shells under a policy, and the clock they are timed by.
fn under(policy: Policy) -> (Terminals, Arc<AtomicI64>) {
    let now = Arc::new(AtomicI64::new(1_000));
    let clock = Arc::clone(&now);
    let settings =
        Settings { clock: Arc::new(move || Timestamp(clock.load(Ordering::Relaxed))), ..settings("/bin/sh") };
    let terminals = Terminals::start(settings);
    terminals.set_policy(&system(), policy).unwrap();
    (terminals, now)
}

fn restricted(programs: &[(&str, &[&str])], readable: &[&str], writable: &[&str]) -> Policy {
    let owned = |list: &[&str]| list.iter().map(|text| (*text).to_owned()).collect::<Vec<_>>();
    let programs =
        programs.iter().map(|(name, argv)| Program { name: (*name).to_owned(), argv: owned(argv) }).collect();
    let role = Role::Developer;
    let restriction = Restriction { role, programs, readable: owned(readable), writable: owned(writable) };
    Policy { restrictions: vec![restriction], ..Policy::default() }
}

#[tokio::test]
async fn a_shell_in_which_nobody_types_is_warned_and_ended_and_typing_keeps_it() {
    let (terminals, now) = under(Policy { idle_minutes: Some(60), ..Policy::default() });
    let me = developer();
    let (_, mut client) = Client::open(&terminals, &me).await;
    assert!(terminals.look_after(&system()).unwrap().is_empty());
    now.fetch_add(56 * MINUTE, Ordering::Relaxed);
    assert!(terminals.look_after(&system()).unwrap().is_empty());
    while client.warning.is_none() {
        client.step().await;
    }
    assert_eq!(client.warning, Some(Warning::Idle(240)));
    client.type_in("echo kept-$((1+1))\n").await;
    client.until("kept-2").await;
    assert!(terminals.look_after(&system()).unwrap().is_empty());
    while client.warning != Some(Warning::None) {
        client.step().await;
    }
    now.fetch_add(60 * MINUTE, Ordering::Relaxed);
    let ended = terminals.look_after(&system()).unwrap();
    assert_eq!((ended.len(), ended[0].why), (1, "nobody typed"));
    client.until_end().await;
    assert!(terminals.list(&me).unwrap().is_empty());
    assert!(
        matches!(terminals.look_after(&me), Err(Error::NotFound))
            && matches!(terminals.set_policy(&me, Policy::default()), Err(Error::NotFound))
    );
}

#[tokio::test]
async fn a_shell_ends_at_its_lifetime_however_busy_and_never_without_one() {
    let (terminals, now) = under(Policy { idle_minutes: None, lifetime_minutes: Some(60), ..Policy::default() });
    let (_, mut client) = Client::open(&terminals, &developer()).await;
    for _ in 0..6 {
        now.fetch_add(9 * MINUTE, Ordering::Relaxed);
        client.type_in("true\n").await;
        assert!(terminals.look_after(&system()).unwrap().is_empty());
    }
    now.fetch_add(6 * MINUTE, Ordering::Relaxed);
    assert_eq!(terminals.look_after(&system()).unwrap()[0].why, "it ran as long as it may");
    client.until_end().await;
    terminals.set_policy(&system(), Policy { idle_minutes: None, ..Policy::default() }).unwrap();
    let (_, _kept) = Client::open(&terminals, &developer()).await;
    now.fetch_add(1_000 * 24 * 60 * MINUTE, Ordering::Relaxed);
    assert!(terminals.look_after(&system()).unwrap().is_empty());
}

#[tokio::test]
async fn the_number_of_a_persons_shells_is_the_policys() {
    let (terminals, _) = under(Policy { per_person: 1, ..Policy::default() });
    let me = developer();
    terminals.open(&me, Size::DEFAULT).await.unwrap();
    assert!(matches!(terminals.open(&me, Size::DEFAULT).await, Err(Error::TooManyOfYours { max: 1 })));
    terminals.open(&developer(), Size::DEFAULT).await.unwrap();
}

#[tokio::test]
async fn an_emergency_stop_ends_all_at_once_with_what_they_disowned_and_opens_none() {
    let (terminals, _) = under(Policy::default());
    let (_, mut client) = Client::open(&terminals, &developer()).await;
    client.type_in("trap '' HUP TERM; nohup sleep 987654 >/dev/null 2>&1 & echo child=$!.\n").await;
    client.until("child=").await;
    while !client.text().contains(".\r\n") {
        client.step().await;
    }
    let text = client.text();
    let child = text.rsplit_once("child=").unwrap().1.split_once('.').unwrap().0.trim().to_owned();
    let proof = Some(Proof { factor: Factor::Password, at: Timestamp(1_000) });
    let admin = person(Role::Admin).under(Timestamp(1_000), None, false, proof);
    terminals.set_policy(&system(), Policy { stopped: true, ..Policy::default() }).unwrap();
    assert_eq!(terminals.stop(&admin, Which::All).unwrap().len(), 1);
    assert_eq!(client.until_end().await, State::Killed { signal: 9 });
    let stat = std::fs::read_to_string(format!("/proc/{child}/stat")).unwrap_or_default();
    assert!(stat.is_empty() || stat.contains(") Z"), "what was disowned lives on: {stat}");
    let refused = ApiError::from(terminals.open(&developer(), Size::DEFAULT).await.unwrap_err());
    assert_eq!(refused.code, ErrorCode::Unavailable);
    assert!(terminals.are_stopped(&admin).unwrap());
}

#[tokio::test]
async fn a_shell_has_the_resource_limits_of_the_policy_and_cannot_raise_them() {
    let limits = Limits { files: Some(100), memory_mib: Some(256), processes: Some(5000), cpu_percent: None };
    let (terminals, _) = under(Policy { limits, ..Policy::default() });
    let (_, mut client) = Client::open(&terminals, &developer()).await;
    client
        .type_in("echo limits: $(ulimit -n) $(ulimit -c) $(ulimit -v); cat /proc/self/limits; echo done-$((1+1))\n")
        .await;
    client.until("done-2").await;
    let text = client.text();
    let memory = if means().no_cgroups.is_some() { "262144" } else { "unlimited" };
    assert!(text.contains(&format!("limits: 100 0 {memory}")), "{text}");
    if means().no_cgroups.is_some() {
        // More than it may have is refused to the program, and the shell lives on.
        client.type_in("head -c 600000000 /dev/zero | tail -n 1 | wc -c; echo after-$((1+1))\n").await;
        client.until("after-2").await;
        assert!(!client.text().contains("600000000\r\n"), "{}", client.text());
    }
}

#[tokio::test]
async fn a_fork_bomb_stops_at_the_bound() {
    // Root is above this bound, so the bomb is an ordinary user's.
    let user = "/usr/bin/setpriv --reuid=54321 --regid=54321 --clear-groups";
    let directory = tempfile::tempdir().unwrap();
    let root = rustix::process::geteuid().is_root();
    let shell = common::script(&directory, &format!("exec {} /bin/sh", if root { user } else { "" }));
    std::fs::set_permissions(directory.path(), std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
    let (_, now) = under(Policy::default());
    let clock = Arc::clone(&now);
    let settings = Settings { clock: Arc::new(move || Timestamp(clock.load(Ordering::Relaxed))), ..settings(&shell) };
    let terminals = Terminals::start(settings);
    let limits = Limits { processes: Some(64), ..Limits::default() };
    terminals.set_policy(&system(), Policy { limits, ..Policy::default() }).unwrap();
    let (_, mut client) = Client::open(&terminals, &developer()).await;
    if !root {
        // The account has processes of its own here; the bound counts them.
        return;
    }
    client.type_in("i=0; while [ $i -lt 500 ]; do sleep 60 & i=$((i+1)); done; echo bombed\n").await;
    client.until_shown("ork").await;
    let mine = || {
        let entries = std::fs::read_dir("/proc").unwrap().filter_map(Result::ok);
        let uid = |entry: std::fs::DirEntry| std::fs::read_to_string(entry.path().join("status")).unwrap_or_default();
        entries.map(uid).filter(|status| status.contains("Uid:\t54321")).count()
    };
    let count = mine();
    assert!((2..=64).contains(&count), "{count} processes");
    let proof = Some(Proof { factor: Factor::Password, at: Timestamp(1_000) });
    let admin = person(Role::Admin).under(Timestamp(1_000), None, false, proof);
    terminals.stop(&admin, Which::All).unwrap();
    client.until_end().await;
    let gone = async {
        while mine() > 0 {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(PATIENCE, gone).await.expect("nothing is left of it");
}

#[tokio::test]
async fn a_restricted_role_runs_its_programs_as_they_stand_and_nothing_else() {
    let (terminals, _) = under(restricted(
        &[("Say", &["/bin/echo", "$HOME; id `id` $(id) *", "end-of-it"]), ("Wait", &["/bin/sleep", "1000"])],
        &[],
        &[],
    ));
    let me = developer();
    assert_eq!(terminals.programs(&me).unwrap(), ["Say", "Wait"]);
    assert!(terminals.programs(&person(Role::Operator)).unwrap().is_empty());
    let (_, mut client) = Client::open(&terminals, &me).await;
    client.until("end-of-it").await;
    assert!(client.text().contains("$HOME; id `id` $(id) * end-of-it"), "nothing reads it: {}", client.text());
    assert_eq!(client.until_end().await, State::Exited { code: 0 }, "and no shell follows");
    let named = terminals.open_program(&me, Size::DEFAULT, Some("Wait"), true).await.unwrap();
    assert_eq!(named.title, "Wait");
    for other in ["sh", "/bin/sh", "Say ", ""] {
        let refused = terminals.open_program(&me, Size::DEFAULT, Some(other), true).await;
        assert!(matches!(refused, Err(Error::NoProgram)), "{other:?}");
    }
    // Other roles have shells, and no programs.
    let operator = person(Role::Operator);
    assert!(matches!(terminals.open_program(&operator, Size::DEFAULT, Some("Say"), true).await, Err(Error::NoProgram)));
    let mut shell = Client::open(&terminals, &operator).await.1;
    shell.type_in("grep NoNewPrivs /proc/self/status; echo asked-$((1+1))\n").await;
    shell.until("asked-2").await;
    assert!(shell.text().contains("NoNewPrivs:\t0"), "{}", shell.text());
}

#[tokio::test]
async fn a_restricted_program_gains_no_privileges_and_sees_its_files_only() {
    if means().landlock == 0 {
        let (terminals, _) = under(restricted(&[("x", &["/bin/cat"])], &["/tmp"], &[]));
        let refused = terminals.open(&developer(), Size::DEFAULT).await;
        assert!(matches!(refused, Err(Error::CannotStart { .. })), "what cannot be enforced is not started");
        return;
    }
    let place = tempfile::tempdir().unwrap();
    let (open, closed, work) = (place.path().join("open"), place.path().join("closed"), place.path().join("work"));
    for folder in [&open, &closed, &work] {
        std::fs::create_dir(folder).unwrap();
        std::fs::write(folder.join("file"), format!("content of {}", folder.display())).unwrap();
    }
    let (open, closed, work) = (open.to_str().unwrap(), closed.to_str().unwrap(), work.to_str().unwrap());
    // A shell stands for whatever a program might try.
    let script = format!(
        "grep NoNewPrivs /proc/self/status; cat {open}/file; cat {closed}/file; ls {closed}; echo x > {open}/new; \
         echo written > {work}/new; cat {work}/new; cat /etc/shadow; echo end-$((1+1))"
    );
    let (terminals, _) = under(restricted(&[("Try", &["/bin/sh", "-c", &script])], &[open, "/proc"], &[work]));
    let (_, mut client) = Client::open(&terminals, &developer()).await;
    client.until("end-2").await;
    let text = client.text();
    assert!(text.contains("NoNewPrivs:\t1"), "{text}");
    assert!(text.contains(&format!("content of {open}")) && text.contains("written"), "{text}");
    assert!(!text.contains(&format!("content of {closed}")) && !text.contains("root:"), "{text}");
    assert!(!std::path::Path::new(open).join("new").exists());
    // A folder that is not there: the program is not started without its scope.
    terminals.set_policy(&system(), restricted(&[("x", &["/bin/cat"])], &["/nowhere/at/all"], &[])).unwrap();
    assert!(matches!(terminals.open(&developer(), Size::DEFAULT).await, Err(Error::CannotStart { .. })));
}
