//! What the host writes, byte by byte: journals and results are compared with those of other versions.

use std::collections::BTreeMap;

use llmspell_api::{agent, budget, config, event, hook, state, tool};
use serde_json::{Map, Value, json};

#[path = "written/cli.rs"]
mod cli;
#[path = "written/events.rs"]
mod events;
#[path = "written/hooks.rs"]
mod hooks;
#[path = "written/journal.rs"]
mod journal;
#[path = "written/workflows.rs"]
mod workflows;

/// The type's JSON, by way of a value, as the host makes its text.
fn is(written: impl serde::Serialize, text: &str) {
    assert_eq!(json!(written).to_string(), text);
}

fn object(value: Value) -> Map<String, Value> {
    value.as_object().cloned().unwrap_or_default()
}

fn usage() -> agent::Usage {
    agent::Usage { input_tokens: Some(3), cost: Some("0.1".into()), ..agent::Usage::default() }
}

#[test]
fn replies_of_agents() {
    let end = agent::ToolCallEnd { id: "c".into(), name: "add".into(), ok: true };
    let reply = agent::Reply {
        text: "t".into(),
        object: Some(json!([1])),
        reasoning: Some("r".into()),
        model: "m".into(),
        provider: "p".into(),
        finish_reason: Some("stop".into()),
        usage: usage(),
        turns: 1,
        tool_calls: Some(vec![end.clone()]),
        citations: None,
        agent: Some("a".into()),
        duration_ms: 5,
        skipped: Some("s".into()),
    };
    is(
        &reply,
        "{\"text\":\"t\",\"object\":[1],\"reasoning\":\"r\",\"model\":\"m\",\"provider\":\"p\",\"finish_reason\":\"stop\",\
         \"usage\":{\"input_tokens\":3,\"cost\":\"0.1\"},\"turns\":1,\"tool_calls\":[{\"id\":\"c\",\"name\":\"add\",\
         \"ok\":true}],\"agent\":\"a\",\"duration_ms\":5,\"skipped\":\"s\"}",
    );
    let (object, reasoning, finish_reason, tool_calls, agent, skipped) = (None, None, None, None, None, None);
    is(
        agent::Reply { object, reasoning, finish_reason, tool_calls, agent, skipped, ..reply },
        r#"{"text":"t","model":"m","provider":"p","usage":{"input_tokens":3,"cost":"0.1"},"turns":1,"duration_ms":5}"#,
    );
    is(agent::Chunk::Text("x".into()), r#"{"text":"x"}"#);
    is(agent::Chunk::ToolResult(end), r#"{"tool_result":{"id":"c","name":"add","ok":true}}"#);
    let call = agent::ToolCall { id: "c".into(), name: "add".into(), arguments: json!({ "b": 1, "a": 2 }) };
    is(agent::Chunk::Tool(call.clone()), r#"{"tool":{"id":"c","name":"add","arguments":{"b":1,"a":2}}}"#);
    is(agent::Chunk::Again("x".into()), r#"{"again":"x"}"#);
    let message = agent::Message {
        role: agent::Role::Assistant,
        content: agent::Content::Text(String::new()),
        tool_calls: vec![call],
        tool_call_id: None,
    };
    is(
        message,
        "{\"role\":\"assistant\",\"content\":\"\",\"tool_calls\":[{\"id\":\"c\",\"name\":\"add\",\"arguments\":{\"b\":1,\
         \"a\":2}}]}",
    );
    let image = agent::Part::Image { data: "AA==".into(), media_type: "image/png".into() };
    let content = agent::Content::Parts(vec![agent::Part::Text { text: "t".into() }, image]);
    is(
        agent::Message { role: agent::Role::User, content, tool_calls: Vec::new(), tool_call_id: None },
        "{\"role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":\"t\"},{\"type\":\"image\",\"data\":\"AA==\",\
         \"media_type\":\"image/png\"}]}",
    );
}

#[test]
fn numbers_of_vectors_keep_their_digits() {
    let (model, provider) = ("m".to_owned(), "p".to_owned());
    let usage = agent::Usage::default();
    let vectors = vec![vec![0.1_f32, 1.0]];
    let old = json!({
        "embeddings": vectors, "model": model, "provider": provider, "usage": {}, "duration_ms": 1,
    });
    let new = agent::Embeddings { embeddings: vectors, model, provider, usage, duration_ms: 1 };
    is(new, &old.to_string());
}

#[test]
fn descriptions_of_agents() {
    let settings = agent::Settings {
        temperature: Some(1.0),
        max_tokens: Some(9),
        top_p: Some(0.5),
        stop: Some(agent::OneOrMany::Many(vec!["x".into()])),
        seed: Some(1),
        reasoning: Some(agent::Reasoning::Effort(agent::Effort::Low)),
    };
    let options = agent::GenerationOptions {
        settings,
        tools: Some(vec!["add".into()]),
        parallel_tools: Some(2),
        tool_choice: Some(agent::ToolChoice::Tool("add".into())),
        max_turns: Some(3),
        schema: Some(json!({ "type": "object" })),
        limits: Some(agent::RunLimits { tokens: Some(4), cost: Some("1".into()), ..agent::RunLimits::default() }),
    };
    let description = agent::Description {
        name: "a".into(),
        description: Some("d".into()),
        model: "p/m".into(),
        system: Some("s".into()),
        stateless: Some(true),
        memory: None,
        history: agent::HistoryBounds { messages: 100, tokens: None },
        options,
        knowledge: None,
        id: Some("1".into()),
    };
    is(
        &description,
        "{\"name\":\"a\",\"description\":\"d\",\"model\":\"p/m\",\"system\":\"s\",\"stateless\":true,\
         \"history\":{\"messages\":100},\"temperature\":1.0,\"max_tokens\":9,\"top_p\":0.5,\"stop\":[\"x\"],\"seed\":1,\
         \"reasoning\":\"low\",\"tools\":[\"add\"],\"parallel_tools\":2,\"tool_choice\":{\"tool\":\"add\"},\
         \"max_turns\":3,\"schema\":{\"type\":\"object\"},\"limits\":{\"tokens\":4,\"cost\":\"1\"},\"id\":\"1\"}",
    );
    let options = agent::GenerationOptions {
        settings: agent::Settings { reasoning: Some(agent::Reasoning::Tokens(7)), ..agent::Settings::default() },
        tool_choice: Some(agent::ToolChoice::None),
        ..agent::GenerationOptions::default()
    };
    is(options, r#"{"reasoning":7,"tool_choice":"none"}"#);
}

#[test]
fn the_status_of_an_agent() {
    let state = agent::AgentState::Ready;
    let status = agent::Status {
        state: agent::AgentState::Error,
        running: 0,
        runs: 1,
        completed: 0,
        failed: 1,
        turns: 2,
        tool_calls: 3,
        usage: usage(),
        duration_ms: 4,
        history: agent::HistorySize { turns: 1, messages: 2, tokens: 3 },
        states: vec![agent::StateChange { state, elapsed_ms: 0 }],
        last_error: Some(agent::LastError { code: "script".into(), message: "no".into() }),
    };
    is(
        status,
        "{\"state\":\"error\",\"running\":0,\"runs\":1,\"completed\":0,\"failed\":1,\"turns\":2,\"tool_calls\":3,\
         \"usage\":{\"input_tokens\":3,\"cost\":\"0.1\"},\"duration_ms\":4,\"history\":{\"turns\":1,\"messages\":2,\
         \"tokens\":3},\"states\":[{\"state\":\"ready\",\"elapsed_ms\":0}],\"last_error\":{\"code\":\"script\",\
         \"message\":\"no\"}}",
    );
}

#[test]
fn providers() {
    let capabilities = agent::Capabilities {
        streaming: true,
        images: false,
        tools: true,
        structured_output: true,
        embeddings: false,
        rerank: false,
    };
    let model = agent::Model {
        id: "m".into(),
        context_tokens: None,
        output_tokens: Some(5),
        images: true,
        tools: true,
        structured_output: false,
        reasoning: false,
    };
    let provider = agent::Provider {
        name: "p".into(),
        kind: "openai".into(),
        available: true,
        capabilities,
        default_model: None,
        max_context_tokens: Some(9),
        models: vec![model],
        default: true,
    };
    is(
        provider,
        "{\"name\":\"p\",\"kind\":\"openai\",\"available\":true,\"capabilities\":{\"streaming\":true,\"images\":false,\
         \"tools\":true,\"structured_output\":true,\"embeddings\":false,\"rerank\":false},\"max_context_tokens\":9,\
         \"models\":[{\"id\":\"m\",\"context_tokens\":null,\"output_tokens\":5,\"images\":true,\"tools\":true,\
         \"structured_output\":false,\"reasoning\":false}],\"default\":true}",
    );
}

#[test]
fn what_is_left() {
    let one = budget::Budget {
        budget: budget::Kind::Cost,
        whose: budget::Owner::Tenant,
        allowed: budget::Amount::Dollars("2".into()),
        left: budget::Amount::Dollars("1.5".into()),
        period: Some(budget::Period::Day),
    };
    let remaining = budget::Remaining {
        fuel: 1,
        memory_bytes: 2,
        wall_time_ms: 3,
        output_bytes: 4,
        host_calls: 5,
        host_bytes: 6,
        tool_calls: 7,
        handles: 8,
        operations: 9,
        budgets: vec![one],
        tokens: Some(10),
        cost: Some("1.5".into()),
    };
    is(
        remaining,
        "{\"fuel\":1,\"memory_bytes\":2,\"wall_time_ms\":3,\"output_bytes\":4,\"host_calls\":5,\"host_bytes\":6,\
         \"tool_calls\":7,\"handles\":8,\"operations\":9,\"budgets\":[{\"budget\":\"cost\",\"whose\":\"tenant\",\
         \"allowed\":\"2\",\"left\":\"1.5\",\"period\":\"day\"}],\"tokens\":10,\"cost\":\"1.5\"}",
    );
    let insufficient = budget::Insufficient {
        budget: budget::Kind::Tokens,
        whose: budget::Owner::Run,
        allowed: budget::Amount::Tokens(3),
        left: budget::Amount::Tokens(2),
        needed: budget::Amount::Tokens(4),
    };
    is(insufficient, r#"{"budget":"tokens","whose":"run","allowed":3,"left":2,"needed":4}"#);
}

#[test]
fn the_configuration() {
    let provider = config::Provider { kind: "openai".into(), default_model: None, configured: true, address: None };
    let operator = config::Operator {
        version: "1".into(),
        default_provider: "z".into(),
        providers: [("z".to_owned(), json!(provider)), ("a".to_owned(), json!(provider))].into_iter().collect(),
    };
    is(
        config::View { operator, tenant: "t".into(), limits: object(json!({ "fuel": 1 })) },
        "{\"version\":\"1\",\"default_provider\":\"z\",\"providers\":{\"z\":{\"kind\":\"openai\",\"default_model\":null,\
         \"configured\":true},\"a\":{\"kind\":\"openai\",\"default_model\":null,\"configured\":true}},\"tenant\":\"t\",\
         \"limits\":{\"fuel\":1}}",
    );
}

#[test]
fn events_and_subscriptions() {
    let event = event::Event {
        id: "event-1".into(),
        r#type: "a.b".into(),
        data: Value::Null,
        timestamp: "2026-01-01T00:00:00.000Z".into(),
        sequence: 1,
        language: None,
        metadata: object(json!({ "source": "spell", "priority": "normal" })),
    };
    is(
        event,
        "{\"id\":\"event-1\",\"type\":\"a.b\",\"data\":null,\"timestamp\":\"2026-01-01T00:00:00.000Z\",\"sequence\":1,\
         \"language\":null,\"metadata\":{\"source\":\"spell\",\"priority\":\"normal\"}}",
    );
    let subscription = event::Subscription {
        id: 1,
        pattern: "*".into(),
        language: "lua".into(),
        handler: true,
        min_priority: event::Priority::Low,
        queued: 2,
        dropped: 3,
        expired: 4,
    };
    is(
        subscription,
        "{\"id\":1,\"pattern\":\"*\",\"language\":\"lua\",\"handler\":true,\"min_priority\":\"low\",\"queued\":2,\
         \"dropped\":3,\"expired\":4}",
    );
    let stats = event::Stats {
        emitted: 1,
        delivered: 2,
        dropped: 3,
        expired: 4,
        handler_errors: 5,
        queued: 6,
        queued_bytes: 7,
        subscriptions: 8,
        subscriptions_by_language: BTreeMap::from([("lua".into(), 8)]),
        recordings: vec![event::Recording { id: 1, pattern: "*".into(), events: 2, dropped: 0 }],
    };
    is(
        stats,
        "{\"emitted\":1,\"delivered\":2,\"dropped\":3,\"expired\":4,\"handler_errors\":5,\"queued\":6,\"queued_bytes\":7,\
         \"subscriptions\":8,\"subscriptions_by_language\":{\"lua\":8},\"recordings\":[{\"id\":1,\"pattern\":\"*\",\
         \"events\":2,\"dropped\":0}]}",
    );
}

#[test]
fn hooks_and_their_results() {
    let one = hook::Hook {
        id: 1,
        name: "hook-1".into(),
        point: "tool:error".into(),
        language: "lua".into(),
        priority: hook::Priority::Word(hook::PriorityWord::Highest),
        enabled: true,
        fail_closed: false,
        tags: Vec::new(),
        description: None,
        version: None,
        runs: 0,
        errors: 0,
    };
    is(
        one,
        "{\"id\":1,\"name\":\"hook-1\",\"point\":\"tool:error\",\"language\":\"lua\",\"priority\":\"highest\",\
         \"enabled\":true,\"fail_closed\":false,\"tags\":[],\"description\":null,\"version\":null,\"runs\":0,\"errors\":0}",
    );
    is(hook::Priority::Number(-7), "-7");
    let result = hook::HookResult {
        id: 1,
        name: "h".into(),
        action: "modified".into(),
        data: Some(Value::Null),
        reason: None,
        target: None,
        error: None,
    };
    is(
        hook::Execution { verdict: hook::Verdict::Continue { data: Value::Null }, results: vec![result] },
        r#"{"action":"continue","data":null,"results":[{"id":1,"name":"h","action":"modified","data":null}]}"#,
    );
    is(hook::Verdict::Skipped { reason: "r".into() }, r#"{"action":"skipped","reason":"r"}"#);
    let cancel = hook::Verdict::Cancel { reason: "r".into(), code: "denied".into() };
    is(cancel, r#"{"action":"cancel","reason":"r","code":"denied"}"#);
    let redirect = hook::Verdict::Redirect { target: "t".into(), data: json!(1) };
    is(redirect, r#"{"action":"redirect","target":"t","data":1}"#);
    let retry = hook::Verdict::Retry { delay_ms: 1, max_attempts: 2 };
    is(retry, r#"{"action":"retry","delay_ms":1,"max_attempts":2}"#);
}

#[test]
fn state_and_tools() {
    is(state::Found { value: json!(1), version: 2, expires_at: Some(3) }, r#"{"value":1,"version":2,"expires_at":3}"#);
    is(state::Changed { version: 1, existed: true }, r#"{"version":1,"existed":true}"#);
    let sum = state::Incremented { version: 1, existed: false, value: json!(2) };
    is(sum, r#"{"version":1,"existed":false,"value":2}"#);
    let changes = vec![
        state::CommittedChange { existed: 1, value: None },
        state::CommittedChange { existed: 0, value: Some(json!(5)) },
    ];
    is(state::Committed { version: 9, changes }, r#"{"version":9,"changes":[{"existed":1},{"existed":0,"value":5}]}"#);
    let limits = state::UsageLimits { keys: 5, bytes: 6, backups: 7 };
    is(
        state::Usage { keys: 1, bytes: 2, backups: 3, backup_bytes: 4, limits },
        "{\"keys\":1,\"bytes\":2,\"backups\":3,\"backup_bytes\":4,\"limits\":{\"keys\":5,\"bytes\":6,\"backups\":7}}",
    );
    let check = state::BackupCheck { id: "b".into(), error: Some("torn".into()), ..state::BackupCheck::default() };
    is(check, r#"{"id":"b","valid":false,"error":"torn"}"#);
    let changed =
        state::ChangedEvent { scope: Some("s".into()), operation: "put".into(), version: 1, key: Some("k".into()) };
    is(changed, r#"{"scope":"s","operation":"put","version":1,"key":"k"}"#);
    let tool = tool::Tool {
        name: "add".into(),
        description: String::new(),
        parameters: json!({}),
        category: None,
        tags: Vec::new(),
        positional: vec!["a".into()],
        source: tool::Source::Spell,
    };
    is(
        tool,
        "{\"name\":\"add\",\"description\":\"\",\"parameters\":{},\"category\":null,\"tags\":[],\"positional\":[\"a\"],\
         \"source\":\"spell\"}",
    );
}
