//! Real shells, recorded.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]

use std::time::Duration;

use model::{
    Caller, Factor, RecordingId, Role, SessionId, Timestamp, UserId,
    caller::Proof,
    recording::{Mode, Policy, State},
    terminal::{ClientFrame, Size},
};
use nova::{Config, Nova};
use store::sqlx;

async fn person(nova: &Nova, name: &str, role: Role) -> Caller {
    let user = UserId::new();
    let sql = "INSERT INTO users (id, username, display_name, role, password_hash, created_at)
               VALUES ($1, $2, $2, $3, '', 0)";
    let mut write = nova.db.write().await.unwrap();
    let query = sqlx::query(sql).bind(user.to_string()).bind(name.to_owned()).bind(role.name().to_owned());
    query.execute(&mut *write).await.unwrap();
    write.commit().await.unwrap();
    let now = Timestamp(1_000);
    let proof = Some(Proof { factor: Factor::Totp, at: now });
    Caller::person(user, SessionId::new(), role).under(now, None, true, proof)
}

async fn until(what: &str, is: impl AsyncFn() -> bool) {
    let waited = async {
        while !is().await {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(30), waited).await.unwrap_or_else(|_| panic!("{what}"));
}

async fn text(nova: &Nova, caller: &Caller, id: RecordingId) -> String {
    String::from_utf8(nova.recordings.events(caller, id, None, 0).await.unwrap()).unwrap()
}

#[tokio::test]
async fn a_required_recording_begins_with_the_first_byte_and_the_shell_does_not_go_on_without() {
    let dir = tempfile::tempdir().unwrap();
    let mut config = Config::for_tests(dir.path()).unwrap();
    config.shell = Some("/bin/sh".into());
    config.recording.total_mb = 1;
    let nova = Nova::start(config).await.unwrap();
    let (owner, ada) = (person(&nova, "root", Role::Owner).await, person(&nova, "ada", Role::Developer).await);
    let policy = Policy { mode: Mode::Always, input: true, keep_days: None };
    nova.recordings.save_policy(&owner, &Role::Developer, policy).await.unwrap();
    let info = nova.open_terminal(&ada, Size::DEFAULT, None).await.unwrap();
    let active = nova.recordings.active(&ada).unwrap();
    assert_eq!((active.len(), active[0].terminal, active[0].required), (1, info.id, true));
    let id = active[0].recording;
    let mut viewer = nova.terminals.attach(&ada, info.id, Some(0)).unwrap();
    let mut type_in = async |text: &str| viewer.receive(&ClientFrame::Input(text.as_bytes()).encode()).await.unwrap();
    type_in("echo he''re\n").await;
    until("its output", async || text(&nova, &ada, id).await.contains("here\\r\\n")).await;
    let written = text(&nova, &ada, id).await;
    assert!(written.contains("\"i\",\"echo he''re\\n\""), "{written}");
    // All recordings together reach their bound: the shell is ended, and no other begins.
    type_in("head -c 3000000 /dev/zero | base64 -w 100\n").await;
    drop(viewer);
    until("the shell is ended", async || nova.terminals.list(&ada).unwrap().is_empty()).await;
    until("it is noted", async || nova.recordings.get(&ada, id, None).await.unwrap().state == State::Full).await;
    let refused = nova.open_terminal(&ada, Size::DEFAULT, None).await.unwrap_err();
    assert!(refused.message.contains("no room for recordings"), "{refused}");
    assert!(nova.terminals.list(&ada).unwrap().is_empty());
    nova.stop().await;
}

#[tokio::test]
async fn a_recording_one_begins_starts_with_the_screen_and_its_keyframes_are_true() {
    let dir = tempfile::tempdir().unwrap();
    let mut config = Config::for_tests(dir.path()).unwrap();
    config.shell = Some("/bin/sh".into());
    let nova = Nova::start(config).await.unwrap();
    let ada = person(&nova, "ada", Role::Developer).await;
    let info = nova.open_terminal(&ada, Size::DEFAULT, None).await.unwrap();
    assert!(nova.recordings.active(&ada).unwrap().is_empty(), "nobody asked");
    let mut viewer = nova.terminals.attach(&ada, info.id, Some(0)).unwrap();
    viewer.receive(&ClientFrame::Input(b"echo ear''lier\n").encode()).await.unwrap();
    let mut seen = Vec::new();
    while !String::from_utf8_lossy(&seen).contains("earlier\r\n") {
        seen.extend_from_slice(&viewer.next().await.unwrap());
    }
    let id = nova.start_recording(&ada, info.id).await.unwrap();
    until("the screen", async || text(&nova, &ada, id).await.contains("earlier")).await;
    assert!(text(&nova, &ada, id).await.contains("[0.000,\"o\""));
    // A megabyte, so that there are keyframes: colours, wide characters, the other screen and back.
    let flood = "i=0; while [ $i -lt 9000 ]; do printf '\\033[3%dmrow %d \\344\\270\\226\\347\\225\\214 \\033[%d;5Hx\\033[m\\n' $((i%8)) $i $((i%20+1)); \
                 i=$((i+1)); done; printf '\\033[?1049hfull\\033[?1049l'; echo do''ne\n";
    viewer.receive(&ClientFrame::Input(flood.as_bytes()).encode()).await.unwrap();
    // Nobody acknowledges: without a viewer the screen sets the pace.
    drop(viewer);
    until("the end", async || {
        let found = nova.recordings.search(&ada, id, None, "row 8999").await.unwrap();
        !found.hits.is_empty()
    })
    .await;
    nova.recordings.end(&ada, info.id).await.unwrap();
    until("keyframes", async || {
        let check = nova.recordings.verify(&ada, id).await.unwrap();
        assert_eq!(check.broken, None);
        check.keyframes > 0
    })
    .await;
    nova.stop().await;
}
