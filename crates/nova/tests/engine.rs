//! Starting and stopping the whole engine without a web server.

use std::{fs, os::unix::fs::PermissionsExt, time::Duration};

use model::{Caller, live::ServerFrame, live::Topic};
use nova::{Config, Nova, StartError};

#[tokio::test]
async fn the_engine_starts_samples_and_stops() {
    let dir = tempfile::tempdir().unwrap();
    let data = dir.path().join("data");
    let nova = Nova::start(Config::for_tests(&data).unwrap()).await.unwrap();
    assert_eq!(fs::metadata(&data).unwrap().permissions().mode() & 0o777, 0o700);
    assert!(nova.setup_link().await.unwrap().is_some());
    assert!(nova.is_ready().await);
    let health = nova.health(&Caller::system("test")).await.unwrap();
    assert_eq!(health.len(), 4);
    let person = Caller::person(model::UserId::new(), model::SessionId::new(), model::Role::Viewer);
    let mut subscriber = nova.live.connect(&person).unwrap();
    assert!(matches!(subscriber.subscribe(Topic::Metrics, None).await, ServerFrame::Subscribed { .. }));
    tokio::time::timeout(Duration::from_secs(10), subscriber.next()).await.expect("a sample arrives");
    assert!(nova.metrics.latest(&person).unwrap().is_some());
    drop(subscriber);
    nova.stop().await;
}

#[tokio::test]
async fn a_second_nova_on_the_same_data_is_refused_and_the_first_goes_on() {
    let dir = tempfile::tempdir().unwrap();
    let first = Nova::start(Config::for_tests(dir.path()).unwrap()).await.unwrap();
    let second = Nova::start(Config::for_tests(dir.path()).unwrap()).await;
    assert!(matches!(second, Err(StartError::Store(store::Error::InUse(_)))));
    assert!(first.is_ready().await);
    let beside = Nova::beside(Config::for_tests(dir.path()).unwrap()).await.unwrap();
    assert!(beside.identity.needs_setup().await.unwrap());
    beside.stop().await;
    first.stop().await;
}

#[tokio::test]
async fn an_unusable_data_directory_is_told_in_one_line() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("occupied");
    fs::write(&file, "x").unwrap();
    let error = Nova::start(Config::for_tests(&file.join("data")).unwrap()).await.unwrap_err().to_string();
    assert!(error.contains("occupied") && error.contains("NOVA_DATA_DIR") && !error.contains('\n'), "{error}");
}
