//! One spell over real HTTP, against local servers that answer well, badly and not at all.

#![allow(clippy::indexing_slicing, clippy::unwrap_used, reason = "a test fails by panicking")]

use std::io::Write;
use std::net::TcpStream;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

use llmspell_testkit::double::{Buffer, completion, respond, serve};
use llmspell_wasm::audit::Audit;
use llmspell_wasm::{Config, Ending, Grants, Limits, Outcome, Runtime, Spell, Transcript};
use serde_json::{Value, json};

#[path = "http/abort.rs"]
mod abort;
#[path = "http/budgets.rs"]
mod budgets;
#[path = "http/replies.rs"]
mod replies;
#[path = "http/tools.rs"]
mod tools;

const CANARY: &str = "sk-canary-0123456789abcdef";

const SPELL: &str = r#"
    local ok, reply = pcall(llm.complete, {model = "local/m", messages = {{role = "user", content = "Hello"}}})
    if ok then return reply:table() end
    print(reply)
    return {code = reply.code, message = reply.message, details = reply.details}
"#;

/// A server, as the address of an OpenAI provider.
fn server(answer: impl FnMut(&str, &mut TcpStream) + Send + 'static) -> String {
    format!("{}/v1", serve(answer))
}

/// Runs the spell against the server. Nothing that is said or kept may hold the key.
fn ask(base_url: &str) -> (Outcome, Value) {
    let toml = format!(
        "[providers.local]\nkind = \"openai\"\nbase_url = \"{base_url}\"\napi_key_env = \"LOCAL_KEY\"\n\
         first_byte_timeout = \"300ms\"\nretry_wait = \"1ms\"\nlongest_retry_wait = \"1s\"\n"
    );
    let mut config = Config::from_toml(&toml, &|name| (name == "LOCAL_KEY").then(|| CANARY.into())).unwrap();
    config.instances = 1;
    let heard = Transcript::default();
    let mut spell = Spell::new("lua", "spell.lua", SPELL);
    spell.listener = Box::new(heard.clone());
    let journal = Buffer::default();
    spell.journal = Some(Box::new(journal.clone()));
    let tokio = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let runtime = Runtime::new(config).unwrap();
    let outcome = tokio.block_on(runtime.run(spell, Grants::local(), Limits::default()));
    let journal = journal.take();
    let all = format!("{outcome:?} {:?} {journal}", heard.heard());
    assert!(journal.contains("agent.complete") && !all.contains(CANARY), "{all}");
    assert_eq!(outcome.ending, Ending::Completed, "{:?}", outcome.error);
    let result = outcome.result.clone().unwrap();
    (outcome, result)
}

#[test]
fn a_reply_arrives_with_its_usage_and_the_key_went_out() {
    let (outcome, result) = ask(&server(|request, stream| {
        assert!(request.starts_with("POST /v1/chat/completions "), "{request}");
        assert!(request.contains(&format!("Bearer {CANARY}")));
        let body: Value = serde_json::from_str(request.split_once("\r\n\r\n").unwrap().1).unwrap();
        assert_eq!((&body["model"], &body["messages"][0]["role"]), (&json!("m"), &json!("user")));
        respond(stream, "200 OK", "", &completion("Hello there"));
    }));
    assert_eq!((&result["text"], &result["provider"]), (&json!("Hello there"), &json!("local")));
    assert_eq!(result["usage"]["total_tokens"], 12);
    let used = outcome.ledger.models;
    assert_eq!((used.model_calls, used.input_tokens, used.output_tokens), (1, 9, 3));
}

#[test]
fn statuses_are_failures_with_their_code() {
    for (status, code) in [
        ("401 Unauthorized", "auth"),
        ("404 Not Found", "not-found"),
        ("429 Too Many Requests", "rate-limited"),
        ("500 Internal Server Error", "provider"),
    ] {
        let (_, result) = ask(&server(move |_, stream| {
            let body = json!({ "error": { "message": format!("no model for {CANARY}"), "type": "x" } }).to_string();
            respond(stream, status, "retry-after: 7\r\n", &body);
        }));
        assert_eq!(result["code"], code, "{result}");
        assert_eq!(result["details"]["status"], status[..3].parse::<u64>().unwrap(), "{result}");
        assert_eq!(result["details"]["provider"], "local", "{result}");
    }
}

#[test]
fn a_server_in_trouble_is_asked_again() {
    let asked = AtomicUsize::new(0);
    let (outcome, result) = ask(&server(move |_, stream| match asked.fetch_add(1, Ordering::SeqCst) {
        0 => respond(stream, "503 Service Unavailable", "", "{}"),
        1 => respond(stream, "429 Too Many Requests", "retry-after: 0\r\n", "{}"),
        _ => respond(stream, "200 OK", "", &completion("Hello at last")),
    }));
    assert_eq!(result["text"], "Hello at last", "{result}");
    // It was one call of the spell, and the provider counted one.
    assert_eq!((outcome.ledger.models.model_calls, outcome.ledger.models.input_tokens), (1, 9));
}

#[test]
fn a_hang_ends_with_a_timeout() {
    let (_, result) = ask(&server(|_, _| thread::sleep(Duration::from_secs(5))));
    assert_eq!(result["code"], "timeout", "{result}");
}

#[test]
fn a_reply_cut_in_the_middle_is_the_providers_failure() {
    let (_, result) = ask(&server(|_, stream| {
        let body = completion("Hello there");
        write!(stream, "HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n{}", body.len(), &body[..body.len() / 2]).unwrap();
    }));
    assert_eq!(result["code"], "provider", "{result}");
}

#[test]
fn a_reply_that_is_no_json_is_the_providers_failure() {
    let (_, result) = ask(&server(|_, stream| respond(stream, "200 OK", "", "<html>hello</html>")));
    assert_eq!(result["code"], "provider", "{result}");
}

#[test]
fn a_reply_over_the_cap_is_too_large() {
    let (_, result) = ask(&server(|_, stream| {
        let _ = stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n\r\n");
        // The client hangs up long before this is over.
        for _ in 0..20 {
            let _ = stream.write_all(&vec![b' '; 1 << 20]);
        }
    }));
    assert_eq!(result["code"], "too-large", "{result}");
}

#[test]
fn a_refused_connection_is_the_providers_failure() {
    let (_, result) = ask("http://127.0.0.1:1/v1");
    assert_eq!(result["code"], "provider", "{result}");
    assert!(result["message"].as_str().unwrap().contains("refused"), "{result}");
}

#[test]
fn a_redirect_is_not_followed() {
    let (_, result) = ask(&server(|_, stream| {
        respond(stream, "302 Found", "location: http://127.0.0.1:1/steal\r\n", "");
    }));
    assert_eq!(result["code"], "provider", "{result}");
}

const KEYED: &str =
    "[providers.local]\nkind = \"openai\"\nbase_url = \"http://127.0.0.1:1/v1\"\napi_key_env = \"LOCAL_KEY\"\n";

#[test]
fn a_key_that_a_spell_returns_or_asks_for_is_not_shown() {
    let lua = format!("local key = '{CANARY}' local _ = env[key] return {{ [key] = {{ key .. '!' }} }}");
    let javascript = format!("const key = '{CANARY}'; void env[key]; return {{ [key]: [key + '!'] }}");
    for (language, source) in [("lua", lua), ("javascript", javascript)] {
        let config = Config::from_toml(KEYED, &|name| (name == "LOCAL_KEY").then(|| CANARY.into())).unwrap();
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("audit.jsonl");
        let mut spell = Spell::new(language, "spell", &source);
        spell.audit = Some(Audit::open(&path).unwrap());
        let tokio = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let outcome = tokio.block_on(Runtime::new(config).unwrap().run(spell, Grants::local(), Limits::default()));
        assert_eq!(outcome.result, Some(json!({"[redacted]": ["[redacted]!"]})), "{language}");
        let audit = std::fs::read_to_string(&path).unwrap();
        assert!(!audit.contains(CANARY) && audit.contains("[redacted]"), "{language}: {audit}");
    }
}

#[test]
fn a_key_that_a_spell_prints_is_not_shown() {
    let source = format!(
        r#"
        local key = "{CANARY}"
        print("one " .. key)
        io.write("two ", key:sub(1, 9)) io.write(key:sub(10), " s")
        Logger.warn("three " .. key, {{[key] = {{key}}}})
        State.save("global", "k", key)
        error({{code = "own", message = "four " .. key, details = {{key}}}})
        "#
    );
    let config = Config::from_toml(KEYED, &|name| (name == "LOCAL_KEY").then(|| CANARY.into())).unwrap();
    let (heard, journal) = (Transcript::default(), Buffer::default());
    let mut spell = Spell::new("lua", "spell.lua", &source);
    spell.listener = Box::new(heard.clone());
    spell.journal = Some(Box::new(journal.clone()));
    let tokio = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let runtime = Runtime::new(config).unwrap();
    let outcome = tokio.block_on(runtime.run(spell, Grants::local(), Limits::default()));
    let (heard, journal) = (heard.heard(), journal.take());
    assert_eq!(String::from_utf8(heard.output).unwrap(), "one [redacted]\ntwo [redacted] s");
    let (_, message, fields) = &heard.log[0];
    assert_eq!((message.as_str(), fields), ("three [redacted]", &Some(json!({"[redacted]": ["[redacted]"]}))));
    let error = outcome.error.unwrap();
    assert!(error.message.contains("four [redacted]") && !format!("{error:?}").contains(CANARY), "{error:?}");
    assert!(!journal.contains(CANARY) && journal.matches("[redacted]").count() >= 4, "{journal}");
}
