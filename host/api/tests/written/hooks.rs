//! What hooks get.

use llmspell_api::agent::{Settings, ToolCallRef, Usage};
use llmspell_api::event::{HandlerErrorEvent, LeftOut, Priority};
use llmspell_api::hook::{self, agent, event, model, state, tool};
use llmspell_api::{Code, Failure};
use serde_json::{Map, json};

use super::{is, object};

fn usage() -> Usage {
    Usage { input_tokens: Some(3), ..Usage::default() }
}

#[test]
fn where_a_hook_is_called() {
    let origin = hook::Origin {
        point: "agent:error".into(),
        component_id: hook::Component { r#type: "agent".into(), name: "a".into() },
        correlation_id: "operation-1".into(),
        language: "lua".into(),
        metadata: Map::new(),
        agent_id: Some("a".into()),
        agent_name: Some("a".into()),
        tool_name: None,
        model: None,
    };
    let text = "{\"point\":\"agent:error\",\"component_id\":{\"type\":\"agent\",\"name\":\"a\"},\
                \"correlation_id\":\"operation-1\",\"language\":\"lua\",\"metadata\":{},\"agent_id\":\"a\",\"agent_name\":\"a\"";
    is(&origin, &format!("{text}}}"));
    let more = [("input".to_owned(), json!("i"))].into();
    let context = hook::Context { origin: origin.clone(), duration_ms: Some(2), more, data: json!({ "error": 1 }) };
    let text = format!("{text},\"duration_ms\":2,\"input\":\"i\",\"data\":{{\"error\":1}}}}");
    is(&context, &text);
    assert_eq!(serde_json::from_str::<hook::Context>(&text).ok(), Some(context));
    let family = |tool: Option<&str>, model: Option<&str>| hook::Origin {
        agent_id: None,
        agent_name: None,
        tool_name: tool.map(String::from),
        model: model.map(String::from),
        ..origin.clone()
    };
    let begins = "{\"point\":\"agent:error\",\"component_id\":{\"type\":\"agent\",\"name\":\"a\"},\
                  \"correlation_id\":\"operation-1\",\"language\":\"lua\",\"metadata\":{}";
    is(family(Some("t"), None), &format!("{begins},\"tool_name\":\"t\"}}"));
    is(family(None, Some("p/m")), &format!("{begins},\"model\":\"p/m\"}}"));
    is(family(None, None), &format!("{begins}}}"));
}

#[test]
fn of_agents() {
    let failure = Failure::new(Code::Script, "no");
    is(hook::Failed { error: &failure }, r#"{"error":{"code":"script","message":"no"}}"#);
    let settings = || Settings { temperature: Some(1.0), ..Settings::default() };
    let tools = ["add".to_owned()];
    is(
        agent::BeforeExecution {
            prompt: "hi",
            model: "p/m",
            system: Some("s"),
            tools: Some(&tools),
            settings: settings(),
        },
        "{\"prompt\":\"hi\",\"model\":\"p/m\",\"system\":\"s\",\"tools\":[\"add\"],\"settings\":{\"temperature\":1.0}}",
    );
    is(
        agent::BeforeExecution { prompt: "hi", model: "p/m", system: None, tools: None, settings: Settings::default() },
        r#"{"prompt":"hi","model":"p/m","system":null,"tools":null,"settings":{}}"#,
    );
    is(agent::BeforeExecutionContext { input: "hi", model: "p/m" }, r#"{"input":"hi","model":"p/m"}"#);
    is(
        agent::AfterExecutionContext { input: "hi", result: "ho", duration_ms: 2, usage: usage(), model: "p/m" },
        r#"{"input":"hi","result":"ho","duration_ms":2,"usage":{"input_tokens":3},"model":"p/m"}"#,
    );
    is(
        agent::ErrorContext { input: "hi", error: &failure, duration_ms: 2 },
        r#"{"input":"hi","error":{"code":"script","message":"no"},"duration_ms":2}"#,
    );
}

#[test]
fn of_models() {
    let failure = Failure::new(Code::Auth, "no");
    let agent = model::AskingAgent { agent_id: Some("a"), agent_name: Some("a") };
    let tools = ["add".to_owned()];
    let messages = json!([{ "role": "user", "content": "hi" }]);
    is(
        model::BeforeCall { model: "p/m", messages, settings: Settings::default(), tools: &tools },
        "{\"model\":\"p/m\",\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}],\"settings\":{},\"tools\":[\"add\"]}",
    );
    is(model::BeforeCallContext { turn: 1, agent }, r#"{"turn":1,"agent_id":"a","agent_name":"a"}"#);
    is(model::BeforeCallContext { turn: 1, agent: model::AskingAgent::default() }, r#"{"turn":1}"#);
    let arguments = json!({ "b": 1, "a": 2 });
    let call = ToolCallRef { id: "c", name: "add", arguments: &arguments };
    is(
        model::AfterCall {
            text: "t",
            reasoning: "",
            tool_calls: vec![call],
            finish_reason: Some("stop"),
            usage: usage(),
        },
        "{\"text\":\"t\",\"reasoning\":\"\",\"tool_calls\":[{\"id\":\"c\",\"name\":\"add\",\"arguments\":{\"b\":1,\"a\":2}}],\
         \"finish_reason\":\"stop\",\"usage\":{\"input_tokens\":3}}",
    );
    let unfinished = model::AfterCall {
        text: "",
        reasoning: "r",
        tool_calls: Vec::new(),
        finish_reason: None,
        usage: Usage::default(),
    };
    is(unfinished, r#"{"text":"","reasoning":"r","tool_calls":[],"finish_reason":null,"usage":{}}"#);
    is(
        model::AfterCallContext { turn: 1, result: "t", agent },
        r#"{"turn":1,"result":"t","agent_id":"a","agent_name":"a"}"#,
    );
    is(
        model::ErrorContext { turn: 1, error: &failure, agent },
        r#"{"turn":1,"error":{"code":"auth","message":"no"},"agent_id":"a","agent_name":"a"}"#,
    );
}

#[test]
fn of_tools() {
    let failure = Failure::new(Code::Tool, "no");
    let input = json!({ "b": 1, "a": 2 });
    is(tool::AfterExecutionContext { input: &input, duration_ms: 3 }, r#"{"input":{"b":1,"a":2},"duration_ms":3}"#);
    is(
        tool::ErrorContext { input: &input, error: &failure, duration_ms: 3 },
        r#"{"input":{"b":1,"a":2},"error":{"code":"tool","message":"no"},"duration_ms":3}"#,
    );
    is(tool::ValidationContext { valid: true, error: None }, r#"{"valid":true,"error":null}"#);
    is(
        tool::ValidationContext { valid: false, error: Some(&failure) },
        r#"{"valid":false,"error":{"code":"tool","message":"no"}}"#,
    );
}

#[test]
fn of_state() {
    let failure = Failure { details: Some(json!({ "current": null })), ..Failure::new(Code::Conflict, "no") };
    is(state::BeforeRead { scope: "s", key: "k" }, r#"{"scope":"s","key":"k"}"#);
    is(state::AfterReadContext { scope: "s", key: "k", version: Some(1) }, r#"{"scope":"s","key":"k","version":1}"#);
    is(state::AfterReadContext { scope: "s", key: "k", version: None }, r#"{"scope":"s","key":"k"}"#);
    let change = state::WriteContext { scope: Some("s"), operation: "put", key: Some("k") };
    is(change, r#"{"scope":"s","operation":"put","key":"k"}"#);
    let clear = state::WriteContext { scope: None, operation: "clear", key: None };
    is(clear, r#"{"scope":null,"operation":"clear"}"#);
    is(state::AfterWriteContext { change, version: 4 }, r#"{"scope":"s","operation":"put","key":"k","version":4}"#);
    is(
        state::ConflictContext { change, error: &failure },
        "{\"scope\":\"s\",\"operation\":\"put\",\"key\":\"k\",\"error\":{\"code\":\"conflict\",\"message\":\"no\",\
         \"details\":{\"current\":null}}}",
    );
    is(state::MigrationContext { dry_run: true }, r#"{"dry_run":true}"#);
}

#[test]
fn of_events() {
    let failure = Failure::new(Code::Script, "no");
    let emitted = |ttl_seconds| event::Emitted {
        r#type: "a.b",
        data: json!([1]),
        priority: Priority::High,
        metadata: object(json!({ "tags": ["x"] })),
        ttl_seconds,
    };
    is(emitted(None), r#"{"type":"a.b","data":[1],"priority":"high","metadata":{"tags":["x"]}}"#);
    is(
        emitted(Some(2.0)),
        r#"{"type":"a.b","data":[1],"priority":"high","metadata":{"tags":["x"]},"ttl_seconds":2.0}"#,
    );
    is(event::AfterEmitContext { subscriptions: 2 }, r#"{"subscriptions":2}"#);
    is(
        hook::ErrorEvent { hook: 1, name: "hook-1", point: "tool:error", error: &failure },
        r#"{"hook":1,"name":"hook-1","point":"tool:error","error":{"code":"script","message":"no"}}"#,
    );
    is(
        HandlerErrorEvent { subscription: 1, pattern: "*", event: "a.b", sequence: 2, error: &failure },
        "{\"subscription\":1,\"pattern\":\"*\",\"event\":\"a.b\",\"sequence\":2,\"error\":{\"code\":\"script\",\
         \"message\":\"no\"}}",
    );
    is(LeftOut { left_out: "9 bytes".into() }, r#"{"left_out":"9 bytes"}"#);
}
