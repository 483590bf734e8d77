//! Who has a checkpoint: one run at a time.

use std::time::Duration;

use llmspell_state::{Backend, Lease, Store, StoreError};

use super::Site;

/// How long a lease lasts that is not renewed: so long a run that hangs keeps others waiting.
const LASTS_MS: u64 = 12_000;

/// How often it is renewed.
pub const RENEWED: Duration = Duration::from_secs(4);

/// How often it is looked at while another has it.
const LOOK: Duration = Duration::from_millis(200);

pub fn name(id: &str) -> String {
    format!("checkpoint:{id}")
}

/// Takes it. Where another has it, waits until it ends or is renewed: who renews it is alive. The inner error says who.
pub async fn take(
    store: &Store,
    backend: &dyn Backend,
    tenant: &str,
    id: &str,
) -> Result<Result<Lease, String>, StoreError> {
    let (name, own) = (name(id), store.holder());
    let mut seen: Option<Lease> = None;
    loop {
        match backend.lease(tenant, &name, &own, LASTS_MS).await {
            Ok(lease) => return Ok(Ok(lease)),
            Err(StoreError::Conflict { .. }) => {}
            Err(other) => return Err(other),
        }
        let Some(held) = backend.holder(tenant, &name).await? else { continue };
        // One of this process gives it back where it ends, or soon after.
        if seen.as_ref().is_some_and(|seen| held.owner == own || *seen != held) {
            return Ok(Err(held.owner));
        }
        if !backend.is_alive(&held.owner) {
            backend.release(tenant, &name, held.token).await?;
            continue;
        }
        seen = Some(held);
        tokio::time::sleep(LOOK).await;
    }
}

/// Whoever has it now and is alive, as far as one look can tell.
pub async fn holder(backend: &dyn Backend, tenant: &str, id: &str) -> Result<Option<Lease>, StoreError> {
    let held = backend.holder(tenant, &name(id)).await?;
    Ok(held.filter(|held| backend.is_alive(&held.owner)))
}

/// Extends it, from now on. One that has ended, as its process stood still, is taken anew, if nobody else has taken it: whether
/// anybody wrote meanwhile is seen by the stream.
pub async fn renew(backend: &dyn Backend, site: &Site, id: &str, token: u64) -> Result<Lease, StoreError> {
    match backend.renew(&site.tenant, &name(id), token, LASTS_MS).await {
        Err(StoreError::Conflict { .. }) => {
            backend.lease(&site.tenant, &name(id), &site.store.holder(), LASTS_MS).await
        }
        other => other,
    }
}
