//! Approvals: a person's yes to one call, which a policy wants beside the grant.
//!
//! The gate asks before it admits the call. What was approved is what is done: the arguments are the host's own copy, and the digest is
//! over all of them, however much of them is shown.

use std::collections::{BTreeMap, BTreeSet};
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use llmspell_api::approval::Refused;
use llmspell_base::Failure;
use llmspell_base::hash::hash;
use llmspell_policy::{Cost, Permission};
use serde_json::{Map, Value, json};
use tokio::time::Instant;

/// A call that a policy wants somebody to say yes to.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Question {
    /// "interface.function".
    pub call: &'static str,
    /// The section of a policy that what is named belongs to, such as "tools".
    pub section: &'static str,
    /// What the call needs to be granted, such as the tool's name.
    pub names: Vec<String>,
    /// All arguments by name. Untrusted: a spell or a model wrote them.
    pub arguments: Value,
    /// What it may cost, where it costs money.
    pub cost: Option<Cost>,
    /// The entry of a policy that wants a yes.
    pub because: String,
    /// SHA-256 of all of this but `because`, in hex: see [`Question::canonical`].
    pub digest: String,
    /// Whose run it is.
    pub tenant: String,
}

/// What somebody said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answer {
    /// This call may be made, once.
    Yes,
    /// This call, and every later one of this run that is the same function for the same names, whatever its arguments.
    Always,
    /// It may not be made. The run is not asked about the same call again.
    No,
    /// Nobody is there to ask: it is refused, with its digest.
    Nobody,
}

/// The future of an [`Approver`]'s answer.
pub type Asking<'a> = Pin<Box<dyn Future<Output = Answer> + Send + 'a>>;

/// Asks somebody. A run asks one question at a time; several runs may ask at once.
///
/// The future is dropped when the run is cancelled or its time is over.
pub trait Approver: Send + Sync {
    /// Puts one question.
    fn ask<'a>(&'a self, question: &'a Question) -> Asking<'a>;
}

/// Who approved a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum By {
    /// An [`Approver`] was asked.
    Asked,
    /// It said "always" before, or "no" to the same call.
    Before,
    /// The run was started with the call's digest.
    Digest,
    /// Nobody was there.
    Nobody,
}

impl By {
    /// As it stands in records.
    pub fn word(self) -> &'static str {
        match self {
            By::Asked => "asked",
            By::Before => "before",
            By::Digest => "digest",
            By::Nobody => "nobody",
        }
    }
}

/// What was decided about a question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decided {
    /// Of the question.
    pub digest: String,
    /// Whether it was approved.
    pub approved: bool,
    /// By whom.
    pub by: By,
}

/// How many questions one run may put: nobody reads more of them, and a run must not wear somebody down.
const MOST_QUESTIONS: usize = 100;

/// How often it is looked whether the time of other work is over, while somebody is asked.
const LOOK_AGAIN: Duration = Duration::from_millis(50);

/// The approvals of one run.
pub(crate) struct Approvals {
    approver: Option<Arc<dyn Approver>>,
    /// Held while somebody is asked: parallel calls wait for each other.
    known: tokio::sync::Mutex<Known>,
    waits: Mutex<Waits>,
}

#[derive(Default)]
struct Known {
    /// Digests that the run was started with. Each is for one call.
    once: Vec<String>,
    /// With what the call cost that was asked about.
    always: BTreeMap<(&'static str, Vec<String>), Option<Cost>>,
    refused: BTreeSet<String>,
    questions: usize,
}

/// How long somebody has been waited for.
#[derive(Default)]
struct Waits {
    over: Duration,
    /// How many calls wait, and since when there is one.
    calls: usize,
    since: Option<Instant>,
}

impl Question {
    pub(crate) fn new(
        call: &'static str,
        permission: &Permission<'_>,
        arguments: Value,
        cost: Option<Cost>,
        because: String,
        tenant: &str,
    ) -> Question {
        let (section, mut names) = permission.record().unwrap_or(("", Vec::new()));
        names.sort();
        names.dedup();
        let tenant = tenant.to_owned();
        let mut question = Question { call, section, names, arguments, cost, because, digest: String::new(), tenant };
        question.digest = hash(question.canonical().as_bytes());
        question
    }

    /// The text that the digest is over: JSON without spaces, the keys of each object in the order of their bytes, of
    /// `{arguments, call, cost, names, section, tenant, version}`. `cost` is in billionths of a dollar, null where the call costs
    /// nothing and "unknown" where nobody knows.
    pub fn canonical(&self) -> String {
        let cost = match self.cost {
            None => Value::Null,
            Some(Cost::Unknown) => "unknown".into(),
            Some(Cost::AtMost(cost)) => cost.0.into(),
        };
        let Question { call, section, names, arguments, tenant, .. } = self;
        let mut text = String::new();
        let head =
            json!({ "call": call, "cost": cost, "names": names, "section": section, "tenant": tenant, "version": 1 });
        text.push_str("{\"arguments\":");
        write_canonical(arguments, &mut text);
        text.push(',');
        let mut rest = String::new();
        write_canonical(&head, &mut rest);
        text.push_str(rest.get(1..).unwrap_or_default());
        text
    }

    /// What is refused, and how it is approved next time.
    pub(crate) fn refusal(&self, by: By) -> Failure {
        let names = self.names.iter().map(|name| cut(name)).collect::<Vec<_>>().join("', '");
        let Question { call, because, digest, .. } = self;
        let what = format!("{call} of '{names}' needs a yes ({because})");
        let message = match by {
            By::Nobody => format!("{what}, and nobody can be asked here: --approve {digest} accepts this call, once"),
            _ => format!("{what}, and the answer was no"),
        };
        let details = json!(Refused { approval: digest, call, section: self.section, names: &self.names });
        Failure { details: Some(details), ..Failure::denied(message) }
    }
}

impl Approvals {
    pub fn new(approver: Option<Arc<dyn Approver>>, once: Vec<String>) -> Approvals {
        let known = Known { once, ..Known::default() };
        Approvals { approver, known: tokio::sync::Mutex::new(known), waits: Mutex::default() }
    }

    /// Decides about a question, and asks somebody where it has to. `asking` is called before that.
    pub async fn decide(&self, question: &Question, asking: impl FnOnce()) -> Decided {
        let decided = |approved, by| Decided { digest: question.digest.clone(), approved, by };
        let _waiting = self.wait();
        let mut known = self.known.lock().await;
        let key = (question.call, question.names.clone());
        if known.always.get(&key).is_some_and(|most| question.cost.is_none_or(|cost| cost.is_within(*most))) {
            return decided(true, By::Before);
        }
        if let Some(place) = known.once.iter().position(|digest| *digest == question.digest) {
            known.once.swap_remove(place);
            return decided(true, By::Digest);
        }
        if known.refused.contains(&question.digest) {
            return decided(false, By::Before);
        }
        let Some(approver) = self.approver.as_ref().filter(|_| known.questions < MOST_QUESTIONS) else {
            return decided(false, By::Nobody);
        };
        known.questions += 1;
        asking();
        match approver.ask(question).await {
            Answer::Yes => decided(true, By::Asked),
            Answer::Always => {
                known.always.insert(key, question.cost);
                decided(true, By::Asked)
            }
            Answer::No => {
                known.refused.insert(question.digest.clone());
                decided(false, By::Asked)
            }
            Answer::Nobody => decided(false, By::Nobody),
        }
    }

    /// Counts the time until what it gives is dropped as spent on waiting for somebody.
    fn wait(&self) -> Waiting<'_> {
        let mut waits = self.waits();
        waits.calls += 1;
        waits.since.get_or_insert_with(Instant::now);
        Waiting(self)
    }

    /// Does work that may take so long, not counting the time in which somebody is asked. `None`: it took longer.
    pub async fn within<T>(&self, time: Duration, work: impl Future<Output = T>) -> Option<T> {
        tokio::pin!(work);
        let (began, before) = (Instant::now(), self.waited().0);
        loop {
            let (waited, asking) = self.waited();
            let left = time.saturating_add(waited.saturating_sub(before)).saturating_sub(began.elapsed());
            if left.is_zero() {
                return None;
            }
            let look_again = if asking { left.max(LOOK_AGAIN) } else { left };
            if let Ok(done) = tokio::time::timeout(look_again, &mut work).await {
                return Some(done);
            }
        }
    }

    /// How long somebody has been waited for in this run, and whether somebody is just now.
    fn waited(&self) -> (Duration, bool) {
        let waits = self.waits();
        (waits.over + waits.since.map_or(Duration::ZERO, |since| since.elapsed()), waits.since.is_some())
    }

    fn waits(&self) -> std::sync::MutexGuard<'_, Waits> {
        // Two numbers: a panic elsewhere leaves nothing half-done.
        self.waits.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Somebody is waited for.
struct Waiting<'a>(&'a Approvals);

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        let mut waits = self.0.waits();
        waits.calls -= 1;
        if waits.calls == 0 {
            let waited = waits.since.take().map_or(Duration::ZERO, |since| since.elapsed());
            waits.over += waited;
        }
    }
}

/// JSON without spaces, with the keys of each object in the order of their bytes.
fn write_canonical(value: &Value, text: &mut String) {
    match value {
        Value::Array(items) => {
            text.push('[');
            for (at, item) in items.iter().enumerate() {
                if at > 0 {
                    text.push(',');
                }
                write_canonical(item, text);
            }
            text.push(']');
        }
        Value::Object(map) => write_object(map, text),
        plain => text.push_str(&plain.to_string()),
    }
}

fn write_object(map: &Map<String, Value>, text: &mut String) {
    let mut entries: Vec<(&String, &Value)> = map.iter().collect();
    entries.sort_by_key(|(key, _)| *key);
    text.push('{');
    for (at, (key, value)) in entries.into_iter().enumerate() {
        if at > 0 {
            text.push(',');
        }
        text.push_str(&json!(key).to_string());
        text.push(':');
        write_canonical(value, text);
    }
    text.push('}');
}

/// A name on one line of a message.
pub(crate) fn cut(name: &str) -> String {
    name.escape_debug().take(120).collect()
}

#[cfg(test)]
mod tests;
