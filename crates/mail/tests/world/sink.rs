//! The mail server of the stories: `sink.mjs` in its own process.

use std::{path::Path, process::Stdio};

use mail::{SmtpUrl, Transport};
use serde_json::Value;
use tokio::{
    io::{AsyncBufReadExt, BufReader, Lines},
    process::{Child, ChildStdout, Command},
    time::timeout,
};

use super::PATIENCE;

const DIR: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/sink");

/// Whether there is one, saying so where there is none.
#[must_use]
pub fn is_there() -> bool {
    if Path::new(DIR).join("node_modules").is_dir() {
        return true;
    }
    assert!(std::env::var_os("CI").is_none(), "run npm ci in {DIR}: everything is tested here");
    eprintln!("{DIR} has no node_modules (scripts/setup.sh test): this story did not run");
    false
}

/// A mail server that runs.
pub struct Sink {
    child: Child,
    lines: Lines<BufReader<ChildStdout>>,
    pub port: u16,
    /// Kinds of all events so far.
    pub seen: Vec<String>,
}

impl Sink {
    /// On a port of the system's choice.
    pub async fn start(arguments: &[&str]) -> Self {
        Self::start_on(0, arguments).await
    }

    /// On this port.
    pub async fn start_on(port: u16, arguments: &[&str]) -> Self {
        let mut child = Command::new("node")
            .current_dir(DIR)
            .args(["sink.mjs", "--port", &port.to_string()])
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .expect("node runs");
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let mut sink = Self { child, lines, port: 0, seen: Vec::new() };
        let listening = sink.next("listening").await;
        sink.port = u16::try_from(listening["port"].as_u64().unwrap()).unwrap();
        sink
    }

    /// Ends it; its port refuses connections from then on.
    pub async fn stop(mut self) -> u16 {
        self.child.kill().await.unwrap();
        self.port
    }

    /// The next event of this kind.
    pub async fn next(&mut self, event: &str) -> Value {
        let found = timeout(PATIENCE, async {
            loop {
                let line = self.lines.next_line().await.unwrap().expect("the mail server runs");
                let value = self.note(&line);
                if value["event"] == event {
                    return value;
                }
            }
        });
        found.await.unwrap_or_else(|_| panic!("no {event} came"))
    }

    /// The next mail.
    pub async fn mail(&mut self) -> Value {
        self.next("mail").await
    }

    fn note(&mut self, line: &str) -> Value {
        let value: Value = serde_json::from_str(line).unwrap();
        self.seen.push(value["event"].as_str().unwrap().to_owned());
        value
    }

    /// How often this kind of event came so far.
    #[must_use]
    pub fn count(&self, event: &str) -> usize {
        self.seen.iter().filter(|seen| *seen == event).count()
    }

    /// Ends the server. Returns the kinds of events that nobody has asked for yet.
    pub async fn rest(mut self) -> Vec<String> {
        // With its input ended it ends itself, after all that it had to say.
        drop(self.child.stdin.take());
        let asked = self.seen.len();
        while let Some(line) = timeout(PATIENCE, self.lines.next_line()).await.unwrap().unwrap() {
            self.note(&line);
        }
        self.seen.split_off(asked)
    }

    /// As a transport, without signing in.
    #[must_use]
    pub fn transport(&self) -> Transport {
        smtp(&format!("smtp://127.0.0.1:{}", self.port))
    }
}

#[must_use]
pub fn smtp(url: &str) -> Transport {
    Transport::Smtp(SmtpUrl::parse(&url.into()).unwrap())
}
