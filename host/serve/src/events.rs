//! The events of one run: the latest of them, for any number of readers.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use futures::Stream;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use tokio::sync::watch;

/// Something that happened in a run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Event {
    /// From 1, without a gap.
    pub id: u64,
    pub kind: String,
    pub data: Value,
}

/// The kinds of events.
pub mod kind {
    /// The run has another status: `{"status": "running"}`.
    pub const STATUS: &str = "status";
    /// The spell wrote something: `{"text": …}`.
    pub const OUTPUT: &str = "output";
    /// The spell logged something: `{"level", "message", "fields"}`.
    pub const LOG: &str = "log";
    /// A remark of the host: `{"message"}`.
    pub const NOTICE: &str = "notice";
    /// A piece of what a model streams: `{"operation", "text"}`.
    pub const TEXT: &str = "text";
    /// A tool was called: `{"name", "arguments", "failure"}`.
    pub const TOOL: &str = "tool";
    /// A model was called: `{"model", "usage", "finish_reason", "failure"}`.
    pub const MODEL: &str = "model";
    /// A workflow goes on: `{"execution", "workflow", "depth", "what", "step", …}`.
    pub const WORKFLOW: &str = "workflow";
    /// Events were dropped before this one, as there were too many: `{"count"}`.
    pub const LOST: &str = "lost";
    /// The run is over: the run as `GET /v1/runs/{id}` shows it.
    pub const ENDED: &str = "ended";
}

/// The latest events, within so many bytes. Who reads too slowly is told what was lost, and nobody waits for readers.
pub struct EventLog {
    most: usize,
    state: Mutex<State>,
    /// The id of the last event; closed by none.
    last: watch::Sender<u64>,
}

#[derive(Default)]
struct State {
    events: VecDeque<(Arc<Event>, usize)>,
    bytes: usize,
    last: u64,
    is_over: bool,
}

/// What there is for a reader.
#[derive(Debug, PartialEq)]
pub struct Batch {
    pub events: Vec<Arc<Event>>,
    /// How many events before these are gone.
    pub lost: u64,
    /// Nothing follows.
    pub is_over: bool,
}

/// So that proxies do not take a silent stream for a dead one.
pub const HEARTBEAT: Duration = Duration::from_secs(15);

/// Of one batch.
const MOST_EVENTS: usize = 256;

/// What an event takes beside its text.
const OVERHEAD: usize = 64;

impl EventLog {
    pub fn new(most: usize) -> EventLog {
        EventLog { most, state: Mutex::default(), last: watch::Sender::new(0) }
    }

    /// Of a run that is over: events that were kept, and the last.
    pub fn of(events: Vec<Event>, ended: Value) -> EventLog {
        let log = EventLog::new(usize::MAX);
        let mut state = log.state();
        state.last = events.last().map_or(0, |event| event.id);
        state.events = events.into_iter().map(|event| (Arc::new(event), 0)).collect();
        drop(state);
        log.end(ended);
        log
    }

    pub fn push(&self, kind: &str, data: Value) {
        self.add(kind, data, false);
    }

    /// Adds the last one.
    pub fn end(&self, data: Value) {
        self.add(kind::ENDED, data, true);
    }

    fn add(&self, kind: &str, data: Value, is_last: bool) {
        let bytes = size(&data) + OVERHEAD;
        let mut state = self.state();
        if state.is_over {
            return;
        }
        state.last += 1;
        let event = Arc::new(Event { id: state.last, kind: kind.into(), data });
        state.events.push_back((event, bytes));
        state.bytes += bytes;
        state.is_over = is_last;
        while state.bytes > self.most && state.events.len() > 1 {
            let gone = state.events.pop_front().map_or(0, |(_, bytes)| bytes);
            state.bytes = state.bytes.saturating_sub(gone);
        }
        let last = state.last;
        drop(state);
        self.last.send_replace(last);
    }

    /// The events behind this id, as many as make a batch.
    pub fn after(&self, id: u64) -> Batch {
        let state = self.state();
        let first = state.events.front().map_or(state.last + 1, |(event, _)| event.id);
        let lost = first.saturating_sub(id.saturating_add(1));
        let from = usize::try_from(id.saturating_add(1).saturating_sub(first)).unwrap_or(usize::MAX);
        let rest = state.events.iter().skip(from);
        let events: Vec<Arc<Event>> = rest.take(MOST_EVENTS).map(|(event, _)| event.clone()).collect();
        let reached = events.last().map_or(id.max(state.last), |event| event.id);
        Batch { events, lost, is_over: state.is_over && reached >= state.last }
    }

    /// All events but the last, to be kept.
    pub fn kept(&self) -> Vec<Event> {
        let state = self.state();
        let others = state.events.iter().filter(|(event, _)| event.kind != kind::ENDED);
        others.map(|(event, _)| Event::clone(event)).collect()
    }

    /// The same, as they come, until the run is over.
    pub fn follow(self: Arc<EventLog>, after: u64) -> impl Stream<Item = Arc<Event>> + Send + 'static {
        let reader = Reader { last: self.last.subscribe(), log: self, after, ready: VecDeque::new(), is_over: false };
        futures::stream::unfold(reader, |mut reader| async move {
            let event = reader.next().await?;
            Some((event, reader))
        })
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // Changed in one go.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

struct Reader {
    log: Arc<EventLog>,
    last: watch::Receiver<u64>,
    after: u64,
    ready: VecDeque<Arc<Event>>,
    is_over: bool,
}

impl Reader {
    async fn next(&mut self) -> Option<Arc<Event>> {
        loop {
            if let Some(event) = self.ready.pop_front() {
                self.after = event.id;
                return Some(event);
            }
            if self.is_over {
                return None;
            }
            self.last.mark_unchanged();
            let batch = self.log.after(self.after);
            if batch.lost > 0 {
                // Stands for the last one that is gone, so that who comes back with its id misses nothing else.
                let id = batch.events.first().map_or(self.after, |event| event.id.saturating_sub(1));
                let data = json!({ "count": batch.lost });
                self.ready.push_back(Arc::new(Event { id, kind: kind::LOST.into(), data }));
            }
            self.ready.extend(batch.events);
            self.is_over = batch.is_over;
            if self.ready.is_empty() && !self.is_over && self.last.changed().await.is_err() {
                return None;
            }
        }
    }
}

/// About as many bytes as its JSON has.
fn size(value: &Value) -> usize {
    match value {
        Value::String(text) => text.len() + 2,
        Value::Array(items) => items.iter().map(|item| size(item) + 1).sum::<usize>() + 2,
        Value::Object(map) => map.iter().map(|(name, item)| name.len() + size(item) + 4).sum::<usize>() + 2,
        _ => 8,
    }
}

#[cfg(test)]
mod tests {
    use futures::{FutureExt, StreamExt};

    use super::*;

    #[test]
    fn a_reader_that_comes_late_is_told_what_it_missed() {
        let log = EventLog::new(500);
        for number in 0..100 {
            log.push(kind::OUTPUT, json!({ "text": format!("{number:>40}") }));
        }
        let batch = log.after(0);
        assert!(batch.lost > 90 && !batch.is_over);
        assert_eq!(batch.events.first().map(|event| event.id), Some(batch.lost + 1));
        assert_eq!(batch.events.last().map(|event| event.id), Some(100));
        assert_eq!(log.after(99).events.len(), 1);
        assert_eq!(log.after(100), Batch { events: Vec::new(), lost: 0, is_over: false });
        assert_eq!(log.after(u64::MAX).events.len(), 0, "an id of the future");
    }

    #[tokio::test]
    async fn events_are_followed_to_the_end() {
        let log = Arc::new(EventLog::new(1 << 20));
        log.push(kind::STATUS, json!({ "status": "running" }));
        let mut all = Box::pin(log.clone().follow(0));
        assert_eq!(all.next().await.unwrap().id, 1);
        assert!(all.next().now_or_never().is_none());
        log.push(kind::OUTPUT, json!({ "text": "a" }));
        log.end(json!({}));
        log.push(kind::OUTPUT, json!({ "text": "after the end" }));
        let rest: Vec<String> = all.map(|event| event.kind.clone()).collect().await;
        assert_eq!(rest, ["output", "ended"]);
        let again: Vec<u64> = log.clone().follow(1).map(|event| event.id).collect().await;
        assert_eq!(again, [2, 3]);
        let kept = EventLog::of(log.kept(), json!({ "status": "ended" }));
        let read: Vec<String> = Arc::new(kept).follow(0).map(|event| event.kind.clone()).collect().await;
        assert_eq!(read, ["status", "output", "ended"]);
        assert_eq!(log.follow(3).count().await, 0);
    }
}
