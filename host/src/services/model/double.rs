//! Doubles: stand-ins for every provider, each of which says that it is one.
//!
//! They are Rig backends (a wire and its transport), so that a question takes the same way through Rig as a real one.
//! They sit above HTTP: nothing below can retry them.

use futures::stream;
use rig_core::completion::options::{Mapping, OptionFields, OptionMap};
use rig_core::completion::{Accepts, CompletionRequest, FinishReason, ReplayTarget, Usage};
use rig_core::driver::{DynModel, Exchange, Model, Opened, Opening, Transport};
use rig_core::error::{EncodeError, ProviderError};
use rig_core::message::{Api, AssistantContent, Message, UserContent};
use rig_core::operation::{Block, CallFragment, Completion, Finish};
use rig_core::wire::document::{Reassemble, Serves};
use rig_core::wire::{Capabilities, Decoder, Descriptor, Flow, Mode, Out, Wire, WireEvent};
use serde_json::{Value, json};

use super::Script;
use super::turn::{Answer, Tokens, ToolCall};

/// How much of the prompt the offline double repeats.
const ECHO_CHARS: usize = 200;

#[derive(Clone)]
pub(super) enum Double {
    Offline,
    Scripted(Script),
}

impl Double {
    pub(super) fn name(&self) -> &'static str {
        match self {
            Double::Offline => "offline-double",
            Double::Scripted(_) => "scripted-double",
        }
    }

    pub(super) fn model(&self, model: &str) -> DynModel<Completion> {
        let wire = DoubleWire { provider: self.name(), model: model.to_owned() };
        Model::new(wire, self.clone()).erase()
    }
}

impl Transport<DoubleWire> for Double {
    /// Chooses the turn before anything waits: turns go out in the order in which requests came in.
    fn send(&self, request: CompletionRequest, _: Exchange) -> Opening<Frame> {
        let asked = request.chat_history.last().map(text_of).unwrap_or_default();
        match self {
            Double::Offline => {
                let model = request.model.as_deref().unwrap_or_default();
                let text = offline_text(model, &asked);
                // There is no tokenizer here: words stand for tokens.
                let usage = Tokens {
                    input_tokens: request.chat_history.iter().map(|m| words(&text_of(m))).sum(),
                    output_tokens: words(&text),
                };
                Opening::ready(opened(Answer::Text(text), Some(usage)))
            }
            Double::Scripted(script) => match script.take(&asked) {
                Err(why) => Opening::failed(ProviderError::Provider(why)),
                Ok(turn) => Opening::new(async move {
                    tokio::time::sleep(turn.delay).await;
                    Ok(opened(turn.answer, turn.usage))
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

fn opened(answer: Answer, usage: Option<Tokens>) -> Opened<Frame> {
    let (frame, reason) = match answer {
        Answer::Text(text) => (Frame::Text(text), FinishReason::Stop),
        Answer::ToolCalls(calls) => (Frame::Calls(calls), FinishReason::ToolCalls),
        Answer::Error(error) => {
            let body = json!({"error": {"message": error.message}}).to_string();
            return Opened::failed(match http::StatusCode::from_u16(error.status) {
                Ok(status) => ProviderError::from_http_response(status, body),
                Err(_) => ProviderError::from_provider_body(body),
            });
        }
    };
    let usage = usage.map_or_else(Usage::new, |tokens| {
        Usage::new()
            .input_tokens(tokens.input_tokens)
            .output_tokens(tokens.output_tokens)
            .total_tokens(tokens.input_tokens.checked_add(tokens.output_tokens))
    });
    Opened::new(stream::iter([Ok(frame), Ok(Frame::End { usage, reason })]))
}

fn text_of(message: &Message) -> String {
    let parts: Vec<&str> = match message {
        Message::System { content } => vec![content],
        Message::User { content } => (content.iter())
            .filter_map(|part| match part {
                UserContent::Text(text) => Some(text.text.as_str()),
                _ => None,
            })
            .collect(),
        Message::Assistant(turn) => (turn.content.iter())
            .filter_map(|part| match part {
                AssistantContent::Text(text) => Some(text.text.as_str()),
                _ => None,
            })
            .collect(),
    };
    parts.join("\n")
}

fn words(text: &str) -> u64 {
    text.split_whitespace().count() as u64
}

/// What a double says of itself to Rig, and how its frames are read.
#[derive(Clone, Debug)]
struct DoubleWire {
    provider: &'static str,
    model: String,
}

enum Frame {
    Text(String),
    Calls(Vec<ToolCall>),
    End { usage: Usage, reason: FinishReason },
}

impl Wire for DoubleWire {
    type Op = Completion;
    type Payload = CompletionRequest;
    type Frame = Frame;
    type Decoder<'id> = Reading;
    type Reassembler = Document;

    fn describe(&self) -> Descriptor<'_> {
        Descriptor::new(self.provider)
            .model(Some(self.model.as_str()))
            .capabilities(Capabilities::completion(Default::default()))
            .replay(self)
    }

    fn encode(&self, request: CompletionRequest, _: Mode) -> Result<CompletionRequest, EncodeError> {
        Ok(request)
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
            Frame::Calls(calls) => {
                for (index, call) in calls.into_iter().enumerate() {
                    let fragment = CallFragment {
                        id: Some(&format!("call_{index}")),
                        name: Some(&call.name),
                        arguments: Some(&Value::Object(call.arguments).to_string()),
                    };
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
