//! The loop between a model and its tools, from the prompt to the answer.

use std::sync::{Mutex, MutexGuard, PoisonError};

use serde_json::{Value, json};
use tracing::Instrument;

use super::ask::Ask;
use super::model_call::ModelCall;
use super::model_hooks::{ModelHooks, Remedy};
use super::model_run::ModelRun;
use super::options::{DEFAULT_TURNS, GenerationOptions};
use super::reply::Answer;
use llmspell_api::agent::{Chunk, InvalidOutput};
use llmspell_base::host_memory::{Held, weigh_parsed};
use llmspell_base::{Code, Failure};
use llmspell_kernel::Result;
use llmspell_models::{Conversation, History, ReplySink, Request, Run, Step, ToolChoice, ToolSpec, Turn};

/// The loop of one request or one attempt of an agent's run.
pub struct ToolLoop<'a> {
    pub model_run: &'a ModelRun,
    pub ask: &'a Ask,
    hooks: ModelHooks<'a>,
    conversation: Conversation,
    /// What the last answer says, where there is a schema.
    object: Option<Value>,
    /// Whether the model was told what is wrong with its answer.
    schema_feedback_sent: bool,
    /// What the calls of the model and their results take of the host's memory, until the loop ends.
    held: Mutex<Held>,
}

impl ModelRun {
    /// Asks, and does the tool calls that the model makes. With the answer comes what was said.
    pub async fn ask(&self, ask: &Ask) -> Result<(Answer, History)> {
        // Each run has a copy of the schemas, for as long as it takes.
        let schema = ask.work.schema.as_ref().map_or(0, |schema| schema.weight());
        let mut held = self.cx.memory().take(schema)?;
        let marker = self.cx.marker(if self.agent.is_some() { "agent.run" } else { "agent.complete" });
        for name in ask.work.tools.iter().flatten() {
            self.agents.tools.ready(name, &marker).await;
        }
        let run = self.prepare(ask)?;
        held.grow(run.tools.iter().map(|tool| weigh_parsed(&tool.parameters)).sum())?;
        let span = tracing::debug_span!("model_run", model = %ask.model);
        ToolLoop::new(self, ask, run)?.run().instrument(span).await
    }

    fn offered(&self, work: &GenerationOptions) -> Result<Vec<ToolSpec>> {
        let offer = |name: &String| {
            let tool = self.agents.tools.usable(name)?;
            let definition = tool.definition();
            Ok(ToolSpec {
                name: tool.model_name().into(),
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
                Ok(tool) => ToolChoice::Tool(tool.model_name().into()),
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
            tenant: self.agents.tenant.clone(),
            memory: self.cx.memory().clone(),
            ..Run::new(ask.model.clone(), "")
        })
    }
}

impl<'a> ToolLoop<'a> {
    fn new(model_run: &'a ModelRun, ask: &'a Ask, run: Run) -> Result<ToolLoop<'a>> {
        Ok(ToolLoop {
            held: Mutex::new(model_run.cx.memory().take(0)?),
            model_run,
            ask,
            hooks: ModelHooks::new(model_run),
            conversation: Conversation::new(run)?,
            object: None,
            schema_feedback_sent: false,
        })
    }

    async fn run(mut self) -> Result<(Answer, History)> {
        loop {
            match self.conversation.next_step()? {
                Step::Request(request) => self.turn(request).await?,
                Step::Tools(calls) => {
                    let answers = self.call_tools(calls).await?;
                    self.conversation.tool_answers(answers)?;
                }
                Step::Done(reply) => {
                    let said = self.conversation.history().since(self.ask.history.len());
                    return Ok((Answer::of(reply, self.model_run.tally.calls(), self.object), said));
                }
            }
        }
    }

    /// One turn of the model: its reply becomes part of the conversation.
    async fn turn(&mut self, request: Request) -> Result<()> {
        let mut turn = self.reply(request).await?;
        self.bound_calls(&mut turn);
        if let Some(tool) = turn.cut_call() {
            return Err(cut(&turn, &format!("the call of '{tool}'")));
        }
        let feedback = match self.hooks.hook_after_model(&mut turn).await? {
            Some(feedback) => Some(feedback),
            None => self.check_schema(&mut turn).await?,
        };
        // A turn that calls tools is not asked again: their results are what the model is told.
        let feedback = feedback.filter(|_| turn.calls.is_empty());
        self.conversation.accept(turn)?;
        match feedback {
            Some(feedback) => Ok(self.conversation.retry(feedback)?),
            None => Ok(()),
        }
    }

    /// Refuses calls whose arguments the spell could not be given, or that are too large: the model is told so, and its
    /// history does not hold them.
    fn bound_calls(&self, turn: &mut Turn) {
        let problem = |arguments: &Value| {
            if let Err(failure) = self.model_run.cx.bound(arguments, "they") {
                return Some(failure.message.replacen("they: ", "", 1));
            }
            // Held twice: in the model's reply, and while the call is made.
            let held = self.held().grow(2 * weigh_parsed(arguments));
            held.is_err().then(|| "they take more memory than there is".to_owned())
        };
        let problems = turn.calls.iter().map(|call| problem(&call.arguments)).collect::<Vec<_>>();
        for (index, problem) in problems.into_iter().enumerate() {
            problem.into_iter().for_each(|problem| turn.refuse(index, problem));
        }
    }

    /// Asks until there is a reply, or no remedy.
    async fn reply(&mut self, mut request: Request) -> Result<Turn> {
        loop {
            if let Some(text) = self.hooks.hook_before_model(&mut request).await? {
                return Ok(Turn::replaced(&request, text));
            }
            let mut call = ModelCall::begin(self.model_run, &request).await?;
            let mut sent = request.clone();
            call.reserve(&mut sent).await?;
            let sink = self.ask.stream.then_some(&mut call as &mut dyn ReplySink);
            let failed = match self.model_run.agents.models.models.exchange(sent, sink).await {
                Ok(turn) => {
                    call.settle(&turn).await?;
                    return Ok(turn);
                }
                Err(failed) => failed,
            };
            self.conversation.count(&failed.usage);
            call.settle_failed(&failed).await?;
            match self.hooks.hook_model_failed(&request, &failed.error).await? {
                Remedy::None => return Err(failed.error.into()),
                Remedy::Again(other) => request.model = other.unwrap_or(request.model),
                Remedy::Replace(text) => return Ok(Turn::replaced(&request, text)),
            }
        }
    }

    /// Checks the answer of a run with a schema. What the model is to be told, the first time that it does not follow it;
    /// after that it is a failure.
    async fn check_schema(&mut self, turn: &mut Turn) -> Result<Option<String>> {
        let Some(schema) = self.ask.work.schema.as_ref().filter(|_| turn.calls.is_empty()) else {
            return Ok(None);
        };
        let what = match schema.read(&mut turn.text, &self.model_run.cx).await {
            Ok(object) => {
                self.held().grow(weigh_parsed(&object))?;
                self.object = Some(object);
                return Ok(None);
            }
            // The next one would be cut, too.
            Err(_) if turn.is_cut() => return Err(cut(turn, "the answer")),
            Err(what) => what,
        };
        if self.schema_feedback_sent {
            let details = json!(InvalidOutput { text: &turn.text });
            let message = format!("the model's answer does not follow the schema, also after it was told so: {what}");
            return Err(Failure { details: Some(details), ..Failure::new(Code::InvalidOutput, message) });
        }
        self.schema_feedback_sent = true;
        let feedback = format!(
            "Your answer does not follow the JSON Schema: {what}. Answer again, with nothing but the JSON value."
        );
        self.stream(|| Chunk::Again(feedback.clone())).await?;
        Ok(Some(feedback))
    }

    /// Tells the spell, where it listens to the run.
    pub async fn stream(&self, chunk: impl FnOnce() -> Chunk) -> Result<()> {
        match self.ask.stream {
            true => self.model_run.cx.chunk(json!(chunk())).await,
            false => Ok(()),
        }
    }

    pub fn held(&self) -> MutexGuard<'_, Held> {
        // One number: a panic elsewhere leaves nothing half-done.
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Of a reply of which the part that came is of no use.
fn cut(turn: &Turn, what: &str) -> Failure {
    let details = json!(InvalidOutput { text: &turn.text });
    Failure { details: Some(details), ..Failure::new(Code::InvalidOutput, format!("{what} {}", turn.cut_at())) }
}
