//! What a person at a prompt grants of the network, and where secrets are not.

use std::process::Stdio;

use llmspell_testkit::double;

use crate::harness::{Harness, Ran};

/// A server that echoes the whole request. Its address without "http://".
fn echo() -> String {
    let address = double::serve(|request, stream| double::respond(stream, "200 OK", "", request));
    address.trim_start_matches("http://").to_owned()
}

const SPELL: &str = "local found, problem = http.get('http://' .. params.host .. '/a', {headers = {authorization = params.auth}})\n\
                     if not found then error(problem, 0) end\n\
                     print(found.body) return found.status";

#[test]
fn hosts_are_granted_by_flags_and_policies_and_explained_and_suggested() {
    let host = echo();
    let policy = format!("[network]\nallow = [{{host = '{host}', methods = ['GET'], paths = ['/a']}}]\n");
    let harness = Harness::new().with("s.lua", SPELL).with("p.toml", policy);
    let parameter = format!("host={host}");
    let run =
        |flags: &[&str]| harness.run(&[&["run", "s.lua", "--param", &parameter, "--param", "auth=x"], flags].concat());
    let denied = run(&[]);
    assert!(denied.code == 3 && denied.err.contains(&format!("--allow-net {host} grants it")), "{}", denied.err);
    // As people expect who know Deno: an address that is named is granted, though it is this machine's.
    let ran = run(&["--allow-net", &host]);
    assert!(ran.code == 0 && ran.out.contains("GET /a HTTP/1.1"), "{} {}", ran.out, ran.err);
    let denied = run(&["--allow-net", "*"]);
    assert!(denied.code == 3 && denied.err.contains("an address of this machine"), "{}", denied.err);
    let ran = run(&["--policy", "p.toml", "--trace-calls=t.jsonl"]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    let explained = harness.run(&["policy", "explain", "p.toml"]);
    assert!(explained.out.contains("[network]") && explained.out.contains("(GET; paths /a)"), "{}", explained.out);
    let suggested = harness.run(&["policy", "suggest", "--from", "t.jsonl"]);
    assert!(suggested.out.contains(&format!("[network]\nallow = [\"{host}\"]")), "{}", suggested.out);
    let listed = harness.run(&["tool", "list"]);
    let line = |out: &str| out.lines().find(|line| line.starts_with("http-requester")).map(String::from).unwrap();
    assert!(line(&listed.out).contains("denied"), "{}", listed.out);
    assert!(line(&harness.run(&["tool", "list", "--allow-net", &host]).out).contains("granted"));
    for (flag, value, part) in [
        ("--allow-net", "https://example.org/x", "name its host alone"),
        ("--allow-net", "0177.0.0.1", "is the address 127.0.0.1"),
        ("--allow-net", "example.org:http", "a port is"),
        ("--allow-secret", "a/b", "no secret has"),
    ] {
        run(&[flag, value]).refuses(2, &[flag, part]);
    }
}

#[test]
fn a_secret_is_nowhere_but_on_the_wire() {
    let host = echo();
    let config = format!("[secrets]\nTOKEN = {{env = 'MY_TOKEN', to = ['{host}'], as = 'bearer'}}\n");
    let harness = Harness::new().with("s.lua", SPELL).with("c.toml", config);
    let (parameter, grant) = (format!("host={host}"), host.clone());
    let run = |value: Option<&str>, flags: &[&str]| {
        let fixed = ["run", "s.lua", "--config", "c.toml", "--param", &parameter, "--param", "auth=secret:TOKEN"];
        let mut command = harness.command(&[&fixed[..], flags].concat());
        value.map(|value| command.env("MY_TOKEN", value));
        Ran::of(command.stdin(Stdio::null()).output().unwrap())
    };
    let written = ["--allow-net", &grant, "--receipt", "r.json", "--trace-calls=t.jsonl", "--audit", "a.jsonl"];
    let ran = run(Some("canary-0123456789"), &written);
    assert!(ran.code == 0 && ran.out.contains("Bearer [redacted]"), "{} {}", ran.out, ran.err);
    let all = [ran.out, ran.err, harness.read("r.json"), harness.read("t.jsonl"), harness.read("a.jsonl")].concat();
    assert!(!all.contains("canary") && all.contains("secret:TOKEN"), "{all}");
    assert!(harness.read("a.jsonl").contains("\"secrets\""), "{}", harness.read("a.jsonl"));
    let ran = run(None, &["--allow-net", &grant]);
    assert!(ran.code == 1 && ran.err.contains("the secret 'TOKEN' is not set"), "{}", ran.err);
    let ran = run(Some("canary-0123456789"), &["--allow-net", &grant, "--allow-secret", "OTHER"]);
    assert!(ran.code == 3 && ran.err.contains("--allow-secret TOKEN grants it"), "{}", ran.err);
    run(Some("short"), &[]).refuses(2, &["c.toml:2:1", "fewer than 8 characters"]);
    run(Some("canary-0123456789"), &["--allow-env", "MY_TOKEN"]).refuses(2, &["MY_TOKEN can't be granted", "a secret"]);
}
