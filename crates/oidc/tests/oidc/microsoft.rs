//! Microsoft's documents that serve many tenants.

use oidc::{Error, Fault, Kind, Provider, Verified};
use serde_json::json;

use crate::hostile::Hostile;

const ONE: &str = "11111111-2222-3333-4444-555555555555";
const TWO: &str = "99999999-2222-3333-4444-555555555555";

fn provider(hostile: &Hostile, tenant: &str) -> Provider {
    let kind = Kind::Microsoft { authority: hostile.base.clone(), tenant: tenant.to_owned() };
    Provider { kind, ..hostile.provider() }
}

/// A sign-in where the document names `documented` as its tenant and the token `issuing` and `tid`.
async fn sign_in(configured: &str, documented: &str, issuing: &str, tid: &str) -> Result<Verified, Error> {
    let hostile = Hostile::start().await;
    let issuer = |tenant: &str| json!(format!("{}/{tenant}/v2.0", hostile.base));
    let (documented, issuing, tid) = (issuer(documented), issuer(issuing), json!(tid));
    hostile.describe(move |document| document["issuer"] = documented.clone());
    hostile.lie(move |token| {
        token.claims["iss"] = issuing.clone();
        token.claims["tid"] = tid.clone();
    });
    hostile.sign_in_with(&provider(&hostile, configured)).await
}

#[tokio::test]
async fn tenants_sign_in_under_their_own_names() {
    for (configured, documented) in
        [("common", "{tenantid}"), ("organizations", "{tenantid}"), (ONE, ONE), ("one.example", ONE)]
    {
        let verified = sign_in(configured, documented, ONE, ONE).await.unwrap();
        assert!(verified.issuer.ends_with(&format!("/{ONE}/v2.0")), "{configured}");
    }
}

#[tokio::test]
async fn no_tenant_signs_in_under_the_name_of_another() {
    for (configured, documented) in [("common", "{tenantid}"), (ONE, ONE), ("one.example", ONE)] {
        let told = sign_in(configured, documented, ONE, TWO).await;
        assert!(matches!(told, Err(Error::Identity(Fault::Tenant))), "{configured}: {told:?}");
    }
    for (configured, documented) in [(ONE, ONE), ("one.example", ONE)] {
        let told = sign_in(configured, documented, TWO, TWO).await;
        assert!(matches!(told, Err(Error::Identity(Fault::Issuer))), "{configured}: {told:?}");
    }
    let told = sign_in("common", "{tenantid}", "{tenantid}", "{tenantid}").await;
    assert!(matches!(told, Err(Error::Identity(Fault::Issuer))), "{told:?}");
}

#[tokio::test]
async fn the_template_is_no_issuer_for_anybody_else() {
    let hostile = Hostile::start().await;
    let issuer = format!("{}/{{tenantid}}/v2.0", hostile.base);
    let told = json!(issuer);
    hostile.describe(move |document| document["issuer"] = told.clone());
    let plain =
        Provider { kind: Kind::OpenId { issuer: format!("{}/common/v2.0", hostile.base) }, ..hostile.provider() };
    assert!(matches!(hostile.sign_in_with(&plain).await, Err(Error::IssuerDiffers { .. })));
    assert!(matches!(sign_in(ONE, "{tenantid}", ONE, ONE).await, Err(Error::IssuerDiffers { .. })));
}
