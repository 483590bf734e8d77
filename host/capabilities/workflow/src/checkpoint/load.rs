//! Takes a checkpoint up: reads what earlier runs left, or begins it.

use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Mutex};

use tokio::sync::{Notify, watch};

use llmspell_api::workflow::{Entry, Record};
use llmspell_base::host_memory::{HostMemory, weigh};
use llmspell_base::{Code, Failure};
use llmspell_kernel::{CallContext, Result};
use llmspell_state::{Backend, Lease, StoreError};

use super::recorded::Recorded;
use super::tail::{Pending, Tail};
use super::{Checkpoint, Executed, Interruption, Opened, Site, definition, failed, lease, stream};

const ID_CHARS: usize = 128;

/// How many items are read at once: each may be large.
const PAGE: usize = 16;

/// An item is written in less.
const ITEM_BYTES: usize = 32 << 20;

/// Checks an id: 1 to 128 letters, digits, `.`, `_` and `-`. Fails as "invalid".
pub fn check_id(id: &str) -> Result<()> {
    let plain = |sign: char| sign.is_ascii_alphanumeric() || matches!(sign, '.' | '_' | '-');
    if !id.is_empty() && id.len() <= ID_CHARS && id.chars().all(plain) {
        return Ok(());
    }
    let shown: String = id.chars().take(40).collect();
    let message = format!(
        "a checkpoint's id has 1 to {ID_CHARS} letters, digits, '.', '_' and '-', and not {shown:?}: choose another"
    );
    Err(Failure::invalid(message))
}

/// Why a checkpoint can't be read.
pub enum Unreadable {
    Store(StoreError),
    /// There is no room for it.
    Room(Failure),
    Damaged(String),
}

/// Reads all of it, and the number of its last item.
pub async fn read(
    backend: &dyn Backend,
    tenant: &str,
    id: &str,
    memory: &HostMemory,
    mut each: impl FnMut(u64),
) -> std::result::Result<(Recorded, u64), Unreadable> {
    let (mut recorded, mut head) = (Recorded::default(), 0);
    loop {
        let items = backend.read(tenant, &stream(id), head + 1, PAGE).await.map_err(Unreadable::Store)?;
        if items.is_empty() {
            return Ok((recorded, head));
        }
        for item in items {
            let damaged = |what: &str| Unreadable::Damaged(format!("item {}: {what}", item.number));
            if item.number != head + 1 {
                return Err(damaged("items before it are missing"));
            }
            if item.body.len() > ITEM_BYTES {
                return Err(damaged("it is too large"));
            }
            let _held = memory.take(weigh(&item.body)).map_err(Unreadable::Room)?;
            let entry: Entry = serde_json::from_str(&item.body).map_err(|error| damaged(&error.to_string()))?;
            recorded.totals = entry.totals;
            for record in entry.records {
                recorded.add(record, item.at, memory).map_err(Unreadable::Room)?.map_err(damaged)?;
            }
            head = item.number;
            each(item.at);
        }
    }
}

impl Site {
    /// Takes it, and begins it or compares it with what is executed now.
    pub async fn open(&self, executed: Executed<'_>, cx: &CallContext) -> Result<Opened> {
        let backend = self.backend().await.map_err(|problem| failed(cx, &problem))?;
        let taken = lease::take(&self.store, backend, &self.tenant, executed.id).await;
        let lease = match taken.map_err(|problem| failed(cx, &problem))? {
            Ok(lease) => lease,
            Err(owner) => {
                return Err(conflict(executed.id, &format!("is being executed by {owner}: wait until it ends")));
            }
        };
        let (id, token) = (executed.id, lease.token);
        let opened = self.take_up(backend, executed, lease, cx).await;
        if opened.is_err() {
            let released = backend.release(&self.tenant, &lease::name(id), token).await;
            released.map_err(|problem| failed(cx, &problem))?;
        }
        opened
    }

    async fn take_up(
        &self,
        backend: &dyn Backend,
        executed: Executed<'_>,
        lease: Lease,
        cx: &CallContext,
    ) -> Result<Opened> {
        let read = read(backend, &self.tenant, executed.id, cx.memory(), |_| ()).await;
        let (mut recorded, head) = read.map_err(|why| unreadable(executed.id, why, cx))?;
        let mut pending = Pending::default();
        match &recorded.started {
            None => begin(&mut recorded, &mut pending, &executed, self.spell.clone(), cx)?,
            Some(_) => compare(&recorded, &executed)?,
        }
        let before = recorded.totals.clone();
        let checkpoint = Checkpoint {
            id: executed.id.into(),
            site: self.clone(),
            lease: lease.token.into(),
            recorded: Mutex::new(recorded),
            before: before.clone(),
            pending: Mutex::new(pending),
            wake: Notify::new(),
            written: watch::Sender::new(0),
            tail: tokio::sync::Mutex::new(Tail::behind(head)),
            pausing: AtomicBool::new(false),
            is_closed: AtomicBool::new(true),
        };
        if !checkpoint.is_complete() {
            checkpoint.pending().push(&Record::Run, before);
            checkpoint.recorded().ended = None;
            match checkpoint.flush().await.map_err(|problem| failed(cx, &problem))? {
                None => {}
                Some(Interruption::Failed(failure)) => return Err(failure),
                Some(Interruption::Cancelled) => return Err(cancelled(executed.id)),
            }
        }
        checkpoint.is_closed.store(false, std::sync::atomic::Ordering::SeqCst);
        Ok(Opened(Arc::new(checkpoint)))
    }
}

fn begin(
    recorded: &mut Recorded,
    pending: &mut Pending,
    executed: &Executed<'_>,
    spell: Option<llmspell_api::workflow::SpellFile>,
    cx: &CallContext,
) -> Result<()> {
    let Some(input) = executed.input.clone() else {
        let message = format!("there is no checkpoint '{}' to resume: execute the workflow with it first", executed.id);
        return Err(Failure::new(Code::NotFound, message));
    };
    let (definition, state) = (executed.definition.clone(), executed.state.clone());
    let started = Record::Started { definition, input, state, spell: spell.map(Box::new) };
    pending.push(&started, recorded.totals.clone());
    recorded.add(started, 0, cx.memory())?.map_err(|what| Failure::new(Code::Internal, what))
}

fn compare(recorded: &Recorded, executed: &Executed<'_>) -> Result<()> {
    let id = executed.id;
    if recorded.is_cancelled() {
        return Err(cancelled(id));
    }
    let Some(started) = &recorded.started else { return Ok(()) };
    let (definition, input) = (&started.value.definition, &started.value.input);
    if let Some(what) = definition::difference(definition, &executed.definition) {
        return Err(conflict(id, &format!("is of another definition: {what}; take another id, or delete it")));
    }
    if let Some(what) = executed.input.as_ref().and_then(|now| definition::difference(input, now)) {
        return Err(conflict(id, &format!("was begun with another input: {what}; take another id, or resume it")));
    }
    Ok(())
}

fn cancelled(id: &str) -> Failure {
    conflict(id, "was cancelled: take another id, or delete it")
}

fn conflict(id: &str, what: &str) -> Failure {
    Failure::new(Code::Conflict, format!("the checkpoint '{id}' {what}"))
}

fn unreadable(id: &str, why: Unreadable, cx: &CallContext) -> Failure {
    match why {
        Unreadable::Store(problem) => failed(cx, &problem),
        Unreadable::Room(failure) => {
            Failure { message: format!("the checkpoint '{id}': {}", failure.message), ..failure }
        }
        Unreadable::Damaged(what) => {
            let message = format!("the checkpoint '{id}' is damaged: {what}; delete it, or take another id");
            Failure::new(Code::StoreDamaged, message)
        }
    }
}
