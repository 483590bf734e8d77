//! Hooks: functions of the spell that are asked before and after what the host does for it.

use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use llmspell_api::hook as api;
use serde_json::{Map, Value, json};

use crate::context::CallContext;
use crate::event::Events;
use crate::listener::Audience;
use crate::operation::Result;
use llmspell_base::{Code, Failure};

mod answer;
mod entry;
mod fire;
mod stage;
#[cfg(test)]
mod tests;

pub use answer::Answer;
use entry::{Entry, Filter};
pub use llmspell_base::hook_pattern::Pattern;
pub use llmspell_base::hook_point::Point;
pub use stage::{Decision, HookOutcome, RetryPolicy, Rounds, Stage};

/// The hooks of one run.
#[derive(Clone)]
pub struct Hooks(Arc<Registry>);

struct Registry {
    /// In the order in which they are asked: by priority, then by age.
    entries: Mutex<Entries>,
    /// How many there are: without any, asking costs nothing.
    count: AtomicUsize,
    language: String,
    events: Events,
    audience: Audience,
}

#[derive(Default)]
struct Entries {
    all: Vec<Arc<Entry>>,
    last: u64,
}

/// What hooks are asked about.
pub(crate) struct Moment<'a, Context> {
    pub point: Point,
    /// The name of the agent, the tool, the event, ...
    pub component: &'a str,
    /// What a hook may change: the input before, the result after.
    pub data: Value,
    /// More to know, such as `duration_ms`; called only where a hook is asked.
    pub context: Context,
}

/// What the hooks of a point want, all in all.
#[derive(Debug, PartialEq)]
pub(crate) enum Verdict {
    /// Go on, with the data as the hooks left it.
    Continue(Value),
    /// Leave it out, as if it had nothing to give: for this reason.
    Skip(String),
    /// Fail with this: code "cancelled", or "denied" where a hook that fails closed had an error.
    Cancel(Failure),
    /// Don't do it: this is the result.
    Replace(Value),
    /// Have another one do it, with this data.
    Redirect { target: String, data: Value },
    /// Wait so long and ask again; after so many times in all, it is cancelled.
    Retry { delay: Duration, most_attempts: u32 },
}

const MOST_HOOKS: usize = 256;

/// What tells of errors in the spell's own functions.
const ERRORS: [&str; 3] = ["hook.error", "event.handler_error", "event:handler_error"];

impl Hooks {
    /// The run's listener.
    pub fn audience(&self) -> &Audience {
        &self.0.audience
    }

    /// A registry without hooks, for a run in this language.
    pub fn new(language: &str, events: Events, audience: Audience) -> Hooks {
        let (entries, count) = (Mutex::default(), AtomicUsize::new(0));
        Hooks(Arc::new(Registry { entries, count, language: language.into(), events, audience }))
    }

    /// Its number, from 1, and its point in canonical words.
    pub fn register(&self, point: &str, handler: u64, options: &str) -> Result<(u64, String)> {
        let mut entries = self.entries();
        if entries.all.len() >= MOST_HOOKS {
            let message = format!("{MOST_HOOKS} hooks are registered: unregister some first");
            return Err(Failure::new(Code::Handles, message));
        }
        let entry = Entry::parse(entries.last + 1, point, handler, options)?;
        entries.last += 1;
        let (id, canonical) = (entry.id, entry.pattern.text().to_string());
        let place = entries.all.partition_point(|other| other.priority >= entry.priority);
        entries.all.insert(place, Arc::new(entry));
        self.0.count.store(entries.all.len(), Relaxed);
        Ok((id, canonical))
    }

    /// Whether there was one.
    pub fn unregister(&self, id: u64) -> bool {
        let mut entries = self.entries();
        let Some(place) = entries.all.iter().position(|entry| entry.id == id) else { return false };
        entries.all.remove(place).gone.store(true, Relaxed);
        self.0.count.store(entries.all.len(), Relaxed);
        true
    }

    /// One that is off is not asked. Whether there is one.
    pub fn set_enabled(&self, id: u64, enabled: bool) -> bool {
        let entries = self.entries();
        let found = entries.all.iter().find(|entry| entry.id == id);
        found.inspect(|entry| entry.enabled.store(enabled, Relaxed)).is_some()
    }

    /// In the order in which they are asked.
    pub fn list(&self, filter: &str) -> Result {
        let filter = Filter::parse(filter)?;
        let (entries, language) = (self.entries(), &self.0.language);
        Ok(entries
            .all
            .iter()
            .filter(|entry| filter.finds(entry, language))
            .map(|entry| json!(entry.view(language)))
            .collect())
    }

    /// Whether a hook would be asked. Costs nothing where there is none at all.
    pub fn any(&self, point: &Point, component: &str) -> bool {
        self.0.count.load(Relaxed) > 0
            && self.entries().all.iter().any(|entry| entry.is_on() && entry.pattern.matches(point, component))
    }

    /// Asks the hooks of a point, one after the other. Costs nothing where there is none.
    ///
    /// Those that are there when it begins are asked, if they are still on when their turn comes; none within itself.
    pub(crate) async fn fire(
        &self,
        moment: Moment<'_, impl FnOnce() -> Map<String, Value>>,
        cx: &CallContext,
    ) -> Verdict {
        let Moment { point, component, data, context } = moment;
        let entries = self.snapshot(&point, component, cx);
        if entries.is_empty() {
            return Verdict::Continue(data);
        }
        let context = self.context(&point, component, context(), cx);
        self.ask(&entries, context, data, cx, None).await
    }

    /// As a spell fires a point by hand: `{results: [{id, name, action, ..}], action, data | reason | ..}`.
    pub async fn execute(self, pattern: Pattern, data: Value, cx: CallContext) -> Result {
        let point = pattern.point().ok_or_else(|| {
            Failure::invalid(format!(
                "Hook.execute takes one hook point, and '{}' is a pattern of several",
                pattern.text()
            ))
        })?;
        let component = pattern.component();
        let mut results = Vec::new();
        let entries = self.snapshot(&point, component, &cx);
        let context = self.context(&point, component, Map::new(), &cx);
        let verdict = self.ask(&entries, context, data, &cx, Some(&mut results)).await;
        Ok(json!(api::Execution { verdict: verdict.view(), results }))
    }

    /// Fires `system:startup` for one hook: the run has begun before anything could register.
    pub async fn start_up(self, id: u64, cx: CallContext) -> Result {
        let point = Point::SYSTEM_STARTUP;
        let mut entries = self.snapshot(&point, "", &cx);
        entries.retain(|entry| entry.id == id);
        let context = self.context(&point, "", Map::new(), &cx);
        Ok(json!(self.ask(&entries, context, Value::Null, &cx, None).await.view()))
    }

    /// An error in a function of the spell's own that the run survives: the operator is told, the spell gets an event of
    /// this name, and its hooks on `event:handler_error` are asked. `about`: the point or the event that it arose at.
    pub async fn report(&self, event: &str, about: &str, error: &Failure, details: Value, cx: &CallContext) {
        self.0.audience.warn(cx, &format!("{event}: {}", error.message), details.clone());
        // An error about an error is only logged, or errors would bring about more and more of them.
        if ERRORS.contains(&about) {
            return;
        }
        self.0.events.announce(event, cx, || details.clone());
        let moment = Moment { point: Point::EVENT_HANDLER_ERROR, component: about, data: details, context: Map::new };
        Box::pin(self.fire(moment, cx)).await;
    }

    fn snapshot(&self, point: &Point, component: &str, cx: &CallContext) -> Vec<Arc<Entry>> {
        if self.0.count.load(Relaxed) == 0 {
            return Vec::new();
        }
        let asked = |entry: &&Arc<Entry>| {
            entry.is_on() && entry.pattern.matches(point, component) && !cx.is_within_hook(entry.id)
        };
        self.entries().all.iter().filter(asked).cloned().collect()
    }

    /// All that a hook gets but its data.
    fn context(
        &self,
        point: &Point,
        component: &str,
        more: Map<String, Value>,
        cx: &CallContext,
    ) -> Map<String, Value> {
        let of = |family| (point.family() == family).then(|| component.to_owned());
        let origin = api::Origin {
            point: point.to_string(),
            component_id: api::Component { r#type: point.family().into(), name: component.into() },
            correlation_id: format!("operation-{}", cx.operation()),
            language: self.0.language.clone(),
            metadata: Map::new(),
            agent_id: of("agent"),
            agent_name: of("agent"),
            tool_name: of("tool"),
            model: of("model"),
        };
        let Value::Object(mut context) = json!(origin) else { return more };
        context.extend(more);
        context
    }

    fn entries(&self) -> MutexGuard<'_, Entries> {
        self.0.entries.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Verdict {
    /// For a spell that fired by hand.
    pub fn view(self) -> api::Verdict {
        match self {
            Verdict::Continue(data) => api::Verdict::Continue { data },
            Verdict::Skip(reason) => api::Verdict::Skipped { reason },
            Verdict::Cancel(failure) => {
                api::Verdict::Cancel { reason: failure.message, code: failure.code.into_owned() }
            }
            Verdict::Replace(data) => api::Verdict::Replace { data },
            Verdict::Redirect { target, data } => api::Verdict::Redirect { target, data },
            Verdict::Retry { delay, most_attempts } => api::Verdict::Retry {
                delay_ms: u64::try_from(delay.as_millis()).unwrap_or(u64::MAX),
                max_attempts: most_attempts,
            },
        }
    }
}
