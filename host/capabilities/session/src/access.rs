//! One run's way to its tenant's sessions, and which of them is the current one.

use std::sync::{Arc, Mutex, PoisonError};

use llmspell_api::session::Session;
use llmspell_base::Failure;
use llmspell_capability_state::failure;
use llmspell_kernel::event::Events;
use llmspell_kernel::hook::Hooks;
use llmspell_kernel::listener::SharedListener;
use llmspell_kernel::{CallContext, Result, Run};
use llmspell_policy::{Permission, Right};
use llmspell_state::{Backend, GLOBAL, Store, StoreError};

/// The sessions of the run's tenant. Other capabilities get it by `Run::offered`.
#[derive(Clone)]
pub struct Sessions {
    store: Store,
    tenant: Arc<str>,
    listener: SharedListener,
    pub(crate) hooks: Hooks,
    pub(crate) events: Events,
    current: Arc<Mutex<Option<String>>>,
}

impl Sessions {
    pub(crate) fn new(store: Store, run: &Run, current: Option<String>) -> Sessions {
        Sessions {
            store,
            tenant: run.tenant().into(),
            listener: run.listener.clone(),
            hooks: run.hooks.clone(),
            events: run.events.clone(),
            current: Arc::new(Mutex::new(current)),
        }
    }

    /// The store, and the name to give it. Opens it at the first call.
    pub(crate) async fn backend(&self) -> std::result::Result<(&dyn Backend, &str), StoreError> {
        let tell = |line: &str| {
            // Where the listener fails, the next output of the spell ends the run.
            let _ = self.listener.notice(line);
        };
        Ok((self.store.open(tell).await?, &self.tenant))
    }

    /// How many bytes an artifact may have.
    pub(crate) fn most_bytes(&self) -> u64 {
        self.store.settings().quota.artifact_bytes
    }

    /// The current session of the run.
    pub fn current(&self) -> Option<String> {
        self.current.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(crate) fn set_current(&self, id: Option<String>) {
        *self.current.lock().unwrap_or_else(PoisonError::into_inner) = id;
    }

    /// The session that is named, or else the current one, or else what belongs to none.
    pub(crate) fn session_or_global(&self, session: Option<&str>) -> String {
        session.map(Into::into).or_else(|| self.current()).unwrap_or_else(|| GLOBAL.into())
    }

    /// The same, for work: a problem is what the spell is told.
    pub(crate) async fn open(&self, cx: &CallContext) -> Result<(&dyn Backend, &str)> {
        self.backend().await.map_err(told(cx))
    }

    /// A session; `None` where there is none.
    pub async fn get(&self, id: &str, cx: &CallContext) -> Result<Option<Session>> {
        let (backend, tenant) = self.open(cx).await?;
        backend.session(tenant, id).await.map_err(told(cx))
    }
}

/// What a call needs beside what it passed the gate for.
pub(crate) fn granted(cx: &CallContext, call: &'static str, right: Right, id: &str) -> Result<()> {
    cx.decide(call, &Permission::of(right, id))?.map_or(Ok(()), Err)
}

/// What the spell is told of a problem with the store.
pub(crate) fn told(cx: &CallContext) -> impl FnOnce(StoreError) -> Failure + '_ {
    |problem| failure(cx, &problem)
}
