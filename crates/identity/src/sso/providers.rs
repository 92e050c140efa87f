//! Providers as owners set them up.

use audit::Entry;
use model::{
    ApiError, Caller, ErrorCode, Permission, Role, Timestamp,
    audit::Action,
    sso::{ProviderButton, ProviderForm, ProviderInfo, ProviderKind},
};
use oidc::{Kind, Provider};
use store::sqlx::{self, Row, any::AnyRow};

use crate::{Error, Identity};

/// Providers at most.
const MAX_PROVIDERS: i64 = 20;
const COLUMNS: &str = "id, name, kind, client_id, client_secret, scopes, roles_claim, role_map, default_role,
    creates_accounts, trusted_domains, created_at";

/// Where a provider's client secret is sealed for.
fn place(id: &str) -> String {
    format!("provider:{id}")
}

/// A row of `providers`.
pub(super) struct Stored {
    pub(super) form: ProviderForm,
    sealed: Option<String>,
    created_at: Timestamp,
}

impl Identity {
    /// The buttons of the sign-in page.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn provider_buttons(&self) -> Result<Vec<ProviderButton>, Error> {
        let rows =
            sqlx::query("SELECT id, name FROM providers ORDER BY name LIMIT 20").fetch_all(self.db.read()).await?;
        rows.iter().map(|row| Ok(ProviderButton { id: row.try_get(0)?, name: row.try_get(1)? })).collect()
    }

    /// Every provider, without secrets.
    ///
    /// # Errors
    /// `Forbidden` without `providers.manage`.
    pub async fn providers(&self, caller: &Caller) -> Result<Vec<ProviderInfo>, Error> {
        caller.require(Permission::ProvidersManage)?;
        let sql = format!(
            "SELECT {COLUMNS}, (SELECT COUNT(*) FROM identities WHERE identities.provider = providers.id) AS linked
             FROM providers ORDER BY name LIMIT 20"
        );
        let rows = sqlx::query(sqlx::AssertSqlSafe(sql)).fetch_all(self.db.read()).await?;
        rows.iter()
            .map(|row| {
                let stored = stored(row)?;
                Ok(ProviderInfo {
                    has_secret: stored.sealed.is_some(),
                    redirect_uri: self.redirect_uri(&stored.form.id),
                    signed_out_uri: self.signed_out_uri(),
                    linked: u32::try_from(row.try_get::<i64, _>("linked")?).unwrap_or(u32::MAX),
                    created_at: stored.created_at,
                    form: stored.form,
                })
            })
            .collect()
    }

    /// Where a provider sends people back to.
    pub(super) fn redirect_uri(&self, id: &str) -> String {
        format!("{}/sso/{id}/callback", self.settings.public_url)
    }

    /// Sets up a provider or changes one, after asking it who it is.
    ///
    /// # Errors
    /// `Forbidden` without `providers.manage` or for roles that allow more than the caller's; `StepUp`; `Invalid`,
    /// naming the field; the provider's own trouble in words.
    pub async fn save_provider(&self, caller: &Caller, form: &ProviderForm) -> Result<(), Error> {
        caller.require(Permission::ProvidersManage)?;
        caller.require_fresh()?;
        form.check()?;
        for role in form.role_map.iter().map(|(_, role)| role).chain([&form.default_role]) {
            self.check_gives(caller, role).await?;
            if *role == Role::Owner {
                return Err(ApiError::invalid("role_map", "A provider makes nobody an owner.").into());
            }
        }
        let before = self.stored_provider(&form.id).await?;
        let sealed = match form.client_secret.as_deref().filter(|secret| !secret.is_empty()) {
            Some(secret) => Some(self.sealer.seal(&place(&form.id), &secret.to_owned().into())?),
            None => before.as_ref().and_then(|before| before.sealed.clone()),
        };
        self.sso.check(&self.provider(form, sealed.as_deref())?).await?;
        let json =
            |value: serde_json::Result<String>| value.map_err(|_| Error::Broken("a provider could not be written"));
        let mut write = self.db.write().await?;
        let others: i64 = sqlx::query_scalar("SELECT COUNT(*) FROM providers WHERE id <> $1")
            .bind(&form.id)
            .fetch_one(&mut *write)
            .await?;
        if others >= MAX_PROVIDERS {
            return Err(ApiError::new(ErrorCode::TooMany, "There are too many providers. Remove one first.").into());
        }
        sqlx::query(
            "INSERT INTO providers (id, name, kind, client_id, client_secret, scopes, roles_claim, role_map,
                                    default_role, creates_accounts, trusted_domains, created_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
             ON CONFLICT (id) DO UPDATE SET name = excluded.name, kind = excluded.kind, client_id = excluded.client_id,
                client_secret = excluded.client_secret, scopes = excluded.scopes, roles_claim = excluded.roles_claim,
                role_map = excluded.role_map, default_role = excluded.default_role,
                creates_accounts = excluded.creates_accounts, trusted_domains = excluded.trusted_domains",
        )
        .bind(&form.id)
        .bind(form.name.trim())
        .bind(json(serde_json::to_string(&form.kind))?)
        .bind(form.client_id.trim())
        .bind(sealed)
        .bind(form.scopes.trim())
        .bind(form.roles_claim.trim())
        .bind(json(serde_json::to_string(&form.role_map))?)
        .bind(form.default_role.name())
        .bind(i64::from(form.creates_accounts))
        .bind(json(serde_json::to_string(&form.trusted_domains))?)
        .bind(self.clock.now().0)
        .execute(&mut *write)
        .await?;
        let entry = Entry::by(caller, Action::ProviderSave).object("provider", &form.id, &form.name);
        self.audit.within(&mut write, &entry).await?;
        Ok(write.commit().await.map_err(store::Error::from)?)
    }

    /// Removes a provider and everybody's links to it.
    ///
    /// # Errors
    /// `Forbidden` without `providers.manage`; `StepUp`; `Unknown`.
    pub async fn remove_provider(&self, caller: &Caller, id: &str) -> Result<(), Error> {
        caller.require(Permission::ProvidersManage)?;
        caller.require_fresh()?;
        let mut write = self.db.write().await?;
        let removed = sqlx::query("DELETE FROM providers WHERE id = $1").bind(id).execute(&mut *write).await?;
        if removed.rows_affected() == 0 {
            return Err(Error::Unknown("provider"));
        }
        self.audit.within(&mut write, &Entry::by(caller, Action::ProviderRemove).object("provider", id, id)).await?;
        Ok(write.commit().await.map_err(store::Error::from)?)
    }

    pub(super) async fn stored_provider(&self, id: &str) -> Result<Option<Stored>, Error> {
        let sql = format!("SELECT {COLUMNS} FROM providers WHERE id = $1");
        let row = sqlx::query(sqlx::AssertSqlSafe(sql)).bind(id).fetch_optional(self.db.read()).await?;
        row.as_ref().map(stored).transpose()
    }

    /// The provider as it is spoken to.
    pub(super) fn known_provider(&self, stored: &Stored) -> Result<Provider, Error> {
        self.provider(&stored.form, stored.sealed.as_deref())
    }

    fn provider(&self, form: &ProviderForm, sealed: Option<&str>) -> Result<Provider, Error> {
        let text = str::to_owned;
        let kind = match &form.kind {
            ProviderKind::OpenId { issuer } => Kind::OpenId { issuer: issuer.trim().to_owned() },
            ProviderKind::Google => Kind::Google,
            ProviderKind::Microsoft { tenant } => {
                Kind::Microsoft { authority: text(Kind::MICROSOFT), tenant: tenant.trim().to_owned() }
            }
            ProviderKind::GitLab { base } => Kind::GitLab { base: base.trim().to_owned() },
            ProviderKind::GitHub => Kind::GitHub { base: text(Kind::GITHUB), api: text(Kind::GITHUB_API) },
        };
        Ok(Provider {
            id: form.id.clone(),
            kind,
            client_id: form.client_id.trim().to_owned(),
            client_secret: sealed.map(|sealed| self.sealer.open_sealed(&place(&form.id), sealed)).transpose()?,
            scopes: form.scopes.split_whitespace().map(str::to_owned).collect(),
            roles_claim: Some(form.roles_claim.trim().to_owned()).filter(|claim| !claim.is_empty()),
        })
    }
}

fn stored(row: &AnyRow) -> Result<Stored, Error> {
    let unreadable = |_| Error::Store(store::Error::Unreadable("provider"));
    let text = |column: &str| row.try_get::<String, _>(column);
    Ok(Stored {
        form: ProviderForm {
            id: text("id")?,
            name: text("name")?,
            kind: serde_json::from_str(&text("kind")?).map_err(unreadable)?,
            client_id: text("client_id")?,
            client_secret: None,
            scopes: text("scopes")?,
            roles_claim: text("roles_claim")?,
            role_map: serde_json::from_str(&text("role_map")?).map_err(unreadable)?,
            default_role: text("default_role")?.parse()?,
            creates_accounts: row.try_get::<i64, _>("creates_accounts")? == 1,
            trusted_domains: serde_json::from_str(&text("trusted_domains")?).map_err(unreadable)?,
        },
        sealed: row.try_get("client_secret")?,
        created_at: Timestamp(row.try_get("created_at")?),
    })
}
