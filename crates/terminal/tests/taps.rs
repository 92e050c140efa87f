//! Readers beside the viewers.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]

mod common;

use common::{Client, PATIENCE, bash, developer, rendered, terminals};
use model::{Caller, ErrorCode};
use terminal::{State, Tap, Tapped};
use tokio::time::timeout;

/// What a reader has heard.
#[derive(Default)]
struct Ear {
    output: Vec<u8>,
    input: Vec<u8>,
    sizes: Vec<(usize, u16)>,
    missed: u64,
    screens: usize,
    ended: Option<State>,
}

impl Ear {
    async fn hear(&mut self, tap: &mut Tap) -> bool {
        match timeout(PATIENCE, tap.next()).await.expect("something is heard") {
            Some(Tapped::Output { pieces, end: _ }) => {
                pieces.iter().for_each(|piece| self.output.extend_from_slice(piece))
            }
            Some(Tapped::Input(bytes)) => self.input.extend_from_slice(&bytes),
            Some(Tapped::Resized(size)) => self.sizes.push((self.output.len(), size.cols)),
            Some(Tapped::Screen { bytes, missed, .. }) => {
                self.missed += missed;
                self.screens += 1;
                self.output.extend_from_slice(&bytes);
            }
            Some(Tapped::Ended(state)) => self.ended = Some(state),
            None => return false,
        }
        true
    }

    async fn until(&mut self, tap: &mut Tap, needle: &str) {
        while !self.output.windows(needle.len()).any(|window| window == needle.as_bytes()) {
            assert!(self.hear(tap).await, "it ended before {needle:?}");
        }
    }
}

#[tokio::test]
async fn a_reader_hears_all_of_it_in_order_and_what_is_typed_only_while_it_shows() {
    let (directory, me) = (tempfile::tempdir().unwrap(), developer());
    let terminals = terminals(&common::script(&directory, "exec /bin/sh"));
    let (id, mut client) = Client::open(&terminals, &me).await;
    assert!(terminals.tap(&developer(), id, Some(0), true).is_err(), "someone else's");
    let mut tap = terminals.tap(&me, id, Some(0), true).unwrap();
    let mut ear = Ear::default();
    client.type_in("echo se''en\n").await;
    client.until("seen\r\n").await;
    client.resize(100, 30).await;
    client.type_in("stty -echo; echo hid''den; read x; stty echo; echo sho''wn\n").await;
    client.until("hidden\r\n").await;
    client.type_in("hunter2\n").await;
    client.until("shown\r\n").await;
    client.type_in("exit 3\n").await;
    assert_eq!(client.until_end().await, State::Exited { code: 3 });
    while ear.hear(&mut tap).await {}
    assert_eq!(ear.ended, Some(State::Exited { code: 3 }));
    assert_eq!(ear.output, client.output, "the same bytes");
    let typed = String::from_utf8(ear.input).unwrap();
    assert!(typed.contains("echo se''en\n") && typed.ends_with("exit 3\n"), "{typed:?}");
    assert!(!typed.contains("hunter2"), "{typed:?}");
    assert_eq!(ear.sizes.len(), 1);
    let seen = ear.sizes[0].0;
    assert!(String::from_utf8_lossy(&ear.output[..seen]).contains("seen") && ear.sizes[0].1 == 100);
}

#[tokio::test]
async fn a_reader_that_does_not_read_holds_up_nobody_and_goes_on_with_the_screen() {
    let (directory, me) = (tempfile::tempdir().unwrap(), developer());
    let terminals = terminals(&bash(&directory));
    let (id, mut client) = Client::open(&terminals, &me).await;
    let mut tap = terminals.tap(&me, id, Some(0), false).unwrap();
    client
        .type_in("PS1=; stty -opost; head -c 6000000 /dev/zero | base64 -w 100; stty opost; clear; echo e''nd\n")
        .await;
    client.until("end\r\n").await;
    let mut ear = Ear::default();
    ear.until(&mut tap, "end").await;
    assert!(ear.missed > 1_000_000 && ear.screens == 1, "{} missed", ear.missed);
    // And again, as if it had just come: the screen first.
    tap.begin_anew();
    let Some(Tapped::Screen { bytes, size, missed, .. }) = timeout(PATIENCE, tap.next()).await.unwrap() else {
        panic!("no screen")
    };
    assert_eq!(missed, 0);
    assert_eq!(rendered(size, &[&bytes]).screen().contents(), client.screen().screen().contents());
}

#[tokio::test]
async fn readers_are_few_and_background_work_reaches_any_shell() {
    let (directory, me) = (tempfile::tempdir().unwrap(), developer());
    let terminals = terminals(&bash(&directory));
    let (id, _client) = Client::open(&terminals, &me).await;
    let system = Caller::system("test");
    let taps: Vec<_> = (0..4).map(|_| terminals.tap(&system, id, None, false).unwrap()).collect();
    let refused = terminals.tap(&system, id, None, false).unwrap_err();
    assert_eq!(model::ApiError::from(refused).code, ErrorCode::TooMany);
    drop(taps);
    let mut tap = terminals.tap(&system, id, None, false).unwrap();
    assert!(matches!(timeout(PATIENCE, tap.next()).await.unwrap(), Some(Tapped::Screen { .. })));
    assert!(terminals.end_any(&me, id, "test").is_err());
    terminals.end_any(&system, id, "test").unwrap();
    let mut ear = Ear::default();
    while ear.hear(&mut tap).await {}
    assert!(ear.ended.is_some());
}
