//! Checkpoints for the operator: all of a tenant's, and what can be done about one.

use serde_json::{Value, json};

use llmspell_api::workflow::{
    Ask, Entry, Record, RecordedRun, RecordedStatus, RecordedStep, RecordedStepStatus, SpellFile, Status, StepStatus,
    Totals,
};
use llmspell_base::host_memory::HostMemory;
use llmspell_state::{Backend, Store, StoreError};

use super::lease;
use super::load::{Unreadable, check_id, read};
use super::recorded::{Recorded, Stepped};
use super::stream;

/// The checkpoints of one tenant.
pub struct Checkpoints<'a> {
    store: &'a Store,
    backend: &'a dyn Backend,
    tenant: &'a str,
}

/// What became of a request to pause or cancel an execution.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AskedFor {
    /// It is done.
    Done,
    /// This run is at work on it, and was asked: it hears of it within seconds, and pauses when the step is over that is at work.
    Asked(String),
}

/// The most that one checkpoint takes here.
const MOST_BYTES: usize = 1 << 30;
const PAGE: usize = 100;

impl<'a> Checkpoints<'a> {
    /// Those of this tenant in an open store.
    pub fn new(store: &'a Store, backend: &'a dyn Backend, tenant: &'a str) -> Checkpoints<'a> {
        Checkpoints { store, backend, tenant }
    }

    /// The ids of all of them, sorted.
    pub async fn ids(&self) -> Result<Vec<String>, StoreError> {
        let (mut ids, mut after) = (Vec::new(), None);
        loop {
            let page = self.backend.streams(self.tenant, after.clone(), PAGE).await?;
            let Some(last) = page.last() else { break };
            after = Some(last.clone());
            ids.extend(page.iter().filter_map(|name| Some(name.strip_prefix("checkpoint:")?.to_owned())));
        }
        ids.sort();
        Ok(ids)
    }

    /// What is recorded of one.
    pub async fn show(&self, id: &str) -> Result<RecordedRun, StoreError> {
        let (recorded, times) = self.read(id).await?;
        let holder = lease::holder(self.backend, self.tenant, id).await?.map(|lease| lease.owner);
        Ok(show(id, self.tenant, &recorded, holder, times))
    }

    /// The definition of its workflow as it is kept, for a drawing, and what is recorded of it.
    pub async fn definition(&self, id: &str) -> Result<(Value, RecordedRun), StoreError> {
        let (recorded, times) = self.read(id).await?;
        let holder = lease::holder(self.backend, self.tenant, id).await?.map(|lease| lease.owner);
        let definition = recorded.started.as_ref().map(|started| started.value.definition.clone());
        Ok((definition.unwrap_or_default(), show(id, self.tenant, &recorded, holder, times)))
    }

    /// What runs it again. Fails where the spell was no file, or where the execution is over.
    pub async fn spell(&self, id: &str) -> Result<SpellFile, StoreError> {
        let (recorded, times) = self.read(id).await?;
        let run = show(id, self.tenant, &recorded, None, times);
        let over = match run.status {
            RecordedStatus::Completed | RecordedStatus::PartiallyCompleted => "is complete: there is nothing to resume",
            RecordedStatus::Cancelled => "was cancelled: delete it, and execute the workflow anew",
            _ => "",
        };
        if !over.is_empty() {
            return Err(conflict(id, over));
        }
        let spell = recorded.started.and_then(|started| started.value.spell);
        spell.ok_or_else(|| conflict(id, "was begun by a spell that is no file: run that spell again"))
    }

    /// Has it stop: at once where no run is at work on it.
    pub async fn ask(&self, id: &str, ask: Ask) -> Result<AskedFor, StoreError> {
        check(id)?;
        loop {
            let (recorded, times) = self.read(id).await?;
            let holder = lease::holder(self.backend, self.tenant, id).await?;
            let run = show(id, self.tenant, &recorded, None, times);
            let over = match (run.status, ask) {
                (RecordedStatus::Completed | RecordedStatus::PartiallyCompleted, _) => "is complete",
                (RecordedStatus::Cancelled, _) => "was cancelled already",
                (RecordedStatus::Paused, Ask::Pause) => "is paused already",
                (RecordedStatus::Interrupted | RecordedStatus::Failed, Ask::Pause) if holder.is_none() => {
                    "is not being executed: there is nothing to pause"
                }
                _ => "",
            };
            if !over.is_empty() {
                return Err(conflict(id, over));
            }
            let record = match &holder {
                Some(_) => Record::Asked(ask),
                None => Record::Ended { status: Status::Cancelled, output: Value::Null, error: None },
            };
            let entry = json!(Entry { records: vec![record], totals: recorded.totals.clone() }).to_string();
            match self.backend.append(self.tenant, &stream(id), entry, Some(times.head)).await {
                Ok(_) => return Ok(holder.map_or(AskedFor::Done, |lease| AskedFor::Asked(lease.owner))),
                // Something came about meanwhile.
                Err(StoreError::Conflict { .. }) => {}
                Err(other) => return Err(other),
            }
        }
    }

    /// Removes one. Fails where a run is at work on it.
    pub async fn delete(&self, id: &str) -> Result<(), StoreError> {
        check(id)?;
        let (backend, tenant, stream) = (self.backend, self.tenant, stream(id));
        if !self.ids().await?.iter().any(|known| known == id) {
            return Err(self.missing(id));
        }
        // Also where it can't be read.
        let lease = match lease::take(self.store, backend, tenant, id).await? {
            Ok(lease) => lease,
            Err(owner) => return Err(conflict(id, &format!("is being executed by {owner}: cancel it first"))),
        };
        while backend.trim(tenant, &stream, u64::MAX).await? > 0 {}
        backend.forget(tenant, &stream).await?;
        backend.release(tenant, &lease::name(id), lease.token).await.map(drop)
    }

    async fn read(&self, id: &str) -> Result<(Recorded, Times), StoreError> {
        check(id)?;
        let mut times = Times::default();
        let each = |at: u64| {
            times.first.get_or_insert(at);
            times.last = at;
        };
        let read = read(self.backend, self.tenant, id, &HostMemory::new(MOST_BYTES), each).await;
        let (recorded, head) = read.map_err(|why| match why {
            Unreadable::Store(problem) => problem,
            Unreadable::Room(_) => StoreError::TooLarge(format!("the checkpoint '{id}' is too large to be shown")),
            Unreadable::Damaged(what) => StoreError::Invalid(format!(
                "the checkpoint '{id}' is damaged: {what}; `workflow delete {id}` removes it"
            )),
        })?;
        times.head = head;
        if recorded.started.is_none() { Err(self.missing(id)) } else { Ok((recorded, times)) }
    }

    fn missing(&self, id: &str) -> StoreError {
        StoreError::NotFound(format!(
            "the tenant '{}' has no checkpoint '{id}': `workflow list` lists them",
            self.tenant
        ))
    }
}

/// When it was written to.
#[derive(Clone, Copy, Default)]
struct Times {
    first: Option<u64>,
    last: u64,
    head: u64,
}

fn check(id: &str) -> Result<(), StoreError> {
    check_id(id).map_err(|failure| StoreError::Invalid(failure.message))
}

fn conflict(id: &str, what: &str) -> StoreError {
    StoreError::Conflict { what: format!("the checkpoint '{id}' {what}"), current: None }
}

fn show(id: &str, tenant: &str, recorded: &Recorded, holder: Option<String>, times: Times) -> RecordedRun {
    let ended = recorded.ended.as_ref().map(|ended| &ended.value);
    let status = match ended.map(|ended| ended.status) {
        Some(Status::Completed) => RecordedStatus::Completed,
        Some(Status::PartiallyCompleted) => RecordedStatus::PartiallyCompleted,
        Some(Status::Cancelled) => RecordedStatus::Cancelled,
        _ if holder.is_none() && recorded.is_cancelled() => RecordedStatus::Cancelled,
        Some(Status::Failed) => RecordedStatus::Failed,
        Some(Status::Paused) => RecordedStatus::Paused,
        _ if holder.is_some() => RecordedStatus::Running,
        _ => RecordedStatus::Interrupted,
    };
    let started = recorded.started.as_ref().map(|started| &started.value);
    let word = |name: &str| {
        let word = started.and_then(|started| started.definition.get(name)?.as_str());
        word.unwrap_or_default().to_owned()
    };
    let Totals { usage, steps_executed, duration_ms } = recorded.totals.clone();
    RecordedRun {
        id: id.into(),
        tenant: tenant.into(),
        workflow: word("name"),
        pattern: word("pattern"),
        status,
        holder,
        spell: started.and_then(|started| Some(started.spell.as_ref()?.path.clone())),
        started_at: times.first.unwrap_or_default(),
        changed_at: times.last,
        runs: recorded.runs,
        steps_executed,
        duration_ms,
        usage,
        error: ended.and_then(|ended| ended.error.clone()),
        steps: steps(recorded, started.map_or(&Value::Null, |started| &started.definition)),
    }
}

/// Those that began, by their places, and those of the outermost workflow that have not.
fn steps(recorded: &Recorded, definition: &Value) -> Vec<RecordedStep> {
    let mut all: Vec<RecordedStep> = recorded.steps().map(|(place, stepped)| show_step(place, stepped)).collect();
    let is_loop = definition.get("pattern").and_then(Value::as_str) == Some("loop");
    for (at, step) in names(definition).into_iter().enumerate() {
        let place = format!("/{at}");
        let begun = all.iter().any(|known| known.place == place || is_loop && known.step == step);
        if !begun {
            all.push(RecordedStep { place, step, ..pending() });
        }
    }
    // "/10" behind "/9".
    all.sort_by_cached_key(|step| {
        step.place.split(['/', '.']).map(|part| part.parse().unwrap_or(0)).collect::<Vec<u64>>()
    });
    all
}

/// The names of the outermost steps, in the order of their places.
fn names(definition: &Value) -> Vec<String> {
    let list = |within: &Value, name: &str| within.get(name).and_then(Value::as_array).cloned().unwrap_or_default();
    let lists = [list(definition, "steps")]
        .into_iter()
        .chain(list(definition, "branches").into_iter().map(|branch| list(&branch, "steps")))
        .chain([list(definition, "otherwise")]);
    let name = |(at, step): (usize, Value)| {
        step.get("name").and_then(Value::as_str).map_or_else(|| format!("step{}", at + 1), str::to_owned)
    };
    lists.flat_map(|steps| steps.into_iter().enumerate().map(name)).collect()
}

fn pending() -> RecordedStep {
    RecordedStep {
        place: String::new(),
        step: String::new(),
        status: RecordedStepStatus::Pending,
        attempts: 0,
        started_at: None,
        ended_at: None,
        duration_ms: None,
        usage: Default::default(),
        error: None,
    }
}

fn show_step(place: &str, stepped: &Stepped) -> RecordedStep {
    let done = stepped.done.as_ref().map(|done| &done.value);
    RecordedStep {
        place: place.into(),
        step: stepped.step.clone(),
        status: match done.map(|done| done.status) {
            None => RecordedStepStatus::Begun,
            Some(StepStatus::Completed) => RecordedStepStatus::Completed,
            Some(StepStatus::Failed) => RecordedStepStatus::Failed,
            Some(StepStatus::Skipped) => RecordedStepStatus::Skipped,
        },
        attempts: stepped.attempts,
        started_at: stepped.began_at,
        ended_at: stepped.ended_at,
        duration_ms: done.map(|done| done.duration_ms),
        usage: done.map(|done| done.usage.clone()).unwrap_or_default(),
        error: done.and_then(|done| done.error.clone()),
    }
}
