//! People, sign-ins and the audit log on a fresh SQLite file, as the server starts them.

use audit::Audit;
use identity::{Algorithm, Client, Identity, NewAccount, Settings, SignedIn};
use mail::Mail;
use model::{Caller, Role};
use store::{Clock, Db, Location, Sealer};
use tempfile::TempDir;

use crate::client::PASSWORD;

pub(crate) struct Place {
    pub(crate) identity: Identity,
    pub(crate) audit: Audit,
    _dir: TempDir,
}

impl Place {
    pub(crate) async fn make() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let clock = Clock::system();
        let db = Db::open(&Location::Sqlite(dir.path().join("nova.db"))).await.unwrap();
        let audit = Audit::start(db.clone(), clock.clone());
        let sealer = Sealer::open(dir.path()).unwrap();
        let mail = Mail::start(db.clone(), clock.clone(), mail::Settings::none(), sealer).unwrap();
        let settings = Settings {
            keys_dir: dir.path().to_owned(),
            public_url: "http://localhost:8083".into(),
            algorithm: Algorithm::EdDsa,
        };
        let identity = Identity::start(db, clock, settings, audit.clone(), mail).await.unwrap();
        Self { identity, audit, _dir: dir }
    }

    pub(crate) async fn add(&self, name: &str) {
        let account = NewAccount::parse(name, "", "", PASSWORD.into()).unwrap();
        self.identity.add_user(&Caller::system("bench"), account, &Role::Owner).await.unwrap();
    }

    pub(crate) async fn sign_in(&self, name: &str) -> SignedIn {
        let entrance = self.identity.sign_in(name, &PASSWORD.into(), &Client::default()).await.unwrap();
        entrance.signed_in().unwrap()
    }
}
