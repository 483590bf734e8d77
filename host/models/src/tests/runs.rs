//! Conversations with tools and streams, played by the scripted double.

use serde_json::json;

use super::super::*;
use super::caller::{Caller, Said, Unsaid, tool, tools};

async fn play(script: &str, caller: &Caller, change: impl FnOnce(&mut Run)) -> Result<Said, Box<Unsaid>> {
    let models = Models::scripted(Script::parse(script).unwrap());
    let name = models.resolve(None, Some("openai/gpt-4")).unwrap();
    let mut run = Run { tools: tools(), max_turns: 5, ..Run::new(name, "What is 1 + 2?") };
    change(&mut run);
    caller.run(&models, run).await
}

const ADD: &str = r#"{"tool_calls": [{"name": "add", "arguments": {"a": 1, "b": 2}}], "usage": {"input_tokens": 5, "output_tokens": 2}}
    {"expect": {"last": "{\"sum\":3}", "messages": 3, "tools": ["add"]}, "chunks": ["It ", "is 3."], "usage": {"input_tokens": 9, "output_tokens": 3}}"#;

#[tokio::test]
async fn a_tool_is_called_and_its_answer_goes_back() {
    let caller = Caller::default();
    let reply = play(ADD, &caller, |_| {}).await.unwrap();
    assert_eq!((reply.reply.text.as_str(), reply.turns, reply.tool_calls), ("It is 3.", 2, 1));
    assert_eq!((reply.reply.usage.input_tokens, reply.reply.usage.total_tokens), (Some(14), Some(19)));
    assert_eq!(
        caller.log(),
        [
            "before 1 openai/gpt-4",
            "after 1 \"\" Some(\"tool_calls\") Some(7)",
            "call call_1_1 add {\"a\":1,\"b\":2}",
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
    let caller = Caller::streaming(true);
    assert_eq!(play(ADD, &caller, |_| {}).await.unwrap().reply.text, "It is 3.");
    let log = caller.log();
    assert!(log.contains(&"text It ".to_owned()) && log.contains(&"text is 3.".to_owned()), "{log:?}");
    let (thoughts, caller) = (r#"{"reasoning": "hm", "text": "42"}"#, Caller::streaming(true));
    assert_eq!(play(thoughts, &caller, |_| {}).await.unwrap().reply.reasoning.as_deref(), Some("hm"));
    assert_eq!(&caller.log()[1..3], ["reasoning hm", "text 42"]);
}

#[tokio::test]
async fn a_mistake_of_the_model_is_told_to_it() {
    let script = r#"{"tool_calls": [{"name": "ad", "arguments": {}}, {"name": "add", "arguments": {"a": 1}}]}
        {"expect": "There is no tool 'ad'. Your tools are: add, fail, stop.\n{\"sum\":1}", "tool_calls": [{"id": "x", "name": "add", "arguments": "{\"a\": "}]}
        {"expect": "The arguments of 'add' must be a JSON object, but EOF", "tool_calls": [{"name": "fail", "arguments": {}}]}
        {"expect": "the pipe is blocked", "text": "Sorry."}"#;
    let caller = Caller::default();
    assert_eq!(play(script, &caller, |_| {}).await.unwrap().reply.text, "Sorry.");
    assert_eq!(caller.log().iter().filter(|line| line.starts_with("call ")).count(), 2);
    assert_eq!(caller.log().iter().filter(|line| line.starts_with("refused ")).count(), 2);
}

#[tokio::test]
async fn calls_of_one_turn_keep_their_order_and_have_ids_of_their_own() {
    let calls = |ids: [&str; 4]| {
        let call = |(index, id)| json!({"id": id, "name": "add", "arguments": {"a": index}});
        json!({"tool_calls": ids.into_iter().enumerate().map(call).collect::<Vec<_>>()})
    };
    for ids in [["a", "b", "c", "d"], ["a", "a", "", "a"]] {
        let expect = r#"{"sum":0}\n{"sum":1}\n{"sum":2}\n{"sum":3}"#.replace('"', "\\\"");
        let script =
            format!("{}\n{{\"expect\": {{\"messages\": 3, \"last\": \"{expect}\"}}, \"text\": \"done\"}}", calls(ids));
        let reply = play(&script, &Caller::default(), |_| {}).await.unwrap();
        assert_eq!(reply.tool_calls, 4);
        let messages = reply.history.messages();
        let ids: std::collections::BTreeSet<_> = messages[1].tool_calls.iter().map(|call| &call.id).collect();
        assert_eq!(ids.len(), 4, "{ids:?}");
    }
}

#[tokio::test]
async fn a_thousand_calls_in_a_turn_are_too_many() {
    let calls: Vec<_> = (0..1000).map(|_| json!({"name": "add", "arguments": {}})).collect();
    let caller = Caller::default();
    let error = play(&json!({ "tool_calls": calls }).to_string(), &caller, |_| {}).await.unwrap_err();
    assert_eq!(
        (error.error.code().word(), error.to_string().as_str()),
        ("provider", "openai/gpt-4: the model called 1000 tools in one turn; 128 are the most")
    );
    assert!(!caller.log().iter().any(|line| line.starts_with("call ")));
}

#[tokio::test]
async fn a_run_without_end_ends_and_says_what_it_took() {
    let script = r#"{"tool_calls": [{"name": "add", "arguments": {}}], "usage": {"input_tokens": 5, "output_tokens": 2}, "repeat": 10}"#;
    let error = play(script, &Caller::default(), |run| run.max_turns = 3).await.unwrap_err();
    assert_eq!((error.error.code().word(), error.turns, error.tool_calls), ("budget", 3, 3));
    let usage = &error.error.details()["usage"];
    assert_eq!((&usage["input_tokens"], &usage["total_tokens"]), (&json!(15), &json!(21)));
    assert!(error.to_string().contains("raise max_turns"), "{error}");
    assert_eq!(error.history.len(), 7);
}

#[tokio::test]
async fn what_the_caller_says_goes() {
    let replaced = Caller { replace: Some("from the cache"), ..Caller::default() };
    let reply = play(r#"{"text": "never"}"#, &replaced, |_| {}).await.unwrap().reply;
    assert_eq!(
        (reply.text.as_str(), reply.provider.as_str(), reply.usage.total_tokens),
        ("from the cache", "replaced", Some(0))
    );

    let messages = json!([{"role": "system", "content": "Be a pirate."}, {"role": "user", "content": "Ahoy"}]);
    let rewriting = Caller { rewrite: Some(messages), shout: true, ..Caller::default() };
    let script = r#"{"match": {"system": "pirate", "last": "Ahoy", "model": "other", "messages": 2}, "text": "aye"}"#;
    let reply = play(script, &rewriting, |run| run.system = Some("Be dull.".into())).await.unwrap();
    assert_eq!((reply.reply.text.as_str(), reply.reply.model.as_str()), ("AYE", "other"));
    // What was rewritten for the request is not what was said.
    assert_eq!(reply.history.show()[0]["content"], "What is 1 + 2?");
    assert_eq!(reply.history.show()[1]["content"], "AYE");
}

#[tokio::test]
async fn an_answer_that_does_not_fit_is_repaired() {
    let script = r#"{"text": "3, I think"}
        {"expect": {"last": "This is no JSON.", "messages": 3}, "text": "{\"sum\": 3}"}"#;
    let caller = Caller { json: true, ..Caller::default() };
    let reply = play(script, &caller, |run| run.schema = Some(json!({"type": "object"}))).await.unwrap();
    assert_eq!((reply.reply.text.as_str(), reply.turns), ("{\"sum\": 3}", 2));
}

#[tokio::test]
async fn a_failed_request_is_told_and_ends_the_run() {
    let script = r#"{"tool_calls": [{"name": "add", "arguments": {}}], "usage": {"input_tokens": 5, "output_tokens": 2}}
        {"chunks": ["half "], "error": {"status": 429, "message": "slow down", "retry_after": 7}}"#;
    let caller = Caller::streaming(true);
    let error = play(script, &caller, |_| {}).await.unwrap_err();
    assert_eq!((error.error.code().word(), error.turns, error.history.len()), ("rate-limited", 2, 3));
    assert_eq!(error.error.details()["retry_after_seconds"], 7);
    assert_eq!(&caller.log()[4..], ["text half ", "failed 2 rate-limited"]);
}

#[tokio::test]
async fn what_no_provider_takes_is_refused_at_once() {
    type Change = fn(&mut Run);
    let cases: [(&str, Change); 6] = [
        ("two tools are named 'add'", |run| run.tools.push(tool("add"))),
        ("no model can be offered a tool named 'web.search'", |run| run.tools.push(tool("web.search"))),
        ("tool_choice: no tool 'ad' is offered; did you mean 'add'?", |run| {
            run.tool_choice = ToolChoice::Tool("ad".into())
        }),
        ("max_turns must be from 1 to 1000, not 0", |run| run.max_turns = 0),
        ("the prompt is empty", |run| run.prompt.clear()),
        ("the prompt is empty", |run| run.prompt = vec![Part::Text(" \n\u{a0}".into())]),
    ];
    for (wanted, change) in cases {
        let error = play(r#"{"text": "never"}"#, &Caller::default(), change).await.unwrap_err();
        assert_eq!(error.error.code().word(), "invalid");
        assert!(error.to_string().starts_with(wanted), "{error}");
    }
}

#[test]
fn a_run_can_be_polled_anywhere() {
    fn sendable<T: Send>(_: T) {}
    let models = Models::offline();
    sendable(Caller::streaming(true).run(&models, Run::new(models.resolve(None, None).unwrap(), "")));
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
