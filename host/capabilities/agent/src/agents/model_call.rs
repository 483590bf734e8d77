//! One call of a model, from the gate to its settlement: admitted, reserved, sent, paid and recorded.

use async_trait::async_trait;
use serde_json::{Value, json};

use super::charge::{BudgetChain, ModelCharge};
use super::model_run::ModelRun;
use super::options::show_settings;
use super::reply::show_calls;
use llmspell_api::agent::Chunk;
use llmspell_api::journal::{ModelCallArgs, ModelCallOutcome};
use llmspell_base::money::CostEstimate;
use llmspell_base::{Code, Failure};
use llmspell_kernel::{OpenCall, Recordable, Result};
use llmspell_models::{Delta, ExchangeError, ModelError, ModelName, ReplySink, Request, Turn, Usage};
use llmspell_policy::{Cost, Permission, Right};

/// A model call that was admitted. Dropped unsettled it was cut off: it is counted, and its reservation is charged.
pub struct ModelCall<'a> {
    model_run: &'a ModelRun,
    model: ModelName,
    /// None once it is settled.
    open: Option<OpenCall>,
    charge: Option<ModelCharge>,
    streamed: Streamed,
}

/// What was streamed of a reply whose length is reserved.
#[derive(Default)]
struct Streamed {
    text: String,
    /// The length at which it is checked next.
    next_check: usize,
}

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

impl<'a> ModelCall<'a> {
    /// Passes the gate: the grant is checked, and the request recorded.
    pub async fn begin(model_run: &'a ModelRun, request: &Request) -> Result<ModelCall<'a>> {
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
        let (cx, permission) = (&model_run.cx, Permission::of(Right::MODEL, &model));
        let cost = match cx.asks() {
            true => Some(cost(model_run.agents.models.models.estimate(request).await)),
            false => None,
        };
        // The record has the last message; somebody who is asked sees them all.
        let whole = cx.needs_approval("model.call", &permission, cost);
        let whole = whole.then(|| {
            let messages: Vec<_> = request.history.messages().iter().map(|message| json!(message.show())).collect();
            json!({ "messages": messages, "offered": request.show_offered() })
        });
        let call = cx.call("model.call", arguments).needs(permission.clone()).content(whole).costs(cost);
        let open = call.begin().await?;
        let (open, model) = (Some(open), request.model.clone());
        Ok(ModelCall { model_run, model, open, charge: None, streamed: Streamed::default() })
    }

    /// Reserves what the request may cost, and lowers its `max_tokens` to what is reserved for the answer. Where nothing
    /// is limited, nothing has to be estimated.
    pub async fn reserve(&mut self, request: &mut Request) -> Result<()> {
        let agents = &self.model_run.agents;
        let budgets = BudgetChain { cx: &self.model_run.cx, account: agents.account.as_ref() };
        if !budgets.is_bounded() {
            return Ok(());
        }
        let estimate = agents.models.models.estimate(request).await;
        match budgets.reserve(&request.model, estimate).await {
            Ok(charge) => {
                request.settings.max_tokens = Some(charge.output_tokens());
                self.charge = Some(charge);
                Ok(())
            }
            Err(failure) => {
                if let Some(open) = self.open.take() {
                    let _ = open.settle::<()>(Err(failure.clone()));
                }
                Err(failure)
            }
        }
    }

    /// Pays for the reply and records it. Fails where the reply is longer than what was reserved for it.
    pub async fn settle(mut self, turn: &Turn) -> Result<()> {
        let (open, mut charge) = (self.open.take(), self.charge.take());
        let mut said = format!("{}{}", turn.reasoning, turn.text);
        turn.calls.iter().for_each(|call| said.push_str(&call.arguments.to_string()));
        let answer = match charge.take_if(|charge| is_overrun(self.model_run, charge, &self.model, &said)) {
            // Charged in full, as a streamed reply that goes on beyond its reservation.
            Some(charge) => {
                let failure = charge.overrun(&self.model_run.cx);
                self.count(&turn.usage);
                Err(failure)
            }
            None => {
                self.pay(&turn.usage, charge).await;
                Ok(Said(turn))
            }
        };
        match open {
            Some(open) => open.settle(answer).map(|_| ()),
            None => answer.map(|_| ()),
        }
    }

    /// Pays what a request took that got no reply, and records the error.
    pub async fn settle_failed(mut self, failed: &ExchangeError) -> Result<()> {
        let (open, mut charge) = (self.open.take(), self.charge.take());
        // A stream that broke off had begun to answer.
        if failed.error.is_free()
            && self.streamed.text.is_empty()
            && let Some(charge) = charge.take()
        {
            charge.free().await;
        }
        if !matches!(
            failed.error,
            ModelError::Invalid { .. } | ModelError::NoProvider { .. } | ModelError::NoKey { .. }
        ) {
            self.pay(&failed.usage, charge).await;
        }
        let settled = open.map_or(Ok(()), |open| open.settle::<()>(Err(Failure::from(&failed.error))));
        // What comes back is the same failure, unless a budget ended here.
        settled.or_else(|failure| if failure.is(Code::Budget) { Err(failure) } else { Ok(()) })
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
    fn check_streamed_length(&mut self, piece: &str) -> Result<()> {
        let Some(most) = self.charge.as_ref().map(ModelCharge::output_tokens) else { return Ok(()) };
        let Streamed { text, next_check } = &mut self.streamed;
        text.push_str(piece);
        if text.len() < *next_check || text.len() as u64 <= most {
            return Ok(());
        }
        *next_check = text.len() + text.len() / 4;
        match self.charge.take_if(|charge| is_overrun(self.model_run, charge, &self.model, text)) {
            Some(charge) => Err(charge.overrun(&self.model_run.cx)),
            None => Ok(()),
        }
    }
}

/// What a call may cost, for who is asked about it.
pub fn cost(estimate: CostEstimate) -> Cost {
    let CostEstimate { input_tokens, output_tokens, price } = estimate;
    price.map_or(Cost::Unknown, |price| Cost::AtMost(price.of(input_tokens, output_tokens)))
}

/// Whether the answer is longer than its reservation.
fn is_overrun(model_run: &ModelRun, charge: &ModelCharge, model: &ModelName, text: &str) -> bool {
    // No token is shorter than a byte.
    let most = charge.output_tokens();
    text.len() as u64 > most && model_run.agents.models.models.is_longer(model, text, most)
}

#[async_trait]
impl ReplySink for ModelCall<'_> {
    async fn receive(&mut self, delta: Delta) -> Result<()> {
        self.check_streamed_length(delta.as_str())?;
        match delta {
            Delta::Text(piece) => self.model_run.cx.text(piece).await,
            Delta::Reasoning(piece) => self.model_run.cx.chunk(json!(Chunk::Reasoning(piece))).await,
            Delta::Arguments(_) => Ok(()),
        }
    }
}

impl Drop for ModelCall<'_> {
    /// A request that was cut off may have cost something all the same.
    fn drop(&mut self) {
        if let Some(open) = self.open.take() {
            // What it took is unknown: the reservation is charged.
            drop(self.charge.take());
            self.count(&Usage::default());
            let cut = Failure::new(Code::Cancelled, "the answer was no longer awaited");
            let _ = open.settle::<()>(Err(cut));
        }
    }
}
