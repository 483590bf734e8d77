//! A model is asked, until it answers.

use std::sync::Arc;

use super::Agents;
use super::ask::Ask;
use super::delegate::RunDelegate;
use super::options::{DEFAULT_PARALLEL, DEFAULT_TURNS, GenerationOptions};
use super::reply::Answer;
use super::status::Spent;
use super::tally::UsageTally;
use llmspell_base::memory::weigh_parsed;
use llmspell_base::{Code, Failure};
use llmspell_budget::{Allowance, BudgetOwner};
use llmspell_kernel::{CallContext, Result};
use llmspell_models::{History, Run, ToolChoice, ToolSpec};
use tracing::Instrument;

/// Who asks, and for whom.
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

    /// Asks, and does the tool calls that the model makes. With the answer comes what was said.
    pub async fn ask(&self, ask: &Ask) -> Result<(Answer, History)> {
        // Each run has a copy of the schemas, for as long as it takes.
        let schema = ask.work.schema.as_ref().map_or(0, |schema| schema.weight());
        let mut held = self.cx.memory().take(schema)?;
        let run = self.prepare(ask)?;
        held.grow(run.tools.iter().map(|tool| weigh_parsed(&tool.parameters)).sum())?;
        let given = run.history.len();
        let delegate = Arc::new(RunDelegate::new(self.clone(), ask)?);
        let span = tracing::debug_span!("model_run", model = %ask.model);
        let ran = self.agents.models.models.run(run, delegate.clone()).instrument(span).await;
        let ran = ran.map_err(|failed| Failure::from(failed.error))?;
        let answer = Answer::of(ran.reply, self.tally.calls(), delegate.object());
        Ok((answer, ran.history.since(given)))
    }

    /// Within the budget of one run, over all of its attempts; what its tools do counts, too.
    pub fn with_budget(self, budget: Allowance) -> ModelRun {
        if budget == Allowance::default() {
            return self;
        }
        let budget = self.cx.budget().within(BudgetOwner::Agent, budget);
        ModelRun { cx: self.cx.clone().with_budget(budget), ..self }
    }

    fn offered(&self, work: &GenerationOptions) -> Result<Vec<ToolSpec>> {
        let offer = |name: &String| {
            let tool = self.agents.tools.usable(name)?;
            let definition = tool.definition();
            Ok(ToolSpec {
                name: definition.name.clone(),
                description: definition.description.clone(),
                parameters: definition.schema.document().clone(),
            })
        };
        work.tools.iter().flatten().map(offer).collect()
    }

    /// With the tool's own name: spells may write `-` for `_`.
    fn choice(&self, work: &GenerationOptions) -> Result<ToolChoice> {
        Ok(match &work.tool_choice {
            Some(ToolChoice::Tool(name)) => match self.agents.tools.usable(name) {
                Ok(tool) => ToolChoice::Tool(tool.definition().name.clone()),
                // The model's service says which are offered.
                Err(_) => ToolChoice::Tool(name.clone()),
            },
            other => other.clone().unwrap_or_default(),
        })
    }

    fn prepare(&self, ask: &Ask) -> Result<Run> {
        let work = &ask.work;
        if let Some(most) = work.limits.depth.filter(|most| self.cx.depth() as u64 >= *most) {
            let message = format!("calls of the spell's functions may nest {most} deep in this agent's runs");
            return Err(Failure::new(Code::Nesting, message));
        }
        // One more for the round in which the model is told what is wrong with its answer.
        let repair = u64::from(work.schema.is_some());
        Ok(Run {
            system: ask.system.clone(),
            history: ask.history.clone(),
            prompt: ask.prompt.clone(),
            settings: work.settings.clone(),
            tools: self.offered(work)?,
            tool_choice: self.choice(work)?,
            schema: work.schema.as_ref().map(|schema| schema.document().clone()),
            max_turns: (work.max_turns.unwrap_or(DEFAULT_TURNS) + repair) as usize,
            parallel_tools: work.parallel_tools.unwrap_or(DEFAULT_PARALLEL) as usize,
            stream: ask.stream,
            tenant: self.agents.tenant.clone(),
            ..Run::new(ask.model.clone(), "")
        })
    }
}
