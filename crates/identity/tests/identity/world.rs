//! An instance of one's own for each story, on both databases.

use std::time::Duration;

use audit::Audit;
use identity::{
    Algorithm, Authenticated, Client, Credentials, Entrance, Identity, NewAccount, Pending, Settings, SignedIn, Tokens,
};
use mail::{Mail, Transport};
use model::{Caller, Role, Timestamp, audit::AuditFilter, factors::TotpOffer};
use secrecy::{ExposeSecret, SecretString};
use store::{Clock, ManualTime, Sealer, testing::Fresh};
use totp_rs::{Builder, Secret, Totp};

use crate::letters::mails_of;

pub(crate) const PASSWORD: &str = "violet kettle runs uphill";

pub(crate) struct World {
    pub(crate) identity: Identity,
    pub(crate) audit: Audit,
    pub(crate) time: ManualTime,
    pub(crate) fresh: Fresh,
    pub(crate) mail: Mail,
}

impl World {
    /// Without mail.
    pub(crate) async fn each() -> Vec<Self> {
        Self::each_with(|_| Transport::None).await
    }

    /// With mail that is written into a folder.
    pub(crate) async fn each_with_mail() -> Vec<Self> {
        Self::each_with(|fresh| Transport::Directory(mails_of(fresh))).await
    }

    async fn each_with(transport: impl Fn(&Fresh) -> Transport) -> Vec<Self> {
        let mut worlds = Vec::new();
        for fresh in Fresh::each().await {
            let (clock, time) = Clock::manual(Timestamp(1_800_000_000_000));
            let (identity, audit, mail) = engine_with(&fresh, clock, transport(&fresh)).await;
            worlds.push(Self { identity, audit, time, fresh, mail });
        }
        worlds
    }

    pub(crate) async fn owner(&self) -> SignedIn {
        let link = self.identity.new_setup_link(&system()).await.unwrap().expect("nobody owns it yet");
        let claimed = self.identity.claim(token_of(&link), account("alice"), &Client::default()).await.unwrap();
        claimed.signed_in().expect("no second factor is asked for")
    }

    /// The caller of these tokens as a request of theirs would be.
    pub(crate) async fn caller(&self, tokens: &Tokens) -> Caller {
        match self.authenticate(tokens).await {
            Authenticated::Caller(caller) => caller,
            other => panic!("{other:?}"),
        }
    }

    /// Someone of this role, signed in.
    pub(crate) async fn someone(&self, name: &str, role: Role) -> SignedIn {
        self.identity.add_user(&system(), account(name), &role).await.unwrap();
        self.sign_in(name).await
    }

    /// Signs in by password, where that is enough.
    pub(crate) async fn sign_in(&self, name: &str) -> SignedIn {
        let entrance = self.identity.sign_in(name, &PASSWORD.into(), &Client::default()).await.unwrap();
        entrance.signed_in().expect("no second factor is asked for")
    }

    /// Signs in by password, where more is asked for: the token of the second step.
    pub(crate) async fn half(&self, name: &str) -> Pending {
        match self.identity.sign_in(name, &PASSWORD.into(), &Client::default()).await.unwrap() {
            Entrance::Second(pending) => pending,
            _ => panic!("a second factor should be asked for"),
        }
    }

    /// The actions in the audit log, newest first.
    pub(crate) async fn actions(&self) -> Vec<String> {
        let page = self.audit.page(&system(), &AuditFilter::default(), None, 100).await.unwrap();
        page.events.into_iter().map(|event| format!("{} {}", event.action, event.outcome.name())).collect()
    }

    pub(crate) async fn authenticate(&self, tokens: &Tokens) -> Authenticated {
        self.identity.authenticate(credentials(tokens), &Client::default()).await.unwrap()
    }

    /// Lets the access token run out and renews with `tokens`.
    pub(crate) async fn renew(&self, tokens: &Tokens) -> Option<Tokens> {
        let credentials = Credentials { access: None, ..credentials(tokens) };
        match self.identity.authenticate(credentials, &Client::default()).await.unwrap() {
            Authenticated::Renewed(signed_in) => Some(signed_in.tokens),
            _ => None,
        }
    }

    pub(crate) async fn end(self) {
        drop(self.identity);
        self.fresh.remove().await;
    }
}

pub(crate) fn system() -> Caller {
    Caller::system("test")
}

pub(crate) fn account(name: &str) -> NewAccount {
    NewAccount::parse(name, &format!("{name}@example.org"), "", PASSWORD.into()).unwrap()
}

pub(crate) fn credentials(tokens: &Tokens) -> Credentials<'_> {
    Credentials {
        access: Some(tokens.access.expose_secret()),
        refresh: Some(tokens.refresh.expose_secret()),
        fingerprint: Some(tokens.fingerprint.expose_secret()),
    }
}

pub(crate) fn token_of(link: &SecretString) -> &str {
    link.expose_secret().rsplit('/').next().unwrap()
}

/// A second engine on the same database stands for another process.
pub(crate) async fn engine(fresh: &Fresh, clock: Clock) -> (Identity, Audit) {
    let (identity, audit, _) = engine_with(fresh, clock, Transport::None).await;
    (identity, audit)
}

pub(crate) async fn engine_with(fresh: &Fresh, clock: Clock, transport: Transport) -> (Identity, Audit, Mail) {
    let settings = Settings {
        keys_dir: fresh.dir.path().to_owned(),
        public_url: "http://localhost:8083".into(),
        algorithm: Algorithm::EdDsa,
    };
    let db = fresh.open().await;
    let audit = Audit::start(db.clone(), clock.clone());
    let sealer = Sealer::open(fresh.dir.path()).unwrap();
    let outgoing = mail::Settings { transport, from: None };
    let mail = Mail::start(db.clone(), clock.clone(), outgoing, sealer).unwrap();
    (Identity::start(db, clock, settings, audit.clone(), mail.clone()).await.unwrap(), audit, mail)
}

pub(crate) fn from(address: &str) -> Client {
    Client { address: address.into(), ..Client::default() }
}

pub(crate) async fn invite(world: &World, by: &Caller, role: Role, name: &str) -> SignedIn {
    let invitation = world.identity.invite(by, &role).await.unwrap();
    let token = invitation.url.rsplit('/').next().unwrap();
    let joined = world.identity.accept_invitation(token, account(name), &Client::default()).await.unwrap();
    joined.signed_in().expect("no second factor is asked for")
}

/// The app on someone's phone.
pub(crate) struct Phone(pub(crate) Totp);

impl Phone {
    pub(crate) fn scan(offer: &TotpOffer) -> Self {
        let secret = Secret::try_from_base32(offer.secret.replace(' ', "")).unwrap();
        assert!(offer.url.contains(&offer.secret.replace(' ', "")) && offer.qr.size > 20);
        Self(Builder::new().with_secret(secret).build().unwrap())
    }

    pub(crate) fn code(&self, world: &World) -> String {
        let now = u64::try_from(world.time.now().seconds()).unwrap();
        self.0.generate(now).to_string()
    }
}

/// Sets up codes for someone signed in, and lets their first code pass.
pub(crate) async fn enrol(world: &World, tokens: &Tokens) -> (Phone, Vec<String>) {
    let caller = world.caller(tokens).await;
    let phone = Phone::scan(&world.identity.begin_totp(&caller).await.unwrap());
    let codes = world.identity.confirm_totp(&caller, &phone.code(world), &Client::default()).await.unwrap();
    world.time.advance(Duration::from_secs(30));
    (phone, codes)
}
