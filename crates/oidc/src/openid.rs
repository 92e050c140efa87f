//! The second half of a sign-in with an OpenID provider.

use egress::{Egress, Headers, Response};
use secrecy::ExposeSecret;

use crate::{
    Answer, Error, Fault, Flow, Provider, RelyingParty, Verified,
    exchange::{Tokens, exchange},
    id_token::{self, Expected},
    issuer::Authority,
    metadata::Metadata,
    party::MIXED_UP,
    profile::Profile,
};

/// Exchanges the code in `answer` and verifies the ID token that comes for it.
pub(crate) async fn finish(
    party: &RelyingParty,
    provider: &Provider,
    authority: &Authority,
    flow: &Flow,
    answer: &Answer,
) -> Result<Verified, Error> {
    let facts = party.directory.look_up(authority).await?;
    let metadata = &facts.metadata;
    // Before the code goes anywhere: was it this provider that answered (RFC 9207 §2.4)?
    match &answer.iss {
        Some(iss) if !authority.may_answer_as(&metadata.issuer, iss) => return Err(MIXED_UP),
        None if metadata.answers_with_iss => return Err(Error::Foreign("it does not say who answers")),
        _ => {}
    }
    let auth = metadata.client_auth(provider)?;
    let tokens = exchange(&party.egress, &metadata.token_endpoint, auth, provider, flow, answer.code()?).await?;
    let id_token = tokens.id.as_ref().ok_or(Error::Malformed("token answer"))?.expose_secret();
    let expected = Expected {
        authority,
        document: &metadata.issuer,
        client_id: &provider.client_id,
        nonce: flow.nonce(),
        access_token: tokens.access.expose_secret(),
        roles_claim: provider.roles_claim.as_deref(),
        now: (party.clock)(),
    };
    let (issuer, mut profile) = match id_token::judge(id_token, &facts.keys, &expected) {
        Err(Fault::UnknownKey) => match party.directory.newer_keys(authority, &facts).await? {
            Some(keys) => id_token::judge(id_token, &keys, &expected)?,
            None => return Err(Fault::UnknownKey.into()),
        },
        judged => judged?,
    };
    if profile.email.is_none() {
        complete(&party.egress, provider, metadata, &tokens, &mut profile).await?;
    }
    Ok(Verified::new(issuer, profile, tokens.id))
}

/// Fills in from the userinfo endpoint (Core 1.0 §5.3) what the ID token left out. Address and verification are
/// taken together or not at all.
async fn complete(
    egress: &Egress,
    provider: &Provider,
    metadata: &Metadata,
    tokens: &Tokens,
    profile: &mut Profile,
) -> Result<(), Error> {
    let Some(endpoint) = &metadata.userinfo_endpoint else {
        return Ok(());
    };
    let failed = || Error::at("userinfo endpoint");
    let headers = Headers::new().bearer(&tokens.access).map_err(failed())?;
    let headers = headers.with("accept", "application/json").map_err(failed())?;
    let response = egress.get(endpoint, headers).await.and_then(Response::successful);
    let told = Profile::read(response.map_err(failed())?.body(), provider.roles_claim.as_deref())?;
    // An answer for somebody else must not lend its address (Core 1.0 §5.3.2).
    if told.subject != profile.subject {
        return Err(Fault::Subject.into());
    }
    (profile.email, profile.email_verified) = (told.email, told.email_verified);
    profile.name = profile.name.take().or(told.name);
    profile.preferred_username = profile.preferred_username.take().or(told.preferred_username);
    if profile.roles.is_empty() {
        profile.roles = told.roles;
    }
    Ok(())
}
