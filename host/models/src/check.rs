//! Asks a provider for what spells need, once each, and tells what works.

use async_trait::async_trait;
use serde_json::{Value, json};

use crate::connect::{Connection, find};
use crate::conversation::{Conversation, Step};
use crate::error::ModelError;
use crate::exchange::{Delta, ReplySink};
use crate::model_name::ModelName;
use crate::models::{Models, Source};
use crate::provider::Provider;
use crate::reply::Reply;
use crate::run::Run;
use crate::settings::{Settings, ToolChoice, ToolSpec};
use crate::text::clean;
use crate::tools::ToolAnswer;
use llmspell_base::Failure;
use llmspell_base::host_memory::HostMemory;

mod advice;

use advice::advice;

/// One thing that spells need of a provider.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Need {
    /// The list of its models.
    ModelList,
    /// A reply in one piece.
    Completion,
    /// A reply in pieces.
    Stream,
    /// A call of a tool, whose result goes back.
    ToolCall,
    /// An answer that follows a JSON Schema.
    StructuredAnswer,
}

impl Need {
    /// In words.
    pub fn name(self) -> &'static str {
        match self {
            Need::ModelList => "model list",
            Need::Completion => "completion",
            Need::Stream => "stream",
            Need::ToolCall => "tool call",
            Need::StructuredAnswer => "structured answer",
        }
    }
}

/// What came of asking for one need.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checked {
    /// What was asked for.
    pub need: Need,
    /// Whether it works; `None` if it was not asked for.
    pub works: Option<bool>,
    /// What was seen, on one line: untrusted text is cleaned.
    pub seen: String,
    /// What would help.
    pub advice: Option<String>,
}

/// Enough for each of the answers, also of a model that thinks first.
const OUTPUT_TOKENS: u64 = 256;

/// How much of an answer is shown.
const SHOWN_CHARS: usize = 60;

/// How many models of a list are shown.
const SHOWN_MODELS: usize = 5;

impl Models {
    /// Asks a configured provider for each need in turn, with `model`, its default model or the first one that it lists.
    ///
    /// Errors: what keeps it from being asked at all: "not-found" (no such provider), "auth" (no key), "invalid" (no model
    /// to ask). What the provider does wrong is in the list.
    pub async fn check(&self, provider: &str, model: Option<&str>) -> Result<Vec<Checked>, ModelError> {
        let Source::Providers { connections, .. } = &*self.source else {
            return Err(ModelError::invalid("a double stands in for all providers: there is none to check".into()));
        };
        let connection = find(connections, provider)?;
        let chosen = model.or(connection.provider().default_model.as_deref());
        let shown = ModelName { provider: provider.to_owned(), model: chosen.unwrap_or("*").to_owned() };
        connection.http(&shown, None, &HostMemory::default())?;
        let list = connection.model_list(&shown).await;
        let mut all = vec![listed(&list, chosen, connection)];
        let first = list.ok().flatten().and_then(|list| list.first().cloned());
        let Some(model) = chosen.map(str::to_owned).or(first) else {
            let seen = "no model to ask: name one with --model, or set default_model".to_owned();
            all.push(Checked { need: Need::Completion, works: Some(false), seen, advice: None });
            return Ok(all);
        };
        let check =
            Check { models: self, provider: connection.provider(), name: self.resolve(Some(provider), Some(&model))? };
        all.push(check.completion().await);
        let can_go_on = all.last().is_some_and(|last| last.works == Some(true));
        for need in [Need::Stream, Need::ToolCall, Need::StructuredAnswer] {
            all.push(match (can_go_on, need) {
                (false, _) => {
                    Checked { need, works: None, seen: "not asked, as there is no completion".into(), advice: None }
                }
                (_, Need::Stream) => check.stream().await,
                (_, Need::ToolCall) => check.tool_call().await,
                _ => check.structured_answer().await,
            });
        }
        Ok(all)
    }
}

fn listed(list: &Result<Option<Vec<String>>, ModelError>, chosen: Option<&str>, connection: &Connection) -> Checked {
    let need = Need::ModelList;
    match list {
        Ok(None) => Checked { need, works: None, seen: "not asked: this kind has none here".into(), advice: None },
        Ok(Some(list)) => {
            let mut shown = list.iter().take(SHOWN_MODELS).cloned().collect::<Vec<_>>().join(", ");
            if list.len() > SHOWN_MODELS {
                shown += ", …";
            }
            let missing = chosen.filter(|chosen| !list.is_empty() && !list.iter().any(|one| one == chosen));
            let advice = missing.map(|model| format!("'{}' is none of them", clean(model, None)));
            let count = if list.len() == 1 { "1 model".to_owned() } else { format!("{} models", list.len()) };
            Checked { need, works: Some(true), seen: format!("{count}: {shown}"), advice }
        }
        Err(error) => failed(need, error, connection.provider()),
    }
}

fn failed(need: Need, error: &ModelError, provider: &Provider) -> Checked {
    Checked { need, works: Some(false), seen: error.to_string(), advice: advice(need, error, provider) }
}

struct Check<'a> {
    models: &'a Models,
    provider: &'a Provider,
    name: ModelName,
}

/// Counts what it gets.
#[derive(Default)]
struct Pieces(usize);

#[async_trait]
impl ReplySink for Pieces {
    async fn receive(&mut self, delta: Delta) -> Result<(), Failure> {
        self.0 += usize::from(matches!(delta, Delta::Text(_) | Delta::Reasoning(_)));
        Ok(())
    }
}

impl Check<'_> {
    async fn completion(&self) -> Checked {
        let need = Need::Completion;
        match self.converse(self.run("Say hello."), None).await {
            Ok((reply, _)) => {
                let count = |tokens: Option<u64>| tokens.map_or("?".to_owned(), |tokens| tokens.to_string());
                let (input, output) = (count(reply.usage.input_tokens), count(reply.usage.output_tokens));
                let advice = match (reply.usage.input_tokens, reply.usage.output_tokens) {
                    (Some(_), Some(_)) => None,
                    _ => Some("the server reports no usage: budgets charge what they reserved".to_owned()),
                };
                let seen = format!("{} ({input} + {output} tokens)", shown(&reply.text));
                Checked { need, works: Some(true), seen, advice }
            }
            Err(error) => failed(need, &error, self.provider),
        }
    }

    async fn stream(&self) -> Checked {
        let (need, mut pieces) = (Need::Stream, Pieces::default());
        match self.converse(self.run("Count from one to ten."), Some(&mut pieces)).await {
            Ok(_) if !self.provider.stream => {
                Checked { need, works: None, seen: "not asked, as stream = false".into(), advice: None }
            }
            Ok(_) => {
                let seen = if pieces.0 == 1 { "1 piece".to_owned() } else { format!("{} pieces", pieces.0) };
                Checked { need, works: Some(true), seen, advice: None }
            }
            Err(error) => failed(need, &error, self.provider),
        }
    }

    async fn tool_call(&self) -> Checked {
        let need = Need::ToolCall;
        let run = |tool_choice| Run {
            tools: vec![adder()],
            tool_choice,
            max_turns: 2,
            ..self.run("What is 17 + 25? Call the tool 'add'.")
        };
        let forced = self.converse(run(ToolChoice::Tool("add".into())), None).await;
        let seen = match &forced {
            Ok((reply, _)) => Ok(format!("add was called; then {}", shown(&reply.text))),
            // It took the result, which is what counts here.
            Err(ModelError::TooManyTurns { .. }) => Ok("add was called, again and again".to_owned()),
            Err(error) => Err(error),
        };
        let error = match seen {
            Ok(seen) => return Checked { need, works: Some(true), seen, advice: None },
            Err(error) => error,
        };
        let found = failed(need, error, self.provider);
        match self.converse(run(ToolChoice::Auto), None).await {
            Ok((_, 0)) => found,
            Ok(_) | Err(ModelError::TooManyTurns { .. }) => {
                let advice = "tools work without tool_choice: set none for this provider".to_owned();
                Checked { advice: Some(advice), ..found }
            }
            Err(_) => found,
        }
    }

    async fn structured_answer(&self) -> Checked {
        let need = Need::StructuredAnswer;
        let schema = json!({"type": "object", "properties": {"sum": {"type": "integer"}}, "required": ["sum"],
            "additionalProperties": false});
        let run = Run { schema: Some(schema), ..self.run("What is 17 + 25? Answer with JSON: {\"sum\": …}.") };
        match self.converse(run, None).await {
            Ok((reply, _)) => {
                let value: Option<Value> = serde_json::from_str(&reply.text).ok();
                let works = value.is_some_and(|value| value.get("sum").is_some_and(Value::is_i64));
                let is_cut = !works && reply.finish_reason.as_deref() == Some("length");
                let cut = if is_cut { ", cut at max_tokens" } else { "" };
                let advice = (!works).then(|| advice::NO_SCHEMA.to_owned());
                Checked { need, works: Some(works), seen: shown(&reply.text) + cut, advice }
            }
            Err(error) => failed(need, &error, self.provider),
        }
    }

    fn run(&self, prompt: &str) -> Run {
        let configured = self.provider.max_tokens_of(&self.name.model).unwrap_or(OUTPUT_TOKENS);
        let settings = Settings { max_tokens: Some(configured.min(OUTPUT_TOKENS)), ..Settings::default() };
        Run { settings, ..Run::new(self.name.clone(), prompt) }
    }

    /// Goes through a conversation. With the last reply comes the number of tool calls.
    async fn converse(&self, run: Run, mut sink: Option<&mut Pieces>) -> Result<(Reply, usize), ModelError> {
        let (mut conversation, mut calls) = (Conversation::new(run)?, 0);
        loop {
            match conversation.next_step()? {
                Step::Request(request) => {
                    let sink = sink.as_deref_mut().map(|pieces| pieces as &mut dyn ReplySink);
                    let turn = self.models.exchange(request, sink).await.map_err(|failed| failed.error)?;
                    conversation.accept(turn)?;
                }
                Step::Tools(pending) => {
                    calls += pending.len();
                    let answers = pending.into_iter().map(|pending| match pending.refused {
                        Some(why) => ToolAnswer::Error(why),
                        None => ToolAnswer::Json(json!({ "sum": 42 })),
                    });
                    conversation.tool_answers(answers.collect())?;
                }
                Step::Done(reply) => return Ok((reply, calls)),
            }
        }
    }
}

fn adder() -> ToolSpec {
    let number = json!({ "type": "integer" });
    ToolSpec {
        name: "add".into(),
        description: "Adds two integers".into(),
        parameters: json!({"type": "object", "properties": {"a": number, "b": number}, "required": ["a", "b"]}),
    }
}

fn shown(text: &str) -> String {
    let text = clean(text, None);
    let cut: String = text.chars().take(SHOWN_CHARS).collect();
    format!("\"{cut}{}\"", if cut.len() < text.len() { "…" } else { "" })
}
