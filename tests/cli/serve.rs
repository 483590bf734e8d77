//! `serve` and its keys; what is served is tested in tests/serve.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::Child;

use crate::harness::{Harness, Ran};

#[test]
fn keys_are_made_listed_and_revoked() {
    let harness = Harness::new();
    let made = harness
        .run(&["serve", "key", "add", "--tenant", "acme", "--right", "run", "--limit", "fuel=1G", "--name", "ci"]);
    assert_eq!(made.code, 0, "{}", made.err);
    assert!(made.out.starts_with("llmspell_") && made.err.contains("shown this once"), "{} {}", made.out, made.err);
    let id = &made.out["llmspell_".len()..][..16];
    let listed = harness.run(&["serve", "key", "list"]);
    for part in [id, "acme", "run", "fuel=1G", "never", "ci"] {
        assert!(listed.out.contains(part), "{part}: {}", listed.out);
    }
    assert!(!listed.out.contains(made.out.trim()), "{}", listed.out);
    harness.run(&["serve", "key", "revoke", id]).is(0, &format!("revoked {id}\n"), "");
    harness.run(&["serve", "key", "revoke", id]).refuses(1, &["there is no key"]);
    harness.run(&["serve", "key", "add"]).refuses(2, &["--tenant"]);
    harness.run(&["serve", "key", "add", "--tenant", "a/b"]).refuses(2, &["a tenant's name"]);
    harness.run(&["serve", "key", "add", "--tenant", "a", "--right", "rnu"]).refuses(2, &["did you mean 'run'"]);
    harness.run(&["serve", "key", "add", "--tenant", "a", "--limit", "fule=1"]).refuses(2, &["did you mean 'fuel'"]);
    harness
        .run(&["serve", "key", "list", "--store", "memory"])
        .refuses(2, &["a store in memory ends with its process"]);
}

#[test]
fn a_public_address_needs_a_proxy_and_a_key() {
    let harness = Harness::new().with("proxy.toml", "[server]\nbehind_proxy = true\n");
    harness.run(&["serve", "--listen", "0.0.0.0:0"]).refuses(2, &["0.0.0.0:0", "behind_proxy"]);
    harness
        .run(&["serve", "--listen", "0.0.0.0:0", "--config", "proxy.toml"])
        .refuses(2, &["no key yet", "serve key add"]);
    harness.run(&["serve", "--listen", "here"]).refuses(2, &["'here' is not an address and a port"]);
    let harness = harness.with("wrong.toml", "[server]\ntls_cert = \"a.pem\"\n");
    harness.run(&["serve", "--config", "wrong.toml"]).refuses(2, &["wrong.toml:2:1", "tls_cert"]);
}

/// A server that listens, and where.
fn started(harness: &Harness) -> (Child, String) {
    let mut child = harness.start(&["serve", "--listen", "127.0.0.1:0", "--offline"]);
    let mut err = BufReader::new(child.stderr.take().unwrap());
    let mut line = String::new();
    err.read_line(&mut line).unwrap();
    let address = line.trim().strip_prefix("listening on http://").unwrap_or_else(|| panic!("{line}")).to_owned();
    // Nothing else is written there, and what is would have nobody to read it.
    child.stderr = Some(err.into_inner());
    (child, address)
}

fn send(address: &str, key: &str, request: &str, body: &str) -> String {
    let mut stream = TcpStream::connect(address).unwrap();
    let head = format!("{request} HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-type: application/json\r\n");
    let (key, length) = (key.trim(), body.len());
    write!(stream, "{head}authorization: Bearer {key}\r\ncontent-length: {length}\r\n\r\n{body}").unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}

#[test]
fn it_serves_until_a_signal() {
    let harness = Harness::new();
    let key = harness.run(&["serve", "key", "add", "--tenant", "acme"]).out;
    let (child, address) = started(&harness);
    let body = r#"{"source": "return 1 + 1", "language": "lua", "wait": true}"#;
    let answer = send(&address, &key, "POST /v1/runs", body);
    assert!(answer.starts_with("HTTP/1.1 200 OK") && answer.contains("\"result\":2"), "{answer}");
    // A key is revoked while the server runs.
    let id = &key["llmspell_".len()..][..16];
    assert_eq!(harness.run(&["serve", "key", "revoke", id]).code, 0);
    assert!(send(&address, &key, "POST /v1/runs", body).starts_with("HTTP/1.1 401 "));
    rustix::process::kill_process(rustix::process::Pid::from_child(&child), rustix::process::Signal::TERM).unwrap();
    Ran::of(child.wait_with_output().unwrap()).is(0, "", "");
}

#[test]
fn a_run_whose_server_was_killed_is_interrupted() {
    let harness = Harness::new();
    let key = harness.run(&["serve", "key", "add", "--tenant", "acme"]).out;
    let (mut child, address) = started(&harness);
    let body = r#"{"source": "while true do util.sleep(20) end", "language": "lua"}"#;
    let answer = send(&address, &key, "POST /v1/runs", body);
    let id = answer.split_once("\"id\":\"").unwrap().1[..32].to_owned();
    child.kill().unwrap();
    child.wait().unwrap();
    let (mut child, address) = started(&harness);
    for path in ["", "/events"] {
        let answer = send(&address, &key, &format!("GET /v1/runs/{id}{path}"), "");
        assert!(answer.starts_with("HTTP/1.1 200 OK") && answer.contains("\"status\":\"interrupted\""), "{answer}");
    }
    child.kill().unwrap();
    child.wait().unwrap();
}

#[test]
fn state_that_is_not_granted_is_denied() {
    let harness = Harness::new().with("config.toml", "[grants]\nstate = false\n");
    let ran = harness.run(&["exec", "--config", "config.toml", "--store", "memory", "State.save('global', 'k', 1)"]);
    assert_eq!(ran.code, 3, "{} {}", ran.out, ran.err);
}
