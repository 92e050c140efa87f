//! What the tests share: a service with a known shell, people, and a client that reads frames.
#![allow(dead_code, unreachable_pub, reason = "each test file uses its part")]
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]

use std::{num::NonZeroU16, sync::Arc, time::Duration};

use model::{
    Caller, Role, SessionId, TerminalId, Timestamp, UserId,
    terminal::{ACK_EVERY, ClientFrame, ServerFrame, Warning},
};
use terminal::{Holder, Settings, Size, State, Terminals, Viewer};
use tokio::time::timeout;

/// A failure bound, not a wait.
pub const PATIENCE: Duration = Duration::from_secs(30);

pub fn settings(shell: &str) -> Settings {
    let mut settings = Settings::new(Arc::new(|| Timestamp(1_000)));
    settings.shell = Some(shell.into());
    settings.directory = "/tmp".into();
    settings
}

pub fn terminals(shell: &str) -> Terminals {
    Terminals::start(settings(shell))
}

/// A process that holds the shells, with its socket in `directory`.
pub fn holder(directory: &tempfile::TempDir) -> Holder {
    Holder { program: env!("CARGO_BIN_EXE_pty-holder").into(), directory: directory.path().join("run") }
}

pub fn person(role: Role) -> Caller {
    Caller::person(UserId::new(), SessionId::new(), role)
}

pub fn developer() -> Caller {
    person(Role::Developer)
}

/// A program that starts with `script` and then does what it says; `#!` makes it a shell of ours.
pub fn script(directory: &tempfile::TempDir, script: &str) -> String {
    use std::os::unix::fs::PermissionsExt;
    let path = directory.path().join("shell");
    std::fs::write(&path, format!("#!/bin/sh\n{script}\n")).unwrap();
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).unwrap();
    path.to_str().unwrap().to_owned()
}

/// bash without the person's own start files: what those do, and how long it takes them, is not ours to test.
pub fn bash(directory: &tempfile::TempDir) -> String {
    script(directory, "exec /bin/bash --norc --noprofile")
}

/// A viewer as a browser has one: it collects output and acknowledges it, unless told not to.
pub struct Client {
    pub viewer: Viewer,
    /// Output since the last snapshot or the start.
    pub output: Vec<u8>,
    /// The snapshots received: where they go on, and what paints them.
    pub snapshots: Vec<(u64, Size, Vec<u8>)>,
    pub ended: Option<State>,
    /// The number of the next output byte expected.
    pub seq: Option<u64>,
    pub acks: bool,
    /// Whether others are there, of whom it hears.
    pub companied: bool,
    pub warning: Option<Warning>,
    acked: u64,
}

impl Client {
    pub fn new(viewer: Viewer, after: Option<u64>) -> Self {
        let acked = after.unwrap_or(0);
        Self {
            viewer,
            output: Vec::new(),
            snapshots: Vec::new(),
            ended: None,
            seq: after,
            acks: true,
            companied: false,
            warning: None,
            acked,
        }
    }

    pub async fn open(terminals: &Terminals, caller: &Caller) -> (TerminalId, Self) {
        let info = terminals.open(caller, Size::DEFAULT).await.expect("the shell starts");
        (info.id, Self::new(terminals.attach(caller, info.id, Some(0)).unwrap(), Some(0)))
    }

    /// Takes one frame; false after the end.
    pub async fn step(&mut self) -> bool {
        let frame = timeout(PATIENCE, self.viewer.next()).await.unwrap_or_else(|_| {
            panic!(
                "no frame; so far: {:?}",
                String::from_utf8_lossy(&self.output[self.output.len().saturating_sub(500)..])
            )
        });
        let Some(frame) = frame else { return false };
        match ServerFrame::decode(&frame).expect("a server frame") {
            ServerFrame::Output { seq, bytes } => {
                assert_eq!(self.seq, Some(seq), "nothing lost, nothing twice");
                assert!(!bytes.is_empty() && bytes.len() <= model::terminal::MAX_OUTPUT);
                self.output.extend_from_slice(bytes);
                self.seq = Some(seq + bytes.len() as u64);
            }
            ServerFrame::Snapshot { seq, size, bytes } => {
                self.snapshots.push((seq, size, bytes.to_vec()));
                self.output.clear();
                self.seq = Some(seq);
            }
            ServerFrame::Ended(state) => self.ended = Some(state),
            ServerFrame::Company(_) | ServerFrame::Typing(_) => assert!(self.companied, "who is alone hears of nobody"),
            ServerFrame::Warning(warning) => self.warning = Some(warning),
        }
        let seq = self.seq.unwrap_or(0);
        if self.acks && seq - self.acked >= ACK_EVERY {
            self.ack(seq).await;
        }
        true
    }

    pub async fn ack(&mut self, seq: u64) {
        self.acked = seq;
        self.viewer.receive(&ClientFrame::Ack(seq).encode()).await.expect("an honest acknowledgement");
    }

    pub async fn until(&mut self, needle: &str) {
        let mut searched = 0;
        loop {
            let from = searched.min(self.output.len());
            if self.output[from..].windows(needle.len()).any(|window| window == needle.as_bytes()) {
                return;
            }
            searched = self.output.len().saturating_sub(needle.len());
            assert!(self.step().await, "ended before {needle:?}: {:?}", String::from_utf8_lossy(&self.output));
        }
    }

    /// Until `needle` is shown, be it in the snapshot or in what came after.
    pub async fn until_shown(&mut self, needle: &str) {
        while !self.screen().screen().contents().contains(needle) {
            assert!(self.step().await, "ended before {needle:?}");
        }
    }

    /// What an emulator shows that drew the latest snapshot, if any, and the output since.
    pub fn screen(&self) -> vt100::Parser {
        match self.snapshots.last() {
            Some((_, size, snapshot)) => rendered(*size, &[snapshot, &self.output]),
            None => rendered(Size::DEFAULT, &[&self.output]),
        }
    }

    pub async fn until_end(&mut self) -> State {
        while self.step().await {}
        self.ended.expect("the end is told")
    }

    pub async fn type_in(&mut self, text: &str) {
        let frame = ClientFrame::Input(text.as_bytes()).encode();
        timeout(PATIENCE, self.viewer.receive(&frame)).await.expect("the shell reads").expect("a good frame");
    }

    pub async fn resize(&mut self, cols: u16, rows: u16) {
        self.viewer.receive(&ClientFrame::Resize { cols, rows }.encode()).await.unwrap();
    }

    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.output).into_owned()
    }
}

/// An emulator of `size` that has drawn `pieces`.
pub fn rendered(size: Size, pieces: &[&[u8]]) -> vt100::Parser {
    let cells = |count| NonZeroU16::new(count).unwrap();
    let mut parser = vt100::Parser::new(cells(size.rows), cells(size.cols), 0);
    pieces.iter().for_each(|piece| parser.process(piece));
    parser
}
