//! Admission: places for runs, and for answers that take long, of each tenant and of all.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use llmspell_wasm::Config;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::problem::Problem;

/// How soon a refused request may go better: runs are over within seconds, mostly.
const SOON: u64 = 2;

/// Places of a server. Of a tenant's runs only some have a place, or wait for one, so that it delays nobody else.
pub struct Places {
    running: Arc<Semaphore>,
    most: Most,
    counts: Mutex<Counts>,
}

struct Most {
    running: usize,
    accepted: usize,
    tenant_runs: usize,
    tenant_accepted: usize,
    tenant_answers: usize,
}

#[derive(Default)]
struct Counts {
    accepted: usize,
    tenants: HashMap<String, Tenant>,
}

struct Tenant {
    accepted: usize,
    answers: usize,
    running: Arc<Semaphore>,
}

/// A run that was accepted, until it is dropped.
pub struct Ticket {
    places: Arc<Places>,
    tenant: String,
    own: Arc<Semaphore>,
}

/// A run that is under way, until it is dropped.
pub struct Place {
    _own: OwnedSemaphorePermit,
    _all: OwnedSemaphorePermit,
}

/// An answer that is streamed or waits for a run, until it is dropped: it holds a connection.
pub struct AnswerPermit {
    places: Arc<Places>,
    tenant: String,
}

impl Places {
    pub fn new(config: &Config) -> Places {
        let (runs, tenant_runs) = (config.instances as usize, config.tenant_runs as usize);
        let most = Most {
            running: runs,
            accepted: runs + config.server.queue,
            tenant_runs,
            tenant_accepted: tenant_runs + config.server.tenant_queue,
            tenant_answers: config.server.tenant_streams,
        };
        Places { running: Arc::new(Semaphore::new(runs)), most, counts: Mutex::default() }
    }

    /// Accepts a run, or refuses it: "rate-limited".
    pub fn accept(self: &Arc<Places>, tenant: &str) -> Result<Ticket, Problem> {
        let mut counts = self.counts();
        if counts.accepted >= self.most.accepted {
            return Err(Problem::busy("as many runs wait as may wait on this server ([server] queue)", SOON));
        }
        let entry = counts.tenant(tenant, self.most.tenant_runs);
        if entry.accepted >= self.most.tenant_accepted {
            let detail = "as many runs of this tenant wait as may wait ([server] tenant_queue)";
            return Err(Problem::busy(detail, SOON));
        }
        entry.accepted += 1;
        let own = entry.running.clone();
        counts.accepted += 1;
        Ok(Ticket { places: self.clone(), tenant: tenant.into(), own })
    }

    /// Begins an answer that takes long, or refuses it: "rate-limited".
    pub fn answer(self: &Arc<Places>, tenant: &str) -> Result<AnswerPermit, Problem> {
        let mut counts = self.counts();
        let entry = counts.tenant(tenant, self.most.tenant_runs);
        if entry.answers >= self.most.tenant_answers {
            let detail = "as many answers of this tenant are streamed or wait as may do so ([server] tenant_streams)";
            // A tenant without any is forgotten again.
            counts.forget(tenant);
            return Err(Problem::busy(detail, SOON));
        }
        entry.answers += 1;
        Ok(AnswerPermit { places: self.clone(), tenant: tenant.into() })
    }

    /// Runs that are accepted and not over, and of these those that have a place.
    pub fn load(&self) -> (usize, usize) {
        let accepted = self.counts().accepted;
        let running = self.most.running.saturating_sub(self.running.available_permits());
        (accepted, running.min(accepted))
    }

    fn counts(&self) -> MutexGuard<'_, Counts> {
        // Counts are changed in one go.
        self.counts.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Ticket {
    /// Waits for a place: first of the tenant's own, so that a tenant waits for itself before it waits for others.
    pub async fn enter(&self) -> Option<Place> {
        let own = self.own.clone().acquire_owned().await.ok()?;
        let all = self.places.running.clone().acquire_owned().await.ok()?;
        Some(Place { _own: own, _all: all })
    }
}

impl Counts {
    fn tenant(&mut self, name: &str, runs: usize) -> &mut Tenant {
        self.tenants.entry(name.into()).or_insert_with(|| Tenant {
            accepted: 0,
            answers: 0,
            running: Arc::new(Semaphore::new(runs)),
        })
    }

    fn forget(&mut self, name: &str) {
        if self.tenants.get(name).is_some_and(|tenant| tenant.accepted == 0 && tenant.answers == 0) {
            self.tenants.remove(name);
        }
    }
}

impl Drop for Ticket {
    fn drop(&mut self) {
        let mut counts = self.places.counts();
        counts.accepted = counts.accepted.saturating_sub(1);
        if let Some(tenant) = counts.tenants.get_mut(&self.tenant) {
            tenant.accepted = tenant.accepted.saturating_sub(1);
        }
        counts.forget(&self.tenant);
    }
}

impl Drop for AnswerPermit {
    fn drop(&mut self) {
        let mut counts = self.places.counts();
        if let Some(tenant) = counts.tenants.get_mut(&self.tenant) {
            tenant.answers = tenant.answers.saturating_sub(1);
        }
        counts.forget(&self.tenant);
    }
}

#[cfg(test)]
mod tests {
    use futures::FutureExt;

    use super::*;

    fn places() -> Arc<Places> {
        let text = "instances = 3\ntenant_runs = 2\n[server]\nqueue = 2\ntenant_queue = 1\ntenant_streams = 1\n";
        Arc::new(Places::new(&Config::from_toml(text, &|_| None).unwrap()))
    }

    #[test]
    fn a_tenant_fills_its_own_queue_and_no_other() {
        let places = places();
        let tickets = [0; 3].map(|_| places.accept("a").unwrap());
        let refused = places.accept("a").err().unwrap();
        assert_eq!((refused.status, refused.retry_after), (429, Some(SOON)));
        let running: Vec<Place> = tickets.iter().filter_map(|one| one.enter().now_or_never().flatten()).collect();
        assert_eq!(running.len(), 2, "the third waits for one of its own tenant");
        let other = places.accept("b").unwrap();
        assert!(other.enter().now_or_never().flatten().is_some());
        assert_eq!(places.load(), (4, 2));
        let _last = places.accept("c").unwrap();
        assert!(places.accept("d").err().unwrap().detail.contains("on this server"));
        drop((tickets, running));
        assert!(places.accept("d").is_ok());
    }

    #[test]
    fn tenants_that_are_gone_are_forgotten() {
        let places = places();
        drop((places.accept("a").unwrap(), places.answer("b").unwrap()));
        assert!(places.counts().tenants.is_empty());
        let _open = places.answer("b").unwrap();
        assert_eq!(places.answer("b").err().unwrap().status, 429);
    }
}
