//! One run's way to its tenant's part of the store.

use super::{Backend, Problem, Tenant};
use crate::services::listener::Audience;

/// Whose part it is was decided by the host.
#[derive(Clone)]
pub struct Access {
    tenant: Tenant,
    audience: Audience,
}

impl Access {
    pub fn new(tenant: Tenant, audience: Audience) -> Access {
        Access { tenant, audience }
    }

    /// The store, and the name to give it. Opens it at the first call; the run's listener is told whom it waits for.
    pub async fn backend(&self) -> Result<(&dyn Backend, &str), Problem> {
        let tell = |line: &str| {
            // Where nobody can be told, the next output of the spell ends the run.
            let _ = self.audience.notice(line);
        };
        Ok((self.tenant.store().open(tell).await?, self.tenant.name()))
    }
}
