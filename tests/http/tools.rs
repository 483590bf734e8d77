//! An agent's tools over real HTTP: the model calls one, gets what it gave, and answers. In the words of OpenAI and of
//! Anthropic, streamed and not.

use llmspell_testkit::double::serve_in_turn;
use llmspell_wasm::{Config, Ending, Grants, Limits, Runtime, Spell};
use serde_json::{Value, json};

use super::CANARY;

const SPELL: &str = r#"
    local got
    Tool.create{
      name = "add", description = "Adds.", parameters = {type = "object", required = {"a", "b"}, properties = {a = {type = "integer"}, b = {type = "integer"}}},
      execute = function(arguments) got = arguments return {sum = arguments.a + arguments.b} end,
    }
    local agent = Agent.create{name = "clerk", model = "local/m", system = "Add.", tools = {"add"}, max_tokens = 100}
    local reply, pieces = nil, {}
    if params.streamed then
      reply = agent:stream("1 + 2?", function(piece)
        if piece.text ~= "" then pieces[#pieces + 1] = piece.text end
        if piece.tool then pieces[#pieces + 1] = "calls " .. piece.tool.name end
      end)
    else reply = agent:run("1 + 2?") end
    return {text = reply.text, turns = reply.turns, tokens = reply.usage.input_tokens, a = got.a, pieces = table.concat(pieces, "|"), history = #agent:get_history()}
"#;

fn events(list: &[Value]) -> String {
    let line = |event: &Value| match event["type"].as_str() {
        Some(name) => format!("event: {name}\ndata: {event}\n\n"),
        None => format!("data: {event}\n\n"),
    };
    list.iter().map(line).collect()
}

fn openai(streamed: bool) -> Vec<String> {
    let usage = json!({"prompt_tokens": 10, "completion_tokens": 3, "total_tokens": 13});
    let call = json!([{"index": 0, "id": "call_9", "type": "function", "function": {"name": "add", "arguments": "{\"a\":1,\"b\":2}"}}]);
    let all = |name: &str, message: Value, finish: Value, usage: &Value| {
        let object = if name == "delta" { "chat.completion.chunk" } else { "chat.completion" };
        json!({"id": "c1", "object": object, "created": 1, "model": "m", "usage": usage,
            "choices": [{"index": 0, name: message, "finish_reason": finish}]})
    };
    let null = Value::Null;
    if !streamed {
        return vec![
            all(
                "message",
                json!({"role": "assistant", "content": null, "tool_calls": call}),
                "tool_calls".into(),
                &usage,
            )
            .to_string(),
            all("message", json!({"role": "assistant", "content": "It is 3."}), "stop".into(), &usage).to_string(),
        ];
    }
    let done = "data: [DONE]\n\n";
    vec![
        events(&[
            all("delta", json!({"role": "assistant", "tool_calls": call}), null.clone(), &null),
            all("delta", json!({}), "tool_calls".into(), &usage),
        ]) + done,
        events(&[
            all("delta", json!({"role": "assistant", "content": "It is "}), null.clone(), &null),
            all("delta", json!({"content": "3."}), null.clone(), &null),
            all("delta", json!({}), "stop".into(), &usage),
        ]) + done,
    ]
}

fn anthropic(streamed: bool) -> Vec<String> {
    let usage = json!({"input_tokens": 10, "output_tokens": 3});
    let all = |content: Value, finish: Value| {
        json!({"id": "msg_1", "type": "message", "role": "assistant", "model": "m", "content": content,
            "stop_reason": finish, "stop_sequence": null, "usage": usage})
    };
    if !streamed {
        let call = json!({"type": "tool_use", "id": "call_9", "name": "add", "input": {"a": 1, "b": 2}});
        return vec![
            all(json!([call]), "tool_use".into()).to_string(),
            all(json!([{"type": "text", "text": "It is 3."}]), "end_turn".into()).to_string(),
        ];
    }
    let turn = |block: Value, deltas: [Value; 2], finish: &str| {
        let [first, second] = deltas;
        events(&[
            json!({"type": "message_start", "message": all(json!([]), Value::Null)}),
            json!({"type": "content_block_start", "index": 0, "content_block": block}),
            json!({"type": "content_block_delta", "index": 0, "delta": first}),
            json!({"type": "content_block_delta", "index": 0, "delta": second}),
            json!({"type": "content_block_stop", "index": 0}),
            json!({"type": "message_delta", "delta": {"stop_reason": finish, "stop_sequence": null}, "usage": usage}),
            json!({"type": "message_stop"}),
        ])
    };
    let input = |part: &str| json!({"type": "input_json_delta", "partial_json": part});
    let text = |part: &str| json!({"type": "text_delta", "text": part});
    vec![
        turn(
            json!({"type": "tool_use", "id": "call_9", "name": "add", "input": {}}),
            [input("{\"a\":1,"), input("\"b\":2}")],
            "tool_use",
        ),
        turn(json!({"type": "text", "text": ""}), [text("It is "), text("3.")], "end_turn"),
    ]
}

fn play(kind: &str, path: &str, bodies: Vec<String>, streamed: bool) -> (Value, Vec<Value>) {
    let (url, seen) = serve_in_turn(bodies, if streamed { "text/event-stream" } else { "application/json" });
    let toml =
        format!("[providers.local]\nkind = \"{kind}\"\nbase_url = \"{url}{path}\"\napi_key_env = \"LOCAL_KEY\"\n");
    let mut config = Config::from_toml(&toml, &|name| (name == "LOCAL_KEY").then(|| CANARY.into())).unwrap();
    config.instances = 1;
    let mut spell = Spell::new("lua", "spell.lua", SPELL);
    spell.parameters.insert("streamed".into(), streamed.into());
    let tokio = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let runtime = Runtime::new(config).unwrap();
    let outcome = tokio.block_on(runtime.run(spell, Grants::local(), Limits::default()));
    assert_eq!(outcome.ending, Ending::Completed, "{:?}", outcome.error);
    let used = outcome.ledger.models;
    assert_eq!((used.model_calls, used.input_tokens, used.output_tokens), (2, 20, 6));
    let requests = seen.lock().unwrap().clone();
    (outcome.result.unwrap(), requests)
}

fn check(result: &Value, streamed: bool) {
    assert_eq!(result["text"], "It is 3.", "{result}");
    assert_eq!((&result["turns"], &result["tokens"], &result["a"]), (&json!(2), &json!(20), &json!(1)), "{result}");
    assert_eq!(result["history"], 4, "{result}");
    let pieces = result["pieces"].as_str().unwrap();
    assert_eq!(pieces.replace("It is |3.", "It is 3."), if streamed { "calls add|It is 3." } else { "" });
}

#[test]
fn in_the_words_of_openai() {
    for streamed in [false, true] {
        let (result, requests) = play("openai", "/v1", openai(streamed), streamed);
        check(&result, streamed);
        assert_eq!(requests[0]["tools"][0]["function"]["name"], "add", "{}", requests[0]);
        assert_eq!(requests[0]["tools"][0]["function"]["parameters"]["required"], json!(["a", "b"]));
        let messages = requests[1]["messages"].as_array().unwrap();
        let last = messages.last().unwrap();
        assert_eq!((&last["role"], &last["tool_call_id"]), (&json!("tool"), &json!("call_9")), "{last}");
        assert!(last.to_string().contains("sum"), "{last}");
    }
}

#[test]
fn in_the_words_of_anthropic() {
    for streamed in [false, true] {
        let (result, requests) = play("anthropic", "", anthropic(streamed), streamed);
        check(&result, streamed);
        assert_eq!(requests[0]["tools"][0]["name"], "add", "{}", requests[0]);
        let last = requests[1]["messages"].as_array().unwrap().last().unwrap();
        assert_eq!(last["content"][0]["type"], "tool_result", "{last}");
        assert_eq!(last["content"][0]["tool_use_id"], "call_9", "{last}");
        assert!(last.to_string().contains("sum"), "{last}");
    }
}
