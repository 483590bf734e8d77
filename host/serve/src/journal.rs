//! From a run's journal to its events: calls of models and tools, and what models stream.

use std::io::{self, Write};
use std::sync::Arc;

use serde_json::{Value, json};

use crate::events::{EventLog, kind};

/// Takes the lines of a journal and makes events of some.
pub struct JournalToEvents {
    events: Arc<EventLog>,
    line: Vec<u8>,
}

impl JournalToEvents {
    pub fn new(events: Arc<EventLog>) -> JournalToEvents {
        JournalToEvents { events, line: Vec::new() }
    }

    fn hear(&self, line: &[u8]) {
        // Most calls make no event: their lines are not parsed.
        let Some(call) = call_of(line).filter(|call| CALLS.contains(call)) else { return };
        let Ok(line) = serde_json::from_slice::<Value>(line) else { return };
        let at = |path: &str| line.pointer(path);
        let failure = at("/outcome/failure");
        match call {
            "operation.step" => {
                let text = at("/outcome/ok/chunk/text").and_then(Value::as_str).filter(|text| !text.is_empty());
                if let Some(text) = text {
                    let data = json!({ "operation": at("/outcome/ok/operation"), "text": text });
                    self.events.push(kind::TEXT, data);
                }
            }
            "tool.call" => {
                let data = json!({ "name": at("/args/tool"), "arguments": at("/args/arguments"), "failure": failure });
                self.events.push(kind::TOOL, data);
            }
            _ => {
                let data = json!({
                    "model": at("/args/model"), "usage": at("/outcome/ok/usage"),
                    "finish_reason": at("/outcome/ok/finish_reason"), "failure": failure,
                });
                self.events.push(kind::MODEL, data);
            }
        }
    }
}

const CALLS: [&str; 3] = ["operation.step", "tool.call", "model.call"];

/// The call of a line, which begins `{"seq":1,"call":"agent.run",`.
fn call_of(line: &[u8]) -> Option<&str> {
    let text = std::str::from_utf8(line.get(..line.len().min(120))?.utf8_chunks().next()?.valid().as_bytes()).ok()?;
    let (_, rest) = text.split_once(",\"call\":\"")?;
    rest.split_once('"').map(|(call, _)| call)
}

impl Write for JournalToEvents {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.line.extend_from_slice(bytes);
        while let Some(end) = self.line.iter().position(|byte| *byte == b'\n') {
            let rest = self.line.split_off(end + 1);
            let line = std::mem::replace(&mut self.line, rest);
            self.hear(&line);
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
