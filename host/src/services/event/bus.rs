//! The way of an event from who emits it to the queues of those who subscribed.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering::Relaxed};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

use tokio::sync::Notify;
use tokio::time::Instant;

use super::desk::Desk;
use super::draft::Event;

/// The buses of a runtime: one for each tenant that has a run, and nothing goes from one to the other.
#[derive(Default)]
pub struct Buses(Mutex<HashMap<String, Weak<Bus>>>);

/// What the runs of one tenant tell each other.
#[derive(Default)]
pub struct Bus {
    runs: Mutex<Vec<Arc<Run>>>,
    /// How many subscriptions and recordings all runs have: with none, an event is not even made.
    pub(super) listening: AtomicUsize,
    sequence: AtomicU64,
}

/// What one run gets.
#[derive(Default)]
pub struct Run {
    desk: Mutex<Desk>,
    /// Something came in, or the main chunk has ended.
    pub wake: Notify,
}

impl Buses {
    pub fn of(&self, tenant: &str) -> Arc<Bus> {
        let mut buses = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(bus) = buses.get(tenant).and_then(Weak::upgrade) {
            return bus;
        }
        buses.retain(|_, bus| bus.strong_count() > 0);
        let bus = Arc::new(Bus::default());
        buses.insert(tenant.into(), Arc::downgrade(&bus));
        bus
    }
}

impl Bus {
    pub fn join(&self) -> Arc<Run> {
        let run = Arc::new(Run::default());
        self.runs().push(run.clone());
        run
    }

    pub fn leave(&self, run: &Arc<Run>) {
        self.runs().retain(|other| !Arc::ptr_eq(other, run));
        let gone = run.desk().close();
        self.listening.fetch_sub(gone, Relaxed);
        run.wake.notify_waiters();
    }

    pub fn number(&self) -> u64 {
        self.sequence.fetch_add(1, Relaxed) + 1
    }

    pub fn is_heard(&self) -> bool {
        self.listening.load(Relaxed) > 0
    }

    /// Into every queue that it is for: how many.
    pub fn deliver(&self, from: &Arc<Run>, event: Event) -> u32 {
        let (event, now) = (Arc::new(event), Instant::now());
        let mut reached = 0;
        for run in self.runs().iter() {
            let got = run.desk().put(&event, Arc::ptr_eq(run, from), now);
            if got > 0 {
                run.wake.notify_waiters();
            }
            reached += got;
        }
        reached
    }

    fn runs(&self) -> MutexGuard<'_, Vec<Arc<Run>>> {
        self.runs.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Run {
    /// Locked last and for a moment only.
    pub fn desk(&self) -> MutexGuard<'_, Desk> {
        self.desk.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
