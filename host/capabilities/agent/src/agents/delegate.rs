//! What accompanies a run of a model: it asks the gate and the hooks, does the tool calls and streams to the spell.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use serde_json::{Value, json};

use super::ask::Ask;
use super::charge::{BudgetChain, ModelCharge};
use super::model_hooks::{Attempts, ModelHooks};
use super::model_run::ModelRun;
use super::options::{GenerationOptions, show_settings};
use super::reply::show_calls;
use llmspell_api::agent::{Chunk, InvalidOutput, ToolCall, ToolCallEnd};
use llmspell_api::journal::{ModelCallArgs, ModelCallOutcome};
use llmspell_base::host_memory::{Held, weigh_parsed};
use llmspell_base::{Code, Failure};
use llmspell_kernel::{OpenCall, Recordable};
use llmspell_models::{
    After, Before, Call, Delegate, Estimate, FailedTurn, ModelError, ModelName, Remedy, Request, ToolAnswer, ToolEvent,
    Turn, Usage,
};
use llmspell_policy::{Permission, Right};

pub struct RunDelegate {
    model_run: ModelRun,
    stream: bool,
    work: GenerationOptions,
    /// The request that is under way.
    pending: Mutex<Option<Pending>>,
    object: Mutex<Option<Value>>,
    /// What is wrong with its answer.
    told: AtomicBool,
    /// What the calls of the model and their results take of the host's memory, until the run is over.
    held: Mutex<Held>,
    attempts: Attempts,
}

/// A request that was admitted, and its reservations.
struct Pending {
    call: OpenCall,
    charge: Option<ModelCharge>,
    model: ModelName,
    /// What was streamed of the answer, and the length at which it is looked at next.
    heard: (String, usize),
}

/// Bytes of a tool's result that a model is told. More fills no model's context with anything of use, and each stays in
/// the host for the rest of the run.
const MOST_RESULT: usize = 256 << 10;

/// What a model said in a turn, for the journal.
struct Said<'a>(&'a Turn);

impl Recordable for Said<'_> {
    /// It goes to the host; what of it goes to the guest is counted there.
    fn bytes(&self) -> usize {
        0
    }
    fn record(&self) -> Value {
        let Turn { text, calls, finish_reason, usage, request_id, attempts, .. } = self.0;
        json!(ModelCallOutcome {
            text,
            tool_calls: show_calls(calls),
            finish_reason: finish_reason.as_deref(),
            usage: usage.show(),
            request_id: request_id.as_deref(),
            attempts: *attempts,
        })
    }
}

impl RunDelegate {
    pub fn new(model_run: ModelRun, ask: &Ask) -> Result<RunDelegate, Failure> {
        let held = model_run.cx.memory().take(0)?.into();
        Ok(RunDelegate {
            held,
            model_run,
            stream: ask.stream,
            work: ask.work.clone(),
            pending: Mutex::default(),
            object: Mutex::default(),
            told: AtomicBool::new(false),
            attempts: Attempts::default(),
        })
    }

    /// What the last answer says, where there is a schema.
    pub fn object(&self) -> Option<Value> {
        lock(&self.object).take()
    }

    fn hooks(&self) -> ModelHooks<'_> {
        ModelHooks { model_run: &self.model_run, attempts: &self.attempts }
    }

    /// Checks the grant and the budget of a request, and records it.
    fn admit(&self, request: &Request) -> Result<(), Failure> {
        let model = request.model.to_string();
        let arguments = || {
            let last = request.history.messages().pop();
            json!(ModelCallArgs {
                model: &model,
                turn: request.turn,
                messages: request.history.len(),
                last: last.map(|message| message.show()),
                settings: show_settings(&request.settings),
                tools: &request.tools,
            })
        };
        let call =
            self.model_run.cx.call("model.call", arguments).needs(Permission::of(Right::MODEL, &model)).begin()?;
        let model = request.model.clone();
        *lock(&self.pending) = Some(Pending { call, charge: None, model, heard: Default::default() });
        Ok(())
    }

    fn pending(&self) -> Option<Pending> {
        lock(&self.pending).take()
    }

    async fn pay(&self, usage: &Usage, charge: Option<ModelCharge>) {
        if let Some(charge) = charge {
            self.model_run.agents.pay(charge, usage, &self.model_run.cx).await;
        }
        self.count(usage);
    }

    fn count(&self, usage: &Usage) {
        self.model_run.tally.turn(usage);
        self.model_run.cx.meter().add(usage.input_tokens, usage.output_tokens, usage.cost.map(|cost| cost.0));
    }

    /// Cuts an answer that is longer than its reservation: its provider ignores the requested maximum.
    fn hear(&self, piece: &str) -> Result<(), Failure> {
        let mut pending = lock(&self.pending);
        let Some(Pending { charge, model, heard: (text, next), .. }) = &mut *pending else { return Ok(()) };
        let Some(most) = charge.as_ref().map(ModelCharge::output_tokens) else { return Ok(()) };
        text.push_str(piece);
        if text.len() < *next || text.len() as u64 <= most {
            return Ok(());
        }
        *next = text.len() + text.len() / 4;
        match charge.take_if(|charge| self.is_overrun(charge, model, text)) {
            Some(charge) => Err(charge.overrun(&self.model_run.cx)),
            None => Ok(()),
        }
    }

    /// What a model is told of a call that failed: no more than of a result.
    fn refused(&self, mut why: String) -> Result<ToolAnswer, Failure> {
        why.truncate(why.floor_char_boundary(MOST_RESULT));
        lock(&self.held).grow(why.len())?;
        Ok(ToolAnswer::Error(why))
    }

    /// Whether the answer is longer than its reservation.
    fn is_overrun(&self, charge: &ModelCharge, model: &ModelName, text: &str) -> bool {
        // No token is shorter than a byte.
        let most = charge.output_tokens();
        text.len() as u64 > most && self.model_run.agents.models.models.is_longer(model, text, most)
    }

    /// The answer of a run with a schema: taken, or the model is told once what is wrong, or given up.
    async fn structured(&self, turn: &Turn) -> Result<After, Failure> {
        let Some(schema) = self.work.schema.as_ref().filter(|_| turn.calls.is_empty()) else {
            return Ok(After::Accept);
        };
        match schema.read(&turn.text, &self.model_run.cx).await {
            Ok(object) => {
                lock(&self.held).grow(weigh_parsed(&object))?;
                *lock(&self.object) = Some(object);
                Ok(After::Accept)
            }
            Err(what) if self.told.swap(true, Ordering::Relaxed) => {
                let details = json!(InvalidOutput { text: &turn.text });
                let message =
                    format!("the model's answer does not follow the schema, also after it was told so: {what}");
                Err(Failure { details: Some(details), ..Failure::new(Code::InvalidOutput, message) })
            }
            Err(what) => Ok(After::Again(format!(
                "Your answer does not follow the JSON Schema: {what}. Answer again, with nothing but the JSON value."
            ))),
        }
    }
}

#[async_trait]
impl Delegate for RunDelegate {
    async fn before(&self, request: &mut Request) -> Result<Before, Failure> {
        if let Some(text) = self.hooks().ask_before(request).await? {
            return Ok(Before::Replace(text));
        }
        self.admit(request)?;
        Ok(Before::Ask)
    }

    async fn promise(&self, request: &mut Request, estimate: Estimate<'_>) -> Result<(), Failure> {
        let budgets = BudgetChain { cx: &self.model_run.cx, account: self.model_run.agents.account.as_ref() };
        if !budgets.is_bounded() {
            return Ok(());
        }
        let cost = estimate.of(request).await;
        match budgets.open(&request.model, cost).await {
            Ok(charge) => {
                request.settings.max_tokens = Some(charge.output_tokens());
                if let Some(pending) = &mut *lock(&self.pending) {
                    pending.charge = Some(charge);
                }
                Ok(())
            }
            Err(failure) => {
                if let Some(pending) = self.pending() {
                    let _ = pending.call.settle::<()>(Err(failure.clone()));
                }
                Err(failure)
            }
        }
    }

    async fn after(&self, turn: &mut Turn) -> Result<After, Failure> {
        // Where a hook answered, no model was asked.
        if let Some(Pending { call, mut charge, .. }) = self.pending() {
            let mut said = format!("{}{}", turn.reasoning, turn.text);
            turn.calls.iter().for_each(|call| said.push_str(&call.arguments.to_string()));
            if let Some(charge) = charge.take_if(|charge| self.is_overrun(charge, &turn.model, &said)) {
                // As where it is streamed.
                let failure = charge.overrun(&self.model_run.cx);
                self.count(&turn.usage);
                call.settle::<()>(Err(failure.clone()))?;
                return Err(failure);
            }
            self.pay(&turn.usage, charge).await;
            call.settle(Ok(Said(turn)))?;
        }
        // Held twice: in the model's reply, and while the calls are made.
        lock(&self.held).grow(2 * turn.calls.iter().map(|call| weigh_parsed(&call.arguments)).sum::<usize>())?;
        if let Some(again) = self.hooks().ask_after(turn).await? {
            return Ok(After::Again(again));
        }
        let after = self.structured(turn).await?;
        if let After::Again(why) = &after
            && self.stream
        {
            self.model_run.cx.chunk(json!(Chunk::Again(why.clone()))).await?;
        }
        Ok(after)
    }

    async fn failed(&self, failed: &FailedTurn<'_>) -> Result<Remedy, Failure> {
        let asked = !matches!(
            failed.error,
            ModelError::Invalid { .. } | ModelError::NoProvider { .. } | ModelError::NoKey { .. }
        );
        if let Some(Pending { call, charge, heard, .. }) = self.pending() {
            // A stream that broke off had begun to answer.
            let (charge, free) = match failed.error.is_free() && heard.0.is_empty() {
                true => (None, charge),
                false => (charge, None),
            };
            if let Some(free) = free {
                free.free().await;
            }
            if asked {
                self.pay(failed.usage, charge).await;
            }
            call.settle::<()>(Err(Failure::from(failed.error))).or_else(|failure| {
                // What comes back is the same failure, unless a budget ended here.
                if failure.is(Code::Budget) { Err(failure) } else { Ok(()) }
            })?;
        }
        self.hooks().ask_failed(failed).await
    }

    async fn call(&self, call: Call) -> Result<ToolAnswer, Failure> {
        if !self.model_run.tally.begin_call(self.work.limits.tool_calls) {
            let most = self.work.limits.tool_calls.unwrap_or_default();
            return Err(Failure::new(Code::Budget, format!("the run's limit of {most} tool calls is used up")));
        }
        match self.model_run.agents.tools.invoke(&call.name, call.arguments, &self.model_run.cx).await {
            Ok(Value::String(text)) if text.len() <= MOST_RESULT => {
                lock(&self.held).grow(text.len())?;
                Ok(ToolAnswer::Text(text))
            }
            Ok(value) => {
                let bytes = value.to_string().len();
                if bytes > MOST_RESULT {
                    return Ok(ToolAnswer::Error(format!(
                        "The result is too large: {bytes} bytes, {MOST_RESULT} are allowed."
                    )));
                }
                lock(&self.held).grow(weigh_parsed(&value))?;
                Ok(ToolAnswer::Json(value))
            }
            // With these the whole run has to end: a model would try again and again.
            Err(failure) if failure.is(Code::Budget) || failure.is(Code::Nesting) => Err(failure),
            // A hook's reason is all that the model is told.
            Err(failure) if failure.is(Code::Cancelled) => self.refused(failure.message),
            Err(failure) => self.refused(failure.to_string()),
        }
    }

    async fn text(&self, piece: &str) -> Result<(), Failure> {
        self.hear(piece)?;
        self.model_run.cx.text(piece).await
    }

    async fn reasoning(&self, piece: &str) -> Result<(), Failure> {
        self.hear(piece)?;
        self.model_run.cx.chunk(json!(Chunk::Reasoning(piece.into()))).await
    }

    async fn arguments(&self, piece: &str) -> Result<(), Failure> {
        self.hear(piece)
    }

    async fn tool(&self, event: ToolEvent<'_>) -> Result<(), Failure> {
        let chunk = match event {
            ToolEvent::Begins(call) => Chunk::Tool(ToolCall {
                id: call.id.clone(),
                name: call.name.clone(),
                arguments: call.arguments.clone(),
            }),
            ToolEvent::Ended { call, ok } => {
                let end = ToolCallEnd { id: call.id.clone(), name: call.name.clone(), ok };
                self.model_run.tally.end_call(end.clone());
                Chunk::ToolResult(end)
            }
        };
        match self.stream {
            true => self.model_run.cx.chunk(json!(chunk)).await,
            false => Ok(()),
        }
    }
}

impl Drop for RunDelegate {
    /// A request that was cut off may have cost something all the same.
    fn drop(&mut self) {
        if let Some(Pending { call: open, charge, .. }) = self.pending() {
            // What it took is unknown: the reservation is charged.
            drop(charge);
            self.count(&Usage::default());
            let cut = Failure::new(Code::Cancelled, "the answer was no longer awaited");
            let _ = open.settle::<()>(Err(cut));
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // Each change is whole, so a panic elsewhere leaves nothing half-done.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
