//! A caller of models: it goes through a conversation as the agents do, and writes down what it sees.

use std::sync::Mutex;

use async_trait::async_trait;
use serde_json::{Value, json};

use super::super::*;
use llmspell_base::Failure;

/// Does what a test tells it, and writes down what it was told.
#[derive(Default)]
pub struct Caller {
    pub log: Mutex<Vec<String>>,
    pub text: Mutex<String>,
    pub stream: bool,
    /// Instead of asking.
    pub replace: Option<&'static str>,
    /// Put into the last message of the first request.
    pub rewrite: Option<Value>,
    /// Asked again while the text is not JSON.
    pub json: bool,
    pub shout: bool,
}

/// The result of a conversation.
#[derive(Debug)]
pub struct Said {
    pub reply: Reply,
    /// What was given, and all that was said since.
    pub history: History,
    /// How often a model was asked.
    pub turns: usize,
    /// How many tool calls were answered.
    pub tool_calls: usize,
}

/// A conversation that failed.
#[derive(Debug, thiserror::Error)]
#[error("{error}")]
pub struct Unsaid {
    pub error: ModelError,
    pub turns: usize,
    pub tool_calls: usize,
    pub history: History,
}

impl Caller {
    pub fn streaming(stream: bool) -> Caller {
        Caller { stream, ..Caller::default() }
    }

    /// Goes through the conversation, one tool call after the other.
    pub async fn run(&self, models: &Models, run: Run) -> Result<Said, Box<Unsaid>> {
        let failed = |error| Box::new(Unsaid { error, turns: 0, tool_calls: 0, history: History::default() });
        let mut conversation = Conversation::new(run).map_err(failed)?;
        let (mut turns, mut tool_calls) = (0, 0);
        let reply = loop {
            let step = match conversation.next_step() {
                Ok(Step::Done(reply)) => break Ok(reply),
                Ok(Step::Request(request)) => {
                    turns = request.turn;
                    self.turn(models, &mut conversation, request).await
                }
                Ok(Step::Tools(calls)) => {
                    tool_calls += calls.len();
                    conversation.tool_answers(calls.into_iter().map(|call| self.answer(call)).collect())
                }
                Err(error) => Err(error),
            };
            if let Err(error) = step {
                break Err(error);
            }
        };
        let history = conversation.history();
        match reply {
            Ok(reply) => Ok(Said { reply, history, turns, tool_calls }),
            Err(error) => Err(Box::new(Unsaid { error, turns, tool_calls, history })),
        }
    }

    async fn turn(
        &self,
        models: &Models,
        conversation: &mut Conversation,
        mut request: Request,
    ) -> Result<(), ModelError> {
        self.note(format!("before {} {}", request.turn, request.model));
        if let Some(messages) = self.rewrite.as_ref().filter(|_| request.turn == 1) {
            request.history = History::read(messages)?;
            request.settings.temperature = Some(0.5);
            request.model.model = "other".into();
        }
        let number = request.turn;
        let mut turn = match self.replace {
            Some(text) => Turn::replaced(&request, text.into()),
            None => {
                let mut sink = self;
                let sink = self.stream.then_some(&mut sink as &mut dyn ReplySink);
                models.exchange(request, sink).await.map_err(|failed| {
                    self.note(format!("failed {number} {}", failed.error.code().word()));
                    failed.error
                })?
            }
        };
        let usage = turn.usage.total_tokens;
        self.note(format!("after {} {:?} {:?} {usage:?}", turn.number, turn.text, turn.finish_reason));
        if self.shout {
            turn.text = turn.text.to_uppercase();
        }
        let wrong = self.json && serde_json::from_str::<Value>(&turn.text).is_err();
        conversation.accept(turn)?;
        if wrong { conversation.retry("This is no JSON.".into()) } else { Ok(()) }
    }

    fn answer(&self, PendingCall { call, refused }: PendingCall) -> ToolAnswer {
        if let Some(why) = refused {
            self.note(format!("refused {}", call.name));
            return ToolAnswer::Error(why);
        }
        self.note(format!("call {} {} {}", call.id, call.name, call.arguments));
        match call.name.as_str() {
            "add" => {
                let number = |key: &str| call.arguments[key].as_i64().unwrap_or(0);
                ToolAnswer::Json(json!({ "sum": number("a") + number("b") }))
            }
            "fail" => ToolAnswer::Error("the pipe is blocked".into()),
            _ => ToolAnswer::Text("ok".into()),
        }
    }

    fn note(&self, line: String) {
        self.log.lock().unwrap().push(line);
    }

    pub fn log(&self) -> Vec<String> {
        self.log.lock().unwrap().clone()
    }
}

#[async_trait]
impl ReplySink for &Caller {
    async fn receive(&mut self, delta: Delta) -> Result<(), Failure> {
        match delta {
            Delta::Text(piece) => {
                self.note(format!("text {piece}"));
                self.text.lock().unwrap().push_str(&piece);
            }
            Delta::Reasoning(piece) => self.note(format!("reasoning {piece}")),
            Delta::Arguments(_) => {}
        }
        Ok(())
    }
}

pub fn tool(name: &str) -> ToolSpec {
    let parameters = json!({"type": "object", "properties": {"a": {"type": "integer"}, "b": {"type": "integer"}}});
    ToolSpec { name: name.into(), description: format!("does {name}"), parameters }
}

pub fn tools() -> Vec<ToolSpec> {
    ["add", "fail", "stop"].map(tool).into()
}
