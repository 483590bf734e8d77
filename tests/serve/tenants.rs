//! What is a tenant's is no other's; and what a key may.

use llmspell_serve::Right;
use serde_json::{Map, json};

use super::harness::Harness;

#[test]
fn a_tenant_sees_nothing_of_another() {
    let server = Harness::new();
    let (ours, theirs) = (server.usual("acme"), server.usual("globex"));
    const CANARY: &str = "canary-5d1f";
    server
        .post("/v1/spells/secret", &theirs, json!({ "language": "lua", "source": format!("return '{CANARY}'") }))
        .ok(201);
    let body = json!({
        "source": format!("State.save('global', 'k', '{CANARY}') print('{CANARY}') return '{CANARY}'"), "language": "lua",
        "wait": true, "record": true, "parameters": { "p": CANARY },
    });
    let id = server.post("/v1/runs", &theirs, body).ok(200)["id"].as_str().unwrap().to_owned();
    let long = server.begin(&theirs, &format!("print('{CANARY}') while true do util.sleep(20) end"));
    let mut seen = String::new();
    for id in [&id, &long] {
        for path in ["", "/events", "/receipt", "/record"] {
            let answer = server.get(&format!("/v1/runs/{id}{path}"), &ours);
            answer.refused(404, "not-found", "no such run");
            seen += &answer.body;
        }
        server.delete(&format!("/v1/runs/{id}"), &ours).refused(404, "not-found", "no such run");
    }
    server.get("/v1/spells/secret", &ours).refused(404, "not-found", "there is no spell");
    server.delete("/v1/spells/secret", &ours).refused(404, "not-found", "there is no spell");
    server.post("/v1/runs", &ours, json!({ "spell": "secret" })).refused(404, "not-found", "there is no spell");
    for path in ["/v1/spells", "/v1/runs", "/v1/models"] {
        seen += &server.get(path, &ours).body;
    }
    let chat = json!({ "model": "spell/secret", "messages": [{ "role": "user", "content": "x" }] });
    let chat = server.post("/v1/chat/completions", &ours, chat);
    assert_eq!(chat.status, 404, "{}", chat.body);
    let run = server.run(
        &ours,
        "return {State.load('global', 'k') or 'nothing', State.list_keys and State.list_keys('global') or {}}",
    );
    seen += &(chat.body + &run.to_string());
    assert!(!seen.contains(CANARY) && !seen.contains("secret\""), "{seen}");
    // A spell reaches no value that the server keeps for its own tenant, either.
    let run = server.run(
        &theirs,
        "local all = {} for _, s in ipairs({'serve.runs', 'serve.spells', 'serve.versions', 'serve.events'}) do \
        for _, key in ipairs(State.list_keys(s)) do all[#all + 1] = key end end return #all",
    );
    assert_eq!((&run["outcome"], &run["result"]), (&json!("completed"), &json!(0)), "{run}");
    assert_eq!(server.until(&theirs, &long, "running")["status"], "running", "nobody cancelled it");
}

#[test]
fn a_key_may_what_its_rights_say() {
    let server = Harness::new();
    let [run, spells, read, operator] = Right::ALL.map(|right| server.key("acme", &[right]));
    let source = json!({ "source": "return 1", "language": "lua", "wait": true });
    for other in [&spells, &read, &operator] {
        server.post("/v1/runs", other, source.clone()).refused(403, "denied", "--right run");
        server.delete(&format!("/v1/runs/{}", "0".repeat(32)), other).refused(403, "denied", "--right run");
    }
    let id = server.post("/v1/runs", &run, source.clone()).ok(200)["id"].as_str().unwrap().to_owned();
    for other in [&run, &read, &operator] {
        let body = json!({ "language": "lua", "source": "return 1" });
        server.post("/v1/spells/x", other, body).refused(403, "denied", "--right spells");
        server.get("/v1/spells", other).refused(403, "denied", "--right spells");
        server.delete("/v1/spells/x", other).refused(403, "denied", "--right spells");
    }
    for (key, status) in [(&run, 200), (&read, 200), (&spells, 403), (&operator, 403)] {
        assert_eq!(server.get(&format!("/v1/runs/{id}"), key).status, status);
    }
    // A key that may run sees its own runs; all of them, only one that may read.
    let second = server.key("acme", &[Right::Run]);
    server.get(&format!("/v1/runs/{id}"), &second).refused(404, "not-found", "of this key");
    server.get("/v1/runs", &run).refused(403, "denied", "--right read");
    for other in [&run, &spells, &read] {
        server.get("/metrics", other).refused(403, "denied", "--right operator");
    }
    let metrics = server.get("/metrics", &operator);
    assert_eq!(metrics.status, 200);
    assert!(metrics.body.contains("llmspell_runs_total{outcome=\"completed\"} 1"), "{}", metrics.body);
    assert!(metrics.body.contains("# TYPE llmspell_http_requests"), "{}", metrics.body);
    assert!(!metrics.body.contains("acme") && metrics.body.contains("llmspell_runs_running 0"), "{}", metrics.body);
}

#[test]
fn keys_that_are_none_are_refused_alike() {
    let server = Harness::new();
    let (id, good) = server.new_key("acme", &[Right::Run, Right::Read], Map::new());
    assert_eq!(server.get("/v1/runs", &good).status, 200);
    let last = if good.ends_with('0') { "1" } else { "0" };
    let forged = [
        format!("{}{last}", &good[..good.len() - 1]),
        good.to_uppercase(),
        format!("llmspell_{}_{}", "0".repeat(16), "0".repeat(64)),
        format!("llmspell_{id}_"),
        format!("llmspell_{id}_{}", "0".repeat(64)),
        "llmspell_~serve_x".into(),
        "x".repeat(10_000),
        llmspell_wasm::hash(good.as_bytes()),
    ];
    for key in &forged {
        let answer = server.get("/v1/runs", key);
        answer.refused(401, "auth", "none of this server");
        assert_eq!(answer.header("www-authenticate"), Some("Bearer"));
    }
    server.get("/v1/runs", "").refused(401, "auth", "a key is missing");
    server.send("GET", "/v1/runs", "", &format!("authorization: Basic {good}\r\n"), None).refused(
        401,
        "auth",
        "Bearer KEY",
    );
    // What the store has is no key.
    assert!(!server.wait(server.keys.list()).unwrap().iter().any(|key| json!(key).to_string().contains(&good[30..])));
    assert!(server.wait(server.keys.revoke(&id)).unwrap());
    server.get("/v1/runs", &good).refused(401, "auth", "was revoked");
    assert!(!server.wait(server.keys.revoke(&id)).unwrap());
}

#[test]
fn a_tenants_policy_bounds_what_its_keys_may() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(
        folder.path().join("acme.toml"),
        "[limits]\nfuel = \"500M\"\n[models]\nallow = []\n[state]\nallow = [\"*\"]\n",
    )
    .unwrap();
    let mut config = llmspell_wasm::Config::from_toml("instances = 4\n", &|_| None).unwrap();
    config.tenant_policies = Some(folder.path().into());
    config.models = llmspell_wasm::model::Models::offline();
    let server = Harness::serving(config);
    let (acme, other) = (server.usual("acme"), server.usual("other"));
    let body = json!({ "source": "return 1", "language": "lua", "limits": { "fuel": "501M" }, "wait": true });
    server.post("/v1/runs", &acme, body).refused(400, "invalid", "is more than 500000000");
    let run = server.run(&acme, "return Agent.builder():model('m'):build():run('x')");
    assert_eq!(run["outcome"], "denied", "{run}");
    let answer = server.post("/v1/runs", &other, json!({ "source": "return 1", "language": "lua" }));
    answer.refused(403, "denied", "no policy that the tenant 'other'");
    assert!(!answer.body.contains(folder.path().to_str().unwrap()), "{}", answer.body);
}

#[test]
fn a_policy_that_changes_while_a_run_waits_holds_for_it() {
    let folder = tempfile::tempdir().unwrap();
    let policy = folder.path().join("acme.toml");
    std::fs::write(&policy, "[state]\nallow = [\"*\"]\n").unwrap();
    let mut config = llmspell_wasm::Config::from_toml("instances = 4\ntenant_runs = 1\n", &|_| None).unwrap();
    config.tenant_policies = Some(folder.path().into());
    config.models = llmspell_wasm::model::Models::offline();
    let server = Harness::serving(config);
    let key = server.usual("acme");
    let first = server.begin(&key, "while true do util.sleep(20) end");
    server.until(&key, &first, "running");
    let denied = server.begin(&key, "State.save('global', 'k', 1) return 'saved'");
    let body = json!({ "source": "while true do end", "language": "lua", "limits": { "fuel": "2G" } });
    let bounded = server.post("/v1/runs", &key, body).ok(202)["id"].as_str().unwrap().to_owned();
    std::fs::write(&policy, "[limits]\nfuel = \"100M\"\n[state]\nallow = []\n").unwrap();
    server.delete(&format!("/v1/runs/{first}"), &key).ok(200);
    let run = server.until(&key, &denied, "ended");
    assert_eq!((&run["outcome"], &run["error"]["code"]), (&json!("denied"), &json!("denied")), "{run}");
    let run = server.until(&key, &bounded, "ended");
    assert_eq!(run["outcome"], "fuel", "{run}");
    assert!(run["usage"]["fuel"].as_u64().unwrap() <= 110_000_000, "{run}");
}
