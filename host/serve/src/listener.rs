//! From a run to its events: what the spell writes and logs, and how its workflows go.

use std::io;
use std::sync::Arc;

use llmspell_wasm::{Level, Listener, StepMoment, Used, WorkflowEvent, WorkflowMoment, WorkflowWatcher};
use serde_json::{Value, json};

use crate::events::{EventLog, kind};

/// An event has at most so many bytes of text, so that a large one does not drive out all others.
const MOST_TEXT: usize = 16 << 10;

/// Turns what a spell says into events.
pub struct ToEvents {
    events: Arc<EventLog>,
    /// The beginning of a character whose end has not come yet.
    rest: Vec<u8>,
}

impl ToEvents {
    pub fn new(events: Arc<EventLog>) -> ToEvents {
        ToEvents { events, rest: Vec::new() }
    }

    fn write(&self, mut text: &str) {
        while !text.is_empty() {
            let (piece, rest) = text.split_at(text.floor_char_boundary(MOST_TEXT));
            self.events.push(kind::OUTPUT, json!({ "text": piece }));
            text = rest;
        }
    }
}

impl Listener for ToEvents {
    fn output(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.rest.extend_from_slice(bytes);
        let whole = std::mem::take(&mut self.rest);
        let mut text = String::with_capacity(whole.len());
        let mut chunks = whole.utf8_chunks().peekable();
        while let Some(chunk) = chunks.next() {
            text.push_str(chunk.valid());
            let is_begun = std::str::from_utf8(chunk.invalid()).is_err_and(|error| error.error_len().is_none());
            if chunks.peek().is_none() && is_begun {
                self.rest = chunk.invalid().to_vec();
            } else if !chunk.invalid().is_empty() {
                text.push(char::REPLACEMENT_CHARACTER);
            }
        }
        self.write(&text);
        Ok(())
    }

    fn log(&mut self, level: Level, message: &str, fields: Option<&Value>) -> io::Result<()> {
        self.events.push(kind::LOG, json!({ "level": level.word(), "message": message, "fields": fields }));
        Ok(())
    }

    fn notice(&mut self, message: &str) -> io::Result<()> {
        self.events.push(kind::NOTICE, json!({ "message": message }));
        Ok(())
    }
}

impl Drop for ToEvents {
    fn drop(&mut self) {
        if !self.rest.is_empty() {
            self.write(&char::REPLACEMENT_CHARACTER.to_string());
        }
    }
}

/// Turns what workflows do into events.
pub struct Workflows(pub Arc<EventLog>);

impl WorkflowWatcher for Workflows {
    fn hear(&mut self, event: &WorkflowEvent<'_>) {
        let mut data = json!({ "execution": event.execution, "workflow": event.workflow, "depth": event.depth });
        let more = match event.what {
            WorkflowMoment::Began { steps } => json!({ "what": "began", "steps": steps }),
            WorkflowMoment::Ended { status, used } => taken(json!({ "what": "ended", "status": status }), used),
            WorkflowMoment::Step { name, what } => step(name, what),
        };
        if let (Value::Object(data), Value::Object(more)) = (&mut data, more) {
            data.extend(more);
        }
        self.0.push(kind::WORKFLOW, data);
    }
}

fn step(name: &str, what: StepMoment<'_>) -> Value {
    let told = |what: &str| json!({ "what": what, "step": name });
    match what {
        StepMoment::Began => told("step-began"),
        StepMoment::Skipped => told("step-skipped"),
        StepMoment::Stopped => told("step-stopped"),
        StepMoment::Completed(used) => taken(told("step-completed"), used),
        StepMoment::Recalled(used) => taken(told("step-recalled"), used),
        StepMoment::Failed { code, used } => taken(json!({ "what": "step-failed", "step": name, "code": code }), used),
        StepMoment::Waits { attempt, code, delay } => {
            let delay = u64::try_from(delay.as_millis()).unwrap_or(u64::MAX);
            json!({ "what": "step-waits", "step": name, "attempt": attempt, "code": code, "delay_ms": delay })
        }
    }
}

fn taken(mut data: Value, used: Used) -> Value {
    if let Value::Object(data) = &mut data {
        data.insert("duration_ms".into(), used.duration_ms.into());
        data.insert("tokens".into(), used.tokens.into());
    }
    data
}

#[cfg(test)]
mod tests {
    use super::*;

    fn heard(pieces: &[&[u8]]) -> String {
        let events = Arc::new(EventLog::new(1 << 20));
        let mut listener = ToEvents::new(events.clone());
        pieces.iter().for_each(|piece| listener.output(piece).unwrap());
        drop(listener);
        let text = |data: &Value| data["text"].as_str().unwrap().to_owned();
        events.after(0).events.iter().map(|event| text(&event.data)).collect()
    }

    #[test]
    fn characters_that_come_in_pieces_are_put_together() {
        assert_eq!(heard(&[b"a\xe2", b"\x82", b"\xac", b"b"]), "a\u{20ac}b");
        assert_eq!(heard(&[b"a\xffb"]), "a\u{fffd}b");
        assert_eq!(heard(&[b"a\xe2\x82"]), "a\u{fffd}");
        assert_eq!(heard(&[b"\xe2", b"a"]), "\u{fffd}a");
    }

    #[test]
    fn a_long_text_comes_in_pieces() {
        let long = "\u{20ac}".repeat(20_000);
        assert_eq!(heard(&[long.as_bytes()]), long);
    }
}
