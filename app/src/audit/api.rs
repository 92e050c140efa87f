//! Doors to the audit log. Exports are files, served beside the pages.

use leptos::prelude::*;
use model::audit::{AuditFilter, AuditPage, ChainCheck};

#[cfg(feature = "ssr")]
use crate::context;
use crate::{Failure, wire::Json};

/// Entries of one page.
#[cfg(feature = "ssr")]
const PAGE: usize = 50;

/// One page of the log before `before`, newest first.
#[server(prefix = "/api", endpoint = "audit_events", input = Json, output = Json)]
pub async fn audit_events(filter: AuditFilter, before: Option<i64>) -> Result<AuditPage, Failure> {
    let (nova, caller) = context::signed_in()?;
    Ok(nova.audit.page(&caller, &filter, before, PAGE).await?)
}

/// Computes the whole chain again.
#[server(prefix = "/api", endpoint = "verify_audit", output = Json)]
pub async fn verify_audit() -> Result<ChainCheck, Failure> {
    let (nova, caller) = context::signed_in()?;
    Ok(nova.audit.verify(&caller).await?)
}
