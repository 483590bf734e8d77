//! Who goes along with a run of a model: asks the gate, does the tool calls, tells the spell.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use serde_json::{Value, json};

use super::reply::{CallMade, MOST_CALLS};
use super::status::Spent;
use super::work::{Work, show_settings};
use crate::failure::Failure;
use crate::gate::{Answer, Inside, Need, Pass};
use crate::services::model::{
    After, Before, Call, Delegate, FailedTurn, ModelError, Request, ToolAnswer, ToolEvent, Turn, Usage,
};
use crate::services::operation::Spell;

pub struct Attendant {
    pub spell: Spell,
    pub gate: Inside,
    pub stream: bool,
    pub work: Work,
    /// The request that is under way.
    pending: Mutex<Option<Pass>>,
    made: Mutex<Vec<CallMade>>,
    count: AtomicU64,
    object: Mutex<Option<Value>>,
    told: AtomicBool,
    spent: Mutex<Spent>,
}

/// What a model said in a turn, for the journal.
struct Said<'a>(&'a Turn);

impl Answer for Said<'_> {
    /// It goes to the host; what of it goes to the guest is counted there.
    fn bytes(&self) -> usize {
        0
    }
    fn record(&self) -> Value {
        let Turn { text, calls, finish_reason, usage, request_id, attempts, .. } = self.0;
        let calls: Vec<Value> =
            calls.iter().map(|call| json!({ "id": call.id, "name": call.name, "arguments": call.arguments })).collect();
        json!({
            "text": text, "tool_calls": calls, "finish_reason": finish_reason, "usage": usage.show(),
            "request_id": request_id, "attempts": attempts,
        })
    }
}

impl Attendant {
    pub fn new(spell: Spell, gate: Inside, stream: bool, work: Work) -> Attendant {
        Attendant {
            spell,
            gate,
            stream,
            work,
            pending: Mutex::default(),
            made: Mutex::default(),
            count: AtomicU64::new(0),
            object: Mutex::default(),
            told: AtomicBool::new(false),
            spent: Mutex::default(),
        }
    }

    /// What was used so far, for a run that is cut off.
    pub fn spent(&self) -> Spent {
        lock(&self.spent).clone()
    }

    /// What was called so far.
    pub fn made(&self) -> Vec<CallMade> {
        lock(&self.made).clone()
    }

    /// What the last answer says, where there is a schema.
    pub fn object(&self) -> Option<Value> {
        lock(&self.object).take()
    }

    fn admit(&self, request: &Request) -> Result<(), Failure> {
        let model = request.model.to_string();
        let arguments = || {
            let last = request.history.messages().pop();
            json!({
                "model": model, "turn": request.turn, "messages": request.history.len(),
                "last": last.map(|message| message.show()), "settings": show_settings(&request.settings),
                "tools": request.tools,
            })
        };
        let call = crate::gate::Call { name: "model.call", need: Need::Model(&model), bytes: 0, arguments };
        *lock(&self.pending) = Some(self.gate.admit(call)?);
        Ok(())
    }

    fn note(&self, call: &Call, ok: bool) {
        let mut made = lock(&self.made);
        if made.len() < MOST_CALLS {
            made.push(CallMade { id: call.id.clone(), name: call.name.clone(), ok });
        }
    }

    fn pending(&self) -> Option<Pass> {
        lock(&self.pending).take()
    }

    fn count(&self, turns: usize, calls: usize, usage: &Usage) {
        let mut spent = lock(&self.spent);
        (spent.turns, spent.tool_calls) = (turns, spent.tool_calls + calls);
        spent.usage += usage;
    }

    fn meter(&self, usage: &Usage) {
        self.gate.meter().add(usage.input_tokens, usage.output_tokens, usage.cost.map(|cost| cost.0));
    }

    /// The answer of a run with a schema: taken, told what is wrong once, or given up.
    fn structured(&self, turn: &Turn) -> Result<After, Failure> {
        let Some(schema) = self.work.schema.as_ref().filter(|_| turn.calls.is_empty()) else {
            return Ok(After::Accept);
        };
        match schema.read(&turn.text) {
            Ok(object) => {
                *lock(&self.object) = Some(object);
                Ok(After::Accept)
            }
            Err(what) if self.told.swap(true, Ordering::Relaxed) => {
                let details = json!({ "text": turn.text });
                let message = format!("the model's answer does not follow the schema, also when told so: {what}");
                Err(Failure { details: Some(details), ..Failure::new("invalid-output", message) })
            }
            Err(what) => Ok(After::Again(format!(
                "Your answer does not follow the JSON Schema: {what}. Answer again, with nothing but the JSON value."
            ))),
        }
    }
}

#[async_trait]
impl Delegate for Attendant {
    async fn before(&self, request: &mut Request) -> Result<Before, Failure> {
        self.admit(request)?;
        Ok(Before::Ask)
    }

    async fn after(&self, turn: &mut Turn) -> Result<After, Failure> {
        self.count(turn.number, turn.calls.len(), &turn.usage);
        // Nobody was asked where a hook answered.
        if turn.attempts > 0 {
            self.meter(&turn.usage);
        }
        if let Some(pass) = self.pending() {
            self.gate.settle(pass, Ok(Said(turn)))?;
        }
        let after = self.structured(turn)?;
        if let After::Again(why) = &after
            && self.stream
        {
            self.spell.chunk(json!({ "again": why })).await?;
        }
        Ok(after)
    }

    async fn failed(&self, failed: &FailedTurn<'_>) {
        let asked = !matches!(
            failed.error,
            ModelError::Invalid { .. } | ModelError::NoProvider { .. } | ModelError::NoKey { .. }
        );
        if asked {
            self.meter(failed.usage);
        }
        if let Some(pass) = self.pending() {
            // A budget that ends here is seen by whatever comes next.
            let _ = self.gate.settle::<()>(pass, Err(Failure::from(failed.error)));
        }
    }

    async fn call(&self, call: Call) -> Result<ToolAnswer, Failure> {
        let _ = call;
        Ok(ToolAnswer::Error("there are no tools".into()))
    }

    async fn text(&self, piece: &str) -> Result<(), Failure> {
        self.spell.text(piece).await
    }

    async fn reasoning(&self, piece: &str) -> Result<(), Failure> {
        self.spell.chunk(json!({ "reasoning": piece })).await
    }

    async fn tool(&self, event: ToolEvent<'_>) -> Result<(), Failure> {
        let chunk = match event {
            ToolEvent::Begins(call) => {
                json!({ "tool": { "id": call.id, "name": call.name, "arguments": call.arguments } })
            }
            ToolEvent::Ended { call, ok } => {
                self.note(call, ok);
                json!({ "tool_result": { "id": call.id, "name": call.name, "ok": ok } })
            }
        };
        match self.stream {
            true => self.spell.chunk(chunk).await,
            false => Ok(()),
        }
    }
}

impl Drop for Attendant {
    /// A request that was cut off may have cost something all the same.
    fn drop(&mut self) {
        if let Some(pass) = self.pending() {
            self.meter(&Usage::default());
            let _ = self.gate.settle::<()>(pass, Err(Failure::new("cancelled", "nobody waited for the answer")));
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // Each change is whole, so a panic elsewhere leaves nothing half-done.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
