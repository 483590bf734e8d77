//! Events that are kept, to be emitted again.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use llmspell_api::event as api;
use tokio::time::Instant;

use super::draft::Event;
use super::name::Pattern;
use llmspell_base::Failure;
use llmspell_base::fields::Fields;

/// The newest events of a pattern, until its time is over.
pub struct Recording {
    pub id: u64,
    pattern: Pattern,
    until: Option<Instant>,
    events: VecDeque<(Instant, Arc<Event>)>,
    bytes: usize,
    dropped: u64,
}

/// How a recording is played.
pub struct Playing {
    /// How many times faster than it was; `None`: all at once.
    pub speed: Option<f64>,
    pub events: Vec<(Instant, Arc<Event>)>,
}

const MOST_EVENTS: usize = 1_000;
const MOST_BYTES: usize = 8 << 20;
/// A year.
const MOST_MILLISECONDS: u64 = 366 * 24 * 3600 * 1000;

impl Recording {
    pub fn parse(pattern: &str, options: &str, now: Instant) -> Result<Recording, Failure> {
        let pattern = Pattern::parse(pattern)?;
        let mut fields = Fields::parse("the recording's options", options)?;
        let time = fields.whole("duration_ms", 1..=MOST_MILLISECONDS)?;
        fields.end()?;
        let until = time.and_then(|time| now.checked_add(Duration::from_millis(time)));
        Ok(Recording { id: 0, pattern, until, events: VecDeque::new(), bytes: 0, dropped: 0 })
    }

    /// `room` is what the run may still keep, in bytes.
    pub fn add(&mut self, event: &Arc<Event>, mut room: usize, now: Instant) {
        if self.until.is_some_and(|until| now >= until) || !self.pattern.matches(&event.draft.name) {
            return;
        }
        while self.events.len() >= MOST_EVENTS || self.bytes + event.bytes > MOST_BYTES || event.bytes > room {
            self.dropped += 1;
            let Some((_, oldest)) = self.events.pop_front() else { return };
            self.bytes -= oldest.bytes;
            room += oldest.bytes;
        }
        self.bytes += event.bytes;
        self.events.push_back((now, event.clone()));
    }

    pub fn clear(&mut self, pattern: &Pattern) {
        self.events.retain(|(_, event)| !pattern.matches(&event.draft.name));
        self.bytes = self.events.iter().map(|(_, event)| event.bytes).sum();
    }

    /// What is recorded so far.
    pub fn play(&self, options: &str) -> Result<Playing, Failure> {
        let mut fields = Fields::parse("the replay's options", options)?;
        let speed = fields.number("speed", 0.001..=1000.0)?;
        let pattern = fields.text("pattern")?.map(|pattern| Pattern::parse(&pattern)).transpose()?;
        fields.end()?;
        let wanted = |event: &Event| pattern.as_ref().is_none_or(|pattern| pattern.matches(&event.draft.name));
        Ok(Playing { speed, events: self.events.iter().filter(|(_, event)| wanted(event)).cloned().collect() })
    }

    pub fn bytes(&self) -> usize {
        self.bytes
    }

    pub fn view(&self) -> api::Recording {
        api::Recording {
            id: self.id,
            pattern: self.pattern.text().into(),
            events: self.events.len(),
            dropped: self.dropped,
        }
    }
}
