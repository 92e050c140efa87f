//! Against `oidc-provider`, an implementation certified by the OpenID Foundation, run by node.

use std::{
    collections::BTreeMap,
    path::PathBuf,
    process::Stdio,
    sync::Arc,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use egress::{Egress, Reach};
use model::Timestamp;
use oidc::{Answer, ClientAuth, Error, Kind, Provider, RelyingParty, Verified};
use serde::Deserialize;
use tokio::{
    io::{AsyncBufReadExt, BufReader, Lines},
    process::{Child, ChildStdout, Command},
    time::timeout,
};
use url::Url;

const BACK: &str = "http://127.0.0.1:9/back";
/// How long the provider may take for anything.
const PATIENCE: Duration = Duration::from_secs(30);

/// The line the server prints when it is ready.
#[derive(Deserialize)]
struct Ready {
    issuer: String,
    client_secret: String,
}

/// The provider's process, ended with the test, and a relying party.
struct Real {
    party: RelyingParty,
    ready: Ready,
    _process: Child,
    /// Held open: what the server still says must go somewhere.
    _output: Lines<BufReader<ChildStdout>>,
}

/// `None` where the npm packages were never installed, which a continuous build must not pass over.
async fn start(variables: &[(&str, &str)]) -> Option<Real> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/provider");
    if !folder.join("node_modules/oidc-provider").exists() {
        assert!(std::env::var_os("CI").is_none(), "{} lacks its npm packages: scripts/setup.sh test", folder.display());
        eprintln!("SKIPPED: {} lacks its npm packages; scripts/setup.sh test installs them", folder.display());
        return None;
    }
    let mut process = Command::new("node")
        .arg("server.mjs")
        .arg(BACK)
        .envs(variables.iter().copied())
        .current_dir(folder)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .kill_on_drop(true)
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(process.stdout.take().unwrap()).lines();
    let ready = async {
        loop {
            let line = lines.next_line().await.unwrap().expect("the provider ended before it was ready");
            // Whatever is loaded before the server by the environment may print too.
            if let Ok(ready) = serde_json::from_str(&line) {
                break ready;
            }
        }
    };
    let ready = timeout(PATIENCE, ready).await.expect("the provider is ready in time");
    let clock = Arc::new(|| {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
        Timestamp(i64::try_from(since.as_millis()).unwrap())
    });
    let party = RelyingParty::new(Egress::new(Reach::Anywhere).unwrap(), clock);
    Some(Real { party, ready, _process: process, _output: lines })
}

impl Real {
    fn provider(&self, client_id: &str) -> Provider {
        let public = client_id.ends_with("-public");
        Provider {
            id: "real".to_owned(),
            kind: Kind::OpenId { issuer: self.ready.issuer.clone() },
            client_id: client_id.to_owned(),
            client_secret: (!public).then(|| self.ready.client_secret.clone().into()),
            scopes: ["openid", "email", "profile", "groups"].map(str::to_owned).to_vec(),
            roles_claim: Some("groups".to_owned()),
        }
    }

    async fn sign_in(&self, client_id: &str, login: &str) -> Result<Verified, Error> {
        let provider = self.provider(client_id);
        let begun = self.party.begin(&provider, BACK).await?;
        let answer = Browser::new().sign_in(&begun.url, login).await;
        self.party.finish(&provider, begun.flow, &answer).await
    }
}

/// As much of a browser as a sign-in needs: it follows redirects, keeps cookies, fills in one form.
struct Browser {
    http: reqwest::Client,
    cookies: BTreeMap<String, String>,
}

/// Where a page was found, or where it led outside.
enum Visit {
    Page(Url, String),
    Left(Url),
}

impl Browser {
    fn new() -> Self {
        let http = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .no_proxy()
            .timeout(PATIENCE)
            .build()
            .unwrap();
        Self { http, cookies: BTreeMap::new() }
    }

    async fn visit(&mut self, url: &str, form: Option<String>) -> Visit {
        let (mut url, mut form) = (Url::parse(url).unwrap(), form);
        loop {
            if url.as_str().starts_with(BACK) {
                return Visit::Left(url);
            }
            let cookies = self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>();
            let request = match form.take() {
                Some(form) => {
                    self.http.post(url.clone()).header("content-type", "application/x-www-form-urlencoded").body(form)
                }
                None => self.http.get(url.clone()),
            };
            let response = request.header("cookie", cookies.join("; ")).send().await.unwrap();
            for cookie in response.headers().get_all("set-cookie") {
                let (name, rest) = cookie.to_str().unwrap().split_once('=').unwrap();
                let value = rest.split(';').next().unwrap();
                match value {
                    "" => self.cookies.remove(name),
                    value => self.cookies.insert(name.to_owned(), value.to_owned()),
                };
            }
            match response.headers().get("location") {
                Some(next) => url = url.join(next.to_str().unwrap()).unwrap(),
                None => return Visit::Page(url, response.text().await.unwrap()),
            }
        }
    }

    async fn sign_in(&mut self, url: &str, login: &str) -> Answer {
        let Visit::Page(page, text) = self.visit(url, None).await else { panic!("not asked who it is") };
        assert!(text.contains("name=\"login\""), "{text}");
        let Visit::Left(back) = self.visit(page.as_str(), Some(format!("login={login}"))).await else {
            panic!("not sent back")
        };
        let take = |name: &str| back.query_pairs().find(|(key, _)| key == name).map(|(_, value)| value.into_owned());
        Answer {
            code: take("code"),
            state: take("state"),
            iss: take("iss"),
            error: take("error"),
            error_description: take("error_description"),
        }
    }
}

#[tokio::test]
async fn people_sign_in_whatever_their_tokens_are_signed_with() {
    let Some(real) = start(&[]).await else { return };
    for client in ["nova-rs256", "nova-ps256", "nova-es256", "nova-eddsa", "nova-public"] {
        let verified = real.sign_in(client, "ada").await.unwrap();
        assert_eq!(
            (verified.issuer.as_str(), verified.subject.as_str()),
            (real.ready.issuer.as_str(), "ada"),
            "{client}"
        );
        assert_eq!((verified.email.as_deref(), verified.email_verified), (Some("ada@example.org"), true));
        assert_eq!(verified.roles, ["admins", "staff"]);
        assert_eq!(verified.name.as_deref(), Some("Ada Lovelace"));
    }
}

#[tokio::test]
async fn an_address_counts_as_verified_only_where_the_provider_is_sure() {
    let Some(real) = start(&[]).await else { return };
    for (login, email, sure) in [
        ("carol", Some("carol@example.org"), true),
        ("bob", Some("bob@example.org"), false),
        ("eve", Some("eve@example.org"), false),
        ("ghost", None, false),
    ] {
        let verified = real.sign_in("nova-rs256", login).await.unwrap();
        assert_eq!((verified.email.as_deref(), verified.email_verified), (email, sure), "{login}");
    }
}

#[tokio::test]
async fn claims_kept_at_the_userinfo_endpoint_are_found_there() {
    let Some(real) = start(&[("CLAIMS", "userinfo"), ("AUTH_METHOD", "client_secret_post")]).await else { return };
    let verified = real.sign_in("nova-es256", "ada").await.unwrap();
    assert_eq!((verified.email.as_deref(), verified.email_verified), (Some("ada@example.org"), true));
    assert_eq!(verified.roles, ["admins", "staff"]);
    let description = real.party.check(&real.provider("nova-es256")).await.unwrap();
    assert_eq!(description.client_auth, ClientAuth::Post);
}

#[tokio::test]
async fn the_provider_refuses_what_it_should() {
    let Some(real) = start(&[]).await else { return };
    assert_eq!(real.sign_in("nova-rs256", "nobody").await.unwrap_err(), Error::Declined);
    // A code counts once, whoever hands it in.
    let provider = real.provider("nova-rs256");
    let begun = real.party.begin(&provider, BACK).await.unwrap();
    let copy = serde_json::from_str(&serde_json::to_string(&begun.flow).unwrap()).unwrap();
    let answer = Browser::new().sign_in(&begun.url, "ada").await;
    assert!(answer.iss.is_some(), "it says who answers");
    assert!(real.party.finish(&provider, begun.flow, &answer).await.is_ok());
    let again = real.party.finish(&provider, copy, &answer).await;
    assert!(matches!(again, Err(Error::Provider { code, .. }) if code == "invalid_grant"));
    // A wrong secret, and a code that another client was given.
    let wrong = Provider { client_secret: Some("wrong".into()), ..real.provider("nova-rs256") };
    let begun = real.party.begin(&wrong, BACK).await.unwrap();
    let answer = Browser::new().sign_in(&begun.url, "ada").await;
    let told = real.party.finish(&wrong, begun.flow, &answer).await;
    assert!(matches!(told, Err(Error::Provider { code, .. }) if code == "invalid_client"));
    let begun = real.party.begin(&provider, BACK).await.unwrap();
    let answer = Browser::new().sign_in(&begun.url, "ada").await;
    let told = real.party.finish(&real.provider("nova-es256"), begun.flow, &answer).await;
    assert!(matches!(told, Err(Error::Provider { code, .. }) if code == "invalid_grant"));
}

#[tokio::test]
async fn signing_out_ends_the_session_there() {
    let Some(real) = start(&[]).await else { return };
    let provider = real.provider("nova-rs256");
    let mut browser = Browser::new();
    let begun = real.party.begin(&provider, BACK).await.unwrap();
    let answer = browser.sign_in(&begun.url, "ada").await;
    let verified = real.party.finish(&provider, begun.flow, &answer).await.unwrap();
    // Signed in there, a second time asks nothing.
    let again = real.party.begin(&provider, BACK).await.unwrap();
    assert!(matches!(browser.visit(&again.url, None).await, Visit::Left(_)));

    let hint = verified.id_token.as_ref();
    let url = real.party.sign_out_url(&provider, hint, BACK, Some("bye")).await.unwrap().unwrap();
    let Visit::Page(page, text) = browser.visit(&url, None).await else { panic!("not asked whether to sign out") };
    let after = |mark: &str| text.split_once(mark).unwrap().1.split('"').next().unwrap();
    let action = page.join(after("action=\"")).unwrap();
    let form = format!("xsrf={}&logout=yes", after("name=\"xsrf\" value=\""));
    let Visit::Left(back) = browser.visit(action.as_str(), Some(form)).await else { panic!("not sent back") };
    assert_eq!(back.query(), Some("state=bye"));
    let third = real.party.begin(&provider, BACK).await.unwrap();
    assert!(matches!(browser.visit(&third.url, None).await, Visit::Page(..)));
}

#[tokio::test]
async fn a_check_tells_what_the_provider_offers() {
    let Some(real) = start(&[]).await else { return };
    let description = real.party.check(&real.provider("nova-rs256")).await.unwrap();
    assert_eq!(description.algorithms, ["ES256", "EdDSA", "PS256", "RS256"]);
    assert!(description.pkce && description.answers_with_iss && description.userinfo && description.sign_out);
    assert_eq!(description.client_auth, ClientAuth::Basic);
    assert!(description.scopes.iter().any(|scope| scope == "groups"));
}
