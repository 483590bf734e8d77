//! Replies that cost more to read than they hold: a spell beside them does not wait for it.

use std::future::{Future, poll_fn};
use std::sync::{Arc, Mutex};
use std::task::Poll;
use std::time::Duration;

use llmspell_testkit::double::serve;
use llmspell_wasm::{Config, Grants, Limits, Outcome, Runtime, Spell};
use rustix::time::{ClockId, clock_gettime};
use serde_json::{Value, json};

/// What no neighbour waits for, in the time of the thread that both run on.
const DELAY: Duration = Duration::from_millis(20);

const ASK: &str = r#"
    local request = {model = "local/m", prompt = "Hello"}
    local tool = Tool.create{name = "add", parameters = {type = "object"}, execute = function() return 1 end}
    local agent = Agent.create{model = "local/m", tools = {tool}, max_turns = 1}
    local ok, said = pcall(function()
      if not STREAMED then return #agent:run("Hello").text end
      local length = 0
      for chunk in agent:stream("Hello") do length = length + #tostring(chunk.text or "") end
      return length
    end)
    return ok and "an answer" or said.code
"#;

/// A reply of a provider.
struct Reply {
    name: &'static str,
    kind: &'static str,
    streamed: bool,
    body: String,
    ends: &'static str,
}

fn processor() -> Duration {
    clock_gettime(ClockId::ThreadCPUTime).try_into().unwrap()
}

/// The most that a neighbour on the same thread waits for while a future runs.
async fn neighbour<T>(work: impl Future<Output = T>) -> (T, Duration) {
    let longest = Arc::new(Mutex::new(Duration::ZERO));
    let told = longest.clone();
    let waits = tokio::spawn(async move {
        let mut last = processor();
        loop {
            let mut waits = true;
            // Ready again at once, as a guest is that has to let others work.
            poll_fn(|cx| match std::mem::replace(&mut waits, false) {
                true => {
                    cx.waker().wake_by_ref();
                    Poll::Pending
                }
                false => Poll::Ready(()),
            })
            .await;
            let now = processor();
            let mut longest = told.lock().unwrap();
            *longest = longest.max(now - last);
            last = now;
        }
    });
    let output = work.await;
    waits.abort();
    let longest = *longest.lock().unwrap();
    (output, longest)
}

fn play(reply: &Reply) -> (Outcome, Duration) {
    let (body, streamed, lines) = (reply.body.clone(), reply.streamed, reply.kind == "ollama");
    let url = serve(move |_, stream| {
        let content = match (streamed, lines) {
            (false, _) => "application/json",
            (true, true) => "application/x-ndjson",
            (true, false) => "text/event-stream",
        };
        let length = body.len();
        let head = format!(
            "HTTP/1.1 200 OK\r\ncontent-type: {content}\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n"
        );
        let _ = std::io::Write::write_all(stream, (head + &body).as_bytes());
    });
    let (kind, api) = reply.kind.split_once(' ').map_or((reply.kind, ""), |(kind, _)| (kind, "api = \"responses\"\n"));
    let toml =
        format!("[providers.local]\nkind = \"{kind}\"\n{api}base_url = \"{url}\"\nattempts = 1\napi_key_env = \"K\"\n");
    let config = Config::from_toml(&toml, &|name| (name == "K").then(|| "sk-canary-0123456789abcdef".into())).unwrap();
    let runtime = Runtime::new(Config { instances: 2, ..config }).unwrap();
    let source = ASK.replace("STREAMED", &streamed.to_string());
    let run = |source: &str| runtime.run(Spell::new("lua", "spell.lua", source), Grants::local(), Limits::default());
    let tokio = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    tokio.block_on(async {
        run("return 1").await;
        neighbour(run(&source)).await
    })
}

fn event(value: &Value) -> String {
    format!("data: {value}\n\n")
}

fn chunk(delta: Value) -> String {
    event(&json!({"id": "c", "object": "chat.completion.chunk", "choices": [{"index": 0, "delta": delta}]}))
}

fn chat(message: Value) -> String {
    json!({"id": "c", "object": "chat.completion", "choices": [{"index": 0, "message": message, "finish_reason": "stop"}]})
        .to_string()
}

fn call(arguments: &str) -> Value {
    json!({"tool_calls": [{"index": 0, "id": "c", "type": "function", "function": {"name": "add", "arguments": arguments}}]})
}

fn replies() -> Vec<Reply> {
    let mut all = Vec::new();
    let mut add = |name, kind, streamed, body, ends| all.push(Reply { name, kind, streamed, body, ends });
    let end = event(&json!({"choices": [{"index": 0, "delta": {"content": "x"}, "finish_reason": "stop"}]}))
        + "data: [DONE]\n\n";
    let deep = "[".repeat(200);
    let broken = format!("{{\"a\": \"{}\", {}", "x".repeat(70_000), "y ".repeat(300));
    let text = "word \"and\" \u{e9}\n".repeat(100_000);
    add("an honest text", "openai", false, chat(json!({"content": text})), "an answer");
    add(
        "text in escapes",
        "openai",
        false,
        chat(json!({"content": "X"})).replace('X', &"\\u00e9".repeat(1_000_000)),
        "an answer",
    );
    add("deep arguments", "openai", false, chat(call(&deep)), "too-large");
    add("broken arguments", "openai", false, chat(call(&broken)), "too-large");
    add("large arguments", "openai", false, chat(call(&json!({"a": "x".repeat(2_000_000)}).to_string())), "budget");
    add(
        "many calls",
        "openai",
        false,
        chat(json!({"tool_calls": vec![call("{}")["tool_calls"][0].clone(); 20_000]})),
        "provider",
    );
    add(
        "many choices",
        "openai",
        false,
        json!({"choices": vec![json!({"message": {"content": "x"}}); 100_000]}).to_string(),
        "handles",
    );
    add("many values", "openai", false, format!("{{\"choices\": [[{}0]]}}", "0,".repeat(500_000)), "provider");
    add("small pieces", "openai", true, chunk(json!({"content": "x"})).repeat(10_000) + &end, "an answer");
    add("lines of nothing", "openai", true, "\n".repeat(8_000_000) + &end, "an answer");
    add("comments", "openai", true, ":\n".repeat(4_000_000) + &end, "too-large");
    add("data of nothing", "openai", true, "data:\n".repeat(1_000_000) + &end, "too-large");
    add("one long line", "openai", true, format!("data: \"{}\"\n\n{end}", "x".repeat(8_000_000)), "an answer");
    add("a long frame", "openai", true, chunk(json!({"content": text})) + &end, "an answer");
    add(
        "scattered arguments",
        "openai",
        true,
        chunk(call(&json!({"a": "x".repeat(4_000_000)}).to_string()[..4_000_000]))
            + &chunk(json!({"tool_calls": [{"function": {"arguments": "x"}}]})).repeat(100)
            + &end,
        "too-large",
    );
    add("deep streamed arguments", "openai", true, chunk(call(&deep)) + &end, "too-large");
    let begin = event(
        &json!({"type": "response.output_item.added", "output_index": 0, "item": {"type": "function_call", "id": "f", "call_id": "c", "name": "add", "arguments": "{\"a\":\""}}),
    );
    let piece = event(
        &json!({"type": "response.function_call_arguments.delta", "output_index": 0, "item_id": "f", "delta": "x".repeat(100)}),
    );
    add("arguments in pieces", "openai responses", true, begin + &piece.repeat(40_000), "provider");
    add("deep arguments", "openai responses", false, json!({"object": "response", "id": "r", "status": "completed", "output": [{"type": "function_call", "call_id": "c", "name": "add", "arguments": deep}]}).to_string(), "too-large");
    let start = event(
        &json!({"type": "message_start", "message": {"id": "m", "type": "message", "role": "assistant", "content": [], "usage": {"input_tokens": 1, "output_tokens": 1}}}),
    ) + &event(
        &json!({"type": "content_block_start", "index": 0, "content_block": {"type": "tool_use", "id": "c", "name": "add", "input": {}}}),
    );
    for (name, text) in [("deep arguments", &deep), ("broken arguments", &broken)] {
        let delta = event(
            &json!({"type": "content_block_delta", "index": 0, "delta": {"type": "input_json_delta", "partial_json": text}}),
        );
        add(name, "anthropic", true, start.clone() + &delta, "too-large");
        let delta = event(
            &json!({"type": "tool-call-start", "index": 0, "delta": {"message": {"tool_calls": {"id": "c", "type": "function", "function": {"name": "add", "arguments": text}}}}}),
        );
        add(
            name,
            "cohere",
            true,
            event(&json!({"type": "message-start", "id": "m", "delta": {"message": {"role": "assistant"}}})) + &delta,
            "too-large",
        );
        add(name, "ollama", false, json!({"model": "m", "message": {"role": "assistant", "content": "", "tool_calls": [{"function": {"name": "add", "arguments": text}}]}, "done": true}).to_string(), "too-large");
    }
    add("many blocks", "anthropic", false, json!({"id": "m", "type": "message", "role": "assistant", "stop_reason": "end_turn", "usage": {"input_tokens": 1, "output_tokens": 1}, "content": vec![json!({"type": "text", "text": "x"}); 30_000]}).to_string(), "too-large");
    let parts = |count| json!({"candidates": [{"content": {"role": "model", "parts": vec![json!({"text": "x"}); count]}, "finishReason": "STOP", "index": 0}]});
    add("many parts", "gemini", false, parts(30_000).to_string(), "an answer");
    add("many parts in a frame", "gemini", true, event(&parts(30_000)), "an answer");
    add(
        "parts in frames",
        "gemini",
        true,
        event(&json!({"candidates": [{"content": {"role": "model", "parts": [{"text": "x"}]}, "index": 0}]}))
            .repeat(20_000)
            + &event(&parts(1)),
        "an answer",
    );
    let line = |done: bool| {
        json!({"model": "m", "message": {"role": "assistant", "content": "x"}, "done": done, "done_reason": "stop"})
            .to_string()
            + "\n"
    };
    add("small lines", "ollama", true, line(false).repeat(20_000) + &line(true), "an answer");
    add("lines of nothing", "ollama", true, "\n".repeat(8_000_000) + &line(true), "an answer");
    add("lines of little", "ollama", true, "{}\n".repeat(100_000) + &line(true), "an answer");
    all
}

#[test]
fn no_neighbour_waits_for_a_reply_to_be_read() {
    let mut problems = Vec::new();
    for reply in replies() {
        let (outcome, delay) = play(&reply);
        let result = outcome.result.clone().unwrap_or_default();
        let name = format!("{} ({}, streamed: {})", reply.name, reply.kind, reply.streamed);
        if result != reply.ends || delay > DELAY {
            problems.push(format!("{name}: {result}, {delay:?} {:?}", outcome.error));
        }
    }
    assert!(problems.is_empty(), "{}", problems.join("\n"));
}
