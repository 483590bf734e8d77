//! What a server can do, and what becomes of it. The server is a double: tests/mcp/server.py.

use std::sync::Arc;
use std::time::{Duration, Instant};

use llmspell_base::{Code, Failure};
use llmspell_capability_tool::{ToolFailure, ToolSource};
use serde_json::{Value, json};

use super::{McpError, Server, Servers, call, list};
use crate::config::{RawServer, read_all};
use crate::listing::{Listing, Offer};
use crate::session::Session;
use crate::tail::Tail;

/// The double, misbehaving so.
fn server(mode: &str, argument: &str, more: &str) -> Server {
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/mcp/server.py");
    let command = ["/usr/bin/env", "python3", script, mode, argument];
    // A list of JSON is one of TOML.
    let text = format!("command = {}\n{more}", json!(command));
    let raw: RawServer = toml::from_str(&text).unwrap();
    raw.read("double", &|name| (name == "GIVEN").then(|| "a value".into())).unwrap()
}

struct Double {
    servers: Servers,
    server: Arc<Server>,
}

fn double(mode: &str, argument: &str, more: &str) -> Double {
    let servers = Servers::new([server(mode, argument, more)]);
    let server = servers.0.server("double").unwrap();
    Double { servers, server }
}

impl Double {
    async fn listing(&self) -> Result<Listing, McpError> {
        let session = Session::start(&self.server, Tail::default(), None).await?;
        list(&session, &self.server, Instant::now() + self.server.start_timeout).await
    }

    async fn call(&self, tool: &str, arguments: Value) -> Result<Value, ToolFailure> {
        self.call_for("tenant", tool, arguments).await
    }

    async fn call_for(&self, tenant: &str, tool: &str, arguments: Value) -> Result<Value, ToolFailure> {
        let output = ["add", "wrong_output"].contains(&tool);
        let schema = || Arc::new(llmspell_capability_tool::schema::Schema::of(sum(), "'outputSchema'").unwrap());
        let offer =
            Offer { name: tool.into(), description: String::new(), parameters: json!({}), output: output.then(schema) };
        let all = Arc::downgrade(&self.servers.0);
        call(all, self.server.clone(), tenant.into(), Arc::new(offer), arguments).await
    }

    async fn told(&self, tool: &str) -> (String, String) {
        let ToolFailure { code, message, .. } = self.call(tool, json!({})).await.unwrap_err();
        (code, message)
    }
}

fn sum() -> Value {
    json!({"type": "object", "properties": {"sum": {"type": "number"}}, "required": ["sum"]})
}

/// How many processes have this word in their command line.
fn running(word: &str) -> usize {
    let all = std::fs::read_dir("/proc").unwrap().flatten();
    let lines = all.filter_map(|one| std::fs::read(one.path().join("cmdline")).ok());
    lines.filter(|line| String::from_utf8_lossy(line).contains(word)).count()
}

#[tokio::test]
async fn results_are_what_they_say() {
    let double = double("good", "", "env = ['GIVEN', 'OWN=1', 'UNSET']");
    assert_eq!(double.call("echo", json!({"text": "hi"})).await, Ok(json!("hi")));
    assert_eq!(double.call("add", json!({"a": 1, "b": 2})).await, Ok(json!({"sum": 3})));
    let picture = json!({"text": "a dot", "content": [
        {"type": "text", "text": "a dot"}, {"type": "image", "data": "AAAA", "mime_type": "image/png"},
    ]});
    assert_eq!(double.call("picture", json!({})).await, Ok(picture));
    let environment = double.call("environment", json!({})).await.unwrap();
    let mut environment: Value = serde_json::from_str(environment.as_str().unwrap()).unwrap();
    // What Python sets itself.
    environment.as_object_mut().unwrap().remove("LC_CTYPE");
    assert_eq!(environment, json!({"GIVEN": "a value", "OWN": "1"}));
    let why = double.call("fail", json!({"why": "no\u{200b}\nway"})).await.unwrap_err();
    assert_eq!((why.code.as_str(), why.message.as_str()), ("tool", "no\nway"));
    assert_eq!(double.told("fail").await.1, "the tool failed and did not say why");
    let refused = ("tool".into(), "the MCP server 'double' refused: Unknown tool: refuse".into());
    assert_eq!(double.told("refuse").await, refused);
    let (code, message) = double.told("wrong_output").await;
    assert!(code == "mcp" && message.contains("'/sum' must be a number"), "{message}");
}

#[tokio::test]
async fn one_process_for_each_tenant_and_one_for_all_where_it_is_shared() {
    for (more, count) in [("", "1"), ("share = true", "2")] {
        let double = double("good", "", more);
        double.call_for("one", "echo", json!({})).await.unwrap();
        let calls = double.call_for("other", "calls", json!({})).await.unwrap();
        assert!(calls.as_str().unwrap().contains(&format!("\"calls\": {count}")), "{more} {calls}");
    }
}

#[tokio::test]
async fn a_hundred_calls_go_through_one_pipe_at_once() {
    let double = double("good", "", "");
    let call = |n: usize| double.call("echo", json!({"text": n.to_string()}));
    let answers = futures::future::join_all((0..100).map(call)).await;
    let wanted: Vec<_> = (0..100).map(|n: usize| Ok(json!(n.to_string()))).collect();
    assert_eq!(answers, wanted);
}

#[tokio::test]
async fn a_list_without_end_is_cut() {
    for (mode, tools, remark) in [
        ("endless", 64, "its list has more than 64 pages: the rest is left out"),
        ("circle", 1, "its list comes back to a page that was there: the rest is left out"),
        ("many", 1024, "it has more than 1024 tools: the others are left out"),
    ] {
        let listing = double(mode, "", "").listing().await.unwrap();
        assert_eq!((listing.offers.len(), listing.odd.last().unwrap().as_str()), (tools, remark), "{mode}");
    }
}

#[tokio::test]
async fn odd_tools_lose_themselves_alone() {
    let tried = double("odd", "", "deny = ['hint']").servers.check("double", "tenant").await.unwrap();
    let names: Vec<&str> = tried.tools.iter().map(|tool| tool.0.as_str()).collect();
    let usable = ["double.calculator", "double.good.tool", "double.echo", "double.icon"];
    assert!(usable.iter().all(|name| names.contains(name)) && !names.contains(&"double.hint"), "{names:?}");
    for part in [
        "'echo': it is there twice",
        "'no_schema': its inputSchema is no object",
        "'true_schema': its inputSchema is no object",
        "can only lead to a place in the same schema",
        "can't be the name of a tool",
        "a tool without a name",
    ] {
        assert!(tried.odd.iter().any(|odd| odd.contains(part)), "{part}: {:#?}", tried.odd);
    }
    let odd = match double("no_list", "", "").listing().await {
        Err(error) => error.to_string(),
        Ok(_) => String::new(),
    };
    assert_eq!(odd, "the MCP server 'double' answered with no list of tools");
}

#[tokio::test]
async fn versions_are_known_or_refused() {
    for version in ["2024-11-05", "2025-03-26", "2025-06-18", "2025-11-25"] {
        assert!(double("version", version, "").listing().await.is_ok(), "{version}");
    }
    for version in ["banana", "", "2026-07-28", "2099-01-01", "2025-11-2\u{1b}"] {
        let said = double("version", version, "").listing().await.err().unwrap().to_string();
        assert!(said.contains("which is unknown here") && !said.contains('\u{1b}'), "{version}: {said}");
    }
}

#[tokio::test]
async fn what_is_no_message_is_overlooked_and_answers_count_once() {
    let double_ = double("talks_first", "", "");
    assert_eq!(double_.call("echo", json!({"text": "hi"})).await, Ok(json!("hi")));
    let twice = double("double", "", "");
    for _ in 0..3 {
        assert_eq!(twice.call("echo", json!({})).await, Ok(json!("first")));
    }
    let codes = json!({"q-elicitation/create": -32601, "q-ping": 0, "q-roots/list": -32601, "q-sampling/createMessage": -32601});
    let answered = double("asks", "", "").call("echo", json!({})).await.unwrap();
    assert_eq!(serde_json::from_str::<Value>(answered.as_str().unwrap()).unwrap(), codes);
}

#[tokio::test]
async fn silence_ends_and_a_server_that_hangs_is_started_anew() {
    let late = |time: u64| ("timeout".to_owned(), format!("the MCP server 'double' did not answer within {time} ms"));
    let good = double("good", "", "timeout = '300ms'");
    assert_eq!(good.told("wait").await, late(300));
    // The server is told so beside what is asked next.
    tokio::time::sleep(Duration::from_millis(100)).await;
    let calls = good.call("calls", json!({})).await.unwrap();
    assert!(
        calls.as_str().unwrap().contains("\"cancelled\": [2]")
            || calls.as_str().unwrap().contains("\"cancelled\": [1]"),
        "{calls}"
    );
    let silent = double("silent", "", "timeout = '100ms'");
    for _ in 0..3 {
        assert_eq!(silent.told("echo").await, late(100));
    }
    let slot = silent.servers.0.slots.slot(&silent.server, "tenant");
    assert!(slot.0.lock().await.session.as_ref().unwrap().is_over());
    for mode in ["silent_start", "silent_list"] {
        let error = double(mode, "", "start_timeout = '300ms'").listing().await.err().unwrap();
        assert!(matches!(error, McpError::Start { .. } | McpError::Late { .. }), "{error}");
    }
}

#[tokio::test]
async fn calls_that_are_given_up_are_held_within_bounds() {
    let text = "x".repeat(64 << 10);
    let deaf = double("deaf", "", "timeout = '2s'");
    let give_up = async |tool: &str| {
        let call = deaf.call(tool, json!({ "text": text }));
        assert!(tokio::time::timeout(Duration::from_millis(100), call).await.is_err());
    };
    deaf.call("echo", json!({})).await.unwrap();
    // From now on it reads nothing.
    give_up("wait").await;
    let slot = deaf.servers.0.slots.slot(&deaf.server, "tenant");
    let session = slot.0.lock().await.session.clone().unwrap();
    futures::future::join_all((0..300).map(|_| give_up("echo"))).await;
    // What was not sent is held, and no more than may be under way at once: the others were never begun.
    assert_eq!(session.calls.available_permits(), 0);
    until(|| session.is_over()).await;
    until(|| session.calls.available_permits() > 0).await;
    assert_eq!(session.flow.why(), "does not take what it is sent");
}

#[tokio::test]
async fn a_server_that_is_silent_about_calls_that_are_given_up_is_let_go() {
    let silent = double("silent", "", "timeout = '400ms'");
    for _ in 0..3 {
        let call = silent.call("echo", json!({}));
        assert!(tokio::time::timeout(Duration::from_millis(300), call).await.is_err());
    }
    let slot = silent.servers.0.slots.slot(&silent.server, "tenant");
    assert!(slot.0.lock().await.session.as_ref().unwrap().is_over());
}

/// Waits, but not for ever.
async fn until(is: impl Fn() -> bool) {
    let wait = Instant::now();
    while !is() {
        assert!(wait.elapsed() < Duration::from_secs(20));
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

#[tokio::test]
async fn too_much_is_refused() {
    let huge = double("huge", "1200000", "").told("echo").await;
    assert_eq!(huge.0, "too-large");
    assert!(double("huge", "1200000", "max_result = '2MiB'").call("echo", json!({})).await.is_ok());
    let line = double("line", "", "").told("echo").await;
    assert_eq!(line, ("mcp".into(), "the MCP server 'double' sent a line of more than 4194304 bytes".into()));
    let values = double("values", "4000000", "max_result = '8MiB'").told("echo").await;
    assert_eq!(values, ("mcp".into(), "the MCP server 'double' sent a line of more than 200000 values".into()));
    let line = double("line", "", "max_result = '8MiB'").told("echo").await;
    assert!(line.1.contains("sent a line of more than 25231360 bytes"), "{}", line.1);
    let flood = double("flood", "", "").told("echo").await;
    assert_eq!(flood, ("mcp".into(), "the MCP server 'double' sent more than anybody asked for".into()));
    assert_eq!(double("noisy", "", "").call("echo", json!({"text": "hi"})).await, Ok(json!("hi")));
}

#[tokio::test]
async fn results_that_are_none_are_told() {
    for (result, wanted) in [
        ("{}", Ok(json!(""))),
        (r#"{"content": []}"#, Ok(json!(""))),
        (
            r#"{"content": [{"type": "hologram"}, {"type": "text", "text": "x"}]}"#,
            Ok(json!({"text": "x", "content": [{"type": "text", "text": "x"}]})),
        ),
        (r#"{"content": 5}"#, Err("a result whose content is no list")),
        ("[1]", Err("a result that is no object")),
        ("7", Err("a result that is no object")),
        (r#"{"structuredContent": [1], "content": []}"#, Ok(json!([1]))),
    ] {
        let answered = double("result", result, "timeout = '2s'").call("echo", json!({})).await;
        match wanted {
            Ok(value) => assert_eq!(answered, Ok(value), "{result}"),
            Err(part) => assert!(
                answered.as_ref().is_err_and(|failure| failure.message.contains(part)),
                "{result}: {answered:?}"
            ),
        }
    }
}

#[tokio::test]
async fn an_answer_that_is_cut_is_none() {
    let whole = r#"{"jsonrpc": "2.0", "id": 1, "result": {"content": [{"type": "text", "text": "hi"}]}}"#.len() + 1;
    for length in (0..=whole).step_by(7).chain([whole - 1]) {
        let answered = double("cut", &length.to_string(), "").call("echo", json!({"text": "hi"})).await;
        assert!(answered.as_ref().is_err_and(|failure| failure.code == "mcp"), "{length}: {answered:?}");
    }
    assert_eq!(double("cut", "1000", "").call("echo", json!({"text": "hi"})).await, Ok(json!("hi")));
}

#[tokio::test]
async fn a_crash_fails_what_is_under_way_and_the_next_call_has_a_new_process() {
    let double = double("good", "", "");
    let ended = double.told("exit").await;
    assert!(ended.0 == "mcp" && ended.1.contains("MCP server 'double'"), "{ended:?}");
    assert_eq!(double.call("echo", json!({"text": "hi"})).await, Ok(json!("hi")));
    let dies = super::tests::double("dies", "", "");
    for _ in 0..4 {
        assert_eq!(dies.told("echo").await.0, "mcp");
    }
    // Half a second, a second, two: then it is not waited for.
    let (code, message) = dies.told("echo").await;
    assert!(code == "mcp" && message.contains("failed a moment ago"), "{message}");
    let (error, words) = dies.servers.check("double", "tenant").await.unwrap_err();
    assert!(error.to_string().contains("can't be started"), "{error}");
    assert_eq!(words, ["the last words"]);
    let missing = Servers::new([{
        let raw: RawServer = toml::from_str("command = ['no-such-program']").unwrap();
        raw.read("double", &|_| None).unwrap()
    }]);
    let (error, _) = missing.check("double", "tenant").await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "the MCP server 'double' can't be started: 'no-such-program' is in no folder of PATH"
    );
}

#[tokio::test]
async fn nothing_of_it_is_left() {
    let word = format!("left-{}", std::process::id());
    let double = double("children", &word, "");
    double.call("echo", json!({})).await.unwrap();
    assert!(running(&word) >= 4);
    double.servers.close().await;
    let wait = Instant::now();
    while running(&word) > 0 && wait.elapsed() < Duration::from_secs(10) {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    assert_eq!(running(&word), 0);
    // Dropped without being closed, and one that stays when its input is closed.
    let stays = super::tests::double("stays", &word, "");
    stays.call("echo", json!({})).await.unwrap();
    assert_eq!(running(&word), 1);
    drop(stays);
    let wait = Instant::now();
    while running(&word) > 0 && wait.elapsed() < Duration::from_secs(10) {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    assert_eq!(running(&word), 0);
}

#[tokio::test]
async fn who_is_not_called_is_let_go() {
    let double = double("good", "", "idle = '100ms'");
    double.call("echo", json!({})).await.unwrap();
    let slot = double.servers.0.slots.slot(&double.server, "tenant");
    until(|| slot.0.try_lock().is_ok_and(|state| state.session.is_none())).await;
    assert_eq!(double.call("echo", json!({"text": "hi"})).await, Ok(json!("hi")));
}

/// A server with this address.
fn remote(url: &str) -> Servers {
    let raw: RawServer =
        toml::from_str(&format!("url = '{url}'\nheaders = {{ x-api-key = 'Bearer canary-header' }}")).unwrap();
    Servers::new([raw.read("remote", &|_| None).unwrap()])
}

/// A double of a server with an address: it answers a call with these events, for ever.
async fn http_double(event: String) -> std::net::SocketAddr {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let answer = async |mut socket: tokio::net::TcpStream, event: String| {
        let (mut request, mut part) = (Vec::new(), [0; 4096]);
        let message = loop {
            let count = socket.read(&mut part).await?;
            request.extend_from_slice(&part[..count]);
            let text = String::from_utf8_lossy(&request).into_owned();
            let body = text.split_once("\r\n\r\n").map(|(_, body)| body);
            if let Some(message) = body.and_then(|body| serde_json::from_str::<Value>(body).ok()) {
                break message;
            }
            if count == 0 || text.starts_with("GET") {
                return socket.write_all(b"HTTP/1.1 405 No\r\ncontent-length: 0\r\n\r\n").await;
            }
        };
        match message["method"].as_str() {
            Some("initialize") => {
                let about = json!({"protocolVersion": "2025-06-18", "capabilities": {"tools": {}}, "serverInfo": {"name": "http", "version": "1"}});
                let body = json!({"jsonrpc": "2.0", "id": message["id"], "result": about}).to_string();
                let head = format!(
                    "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n",
                    body.len()
                );
                socket.write_all((head + &body).as_bytes()).await
            }
            Some("tools/call") => {
                socket.write_all(b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n\r\n").await?;
                let events = format!("data: {event}\n\n").repeat(1 + 65_536 / event.len());
                loop {
                    socket.write_all(events.as_bytes()).await?;
                }
            }
            _ => socket.write_all(b"HTTP/1.1 202 Accepted\r\ncontent-length: 0\r\n\r\n").await,
        }
    };
    tokio::spawn(async move {
        while let Ok((socket, _)) = listener.accept().await {
            tokio::spawn(answer(socket, event.clone()));
        }
    });
    address
}

#[tokio::test]
async fn what_comes_from_an_address_is_bounded_too() {
    let note = |data: Value| json!({"jsonrpc": "2.0", "method": "notifications/message", "params": {"level": "info", "data": data}});
    for (event, why) in [
        (note("x".into()), "sent more than anybody asked for"),
        (note(vec![0; 200_000].into()), "sent a line of more than 200000 values"),
    ] {
        let address = http_double(event.to_string()).await;
        let servers = remote(&format!("http://{address}/"));
        let double = Double { server: servers.0.server("remote").unwrap(), servers };
        assert_eq!(double.told("echo").await, ("mcp".into(), format!("the MCP server 'remote' {why}")));
    }
}

#[tokio::test]
async fn what_fails_on_the_way_tells_no_address_and_no_key() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let open = listener.local_addr().unwrap();
    let closed = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    tokio::spawn(async move {
        use tokio::io::{AsyncReadExt, AsyncWriteExt};
        while let Ok((mut socket, _)) = listener.accept().await {
            let _ = socket.read(&mut [0; 4096]).await;
            let _ = socket.write_all(b"HTTP/1.1 403 No\r\ncontent-length: 6\r\nconnection: close\r\n\r\ncanary").await;
        }
    });
    for (address, why) in [(closed, "it can't be reached"), (open, "it answered with HTTP status 403")] {
        let servers = remote(&format!("http://{address}/mcp/?apiKey=canary-query"));
        let (error, _) = servers.check("remote", "tenant").await.unwrap_err();
        assert_eq!(error.to_string(), format!("the MCP server 'remote' can't be started: {why}"));
        let server = servers.0.server("remote").unwrap();
        assert_eq!(server.keys().collect::<Vec<_>>(), ["canary-header", "canary-query"]);
        assert_eq!(server.url(), Some(format!("http://{address}/mcp/").as_str()));
    }
    let (_, lines) = remote(&format!("http://{closed}/?key=canary")).check("remote", "tenant").await.unwrap_err();
    // For the operator.
    assert!(lines.iter().any(|line| line.contains("onnect")), "{lines:?}");
    assert!(!lines.iter().any(|line| line.contains("canary")), "{lines:?}");
}

#[tokio::test]
async fn of_all_tenants_only_so_many_run_at_once() {
    let servers = Servers::within([server("good", "", "timeout = '20s'")], 2);
    let double = Arc::new(Double { server: servers.0.server("double").unwrap(), servers });
    let gone = |tenant: &str| !double.servers.0.slots.lock().contains_key(&("double".into(), tenant.into()));
    for tenant in ["first", "second"] {
        double.call_for(tenant, "echo", json!({})).await.unwrap();
    }
    // Too soon for one of them to rest.
    let refused = double.call_for("third", "echo", json!({})).await.unwrap_err();
    assert!(refused.code == "mcp" && refused.message.contains("2 servers run"), "{refused:?}");
    tokio::time::sleep(Duration::from_millis(1100)).await;
    assert_eq!(double.call_for("third", "echo", json!({"text": "hi"})).await, Ok(json!("hi")));
    double.servers.0.slots.sweep();
    assert!(gone("first") && !gone("second") && !gone("third"));
    // One that is asked has not gone to rest, however long it takes.
    let waits = double.clone();
    let waiting = tokio::spawn(async move { waits.call_for("second", "wait", json!({})).await });
    tokio::time::sleep(Duration::from_millis(1100)).await;
    double.call_for("fourth", "echo", json!({})).await.unwrap();
    double.servers.0.slots.sweep();
    assert!(!gone("second") && gone("third"));
    waiting.abort();
}

#[tokio::test]
async fn slots_of_tenants_that_have_gone_are_forgotten() {
    let double = double("good", "", "idle = '100ms'");
    for tenant in ["first", "second", "third"] {
        double.call_for(tenant, "echo", json!({})).await.unwrap();
    }
    until(|| double.servers.0.slots.lock().is_empty()).await;
    // How often one failed of late is not.
    let dies = super::tests::double("dies", "", "");
    dies.told("echo").await;
    dies.servers.0.slots.sweep();
    assert_eq!(dies.servers.0.slots.lock().len(), 1);
}

#[tokio::test]
async fn a_list_is_asked_for_again_when_it_changed_and_not_all_the_time() {
    let double = double("restless", "", "");
    let names = async || {
        let set = double.servers.tools("double", "tenant").await?;
        Ok::<_, Failure>(set.names().map(String::from).collect::<Vec<_>>())
    };
    let slot = double.servers.0.slots.slot(&double.server, "tenant");
    for _ in 0..3 {
        assert_eq!(names().await.unwrap(), ["double.t1"]);
        double.call("echo", json!({})).await.unwrap();
    }
    // Some time later. The server does not answer the second time: who waits gives up.
    slot.0.lock().await.listed = None;
    assert!(tokio::time::timeout(Duration::from_millis(100), names()).await.is_err());
    assert_eq!(names().await.unwrap(), ["double.t3"]);
}

#[tokio::test]
async fn a_schema_is_compiled_when_it_is_needed() {
    let double = double("patterns", "", "");
    let set = double.servers.tools("double", "tenant").await.unwrap();
    assert_eq!(set.names().collect::<Vec<_>>(), ["double.good", "double.odd"]);
    let odd = double.servers.check("double", "tenant").await.unwrap().odd;
    assert_eq!(odd, ["tool 'double.odd': 'parameters' has a pattern that can't be used"]);
    // Without one that can be used, a result is taken as it comes.
    let output = llmspell_capability_tool::schema::Schema::later(json!({"pattern": "("}), "'outputSchema'").unwrap();
    let output = Some(Arc::new(output));
    let offer = Offer { name: "x".into(), description: String::new(), parameters: json!({}), output };
    let value = crate::content::value(&double.server, &offer, json!({"structuredContent": {"a": 1}})).await;
    assert_eq!(value, Ok(json!({"a": 1})));
}

#[tokio::test]
async fn a_name_that_the_operator_gives_is_no_servers_to_take() {
    let double = double("good", "", "rename = { echo = 'add', wait = 'add' }");
    let tried = double.servers.check("double", "tenant").await.unwrap();
    let about =
        |name: &str| tried.tools.iter().filter(|tool| tool.0 == name).map(|tool| tool.2.as_str()).collect::<Vec<_>>();
    assert_eq!(about("double.add"), ["echo of the double", "wait of the double", "add of the double"]);
    assert_eq!(tried.odd, ["there are two tools of the name 'double.add': the first one counts"; 2]);
    let set = double.servers.tools("double", "tenant").await.unwrap();
    assert_eq!(set.names().filter(|name| *name == "double.add").count(), 1);
}

#[test]
fn a_configuration_says_what_is_wrong() {
    let read = |name: &str, text: &str| {
        let raw: RawServer = toml::from_str(text).map_err(|error| error.to_string())?;
        raw.read(name, &|_| None).map(drop).map_err(|error| error.to_string())
    };
    for (name, text, part) in [
        ("a b", "command = ['x']", "mcp.a b: a server's name has 1 to 32"),
        ("a__b", "command = ['x']", "single '-' and '_' between them"),
        ("a-_b", "command = ['x']", "single '-' and '_' between them"),
        ("a_", "command = ['x']", "single '-' and '_' between them"),
        ("-a", "command = ['x']", "single '-' and '_' between them"),
        ("a", "command = []", "mcp.a.command: names no program"),
        ("a", "command = ['x']\nenv = ['=1']", "mcp.a.env: takes the names of variables"),
        ("a", "command = ['x']\ntimeout = '5'", "mcp.a.timeout: "),
        ("a", "command = ['x']\nmax_result = '1GiB'", "mcp.a.max_result: must be from"),
        ("a", "command = ['x']\nprotocol = 'new'", "unknown variant"),
        ("a", "command = 'x'", "invalid type"),
        ("a", "command = ['x']\nshared = true", "unknown field"),
    ] {
        assert!(read(name, text).is_err_and(|error| error.contains(part)), "{text}: {:?}", read(name, text));
    }
    let all = toml::from_str("x-y = {command = ['x']}\nx_y = {command = ['x']}\n").unwrap();
    let alike = read_all(all, &|_| None).unwrap_err().to_string();
    assert!(alike.contains("mcp.x_y: there is a server 'x-y' already"), "{alike}");
    let keys = "command = ['x']\nenv = ['API_TOKEN=canary-0123', 'PATH=/usr/bin:/bin', 'KEY=short']";
    let raw: RawServer = toml::from_str(keys).unwrap();
    let server = raw.read("a", &|_| None).unwrap();
    assert_eq!(server.keys().collect::<Vec<_>>(), ["canary-0123"]);
    assert!(!format!("{server:?}").contains("canary"));
    let failure = Failure::from(McpError::Unknown { name: "x".into(), hint: String::new() });
    assert!(failure.is(Code::NotFound));
}
