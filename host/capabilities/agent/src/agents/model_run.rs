//! The run of a model: for which agent, within which budget, and what it used so far.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::Agents;
use super::status::Spent;
use llmspell_api::agent::ToolCallEnd;
use llmspell_budget::{Allowance, BudgetOwner};
use llmspell_kernel::CallContext;
use llmspell_models::Usage;

/// One run of a model: context, usage and agent. It is a request of a spell, or a run of an agent.
#[derive(Clone)]
pub struct ModelRun {
    pub agents: Agents,
    pub cx: CallContext,
    pub tally: UsageTally,
    /// The agent's name.
    pub agent: Option<String>,
    /// Nanoseconds since the spell began.
    began: u64,
}

/// What a run used so far: written down as it happens, so that it is known also of a run that is cut off. Shared by
/// everything that works on the run.
#[derive(Clone, Default)]
pub struct UsageTally(Arc<Mutex<Tally>>);

#[derive(Default)]
struct Tally {
    spent: Spent,
    calls: Vec<ToolCallEnd>,
}

/// As many calls stand in a reply; the number of all is in `spent`.
const MOST_CALLS: usize = 256;

impl ModelRun {
    pub fn new(agents: Agents, cx: CallContext, agent: Option<String>) -> ModelRun {
        let began = agents.clock.elapsed();
        ModelRun { agents, cx, tally: UsageTally::default(), agent, began }
    }

    /// So far.
    pub fn spent(&self) -> Spent {
        Spent { duration_ms: self.duration(), ..self.tally.spent() }
    }

    /// In milliseconds.
    pub fn duration(&self) -> u64 {
        (self.agents.clock.elapsed() - self.began) / 1_000_000
    }

    /// Within the budget of one run, over all of its attempts; what its tools do counts, too.
    pub fn with_budget(self, budget: Allowance) -> ModelRun {
        if budget == Allowance::default() {
            return self;
        }
        let budget = self.cx.budget().within(BudgetOwner::Agent, budget);
        ModelRun { cx: self.cx.clone().with_budget(budget), ..self }
    }
}

impl UsageTally {
    /// A request, whether or not it was answered.
    pub fn turn(&self, usage: &Usage) {
        let mut tally = self.lock();
        tally.spent.turns += 1;
        tally.spent.usage += usage;
    }

    /// One more tool call, if that is within the limit.
    pub fn begin_call(&self, most: Option<u64>) -> bool {
        let mut tally = self.lock();
        if most.is_some_and(|most| tally.spent.tool_calls as u64 >= most) {
            return false;
        }
        tally.spent.tool_calls += 1;
        true
    }

    pub fn end_call(&self, call: ToolCallEnd) {
        let mut tally = self.lock();
        if tally.calls.len() < MOST_CALLS {
            tally.calls.push(call);
        }
    }

    pub fn spent(&self) -> Spent {
        self.lock().spent.clone()
    }

    pub fn calls(&self) -> Vec<ToolCallEnd> {
        self.lock().calls.clone()
    }

    fn lock(&self) -> MutexGuard<'_, Tally> {
        // Sums and whole entries only.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
