//! Who may call themselves what.

use crate::{Error, Fault};

/// The tenant all personal Microsoft accounts belong to.
const PERSONAL: &str = "9188040d-6c67-4c5b-b112-36a304b66dad";
/// What stands for the tenant in the discovery documents that serve several tenants.
const TEMPLATE: &str = "{tenantid}";

/// Where an OpenID provider is asked about itself, and what it may answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Authority {
    url: String,
    rule: Rule,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Rule {
    /// The issuer is the address asked at, to the letter (Discovery 1.0 §4.3, Core 1.0 §3.1.3.7).
    Exact,
    /// The issuer is `base/TENANT/v2.0`.
    Microsoft { base: String, tenants: Tenants },
}

/// Whose accounts may sign in.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Tenants {
    /// Anybody's.
    All,
    /// Those of every organisation, but no personal ones.
    Organizations,
    /// Those of one tenant.
    One(String),
    /// Those of one tenant, known by a domain: the discovery document tells its id.
    Domain,
}

impl Authority {
    /// An issuer that stands for itself.
    pub(crate) fn exact(issuer: &str) -> Self {
        Self { url: issuer.to_owned(), rule: Rule::Exact }
    }

    /// Microsoft's, for one tenant or several.
    pub(crate) fn microsoft(base: &str, tenant: &str) -> Result<Self, Error> {
        let tenant = tenant.to_ascii_lowercase();
        let tenants = match tenant.as_str() {
            "common" => Tenants::All,
            "organizations" => Tenants::Organizations,
            "consumers" => Tenants::One(PERSONAL.to_owned()),
            id if is_tenant_id(id) => Tenants::One(id.to_owned()),
            domain if is_domain(domain) => Tenants::Domain,
            _ => {
                return Err(Error::Settings {
                    field: "tenant",
                    why: "Write the tenant's id or domain, or one of common, organizations, consumers.",
                });
            }
        };
        Ok(Self { url: format!("{base}/{tenant}/v2.0"), rule: Rule::Microsoft { base: base.to_owned(), tenants } })
    }

    /// The address asked at; also the name of this authority.
    pub(crate) fn url(&self) -> &str {
        &self.url
    }

    /// Whether a discovery document may call its issuer `found`.
    pub(crate) fn may_be_called(&self, found: &str) -> bool {
        match &self.rule {
            Rule::Exact => found == self.url,
            Rule::Microsoft { base, tenants } => tenant_of(base, found).is_some_and(|tenant| match tenants {
                Tenants::All | Tenants::Organizations => tenant == TEMPLATE,
                Tenants::One(id) => tenant == id,
                Tenants::Domain => is_tenant_id(tenant),
            }),
        }
    }

    /// Checks the issuer of a token against the one in the discovery document. With Microsoft the token must also say
    /// which tenant it belongs to (`tid`), and that must be the one in its issuer: a template alone would believe
    /// every tenant's tokens under every tenant's name.
    pub(crate) fn judge(&self, document: &str, issuer: &str, tid: Option<&str>) -> Result<(), Fault> {
        let Rule::Microsoft { base, tenants } = &self.rule else {
            return if issuer == document { Ok(()) } else { Err(Fault::Issuer) };
        };
        let tenant = tenant_of(base, issuer).filter(|tenant| is_tenant_id(tenant)).ok_or(Fault::Issuer)?;
        if tenant_of(base, document) != Some(TEMPLATE) && issuer != document {
            return Err(Fault::Issuer);
        }
        if tid != Some(tenant) || (*tenants == Tenants::Organizations && tenant == PERSONAL) {
            return Err(Fault::Tenant);
        }
        Ok(())
    }

    /// Whether the `iss` parameter of an answer (RFC 9207 §2.4) can be this authority's. Where several tenants share
    /// one document it can only be held against the template; the token's own issuer is judged later.
    pub(crate) fn may_answer_as(&self, document: &str, iss: &str) -> bool {
        match &self.rule {
            Rule::Microsoft { base, .. } if tenant_of(base, document) == Some(TEMPLATE) => {
                tenant_of(base, iss).is_some_and(|tenant| tenant == TEMPLATE || is_tenant_id(tenant))
            }
            _ => iss == document,
        }
    }
}

fn tenant_of<'a>(base: &str, issuer: &'a str) -> Option<&'a str> {
    issuer.strip_prefix(base)?.strip_prefix('/')?.strip_suffix("/v2.0")
}

/// A UUID in small letters, as Microsoft writes tenants.
fn is_tenant_id(text: &str) -> bool {
    text.len() == 36
        && text.bytes().enumerate().all(|(at, byte)| match at {
            8 | 13 | 18 | 23 => byte == b'-',
            _ => matches!(byte, b'0'..=b'9' | b'a'..=b'f'),
        })
}

fn is_domain(text: &str) -> bool {
    text.len() <= 253
        && text.contains('.')
        && text
            .split('.')
            .all(|label| !label.is_empty() && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-'))
}

#[cfg(test)]
mod tests {
    use super::*;

    const BASE: &str = "https://login.example";
    const ONE: &str = "11111111-2222-3333-4444-555555555555";
    const TWO: &str = "99999999-2222-3333-4444-555555555555";

    fn issuer(tenant: &str) -> String {
        format!("{BASE}/{tenant}/v2.0")
    }

    #[test]
    fn an_exact_issuer_is_exact() {
        let authority = Authority::exact("https://id.example");
        for other in ["https://id.example/", "https://ID.example", "https://id.example.evil", "http://id.example", ""] {
            assert!(!authority.may_be_called(other), "{other}");
            assert_eq!(authority.judge("https://id.example", other, None), Err(Fault::Issuer), "{other}");
            assert!(!authority.may_answer_as("https://id.example", other), "{other}");
        }
        assert!(authority.may_be_called("https://id.example"));
        assert_eq!(authority.judge("https://id.example", "https://id.example", None), Ok(()));
    }

    #[test]
    fn the_template_counts_for_microsoft_alone() {
        assert!(!Authority::exact(&issuer("common")).may_be_called(&issuer(TEMPLATE)));
        let exact = Authority::exact(&issuer(TEMPLATE));
        assert_eq!(exact.judge(&issuer(TEMPLATE), &issuer(ONE), Some(ONE)), Err(Fault::Issuer));
        let common = Authority::microsoft(BASE, "common").unwrap();
        assert!(common.may_be_called(&issuer(TEMPLATE)));
        assert!(!common.may_be_called(&issuer(ONE)));
        assert!(!common.may_be_called("https://evil.example/{tenantid}/v2.0"));
    }

    #[test]
    fn a_token_must_belong_to_the_tenant_it_names() {
        let common = Authority::microsoft(BASE, "common").unwrap();
        let judge = |issuer: &str, tid| common.judge(&format!("{BASE}/{TEMPLATE}/v2.0"), issuer, tid);
        assert_eq!(judge(&issuer(ONE), Some(ONE)), Ok(()));
        assert_eq!(judge(&issuer(ONE), Some(TWO)), Err(Fault::Tenant));
        assert_eq!(judge(&issuer(ONE), None), Err(Fault::Tenant));
        assert_eq!(judge(&issuer(TEMPLATE), Some(TEMPLATE)), Err(Fault::Issuer));
        assert_eq!(judge(&issuer("a/b"), Some("a/b")), Err(Fault::Issuer));
        assert_eq!(judge(&format!("https://evil.example/{ONE}/v2.0"), Some(ONE)), Err(Fault::Issuer));
    }

    #[test]
    fn one_tenant_admits_no_other() {
        let one = Authority::microsoft(BASE, ONE).unwrap();
        assert!(one.may_be_called(&issuer(ONE)) && !one.may_be_called(&issuer(TWO)));
        assert!(!one.may_be_called(&issuer(TEMPLATE)));
        assert_eq!(one.judge(&issuer(ONE), &issuer(TWO), Some(TWO)), Err(Fault::Issuer));
        let domain = Authority::microsoft(BASE, "example.onmicrosoft.com").unwrap();
        assert!(domain.may_be_called(&issuer(ONE)) && !domain.may_be_called(&issuer(TEMPLATE)));
        assert_eq!(domain.judge(&issuer(ONE), &issuer(TWO), Some(TWO)), Err(Fault::Issuer));
        let consumers = Authority::microsoft(BASE, "consumers").unwrap();
        assert!(consumers.may_be_called(&issuer(PERSONAL)) && !consumers.may_be_called(&issuer(ONE)));
    }

    #[test]
    fn organizations_admit_no_personal_account() {
        let organizations = Authority::microsoft(BASE, "organizations").unwrap();
        assert_eq!(organizations.judge(&issuer(TEMPLATE), &issuer(ONE), Some(ONE)), Ok(()));
        assert_eq!(organizations.judge(&issuer(TEMPLATE), &issuer(PERSONAL), Some(PERSONAL)), Err(Fault::Tenant));
    }
}
