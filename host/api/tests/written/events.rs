//! The data of the host's events, and the details of failures.

use llmspell_api::agent::{AgentName, InvalidOutput, Spent, Usage};
use llmspell_api::{Code, Failure, agent, approval, budget, policy, state, tool};
use serde_json::json;

use super::is;

#[test]
fn of_agents() {
    let failure = Failure::new(Code::Timeout, "no");
    let agent = AgentName { agent: "a", agent_id: "a" };
    is(
        agent::StartedEvent { input: "hi", model: "p/m", agent },
        r#"{"input":"hi","model":"p/m","agent":"a","agent_id":"a"}"#,
    );
    let usage = Usage { output_tokens: Some(2), ..Usage::default() };
    is(
        agent::CompletedEvent { text: "t", duration_ms: 1, usage: usage.clone(), tool_calls: 3, agent },
        "{\"text\":\"t\",\"duration_ms\":1,\"usage\":{\"output_tokens\":2},\"tool_calls\":3,\"agent\":\"a\",\
         \"agent_id\":\"a\"}",
    );
    is(agent::RedirectedEvent { target: "b", agent }, r#"{"target":"b","agent":"a","agent_id":"a"}"#);
    is(
        agent::FailedEvent { error: &failure, duration_ms: 1, agent },
        r#"{"error":{"code":"timeout","message":"no"},"duration_ms":1,"agent":"a","agent_id":"a"}"#,
    );
    is(Spent { usage, turns: 1, tool_calls: 2 }, r#"{"usage":{"output_tokens":2},"turns":1,"tool_calls":2}"#);
    is(InvalidOutput { text: "{" }, r#"{"text":"{"}"#);
}

#[test]
fn of_tools() {
    let failure = Failure::new(Code::Tool, "no");
    let arguments = json!({ "b": 1, "a": 2 });
    is(tool::StartedEvent { arguments: &arguments, tool: "add" }, r#"{"arguments":{"b":1,"a":2},"tool":"add"}"#);
    is(
        tool::CompletedEvent { result: &json!(null), duration_ms: 1, tool: "add" },
        r#"{"result":null,"duration_ms":1,"tool":"add"}"#,
    );
    is(
        tool::FailedEvent { error: &failure, duration_ms: 1, tool: "add" },
        r#"{"error":{"code":"tool","message":"no"},"duration_ms":1,"tool":"add"}"#,
    );
    is(tool::Skipped { skipped: "r".into() }, r#"{"skipped":"r"}"#);
}

#[test]
fn of_state() {
    is(state::RestoredEvent { id: "backup-1" }, r#"{"id":"backup-1"}"#);
    let (from_version, to_version) = (&json!(1.0), &json!("2"));
    let migrated = |scope| state::MigratedEvent { from_version, to_version, changed: 3, scope };
    is(migrated(Some("s")), r#"{"from_version":1.0,"to_version":"2","changed":3,"scope":"s"}"#);
    is(migrated(None), r#"{"from_version":1.0,"to_version":"2","changed":3}"#);
    is(state::Conflict { current: Some(2) }, r#"{"current":2}"#);
    is(state::Conflict { current: None }, r#"{"current":null}"#);
    is(state::MigrationSkipped { applied: false, skipped: "r".into() }, r#"{"applied":false,"skipped":"r"}"#);
}

#[test]
fn details_of_denials_and_budgets() {
    let denial = policy::Denial { name: "p/m", section: "models", key: "deny", file: "p.toml", line: Some(3) };
    is(&denial, r#"{"name":"p/m","section":"models","key":"deny","file":"p.toml","line":3}"#);
    let denial = policy::Denial { key: "allow", line: None, ..denial };
    is(denial, r#"{"name":"p/m","section":"models","key":"allow","file":"p.toml"}"#);
    let unpriced = budget::Unpriced { budget: budget::Kind::Cost, whose: budget::Owner::Tenant, model: "p/m".into() };
    is(unpriced, r#"{"budget":"cost","whose":"tenant","model":"p/m"}"#);
}

#[test]
fn approvals() {
    let names = ["t".to_owned()];
    is(approval::AskedEvent { call: "c", names: &names, digest: "00" }, r#"{"call":"c","names":["t"],"digest":"00"}"#);
    is(
        approval::AnsweredEvent { call: "c", names: &names, digest: "00", approved: true, by: "asked" },
        r#"{"call":"c","names":["t"],"digest":"00","approved":true,"by":"asked"}"#,
    );
    is(
        approval::Refused { approval: "00", call: "c", section: "tools", names: &names },
        r#"{"approval":"00","call":"c","section":"tools","names":["t"]}"#,
    );
    is(
        approval::Barred { sink: "network", mark: "web", by: "c", name: "n" },
        r#"{"sink":"network","mark":"web","by":"c","name":"n"}"#,
    );
}
