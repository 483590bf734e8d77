//! Stored spells.

use llmspell_serve::Right;
use serde_json::json;

use super::harness::Harness;

#[test]
fn a_spell_is_stored_in_versions_and_run_by_its_name() {
    let server = Harness::new();
    let key = server.usual("acme");
    let put = |source: &str| server.post("/v1/spells/greeting", &key, json!({ "language": "lua", "source": source }));
    let first = put("return 'hello, ' .. params.name").ok(201);
    assert_eq!((&first["version"], &first["name"], &first["language"]), (&json!(1), &json!("greeting"), &json!("lua")));
    assert_eq!(first["hash"].as_str().unwrap(), llmspell_wasm::hash(b"return 'hello, ' .. params.name"));
    assert_eq!(put("return 'hello, ' .. params.name").ok(200)["version"], 1, "the same source is no new version");
    assert_eq!(put("return 'good day, ' .. params.name").ok(201)["version"], 2);
    for (spell, says) in [("greeting", "good day, Ann"), ("greeting@1", "hello, Ann"), ("greeting@2", "good day, Ann")]
    {
        let body = json!({ "spell": spell, "parameters": { "name": "Ann" }, "wait": true });
        let run = server.post("/v1/runs", &key, body).ok(200);
        assert_eq!((&run["result"], &run["outcome"]), (&json!(says), &json!("completed")), "{run}");
    }
    let shown = server.get("/v1/spells/greeting?version=1", &key).ok(200);
    assert_eq!(shown["source"], "return 'hello, ' .. params.name");
    put("return 3");
    server.get("/v1/spells/greeting?version=9", &key).refused(404, "not-found", "has no version 9: its latest is 3");
    server.post("/v1/spells/other", &key, json!({ "language": "js", "source": "return 1" })).ok(201);
    let page = server.get("/v1/spells?limit=1", &key).ok(200);
    assert_eq!((&page["spells"][0]["name"], &page["spells"][0]["source"]), (&json!("greeting"), &json!(null)));
    let next = format!("/v1/spells?limit=1&after={}", page["next"].as_str().unwrap());
    assert_eq!(server.get(&next, &key).ok(200)["spells"][0]["language"], "javascript");
    assert_eq!(server.delete("/v1/spells/greeting", &key).status, 204);
    server.get("/v1/spells/greeting", &key).refused(404, "not-found", "there is no spell 'greeting'");
    server.delete("/v1/spells/greeting", &key).refused(404, "not-found", "there is no spell 'greeting'");
    server.post("/v1/runs", &key, json!({ "spell": "greeting" })).refused(404, "not-found", "'greeting'");
    assert_eq!(put("return 4").ok(201)["version"], 1);
}

#[test]
fn what_does_not_parse_is_refused_with_its_place() {
    let server = Harness::new();
    let key = server.usual("acme");
    let put = |body| server.post("/v1/spells/bad", &key, body);
    let answer = put(json!({ "language": "lua", "source": "return 1\nreturn +" }));
    answer.refused(422, "invalid", "bad.lua:");
    assert_eq!(answer.json()["details"]["line"], 2, "{}", answer.body);
    put(json!({ "language": "javascript", "source": "let = = 1" })).refused(422, "invalid", "bad.js:1");
    put(json!({ "language": "lau", "source": "" })).refused(400, "invalid", "did you mean 'lua'?");
    put(json!({ "language": "lua" })).refused(400, "invalid", "missing field `source`");
    put(json!({ "language": "lua", "source": "", "sauce": 1 })).refused(400, "invalid", "unknown field `sauce`");
    let requested = "-- /// spell\n--   [tool]\n-- ///\nreturn 1";
    put(json!({ "language": "lua", "source": requested })).refused(422, "invalid", "bad.lua:2:");
    for name in ["a%20b", "%2e%2e%2fx", "a%ffb", &"x".repeat(65)] {
        let answer = server.post(&format!("/v1/spells/{name}"), &key, json!({ "language": "lua", "source": "" }));
        answer.refused(400, "invalid", "");
    }
    assert_eq!(server.get("/v1/spells", &key).ok(200)["spells"], json!([]));
}

#[test]
fn two_who_store_a_spell_at_once_both_have_a_version() {
    let server = Harness::new();
    let key = server.usual("acme");
    let versions: Vec<u64> = std::thread::scope(|scope| {
        let put = |number: u64| {
            let body = json!({ "language": "lua", "source": format!("return {number}") });
            server.post("/v1/spells/x", &key, body).ok(201)["version"].as_u64().unwrap()
        };
        let all: Vec<_> = (0..6).map(|number| scope.spawn(move || put(number))).collect();
        let mut all: Vec<u64> = all.into_iter().map(|one| one.join().unwrap()).collect();
        all.sort();
        all
    });
    assert_eq!(versions, [1, 2, 3, 4, 5, 6]);
}

#[test]
fn a_check_has_a_place_of_its_tenants_and_the_limits_of_its_key() {
    let server = Harness::with("instances = 3\ntenant_runs = 1\n[server]\ntenant_queue = 1\ndrain = \"20s\"\n");
    let (key, other) = (server.usual("acme"), server.usual("other"));
    let put = |key: &str| server.post("/v1/spells/x", key, json!({ "language": "lua", "source": "return 1" }));
    let little = server.limited_key("acme", &[Right::Spells], json!({ "fuel": 1 }));
    put(&little).refused(422, "invalid", "fuel");
    let long = server.begin(&key, "while true do util.sleep(20) end");
    server.until(&key, &long, "running");
    server.begin(&key, "return 2");
    put(&key).refused(429, "rate-limited", "tenant_queue");
    put(&other).ok(201);
    server.stop.cancel();
    for round in 0.. {
        let answer = put(&other);
        if answer.status != 200 {
            answer.refused(503, "closed", "about to end");
            break;
        }
        assert!(round < 1_000, "a server that ends still checks spells");
    }
    server.delete(&format!("/v1/runs/{long}"), &key).ok(200);
    server.end();
}
