//! Reading the mails that were sent.

use std::{fs, path::PathBuf, time::Duration};

use identity::SignedIn;
use store::testing::Fresh;
use tokio::time::timeout;

use crate::world::World;

/// Longer than anything here takes; only a failing test waits for it.
const PATIENCE: Duration = Duration::from_secs(20);

/// A mail as its reader sees it.
#[derive(Debug)]
pub(crate) struct Letter {
    pub(crate) to: String,
    pub(crate) subject: String,
    pub(crate) text: String,
}

impl Letter {
    /// The token of the one-time link in it.
    pub(crate) fn token(&self) -> String {
        let link = ["/verify/", "/reset/"].iter().find_map(|path| self.text.split_once(path)).expect("a link");
        link.1.chars().take_while(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_')).collect()
    }
}

pub(crate) fn mails_of(fresh: &Fresh) -> PathBuf {
    fresh.dir.path().join("mails")
}

fn read(raw: &str) -> Letter {
    let header = |name: &str| {
        let line = raw.lines().find_map(|line| line.strip_prefix(name)).unwrap_or_default();
        line.trim().to_owned()
    };
    Letter { to: header("To:"), subject: header("Subject:"), text: raw.replace("=\r\n", "").replace("=3D", "=") }
}

impl World {
    /// All mails, oldest first, once there are at least `count`.
    pub(crate) async fn letters(&self, count: usize) -> Vec<Letter> {
        let mut changes = self.mail.changes();
        let found = timeout(PATIENCE, async {
            loop {
                changes.borrow_and_update();
                let folder = fs::read_dir(mails_of(&self.fresh)).into_iter().flatten();
                let mut paths: Vec<PathBuf> = folder.map(|entry| entry.unwrap().path()).collect();
                paths.retain(|path| path.extension().is_some_and(|kind| kind == "eml"));
                if paths.len() >= count {
                    // Named by ids that grow with time.
                    paths.sort();
                    return paths.iter().map(|path| read(&fs::read_to_string(path).unwrap())).collect();
                }
                changes.changed().await.unwrap();
            }
        });
        found.await.unwrap_or_else(|_| panic!("{count} mails should have been sent"))
    }

    /// An owner who has opened the link that was sent when they claimed the instance: one mail was sent.
    pub(crate) async fn verified_owner(&self) -> SignedIn {
        let owner = self.owner().await;
        let token = self.letters(1).await.pop().unwrap().token();
        self.identity.verify_email(&token, &identity::Client::default()).await.unwrap();
        owner
    }
}
