//! Places, queues, and clients that hang up.

use std::io::BufReader;
use std::time::Duration;

use serde_json::json;

use super::harness::{Harness, head, read};

const LONG: &str = "while true do util.sleep(20) end";

fn small() -> Harness {
    Harness::with("instances = 3\ntenant_runs = 1\n[server]\nqueue = 10\ntenant_queue = 1\ntenant_streams = 2\n")
}

#[test]
fn a_tenant_that_fills_its_queue_is_told_when_to_come_back_and_delays_nobody() {
    let server = small();
    let (noisy, other) = (server.usual("noisy"), server.usual("other"));
    let first = server.begin(&noisy, LONG);
    server.until(&noisy, &first, "running");
    let second = server.begin(&noisy, "return 2");
    assert_eq!(server.get(&format!("/v1/runs/{second}"), &noisy).ok(200)["status"], "queued");
    let refused = server.post("/v1/runs", &noisy, json!({ "source": "return 3", "language": "lua" }));
    refused.refused(429, "rate-limited", "tenant_queue");
    let after: u64 = refused.header("retry-after").unwrap().parse().unwrap();
    assert!((1..=60).contains(&after));
    assert_eq!(server.run(&other, "return 4")["result"], 4);
    // What waits can be cancelled, and gives its place in the queue back.
    assert_eq!(server.delete(&format!("/v1/runs/{second}"), &noisy).ok(200)["outcome"], "cancelled");
    let third = server.begin(&noisy, "return 5");
    server.delete(&format!("/v1/runs/{first}"), &noisy).ok(200);
    assert_eq!(server.until(&noisy, &third, "ended")["result"], 5);
}

#[test]
fn streams_of_a_tenant_are_bounded() {
    let server = small();
    let key = server.usual("acme");
    let id = server.begin(&key, LONG);
    let path = format!("/v1/runs/{id}/events");
    let open = || {
        let mut reader = BufReader::new(server.open("GET", &path, &key, "", None));
        let head = head(&mut reader);
        (head, reader)
    };
    let (first, second) = (open(), open());
    assert!(first.0.contains(" 200 ") && second.0.contains(" 200 "));
    server.get(&path, &key).refused(429, "rate-limited", "tenant_streams");
    drop((first, second));
    // The server notices when it next writes, or reads the end.
    for round in 0.. {
        let (head, _reader) = open();
        if head.contains(" 200 ") {
            break;
        }
        assert!(round < 500, "closed streams still count");
        std::thread::sleep(Duration::from_millis(10));
    }
}

#[test]
fn a_client_that_hangs_up_cancels_what_it_waits_for() {
    let server = small();
    let key = server.usual("acme");
    let begin = |more: &str| {
        let body = json!({ "source": LONG, "language": "lua", "wait": true });
        let stream = server.open("POST", "/v1/runs", &key, more, Some(&body));
        let id = loop {
            let runs = server.get("/v1/runs?limit=1", &key).ok(200)["runs"].clone();
            if runs[0]["status"] == "running" {
                break runs[0]["id"].as_str().unwrap().to_owned();
            }
            std::thread::sleep(Duration::from_millis(5));
        };
        (stream, id)
    };
    let (stream, id) = begin("");
    drop(stream);
    assert_eq!(server.until(&key, &id, "ended")["outcome"], "cancelled");
    // Half-closed is hung up.
    let (stream, id) = begin("");
    stream.shutdown(std::net::Shutdown::Write).unwrap();
    assert_eq!(server.until(&key, &id, "ended")["outcome"], "cancelled");
    drop(stream);
    // Who names its request will come back for it.
    let (stream, id) = begin("idempotency-key: mine\r\n");
    drop(stream);
    std::thread::sleep(Duration::from_millis(200));
    assert_eq!(server.get(&format!("/v1/runs/{id}"), &key).ok(200)["status"], "running");
    let body = json!({ "source": LONG, "language": "lua", "wait": true });
    let again = server.open("POST", "/v1/runs", &key, "idempotency-key: mine\r\n", Some(&body));
    server.delete(&format!("/v1/runs/{id}"), &key).ok(200);
    let answer = read(again).ok(200);
    assert_eq!((&answer["id"], &answer["outcome"]), (&json!(id), &json!("cancelled")));
}

#[test]
fn answers_that_wait_for_a_run_of_before_are_bounded() {
    let server = small();
    let key = server.usual("acme");
    server
        .post("/v1/spells/long", &key, json!({ "language": "lua", "source": format!("print('begun') {LONG}") }))
        .ok(201);
    let chat = json!({ "model": "spell/long", "messages": [{ "role": "user", "content": "x" }], "stream": true });
    let job = json!({ "source": LONG, "language": "lua", "wait": true });
    let named = "idempotency-key: mine\r\n";
    let streamed = || {
        let mut reader = BufReader::new(server.open("POST", "/v1/chat/completions", &key, named, Some(&chat)));
        let head = head(&mut reader);
        assert!(head.starts_with("HTTP/1.1 200 "), "{head}");
        (reader, head)
    };
    let (first, second) = (streamed(), streamed());
    let run = |head: &str| head.lines().find_map(|line| line.strip_prefix("x-llmspell-run: ")).unwrap().to_owned();
    let id = run(&first.1);
    assert_eq!(id, run(&second.1), "both are of one run");
    let refused = server.send("POST", "/v1/chat/completions", &key, named, Some(&chat));
    assert_eq!((refused.status, refused.header("x-should-retry")), (429, Some("true")), "{}", refused.body);
    assert!(refused.body.contains("tenant_streams"), "{}", refused.body);
    let before = server.get("/v1/runs", &key).ok(200)["runs"].as_array().unwrap().len();
    server.send("POST", "/v1/runs", &key, "", Some(&job)).refused(429, "rate-limited", "tenant_streams");
    assert_eq!(server.get("/v1/runs", &key).ok(200)["runs"].as_array().unwrap().len(), before, "it began no run");
    assert_eq!(server.run(&server.usual("other"), "return 1")["result"], 1);
    // What it has too many of, a tenant can end.
    assert_eq!(server.delete(&format!("/v1/runs/{id}"), &key).ok(202)["id"], json!(id));
    assert_eq!(server.until(&key, &id, "ended")["outcome"], "cancelled");
}
