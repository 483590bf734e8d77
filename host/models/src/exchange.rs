//! One request and its reply.

use std::collections::BTreeSet;
use std::time::Duration;

use futures::StreamExt;
use rig_agent::run::{ModelTurn, OutputMode, PreparedRequest, RunSpec, prepare_request};
use rig_core::completion::{CompletionRequest, CompletionResponse, FinishReason, ToolDefinition};
use rig_core::driver::DynModel;
use rig_core::error::ProviderError;
use rig_core::message::{AssistantContent, CallId, Message as RigMessage, Origin, StopReason, ToolName};
use rig_core::operation::Completion;
use rig_core::streaming::{Item, StreamEvent};
use serde_json::Value;
use tokio::time::{Instant, timeout_at};

use crate::connect::{Asked, Target};
use crate::delegate::{Delegate, Turn};
use crate::error::{Answer, ModelError};
use crate::history::replace_text;
use crate::model_name::ModelName;
use crate::models::Models;
use crate::quiet::{quiet, quietly};
use crate::redact::Redactor;
use crate::reply::Reply;
use crate::request::Request;
use crate::run::Run;
use crate::secret::Secret;
use crate::text::clean;
use crate::tools;
use crate::usage::Usage;
use llmspell_base::Failure;

/// A reply, in Rig's form and in this crate's.
pub(crate) struct Exchanged {
    response: CompletionResponse,
    pub(crate) reply: Reply,
    key: Option<Secret>,
    attempts: u32,
}

/// Why there is none.
pub(crate) struct Unanswered {
    pub(crate) error: ModelError,
    pub(crate) usage: Usage,
}

/// What ends a stream early.
enum Cut {
    Provider(ProviderError),
    Caller(Failure),
    /// The delegate did not take the pieces before the time of the whole request was over.
    Unread(Duration),
}

impl Models {
    /// Asks, and waits for the whole reply; its pieces go to the delegate as they come.
    pub(crate) async fn exchange(
        &self,
        request: Request,
        run: &Run,
        delegate: &dyn Delegate,
    ) -> Result<Exchanged, Unanswered> {
        let name = request.model.clone();
        let target = self.target(&name)?;
        let asked = target.ask(&name, &request.settings)?;
        let (prepared, prompt) = quiet(|| prepare(request, run, &target, &asked))?;
        let (mode, output_tool) = (prepared.output_mode.clone(), prepared.output_tool_name.clone());
        let mut rig = prepared.apply(CompletionRequest::new(prompt));
        // What is beyond the API's own words is still a reply.
        rig.accept_unknown_finish_reasons = true;
        let _place = self.place(&name, &run.tenant).await?;
        asked.fit(&name, &mut rig)?;
        let answer = match run.stream {
            true => {
                let whole = target.provider().map(|provider| provider.timeouts.whole);
                streamed(&asked.model, rig, delegate, target.key(), whole).await
            }
            false => quietly(asked.model.call(rig)).await.map_err(|error| (Cut::Provider(error), Usage::default())),
        };
        let attempts = asked.attempts();
        let mut response = answer.map_err(|(cut, usage)| {
            let error = match cut {
                Cut::Caller(failure) => failure.into(),
                Cut::Unread(limit) => {
                    let said = format!("the reply was not read within {}", crate::http::seconds(limit));
                    ModelError::Timeout { answer: Answer::saying(&name, said) }.after(attempts)
                }
                Cut::Provider(error) => ModelError::from_rig(error, &name, target.provider()).after(attempts),
            };
            Unanswered { error, usage }
        })?;
        if let Some(tool) = output_tool {
            take_output(&mut response, &tool);
        }
        if mode == OutputMode::Prompted {
            let text = response.text();
            replace_text(&mut response.choice, unfenced(&text).to_owned());
        }
        let key = target.key().cloned();
        let mut reply = Reply::from_rig(&response, target.answerer(), &name, key.as_ref());
        if let Some(price) = target.provider().and_then(|provider| provider.price) {
            let counted = reply.usage.input_tokens.zip(reply.usage.output_tokens);
            reply.usage.cost = counted.map(|(input, output)| price.of(input, output));
        }
        Ok(Exchanged { response, reply, key, attempts })
    }
}

/// Rig's request, and the message that it ends with.
fn prepare(
    request: Request,
    run: &Run,
    target: &Target<'_>,
    asked: &Asked,
) -> Result<(PreparedRequest, RigMessage), ModelError> {
    let mut history = request.history.0;
    let prompt = history.pop().filter(|last| matches!(last, RigMessage::User { .. }));
    let prompt =
        prompt.ok_or_else(|| ModelError::invalid("the last message must be the user's or the tools'".into()))?;
    let mut spec = RunSpec::new();
    if let Some(RigMessage::System { content }) = history.first() {
        spec.preamble = Some(content.clone());
        history.remove(0);
    }
    spec.temperature = request.settings.temperature;
    spec.max_tokens = request.settings.max_tokens;
    spec.options = request.settings.options();
    spec.output_schema = run.schema.clone();
    spec.accept_unknown_finish_reasons = true;
    let offered = run.tools.iter().filter(|tool| request.tools.contains(&tool.name));
    let offered = offered.map(|tool| {
        let name = ToolName::new(tool.name.as_str()).map_err(|error| ModelError::invalid(error.to_string()))?;
        Ok(ToolDefinition::new(name, tool.description.as_str(), tool.parameters.clone()))
    });
    let offered = offered.collect::<Result<Vec<_>, ModelError>>()?;
    if !offered.is_empty() {
        spec.tool_choice = run.tool_choice.rig(request.turn)?;
    }
    spec.output_mode = target.output_mode(&request.model, !offered.is_empty());
    let prepared = prepare_request(&spec, &asked.capabilities(), &history, offered, None, None)
        .map_err(|error| ModelError::invalid(error.to_string()))?;
    Ok((prepared, prompt))
}

async fn streamed(
    model: &DynModel<Completion>,
    request: CompletionRequest,
    delegate: &dyn Delegate,
    key: Option<&Secret>,
    whole: Option<Duration>,
) -> Result<CompletionResponse, (Cut, Usage)> {
    // Other requests wait for the place at the provider: an unread stream does not keep it for longer than a request may
    // take.
    let deadline = whole.and_then(|whole| Some((Instant::now().checked_add(whole)?, whole)));
    let tell = async |piece, is_text| match deadline {
        None => tell(delegate, piece, is_text).await.map_err(Cut::Caller),
        Some((deadline, whole)) => match timeout_at(deadline, tell(delegate, piece, is_text)).await {
            Ok(told) => told.map_err(Cut::Caller),
            Err(_) => Err(Cut::Unread(whole)),
        },
    };
    let provider = |error| (Cut::Provider(error), Usage::default());
    let mut stream = quiet(|| model.stream(request).map_err(Box::new)).map_err(|error| provider(*error))?;
    let (mut text, mut thoughts) = (Redactor::new(key), Redactor::new(key));
    while let Some(item) = quietly(stream.next()).await {
        let item = match item {
            Ok(item) => item,
            Err(error) => return Err((Cut::Provider(error), Usage::from_rig(&stream.partial().usage))),
        };
        let heard = match item {
            Item::Event(StreamEvent::Text { text: piece, .. }) => tell(text.pass_text(&piece), true).await,
            Item::Event(StreamEvent::Reasoning { text: piece, .. }) => tell(thoughts.pass_text(&piece), false).await,
            Item::Event(StreamEvent::Arguments { json: piece, .. }) => {
                delegate.arguments(&piece).await.map_err(Cut::Caller)
            }
            _ => Ok(()),
        };
        heard.map_err(|cut| (cut, Usage::default()))?;
    }
    for (rest, is_text) in [(text.end_text(), true), (thoughts.end_text(), false)] {
        tell(rest, is_text).await.map_err(|cut| (cut, Usage::default()))?;
    }
    quietly(stream.finish()).await.map_err(provider)
}

async fn tell(delegate: &dyn Delegate, piece: String, is_text: bool) -> Result<(), Failure> {
    match (piece.is_empty(), is_text) {
        (true, _) => Ok(()),
        (_, true) => delegate.text(&piece).await,
        (_, false) => delegate.reasoning(&piece).await,
    }
}

/// The answer that the model gave as a call of the output tool becomes the text of the turn, which then calls nothing.
fn take_output(response: &mut CompletionResponse, tool: &str) {
    let output = response.tool_calls().find(|call| call.function.name == *tool).map(|call| {
        let function = &call.function;
        function.invalid_arguments.clone().unwrap_or_else(|| function.arguments_value().to_string())
    });
    if let Some(output) = output {
        response.choice.retain(|part| !matches!(part, AssistantContent::ToolCall(_)));
        replace_text(&mut response.choice, output);
        *response = std::mem::replace(response, nothing()).with_finish_reason(FinishReason::Stop);
    }
}

/// Models that are only told to answer with JSON like to put it into a Markdown fence.
fn unfenced(text: &str) -> &str {
    let trimmed = text.trim();
    let inner = trimmed.strip_prefix("```").and_then(|rest| rest.strip_suffix("```"));
    match inner {
        Some(inner) => inner.strip_prefix("json").unwrap_or(inner).trim(),
        None => trimmed,
    }
}

fn nothing() -> CompletionResponse {
    CompletionResponse::new(Vec::new(), rig_core::completion::Usage::new(), Origin::new("", "", ""), Value::Null)
}

impl Exchanged {
    /// A reply that the delegate gave in place of a model.
    pub(crate) fn replaced(name: &ModelName, text: String) -> Exchanged {
        let origin = Origin::new("llmspell.replaced", "replaced", name.model.as_str());
        let usage = rig_core::completion::Usage::new();
        let response = CompletionResponse::new(vec![AssistantContent::text(text)], usage, origin, Value::Null);
        let response = response.with_finish_reason(FinishReason::Stop);
        let reply = Reply { usage: Usage::nothing(), ..Reply::from_rig(&response, "replaced", name, None) };
        Exchanged { response, reply, key: None, attempts: 0 }
    }

    /// Refuses what is no answer. `worked`: tools ran before, so that there may be nothing left to say.
    pub(crate) fn check(&mut self, name: &ModelName, run: &Run, worked: bool) -> Result<(), ModelError> {
        let failed = |said: String| Err(ModelError::failed(name, said));
        if let Some(said) = &self.response.error {
            return failed(clean(said, self.key.as_ref()));
        }
        let calls = self.response.tool_calls().count();
        if calls > tools::TURN_CALLS {
            return failed(format!("the model called {calls} tools in one turn; {} are the most", tools::TURN_CALLS));
        }
        // Nothing could run the call, and the text beside it is not the answer.
        if let Some(call) = self.response.tool_calls().next().filter(|_| run.tools.is_empty()) {
            let tool = clean(call.function.name.as_ref(), self.key.as_ref());
            return failed(format!("the model called the tool '{tool}', but it was offered no tools"));
        }
        // Rig reads a content of a wrong type as none. Only these reasons explain an answer without text.
        let explained = self.response.finish_reason().is_some_and(|reason| reason.truncated_output());
        if calls == 0 && self.reply.text.is_empty() && !explained && !worked {
            return failed("the reply holds no text".to_owned());
        }
        // Two calls with one id could not be told apart, neither by the tools nor by the provider.
        let mut seen = BTreeSet::new();
        for part in &mut self.response.choice {
            if let AssistantContent::ToolCall(call) = part
                && !seen.insert(call.id.clone())
            {
                call.id = CallId::from_wire("");
            }
        }
        Ok(())
    }

    pub(crate) fn turn(&self, number: usize, model: &ModelName) -> Turn {
        Turn {
            number,
            model: model.clone(),
            text: self.reply.text.clone(),
            reasoning: self.reply.reasoning.clone().unwrap_or_default(),
            calls: self.response.tool_calls().enumerate().map(|(at, call)| tools::shown(call, number, at)).collect(),
            finish_reason: self.reply.finish_reason.clone(),
            usage: self.reply.usage.clone(),
            request_id: self.reply.request_id.clone(),
            attempts: self.attempts,
        }
    }

    pub(crate) fn set_text(&mut self, text: String) {
        if text != self.response.text() {
            replace_text(&mut self.response.choice, text.clone());
        }
        self.reply.text = text;
    }

    /// The turn as Rig's state machine takes it. It is told that the turn went well: whether a reply that a filter or
    /// the token limit cut is of use, our caller decides by its finish reason. Each called name is allowed: a call of
    /// an unknown tool is answered like any other.
    pub(crate) fn into_rig(self) -> (Reply, ModelTurn) {
        let names: BTreeSet<String> = self.response.tool_calls().map(|call| call.function.name.to_string()).collect();
        let (stop, reason) = match names.is_empty() {
            true => (StopReason::Stop, FinishReason::Stop),
            false => (StopReason::ToolUse, FinishReason::ToolCalls),
        };
        let head = self.response.head().with_stop(stop);
        let CompletionResponse { choice, usage, .. } = self.response;
        let turn = ModelTurn::new(head, choice, usage, names.clone(), names, Value::Null);
        (self.reply, turn.with_finish_reason(Some(reason)))
    }
}

impl From<ModelError> for Unanswered {
    fn from(error: ModelError) -> Unanswered {
        Unanswered { error, usage: Usage::default() }
    }
}
