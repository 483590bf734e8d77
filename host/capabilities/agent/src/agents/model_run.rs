//! The run of a model: for which agent, within which budget, and what it used so far.

use super::Agents;
use super::status::Spent;
use super::tally::UsageTally;
use llmspell_budget::{Allowance, BudgetOwner};
use llmspell_kernel::CallContext;

/// A request of a spell, or a run of an agent.
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
