//! The audit: a line of JSON for each decision to grant or deny, each bound to the line before by its hash.
//!
//! A line is an object `{seq, time, tenant, run, spell, call, decision, what, previous, hash}` in ASCII, so that nothing in
//! it moves a cursor or looks like another line. `hash` is the SHA-256 of the line without it, `previous` the hash of the
//! line before. A file beside it with the ending `.head` holds the last line's number and hash, which shows whether lines
//! were cut off at the end. Anyone who can write both files can forge the log; a head that is stored elsewhere reveals it.
//!
//! A decision that a run repeats is not written again: lines `run.repeated` at the end of the run count the repetitions,
//! by the numbers of the lines. All names are recorded: more than 100 continue in further lines.
//!
//! Several runs and processes append to one file, in turn. A line that can't be written ends the run before the call
//! takes effect.

use std::collections::HashMap;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::SystemTime;

use llmspell_api::PolicyFile;
use llmspell_api::audit::{AuditApproval, AuditLine, AuditSubject};
use serde_json::json;
use tokio::runtime::{Handle, RuntimeFlavor};

use llmspell_base::clock::Clock;
use llmspell_base::hash::hash;
use llmspell_base::random::Random;

mod chain;
mod format;
mod verify;

use chain::Chain;
pub use llmspell_api::audit::{AuditCheck, AuditDecision};
pub use verify::verify;

/// A file that decisions are appended to. Clones share it.
#[derive(Clone)]
pub struct Audit(Arc<Mutex<Chain>>);

/// The audit of one run.
pub struct Run {
    audit: Audit,
    tenant: String,
    run: String,
    spell: String,
    /// Decisions that are on record, by their hashes.
    known: HashMap<String, Known>,
    /// What its decisions take in the file.
    bytes: u64,
}

/// Where a decision stands, and how often it was met.
struct Known {
    seq: u64,
    times: u64,
}

/// Why a decision could not be recorded. One line.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the audit can't be written: {file}: {problem}")]
pub struct AuditError {
    /// The audit's file.
    pub file: String,
    /// What failed, without the file's name.
    pub problem: String,
}

impl Audit {
    /// Opens a file to append to, or begins it. Fails where what is there does not end as an audit does.
    pub fn open(path: impl AsRef<Path>) -> Result<Audit, AuditError> {
        Ok(Audit(Arc::new(Mutex::new(Chain::open(path.as_ref())?))))
    }

    /// Records that a run begins, and under which policies (file and hash). `spell` is the SHA-256 of its text.
    pub fn begin(&self, tenant: &str, spell: &str, policies: Vec<(String, String)>) -> Result<Run, AuditError> {
        let run = Random::new(None).bytes(8).iter().map(|byte| format!("{byte:02x}")).collect();
        let mut run = Run {
            audit: self.clone(),
            tenant: tenant.into(),
            run,
            spell: spell.into(),
            known: HashMap::new(),
            bytes: 0,
        };
        let policy = |(file, hash): (String, String)| PolicyFile { file: cut(&file), hash };
        let policies = policies.into_iter().map(policy).collect();
        run.write("run.begin", AuditDecision::Begun, AuditSubject::Begun { policies }, false)?;
        Ok(run)
    }
}

impl Run {
    /// Records a decision, which is in the file when this returns. `names` are the names of what was asked for, never
    /// contents. Returns `false` when the run's share of the file ([`MOST_BYTES`]) is used up.
    pub fn decide(
        &mut self,
        call: &'static str,
        decision: AuditDecision,
        section: &str,
        names: &[String],
    ) -> Result<bool, AuditError> {
        self.decide_all(call, decision, None, section, names)
    }

    /// The same of somebody's yes or no to a call.
    pub fn approve(
        &mut self,
        call: &'static str,
        approved: bool,
        approval: AuditApproval,
        section: &str,
        names: &[String],
    ) -> Result<bool, AuditError> {
        let decision = if approved { AuditDecision::Approved } else { AuditDecision::Refused };
        self.decide_all(call, decision, Some(approval), section, names)
    }

    fn decide_all(
        &mut self,
        call: &'static str,
        decision: AuditDecision,
        approval: Option<AuditApproval>,
        section: &str,
        names: &[String],
    ) -> Result<bool, AuditError> {
        let hash = hash(json!([call, decision.word(), section, names, approval]).to_string().as_bytes());
        if let Some(known) = self.known.get_mut(&hash) {
            known.times += 1;
            return Ok(true);
        }
        if self.bytes >= MOST_BYTES {
            return Ok(false);
        }
        let mut first = None;
        let mut parts: Vec<&[String]> = names.chunks(MOST_NAMES).collect();
        if parts.is_empty() {
            parts.push(&[]);
        }
        for (number, part) in parts.iter().enumerate() {
            let several = parts.len() > 1;
            let what = match section {
                "modules" => AuditSubject::Modules { modules: true },
                _ => AuditSubject::Names {
                    names: [(section.to_owned(), part.iter().map(|name| cut(name)).collect())].into(),
                    part: several.then_some(number + 1),
                    parts: several.then_some(parts.len()),
                    approval: approval.clone(),
                },
            };
            let seq = self.write(call, decision, what, false)?;
            first.get_or_insert(seq);
        }
        self.known.insert(hash, Known { seq: first.unwrap_or_default(), times: 1 });
        Ok(true)
    }

    /// Writes the run's last lines, which are on the disk when this returns.
    pub fn end(&mut self, outcome: &str) -> Result<(), AuditError> {
        let mut repeated: Vec<Known> = self.known.drain().map(|(_, known)| known).filter(|one| one.times > 1).collect();
        repeated.sort_by_key(|known| known.seq);
        for some in repeated.chunks(MOST_REPEATED) {
            let times = some.iter().map(|known| (known.seq.to_string(), known.times.into())).collect();
            self.write("run.repeated", AuditDecision::Ended, AuditSubject::Repeated { times }, false)?;
        }
        self.write("run.end", AuditDecision::Ended, AuditSubject::Ended { outcome: outcome.into() }, true).map(drop)
    }

    /// Gives the line's number.
    fn write(
        &mut self,
        call: &'static str,
        decision: AuditDecision,
        what: AuditSubject,
        sync: bool,
    ) -> Result<u64, AuditError> {
        let chain = &self.audit.0;
        // A line goes out whole or not at all: a panic elsewhere leaves nothing half-done.
        let chain = chain.try_lock().or_else(|_| block_in_place_if_multithreaded(|| chain.lock()));
        let mut chain = chain.unwrap_or_else(PoisonError::into_inner);
        let (seq, bytes) = chain.append(sync, |seq, previous| AuditLine {
            seq,
            time: Clock::stamp(SystemTime::now()),
            tenant: cut(&self.tenant),
            run: self.run.clone(),
            spell: self.spell.clone(),
            call: call.into(),
            decision,
            what,
            previous: previous.into(),
            hash: None,
        })?;
        self.bytes += bytes;
        Ok(seq)
    }
}

/// Runs `work`, which may block, by [`tokio::task::block_in_place`] on a multi-threaded runtime, and directly elsewhere.
pub fn block_in_place_if_multithreaded<T>(work: impl FnOnce() -> T) -> T {
    let several = Handle::try_current().is_ok_and(|here| here.runtime_flavor() == RuntimeFlavor::MultiThread);
    if several { tokio::task::block_in_place(work) } else { work() }
}

/// How much of a name is kept, and how many names a line has: it has to stay below [`format::MOST_LINE`].
const NAME_BYTES: usize = 200;
const MOST_NAMES: usize = 100;
const MOST_REPEATED: usize = 1_000;

/// What the decisions of one run may take in the file: no run fills the disk with them.
pub const MOST_BYTES: u64 = 32 << 20;

fn cut(text: &str) -> String {
    if text.len() <= NAME_BYTES {
        return text.into();
    }
    format!("{} (cut, {} bytes)", text.get(..text.floor_char_boundary(NAME_BYTES)).unwrap_or_default(), text.len())
}

#[cfg(test)]
mod tests;
