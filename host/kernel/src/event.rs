//! Events: what happens in the runs of a tenant, told to those of its runs that subscribed.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::Relaxed};
use std::time::Duration;

use llmspell_api::event::LeftOut;
use llmspell_api::journal::ReplayedEventArgs;
use serde_json::{Value, json};
use tokio::time::Instant;

use crate::context::CallContext;
use crate::listener::SharedListener;
use crate::operation::Result;
use llmspell_base::Failure;
use llmspell_base::clock::Clock;
use llmspell_base::host_memory::weigh_entries;
use llmspell_policy::{Permission, Right};

mod bus;
mod draft;
mod name;
mod queue;
mod recording;
mod subscriptions;
#[cfg(test)]
mod tests;

use bus::{Bus, BusMember};
pub use bus::{Buses, IsGranted};
pub use draft::Draft;
use draft::Event;
pub use name::{Pattern, check as check_name};
pub use subscriptions::Delivery;

/// One run's way to the bus of its tenant.
#[derive(Clone)]
pub struct Events(Arc<Joined>);

struct Joined {
    bus: Arc<Bus>,
    run: Arc<BusMember>,
    clock: Clock,
    language: String,
    emitted: AtomicU64,
    inbox: AtomicBool,
    /// Whether the operator was already told that an event was withheld from other runs.
    withheld: AtomicBool,
    /// Which of its events other runs may get.
    may_send: IsGranted,
}

/// Which types of events cross from one run of a tenant to another.
pub struct Reach {
    /// Types of events that the run may send to other runs.
    pub emit: IsGranted,
    /// Types of events that the run may get from other runs.
    pub subscribe: IsGranted,
}

/// What an event takes beside its texts.
const EVENT_BYTES: usize = 512;

impl Events {
    /// A run in this language on the bus of its tenant.
    pub fn new(bus: Arc<Bus>, clock: Clock, language: &str, reach: Reach) -> Events {
        let (run, emitted, inbox) = (bus.join(reach.subscribe), AtomicU64::new(0), AtomicBool::new(false));
        let language = language.into();
        Events(Arc::new(Joined {
            bus,
            run,
            clock,
            language,
            emitted,
            inbox,
            withheld: AtomicBool::new(false),
            may_send: reach.emit,
        }))
    }

    /// Returns true the first time an event is withheld from other runs.
    pub fn first_withheld(&self) -> bool {
        !self.0.withheld.swap(true, Relaxed)
    }

    /// Whether the tenant has other runs just now: only then it matters what of an event was granted.
    pub fn has_other_runs(&self) -> bool {
        self.0.bus.has_other_runs()
    }

    /// Authorises an event of this name for the tenant's other runs, if there are any, and records the decision. A denied event
    /// still reaches its own run; the operator is told of the first.
    pub fn authorise(&self, name: &str, listener: &SharedListener, cx: &CallContext) -> Result<()> {
        if self.has_other_runs()
            && let Some(denied) = cx.decide("event.emit", &Permission::of(Right::EMIT, name))?
            && self.first_withheld()
        {
            listener.remark(cx, &denied.message)?;
        }
        Ok(())
    }

    /// An event of the host's own. `data` is called only if there is any subscription or recording: otherwise this is free.
    ///
    /// The context tells the operation that it happened in, and how deep.
    pub fn announce(&self, name: &str, cx: &CallContext, data: impl FnOnce() -> Value) {
        if !self.0.bus.is_heard() {
            return;
        }
        let mut draft = Draft::of_host(name, &data(), cx.operation());
        let most = cx.limits().value_bytes;
        if draft.data.len() > most {
            let left_out = format!("{} bytes; at most {most} are passed on", draft.data.len());
            draft.data = json!(LeftOut { left_out }).to_string();
        }
        self.emit(draft, cx.depth());
    }

    /// Whether there is any subscription or recording.
    pub fn is_heard(&self) -> bool {
        self.0.bus.is_heard()
    }

    /// To every subscription that it is for, within this many calls of the spell's functions: how many got it.
    pub fn emit(&self, draft: Draft, depth: usize) -> u32 {
        self.put(draft, depth, false)
    }

    fn put(&self, mut draft: Draft, depth: usize, replayed: bool) -> u32 {
        let joined = &*self.0;
        let sequence = joined.bus.number();
        joined.emitted.fetch_add(1, Relaxed);
        if !joined.bus.is_heard() {
            return 0;
        }
        draft.language.get_or_insert_with(|| joined.language.clone());
        let expires = draft.ttl.and_then(|ttl| Instant::now().checked_add(ttl));
        // Its metadata is kept parsed.
        let bytes = EVENT_BYTES + draft.name.len() + draft.data.len() + weigh_entries(&draft.metadata);
        let timestamp = joined.clock.now();
        joined.bus.deliver(
            &joined.run,
            Event { draft, sequence, timestamp, expires, depth, replayed, bytes },
            &joined.may_send,
        )
    }

    /// Adds a subscription and returns its id. With a handler, its events come through the inbox, else by [`Events::receive`].
    pub fn subscribe(&self, pattern: &str, handler: Option<u64>, options: &str) -> Result<u64> {
        let id = self.0.run.subscriptions().subscribe(pattern, handler, options)?;
        self.0.bus.listening.fetch_add(1, Relaxed);
        Ok(id)
    }

    /// Ends a subscription or drops a recording of this run. Whether there was one.
    pub fn unsubscribe(&self, id: u64) -> bool {
        let gone = self.0.run.subscriptions().remove(id);
        if gone {
            self.0.bus.listening.fetch_sub(1, Relaxed);
            self.0.run.wake.notify_waiters();
        }
        gone
    }

    /// The next event of a subscription, or null when the time is over.
    pub async fn receive(self, subscription: u64, time: Duration) -> Result {
        let run = &self.0.run;
        let wait = async {
            loop {
                let woken = run.wake.notified();
                tokio::pin!(woken);
                woken.as_mut().enable();
                if let Some(event) = run.subscriptions().take(subscription, Instant::now())? {
                    return Ok(event.view());
                }
                woken.await;
            }
        };
        tokio::time::timeout(time, wait).await.unwrap_or(Ok(Value::Null))
    }

    /// What waits for a subscription, at most so many and so many bytes.
    ///
    /// A list as JSON text: all of them parsed would take many times as much.
    pub fn take(&self, subscription: u64, most: u32, bytes: usize) -> Result<String> {
        let (mut subscriptions, mut taken, mut size) = (self.0.run.subscriptions(), Vec::new(), 0);
        while taken.len() < most as usize && size < bytes {
            let Some(event) = subscriptions.take(subscription, Instant::now())? else { break };
            size += event.bytes;
            taken.push(event.view().to_string());
        }
        Ok(format!("[{}]", taken.join(",")))
    }

    /// Keeps the events of a pattern, from now on.
    pub fn record(&self, pattern: &str, options: &str) -> Result<u64> {
        let id = self.0.run.subscriptions().record(pattern, options, Instant::now())?;
        self.0.bus.listening.fetch_add(1, Relaxed);
        Ok(id)
    }

    /// Emits what a recording holds once more, each event with a number and a time of its own: how many.
    pub async fn replay(self, recording: u64, options: String, listener: SharedListener, cx: CallContext) -> Result {
        let playing = self.0.run.subscriptions().recording(recording)?.play(&options)?;
        // The recording may be dropped meanwhile.
        let _held = cx.memory().take(playing.events.iter().map(|(_, event)| event.bytes).sum())?;
        let mut last = playing.events.first().map(|(time, _)| *time);
        let mut count = 0;
        for (time, event) in playing.events {
            if let (Some(speed), Some(last)) = (playing.speed, last) {
                tokio::time::sleep(time.duration_since(last).div_f64(speed)).await;
            }
            last = Some(time);
            // Each counts like one that the spell emits.
            let arguments = || json!(ReplayedEventArgs { recording, r#type: &event.draft.name });
            let call = cx.call("event.emit", arguments).bytes(event.bytes).begin().await?;
            let reached = self
                .authorise(&event.draft.name, &listener, &cx)
                .map(|()| u64::from(self.put(event.draft.clone(), cx.depth(), true)));
            call.settle(reached)?;
            count += 1;
            tokio::task::yield_now().await;
        }
        Ok(Value::from(count))
    }

    /// Drops events that wait and that are recorded: how many waited. `*`: all.
    pub fn clear(&self, pattern: &str) -> Result<u64> {
        let pattern = name::Pattern::parse(pattern)?;
        Ok(self.0.run.subscriptions().clear(&pattern))
    }

    /// Whether the spell waits from now on. What comes to its functions next is chosen only then: or it would depend on
    /// when the engine last gave others the thread.
    pub fn set_waiting(&self, waiting: bool) {
        self.0.run.waiting.store(waiting, Relaxed);
        if waiting {
            self.0.run.wake.notify_waiters();
        }
    }

    /// The main chunk has ended: what waits for handlers is delivered, and of other runs nothing comes in any more.
    pub fn finish(&self) {
        self.0.run.subscriptions().finish();
        self.0.run.wake.notify_waiters();
    }

    /// The open subscriptions of this run, as a list of `{id, pattern, language, handler, min_priority, queued, dropped, expired}`.
    pub fn subscriptions(&self) -> Value {
        json!(self.0.run.subscriptions().list(&self.0.language))
    }

    /// Counts of this run's events so far, such as emitted, delivered, dropped and expired, as an object.
    pub fn stats(&self) -> Value {
        json!(self.0.run.subscriptions().stats(&self.0.language, self.0.emitted.load(Relaxed)))
    }

    /// Takes the inbox, of which there is one, until the guard is dropped.
    pub fn open_inbox(&self) -> Result<Inbox> {
        if self.0.inbox.swap(true, Relaxed) {
            return Err(Failure::invalid("the inbox is open already"));
        }
        Ok(Inbox(self.clone()))
    }

    /// The run is over: its subscriptions go.
    pub fn close(&self) {
        self.0.bus.leave(&self.0.run);
    }
}

/// The inbox of a run, which has one at a time: events on their way to the functions of the spell.
pub struct Inbox(Events);

impl Inbox {
    /// The next event and the function that it is for. `None` when the main chunk has ended and nothing waits any more.
    pub async fn next(&self) -> Option<Delivery> {
        let run = &self.0.0.run;
        loop {
            let woken = run.wake.notified();
            tokio::pin!(woken);
            woken.as_mut().enable();
            if run.waiting.load(Relaxed) {
                let mut subscriptions = run.subscriptions();
                if let Some(delivery) = subscriptions.next(Instant::now()) {
                    return Some(delivery);
                }
                if subscriptions.is_finished() {
                    return None;
                }
            }
            woken.await;
        }
    }

    /// Counts an error of a handler. `false`: it unsubscribed while the event was on its way.
    pub fn count_error(&self, delivery: &Delivery) -> bool {
        let mut subscriptions = self.0.0.run.subscriptions();
        let subscribed = subscriptions.has(delivery.subscription);
        subscriptions.handler_errors += u64::from(subscribed);
        subscribed
    }
}

impl Drop for Inbox {
    fn drop(&mut self) {
        self.0.0.inbox.store(false, Relaxed);
    }
}

impl Drop for Joined {
    fn drop(&mut self) {
        self.bus.leave(&self.run);
    }
}
