//! The record of everything that a spell asked of the host.

use std::io::Write;

use serde_json::{Value, json};

use super::Need;

/// JSON lines, one a call: `{seq, call, args, outcome, cost, completed_seq}`.
///
/// `seq` and `completed_seq` are drawn from one counter when the call is made and when it is over. `outcome` is
/// `{"ok": value}` or `{"failure": {code, message, details}}`. Operations and agents are numbered from 1 in order of
/// creation; a call that starts work is `{"ok": {"operation": number}}`, and each step that is delivered is the outcome
/// of a call "operation.step", with its operation's number. What the work of an operation asked for itself, such as a
/// model's tool call, says so with `"operation": number`. What had to be granted by name stands in
/// `"need": {"models": ["openai/gpt-4"]}`, by the section of a policy. The last line is the call "run.end" with
/// `{"ended": word}`: a call that ended the run has no line of its own.
pub struct Journal {
    out: Option<Box<dyn Write + Send>>,
    next: u64,
}

/// A call that has been written down as begun.
#[derive(Debug)]
pub struct Entry {
    seq: u64,
    call: &'static str,
    operation: Option<u64>,
    need: Option<(&'static str, Vec<String>)>,
    arguments: Value,
}

impl Journal {
    pub fn new(out: Option<Box<dyn Write + Send>>) -> Journal {
        Journal { out, next: 1 }
    }

    fn draw(&mut self) -> u64 {
        let number = self.next;
        self.next += 1;
        number
    }

    /// From now on nothing is written.
    pub fn close(&mut self) {
        self.out = None;
    }

    /// `operation`: the one whose work makes the call, if it is not the guest. `None` where nobody keeps a journal: then
    /// `arguments` is not called.
    pub fn begin(
        &mut self,
        call: &'static str,
        operation: Option<u64>,
        need: Need<'_>,
        arguments: impl FnOnce() -> Value,
    ) -> Option<Entry> {
        self.out.as_ref()?;
        Some(Entry { seq: self.draw(), call, operation, need: need.record(), arguments: arguments() })
    }

    /// Completes an entry. A journal that can't be written is an error: an unrecorded call must not happen unseen.
    pub fn end(
        &mut self,
        entry: Option<Entry>,
        outcome: impl FnOnce() -> Value,
        cost: impl FnOnce() -> Value,
    ) -> std::io::Result<()> {
        let Some(entry) = entry else { return Ok(()) };
        let mut line = json!({
            "seq": entry.seq, "call": entry.call, "args": entry.arguments,
            "outcome": outcome(), "cost": cost(), "completed_seq": self.draw(),
        });
        if let (Some(operation), Some(line)) = (entry.operation, line.as_object_mut()) {
            line.insert("operation".into(), operation.into());
        }
        if let (Some((section, names)), Some(line)) = (entry.need, line.as_object_mut()) {
            line.insert("need".into(), json!({ section: names }));
        }
        match &mut self.out {
            Some(out) => writeln!(out, "{line}"),
            None => Ok(()),
        }
    }
}
