//! One request and its reply.

use std::time::Duration;

use async_trait::async_trait;
use futures::StreamExt;
use rig_agent::run::{OutputMode, PreparedRequest, RunSpec, prepare_request};
use rig_core::completion::{CompletionRequest, CompletionResponse, FinishReason, ToolDefinition};
use rig_core::error::ProviderError;
use rig_core::message::{AssistantContent, Message as RigMessage, Origin, ToolName};
use rig_core::streaming::{Item, StreamEvent};
use serde_json::Value;
use tokio::time::{Instant, timeout_at};

use crate::apart::{Apart, Places};
use crate::connect::Asked;
use crate::error::{ModelError, ProviderAnswer};
use crate::history::replace_text;
use crate::models::Models;
use crate::quiet::{quiet, quietly};
use crate::redact::Redactor;
use crate::reply::Turn;
use crate::request::Request;
use crate::run::Run;
use crate::secret::Secret;
use crate::target::Target;
use crate::usage::Usage;
use llmspell_base::Failure;
use llmspell_base::integers::LongIntegers;

/// The most texts, thoughts and calls of one reply: each is kept, and copied, with all that belongs to it.
const MOST_PARTS: usize = 1_000;

/// Each takes some microseconds.
const PIECES_IN_TURN: usize = 32;

/// Receives a streamed reply.
#[async_trait]
pub trait ReplySink: Send {
    /// Takes the next piece; none is empty. It may wait: the provider then waits with it, but no longer than a whole
    /// request may take. An error cancels the request, and comes back as [`ModelError::Stopped`].
    async fn receive(&mut self, delta: Delta) -> Result<(), Failure>;
}

/// A piece of a streamed reply.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Delta {
    /// Of the answer.
    Text(String),
    /// Of what the model shows of its thoughts.
    Reasoning(String),
    /// Of the arguments of a tool call, as the model writes them.
    Arguments(String),
}

impl Delta {
    /// The piece itself.
    pub fn as_str(&self) -> &str {
        match self {
            Delta::Text(piece) | Delta::Reasoning(piece) | Delta::Arguments(piece) => piece,
        }
    }
}

/// Why a request got no reply.
#[derive(Debug)]
pub struct ExchangeError {
    /// The error itself.
    pub error: ModelError,
    /// As far as it was reported before the failure.
    pub usage: Usage,
}

impl From<ModelError> for ExchangeError {
    fn from(error: ModelError) -> ExchangeError {
        ExchangeError { error, usage: Usage::default() }
    }
}

/// What ends a stream early.
enum Cut {
    Provider(ProviderError),
    Caller(Failure),
    /// The sink did not take the pieces before the time of the whole request was over.
    Unread(Duration),
    /// The reply has so many parts.
    Parts(usize),
}

impl Models {
    /// Sends a request, and waits for the whole reply. With a sink the reply is streamed, and its pieces go there as they
    /// come. Retries where the provider was busy. Dropping the future cancels the provider's request.
    pub async fn exchange(&self, request: Request, sink: Option<&mut dyn ReplySink>) -> Result<Turn, ExchangeError> {
        let (name, number, run, tools_ran) =
            (request.model.clone(), request.turn, request.run.clone(), request.tools_ran);
        let target = self.target(&name)?;
        let asked = target.ask(&name, &request.settings, run.schema.as_ref(), &run.memory)?;
        let forced = Some(&run.tool_choice).filter(|_| number == 1 && !request.tools.is_empty());
        let (prepared, prompt) = quiet(|| prepare(request, &run, &target, &asked))?;
        let (mode, output_tool) = (prepared.output_mode.clone(), prepared.output_tool_name.clone());
        let mut rig = prepared.apply(CompletionRequest::new(prompt));
        // A reply that ends for an unknown reason is still a reply.
        rig.accept_unknown_finish_reasons = true;
        let _place = self.place(&name, &run.tenant).await?;
        asked.fit(&name, &mut rig)?;
        let max_tokens = rig.max_tokens;
        let streams = target.provider().is_none_or(|provider| provider.stream);
        let (sink, afterwards) = if streams { (sink, None) } else { (None, sink) };
        let answer = match sink {
            Some(sink) => {
                let whole = target.provider().map(|provider| provider.timeouts.whole);
                let apart = (&self.apart, asked.apart());
                streamed(&asked, rig, sink, target.key(), whole, apart).await
            }
            None => {
                let call = asked.model.call(rig);
                let call = async move { few_parts(call.await) };
                self.apart.run(&asked.apart(), quietly(call)).await
            }
        };
        let attempts = asked.attempts();
        let mut response = answer.map_err(|(cut, usage)| {
            let error = match cut {
                Cut::Caller(failure) => failure.into(),
                Cut::Unread(limit) => {
                    let said = format!("the reply was not read within {}", crate::http::seconds(limit));
                    ModelError::Timeout { answer: ProviderAnswer::saying(&name, said) }.after(attempts)
                }
                Cut::Parts(count) => {
                    let said = format!("the reply has {count} parts; {MOST_PARTS} are the most");
                    ModelError::TooLarge { answer: ProviderAnswer::saying(&name, said) }.after(attempts)
                }
                Cut::Provider(error) => ModelError::from_rig(error, &name, target.provider()).after(attempts),
            };
            ExchangeError { error, usage }
        })?;
        without_keys(&mut response, &Redactor::new(target.key()));
        let is_output = output_tool.is_some_and(|tool| take_output(&mut response, &tool, &asked.long_integers));
        if mode == OutputMode::Prompted {
            let text = response.text();
            replace_text(&mut response.choice, unfenced(&text).to_owned());
        }
        let mut turn = Turn::unchecked(response, target.answerer(), number, &name, target.key());
        (turn.attempts, turn.max_tokens) = (attempts, max_tokens);
        if let Some(price) = target.provider().and_then(|provider| provider.price_of(&name.model)) {
            let counted = turn.usage.input_tokens.zip(turn.usage.output_tokens);
            turn.usage.cost = counted.map(|(input, output)| price.of(input, output));
        }
        match turn.check(&run, tools_ran, forced.filter(|_| !is_output), target.key(), &asked.long_integers) {
            Ok(()) => {}
            Err(error) => return Err(ExchangeError { error, usage: turn.usage }),
        }
        if let Some(sink) = afterwards {
            let text = if is_output { String::new() } else { turn.text.clone() };
            for piece in [Delta::Reasoning(turn.reasoning.clone()), Delta::Text(text)] {
                if !piece.as_str().is_empty()
                    && let Err(failure) = sink.receive(piece).await
                {
                    return Err(ExchangeError { error: failure.into(), usage: turn.usage });
                }
            }
        }
        Ok(turn)
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
    spec.output_mode = target.output_mode(&request.model, !offered.is_empty(), run.schema.as_ref());
    let prepared = prepare_request(&spec, &asked.capabilities(), &history, offered, None, None)
        .map_err(|error| ModelError::invalid(error.to_string()))?;
    Ok((prepared, prompt))
}

async fn streamed(
    asked: &Asked,
    request: CompletionRequest,
    sink: &mut dyn ReplySink,
    key: Option<&Secret>,
    whole: Option<Duration>,
    (places, apart): (&Places, Apart),
) -> Result<CompletionResponse, (Cut, Usage)> {
    // Other requests wait for the place at the provider: an unread stream does not keep it for longer than a request may
    // take.
    let deadline = whole.and_then(|whole| Some((Instant::now().checked_add(whole)?, whole)));
    let provider = |error| (Cut::Provider(error), Usage::default());
    let mut stream = quiet(|| asked.model.stream(request).map_err(Box::new)).map_err(|error| provider(*error))?;
    let mut pieces = 0_usize;
    // A number may come in two pieces.
    let mut arguments = String::new();
    let (mut text, mut thoughts) = (Redactor::new(key), Redactor::new(key));
    loop {
        let next = quietly(async move {
            let item = stream.next().await;
            (stream, item)
        });
        let item;
        (stream, item) = places.run(&apart, next).await;
        let item = match item {
            None => break,
            Some(item) => item,
        };
        let item = match item {
            Ok(item) => item,
            Err(error) => return Err((Cut::Provider(error), Usage::from_rig(&stream.partial().usage))),
        };
        let delta = match item {
            Item::Event(StreamEvent::Text { text: piece, .. }) => Delta::Text(text.pass_text(&piece)),
            Item::Event(StreamEvent::Reasoning { text: piece, .. }) => Delta::Reasoning(thoughts.pass_text(&piece)),
            Item::Event(StreamEvent::Arguments { json: piece, .. }) => {
                arguments.push_str(&piece);
                Delta::Arguments(piece)
            }
            _ => continue,
        };
        pass_on(sink, delta, deadline).await?;
        // One frame may hold many pieces.
        pieces += 1;
        if pieces.is_multiple_of(PIECES_IN_TURN) {
            tokio::task::yield_now().await;
        }
    }
    for rest in [Delta::Text(text.end_text()), Delta::Reasoning(thoughts.end_text())] {
        pass_on(sink, rest, deadline).await?;
    }
    asked.long_integers.note(arguments.as_bytes());
    places.run(&apart, quietly(async move { few_parts(stream.finish().await) })).await
}

/// Takes the key out of what was decoded: an escape in a call's arguments had hidden it until now.
fn without_keys(response: &mut CompletionResponse, redactor: &Redactor) {
    if redactor.is_idle() {
        return;
    }
    for part in &mut response.choice {
        // What the provider wants back is a copy.
        let native = match part {
            AssistantContent::Text(text) => {
                redactor.clean(&mut text.text);
                &mut text.native
            }
            AssistantContent::Reasoning(reasoning) => {
                redactor.clean(&mut reasoning.text);
                &mut reasoning.native
            }
            AssistantContent::ToolCall(call) => {
                redactor.clean_fields(&mut call.function.arguments);
                call.function.invalid_arguments.iter_mut().for_each(|text| redactor.clean(text));
                &mut call.native
            }
            _ => continue,
        };
        native.iter_mut().for_each(|native| redactor.clean_value(&mut native.item));
    }
}

/// Refuses a reply of too many parts where it was read: dropping them takes long as well.
#[expect(clippy::result_large_err, reason = "made once for each reply, and told at once")]
fn few_parts(reply: Result<CompletionResponse, ProviderError>) -> Result<CompletionResponse, (Cut, Usage)> {
    let reply = reply.map_err(|error| (Cut::Provider(error), Usage::default()))?;
    match reply.choice.len() {
        0..=MOST_PARTS => Ok(reply),
        count => Err((Cut::Parts(count), Usage::from_rig(&reply.usage))),
    }
}

async fn pass_on(
    sink: &mut dyn ReplySink,
    delta: Delta,
    deadline: Option<(Instant, Duration)>,
) -> Result<(), (Cut, Usage)> {
    if delta.as_str().is_empty() {
        return Ok(());
    }
    let received = match deadline {
        None => sink.receive(delta).await.map_err(Cut::Caller),
        Some((deadline, whole)) => match timeout_at(deadline, sink.receive(delta)).await {
            Ok(received) => received.map_err(Cut::Caller),
            Err(_) => Err(Cut::Unread(whole)),
        },
    };
    received.map_err(|cut| (cut, Usage::default()))
}

/// The answer that the model gave as a call of the output tool becomes the text of the turn, which then calls nothing.
/// Whether there is one.
fn take_output(response: &mut CompletionResponse, tool: &str, longs: &LongIntegers) -> bool {
    let output = response.tool_calls().find(|call| call.function.name == *tool).map(|call| {
        let function = &call.function;
        function.invalid_arguments.clone().unwrap_or_else(|| longs.text_of(&function.arguments_value()))
    });
    let Some(output) = output else { return false };
    response.choice.retain(|part| !matches!(part, AssistantContent::ToolCall(_)));
    replace_text(&mut response.choice, output);
    // One that was cut stays cut.
    if response.finish_reason() != Some(FinishReason::Length) {
        *response = std::mem::replace(response, nothing()).with_finish_reason(FinishReason::Stop);
    }
    true
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
