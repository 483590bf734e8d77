//! Runs with tools, hooks and streams, played by the scripted double.

use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use async_trait::async_trait;
use serde_json::{Value, json};

use std::sync::Arc;

use super::super::*;
use llmspell_base::{Code, Failure};

/// Does what a test tells it, and writes down what it was told.
#[derive(Default)]
pub struct RecordingDelegate {
    pub log: Mutex<Vec<String>>,
    pub text: Mutex<String>,
    /// Instead of asking.
    pub replace: Option<&'static str>,
    pub refuse: bool,
    /// Put into the last message of the first request.
    pub rewrite: Option<Value>,
    /// Asked again while the text is not JSON.
    pub json: bool,
    pub shout: bool,
    /// Calls under way, and the most there were.
    pub open: AtomicUsize,
    pub most: AtomicUsize,
}

impl RecordingDelegate {
    fn note(&self, line: String) {
        self.log.lock().unwrap().push(line);
    }

    pub fn log(&self) -> Vec<String> {
        self.log.lock().unwrap().clone()
    }
}

#[async_trait]
impl Delegate for RecordingDelegate {
    async fn before(&self, request: &mut Request) -> Result<Before, Failure> {
        self.note(format!("before {} {}", request.turn, request.model));
        if self.refuse {
            return Err(Failure::denied("not today"));
        }
        if let Some(messages) = self.rewrite.as_ref().filter(|_| request.turn == 1) {
            request.history = History::read(messages).unwrap();
            request.settings.temperature = Some(0.5);
            request.model.model = "other".into();
        }
        Ok(self.replace.map_or(Before::Ask, |text| Before::Replace(text.into())))
    }

    async fn after(&self, turn: &mut Turn) -> Result<After, Failure> {
        let usage = turn.usage.total_tokens;
        self.note(format!("after {} {:?} {:?} {usage:?}", turn.number, turn.text, turn.finish_reason));
        if self.shout {
            turn.text = turn.text.to_uppercase();
        }
        if self.json && serde_json::from_str::<Value>(&turn.text).is_err() {
            return Ok(After::Again("This is no JSON.".into()));
        }
        Ok(After::Accept)
    }

    async fn failed(&self, failed: &FailedTurn<'_>) -> Result<Remedy, Failure> {
        self.note(format!("failed {} {}", failed.number, failed.error.code().word()));
        Ok(Remedy::None)
    }

    async fn call(&self, call: Call) -> Result<ToolAnswer, Failure> {
        let open = self.open.fetch_add(1, Ordering::SeqCst) + 1;
        self.most.fetch_max(open, Ordering::SeqCst);
        for _ in 0..10 {
            tokio::task::yield_now().await;
        }
        self.open.fetch_sub(1, Ordering::SeqCst);
        self.note(format!("call {} {} {}", call.id, call.name, call.arguments));
        Ok(match call.name.as_str() {
            "add" => {
                let number = |key: &str| call.arguments[key].as_i64().unwrap_or(0);
                ToolAnswer::Json(json!({ "sum": number("a") + number("b") }))
            }
            "fail" => ToolAnswer::Error("the pipe is blocked".into()),
            "stop" => return Err(Failure::new(Code::Cancelled, "the plug was pulled")),
            _ => ToolAnswer::Text("ok".into()),
        })
    }

    async fn text(&self, piece: &str) -> Result<(), Failure> {
        self.note(format!("text {piece}"));
        self.text.lock().unwrap().push_str(piece);
        Ok(())
    }

    async fn reasoning(&self, piece: &str) -> Result<(), Failure> {
        self.note(format!("reasoning {piece}"));
        Ok(())
    }

    async fn tool(&self, event: ToolEvent<'_>) -> Result<(), Failure> {
        match event {
            ToolEvent::Begins(call) => self.note(format!("begins {}", call.name)),
            ToolEvent::Ended { call, ok } => self.note(format!("ended {} {ok}", call.name)),
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

async fn play(
    script: &str,
    delegate: RecordingDelegate,
    change: impl FnOnce(&mut Run),
) -> (Result<RunReply, Box<RunError>>, Arc<RecordingDelegate>) {
    let models = Models::scripted(Script::parse(script).unwrap());
    let name = models.resolve(None, Some("openai/gpt-4")).unwrap();
    let mut run = Run { tools: tools(), max_turns: 5, ..Run::new(name, "What is 1 + 2?") };
    change(&mut run);
    let delegate = Arc::new(delegate);
    (models.run(run, delegate.clone()).await, delegate)
}

const ADD: &str = r#"{"tool_calls": [{"name": "add", "arguments": {"a": 1, "b": 2}}], "usage": {"input_tokens": 5, "output_tokens": 2}}
    {"expect": {"last": "{\"sum\":3}", "messages": 3, "tools": ["add"]}, "chunks": ["It ", "is 3."], "usage": {"input_tokens": 9, "output_tokens": 3}}"#;

#[tokio::test]
async fn a_tool_is_called_and_its_answer_goes_back() {
    let (reply, delegate) = play(ADD, RecordingDelegate::default(), |_| {}).await;
    let reply = reply.unwrap();
    assert_eq!((reply.reply.text.as_str(), reply.turns, reply.tool_calls), ("It is 3.", 2, 1));
    assert_eq!((reply.reply.usage.input_tokens, reply.reply.usage.total_tokens), (Some(14), Some(19)));
    assert_eq!(
        delegate.log(),
        [
            "before 1 openai/gpt-4",
            "after 1 \"\" Some(\"tool_calls\") Some(7)",
            "begins add",
            "call call_1_1 add {\"a\":1,\"b\":2}",
            "ended add true",
            "before 2 openai/gpt-4",
            "after 2 \"It is 3.\" Some(\"stop\") Some(12)",
        ]
    );
    let history = reply.history.show();
    assert_eq!(
        history,
        json!([
            {"role": "user", "content": "What is 1 + 2?"},
            {"role": "assistant", "content": "", "tool_calls":
                [{"id": "local_call_1", "name": "add", "arguments": {"a": 1, "b": 2}}]},
            {"role": "tool", "content": "{\"sum\":3}", "tool_call_id": "local_call_1"},
            {"role": "assistant", "content": "It is 3."},
        ])
    );
    let again: History = serde_json::from_value(serde_json::to_value(&reply.history).unwrap()).unwrap();
    assert_eq!(again.show(), history);
}

#[tokio::test]
async fn a_streamed_run_hears_the_pieces() {
    let (reply, delegate) = play(ADD, RecordingDelegate::default(), |run| run.stream = true).await;
    assert_eq!(reply.unwrap().reply.text, "It is 3.");
    let log = delegate.log();
    assert!(log.contains(&"text It ".to_owned()) && log.contains(&"text is 3.".to_owned()), "{log:?}");
    let thoughts = r#"{"reasoning": "hm", "text": "42"}"#;
    let (reply, delegate) = play(thoughts, RecordingDelegate::default(), |run| run.stream = true).await;
    assert_eq!(reply.unwrap().reply.reasoning.as_deref(), Some("hm"));
    assert_eq!(&delegate.log()[1..3], ["reasoning hm", "text 42"]);
}

#[tokio::test]
async fn a_mistake_of_the_model_is_told_to_it() {
    let script = r#"{"tool_calls": [{"name": "ad", "arguments": {}}, {"name": "add", "arguments": {"a": 1}}]}
        {"expect": "There is no tool 'ad'. Your tools are: add, fail, stop.\n{\"sum\":1}", "tool_calls": [{"id": "x", "name": "add", "arguments": "{\"a\": "}]}
        {"expect": "The arguments of 'add' must be a JSON object, but EOF", "tool_calls": [{"name": "fail", "arguments": {}}]}
        {"expect": "the pipe is blocked", "text": "Sorry."}"#;
    let (reply, delegate) = play(script, RecordingDelegate::default(), |_| {}).await;
    assert_eq!(reply.unwrap().reply.text, "Sorry.");
    assert_eq!(delegate.log().iter().filter(|line| line.starts_with("call ")).count(), 2);
    assert_eq!(delegate.log().iter().filter(|line| line.starts_with("ended ") && line.ends_with("false")).count(), 3);
}

#[tokio::test]
async fn calls_of_one_turn_overlap_as_far_as_they_may_and_keep_their_order() {
    let calls =
        |ids: [&str; 4]| json!({"tool_calls": ids.map(|id| json!({"id": id, "name": "add", "arguments": {"a": 1}}))});
    for (parallel, ids) in [(1, ["a", "b", "c", "d"]), (3, ["a", "b", "c", "d"]), (4, ["a", "a", "", "a"])] {
        let script = format!("{}\n{}", calls(ids), r#"{"expect": {"messages": 3}, "text": "done"}"#);
        let (reply, delegate) = play(&script, RecordingDelegate::default(), |run| run.parallel_tools = parallel).await;
        let reply = reply.unwrap();
        assert_eq!((reply.tool_calls, delegate.most.load(Ordering::SeqCst)), (4, parallel));
        let messages = reply.history.messages();
        let ids: std::collections::BTreeSet<_> = messages[1].tool_calls.iter().map(|call| &call.id).collect();
        assert_eq!(ids.len(), 4, "{ids:?}");
    }
}

#[tokio::test]
async fn a_thousand_calls_in_a_turn_are_too_many() {
    let calls: Vec<_> = (0..1000).map(|_| json!({"name": "add", "arguments": {}})).collect();
    let (reply, delegate) =
        play(&json!({ "tool_calls": calls }).to_string(), RecordingDelegate::default(), |_| {}).await;
    let error = reply.unwrap_err();
    assert_eq!(
        (error.error.code().word(), error.to_string().as_str()),
        ("provider", "openai/gpt-4: the model called 1000 tools in one turn; 128 are the most")
    );
    assert!(!delegate.log().iter().any(|line| line.starts_with("call ")));
}

#[tokio::test]
async fn a_run_without_end_ends_and_says_what_it_took() {
    let script = r#"{"tool_calls": [{"name": "add", "arguments": {}}], "usage": {"input_tokens": 5, "output_tokens": 2}, "repeat": 10}"#;
    let error = play(script, RecordingDelegate::default(), |run| run.max_turns = 3).await.0.unwrap_err();
    assert_eq!((error.error.code().word(), error.turns, error.tool_calls), ("budget", 3, 3));
    assert_eq!(error.usage.total_tokens, Some(21));
    assert_eq!(error.error.details()["usage"]["input_tokens"], 15);
    assert!(error.to_string().contains("raise max_turns"), "{error}");
    assert_eq!(error.history.len(), 7);
}

#[tokio::test]
async fn what_the_caller_says_goes() {
    let replaced = RecordingDelegate { replace: Some("from the cache"), ..RecordingDelegate::default() };
    let (reply, _) = play(r#"{"text": "never"}"#, replaced, |_| {}).await;
    let reply = reply.unwrap().reply;
    assert_eq!(
        (reply.text.as_str(), reply.provider.as_str(), reply.usage.total_tokens),
        ("from the cache", "replaced", Some(0))
    );

    let (reply, _) =
        play(r#"{"text": "never"}"#, RecordingDelegate { refuse: true, ..RecordingDelegate::default() }, |_| {}).await;
    let error = reply.unwrap_err();
    assert_eq!((error.error.code().word(), error.to_string().as_str(), error.turns), ("denied", "not today", 0));

    let messages = json!([{"role": "system", "content": "Be a pirate."}, {"role": "user", "content": "Ahoy"}]);
    let rewriting = RecordingDelegate { rewrite: Some(messages), shout: true, ..RecordingDelegate::default() };
    let script = r#"{"match": {"system": "pirate", "last": "Ahoy", "model": "other", "messages": 2}, "text": "aye"}"#;
    let reply = play(script, rewriting, |run| run.system = Some("Be dull.".into())).await.0.unwrap();
    assert_eq!((reply.reply.text.as_str(), reply.reply.model.as_str()), ("AYE", "other"));
    // What was rewritten for the request is not what was said.
    assert_eq!(reply.history.show()[0]["content"], "What is 1 + 2?");
    assert_eq!(reply.history.show()[1]["content"], "AYE");

    let script = r#"{"tool_calls": [{"name": "stop", "arguments": {}}, {"name": "add", "arguments": {}}]}"#;
    let error = play(script, RecordingDelegate::default(), |_| {}).await.0.unwrap_err();
    assert_eq!((error.error.code().word(), error.to_string().as_str()), ("cancelled", "the plug was pulled"));
}

#[tokio::test]
async fn an_answer_that_does_not_fit_is_repaired() {
    let script = r#"{"text": "3, I think"}
        {"expect": {"last": "This is no JSON.", "messages": 3}, "text": "{\"sum\": 3}"}"#;
    let delegate = RecordingDelegate { json: true, ..RecordingDelegate::default() };
    let (reply, _) = play(script, delegate, |run| run.schema = Some(json!({"type": "object"}))).await;
    let reply = reply.unwrap();
    assert_eq!((reply.reply.text.as_str(), reply.turns), ("{\"sum\": 3}", 2));
}

#[tokio::test]
async fn a_failed_request_is_told_and_ends_the_run() {
    let script = r#"{"tool_calls": [{"name": "add", "arguments": {}}], "usage": {"input_tokens": 5, "output_tokens": 2}}
        {"chunks": ["half "], "error": {"status": 429, "message": "slow down", "retry_after": 7}}"#;
    let (reply, delegate) = play(script, RecordingDelegate::default(), |run| run.stream = true).await;
    let error = reply.unwrap_err();
    assert_eq!((error.error.code().word(), error.usage.total_tokens), ("rate-limited", Some(7)));
    assert_eq!(error.error.details()["retry_after_seconds"], 7);
    assert_eq!(&delegate.log()[6..], ["text half ", "failed 2 rate-limited"]);
}

#[tokio::test]
async fn what_no_provider_takes_is_refused_at_once() {
    type Change = fn(&mut Run);
    let cases: [(&str, Change); 5] = [
        ("two tools are named 'add'", |run| run.tools.push(tool("add"))),
        ("no model can be offered a tool named 'web.search'", |run| run.tools.push(tool("web.search"))),
        ("tool_choice: no tool 'ad' is offered; did you mean 'add'?", |run| {
            run.tool_choice = ToolChoice::Tool("ad".into())
        }),
        ("max_turns must be from 1 to 1000, not 0", |run| run.max_turns = 0),
        ("the prompt is empty", |run| run.prompt.clear()),
    ];
    for (wanted, change) in cases {
        let error = play(r#"{"text": "never"}"#, RecordingDelegate::default(), change).await.0.unwrap_err();
        assert_eq!(error.error.code().word(), "invalid");
        assert!(error.to_string().starts_with(wanted), "{error}");
    }
}

#[test]
fn a_run_can_be_polled_anywhere() {
    fn sendable<T: Send>(_: T) {}
    let models = Models::offline();
    sendable(models.run(Run::new(models.resolve(None, None).unwrap(), ""), Arc::new(RecordingDelegate::default())));
}

#[test]
fn a_history_is_shortened_to_whole_exchanges() {
    let call = json!({"role": "assistant", "content": "", "tool_calls": [{"id": "c", "name": "add", "arguments": {}}]});
    let say = |role: &str, text: &str| json!({"role": role, "content": text});
    let all = json!([
        say("system", "s"), say("user", "1"), call, {"role": "tool", "content": "3", "tool_call_id": "c"},
        say("assistant", "2"), say("user", "3"), say("assistant", "4"),
    ]);
    for (most, wanted) in [(100, "s13234"), (6, "s34"), (3, "s34"), (2, "s"), (0, "s")] {
        let mut history = History::read(&all).unwrap();
        history.keep_last(most);
        let texts: String = history.messages().iter().map(Message::joined).collect();
        assert_eq!(texts, wanted, "{most}");
    }
}

#[tokio::test]
async fn a_failure_tells_what_the_run_took() {
    let script =
        r#"{"tool_calls": [{"name": "stop", "arguments": {}}], "usage": {"input_tokens": 5, "output_tokens": 2}}"#;
    let error = play(script, RecordingDelegate::default(), |_| {}).await.0.unwrap_err();
    let failure = Failure::from(error);
    assert_eq!((&*failure.code, failure.message.as_str()), ("cancelled", "the plug was pulled"));
    assert_eq!(
        failure.details.unwrap(),
        json!({"usage": {"input_tokens": 5, "output_tokens": 2, "total_tokens": 7}, "turns": 1})
    );
}

#[test]
fn broken_conversations_are_named() {
    let call = json!({"role": "assistant", "content": "", "tool_calls": [{"id": "c", "name": "add", "arguments": {}}]});
    let user = json!({"role": "user", "content": "hi"});
    for (messages, wanted) in [
        (json!("hi"), "messages must be a list of {role, content}"),
        (json!([{"role": "robot", "content": ""}]), "message 1 of 1: 'role' must be"),
        (
            json!([user, {"role": "user", "contents": ""}]),
            "message 2 of 2: unknown key 'contents'; did you mean 'content'?",
        ),
        (json!([user, call, user]), "the messages: tool call `c` at index 1 has no result in the following message"),
        (
            json!([user, {"role": "tool", "content": "", "tool_call_id": "d"}]),
            "message 2 of 2: the tool_call_id 'd' is none",
        ),
        (json!([user, {"role": "assistant", "content": ""}]), "message 2 of 2: an assistant's message needs"),
        (
            json!([{"role": "user", "content": [{"type": "image", "data": "x", "media_type": "image/png"}]}]),
            "message 1 of 1: an image's 'data' is not base64",
        ),
    ] {
        let error = History::read(&messages).unwrap_err();
        assert_eq!(error.code().word(), "invalid");
        assert!(error.to_string().starts_with(wanted), "{error}");
    }
}
