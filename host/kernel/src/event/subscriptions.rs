//! The subscriptions, queues and recordings of one run.

use std::sync::Arc;

use llmspell_api::event as api;
use tokio::time::Instant;

use super::draft::{Event, Priority};
use super::name::Pattern;
use super::queue::{self, Queue};
use super::recording::Recording;
use llmspell_base::fields::Fields;
use llmspell_base::{Code, Failure};

/// Subscriptions and recordings are numbered from 1, together.
#[derive(Default)]
pub struct Subscriptions {
    subscriptions: Vec<Subscription>,
    recordings: Vec<Recording>,
    last: u64,
    /// Of all queues and recordings.
    bytes: usize,
    /// The main chunk has ended: only the run's own events still come in.
    finished: bool,
    /// Counts of subscriptions that were removed.
    dropped: u64,
    expired: u64,
    pub delivered: u64,
    pub handler_errors: u64,
}

struct Subscription {
    id: u64,
    pattern: Pattern,
    handler: Option<u64>,
    least: Priority,
    queue: Queue,
}

/// An event for a handler.
pub struct Delivery {
    /// Number of the subscription that the event is delivered to.
    pub subscription: u64,
    /// The subscription's pattern as it was written.
    pub pattern: String,
    /// The guest's number of the function to call.
    pub handler: u64,
    /// The event itself, shared by all its deliveries.
    pub event: Arc<Event>,
}

const MOST_SUBSCRIPTIONS: usize = 256;
const MOST_RECORDINGS: usize = 16;
/// All queues and recordings of a run together.
const MOST_BYTES: usize = 32 << 20;

impl Subscriptions {
    pub fn subscribe(&mut self, pattern: &str, handler: Option<u64>, options: &str) -> Result<u64, Failure> {
        let pattern = Pattern::parse(pattern)?;
        let mut fields = Fields::parse("the subscription's options", options)?;
        let most =
            fields.whole("queue", 1..=queue::MOST_EVENTS as u64)?.map_or(queue::MOST_EVENTS, |most| most as usize);
        let least = Priority::take(&mut fields, "min_priority")?.unwrap_or(Priority::Low);
        fields.end()?;
        if self.subscriptions.len() >= MOST_SUBSCRIPTIONS {
            let message = format!("{MOST_SUBSCRIPTIONS} subscriptions are open: unsubscribe from some first");
            return Err(Failure::new(Code::Handles, message));
        }
        let id = self.number();
        self.subscriptions.push(Subscription { id, pattern, handler, least, queue: Queue::new(most) });
        Ok(id)
    }

    pub fn record(&mut self, pattern: &str, options: &str, now: Instant) -> Result<u64, Failure> {
        let mut recording = Recording::parse(pattern, options, now)?;
        if self.recordings.len() >= MOST_RECORDINGS {
            let message = format!("there are {MOST_RECORDINGS} recordings: drop some first, with unsubscribe");
            return Err(Failure::new(Code::Handles, message));
        }
        recording.id = self.number();
        self.recordings.push(recording);
        Ok(self.last)
    }

    /// Ends a subscription or drops a recording. Whether there was one.
    pub fn remove(&mut self, id: u64) -> bool {
        if let Some(place) = self.subscriptions.iter().position(|one| one.id == id) {
            let gone = self.subscriptions.remove(place);
            self.bytes -= gone.queue.bytes();
            self.dropped += gone.queue.dropped;
            self.expired += gone.queue.expired;
            return true;
        }
        let Some(place) = self.recordings.iter().position(|one| one.id == id) else { return false };
        self.bytes -= self.recordings.remove(place).bytes();
        true
    }

    /// Queues an event for each subscription that matches. Returns the number of queues that took it.
    pub fn put(&mut self, event: &Arc<Event>, own: bool, now: Instant) -> u32 {
        if self.finished && !own {
            return 0;
        }
        let mut reached = 0;
        for one in &mut self.subscriptions {
            if one.least <= event.draft.priority && one.pattern.matches(&event.draft.name) {
                let (before, room) = (one.queue.bytes(), MOST_BYTES.saturating_sub(self.bytes));
                reached += u32::from(one.queue.push(event.clone(), room));
                self.bytes = self.bytes - before + one.queue.bytes();
            }
        }
        if !event.replayed {
            for one in &mut self.recordings {
                let (before, room) = (one.bytes(), MOST_BYTES.saturating_sub(self.bytes));
                one.add(event, room, now);
                self.bytes = self.bytes - before + one.bytes();
            }
        }
        reached
    }

    /// The event that a handler is to get next: by priority, then in order, then by subscription.
    pub fn next(&mut self, now: Instant) -> Option<Delivery> {
        let mut best: Option<(Priority, u64, usize)> = None;
        for (place, one) in self.subscriptions.iter_mut().enumerate().filter(|(_, one)| one.handler.is_some()) {
            let before = one.queue.bytes();
            if let Some((priority, sequence)) = one.queue.peek(now)
                && best.is_none_or(|best| (best.0, sequence) < (priority, best.1))
            {
                best = Some((priority, sequence, place));
            }
            self.bytes = self.bytes - before + one.queue.bytes();
        }
        let one = self.subscriptions.get_mut(best?.2)?;
        let event = one.queue.pop(now)?;
        self.bytes -= event.bytes;
        self.delivered += 1;
        Some(Delivery { subscription: one.id, pattern: one.pattern.text().into(), handler: one.handler?, event })
    }

    /// The next event of a subscription without a handler.
    pub fn take(&mut self, id: u64, now: Instant) -> Result<Option<Arc<Event>>, Failure> {
        let Some(one) = self.subscriptions.iter_mut().find(|one| one.id == id) else {
            return Err(Failure::new(Code::NotFound, format!("there is no subscription {id}; it may have ended")));
        };
        if one.handler.is_some() {
            return Err(Failure::invalid(format!("the subscription {id} has a function, which gets its events")));
        }
        let before = one.queue.bytes();
        let event = one.queue.pop(now);
        self.bytes = self.bytes - before + one.queue.bytes();
        self.delivered += u64::from(event.is_some());
        Ok(event)
    }

    pub fn recording(&self, id: u64) -> Result<&Recording, Failure> {
        let found = self.recordings.iter().find(|one| one.id == id);
        found.ok_or_else(|| Failure::new(Code::NotFound, format!("there is no recording {id}")))
    }

    /// Drops what waits and what is recorded under these names: how many events of queues.
    pub fn clear(&mut self, pattern: &Pattern) -> u64 {
        let cleared = self.subscriptions.iter_mut().map(|one| one.queue.clear(|name| pattern.matches(name))).sum();
        for one in &mut self.recordings {
            one.clear(pattern);
        }
        let queued: usize = self.subscriptions.iter().map(|one| one.queue.bytes()).sum();
        self.bytes = queued + self.recordings.iter().map(Recording::bytes).sum::<usize>();
        cleared
    }

    pub fn finish(&mut self) {
        self.finished = true;
    }

    pub fn is_finished(&self) -> bool {
        self.finished
    }

    pub fn has(&self, id: u64) -> bool {
        self.subscriptions.iter().any(|one| one.id == id)
    }

    /// How many subscriptions and recordings there were.
    pub fn close(&mut self) -> usize {
        let gone = self.listening();
        *self = Subscriptions { finished: true, ..Subscriptions::default() };
        gone
    }

    pub fn listening(&self) -> usize {
        self.subscriptions.len() + self.recordings.len()
    }

    pub fn list(&self, language: &str) -> Vec<api::Subscription> {
        let view = |one: &Subscription| api::Subscription {
            id: one.id,
            pattern: one.pattern.text().into(),
            language: language.into(),
            handler: one.handler.is_some(),
            min_priority: one.least.into(),
            queued: one.queue.len(),
            dropped: one.queue.dropped,
            expired: one.queue.expired,
        };
        self.subscriptions.iter().map(view).collect()
    }

    pub fn stats(&self, language: &str, emitted: u64) -> api::Stats {
        let queues = || self.subscriptions.iter().map(|one| &one.queue);
        let count = self.subscriptions.len();
        api::Stats {
            emitted,
            delivered: self.delivered,
            dropped: self.dropped + queues().map(|queue| queue.dropped).sum::<u64>(),
            expired: self.expired + queues().map(|queue| queue.expired).sum::<u64>(),
            handler_errors: self.handler_errors,
            queued: queues().map(Queue::len).sum(),
            queued_bytes: self.bytes,
            subscriptions: count,
            subscriptions_by_language: (count > 0).then(|| (language.to_owned(), count)).into_iter().collect(),
            recordings: self.recordings.iter().map(Recording::view).collect(),
        }
    }

    fn number(&mut self) -> u64 {
        self.last += 1;
        self.last
    }
}
