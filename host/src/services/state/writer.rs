//! Commits take turns, and those that wait share one wait for the disk.
//!
//! There is no thread for it: whoever gets the lock makes the commits of all who stand in the queue, waits for the disk
//! once, and tells everybody. The others find theirs done.

use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use super::engine::Writer;
use super::staged::Staged;
use super::{Problem, Quota};

/// So many commits share a wait. With more, the first would wait for too long.
const GROUP: usize = 64;

/// Expired entries that are removed along with a group.
const SWEPT: usize = 64;

type Work = Box<dyn FnOnce(&mut Staged<'_>) -> Result<(), Problem> + Send>;

struct Ticket {
    work: Mutex<Option<Work>>,
    outcome: OnceLock<Result<(), Problem>>,
}

pub struct Queue {
    writer: Mutex<Box<dyn Writer>>,
    waiting: Mutex<VecDeque<Arc<Ticket>>>,
}

fn lock<T: ?Sized>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // A panic in a commit is caught; what it had staged is gone.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Queue {
    pub fn new(writer: Box<dyn Writer>) -> Queue {
        Queue { writer: Mutex::new(writer), waiting: Mutex::default() }
    }

    /// Does this work as a commit of its own, and waits until it is kept. `work` is run once at most.
    pub fn write<T: Send + 'static>(
        &self,
        now: &dyn Fn() -> u64,
        quota: &Quota,
        work: impl FnOnce(&mut Staged<'_>) -> Result<T, Problem> + Send + 'static,
    ) -> Result<T, Problem> {
        let result = Arc::new(Mutex::new(None));
        let place = result.clone();
        let work: Work = Box::new(move |staged| {
            *lock(&place) = Some(work(staged)?);
            Ok(())
        });
        let ticket = Arc::new(Ticket { work: Mutex::new(Some(work)), outcome: OnceLock::new() });
        lock(&self.waiting).push_back(ticket.clone());
        let mut writer = lock(&self.writer);
        while ticket.outcome.get().is_none() {
            self.turn(&mut **writer, now(), quota);
        }
        drop(writer);
        ticket.outcome.get().cloned().unwrap_or_else(lost)?;
        lock(&result).take().map_or_else(lost, Ok)
    }

    /// The writer to oneself, outside of any commit.
    pub fn hold<T>(&self, work: impl FnOnce(&mut dyn Writer) -> T) -> T {
        work(&mut **lock(&self.writer))
    }

    fn turn(&self, writer: &mut dyn Writer, now: u64, quota: &Quota) {
        let group: Vec<Arc<Ticket>> = {
            let mut waiting = lock(&self.waiting);
            let count = waiting.len().min(GROUP);
            waiting.drain(..count).collect()
        };
        let outcomes = match writer.begin() {
            Ok(()) => commit(writer, &group, now, quota),
            Err(problem) => group.iter().map(|_| Err(problem.clone())).collect(),
        };
        for (ticket, outcome) in group.iter().zip(outcomes) {
            // Nobody else sets it.
            let _ = ticket.outcome.set(outcome);
        }
    }
}

fn commit(writer: &mut dyn Writer, group: &[Arc<Ticket>], now: u64, quota: &Quota) -> Vec<Result<(), Problem>> {
    let mut outcomes = Vec::with_capacity(group.len());
    let mut applied = false;
    let mut broken = None;
    for ticket in group {
        let outcome = match lock(&ticket.work).take() {
            Some(work) => one(writer, work, now, quota, &mut applied),
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
        broken = one(writer, Box::new(|staged| staged.sweep(SWEPT)), now, quota, &mut applied).err();
    }
    if broken.is_none() && applied {
        broken = writer.finish().err();
    } else {
        writer.abandon();
    }
    if let Some(problem) = broken {
        // Whatever they were told so far: it is not kept, or nobody knows whether it is.
        return group.iter().map(|_| Err(problem.clone())).collect();
    }
    outcomes
}

/// The outer error: the engine failed, and with it all that share the wait.
fn one(
    writer: &mut dyn Writer,
    work: Work,
    now: u64,
    quota: &Quota,
    applied: &mut bool,
) -> Result<Result<(), Problem>, Problem> {
    let mut staged = Staged::new(&*writer as &dyn super::engine::Read, now, quota);
    let outcome = catch_unwind(AssertUnwindSafe(|| work(&mut staged)))
        .unwrap_or_else(|_| Err(Problem::Internal("a commit panicked".into())));
    match outcome {
        Err(problem) if problem.is_of_the_store() => Err(problem),
        Err(problem) => Ok(Err(problem)),
        Ok(()) => {
            let batch = staged.into_batch();
            if !batch.is_empty() {
                writer.apply(&batch)?;
                *applied = true;
            }
            Ok(Ok(()))
        }
    }
}

fn lost<T>() -> Result<T, Problem> {
    Err(Problem::Internal("a commit was lost".into()))
}
