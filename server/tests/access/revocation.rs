//! Each way to take something from someone, and what of it ends how fast.

use std::{path::Path, time::Instant};

use futures_util::{SinkExt, StreamExt, future::BoxFuture};
use model::{
    Caller, Factor, KeyId, Permission, Role, SessionId, ShareId, Timestamp, UserId,
    audit::Action,
    caller::Proof,
    terminal::{
        ClientFrame, ServerFrame, Size,
        sharing::{GuestRole, Term},
    },
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpSocket, TcpStream},
    time::{Duration, timeout},
};
use tokio_tungstenite::tungstenite::Message;

use crate::support::{PASSWORD, Socket, World};

/// `ends`: refused from then on, closed, cut off. `narrows`: known still, but what the right is gone for is refused.
/// A shell belongs to its person, not to a sign-in: it goes on while they may have one, and waits to be come back to.
/// `shared` is a place at somebody else's shell.
/// A key is its own sign-in: it ends by itself, or with its owner's rights.
const TABLE: &str = "
                         | access  | refresh | key     | live | terminal | shell | download | key's live | key's terminal | key's download | shared
disabled                 | ends    | ends    | ends    | ends | ends     | ends  | ends     | ends       | ends           | ends           | ends
made a viewer            | narrows | narrows | narrows | ends | ends     | ends  | ends     | ends       | ends           | ends           | ends
left without any right   | narrows | narrows | narrows | ends | ends     | ends  | ends     | ends       | ends           | ends           | ends
password changed         | ends    | ends    | stays   | ends | ends     | stays | ends     | stays      | stays          | stays          | ends
password reset           | ends    | ends    | stays   | ends | ends     | stays | ends     | stays      | stays          | stays          | ends
signed out               | ends    | ends    | stays   | ends | ends     | stays | ends     | stays      | stays          | stays          | ends
second factors reset     | ends    | ends    | stays   | ends | ends     | stays | ends     | stays      | stays          | stays          | ends
ended from elsewhere     | ends    | ends    | stays   | ends | ends     | stays | ends     | stays      | stays          | stays          | ends
key ended                | stays   | stays   | ends    | stays| stays    | stays | stays    | ends       | ends           | ends           | stays
share ended              | stays   | stays   | stays   | stays| stays    | stays | stays    | stays      | stays          | stays          | ends
";

/// Nothing may take longer. The goal is a second; what was measured is printed.
const DEADLINE: Duration = Duration::from_secs(5);
/// How often what cannot be awaited is looked at.
const LOOK: Duration = Duration::from_millis(2);
/// Entries of the log, three kilobytes each: far more than all buffers on the way hold.
const ENTRIES: usize = 6000;

/// Everything one person holds.
struct Holdings {
    user: UserId,
    session: SessionId,
    key_id: KeyId,
    /// Another sign-in of theirs.
    elsewhere: Caller,
    here: Caller,
    access: String,
    refresh: String,
    key: String,
    live: Socket,
    terminal: Socket,
    shell: u32,
    download: Download,
    key_live: Socket,
    key_terminal: Socket,
    key_download: Download,
    shared: Socket,
    share: ShareId,
}

/// An export that has begun and is not read on.
struct Download(TcpStream);

impl Download {
    async fn begin(world: &World, credential: &str) -> Self {
        let socket = TcpSocket::new_v4().unwrap();
        socket.set_recv_buffer_size(256 * 1024).unwrap();
        let mut stream = socket.connect(world.address).await.unwrap();
        let head = format!(
            "GET /audit/export?format=ndjson HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n{credential}\r\n\r\n",
            world.address
        );
        stream.write_all(head.as_bytes()).await.unwrap();
        let mut begun = [0; 4096];
        stream.read_exact(&mut begun).await.unwrap();
        assert!(begun.starts_with(b"HTTP/1.1 200"), "{}", String::from_utf8_lossy(&begun));
        Self(stream)
    }

    /// Reads to the end: whether it was the whole file.
    async fn rest(mut self) -> bool {
        let (mut buffer, mut tail) = (vec![0; 64 * 1024], Vec::new());
        while let Ok(read @ 1..) = self.0.read(&mut buffer).await {
            tail.extend_from_slice(&buffer[..read]);
            tail.drain(..tail.len().saturating_sub(5));
        }
        tail == b"0\r\n\r\n"
    }
}

/// Someone who may everything and has just shown who they are.
fn mighty(user: UserId) -> Caller {
    let now = Timestamp(i64::MAX / 2);
    let proof = Some(Proof { factor: Factor::Password, at: now });
    Caller::person(user, SessionId::new(), Role::Owner).under(now, None, true, proof)
}

fn only(cookies: &str, name: &str) -> String {
    let kept = cookies.split("; ").filter(|cookie| cookie.starts_with(name) || cookie.starts_with("nova_fingerprint"));
    kept.collect::<Vec<_>>().join("; ")
}

/// The process behind a terminal, asked over its own socket.
async fn shell_of(terminal: &mut Socket) -> u32 {
    let question = ClientFrame::Input(b"echo \"pid=$$;\"\n").encode();
    terminal.send(Message::binary(question)).await.unwrap();
    let mut seen = String::new();
    let found = timeout(DEADLINE, async {
        loop {
            let Message::Binary(frame) = terminal.next().await.unwrap().unwrap() else { continue };
            // What came before we attached stands in the snapshot.
            if let Ok(ServerFrame::Output { bytes, .. } | ServerFrame::Snapshot { bytes, .. }) =
                ServerFrame::decode(&frame)
            {
                seen.push_str(&String::from_utf8_lossy(bytes));
            }
            let answers = seen.split("pid=").filter_map(|rest| rest.split_once(';')?.0.parse().ok());
            if let Some(pid) = answers.last() {
                return pid;
            }
        }
    })
    .await;
    found.unwrap_or_else(|_| panic!("the shell does not answer: {seen:?}"))
}

impl Holdings {
    async fn of(world: &World, name: &str, owner: &Caller) -> Self {
        let cookies = world.person(name, Role::Admin).await;
        let here = world.caller(&cookies).await;
        let elsewhere = world.sign_in(name).await;
        let elsewhere = world.caller(&elsewhere).await;
        let made = world.key(&cookies, &[Permission::TerminalOpen, Permission::AuditRead]).await;
        let shell = world.nova.terminals.open(&here, Size::DEFAULT).await.unwrap();
        let path = format!("/ws/terminal/{}", shell.id);
        let mut terminal = world.socket(&path, &cookies, Some(&world.origin())).await.unwrap();
        let theirs = world.nova.terminals.open(owner, Size::DEFAULT).await.unwrap().id;
        let share =
            world.nova.share_terminal(owner, theirs, name, GuestRole::Observer, Term::DEFAULT).await.unwrap().id;
        let shared = format!("/ws/shared/{theirs}");
        Self {
            share,
            shared: world.socket(&shared, &cookies, Some(&world.origin())).await.unwrap(),
            user: here.user().unwrap(),
            session: here.session().unwrap(),
            key_id: made.info.id,
            elsewhere,
            access: format!("Cookie: {}", only(&cookies, "nova_access")),
            refresh: format!("Cookie: {}", only(&cookies, "nova_refresh")),
            key: format!("Authorization: Bearer {}", made.key),
            live: world.live(&cookies).await,
            shell: shell_of(&mut terminal).await,
            terminal,
            download: Download::begin(world, &format!("Cookie: {cookies}")).await,
            key_live: world.socket_with_key("/ws/live", &made.key).await,
            key_terminal: world.socket_with_key(&path, &made.key).await,
            key_download: Download::begin(world, &format!("Authorization: Bearer {}", made.key)).await,
            here,
        }
    }
}

async fn happen(world: &World, event: &str, held: &Holdings, owner: &Caller) {
    let identity = &world.nova.identity;
    match event {
        "disabled" => identity.set_active(owner, held.user, false).await.unwrap(),
        "made a viewer" => identity.set_role(owner, held.user, &Role::Viewer).await.unwrap(),
        "left without any right" => {
            let nothing: Role = "nothing".parse().unwrap();
            identity.save_role(&Caller::system("test"), &nothing, &[], false).await.unwrap();
            identity.set_role(owner, held.user, &nothing).await.unwrap();
        }
        "password changed" => {
            let new = "amber ladder hums at noon".into();
            let client = identity::Client::default();
            identity.change_password(&held.elsewhere, &PASSWORD.into(), &new, &client).await.map(drop).unwrap();
        }
        "password reset" => drop(identity.reset_password(owner, held.user).await.unwrap()),
        "signed out" => identity.sign_out(&held.here).await.unwrap(),
        "second factors reset" => identity.reset_factors(owner, held.user).await.unwrap(),
        "ended from elsewhere" => identity.end_session(&held.elsewhere, held.session).await.unwrap(),
        "share ended" => world.nova.end_share(owner, held.share).await.unwrap(),
        "key ended" => identity.revoke_key(&held.elsewhere, held.key_id).await.unwrap(),
        other => panic!("nobody knows how “{other}” happens"),
    }
}

/// What a request for the audit log with this credential is answered.
async fn status(world: &World, credential: &str) -> u16 {
    let (name, value) = credential.split_once(": ").unwrap();
    let headers = [(name, value), ("accept", "application/json"), ("content-type", "application/json")];
    let body = r#"{"filter":{"action":"nothing"},"before":null}"#;
    world.request("POST", "/api/audit_events", &headers, body).await.status
}

async fn answered(world: &World, credential: &str, effect: &str) {
    let expected = match effect {
        "ends" => 401,
        "narrows" => 403,
        _ => 200,
    };
    let mut look = tokio::time::interval(LOOK);
    while status(world, credential).await != expected {
        look.tick().await;
    }
}

/// Waits for its end, or for its answer to a question.
async fn socket(mut socket: Socket, effect: &str) {
    if effect == "stays" {
        socket.send(Message::Ping("still there".into())).await.expect("open");
        loop {
            match socket.next().await {
                Some(Ok(Message::Pong(answer))) if answer.as_ref() == b"still there" => return,
                Some(Ok(Message::Close(frame))) => panic!("closed: {frame:?}"),
                Some(Ok(_)) => {}
                other => panic!("gone: {other:?}"),
            }
        }
    }
    while let Some(Ok(message)) = socket.next().await {
        if let Message::Close(Some(frame)) = message {
            // 1000 is a terminal's: its shell has ended. 4403: it is no longer shared. Never the code of a broken protocol or a server going down.
            assert!(matches!(u16::from(frame.code), 1000 | 4401 | 4403 | 4409), "{frame}");
        }
    }
}

async fn shell(pid: u32, effect: &str) {
    let running = || {
        let stat = std::fs::read_to_string(Path::new("/proc").join(pid.to_string()).join("stat")).unwrap_or_default();
        // The state follows the name in parentheses; Z has ended and waits to be collected.
        stat.rsplit_once(") ").is_some_and(|(_, rest)| !rest.starts_with('Z'))
    };
    if effect == "stays" {
        return assert!(running(), "the shell has ended");
    }
    let mut look = tokio::time::interval(LOOK);
    while running() {
        look.tick().await;
    }
}

async fn download(download: Download, effect: &str) {
    assert_eq!(download.rest().await, effect == "stays", "whether the whole file came");
}

/// How long each took after the event was acknowledged.
async fn effects<'a>(
    world: &'a World,
    held: Holdings,
    expected: &'a [(&'a str, &'a str)],
    wanted: fn(&str) -> bool,
) -> (Vec<(&'a str, Duration)>, Vec<BoxFuture<'a, ()>>) {
    let effect = |holding: &str| expected.iter().find(|(name, _)| *name == holding).expect("a column").1;
    let Holdings { access, refresh, key, live, terminal, shell: pid, .. } = held;
    let cells: Vec<(&str, BoxFuture<'a, ()>)> = vec![
        (
            "access",
            Box::pin({
                let effect = effect("access");
                async move { answered(world, &access, effect).await }
            }),
        ),
        (
            "refresh",
            Box::pin({
                let effect = effect("refresh");
                async move { answered(world, &refresh, effect).await }
            }),
        ),
        (
            "key",
            Box::pin({
                let effect = effect("key");
                async move { answered(world, &key, effect).await }
            }),
        ),
        ("shared", Box::pin(socket(held.shared, effect("shared")))),
        ("live", Box::pin(socket(live, effect("live")))),
        ("terminal", Box::pin(socket(terminal, effect("terminal")))),
        ("shell", Box::pin(shell(pid, effect("shell")))),
        ("download", Box::pin(download(held.download, effect("download")))),
        ("key's live", Box::pin(socket(held.key_live, effect("key's live")))),
        ("key's terminal", Box::pin(socket(held.key_terminal, effect("key's terminal")))),
        ("key's download", Box::pin(download(held.key_download, effect("key's download")))),
    ];
    let acknowledged = Instant::now();
    let (ending, staying): (Vec<_>, Vec<_>) = cells.into_iter().partition(|(name, _)| wanted(effect(name)));
    let ended = ending.into_iter().map(|(name, cell)| async move {
        timeout(DEADLINE, cell).await.unwrap_or_else(|_| panic!("{name} had no end within {DEADLINE:?}"));
        (name, acknowledged.elapsed())
    });
    let ended = futures_util::future::join_all(ended).await;
    (ended, staying.into_iter().map(|(_, cell)| cell).collect())
}

/// A log too long to stand in any buffer.
async fn write_log(world: &World) {
    // Written out in an export as six characters each.
    let filling = "\u{1}".repeat(500);
    let entries = (0..ENTRIES).map(|_| {
        let entry = audit::Entry::stranger(Action::MailRetry, "192.0.2.1").detail(&filling);
        world.nova.audit.record(entry)
    });
    futures_util::future::try_join_all(entries).await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_taken_is_gone_everywhere_within_a_second() {
    // A plain shell: what people set up for theirs is not measured here.
    let world = World::with(|config| config.shell = Some("/bin/sh".into())).await;
    world.person("olga", Role::Owner).await;
    let olga = world.nova.identity.person_named(&Caller::system("test"), "olga").await.unwrap();
    let owner = mighty(olga);
    write_log(&world).await;
    let mut lines = TABLE.lines().filter(|line| line.contains('|'));
    let cells = |line: &'static str| line.split('|').map(str::trim).collect::<Vec<_>>();
    let head = cells(lines.next().unwrap());
    let mut latencies = Vec::new();
    for (number, line) in lines.enumerate() {
        let row = cells(line);
        let expected: Vec<(&str, &str)> = head.iter().copied().zip(row.iter().copied()).skip(1).collect();
        let held = Holdings::of(&world, &format!("person{number}"), &owner).await;
        happen(&world, row[0], &held, &owner).await;
        let (ended, staying) = effects(&world, held, &expected, |effect| effect != "stays").await;
        // What stays is asked last: had it been going to end, it would have by now.
        for cell in staying {
            timeout(2 * DEADLINE, cell).await.unwrap_or_else(|_| panic!("{}: what should stay hangs", row[0]));
        }
        for (name, latency) in ended {
            println!("{:<24} {name:<16} {:>7.1} ms", row[0], latency.as_secs_f64() * 1e3);
            latencies.push(latency);
        }
    }
    latencies.sort();
    let at = |share: f64| latencies[((latencies.len() - 1) as f64 * share).round() as usize].as_secs_f64() * 1e3;
    println!("{} effects: p50 {:.1} ms, p99 {:.1} ms, longest {:.1} ms", latencies.len(), at(0.5), at(0.99), at(1.0));
    world.stop().await;
}
