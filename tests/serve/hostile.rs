//! Clients that mean no good.

use std::io::{Read, Write};
use std::thread;
use std::time::Duration;

use serde_json::json;

use super::harness::{Harness, read};

fn strict() -> Harness {
    Harness::with(
        "instances = 4\n[server]\nheader_timeout = \"300ms\"\nbody_timeout = \"300ms\"\nmax_body = \"4KiB\"\nmax_headers = \"8KiB\"\n\
         connections = 20\n",
    )
}

/// Whoever did what before, an honest client is served.
#[track_caller]
fn is_well(server: &Harness) {
    let key = server.usual("honest");
    assert_eq!(server.run(&key, "return 1 + 1")["result"], 2);
}

#[test]
fn slow_clients_are_hung_up_on() {
    let server = strict();
    let key = server.usual("acme");
    // More of them than there are connections.
    let slow: Vec<_> = (0..30)
        .map(|_| {
            let mut stream = server.connect();
            stream.write_all(b"GET /health HTTP/1.1\r\nx-slow: ").unwrap();
            stream
        })
        .collect();
    is_well(&server);
    for mut stream in slow {
        let mut rest = Vec::new();
        // An answer or none, but an end.
        let _ = stream.read_to_end(&mut rest);
    }
    let body = "POST /v1/runs HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-type: application/json\r\n";
    let slow = format!("{body}authorization: Bearer {key}\r\ncontent-length: 100\r\n\r\n{{");
    let mut stream = server.connect();
    stream.write_all(slow.as_bytes()).unwrap();
    read(stream).refused(408, "timeout", "body_timeout");
    // One that is silent between requests does not keep its connection, either.
    let mut stream = server.connect();
    stream.write_all(b"GET /health HTTP/1.1\r\nhost: x\r\n\r\n").unwrap();
    let mut all = Vec::new();
    stream.read_to_end(&mut all).unwrap();
    assert!(all.starts_with(b"HTTP/1.1 200 OK"));
}

#[test]
fn a_client_that_takes_no_answers_is_hung_up_on() {
    let server = Harness::with("instances = 4\n[server]\nconnections = 1\nanswer_timeout = \"300ms\"\n");
    let mut greedy = server.connect();
    // Many times what the buffers of a connection hold.
    greedy.write_all("GET /openapi.json HTTP/1.1\r\nhost: x\r\n\r\n".repeat(2_000).as_bytes()).unwrap();
    // There is no other connection to be had.
    is_well(&server);
    drop(greedy);
}

#[test]
fn what_is_too_large_is_refused() {
    let server = strict();
    let key = server.usual("acme");
    let huge = format!("GET /health HTTP/1.1\r\nhost: x\r\nx-huge: {}\r\n\r\n", "x".repeat(100_000));
    assert!([431, 0].contains(&server.raw(huge.as_bytes()).status));
    let many: String = (0..200).map(|number| format!("x-{number}: 1\r\n")).collect();
    assert!([431, 0].contains(&server.raw(format!("GET /health HTTP/1.1\r\nhost: x\r\n{many}\r\n").as_bytes()).status));
    let body = json!({ "source": "x".repeat(5_000), "language": "lua" });
    server.post("/v1/runs", &key, body.clone()).refused(413, "too-large", "more than 4096 bytes");
    let chunked = format!(
        "POST /v1/runs HTTP/1.1\r\nhost: x\r\nconnection: close\r\nauthorization: Bearer {key}\r\n\
         content-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n1388\r\n{}\r\n0\r\n\r\n",
        "x".repeat(5_000)
    );
    server.raw(chunked.as_bytes()).refused(413, "too-large", "more than 4096 bytes");
    is_well(&server);
}

#[test]
fn bodies_that_cost_more_than_they_weigh_are_refused() {
    let server = Harness::new();
    let key = server.usual("acme");
    let send = |body: &str, kind: &str| {
        let head = format!("POST /v1/runs HTTP/1.1\r\nhost: x\r\nconnection: close\r\nauthorization: Bearer {key}\r\n");
        server.raw(format!("{head}content-type: {kind}\r\ncontent-length: {}\r\n\r\n{body}", body.len()).as_bytes())
    };
    let json = "application/json";
    let wide = format!("{{\"source\":\"\",\"language\":\"lua\",\"parameters\":{{\"p\":[{}1]}}}}", "1,".repeat(400_000));
    send(&wide, json).refused(413, "too-large", "nodes");
    send(&format!("{}{}", "[".repeat(5_000), "]".repeat(5_000)), json).refused(413, "too-large", "levels deep");
    send("{", json).refused(400, "invalid", "line 1 column 1");
    send("", json).refused(400, "invalid", "the body");
    send("\u{feff}{}", json).refused(400, "invalid", "the body");
    send("{\"source\":1}", json).refused(400, "invalid", "expected a string");
    send("{}", json).refused(400, "invalid", "spell is missing");
    send("{\"source\":\"\",\"spell\":\"x\"}", json).refused(400, "invalid", "both given");
    send("{\"source\":\"\",\"language\":\"lua\",\"session\":\"*\"}", json).refused(400, "invalid", "session");
    send("source=1", "application/x-www-form-urlencoded").refused(415, "invalid", "application/json");
    let latin = [
        b"POST /v1/runs HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-type: application/json\r\n".as_slice(),
        format!("authorization: Bearer {key}\r\ncontent-length: 2\r\n\r\n").as_bytes(),
        b"\"\xff",
    ]
    .concat();
    server.raw(&latin).refused(400, "invalid", "not UTF-8");
    is_well(&server);
}

#[test]
fn what_is_no_http_is_no_request() {
    let server = strict();
    for bytes in [
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03".as_slice(),
        b"\0\0\0\0",
        b"GET\r\n\r\n",
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        b"GET / HTTP/1.1\r\nhost: x\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\n",
        b"GET / HTTP/9.9\r\n\r\n",
        b"POST / HTTP/1.1\r\nhost: x\r\ncontent-length: -1\r\n\r\n",
        b"GET /%ff%fe HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n",
    ] {
        let answer = server.raw(bytes);
        assert!((400..600).contains(&answer.status) || answer.status == 0, "{bytes:?}: {}", answer.head);
        assert_ne!(answer.status, 500, "{bytes:?}");
    }
    is_well(&server);
}

#[test]
fn a_spell_that_floods_its_events_floods_nobody() {
    let server = Harness::with("instances = 4\n[server]\nmax_events = \"64KiB\"\n");
    let key = server.usual("acme");
    let id = server.begin(&key, "for n = 1, 20000 do print('line ' .. n) end return 'done'");
    let run = server.until(&key, &id, "ended");
    assert_eq!(run["result"], "done");
    let answer = server.get(&format!("/v1/runs/{id}/events"), &key);
    assert!(answer.body.len() < 200_000, "{} bytes", answer.body.len());
    let heard = super::harness::events(&answer.body);
    assert_eq!((heard[0].1.as_str(), heard.last().unwrap().1.as_str()), ("lost", "ended"));
    assert!(heard[0].2["count"].as_u64().unwrap() > 10_000);
    assert_eq!(heard[heard.len() - 2].2["text"].as_str().unwrap().trim(), "line 20000");
}

#[test]
fn hostile_spells_end_and_others_go_on() {
    let server = Harness::new();
    let (bad, good) = (server.usual("bad"), server.usual("good"));
    let runs: Vec<String> = [
        "while true do end",
        "local t = {} while true do t[#t + 1] = ('x'):rep(1e6) end",
        "error(setmetatable({}, {__tostring = function() error('x') end}))",
    ]
    .iter()
    .map(|source| {
        let body = json!({ "source": source, "language": "lua", "limits": { "fuel": "2G", "timeout": "20s" } });
        server.post("/v1/runs", &bad, body).ok(202)["id"].as_str().unwrap().to_owned()
    })
    .collect();
    thread::sleep(Duration::from_millis(50));
    assert_eq!(server.run(&good, "return 1")["result"], 1);
    let outcome = |id: &String| server.until(&bad, id, "ended")["outcome"].as_str().unwrap().to_owned();
    assert_eq!(outcome(&runs[0]), "fuel");
    assert!(["memory", "script-error"].contains(&outcome(&runs[1]).as_str()));
    assert_eq!(outcome(&runs[2]), "script-error");
}
