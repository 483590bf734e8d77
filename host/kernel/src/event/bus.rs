//! The bus that takes an event from its emitter to the queues of its subscribers.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering::Relaxed};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

use tokio::sync::Notify;
use tokio::time::Instant;

use super::draft::Event;
use super::subscriptions::Subscriptions;

/// The buses of a runtime: one for each tenant that has a run, and nothing goes from one to the other.
#[derive(Default)]
pub struct Buses(Mutex<HashMap<String, Weak<Bus>>>);

/// What the runs of one tenant tell each other.
#[derive(Default)]
pub struct Bus {
    runs: Mutex<Vec<Arc<BusMember>>>,
    /// How many subscriptions and recordings all runs have: with none, an event is not even made.
    pub(super) listening: AtomicUsize,
    sequence: AtomicU64,
}

/// Whether events of this type may go one way, to other runs or from them.
pub type IsGranted = Box<dyn Fn(&str) -> bool + Send + Sync>;

/// One run's membership of the bus: its subscriptions, and what it may receive.
pub struct BusMember {
    subscriptions: Mutex<Subscriptions>,
    /// Which events of other runs it may get.
    may_receive: IsGranted,
    /// Something came in, the spell waits, or the main chunk has ended.
    pub wake: Notify,
    /// Whether the spell waits for steps.
    pub waiting: AtomicBool,
}

impl Buses {
    /// The bus of this tenant; a new one if no run of the tenant has it open.
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
    pub fn join(&self, may_receive: IsGranted) -> Arc<BusMember> {
        let run = Arc::new(BusMember {
            subscriptions: Mutex::default(),
            may_receive,
            wake: Notify::new(),
            waiting: AtomicBool::new(false),
        });
        self.runs().push(run.clone());
        run
    }

    pub fn leave(&self, run: &Arc<BusMember>) {
        self.runs().retain(|other| !Arc::ptr_eq(other, run));
        let gone = run.subscriptions().close();
        self.listening.fetch_sub(gone, Relaxed);
        run.wake.notify_waiters();
    }

    pub fn number(&self) -> u64 {
        self.sequence.fetch_add(1, Relaxed) + 1
    }

    pub fn is_heard(&self) -> bool {
        self.listening.load(Relaxed) > 0
    }

    /// Whether there are other runs.
    pub fn has_other_runs(&self) -> bool {
        self.runs().len() > 1
    }

    /// Delivers an event to the run that emitted it, and to other runs where `may_send` and their own `may_receive` agree. Returns
    /// the number of queues that took it.
    pub fn deliver(&self, from: &Arc<BusMember>, event: Event, may_send: &IsGranted) -> u32 {
        let (event, now) = (Arc::new(event), Instant::now());
        let mut reached = 0;
        let runs = self.runs();
        let may_send = runs.len() > 1 && may_send(&event.draft.name);
        for run in runs.iter() {
            let own = Arc::ptr_eq(run, from);
            let may = own || (may_send && (run.may_receive)(&event.draft.name));
            if !may {
                continue;
            }
            let got = run.subscriptions().put(&event, own, now);
            if got > 0 {
                run.wake.notify_waiters();
            }
            reached += got;
        }
        reached
    }

    fn runs(&self) -> MutexGuard<'_, Vec<Arc<BusMember>>> {
        self.runs.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl BusMember {
    /// Locked last and for a moment only.
    pub fn subscriptions(&self) -> MutexGuard<'_, Subscriptions> {
        self.subscriptions.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
