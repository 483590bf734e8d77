//! `provider check`, against servers on this machine.

use llmspell_testkit::double::{completion, respond, serve};
use serde_json::{Value, json};

use crate::harness::{Harness, Ran};

fn check(answer: impl FnMut(&str, &mut std::net::TcpStream) + Send + 'static, arguments: &[&str]) -> Ran {
    let config = format!(
        "[providers.local]\nkind = 'openai'\nbase_url = '{}/v1'\napi_key_env = 'LOCAL_KEY'\nattempts = 1\n",
        serve(answer)
    );
    let harness = Harness::new().with("c.toml", config);
    let all = [&["provider", "check", "local", "--config", "c.toml"], arguments].concat();
    Ran::of(harness.command(&all).env("LOCAL_KEY", "sk-canary-0123456789").output().unwrap())
}

/// Answers as a good server does, but for one thing.
fn server(broken: &'static str) -> impl FnMut(&str, &mut std::net::TcpStream) + Send + 'static {
    move |request, stream| {
        let (head, body) = request.split_once("\r\n\r\n").unwrap();
        if head.starts_with("GET /v1/models ") {
            return respond(stream, "200 OK", "", &json!({"data": [{"id": "m"}, {"id": "n"}]}).to_string());
        }
        let body: Value = serde_json::from_str(body).unwrap();
        let last = body["messages"].as_array().unwrap().last().unwrap();
        let needs = match () {
            () if body["stream"] == true => "stream",
            () if last["role"] == "tool" => "answer",
            () if body["tools"].is_array() => "tool",
            () if last.to_string().contains("JSON") => "object",
            () => "text",
        };
        let refusal = json!({"error": {"message": "sk-canary-0123456789 can't"}}).to_string();
        if needs == broken {
            return respond(stream, "400 Bad Request", "", &refusal);
        }
        let text = if needs == "object" { r#"{"sum":42}"# } else { "Hello" };
        let mut reply: Value = serde_json::from_str(&completion(text)).unwrap();
        // One that chooses whether to call is broken in its own way.
        if needs == "tool" && !(broken == "choice" && body["tool_choice"].is_object()) {
            let call = json!({"id": "c1", "type": "function", "function": {"name": "add", "arguments": "{\"a\":17,\"b\":25}"}});
            reply["choices"][0]["message"]["tool_calls"] = json!([call]);
        }
        respond(stream, "200 OK", "", &reply.to_string());
    }
}

#[test]
fn what_works_is_ok() {
    let table = "\
CHECK              RESULT
model list         ok      2 models: m, n
completion         ok      \"Hello\" (9 + 3 tokens)
stream             ok      1 piece
tool call          ok      add was called; then \"Hello\"
structured answer  ok      \"{\"sum\":42}\"
";
    check(server("nothing"), &[]).is(0, table, "");
    let ran = check(server("nothing"), &["--output", "json", "--model", "n"]);
    let shown: Value = serde_json::from_str(&ran.out).unwrap();
    assert_eq!((ran.code, &shown["ok"], shown["checks"].as_array().unwrap().len()), (0, &json!(true), 5), "{shown}");
}

#[test]
fn what_does_not_work_is_told_with_the_setting_that_helps() {
    for (broken, line, help) in [
        ("stream", "stream             failed  local/m answered 400: [redacted] can't\n", "stream = false"),
        ("object", "structured answer  failed  local/m answered 400", "response_format"),
        ("answer", "tool call          failed  local/m answered 400", "spells must do without tools"),
        (
            "choice",
            "tool call          failed  local/m: the model did not call 'add'",
            "tools work without tool_choice",
        ),
    ] {
        let ran = check(server(broken), &[]);
        assert!(ran.code == 1 && ran.out.contains(line) && ran.out.contains(help), "{broken}: {}", ran.out);
        assert!(!ran.out.contains("canary"), "{}", ran.out);
    }
    let ran = check(server("text"), &[]);
    assert!(ran.code == 1 && ran.out.contains("stream             -       not asked, as there is no completion"));
    let ran = check(|_, stream| respond(stream, "404 Not Found", "", r#"{"detail": "Not Found"}"#), &["--model", "m"]);
    assert!(ran.out.contains("is its base_url right?") && ran.out.contains("api = \"responses\""), "{}", ran.out);
    let ran = check(|_, stream| respond(stream, "401 Unauthorized", "", "{}"), &["--model", "m"]);
    assert!(ran.out.contains("set LOCAL_KEY to a key of this provider"), "{}", ran.out);
}

#[test]
fn what_cannot_be_asked_is_misuse() {
    let harness = Harness::new();
    harness.run(&["provider", "check", "opnai"]).refuses(2, &["there is no provider 'opnai'; did you mean 'openai'?"]);
    harness.run(&["provider", "check", "openai"]).refuses(2, &["openai has no key: set OPENAI_API_KEY"]);
}
