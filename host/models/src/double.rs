//! Doubles: stand-ins for every provider, each of which says that it is one.
//!
//! They are Rig backends (a wire and its transport), so that a question takes the same way through Rig as a real one.
//! They sit above HTTP: nothing below can retry them.

use std::time::Duration;

use futures::{StreamExt, stream};
use rig_core::completion::options::{Mapping, OptionFields, OptionMap};
use rig_core::completion::{Accepts, CompletionRequest, FinishReason, ProviderCapabilities, ReplayTarget, Usage};
use rig_core::driver::{DynModel, Exchange, Model, Opened, Opening, Transport};
use rig_core::error::{EncodeError, ProviderError};
use rig_core::message::{Api, AssistantContent, Message, MimeType, UserContent};
use rig_core::operation::{Block, CallFragment, Completion, Finish};
use rig_core::wire::document::{Reassemble, Serves};
use rig_core::wire::{Capabilities, Decoder, Descriptor, Flow, Mode, Out, Wire, WireEvent};
use serde_json::{Value, json};

use crate::history::result_text;
use crate::script::Script;
use crate::turn::{HttpAnswer, RequestSummary, ScriptedAnswer, ScriptedToolCall, Tokens};
use llmspell_base::integers::LongIntegers;

mod vectors;

/// How much of the prompt the offline double repeats.
const ECHO_CHARS: usize = 200;

#[derive(Clone)]
pub(crate) enum Double {
    Offline,
    Scripted(Script),
}

impl Double {
    pub(crate) fn name(&self) -> &'static str {
        match self {
            Double::Offline => "offline-double",
            Double::Scripted(_) => "scripted-double",
        }
    }

    /// A model, which notes the long integers of what it is to say.
    pub(crate) fn model(&self, model: &str, long_integers: &LongIntegers) -> DynModel<Completion> {
        let wire = DoubleWire { provider: self.name(), model: model.to_owned() };
        Model::new(wire, Speaker { double: self.clone(), long_integers: long_integers.clone() }).erase()
    }
}

impl RequestSummary {
    fn new(model: &str, request: &CompletionRequest) -> RequestSummary {
        let system = request.chat_history.iter().filter(|message| matches!(message, Message::System { .. }));
        RequestSummary {
            last: request.chat_history.last().map(text_of).unwrap_or_default(),
            system: system.map(text_of).collect::<Vec<_>>().join("\n"),
            model: model.to_owned(),
            tools: request.tools.iter().map(|tool| tool.name.to_string()).collect(),
            messages: request.chat_history.len(),
        }
    }
}

/// A double that answers one request.
#[derive(Clone)]
struct Speaker {
    double: Double,
    long_integers: LongIntegers,
}

impl Transport<DoubleWire> for Speaker {
    /// Chooses the turn before anything waits: turns go out in the order in which requests came in.
    fn send(&self, (model, request): (String, CompletionRequest), _: Exchange) -> Opening<Frame> {
        let asked = RequestSummary::new(&model, &request);
        match &self.double {
            Double::Offline => {
                let text = offline_text(&model, &asked.last);
                // There is no tokenizer here: words stand for tokens.
                let usage = Tokens {
                    input_tokens: Some(request.chat_history.iter().map(|m| words(&text_of(m))).sum()),
                    output_tokens: Some(words(&text)),
                };
                let chunks = text.split_inclusive(' ').map(str::to_owned).collect();
                let answer = ScriptedAnswer { chunks, usage: Some(usage), ..ScriptedAnswer::default() };
                Opening::ready(opened(answer, Duration::ZERO))
            }
            Double::Scripted(script) => match script.take(&asked) {
                Err(why) => Opening::failed(ProviderError::Provider(why)),
                Ok(turn) => Opening::new({
                    self.long_integers.add(&turn.long_integers);
                    async move {
                        tokio::time::sleep(turn.delay).await;
                        Ok(opened(turn.answer, turn.pause))
                    }
                }),
            },
        }
    }
}

fn offline_text(model: &str, asked: &str) -> String {
    let mut rest = asked.chars();
    let mut start: String = rest.by_ref().take(ECHO_CHARS).collect();
    if rest.next().is_some() {
        start.push('…');
    }
    format!("[offline] No model was asked. \"{model}\" would have been given: {start}")
}

fn opened(answer: ScriptedAnswer, pause: Duration) -> Opened<Frame> {
    let ScriptedAnswer { reasoning, chunks, tool_calls, error, finish_reason, usage } = answer;
    let error = error.map(HttpAnswer::into_rig);
    if chunks.is_empty()
        && tool_calls.is_empty()
        && let Some(error) = error
    {
        return Opened::failed(error);
    }
    let reason = match finish_reason.as_deref() {
        None if tool_calls.is_empty() => FinishReason::Stop,
        None | Some("tool_calls") => FinishReason::ToolCalls,
        Some("stop") => FinishReason::Stop,
        Some("length") => FinishReason::Length,
        Some("content_filter") => FinishReason::ContentFilter,
        Some(other) => FinishReason::Other(other.to_owned()),
    };
    let usage = usage.map_or_else(Usage::new, |tokens| {
        let total = tokens.input_tokens.zip(tokens.output_tokens).and_then(|(input, output)| input.checked_add(output));
        Usage::new().input_tokens(tokens.input_tokens).output_tokens(tokens.output_tokens).total_tokens(total)
    });
    let mut frames: Vec<_> =
        reasoning.into_iter().map(Frame::Reasoning).chain(chunks.into_iter().map(Frame::Text)).map(Ok).collect();
    match error {
        Some(error) => frames.push(Err(error)),
        None if tool_calls.is_empty() => frames.push(Ok(Frame::End { usage, reason })),
        None => frames.extend([Ok(Frame::Calls(tool_calls)), Ok(Frame::End { usage, reason })]),
    }
    let waits = frames.into_iter().enumerate();
    Opened::new(stream::iter(waits).then(move |(index, frame)| async move {
        if index > 0 && !pause.is_zero() {
            tokio::time::sleep(pause).await;
        }
        frame
    }))
}

impl HttpAnswer {
    fn into_rig(self) -> ProviderError {
        let body = json!({"error": {"message": self.message}}).to_string();
        let Ok(status) = http::StatusCode::from_u16(self.status) else {
            return ProviderError::from_provider_body(body);
        };
        let mut headers = http::HeaderMap::new();
        if let Some(seconds) = self.retry_after {
            headers.insert(http::header::RETRY_AFTER, seconds.into());
        }
        ProviderError::from(rig_core::http_client::Error::non_success_with_details(status, headers, body))
    }
}

fn text_of(message: &Message) -> String {
    let parts: Vec<String> = match message {
        Message::System { content } => vec![content.clone()],
        Message::User { content } => (content.iter())
            .filter_map(|part| match part {
                UserContent::Text(text) => Some(text.text.clone()),
                UserContent::ToolResult(result) => Some(result_text(&result.content)),
                UserContent::Image(image) => Some(format!("[{}]", image.media_type.as_ref()?.to_mime_type())),
                _ => None,
            })
            .collect(),
        Message::Assistant(turn) => (turn.content.iter())
            .filter_map(|part| match part {
                AssistantContent::Text(text) => Some(text.text.clone()),
                _ => None,
            })
            .collect(),
    };
    parts.join("\n")
}

fn words(text: &str) -> u64 {
    text.split_whitespace().count() as u64
}

/// Nothing keeps a double from answering by a schema while it has tools.
const COMPOSES: ProviderCapabilities = ProviderCapabilities::new().with_native_output_tool_composition(true);

/// What a double says of itself to Rig, and how its frames are read.
#[derive(Clone, Debug)]
struct DoubleWire {
    provider: &'static str,
    model: String,
}

enum Frame {
    Text(String),
    Reasoning(String),
    Calls(Vec<ScriptedToolCall>),
    End { usage: Usage, reason: FinishReason },
}

impl Wire for DoubleWire {
    type Op = Completion;
    /// The model, and what it is asked.
    type Payload = (String, CompletionRequest);
    type Frame = Frame;
    type Decoder<'id> = Reading;
    type Reassembler = Document;

    fn describe(&self) -> Descriptor<'_> {
        Descriptor::new(self.provider)
            .model(Some(self.model.as_str()))
            .capabilities(Capabilities::completion(COMPOSES))
            .replay(self)
    }

    fn encode(&self, request: CompletionRequest, _: Mode) -> Result<Self::Payload, EncodeError> {
        Ok((self.model.clone(), request))
    }

    fn decoder<'id>(&self) -> Self::Decoder<'id> {
        Reading
    }
}

impl ReplayTarget for DoubleWire {
    fn api(&self) -> Api {
        Api::from_static("llmspell.double")
    }

    fn provider(&self) -> &str {
        self.provider
    }

    fn model(&self) -> &str {
        &self.model
    }

    fn accepts(&self, _: &str) -> Accepts {
        Accepts::ALL
    }

    /// A double has nothing to sample: every setting is as good as obeyed.
    fn map_options(&self, _: &CompletionRequest, fields: OptionFields<'_>) -> OptionMap {
        let obey = |is_set: bool| match is_set {
            true => Mapping::Omit("a double samples nothing"),
            false => Mapping::Nothing,
        };
        OptionMap {
            reasoning: obey(fields.reasoning.is_some()),
            cache: obey(fields.cache.is_some()),
            service_tier: obey(fields.service_tier.is_some()),
            verbosity: obey(fields.verbosity.is_some()),
            parallel_tool_calls: obey(fields.parallel_tool_calls.is_some()),
            top_p: obey(fields.top_p.is_some()),
            seed: obey(fields.seed.is_some()),
            stop: obey(!fields.stop.is_empty()),
        }
    }
}

struct Reading;

impl<'id> Decoder<'id, Completion, Frame> for Reading {
    type Event = Frame;

    fn classify(&self, frame: Frame) -> WireEvent<Frame> {
        WireEvent::Known(frame)
    }

    fn decode(&mut self, frame: Frame, mut out: Out<'id, Completion>) -> Result<Flow, ProviderError> {
        match frame {
            Frame::Text(text) => {
                out.run(Block::Text, &text)?;
                Ok(Flow::More)
            }
            Frame::Reasoning(text) => {
                out.run(Block::Reasoning { redacted: false }, &text)?;
                Ok(Flow::More)
            }
            Frame::Calls(calls) => {
                out.end_run()?;
                for (index, call) in calls.into_iter().enumerate() {
                    let arguments = match call.arguments {
                        Value::String(text) => text,
                        value => value.to_string(),
                    };
                    let (id, name) = (call.id.as_deref(), Some(call.name.as_str()));
                    let fragment = CallFragment { id, name, arguments: Some(&arguments) };
                    out.fragment(Some(index), fragment)?;
                }
                Ok(Flow::More)
            }
            Frame::End { usage, reason } => {
                out.end_run()?;
                out.finish_open()?;
                Ok(out.end(Finish { usage, reason: Some(reason), ..Finish::default() }))
            }
        }
    }
}

/// The reply as a document, which Rig keeps beside what it read. There is no more to a double's.
#[derive(Default)]
struct Document {
    text: String,
}

impl Serves<Completion> for Document {}

impl Reassemble<Frame> for Document {
    fn absorb(&mut self, frame: &Frame) {
        if let Frame::Text(text) = frame {
            self.text.push_str(text);
        }
    }

    fn finish(self) -> Value {
        json!({ "text": self.text })
    }
}
