//! What the binary tells of itself, and guests from files.

use serde_json::{Value, json};

use crate::harness::{Harness, Ran};

#[test]
fn info_tells_languages_providers_limits_and_where_they_come_from() {
    let config = "[limits]\nmemory = '32MiB'\n[providers.local]\nkind = 'openai'\nbase_url = 'http://localhost:1/hidden/v1'\n\
                  api_key_env = 'LOCAL_KEY'\ndefault_model = 'm'\n\
                  [network]\ntimeout = '5s'\n[secrets]\nHUB = {env = 'HUB_TOKEN', to = ['api.example.org'], as = 'bearer'}\n\
                  [budgets.tenants.acme]\ntokens_per_day = 1000\ncost_per_month = '2.5'\n";
    let harness = Harness::new().with("c.toml", config);
    let arguments = ["info", "--config", "c.toml", "--fuel", "1M", "--output", "json"];
    let output =
        harness.command(&arguments).env("LOCAL_KEY", "canary-value").env("HUB_TOKEN", "canary-token").output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(!text.contains("canary") && !text.contains("hidden"), "{text}");
    let info: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(info["config"], "c.toml");
    assert_eq!(info["limits"]["fuel"], json!({ "value": 1_000_000, "written": "1000000", "from": "flag" }));
    assert_eq!(info["limits"]["memory"], json!({ "value": 32 << 20, "written": "32MiB", "from": "c.toml" }));
    assert_eq!(info["limits"]["max-handles"]["from"], "default");
    assert_eq!(info["limits"]["timeout"]["value"], 600_000);
    let acme = json!({ "tokens_per_day": 1_000, "cost_per_month": "2.5" });
    assert_eq!(info["budgets"], json!({ "each_tenant": {}, "tenants": { "acme": acme }, "all": {} }));
    let hub = json!({ "name": "HUB", "variable": "HUB_TOKEN", "set": true, "to": ["api.example.org"], "as": "bearer" });
    assert_eq!((&info["network"]["timeout_ms"], &info["secrets"]), (&json!(5_000), &json!([hub])));
    let lua = &info["languages"][0];
    assert_eq!((&lua["name"], lua["hash"].as_str().unwrap().len()), (&json!("lua"), 64), "{lua}");
    let providers = info["providers"].as_array().unwrap();
    let local = providers.iter().find(|one| one["name"] == "local").unwrap();
    assert_eq!(
        (&local["host"], &local["key_variable"], &local["key_set"]),
        (&json!("localhost:1"), &json!("LOCAL_KEY"), &json!(true))
    );

    let ran = harness.run(&["info", "--config", "c.toml"]);
    assert_eq!(ran.code, 0);
    for part in [
        "lua 5.",
        "not set: LOCAL_KEY",
        "  memory                    32MiB  c.toml",
        "tenants.acme tokens_per_day = 1000, cost_per_month = 2.5",
        "localhost:1",
        "anthropic (ANTHROPIC_API_KEY)",
        "  time         5000 ms, 10000 ms to connect",
        "  secret       HUB (not set, from HUB_TOKEN; bearer)  to api.example.org",
    ] {
        assert!(ran.out.contains(part), "{part:?} is not in {}", ran.out);
    }
}

#[test]
fn licences_are_printed_alone() {
    let ran = Harness::new().run(&["info", "--licenses"]);
    assert_eq!((ran.code, ran.err.as_str()), (0, ""));
    assert!(!ran.out.is_empty() && !ran.out.contains("\nProviders\n"));
}

#[test]
fn a_guest_from_a_file_is_compiled_and_runs() {
    let harness = Harness::new();
    let wasm = concat!(env!("CARGO_MANIFEST_DIR"), "/../../target/guests/lua.wasm");
    harness.run(&["exec", "return 'custom'", "--guest", wasm, "--receipt", "r.json"]).is(0, "custom\n", "");
    assert_eq!(harness.json("r.json")["language"], "custom");
}

#[test]
fn help_and_version_go_to_standard_output() {
    for flag in ["--help", "--version"] {
        let ran = Harness::new().run(&[flag]);
        assert_eq!((ran.code, ran.err.as_str()), (0, ""));
        assert!(ran.out.contains("llmspell-wasm"));
    }
    for code in ["15 token budget", "16 cost budget"] {
        assert!(Harness::new().run(&["--help"]).out.contains(code), "{code}");
    }
    let ran = Harness::new().run(&["run", "--help"]);
    for flag in ["--param", "--model", "--offline", "--fuel", "--memory", "--timeout", "--receipt", "--trace-calls"] {
        assert!(ran.out.contains(flag), "{flag}");
    }
    assert!(!ran.out.contains("--guest") && !Harness::new().run(&["--help"]).out.contains("compile-guest"));
}

#[test]
fn the_host_logs_where_it_is_asked_to_and_never_what_a_spell_says() {
    let spell = "local a = Agent.create{name = 'x', system = 'canary-1'} print(a:run('canary-2').text ~= nil)";
    let exec = ["exec", spell, "--lang", "lua", "--offline"];
    Harness::new().run(&exec).is(0, "true\n", "");
    for ran in [
        Harness::new().run(&[&exec[..], &["--log", "trace"]].concat()),
        Ran::of(Harness::new().command(&exec).env("RUST_LOG", "llmspell=trace").output().unwrap()),
    ] {
        assert_eq!((ran.code, ran.out.as_str()), (0, "true\n"), "{}", ran.err);
        for part in [
            "run{language=\"lua\" tenant=\"local\"}",
            "call=\"agent.run\"",
            "model_run{model=",
            "outcome=\"completed\"",
        ] {
            assert!(ran.err.contains(part), "{part:?} is not in {}", ran.err);
        }
        assert!(!ran.err.contains("canary"), "{}", ran.err);
    }
    Harness::new().run(&["info", "--log", "loud"]).refuses(2, &["--log 'loud'", "debug"]);
}
