//! The record of what was granted and denied, to whom: a line of JSON for each decision, each bound to the one before.
//!
//! A line is an object `{seq, time, tenant, run, spell, call, decision, what, previous, hash}` in ASCII, so that nothing in
//! it moves a cursor or looks like another line. `hash` is the SHA-256 of the line without it, `previous` the hash of the
//! line before. Beside the file lies one with the ending `.head`, which holds the last line's number and hash: by it lines
//! that were cut off at the end are missed. Who can write both can make up a history; who keeps a head elsewhere sees it.
//!
//! Several runs and processes append to one file, in turn. What can't be written ends the run before anything is done.

use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::SystemTime;

use serde_json::{Value, json};

use crate::services::random::Random;

mod chain;
mod verify;

use chain::Chain;
pub use verify::{Found, verify};

/// A file that decisions are appended to. Clones share it.
#[derive(Clone)]
pub struct Audit(Arc<Mutex<Chain>>);

/// One run's way to it.
pub struct Run {
    audit: Audit,
    tenant: String,
    run: String,
    spell: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decision {
    Begun,
    Granted,
    Denied,
    Ended,
}

/// Why a decision is not on record. One line.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the audit can't be written: {file}: {problem}")]
pub struct AuditError {
    pub file: String,
    pub problem: String,
}

impl Audit {
    /// Opens a file to append to, or begins it. Fails where what is there does not end as an audit does.
    pub fn open(path: impl AsRef<Path>) -> Result<Audit, AuditError> {
        Ok(Audit(Arc::new(Mutex::new(Chain::open(path.as_ref())?))))
    }

    /// Writes down that a run begins, and under which policies. `spell` is the SHA-256 of its text.
    pub(crate) fn begin(&self, tenant: &str, spell: &str, policies: Vec<(String, String)>) -> Result<Run, AuditError> {
        let run = Random::new(None).bytes(8).iter().map(|byte| format!("{byte:02x}")).collect();
        let mut run = Run { audit: self.clone(), tenant: tenant.into(), run, spell: spell.into() };
        let policy = |(file, hash): (String, String)| json!({ "file": cut(&file), "hash": hash });
        let policies: Vec<Value> = policies.into_iter().map(policy).collect();
        run.write("run.begin", Decision::Begun, || json!({ "policies": policies }))?;
        Ok(run)
    }
}

impl Run {
    /// One decision. `what` holds names of what was asked for, and nothing that was said.
    pub fn write(
        &mut self,
        call: &'static str,
        decision: Decision,
        what: impl FnOnce() -> Value,
    ) -> Result<(), AuditError> {
        let mut what = what();
        shorten(&mut what);
        // A line goes out whole or not at all: a panic elsewhere leaves nothing half-done.
        let mut chain = self.audit.0.lock().unwrap_or_else(PoisonError::into_inner);
        chain.append(decision == Decision::Ended, |seq, previous| {
            json!({
                "seq": seq, "time": humantime::format_rfc3339_millis(SystemTime::now()).to_string(),
                "tenant": cut(&self.tenant), "run": self.run, "spell": self.spell, "call": call,
                "decision": decision.word(), "what": what, "previous": previous,
            })
        })
    }
}

impl Decision {
    fn word(self) -> &'static str {
        match self {
            Decision::Begun => "begun",
            Decision::Granted => "granted",
            Decision::Denied => "denied",
            Decision::Ended => "ended",
        }
    }
}

/// How much of a name is kept, and how many names.
const NAME_CHARS: usize = 200;
const MOST_NAMES: usize = 100;

fn cut(text: &str) -> String {
    match text.char_indices().nth(NAME_CHARS) {
        Some((at, _)) => format!("{} (cut, {} bytes)", text.get(..at).unwrap_or_default(), text.len()),
        None => text.into(),
    }
}

fn shorten(value: &mut Value) {
    match value {
        Value::String(text) => *text = cut(text),
        Value::Array(list) => {
            list.truncate(MOST_NAMES);
            list.iter_mut().for_each(shorten);
        }
        Value::Object(map) => map.values_mut().for_each(shorten),
        _ => {}
    }
}

#[cfg(test)]
mod tests;
