//! A person's history, on both databases.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]

mod common;

use std::time::Duration;

use commands::Error;
use common::World;
use model::{
    Caller, ErrorCode, Role,
    commands::{MAX_FOUND, Matching, Policy, Search},
};

fn text(text: &str, matching: Matching) -> Search {
    Search { text: text.to_owned(), matching, ..Search::default() }
}

#[tokio::test]
async fn commands_are_kept_with_their_place_status_and_duration_and_found_again() {
    for world in World::each().await {
        let ann = world.person("ann").await;
        let bob = world.person("bob").await;
        for (line, cwd, exit) in [
            ("cargo build --release", "/src/nova", 0),
            ("git push origin main", "/src/nova", 1),
            ("cargo build --release", "/src/nova", 101),
            ("ls -la /tmp", "/", 0),
        ] {
            world.ran(&ann, line, cwd, Some(exit), true).await;
        }
        let all = world.found(&ann, &Search::default()).await;
        assert_eq!(all, ["ls -la /tmp", "cargo build --release", "git push origin main"], "equal lines are one");
        let found = world.commands.search(&ann, &text("cbr", Matching::Fuzzy)).await.unwrap().commands;
        assert_eq!(found[0].line, "cargo build --release");
        assert_eq!((found[0].exit, found[0].took, found[0].cwd.as_str()), (Some(101), Some(1_500), "/src/nova"));
        assert_eq!(found[0].host, "here");
        assert_eq!(world.found(&ann, &text("PUSH", Matching::Plain)).await, ["git push origin main"]);
        assert_eq!(
            world.found(&ann, &text("^git|tmp$", Matching::Regex)).await,
            ["ls -la /tmp", "git push origin main"]
        );
        let wrong = world.commands.search(&ann, &text("(", Matching::Regex)).await.unwrap_err();
        assert_eq!(model::ApiError::from(wrong).field.as_deref(), Some("text"));
        let huge = world.commands.search(&ann, &text("(a{1000}){1000}", Matching::Regex)).await.unwrap_err();
        assert_eq!(model::ApiError::from(huge).code, ErrorCode::Invalid);
        let failed = Search { failed: true, cwd: "/src/nova".into(), ..Search::default() };
        assert_eq!(world.found(&ann, &failed).await, ["cargo build --release", "git push origin main"]);
        assert_eq!(world.found(&bob, &Search::default()).await, [""; 0], "nobody else's");
        let viewer = Caller::person(ann.user().unwrap(), model::SessionId::new(), Role::Viewer);
        assert!(world.commands.search(&viewer, &Search::default()).await.is_err());
        world.end().await;
    }
}

#[tokio::test]
async fn an_event_that_is_heard_again_changes_nothing_and_an_end_finds_its_start() {
    for world in World::each().await {
        let ann = world.person("ann").await;
        let shell = model::TerminalId::new();
        let start = world.started(&ann, shell, 100, "make");
        world.hear(std::slice::from_ref(&start)).await;
        let id = world.commands.search(&ann, &Search::default()).await.unwrap().commands[0].id;
        world.commands.delete(&ann, id).await.unwrap();
        // The next server hears it from the kept output.
        world.hear(&[start]).await;
        assert_eq!(world.found(&ann, &Search::default()).await, [""; 0]);

        world.hear(&[world.started(&ann, shell, 200, "sleep 9")]).await;
        world.time.advance(Duration::from_secs(9));
        // Its start was another server's to hear.
        world.hear(&[world.ended(&ann, shell, 300, None, Some(0))]).await;
        let found = world.commands.search(&ann, &Search::default()).await.unwrap().commands;
        assert_eq!((found[0].took, found[0].exit, found[0].ended), (Some(9_000), Some(0), true));

        world.hear(&[world.started(&ann, shell, 400, "lost")]).await;
        world.commands.end_lost(&common::system(), &[shell]).await.unwrap();
        assert!(!world.commands.search(&ann, &Search::default()).await.unwrap().commands[0].ended);
        world.commands.end_lost(&common::system(), &[]).await.unwrap();
        let lost = world.commands.search(&ann, &Search::default()).await.unwrap().commands.remove(0);
        assert_eq!((lost.ended, lost.exit, lost.took), (true, None, None));
        assert!(world.commands.end_lost(&ann, &[]).await.is_err() && world.commands.hear(&ann, &[]).await.is_err());
        world.end().await;
    }
}

#[tokio::test]
async fn secrets_and_what_is_switched_off_are_not_kept() {
    for world in World::each().await {
        let ann = world.person("ann").await;
        for line in ["export API_TOKEN=abc", " quietly", "mysql -psecret", &"x".repeat(5_000)] {
            world.ran(&ann, line, "/", Some(0), true).await;
        }
        world.ran(&ann, "not wanted", "/", Some(0), false).await;
        assert_eq!(world.found(&ann, &Search::default()).await, [""; 0]);
        assert_eq!(world.count("SELECT COUNT(*) FROM commands").await, 0);
        world.end().await;
    }
}

#[tokio::test]
async fn commands_are_pinned_deleted_exported_and_forgotten_by_age() {
    for world in World::each().await {
        let ann = world.person("ann").await;
        let bob = world.person("bob").await;
        world.ran(&ann, "old and loved", "/", Some(0), true).await;
        world.ran(&ann, "old", "/", Some(0), true).await;
        let id = world.commands.search(&ann, &text("loved", Matching::Plain)).await.unwrap().commands[0].id;
        assert!(matches!(world.commands.pin(&bob, id, true).await, Err(Error::NoCommand)));
        assert!(matches!(world.commands.delete(&bob, id).await, Err(Error::NoCommand)));
        world.commands.pin(&ann, id, true).await.unwrap();
        let pinned = Search { pinned: true, ..Search::default() };
        assert_eq!(world.found(&ann, &pinned).await, ["old and loved"]);
        world.time.advance(Duration::from_secs(366 * 24 * 3600));
        world.ran(&ann, "new", "/", Some(0), true).await;
        assert_eq!(world.commands.prune(&common::system()).await.unwrap(), 1);
        assert_eq!(world.found(&ann, &Search::default()).await, ["new", "old and loved"]);

        let (lines, more) = world.commands.export(&ann, None).await.unwrap();
        assert_eq!((lines.lines().count(), more), (2, None));
        assert!(lines.contains("\"line\":\"old and loved\""));
        assert_eq!(world.actions().await, ["history.export"]);
        assert_eq!(world.commands.clear(&ann).await.unwrap(), 2);
        assert_eq!(world.actions().await, ["history.export", "history.clear"]);
        assert_eq!(world.found(&ann, &Search::default()).await, [""; 0]);
        world.end().await;
    }
}

#[tokio::test]
async fn suggestions_are_short_lines_the_latest_first() {
    for world in World::each().await {
        let ann = world.person("ann").await;
        for (line, exit) in [("git status", 0), ("two\nlines", 0), ("gti status", 127), ("ls", 1), ("git status", 0)] {
            world.ran(&ann, line, "/src", Some(exit), true).await;
        }
        let all = world.commands.suggestions(&ann).await.unwrap();
        assert_eq!(all.iter().map(|each| each.line.as_str()).collect::<Vec<_>>(), ["git status", "ls"]);
        world.end().await;
    }
}

#[tokio::test]
async fn an_answer_is_bounded_and_says_that_there_is_more() {
    for world in World::each().await {
        let ann = world.person("ann").await;
        let shell = model::TerminalId::new();
        let events: Vec<_> = (0..MAX_FOUND as u64 * 5)
            .flat_map(|n| {
                let seq = n * 10 + 1;
                [
                    (world.started(&ann, shell, seq, &format!("echo {n}")), true),
                    (world.ended(&ann, shell, seq + 5, Some(seq), Some(0)), true),
                ]
            })
            .collect();
        world.commands.hear(&common::system(), &events).await.unwrap();
        for search in [Search::default(), text("echo", Matching::Fuzzy), text("echo", Matching::Plain)] {
            let found = world.commands.search(&ann, &search).await.unwrap();
            assert_eq!((found.commands.len(), found.more), (MAX_FOUND, true), "{search:?}");
        }
        let one = world.commands.search(&ann, &text("echo 7$", Matching::Regex)).await.unwrap();
        assert_eq!((one.commands.len(), one.more), (1, false));
        world.end().await;
    }
}

#[tokio::test]
async fn an_owner_has_commands_in_the_audit_log_as_their_shells_report_them() {
    for world in World::each().await {
        let ann = world.person("ann").await;
        let owner = world.owner("olga").await;
        assert!(world.commands.set_policy(&ann, Policy::default()).await.is_err());
        let wrong = Policy { keep_days: 0, ..Policy::default() };
        let refused = model::ApiError::from(world.commands.set_policy(&owner, wrong).await.unwrap_err());
        assert_eq!(refused.field.as_deref(), Some("keep_days"));
        world.ran(&ann, "before", "/", Some(0), true).await;
        let policy = Policy { audited: true, keep_days: 30 };
        world.commands.set_policy(&owner, policy).await.unwrap();
        assert_eq!(world.commands.policy(&owner).await.unwrap(), policy);
        world.ran(&ann, "rm -r build", "/src", Some(3), true).await;
        world.ran(&ann, "unkept", "/src", None, false).await;
        world.ran(&ann, "export TOKEN=abc", "/src", Some(0), true).await;
        let log = world.log().await;
        let told: Vec<_> =
            log.iter().filter(|event| event.action == "command.run").map(|event| event.object_name.as_str()).collect();
        assert_eq!(told, ["rm -r build", "unkept", "(a line that looks as if it held a secret)"]);
        let first = log.iter().find(|event| event.action == "command.run").unwrap();
        assert_eq!((first.actor_name.as_str(), first.behalf.as_str()), ("ann", "test"));
        assert_eq!(first.detail, "exit 3 after 1500 ms in /src; reported by the shell, whose user can forge it");
        // What only the log was to have is not kept besides.
        assert_eq!(world.count("SELECT COUNT(*) FROM commands").await, 2);
        world.end().await;
    }
}
