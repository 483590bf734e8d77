//! Stored spells as models, for clients of OpenAI's API.

use llmspell_serve::Right;
use serde_json::{Value, json};

use super::harness::{Answer, Harness, events, read};

fn store(server: &Harness, key: &str, name: &str, source: &str) {
    server.post(&format!("/v1/spells/{name}"), key, json!({ "language": "lua", "source": source })).ok(201);
}

fn chat(server: &Harness, key: &str, model: &str, more: Value) -> Answer {
    let mut body = json!({ "model": model, "messages": [{ "role": "user", "content": "Ann" }] });
    body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    server.post("/v1/chat/completions", key, body)
}

#[track_caller]
fn error(answer: &Answer, status: u16, kind: &str, part: &str) {
    assert_eq!((answer.status, answer.header("content-type")), (status, Some("application/json")), "{}", answer.body);
    let error = &answer.json()["error"];
    assert_eq!(error["type"], kind, "{error}");
    assert!(error["message"].as_str().unwrap().contains(part) && error["code"].is_string(), "{error}");
    assert!(error.as_object().unwrap().contains_key("param"), "{error}");
}

#[test]
fn a_spell_answers_a_chat() {
    let server = Harness::scripted(r#"{"text": "Hello", "usage": {"input_tokens": 9, "output_tokens": 3}}"#);
    let key = server.usual("acme");
    store(&server, &key, "poet", "return Agent.builder():model('m'):build():run(params.prompt)");
    let answer = chat(&server, &key, "spell/poet", json!({ "temperature": 0.5, "user": null }));
    let run = answer.header("x-llmspell-run").unwrap().to_owned();
    let completion = answer.ok(200);
    assert_eq!(completion["id"], format!("chatcmpl-{run}"));
    assert_eq!((&completion["object"], &completion["model"]), (&json!("chat.completion"), &json!("spell/poet")));
    assert!(completion["created"].as_u64().unwrap() > 1_700_000_000);
    let choice = &completion["choices"][0];
    assert_eq!((&choice["index"], &choice["finish_reason"]), (&json!(0), &json!("stop")));
    assert_eq!((&choice["message"]["role"], &choice["message"]["content"]), (&json!("assistant"), &json!("Hello")));
    let usage = &completion["usage"];
    let sum = usage["prompt_tokens"].as_u64().unwrap() + usage["completion_tokens"].as_u64().unwrap();
    assert!(sum > 0 && usage["total_tokens"] == sum, "{usage}");
    assert_eq!(server.get(&format!("/v1/runs/{run}"), &key).ok(200)["outcome"], "completed");
}

#[test]
fn a_spell_gets_the_conversation_and_the_options() {
    let server = Harness::new();
    let key = server.usual("acme");
    store(&server, &key, "echo", "return JSON.stringify(params)");
    let messages = json!([
        { "role": "developer", "content": "be kind" },
        { "role": "user", "content": [{ "type": "text", "text": "a" }, { "type": "text", "text": "b" }] },
        { "role": "assistant", "content": "c" },
    ]);
    let answer = chat(&server, &key, "spell/echo", json!({ "messages": messages, "temperature": 0.5 })).ok(200);
    let got: Value = serde_json::from_str(answer["choices"][0]["message"]["content"].as_str().unwrap()).unwrap();
    assert_eq!((&got["prompt"], &got["options"]), (&json!("ab"), &json!({ "temperature": 0.5 })));
    assert_eq!(got["messages"][0], json!({ "role": "system", "content": "be kind" }));
    let body = json!({ "model": "spell/echo@1", "input": "hi", "instructions": "be brief", "max_output_tokens": 5 });
    let response = server.post("/v1/responses", &key, body).ok(200);
    assert_eq!((&response["object"], &response["status"]), (&json!("response"), &json!("completed")));
    let part = &response["output"][0]["content"][0];
    let got: Value = serde_json::from_str(part["text"].as_str().unwrap()).unwrap();
    assert_eq!((&got["prompt"], &got["options"]), (&json!("hi"), &json!({ "max_output_tokens": 5 })));
    assert_eq!(got["messages"][0], json!({ "role": "system", "content": "be brief" }));
}

#[test]
fn an_answer_comes_piece_by_piece() {
    let server = Harness::new();
    let key = server.usual("acme");
    store(&server, &key, "slow", "io.write('Hel') util.sleep(30) print('lo') return 'no'");
    let answer =
        chat(&server, &key, "spell/slow", json!({ "stream": true, "stream_options": { "include_usage": true } }));
    assert_eq!((answer.status, answer.header("content-type")), (200, Some("text/event-stream")));
    let chunks: Vec<Value> = events(&answer.body).into_iter().map(|event| event.2).collect();
    assert_eq!(chunks.last().unwrap(), "[DONE]");
    let (usage, chunks) = chunks[..chunks.len() - 1].split_last().unwrap();
    assert_eq!((&usage["choices"], usage["usage"].is_object()), (&json!([]), true));
    assert_eq!(chunks[0]["choices"][0]["delta"]["role"], "assistant");
    let text: String = chunks.iter().filter_map(|chunk| chunk["choices"][0]["delta"]["content"].as_str()).collect();
    assert_eq!(text, "Hello", "what it prints is the answer, and the newline of print is none of it");
    assert!(chunks.iter().all(|chunk| chunk["object"] == "chat.completion.chunk" && chunk["choices"][0]["index"] == 0));
    assert_eq!(chunks.last().unwrap()["choices"][0]["finish_reason"], "stop");
    let body = json!({ "model": "spell/slow", "input": "x", "stream": true });
    let heard = events(&server.post("/v1/responses", &key, body).body);
    let kinds: Vec<&str> = heard.iter().map(|event| event.1.as_str()).collect();
    assert_eq!(
        kinds,
        [
            "response.created",
            "response.output_item.added",
            "response.content_part.added",
            "response.output_text.delta",
            "response.output_text.delta",
            "response.output_text.done",
            "response.content_part.done",
            "response.output_item.done",
            "response.completed",
        ]
    );
    for (number, (_, kind, data)) in heard.iter().enumerate() {
        assert_eq!((&data["type"], &data["sequence_number"]), (&json!(kind), &json!(number)));
    }
    assert_eq!(heard.last().unwrap().2["response"]["output"][0]["content"][0]["text"], "Hello");
}

#[test]
fn what_fails_is_said_in_the_clients_form() {
    let server = Harness::new();
    let key = server.usual("acme");
    for (name, source, status, kind) in [
        ("broken", "error('it broke')", 422, "spell_error"),
        (
            "greedy",
            "Agent.builder():model('m'):build():run('x', {max_tokens = 100000}) while true do end",
            422,
            "spell_error",
        ),
    ] {
        store(&server, &key, name, source);
        let limited = server.limited_key("acme", &[Right::Run], json!({ "fuel": "500M" }));
        let answer = chat(&server, &limited, &format!("spell/{name}"), json!({}));
        error(&answer, status, kind, "the spell gave no answer");
        assert_eq!(answer.header("x-should-retry"), Some("false"));
        let streamed = events(&chat(&server, &limited, &format!("spell/{name}"), json!({ "stream": true })).body);
        let last = &streamed.last().unwrap().2["error"];
        assert!(last["message"].is_string() && last["type"] == kind, "{last}");
        let body = json!({ "model": format!("spell/{name}"), "input": "x", "stream": true });
        let failed = events(&server.post("/v1/responses", &limited, body).body);
        let failed = failed.last().unwrap();
        assert_eq!((failed.1.as_str(), &failed.2["response"]["status"]), ("response.failed", &json!("failed")));
    }
    let poor = server.limited_key("acme", &[Right::Run], json!({ "token-budget": 1 }));
    error(&chat(&server, &poor, "spell/greedy", json!({})), 402, "permission_error", "no answer");
    error(&chat(&server, &key, "gpt-4o", json!({})), 404, "invalid_request_error", "spell/NAME");
    error(&chat(&server, &key, "spell/none", json!({})), 404, "invalid_request_error", "no spell 'none'");
    error(&chat(&server, &key, "spell/broken", json!({ "n": 2 })), 400, "invalid_request_error", "n: ");
    error(&chat(&server, &key, "spell/broken", json!({ "tools": [{}] })), 400, "invalid_request_error", "tools: ");
    error(&chat(&server, &key, "spell/broken", json!({ "messages": [] })), 400, "invalid_request_error", "messages");
    error(&chat(&server, "sk-none", "spell/broken", json!({})), 401, "authentication_error", "key");
    let reader = server.key("acme", &[Right::Read]);
    error(&chat(&server, &reader, "spell/broken", json!({})), 403, "permission_error", "--right run");
}

#[test]
fn spells_are_listed_as_models() {
    let server = Harness::new();
    let key = server.usual("acme");
    store(&server, &key, "a", "return 1");
    store(&server, &key, "b", "return 1");
    let models = server.get("/v1/models", &key).ok(200);
    let ids: Vec<&Value> = models["data"].as_array().unwrap().iter().map(|model| &model["id"]).collect();
    assert_eq!((&models["object"], ids), (&json!("list"), vec![&json!("spell/a"), &json!("spell/b")]));
    for path in ["/v1/models/spell/a", "/v1/models/spell%2Fa"] {
        let model = server.get(path, &key).ok(200);
        assert_eq!((&model["id"], &model["object"]), (&json!("spell/a"), &json!("model")));
        assert!(model["created"].as_u64().unwrap() > 1_700_000_000);
    }
    error(&server.get("/v1/models/x", &key), 404, "invalid_request_error", "spell/NAME");
}

#[test]
fn only_a_run_that_nobody_wanted_to_end_is_worth_a_second_try() {
    let folder = tempfile::tempdir().unwrap();
    let store_at = format!("[state]\nstore = \"sqlite:{}\"\n", folder.path().join("s.db").display());
    let text = format!("instances = 4\ntenant_runs = 4\n{store_at}[server]\ndrain = \"100ms\"\n");
    let server = Harness::with(&text);
    let key = server.usual("acme");
    store(&server, &key, "long", "while true do util.sleep(20) end");
    let body = json!({ "model": "spell/long", "messages": [{ "role": "user", "content": "x" }] });
    let named = "idempotency-key: mine\r\n";
    let running = |server: &Harness, count: usize| {
        for _ in 0..2_000 {
            let runs = server.get("/v1/runs", &key).ok(200)["runs"].as_array().unwrap().clone();
            let open: Vec<_> = runs.iter().filter(|run| run["status"] == "running").collect();
            if open.len() == count {
                return open[0]["id"].as_str().unwrap().to_owned();
            }
            std::thread::sleep(std::time::Duration::from_millis(5));
        }
        panic!("there are never {count} runs");
    };
    // Killed on purpose: no client begins it again.
    let asked = server.open("POST", "/v1/chat/completions", &key, "", Some(&body));
    let id = running(&server, 1);
    server.delete(&format!("/v1/runs/{id}"), &key).ok(200);
    let answer = read(asked);
    error(&answer, 422, "spell_error", "(cancelled)");
    assert_eq!(answer.header("x-should-retry"), Some("false"));
    // The server ends: elsewhere it may go better, but not for a request that is known by its name.
    let (asked, with_name) = (
        server.open("POST", "/v1/chat/completions", &key, "", Some(&body)),
        server.open("POST", "/v1/chat/completions", &key, named, Some(&body)),
    );
    running(&server, 2);
    server.end();
    let (answer, with_name) = (read(asked), read(with_name));
    error(&answer, 503, "server_error", "the server ended before the run did");
    error(&with_name, 503, "server_error", "the server ended before the run did");
    assert_eq!((answer.header("x-should-retry"), with_name.header("x-should-retry")), (Some("true"), Some("false")));
    let server = Harness::with(&text);
    let again = server.send("POST", "/v1/chat/completions", &key, named, Some(&body));
    error(&again, 503, "server_error", "the server ended before the run did");
    assert_eq!(again.header("x-should-retry"), Some("false"));
}
