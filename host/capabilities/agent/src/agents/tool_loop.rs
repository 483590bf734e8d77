//! The loop between a model and its tools, from the prompt to the answer.

use std::sync::Arc;

use tracing::Instrument;

use super::ask::Ask;
use super::delegate::RunDelegate;
use super::model_run::ModelRun;
use super::options::{DEFAULT_PARALLEL, DEFAULT_TURNS, GenerationOptions};
use super::reply::Answer;
use llmspell_base::host_memory::weigh_parsed;
use llmspell_base::{Code, Failure};
use llmspell_kernel::Result;
use llmspell_models::{History, Run, ToolChoice, ToolSpec};

impl ModelRun {
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
