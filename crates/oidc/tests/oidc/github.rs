//! GitHub, as far as its documentation describes it.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
};

use axum::{
    Form, Json, Router,
    extract::State,
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Response},
    routing::{get, post},
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use egress::{Egress, Reach};
use model::Timestamp;
use oidc::{Answer, Error, Fault, Kind, Provider, RelyingParty, Verified};
use serde_json::{Value, json};
use url::Url;

use crate::hostile::BACK;

/// What the API says; tests change it.
#[derive(Clone)]
struct Account {
    user: Value,
    emails: (StatusCode, Value),
}

type Shared = Arc<Mutex<(Account, HashMap<String, String>)>>;

struct GitHub {
    party: RelyingParty,
    provider: Provider,
    shared: Shared,
}

impl GitHub {
    async fn start() -> Self {
        let user = json!({ "id": 583_231, "login": "ada", "name": "Ada", "email": "public@example.org" });
        let emails = json!([
            { "email": "old@example.org", "primary": false, "verified": true },
            { "email": "Ada@example.org", "primary": true, "verified": true },
        ]);
        let shared = Shared::new(Mutex::new((Account { user, emails: (StatusCode::OK, emails) }, HashMap::new())));
        let router = Router::new()
            .route("/login/oauth/access_token", post(access_token))
            .route("/api/v3/user", get(user_of))
            .route("/api/v3/user/emails", get(emails_of))
            .route("/api/v3/meta", get(async || Json(json!({ "verifiable_password_authentication": false }))))
            .with_state(Arc::clone(&shared));
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base = format!("http://{}", listener.local_addr().unwrap());
        tokio::spawn(async move { axum::serve(listener, router).await });
        let provider = Provider {
            id: "github".to_owned(),
            kind: Kind::GitHub { api: format!("{base}/api/v3"), base },
            client_id: "Iv1.nova".to_owned(),
            client_secret: Some("word".into()),
            scopes: Vec::new(),
            roles_claim: None,
        };
        let clock = Arc::new(|| Timestamp(1_800_000_000_000));
        Self { party: RelyingParty::new(Egress::new(Reach::Anywhere).unwrap(), clock), provider, shared }
    }

    fn change(&self, change: impl Fn(&mut Account)) {
        change(&mut self.shared.lock().unwrap().0);
    }

    async fn sign_in(&self, iss: Option<&str>) -> Result<Verified, Error> {
        let begun = self.party.begin(&self.provider, BACK).await?;
        let url = Url::parse(&begun.url).unwrap();
        let asked = url.query_pairs().into_owned().collect::<HashMap<String, String>>();
        assert!(url.path().ends_with("/login/oauth/authorize"));
        assert_eq!(asked["scope"], "read:user user:email");
        self.shared.lock().unwrap().1.insert("a-code".to_owned(), asked["code_challenge"].clone());
        let answer = Answer {
            code: Some("a-code".to_owned()),
            state: Some(asked["state"].clone()),
            iss: iss.map(str::to_owned),
            ..Answer::default()
        };
        self.party.finish(&self.provider, begun.flow, &answer).await
    }
}

async fn access_token(
    State(shared): State<Shared>,
    headers: HeaderMap,
    Form(form): Form<HashMap<String, String>>,
) -> Response {
    let challenge = shared.lock().unwrap().1.remove(&form["code"]);
    let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, form["code_verifier"].as_bytes());
    let proven = challenge.is_some_and(|challenge| challenge == URL_SAFE_NO_PAD.encode(digest));
    let known = form["client_id"] == "Iv1.nova" && form.get("client_secret").is_some_and(|word| word == "word");
    if !proven || !known || headers["accept"] != "application/json" {
        // With status 200, as GitHub does.
        return Json(json!({ "error": "bad_verification_code", "error_description": "incorrect or expired" }))
            .into_response();
    }
    Json(json!({ "access_token": "gho_token", "scope": "read:user,user:email", "token_type": "bearer" }))
        .into_response()
}

async fn user_of(State(shared): State<Shared>, headers: HeaderMap) -> Response {
    assert!(headers["authorization"] == "Bearer gho_token" && headers["user-agent"] == "Nova");
    Json(shared.lock().unwrap().0.user.clone()).into_response()
}

async fn emails_of(State(shared): State<Shared>) -> Response {
    let (status, emails) = shared.lock().unwrap().0.emails.clone();
    (status, Json(emails)).into_response()
}

#[tokio::test]
async fn an_account_is_its_number_with_its_primary_verified_address() {
    let github = GitHub::start().await;
    let verified = github.sign_in(None).await.unwrap();
    let Kind::GitHub { base, .. } = &github.provider.kind else { unreachable!() };
    assert_eq!((&verified.issuer, verified.subject.as_str()), (base, "583231"));
    assert_eq!((verified.email.as_deref(), verified.email_verified), (Some("ada@example.org"), true));
    assert_eq!((verified.preferred_username.as_deref(), verified.name.as_deref()), (Some("ada"), Some("Ada")));
    assert!(verified.id_token.is_none() && verified.roles.is_empty());
    assert_eq!(github.party.sign_out_url(&github.provider, None, BACK, None).await.unwrap(), None);
}

#[tokio::test]
async fn an_address_that_is_not_both_primary_and_verified_is_none() {
    let github = GitHub::start().await;
    let entry = |primary, verified| json!([{ "email": "ada@example.org", "primary": primary, "verified": verified }]);
    for emails in [entry(true, false), entry(false, true), entry(false, false), json!([])] {
        github.change(|account| account.emails = (StatusCode::OK, emails.clone()));
        let verified = github.sign_in(None).await.unwrap();
        assert_eq!((verified.email, verified.email_verified), (None, false), "{emails}");
    }
    for status in [StatusCode::FORBIDDEN, StatusCode::NOT_FOUND] {
        github.change(|account| account.emails = (status, json!({ "message": "no" })));
        assert_eq!(github.sign_in(None).await.unwrap().email, None);
    }
    github.change(|account| account.emails = (StatusCode::INTERNAL_SERVER_ERROR, json!({})));
    assert!(matches!(github.sign_in(None).await, Err(Error::Unreachable { .. })));
}

#[tokio::test]
async fn an_account_without_a_number_is_nobody() {
    let github = GitHub::start().await;
    for odd in [json!("583231"), json!(-1), json!(1.5), json!(null)] {
        github.change(|account| account.user["id"] = odd.clone());
        assert!(matches!(github.sign_in(None).await, Err(Error::Unreachable { what: "API", .. })), "{odd}");
    }
    github.change(|account| account.user["id"] = json!(0));
    assert!(matches!(github.sign_in(None).await, Err(Error::Identity(Fault::Subject))));
}

#[tokio::test]
async fn errors_with_status_200_are_errors() {
    let mut github = GitHub::start().await;
    github.provider.client_secret = Some("wrong".into());
    let error = github.sign_in(None).await.unwrap_err();
    assert!(matches!(&error, Error::Provider { code, .. } if code == "bad_verification_code"), "{error}");
}

#[tokio::test]
async fn another_providers_answer_is_a_mix_up() {
    let github = GitHub::start().await;
    assert!(matches!(github.sign_in(Some("https://evil.example")).await, Err(Error::Foreign(_))));
    let Kind::GitHub { base, .. } = github.provider.kind.clone() else { unreachable!() };
    assert!(github.sign_in(Some(&format!("{base}/login/oauth"))).await.is_ok());
}

#[tokio::test]
async fn a_check_asks_the_api() {
    let github = GitHub::start().await;
    assert!(github.party.check(&github.provider).await.is_ok());
    let kind = Kind::GitHub { base: Kind::GITHUB.to_owned(), api: "http://127.0.0.1:1".to_owned() };
    let nowhere = Provider { kind, ..github.provider.clone() };
    assert!(matches!(github.party.check(&nowhere).await, Err(Error::Unreachable { what: "API", .. })));
}
