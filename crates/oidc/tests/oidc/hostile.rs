//! A provider made by hand that keeps the protocol until a test tells it to lie.

use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicI64, AtomicUsize, Ordering},
    },
    time::Duration,
};

use axum::{
    Form, Json, Router,
    extract::State,
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Response},
    routing::{get, post},
};
use base64::{
    Engine,
    engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD},
};
use egress::{Egress, Reach};
use model::Timestamp;
use oidc::{Answer, Begun, Error, Fault, Flow, Kind, Provider, RelyingParty, Verified};
use serde_json::{Value, json};
use url::Url;

use crate::signer::Signer;

/// When the tests happen, in milliseconds.
const START: i64 = 1_800_000_000_000;
pub(crate) const BACK: &str = "https://nova.example/back";
const ACCESS_TOKEN: &str = "access-token-of-the-hostile-provider";

type Change<T> = Arc<dyn Fn(&mut T) + Send + Sync>;

/// A token about to be signed, open to changes.
pub(crate) struct Minted {
    pub(crate) header: Value,
    pub(crate) claims: Value,
    pub(crate) signer: Arc<Signer>,
    /// The last word on the finished token.
    pub(crate) rewrite: fn(String) -> String,
}

/// What the provider does; tests change it between requests.
pub(crate) struct Script {
    pub(crate) signer: Arc<Signer>,
    /// What stands at the keys' address.
    pub(crate) keys: Value,
    pub(crate) document: Change<Value>,
    pub(crate) token: Change<Minted>,
    /// Answers the token request instead of a token.
    pub(crate) token_reply: Option<fn() -> Response>,
    pub(crate) userinfo: Value,
    grants: HashMap<String, Grant>,
}

/// A code that was handed out and not used yet.
struct Grant {
    subject: String,
    nonce: String,
    challenge: String,
}

/// How often each endpoint was asked.
#[derive(Default)]
pub(crate) struct Hits {
    pub(crate) document: AtomicUsize,
    pub(crate) keys: AtomicUsize,
    pub(crate) token: AtomicUsize,
    pub(crate) userinfo: AtomicUsize,
}

/// The provider, and a relying party that signs in with it.
#[derive(Clone)]
pub(crate) struct Hostile {
    pub(crate) base: String,
    pub(crate) party: RelyingParty,
    pub(crate) hits: Arc<Hits>,
    script: Arc<Mutex<Script>>,
    time: Arc<AtomicI64>,
}

impl Hostile {
    pub(crate) async fn start() -> Self {
        Self::with_key(Signer::ec("first")).await
    }

    pub(crate) async fn with_key(signer: Arc<Signer>) -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let time = Arc::new(AtomicI64::new(START));
        let hand = Arc::clone(&time);
        let clock = Arc::new(move || Timestamp(hand.load(Ordering::SeqCst)));
        let script = Script {
            keys: json!({ "keys": [signer.jwk()] }),
            signer,
            document: Arc::new(|_| ()),
            token: Arc::new(|_| ()),
            token_reply: None,
            userinfo: Value::Null,
            grants: HashMap::new(),
        };
        let hostile = Self {
            base: format!("http://{}", listener.local_addr().unwrap()),
            party: RelyingParty::new(Egress::new(Reach::Anywhere).unwrap(), clock),
            hits: Arc::default(),
            script: Arc::new(Mutex::new(script)),
            time,
        };
        let router = Router::new()
            .route("/keys", get(keys))
            .route("/token", post(token))
            .route("/userinfo", get(userinfo))
            // Wherever its document is asked for: Microsoft's stands below the tenant.
            .fallback(get(document))
            .with_state(hostile.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        hostile
    }

    pub(crate) fn script(&self) -> MutexGuard<'_, Script> {
        self.script.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Changes every token from now on.
    pub(crate) fn lie(&self, change: impl Fn(&mut Minted) + Send + Sync + 'static) {
        self.script().token = Arc::new(change);
    }

    /// Changes the discovery document.
    pub(crate) fn describe(&self, change: impl Fn(&mut Value) + Send + Sync + 'static) {
        self.script().document = Arc::new(change);
    }

    pub(crate) fn wait(&self, span: Duration) {
        self.time.fetch_add(i64::try_from(span.as_millis()).unwrap(), Ordering::SeqCst);
    }

    pub(crate) fn now(&self) -> i64 {
        self.time.load(Ordering::SeqCst) / 1000
    }

    pub(crate) fn provider(&self) -> Provider {
        Provider {
            id: "work".to_owned(),
            kind: Kind::OpenId { issuer: self.base.clone() },
            client_id: "nova".to_owned(),
            client_secret: Some("word".into()),
            scopes: Vec::new(),
            roles_claim: Some("groups".to_owned()),
        }
    }

    /// The person says yes: what the provider would send the browser back with.
    pub(crate) fn consent(&self, begun: &Begun, subject: &str) -> Answer {
        let url = Url::parse(&begun.url).unwrap();
        let asked = url.query_pairs().into_owned().collect::<HashMap<String, String>>();
        let code = format!("code-{}", asked["state"]);
        let (nonce, challenge) = (asked["nonce"].clone(), asked["code_challenge"].clone());
        assert_eq!((asked["redirect_uri"].as_str(), asked["code_challenge_method"].as_str()), (BACK, "S256"));
        self.script().grants.insert(code.clone(), Grant { subject: subject.to_owned(), nonce, challenge });
        Answer { code: Some(code), state: Some(asked["state"].clone()), ..Answer::default() }
    }

    /// Begins a sign-in and says yes to it.
    pub(crate) async fn begun(&self) -> (Flow, Answer) {
        let begun = self.party.begin(&self.provider(), BACK).await.unwrap();
        let answer = self.consent(&begun, "ada");
        (begun.flow, answer)
    }

    /// A whole sign-in.
    pub(crate) async fn sign_in(&self) -> Result<Verified, Error> {
        self.sign_in_with(&self.provider()).await
    }

    pub(crate) async fn sign_in_with(&self, provider: &Provider) -> Result<Verified, Error> {
        let begun = self.party.begin(provider, BACK).await?;
        let answer = self.consent(&begun, "ada");
        self.party.finish(provider, begun.flow, &answer).await
    }

    /// What a sign-in is refused for when its token is changed so.
    pub(crate) async fn refusal(&self, change: impl Fn(&mut Minted) + Send + Sync + 'static) -> Fault {
        self.lie(change);
        match self.sign_in().await {
            Err(Error::Identity(fault)) => fault,
            other => panic!("not refused as an identity: {other:?}"),
        }
    }

    fn mint(&self, grant: &Grant) -> String {
        let script = self.script();
        let hash = match script.signer.alg {
            "ES384" => &aws_lc_rs::digest::SHA384,
            "EdDSA" => &aws_lc_rs::digest::SHA512,
            _ => &aws_lc_rs::digest::SHA256,
        };
        let digest = aws_lc_rs::digest::digest(hash, ACCESS_TOKEN.as_bytes());
        let mut minted = Minted {
            header: json!({ "alg": script.signer.alg, "kid": script.signer.kid, "typ": "JWT" }),
            claims: json!({
                "iss": self.base,
                "sub": grant.subject,
                "aud": "nova",
                "nonce": grant.nonce,
                "iat": self.now(),
                "exp": self.now() + 300,
                "email": format!("{}@example.org", grant.subject),
                "email_verified": true,
                "name": "Ada Lovelace",
                "groups": ["staff"],
                "at_hash": URL_SAFE_NO_PAD.encode(&digest.as_ref()[..hash.output_len() / 2]),
            }),
            signer: Arc::clone(&script.signer),
            rewrite: std::convert::identity,
        };
        (script.token)(&mut minted);
        (minted.rewrite)(minted.signer.sign(&minted.header, &minted.claims))
    }
}

async fn document(State(hostile): State<Hostile>) -> Json<Value> {
    hostile.hits.document.fetch_add(1, Ordering::SeqCst);
    let base = &hostile.base;
    let mut document = json!({
        "issuer": base,
        "authorization_endpoint": format!("{base}/authorize"),
        "token_endpoint": format!("{base}/token"),
        "jwks_uri": format!("{base}/keys"),
        "userinfo_endpoint": format!("{base}/userinfo"),
        "scopes_supported": ["openid", "email"],
    });
    (hostile.script().document)(&mut document);
    Json(document)
}

async fn keys(State(hostile): State<Hostile>) -> Json<Value> {
    hostile.hits.keys.fetch_add(1, Ordering::SeqCst);
    Json(hostile.script().keys.clone())
}

async fn userinfo(State(hostile): State<Hostile>, headers: HeaderMap) -> Response {
    hostile.hits.userinfo.fetch_add(1, Ordering::SeqCst);
    if headers.get("authorization").is_none_or(|value| value != &format!("Bearer {ACCESS_TOKEN}")) {
        return StatusCode::UNAUTHORIZED.into_response();
    }
    Json(hostile.script().userinfo.clone()).into_response()
}

async fn token(
    State(hostile): State<Hostile>,
    headers: HeaderMap,
    Form(form): Form<HashMap<String, String>>,
) -> Response {
    hostile.hits.token.fetch_add(1, Ordering::SeqCst);
    if let Some(reply) = hostile.script().token_reply {
        return reply();
    }
    let refuse = |error| (StatusCode::BAD_REQUEST, Json(json!({ "error": error }))).into_response();
    let basic = format!("Basic {}", STANDARD.encode("nova:word"));
    if headers.get("authorization").is_none_or(|value| value != &basic) || form.contains_key("client_secret") {
        return refuse("invalid_client");
    }
    let Some(grant) = hostile.script().grants.remove(&form["code"]) else {
        return refuse("invalid_grant");
    };
    let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, form["code_verifier"].as_bytes());
    if URL_SAFE_NO_PAD.encode(digest) != grant.challenge || form["redirect_uri"] != BACK {
        return refuse("invalid_grant");
    }
    let id_token = hostile.mint(&grant);
    Json(json!({ "access_token": ACCESS_TOKEN, "token_type": "Bearer", "id_token": id_token })).into_response()
}
