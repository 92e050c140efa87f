//! `/sso/{provider}` and back: full page loads, because another site is in between.

use app::cookies;
use axum::{
    extract::{Path, Query, Request, State},
    http::{HeaderMap, HeaderValue, header},
    response::{Html, IntoResponse, Redirect, Response},
};
use identity::{Client, Entrance, Landing};
use model::Caller;
use nova::Nova;
use oidc::Answer;

use crate::{
    auth::Signed,
    refusal::{escaped, sign_in_failed},
};

/// Where to go on after the sign-in.
#[derive(Debug, Default, serde::Deserialize)]
#[serde(default)]
pub(crate) struct Wish {
    next: String,
}

/// `/sso/{provider}`: to the provider, to sign in.
pub(crate) async fn leave(
    State(nova): State<Nova>,
    Path(provider): Path<String>,
    Query(wish): Query<Wish>,
) -> Response {
    depart(&nova, &provider, None, &wish.next).await
}

/// `/sso/{provider}/link`: to the provider, to link one's account to it.
pub(crate) async fn link(State(nova): State<Nova>, Signed(caller): Signed, Path(provider): Path<String>) -> Response {
    depart(&nova, &provider, Some(&caller), "").await
}

async fn depart(nova: &Nova, provider: &str, caller: Option<&Caller>, next: &str) -> Response {
    match nova.identity.begin_sso(provider, caller, &app::local_path(next)).await {
        Ok(departure) => {
            let cookie = cookies::sso(Some(&departure.token), nova.config.is_https());
            with_cookies(Redirect::to(&departure.url).into_response(), &[cookie])
        }
        Err(error) => sign_in_failed(&error.into()),
    }
}

/// What a provider sends back, in the address (RFC 6749 §4.1.2, RFC 9207 §2).
#[derive(Debug, Default, serde::Deserialize)]
#[serde(default)]
pub(crate) struct Returned {
    code: Option<String>,
    state: Option<String>,
    iss: Option<String>,
    error: Option<String>,
    error_description: Option<String>,
}

/// `/sso/{provider}/callback`: back from the provider.
pub(crate) async fn land(
    State(nova): State<Nova>,
    Path(provider): Path<String>,
    Query(returned): Query<Returned>,
    headers: HeaderMap,
    request: Request,
) -> Response {
    let client = request.extensions().get::<Client>().cloned().unwrap_or_default();
    let secure = nova.config.is_https();
    let Some(token) = cookies::read(&headers).sso else { return sign_in_failed(&identity::Error::StepEnded.into()) };
    let Returned { code, state, iss, error, error_description } = returned;
    let answer = Answer { code, state, iss, error, error_description };
    let mut kept = vec![cookies::sso(None, secure)];
    let target = match nova.identity.finish_sso(&provider, &token, &answer, &client).await {
        Ok(Landing::Linked) => "/account/security".to_owned(),
        Ok(Landing::Entrance(entrance, next)) => match *entrance {
            // `next` was brought within our own pages when it was kept.
            Entrance::In(signed_in) => {
                kept.extend(cookies::keep(&signed_in.tokens, secure));
                next
            }
            // Accounts that registered by themselves verify their address first, whichever way they come.
            Entrance::Verify(_) => "/join/sent".to_owned(),
            Entrance::Second(pending) => {
                kept.push(cookies::pending(Some(&pending.token), secure));
                format!("/sign-in/second-step?next={}", app::encode_component(&next))
            }
        },
        Err(error) => return with_cookies(sign_in_failed(&error.into()), &kept),
    };
    // Not a redirect: the browser would count the next request as coming from the provider and hold back our cookies
    // (SameSite=Strict). A page of our own that goes on is from here.
    let page = format!(
        "<!DOCTYPE html><html lang=\"en\"><meta charset=\"utf-8\"><title>Signing in · Nova</title>\
         <meta http-equiv=\"refresh\" content=\"0;url={0}\"><p><a href=\"{0}\">Go on</a>",
        escaped(&target),
    );
    with_cookies(Html(page).into_response(), &kept)
}

fn with_cookies(mut response: Response, set: &[String]) -> Response {
    for cookie in set {
        if let Ok(value) = HeaderValue::from_str(cookie) {
            response.headers_mut().append(header::SET_COOKIE, value);
        }
    }
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}
