//! A model's reply: the turn that it is in a conversation, and the answer that a conversation ends with.

use std::collections::{BTreeMap, BTreeSet};

use rig_agent::run::ModelTurn;
use rig_core::completion::{CompletionResponse, FinishReason};
use rig_core::message::{AssistantContent, CallId, Origin, StopReason};
use serde_json::{Map, Value, json};

use crate::error::ModelError;
use crate::history::replace_text;
use crate::http::NO_REASON;
use crate::model_name::ModelName;
use crate::redact::remove;
use crate::request::Request;
use crate::run::Run;
use crate::secret::Secret;
use crate::settings::ToolChoice;
use crate::text::clean;
use crate::tools::{self, Call};
use crate::usage::Usage;
use llmspell_base::integers::LongIntegers;

/// A conversation's last answer.
#[derive(Clone, Debug)]
pub struct Reply {
    /// The answer; JSON text where a schema was asked for. The API key is redacted.
    pub text: String,
    /// What the model showed of its thoughts.
    pub reasoning: Option<String>,
    /// As asked. What the provider calls it is its own text, and would be untrusted.
    pub model: String,
    /// The name of the provider or double that answered.
    pub provider: String,
    /// "stop", "length", "tool_calls", "content_filter", or the provider's own word.
    pub finish_reason: Option<String>,
    /// The tokens and cost of the whole conversation.
    pub usage: Usage,
    /// The provider's id of the request, where it gave one.
    pub request_id: Option<String>,
}

/// A reply to one request, before it becomes part of the conversation.
pub struct Turn {
    /// From 1.
    pub number: usize,
    /// The model that answered.
    pub model: ModelName,
    /// The answer, or what is said beside tool calls. JSON text where the run has a schema. The caller may rewrite it:
    /// this is what the history will hold.
    pub text: String,
    /// What the model showed of its thoughts.
    pub reasoning: String,
    /// The tool calls, in the model's order.
    pub calls: Vec<Call>,
    /// "stop", "length", "tool_calls", "content_filter", or the provider's own word.
    pub finish_reason: Option<String>,
    /// Of this request alone.
    pub usage: Usage,
    /// The provider's id of the request, where it gave one.
    pub request_id: Option<String>,
    /// How often the provider was asked: more than once after retries, never where the caller answered.
    pub attempts: u32,
    /// The most output tokens that the request asked for.
    pub max_tokens: Option<u64>,
    /// The name of the provider or double that answered.
    provider: String,
    response: CompletionResponse,
    refused: Refusals,
}

/// Why calls can't be made, by their places in the turn.
pub(crate) type Refusals = BTreeMap<usize, String>;

impl Turn {
    /// A reply that the caller gives in place of the model.
    pub fn replaced(request: &Request, text: String) -> Turn {
        let origin = Origin::new("llmspell.replaced", "replaced", request.model.model.as_str());
        let usage = rig_core::completion::Usage::new();
        let response = CompletionResponse::new(vec![AssistantContent::text(text)], usage, origin, Value::Null);
        let response = response.with_finish_reason(FinishReason::Stop);
        let turn = Turn::unchecked(response, "replaced", request.turn, &request.model, None);
        Turn { usage: Usage::nothing(), ..turn }
    }

    /// The turn without its calls, which [`Turn::check`] finds.
    pub(crate) fn unchecked(
        response: CompletionResponse,
        provider: &str,
        number: usize,
        model: &ModelName,
        key: Option<&Secret>,
    ) -> Turn {
        let without_key = |text: String| match key.filter(|key| key.is_unmistakable()) {
            Some(key) => remove(key, &text),
            None => text,
        };
        let text = without_key(response.text());
        let mut usage = Usage::from_rig(&response.usage);
        if !text.is_empty() {
            usage.output_tokens = usage.output_tokens.filter(|count| *count > 0);
        }
        Turn {
            number,
            model: model.clone(),
            text,
            reasoning: without_key(response.reasoning()),
            calls: Vec::new(),
            finish_reason: response.finish_reason().and_then(|reason| match reason {
                FinishReason::Stop => Some("stop".to_owned()),
                FinishReason::Length => Some("length".to_owned()),
                FinishReason::ToolCalls => Some("tool_calls".to_owned()),
                FinishReason::ContentFilter => Some("content_filter".to_owned()),
                FinishReason::Other(word) if word == NO_REASON => None,
                FinishReason::Other(word) => Some(clean(&word, key)),
                other => Some(clean(&format!("{other:?}"), key)),
            }),
            usage,
            request_id: response.provider_request_id.as_deref().map(|id| clean(id, key)),
            attempts: 0,
            max_tokens: None,
            provider: provider.to_owned(),
            response,
            refused: Refusals::new(),
        }
    }

    /// Takes the arguments of a call away, which then is not made: the model is told why.
    pub fn refuse(&mut self, call: usize, why: String) {
        self.refused.insert(call, why);
        if let Some(call) = self.calls.get_mut(call) {
            call.arguments = json!({});
        }
        let parts = self.response.choice.iter_mut().filter_map(|part| match part {
            AssistantContent::ToolCall(call) => Some(call),
            _ => None,
        });
        if let Some(part) = parts.into_iter().nth(call) {
            part.function.arguments.clear();
        }
    }

    /// Whether the reply ended because it had as many tokens as it may have. By the Responses API, llama.cpp's server (build
    /// 10434) and transformers serve (5.19) call such a reply completed, so that the number of its tokens counts as well.
    pub fn is_cut(&self) -> bool {
        let all_taken = || self.usage.output_tokens.zip(self.max_tokens).is_some_and(|(count, most)| count >= most);
        self.response.finish_reason() == Some(FinishReason::Length) || all_taken()
    }

    /// The tool whose call was cut before its arguments were whole. The model would write no shorter ones if it was told.
    pub fn cut_call(&self) -> Option<&str> {
        let mut broken = self.response.tool_calls().filter(|call| call.function.invalid_arguments.is_some());
        broken.next().filter(|_| self.is_cut()).map(|call| call.function.name.as_str())
    }

    /// Where a reply was cut, and what to do about it: the end of a message.
    pub fn cut_at(&self) -> String {
        match self.max_tokens {
            Some(most) => format!("was cut at max_tokens ({most}) before it was whole: set a higher max_tokens"),
            None => {
                "was cut at the most tokens that the provider gives, before it was whole: set a higher max_tokens, \
                     if the provider allows that"
                    .to_owned()
            }
        }
    }

    /// Finds the calls. Refuses what is no answer. `tools_ran`: tools ran before, so that there may be nothing left to
    /// say. `forced`: the tool choice that was sent, unless the answer came as a call.
    /// `longs`: those of what the model wrote.
    pub(crate) fn check(
        &mut self,
        run: &Run,
        tools_ran: bool,
        forced: Option<&ToolChoice>,
        key: Option<&Secret>,
        longs: &LongIntegers,
    ) -> Result<(), ModelError> {
        let failed = |said: String| Err(ModelError::failed(&self.model, said));
        if let Some(said) = &self.response.error {
            return failed(clean(said, key));
        }
        let calls = self.response.tool_calls().count();
        if calls > tools::TURN_CALLS {
            return failed(format!("the model called {calls} tools in one turn; {} are the most", tools::TURN_CALLS));
        }
        // Nothing could run the call, and the text beside it is not the answer.
        if let Some(call) = self.response.tool_calls().next().filter(|_| run.tools.is_empty()) {
            let tool = clean(call.function.name.as_ref(), key);
            return failed(format!("the model called the tool '{tool}', but it was offered no tools"));
        }
        if let Some(what) = forced.and_then(|choice| self.disobeyed(choice)) {
            return failed(what);
        }
        // Rig reads a content of a wrong type as none. Only these reasons explain an answer without text.
        let explained = self.response.finish_reason().is_some_and(|reason| reason.truncated_output());
        if calls == 0 && self.text.is_empty() && !explained && !tools_ran {
            return failed("the reply holds no text".to_owned());
        }
        // Two calls with one id could not be told apart, neither by the tools nor by the provider.
        let mut seen = BTreeSet::new();
        for part in &mut self.response.choice {
            if let AssistantContent::ToolCall(call) = part {
                if !seen.insert(call.id.clone()) {
                    call.id = CallId::from_wire("");
                }
                // The Responses API gets its own items back as they came, and servers refuse broken arguments for good.
                call.native.take_if(|native| !has_whole_arguments(&native.item));
            }
        }
        let calls = self.response.tool_calls().enumerate();
        self.calls = calls.map(|(index, call)| Call::from_rig(call, self.number, index)).collect();
        let problems = self.calls.iter().map(|call| longs.problem(&call.arguments)).collect::<Vec<_>>();
        for (index, problem) in problems.into_iter().enumerate() {
            problem.into_iter().for_each(|problem| self.refuse(index, problem));
        }
        Ok(())
    }

    /// What a server did that does not keep to `tool_choice`.
    fn disobeyed(&self, choice: &ToolChoice) -> Option<String> {
        let mut calls = self.response.tool_calls();
        let wanted = match choice {
            ToolChoice::Tool(name) if !calls.any(|call| call.function.name == **name) => format!("'{name}'"),
            ToolChoice::Required if calls.next().is_none() => "a tool".to_owned(),
            _ => return None,
        };
        Some(match self.is_cut() {
            true => format!("the model did not call {wanted}, which tool_choice asks for: its reply {}", self.cut_at()),
            false => format!(
                "the model did not call {wanted}, which tool_choice asks for: some servers do not keep to tool_choice"
            ),
        })
    }

    /// The turn as Rig's state machine takes it. It is told that the turn went well: whether a reply that a filter or
    /// the token limit cut is of use, our caller decides by its finish reason. Each called name is allowed: a call of
    /// an unknown tool is answered like any other.
    pub(crate) fn into_rig(mut self) -> (Reply, ModelTurn, Refusals) {
        if self.text != self.response.text() {
            replace_text(&mut self.response.choice, self.text.clone());
        }
        let names: BTreeSet<String> = self.response.tool_calls().map(|call| call.function.name.to_string()).collect();
        let (stop, reason) = match names.is_empty() {
            true => (StopReason::Stop, FinishReason::Stop),
            false => (StopReason::ToolUse, FinishReason::ToolCalls),
        };
        let head = self.response.head().with_stop(stop);
        let CompletionResponse { choice, usage, .. } = self.response;
        let turn = ModelTurn::new(head, choice, usage, names.clone(), names, Value::Null);
        let reply = Reply {
            text: self.text,
            reasoning: Some(self.reasoning).filter(|text| !text.is_empty()),
            model: self.model.model,
            provider: self.provider,
            finish_reason: self.finish_reason,
            usage: self.usage,
            request_id: self.request_id,
        };
        (reply, turn.with_finish_reason(Some(reason)), self.refused)
    }
}

/// Whether a provider's item that is a call holds an object, or its text.
fn has_whole_arguments(item: &Value) -> bool {
    match item.get("arguments") {
        Some(Value::String(text)) => serde_json::from_str::<Map<String, Value>>(text).is_ok(),
        _ => true,
    }
}
