//! What admins do to waiting mail stands in the audit log.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]

use std::{fs, time::Duration};

use mail::{Settings, Transport};
use model::{Caller, ErrorCode, Role, SessionId, UserId, audit::AuditFilter, identity::Email, mail::MailStatus};
use nova::{Config, Nova};
use tokio::time::timeout;

/// Longer than anything here takes; only a failing test waits for it.
const PATIENCE: Duration = Duration::from_secs(20);

#[tokio::test]
async fn retrying_and_discarding_mail_is_for_admins_and_audited() {
    let dir = tempfile::tempdir().unwrap();
    let folder = dir.path().join("mails");
    let mut config = Config::for_tests(&dir.path().join("data")).unwrap();
    config.mail = Settings { transport: Transport::Directory(folder.clone()), from: None };
    let nova = Nova::start(config).await.unwrap();
    let person = |role| Caller::person(UserId::new(), SessionId::new(), role);
    let (admin, viewer) = (person(Role::Admin), person(Role::Viewer));
    // Without its folder, mail is down.
    fs::remove_dir_all(&folder).unwrap();
    let mut changes = nova.mail.changes();
    let id = nova.mail.send_test(&admin, Email::parse("alice@example.org").unwrap()).await.unwrap();
    let wait_for = async |status: MailStatus, changes: &mut tokio::sync::watch::Receiver<u64>| {
        let found = timeout(PATIENCE, async {
            loop {
                changes.borrow_and_update();
                let entry = nova.mail.outbox(&admin).await.unwrap().remove(0);
                if entry.status == status && (status == MailStatus::Sent || entry.last_error.is_some()) {
                    return;
                }
                changes.changed().await.unwrap();
            }
        });
        found.await.unwrap_or_else(|_| panic!("the mail should be {status:?}"));
    };
    wait_for(MailStatus::Queued, &mut changes).await;
    for refused in [nova.retry_mail(&viewer, id).await, nova.discard_mail(&viewer, id).await] {
        assert_eq!(refused.unwrap_err().code, ErrorCode::Forbidden);
    }
    fs::create_dir(&folder).unwrap();
    nova.retry_mail(&admin, id).await.unwrap();
    wait_for(MailStatus::Sent, &mut changes).await;
    for refused in [nova.retry_mail(&admin, id).await, nova.discard_mail(&admin, id).await] {
        assert_eq!(refused.unwrap_err().code, ErrorCode::Conflict, "it was sent");
    }

    fs::remove_dir_all(&folder).unwrap();
    let id = nova.mail.send_test(&admin, Email::parse("alice@example.org").unwrap()).await.unwrap();
    wait_for(MailStatus::Queued, &mut changes).await;
    nova.discard_mail(&admin, id).await.unwrap();
    assert_eq!(nova.discard_mail(&admin, id).await.unwrap_err().code, ErrorCode::NotFound);
    let page = nova.audit.page(&Caller::system("test"), &AuditFilter::default(), None, 10).await.unwrap();
    let actions: Vec<String> = page.events.into_iter().map(|event| event.action).collect();
    assert_eq!(actions, ["mail.discard", "mail.retry"], "what was refused changed nothing");
    nova.stop().await;
}
