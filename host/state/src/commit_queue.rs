//! The queue of commits: one at a time, in groups that share one sync of the disk (group commit).
//!
//! There is no thread of its own for it. A caller that finds the queue idle leads: it makes the commits of all callers in
//! the queue, waits for the disk once, hands out the outcomes, and passes the lead to the first caller that came meanwhile.
//! The others sleep until they have an outcome or the lead; they hold no lock meanwhile, so that the queue keeps filling.

use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::thread::{self, Thread};

use crate::engine::Writer;
use crate::error::StoreError;
use crate::settings::Quota;
use crate::staged::Staged;
use crate::sweep::sweep;
use llmspell_base::clock::Clock;

/// The most commits of a group. With more, the first would wait for too long.
const GROUP: usize = 64;

/// Expired entries that are removed along with a group.
const SWEPT: usize = 64;

type Work = Box<dyn FnOnce(&mut Staged<'_>) -> Result<(), StoreError> + Send>;

struct Ticket {
    work: Mutex<Option<Work>>,
    outcome: OnceLock<Result<(), StoreError>>,
    /// Whether its caller has the lead.
    leads: AtomicBool,
    owner: Thread,
}

pub struct CommitQueue {
    writer: Mutex<Box<dyn Writer>>,
    clock: Clock,
    /// What each tenant may have.
    pub quota: Quota,
    waiting: Mutex<Waiting>,
    replaced: AtomicU64,
}

#[derive(Default)]
struct Waiting {
    tickets: VecDeque<Arc<Ticket>>,
    /// Whether a caller has the lead.
    busy: bool,
}

fn lock<T: ?Sized>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // A panic in a commit is caught; what it had staged is gone.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl CommitQueue {
    pub fn new(writer: Box<dyn Writer>, clock: Clock, quota: Quota) -> CommitQueue {
        let (writer, waiting) = (Mutex::new(writer), Mutex::default());
        CommitQueue { writer, clock, quota, waiting, replaced: AtomicU64::new(0) }
    }

    /// Milliseconds since 1970.
    pub fn now(&self) -> u64 {
        self.clock.now() / 1_000_000
    }

    /// How often this process put another generation of a tenant's data in force; counted before the commit is
    /// acknowledged.
    pub fn replaced(&self) -> u64 {
        self.replaced.load(Ordering::SeqCst)
    }

    /// Runs `work` as one commit, and returns when it is durable. `work` runs once at most.
    pub fn write<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Staged<'_>) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        let result = Arc::new(Mutex::new(None));
        let place = result.clone();
        let work: Work = Box::new(move |staged| {
            *lock(&place) = Some(work(staged)?);
            Ok(())
        });
        let ticket = Arc::new(Ticket {
            work: Mutex::new(Some(work)),
            outcome: OnceLock::new(),
            leads: AtomicBool::new(false),
            owner: thread::current(),
        });
        {
            let mut waiting = lock(&self.waiting);
            waiting.tickets.push_back(ticket.clone());
            if !std::mem::replace(&mut waiting.busy, true) {
                ticket.leads.store(true, Ordering::Release);
            }
        }
        while ticket.outcome.get().is_none() {
            if ticket.leads.load(Ordering::Acquire) {
                // It is the first in the queue, and so one of the group.
                self.lead(self.now());
            } else {
                // The outcome or the lead is set before the wake-up; a spurious wake-up does no harm.
                thread::park();
            }
        }
        ticket.outcome.get().cloned().unwrap_or_else(lost)?;
        lock(&result).take().map_or_else(lost, Ok)
    }

    /// The writer to oneself, outside of any commit.
    pub fn hold<T>(&self, work: impl FnOnce(&mut dyn Writer) -> T) -> T {
        work(&mut **lock(&self.writer))
    }

    fn lead(&self, now: u64) {
        let mut writer = lock(&self.writer);
        // Drawn when the writer is free: a long task may have held it, and more commits have come.
        let mut group = Group { queue: self, tickets: self.next() };
        let outcomes = match writer.begin() {
            Ok(()) => self.commit(&mut **writer, &group.tickets, now),
            Err(problem) => group.tickets.iter().map(|_| Err(problem.clone())).collect(),
        };
        drop(writer);
        group.tell(outcomes);
    }

    fn next(&self) -> Vec<Arc<Ticket>> {
        let mut waiting = lock(&self.waiting);
        let count = waiting.tickets.len().min(GROUP);
        waiting.tickets.drain(..count).collect()
    }
}

/// The commits of one group. When it is dropped, also by a panic, each has an outcome and the lead is passed on.
struct Group<'a> {
    queue: &'a CommitQueue,
    tickets: Vec<Arc<Ticket>>,
}

impl Group<'_> {
    fn tell(&mut self, outcomes: Vec<Result<(), StoreError>>) {
        for (ticket, outcome) in self.tickets.iter().zip(outcomes) {
            // It is set here alone.
            let _ = ticket.outcome.set(outcome);
        }
    }
}

impl Drop for Group<'_> {
    fn drop(&mut self) {
        {
            let mut waiting = lock(&self.queue.waiting);
            match waiting.tickets.front() {
                Some(first) => {
                    first.leads.store(true, Ordering::Release);
                    first.owner.unpark();
                }
                None => waiting.busy = false,
            }
        }
        for ticket in &self.tickets {
            let _ = ticket.outcome.set(lost());
            ticket.owner.unpark();
        }
    }
}

impl CommitQueue {
    fn commit(&self, writer: &mut dyn Writer, group: &[Arc<Ticket>], now: u64) -> Vec<Result<(), StoreError>> {
        let mut outcomes = Vec::with_capacity(group.len());
        let mut applied = false;
        let mut broken = None;
        for ticket in group {
            let outcome = match lock(&ticket.work).take() {
                Some(work) => self.one(writer, work, now, &mut applied),
                None => lost(),
            };
            let outcome = outcome.unwrap_or_else(|problem| {
                broken = Some(problem);
                Ok(())
            });
            if broken.is_some() {
                break;
            }
            outcomes.push(outcome);
        }
        if broken.is_none() && applied {
            broken = self.one(writer, Box::new(|staged| sweep(staged, SWEPT)), now, &mut applied).err();
        }
        if broken.is_none() && applied {
            broken = writer.sync().err();
        } else {
            writer.discard();
        }
        if let Some(problem) = broken {
            // Whatever each outcome was so far: nothing is kept, or it is not known whether it is.
            return group.iter().map(|_| Err(problem.clone())).collect();
        }
        outcomes
    }

    /// The outer error: the engine failed, and with it all that share the wait.
    fn one(
        &self,
        writer: &mut dyn Writer,
        work: Work,
        now: u64,
        applied: &mut bool,
    ) -> Result<Result<(), StoreError>, StoreError> {
        let mut staged = Staged::new(&*writer as &dyn crate::engine::Read, now, &self.quota);
        let outcome = catch_unwind(AssertUnwindSafe(|| work(&mut staged)))
            .unwrap_or_else(|_| Err(StoreError::Internal("a commit panicked".into())));
        match outcome {
            Err(problem) if problem.is_of_the_store() => Err(problem),
            Err(problem) => Ok(Err(problem)),
            Ok(()) => {
                let replaces = staged.replaces;
                let batch = staged.into_batch();
                if !batch.is_empty() {
                    let done = writer.apply(&batch);
                    self.replaced.fetch_add(replaces.into(), Ordering::SeqCst);
                    done?;
                    *applied = true;
                }
                Ok(Ok(()))
            }
        }
    }
}

fn lost<T>() -> Result<T, StoreError> {
    Err(StoreError::Internal("a commit was lost".into()))
}
