//! Runs, their events, receipts and records.

use std::io::BufReader;

use llmspell_wasm::replay::{Options, Record};
use llmspell_wasm::{Config, Runtime};
use serde_json::{Value, json};

use super::harness::{Harness, chunk, events, head, read};

const LONG: &str = "while true do util.sleep(20) end";

#[test]
fn a_job_is_accepted_ends_and_is_kept() {
    let server = Harness::new();
    let key = server.usual("acme");
    let accepted = server.post("/v1/runs", &key, json!({ "source": "return {n = 1 + 1}", "language": "lua" }));
    let run = accepted.ok(202);
    let id = run["id"].as_str().unwrap();
    assert_eq!(accepted.header("location").unwrap(), format!("/v1/runs/{id}"));
    let run = server.until(&key, id, "ended");
    assert_eq!(
        (&run["outcome"], &run["result"], &run["error"]),
        (&json!("completed"), &json!({ "n": 2 }), &Value::Null)
    );
    assert!(run["usage"]["fuel"].as_u64().unwrap() > 0 && run["started_at"].is_string(), "{run}");
    let receipt = server.get(&format!("/v1/runs/{id}/receipt"), &key).ok(200);
    assert_eq!(
        (&receipt["outcome"], &receipt["tenant"], &receipt["exit_code"]),
        (&json!("completed"), &json!("acme"), &json!(0))
    );
    assert_eq!(receipt["hashes"]["spell"], run["hash"]);
    server.get(&format!("/v1/runs/{id}/record"), &key).refused(404, "not-found", "\"record\": true");
    server.get(&format!("/v1/runs/{}", "0".repeat(32)), &key).refused(404, "not-found", "no such run");
    server.get("/v1/runs/..%2f..", &key).refused(404, "not-found", "no such run");
}

#[test]
fn how_a_run_ends_is_no_error_of_the_request() {
    let server = Harness::new();
    let key = server.usual("acme");
    for (source, outcome, code) in [
        ("error('no')", "script-error", "script-error"),
        ("return +", "invalid-spell", "invalid-spell"),
        ("require('secret')", "denied", "denied"),
    ] {
        let run = server.run(&key, source);
        assert_eq!((&run["status"], &run["outcome"]), (&json!("ended"), &json!(outcome)), "{run}");
        assert_eq!(run["error"]["code"], code, "{run}");
    }
}

#[test]
fn events_tell_all_and_can_be_resumed() {
    let server = Harness::scripted(r#"{"text": "Hello there, all of you"}"#);
    let key = server.usual("acme");
    let source = r#"
        print("one")
        Logger.warn("careful", {n = 1})
        local reply = Agent.builder():model("m"):build():run("hi")
        tools.calculator({input = "1 + 1"})
        print("two")
        return reply.text
    "#;
    let id = server.begin(&key, source);
    let path = format!("/v1/runs/{id}/events");
    let answer = server.get(&path, &key);
    assert_eq!((answer.status, answer.header("content-type")), (200, Some("text/event-stream")), "{}", answer.body);
    let heard = events(&answer.body);
    let ids: Vec<u64> = heard.iter().map(|event| event.0).collect();
    assert_eq!(ids, (1..=heard.len() as u64).collect::<Vec<_>>());
    let of = |kind: &str| heard.iter().filter(|event| event.1 == kind).map(|event| event.2.clone()).collect::<Vec<_>>();
    let written: String = of("output").iter().map(|data| data["text"].as_str().unwrap()).collect();
    assert_eq!(written, "one\ntwo\n");
    let ended = &of("ended")[0];
    assert_eq!(
        (&ended["outcome"], &ended["result"]),
        (&json!("completed"), &json!("Hello there, all of you")),
        "{ended}"
    );
    assert_eq!(of("log")[0]["message"], "careful");
    assert_eq!((of("model").len(), &of("model")[0]["failure"]), (1, &Value::Null), "{heard:?}");
    assert_eq!(of("tool")[0]["name"], "calculator", "{heard:?}");
    assert_eq!(heard.last().unwrap().1, "ended");
    server.until(&key, &id, "ended");
    // From where it was, by either way, also when the run is over.
    let all = events(&server.get(&path, &key).body);
    assert_eq!(all, heard);
    let rest = events(&server.send("GET", &path, &key, "last-event-id: 3\r\n", None).body);
    assert_eq!(rest, heard[3..]);
    assert_eq!(events(&server.get(&format!("{path}?after=3"), &key).body), heard[3..]);
    server.send("GET", &path, &key, "last-event-id: x\r\n", None).refused(400, "invalid", "Last-Event-ID");
}

#[test]
fn events_come_while_the_run_goes_on() {
    let server = Harness::new();
    let key = server.usual("acme");
    let id = server.begin(&key, "print('begun') while true do util.sleep(20) end");
    let stream = server.open("GET", &format!("/v1/runs/{id}/events"), &key, "", None);
    let mut reader = BufReader::new(stream);
    assert!(head(&mut reader).starts_with("HTTP/1.1 200 "));
    let mut heard = String::new();
    while !heard.contains("begun") {
        heard += &String::from_utf8(chunk(&mut reader).unwrap()).unwrap();
    }
    let cancelled = server.delete(&format!("/v1/runs/{id}"), &key).ok(200);
    assert_eq!((&cancelled["status"], &cancelled["outcome"]), (&json!("ended"), &json!("cancelled")));
    while let Some(more) = chunk(&mut reader) {
        heard += &String::from_utf8(more).unwrap();
    }
    assert_eq!(events(&heard).last().unwrap().1, "ended");
    // Again, it is as it is.
    assert_eq!(server.delete(&format!("/v1/runs/{id}"), &key).ok(200)["outcome"], "cancelled");
}

#[test]
fn a_record_can_be_replayed() {
    let server = Harness::scripted(r#"{"text": "Hello"}"#);
    let key = server.usual("acme");
    let source = "return Agent.builder():model('m'):build():run('hi').text .. math.random(1000000)";
    let body = json!({ "source": source, "language": "lua", "wait": true, "record": true });
    let run = server.post("/v1/runs", &key, body).ok(200);
    assert_eq!(run["recorded"], true, "{run}");
    let id = run["id"].as_str().unwrap();
    let mut stream = server.open("GET", &format!("/v1/runs/{id}/record"), &key, "", None);
    let mut bytes = Vec::new();
    std::io::Read::read_to_end(&mut stream, &mut bytes).unwrap();
    let start = bytes.windows(4).position(|part| part == b"\r\n\r\n").unwrap() + 4;
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), &bytes[start..]).unwrap();
    let runtime = Runtime::new(Config::from_toml("instances = 1", &|_| None).unwrap()).unwrap();
    let replayed = server.wait(runtime.replay(&Record::file(file.path()).unwrap(), Options::default())).unwrap();
    assert!(replayed.is_equal());
}

#[test]
fn a_request_that_is_sent_twice_begins_one_run() {
    let server = Harness::new();
    let key = server.usual("acme");
    let body = json!({ "source": "return State.increment('global', 'n')", "language": "lua", "wait": true });
    let send = |key: &str, body: &Value| server.send("POST", "/v1/runs", key, "idempotency-key: first\r\n", Some(body));
    let first = send(&key, &body);
    let again = send(&key, &body);
    assert_eq!((first.status, again.status), (200, 200), "{} {}", first.body, again.body);
    assert_eq!((first.header("idempotent-replayed"), again.header("idempotent-replayed")), (None, Some("true")));
    assert_eq!(first.json(), again.json());
    let other = json!({ "source": "return 2", "language": "lua", "wait": true });
    send(&key, &other).refused(422, "conflict", "a new request needs a new key");
    // What another tenant calls its request is its own.
    let others = send(&server.usual("other"), &body);
    assert_ne!(others.ok(200)["id"], first.json()["id"]);
    let at_once: Vec<Value> = std::thread::scope(|scope| {
        let send = || server.send("POST", "/v1/runs", &key, "idempotency-key: second\r\n", Some(&body)).ok(200);
        let all: Vec<_> = (0..6).map(|_| scope.spawn(send)).collect();
        all.into_iter().map(|one| one.join().unwrap()["id"].clone()).collect()
    });
    assert!(at_once.iter().all(|id| *id == at_once[0]), "{at_once:?}");
    let long = format!("idempotency-key: {}\r\n", "x".repeat(256));
    server.send("POST", "/v1/runs", &key, &long, Some(&body)).refused(400, "invalid", "1 to 255");
}

#[test]
fn limits_only_tighten() {
    let server = Harness::with("instances = 4\n[limits]\nfuel = \"1G\"\n");
    let key = server.limited_key("acme", &[llmspell_serve::Right::Run], json!({ "timeout": "20s" }));
    let run = |limits: Value| {
        let source = "local n = 0 while true do n = n + 1 end";
        server.post("/v1/runs", &key, json!({ "source": source, "language": "lua", "limits": limits, "wait": true }))
    };
    assert_eq!(run(json!({ "fuel": 100_000_000 })).ok(200)["outcome"], "fuel");
    run(json!({ "fuel": "2G" })).refused(
        400,
        "invalid",
        "limits.fuel: 2000000000 is more than 1000000000, which is the limit of this key",
    );
    run(json!({ "timeout": "21s" })).refused(400, "invalid", "limits.timeout: 21s is more than 20s");
    run(json!({ "fule": 1 })).refused(400, "invalid", "did you mean 'fuel'?");
}

#[test]
fn runs_are_listed_page_by_page() {
    let server = Harness::new();
    let key = server.usual("acme");
    let ids: Vec<Value> = (0..5).map(|number| server.run(&key, &format!("return {number}"))["id"].clone()).collect();
    let (mut seen, mut after) = (Vec::new(), String::new());
    loop {
        let page = server.get(&format!("/v1/runs?limit=2{after}"), &key).ok(200);
        let runs = page["runs"].as_array().unwrap();
        assert!(runs.len() <= 2 && runs.iter().all(|run| run["result"].is_null()));
        seen.extend(runs.iter().map(|run| run["id"].clone()));
        match page["next"].as_str() {
            Some(next) => after = format!("&after={next}"),
            None => break,
        }
    }
    seen.reverse();
    assert_eq!(seen, ids);
    server.get("/v1/runs?limit=0", &key).refused(400, "invalid", "limit: is from 1 to 1000");
    server.get("/v1/runs?limit=1001", &key).refused(400, "invalid", "limit");
    server.get("/v1/runs?after=x", &key).refused(400, "invalid", "after");
    server.get("/v1/runs?order=up", &key).refused(400, "invalid", "unknown field `order`");
}

#[test]
fn a_server_that_ends_waits_for_runs_and_begins_none() {
    let server = Harness::with("instances = 4\n[server]\ndrain = \"20s\"\n");
    let key = server.usual("acme");
    let id = server.begin(&key, "util.sleep(2000) return 'whole'");
    server.until(&key, &id, "running");
    assert_eq!(server.get("/ready", "").status, 200);
    let events_of_it = server.open("GET", &format!("/v1/runs/{id}/events"), &key, "", None);
    server.stop.cancel();
    let mut refused = server.post("/v1/runs", &key, json!({ "source": "return 1", "language": "lua" }));
    for _ in 0..50 {
        if refused.status != 202 {
            break;
        }
        refused = server.post("/v1/runs", &key, json!({ "source": "return 1", "language": "lua" }));
    }
    refused.refused(503, "closed", "about to end");
    server.get("/ready", "").refused(503, "closed", "about to end");
    let heard = events(&read(events_of_it).body);
    let (_, kind, run) = heard.last().unwrap();
    assert_eq!((kind.as_str(), &run["result"]), ("ended", &json!("whole")));
    server.end();
}

#[test]
fn runs_that_do_not_end_in_time_are_cancelled_and_said_to_be() {
    let folder = tempfile::tempdir().unwrap();
    let text = format!(
        "instances = 4\n[state]\nstore = \"sqlite:{}\"\n[server]\ndrain = \"100ms\"\n",
        folder.path().join("s.db").display()
    );
    let server = Harness::with(&text);
    let key = server.usual("acme");
    let id = server.begin(&key, LONG);
    server.until(&key, &id, "running");
    server.end();
    let server = Harness::with(&text);
    let run = server.get(&format!("/v1/runs/{id}"), &key).ok(200);
    assert_eq!(
        (&run["status"], &run["outcome"]),
        (&json!("ended"), &json!("cancelled")),
        "the key and the run are kept"
    );
}

#[test]
fn a_spell_that_fills_its_tenants_room_still_has_its_end_kept() {
    let server = Harness::with("instances = 4\n[state]\ntenant_bytes = \"200KB\"\n");
    let key = server.usual("acme");
    let fill = "
        local n, size = 0, 65536
        while size >= 1 do
            if pcall(State.save, 'global', 'k' .. n, ('x'):rep(size)) then n = n + 1 else size = size // 2 end
        end
        print('full') return 'done'";
    let body = json!({ "source": fill, "language": "lua", "wait": true });
    let send = || server.send("POST", "/v1/runs", &key, "idempotency-key: mine\r\n", Some(&body));
    let run = send().ok(200);
    assert_eq!((&run["outcome"], &run["result"]), (&json!("completed"), &json!("done")));
    let id = run["id"].as_str().unwrap();
    server.until(&key, id, "ended");
    assert_eq!(send().ok(200), run, "what is kept is what was told");
    let heard = events(&server.get(&format!("/v1/runs/{id}/events"), &key).body);
    assert!(
        heard.iter().any(|event| event.2["text"].as_str().is_some_and(|text| text.starts_with("full"))),
        "{heard:?}"
    );
    assert_eq!(server.get(&format!("/v1/runs/{id}/receipt"), &key).ok(200)["outcome"], "completed");
    let next = server.post("/v1/runs", &key, json!({ "source": "return 1", "language": "lua" }));
    next.refused(507, "quota", "the tenant's part of the store is full");
}

#[test]
fn an_end_that_is_too_large_to_be_kept_says_so() {
    let text = "instances = 4\n[limits]\nmax-value = \"8MiB\"\n[server]\nmax_events = \"8MiB\"\n";
    let server = Harness::with(text);
    let key = server.usual("acme");
    let large = "for n = 1, 700 do Logger.warn(('x'):rep(12000)) end return ('y'):rep(5000000)";
    server.post("/v1/spells/large", &key, json!({ "language": "lua", "source": large })).ok(201);
    let body = json!({ "model": "spell/large", "messages": [{ "role": "user", "content": "x" }] });
    let ask = || server.send("POST", "/v1/chat/completions", &key, "idempotency-key: mine\r\n", Some(&body));
    let first = ask();
    let id = first.header("x-llmspell-run").unwrap().to_owned();
    let run = server.until(&key, &id, "ended");
    let kept = (&run["outcome"], &run["result"], &run["shortened"]);
    assert_eq!(kept, (&json!("completed"), &Value::Null, &json!(true)));
    let again = ask();
    assert_eq!((again.status, again.header("x-should-retry")), (500, Some("false")), "{}", again.body);
    assert!(again.body.contains("too large to be kept"), "{}", again.body);
}

#[test]
fn a_run_of_another_server_on_the_store_is_told_as_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let store = format!("[state]\nstore = \"sqlite:{}\"\n", folder.path().join("s.db").display());
    let text = format!("instances = 4\n{store}[server]\ndrain = \"100ms\"\n");
    let (server, other) = (Harness::with(&text), Harness::with(&text));
    let key = server.usual("acme");
    let body = json!({ "source": LONG, "language": "lua", "wait": true });
    let named = "idempotency-key: mine\r\n";
    let waiting = server.open("POST", "/v1/runs", &key, named, Some(&body));
    let id = loop {
        if let Some(id) = other.get("/v1/runs", &key).ok(200)["runs"][0]["id"].as_str() {
            break id.to_owned();
        }
    };
    let path = format!("/v1/runs/{id}");
    let status = |server: &Harness| server.get(&path, &key).ok(200)["status"].clone();
    assert!(["queued", "running"].contains(&status(&other).as_str().unwrap()));
    other.get(&format!("{path}/events"), &key).refused(409, "conflict", "in another server");
    other.send("POST", "/v1/runs", &key, named, Some(&body)).refused(409, "conflict", "in another server");
    other.delete(&path, &key).refused(409, "conflict", "in another server");
    server.until(&key, &id, "running");
    server.delete(&path, &key).ok(200);
    assert_eq!(read(waiting).ok(200)["outcome"], "cancelled");
    // Once it is over, it is the same everywhere.
    assert_eq!(other.delete(&path, &key).ok(200)["outcome"], "cancelled");
    assert_eq!(events(&other.get(&format!("{path}/events"), &key).body).last().unwrap().1, "ended");
}

#[test]
fn a_run_that_has_just_ended_is_told_as_it_is() {
    let server = Harness::with("instances = 8\ntenant_runs = 8\n");
    let key = server.usual("acme");
    std::thread::scope(|scope| {
        // Who has waited for a run can ask for its receipt at once.
        scope.spawn(|| {
            for _ in 0..60 {
                let id = server.run(&key, "return 1")["id"].as_str().unwrap().to_owned();
                server.get(&format!("/v1/runs/{id}/receipt"), &key).ok(200);
            }
        });
        let runs = scope.spawn(|| {
            let all: Vec<String> = (0..60).map(|_| server.begin(&key, "return 1")).collect();
            all.iter().for_each(|id| drop(server.until(&key, id, "ended")));
        });
        while !runs.is_finished() {
            let page = server.get("/v1/runs?limit=1000", &key).ok(200);
            assert!(page["runs"].as_array().unwrap().iter().all(|run| run["status"] != "interrupted"), "{page}");
        }
    });
}

#[test]
fn what_a_key_calls_its_request_is_its_own_and_comes_before_all_else() {
    let server = Harness::new();
    let (key, blind) = (server.usual("acme"), server.key("acme", &[llmspell_serve::Right::Run]));
    server.post("/v1/spells/x", &key, json!({ "language": "lua", "source": "return params.n" })).ok(201);
    let named = "idempotency-key: mine\r\n";
    let body = json!({ "spell": "x", "parameters": { "n": 1 }, "wait": true });
    let chat = json!({ "model": "spell/x", "messages": [{ "role": "user", "content": "x" }] });
    let run = |key: &str| server.send("POST", "/v1/runs", key, named, Some(&body));
    let ask = || server.send("POST", "/v1/chat/completions", &key, "idempotency-key: other\r\n", Some(&chat));
    let (first, asked) = (run(&key), ask());
    let others = run(&blind);
    assert_eq!(others.header("idempotent-replayed"), None, "a key that reads no runs of others gets none");
    assert_ne!(others.ok(200)["id"], first.ok(200)["id"]);
    assert_eq!(server.delete("/v1/spells/x", &key).status, 204);
    assert_eq!(run(&key).ok(200), first.ok(200), "also when the spell is gone");
    assert_eq!(ask().header("x-llmspell-run"), asked.header("x-llmspell-run"));
}
