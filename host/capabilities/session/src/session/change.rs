//! Changes of sessions, with the hooks that are asked before and the events that tell of them.

use llmspell_api::session::{ChangedEvent, Session, Status};
use llmspell_base::{Code, Failure};
use llmspell_kernel::hook::{Decision, Point, Stage};
use llmspell_kernel::{CallContext, Result};
use llmspell_policy::Right;
use llmspell_state::{SessionChange, missing_session};
use serde_json::{Value, json};

use super::request::{self, New, Turn};
use crate::access::{Sessions, granted, told};

const START: Stage =
    Stage::of(&Point::SESSION_START).without_skip().without_replace().without_redirect(None).without_retry();
const SAVE: Stage =
    Stage::of(&Point::SESSION_SAVE).without_skip().without_replace().without_redirect(None).without_retry();
const CHECKPOINT: Stage =
    Stage::of(&Point::SESSION_CHECKPOINT).without_skip().without_replace().without_redirect(None).without_retry();
const RESTORE: Stage =
    Stage::of(&Point::SESSION_RESTORE).without_skip().without_replace().without_redirect(None).without_retry();
const END: Stage =
    Stage::of(&Point::SESSION_END).without_skip().without_replace().without_redirect(None).without_retry();

impl Sessions {
    /// Creates a session, as hooks leave what is written of it.
    pub(super) async fn create(self, new: New, cx: CallContext) -> Result {
        let written = new.written.clone();
        let component = new.id.clone().unwrap_or_default();
        let changed = self.decide(&cx, &START, &component, written.clone()).await?;
        let new = if changed == written { new } else { request::new(changed)? };
        if new.id.clone().unwrap_or_default() != component {
            return Err(Failure::invalid("a hook on session:start can't change the session's id"));
        }
        let New { id, parent, change, .. } = new;
        if let Some(parent) = &parent {
            granted(&cx, "session.create", Right::SESSION, parent)?;
        }
        let (backend, tenant) = self.open(&cx).await?;
        let session = backend.create_session(tenant, id, parent, change).await.map_err(told(&cx))?;
        self.tell("session.created", &session, &cx);
        Ok(json!(session))
    }

    /// Changes a session, as hooks leave what is written of the change.
    pub(super) async fn update(self, id: String, written: Value, cx: CallContext) -> Result {
        let written = self.decide(&cx, &SAVE, &id, written).await?;
        let change = request::change(written)?;
        self.change(&id, change, &cx).await
    }

    /// Has a session stand otherwise.
    pub(super) async fn turn(self, id: String, turn: Turn, cx: CallContext) -> Result {
        let (stage, status) = match turn {
            Turn::Suspend => (&CHECKPOINT, Status::Suspended),
            Turn::Resume => (&RESTORE, Status::Active),
            Turn::Complete => (&END, Status::Completed),
        };
        let session = self.get(&id, &cx).await?.ok_or_else(|| Failure::from(&missing_session(&id)))?;
        self.ask_only(&cx, stage, &session).await?;
        self.change(&id, SessionChange { status: Some(status), ..SessionChange::default() }, &cx).await
    }

    /// Deletes a session with all that belongs to it.
    pub(super) async fn delete(self, id: String, cx: CallContext) -> Result {
        let Some(session) = self.get(&id, &cx).await? else { return Ok(false.into()) };
        self.ask_only(&cx, &END, &session).await?;
        let (backend, tenant) = self.open(&cx).await?;
        let deleted = backend.delete_session(tenant, &id).await.map_err(told(&cx))?;
        if deleted {
            if self.current().as_deref() == Some(&id) {
                self.set_current(None);
            }
            self.tell("session.deleted", &session, &cx);
        }
        Ok(deleted.into())
    }

    async fn change(&self, id: &str, change: SessionChange, cx: &CallContext) -> Result {
        let (backend, tenant) = self.open(cx).await?;
        let session = backend.update_session(tenant, id, change).await.map_err(told(cx))?;
        self.tell("session.changed", &session, cx);
        Ok(json!(session))
    }

    fn tell(&self, event: &str, session: &Session, cx: &CallContext) {
        let about = || json!(ChangedEvent { id: session.id.clone(), status: session.status });
        self.events.announce(event, cx, about);
    }

    async fn decide(&self, cx: &CallContext, stage: &Stage, component: &str, data: Value) -> Result {
        match self.hooks.decide(cx, stage, component, data, || json!({})).await? {
            Decision::Continue(data) => Ok(data),
            // The stage allows no other.
            _ => Err(Failure::new(Code::Internal, "a hook's verdict is not one of its stage")),
        }
    }

    /// Where hooks may keep it from being done, and nothing else.
    async fn ask_only(&self, cx: &CallContext, stage: &Stage, session: &Session) -> Result<()> {
        let about = json!(session);
        if self.decide(cx, stage, &session.id, about.clone()).await? == about {
            return Ok(());
        }
        let what = "a hook changed the session, which only hooks on session:start and session:save can";
        Err(Failure::invalid(what))
    }
}
