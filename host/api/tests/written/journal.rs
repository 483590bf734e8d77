//! Arguments and answers in the journal.

use llmspell_api::agent::{Description, GenerationOptions, HistoryBounds, Settings, ToolCallRef, Usage};
use llmspell_api::hook::state::WriteContext;
use llmspell_api::journal::{
    AgentCreateOutcome, AgentInitArgs, FunctionAnswer, FunctionCall, HookFireArgs, HookRegisterOutcome, ModelCallArgs,
    ModelCallOutcome, ModuleLoadOutcome, ModuleReadOutcome, ReplayedEventArgs, StartedOutcome, StateEntry,
    StateListOutcome, StateWriteArg, StateWriteOutcome, Step, StepFailure, StepOutcome, ToolCallArgs,
};
use llmspell_api::{Code, Failure};
use serde_json::json;

use super::is;

#[test]
fn steps() {
    let call = FunctionCall { id: 1, handler: 2, arguments: json!({ "b": 1, "a": 2 }) };
    for (step, text) in [
        (Step::Chunk(json!({ "text": "x" })), r#"{"chunk":{"text":"x"},"operation":7}"#),
        (Step::Other(json!("odd")), r#"{"other":"odd","operation":7}"#),
        (Step::Call(call), r#"{"call":{"id":1,"handler":2,"arguments":{"b":1,"a":2}},"operation":7}"#),
        (Step::Done(json!(null)), r#"{"done":null,"operation":7}"#),
        (
            Step::Failed(StepFailure { code: "closed".into(), message: "no".into() }),
            r#"{"failed":{"code":"closed","message":"no"},"operation":7}"#,
        ),
    ] {
        let outcome = StepOutcome { step, operation: 7 };
        is(&outcome, text);
        assert_eq!(serde_json::from_str::<StepOutcome>(text).ok(), Some(outcome));
    }
    is(StartedOutcome { operation: 7 }, r#"{"operation":7}"#);
    is(FunctionAnswer::Ok(&json!([1.5])), r#"{"ok":[1.5]}"#);
    let failure = Failure::new(Code::Script, "no");
    is(FunctionAnswer::Failure(&failure), r#"{"failure":{"code":"script","message":"no"}}"#);
}

#[test]
fn calls_of_agents_and_models() {
    let definition = Description {
        name: "a".into(),
        description: None,
        model: "p/m".into(),
        system: None,
        stateless: None,
        memory: None,
        history: HistoryBounds { messages: 100, tokens: None },
        options: GenerationOptions::default(),
        knowledge: None,
        id: None,
    };
    let text = r#"{"name":"a","model":"p/m","history":{"messages":100}}"#;
    let created = AgentCreateOutcome { agent: 1, definition: json!(definition) };
    is(created, &format!("{{\"agent\":1,\"definition\":{text}}}"));
    let args = AgentInitArgs { agent: "agent-1", definition };
    is(args, &format!("{{\"agent\":\"agent-1\",\"definition\":{text}}}"));
    let tools = ["add".to_owned()];
    let call = |last| ModelCallArgs {
        model: "p/m",
        turn: 1,
        messages: 2,
        last,
        settings: Settings { seed: Some(5), ..Settings::default() },
        tools: &tools,
    };
    is(
        call(Some(json!({ "role": "user", "content": "hi" }))),
        "{\"model\":\"p/m\",\"turn\":1,\"messages\":2,\"last\":{\"role\":\"user\",\"content\":\"hi\"},\
         \"settings\":{\"seed\":5},\"tools\":[\"add\"]}",
    );
    is(call(None), r#"{"model":"p/m","turn":1,"messages":2,"last":null,"settings":{"seed":5},"tools":["add"]}"#);
    let arguments = json!({});
    let answer = ModelCallOutcome {
        text: "t",
        tool_calls: vec![ToolCallRef { id: "c", name: "add", arguments: &arguments }],
        finish_reason: Some("tool_calls"),
        usage: Usage { input_tokens: Some(3), ..Usage::default() },
        request_id: None,
        attempts: 1,
    };
    is(
        answer,
        "{\"text\":\"t\",\"tool_calls\":[{\"id\":\"c\",\"name\":\"add\",\"arguments\":{}}],\
         \"finish_reason\":\"tool_calls\",\"usage\":{\"input_tokens\":3},\"request_id\":null,\"attempts\":1}",
    );
}

#[test]
fn calls_of_tools_hooks_events_and_modules() {
    let arguments = json!({ "b": 1, "a": 2 });
    is(ToolCallArgs { tool: "add", arguments: &arguments }, r#"{"tool":"add","arguments":{"b":1,"a":2}}"#);
    let (point, component) = (json!("tool:error"), json!({ "type": "tool", "name": "add" }));
    is(
        HookFireArgs { hook: 1, point: Some(&point), component: Some(&component) },
        r#"{"hook":1,"point":"tool:error","component":{"type":"tool","name":"add"}}"#,
    );
    is(HookRegisterOutcome { id: 1, point: "tool:error" }, r#"{"id":1,"point":"tool:error"}"#);
    is(ReplayedEventArgs { recording: 1, r#type: "a.b" }, r#"{"recording":1,"type":"a.b"}"#);
    is(ModuleLoadOutcome { name: "lib/a.lua", text: "return 1" }, r#"{"name":"lib/a.lua","text":"return 1"}"#);
    is(ModuleReadOutcome { text: "Be brief." }, r#"{"text":"Be brief."}"#);
}

#[test]
fn calls_of_state() {
    let entry = || StateEntry { key: "k", value: Some(json!([1])), version: 2, expires_at: Some(3) };
    is(entry(), r#"{"key":"k","value":[1],"version":2,"expires_at":3}"#);
    let bare = StateEntry { key: "l", value: None, version: 4, expires_at: None };
    is(
        StateListOutcome { entries: vec![entry(), bare], next: Some("l") },
        "{\"entries\":[{\"key\":\"k\",\"value\":[1],\"version\":2,\"expires_at\":3},{\"key\":\"l\",\"value\":null,\
         \"version\":4,\"expires_at\":null}],\"next\":\"l\"}",
    );
    is(StateListOutcome { entries: Vec::new(), next: None }, r#"{"entries":[],"next":null}"#);
    let change = WriteContext { scope: Some("s"), operation: "put", key: Some("k") };
    is(StateWriteArg { change, data: Some(json!(1)) }, r#"{"scope":"s","operation":"put","key":"k","data":1}"#);
    is(StateWriteArg { change, data: None }, r#"{"scope":"s","operation":"put","key":"k","data":null}"#);
    is(StateWriteOutcome { version: 5 }, r#"{"version":5}"#);
}
