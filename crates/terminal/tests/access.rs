//! Who may do what, and how much of it.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]

mod common;

use common::{Client, developer, person, settings, terminals};
use model::{ApiError, Caller, ErrorCode, Role};
use terminal::{Error, MAX_VIEWERS, Size, State, Terminals};

#[tokio::test]
async fn people_see_only_their_own_terminals() {
    let terminals = terminals("/bin/sh");
    let (ann, bob) = (developer(), person(Role::Owner));
    let first = terminals.open(&ann, Size::DEFAULT).await.unwrap();
    let second = terminals.open(&ann, Size::DEFAULT).await.unwrap();
    let listed: Vec<_> = terminals.list(&ann).unwrap().iter().map(|info| info.id).collect();
    assert_eq!(listed, [first.id, second.id], "in order of creation");
    assert!(terminals.list(&bob).unwrap().is_empty());

    let missing = ApiError::from(terminals.attach(&bob, model::TerminalId::new(), None).unwrap_err());
    for refused in [terminals.attach(&bob, first.id, None).map(drop), terminals.close(&bob, first.id)] {
        assert_eq!(ApiError::from(refused.unwrap_err()), missing, "someone else's looks like none");
    }
    assert_eq!(missing.code, ErrorCode::NotFound);
    assert_eq!(terminals.list(&ann).unwrap().len(), 2);
}

#[tokio::test]
async fn without_the_permission_nothing_is_possible() {
    let (terminals, ann) = (terminals("/bin/sh"), developer());
    let id = terminals.open(&ann, Size::DEFAULT).await.unwrap().id;
    let viewer = person(Role::Viewer);
    let refusals = [
        terminals.open(&viewer, Size::DEFAULT).await.map(drop),
        terminals.list(&viewer).map(drop),
        terminals.attach(&viewer, id, None).map(drop),
        terminals.close(&viewer, id),
        terminals.status(&viewer).map(drop),
        terminals.open(&Caller::system("test"), Size::DEFAULT).await.map(drop),
    ];
    for refusal in refusals {
        assert_eq!(ApiError::from(refusal.unwrap_err()).code, ErrorCode::Forbidden);
    }
}

#[tokio::test]
async fn a_bound_is_kept_and_says_how_to_mend_it() {
    let mut settings = settings("/bin/sh");
    (settings.max_per_user, settings.max_total) = (2, 3);
    let (terminals, ann, bob) = (Terminals::start(settings), developer(), developer());
    for _ in 0..2 {
        terminals.open(&ann, Size::DEFAULT).await.unwrap();
    }
    let told = ApiError::from(terminals.open(&ann, Size::DEFAULT).await.unwrap_err());
    assert_eq!(told.code, ErrorCode::TooMany);
    assert!(told.message.contains("Close one"), "{}", told.message);

    terminals.open(&bob, Size::DEFAULT).await.unwrap();
    assert!(matches!(terminals.open(&bob, Size::DEFAULT).await, Err(Error::TooManyInAll { max: 3 })));
}

#[tokio::test]
async fn the_oldest_ended_terminal_makes_room() {
    let mut settings = settings("/bin/sh");
    settings.max_per_user = 2;
    let (terminals, me) = (Terminals::start(settings), developer());
    let (ended, mut client) = Client::open(&terminals, &me).await;
    let (running, _client) = Client::open(&terminals, &me).await;
    client.type_in("exit\n").await;
    assert_eq!(client.until_end().await, State::Exited { code: 0 });
    let third = terminals.open(&me, Size::DEFAULT).await.unwrap().id;
    let listed: Vec<_> = terminals.list(&me).unwrap().iter().map(|info| info.id).collect();
    assert_eq!(listed, [running, third]);
    assert!(matches!(terminals.attach(&me, ended, None), Err(Error::NotFound)));
}

#[tokio::test]
async fn viewers_are_counted_and_bounded() {
    let (terminals, me, operator) = (terminals("/bin/sh"), developer(), person(Role::Operator));
    let id = terminals.open(&me, Size::DEFAULT).await.unwrap().id;
    let viewers: Vec<_> = (0..MAX_VIEWERS).map(|_| terminals.attach(&me, id, None).unwrap()).collect();
    assert!(matches!(terminals.attach(&me, id, None), Err(Error::TooManyViewers { .. })));
    assert_eq!(terminals.status(&operator).unwrap().viewers, MAX_VIEWERS);
    drop(viewers);
    let status = terminals.status(&operator).unwrap();
    assert_eq!((status.running, status.ended, status.viewers), (1, 0, 0));
}
