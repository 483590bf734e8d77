//! Budgets hold over real HTTP: the call that would go over is not made, whatever the spell does about it.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};

use llmspell_testkit::double::respond;
use llmspell_wasm::{Config, Ending, Grants, Limit, Limits, NanoDollars, Runtime, Spell, Transcript};
use serde_json::{Value, json};

use super::server;

/// A server that answers with as many tokens as it may, and the sum of what it reported.
fn spender() -> (String, Arc<AtomicU64>) {
    let spent = Arc::new(AtomicU64::new(0));
    let sum = spent.clone();
    let address = server(move |request, stream| {
        let body: Value = serde_json::from_str(request.split_once("\r\n\r\n").unwrap().1).unwrap();
        let most = body["max_tokens"].as_u64().or(body["max_completion_tokens"].as_u64()).unwrap();
        let (input, output) = (20, most.min(30));
        sum.fetch_add(input + output, Ordering::Relaxed);
        let usage = json!({"prompt_tokens": input, "completion_tokens": output, "total_tokens": input + output});
        if body["stream"] != json!(true) {
            let message = json!({"role": "assistant", "content": "on"});
            let choices = json!([{"index": 0, "message": message, "finish_reason": "stop"}]);
            let answer = json!({"id": "c", "object": "chat.completion", "created": 1, "model": "m", "choices": choices, "usage": usage});
            return respond(stream, "200 OK", "", &answer.to_string());
        }
        let chunk = |delta: Value, reason: Value| {
            json!({"id": "c", "object": "chat.completion.chunk", "created": 1, "model": "m", "usage": null,
                   "choices": [{"index": 0, "delta": delta, "finish_reason": reason}]})
        };
        let last = json!({"id": "c", "object": "chat.completion.chunk", "created": 1, "model": "m", "choices": [], "usage": usage});
        let chunks =
            [chunk(json!({"role": "assistant", "content": "on"}), Value::Null), chunk(json!({}), json!("stop")), last];
        let body: String = chunks.iter().map(|chunk| format!("data: {chunk}\n\n")).collect();
        use std::io::Write;
        let head = "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\nconnection: close\r\n\r\n";
        write!(stream, "{head}{body}data: [DONE]\n\n").unwrap();
    });
    (address, spent)
}

fn runtime(address: &str, more: &str) -> Runtime {
    let toml = format!(
        "{more}\n[providers.local]\nkind = \"openai\"\nbase_url = \"{address}\"\n\
         input_price = \"1\"\noutput_price = \"1\"\nattempts = 1\n"
    );
    Runtime::new(Config { instances: 10, ..Config::from_toml(&toml, &|_| None).unwrap() }).unwrap()
}

/// A server that writes on and on, whatever it was told, and reports one token.
fn babbler() -> (String, Arc<AtomicU64>) {
    let asked = Arc::new(AtomicU64::new(0));
    let count = asked.clone();
    let address = server(move |request, stream| {
        count.fetch_add(1, Ordering::Relaxed);
        let body: Value = serde_json::from_str(request.split_once("\r\n\r\n").unwrap().1).unwrap();
        let usage = json!({"prompt_tokens": 1, "completion_tokens": 1, "total_tokens": 2});
        if body["stream"] != json!(true) {
            let message = json!({"role": "assistant", "content": "and on ".repeat(2_000)});
            let choices = json!([{"index": 0, "message": message, "finish_reason": "stop"}]);
            let answer = json!({"id": "c", "object": "chat.completion", "created": 1, "model": "m", "choices": choices, "usage": usage});
            return respond(stream, "200 OK", "", &answer.to_string());
        }
        use std::io::Write;
        let head = "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\nconnection: close\r\n\r\n";
        let chunk = json!({"id": "c", "object": "chat.completion.chunk", "created": 1, "model": "m", "usage": null,
                           "choices": [{"index": 0, "delta": {"role": "assistant", "content": "and on "}, "finish_reason": null}]});
        let last = json!({"id": "c", "object": "chat.completion.chunk", "created": 1, "model": "m", "usage": usage,
                          "choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]});
        // The client may hang up.
        let _ = write!(stream, "{head}{}data: {last}\n\ndata: [DONE]\n\n", format!("data: {chunk}\n\n").repeat(2_000));
    });
    (address, asked)
}

#[tokio::test]
async fn who_writes_beyond_the_runs_budget_ends_the_run_streamed_or_not() {
    let (address, asked) = babbler();
    let runtime = runtime(&address, "");
    let of_tokens = Limits { tokens: Some(1_000), ..Limits::default() };
    let of_money = Limits { cost: Some(NanoDollars(1_000_000)), ..Limits::default() };
    for (limits, limit) in [(of_tokens, Limit::Tokens), (of_money, Limit::Cost)] {
        for language in ["lua", "javascript"] {
            for (streamed, caught) in [(false, false), (false, true), (true, false), (true, true)] {
                asked.store(0, Ordering::Relaxed);
                let outcome = runtime.run(spell(language, streamed, caught), Grants::local(), limits.clone()).await;
                let what = format!("{language}, streamed: {streamed}, caught: {caught}: {:?}", outcome.error);
                assert_eq!(outcome.ending, Ending::Spent(limit), "{what}");
                assert!(outcome.error.unwrap().message.starts_with("the answer was cut: it is longer than"), "{what}");
                assert_eq!(asked.load(Ordering::Relaxed), 1, "{what}");
            }
        }
    }
}

#[tokio::test]
async fn who_has_no_price_is_not_asked_under_a_budget_of_money() {
    let (address, asked) = babbler();
    let toml = format!("[providers.local]\nkind = \"openai\"\nbase_url = \"{address}\"\n");
    let runtime = Runtime::new(Config { instances: 1, ..Config::from_toml(&toml, &|_| None).unwrap() }).unwrap();
    let limits = Limits { cost: Some(NanoDollars(1_000_000)), ..Limits::default() };
    for language in ["lua", "javascript"] {
        for (streamed, caught) in [(false, false), (false, true), (true, false), (true, true)] {
            let outcome = runtime.run(spell(language, streamed, caught), Grants::local(), limits.clone()).await;
            let what = format!("{language}, streamed: {streamed}, caught: {caught}: {:?}", outcome.error);
            assert_eq!(outcome.ending, Ending::Spent(Limit::Cost), "{what}");
            assert!(outcome.error.unwrap().message.contains("set input_price and output_price"), "{what}");
        }
    }
    assert_eq!(asked.load(Ordering::Relaxed), 0);
}

#[tokio::test]
async fn a_report_that_can_not_be_true_is_told_of_vectors_as_of_answers() {
    let address = server(|request, stream| {
        let usage = json!({"prompt_tokens": 900_000, "completion_tokens": 1, "total_tokens": 900_001});
        let answer = match request.contains("/embeddings") {
            true => {
                json!({"object": "list", "model": "m", "usage": {"prompt_tokens": 900_000, "total_tokens": 900_000},
                           "data": [{"object": "embedding", "index": 0, "embedding": [1.0, 0.5]}]})
            }
            false => json!({"id": "c", "object": "chat.completion", "created": 1, "model": "m", "usage": usage,
                "choices": [{"index": 0, "message": {"role": "assistant", "content": "hi"}, "finish_reason": "stop"}]}),
        };
        respond(stream, "200 OK", "", &answer.to_string());
    });
    let runtime = runtime(&address, "");
    let limits = Limits { tokens: Some(100_000), ..Limits::default() };
    for code in ["llm.embed{model = 'local/m', input = 'x'}", "llm.agent{model = 'local/m'}:run('x')"] {
        let heard = Transcript::default();
        let spell = Spell { listener: Box::new(heard.clone()), ..Spell::new("lua", "a.lua", code) };
        let outcome = runtime.run(spell, Grants::local(), limits.clone()).await;
        assert_eq!(outcome.ending, Ending::Completed, "{code}: {:?}", outcome.error);
        let log = heard.heard().log;
        assert!(
            log.iter().any(|(_, message, _)| message.contains("more tokens than it can have used")),
            "{code}: {log:?}"
        );
    }
}

/// Asks again and again.
fn spell(language: &str, streamed: bool, caught: bool) -> Spell {
    let lua = match streamed {
        true => "agent:stream('go on', function() end)",
        false => "agent:run('go on')",
    };
    let javascript = match streamed {
        true => "await agent.stream('go on', () => {})",
        false => "await agent.run('go on')",
    };
    let text = match (language, caught) {
        ("lua", true) => format!("while true do pcall(function() {lua} end) end"),
        ("lua", false) => format!("while true do {lua} end"),
        (_, true) => format!("for (;;) {{ try {{ {javascript} }} catch {{}} }}"),
        (_, false) => format!("for (;;) {{ {javascript} }}"),
    };
    let (start, name) = match language {
        "lua" => ("local agent = Agent.create{model = 'local/m', stateless = true}\n", "a.lua"),
        _ => ("const agent = Agent.create({model: 'local/m', stateless: true});\n", "a.js"),
    };
    Spell::new(language, name, &format!("{start}{text}"))
}

async fn is_stopped(limits: Limits, limit: Limit, most: u64) {
    let (address, spent) = spender();
    let runtime = runtime(&address, "");
    for language in ["lua", "javascript"] {
        for (streamed, caught) in [(false, false), (false, true), (true, false), (true, true)] {
            spent.store(0, Ordering::Relaxed);
            let outcome = runtime.run(spell(language, streamed, caught), Grants::local(), limits.clone()).await;
            let what = format!("{language}, streamed: {streamed}, caught: {caught}: {:?}", outcome.error);
            assert_eq!(outcome.ending, Ending::Spent(limit), "{what}");
            assert!(outcome.error.unwrap().message.contains(" left"), "{what}");
            let spent = spent.load(Ordering::Relaxed);
            assert!((most / 2..=most).contains(&spent), "{spent}: {what}");
            assert_eq!(spent, outcome.ledger.models.input_tokens + outcome.ledger.models.output_tokens, "{what}");
        }
    }
}

#[tokio::test]
async fn who_would_spend_more_tokens_than_there_are_is_stopped_before() {
    is_stopped(Limits { tokens: Some(300), ..Limits::default() }, Limit::Tokens, 300).await;
}

#[tokio::test]
async fn who_would_spend_more_money_than_there_is_is_stopped_before() {
    // A dollar for a million tokens: a thousand nano-dollars each.
    let cost = Some(NanoDollars(300_000));
    is_stopped(Limits { cost, ..Limits::default() }, Limit::Cost, 300).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ten_at_once_never_exceed_their_tenants_budget() {
    let (address, spent) = spender();
    static RUNTIME: OnceLock<Runtime> = OnceLock::new();
    let runtime = RUNTIME.get_or_init(|| runtime(&address, "[budgets.each_tenant]\ntokens_per_day = 1000\n"));
    let runs = (0..10).map(|number| {
        tokio::spawn(async move {
            let language = if number % 2 == 0 { "lua" } else { "javascript" };
            let mut spell = spell(language, number % 3 == 0, true);
            spell.tenant = "acme".into();
            runtime.run(spell, Grants::local(), Limits::default()).await
        })
    });
    for outcome in futures::future::join_all(runs).await {
        let outcome = outcome.unwrap();
        assert_eq!(outcome.ending, Ending::Spent(Limit::Tokens), "{:?}", outcome.error);
        assert!(outcome.error.unwrap().message.contains("the tenant's budget of 1000 tokens for today (UTC)"));
    }
    let total = spent.load(Ordering::Relaxed);
    assert!((850..=1000).contains(&total), "{total}");
    // A later run finds what was spent.
    let mut next = spell("lua", false, true);
    next.tenant = "acme".into();
    let outcome = runtime.run(next, Grants::local(), Limits::default()).await;
    assert_eq!((outcome.ending, spent.load(Ordering::Relaxed)), (Ending::Spent(Limit::Tokens), total));
    let mut own = spell("lua", false, true);
    own.tenant = "~budgets".into();
    let outcome = runtime.run(own, Grants::local(), Limits::default()).await;
    assert_eq!(outcome.ending, Ending::Denied);
}
